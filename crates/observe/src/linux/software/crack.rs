//! Traces of tools that break licences, told by name. A name proves nothing alone: the trace is shown for a person to judge.

use khien_model::Listing;
use khien_model::facts::CrackSign;

use super::executables::Walk;
use crate::linux::context::Context;
use crate::root::shown;

/// Words of file names that such tools carry.
const WORDS: [&str; 9] =
    ["keygen", "kmspico", "kmsauto", "kmseldi", "kms_vl_all", "kmsauto++", "crack", "cracked", "activator"];

/// Endings of files that can hold a tool; a text or picture about one is none.
const ENDINGS: [&str; 12] = ["exe", "msi", "bat", "cmd", "ps1", "zip", "rar", "7z", "iso", "img", "dll", "run"];

/// Servers that imitate an organisation's licence server.
const EMULATORS: [&str; 4] = ["usr/bin/vlmcsd", "usr/sbin/vlmcsd", "usr/local/bin/vlmcsd", "usr/local/sbin/vlmcsd"];

pub(super) fn signs(context: &Context, walk: &Walk) -> Listing<CrackSign> {
    let mut signs = Listing { items: Vec::new(), incomplete: walk.incomplete.clone() };
    for path in &walk.suspicious {
        signs.items.push(sign("named like a tool that breaks licences", &format!("/{}", shown(path))));
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

/// Whether a file is named like such a tool.
pub(super) fn is_suspicious(name: &str) -> bool {
    let name = name.to_lowercase();
    let Some((stem, ending)) = name.rsplit_once('.') else {
        return false;
    };
    if !ENDINGS.contains(&ending) {
        return false;
    }
    let plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '+');
    let words = stem.split(|letter| !plain(letter)).chain(stem.split(|letter: char| !letter.is_alphanumeric()));
    words.into_iter().any(|word| WORDS.contains(&word) || word.starts_with("kmspico") || word.starts_with("kmsauto"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_told_by_whole_words_and_endings() {
        for (name, expected) in [
            ("KMSpico_v10.2.exe", true),
            ("KMSAuto Net 2016.zip", true),
            ("Office-2019-Crack.rar", true),
            ("idm_keygen.exe", true),
            ("KMS_VL_ALL.cmd", true),
            ("Windows Activator.iso", true),
            ("nutcracker.zip", false),
            ("cracklib.zip", false),
            ("Bài giảng về crack.pdf", false),
            ("crack", false),
            ("setup.exe", false),
        ] {
            assert_eq!(is_suspicious(name), expected, "{name}");
        }
    }
}
