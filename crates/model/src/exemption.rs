//! Exemptions: somebody answers for a requirement that is not met, for some time.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Organisation, Subject, SubjectKind, TreeOnDay, UnitIndex, Validity, text};

/// One exemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// The id, unique.
    pub id: String,
    /// Who asked for it.
    pub requested_by: String,
    /// Who answers for it: never the one who asked.
    pub approved_by: String,
    /// Why.
    pub reason: String,
    /// Whom it covers.
    pub covers: Coverage,
    /// What it lifts.
    pub lifts: Requirement,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one. There is no exemption for ever.
    pub valid_to: Date,
}

impl Exemption {
    /// When it holds.
    pub fn validity(&self) -> Validity {
        Validity { from: self.valid_from, to: Some(self.valid_to) }
    }
}

/// Whom an [`Exemption`] covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Coverage {
    /// One subject.
    Subject(Subject),
    /// Every subject, or every one of a kind, in a unit and the units below it. It ends with the unit: a successor asks
    /// again.
    Subtree {
        /// The id of the unit.
        unit: String,
        /// Only subjects of this kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<SubjectKind>,
    },
    /// Every subject of a kind.
    Kind(SubjectKind),
}

/// What an [`Exemption`] lifts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Requirement {
    /// One control, by its id.
    Control(String),
    /// Every control of one clause, by the clause's exact id: `4` does not lift `4.1`.
    Clause(String),
}

impl Requirement {
    /// Whether it is about the control `control` of the clause `clause`.
    pub fn is_about(&self, clause: &str, control: &str) -> bool {
        match self {
            Self::Control(id) => id == control,
            Self::Clause(id) => id == clause,
        }
    }
}

/// One mistake in a list of [`Exemption`]s, with the exemption's id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExemptionProblem {
    /// Two exemptions with one id.
    DuplicateId(String),
    /// The id, the reason, the one who asked or the one who approved is missing.
    Missing {
        /// The exemption.
        id: String,
        /// What is missing.
        what: &'static str,
    },
    /// Approved by the one who asked.
    SelfApproved(String),
    /// The period has no day.
    Reversed(String),
    /// The unit is not in the register.
    NoSuchUnit {
        /// The exemption.
        id: String,
        /// The missing unit.
        unit: String,
    },
}

impl std::fmt::Display for ExemptionProblem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::DuplicateId(id) => write!(formatter, "two exemptions have the id {id:?}"),
            Self::Missing { id, what } => {
                write!(formatter, "exemption {id:?} does not say: {what}")
            }
            Self::SelfApproved(id) => write!(formatter, "exemption {id:?} is approved by the one who asked for it"),
            Self::Reversed(id) => write!(formatter, "exemption {id:?} holds on no day"),
            Self::NoSuchUnit { id, unit } => {
                write!(formatter, "exemption {id:?} covers {unit:?}, which is not in the register")
            }
        }
    }
}

impl std::error::Error for ExemptionProblem {}

/// Exemptions that are in order.
#[derive(Debug, Clone, Default)]
pub struct Exemptions {
    list: Vec<Exemption>,
    /// The unit of each exemption that covers a subtree.
    units: Vec<Option<UnitIndex>>,
}

impl Exemptions {
    /// The exemptions of `list`, or everything that is wrong with them.
    pub fn new(list: Vec<Exemption>, organisation: &Organisation) -> Result<Self, Vec<ExemptionProblem>> {
        let mut problems = Vec::new();
        let mut ids = std::collections::HashSet::new();
        let mut units = Vec::with_capacity(list.len());
        for exemption in &list {
            if !ids.insert(exemption.id.as_str()) {
                problems.push(ExemptionProblem::DuplicateId(exemption.id.clone()));
            }
            check(exemption, &mut problems);
            units.push(match &exemption.covers {
                Coverage::Subtree { unit, .. } => {
                    let found = organisation.tree().find(unit);
                    if found.is_none() {
                        let (id, unit) = (exemption.id.clone(), unit.clone());
                        problems.push(ExemptionProblem::NoSuchUnit { id, unit });
                    }
                    found
                }
                Coverage::Subject(_) | Coverage::Kind(_) => None,
            });
        }
        if problems.is_empty() { Ok(Self { list, units }) } else { Err(problems) }
    }

    /// Every exemption, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Exemption> {
        self.list.iter()
    }

    /// The places, in [`iter`](Self::iter), of the exemptions about one control that have not ended before `day`.
    pub fn about(&self, clause: &str, control: &str, day: Date) -> Vec<usize> {
        let places = self.list.iter().enumerate();
        places
            .filter(|(_, exemption)| exemption.lifts.is_about(clause, control) && day < exemption.valid_to)
            .map(|(place, _)| place)
            .collect()
    }

    /// The exemption at `place`.
    ///
    /// # Panics
    /// When there is none at `place`.
    pub fn get(&self, place: usize) -> &Exemption {
        &self.list[place]
    }

    /// Whether the exemption at `place` covers `subject`, which belongs to `home` on the day of `tree`; its dates are not
    /// looked at.
    ///
    /// # Panics
    /// When there is none at `place`.
    pub fn covers(&self, place: usize, subject: &Subject, home: Option<UnitIndex>, tree: &TreeOnDay<'_>) -> bool {
        match &self.list[place].covers {
            Coverage::Subject(covered) => covered == subject,
            Coverage::Kind(kind) => *kind == subject.kind,
            Coverage::Subtree { kind, .. } => {
                let within = home.zip(self.units[place]).is_some_and(|(home, top)| tree.is_within(home, top));
                within && kind.is_none_or(|kind| kind == subject.kind)
            }
        }
    }
}

fn check(exemption: &Exemption, problems: &mut Vec<ExemptionProblem>) {
    let id = &exemption.id;
    let said = [
        ("id", id),
        ("requested_by", &exemption.requested_by),
        ("approved_by", &exemption.approved_by),
        ("reason", &exemption.reason),
    ];
    for (what, text) in said {
        if text.trim().is_empty() {
            problems.push(ExemptionProblem::Missing { id: id.clone(), what });
        }
    }
    // The same person may be written in capitals or in another Unicode form.
    if text::same_ignoring_case(exemption.requested_by.trim(), exemption.approved_by.trim()) {
        problems.push(ExemptionProblem::SelfApproved(id.clone()));
    }
    if !exemption.validity().is_ordered() {
        problems.push(ExemptionProblem::Reversed(id.clone()));
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::{Unit, UnitName, UnitParent, UnitRegister, UnitTree};

    fn organisation() -> Organisation {
        let unit = |id: &str, parent: Option<&str>| Unit {
            id: id.to_owned(),
            kind: None,
            names: vec![UnitName {
                name: id.to_owned(),
                abbreviation: None,
                valid_from: date(2024, 1, 1),
                valid_to: None,
            }],
            parents: parent
                .map(|parent| UnitParent { unit: parent.to_owned(), valid_from: date(2024, 1, 1), valid_to: None })
                .into_iter()
                .collect(),
            valid_from: date(2024, 1, 1),
            valid_to: None,
        };
        let units = vec![unit("province", None), unit("region", Some("province")), unit("other", None)];
        let tree = UnitTree::new(UnitRegister { units, successions: vec![] }).expect("a tree");
        Organisation::new(tree, []).expect("no assignments")
    }

    fn exemption(covers: Coverage) -> Exemption {
        Exemption {
            id: "mt-01".into(),
            requested_by: "Nguyễn Văn An".into(),
            approved_by: "Trần Thị Bình".into(),
            reason: "Máy chờ thanh lý".into(),
            covers,
            lifts: Requirement::Clause("4.1".into()),
            valid_from: date(2026, 1, 1),
            valid_to: date(2026, 7, 1),
        }
    }

    #[test]
    fn coverage_follows_subject_unit_and_kind() {
        let organisation = organisation();
        let tree = organisation.tree().on(date(2026, 3, 1));
        let pc = Subject { kind: SubjectKind::Device, id: "pc".into() };
        let subtree = |kind| Coverage::Subtree { unit: "province".into(), kind };
        let cases = [
            (Coverage::Subject(pc.clone()), Some("other"), true),
            (Coverage::Subject(Subject { kind: SubjectKind::Person, id: "pc".into() }), None, false),
            (Coverage::Kind(SubjectKind::Device), None, true),
            (Coverage::Kind(SubjectKind::Account), None, false),
            (subtree(None), Some("region"), true),
            (subtree(None), Some("province"), true),
            (subtree(None), Some("other"), false),
            (subtree(None), None, false),
            (subtree(Some(SubjectKind::Device)), Some("region"), true),
            (subtree(Some(SubjectKind::Person)), Some("region"), false),
        ];
        for (covers, home, expected) in cases {
            let list = vec![exemption(covers.clone())];
            let exemptions = Exemptions::new(list, &organisation).expect("in order");
            let home = home.map(|id| organisation.tree().find(id).expect("a unit"));
            assert_eq!(exemptions.covers(0, &pc, home, &tree), expected, "{covers:?}");
        }
    }

    #[test]
    fn what_is_lifted_is_named_exactly() {
        let clause = Requirement::Clause("4".into());
        assert!(!clause.is_about("4.1", "antivirus-running"));
        assert!(Requirement::Clause("4.1".into()).is_about("4.1", "antivirus-running"));
        assert!(Requirement::Control("antivirus-running".into()).is_about("4.1", "antivirus-running"));
        assert!(!Requirement::Control("4.1".into()).is_about("4.1", "antivirus-running"));
    }

    #[test]
    fn exemptions_that_ended_are_not_about_anything() {
        let list = vec![exemption(Coverage::Kind(SubjectKind::Device))];
        let exemptions = Exemptions::new(list, &organisation()).expect("in order");
        assert_eq!(exemptions.about("4.1", "x", date(2025, 1, 1)), [0], "one that comes later may matter");
        assert_eq!(exemptions.about("4.1", "x", date(2026, 6, 30)), [0]);
        assert_eq!(exemptions.about("4.1", "x", date(2026, 7, 1)), Vec::<usize>::new());
        assert_eq!(exemptions.about("4.2", "x", date(2026, 6, 30)), Vec::<usize>::new());
    }

    #[test]
    fn wrong_exemptions_are_refused() {
        type Spoil = fn(&mut Exemption);
        let cases: [(Spoil, &str); 6] = [
            (
                |it| it.approved_by = "NGUYỄN VĂN AN ".into(),
                r#"exemption "mt-01" is approved by the one who asked for it"#,
            ),
            (
                // The same name as macOS writes it.
                |it| it.approved_by = "Nguye\u{302}\u{303}n Va\u{306}n An".into(),
                r#"exemption "mt-01" is approved by the one who asked for it"#,
            ),
            (|it| it.reason = " ".into(), r#"exemption "mt-01" does not say: reason"#),
            (|it| it.approved_by.clear(), r#"exemption "mt-01" does not say: approved_by"#),
            (|it| it.valid_to = it.valid_from, r#"exemption "mt-01" holds on no day"#),
            (
                |it| it.covers = Coverage::Subtree { unit: "gone".into(), kind: None },
                r#"exemption "mt-01" covers "gone", which is not in the register"#,
            ),
        ];
        for (spoil, expected) in cases {
            let mut one = exemption(Coverage::Kind(SubjectKind::Device));
            spoil(&mut one);
            let problems = Exemptions::new(vec![one], &organisation()).expect_err(expected);
            let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
            assert_eq!(messages, [expected]);
        }
        let twice = vec![exemption(Coverage::Kind(SubjectKind::Device)); 2];
        let problems = Exemptions::new(twice, &organisation()).expect_err("a duplicate");
        assert_eq!(problems, [ExemptionProblem::DuplicateId("mt-01".into())]);
    }

    #[test]
    fn an_exemption_keeps_its_shape_in_json() {
        let covers = Coverage::Subtree { unit: "province".into(), kind: Some(SubjectKind::Device) };
        let json = serde_json::to_string_pretty(&exemption(covers.clone())).expect("it serializes");
        expect_test::expect![[r#"
            {
              "id": "mt-01",
              "requested_by": "Nguyễn Văn An",
              "approved_by": "Trần Thị Bình",
              "reason": "Máy chờ thanh lý",
              "covers": {
                "subtree": {
                  "unit": "province",
                  "kind": "device"
                }
              },
              "lifts": {
                "clause": "4.1"
              },
              "valid_from": "2026-01-01",
              "valid_to": "2026-07-01"
            }"#]]
        .assert_eq(&json);
        assert_eq!(serde_json::from_str::<Exemption>(&json).expect("it reads back"), exemption(covers));
    }
}
