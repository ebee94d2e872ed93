### Tên gọi của dữ kiện: nhóm dữ kiện, rồi từng trường. Khóa là «Tên cấu trúc»-«tên trường» như trong lược đồ dữ kiện.

## Thiết bị

DeviceFacts-os = Hệ điều hành
Os-family = họ hệ điều hành
Os-id = mã hệ điều hành
Os-name = tên đầy đủ
Os-version = phiên bản
Os-build = bản dựng
Os-hostname = tên máy
Os-role = vai trò của máy
Os-support_ends_at = ngày hết hỗ trợ
Os-extended_support_ends_at = ngày hết hỗ trợ mở rộng

DeviceFacts-patches = Bản vá
Patches-channel = kênh cập nhật
Patches-last_checked_at = lần tìm bản cập nhật gần nhất
Patches-last_installed_at = lần cài bản cập nhật gần nhất
Patches-missing = bản cập nhật còn thiếu
Patches-security_missing = số bản vá bảo mật còn thiếu
Patches-reboot_pending = đang chờ khởi động lại
Patches-automatic = tự động cài bản vá bảo mật
MissingUpdate-name = tên gói
MissingUpdate-installed = bản đang cài
MissingUpdate-available = bản mới có
MissingUpdate-security = là bản vá bảo mật

DeviceFacts-antivirus = Phần mềm diệt vi-rút
Antivirus-products = sản phẩm
AntivirusProduct-name = tên sản phẩm
AntivirusProduct-running = đang chạy
AntivirusProduct-real_time = quét theo thời gian thực
AntivirusProduct-signature_state = tình trạng mẫu nhận diện
AntivirusProduct-signatures_built_at = mẫu nhận diện được tạo lúc
AntivirusProduct-signature_version = phiên bản mẫu nhận diện
AntivirusProduct-centrally_managed = được quản lý tập trung
AntivirusProduct-licence_expired = hết hạn bản quyền

DeviceFacts-shares = Chia sẻ thư mục
Shares-folders = thư mục chia sẻ
Shares-service_running = dịch vụ chia sẻ đang chạy
Shares-smb1_accepted = còn chấp nhận SMB 1
SharedFolder-name = tên chia sẻ
SharedFolder-path = đường dẫn
SharedFolder-protocol = giao thức
SharedFolder-open_to_everyone = ai cũng mở được
SharedFolder-writable = người khác ghi được

DeviceFacts-browsers = Trình duyệt
Browsers-profiles = hồ sơ trình duyệt
Browsers-policies = chính sách trình duyệt
BrowserProfile-browser = trình duyệt
BrowserProfile-user = người dùng
BrowserProfile-profile = hồ sơ
BrowserProfile-saved_logins = số mật khẩu đã lưu
BrowserProfile-saved_logins_protected = số mật khẩu đã lưu cho trang của Bộ
BrowserProfile-saved_logins_official_elsewhere = số lần dùng thư công vụ đăng ký trang ngoài
BrowserProfile-lasting_sessions_protected = số phiên đăng nhập trang của Bộ chưa thoát
BrowserProfile-offers_to_save = trình duyệt còn gợi ý lưu mật khẩu
BrowserPolicy-browser = trình duyệt
BrowserPolicy-saving_forbidden = chính sách cấm lưu mật khẩu

DeviceFacts-software = Phần mềm
Software-programs = chương trình
Software-foreign_repositories = nguồn cài đặt ngoài
Software-unknown_executables = tệp chạy được không rõ nguồn gốc
Software-licences = bản quyền
Software-crack_signs = dấu hiệu bẻ khóa
Program-name = tên
Program-version = phiên bản
Program-publisher = nhà phát hành
Program-source = cách cài
Program-known_origin = rõ nguồn gốc
ForeignRepository-address = địa chỉ
ForeignRepository-file = tệp khai báo
ForeignRepository-unsigned = không kiểm tra chữ ký
UnknownExecutable-path = đường dẫn
UnknownExecutable-user = người dùng
UnknownExecutable-modified_at = sửa lần cuối
UnknownExecutable-signed = có chữ ký hợp lệ
Licence-product = sản phẩm
Licence-state = tình trạng bản quyền
CrackSign-sign = dấu hiệu
CrackSign-path = đường dẫn

DeviceFacts-accounts = Tài khoản trên máy
Accounts-local = tài khoản
Accounts-password_max_age = thời hạn tối đa của mật khẩu
Accounts-password_min_length = độ dài tối thiểu của mật khẩu
LocalAccount-name = tên tài khoản
LocalAccount-password_login = đăng nhập được bằng mật khẩu
LocalAccount-password_empty = mật khẩu để trống
LocalAccount-password_changed_at = đổi mật khẩu lần cuối
LocalAccount-initial_password_in_use = còn dùng mật khẩu ban đầu
LocalAccount-must_change_password = phải đổi mật khẩu ở lần đăng nhập tới
LocalAccount-password_never_expires = mật khẩu không bao giờ hết hạn
LocalAccount-administrator = có quyền quản trị
LocalAccount-administrator_without_password = lên quyền quản trị không cần mật khẩu
LocalAccount-last_login_at = đăng nhập lần cuối

DeviceFacts-session = Khóa màn hình và phiên làm việc
Session-lock_settings = cài đặt khóa màn hình
Session-open = phiên đang mở
LockSetting-user = người dùng
LockSetting-locks = tự khóa khi không dùng
LockSetting-locks_after = khóa sau
LockSetting-enforced = người dùng không tự đổi được
OpenSession-user = người dùng
OpenSession-kind = cách đăng nhập
OpenSession-locked = màn hình đang khóa
OpenSession-idle_since = không thao tác từ

DeviceFacts-firewall = Tường lửa
Firewall-firewalls = tường lửa tìm thấy
HostFirewall-name = tên
HostFirewall-active = đang bật
HostFirewall-refuses_inbound = từ chối kết nối từ ngoài vào

DeviceFacts-disk = Ổ đĩa
Disk-volumes = phân vùng
Volume-mount = nơi gắn
Volume-file_system = hệ thống tệp
Volume-encrypted = đã mã hóa
Volume-removable = tháo rời được

DeviceFacts-usb = Thiết bị USB
Usb-storage_blocked = chặn thiết bị lưu trữ USB
Usb-autorun_off = đã tắt tự chạy

DeviceFacts-remote_access = Điều khiển từ xa
RemoteAccess-services = dịch vụ
RemoteAccessService-kind = loại
RemoteAccessService-name = tên
RemoteAccessService-enabled = đang bật
RemoteAccessService-listening = đang nhận kết nối
RemoteAccessService-password_login = vào được chỉ bằng mật khẩu
RemoteAccessService-administrator_login = quản trị viên đăng nhập thẳng được

DeviceFacts-downloads = Tệp tải về
Downloads-risky = tệp rủi ro
RiskyDownload-file_name = tên tệp
RiskyDownload-extension = đuôi tệp
RiskyDownload-user = người dùng
RiskyDownload-origin_host = trang nguồn
RiskyDownload-origin_government = từ cơ quan nhà nước
RiskyDownload-downloaded_at = tải về lúc
RiskyDownload-executable = chạy được

DeviceFacts-guard = Chống mã độc tống tiền
Guard-in_force = lá chắn đang hoạt động
Guard-protected_folders = thư mục được bảo vệ
Guard-last_restore_drill_at = lần khôi phục thử gần nhất

DeviceFacts-reporting = Báo cáo về máy chủ
Reporting-silent_since = không có báo cáo từ

DeviceFacts-agent = Chương trình khien-agent
Agent-key_protection = khóa được bảo vệ bằng

## Tài khoản

AccountFacts-credential = Mật khẩu và cách bảo vệ
Credential-system = hệ thống
Credential-created_at = tạo lúc
Credential-received_at = nhận tài khoản lúc
Credential-password_changed_at = đổi mật khẩu lần cuối
Credential-evidence = nguồn của thông tin
Credential-initial_password_in_use = còn dùng mật khẩu ban đầu
Credential-must_change_password = phải đổi mật khẩu ở lần đăng nhập tới
Credential-password_never_expires = mật khẩu không bao giờ hết hạn
Credential-second_factor = bắt buộc xác thực đa yếu tố

AccountFacts-lifecycle = Vòng đời tài khoản
Lifecycle-enabled = đang hoạt động
Lifecycle-administrator = có quyền quản trị
Lifecycle-shared = nhiều người dùng chung
Lifecycle-last_login_at = đăng nhập lần cuối
Lifecycle-owner_left = chủ tài khoản đã nghỉ hoặc chuyển công tác

AccountFacts-sign_ins = Nơi đăng nhập
SignIns-devices = thiết bị
SignInDevice-device = tên thiết bị
SignInDevice-safe = thiết bị an toàn
SignInDevice-last_used_at = dùng lần cuối

## Người

PersonFacts-duties = Quán triệt nhiệm vụ
Duties-assigned_at = giao đọc lúc
Duties-acknowledged = đã xác nhận đã đọc
Duties-acknowledged_at = xác nhận lúc
Duties-quiz_passed = đã đạt bài kiểm tra
Duties-quiz_passed_at = đạt bài kiểm tra lúc

PersonFacts-advisories = Cảnh báo an ninh mạng
Advisories-unread = số cảnh báo chưa đọc
Advisories-oldest_unread_published_at = cảnh báo chưa đọc cũ nhất đăng lúc
Advisories-last_read_at = đọc lần cuối

PersonFacts-documents = Nghiên cứu văn bản
StudiedDocuments-required = số văn bản phải nghiên cứu
StudiedDocuments-studied = số văn bản đã nghiên cứu
StudiedDocuments-outstanding = văn bản còn lại
OutstandingDocument-number = số, ký hiệu
OutstandingDocument-assigned_at = giao lúc

PersonFacts-training = Tập huấn
Training-last_completed_at = tập huấn lần cuối
Training-exercises = đợt diễn tập
PhishingExercise-held_at = tổ chức lúc
PhishingExercise-difficulty = độ khó
PhishingExercise-opened = đã mở liên kết hoặc tệp
PhishingExercise-reported = đã báo cáo

PersonFacts-own_uploads = Tệp tự tải lên hệ thống
OwnUploads-uploaded = số tệp đã tải lên
OwnUploads-with_receipt = số tệp có biên nhận quét
OwnUploads-infected_uploaded = số tệp nhiễm mã độc vẫn được tải lên

## Đơn vị

UnitFacts-tasks = Nhiệm vụ
Tasks-plan_approved = kế hoạch đã được duyệt
Tasks-assigned = nhiệm vụ được giao
UnitTask-title = tên nhiệm vụ
UnitTask-has_owner = có người phụ trách
UnitTask-due_at = hạn hoàn thành
UnitTask-done = đã hoàn thành
UnitTask-evidence_count = số tệp bằng chứng

UnitFacts-roles = Phân công
Roles-held = vai trò
RoleHolder-role = vai trò
RoleHolder-person = người giữ
RoleHolder-decision = số quyết định
RoleHolder-qualified = đủ chuyên môn
RoleHolder-since = từ

UnitFacts-sign_off = Xác nhận của người đứng đầu
SignOff-signed_off_at = xác nhận lần cuối

UnitFacts-case_data = Dữ liệu việc thi hành án
CaseData-exported_at = xuất dữ liệu lúc
CaseData-open_cases = số việc đang thi hành
CaseData-timely_cases = số việc đúng hạn
CaseData-late_cases = số việc quá hạn
CaseData-late_by_system_cases = số việc quá hạn do hệ thống
CaseData-undecided_cases = số việc chưa xác định được hạn vì thiếu ngày
CaseData-unsourced_cases = số việc có thời hạn cần đối chiếu với luật
CaseData-median_entry_lag = độ trễ nhập liệu (trung vị)
CaseData-median_entry_lag_at_most = độ trễ nhập liệu nhiều nhất là (trung vị)
CaseData-stale_cases = số việc lâu không cập nhật
CaseData-incomplete_cases = số việc thiếu thông tin bắt buộc
CaseData-inconsistent_cases = số việc có số liệu mâu thuẫn
CaseData-head_reviewed_at = người đứng đầu rà soát lần cuối

UnitFacts-online_services = Dịch vụ công trực tuyến
OnlineServices-months = tháng
OnlineServiceMonth-month_start = tháng bắt đầu
OnlineServiceMonth-received = hồ sơ tiếp nhận
OnlineServiceMonth-received_online = tiếp nhận trực tuyến
OnlineServiceMonth-settled_on_time = giải quyết đúng hạn
OnlineServiceMonth-settled = đã giải quyết
OnlineServiceMonth-digitised = hồ sơ được số hóa
OnlineServiceMonth-paid_online = hồ sơ thanh toán trực tuyến

UnitFacts-documents = Nghiên cứu văn bản

UnitFacts-difficulties = Khó khăn, vướng mắc
Difficulties-reported_this_month = đã báo cáo tháng này
Difficulties-reports = phản ánh
DifficultyReport-ticket = số phiếu
DifficultyReport-reported_at = gửi lúc
DifficultyReport-answered = đã được trả lời
DifficultyReport-answer_due_at = hạn trả lời

## Hộp thư

MailboxFacts-mail_check = Kiểm tra thư đến
MailCheck-gate_in_force = mọi thư được kiểm tra trước khi phát
MailCheck-last_checked_at = kiểm tra lần cuối
MailCheck-checked = số thư đã kiểm tra
MailCheck-not_inspected = số thư không kiểm tra hết được
MailCheck-dangerous_delivered = số thư nguy hiểm vẫn được phát
MailCheck-outside_without_warning = số thư từ ngoài không có cảnh báo

MailboxFacts-sign_ups = Dùng thư công vụ đăng ký dịch vụ ngoài
SignUps-foreign_services = số dịch vụ ngoài
SignUps-last_seen_at = thấy lần cuối

MailboxFacts-forwarding = Chuyển tiếp thư
Forwarding-forwards_outside = tự chuyển tiếp ra ngoài

## Hệ thống

SystemFacts-uploads = Tệp tải lên
Uploads-gate_in_force = cổng quét tệp đang hoạt động
Uploads-uploaded = số tệp đã tải lên
Uploads-with_receipt = số tệp có biên nhận quét
Uploads-infected_uploaded = số tệp nhiễm mã độc vẫn được tải lên
Uploads-not_inspected = số tệp không quét hết được
Uploads-last_receipt_at = biên nhận quét mới nhất
