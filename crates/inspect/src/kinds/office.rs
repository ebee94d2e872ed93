//! Macros, embedded objects, links and passwords of Office files.

pub(crate) use super::packages::{DDE_COMMAND, DDE_LINK};
use crate::{Effect, Kind, Words};

/// What to do about macros.
const WITHOUT_MACROS: Words = Words {
    vi: "Lưu tài liệu sang định dạng không chứa macro (.docx, .xlsx, .pptx hoặc PDF) rồi tải lên lại.",
    en: "Save the document in a form without macros (.docx, .xlsx, .pptx or PDF) and upload that.",
};
/// What to do about a file that has no honest use.
const DO_NOT_OPEN: Words = Words {
    vi: "Không mở tệp này. Báo cho đầu mối công nghệ thông tin và hỏi lại người gửi bằng kênh khác.",
    en: "Do not open this file. Tell the IT focal officer, and ask the sender through another channel.",
};
/// What to do about objects within a document.
const WITHOUT_OBJECTS: Words = Words {
    vi: "Mở tài liệu ở nơi an toàn, bỏ đối tượng được nhúng hoặc liên kết, rồi xuất ra PDF để tải lên.",
    en: "Open the document in a safe place, remove what is embedded or linked, and upload it as PDF.",
};

macro_rules! kinds {
    ($($name:ident = $id:literal $effect:ident $attack:literal, $vi:literal, $en:literal, $fix:expr;)+) => {
        $(pub(crate) static $name: Kind = Kind {
            id: $id,
            effect: Effect::$effect,
            attack: Some($attack),
            title: Words { vi: concat!($vi, "."), en: concat!($en, ".") },
            fix: $fix,
        };)+

        /// Every kind of this area.
        pub(super) const ALL: &[&Kind] = &[$(&$name),+];
    };
}

kinds! {
    VBA_MACRO = "vba-macro" Suspicious "T1059.005",
        "Tài liệu chứa macro VBA", "The document holds VBA macros", WITHOUT_MACROS;
    VBA_AUTO_RUN = "vba-auto-run" Suspicious "T1204.002",
        "Macro tự chạy khi mở, đóng hoặc xem tài liệu", "A macro runs by itself when the document is opened, closed or shown", WITHOUT_MACROS;
    VBA_DANGEROUS_CALL = "vba-dangerous-call" Suspicious "T1059.005",
        "Macro gọi chức năng có thể gây hại", "A macro calls what can do harm", WITHOUT_MACROS;
    VBA_AUTO_DANGEROUS = "vba-auto-dangerous" Blocked "T1059.005",
        "Macro tự chạy và gọi chức năng chạy chương trình hoặc tải tệp", "A macro runs by itself and starts programs or downloads files", DO_NOT_OPEN;
    VBA_STOMPED = "vba-stomped" Blocked "T1564.007",
        "Mã nguồn của macro đã bị tráo: phần chạy thật khác với phần đọc được", "The source of a macro was exchanged: what runs differs from what can be read", DO_NOT_OPEN;
    VBA_SOURCE_MISSING = "vba-source-missing" Suspicious "T1564.007",
        "Macro có phần đã biên dịch nhưng không đọc được mã nguồn", "A macro has a compiled form, but no source that can be read", WITHOUT_MACROS;
    VBA_HIDDEN_MODULE = "vba-hidden-module" Suspicious "T1564.007",
        "Có mô-đun macro được giấu khỏi trình soạn thảo", "A module of macros is hidden from the editor", WITHOUT_MACROS;
    VBA_UNVIEWABLE = "vba-unviewable" Suspicious "T1564.007",
        "Dự án macro bị sửa để trình soạn thảo không hiển thị được", "The macro project was altered so that the editor cannot show it", WITHOUT_MACROS;
    VBA_LOCKED = "vba-locked" Note "T1564.007",
        "Dự án macro được khóa bằng mật khẩu", "The macro project is locked with a password", WITHOUT_MACROS;
    VBA_OBFUSCATED = "vba-obfuscated" Suspicious "T1027.010",
        "Macro ghép chữ từ mã số hoặc chữ viết ngược để che giấu nội dung", "A macro builds texts out of numbers or reversed letters to hide them", WITHOUT_MACROS;
    XLM_MACRO_SHEET = "xlm-macro-sheet" Suspicious "T1059",
        "Bảng tính chứa trang macro Excel 4.0", "The workbook holds a sheet of Excel 4.0 macros", WITHOUT_MACROS;
    XLM_HIDDEN_SHEET = "xlm-hidden-sheet" Suspicious "T1564",
        "Trang macro Excel 4.0 được giấu", "A sheet of Excel 4.0 macros is hidden", WITHOUT_MACROS;
    XLM_AUTO_RUN = "xlm-auto-run" Suspicious "T1204.002",
        "Macro Excel 4.0 tự chạy khi mở hoặc đóng bảng tính", "An Excel 4.0 macro runs by itself when the workbook is opened or closed", WITHOUT_MACROS;
    XLM_DANGEROUS_CALL = "xlm-dangerous-call" Suspicious "T1059",
        "Macro Excel 4.0 gọi chức năng có thể gây hại", "An Excel 4.0 macro calls what can do harm", WITHOUT_MACROS;
    XLM_AUTO_DANGEROUS = "xlm-auto-dangerous" Blocked "T1059",
        "Macro Excel 4.0 tự chạy và gọi chức năng chạy chương trình hoặc ghi tệp", "An Excel 4.0 macro runs by itself and starts programs or writes files", DO_NOT_OPEN;
    XLM_PROGRAM = "xlm-program" Blocked "T1059",
        "Macro Excel 4.0 trong bảng tính kiểu mới chạy chương trình hoặc ghi tệp", "An Excel 4.0 macro in a workbook of the new form starts programs or writes files", DO_NOT_OPEN;
    OLE_PACKAGE = "ole-package" Note "T1027.009",
        "Tài liệu có tệp được nhúng bên trong", "A file is embedded in the document", WITHOUT_OBJECTS;
    OLE_PACKAGE_PROGRAM = "ole-package-program" Blocked "T1204.002",
        "Tài liệu nhúng một chương trình hoặc tập lệnh", "A program or script is embedded in the document", DO_NOT_OPEN;
    OLE_PACKAGE_NAME = "ole-package-name" Suspicious "T1036.007",
        "Tên hiển thị của tệp nhúng khác loại tệp thật", "The name shown for an embedded file is of another kind than the file", WITHOUT_OBJECTS;
    OLE_EQUATION = "ole-equation" Suspicious "T1203",
        "Tài liệu có công thức của trình soạn công thức cũ, chương trình có lỗ hổng đã bị Microsoft gỡ bỏ",
        "The document has an equation of the old equation editor, which Microsoft removed because of its flaws", WITHOUT_OBJECTS;
    OLE_EQUATION_EXPLOIT = "ole-equation-exploit" Blocked "T1203",
        "Đối tượng công thức được tạo để khai thác lỗ hổng của trình soạn công thức", "An equation object is made to exploit a flaw of the equation editor", DO_NOT_OPEN;
    OLE_DANGEROUS_CLASS = "ole-dangerous-class" Suspicious "T1203",
        "Tài liệu có đối tượng thuộc lớp hay bị lợi dụng để tấn công", "The document has an object of a class that attackers use", WITHOUT_OBJECTS;
    OLE_SCRIPT_CLASS = "ole-script-class" Blocked "T1203",
        "Tài liệu có đối tượng dùng để chạy lệnh hoặc tập lệnh", "The document has an object that runs commands or scripts", DO_NOT_OPEN;
    OLE_LINK = "ole-link" Suspicious "T1221",
        "Tài liệu có đối tượng liên kết tới địa chỉ bên ngoài", "The document has an object that is linked to a place outside", WITHOUT_OBJECTS;
    OLE_LINK_SCRIPT = "ole-link-script" Blocked "T1221",
        "Đối tượng liên kết dẫn tới tập lệnh hoặc tệp HTML được chạy tự động", "A linked object leads to a script or HTML that is run by itself", DO_NOT_OPEN;
    OLE_ORPHAN = "ole-orphan" Note "T1564",
        "Có dữ liệu nằm ngoài cây thư mục của tệp OLE", "There is data outside the directory tree of the OLE file", WITHOUT_OBJECTS;
    OFFICE_PASSWORD = "office-known-password" Note "T1027.013",
        "Tài liệu được mã hóa và đã được mở bằng mật khẩu mặc định hoặc mật khẩu đã biết",
        "The document is encrypted and was opened with a default or known password", WITHOUT_OBJECTS;
    PPT_RUN_PROGRAM = "ppt-run-program" Suspicious "T1204.002",
        "Bản trình chiếu có nút hoặc vùng chạy chương trình khi bấm hay rê chuột", "The presentation starts a program on a click or touch", WITHOUT_OBJECTS;
    WORD_TEMPLATE = "word-remote-template" Blocked "T1221",
        "Tài liệu Word lấy mẫu từ một địa chỉ bên ngoài", "The Word document takes its template from a place outside", DO_NOT_OPEN;
    MSI_CUSTOM_ACTION = "msi-custom-action" Suspicious "T1218.007",
        "Bộ cài chạy thêm chương trình hoặc tập lệnh riêng", "The installer runs programs or scripts of its own", DO_NOT_OPEN;
    ONENOTE_ATTACHMENT = "onenote-attachment" Note "T1027.009",
        "Sổ tay OneNote có tệp đính kèm", "The OneNote section has an attached file", WITHOUT_OBJECTS;
    ONENOTE_PROGRAM = "onenote-program" Blocked "T1204.002",
        "Sổ tay OneNote đính kèm chương trình hoặc tập lệnh", "The OneNote section has a program or script attached", DO_NOT_OPEN;
}
