//! What is found in archives and disk images.

use crate::{Effect, Kind, Words};

/// A part asks for a password that is not known.
pub const ENCRYPTED: Kind = Kind {
    id: "archive-encrypted",
    effect: Effect::Note,
    attack: Some("T1027.013"),
    title: Words {
        vi: "Tệp nén có phần được bảo vệ bằng mật khẩu, nên không kiểm tra được phần đó.",
        en: "A part of the archive is protected by a password, so it could not be looked into.",
    },
    fix: Words {
        vi: "Hãy gửi tệp không đặt mật khẩu, hoặc cung cấp mật khẩu để kiểm tra.",
        en: "Send the file without a password, or give the password so that it can be checked.",
    },
};

/// A name leads out of the folder that the archive is unpacked in.
pub const NAME_ESCAPES: Kind = Kind {
    id: "archive-name-escapes",
    effect: Effect::Blocked,
    attack: Some("T1036"),
    title: Words {
        vi: "Tên một thành phần trong tệp nén trỏ ra ngoài thư mục giải nén.",
        en: "The name of a part leads out of the folder that the archive is unpacked in.",
    },
    fix: Words {
        vi: "Không giải nén tệp này. Hãy đề nghị người gửi nén lại bằng công cụ thông thường.",
        en: "Do not unpack this file. Ask the sender to pack it again with an ordinary tool.",
    },
};

/// A name holds a character at which some programs stop reading it.
pub const NAME_CUT: Kind = Kind {
    id: "archive-name-cut",
    effect: Effect::Blocked,
    attack: Some("T1036.007"),
    title: Words {
        vi: "Tên một thành phần chứa ký tự rỗng, khiến các chương trình hiểu tên đó khác nhau.",
        en: "The name of a part holds a zero character, so programs read different names.",
    },
    fix: Words {
        vi: "Không mở tệp này. Hãy đề nghị người gửi nén lại bằng công cụ thông thường.",
        en: "Do not open this file. Ask the sender to pack it again with an ordinary tool.",
    },
};

/// A link leads out of the folder that the archive is unpacked in.
pub const LINK_ESCAPES: Kind = Kind {
    id: "archive-link-escapes",
    effect: Effect::Suspicious,
    attack: Some("T1036"),
    title: Words {
        vi: "Một liên kết trong tệp nén trỏ ra ngoài thư mục giải nén.",
        en: "A link in the archive leads out of the folder that it is unpacked in.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi nén lại các tệp thật thay cho liên kết.",
        en: "Ask the sender to pack the files themselves instead of links to them.",
    },
};

/// The two headers of an entry of a ZIP give it different names.
pub const ZIP_NAMES_DIFFER: Kind = Kind {
    id: "zip-names-differ",
    effect: Effect::Blocked,
    attack: Some("T1036"),
    title: Words {
        vi: "Tệp ZIP ghi hai tên khác nhau cho cùng một thành phần.",
        en: "The ZIP gives one and the same entry two different names.",
    },
    fix: Words {
        vi: "Không mở tệp này. Hãy đề nghị người gửi nén lại bằng công cụ thông thường.",
        en: "Do not open this file. Ask the sender to pack it again with an ordinary tool.",
    },
};

/// The records of a ZIP contradict each other.
pub const ZIP_HEADERS_DIFFER: Kind = Kind {
    id: "zip-headers-differ",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Các bản ghi trong tệp ZIP mâu thuẫn nhau, nên các chương trình có thể đọc ra nội dung khác nhau.",
        en: "The records of the ZIP contradict each other, so programs may read different contents.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi nén lại tệp.", en: "Ask the sender to pack the file again."
    },
};

/// An entry is in one of the two lists of a ZIP only.
pub const ZIP_ONE_LIST: Kind = Kind {
    id: "zip-one-list",
    effect: Effect::Suspicious,
    attack: Some("T1564"),
    title: Words {
        vi: "Một thành phần của tệp ZIP không có trong mục lục, hoặc chỉ có trong mục lục.",
        en: "An entry of the ZIP is missing from its directory, or is in the directory only.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi nén lại tệp.", en: "Ask the sender to pack the file again."
    },
};

/// A ZIP has several directories.
pub const ZIP_SEVERAL_DIRECTORIES: Kind = Kind {
    id: "zip-several-directories",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Tệp ZIP có nhiều mục lục; mỗi chương trình có thể mở ra một nội dung khác.",
        en: "The ZIP has several directories; each program may open other contents.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi nén lại tất cả vào một tệp ZIP duy nhất.",
        en: "Ask the sender to pack everything again into a single ZIP.",
    },
};

/// Entries of a ZIP share bytes.
pub const ZIP_OVERLAP: Kind = Kind {
    id: "zip-overlap",
    effect: Effect::Suspicious,
    attack: Some("T1499"),
    title: Words {
        vi: "Các thành phần của tệp ZIP nằm chồng lên nhau, như trong \"bom nén\".",
        en: "Entries of the ZIP lie on top of each other, as in an archive bomb.",
    },
    fix: Words {
        vi: "Không giải nén tệp này. Hãy đề nghị người gửi nén lại.",
        en: "Do not unpack this file. Ask the sender to pack it again.",
    },
};

/// An archive holds data that belongs to no entry.
pub const HIDDEN_DATA: Kind = Kind {
    id: "archive-hidden-data",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Tệp nén chứa dữ liệu không thuộc thành phần nào.",
        en: "The archive holds data that belongs to no entry.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi nén lại tệp.", en: "Ask the sender to pack the file again."
    },
};

/// Two entries of an archive have one name and different contents.
pub const SAME_NAME: Kind = Kind {
    id: "archive-same-name",
    effect: Effect::Suspicious,
    attack: Some("T1036"),
    title: Words {
        vi: "Hai thành phần trong tệp nén có cùng tên nhưng nội dung khác nhau.",
        en: "Two parts of the archive have the same name and different contents.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi nén lại tệp.", en: "Ask the sender to pack the file again."
    },
};

/// A disk image starts a computer.
pub const BOOT_IMAGE: Kind = Kind {
    id: "disk-boot-image",
    effect: Effect::Note,
    attack: Some("T1542"),
    title: Words {
        vi: "Ảnh đĩa này khởi động được máy tính.", en: "A computer can be started from this disk image."
    },
    fix: Words {
        vi: "Chỉ dùng ảnh đĩa khởi động do bộ phận công nghệ thông tin cung cấp.",
        en: "Use only disk images for starting computers that your IT officers give you.",
    },
};

/// A file in a disk image or archive is not shown to people.
pub const HIDDEN_FILE: Kind = Kind {
    id: "disk-hidden-file",
    effect: Effect::Suspicious,
    attack: Some("T1564.001"),
    title: Words {
        vi: "Ảnh đĩa có tệp bị ẩn khỏi người xem.",
        en: "The disk image has a file that is not shown to people.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi gửi thẳng các tệp cần thiết thay cho ảnh đĩa.",
        en: "Ask the sender to send the files themselves instead of a disk image.",
    },
};

/// Everything that is found in archives and disk images.
pub const ALL: &[&Kind] = &[
    &ENCRYPTED,
    &NAME_ESCAPES,
    &NAME_CUT,
    &LINK_ESCAPES,
    &ZIP_NAMES_DIFFER,
    &ZIP_HEADERS_DIFFER,
    &ZIP_ONE_LIST,
    &ZIP_SEVERAL_DIRECTORIES,
    &ZIP_OVERLAP,
    &HIDDEN_DATA,
    &SAME_NAME,
    &BOOT_IMAGE,
    &HIDDEN_FILE,
];
