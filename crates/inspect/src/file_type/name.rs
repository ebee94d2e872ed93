//! The ending of a name.

/// The longest ending that is one, in letters: longer ones are parts of sentences.
const MAX_LETTERS: usize = 24;

/// The ending of a name in lower case, as Windows sees it: what stands behind the last dot of the last part of a path, once
/// dots and spaces at the end are left out.
pub(crate) fn extension(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let last = last.trim_end_matches(['.', ' ', '\u{a0}', '\0']);
    let (stem, ending) = last.rsplit_once('.')?;
    if ending.is_empty() || ending.chars().count() > MAX_LETTERS || ending.contains(' ') {
        return None;
    }
    // `.bashrc` is a name, not an ending; `.js` may still be run as one.
    if stem.is_empty() && ending.len() > 4 {
        return None;
    }
    Some(ending.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::extension;

    #[test]
    fn endings_are_those_that_windows_sees() {
        for (name, ending) in [
            ("a.pdf", Some("pdf")),
            ("A.PDF", Some("pdf")),
            ("a.tar.gz", Some("gz")),
            ("thư/a.b/c", None),
            ("c:\\a.b\\d.DOC", Some("doc")),
            ("a.exe. . ", Some("exe")),
            ("a", None),
            ("a.", None),
            (".js", Some("js")),
            (".bashrc", None),
            ("Kính gửi ông A. Về việc này", None),
            ("", None),
        ] {
            assert_eq!(extension(name).as_deref(), ending, "{name}");
        }
    }
}
