//! What is found in help files of Windows.

use crate::{Effect, Kind, Words};

/// Every kind of this area.
pub(super) const ALL: &[&Kind] = &[&RUNS_PROGRAM];

/// A page that runs a program.
pub static RUNS_PROGRAM: Kind = Kind {
    id: "chm-runs-program",
    effect: Effect::Blocked,
    attack: Some("T1218.001"),
    title: Words {
        vi: "Trang trợ giúp trong tệp CHM có lệnh chạy chương trình trên máy.",
        en: "A page of the help file starts a program.",
    },
    fix: Words {
        vi: "Không mở tệp này và báo cho đầu mối công nghệ thông tin.",
        en: "Do not open this file, and tell your IT officer.",
    },
};
