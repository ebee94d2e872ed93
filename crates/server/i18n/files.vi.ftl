# Tệp đính kèm: tải lên, tải về.

file-hint = Các loại tệp nhận: { $kinds }; mỗi tệp không quá { $most } MB, mỗi lần không quá { $count } tệp. Che tên đương sự và dữ liệu cá nhân trước khi đính kèm.
file-empty = Tệp “{ $name }” không có nội dung. Hãy kiểm tra lại tệp rồi chọn lại.
file-too-large = Tệp “{ $name }” lớn hơn { $most } MB. Hãy giảm dung lượng (ví dụ quét ở độ phân giải thấp hơn) hoặc tách thành nhiều tệp.
file-not-taken = Không nhận tệp “{ $name }” vì loại tệp này không được phép. Các loại tệp nhận: { $kinds }.
file-misnamed = Tệp “{ $name }” không phải là tệp { $kind } như tên của nó. Hãy mở tệp, lưu lại đúng loại rồi chọn lại.
file-closed = Tệp “{ $name }” thuộc loại cũ hoặc có đặt mật khẩu nên không xem được bên trong. Hãy mở tệp, bỏ mật khẩu, chọn “Lưu thành” kiểu .docx hoặc .xlsx rồi chọn lại.
file-macros = Tệp “{ $name }” có chứa macro (chương trình chạy kèm) nên không được nhận. Hãy lưu lại không có macro hoặc xuất thành .pdf.
file-damaged = Tệp “{ $name }” bị hỏng, không mở được như một tệp { $kind }. Hãy mở tệp, lưu lại rồi chọn lại.
file-not-unicode = Tệp “{ $name }” không dùng bảng mã Unicode. Khi lưu hãy chọn mã UTF-8, hoặc lưu thành .docx.
file-too-many = Mỗi lần chỉ tải lên được { $most } tệp.
file-with-size = { $name } ({ $size })
file-kilobytes = { $count } KB
file-megabytes = { $count } MB
file-choose = Hãy chọn ít nhất một tệp.
file-too-many-attached = Đã đủ { $most } tệp. Hãy gỡ bớt hoặc gộp các tệp lại.
