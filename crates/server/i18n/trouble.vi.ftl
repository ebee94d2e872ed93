### Khi một yêu cầu không thực hiện được: chuyện gì đã xảy ra, và nên làm gì.

trouble-request = Mã yêu cầu, để báo cho quản trị viên:
trouble-home = Về trang đầu

trouble-sign-in-needed = Bạn cần đăng nhập
trouble-sign-in-needed-todo = Hãy đăng nhập rồi thử lại.
trouble-not-allowed = Bạn không có quyền xem hoặc làm việc này
trouble-not-allowed-todo = Nếu công việc của bạn cần quyền này, hãy đề nghị quản trị viên phân quyền.
trouble-not-found = Không tìm thấy nội dung này
trouble-not-found-todo = Xem lại địa chỉ. Có thể nội dung đã được chuyển, hoặc bạn không có quyền xem.
trouble-method-not-allowed = Địa chỉ này không nhận cách gọi đó
trouble-method-not-allowed-todo = Hãy quay lại trang trước và dùng nút trên trang.
trouble-bad-request = Yêu cầu không đúng khuôn dạng
trouble-bad-request-todo = Hãy quay lại, điền đủ các mục rồi gửi lại.
trouble-forged-form = Biểu mẫu được gửi từ một trang khác
trouble-forged-form-todo = Không có gì được thay đổi. Hãy mở trang này từ Khiên rồi gửi lại. Nếu bạn không tự gửi biểu mẫu, hãy báo đầu mối CNTT.
trouble-old-form = Biểu mẫu đã hết hạn
trouble-old-form-todo = Không có gì được thay đổi. Hãy quay lại, tải lại trang rồi gửi lại. Trình duyệt cần cho phép cookie.
trouble-too-large = Nội dung gửi lên lớn hơn mức cho phép là { $limit }
trouble-too-large-todo = Hãy chia nhỏ nội dung hoặc kiểm tra xem có chọn nhầm tệp không.
trouble-wrong-content-type = Kiểu nội dung gửi lên không dùng được ở đây
trouble-wrong-content-type-todo = Hãy quay lại trang trước và gửi bằng biểu mẫu trên trang.
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
