### Khung chung của mọi trang.

frame-program = Khiên
frame-fictional = Dữ liệu minh họa: tỉnh, người và thiết bị trên các trang này đều là hư cấu.
frame-skip = Đến nội dung chính
frame-other-language = English
frame-search = Tìm
frame-search-label = Tìm đơn vị, người, thiết bị, biện pháp
frame-search-hint = Tìm đơn vị, người, thiết bị…
frame-sign-out = Đăng xuất
frame-places = Các trang chính
frame-crumbs = Vị trí trang
frame-footer = Khiên { $version }. Số liệu do máy thu thập và đánh giá theo văn bản chỉ đạo; không có mật khẩu, cookie hay nội dung thư.

## Các trang chính

places-overview = Tổng quan
places-units = Đơn vị
places-subjects = Thiết bị
places-controls = Biện pháp
places-my = Việc cần làm
places-duties = Quán triệt
places-tasks = Việc được giao
places-documents = Văn bản
places-scan = Kiểm tra tệp
places-advisories = Cảnh báo
places-tickets = Vướng mắc
places-cases = Dữ liệu thụ lý
places-services = Dịch vụ công
places-exemptions = Miễn trừ
places-admin = Quản trị

