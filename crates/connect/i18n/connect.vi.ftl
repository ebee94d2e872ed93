## Vì sao không đọc được danh bạ

ldap-url = địa chỉ danh bạ không đúng
    Viết ldaps://MÁY[:CỔNG] hoặc ldap://MÁY[:CỔNG].
ldap-system = tên hệ thống không dùng được
    Viết liền, ví dụ mail.moj.gov.vn.
ldap-filter = bộ lọc không đúng dạng
    Bộ lọc theo RFC 4515, ví dụ (objectClass=person).
ldap-attribute = tên thuộc tính không đúng dạng
    Tên thuộc tính gồm chữ cái, chữ số, dấu gạch và dấu chấm.
ldap-certificate = tệp chứng thư không dùng được
    Cần ít nhất một chứng thư dạng PEM của nơi cấp chứng thư cho máy chủ danh bạ.
ldap-no-password = có tên mà không có mật khẩu
    Máy chủ coi như vậy là khách không được đọc gì.
ldap-too-long = có mục cài đặt quá dài
ldap-unreachable = không nối được với máy chủ danh bạ: { $detail }
    Kiểm tra địa chỉ, cổng, tường lửa.
ldap-not-trusted = không tin được máy chủ danh bạ: { $detail }
    Lấy chứng thư của nơi cấp chứng thư cho máy chủ rồi khai ở mục chứng thư (dòng lệnh: --ca); tên máy trong địa chỉ phải đúng tên trong chứng thư.
ldap-timed-out = máy chủ danh bạ không trả lời trong { $detail } giây
ldap-wrong-password = máy chủ danh bạ không nhận tên hoặc mật khẩu
ldap-password-expired = mật khẩu của tài khoản đọc danh bạ đã hết hạn hoặc phải đổi
ldap-disabled = tài khoản đọc danh bạ đã bị khóa hoặc hết hạn
ldap-locked = tài khoản đọc danh bạ tạm khóa do nhập sai mật khẩu nhiều lần
ldap-needs-name = máy chủ danh bạ không cho người chưa xưng tên đọc
    Khai tên và mật khẩu của một tài khoản chỉ có quyền đọc (dòng lệnh: --bind).
ldap-no-such-base = danh bạ không có nơi bắt đầu tìm: { $detail }
ldap-no-base = danh bạ không cho biết gốc của nó
    Khai nơi bắt đầu tìm (dòng lệnh: --base).
ldap-no-rights = không có quyền tìm ở đó: { $detail }
ldap-cut-short = danh bạ chỉ đưa một phần, nên không nhận gì: { $detail }
    Nhờ quản trị danh bạ nâng giới hạn cho tài khoản đọc, hoặc thu hẹp nơi bắt đầu tìm và bộ lọc (dòng lệnh: --base, --filter).
ldap-too-many = danh bạ có hơn { $detail } mục, nên không nhận gì
    Thu hẹp nơi bắt đầu tìm và bộ lọc (dòng lệnh: --base, --filter).
ldap-malformed = máy chủ trả lời không phải LDAP: { $detail }
ldap-other = máy chủ danh bạ báo lỗi: { $detail }

## Vì sao không đọc được nguồn tin

feed-address = địa chỉ nguồn tin không đúng
    Viết https://MÁY/ĐƯỜNG-DẪN, không kèm tên và mật khẩu.
feed-plain = địa chỉ nguồn tin không mã hóa (http)
    Dùng địa chỉ https. Chỉ khi cơ quan chủ quản không có, mới đánh dấu cho phép đọc không mã hóa.
feed-forbidden = không đọc nguồn tin ở { $detail }: đó là địa chỉ của chính máy chủ này hoặc địa chỉ chỉ dùng trong nội bộ máy
feed-unreachable = không nối được với máy chủ nguồn tin: { $detail }
    Kiểm tra địa chỉ, đường truyền, tường lửa.
feed-not-trusted = không tin được máy chủ nguồn tin: { $detail }
    Nếu cơ quan chủ quản dùng chứng thư riêng, khai tệp chứng thư ở cài đặt feeds.authority.
feed-timed-out = máy chủ nguồn tin không gửi xong trong { $detail } giây
feed-too-large = nguồn tin lớn hơn { $detail } byte nên không đọc
feed-redirects = nguồn tin chuyển địa chỉ hơn { $detail } lần
    Hỏi cơ quan chủ quản địa chỉ đúng.
feed-other-scheme = nguồn tin chuyển sang địa chỉ kiểu khác: { $detail }
    Nếu đó là nơi đúng, khai địa chỉ ấy cho nguồn tin.
feed-status = máy chủ nguồn tin trả lời mã { $detail }
    404 và 410 là địa chỉ không còn; 401 và 403 là không cho đọc; từ 500 trở lên là máy chủ đang lỗi.
feed-nothing-sent = máy chủ nguồn tin báo không có gì mới ngay lần đọc đầu
feed-no-feed = nơi đó không phải nguồn tin RSS hoặc Atom
    Thường là đã khai địa chỉ của trang web; tìm địa chỉ có chữ RSS trên trang ấy.
feed-entities = nguồn tin định nghĩa thực thể XML, có thể gây hại, nên không đọc
feed-broken = nguồn tin bị hỏng hoặc bị cắt giữa chừng: { $detail }
    Lần đọc sau thường đã được sửa; nếu kéo dài thì báo cơ quan chủ quản.
feed-encoding = không đọc được bảng mã của nguồn tin: { $detail }
