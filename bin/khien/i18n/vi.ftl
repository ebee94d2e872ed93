### Mọi câu mà người dùng đọc, bằng tiếng Việt. Viết trọn câu, không dùng từ tiếng Anh khi có từ tiếng Việt.

## Trợ giúp

help = Khiên kiểm tra máy tính theo văn bản chỉ đạo về an ninh mạng, chỉ ra chỗ chưa đạt, vì sao và cách khắc phục.
help-after =
    Bắt đầu:
      khien check                      kiểm tra máy này
      khien check --all                như trên, liệt kê cả nội dung đã đạt
      khien check --format html --output ket-qua.html

    Mã kết thúc: 0 không có nội dung nào không đạt; 1 có nội dung không đạt;
    2 dùng sai hoặc dữ liệu vào sai; 3 không đánh giá được nội dung nào.

    In English: khien --lang en --help
help-heading-usage = Cách dùng:
help-heading-commands = Lệnh
help-heading-options = Tùy chọn
help-heading-arguments = Đối số
help-value-url = ĐỊA CHỈ
help-value-addr = ĐỊA CHỈ:CỔNG
help-value-login = TÊN_ĐĂNG_NHẬP
help-value-command = LỆNH
help-value-options = {"["}TÙY CHỌN]
help-value-id-file = MÃ|TỆP
help-value-dir = THƯ_MỤC
help-value-file = TỆP
help-value-time = THỜI_ĐIỂM
help-value-name = TÊN
help-value-clause = ĐIỀU_KHOẢN
help-value-control = MÃ_BIỆN_PHÁP
help-lang = Ngôn ngữ: vi (tiếng Việt, mặc định) hoặc en (tiếng Anh). Cũng đặt được bằng biến môi trường KHIEN_LANG.
help-help = In trợ giúp này.
help-version = In phiên bản.

help-check = Kiểm tra máy này (hoặc dữ kiện có sẵn) theo văn bản chỉ đạo và in kết quả.
help-check-after =
    Mã kết thúc: 0 không có nội dung nào không đạt; 1 có nội dung không đạt;
    2 dùng sai hoặc dữ liệu vào sai; 3 không đánh giá được nội dung nào.

    Chạy với quyền quản trị (sudo) thì kiểm tra được nhiều nội dung hơn. Khiên chỉ đọc, không thay đổi gì trên máy.
help-check--directive = Văn bản chỉ đạo: mã của văn bản có sẵn (xem “khien directive list”) hoặc đường dẫn tới tệp. Mặc định là văn bản có sẵn đang áp dụng.
help-check--root = Kiểm tra hệ thống nằm trong thư mục này (ổ đĩa đã gắn, máy thử) thay cho máy đang chạy.
help-check--facts = Không thu thập mà đánh giá dữ kiện trong tệp JSON do “khien facts” ghi ra. Dùng “-” để đọc từ đầu vào chuẩn.
help-check--at = Đánh giá tại thời điểm này thay cho hiện tại: 2026-06-30T08:00:00+07:00, 2026-06-30 hoặc 30/06/2026. Chỉ ghi ngày thì tính đến hết ngày đó. Không ghi múi giờ thì là giờ Việt Nam.
help-check--only = Chỉ các điều khoản này, ví dụ: --only 4.1 4.6. Ghi 4 thì gồm 4.1, 4.2, …
help-check--format = Dạng kết quả: text (để đọc trên màn hình, mặc định), json (cho phần mềm khác), html (trang để xem và in).
help-check--output = Ghi kết quả vào tệp này thay vì in ra màn hình; dấu - là màn hình.
help-check--all = Liệt kê cả các nội dung đã đạt.

help-facts = Thu thập dữ kiện của máy này và in ra dạng JSON. Không bao giờ có mật khẩu, cookie hay nội dung thư; có tên tài khoản, phần mềm, thư mục chia sẻ và tệp.
help-facts--root = Thu thập từ hệ thống nằm trong thư mục này thay cho máy đang chạy.
help-facts--at = Ghi thời điểm này làm thời điểm thu thập; chỉ dùng cùng với --root.
help-facts--schema = In lược đồ JSON Schema của dữ kiện.

help-directive = Làm việc với văn bản chỉ đạo dạng tệp.
help-directive-list = Liệt kê các văn bản chỉ đạo có sẵn trong chương trình.
help-directive-check = Kiểm tra tệp văn bản chỉ đạo và chỉ ra mọi lỗi, kèm dòng và cột.
help-directive-check--files = Các tệp cần kiểm tra.
help-directive-explain = Giải thích một biện pháp kiểm soát: căn cứ, tham số, dữ kiện dùng đến, cách khắc phục.
help-directive-explain--control = Mã của biện pháp kiểm soát, ví dụ antivirus-running.
help-directive-explain--directive = Văn bản chỉ đạo: mã hoặc đường dẫn tới tệp.
help-directive-explain--at = Lấy giá trị tham số có hiệu lực tại thời điểm này.
help-directive-schema = In lược đồ JSON Schema của tệp văn bản chỉ đạo, dùng cho trình soạn thảo.
help-directive-test = Chạy các ví dụ ghi trong văn bản chỉ đạo.
help-directive-test--directives = Mã của văn bản có sẵn hoặc đường dẫn tới tệp.

## Báo lỗi

problem = Lỗi: { $what }
problem-unknown-argument = không có tùy chọn “{ $argument }”.
problem-unknown-command = không có lệnh “{ $command }”.
problem-missing-command = chưa nói phải làm gì.
problem-missing-value = { $argument } cần có giá trị đi kèm.
problem-bad-value = “{ $value }” không dùng được cho { $argument }.
problem-arguments-conflict = không dùng { $argument } cùng với { $other }.
problem-argument-twice = { $argument } được ghi hai lần.
problem-missing-argument = thiếu { $argument }.
problem-too-many-values = { $argument } có quá nhiều giá trị.
problem-argument-not-text = có đối số không phải là văn bản UTF-8.
problem-misuse = dùng sai cách: { $detail }
problem-bad-language-variable = biến môi trường { $variable } có giá trị “{ $value }”, không phải là một ngôn ngữ dùng được.
problem-bad-moment = “{ $written }” không phải là một thời điểm.
problem-missing = không tìm thấy “{ $path }”.
problem-is-folder = “{ $path }” là thư mục, không phải tệp.
problem-is-no-folder = “{ $path }” không phải là thư mục.
problem-no-rights = không có quyền đọc “{ $path }”.
problem-cannot-read = không đọc được “{ $path }”: { $detail }
problem-cannot-write = không ghi được “{ $path }”: { $detail }
problem-too-large = “{ $path }” lớn hơn mức cho phép là { $limit } MiB.
problem-not-text = “{ $path }” không phải là văn bản UTF-8 (dòng { $line }).
problem-unknown-directive = không có văn bản chỉ đạo nào mang mã hoặc tên tệp “{ $name }”.
problem-no-directive-at = không có văn bản chỉ đạo có sẵn nào áp dụng tại thời điểm { $moment }.
problem-bad-directive = Văn bản chỉ đạo có { $errors } lỗi.
problem-unknown-clause = văn bản chỉ đạo không có điều khoản “{ $clause }” cho loại đối tượng này.
problem-unknown-control = văn bản chỉ đạo { $directive } không có biện pháp kiểm soát “{ $control }”.
problem-at-without-root = --at của “khien facts” chỉ dùng cùng với --root.

problem-kind-empty = “{ $path }” không có nội dung.
problem-kind-utf16 = “{ $path }” là văn bản UTF-16; tệp dữ kiện phải dùng bảng mã UTF-8.
problem-kind-archive = “{ $path }” là tệp nén hoặc tệp văn phòng (.zip, .xlsx, .docx), không phải tệp dữ kiện.
problem-kind-pdf = “{ $path }” là tệp PDF, không phải tệp dữ kiện.
problem-kind-markup = “{ $path }” là tệp HTML hoặc XML, không phải tệp dữ kiện.
problem-kind-report = “{ $path }” là bản kết quả kiểm tra, không phải dữ kiện đã được kiểm tra.
problem-kind-no-object = “{ $path }” là JSON nhưng không có dạng của dữ kiện.
problem-facts-not-json = “{ $path }” không phải là JSON (dòng { $line }, cột { $column }).
problem-facts-unknown-field = “{ $path }”, dòng { $line }, cột { $column }: không có trường “{ $field }”.
problem-facts-unknown-word = “{ $path }”, dòng { $line }, cột { $column }: không có giá trị “{ $field }”.
problem-facts-missing-field = “{ $path }”, dòng { $line }, cột { $column }: thiếu trường “{ $field }”.
problem-facts-wrong-type = “{ $path }”, dòng { $line }, cột { $column }: sai kiểu giá trị.
problem-facts-other = “{ $path }”, dòng { $line }, cột { $column }: không đúng mẫu dữ kiện.

hint-did-you-mean = Có phải ý bạn là: { $meant }
hint-known = Dùng được: { $known }
hint-help = Xem cách dùng: { $command } --help
hint-first-steps = Để kiểm tra máy này: khien check. Xem cách dùng: khien --help
hint-one-of-both = Chỉ chọn một trong hai.
hint-moment = Viết như: 2026-06-30T08:00:00+07:00, 2026-06-30 hoặc 30/06/2026
hint-missing = Xem lại tên và thư mục.
hint-is-folder = Ghi đường dẫn tới một tệp trong thư mục đó.
hint-is-no-folder = Ghi đường dẫn tới thư mục gốc của hệ thống cần kiểm tra.
hint-no-rights = Chạy lại với quyền quản trị (sudo), hoặc xin quyền đọc.
hint-too-large = Tệp dữ kiện của một máy thường nhỏ hơn 1 MiB. Có thể bạn chọn nhầm tệp.
hint-not-text = Lưu lại tệp với bảng mã UTF-8.
hint-directive-file = Nếu là tệp, ghi đúng đường dẫn, ví dụ ./van-ban.yaml
hint-list-controls = Xem mã các biện pháp kiểm soát: khien check --all
hint-facts-shape = Tệp phải có dạng do “khien facts” ghi ra. Xem lược đồ: khien facts --schema
hint-detail = Chi tiết kỹ thuật: { $detail }

## Tiến độ

progress = Đang kiểm tra máy… { $done }/{ $total } ({ $area })

## Văn bản chỉ đạo

list-controls = { $clauses } điều khoản, { $controls } biện pháp kiểm soát
list-now = đang áp dụng
check-good = { $file }: không có lỗi ({ $clauses } điều khoản, { $controls } biện pháp kiểm soát).
check-errors = { $errors } lỗi, { $warnings } cảnh báo trong { $files } tệp.
explain-clause = Điều khoản
explain-subject = Đối tượng
explain-severity = Mức độ
explain-fresh = Dữ kiện cũ hơn { $length } thì coi là chưa xác định
explain-params = Tham số
explain-param-none = không có giá trị nào có hiệu lực tại thời điểm này
explain-facts = Dữ kiện dùng đến
explain-check = Phép kiểm tra
test-good = { $directive }: { $examples } ví dụ đều đúng.
test-bad = { $directive }: { $failed } trong { $examples } ví dụ sai.
test-example = { $control } › { $name }: cần { $expected }, nhưng ra { $actual }

## Máy chủ

help-up = Khởi động Khiên trên máy này từ đầu: cơ sở dữ liệu, văn bản chỉ đạo, trang web, và kiểm tra chính máy này.
help-up--demo = Thêm một tỉnh hư cấu (đơn vị, người, thiết bị, 90 ngày dữ kiện) để xem thử toàn bộ chương trình.
help-up--accept_notice = Chấp nhận thông báo theo dõi an ninh mạng cho máy này mà không hỏi lại.
help-up--config = Tệp cấu hình. Không ghi thì dùng /etc/khien/khien.toml nếu có.
help-up--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-up--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-up--listen = Địa chỉ và cổng nhận kết nối có mã hóa TLS, ví dụ 0.0.0.0:8443.
help-up--http = Địa chỉ và cổng nhận kết nối không mã hóa; chỉ trên chính máy này, hoặc sau một máy chủ trung gian.
help-up--public_url = Địa chỉ mà người dùng và các máy khác dùng để vào máy chủ.

help-serve = Chạy máy chủ theo tệp cấu hình cho đến khi được yêu cầu dừng.
help-serve--config = Tệp cấu hình. Không ghi thì dùng /etc/khien/khien.toml nếu có.
help-serve--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-serve--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-serve--listen = Địa chỉ và cổng nhận kết nối có mã hóa TLS, ví dụ 0.0.0.0:8443.
help-serve--http = Địa chỉ và cổng nhận kết nối không mã hóa; chỉ trên chính máy này, hoặc sau một máy chủ trung gian.
help-serve--public_url = Địa chỉ mà người dùng và các máy khác dùng để vào máy chủ.

help-config = Xem và kiểm tra cấu hình của máy chủ.
help-config-check = Kiểm tra cấu hình và chỉ ra mọi lỗi, kèm dòng và cột.
help-config-check--config = Tệp cấu hình. Không ghi thì dùng /etc/khien/khien.toml nếu có.
help-config-check--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-config-check--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-config-check--listen = Địa chỉ và cổng nhận kết nối có mã hóa TLS, ví dụ 0.0.0.0:8443.
help-config-check--http = Địa chỉ và cổng nhận kết nối không mã hóa; chỉ trên chính máy này, hoặc sau một máy chủ trung gian.
help-config-check--public_url = Địa chỉ mà người dùng và các máy khác dùng để vào máy chủ.
help-config-show = In mọi mục cấu hình, kèm nơi đặt giá trị. Mật khẩu được che đi.
help-config-show--config = Tệp cấu hình. Không ghi thì dùng /etc/khien/khien.toml nếu có.
help-config-show--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-config-show--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-config-show--listen = Địa chỉ và cổng nhận kết nối có mã hóa TLS, ví dụ 0.0.0.0:8443.
help-config-show--http = Địa chỉ và cổng nhận kết nối không mã hóa; chỉ trên chính máy này, hoặc sau một máy chủ trung gian.
help-config-show--public_url = Địa chỉ mà người dùng và các máy khác dùng để vào máy chủ.
help-config-openapi = In mô tả những gì chương trình khác được hỏi máy chủ (OpenAPI 3.1).

config-good = Cấu hình dùng được. Không có tệp cấu hình; các mục lấy từ biến môi trường và giá trị mặc định.
config-good-file = “{ $path }”: cấu hình dùng được.
config-unset = (không đặt)
config-from-default = mặc định
config-from-file = { $path }, dòng { $line }
config-from-variable = biến môi trường { $variable }
config-from-typed = dòng lệnh

problem-settings = cấu hình có { $count } lỗi:
settings-not-toml = tệp không đúng khuôn dạng TOML: { $detail }
settings-unknown = không có mục cấu hình “{ $name }”.
settings-unknown-variable = biến môi trường { $name } không phải là một mục cấu hình.
settings-value-whole = cần một số nguyên.
settings-value-list = cần một danh sách, ví dụ ["a", "b"].
settings-value-text = cần một đoạn văn bản trong dấu nháy kép.
settings-value-word = chỉ dùng được: { $words }
settings-value-range = cần một số từ { $least } đến { $most }.
settings-value-address = cần một địa chỉ IP kèm cổng, ví dụ 0.0.0.0:8443 hoặc [::1]:8480.
settings-value-url = cần một địa chỉ https:// hoặc http:// không kèm đường dẫn.
settings-value-database = cần một địa chỉ sqlite:// hoặc postgres://.
settings-value-length = để trống hoặc quá dài.
settings-value-form = không đúng dạng: { $detail }.
settings-no-listener = cần đặt listen.https hoặc listen.http.
settings-open-http = listen.http = { $address }: kết nối không mã hóa chỉ được nhận trên chính máy này, hoặc sau một máy chủ trung gian làm TLS (listen.behind_proxy = true).
settings-half-tls = tls.certificate và tls.key phải cùng được đặt.
settings-no-authority = cần đặt tls.authority: chứng thư của tổ chức cấp chứng thư máy chủ, để các máy ghi danh tin cậy đúng máy chủ này.
settings-half-openid = khi đặt openid.issuer, cần đặt cả openid.client_id và public_url.
settings-half-mail = khi đặt mail.host, cần đặt cả mail.from.
settings-log-level = log.level không dùng được: { $detail }

server-cannot-listen = không nhận kết nối được ở { $address }: { $detail }
server-hint-taken = Một chương trình khác đang dùng cổng này, có thể là một máy chủ Khiên đang chạy. Hãy dừng chương trình đó, hoặc chọn cổng khác bằng --listen và --http.
server-hint-listen = Kiểm tra địa chỉ có thuộc máy này không; cổng nhỏ hơn 1024 cần quyền quản trị.
server-no-tls = không dùng được chứng thư TLS: { $detail }
server-hint-tls = Kiểm tra các tệp tls.certificate, tls.key, tls.authority, hoặc quyền đọc và ghi trong thư mục dữ liệu.
server-no-database = không mở được cơ sở dữ liệu: { $detail }
lock-running = một máy chủ Khiên đang chạy trên dữ liệu này
lock-hint-running = Chưa có gì thay đổi. Hãy dừng máy chủ rồi chạy lại lệnh này.
lock-replaced = dữ liệu trong thư mục này đang được khôi phục
lock-hint-replaced = Đợi lệnh khôi phục xong rồi khởi động lại.
database-no-address = “{ $given }” không phải là địa chỉ của cơ sở dữ liệu
database-away = cơ sở dữ liệu không trả lời ({ $detail })
database-hint-place = Đã tìm cơ sở dữ liệu ở: { $place }. Nếu máy chủ lưu ở nơi khác, thêm --data THƯ-MỤC, --database ĐỊA-CHỈ hoặc --config TỆP.
database-place-told = địa chỉ đã cho trong thiết lập
database-hint-away = Kiểm tra cơ sở dữ liệu có đang chạy không, đường dẫn hoặc địa chỉ có đúng không và có quyền đọc, ghi không: khien config show
database-disk-full = ổ đĩa chứa cơ sở dữ liệu đã đầy ({ $detail })
database-hint-disk-full = Giải phóng chỗ trên ổ đĩa đó rồi chạy lại. Dữ liệu đã ghi vẫn còn nguyên.
database-read-only = cơ sở dữ liệu chỉ cho đọc ({ $detail })
database-hint-read-only = Cho phép chương trình này ghi vào tệp và thư mục của cơ sở dữ liệu; với PostgreSQL, kiểm tra có phải đang nối vào máy dự phòng không.
database-locked = một chương trình khác đang giữ cơ sở dữ liệu ({ $detail })
database-hint-locked = Tìm và dừng chương trình đó, có thể là một máy chủ Khiên đang chạy, rồi chạy lại.
database-busy = cơ sở dữ liệu đang quá tải ({ $detail })
database-hint-busy = Đợi ít phút rồi chạy lại.
database-damaged = cơ sở dữ liệu bị hỏng ({ $detail })
database-hint-damaged = Không có gì bị thay đổi. Hãy khôi phục từ bản sao lưu: khien restore
server-trouble = không chuẩn bị được máy chủ: { $detail }
server-hint-trouble = Xem nhật ký: đặt KHIEN_LOG_LEVEL=info rồi chạy lại.

serve-ready = Máy chủ đang chạy tại { $address }
serve-invitation = Chưa có ai đăng nhập được. Đường dẫn dùng một lần để tạo quản trị viên đầu tiên nằm trong tệp { $path }
serve-stopped = Máy chủ đã dừng.
up-ready = Khiên đang chạy. Mở trên máy này: { $address }
up-invitation = Tạo quản trị viên đầu tiên bằng đường dẫn dùng một lần này, có hiệu lực trong { $hours } giờ:
    { $link }
up-others = Máy khác truy cập và ghi danh tại: { $address }
up-authority = Để trình duyệt trên máy khác tin cậy máy chủ, hãy cài chứng thư: { $path }
up-data = Dữ liệu nằm trong: { $path }
up-stop-by = Nhấn Ctrl+C để dừng.
up-first-unit = Đơn vị của tôi
up-enrolled = Máy này đã được ghi danh và kiểm tra; kết quả đã có trên trang web.
up-agent-failed = không ghi danh được chính máy này: { $detail }
up-notice-question = Bạn có chấp nhận thông báo này cho máy đang dùng không? [c = có, k = không]
up-notice-accepted = { $who } đã chấp nhận thông báo này bằng tùy chọn --accept-notice.
up-notice-refused = Máy này không được ghi danh và không có gì được thu thập. Máy chủ vẫn chạy.
up-notice-unasked = Máy này chưa được ghi danh: chưa có ai chấp nhận thông báo theo dõi. Chạy lại với --accept-notice để chấp nhận và kiểm tra máy này.
up-demo = Đã tạo một tỉnh hư cấu: { $units } đơn vị, { $people } người, { $devices } thiết bị. Đăng nhập thử với mật khẩu { $password } và một trong các tên sau:
up-demo-progress = Đang tạo tỉnh hư cấu: ngày { $day }/{ $of }
up-demo-half = tỉnh hư cấu trong thư mục này chưa được tạo xong, vì lần trước đã dừng giữa chừng
up-demo-half-hint = Hãy xóa thư mục dữ liệu đó, hoặc chọn một thư mục trống bằng --data, rồi chạy lại.
up-demo-in-use = cơ sở dữ liệu này đang được sử dụng
up-demo-administrator = Riêng quản trị cần thêm xác thực hai bước: trang web sẽ hướng dẫn thiết lập bằng ứng dụng trên điện thoại.
up-demo-known = Tỉnh hư cấu đã có từ trước; mật khẩu là mật khẩu đã in lần đầu.
up-demo-begins = Đang tạo một tỉnh hư cấu với 90 ngày dữ liệu; trang web mở ra khi xong.
up-demo-failed = không tạo được tỉnh hư cấu: { $detail }
up-demo-hint = Dữ liệu hư cấu không bao giờ được trộn với dữ liệu thật: hãy chọn một thư mục trống bằng --data.

## Sao lưu và cơ sở dữ liệu

help-invite = Tạo đường dẫn dùng một lần để một người đặt lại mật khẩu, khi không ai khác giúp được. Chạy trên máy đặt máy chủ.
help-invite--login = Tên đăng nhập của người đó.
help-invite--reset_second_factor = Bỏ cả xác thực hai bước và mã khôi phục, khi đã mất điện thoại. Mọi phiên đăng nhập đang mở đều kết thúc.
help-invite--config = Tệp cấu hình. Không ghi thì dùng /etc/khien/khien.toml nếu có.
help-invite--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-invite--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-invite--listen = Địa chỉ và cổng nhận kết nối có mã hóa TLS, ví dụ 0.0.0.0:8443.
help-invite--http = Địa chỉ và cổng nhận kết nối không mã hóa; chỉ trên chính máy này, hoặc sau một máy chủ trung gian.
help-invite--public_url = Địa chỉ mà người dùng và các máy khác dùng để vào máy chủ.
help-backup = Ghi toàn bộ dữ liệu của máy chủ vào một tệp, ngay khi máy chủ đang chạy.
help-backup--file = Tệp cần ghi.
help-backup--replace = Ghi đè tệp đã có.
help-backup--config = Tệp thiết lập của máy chủ.
help-backup--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-backup--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-restore = Khôi phục toàn bộ dữ liệu từ bản sao lưu: đủ tất cả, hoặc không thay đổi gì.
help-restore--file = Bản sao lưu.
help-restore--replace = Thay thế dữ liệu hiện có trong cơ sở dữ liệu.
help-restore--config = Tệp thiết lập của máy chủ.
help-restore--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-restore--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…
help-db = Chăm sóc cơ sở dữ liệu.
help-db-move = Chuyển toàn bộ dữ liệu sang một cơ sở dữ liệu trống khác và đối chiếu từng dòng.
help-db-move--to = Cơ sở dữ liệu đích: sqlite://… hoặc postgres://…
help-db-move--config = Tệp thiết lập của máy chủ.
help-db-move--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-db-move--database = Cơ sở dữ liệu nguồn: sqlite://… hoặc postgres://…
help-audit = Chăm sóc nhật ký kiểm toán.
help-audit-verify = Đi dọc toàn bộ nhật ký kiểm toán và chỉ ra mục đầu tiên đã bị sửa.
help-audit-verify--config = Tệp thiết lập của máy chủ.
help-audit-verify--data = Thư mục chứa mọi thứ máy chủ lưu trên máy này.
help-audit-verify--database = Cơ sở dữ liệu: sqlite://… hoặc postgres://…

data-progress = { $table }: { $rows } dòng
invite-link =
    Đường dẫn để { $name } đặt mật khẩu mới, dùng được một lần, đến { $moment }:
    { $link }
invite-local-address = Địa chỉ này chỉ mở được trên chính máy chủ. Muốn mở từ máy khác, hãy thay phần đầu bằng địa chỉ mà máy khác dùng, hoặc đặt public_url trong tệp thiết lập.
invite-second-factor-gone = Xác thực hai bước đã được bỏ và sẽ được thiết lập lại sau khi đặt mật khẩu.
invite-second-factor-stays = Sau khi đặt mật khẩu vẫn cần mã của xác thực hai bước. Nếu đã mất điện thoại và mã khôi phục, hãy thêm --reset-second-factor.
invite-unknown = không có tài khoản nào có tên đăng nhập "{ $login }"
invite-hint-administrators = Quản trị của toàn hệ thống: { $known }
invite-hint-nobody = Chưa có quản trị nào. Hãy khởi động lại máy chủ: nó sẽ cho đường dẫn của quản trị đầu tiên.

backup-made = Đã ghi xong "{ $path }": { $rows } dòng, { $kib } KiB.
backup-sum = SHA-256 của nội dung: { $sha256 }
backup-not-in-it = Không nằm trong bản sao lưu: thiết lập và chứng thư trong { $path }. Hãy sao chép cả thư mục đó và giữ kín cả hai.
backup-disk-full = không còn chỗ trống để ghi "{ $path }"
backup-exists = đã có tệp "{ $path }"
backup-hint-exists = Hãy đặt tên khác, ví dụ thêm ngày tháng, hoặc thêm --replace để ghi đè.
backup-hint-disk-full = Hãy giải phóng chỗ trống hoặc chọn ổ đĩa khác. Không có tệp ghi dở nào bị để lại.
restore-done = { $place }: đã khôi phục { $rows } dòng, theo trạng thái lúc { $at }.
restore-no-backup = "{ $path }" không phải là bản sao lưu của Khiên
restore-hint-no-backup = Hãy chỉ ra một tệp do lệnh "khien backup" ghi.
restore-damaged = bản sao lưu "{ $path }" bị hỏng: { $detail }
restore-hint-damaged = Chưa có gì thay đổi. Hãy lấy một bản sao khác của nó hoặc một bản sao lưu cũ hơn.
restore-newer = bản sao lưu "{ $path }" do phiên bản Khiên mới hơn tạo ra (dạng thức { $found }; chương trình này biết đến { $known })
restore-hint-newer = Chưa có gì thay đổi. Hãy cài phiên bản đó trước.
restore-not-empty = cơ sở dữ liệu đang có dữ liệu: { $table } có { $rows } dòng
restore-hint-not-empty = Chưa có gì thay đổi. Để thay thế toàn bộ, hãy dừng máy chủ và thêm --replace.
move-hint-not-empty = Chưa có gì thay đổi. Hãy chỉ ra một cơ sở dữ liệu trống.
move-same = không thể chuyển "{ $place }" sang chính nó
move-differs = bảng { $table } đọc lại không giống như đã ghi
move-hint-differs = Không có gì được giữ lại. Hãy thử lại; nếu vẫn vậy, hãy kiểm tra ổ đĩa và cơ sở dữ liệu đích.
move-done = Toàn bộ dữ liệu đã có ở { $to } ({ $rows } dòng), đã đối chiếu từng dòng với { $from }.
move-next = Bây giờ hãy đặt "database" thành địa chỉ mới rồi khởi động máy chủ. Cơ sở dữ liệu cũ giữ nguyên: những gì nhập vào đó từ nay không được chuyển sang.
audit-empty = Nhật ký kiểm toán chưa có mục nào: cơ sở dữ liệu này chưa ghi lại việc gì. Hãy xem có đúng cơ sở dữ liệu cần kiểm tra không.
audit-whole = Nhật ký kiểm toán nguyên vẹn: { $entries } mục, không mục nào bị sửa, xóa hay chèn thêm.
audit-last = Mã băm của mục cuối: { $hash }
    Hãy cất nó ở nơi mà người ghi được vào cơ sở dữ liệu không với tới, và đối chiếu vào lần sau.
audit-broken = Nhật ký kiểm toán bị đứt ở mục { $number }: { $what }.
audit-missing = mục này bị mất
audit-changed = mục này đã bị sửa
audit-not-following = mục này không nối tiếp mục trước nó

## Mật khẩu

help-password = Kiểm tra mật khẩu.
help-password-check = Xem một mật khẩu định đặt có đúng quy định và khó đoán không. Mật khẩu được nhập mà không hiện ra (hoặc đọc từ đầu vào chuẩn), chỉ xét trên máy này, không lưu, không in, không gửi đi đâu.
help-password-check--login = Tên tài khoản sẽ dùng mật khẩu này, để xét mật khẩu có chứa tên tài khoản không.
help-password-check--second_factor = Tài khoản có xác thực đa yếu tố: yêu cầu về độ dài thấp hơn.
help-password-check--directive = Văn bản có các tham số về mật khẩu: mã của văn bản có sẵn (xem “khien directive list”) hoặc đường dẫn tới tệp. Mặc định là văn bản có sẵn đang áp dụng.
help-password-check--at = Xét theo quy định có hiệu lực tại thời điểm này.
password-prompt = Mật khẩu định đặt (không hiện ra khi gõ):{" "}
password-cannot-ask = không hỏi được mật khẩu trên màn hình: { $detail }
password-empty = chưa có mật khẩu nào để xét
password-lines = mật khẩu phải nằm trên một dòng
password-hint-pipe = Chạy lệnh trong cửa sổ dòng lệnh rồi gõ mật khẩu, hoặc đưa đúng một dòng vào đầu vào chuẩn.
password-rule-letters = Có ít nhất { $number } ký tự.
password-rule-classes = Có ít nhất { $number } trong 4 loại: chữ thường, chữ hoa, chữ số, ký tự khác.
password-rule-length = Không dài quá { $number } byte.
password-rule-login = Không chứa tên tài khoản.
password-rule-common = Không phải mật khẩu phổ biến, kẻ gian thử đầu tiên.
password-rule-score = Khó đoán từ mức { $number } trên 4 trở lên.
password-rule-reuse = Khác { $number } mật khẩu gần nhất.
password-source = (Theo { $source }.)
password-no-login = Muốn xét, thêm --login và tên tài khoản.
password-no-past = Chỉ hệ thống của tài khoản biết các mật khẩu cũ.
password-strength = Độ khó đoán: mức { $score } trên { $most }; người đoán phải thử khoảng 10^{ $power } lần.
password-advice-row-of-keys = Dãy phím liền nhau trên bàn phím rất dễ đoán.
password-advice-repeats = Chữ hoặc cụm lặp lại hầu như không làm mật khẩu khó đoán hơn.
password-advice-known = Mật khẩu này trùng hoặc gần giống mật khẩu nhiều người đang dùng, hoặc chữ dùng ở cơ quan.
password-advice-sequence = Dãy đếm xuôi, đếm ngược (abc, 6543) rất dễ đoán.
password-advice-date = Năm và ngày tháng rất dễ đoán, nhất là những ngày gắn với mình.
password-advice-one-word = Một từ đứng một mình rất dễ đoán.
password-advice-name = Tên người rất dễ đoán.
password-advice-disguise = Viết hoa chữ đầu, viết ngược hay thay chữ bằng ký hiệu (@ thay a) hầu như không giúp gì.
password-advice-more-words = Thêm một hai từ không liên quan là cách tốt nhất.
password-forgotten = Mật khẩu chỉ được xét trên máy này; không nơi nào lưu lại.

## Tài khoản

help-accounts = Đọc tài khoản từ hệ thống khác.
help-accounts-read = Đọc thử tài khoản từ danh bạ LDAP hoặc Active Directory và cho biết sẽ ghi nhận gì. Chỉ đọc, luôn mã hóa đường truyền, không lưu gì.
help-accounts-read--ldap = Địa chỉ: ldaps://MÁY[:CỔNG], hoặc ldap://MÁY[:CỔNG] (chuyển sang TLS trước khi gửi bất cứ gì).
help-accounts-read--system = Tên hệ thống mà các tài khoản thuộc về. Mặc định là tên máy.
help-accounts-read--bind = Đọc với tên này (DN, hoặc tên@miền với Active Directory).
help-accounts-read--password_file = Tệp có mật khẩu ở dòng đầu. Không có thì hỏi trên màn hình.
help-accounts-read--ca = Tệp PEM: chỉ tin các chứng thư này. Không có thì tin các chứng thư máy này tin.
help-accounts-read--base = Nơi bắt đầu tìm. Mặc định là gốc của danh bạ.
help-accounts-read--filter = Bộ lọc (RFC 4515) chọn tài khoản. Mặc định là tài khoản của người.
help-accounts-read--administrators = DN của nhóm mà thành viên trực tiếp là quản trị; có thể ghi nhiều lần.
help-accounts-read--json = In dữ kiện của từng tài khoản, mỗi dòng một tài liệu JSON.
help-value-dn = DN
help-value-filter = BỘ_LỌC
accounts-password = Mật khẩu để đọc danh bạ (không hiện ra khi gõ):{" "}
accounts-no-terminal = không có màn hình để gõ
accounts-hint-password-file = Ghi mật khẩu vào một tệp chỉ mình đọc được rồi dùng --password-file.
accounts-kind-active-directory = Active Directory
accounts-kind-plain = danh bạ LDAP
accounts-read = { $kind }, từ { $base }: { $accounts } tài khoản của hệ thống { $system }
accounts-enabled = đang mở: { $yes } (chưa xác định: { $unknown })
accounts-administrators = quản trị: { $yes } (chưa xác định: { $unknown })
accounts-changed = biết ngày đổi mật khẩu: { $yes } (chưa xác định: { $unknown })
accounts-initial = còn dùng mật khẩu cấp ban đầu: { $yes } (chưa xác định: { $unknown })
accounts-must-change = phải đổi mật khẩu ở lần đăng nhập tới: { $yes } (chưa xác định: { $unknown })
accounts-never-expires = mật khẩu không bao giờ hết hạn: { $yes } (chưa xác định: { $unknown })
accounts-used = biết lần dùng cuối: { $yes } (chưa xác định: { $unknown })
accounts-mail = có hộp thư: { $yes } (chưa xác định: { $unknown })
accounts-no-login = bỏ qua { $name }: không có tên đăng nhập
accounts-odd-login = bỏ qua { $name }: tên đăng nhập quá dài hoặc có ký tự lạ
accounts-same-login = bỏ qua { $name }: trùng tên đăng nhập với mục khác
accounts-skipped-more = và { $count } mục khác bị bỏ qua
accounts-referral = Một phần danh bạ ở máy khác, không được hỏi: { $server }
accounts-nothing-kept = Đây là đọc thử: không lưu gì, không sửa gì trong danh bạ.

## Dữ liệu thụ lý

help-value-title = TÊN
help-cases = Kiểm tra dữ liệu của phần mềm thụ lý (khoản 1.4).
help-cases-check = Kiểm tra bảng kê việc thi hành án xuất từ phần mềm thụ lý: thời hạn luật định, độ trễ nhập liệu, việc bỏ lâu, dòng thiếu và dòng mâu thuẫn. Họ tên đương sự không được đọc.
help-cases-check--file = Bảng kê .xlsx hoặc .csv.
help-cases-check--unit = Chỉ các dòng của đơn vị này, viết như trong bảng kê.
help-cases-check--mapping = Tệp JSON cho biết cột nào chứa gì: {"{"}"so_thu_ly": "Mã việc", …{"}"}. Cột không ghi ở đây được nhận theo tên cột.
help-cases-check--directive = Văn bản chỉ đạo: mã hoặc tệp. Mặc định là văn bản có sẵn đang áp dụng.
help-cases-check--at = Kiểm tra tại thời điểm này thay cho hiện tại.
help-cases-check--exported = Thời điểm xuất bảng kê. Mặc định là lúc tệp được ghi.
help-cases-check--json = In kết quả cho phần mềm khác.
help-cases-check--all = In mọi dòng cần sửa, không chỉ những dòng đầu của mỗi loại.

cases-progress = đã đọc { $rows } dòng
cases-titles = Các cột của bảng kê: { $titles }
cases-columns-todo = Xuất lại bảng kê đủ cột, hoặc chỉ rõ cột nào chứa gì bằng --mapping.
cases-head = { $file }: { $cases } việc, trong đó { $open } việc chưa kết thúc
cases-dropped = Không đọc các cột về đương sự: { $titles }
cases-summary = đúng hạn { $timely }, quá hạn { $late }, thiếu ngày { $undated }, cần đối chiếu { $unsourced }; tỷ lệ đúng hạn { $share }, độ trễ nhập liệu (trung vị) { $lag }; cần xem lại { $ageing }, bỏ lâu { $stale }, thiếu thông tin { $incomplete }, mâu thuẫn { $inconsistent }
cases-limit = { $limit }: đúng hạn { $kept }, quá hạn { $missed }, thiếu ngày { $undated }.
cases-limit-no-column = { $limit }: bảng kê không có cột để tính.
cases-limit-unsourced = Cần đối chiếu { $count } việc: chưa có nguồn cho thời hạn tại ngày phát sinh.
cases-limit-uncovered = Lịch ngày làm việc chưa có cho { $count } việc.
cases-total = Dòng { $row }: cột { $column } ghi tổng { $said }, cộng các dòng được { $summed }.
cases-units = Theo đơn vị
cases-officers = Theo chấp hành viên (chỉ dùng trong đơn vị)
cases-no-unit = (không ghi đơn vị)
cases-remark = dòng { $row }, việc { $case }: { $column }
cases-more = … và { $count } dòng nữa
cases-exported-told = Ngày xuất bảng kê: { $day } (theo --exported).
cases-exported-of-file = Ngày xuất bảng kê: { $day } (lấy theo lúc tệp được ghi; nếu không đúng, thêm --exported NĂM-THÁNG-NGÀY).
cases-exported-future = ngày xuất bảng kê { $day } sau ngày kiểm tra { $today }.
cases-exported-future-todo = Ghi ngày phần mềm thụ lý đã xuất bảng kê, ví dụ --exported 2026-11-20.
cases-no-unit-column-todo = Bỏ --unit, hoặc chỉ rõ cột nào là đơn vị bằng --mapping.
cases-because = vì { $name }: { $value }
cases-findings = Kết quả theo { $directive }, khoản 1.4 (việc người đứng đầu kiểm tra được ghi nhận trên máy chủ):

## Kiểm tra tệp trước khi đưa lên hệ thống

help-value-path = ĐƯỜNG_DẪN
help-scan = Kiểm tra tệp trước khi đưa lên hệ thống: mở mọi lớp bên trong, nói rõ tìm thấy gì, ở đâu và cần làm gì. Phần nào không mở được thì báo “chưa kiểm tra được”, không bao giờ báo là sạch.
help-scan--paths = Các tệp cần kiểm tra; thư mục thì thêm --recursive.
help-scan--recursive = Kiểm tra mọi tệp trong thư mục và các thư mục con.
help-scan--json = In kết quả cho phần mềm khác.
help-scan--sarif = In kết quả dạng SARIF 2.1.0.
help-scan--all = In mọi dấu hiệu, kể cả những điều chỉ để biết.
help-scan--quarantine = Chuyển tệp bị chặn vào thư mục cách ly này.
help-scan--watch = Theo dõi thư mục này: tệp sạch được chuyển tiếp sang --clean, tệp còn lại vào --quarantine. Chạy cho đến khi dừng lại.
help-scan--clean = Nơi nhận tệp sạch, dùng cùng --watch.
help-scan--passwords = Tệp chứa các mật khẩu để thử với tệp được mã hóa, mỗi dòng một mật khẩu.
help-scan--settings = Tệp cấu hình (TOML): các giới hạn và chính sách của đơn vị.
help-scan-after = Mã thoát: 0 sạch; 1 có tệp bị chặn; 2 dùng sai, có tệp không đọc được hoặc không cách ly được; 3 đáng ngờ, chưa kiểm tra được, có liên kết không được đi theo, hoặc không có tệp nào.
scan-progress = đang kiểm tra { $number }/{ $count }: { $file }
scan-file = { $file }: { $verdict }
scan-finding = { $node }: { $title }
scan-reason = { $node }: chưa kiểm tra được, vì { $why }
scan-evidence = thấy: { $evidence }
scan-evidence-at = thấy tại { $place }: { $evidence }
scan-at-offset = byte { $offset }
scan-at-line = dòng { $line }
scan-at-field = { $field }
scan-todo = Cần làm: { $todo }
scan-todo-encrypted = Gửi lại tệp không đặt mật khẩu, hoặc ghi mật khẩu vào một tệp và thêm --passwords TỆP.
scan-todo-limit = Chia nhỏ tệp rồi kiểm tra lại từng phần.
scan-todo-damaged = Lấy lại tệp gốc từ người gửi, hoặc mở và lưu lại bằng phần mềm đã tạo ra nó.
scan-todo-unsupported = Lưu lại dưới dạng thông dụng (PDF, DOCX, ZIP) rồi kiểm tra lại.
scan-more = … và { $count } mục nữa; thêm --all để xem hết.
scan-summary = { $files } tệp: sạch { $clean }, đáng ngờ { $suspicious }, chưa kiểm tra được { $unread }, bị chặn { $blocked }.
scan-quarantined = Đã chuyển vào nơi cách ly: { $path }
scan-moved = Đã chuyển đến: { $path }
scan-watching = Đang theo dõi { $watched }; tệp sạch được chuyển sang { $clean }. Dừng bằng Ctrl+C.
scan-left = Để nguyên “{ $path }”: chỉ tệp nằm ngay trong thư mục được kiểm tra; thư mục con, liên kết, đường ống và thiết bị thì không.
scan-folder-in-watched = “{ $path }” nằm trong thư mục được theo dõi.
scan-clean-in-quarantine = nơi nhận tệp sạch “{ $path }” và nơi cách ly nằm chồng lên nhau.
scan-folders-apart-todo = Dùng ba thư mục riêng, không thư mục nào nằm trong thư mục khác, ví dụ --watch VAO --clean RA --quarantine CACH_LY.
scan-settings = cấu hình “{ $path }” có { $count } lỗi:
scan-settings-not-toml = “{ $path }”, dòng { $line }, cột { $column }: không đúng khuôn dạng TOML.
scan-settings-unknown = “{ $path }”, dòng { $line }, cột { $column }: không có mục cấu hình “{ $word }”.
scan-settings-value = “{ $path }”, dòng { $line }, cột { $column }: không có giá trị “{ $word }”.
scan-settings-missing = “{ $path }”, dòng { $line }, cột { $column }: thiếu mục “{ $word }”.
scan-settings-wrong = “{ $path }”, dòng { $line }, cột { $column }: giá trị không dùng được.
scan-settings-range = dòng { $line }, cột { $column }: { $name } cần một số từ { $least } đến { $most }.
scan-settings-effect = dòng { $line }, cột { $column }: { $name }: không có dấu hiệu nào mang mã đó; với một quy tắc, ghi "rule:TÊN".
scan-no-worker = không khởi động được tiến trình kiểm tra tệp: { $detail }
scan-no-worker-todo = Việc kiểm tra chạy trong tiến trình bị cô lập, cần Linux có seccomp; trong container hãy cho phép seccomp.
problem-no-regular-file = “{ $path }” là đường ống, socket hoặc thiết bị, không phải tệp: không được mở ra.
hint-no-regular-file = Chép nội dung vào một tệp thường rồi kiểm tra tệp đó.
scan-link = liên kết không được đi theo
scan-links = Không đi theo { $count } liên kết trong thư mục: nơi các liên kết đó trỏ tới chưa được kiểm tra.
scan-no-files = Không có tệp nào để kiểm tra.
scan-quarantine-link = “{ $path }” là liên kết nên không được chuyển vào nơi cách ly; tệp bị chặn vẫn còn nguyên.
scan-quarantine-link-todo = Kiểm tra và cách ly chính tệp đó: { $path }
scan-quarantine-failed = không chuyển được “{ $path }” vào nơi cách ly; tệp bị chặn vẫn còn nguyên ở đó. { $place }: { $detail }
scan-quarantine-failed-todo = Cần quyền ghi vào thư mục chứa tệp và vào thư mục cách ly.
problem-too-many-files = có hơn { $limit } tệp.
hint-recursive = Thêm --recursive để kiểm tra mọi tệp trong thư mục.
hint-too-many-files = Kiểm tra từng thư mục con.
help-scan--receipt = Ghi phiếu kiểm tra có chữ ký vào tệp này: ai, lúc nào, tệp nào, kết quả gì.
help-scan--key = Khóa để ký phiếu; chưa có thì tạo mới. Mặc định là khóa riêng của người dùng.
help-receipt = Làm việc với phiếu kiểm tra tệp.
help-receipt-verify = Xem một phiếu kiểm tra và xác minh rằng không có gì trong đó bị sửa. Mã thoát: 0 sạch; 1 có tệp bị chặn; 2 phiếu đã bị sửa, ký bằng khóa khác hoặc không phải là phiếu; 3 có tệp đáng ngờ hoặc chưa kiểm tra được.
help-receipt-verify--file = Phiếu do khien scan --receipt ghi.
help-receipt-verify--key = Khóa mà phiếu phải được ký: dòng “Khóa ký”, hoặc tệp chứa khóa.
receipt-head =
    Phiếu còn nguyên vẹn.
    Thời điểm: { $at }
    Người kiểm tra: { $by }, máy { $machine }
    Phần mềm: { $program }; bộ quy tắc: { $rules }
    Khóa ký: { $key }
receipt-file = { $name }: { $verdict } (SHA-256 { $sha256 })
receipt-changed = phiếu “{ $path }” đã bị sửa: chữ ký không khớp với nội dung.
receipt-unread = { $name }: { $verdict }, vì { $why }
receipt-over-scanned = “{ $path }” là một trong các tệp được kiểm tra: ghi phiếu vào đó sẽ làm mất tệp.
receipt-over-other = “{ $path }” đã có và không phải là phiếu kiểm tra: ghi phiếu vào đó sẽ làm mất tệp.
receipt-elsewhere = Ngay sau --receipt là tên của tệp phiếu mới, ví dụ --receipt phieu.json.
receipt-changed-todo = Đừng tin phiếu này. Hãy xin lại bản gốc từ người đã kiểm tra.
receipt-key-unknown = Chữ ký chỉ cho thấy phiếu chưa bị sửa kể từ khi người giữ khóa trên ký. Để biết đó là ai, hãy so khóa với khóa mà người kiểm tra đã cho biết, hoặc thêm --key KHÓA.
receipt-key-expected = Khóa ký đúng là khóa đã cho.
receipt-other-key = phiếu được ký bằng khóa { $key }, không phải khóa đã cho { $expected }.
receipt-other-key-todo = Ai cũng tự ký được một phiếu. Hãy hỏi người kiểm tra xem khóa nào là của họ.
receipt-no-key = “{ $key }” không phải là khóa, cũng không phải tệp có khóa.
receipt-no-key-todo = Khóa là dòng “Khóa ký” mà khien receipt verify in ra (44 ký tự), hoặc một tệp chứa dòng đó, hoặc tệp khóa của người ký.
receipt-no-home = không biết để khóa ký phiếu ở đâu.
receipt-no-home-todo = Chỉ rõ bằng --key TỆP.
help-icap = Cổng kiểm tra tệp theo giao thức ICAP, đặt trước Nextcloud, ownCloud, Squid, F5 …: tệp bị chặn không lọt ra một byte nào. Mỗi tệp được ghi một dòng JSON.
help-icap--listen = Địa chỉ lắng nghe. Mặc định 127.0.0.1:1344.
help-icap--certificate = Chứng thư TLS (PEM) của cổng.
help-icap--key = Khóa của chứng thư đó (PEM).
help-icap--name = Tên cổng trong nhật ký.
help-icap--settings = Tệp cấu hình (TOML): scan, gate, icap, report.
help-icap--report_to = Địa chỉ máy chủ Khiên nhận báo cáo của cổng, ví dụ https://khien.coquan.vn.
help-icap--token_file = Tệp chứa mã của cổng, cấp trên trang Hệ thống và cổng kiểm tra.
help-icap--ca = Chứng thư (PEM) của cơ quan cấp chứng thư cho máy chủ, khi máy này chưa biết.
help-icap--spool = Thư mục giữ những gì máy chủ chưa nhận.
help-clamd = Cổng kiểm tra tệp nói như clamd, cho phần mềm đã biết ClamAV. Mỗi tệp được ghi một dòng JSON.
help-clamd--listen = Địa chỉ lắng nghe; không mã hóa, nên chỉ dùng trên chính máy này.
help-clamd--socket = Socket Unix thay cho địa chỉ.
help-clamd--name = Tên cổng trong nhật ký.
help-clamd--settings = Tệp cấu hình (TOML): scan, gate, clamd, report.
help-clamd--report_to = Địa chỉ máy chủ Khiên nhận báo cáo của cổng, ví dụ https://khien.coquan.vn.
help-clamd--token_file = Tệp chứa mã của cổng, cấp trên trang Hệ thống và cổng kiểm tra.
help-clamd--ca = Chứng thư (PEM) của cơ quan cấp chứng thư cho máy chủ, khi máy này chưa biết.
help-clamd--spool = Thư mục giữ những gì máy chủ chưa nhận.
gate-report-no-token = --report-to cần --token-file: tệp chứa mã của cổng
gate-report-empty-token = tệp { $path } không có mã nào của cổng
gate-report-hint-token = Chép mã vào tệp này. Mã chỉ hiện một lần khi thêm cổng ở trang Quản trị → Hệ thống và cổng kiểm tra; mất mã thì thêm cổng khác.
gate-report-address = “{ $address }” không dùng được: máy chủ phải có địa chỉ https:// (http:// chỉ khi ở chính máy này), nếu không mã của cổng sẽ lộ
gate-report-no-folder = không biết giữ báo cáo chưa gửi ở đâu: hãy thêm --spool THƯ_MỤC
gate-clamd-needs-place = chưa biết cổng nhận câu hỏi ở đâu
gate-clamd-hint-place = Thêm --socket TỆP (phần mềm hỏi ở cùng máy) hoặc --listen ĐỊA-CHỈ (qua mạng), ví dụ --socket /run/khien/clamd.socket hoặc --listen 127.0.0.1:3310.
gate-tls-no-certificate = tệp { $path } không có chứng thư nào
gate-tls-unusable = không dùng được { $path } cho TLS: { $detail }
gate-tls-hint = --certificate cần tệp PEM có chứng thư của cổng (đứng đầu) và các chứng thư cấp trên; --key cần khóa bí mật PEM của chính chứng thư đó.
gate-unknown-profile = dịch vụ “{ $service }” trong thiết lập dùng profile “{ $profile }”, không có profile này
gate-hint-profile = Chọn một trong: { $known }.
gate-cannot-listen = không lắng nghe được tại { $place }: { $detail }
gate-place-taken = một chương trình khác đang dùng địa chỉ này
gate-hint-taken = Có thể một cổng khác của Khiên, hoặc clamd của ClamAV, đang chạy. Hãy dừng chương trình đó, hoặc chọn địa chỉ khác bằng --listen hay --socket.
gate-place-is-none = đây không phải là địa chỉ mạng
gate-hint-address = Ghi cả địa chỉ và cổng, ví dụ --listen 127.0.0.1:1344.
gate-place-not-allowed = không có quyền
gate-place-elsewhere = địa chỉ này không thuộc máy này
gate-place-no-folder = không có thư mục đó
gate-hint-folder = Tạo thư mục chứa tệp socket trước, hoặc chọn nơi khác.
gate-ready = Cổng kiểm tra tệp đang chạy tại { $place }. Dừng bằng Ctrl+C.
help-value-source = NGUỒN
help-value-licence = GIẤY_PHÉP
help-value-text = CHỮ
help-value-key = KHÓA
help-rules = Quy tắc phát hiện của nơi khác: tải về, đóng gói có chữ ký, xác minh, nạp vào máy này.
help-rules-after =
    Ví dụ:
      khien rules pull reversinglabs signature-base -o quy-tac
      khien rules pack quy-tac --key ky.key --new-key -o co-quan.khien-rules
      khien rules load co-quan.khien-rules --trust KHÓA

    Mã kết thúc: 0 được; 1 gói bị từ chối hoặc có gói hỏng; 2 dùng sai.
help-rules-sources = Liệt kê các nguồn quy tắc nên dùng, kèm giấy phép. Khiên không phát hành quy tắc của họ.
help-rules-sources--json = In kết quả cho phần mềm khác.
help-rules-pull = Tải quy tắc vào một thư mục, ghi lại nguồn, giấy phép, ngày và SHA-256.
help-rules-pull--out = Thư mục để ghi, mỗi nguồn một thư mục con.
help-rules-pull--json = In kết quả cho phần mềm khác.
help-rules-pack = Đóng gói và ký quy tắc; cho biết quy tắc nào được dùng, quy tắc nào bị loại và vì sao.
help-rules-pack--out = Gói được ghi vào tệp này (.khien-rules).
help-rules-pack--key = Khóa để ký.
help-rules-pack--new_key = Tạo khóa mới tại đó. Khóa đã có không bao giờ bị ghi đè.
help-rules-pack--name = Tên gói. Mặc định là tên tệp.
help-rules-pack--for_others = Gói để chuyển cho nơi khác: chỉ nhận giấy phép cho phép việc đó.
help-rules-pack--all = In mọi quy tắc bị loại.
help-rules-pack--json = In kết quả cho phần mềm khác.
help-rules-verify = Xác minh một gói: chữ ký, giấy phép, tuổi, số quy tắc, lỗi.
help-rules-verify--pack = Gói quy tắc.
help-rules-verify--key = Khóa được tin cậy. Mặc định là các khóa đã tin cậy trên máy này.
help-rules-verify--rules = Thư mục quy tắc có danh sách khóa tin cậy.
help-rules-verify--all = In mọi quy tắc bị loại.
help-rules-verify--json = In kết quả cho phần mềm khác.
help-rules-load = Nạp gói để máy này dùng khi kiểm tra tệp. Cổng đang chạy tự nhận gói mới.
help-rules-load--pack = Gói quy tắc.
help-rules-load--trust = Tin cậy khóa này từ nay về sau.
help-rules-load--force = Thay cả khi gói đang dùng mới hơn.
help-rules-load--rules = Thư mục quy tắc. Mặc định: /var/lib/khien/rules với root, thư mục riêng với người dùng khác.
help-rules-list = Liệt kê các gói đang dùng, tuổi, số quy tắc, giấy phép và khóa tin cậy.
help-rules-list--rules = Thư mục quy tắc.
help-rules-list--json = In kết quả cho phần mềm khác.
help-rules-unload = Thôi dùng một gói.
help-rules-unload--name = Tên gói, hoặc tên tệp của gói bị hỏng.
help-rules-unload--rules = Thư mục quy tắc.
help-rules-trust = Tin cậy một khóa: gói do khóa này ký được nạp.
help-rules-trust--public_key = Khóa công khai, 44 ký tự.
help-rules-trust--remove = Thôi tin cậy: gói do khóa này ký không được dùng nữa.
help-rules-trust--rules = Thư mục quy tắc.
help-scan--rules = Thư mục các gói quy tắc đã nạp. Mặc định: của máy này và của người dùng.
help-icap--rules = Thư mục các gói quy tắc đã nạp. Mặc định: của máy này và của người dùng.
help-clamd--rules = Thư mục các gói quy tắc đã nạp. Mặc định: của máy này và của người dùng.
rules-known =
    { $id }: { $name }, giấy phép { $licence }
    {"  "}{ $url }
    {"  "}{ $note }.
rules-bad-key = “{ $key }” không phải khóa công khai.
rules-bad-key-todo = Chép nguyên dòng khóa 44 ký tự mà khien rules pack đã in ra.
rules-unreadable = không đọc được: { $detail }
rules-no-home = không biết để gói quy tắc ở đâu.
rules-no-home-todo = Chỉ rõ bằng --rules THƯ_MỤC.
rules-one-description = --as, --licence, --author và --edition chỉ dùng được với một nguồn.
rules-none-there = không có tệp quy tắc nào trong { $source }.
rules-none-there-todo = Tệp quy tắc có đuôi .yar, .yara hoặc .yr.
rules-known-are = Nguồn đã biết: { $known }. Hoặc ghi một địa chỉ https, một tệp ZIP, một thư mục.
rules-no-source = không có nguồn hoặc tệp “{ $source }”.
rules-not-fetched = không tải được { $url }: { $detail }
rules-not-fetched-todo = Máy không có mạng: tải tệp ZIP ở máy khác rồi ghi đường dẫn của nó thay cho địa chỉ.
rules-fetch-plain = địa chỉ không mã hóa; chỉ nhận https
rules-fetch-unreachable = không nối được với { $detail }
rules-fetch-not-trusted = không tin được máy chủ ({ $detail })
rules-fetch-timed-out = chưa xong sau { $detail } giây
rules-fetch-too-large = lớn hơn { $detail } byte
rules-fetch-redirects = chuyển địa chỉ hơn { $detail } lần
rules-fetch-status = máy chủ trả lời mã { $detail }
rules-fetch-address = địa chỉ không đúng
rules-source =
    { $name }, bản { $version }, { $files } tệp quy tắc
    {"  "}Nguồn: { $url }
    {"  "}Giấy phép: { $licence }; ghi công: { $author }
rules-sha256 = SHA-256: { $sha256 }
rules-licence-file = Tệp giấy phép: { $path } ({ $licence })
rules-own-use = Giấy phép { $licence } không cho chuyển quy tắc cho nơi khác: chỉ dùng nội bộ, đừng đưa gói ra ngoài.
rules-licence-unknown = Chưa rõ giấy phép cho phép gì: chỉ đóng gói để dùng nội bộ. Biết giấy phép thì ghi --licence.
rules-latin1 = Có tệp không phải UTF-8, được đọc như Latin-1.
rules-pulled = Đã ghi vào: { $folder }
rules-own-licence = { $count } quy tắc có giấy phép riêng: { $licence }
rules-none-usable = Không có quy tắc nào dùng được.
rules-key-exists = đã có khóa ký trong { $path }, và khóa đó được giữ nguyên
rules-key-exists-todo = Để ký bằng khóa đang có, chạy lại mà không có --new-key. Muốn tạo khóa khác thì ghi --key với một tên tệp khác.
rules-no-signing-key = không phải khóa ký Ed25519 (PKCS #8)
rules-packed =
    Đã đóng gói { $rules } quy tắc: { $path }
    {"  "}SHA-256 của nội dung: { $id }
    {"  "}Khóa công khai: { $key }
rules-packed-own = Gói chỉ để dùng nội bộ.
rules-for-others = Gói được phép chuyển cho nơi khác, kèm giấy phép.
rules-in-order = Gói nguyên vẹn, khóa được tin cậy.
rules-pack =
    { $name }: { $rules } quy tắc dùng được trong { $files } tệp
    {"  "}Đóng gói: { $made } ({ $age } ngày tuổi)
    {"  "}SHA-256 của nội dung: { $id }
    {"  "}Khóa ký: { $key }
rules-pack-source = { $name }, bản { $version }, giấy phép { $licence }, ghi công { $author }, { $url }
rules-left-out = { $count } quy tắc hoặc tệp bị loại:
rules-listed = { $name }: { $rest }, ngày { $made }, { $age } ngày tuổi
rules-listed-old = (đã cũ)
rules-listed-ours = quy tắc kèm Khiên trong { $files } tệp
rules-listed-pack = { $rules } quy tắc, giấy phép { $licences }, SHA-256 { $id }…
rules-listed-broken = { $name }: KHÔNG DÙNG ĐƯỢC. { $why }
rules-listed-key = Khóa tin cậy: { $key } ({ $folder })
rules-loaded-already = Gói { $name } này đã được nạp.
rules-older = Gói { $name } ngày { $made } cũ hơn gói đang dùng, ngày { $newer }. Vẫn muốn thay thì thêm --force.
rules-loaded = Đã nạp gói { $name }: { $rules } quy tắc, { $age } ngày tuổi. Nơi để: { $path }
rules-trust-command = khien rules trust { $key }
rules-trust-todo = khien rules load … --trust { $key }
rules-not-loaded = không có gói nào tên “{ $name }” trong thư mục quy tắc.
rules-not-loaded-todo = Xem các gói bằng khien rules list.
rules-unloaded = Đã thôi dùng gói { $name }.
rules-trusted = Từ nay tin cậy khóa { $key }.
rules-untrusted = Không còn tin cậy khóa { $key }.
rules-broken = CẢNH BÁO: gói quy tắc { $path } không dùng được. { $why }
rules-missing = gói quy tắc { $name }
rules-missing-so = Vì thiếu quy tắc đã nạp, không tệp nào được coi là sạch. Nạp lại gói, hoặc bỏ gói bằng khien rules unload.
rules-not-together = các gói quy tắc đã nạp ({ $detail })
rules-taken-up = Đã nhận thay đổi trong thư mục quy tắc.
rules-old = Lưu ý: quy tắc { $name } đã { $days } ngày tuổi. { $todo }
rules-old-ours = Hãy cập nhật Khiên.
rules-old-clamav = Hãy kiểm tra freshclam trên máy chạy clamd.
rules-old-pack = Hãy nạp gói mới.
receipt-rules = {"  "}Quy tắc { $name }: { $id }, { $age } ngày tuổi
scan-todo-unavailable = Báo người quản trị để khắc phục, rồi kiểm tra lại.
help-rules-pull--sources = Tên nguồn (xem khien rules sources), địa chỉ https của tệp ZIP, tệp ZIP, tệp quy tắc, hoặc thư mục.
help-rules-pull--named = Gọi nguồn là gì.
help-rules-pull--licence = Giấy phép của nguồn, ví dụ MIT. Mặc định theo tệp giấy phép đi kèm.
help-rules-pull--author = Ghi công ai.
help-rules-pull--edition = Bản nào. Mặc định là ngày tải.
help-rules-pull--ca = Chứng thư (PEM) được tin thêm khi tải.
help-rules-pack--sources = Tên nguồn (xem khien rules sources), địa chỉ https của tệp ZIP, tệp ZIP, tệp quy tắc, hoặc thư mục.
help-rules-pack--named = Gọi nguồn là gì.
help-rules-pack--licence = Giấy phép của nguồn, ví dụ MIT. Mặc định theo tệp giấy phép đi kèm.
help-rules-pack--author = Ghi công ai.
help-rules-pack--edition = Bản nào. Mặc định là ngày tải.
help-rules-pack--ca = Chứng thư (PEM) được tin thêm khi tải.
