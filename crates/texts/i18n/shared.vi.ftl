### Tên gọi và cách viết dùng chung cho mọi chương trình: trạng thái, mức độ, đối tượng, thời gian, giá trị.

## Trạng thái, mức độ, đối tượng

subject-device = thiết bị { $id }
subject-account = tài khoản { $id }
subject-person = người { $id }
subject-unit = đơn vị { $id }
subject-mailbox = hộp thư { $id }
subject-system = hệ thống { $id }
state-pass = đạt
state-fail = không đạt
state-unknown = chưa xác định
state-exempt = miễn trừ
severity-critical = nghiêm trọng
severity-high = cao
severity-medium = trung bình
severity-low = thấp
subject-kind-device = thiết bị
subject-kind-account = tài khoản
subject-kind-person = người
subject-kind-unit = đơn vị
subject-kind-mailbox = hộp thư
subject-kind-system = hệ thống

## Thời gian và giá trị

moment = { $time } ngày { $day }
length-days = { $count } ngày
length-hours = { $count } giờ
length-minutes = { $count } phút
length-seconds = { $count } giây
value-yes = có
value-no = không
value-empty = (trống)
value-none = không có mục nào
value-items = cả thảy { $count } mục
item-position = {" "}thứ { $position }
label-check = Phép kiểm tra
reason-detail = { $reason } ({ $detail })

## Vì sao chưa biết

gap-not-observed = không có dữ kiện
gap-permission-denied = không đủ quyền đọc
gap-unreadable = không đọc được nguồn dữ liệu
gap-malformed = nguồn dữ liệu không đúng khuôn dạng
gap-too-large = nguồn dữ liệu quá lớn
gap-timed-out = quá thời gian chờ
gap-observer-failed = chương trình thu thập gặp lỗi
gap-unsupported = không quan sát được trên loại máy này
gap-switched-off = cơ quan đã tắt việc thu thập nội dung này
gap-stale = dữ kiện đã cũ
gap-from-future = dữ kiện được ghi ở thời điểm muộn hơn thời điểm đánh giá
gap-not-computable = không tính được phép kiểm tra

## Hiệu lực và tham số

valid-from = từ { $from }
valid-between = từ { $from } đến hết { $to }
explain-param-source = theo { $source }
