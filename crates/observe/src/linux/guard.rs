//! `guard`: whether a ransomware guard is in force, by the state file that a guard of Khiên keeps while it runs.

use khien_model::Gap;
use khien_model::facts::Guard;

use super::context::Context;
use crate::guard::{MAX_STATE_BYTES, told_by};

/// Where a guard says what it does.
const STATE: &str = "var/lib/khien/guard/state.json";

pub(crate) fn collect(context: &Context) -> Result<Guard, Gap> {
    told_by(context.root.read(STATE, MAX_STATE_BYTES)?, &format!("/{STATE}"), context.now, &context.running)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use khien_model::GapCode;

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
