//! Files named like tools that break licences. A name proves nothing alone: it is shown for a person to judge.

/// Words of file names that such tools carry.
const WORDS: [&str; 9] =
    ["keygen", "kmspico", "kmsauto", "kmseldi", "kms_vl_all", "kmsauto++", "crack", "cracked", "activator"];

/// Endings of files that can hold a tool; a text or picture about one is none.
const ENDINGS: [&str; 12] = ["exe", "msi", "bat", "cmd", "ps1", "zip", "rar", "7z", "iso", "img", "dll", "run"];

/// What a [`khien_model::facts::CrackSign`] says of such a file.
pub(crate) const NAMED_LIKE_ONE: &str = "named like a tool that breaks licences";

/// Whether a file is named like such a tool.
pub(crate) fn is_suspicious(name: &str) -> bool {
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
