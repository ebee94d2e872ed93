//! What names give away.

use crate::{Effect, Kind, Words};

/// The fix of names that make believe.
const ASK_SENDER: Words = Words {
    vi: "Không mở tệp; hỏi người gửi bằng điện thoại và yêu cầu gửi lại tệp với tên đúng.",
    en: "Do not open it; ask the sender by telephone and have the file sent again under its true name.",
};

/// The fix of names that only want another one.
const RENAME: Words = Words {
    vi: "Đổi tên tệp bằng chữ, số, dấu gạch và một phần mở rộng rồi tải lên lại.",
    en: "Rename the file with letters, digits, hyphens and one ending, then upload it again.",
};

/// `hoadon.pdf.exe`.
pub static DOUBLE_EXTENSION: Kind = Kind {
    id: "double-extension",
    effect: Effect::Blocked,
    attack: Some("T1036.007"),
    title: Words {
        vi: "Tên tệp có hai phần mở rộng để một chương trình trông giống tài liệu.",
        en: "The name has two endings, so that a program looks like a document.",
    },
    fix: ASK_SENDER,
};

/// `báo cáo.pdf                    .exe`.
pub static SPACES_BEFORE_EXTENSION: Kind = Kind {
    id: "spaces-before-extension",
    effect: Effect::Blocked,
    attack: Some("T1036.007"),
    title: Words {
        vi: "Tên tệp có một dãy dài khoảng trắng để che phần mở rộng thật.",
        en: "The name has a long run of spaces that hides its true ending.",
    },
    fix: ASK_SENDER,
};

/// Letters that turn the direction of writing.
pub static TURNED_NAME: Kind = Kind {
    id: "turned-name",
    effect: Effect::Blocked,
    attack: Some("T1036.002"),
    title: Words {
        vi: "Tên tệp chứa ký tự đảo chiều chữ viết, khiến tên hiển thị khác tên thật.",
        en: "The name contains characters that turn the direction of writing, so it is shown otherwise than it is.",
    },
    fix: ASK_SENDER,
};

/// Letters that are not seen.
pub static UNSEEN_LETTERS: Kind = Kind {
    id: "unseen-letters",
    effect: Effect::Suspicious,
    attack: Some("T1036"),
    title: Words {
        vi: "Tên tệp chứa ký tự không nhìn thấy.", en: "The name contains characters that are not seen."
    },
    fix: RENAME,
};

/// Letters of several scripts in one word.
pub static MIXED_LETTERS: Kind = Kind {
    id: "mixed-letters",
    effect: Effect::Suspicious,
    attack: Some("T1036"),
    title: Words {
        vi: "Một từ trong tên tệp trộn chữ Latinh với chữ trông giống hệt của bảng chữ khác.",
        en: "A word of the name mixes Latin letters with letters of another script that look the same.",
    },
    fix: ASK_SENDER,
};

/// `a.exe.` and `a.exe `.
pub static TRAILING_DOT: Kind = Kind {
    id: "trailing-dot-or-space",
    effect: Effect::Suspicious,
    attack: Some("T1036.006"),
    title: Words {
        vi: "Tên tệp kết thúc bằng dấu chấm hoặc khoảng trắng; Windows sẽ bỏ đi và tên sẽ khác.",
        en: "The name ends with a dot or a space, which Windows leaves out, so that it becomes another.",
    },
    fix: RENAME,
};

/// `CON`, `NUL.txt`.
pub static DEVICE_NAME: Kind = Kind {
    id: "device-name",
    effect: Effect::Suspicious,
    attack: None,
    title: Words {
        vi: "Tên tệp trùng tên thiết bị của Windows nên máy Windows không lưu được đúng.",
        en: "The name is that of a device of Windows, where it cannot be kept as a file.",
    },
    fix: RENAME,
};

/// `../../x`.
pub static LEAVES_FOLDER: Kind = Kind {
    id: "leaves-folder",
    effect: Effect::Blocked,
    attack: Some("T1574"),
    title: Words {
        vi: "Đường dẫn trong tệp nén đi ra ngoài thư mục giải nén.",
        en: "The path leads out of the folder into which it is unpacked.",
    },
    fix: ASK_SENDER,
};

/// `/etc/x`, `C:\x`.
pub static ABSOLUTE_PATH: Kind = Kind {
    id: "absolute-path",
    effect: Effect::Suspicious,
    attack: None,
    title: Words {
        vi: "Tên tệp là một đường dẫn tuyệt đối, có thể ghi vào thư mục của hệ thống.",
        en: "The name is an absolute path, which may write into folders of the system.",
    },
    fix: Words {
        vi: "Nén lại các tệp bằng đường dẫn tương đối rồi tải lên lại.",
        en: "Pack the files again with relative paths, then upload them again.",
    },
};

/// `a.txt:b.exe`.
pub static HIDDEN_STREAM: Kind = Kind {
    id: "hidden-stream",
    effect: Effect::Blocked,
    attack: Some("T1564.004"),
    title: Words {
        vi: "Tên tệp trỏ vào luồng dữ liệu ẩn của một tệp khác (NTFS).",
        en: "The name leads into a hidden stream of another file (NTFS).",
    },
    fix: ASK_SENDER,
};

/// More than 200 letters.
pub static LONG_NAME: Kind = Kind {
    id: "long-name",
    effect: Effect::Note,
    attack: None,
    title: Words {
        vi: "Tên tệp dài hơn 200 chữ nên phần cuối thường không được hiển thị.",
        en: "The name has more than 200 letters, so its end is usually not shown.",
    },
    fix: RENAME,
};

/// A long name that ends like a program.
pub static LONG_NAME_OF_PROGRAM: Kind = Kind {
    id: "long-name-of-program",
    effect: Effect::Blocked,
    attack: Some("T1036.007"),
    title: Words {
        vi: "Tên tệp dài hơn 200 chữ che đi phần mở rộng của một chương trình.",
        en: "The name has more than 200 letters, which hide the ending of a program.",
    },
    fix: ASK_SENDER,
};

/// Control characters.
pub static CONTROL_CHARACTERS: Kind = Kind {
    id: "control-characters",
    effect: Effect::Suspicious,
    attack: Some("T1036"),
    title: Words { vi: "Tên tệp chứa ký tự điều khiển.", en: "The name contains control characters." },
    fix: RENAME,
};

/// `invoice_pdf.exe`.
pub static IMITATED_DOCUMENT: Kind = Kind {
    id: "imitated-document",
    effect: Effect::Suspicious,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Tên của chương trình này bắt chước tên một tài liệu.",
        en: "The name of this program imitates that of a document.",
    },
    fix: ASK_SENDER,
};

/// `x.{00000000-0000-0000-0000-000000000000}`.
pub static CLASS_EXTENSION: Kind = Kind {
    id: "class-extension",
    effect: Effect::Blocked,
    attack: Some("T1036.008"),
    title: Words {
        vi: "Phần mở rộng là mã lớp (CLSID): Windows ẩn nó đi và chạy thành phần có mã đó.",
        en: "The ending is the number of a class (CLSID): Windows hides it and runs the part of that number.",
    },
    fix: ASK_SENDER,
};

/// Every kind of this area.
pub const ALL: &[&Kind] = &[
    &DOUBLE_EXTENSION,
    &SPACES_BEFORE_EXTENSION,
    &TURNED_NAME,
    &UNSEEN_LETTERS,
    &MIXED_LETTERS,
    &TRAILING_DOT,
    &DEVICE_NAME,
    &LEAVES_FOLDER,
    &ABSOLUTE_PATH,
    &HIDDEN_STREAM,
    &LONG_NAME,
    &LONG_NAME_OF_PROGRAM,
    &CONTROL_CHARACTERS,
    &IMITATED_DOCUMENT,
    &CLASS_EXTENSION,
];
