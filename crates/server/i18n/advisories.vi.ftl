### Cảnh báo an ninh mạng: nguồn tin, bài của cơ quan, ai đã đọc.

advisories-title = Cảnh báo an ninh mạng
advisories-about = Cảnh báo, hướng dẫn an ninh mạng của Bộ và của cơ quan. Đọc hết từng cảnh báo; phần mềm ghi nhận khi bạn đọc đến cuối.
advisories-open = Mở danh sách cảnh báo
advisories-own = Cảnh báo gửi đến bạn
advisories-none = Chưa có cảnh báo nào gửi đến bạn trong 180 ngày qua.
advisories-unread = Bạn còn { $count } cảnh báo chưa đọc.
advisories-all-read = Bạn đã đọc hết các cảnh báo.
advisories-name = Tiêu đề
advisories-source = Nguồn
advisories-since = Gửi đến bạn lúc
advisories-published = Đăng lúc
advisories-state = Tình trạng
advisories-not-read = Chưa đọc
advisories-read-at = Đã đọc lúc { $moment }
advisories-audience = Gửi đến đơn vị
advisories-who = Trong đó gửi đến
advisories-everybody = Mọi công chức, người lao động
advisories-unit-hint = Gửi đến đơn vị này và các đơn vị trực thuộc.
advisories-for-unit = { $unit } và các đơn vị trực thuộc
advisories-for-role = { $unit } và các đơn vị trực thuộc, chỉ người có vai trò { $role }
advisories-share = Đã đọc
advisories-watched = Tình hình đọc của đơn vị
advisories-none-watched = Chưa có cảnh báo nào.
advisories-withdrawn = Đã thu hồi
advisories-withdrawn-at = Cảnh báo này đã thu hồi lúc { $moment }, không ai phải đọc nữa.
advisories-own-read = Bạn đã đọc hết cảnh báo này lúc { $moment }.
advisories-by = { $source } đăng lúc { $moment }
advisories-dated = Nguồn tin ghi ngày { $moment }
advisories-changed = Sửa lần cuối lúc { $moment }
advisories-sent-to = Gửi đến: { $audience }
advisories-link = Xem bản gốc tại:
advisories-mark = Tôi đã đọc hết
advisories-mark-about = Khi phần cuối này hiện trên màn hình, phần mềm tự ghi nhận bạn đã đọc. Nếu không thấy ghi nhận, hãy bấm nút.
advisories-was-read = Đã ghi nhận bạn đọc hết cảnh báo.
advisories-write = Viết cảnh báo
advisories-write-about = Cảnh báo xuất hiện ngay với người nhận và nằm trong việc cần làm của họ cho đến khi đọc xong.
advisories-text = Nội dung
advisories-text-hint = Mỗi dòng là một đoạn. Dòng bắt đầu bằng “- ” là một ý trong danh sách. Địa chỉ viết đủ https://… thì bấm được.
advisories-publish = Đăng cảnh báo
advisories-edit = Sửa cảnh báo
advisories-edit-about = Sửa lỗi nhỏ mà không phải đọc lại. Nếu nội dung đã khác, hãy thu hồi rồi đăng bài mới để mọi người đọc.
advisories-withdraw = Thu hồi cảnh báo
advisories-withdraw-about = Thu hồi: không ai phải đọc cảnh báo này nữa
advisories-was-published = Đã đăng cảnh báo.
advisories-was-withdrawn = Đã thu hồi cảnh báo.
advisories-wrong-title = Nhập tiêu đề, nhiều nhất { $most } chữ.
advisories-wrong-text = Nhập nội dung, nhiều nhất { $most } chữ.
advisories-readers = Ai đã đọc
advisories-readers-share = { $done }/{ $all } người đã đọc hết.
advisories-readers-units = Theo đơn vị
advisories-readers-none = Cảnh báo này không gửi đến ai trong phạm vi của bạn.
advisories-readers-missing = { $count } người chưa đọc hết
advisories-readers-everybody = Mọi người đã đọc hết.
advisories-readers-more = Còn { $count } người nữa.
advisories-opened = Đã mở
advisories-opened-at = lúc { $moment }, chưa đọc đến cuối
advisories-not-opened = chưa mở

feeds-title = Nguồn tin cảnh báo
feeds-about = Nguồn tin RSS, Atom của Bộ và cơ quan chuyên trách mà máy chủ tự đọc theo lịch; bài mới thành cảnh báo cho người nhận.
feeds-none = Chưa có nguồn tin nào. Hãy thêm nguồn tin của Bộ Tư pháp và cơ quan chuyên trách an ninh mạng.
feeds-new = Thêm nguồn tin
feeds-change = Thay đổi nguồn tin
feeds-name = Tên nguồn tin
feeds-name-hint = Tên cơ quan đăng tin; hiện ở mỗi cảnh báo.
feeds-url = Địa chỉ
feeds-url-hint = Địa chỉ RSS hoặc Atom, bắt đầu bằng https://
feeds-plain = Cho phép đọc không mã hóa (http)
feeds-plain-hint = Chỉ khi cơ quan đăng tin không có địa chỉ https: trên đường truyền, người khác có thể sửa nội dung.
feeds-schedule = Đọc lại sau
feeds-every-hint = Chọn một trong các khoảng thời gian.
feeds-every =
    { $minutes ->
        [15] 15 phút
        [60] 1 giờ
        [240] 4 giờ
        [720] 12 giờ
       *[other] 1 ngày
    }
feeds-read-at = Đọc được lần cuối
feeds-tried-at = Thử đọc lần cuối
feeds-next-at = Lần đọc sau
feeds-never-read = chưa lần nào
feeds-standing = Tình trạng
feeds-fine = Đọc được
feeds-waits = Chờ đọc lần đầu
feeds-failed-at = Không đọc được lúc { $moment }
feeds-ended-at = Thôi đọc từ { $moment }
feeds-left-out = { $count } bài không nhận vì quá nhiều.
feeds-ask = Đọc ngay
feeds-end = Thôi đọc nguồn tin
feeds-end-about = Thôi đọc: cảnh báo đã nhận vẫn còn
feeds-was-made = Đã thêm nguồn tin; máy chủ sẽ đọc trong ít phút.
feeds-was-asked = Máy chủ sẽ đọc nguồn tin trong ít phút.
feeds-was-ended = Đã thôi đọc nguồn tin.
feeds-wrong-name = Nhập tên, nhiều nhất { $most } chữ.
feeds-wrong-url = Nhập địa chỉ bắt đầu bằng https://, không kèm tên và mật khẩu.
feeds-wrong-plain = Địa chỉ này không mã hóa. Dùng https://, hoặc đánh dấu cho phép đọc không mã hóa.
feeds-wrong-place = Địa chỉ này là của chính máy chủ hoặc chỉ dùng trong nội bộ máy. Nhập địa chỉ của cơ quan đăng tin.
feeds-taken = Địa chỉ này đã có trong danh sách nguồn tin.
