//! `os-release`: which distribution this is (os-release(5)).

use khien_model::Gap;

use crate::root::Root;
use crate::text;

/// The bound of os-release: real ones have some hundred bytes.
const MAX_BYTES: u64 = 64 << 10;

/// Where it is, in the order of the manual page.
const PATHS: [&str; 2] = ["etc/os-release", "usr/lib/os-release"];

/// The fields of `os-release` that are used here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OsRelease {
    /// `ID`, lower case: `debian`.
    pub(crate) id: String,
    /// `ID_LIKE`: the distributions this one derives from, nearest first.
    pub(crate) like: Vec<String>,
    /// `PRETTY_NAME`.
    pub(crate) pretty_name: Option<String>,
    /// `VERSION_ID`; rolling releases have none.
    pub(crate) version_id: Option<String>,
    /// `VERSION_CODENAME`: `bookworm`.
    pub(crate) codename: Option<String>,
}

impl OsRelease {
    /// `None` when there is none, or none that names a distribution.
    pub(crate) fn read(root: &Root) -> Result<Option<Self>, Gap> {
        for path in PATHS {
            if let Some(content) = root.read_text(path, MAX_BYTES)? {
                return Ok(Some(Self::parse(&content)).filter(|release| !release.id.is_empty()));
            }
        }
        Ok(None)
    }

    /// Whether this is the distribution `id` or derives from it.
    pub(crate) fn is_or_like(&self, id: &str) -> bool {
        self.id == id || self.like.iter().any(|like| like == id)
    }

    fn parse(content: &str) -> Self {
        let mut release = Self::default();
        for line in content.lines() {
            let Some((key, value)) = line.trim().split_once('=') else {
                continue;
            };
            let value = text::nfc(&unquoted(value)).into_owned();
            match key {
                "ID" => release.id = value.to_lowercase(),
                "ID_LIKE" => release.like = value.split_whitespace().map(str::to_lowercase).collect(),
                "PRETTY_NAME" => release.pretty_name = Some(value),
                "VERSION_ID" => release.version_id = Some(value),
                "VERSION_CODENAME" => release.codename = Some(value),
                _ => {}
            }
        }
        release
    }
}

/// A shell word as os-release allows it: quotes of both kinds, and a backslash before one character.
fn unquoted(value: &str) -> String {
    let (inner, escapes) = match value.as_bytes() {
        [b'\'', .., b'\''] => (value.trim_matches('\''), false),
        [b'"', .., b'"'] => (value.get(1..value.len() - 1).unwrap_or_default(), true),
        _ => (value, true),
    };
    if !escapes || !inner.contains('\\') {
        return inner.to_owned();
    }
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_read_with_their_quotes_and_escapes() {
        let release = OsRelease::parse(
            "# comment\nPRETTY_NAME=\"Say \\\"hi\\\" \\$1\"\nID=Debian\nID_LIKE='rhel fedora'\nVERSION_ID=\"12\"\n\
             VERSION_CODENAME=bookworm\nBROKEN\n",
        );
        assert_eq!(
            release,
            OsRelease {
                id: "debian".to_owned(),
                like: vec!["rhel".to_owned(), "fedora".to_owned()],
                pretty_name: Some("Say \"hi\" $1".to_owned()),
                version_id: Some("12".to_owned()),
                codename: Some("bookworm".to_owned()),
            }
        );
        assert!(release.is_or_like("fedora") && release.is_or_like("debian") && !release.is_or_like("suse"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_without_panic(content in "\\PC{0,40}|([A-Z_]{1,8}=[\"'\\\\a ]{0,6}\n){0,5}|ID=[\"']") {
            OsRelease::parse(&content);
        }
    }
}
