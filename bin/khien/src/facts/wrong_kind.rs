//! Files that are something else than facts, told by what they are.

use serde_json::Value;

/// What a file is instead of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WrongKind {
    /// Nothing, or nothing but white space.
    Empty,
    /// Text in UTF-16, as older Windows programs save it.
    Utf16,
    /// A ZIP archive: workbooks and documents are such, too.
    Archive,
    /// A PDF.
    Pdf,
    /// HTML or XML.
    Markup,
    /// The report of a check.
    Report,
    /// JSON, but no object.
    NoObject,
}

/// How files begin that are no text of JSON.
const BEGINNINGS: &[(&[u8], WrongKind)] = &[
    (b"\xff\xfe", WrongKind::Utf16),
    (b"\xfe\xff", WrongKind::Utf16),
    (b"PK\x03\x04", WrongKind::Archive),
    (b"%PDF-", WrongKind::Pdf),
    (b"<", WrongKind::Markup),
];

impl WrongKind {
    /// What these bytes are, where that shows at their beginning.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if text.is_empty() {
            return Some(Self::Empty);
        }
        BEGINNINGS.iter().find(|(beginning, _)| text.starts_with(beginning)).map(|(_, kind)| *kind)
    }

    /// What this is, when it is JSON of another shape.
    pub(crate) fn of_json(source: &str) -> Option<Self> {
        match serde_json::from_str(source) {
            Ok(Value::Object(members)) => {
                let is_report = ["directive", "summary", "findings"].iter().all(|key| members.contains_key(*key));
                is_report.then_some(Self::Report)
            }
            Ok(_) => Some(Self::NoObject),
            Err(_) => None,
        }
    }

    /// The text that says what it is.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Empty => "problem-kind-empty",
            Self::Utf16 => "problem-kind-utf16",
            Self::Archive => "problem-kind-archive",
            Self::Pdf => "problem-kind-pdf",
            Self::Markup => "problem-kind-markup",
            Self::Report => "problem-kind-report",
            Self::NoObject => "problem-kind-no-object",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_beginning() {
        for (bytes, kind) in [
            (&b""[..], Some(WrongKind::Empty)),
            (b"\xef\xbb\xbf \r\n", Some(WrongKind::Empty)),
            (b"\xff\xfe{\0", Some(WrongKind::Utf16)),
            (b"\xfe\xff\0{", Some(WrongKind::Utf16)),
            (b"PK\x03\x04\x14\0", Some(WrongKind::Archive)),
            (b"%PDF-1.7", Some(WrongKind::Pdf)),
            (b"\n<!DOCTYPE html>", Some(WrongKind::Markup)),
            (b"{}", None),
            (b"PK", None),
            (b"\xff", None),
        ] {
            assert_eq!(WrongKind::of_bytes(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn json_of_another_shape_is_told_from_facts_with_a_mistake() {
        assert_eq!(WrongKind::of_json("[1]"), Some(WrongKind::NoObject));
        assert_eq!(WrongKind::of_json("null"), Some(WrongKind::NoObject));
        let report = r#"{"directive": "d", "subject": {}, "at": "", "summary": {}, "findings": []}"#;
        assert_eq!(WrongKind::of_json(report), Some(WrongKind::Report));
        assert_eq!(WrongKind::of_json(r#"{"device": {"facts": 1}}"#), None);
        assert_eq!(WrongKind::of_json("{"), None);
    }
}
