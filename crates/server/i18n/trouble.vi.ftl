### Khi một yêu cầu không thực hiện được: chuyện gì đã xảy ra, và nên làm gì.

trouble-request = Mã yêu cầu, để báo cho quản trị viên:
trouble-home = Về trang đầu

trouble-sign-in-needed = Bạn cần đăng nhập
trouble-sign-in-needed-todo = Hãy đăng nhập rồi thử lại.
trouble-sign-in-needed-program = Đường dẫn này chỉ trả lời trong phiên đăng nhập (cookie). Những đường dẫn nhận mã (Authorization: Bearer) được nêu trong /api/openapi.json.
trouble-token-missing = Yêu cầu không kèm mã
trouble-token-missing-todo = Gửi mã trong tiêu đề Authorization: Bearer MÃ.
trouble-token-wrong = Mã sai, hết hạn, đã bị thu hồi hoặc thay bằng mã khác
trouble-token-wrong-todo = Kiểm tra đã chép đủ mã. Mã mới của cổng: Quản trị → Hệ thống và cổng kiểm tra, mở hệ thống rồi thêm cổng. Mã gửi bảng kê: trang Mã cho chương trình gửi bảng kê.
trouble-token-of-other = Mã này thuộc một cổng kiểm tra được hỏi theo cách khác
trouble-token-of-other-todo = Mỗi mã chỉ dùng cho một cổng và một cách hỏi (ICAP, clamd hoặc HTTP). Lấy mã đúng ở Quản trị → Hệ thống và cổng kiểm tra: thêm cổng với cách hỏi cần dùng.
trouble-no-file = Không có tệp nào được gửi lên, nên chưa có gì được kiểm tra
trouble-no-file-todo = Gửi nội dung tệp làm thân yêu cầu (curl --data-binary @TỆP), hoặc biểu mẫu multipart/form-data có tệp kèm tên (curl -F tep=@TỆP). Tệp thật sự rỗng thì gửi bằng biểu mẫu. Câu trả lời này không có nghĩa là tệp sạch.
trouble-not-allowed = Bạn không có quyền xem hoặc làm việc này
trouble-not-allowed-todo = Nếu công việc của bạn cần quyền này, hãy đề nghị quản trị viên phân quyền.
trouble-not-found = Không tìm thấy nội dung này
trouble-not-found-todo = Xem lại địa chỉ. Có thể nội dung đã được chuyển, hoặc bạn không có quyền xem.
trouble-method-not-allowed = Địa chỉ này không nhận cách gọi đó
trouble-method-not-allowed-todo = Hãy quay lại trang trước và dùng nút trên trang.
trouble-method-not-allowed-program = Những đường dẫn và cách gọi được nêu trong /api/openapi.json.
trouble-bad-request = Yêu cầu không đúng khuôn dạng
trouble-bad-request-todo = Hãy quay lại, điền đủ các mục rồi gửi lại.
trouble-bad-request-program = Sửa theo phần detail; khuôn dạng của từng yêu cầu được nêu trong /api/openapi.json.
trouble-forged-form = Biểu mẫu được gửi từ một trang khác
trouble-forged-form-todo = Không có gì được thay đổi. Hãy mở trang này từ Khiên rồi gửi lại. Nếu bạn không tự gửi biểu mẫu, hãy báo đầu mối CNTT.
trouble-old-form = Biểu mẫu đã hết hạn
trouble-old-form-todo = Không có gì được thay đổi. Hãy quay lại, tải lại trang rồi gửi lại. Trình duyệt cần cho phép cookie.
trouble-old-form-program = Mở lại phiên đăng nhập rồi gửi lại. Yêu cầu bằng mã không dùng cookie.
trouble-too-large = Nội dung gửi lên lớn hơn mức cho phép là { $limit }
trouble-too-large-todo = Hãy chia nhỏ nội dung hoặc kiểm tra xem có chọn nhầm tệp không.
trouble-wrong-content-type = Kiểu nội dung gửi lên không dùng được ở đây
trouble-wrong-content-type-todo = Hãy quay lại trang trước và gửi bằng biểu mẫu trên trang.
trouble-wrong-content-type-program = Đặt Content-Type như nêu trong /api/openapi.json.
trouble-conflict = Nội dung này vừa được người khác thay đổi, hoặc đã có rồi
trouble-conflict-todo = Hãy tải lại trang để xem nội dung mới nhất rồi làm lại.
trouble-too-often = Có quá nhiều yêu cầu trong thời gian ngắn
trouble-too-often-todo = Hãy chờ { $seconds } giây rồi thử lại.
trouble-too-slow = Yêu cầu mất quá nhiều thời gian
trouble-too-slow-todo = Hãy kiểm tra đường truyền rồi thử lại.
trouble-busy = Máy chủ đang có quá nhiều việc chờ ghi
trouble-busy-todo = Hãy thử lại sau { $seconds } giây.
trouble-store-away = Cơ sở dữ liệu hiện không dùng được
trouble-store-away-todo = Dữ liệu đã nhận vẫn còn nguyên. Hãy thử lại sau { $seconds } giây; nếu vẫn vậy, hãy báo quản trị viên.
trouble-internal = Máy chủ gặp lỗi
trouble-internal-todo = Hãy thử lại. Nếu vẫn vậy, hãy báo quản trị viên kèm mã yêu cầu dưới đây.
