//! What types give away, alone, together, and beside the name.

use crate::{Effect, Kind, Words};

/// The fix of files that are something else than they say.
const DO_NOT_OPEN: Words = Words {
    vi: "Không mở tệp; báo người phụ trách công nghệ thông tin và hỏi lại người gửi.",
    en: "Do not open it; tell the person in charge of IT and ask the sender.",
};

/// The fix of programs and scripts.
const SEND_OTHERWISE: Words = Words {
    vi: "Chương trình không được gửi qua đường tải tệp lên; hãy nhờ người phụ trách công nghệ thông tin cài đặt từ nguồn chính thức.",
    en: "Programs are not taken by upload; ask the person in charge of IT to install it from its official source.",
};

/// A program.
pub static PROGRAM: Kind = Kind {
    id: "program",
    effect: Effect::Blocked,
    attack: Some("T1204.002"),
    title: Words { vi: "Đây là một chương trình chạy được.", en: "This is a program that can be run." },
    fix: SEND_OTHERWISE,
};

/// Text or data under the name of a program: uploads of offices hold no programs, and Windows goes by the name.
pub static NAMED_PROGRAM: Kind = Kind {
    id: "named-program",
    effect: Effect::Blocked,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Tên tệp là tên của một chương trình mà Windows chạy, dù nội dung không phải chương trình đã biết.",
        en: "The file is named like a program that Windows runs, though what it holds is no known one.",
    },
    fix: SEND_OTHERWISE,
};

/// The name of a program, of which nothing else could be seen.
pub static UNOPENED_PROGRAM: Kind = Kind {
    id: "named-program-unopened",
    effect: Effect::Blocked,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Tên tệp là tên của một chương trình mà Windows chạy; chưa mở được nội dung để xem.",
        en: "The file is named like a program that Windows runs; what it holds could not be opened.",
    },
    fix: SEND_OTHERWISE,
};

/// An ending that is run or followed, and also that of other things: said of what was opened and of what was not.
pub static RUNNABLE_NAME: Kind = Kind {
    id: "runnable-name",
    effect: Effect::Suspicious,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Tên tệp có đuôi mà máy tính có thể chạy, cài đặt hoặc làm theo.",
        en: "The name ends in a way that computers may run, install or follow.",
    },
    fix: SEND_OTHERWISE,
};

/// A script that Windows runs.
pub static SCRIPT: Kind = Kind {
    id: "script",
    effect: Effect::Blocked,
    attack: Some("T1059"),
    title: Words {
        vi: "Đây là tập lệnh mà Windows chạy ngay khi nháy đúp.",
        en: "This is a script that Windows runs at a double-click.",
    },
    fix: SEND_OTHERWISE,
};

/// A page that a server runs.
pub static SERVER_PAGE: Kind = Kind {
    id: "server-page",
    effect: Effect::Blocked,
    attack: Some("T1505.003"),
    title: Words {
        vi: "Đây là mã chạy trên máy chủ web; tải lên có thể cho phép chiếm quyền máy chủ.",
        en: "This is code that web servers run; uploading it may hand the server over.",
    },
    fix: Words {
        vi: "Không tải mã máy chủ lên hệ thống nhận tệp; nếu cần chuyển giao mã nguồn, hãy dùng kho mã nguồn của đơn vị.",
        en: "Do not upload server code where files are received; hand source code over through the repository of the organisation.",
    },
};

/// A script that is not run by a double-click on Windows.
pub static SOURCE_SCRIPT: Kind = Kind {
    id: "source-script",
    effect: Effect::Suspicious,
    attack: Some("T1059"),
    title: Words { vi: "Đây là mã nguồn hoặc tập lệnh.", en: "This is source code or a script." },
    fix: Words {
        vi: "Xác nhận với người gửi rằng tệp này thật sự cần thiết; không chạy nó.",
        en: "Have the sender confirm that this file is needed; do not run it.",
    },
};

/// A shortcut of Windows.
pub static SHORTCUT: Kind = Kind {
    id: "shortcut",
    effect: Effect::Blocked,
    attack: Some("T1204.002"),
    title: Words {
        vi: "Đây là lối tắt của Windows, có thể chạy lệnh khi được mở.",
        en: "This is a shortcut of Windows, which can run commands when it is opened.",
    },
    fix: Words {
        vi: "Gửi chính tài liệu cần gửi, không gửi lối tắt.",
        en: "Send the document itself, not a shortcut to it.",
    },
};

/// A shortcut to somewhere else.
pub static FAR_SHORTCUT: Kind = Kind {
    id: "far-shortcut",
    effect: Effect::Suspicious,
    attack: Some("T1204.001"),
    title: Words {
        vi: "Đây là lối tắt dẫn tới một địa chỉ hoặc máy tính khác.",
        en: "This is a shortcut that leads to an address or another computer.",
    },
    fix: Words {
        vi: "Kiểm tra địa chỉ trước khi mở; nên gửi chính tài liệu thay cho lối tắt.",
        en: "Check the address before opening it; better send the document itself.",
    },
};

/// Not what its name says, and harmful.
pub static DISGUISED_PROGRAM: Kind = Kind {
    id: "disguised-program",
    effect: Effect::Blocked,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Tên tệp nói đây là tài liệu nhưng nội dung là chương trình, tập lệnh hoặc lối tắt.",
        en: "The name says that it is a document, but it is a program, a script or a shortcut.",
    },
    fix: DO_NOT_OPEN,
};

/// Not what its name says, in a way that makes believe.
pub static MISLEADING_TYPE: Kind = Kind {
    id: "misleading-type",
    effect: Effect::Suspicious,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Nội dung tệp thuộc loại khác hẳn với phần mở rộng của tên.",
        en: "What the file holds is of quite another type than its ending says.",
    },
    fix: Words {
        vi: "Hỏi người gửi tệp thật sự là gì; nếu hợp lệ, đổi tên cho đúng loại rồi tải lên lại.",
        en: "Ask the sender what the file really is; if it is honest, rename it to its type and upload it again.",
    },
};

/// Not what its name says, but of the same sort.
pub static OTHER_TYPE: Kind = Kind {
    id: "other-type",
    effect: Effect::Note,
    attack: None,
    title: Words {
        vi: "Nội dung tệp thuộc loại gần với phần mở rộng nhưng không đúng loại.",
        en: "What the file holds is of a type near to what its ending says, but not the same.",
    },
    fix: Words {
        vi: "Đổi phần mở rộng cho đúng loại tệp.", en: "Give the file the ending of its type."
    },
};

/// Two types at once, one of which is run.
pub static HARMFUL_POLYGLOT: Kind = Kind {
    id: "harmful-polyglot",
    effect: Effect::Blocked,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Tệp vừa là loại vô hại vừa là tệp nén, chương trình hoặc tập lệnh.",
        en: "The file is of a harmless type and at the same time an archive, a program or a script.",
    },
    fix: DO_NOT_OPEN,
};

/// Two types at once.
pub static POLYGLOT: Kind = Kind {
    id: "polyglot",
    effect: Effect::Suspicious,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Tệp thuộc hai loại cùng lúc nên mỗi chương trình hiểu một cách.",
        en: "The file is of two types at once, and programs take it for either.",
    },
    fix: DO_NOT_OPEN,
};

/// A program that unpacks itself.
pub static SELF_EXTRACTING: Kind = Kind {
    id: "self-extracting",
    effect: Effect::Note,
    attack: None,
    title: Words { vi: "Đây là tệp nén tự bung.", en: "This is an archive that unpacks itself." },
    fix: Words {
        vi: "Gửi tệp nén thường (ZIP) thay cho tệp tự bung.",
        en: "Send a plain archive (ZIP) instead of one that unpacks itself.",
    },
};

/// Something stands behind the end.
pub static APPENDED_DATA: Kind = Kind {
    id: "appended-data",
    effect: Effect::Suspicious,
    attack: Some("T1027.003"),
    title: Words {
        vi: "Sau điểm kết thúc của tệp còn có dữ liệu khác.",
        en: "There is other data behind the end of the file.",
    },
    fix: Words {
        vi: "Mở tệp bằng phần mềm quen dùng rồi lưu lại thành tệp mới trước khi tải lên.",
        en: "Open the file in the usual program and save it anew before uploading it.",
    },
};

/// Something harmful stands behind the end.
pub static APPENDED_PROGRAM: Kind = Kind {
    id: "appended-program",
    effect: Effect::Blocked,
    attack: Some("T1027.003"),
    title: Words {
        vi: "Sau điểm kết thúc của tệp có giấu chương trình, tập lệnh hoặc tệp nén.",
        en: "A program, a script or an archive is hidden behind the end of the file.",
    },
    fix: DO_NOT_OPEN,
};

/// What cameras leave behind the end.
pub static APPENDED_BY_CAMERA: Kind = Kind {
    id: "appended-by-camera",
    effect: Effect::Note,
    attack: None,
    title: Words {
        vi: "Sau ảnh có dữ liệu thường do máy ảnh hoặc điện thoại thêm vào.",
        en: "Behind the picture there is data such as cameras and telephones add.",
    },
    fix: Words { vi: "Không cần làm gì.", en: "Nothing needs to be done." },
};

/// As ransomware leaves files.
pub static LOOKS_ENCRYPTED: Kind = Kind {
    id: "looks-encrypted",
    effect: Effect::Suspicious,
    attack: Some("T1486"),
    title: Words {
        vi: "Tệp mang tên tài liệu nhưng nội dung đã bị mã hóa toàn bộ, giống dấu vết của mã độc tống tiền.",
        en: "The file is named like a document, but all of it is encrypted, as ransomware leaves files.",
    },
    fix: Words {
        vi: "Ngắt mạng máy tính có tệp này và báo ngay cho người phụ trách an toàn thông tin.",
        en: "Take the computer with this file off the network and tell the person in charge of security at once.",
    },
};

/// Every kind of this area.
pub const ALL: &[&Kind] = &[
    &PROGRAM,
    &NAMED_PROGRAM,
    &UNOPENED_PROGRAM,
    &RUNNABLE_NAME,
    &SCRIPT,
    &SERVER_PAGE,
    &SOURCE_SCRIPT,
    &SHORTCUT,
    &FAR_SHORTCUT,
    &DISGUISED_PROGRAM,
    &MISLEADING_TYPE,
    &OTHER_TYPE,
    &HARMFUL_POLYGLOT,
    &POLYGLOT,
    &SELF_EXTRACTING,
    &APPENDED_DATA,
    &APPENDED_PROGRAM,
    &APPENDED_BY_CAMERA,
    &LOOKS_ENCRYPTED,
];
