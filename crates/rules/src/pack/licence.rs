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
    "agpl",
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
    "busl",
    "business source",
];

/// What licences say in their first lines, in lower case, and their SPDX identifiers; those that keep rules where they are
/// stand first, since a text may name several.
const TEXTS: &[(&str, &str)] = &[
    ("elastic license 2.0", "Elastic-2.0"),
    ("elastic license", "Elastic-2.0"),
    ("business source license", "BUSL-1.1"),
    ("server side public license", "SSPL-1.0"),
    ("noncommercial", "CC-BY-NC-4.0"),
    ("detection rule license", "DRL-1.1"),
    ("gnu affero general public license", "AGPL-3.0"),
    ("gnu lesser general public license", "LGPL-3.0"),
    ("gnu general public license", "GPL-3.0"),
    ("apache license", "Apache-2.0"),
    ("mozilla public license", "MPL-2.0"),
    ("mit license", "MIT"),
    ("permission is hereby granted, free of charge", "MIT"),
    ("redistribution and use in source and binary forms", "BSD-3-Clause"),
    ("cc0 1.0", "CC0-1.0"),
];

impl Licence<'_> {
    /// The SPDX identifier of the licence whose text this is, if it is one that is known here.
    pub fn named_in(text: &str) -> Option<&'static str> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ").to_lowercase();
        TEXTS.iter().find(|(words, _)| text.contains(words)).map(|(_, name)| *name)
    }

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
    fn a_licence_is_known_by_its_text() {
        let cases = [
            ("MIT License\n\nCopyright (c) 2020 ReversingLabs", Some("MIT")),
            ("Detection Rule License (DRL) 1.1", Some("DRL-1.1")),
            ("# Elastic License 2.0\n\nParts are under the MIT License", Some("Elastic-2.0")),
            ("   Apache License\n  Version 2.0, January 2004", Some("Apache-2.0")),
            ("GNU  GENERAL PUBLIC\n LICENSE", Some("GPL-3.0")),
            ("ask the author", None),
        ];
        for (text, name) in cases {
            assert_eq!(Licence::named_in(text), name, "{text}");
            assert!(name.is_none_or(|name| Licence(name).sharing() != Sharing::Unknown), "{text}");
        }
    }

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
