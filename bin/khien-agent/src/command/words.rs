//! The words of the commands, in both languages: key, Vietnamese, English.

use khien_directive::Lang;

/// The text under `key`; the key itself when there is none, which the tests rule out.
pub(super) fn text(key: &'static str, lang: Lang) -> &'static str {
    let found = WORDS.iter().find(|(known, ..)| *known == key);
    found.map_or(key, |(_, vi, en)| match lang {
        Lang::Vi => vi,
        Lang::En => en,
    })
}

/// Everything that the commands say besides problems.
pub(super) const WORDS: &[(&str, &str, &str)] = &[
    (
        "about",
        "khien-agent kiểm tra máy này theo văn bản chỉ đạo về an ninh mạng và báo cáo về máy chủ của cơ quan.",
        "khien-agent checks this machine against the directive on cyber-security and reports to the organisation's server.",
    ),
    (
        "after",
        "Bắt đầu:\n  khien-agent enrol ĐỊA_CHỈ MÃ     ghi danh máy này bằng mã của đơn vị\n  khien-agent run                  theo dõi và báo cáo cho đến khi được dừng\n  khien-agent check                xem ngay những gì chưa đạt, cả khi không có mạng\n\nMã kết thúc: 0 không có nội dung nào không đạt; 1 có nội dung không đạt;\n2 dùng sai hoặc không làm được; 3 không đánh giá được nội dung nào.\n\nIn English: khien-agent --lang en --help",
        "To begin:\n  khien-agent enrol URL TOKEN      enrol this machine with the unit's token\n  khien-agent run                  watch and report until stopped\n  khien-agent check                see what is red here, offline too\n\nExit codes: 0 nothing fails; 1 something fails; 2 wrong use, or it could not be done;\n3 nothing could be judged.\n\nTiếng Việt: khien-agent --lang vi --help",
    ),
    ("heading-usage", "Cách dùng:", "Usage:"),
    ("heading-commands", "Lệnh", "Commands"),
    ("heading-options", "Tùy chọn", "Options"),
    ("heading-arguments", "Đối số", "Arguments"),
    ("value-options", "[TÙY CHỌN]", "[OPTIONS]"),
    ("value-command", "LỆNH", "COMMAND"),
    ("value-url", "ĐỊA_CHỈ", "URL"),
    ("value-token", "MÃ", "TOKEN"),
    ("value-dir", "THƯ_MỤC", "DIR"),
    ("value-file", "TỆP", "FILE"),
    ("value-format", "DẠNG", "FORM"),
    (
        "help-lang",
        "Ngôn ngữ: vi (tiếng Việt, mặc định) hoặc en (tiếng Anh). Cũng đặt được bằng biến môi trường KHIEN_LANG.",
        "Language: vi (Vietnamese, the default) or en (English). The variable KHIEN_LANG sets it too.",
    ),
    (
        "help-state",
        "Thư mục giữ khóa, dữ liệu ghi danh và báo cáo chờ gửi. Mặc định: /var/lib/khien-agent",
        "The folder with the key, the enrolment and waiting reports. By default /var/lib/khien-agent",
    ),
    (
        "help-state-windows",
        r"Thư mục giữ khóa, dữ liệu ghi danh và báo cáo chờ gửi. Mặc định: %ProgramData%\Khien",
        r"The folder with the key, the enrolment and waiting reports. By default %ProgramData%\Khien",
    ),
    ("help-help", "In trợ giúp này.", "Print this help."),
    ("help-version", "In phiên bản.", "Print the version."),
    (
        "enrol",
        "Ghi danh máy này với máy chủ, sau khi thông báo về việc theo dõi được chấp nhận.",
        "Enrol this machine at a server, once the monitoring notice is accepted.",
    ),
    (
        "enrol-url",
        "Địa chỉ máy chủ, ví dụ https://khien.tinh.example:8443",
        "The server's address, e.g. https://khien.example:8443",
    ),
    (
        "enrol-token",
        "Mã ghi danh của đơn vị, bắt đầu bằng KHIEN1-",
        "The unit's enrolment token, which begins with KHIEN1-",
    ),
    (
        "enrol-accept",
        "Chấp nhận thông báo về việc theo dõi mà không hỏi lại; dùng khi cài đặt hàng loạt sau khi người sử dụng đã được thông báo.",
        "Accept the monitoring notice without being asked; for roll-outs, after the users have been told.",
    ),
    (
        "enrol-ca",
        "Tệp PEM chứa chứng thư gốc của máy chủ, nếu máy chủ không tự gửi chứng thư đó. Chứng thư phải khớp với mã ghi danh.",
        "A PEM file with the certificate of the server's authority, for servers that do not present it. It must be the one that the token names.",
    ),
    (
        "help-browsers",
        "Với trình duyệt: all (mặc định) đếm mật khẩu đã lưu; policies chỉ xem chính sách, không mở tệp nào của trình duyệt, dành cho cơ quan có phần mềm bảo vệ (EDR) cảnh báo việc đọc các tệp đó. Khi ấy số mật khẩu đã lưu là chưa xác định, không phải là đạt.",
        "Of browsers: all (the default) counts saved passwords; policies looks at policies alone and opens no file of a browser, for offices whose protection (EDR) objects to that. The number of saved passwords is then unknown, which is no pass.",
    ),
    (
        "run",
        "Theo dõi máy này và báo cáo cho đến khi được dừng. Khi không có mạng, báo cáo được giữ lại và gửi sau.",
        "Watch this machine and report until stopped. Without a network, reports are kept and sent later.",
    ),
    (
        "run-service",
        "Chạy như dịch vụ của Windows; chỉ Windows dùng tùy chọn này.",
        "Run as a service of Windows; only Windows gives this option.",
    ),
    (
        "install",
        "Cài đặt và khởi động dịch vụ; có địa chỉ máy chủ và mã thì dịch vụ tự ghi danh máy này.",
        "Install and start the service; with a server and a token it enrols this machine.",
    ),
    (
        "installed",
        "Đã cài đặt và khởi động dịch vụ khien-agent.",
        "The service khien-agent is installed and was started.",
    ),
    (
        "installed-starts-later",
        "Đã cài đặt dịch vụ khien-agent. Windows đang bận nên chưa khởi động được; dịch vụ sẽ tự chạy khi Windows khởi động lại.",
        "The service khien-agent is installed. Windows is too busy to start it now; it starts with Windows the next time.",
    ),
    ("uninstall", "Dừng và gỡ bỏ dịch vụ.", "Stop and remove the service."),
    (
        "uninstall-purge",
        "Xóa cả khóa, dữ liệu ghi danh và báo cáo chờ gửi.",
        "Remove the key, the enrolment and waiting reports as well.",
    ),
    (
        "uninstalled",
        "Đã gỡ bỏ dịch vụ. Khóa và dữ liệu ghi danh được giữ lại để cài đặt lại.",
        "The service is removed. The key and the enrolment stay, to be installed again.",
    ),
    (
        "uninstalled-purged",
        "Đã gỡ bỏ dịch vụ, khóa và mọi dữ liệu của chương trình.",
        "The service, the key and all data of the program are removed.",
    ),
    ("run-once", "Chỉ kiểm tra và gửi một lần rồi kết thúc.", "Look and report once, then end."),
    (
        "status",
        "Cho biết máy này đã ghi danh ở đâu, gửi báo cáo lần cuối khi nào, còn bao nhiêu báo cáo chờ gửi.",
        "Tell where this machine is enrolled, when it last reported, and how much is waiting.",
    ),
    (
        "check",
        "Kiểm tra máy này ngay bây giờ và in những gì chưa đạt, cả khi không có mạng.",
        "Look at this machine now and print what is red, offline too.",
    ),
    ("check-all", "Liệt kê cả các nội dung đã đạt.", "List what passes as well."),
    (
        "check-facts",
        "Chỉ in những gì thu thập được trên máy này (JSON), không đánh giá.",
        "Only print what is seen on this machine (JSON); judge nothing.",
    ),
    (
        "check-format",
        "Dạng kết quả: text (mặc định), html (một trang để đọc và in) hoặc json.",
        "The form of the result: text (the default), html (one page to read and print) or json.",
    ),
    ("check-open", "Mở kết quả thành một trang trong trình duyệt.", "Open the result as a page in the browser."),
    ("error", "Lỗi", "Error"),
    ("hint-help", "Xem cách dùng: khien-agent --help", "How it is used: khien-agent --lang en --help"),
    ("unknown-argument", "không có tùy chọn", "there is no option"),
    ("unknown-command", "không có lệnh", "there is no command"),
    (
        "missing-command",
        "chưa nói phải làm gì (enrol, run, status hoặc check).",
        "it was not said what to do (enrol, run, status or check).",
    ),
    ("missing-argument", "còn thiếu", "there is missing"),
    ("missing-value", "cần có giá trị đi kèm", "needs a value:"),
    ("bad-value", "giá trị không dùng được", "a value cannot be used:"),
    ("wrong-use", "dùng sai cách", "wrong use"),
    (
        "bad-language",
        "biến môi trường KHIEN_LANG chỉ nhận vi hoặc en, không nhận",
        "the variable KHIEN_LANG is vi or en, not",
    ),
    (
        "accept-question",
        "Bạn có chấp nhận thông báo này không? Gõ “có” để chấp nhận: ",
        "Do you accept this notice? Type “yes” to accept: ",
    ),
    ("enrolled-in", "Đã ghi danh máy này vào đơn vị", "This machine is enrolled in the unit"),
    (
        "enrolled-next",
        "Bước tiếp theo: chạy dịch vụ (“sudo systemctl enable --now khien-agent”), hoặc gửi ngay một lần bằng “khien-agent run --once”.",
        "Next: run the service (“sudo systemctl enable --now khien-agent”), or report once with “khien-agent run --once”.",
    ),
    (
        "enrolled-next-windows",
        "Bước tiếp theo: cài dịch vụ (“khien-agent install” với quyền quản trị), hoặc gửi ngay một lần bằng “khien-agent run --once”.",
        "Next: install the service (“khien-agent install” as administrator), or report once with “khien-agent run --once”.",
    ),
    ("status-server", "Máy chủ", "Server"),
    ("status-unit", "Đơn vị", "Unit"),
    ("status-device", "Mã thiết bị", "Device"),
    ("status-enrolled", "Ghi danh lúc", "Enrolled at"),
    ("status-notice", "Thông báo được chấp nhận", "Notice accepted"),
    ("status-by", "bởi", "by"),
    ("status-delivered", "Máy chủ nhận đủ lúc", "All delivered at"),
    ("status-never", "chưa lần nào", "never yet"),
    ("status-waiting", "Báo cáo chờ gửi", "Reports waiting"),
    ("status-key", "Khóa của máy", "Key"),
    (
        "status-key-tpm",
        "niêm phong bằng chip bảo mật (TPM) và DPAPI của máy này",
        "sealed by the security chip (TPM) and DPAPI of this machine",
    ),
    (
        "status-key-dpapi",
        "niêm phong bằng DPAPI của máy này; không có chip bảo mật (TPM) dùng được",
        "sealed by DPAPI of this machine; it has no security chip (TPM) that works",
    ),
    ("status-key-file", "chỉ chủ của tệp đọc được", "readable by the owner of its file only"),
    ("status-key-none", "chưa có", "none yet"),
    ("status-browsers", "Trình duyệt", "Browsers"),
    (
        "status-browsers-all",
        "xem chính sách và đếm mật khẩu đã lưu",
        "policies are looked at and saved passwords are counted",
    ),
    (
        "status-browsers-policies",
        "chỉ xem chính sách; số mật khẩu đã lưu là chưa xác định",
        "policies only; how many passwords are saved is unknown",
    ),
    ("status-directive", "Văn bản chỉ đạo", "Directive"),
    (
        "status-directive-shipped",
        "có sẵn trong chương trình, chưa nhận từ máy chủ",
        "the one shipped with the program; none fetched yet",
    ),
    ("status-trouble", "Trục trặc lúc", "Trouble at"),
    (
        "check-no-state",
        "Không đọc được dữ liệu của dịch vụ, nên dùng văn bản chỉ đạo có sẵn. Chạy với quyền quản trị (sudo) để dùng văn bản của máy chủ và kiểm tra được nhiều nội dung hơn.",
        "The service's data cannot be read, so the shipped directive is used. Run this as administrator (sudo) to use the server's directive and to see more.",
    ),
    (
        "check-no-state-windows",
        "Không đọc được dữ liệu của dịch vụ, nên dùng văn bản chỉ đạo có sẵn. Hãy mở cửa sổ lệnh bằng “Run as administrator” để dùng văn bản của máy chủ và kiểm tra được nhiều nội dung hơn.",
        "The service's data cannot be read, so the shipped directive is used. Open the command window with “Run as administrator” to use the server's directive and to see more.",
    ),
    (
        "check-none-in-force",
        "không có văn bản nào trong chương trình đang có hiệu lực",
        "no shipped directive is in force",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_once() {
        let mut seen = std::collections::BTreeSet::new();
        for (key, vi, en) in WORDS {
            assert!(!vi.is_empty() && !en.is_empty() && vi != en, "{key}");
            assert!(seen.insert(key), "{key} is there twice");
        }
    }

    #[test]
    fn every_key_that_the_code_asks_for_is_there_and_no_other() {
        let sources = [
            include_str!("arguments.rs"),
            include_str!("check.rs"),
            include_str!("enrol.rs"),
            include_str!("install.rs"),
            include_str!("mod.rs"),
            include_str!("status.rs"),
            include_str!("words.rs"),
        ];
        let code: String =
            sources.map(|source| source.split("pub(super) const WORDS").next().unwrap_or_default()).concat();
        for (key, ..) in WORDS {
            assert!(code.contains(&format!("\"{key}\"")), "nobody asks for {key}");
        }
        let asked = code.split("text(\"").skip(1).filter_map(|rest| rest.split('"').next());
        for key in asked {
            assert!(WORDS.iter().any(|(known, ..)| *known == key), "{key} is asked for and not there");
        }
    }
}
