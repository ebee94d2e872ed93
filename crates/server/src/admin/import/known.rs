//! What is there already, and finding in it what a list means.

use std::collections::BTreeMap;

use khien_model::text::same_ignoring_case;

use khien_tables::titles::plain;

/// How alike two texts must be for "did you mean": one letter of four may differ.
const LEAST_LIKENESS: f64 = 0.75;

/// A unit of the day of the import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownUnit {
    /// The id.
    pub id: String,
    /// The name on that day.
    pub name: String,
    /// The abbreviation on that day.
    pub abbreviation: Option<String>,
    /// The id of the parent on that day.
    pub parent: Option<String>,
    /// The kind.
    pub kind: Option<String>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPerson {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The office held.
    pub position: Option<String>,
    /// The official mailbox, lower case.
    pub email: Option<String>,
    /// The id of the unit on the day of the import.
    pub unit: Option<String>,
}

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDevice {
    /// The id.
    pub id: String,
    /// The host name.
    pub name: String,
    /// The id of the unit on the day of the import.
    pub unit: Option<String>,
    /// The id of the person who answers for it on that day.
    pub holder: Option<String>,
}

/// What is there on the day of the import.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The units.
    pub units: Vec<KnownUnit>,
    /// The people.
    pub people: Vec<KnownPerson>,
    /// The devices in use.
    pub devices: Vec<KnownDevice>,
}

/// What a text was found to mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<T> {
    /// This one.
    One(T),
    /// So many.
    Several(usize),
    /// None; perhaps this was meant.
    None(Option<String>),
}

/// Units by what they are called.
#[derive(Debug)]
pub struct UnitNames<'k> {
    units: &'k [KnownUnit],
    /// Places of units by name or abbreviation, without marks.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl<'k> UnitNames<'k> {
    /// Of `units`.
    pub fn new(units: &'k [KnownUnit]) -> Self {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, unit) in units.iter().enumerate() {
            let mut names: Vec<String> =
                std::iter::once(&unit.name).chain(&unit.abbreviation).map(|it| plain(it)).collect();
            names.dedup();
            for name in names {
                by_name.entry(name).or_default().push(place);
            }
        }
        Self { units, by_name }
    }

    /// The unit called `written`, by name or abbreviation. When marks alone tell several apart, the marks decide.
    pub fn find(&self, written: &str) -> Found<&'k KnownUnit> {
        let named: Vec<&KnownUnit> = self
            .by_name
            .get(&plain(written))
            .into_iter()
            .flatten()
            .filter_map(|place| self.units.get(*place))
            .collect();
        let exactly = |unit: &&&KnownUnit| {
            std::iter::once(&unit.name).chain(&unit.abbreviation).any(|name| same_ignoring_case(name, written))
        };
        match named.as_slice() {
            [] => Found::None(self.suggestion(written)),
            [unit] => Found::One(unit),
            several => {
                let mut exact = several.iter().filter(exactly);
                match (exact.next(), exact.next()) {
                    (Some(unit), None) => Found::One(unit),
                    _ => Found::Several(several.len()),
                }
            }
        }
    }

    /// The unit with the id `id`.
    pub fn name_of(&self, id: &str) -> String {
        self.units.iter().find(|unit| unit.id == id).map_or_else(|| id.to_owned(), |unit| unit.name.clone())
    }

    fn suggestion(&self, written: &str) -> Option<String> {
        let written = plain(written);
        let names = self.by_name.iter().filter_map(|(name, places)| Some((name.as_str(), places.first()?)));
        let place = nearest(&written, names)?;
        self.units.get(*place).map(|unit| unit.name.clone())
    }
}

/// The value whose name is the most like `written`, if it is like it at all.
pub(super) fn nearest<'n, T>(written: &str, names: impl Iterator<Item = (&'n str, T)>) -> Option<T> {
    let mut best: Option<(f64, T)> = None;
    for (name, value) in names {
        // Short for long: "Khu vực 1" for "Phòng THADS khu vực 1".
        let likeness = if written.len() >= 4 && name.ends_with(written) {
            0.9
        } else {
            strsim::normalized_damerau_levenshtein(written, name)
        };
        if likeness >= LEAST_LIKENESS && best.as_ref().is_none_or(|(most, _)| likeness > *most) {
            best = Some((likeness, value));
        }
    }
    best.map(|(_, value)| value)
}

impl Known {
    /// The person that a text means: a mailbox, or a full name.
    pub fn find_person(&self, written: &str) -> Found<&KnownPerson> {
        let wanted = written.to_lowercase();
        if wanted.contains('@') {
            let people = self.people.iter().filter_map(|person| Some((person.email.as_deref()?, person)));
            return match people.clone().find(|(email, _)| *email == wanted) {
                Some((_, person)) => Found::One(person),
                None => Found::None(nearest(&wanted, people).and_then(|person| person.email.clone())),
            };
        }
        let named: Vec<&KnownPerson> =
            self.people.iter().filter(|person| same_ignoring_case(&person.name, written)).collect();
        match named.as_slice() {
            [person] => Found::One(person),
            [] => {
                let wanted = plain(written);
                let folded: Vec<(String, &KnownPerson)> =
                    self.people.iter().map(|person| (plain(&person.name), person)).collect();
                let names = folded.iter().map(|(name, person)| (name.as_str(), *person));
                Found::None(nearest(&wanted, names).map(|person| person.name.clone()))
            }
            several => Found::Several(several.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, name: &str, abbreviation: Option<&str>) -> KnownUnit {
        KnownUnit {
            id: id.to_owned(),
            name: name.to_owned(),
            abbreviation: abbreviation.map(str::to_owned),
            parent: None,
            kind: None,
        }
    }

    #[test]
    fn units_are_found_by_any_spelling_of_their_names() {
        let units = [
            unit("vp", "Văn phòng", Some("VP")),
            unit("kv1", "Phòng THADS khu vực 1", None),
            unit("la", "Long An", None),
            unit("lan", "Long Ân", None),
            unit("x1", "Tổ công tác", None),
            unit("x2", "Tổ công tác", None),
        ];
        let names = UnitNames::new(&units);
        let cases = [
            ("Văn phòng", Found::One("vp")),
            ("VAN PHONG", Found::One("vp")),
            ("vp", Found::One("vp")),
            ("phòng  thads - khu vực 1", Found::One("kv1")),
            ("Long Ân", Found::One("lan")),
            ("long an", Found::One("la")),
            ("Tổ công tác", Found::Several(2)),
            ("Vắn phòngg", Found::None(Some("Văn phòng".to_owned()))),
            ("Khu vực 1", Found::None(Some("Phòng THADS khu vực 1".to_owned()))),
            ("Kế toán", Found::None(None)),
        ];
        for (written, expected) in cases {
            let found = match names.find(written) {
                Found::One(unit) => Found::One(unit.id.as_str()),
                Found::Several(count) => Found::Several(count),
                Found::None(suggestion) => Found::None(suggestion),
            };
            assert_eq!(found, expected, "{written}");
        }
    }
}
