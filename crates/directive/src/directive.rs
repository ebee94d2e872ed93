//! A checked directive: what [`load`](crate::load()) yields when nothing is wrong.

use std::fmt;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_expr::Program;
use khien_model::facts::FactDocument;
use khien_model::{Severity, SubjectKind, start_of_day, words};

use crate::{Lang, Parameter, Steps, Texts};

words! {
    /// What an example expects.
    pub enum Expected {
        /// The expression is true.
        Pass = "pass",
        /// The expression is false.
        Fail = "fail",
        /// The facts do not decide it.
        Unknown = "unknown",
    }
}

/// A letter that orders something, in a form that can be checked.
#[derive(Debug)]
pub struct Directive {
    /// The stable id, e.g. `thads-2026`.
    pub id: String,
    /// What it is called.
    pub title: Texts,
    /// The day on which the letter was issued.
    pub issued: Date,
    /// The first day on which it is in force.
    pub valid_from: Date,
    /// The first day on which it is no longer in force.
    pub valid_to: Option<Date>,
    /// The legal documents it cites.
    pub documents: Vec<LegalDocument>,
    /// Its thresholds, in the order of the slots of the check language.
    pub parameters: Vec<Parameter>,
    /// Its parts, in the order of the file.
    pub clauses: Vec<Clause>,
}

impl Directive {
    /// `directive.issued` of the check language: the start of that day in Vietnam.
    pub fn issued_at(&self) -> Timestamp {
        start_of_day(self.issued)
    }

    /// The first moment at which it is in force.
    pub fn valid_from_at(&self) -> Timestamp {
        start_of_day(self.valid_from)
    }

    /// The first moment at which it is no longer in force.
    pub fn valid_to_at(&self) -> Option<Timestamp> {
        self.valid_to.map(start_of_day)
    }

    /// Every control with its clause, in the order of the file.
    pub fn controls(&self) -> impl Iterator<Item = (&Clause, &Control)> {
        self.clauses.iter().flat_map(|clause| clause.controls.iter().map(move |control| (clause, control)))
    }

    /// The control called `id`, with its clause.
    pub fn control(&self, id: &str) -> Option<(&Clause, &Control)> {
        self.controls().find(|(_, control)| control.id == id)
    }

    /// The legal document with the key `key`.
    pub fn document(&self, key: &str) -> Option<&LegalDocument> {
        self.documents.iter().find(|document| document.key == key)
    }
}

/// A legal document that a directive cites.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LegalDocument {
    /// The key by which the directive refers to it.
    pub key: String,
    /// Number and sign, e.g. `116/2025/QH15`.
    pub number: String,
    /// What it is called.
    pub title: Texts,
    /// The day on which it was issued.
    pub issued: Date,
    /// The first day on which it is in force, when known.
    pub valid_from: Option<Date>,
    /// The first day on which it is no longer in force.
    pub valid_to: Option<Date>,
    /// A web page with its text.
    pub url: Option<String>,
}

/// A numbered part of a directive.
#[derive(Debug)]
pub struct Clause {
    /// The number, e.g. `4.1`.
    pub id: String,
    /// What it is called.
    pub title: Texts,
    /// What it asks, in our words.
    pub text: Texts,
    /// The legal documents it rests on.
    pub basis: Vec<Basis>,
    /// How it is checked; at least one.
    pub controls: Vec<Control>,
}

/// A place in a legal document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Basis {
    /// The key of the document.
    pub document: String,
    /// The place in it, e.g. `Điều 31`.
    pub article: Option<String>,
}

/// One checkable requirement under a clause, for one kind of subject.
#[derive(Debug)]
pub struct Control {
    /// The stable id, unique in the directive, e.g. `antivirus-running`.
    pub id: String,
    /// The kind of subject it is about.
    pub subject: SubjectKind,
    /// What it is called.
    pub title: Texts,
    /// How much it matters when it fails.
    pub severity: Severity,
    /// Facts older than this are unknown.
    pub fresh_within: SignedDuration,
    /// How much time there is to mend it.
    pub due: Due,
    /// The expression that is true when the requirement is met.
    pub pass: Check,
    /// The expression that lists, by name, what makes it fail.
    pub offenders: Option<Check>,
    /// The steps that mend it.
    pub fix: Steps,
    /// Facts with the expected result.
    pub examples: Vec<Example>,
}

/// An expression, as written and as compiled.
#[derive(Debug)]
pub struct Check {
    /// As written in the file.
    pub source: String,
    /// Ready to run.
    pub program: Program,
}

/// How much time there is to mend something after it turned red.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Due {
    /// None.
    AtOnce,
    /// So long.
    After(SignedDuration),
    /// So many working days.
    WorkingDays(u32),
}

impl Due {
    /// For a person: `trong 3 ngày làm việc`, `within 3 working days`.
    pub fn describe(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::AtOnce, Lang::Vi) => "ngay lập tức".to_owned(),
            (Self::AtOnce, Lang::En) => "at once".to_owned(),
            (Self::After(length), lang) => {
                let length = crate::duration::describe(length, lang);
                match lang {
                    Lang::Vi => format!("trong {length}"),
                    Lang::En => format!("within {length}"),
                }
            }
            (Self::WorkingDays(days), Lang::Vi) => format!("trong {days} ngày làm việc"),
            (Self::WorkingDays(1), Lang::En) => "within 1 working day".to_owned(),
            (Self::WorkingDays(days), Lang::En) => format!("within {days} working days"),
        }
    }
}

/// As it is written in a directive file.
impl fmt::Display for Due {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtOnce => formatter.write_str("at once"),
            Self::After(length) => formatter.write_str(&crate::duration::write(*length)),
            Self::WorkingDays(1) => formatter.write_str("1 working day"),
            Self::WorkingDays(days) => write!(formatter, "{days} working days"),
        }
    }
}

/// Facts with the result that a control must have over them.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The result.
    pub expect: Expected,
    /// The time at which it is judged.
    pub at: Timestamp,
    /// The facts.
    pub facts: FactDocument,
}
