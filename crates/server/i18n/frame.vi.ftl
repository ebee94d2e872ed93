### Khung chung của mọi trang.

frame-program = Khiên
frame-skip = Đến nội dung chính
frame-other-language = English
home-title = Khiên
home-what = Khiên kiểm tra việc thực hiện văn bản chỉ đạo về an toàn thông tin: đơn vị nào, khoản nào, vì sao và cách khắc phục.
