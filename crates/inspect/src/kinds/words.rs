//! What kinds of findings are written with, and the advice that many of them share.

use crate::Words;

/// Writes a list of kinds: `NAME = "id" Effect attack { vi, en } advice;`, and `ALL` of them.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal $effect:ident $attack:expr, { $vi:literal, $en:literal } $fix:expr;)+) => {
        $(
            $(#[doc = $doc])+
            pub const $name: $crate::Kind = $crate::Kind {
                id: $id,
                effect: $crate::Effect::$effect,
                attack: $attack,
                title: $crate::Words { vi: $vi, en: $en },
                fix: $fix,
            };
        )+

        /// Every kind of this area.
        pub const ALL: &[&$crate::Kind] = &[$(&$name),+];
    };
}
pub(super) use kinds;

/// For what a sender must make anew.
pub(super) const ASK_FOR_PDF: Words = Words {
    vi: "Đề nghị người gửi xuất lại tài liệu sang PDF rồi gửi lại. Không mở tệp này trên máy làm việc.",
    en: "Ask the sender to export the document to PDF and send it again. Do not open this file on an office PC.",
};

/// For what comes from somebody else and runs.
pub(super) const DELETE_AND_REPORT: Words = Words {
    vi: "Không mở tệp này. Hãy xóa tệp và báo cho đầu mối công nghệ thông tin của đơn vị.",
    en: "Do not open this file. Delete it and tell the IT focal officer of your unit.",
};

/// For what leads elsewhere and can be taken out.
pub(super) const TAKE_LINKS_OUT: Words = Words {
    vi: "Mở tài liệu gốc, gỡ các liên kết ra ngoài (Tệp › Thông tin › Chỉnh sửa liên kết), lưu lại rồi tải lên.",
    en: "Open the original document, remove its links to the outside (File › Info › Edit Links), save it and upload again.",
};

/// For what may be honest: a person must look.
pub(super) const CHECK_WITH_SENDER: Words = Words {
    vi: "Hỏi lại người gửi qua điện thoại hoặc kênh khác xem có đúng là họ gửi tệp này và vì sao tệp có nội dung đó.",
    en: "Ask the sender by telephone or another way whether they sent this file and why it holds this.",
};

/// For what is only told.
pub(super) const NOTHING_TO_DO: Words = Words {
    vi: "Không cần làm gì; đây là thông tin để tham khảo.",
    en: "Nothing needs to be done; this is for information.",
};
