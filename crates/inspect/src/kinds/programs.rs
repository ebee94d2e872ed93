//! What is found in shortcuts and programs.

use super::words::{CHECK_WITH_SENDER, DELETE_AND_REPORT, NOTHING_TO_DO, kinds};

kinds! {
    /// A shortcut that gives a command to a program which runs others.
    SHORTCUT_COMMAND = "shortcut-runs-command" Blocked Some("T1204.002"),
        { "Lối tắt chạy một dòng lệnh trên máy người mở.", "The shortcut runs a command on the machine of whoever opens it." }
        DELETE_AND_REPORT;
    /// A shortcut to a program which runs others, without a command.
    SHORTCUT_TO_RUNNER = "shortcut-to-runner" Suspicious Some("T1204.002"),
        { "Lối tắt mở một chương trình dùng để chạy chương trình khác.", "The shortcut opens a program that is there to run others." }
        CHECK_WITH_SENDER;
    /// A shortcut that looks like a document.
    SHORTCUT_DISGUISED = "shortcut-disguised" Blocked Some("T1036.007"),
        { "Lối tắt chạy chương trình nhưng mang biểu tượng hoặc tên của tài liệu.", "The shortcut runs a program but has the icon or name of a document." }
        DELETE_AND_REPORT;
    /// A shortcut whose command is pushed out of sight.
    SHORTCUT_PADDED = "shortcut-padded" Blocked Some("T1027.012"),
        { "Dòng lệnh của lối tắt bị đẩy ra ngoài tầm nhìn bằng khoảng trắng.", "White space pushes the command of the shortcut out of sight." }
        DELETE_AND_REPORT;
    /// A shortcut to a share of another machine.
    SHORTCUT_TO_SHARE = "shortcut-to-share" Suspicious Some("T1187"),
        { "Lối tắt trỏ tới thư mục chia sẻ ở máy khác.", "The shortcut leads to a share of another machine." }
        CHECK_WITH_SENDER;
    /// A shortcut that runs a program of another machine, or calls what runs things.
    SHORTCUT_TO_FAR_PROGRAM = "shortcut-to-far-program" Blocked Some("T1204.002"),
        { "Lối tắt chạy chương trình nằm ở máy khác hoặc trên Internet.", "The shortcut runs a program that lies on another machine or on the Internet." }
        DELETE_AND_REPORT;
    /// A shortcut whose picture lies on another machine.
    SHORTCUT_FAR_ICON = "shortcut-far-icon" Suspicious Some("T1187"),
        { "Biểu tượng của lối tắt lấy từ máy khác, có thể làm lộ mật khẩu Windows chỉ khi mở thư mục.", "The icon of the shortcut is taken from another machine, which can give away the password of Windows when its folder is shown." }
        DELETE_AND_REPORT;
    /// Something behind a shortcut.
    AFTER_SHORTCUT = "data-after-shortcut" Suspicious Some("T1027.009"),
        { "Sau phần lối tắt trong tệp còn có dữ liệu khác.", "There is other data behind the shortcut in its file." }
        DELETE_AND_REPORT;
    /// A program behind a shortcut.
    PROGRAM_AFTER_SHORTCUT = "program-after-shortcut" Blocked Some("T1027.009"),
        { "Sau phần lối tắt trong tệp có giấu chương trình, kịch bản hoặc tệp nén.", "A program, script or archive is hidden behind the shortcut in its file." }
        DELETE_AND_REPORT;
    /// What a shortcut leads to.
    SHORTCUT_TARGET = "shortcut-target" Note None,
        { "Nơi lối tắt trỏ tới.", "What the shortcut leads to." }
        NOTHING_TO_DO;
    /// A search or library of Windows that leads to another machine.
    FAR_FOLDER = "far-folder" Blocked Some("T1566.001"),
        { "Tệp mở ra một thư mục ở máy khác trông như thư mục trên máy này.", "The file shows a folder of another machine as if it were one of this machine." }
        DELETE_AND_REPORT;
    /// A setting that runs a command.
    SETTING_COMMAND = "setting-runs-command" Blocked Some("T1204.002"),
        { "Tệp thiết lập chạy một dòng lệnh khi mở.", "The settings file runs a command when it is opened." }
        DELETE_AND_REPORT;
    /// A query of Excel that fetches data.
    WEB_QUERY = "web-query" Suspicious Some("T1221"),
        { "Tệp truy vấn khiến Excel tải dữ liệu từ Internet, trong đó có thể có công thức chạy lệnh.", "The query makes Excel fetch data from the Internet, which can hold formulas that run commands." }
        CHECK_WITH_SENDER;
    /// A connection to a far desktop.
    FAR_DESKTOP = "far-desktop" Suspicious Some("T1219"),
        { "Tệp mở kết nối tới máy tính từ xa.", "The file opens a connection to a far computer." }
        CHECK_WITH_SENDER;
    /// A connection to a far desktop that hands over the drives of this machine.
    FAR_DESKTOP_TAKES_DRIVES = "far-desktop-takes-drives" Blocked Some("T1219"),
        { "Tệp kết nối từ xa cho máy bên kia đọc và ghi ổ đĩa của máy này.", "The connection lets the far computer read and write the drives of this machine." }
        DELETE_AND_REPORT;
    /// What a program is.
    PROGRAM_FACTS = "program-facts" Note None,
        { "Thông tin về chương trình.", "Facts about the program." }
        NOTHING_TO_DO;
    /// A program that is packed or encrypted.
    PACKED_PROGRAM = "packed-program" Suspicious Some("T1027.002"),
        { "Chương trình bị nén hoặc mã hóa để che giấu nội dung.", "The program is packed or encrypted, which hides its content." }
        CHECK_WITH_SENDER;
    /// A program that can put code into others.
    INJECTING_PROGRAM = "injecting-program" Suspicious Some("T1055"),
        { "Chương trình dùng các hàm để chèn mã vào chương trình khác.", "The program uses functions that put code into other programs." }
        CHECK_WITH_SENDER;
    /// A program with a signature in it.
    SIGNED_PROGRAM = "signed-program" Note None,
        { "Chương trình có kèm chữ ký số; chữ ký chưa được kiểm chứng.", "The program has a signature in it; the signature was not verified." }
        NOTHING_TO_DO;
    /// Something behind a program.
    AFTER_PROGRAM = "data-after-program" Note None,
        { "Sau phần chương trình trong tệp còn có dữ liệu khác.", "There is other data behind the program in its file." }
        NOTHING_TO_DO;
    /// A program within a program.
    PROGRAM_IN_PROGRAM = "program-in-program" Suspicious Some("T1027.009"),
        { "Trong tài nguyên của chương trình có chương trình khác.", "The resources of the program hold another program." }
        CHECK_WITH_SENDER;
}
