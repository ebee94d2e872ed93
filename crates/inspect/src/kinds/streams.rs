//! What compressed streams and the archives of Unix give away.

use crate::{Effect, Kind, Words};

/// The fix of archives that hold more than they show.
const PACK_AGAIN: Words = Words {
    vi: "Nén lại các tệp cần gửi thành tệp ZIP mới rồi tải lên lại.",
    en: "Pack the files that are to be sent into a new ZIP archive, then upload it again.",
};

/// Something stands behind the last stream.
pub static BEHIND_STREAM: Kind = Kind {
    id: "behind-stream",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Sau phần nén còn có dữ liệu mà phần mềm giải nén bỏ qua.",
        en: "Behind the packed data there is more, which unpackers leave out.",
    },
    fix: PACK_AGAIN,
};

/// Something stands behind the end of an archive.
pub static BEHIND_ARCHIVE: Kind = Kind {
    id: "behind-archive",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Sau dấu kết thúc của tệp lưu trữ còn có dữ liệu mà phần mềm giải nén bỏ qua.",
        en: "Behind the mark that ends the archive there is more, which unpackers leave out.",
    },
    fix: PACK_AGAIN,
};

/// A link within an archive.
pub static LINK: Kind = Kind {
    id: "archived-link",
    effect: Effect::Note,
    attack: None,
    title: Words {
        vi: "Tệp lưu trữ chứa liên kết tới một tệp khác.",
        en: "The archive contains a link to another file.",
    },
    fix: Words { vi: "Không cần làm gì.", en: "Nothing needs to be done." },
};

/// A link that leads out of the archive.
pub static LINK_OUTSIDE: Kind = Kind {
    id: "archived-link-outside",
    effect: Effect::Suspicious,
    attack: None,
    title: Words {
        vi: "Liên kết trong tệp lưu trữ dẫn ra ngoài thư mục giải nén.",
        en: "A link in the archive leads out of the folder into which it is unpacked.",
    },
    fix: PACK_AGAIN,
};

/// A device, a pipe.
pub static DEVICE: Kind = Kind {
    id: "archived-device",
    effect: Effect::Suspicious,
    attack: None,
    title: Words {
        vi: "Tệp lưu trữ chứa tệp thiết bị của hệ điều hành.",
        en: "The archive contains a device file of the operating system.",
    },
    fix: PACK_AGAIN,
};

/// Every kind of this area.
pub const ALL: &[&Kind] = &[&BEHIND_STREAM, &BEHIND_ARCHIVE, &LINK, &LINK_OUTSIDE, &DEVICE];
