//! What is found in mails.

use crate::{Effect, Kind, Words};

/// Every kind of this area.
pub(super) const ALL: &[&Kind] = &[&AMBIGUOUS, &NAMES_DISAGREE];

/// A header that says two things, so that two programs read the mail differently.
pub static AMBIGUOUS: Kind = Kind {
    id: "mail-ambiguous-part",
    effect: Effect::Suspicious,
    attack: Some("T1027"),
    title: Words {
        vi: "Một phần của thư được khai báo mâu thuẫn; các phần mềm có thể đọc ra nội dung khác nhau.",
        en: "A part of the mail says two things of itself; programs may read different content.",
    },
    fix: Words {
        vi: "Hãy đề nghị người gửi gửi lại tệp bằng cách khác.",
        en: "Ask the sender to send the file again in another way.",
    },
};

/// An attachment with two names of different kinds.
pub static NAMES_DISAGREE: Kind = Kind {
    id: "mail-attachment-two-names",
    effect: Effect::Suspicious,
    attack: Some("T1036"),
    title: Words {
        vi: "Tệp đính kèm có hai tên khác loại nhau.",
        en: "The attachment has two names that end differently.",
    },
    fix: Words {
        vi: "Không mở tệp đính kèm này khi chưa hỏi lại người gửi.",
        en: "Do not open the attachment before you have asked the sender.",
    },
};
