//! What is found in documents: packages of Office and OpenDocument, RTF, flat documents.

use super::words::{ASK_FOR_PDF, CHECK_WITH_SENDER, DELETE_AND_REPORT, NOTHING_TO_DO, TAKE_LINKS_OUT, kinds};

kinds! {
    /// A document that fetches its template from elsewhere when it is opened.
    FAR_TEMPLATE = "far-template" Blocked Some("T1221"),
        { "Khi mở, tài liệu tự tải mẫu (template) từ một máy khác về.", "When it is opened, the document fetches its template from another machine." }
        ASK_FOR_PDF;
    /// A template on the machine of whoever wrote it.
    LOCAL_TEMPLATE = "local-template" Note Some("T1221"),
        { "Tài liệu nhắc tới một tệp mẫu trên máy của người soạn.", "The document names a template on the machine of its author." }
        NOTHING_TO_DO;
    /// A document that hands an address to a program of the system which runs things.
    HANDLER_LINK = "handler-link" Blocked Some("T1203"),
        { "Tài liệu gọi một giao thức của Windows có thể chạy chương trình khi mở.", "The document calls a protocol of Windows that can run programs when it is opened." }
        DELETE_AND_REPORT;
    /// An object that is fetched from elsewhere when the document is opened.
    FAR_OBJECT = "far-object" Blocked Some("T1221"),
        { "Khi mở, tài liệu tự tải một đối tượng nhúng từ Internet hoặc máy khác.", "When it is opened, the document fetches an embedded object from the Internet or another machine." }
        ASK_FOR_PDF;
    /// Anything else that is fetched from elsewhere.
    FAR_CONTENT = "far-content" Suspicious Some("T1187"),
        { "Tài liệu lấy nội dung (hình, khung, bảng) từ Internet hoặc máy khác khi mở.", "The document takes content (a picture, a frame, a table) from the Internet or another machine when it is opened." }
        TAKE_LINKS_OUT;
    /// Content of another file on the machine of its author.
    LOCAL_LINK = "local-link" Note None,
        { "Tài liệu liên kết tới một tệp khác trên máy của người soạn.", "The document is linked to another file on the machine of its author." }
        NOTHING_TO_DO;
    /// A link to click that does more than lead to a page.
    ODD_HYPERLINK = "odd-hyperlink" Suspicious Some("T1204.001"),
        { "Liên kết trong tài liệu không dẫn tới trang web mà chạy lệnh, kịch bản hoặc mở tệp ở máy khác.", "A link in the document does not lead to a web page: it runs a command or script, or opens a file on another machine." }
        TAKE_LINKS_OUT;
    /// DDE that starts a program.
    DDE_COMMAND = "document-dde-command" Blocked Some("T1559.002"),
        { "Trường DDE trong tài liệu chạy một chương trình trên máy người mở.", "A DDE field in the document runs a program on the machine of whoever opens it." }
        DELETE_AND_REPORT;
    /// DDE that takes data from another document.
    DDE_LINK = "document-dde-link" Suspicious Some("T1559.002"),
        { "Tài liệu lấy dữ liệu qua DDE từ một chương trình khác.", "The document takes data from another program by DDE." }
        TAKE_LINKS_OUT;
    /// A cell of a table of separated values that a spreadsheet would run.
    TABLE_COMMAND = "table-command" Blocked Some("T1559.002"),
        { "Một ô trong bảng là công thức chạy chương trình khi mở bằng Excel.", "A cell of the table is a formula that runs a program when it is opened in Excel." }
        DELETE_AND_REPORT;
    /// A part with macros under a name or type that hides it.
    HIDDEN_MACROS = "hidden-macros" Suspicious Some("T1036"),
        { "Phần chứa macro bị đặt dưới tên hoặc loại khác để che giấu.", "The part with macros is under another name or type, which hides it." }
        ASK_FOR_PDF;
    /// A package whose list of types contradicts itself.
    CONTRADICTING_TYPES = "contradicting-types" Suspicious Some("T1036"),
        { "Danh mục loại nội dung của tài liệu tự mâu thuẫn.", "The list of content types of the document contradicts itself." }
        CHECK_WITH_SENDER;
    /// Buttons of a document of its own that run a macro on loading.
    RIBBON_ON_LOAD = "ribbon-on-load" Suspicious Some("T1137"),
        { "Tài liệu tự gọi macro khi nạp thanh công cụ.", "The document calls a macro when its toolbar loads." }
        ASK_FOR_PDF;
    /// ActiveX controls.
    ACTIVE_X = "activex-control" Suspicious Some("T1559.001"),
        { "Tài liệu chứa điều khiển ActiveX.", "The document holds an ActiveX control." }
        ASK_FOR_PDF;
    /// An OLE object in a package.
    EMBEDDED_OBJECT = "embedded-object" Note None,
        { "Tài liệu có đối tượng nhúng.", "The document has an embedded object." }
        NOTHING_TO_DO;
    /// A document of another format that is merged in when opened.
    MERGED_DOCUMENT = "merged-document" Suspicious Some("T1027.009"),
        { "Tài liệu gộp một tài liệu định dạng khác vào khi mở (altChunk).", "The document merges one of another format into itself when it is opened (altChunk)." }
        CHECK_WITH_SENDER;
    /// Sheets that do not show.
    HIDDEN_SHEETS = "hidden-sheets" Note Some("T1564"),
        { "Bảng tính có trang bị ẩn.", "The workbook has hidden sheets." }
        NOTHING_TO_DO;
    /// A slide that runs a program.
    SLIDE_RUNS_PROGRAM = "slide-runs-program" Blocked Some("T1204.002"),
        { "Trang chiếu chạy chương trình hoặc macro khi bấm hay rê chuột.", "A slide runs a program or macro on a click or when the pointer moves over it." }
        DELETE_AND_REPORT;
    /// A definition of a document type in a package, where none belongs.
    UNEXPECTED_DTD = "unexpected-dtd" Suspicious Some("T1027"),
        { "Tệp XML trong tài liệu có khai báo DTD, điều mà tài liệu văn phòng không bao giờ cần.", "An XML part of the document has a DTD, which office documents never need." }
        CHECK_WITH_SENDER;
    /// Scripts in an OpenDocument file.
    DOCUMENT_SCRIPT = "document-script" Suspicious Some("T1059"),
        { "Tài liệu OpenDocument chứa macro hoặc kịch bản.", "The OpenDocument file holds macros or scripts." }
        ASK_FOR_PDF;
    /// Scripts in an OpenDocument file that start programs.
    DOCUMENT_SCRIPT_RUNS = "document-script-runs-program" Blocked Some("T1059"),
        { "Macro trong tài liệu OpenDocument chạy chương trình hoặc tải tệp về.", "A macro in the OpenDocument file runs a program or fetches a file." }
        DELETE_AND_REPORT;
    /// A script that runs on an event.
    DOCUMENT_EVENT = "document-event" Suspicious Some("T1546"),
        { "Tài liệu tự gọi kịch bản khi mở hoặc khi có thao tác.", "The document calls a script by itself when it is opened or used." }
        ASK_FOR_PDF;
    /// A script outside of the document.
    SCRIPT_OUTSIDE = "script-outside-document" Blocked Some("T1203"),
        { "Tài liệu gọi một kịch bản nằm ngoài nó, lách ra khỏi thư mục cho phép.", "The document calls a script outside of itself, leaving the folder it may use." }
        DELETE_AND_REPORT;
    /// An object that has no place in RTF.
    DANGEROUS_CLASS = "dangerous-object-class" Blocked Some("T1203"),
        { "Tài liệu nhúng một loại đối tượng có thể chạy mã.", "The document embeds a class of objects that can run code." }
        DELETE_AND_REPORT;
    /// A file packed into a document.
    PACKAGED_FILE = "packaged-file" Suspicious Some("T1204.002"),
        { "Tài liệu có tệp đóng gói bên trong, bấm vào là mở.", "The document has a file packed into it that opens on a click." }
        CHECK_WITH_SENDER;
    /// An object that loads itself.
    SELF_LOADING_OBJECT = "self-loading-object" Suspicious Some("T1203"),
        { "Đối tượng trong tài liệu RTF tự nạp khi mở, không cần bấm.", "An object in the RTF document loads by itself when it is opened, without a click." }
        ASK_FOR_PDF;
    /// An RTF header that only Word takes.
    ODD_RTF_HEADER = "odd-rtf-header" Suspicious Some("T1027"),
        { "Phần đầu tệp RTF bị viết lệch chuẩn để né công cụ kiểm tra.", "The header of the RTF file is bent, to slip past what looks at it." }
        ASK_FOR_PDF;
    /// Data of objects written so that readers lose it.
    SCRAMBLED_OBJECT = "scrambled-object" Suspicious Some("T1027"),
        { "Dữ liệu đối tượng trong RTF bị xáo trộn để né công cụ kiểm tra.", "The data of an object in the RTF is scrambled, to slip past what looks at it." }
        ASK_FOR_PDF;
    /// Something behind the end of an RTF.
    AFTER_RTF = "data-after-rtf" Suspicious Some("T1027"),
        { "Sau phần kết thúc của tài liệu RTF còn có dữ liệu khác.", "There is other data behind the end of the RTF document." }
        CHECK_WITH_SENDER;
}
