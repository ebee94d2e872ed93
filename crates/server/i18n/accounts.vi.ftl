## Nguồn tài khoản

connectors-title = Nguồn tài khoản
connectors-about = Tài khoản của từng hệ thống được biết từ đâu: đọc danh bạ, tải danh sách lên, hoặc chủ tài khoản tự khai.
connectors-none = Chưa có nguồn nào.
connector-new = Thêm nguồn
connector-new-ldap = Đọc danh bạ (LDAP, Active Directory)
connector-new-list = Tải danh sách lên
connector-new-attestation = Chủ tài khoản tự khai
connector-about-ldap = Máy chủ này sẽ đọc danh bạ theo lịch, chỉ đọc và không bao giờ ghi vào danh bạ. Hãy dùng một tài khoản riêng chỉ có quyền đọc.
connector-about-list = Dùng cho hệ thống xuất được danh sách tài khoản ra bảng tính. Mỗi lần tải lên là danh sách đầy đủ, thay cho danh sách trước.
connector-about-attestation = Dùng cho hệ thống không ai tra được. Mỗi người của đơn vị được coi là có một tài khoản ở đó và tự khai ngày đổi mật khẩu tại trang “Việc cần làm”.
connector-kind = Cách biết
connector-kind-ldap = đọc danh bạ
connector-kind-list = danh sách tải lên
connector-kind-attestation = tự khai
connector-name = Tên gọi
connector-name-hint = Ví dụ: Danh bạ miền của tỉnh.
connector-name-missing = Hãy đặt tên cho nguồn này.
connector-system = Hệ thống
connector-system-hint = Tên máy chủ hoặc tên viết tắt, viết liền, ví dụ mail.moj.gov.vn. Tên này không đổi được về sau vì có trong mã của từng tài khoản.
connector-system-wrong = Tên hệ thống viết liền, không có khoảng trắng và không có dấu @.
connector-system-taken = Hệ thống này đã có một nguồn khác.
connector-unit = Đơn vị
connector-unit-hint-ldap = Tài khoản chưa rõ của ai được tính vào đơn vị này.
connector-unit-hint-list = Tài khoản chưa rõ của ai được tính vào đơn vị này.
connector-unit-hint-attestation = Mọi người của đơn vị này và các đơn vị bên dưới có tài khoản ở hệ thống.
connector-unit-missing = Hãy chọn đơn vị.
connector-change = Sửa
connector-field-url = Địa chỉ
connector-url-hint = ldaps://MÁY[:CỔNG] hoặc ldap://MÁY[:CỔNG] (có StartTLS). Không bao giờ gửi gì khi chưa mã hóa đường truyền.
connector-certificates = Chứng thư của nơi cấp chứng thư cho máy chủ (PEM)
connector-certificates-hint = Để trống nếu máy chủ này đã tin nơi cấp đó.
connector-field-bind-name = Tên để đọc
connector-bind-hint = Ví dụ cn=doc,dc=thads,dc=vn; với Active Directory: doc@thads.vn. Để trống nếu danh bạ cho mọi người đọc.
connector-password = Mật khẩu để đọc
connector-password-hint = Được niêm bằng khóa nằm ngoài cơ sở dữ liệu và không bao giờ hiện lại.
connector-password-kept = Đang giữ một mật khẩu; để trống nếu không đổi. Đổi địa chỉ hoặc tên thì phải nhập lại.
connector-password-anew = Hãy nhập mật khẩu: mật khẩu đã giữ chỉ dùng cho đúng địa chỉ và tên cũ.
connector-field-base = Nơi bắt đầu tìm
connector-base-hint = Để trống thì tìm từ gốc của danh bạ.
connector-field-filter = Bộ lọc
connector-filter-hint = Theo RFC 4515, ví dụ (objectClass=person). Để trống thì lấy tài khoản của người.
connector-field-login = Thuộc tính: tên đăng nhập
connector-attributes-hint = Để trống cả bốn thuộc tính thì dùng thuộc tính thường gặp; đã điền thì điền đủ bốn. Thường là sAMAccountName hoặc uid.
connector-field-owner-name = Thuộc tính: họ tên
connector-attribute-usual-name = Thường là displayName hoặc cn.
connector-field-mail = Thuộc tính: hộp thư
connector-attribute-usual-mail = Thường là mail.
connector-field-employee = Thuộc tính: số hiệu cán bộ
connector-attribute-usual-employee = Thường là employeeID hoặc employeeNumber.
connector-administrators = Nhóm quản trị
connector-administrators-hint = Tên đầy đủ (DN) của các nhóm mà thành viên có quyền quản trị, mỗi dòng một nhóm.
connector-schedule = Lịch đọc
connector-schedule-hint = Lịch chỉ chạy sau khi kết quả đã được nhận lần đầu.
connector-every = { $hours ->
    [0] chỉ khi có người yêu cầu
    [24] mỗi ngày một lần
    [168] mỗi tuần một lần
   *[other] { $hours } giờ một lần
 }
connector-made = Đã lập nguồn tài khoản.
connector-nobody = (không cần tên)
connector-accounts = Tài khoản
connector-accounts-open = Xem tài khoản
connector-unjoined = Không ghép được
connector-last = Lần đọc gần nhất
connector-no-reading = không đọc từ đâu
connector-never-read = chưa đọc lần nào
connector-not-taken-over = chưa nhận kết quả
connector-read-at = đọc lúc { $moment }
connector-failed-at = không đọc được lúc { $moment }
connector-taken-over-at = Nhận kết quả lần đầu
connector-by-schedule = theo lịch
connector-next-look = Đọc thử tiếp theo: { $moment }, người yêu cầu: { $by }.
connector-next-take = Đọc và nhận tiếp theo: { $moment }, người yêu cầu: { $by }.
connector-next-list = Danh sách tiếp theo: { $moment }, người yêu cầu: { $by }.
connector-test = Thử kết nối
connector-look = Đọc thử, không thay đổi gì
connector-take = Đọc và nhận ngay
connector-first-about = Hãy thử kết nối, rồi đọc thử và xem kết quả. Chưa có gì thay đổi cho đến khi bạn nhận kết quả của lần đọc thử.
connector-read-about = Lịch đọc đang chạy. Có thể đọc thử để xem trước, hoặc đọc và nhận ngay.
connector-test-active-directory = Kết nối được: đây là Active Directory, tìm từ { $base }.
connector-test-plain = Kết nối được: đây là danh bạ LDAP, tìm từ { $base }.
connector-test-failed = Không được: { $what } { $todo }
connector-asked = Đã ghi yêu cầu. Việc đọc bắt đầu trong vài giây; hãy tải lại trang để xem kết quả.
connector-upload = Tải danh sách lên
connector-upload-about = Danh sách đầy đủ các tài khoản của hệ thống này. Bạn được xem trước những gì mới, thay đổi, không còn và không ghép được; chưa có gì thay đổi cho đến khi bạn xác nhận.
connector-made-on = Ngày lập danh sách
connector-made-on-hint = Dữ kiện trong danh sách được tính từ ngày này; danh sách quá cũ thì kết quả trở thành chưa xác định.
connector-attestation-about = Người của đơn vị thấy ô khai tại trang “Việc cần làm” của mình. Tài khoản đã khóa hoặc không có thì ghi tại trang của tài khoản.
connector-runs = Các lần đọc
connector-runs-none = Chưa có lần đọc nào.
connector-run-when = Bắt đầu
connector-run-ended = Kết thúc
connector-run-kind = Việc
connector-run-by = Người yêu cầu
connector-run-look = đọc thử
connector-run-take = đọc và nhận
connector-run-list = nhập danh sách
connector-run-outcome = Kết quả
connector-run-done = xong
connector-run-failed = không được
connector-run-title = Lần đọc lúc { $moment }
connector-count-read = Đọc được
connector-count-new = Mới
connector-count-changed = Thay đổi
connector-count-gone = Không còn
connector-count-skipped = Bỏ qua
connector-no-difference = Không có gì khác với lần trước.
connector-differences = Những điểm khác
connector-differences-cut = Những điểm khác ({ $shown } trong số { $count } tài khoản)
connector-differences-kept = Chỉ giữ { $most } điểm khác của mỗi lần đọc.
connector-difference-login = Tên đăng nhập
connector-difference-sort = Loại
connector-difference-what = Khác ở chỗ
connector-sort-new = mới
connector-sort-back = có lại
connector-sort-changed = thay đổi
connector-sort-gone = không còn
connector-joined-mail = ghép theo hộp thư
connector-joined-login = ghép theo tên đăng nhập
connector-joined-hand = ghép bằng tay
connector-joined-member = người của đơn vị
connector-not-joined = không ghép được
connector-joined-nobody = không ai có hộp thư này
connector-joined-several = nhiều người cùng phần đầu hộp thư
connector-changed = { $what }: { $before } → { $after };
connector-changed-owner = chủ tài khoản
connector-changed-owner-name = họ tên
connector-changed-mail = hộp thư
connector-changed-enabled = đang mở
connector-changed-administrator = quản trị
connector-changed-password-changed-at = đổi mật khẩu
connector-not-known = không rõ
connector-yes = có
connector-no = không
connector-take-over = Nhận kết quả này
connector-take-over-about = Danh bạ được đọc lại rồi mới nhận, nên những gì vừa thay đổi trong danh bạ cũng được nhận.
connector-secret-lost = không mở được mật khẩu đã giữ: { $detail }
    Hãy nhập lại mật khẩu ở trang sửa nguồn này; nếu vừa chuyển máy chủ, hãy chép tệp sealing.key của thư mục dữ liệu cũ.
connector-settings-unreadable = không hiểu cài đặt đã lưu: { $detail }
    Hãy mở trang sửa nguồn này và nhập lại.
connector-many-gone = { $detail } tài khoản không còn trong danh bạ, nhiều bất thường, nên không nhận gì
    Hãy kiểm tra bộ lọc và quyền của tài khoản đọc; nếu đúng là vậy, hãy đọc thử rồi nhận bằng tay.
connector-not-taken = không ghi được kết quả: { $detail }
    Hãy kiểm tra đơn vị của nguồn này.

## Tài khoản

connector-accounts-about = Tài khoản được ghép với người theo phần đứng trước @ của hộp thư hoặc của tên đăng nhập. Tài khoản không ghép được thì ghép bằng tay.
connector-accounts-count = { $count } tài khoản
connector-accounts-none = Không có tài khoản nào như vậy.
connector-search = Tên đăng nhập, họ tên, hộp thư
connector-state-there = đang có
connector-state-unjoined = không ghép được
connector-state-gone = không còn
connector-owner = Chủ tài khoản
connector-owner-written = Họ tên theo hệ thống
connector-open = Đang mở
connector-password-changed = Đổi mật khẩu lần cuối
connector-read-last = Đọc lần cuối
connector-account-findings = Xem kết quả đánh giá
connector-owner-person = Họ tên hoặc hộp thư của chủ tài khoản
connector-owner-hint = Điều ghi bằng tay được giữ nguyên qua các lần đọc sau.
connector-owner-not-found = Không tìm thấy đúng một người như vậy. Hãy dùng hộp thư.
connector-join = Ghép với người này
connector-unjoin = Bỏ ghép bằng tay
connector-joined-said = Đã ghép tài khoản với người.
connector-unjoined-said = Đã bỏ ghép. Lần đọc sau sẽ tìm chủ tài khoản lại.
connector-shared = Dùng chung
connector-shared-hint = Danh bạ không cho biết điều này; chỉ người biết rõ mới ghi được.
connector-shared-unsaid = chưa rà soát
connector-shared-yes = nhiều người cùng dùng
connector-shared-no = một người dùng
connector-close = Ghi là đã khóa hoặc không có
connector-close-about = Tài khoản đã khóa hoặc không có
connector-closed-said = Đã ghi. Tài khoản này không còn được tính.
attestations = Các lần tự khai
attestations-about = Chủ tài khoản đã tự khai
attestation-at = Khai lúc
attestation-by = Người khai
attestation-day = Ngày bạn đổi mật khẩu lần cuối
attestation-about = Hệ thống này không cho biết ngày đổi mật khẩu. Bạn hãy tự khai; lời khai có tên bạn, có thời hạn, và được ghi là “tự khai”.
attestation-last = Bạn đã khai: đổi ngày { $day }.
attestation-send = Tự khai
subject-evidence = Ngày đổi mật khẩu
subject-attested = chủ tài khoản tự khai, không phải do hệ thống cho biết
attestation-taken = Đã ghi lời khai của bạn.

## Nhắc đổi mật khẩu

reminder-subject = { $count ->
    [1] Khiên: mật khẩu của bạn còn { $days } ngày
   *[other] Khiên: { $count } mật khẩu của bạn sắp hết hạn, gần nhất còn { $days } ngày
 }
reminder-opening = Mật khẩu của các tài khoản sau sắp phải đổi:
reminder-line = { $account }: hạn cuối { $day }, còn { $days } ngày
reminder-onward = Hãy đổi mật khẩu trên máy của cơ quan. Cách đổi và những việc khác: { $url }/my
reminder-closing = Thư này do Khiên tự động gửi. Khiên không bao giờ hỏi mật khẩu của bạn.
reminder-closing-of = Thư này do Khiên của { $organisation } tự động gửi. Khiên không bao giờ hỏi mật khẩu của bạn.
setting-password-reminders-on = Nhắc bằng thư trước khi mật khẩu đến hạn (14, 7 và 1 ngày)
job-connectors = Đọc danh bạ tài khoản
job-accounts = Theo dõi người đến, đi và lời tự khai
job-password-reminders = Nhắc đổi mật khẩu

## Thử mật khẩu

try-title = Thử mật khẩu
try-lead = Gõ thử một mật khẩu để biết có đúng quy định không. Trang này kiểm tra ngay trong trình duyệt: mật khẩu không được gửi đi và không được lưu.
try-no-script = Trình duyệt đang tắt JavaScript nên không kiểm tra được tại đây. Hãy dùng lệnh “khien password check” trên máy của bạn.
try-login = Tên đăng nhập
try-login-hint = Để biết mật khẩu có chứa tên tài khoản không; có thể để trống.
try-second-factor = Tài khoản có xác thực đa yếu tố
try-candidate = Mật khẩu định dùng
try-shown = Hiện mật khẩu
try-rules = Quy định về mật khẩu
try-rule = Quy định
try-source = Nguồn
try-state = Kết quả
try-word-kept = đạt
try-word-broken = không đạt
try-word-untold = chưa rõ
try-all-kept = Mật khẩu này đạt mọi quy định kiểm tra được tại đây.
try-some-broken = Mật khẩu này chưa đạt.
try-rule-letters = Ít nhất { $number } ký tự
try-rule-classes = Ít nhất { $number } trong 4 loại: chữ thường, chữ hoa, chữ số, ký tự khác
try-rule-score = Khó đoán: ít nhất mức { $number } trên 4 theo zxcvbn
try-rule-login = Không chứa tên đăng nhập
try-rule-common = Không phải mật khẩu bị đoán đầu tiên
try-rule-length = Không dài quá { $number } byte
try-rule-ours = Khiên
try-how = Trang này kiểm tra thế nào
try-how-local = Quy định lấy từ văn bản chỉ đạo đang có hiệu lực. Mọi việc kiểm tra diễn ra trong trình duyệt; trang không gửi gì đi sau khi đã mở.
try-how-guess = Độ khó đoán tính bằng zxcvbn 4.4.2 với danh sách từ tiếng Anh của nó, thêm các mật khẩu và từ hay gặp ở Việt Nam; tính cả khi bỏ dấu và lấy mức thấp hơn.
try-how-not = Không kiểm tra được: mật khẩu đã dùng trước đây, mật khẩu đã lộ ở nơi khác, và từ tiếng Việt ngoài danh sách ngắn kèm theo.

## Danh sách tài khoản

import-kind-accounts = tài khoản
import-sample-accounts = Mẫu danh sách tài khoản (.xlsx)
import-accounts-login = Tên đăng nhập
import-accounts-owner-name = Họ và tên
import-accounts-mail = Thư điện tử
import-accounts-created-on = Ngày tạo
import-accounts-password-changed-on = Ngày đổi mật khẩu
import-accounts-last-login-on = Đăng nhập lần cuối
import-accounts-enabled = Trạng thái
import-accounts-administrator = Quản trị
import-accounts-shared = Dùng chung
import-accounts-whole = Danh sách này sẽ thay cho danh sách trước của hệ thống: tài khoản không có trong danh sách được coi là không còn.
import-accounts-carry-out = Thay danh sách: { $count } tài khoản
import-row-not-a-login = “{ $value }” không phải là tên đăng nhập.
import-row-not-a-login-todo = Tên đăng nhập viết liền, không có khoảng trắng.
import-row-not-a-day = “{ $value }” không phải là ngày.
import-row-not-a-day-todo = Hãy viết ngày/tháng/năm, ví dụ 31/07/2026; chưa rõ thì để trống.
import-row-not-yes-or-no = Không hiểu “{ $value }”.
import-row-not-yes-or-no-todo = Hãy viết Có hoặc Không; cột trạng thái: Đang mở hoặc Đã khóa; chưa rõ thì để trống.
