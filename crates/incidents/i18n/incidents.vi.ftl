# Sự cố an ninh mạng: phiếu thông tin, mốc báo cáo, văn bản.

incident-part-seen = Diễn biến, hiện tượng
incident-part-systems = Máy, hệ thống liên quan
incident-part-discovered-at = Thời điểm phát hiện
incident-part-discovered-how = Cách phát hiện
incident-part-started-at = Thời điểm bắt đầu (nếu xác định được)
incident-part-kind = Loại sự cố
incident-part-severity = Mức độ
incident-part-units = Đơn vị liên quan
incident-part-personal-data = Có liên quan dữ liệu cá nhân
incident-part-data = Dữ liệu liên quan
incident-part-impact = Phạm vi ảnh hưởng
incident-part-cause = Nguyên nhân
incident-part-done = Biện pháp đã thực hiện
incident-part-planned = Biện pháp tiếp theo, đề xuất
incident-part-progress = Tình trạng
incident-part-ended-at = Thời điểm khắc phục xong
incident-part-contact = Đầu mối liên hệ

incident-hint-systems = Tên máy, người dùng, phần mềm. Không biết thì ghi: không rõ.
incident-hint-discovered-at = Các mốc 15 phút, 1 giờ, 4 giờ, 24 giờ, 72 giờ tính từ thời điểm này, kể cả ban đêm và ngày nghỉ.
incident-hint-severity = Chưa chắc thì chọn mức cao hơn; có thể hạ sau. Bộ Công an chưa ban hành tiêu chí “sự cố nghiêm trọng”.
incident-hint-personal-data = Nếu có, phải thông báo thêm cho cơ quan chuyên trách bảo vệ dữ liệu cá nhân.
incident-hint-data = Loại dữ liệu và số lượng, ví dụ: hồ sơ 20 việc thi hành án. Không ghi tên đương sự.
incident-hint-done = Ghi theo thứ tự thời gian, mỗi việc một dòng.
incident-hint-planned = Việc sẽ làm; cần cấp trên hỗ trợ gì.
incident-hint-contact = Họ tên, chức vụ, số điện thoại.

incident-kind-malware = Mã độc
incident-kind-ransomware = Mã độc mã hóa dữ liệu tống tiền
incident-kind-phishing = Thư, tin nhắn lừa đảo
incident-kind-account = Tài khoản bị người khác sử dụng
incident-kind-data-leak = Lộ, lọt dữ liệu
incident-kind-intrusion = Xâm nhập hệ thống, thay đổi nội dung trang
incident-kind-outage = Hệ thống ngừng hoạt động, bị tấn công từ chối dịch vụ
incident-kind-lost-device = Mất thiết bị, vật lưu trữ
incident-kind-other = Loại khác

incident-severity-false-alarm = Không phải sự cố
incident-severity-ordinary = Thông thường
incident-severity-serious = Nghiêm trọng
incident-severity-grave = Có dấu hiệu xâm phạm an ninh quốc gia, trật tự, an toàn xã hội hoặc gây gián đoạn nghiêm trọng hoạt động của hệ thống

incident-personal-data-yes = Có
incident-personal-data-no = Không

incident-progress-ongoing = Đang diễn ra
incident-progress-contained = Đã ngăn chặn, đang khắc phục
incident-progress-resolved = Đã khắc phục xong

incident-step-focal-officer = Báo đầu mối CNTT
incident-step-office = Báo Văn phòng
incident-step-superior = Báo chủ quản hệ thống thông tin
incident-step-at-once = Báo cáo ngay
incident-step-first-notice = Thông báo ban đầu
incident-step-detailed = Báo cáo nguyên nhân, phạm vi ảnh hưởng, biện pháp khắc phục
incident-step-personal-data = Thông báo vi phạm dữ liệu cá nhân
incident-step-closing = Báo cáo kết thúc

incident-to-focal-officer = Đầu mối CNTT của đơn vị
incident-to-office = Văn phòng cơ quan THADS cấp tỉnh
incident-to-superior = Đơn vị của Bộ Tư pháp quản lý hệ thống
incident-to-at-once = Cơ quan chuyên trách của Bộ Công an (qua chủ quản hệ thống thông tin)
incident-to-first-notice = Cơ quan chuyên trách của Bộ Công an (qua chủ quản hệ thống thông tin)
incident-to-detailed = Cơ quan chuyên trách của Bộ Công an (qua chủ quản hệ thống thông tin)
incident-to-personal-data = Cơ quan chuyên trách bảo vệ dữ liệu cá nhân
incident-to-closing = Cơ quan chuyên trách của Bộ Công an (qua chủ quản hệ thống thông tin)

incident-state-running = Còn thời gian
incident-state-kept = Đúng hạn
incident-state-late = Quá hạn
incident-state-made-late = Đã báo, chậm { $late }
incident-state-unknown = Chưa xác định

incident-doubt-no-limit = Cần đối chiếu: chưa có văn bản quy định thời hạn tại ngày phát hiện.
incident-doubt-not-assessed = Chưa đánh giá mức độ nên chưa rõ có phải báo cáo hay không; thời hạn đang hiện tính theo trường hợp phải báo cáo.
incident-doubt-personal-data-not-known = Chưa rõ có liên quan dữ liệu cá nhân hay không; thời hạn đang hiện tính theo trường hợp có.

incident-letter-first = Báo cáo ban đầu
incident-letter-detailed = Báo cáo chi tiết
incident-letter-closing = Báo cáo kết thúc
incident-letter-personal-data = Thông báo vi phạm dữ liệu cá nhân

incident-sender-parent = Tên cơ quan cấp trên
incident-sender-issuer = Tên cơ quan ban hành
incident-sender-place = Địa danh
incident-sender-receivers = Nơi gửi (Kính gửi)
incident-sender-post = Chức vụ người ký
incident-sender-signer = Họ tên người ký

incident-wrong-missing = Hãy điền mục này.
incident-wrong-too-long = Không quá { $most } chữ cái.
incident-wrong-no-moment = Hãy ghi ngày và giờ, ví dụ 22/11/2026 14:05.
incident-wrong-future = Thời điểm này chưa đến. Hãy kiểm tra lại ngày và giờ.
incident-wrong-long-ago = Thời điểm này đã quá lâu. Hãy kiểm tra lại năm.
incident-wrong-no-such-word = Hãy chọn một mục trong danh sách.
incident-wrong-after-discovery = Thời điểm bắt đầu không thể sau thời điểm phát hiện.
incident-wrong-before-discovery = Thời điểm này không thể trước thời điểm phát hiện.
incident-wrong-after-report = Đã có báo cáo ghi trước thời điểm này. Hãy kiểm tra lại.
