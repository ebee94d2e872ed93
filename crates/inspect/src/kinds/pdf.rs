//! What is found in PDF files.

use crate::{Effect, Kind, Words};

/// Every kind of this area.
pub(super) const ALL: &[&Kind] = &[
    &JAVASCRIPT,
    &FORM_SCRIPT,
    &EXPLOIT,
    &OPENS_ATTACHMENT,
    &AUTOMATIC,
    &LAUNCH,
    &LAUNCH_DOCUMENT,
    &SUBMITS,
    &IMPORTS,
    &FAR_FILE,
    &LINK_PROGRAM,
    &LINK_SCRIPT,
    &RICH_MEDIA,
    &XFA,
    &XFA_SCRIPT,
    &OBSCURED_NAME,
    &SECOND_HEADER,
    &MANY_FILTERS,
];

const PRINT_AGAIN: Words = Words {
    vi: "Hãy mở tệp ở nơi an toàn, in lại thành PDF mới rồi tải bản mới lên.",
    en: "Open the file in a safe place, print it to a new PDF and upload that.",
};
const DO_NOT_OPEN: Words = Words {
    vi: "Không mở tệp này. Hãy hỏi lại người gửi qua kênh khác và báo cho đầu mối công nghệ thông tin.",
    en: "Do not open this file. Ask the sender another way, and tell your IT officer.",
};
const CHECK_SENDER: Words = Words {
    vi: "Hãy xác nhận với người gửi rằng tệp cần có phần này; nếu không cần, hãy in lại thành PDF mới.",
    en: "Ask the sender whether the file needs this; if not, print it to a new PDF.",
};

/// A script that is more than the checks of a form.
pub static JAVASCRIPT: Kind = Kind {
    id: "pdf-javascript",
    effect: Effect::Suspicious,
    attack: Some("T1059.007"),
    title: Words { vi: "Tệp PDF có chứa mã lệnh JavaScript.", en: "The PDF contains JavaScript." },
    fix: PRINT_AGAIN,
};

/// Scripts that only call the functions for forms that every viewer has.
pub static FORM_SCRIPT: Kind = Kind {
    id: "pdf-form-script",
    effect: Effect::Note,
    attack: None,
    title: Words {
        vi: "Biểu mẫu PDF có mã định dạng và tính toán thông thường.",
        en: "The form in the PDF formats and calculates with the usual functions.",
    },
    fix: Words { vi: "Không cần làm gì.", en: "Nothing needs to be done." },
};

/// A call that only attacks on viewers make.
pub static EXPLOIT: Kind = Kind {
    id: "pdf-javascript-exploit",
    effect: Effect::Blocked,
    attack: Some("T1203"),
    title: Words {
        vi: "Mã lệnh trong PDF gọi hàm thường dùng để khai thác lỗ hổng của phần mềm đọc PDF.",
        en: "A script in the PDF calls what attacks on PDF viewers call.",
    },
    fix: DO_NOT_OPEN,
};

/// A script that writes an attachment to the disk and opens it.
pub static OPENS_ATTACHMENT: Kind = Kind {
    id: "pdf-javascript-opens-attachment",
    effect: Effect::Blocked,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Mã lệnh trong PDF tự lưu và mở tệp đính kèm bên trong.",
        en: "A script in the PDF saves and opens a file attached to it.",
    },
    fix: DO_NOT_OPEN,
};

/// Something that happens by itself.
pub static AUTOMATIC: Kind = Kind {
    id: "pdf-automatic-action",
    effect: Effect::Suspicious,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Tệp PDF tự thực hiện một hành động khi được mở hoặc khi xem trang.",
        en: "The PDF does something by itself when it is opened or a page is seen.",
    },
    fix: PRINT_AGAIN,
};

/// Starts a program.
pub static LAUNCH: Kind = Kind {
    id: "pdf-launch",
    effect: Effect::Blocked,
    attack: Some("T1204.002"),
    title: Words { vi: "Tệp PDF có lệnh chạy chương trình trên máy.", en: "The PDF starts a program." },
    fix: DO_NOT_OPEN,
};

/// Opens another document on the disk.
pub static LAUNCH_DOCUMENT: Kind = Kind {
    id: "pdf-launch-document",
    effect: Effect::Suspicious,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Tệp PDF có lệnh mở một tệp khác trên máy.", en: "The PDF opens another file on the PC."
    },
    fix: CHECK_SENDER,
};

/// Sends what was filled in.
pub static SUBMITS: Kind = Kind {
    id: "pdf-submits-form",
    effect: Effect::Suspicious,
    attack: Some("T1598.003"),
    title: Words {
        vi: "Biểu mẫu PDF gửi dữ liệu đã điền ra ngoài.",
        en: "The form in the PDF sends what is filled in elsewhere.",
    },
    fix: CHECK_SENDER,
};

/// Reads data from a file.
pub static IMPORTS: Kind = Kind {
    id: "pdf-imports-data",
    effect: Effect::Suspicious,
    attack: Some("T1005"),
    title: Words {
        vi: "Tệp PDF đọc dữ liệu từ một tệp khác.", en: "The PDF takes in data from another file."
    },
    fix: CHECK_SENDER,
};

/// A file on another computer: asking for it gives away the password hash of who opens the PDF.
pub static FAR_FILE: Kind = Kind {
    id: "pdf-far-file",
    effect: Effect::Blocked,
    attack: Some("T1187"),
    title: Words {
        vi: "Tệp PDF gọi đến tệp trên máy khác trong mạng, có thể làm lộ mật khẩu Windows.",
        en: "The PDF asks for a file on another computer, which can give away the Windows password.",
    },
    fix: DO_NOT_OPEN,
};

/// A link to a program.
pub static LINK_PROGRAM: Kind = Kind {
    id: "pdf-link-to-program",
    effect: Effect::Note,
    attack: Some("T1204.001"),
    title: Words {
        vi: "Tệp PDF có liên kết tải về chương trình hoặc tệp nén.",
        en: "The PDF links to a program or an archive.",
    },
    fix: Words {
        vi: "Không bấm vào liên kết nếu không chắc chắn về nơi gửi.",
        en: "Do not follow the link unless you are sure where it comes from.",
    },
};

/// A link that runs a script.
pub static LINK_SCRIPT: Kind = Kind {
    id: "pdf-link-runs-script",
    effect: Effect::Suspicious,
    attack: Some("T1204.001"),
    title: Words {
        vi: "Liên kết trong PDF chạy mã lệnh hoặc mở tệp trên máy.",
        en: "A link in the PDF runs a script or opens a local file.",
    },
    fix: PRINT_AGAIN,
};

/// Films, Flash and models that run code.
pub static RICH_MEDIA: Kind = Kind {
    id: "pdf-rich-media",
    effect: Effect::Suspicious,
    attack: Some("T1203"),
    title: Words {
        vi: "Tệp PDF có nội dung động (Flash, phim, mô hình 3D có mã lệnh).",
        en: "The PDF has moving content (Flash, film, a 3D model with a script).",
    },
    fix: PRINT_AGAIN,
};

/// A form in XML.
pub static XFA: Kind = Kind {
    id: "pdf-xfa",
    effect: Effect::Note,
    attack: None,
    title: Words { vi: "Tệp PDF có biểu mẫu XFA.", en: "The PDF has a form in XML (XFA)." },
    fix: Words { vi: "Không cần làm gì.", en: "Nothing needs to be done." },
};

/// A form in XML with scripts.
pub static XFA_SCRIPT: Kind = Kind {
    id: "pdf-xfa-script",
    effect: Effect::Suspicious,
    attack: Some("T1059.007"),
    title: Words {
        vi: "Biểu mẫu XFA trong PDF có chứa mã lệnh.",
        en: "The form in XML (XFA) in the PDF contains scripts.",
    },
    fix: PRINT_AGAIN,
};

/// A name of something active, written so that it is not seen.
pub static OBSCURED_NAME: Kind = Kind {
    id: "pdf-obscured-name",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Tệp PDF viết tên lệnh theo cách che giấu.",
        en: "The PDF writes the name of a command so that it is not seen.",
    },
    fix: DO_NOT_OPEN,
};

/// Two files in one.
pub static SECOND_HEADER: Kind = Kind {
    id: "pdf-second-header",
    effect: Effect::Suspicious,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Trong tệp có nhiều tệp PDF nối tiếp nhau; các phần mềm có thể hiện nội dung khác nhau.",
        en: "There is more than one PDF in the file; programs may show different ones.",
    },
    fix: PRINT_AGAIN,
};

/// A stream packed many times over.
pub static MANY_FILTERS: Kind = Kind {
    id: "pdf-many-filters",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Dữ liệu trong PDF được nén chồng nhiều lớp để che giấu.",
        en: "Data in the PDF is packed many times over to hide it.",
    },
    fix: DO_NOT_OPEN,
};
