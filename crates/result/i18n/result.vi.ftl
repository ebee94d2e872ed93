## Vì sao chưa xác định, và nên làm gì

gap-not-observed-todo = Máy không lưu thông tin này, hoặc chưa ai thu thập. Hãy kiểm tra bằng tay và hỏi đầu mối CNTT nếu cần.
gap-permission-denied-todo = Chạy lại với quyền quản trị: sudo { $command }
permission-denied-window-todo = Mở lại cửa sổ lệnh bằng “Run as administrator” (chuột phải vào Command Prompt) rồi chạy: { $command }
permission-denied-then-todo = Thu thập lại dữ kiện trên máy đó với quyền quản trị (sudo khien facts) rồi đánh giá lại.
parameter-todo = Kiểm tra máy không giải quyết được việc này: đề nghị người soạn văn bản chỉ đạo bổ sung giá trị có hiệu lực vào thời điểm này.
gap-unreadable-todo = Đóng chương trình đang dùng tệp đó rồi chạy lại. Nếu vẫn vậy, tệp có thể đã hỏng: báo đầu mối CNTT.
gap-malformed-todo = Tệp có thể đã hỏng hoặc bị sửa sai: nhờ đầu mối CNTT xem lại tệp này.
gap-too-large-todo = Dữ liệu vượt mức mà Khiên đọc hết được: nhờ đầu mối CNTT xem lại nơi ghi ở trên.
gap-timed-out-todo = Chạy lại khi máy bớt bận. Nếu vẫn vậy, ổ đĩa hoặc ổ mạng có thể bị treo: báo đầu mối CNTT.
gap-observer-failed-todo = Đây là lỗi của Khiên: hãy báo cho nhóm phát triển kèm dòng chi tiết ở trên.
gap-unsupported-todo = Hãy kiểm tra bằng tay và hỏi đầu mối CNTT nếu cần.
gap-switched-off-todo = Hãy kiểm tra bằng tay, hoặc đề nghị đầu mối CNTT bật lại việc thu thập.
gap-stale-todo = Thu thập lại dữ kiện rồi đánh giá lại.
gap-from-future-todo = Kiểm tra đồng hồ của máy, hoặc thời điểm ghi ở --at.
gap-not-computable-todo = Báo người soạn văn bản chỉ đạo kèm dòng chi tiết ở trên.

## Bản kết quả

report-title = Kết quả kiểm tra an ninh mạng
report-directive = Văn bản chỉ đạo
report-subject = Đối tượng
report-directive-value = { $title } ({ $id })
report-directive-not-in-force = { $title } ({ $id }) – KHÔNG có hiệu lực vào thời điểm này
report-directive-from-server = theo máy chủ
report-directive-from-program = có sẵn trong chương trình
report-at = Thời điểm
report-at-value = { $moment } (giờ Việt Nam)
report-collected = Dữ kiện
report-collected-before = từ tệp; cũ nhất thu thập lúc { $moment }, trước thời điểm trên { $length }
report-collected-after = từ tệp; cũ nhất thu thập lúc { $moment }, sau thời điểm trên { $length }
report-only = Phạm vi
report-only-value = chỉ điều khoản { $clauses }
subject-unnamed = chưa rõ tên

summary-nothing-judged = Chưa đánh giá được nội dung nào: tất cả { $total } nội dung đều chưa xác định.
summary-nothing-judged-todo = Thường là do chưa đủ quyền (hãy chạy lại với quyền quản trị), do hệ điều hành không nhận ra được, hoặc do dữ kiện đã cũ.
summary-one-reason = Tất cả cùng một lý do: { $reason }.
summary-no-controls = Văn bản chỉ đạo không có nội dung nào cho loại đối tượng này.
summary-all-pass = Tất cả { $total } nội dung đều đạt.
summary-none-fail = Không có nội dung nào không đạt, nhưng còn { $unknown } trong { $total } nội dung chưa xác định.
summary-none-fail-exempt = Không có nội dung nào không đạt; { $exempt } trong { $total } nội dung được miễn trừ.
summary-fail = { $fail } trong { $total } nội dung không đạt. Hãy khắc phục nội dung nghiêm trọng trước.

clause = Điều khoản { $id }
finding-severity = mức độ { $severity }
finding-why = Vì sao
finding-offenders = Vi phạm
finding-basis = Căn cứ
finding-fix = Cách khắc phục
finding-todo = Cần làm
finding-due = Hạn khắc phục
finding-more = Xem thêm: { $command }
finding-exemption = Miễn trừ
finding-exemption-value = { $reason } (người duyệt: { $by }; đến hết ngày { $until }; mã { $id })
finding-exemption-without = Nếu không được miễn trừ: { $state }
finding-holds-until = Kết quả còn đúng đến
offenders-more = … và { $count } mục khác
because-more = … và { $count } dữ kiện khác
passes-hint = Xem danh sách: { $command }

html-skip = Tới nội dung chính
html-summary = Tóm tắt
html-clauses-caption = Kết quả theo điều khoản
html-clause = Điều khoản
html-control = Mã biện pháp kiểm soát
html-footer = Do Khiên { $version } lập. Bản này không có mật khẩu, cookie hay nội dung thư; có tên tài khoản, phần mềm và tệp, nên chỉ gửi cho người có trách nhiệm.
html-other-language = English
html-work = Cần khắc phục
html-passes = Nội dung đã đạt
