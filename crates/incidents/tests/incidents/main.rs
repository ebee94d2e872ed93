//! Incidents: sheets that are read, clocks that run, letters that are written.

mod clocks;
mod letters;
mod sheet;

use jiff::Timestamp;
use khien_incidents::{Act, FactSheet, Step};

/// 09:00 on a Saturday: the clocks know no weekend.
const DISCOVERED: &str = "2026-11-21T09:00:00+07:00";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

fn sheet() -> FactSheet {
    FactSheet::first("Tệp đổi đuôi .locked, có thư đòi tiền", "PC-KT-01", at(DISCOVERED))
}

fn act(number: u64, step: Step, done_at: &str) -> Act {
    Act {
        number,
        step,
        done_at: at(done_at),
        done_by: "Lê Văn Cường".into(),
        how: "Công văn số 12/THADS-VP".into(),
        recorded_by: "an".into(),
        recorded_at: at(done_at),
        withdrawn_at: None,
    }
}
