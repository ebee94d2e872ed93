//! What all archives have in common: names that lead astray, passwords, findings told a few times and not a thousand.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::kinds::archives::{ENCRYPTED, HIDDEN_DATA, LINK_ESCAPES, NAME_CUT, NAME_ESCAPES, SAME_NAME};
use crate::walk::Inside;
use crate::{Kind, Location};

/// How often one kind of finding is told of one archive: more of them tell nothing new.
const MAX_TOLD: usize = 8;

/// What is remembered while one archive is opened.
#[derive(Default)]
pub(super) struct Archive {
    told: BTreeMap<&'static str, usize>,
    passwords: Option<Vec<String>>,
    contents: BTreeMap<String, u64>,
}

impl Archive {
    /// Keeps a finding, unless enough of its kind were told of this archive.
    pub(super) fn tell(&mut self, inside: &mut Inside<'_, '_>, kind: &'static Kind, location: Location, text: &str) {
        let told = self.told.entry(kind.id).or_default();
        if *told < MAX_TOLD {
            *told += 1;
            inside.found(kind, location, text);
        }
    }

    /// Says once that something in the archive asks for a password.
    pub(super) fn tell_encrypted(&mut self, inside: &mut Inside<'_, '_>, name: &str) {
        if self.told.insert(ENCRYPTED.id, MAX_TOLD).is_none() {
            inside.found(&ENCRYPTED, Location::Field(name.to_owned()), name);
        }
    }

    /// Looks at the name of an entry: whether it leads out of the folder, or is read in two ways.
    pub(super) fn check_name(&mut self, inside: &mut Inside<'_, '_>, name: &str) {
        let location = || Location::Field(name.to_owned());
        if name.contains('\0') {
            self.tell(inside, &NAME_CUT, location(), name);
        }
        if escapes(name) {
            self.tell(inside, &NAME_ESCAPES, location(), name);
        }
    }

    /// Looks at where a link leads.
    pub(super) fn check_link(&mut self, inside: &mut Inside<'_, '_>, name: &str, target: &str) {
        if escapes(target) {
            self.tell(inside, &LINK_ESCAPES, Location::Field(name.to_owned()), &format!("{name} → {target}"));
        }
    }

    /// Remembers that `name` has the content marked `mark`: two contents under one name are told.
    pub(super) fn check_same_name(&mut self, inside: &mut Inside<'_, '_>, name: &str, mark: u64) {
        match self.contents.get(name) {
            Some(known) if *known != mark => self.tell(inside, &SAME_NAME, Location::Field(name.to_owned()), name),
            Some(_) => {}
            None => {
                self.contents.insert(name.to_owned(), mark);
            }
        }
    }

    /// Looks at data that belongs to no entry; zeros alone are padding.
    pub(super) fn hidden(&mut self, inside: &mut Inside<'_, '_>, bytes: &[u8], range: Range<usize>) {
        let Some(data) = bytes.get(range.clone()).filter(|data| data.iter().any(|byte| *byte != 0)) else { return };
        let text = format!("{} bytes at {}", data.len(), range.start);
        self.tell(inside, &HIDDEN_DATA, Location::Offset(range.start as u64), &text);
        let data = inside.slice(data);
        inside.piece(&format!("{}-{}", range.start, range.end), "between entries", &data);
    }

    /// The passwords to try, the one that opened something first. Each counts as one try for the whole archive.
    pub(super) fn passwords(&mut self, inside: &mut Inside<'_, '_>) -> Vec<String> {
        self.passwords.get_or_insert_with(|| gathered(inside)).clone()
    }

    /// Remembers that `password` opened something: it is the first to be tried from now on.
    pub(super) fn opened_with(&mut self, password: &str) {
        if let Some(words) = &mut self.passwords
            && let Some(place) = words.iter().position(|word| word == password)
        {
            words.swap(0, place);
        }
    }
}

/// Every password that may be tried.
fn gathered(inside: &mut Inside<'_, '_>) -> Vec<String> {
    let mut words = Vec::new();
    loop {
        match inside.password(words.len()) {
            Ok(Some(word)) => words.push(word),
            Ok(None) => return words,
            Err(reason) => {
                inside.reason(reason);
                return words;
            }
        }
    }
}

/// Whether a path, put behind the folder to unpack in, leads out of it on any system.
fn escapes(path: &str) -> bool {
    let mut letters = path.chars();
    let drive = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && letters.next() == Some(':');
    let mut depth = 0_i64;
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    drive || path.starts_with(['/', '\\'])
}

#[cfg(test)]
mod tests {
    use super::escapes;

    #[test]
    fn a_path_that_stays_within_is_fine() {
        for path in ["a/b.txt", "a/../b.txt", "./a", "a..b/c", "…/a", ""] {
            assert!(!escapes(path), "{path}");
        }
        for path in ["../a", "a/../../b", "/etc/passwd", "\\\\server\\share", "C:\\a", "c:a", "a\\..\\..\\b"] {
            assert!(escapes(path), "{path}");
        }
    }
}
