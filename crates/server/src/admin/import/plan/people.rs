//! People: the mailbox tells who is meant; without one, the name within the unit.

use std::collections::BTreeMap;

use khien_model::text::{fold, same_ignoring_case};

use super::{Difference, MAX_EMAIL_LETTERS, MAX_NAME_LETTERS, PersonRow, Planner, Problem, Record, Row, differ};
use crate::admin::import::known::KnownPerson;

/// Words before a name that are no part of it, without marks.
const HONORIFICS: [&str; 7] = ["ong", "ba", "anh", "chi", "dc", "dong chi", "d/c"];

impl<'p> Planner<'p> {
    pub(super) fn people(&mut self, rows: &[Row]) {
        let mut seen = BTreeMap::new();
        for row in rows {
            // A row that fails was reported; the next one may be wrong in its own way.
            let _ = self.person(row, &mut seen);
        }
    }

    fn person(&mut self, row: &Row, seen: &mut BTreeMap<String, u32>) -> Result<(), ()> {
        // All of a row's mistakes are reported, not the first alone.
        let (name, email) = (self.full_name(row), self.email(row));
        let (position, unit) = (self.text(row, "position", MAX_NAME_LETTERS), self.unit(row, "unit"));
        let (name, email, position, unit) = (name?, email?, position?, unit?);
        let key = match &email {
            Some(email) => email.clone(),
            None => format!("{}|{}", name.to_lowercase(), unit.as_deref().unwrap_or_default()),
        };
        if !self.is_first(seen, key, row, if email.is_some() { "email" } else { "name" }) {
            return Err(());
        }
        let known = match self.meant(&name, email.as_deref(), unit.as_deref()) {
            Ok(known) => known,
            Err(count) => {
                self.report(row, "name", Problem::Namesakes(count));
                return Err(());
            }
        };
        let mut differences: Vec<Difference> = Vec::new();
        let before = |of: fn(&KnownPerson) -> Option<String>| known.and_then(of).unwrap_or_default();
        differ(&mut differences, "name", before(|person| Some(person.name.clone())), Some(name.clone()));
        differ(&mut differences, "position", before(|person| person.position.clone()), position.clone());
        differ(&mut differences, "email", before(|person| person.email.clone()), email.clone());
        if unit.is_some() && unit.as_ref() != known.and_then(|person| person.unit.as_ref()) {
            let before = self.unit_name(known.and_then(|person| person.unit.as_ref()));
            differences.push(Difference { field: "unit", before, after: self.unit_name(unit.as_ref()) });
        }
        let record = Record::Person(PersonRow { name: name.clone(), position, email, unit });
        self.step(row, known.map(|person| person.id.as_str()), &name, differences, record);
        Ok(())
    }

    /// Who is there already; so many namesakes when that cannot be told.
    fn meant(&self, name: &str, email: Option<&str>, unit: Option<&str>) -> Result<Option<&'p KnownPerson>, usize> {
        let people: &'p [KnownPerson] = &self.known.people;
        if let Some(email) = email
            && let Some(person) = people.iter().find(|person| person.email.as_deref() == Some(email))
        {
            return Ok(Some(person));
        }
        let namesakes: Vec<&KnownPerson> = people
            .iter()
            .filter(|person| same_ignoring_case(&person.name, name))
            // Somebody with another mailbox is somebody else.
            .filter(|person| email.is_none() || person.email.is_none())
            .collect();
        let here: Vec<&KnownPerson> =
            namesakes.iter().copied().filter(|person| unit.is_none() || person.unit.as_deref() == unit).collect();
        match (here.as_slice(), namesakes.as_slice()) {
            ([person], _) => Ok(Some(person)),
            ([], []) => Ok(None),
            // A mailbox that nobody has yet: somebody new who is called like somebody elsewhere.
            ([], _) if email.is_some() => Ok(None),
            _ => Err(namesakes.len()),
        }
    }

    fn full_name(&mut self, row: &Row) -> Result<String, ()> {
        let family = self.text(row, "family_name", MAX_NAME_LETTERS)?;
        let name = self.required(row, "name", MAX_NAME_LETTERS)?;
        let name = match family {
            Some(family) => format!("{family} {name}"),
            None => name,
        };
        let name = tidy_name(&name);
        if name.is_empty() {
            self.report(row, "name", Problem::Missing);
            return Err(());
        }
        Ok(name)
    }

    fn email(&mut self, row: &Row) -> Result<Option<String>, ()> {
        let Some(email) = self.text(row, "email", MAX_EMAIL_LETTERS)? else { return Ok(None) };
        let email = email.to_lowercase();
        if is_address(&email) {
            return Ok(Some(email));
        }
        self.report(row, "email", Problem::NotAnAddress);
        Err(())
    }
}

/// A name without an honorific; one all in capitals as names are written.
pub(super) fn tidy_name(written: &str) -> String {
    let mut words: Vec<&str> = written.split(' ').collect();
    for length in [2, 1] {
        let Some(first) = words.get(..length) else { continue };
        let first = fold(&first.join(" "));
        // "Bà" is an honorific, "Ba" may be a name: only what leaves a full name is taken away.
        let is_honorific = HONORIFICS.contains(&first.trim_end_matches(['.', ':']));
        if is_honorific && words.len() >= length + 2 && !is_family_name(&words, length) {
            words.drain(..length);
            break;
        }
    }
    let name = words.join(" ");
    let has_lower = name.chars().any(char::is_lowercase);
    if has_lower {
        return name;
    }
    name.split(' ').map(capitalized).collect::<Vec<_>>().join(" ")
}

/// `Ông` and `Chi` are family names too, rarely: then the name has two or three words and none of them before.
fn is_family_name(words: &[&str], length: usize) -> bool {
    length == 1 && words.len() == 3 && words.first().is_some_and(|word| matches!(fold(word).as_str(), "chi" | "anh"))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
}

/// Whether it has the form of an address on the Internet, plain letters only.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || ".-_+'".contains(letter);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-')
    };
    !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && local.chars().all(is_plain)
        && domain.contains('.')
        && domain.split('.').all(is_label)
}
