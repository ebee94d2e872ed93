//! Which licences allow to hand rules on.

/// What a licence allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// The rules may be handed on, with their notices.
    Allowed,
    /// The rules may be used where they were fetched, and are not handed on: the licence forbids it, or only allows it under
    /// conditions that an office cannot be asked to keep.
    OwnUse,
    /// The licence is not one we know: treated like [`Self::OwnUse`].
    Unknown,
}

/// A licence, by what its source or a rule says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Licence<'t>(pub &'t str);

/// Words that a licence for handing on has, in lower case, each of them enough.
const ALLOWED: &[&str] = &[
    "apache-2.0",
    "apache license",
    "apache 2",
    "bsd",
    "cc0",
    "cc-by-4.0",
    "cc-by-sa-4.0",
    "detection rule license",
    "drl-1.1",
    "drl 1.1",
    "gpl",
    "isc",
    "mit",
    "mpl-2.0",
    "public domain",
    "unlicense",
];

/// Words of licences that keep rules where they are. One of these outweighs every other word.
const OWN_USE: &[&str] = &[
    "elastic",
    "noncommercial",
    "non-commercial",
    "-nc",
    "proprietary",
    "all rights reserved",
    "sspl",
    "business source",
];

impl Licence<'_> {
    /// What it allows.
    pub fn sharing(self) -> Sharing {
        let text = self.0.to_lowercase();
        if OWN_USE.iter().any(|word| text.contains(word)) {
            return Sharing::OwnUse;
        }
        if ALLOWED.iter().any(|word| has_word(&text, word)) { Sharing::Allowed } else { Sharing::Unknown }
    }
}

/// Whether `word` stands in `text` and is not a piece of a longer word: `mit` is not in `limited`.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(place, found)| {
        let before = text.get(..place).and_then(|before| before.chars().next_back());
        let after = text.get(place + found.len()..).and_then(|after| after.chars().next());
        // `lgpl-2.1` and `bsd-3-clause` are named by what they end or begin with.
        !before.is_some_and(char::is_alphabetic) && !after.is_some_and(char::is_alphabetic)
            || word == "gpl" && before == Some('l')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_licence_allows() {
        let cases = [
            ("MIT", Sharing::Allowed),
            ("Apache-2.0", Sharing::Allowed),
            ("BSD-3-Clause", Sharing::Allowed),
            ("Detection Rule License 1.1 https://github.com/Neo23x0/signature-base", Sharing::Allowed),
            ("GPL-3.0-only", Sharing::Allowed),
            ("LGPL-2.1", Sharing::Allowed),
            ("CC0-1.0", Sharing::Allowed),
            ("Elastic License v2", Sharing::OwnUse),
            ("Elastic-2.0 OR MIT", Sharing::OwnUse),
            ("CC-BY-NC-4.0", Sharing::OwnUse),
            ("All rights reserved", Sharing::OwnUse),
            ("limited use", Sharing::Unknown),
            ("", Sharing::Unknown),
        ];
        for (text, expected) in cases {
            assert_eq!(Licence(text).sharing(), expected, "{text}");
        }
    }
}
