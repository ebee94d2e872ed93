//! `guard`: whether a ransomware guard is in force, by the state file that a guard of Khiên keeps while it runs.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::Guard;
use khien_model::{Gap, GapCode, Listing, Observed};
use serde::Deserialize;

use super::context::Context;
use crate::text;

/// Where a guard says what it does. Without the file there is no guard.
const STATE: &str = "var/lib/khien/guard/state.json";

const MAX_STATE_BYTES: u64 = 1 << 20;

/// A guard writes its state this often or oftener; one that fell silent protects nothing.
const SILENT_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// The state file.
#[derive(Debug, Deserialize)]
struct State {
    /// Whether it stands between programs and files.
    in_force: bool,
    /// When it wrote this.
    written_at: Timestamp,
    protected_folders: Vec<String>,
    #[serde(default)]
    last_restore_drill_at: Option<Timestamp>,
}

pub(crate) fn collect(context: &Context) -> Result<Guard, Gap> {
    let Some(bytes) = context.root.read(STATE, MAX_STATE_BYTES)? else {
        return Ok(Guard {
            in_force: Observed::Known(false),
            protected_folders: Observed::Known(Listing::default()),
            last_restore_drill_at: Observed::default(),
        });
    };
    let state: State = serde_json::from_slice(&bytes).map_err(|error| {
        let place = format!("/{STATE}: not the state of a guard at line {}, column {}", error.line(), error.column());
        Gap::with_detail(GapCode::Malformed, place)
    })?;
    let since = context.now.duration_since(state.written_at);
    let in_force = match &context.running {
        // A clock is wrong: such a state would otherwise pass for fresh until that day comes.
        Ok(()) if since < -SILENT_AFTER => Observed::unknown(GapCode::FromFuture, format!("/{STATE}: written_at")),
        Ok(()) => Observed::Known(state.in_force && since <= SILENT_AFTER),
        Err(gap) => Observed::Unknown(gap.clone()),
    };
    let folders: Vec<String> = state.protected_folders.iter().map(|folder| text::nfc(folder).into_owned()).collect();
    Ok(Guard {
        in_force,
        protected_folders: folders.into(),
        last_restore_drill_at: state.last_restore_drill_at.map_or_else(Observed::default, Observed::Known),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn a_guard_is_in_force_while_it_says_so() {
        let machine = Machine::new().running();
        let in_force = || collect(&machine.context()).map(|guard| guard.in_force.known().copied());
        assert_eq!(in_force(), Ok(Some(false)));
        let state = |in_force: bool, at: &str| {
            format!(r#"{{"in_force": {in_force}, "written_at": "{at}", "protected_folders": ["/home/an/Hồ sơ"]}}"#)
        };
        // The machines of tests are looked at on 2026-11-22 at 08:00.
        for (force, at, expected) in [
            (true, "2026-11-22T07:45:00Z", true),
            (true, "2026-11-22T07:44:59Z", false),
            (false, "2026-11-22T07:59:00Z", false),
        ] {
            machine.file(STATE, state(force, at));
            assert_eq!(in_force(), Ok(Some(expected)), "{at}");
        }
        machine.file(STATE, state(true, "2027-01-01T00:00:00Z"));
        assert_eq!(in_force(), Ok(None));
        let folders = collect(&machine.context()).unwrap().protected_folders;
        assert_eq!(folders, vec!["/home/an/Hồ sơ".to_owned()].into());
        for broken in ["", "{", r#"{"in_force": true}"#, r#"{"in_force": 1, "written_at": "x"}"#] {
            machine.file(STATE, broken);
            assert_eq!(in_force().unwrap_err().code, GapCode::Malformed, "{broken}");
        }
    }
}
