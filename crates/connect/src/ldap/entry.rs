//! One entry of a directory, as it was sent.

use std::collections::BTreeMap;

use khien_model::{GapCode, Observed};

/// The most values of one attribute that are kept. Active Directory sends no more than 1,500 of a list at once.
pub(super) const MAX_VALUES: usize = 5_000;
/// The longest value that is kept, in bytes: a name in a directory is far shorter.
pub(super) const MAX_VALUE_BYTES: usize = 4_096;

/// The values of one attribute.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Values {
    /// Those that are text and not too long.
    texts: Vec<String>,
    /// There are more, or such as are no text or too long.
    partial: bool,
}

/// One entry of a directory: its name, and its attributes by their names in small letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// The distinguished name.
    pub name: String,
    attributes: BTreeMap<String, Values>,
}

impl Entry {
    /// An entry without attributes.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), attributes: BTreeMap::new() }
    }

    /// Adds the values of an attribute, as bytes. Options after its name are dropped; a range (`;range=0-1499`) means that
    /// there are more.
    pub fn add(&mut self, attribute: &str, values: impl IntoIterator<Item = Vec<u8>>) {
        let (name, options) = attribute.split_once(';').unwrap_or((attribute, ""));
        let kept = self.attributes.entry(name.to_ascii_lowercase()).or_default();
        kept.partial |= options.to_ascii_lowercase().contains("range=") && !options.ends_with("-*");
        for value in values {
            match String::from_utf8(value) {
                Ok(text) if text.len() <= MAX_VALUE_BYTES && kept.texts.len() < MAX_VALUES => kept.texts.push(text),
                _ => kept.partial = true,
            }
        }
    }

    /// The same with an attribute more.
    #[must_use]
    pub fn with(mut self, attribute: &str, values: &[&str]) -> Self {
        self.add(attribute, values.iter().map(|value| value.as_bytes().to_vec()));
        self
    }

    /// The first value of `attribute` that says anything.
    pub fn text(&self, attribute: &str) -> Option<&str> {
        let values = self.attributes.get(&attribute.to_ascii_lowercase())?;
        values.texts.iter().map(|text| text.trim()).find(|text| !text.is_empty())
    }

    /// All values of `attribute`, and whether these are all.
    pub fn texts(&self, attribute: &str) -> (&[String], bool) {
        let values = self.attributes.get(&attribute.to_ascii_lowercase());
        values.map_or((&[], true), |values| (values.texts.as_slice(), !values.partial))
    }

    /// Whether the directory sent `attribute` at all.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.contains_key(&attribute.to_ascii_lowercase())
    }

    /// What `read` makes of the value of `attribute`. Not sent: nobody knows, for it may be empty or hidden from us.
    pub fn observed<T>(&self, attribute: &'static str, read: impl FnOnce(&str) -> Option<T>) -> Observed<T> {
        match self.text(attribute) {
            Some(text) => read(text).map_or_else(|| Observed::unknown(GapCode::Malformed, attribute), Observed::Known),
            None if self.has(attribute) => Observed::unknown(GapCode::Malformed, attribute),
            None => Observed::unknown(GapCode::NotObserved, attribute),
        }
    }
}

/// `TRUE` and `FALSE` as directories write them (RFC 4517 §3.3.3).
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_uppercase().as_str() {
        "TRUE" => Some(true),
        "FALSE" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_whatever_their_case_and_options() {
        let entry = Entry::named("x").with("memberOf;range=0-1", &["a", "b"]).with("userCertificate;binary", &["c"]);
        assert_eq!(entry.texts("MEMBEROF"), (["a".to_owned(), "b".to_owned()].as_slice(), false));
        assert_eq!(entry.texts("usercertificate"), (["c".to_owned()].as_slice(), true));
        assert_eq!(entry.texts("none"), ([].as_slice(), true));
        let last = Entry::named("x").with("memberOf;range=1500-*", &["a"]);
        assert!(last.texts("memberOf").1);
    }

    #[test]
    fn what_is_too_long_too_many_or_no_text_is_left_out_and_said() {
        let kept = |values: Vec<Vec<u8>>| {
            let mut entry = Entry::named("x");
            entry.add("a", values);
            (entry.texts("a").0.len(), entry.texts("a").1)
        };
        assert_eq!(kept(vec![vec![b'x'; MAX_VALUE_BYTES]]), (1, true));
        assert_eq!(kept(vec![vec![b'x'; MAX_VALUE_BYTES + 1]]), (0, false));
        assert_eq!(kept(vec![vec![b'x']; MAX_VALUES]), (MAX_VALUES, true));
        assert_eq!(kept(vec![vec![b'x']; MAX_VALUES + 1]), (MAX_VALUES, false));
        assert_eq!(kept(vec![vec![0xff, 0xfe]]), (0, false));
    }

    #[test]
    fn an_attribute_that_is_not_sent_is_not_known() {
        let entry = Entry::named("x").with("pwdReset", &["TRUE"]).with("odd", &["perhaps"]).with("blank", &[" "]);
        assert_eq!(entry.observed("pwdReset", boolean), Observed::Known(true));
        assert_eq!(entry.observed("odd", boolean), Observed::unknown(GapCode::Malformed, "odd"));
        assert_eq!(entry.observed("blank", boolean), Observed::unknown(GapCode::Malformed, "blank"));
        assert_eq!(entry.observed("none", boolean), Observed::unknown(GapCode::NotObserved, "none"));
    }
}
