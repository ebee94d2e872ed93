//! Traces of tools that break licences, told by name. A name proves nothing alone: the trace is shown for a person to judge.

use khien_model::Listing;
use khien_model::facts::CrackSign;

use super::executables::Walk;
use crate::cracks::NAMED_LIKE_ONE;
use crate::linux::context::Context;
use crate::root::shown;

/// Servers that imitate an organisation's licence server.
const EMULATORS: [&str; 4] = ["usr/bin/vlmcsd", "usr/sbin/vlmcsd", "usr/local/bin/vlmcsd", "usr/local/sbin/vlmcsd"];

pub(super) fn signs(context: &Context, walk: &Walk) -> Listing<CrackSign> {
    let mut signs = Listing { items: Vec::new(), incomplete: walk.incomplete.clone() };
    for path in &walk.suspicious {
        signs.items.push(sign(NAMED_LIKE_ONE, &format!("/{}", shown(path))));
    }
    for emulator in EMULATORS {
        match context.root.exists(emulator) {
            Ok(true) => signs.items.push(sign("imitates a licence server", &format!("/{emulator}"))),
            Ok(false) => {}
            Err(gap) => signs.note_gap(gap),
        }
    }
    signs
}

fn sign(sign: &str, path: &str) -> CrackSign {
    CrackSign { sign: sign.into(), path: path.into() }
}
