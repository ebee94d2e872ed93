//! What scripts do.

use super::words::{CHECK_WITH_SENDER, DELETE_AND_REPORT, kinds};

kinds! {
    /// Fetches something and runs it.
    DOWNLOAD_AND_RUN = "script-downloads-and-runs" Blocked Some("T1105"),
        { "Kịch bản tải một tệp về rồi chạy.", "The script fetches a file and runs it." }
        DELETE_AND_REPORT;
    /// Fetches something and runs it, as installers of Unix do too.
    FETCH_INTO_SHELL = "script-fetches-into-shell" Suspicious Some("T1105"),
        { "Kịch bản tải nội dung về và đưa thẳng cho trình thông dịch.", "The script fetches something and hands it to an interpreter." }
        CHECK_WITH_SENDER;
    /// Turns off what looks at scripts.
    SCAN_BYPASS = "script-bypasses-scan" Blocked Some("T1562.001"),
        { "Kịch bản vô hiệu hóa cơ chế quét mã của Windows (AMSI).", "The script turns off the part of Windows that looks at scripts (AMSI)." }
        DELETE_AND_REPORT;
    /// Turns off the defence of the machine.
    DEFENCE_OFF = "script-disables-defence" Blocked Some("T1562.001"),
        { "Kịch bản tắt phần mềm phòng chống mã độc hoặc tường lửa.", "The script turns off the antivirus program or the firewall." }
        DELETE_AND_REPORT;
    /// Deletes the copies that files could be restored from.
    BACKUPS_DELETED = "script-deletes-backups" Blocked Some("T1490"),
        { "Kịch bản xóa bản sao lưu của Windows, việc mã độc tống tiền thường làm.", "The script deletes the shadow copies of Windows, as ransomware does." }
        DELETE_AND_REPORT;
    /// Runs code in memory.
    CODE_IN_MEMORY = "script-runs-code-in-memory" Blocked Some("T1620"),
        { "Kịch bản nạp mã máy vào bộ nhớ và chạy.", "The script puts machine code into memory and runs it." }
        DELETE_AND_REPORT;
    /// Opens a way in for somebody else.
    REVERSE_SHELL = "script-opens-remote-shell" Blocked Some("T1059"),
        { "Kịch bản mở đường cho người khác điều khiển máy từ xa.", "The script lets somebody else control the machine." }
        DELETE_AND_REPORT;
    /// Runs a command through a program of the system that is not meant for it.
    RUNS_THROUGH_SYSTEM = "script-misuses-system-program" Blocked Some("T1218"),
        { "Kịch bản lợi dụng chương trình có sẵn của Windows để chạy nội dung tải về.", "The script misuses a program of Windows to run what it fetches." }
        DELETE_AND_REPORT;
    /// Runs what comes with a request to a server.
    WEB_SHELL = "web-shell" Blocked Some("T1505.003"),
        { "Trang máy chủ chạy lệnh lấy từ yêu cầu gửi tới (web shell).", "The server page runs commands out of requests (a web shell)." }
        DELETE_AND_REPORT;
    /// Runs what it decodes.
    DECODES_AND_RUNS = "script-decodes-and-runs" Blocked Some("T1140"),
        { "Kịch bản giải mã một đoạn bị che giấu rồi chạy.", "The script decodes something hidden and runs it." }
        DELETE_AND_REPORT;
    /// Sends away passwords or cookies.
    TAKES_SECRETS = "script-takes-secrets" Blocked Some("T1555"),
        { "Kịch bản lấy mật khẩu hoặc phiên đăng nhập đã lưu.", "The script takes passwords or sessions that were saved." }
        DELETE_AND_REPORT;
    /// Starts programs.
    RUNS_PROGRAM = "script-runs-program" Suspicious Some("T1059"),
        { "Kịch bản chạy chương trình khác.", "The script runs other programs." }
        CHECK_WITH_SENDER;
    /// Runs without being seen.
    HIDDEN_WINDOW = "script-hides-window" Suspicious Some("T1564.003"),
        { "Kịch bản chạy với cửa sổ ẩn.", "The script runs in a hidden window." }
        CHECK_WITH_SENDER;
    /// Goes around the rules for scripts.
    POLICY_BYPASS = "script-bypasses-policy" Suspicious Some("T1059.001"),
        { "Kịch bản bỏ qua chính sách thực thi của PowerShell.", "The script bypasses the execution policy of PowerShell." }
        CHECK_WITH_SENDER;
    /// Runs a command that is written in base64.
    ENCODED_COMMAND = "script-encoded-command" Suspicious Some("T1027.010"),
        { "Kịch bản chạy lệnh được mã hóa base64.", "The script runs a command written in base64." }
        CHECK_WITH_SENDER;
    /// Stays on the machine.
    PERSISTENCE = "script-persists" Suspicious Some("T1547"),
        { "Kịch bản cài mình để tự chạy lại khi mở máy hoặc theo lịch.", "The script makes itself run again at start or by schedule." }
        CHECK_WITH_SENDER;
    /// Starts a program through WMI.
    WMI_PROCESS = "script-wmi-process" Suspicious Some("T1047"),
        { "Kịch bản khởi chạy chương trình qua WMI.", "The script starts a program through WMI." }
        CHECK_WITH_SENDER;
    /// Makes or changes accounts.
    ACCOUNTS = "script-changes-accounts" Suspicious Some("T1136"),
        { "Kịch bản tạo tài khoản hoặc đổi quyền tài khoản trên máy.", "The script makes accounts or changes their rights." }
        CHECK_WITH_SENDER;
    /// Destroys files.
    DESTROYS = "script-destroys-files" Suspicious Some("T1485"),
        { "Kịch bản xóa hàng loạt hoặc định dạng ổ đĩa.", "The script deletes files in masses or formats a drive." }
        CHECK_WITH_SENDER;
    /// Changes of the registry that start programs.
    REGISTRY_STARTS = "registry-starts-program" Blocked Some("T1547.001"),
        { "Tệp thay đổi Registry khiến Windows tự chạy một chương trình.", "The changes of the registry make Windows start a program by itself." }
        DELETE_AND_REPORT;
    /// Settings that run commands when they are installed or a drive is opened.
    SETTINGS_RUN = "settings-run-command" Blocked Some("T1218"),
        { "Tệp cấu hình chạy một dòng lệnh khi được cài đặt hoặc khi mở ổ đĩa.", "The settings run a command when they are installed or a drive is opened." }
        DELETE_AND_REPORT;
}
