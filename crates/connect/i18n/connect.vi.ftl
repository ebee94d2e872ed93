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
