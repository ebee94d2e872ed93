### Các trang mọi người dùng: tổng quan, đơn vị, đối tượng, biện pháp, việc cần làm, tìm kiếm.

## Từ dùng chung

word-all = Tất cả
word-unit = Đơn vị
word-clause = Điều khoản
word-control = Biện pháp
word-subject = Đối tượng
word-holder = Người phụ trách
word-state = Kết quả
word-share = Tỷ lệ đạt
word-since = Từ ngày
word-due = Hạn khắc phục
clause = Điều khoản { $id }
since = { $day } ({ $days ->
    [0] hôm nay
   *[other] { $days } ngày
})
due-by = Hạn: hết ngày { $day }
due-overdue = Đã quá hạn từ hết ngày { $day }
pages-label = Các trang của danh sách
pages-before = Trang trước
pages-after = Trang sau
day-label = Xem số liệu của ngày
day-show = Xem
day-today = Về hôm nay
as-of-now = Số liệu lúc { $moment }.
as-of-day = Số liệu cuối ngày { $day }.

## Kết luận

conclusion = { $pass } trong { $total } nội dung đạt ({ $share }); { $fail } không đạt, { $unknown } chưa xác định, { $exempt } miễn trừ.
conclusion-nothing = Chưa có nội dung nào được đánh giá. Khi máy đầu tiên báo cáo, kết quả sẽ hiện ở đây.
trend-title = Diễn biến 90 ngày
trend-up = Từ { $from } đến { $to }, tỷ lệ đạt tăng từ { $first } lên { $last }.
trend-down = Từ { $from } đến { $to }, tỷ lệ đạt giảm từ { $first } xuống { $last }.
trend-same = Từ { $from } đến { $to }, tỷ lệ đạt giữ nguyên ở { $last } (đầu kỳ { $first }).
trend-none = Cần số liệu của ít nhất hai ngày mới vẽ được diễn biến.

## Tổng quan

overview-title = Tổng quan
overview-map = Đơn vị và điều khoản
overview-map-how = Mỗi ô ghi tỷ lệ đạt, rồi số nội dung đạt trên tổng số; dấu ? là số nội dung chưa xác định. Bấm vào ô để xem từng nội dung.
overview-all-clauses = mọi điều khoản
overview-all-short = Chung
overview-without-unit = Chưa thuộc đơn vị nào
overview-fold = Thu gọn { $unit }
overview-unfold = Mở các đơn vị trực thuộc { $unit }
overview-empty = Chưa có đơn vị nào. Quản trị viên tạo cây đơn vị ở trang Quản trị.
cell-said = { $unit }, { $clause }: { $pass } trong { $total } đạt, { $fail } không đạt, { $unknown } chưa xác định, { $exempt } miễn trừ
cell-nothing = { $unit }, { $clause }: không có nội dung nào
key-title = Cách đọc màu và dấu của các ô
key-unsure = gạch đôi: có nội dung chưa xác định
key-unseen = sọc và dấu ?: chưa xác định được gì
key-nothing = không có nội dung
worst-title = Ba điều khoản cần chú ý nhất
overview-nothing-known = Chưa có số liệu của ngày này.
worst-none = Không có điều khoản nào còn nội dung không đạt hoặc chưa xác định.
worst-said = Tỷ lệ đạt { $share }; { $fail } không đạt, { $unknown } chưa xác định.

## Đơn vị

units-title = Đơn vị
unit-answers = Người chịu trách nhiệm
unit-nobody-answers = Chưa ghi nhận người đứng đầu hay đầu mối CNTT của đơn vị. Quản trị viên ghi ở trang Quản trị.
unit-subjects = Danh sách thiết bị và đối tượng của đơn vị
unit-children = Đơn vị trực thuộc
unit-clauses = Theo điều khoản
unit-red = Danh sách cần khắc phục
unit-only = Chỉ hiện điều khoản:
unit-all-clauses = Hiện mọi điều khoản
unit-nothing-red = Không có nội dung nào không đạt hoặc chưa xác định.
unit-exempt = Miễn trừ đang áp dụng
sign-off-title = Xác nhận của người đứng đầu
sign-off-what = Tôi xác nhận đã xem tình hình của đơn vị trong tháng
sign-off-again = Tháng này đã có xác nhận; xác nhận thêm sẽ được ghi cạnh bản trước.
sign-off-note = Ghi chú, khó khăn, vướng mắc
sign-off-note-hint = Không bắt buộc. Văn phòng cấp trên đọc được ghi chú này.
sign-off-button = Xác nhận tháng
sign-off-none = Chưa có xác nhận nào.
sign-off-said = Tháng { $month }: { $name } xác nhận lúc { $moment }.
flash-signed-off = Đã ghi xác nhận của người đứng đầu.

## Một kết quả

finding-severity = mức độ { $severity }
finding-why = Vì sao
finding-offenders = Cụ thể
finding-basis = Căn cứ
finding-fix = Cách khắc phục
finding-todo = Cần làm để xác định
finding-exemption = Miễn trừ
finding-exemption-value = { $reason } (người duyệt: { $by }; đến hết ngày { $until }; nếu không được miễn trừ: { $state })
finding-ask-exemption = Xin miễn trừ
because-more = … và { $count } dữ kiện khác
offenders-more = … và { $count } mục khác
lines-more = … và { $count } dòng khác

gap-not-observed-todo = Chưa có ai hoặc phần mềm nào ghi nhận thông tin này. Hãy kiểm tra bằng tay và hỏi đầu mối CNTT nếu cần.
gap-permission-denied-todo = Phần mềm trên máy không đủ quyền đọc: nhờ đầu mối CNTT cài lại với quyền quản trị.
gap-unreadable-todo = Đóng chương trình đang dùng tệp đó rồi chờ lần báo cáo sau. Nếu vẫn vậy, tệp có thể đã hỏng: báo đầu mối CNTT.
gap-malformed-todo = Tệp có thể đã hỏng hoặc bị sửa sai: nhờ đầu mối CNTT xem lại tệp này.
gap-too-large-todo = Dữ liệu vượt mức mà Khiên đọc hết được: nhờ đầu mối CNTT xem lại nơi ghi ở trên.
gap-timed-out-todo = Chờ lần báo cáo sau, khi máy bớt bận. Nếu vẫn vậy, ổ đĩa hoặc ổ mạng có thể bị treo: báo đầu mối CNTT.
gap-observer-failed-todo = Đây là lỗi của Khiên: đầu mối CNTT báo cho nhóm phát triển kèm dòng chi tiết ở trên.
gap-unsupported-todo = Loại máy này không cho biết tự động. Hãy kiểm tra bằng tay và hỏi đầu mối CNTT nếu cần.
gap-switched-off-todo = Cơ quan đã chọn không thu thập nội dung này trên máy. Hãy kiểm tra bằng tay, hoặc đề nghị đầu mối CNTT bật lại.
gap-stale-todo = Bật máy và nối mạng để máy báo cáo lại. Nếu máy đã bật mà vẫn vậy, báo đầu mối CNTT.
gap-from-future-todo = Đồng hồ của máy có thể chạy sai: chỉnh lại ngày giờ của máy.
gap-not-computable-todo = Báo người soạn văn bản chỉ đạo kèm dòng chi tiết ở trên.

## Thiết bị, đối tượng

subjects-title = Thiết bị và đối tượng
subjects-name = Tên
subjects-kind = Loại
subjects-show = Lọc
subjects-none = Không có đối tượng nào khớp.
subject-unit-name = Đơn vị
subject-holder = Người phụ trách
subject-system-name = Hệ điều hành
subject-last-seen = Báo cáo gần nhất
subject-never-seen = chưa từng báo cáo
subject-retired = Ngừng sử dụng từ
subject-work = Cần khắc phục
subject-nothing-red = Không có nội dung nào không đạt hoặc chưa xác định.
subject-passes = Nội dung đã đạt
course-title = Diễn biến 90 ngày theo biện pháp
course-then = { $state }: từ { $from } đến { $to }
course-still = { $state }: từ { $from } đến nay
course-words = Diễn biến bằng chữ
course-none = Trong 90 ngày qua không có kết quả nào thay đổi.
facts-title = Dữ kiện hiện có
facts-none = Chưa có dữ kiện nào.
area-seen = như vậy từ { $moment }
changes-title = Lịch sử dữ kiện
changes-none = Chưa có thay đổi nào được ghi.
changes-when = Thời điểm
changes-area = Nhóm dữ kiện
changes-what = Thay đổi
change-first = ghi nhận lần đầu (hoặc thay đổi cũ nhất còn hiện ở đây)
change-gone = không còn được báo cáo
change-from = { $name }: từ “{ $before }” thành “{ $after }”
change-removed = { $name }: không còn (trước là “{ $before }”)
change-elsewhere = thay đổi ở phần không hiện ra đây

## Biện pháp

controls-title = Biện pháp kiểm soát
controls-of = { $title } ({ $validity })
controls-none = Chưa có văn bản chỉ đạo nào được áp dụng.
control-asks = Yêu cầu
control-due = Hạn khắc phục
control-fresh-name = Dữ kiện
control-fresh = cũ hơn { $length } thì coi là chưa xác định
control-no-basis = Văn bản chỉ đạo không dẫn căn cứ cho điều khoản này.
control-who = Ai chưa đạt
control-cut = Danh sách chỉ hiện 100 mục đầu. Xem theo từng đơn vị để thấy hết.
control-how = Kiểm tra thế nào
control-asked = Điều được kiểm tra
control-facts = Dữ kiện dùng để kiểm tra
control-params = Tham số
control-param-none = không có giá trị nào đang có hiệu lực
control-check = Phép kiểm tra như ghi trong văn bản
control-offenders = Cách liệt kê mục vi phạm:
control-id = Mã biện pháp kiểm soát:

## Việc cần làm

my-title = Việc cần làm của tôi
my-nothing-held = Chưa có máy tính hay tài khoản nào được ghi là do bạn phụ trách. Nếu chưa đúng, hãy báo đầu mối CNTT của đơn vị.
my-all-done = Bạn không còn việc nào phải làm. Cảm ơn bạn.
my-tasks = Bạn có { $count } việc cần làm. Làm theo thứ tự từ trên xuống.
my-seen = Báo cáo gần nhất: { $moment }
my-more-steps = Các bước tiếp theo
my-mended = Đã làm xong – kiểm tra lại
my-help = Tôi cần hỗ trợ
my-help-text = Vướng ở đâu? (không bắt buộc)
my-help-send = Gửi câu hỏi
my-re-check-asked = Đã ghi nhận bạn làm xong lúc { $moment }. Kết quả mới sẽ hiện sau lần báo cáo tới của máy.
my-help-asked = Đã gửi yêu cầu hỗ trợ lúc { $moment }. Hạn trả lời: { $due }.
my-help-answer = Trả lời: { $answer }
flash-re-check = Đã ghi nhận. Kết quả mới sẽ hiện sau lần báo cáo tới.
flash-help = Đã gửi yêu cầu hỗ trợ. Xem diễn biến ở mục Vướng mắc.

## Tìm kiếm

search-title = Tìm kiếm
search-how = Gõ một phần của tên, có dấu hay không dấu đều được.
search-nothing = Không tìm thấy gì cho “{ $q }” trong phạm vi bạn được xem.
search-found = Tìm thấy { $count } mục cho “{ $q }”.
search-cut = Còn nhiều mục khác: hãy gõ rõ hơn.
search-units = Đơn vị
search-people = Người
search-subjects = Thiết bị và đối tượng khác
search-controls = Biện pháp kiểm soát
