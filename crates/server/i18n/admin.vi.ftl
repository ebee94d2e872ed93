### Các trang quản trị.

## Nhập danh sách: tên các cột

import-people-family-name = Họ và chữ đệm
import-people-name = Họ và tên
import-people-email = Thư điện tử
import-people-position = Chức vụ
import-people-unit = Đơn vị
import-devices-name = Tên máy
import-devices-unit = Đơn vị
import-devices-holder = Người sử dụng
import-units-name = Tên đơn vị
import-units-abbreviation = Viết tắt
import-units-parent = Đơn vị cấp trên
import-units-kind = Loại

## Nhập danh sách: tệp không đọc được

import-file-too-large = Tệp lớn hơn { $most } MB.
import-file-unpacks-too-large = Tệp bung ra lớn hơn { $most } MB hoặc có quá nhiều thành phần.
import-file-rows = Tệp có hơn { $most } dòng.
import-file-columns = Dòng { $row } có hơn { $most } cột.
import-file-cell = Ô { $column }{ $row } dài hơn { $most } ký tự.
import-file-old = Đây là tệp Excel kiểu cũ (.xls) hoặc tệp có đặt mật khẩu.
import-file-damaged = Tệp có dạng .xlsx nhưng bị hỏng, không mở được.
import-file-not-a-list = Đây không phải là danh sách .xlsx hoặc .csv.
import-file-not-unicode = Tệp .csv này không dùng bảng mã Unicode, chữ tiếng Việt sẽ bị sai.
import-file-lost-letters = Chữ có dấu đã bị thay bằng dấu hỏi khi lưu tệp, ví dụ ở dòng { $row }: “{ $sample }”.
import-file-legacy = Tệp dùng phông chữ cũ (TCVN3 hoặc VNI), ví dụ ở dòng { $row }: “{ $sample }”.
import-file-empty = Tệp không có dòng nào.
import-file-no-titles = Không tìm thấy dòng tiêu đề cột.
import-file-split-todo = Hãy chia danh sách thành nhiều tệp nhỏ hơn và nhập lần lượt.
import-file-plain-todo = Hãy chép phần danh sách sang một bảng tính mới, không kèm hình ảnh hay trang khác, rồi tải lên lại.
import-file-cell-todo = Hãy rút gọn nội dung ô đó; danh sách chỉ cần tên, đơn vị và địa chỉ.
import-file-old-todo = Hãy mở bằng Excel hoặc LibreOffice, bỏ mật khẩu nếu có, chọn “Lưu thành” và chọn kiểu .xlsx.
import-file-damaged-todo = Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại thành .xlsx rồi tải lên lại.
import-file-not-a-list-todo = Hãy chọn tệp .xlsx hoặc .csv; có thể tải tệp mẫu về để điền.
import-file-unicode-todo = Trong Excel, chọn “Lưu thành”, kiểu “CSV UTF-8”, hoặc lưu thành .xlsx rồi tải lên lại.
import-file-legacy-todo = Hãy chuyển mã sang Unicode (UniKey: bấm Ctrl+Shift+F6, chọn bảng mã nguồn TCVN3 hoặc VNI, bảng mã đích Unicode), rồi tải lên lại.
import-file-empty-todo = Hãy kiểm tra đã chọn đúng tệp và danh sách nằm ở trang tính đầu tiên.

## Nhập danh sách: dòng có lỗi

import-did-you-mean = Có phải là “{ $suggestion }” không? Hãy sửa lại trong bảng tính.
import-row-missing = Ô này đang để trống.
import-row-missing-todo = Hãy điền vào, hoặc xóa cả dòng nếu không dùng.
import-row-spreadsheet = Bảng tính báo lỗi { $value } ở ô này.
import-row-spreadsheet-todo = Hãy sửa công thức hoặc gõ thẳng giá trị vào ô.
import-row-too-long = Nội dung dài hơn { $most } ký tự.
import-row-too-long-todo = Hãy rút gọn.
import-row-not-an-address = “{ $value }” không phải là địa chỉ thư điện tử.
import-row-not-an-address-todo = Hãy viết đầy đủ, ví dụ nvan@moj.gov.vn; nếu chưa có thì để trống.
import-row-not-a-host-name = “{ $value }” không phải là tên máy tính.
import-row-not-a-host-name-todo = Tên máy chỉ gồm chữ không dấu, chữ số, gạch nối; xem tại Cài đặt › Hệ thống › Giới thiệu.
import-row-no-unit = Không có đơn vị nào tên là “{ $value }”.
import-row-no-unit-todo = Hãy viết theo tên hoặc tên viết tắt trong cây đơn vị, hoặc lập đơn vị trước.
import-row-several-units = Có { $count } đơn vị cùng tên “{ $value }”.
import-row-several-units-todo = Hãy viết đầy đủ dấu, hoặc dùng tên viết tắt để phân biệt.
import-row-no-person = Không có ai tên hoặc có hộp thư là “{ $value }”.
import-row-no-person-todo = Hãy nhập người này trong danh sách người trước.
import-row-several-people = Có { $count } người cùng tên “{ $value }”.
import-row-several-people-todo = Hãy dùng địa chỉ thư điện tử thay cho họ tên.
import-row-duplicate = Dòng này lặp lại dòng { $row }.
import-row-duplicate-todo = Hãy xóa một trong hai dòng, hoặc ghi thêm để phân biệt (thư điện tử, đơn vị).
import-row-namesakes = Đã có { $count } người tên “{ $value }”, không rõ là ai.
import-row-namesakes-todo = Hãy ghi địa chỉ thư điện tử để phân biệt.
import-row-several-devices = Đã có { $count } máy tên “{ $value }”.
import-row-several-devices-todo = Hãy ghi đơn vị của máy để phân biệt, hoặc ngừng dùng bản ghi thừa.
import-row-circle = Các đơn vị trực thuộc lẫn nhau thành vòng tròn.
import-row-circle-todo = Hãy sửa cột đơn vị cấp trên.
