//! Parameters: thresholds that each come from a document and are valid for a time.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_expr::{Type, Value};
use khien_model::{Gap, GapCode, start_of_day, words};

use crate::{Directive, Texts};

/// The parameters that no check need read: the programs read them where somebody sets or tries a password, or states when it
/// was changed.
pub(crate) const READ_BY_PASSWORDS: &[&str] = &[
    "password_min_classes",
    "password_alone_min_length",
    "password_alone_min_classes",
    "passwords_not_reused",
    "password_min_score",
    "attestation_valid_for",
];

words! {
    /// The type of a parameter.
    pub enum ParameterType {
        /// `true` or `false`.
        Bool = "bool",
        /// A whole number.
        Int = "int",
        /// A number.
        Double = "double",
        /// Text.
        String = "string",
        /// A length of time, e.g. `90d`.
        Duration = "duration",
        /// A point in time.
        Timestamp = "timestamp",
        /// A list of texts.
        Strings = "strings",
    }
}

impl ParameterType {
    /// The type in the check language.
    pub fn in_checks(self) -> Type {
        match self {
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Double => Type::Double,
            Self::String => Type::Text,
            Self::Duration => Type::Duration,
            Self::Timestamp => Type::Timestamp,
            Self::Strings => Type::list(Type::Text),
        }
    }
}

/// The parameters that the import of case data reads by name: no check has to mention them.
pub(crate) const READ_BY_IMPORTS: &[&str] = &[
    "case_decision_working_days",
    "case_assignment_working_days",
    "case_notice_working_days",
    "case_verification_days",
    "case_ageing_days",
    "case_stale_days",
    "case_stale_without_means_days",
];

/// The parameters that the pages of tickets read by name.
pub(crate) const READ_BY_TICKETS: &[&str] = &[
    "ticket_answer_working_days",
    "incident_to_focal_officer",
    "incident_to_office",
    "incident_to_superior",
    "incident_report_at_once",
    "incident_first_notice",
    "incident_detailed_report",
    "incident_personal_data_notice",
];

/// A threshold of a directive.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// The name after `param.`.
    pub name: String,
    /// What it sets.
    pub about: Texts,
    /// The type of its values.
    pub kind: ParameterType,
    /// Its values, earliest first; no two are valid at one time.
    pub values: Vec<ParameterValue>,
}

/// A value that is valid for a time.
#[derive(Debug, Clone)]
pub struct ParameterValue {
    /// The value.
    pub value: Value,
    /// The key of the legal document it comes from.
    pub source: String,
    /// The first day on which it is valid.
    pub valid_from: Date,
    /// The first day on which it is no longer valid.
    pub valid_to: Option<Date>,
}

impl ParameterValue {
    fn is_valid_at(&self, now: Timestamp) -> bool {
        start_of_day(self.valid_from) <= now && self.valid_to.is_none_or(|end| now < start_of_day(end))
    }
}

impl Parameter {
    /// The value valid at `now`.
    pub fn at(&self, now: Timestamp) -> Option<&ParameterValue> {
        self.values.iter().find(|value| value.is_valid_at(now))
    }

    /// The first moment after `now` at which another value, or none, is valid.
    pub fn changes_after(&self, now: Timestamp) -> Option<Timestamp> {
        self.values
            .iter()
            .flat_map(|value| [Some(value.valid_from), value.valid_to])
            .flatten()
            .map(start_of_day)
            .filter(|moment| *moment > now)
            .min()
    }
}

impl Directive {
    /// The whole number that the parameter `name` has at `now`; `None` when there is none, or it is negative.
    pub fn whole_at(&self, name: &str, now: Timestamp) -> Option<u32> {
        let parameter = self.parameters.iter().find(|parameter| parameter.name == name)?;
        match parameter.at(now)?.value {
            Value::Int(number) => u32::try_from(number).ok(),
            _ => None,
        }
    }
}

/// The values of all parameters at one moment, in the order of [`Directive::parameters`].
#[derive(Debug, Clone)]
pub struct ParameterValues {
    values: Vec<Value>,
    changes: Vec<Option<Timestamp>>,
}

impl ParameterValues {
    /// For [`Inputs::params`](khien_expr::Inputs::params). A parameter that has no value at this moment is unknown.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The first moment at which one of the parameters at `indices` changes; `None` when none ever does.
    pub fn holds_until(&self, indices: &[usize]) -> Option<Timestamp> {
        indices.iter().filter_map(|index| self.changes.get(*index).copied().flatten()).min()
    }

    /// The first moment at which any parameter changes.
    pub fn changes_at(&self) -> Option<Timestamp> {
        self.changes.iter().copied().flatten().min()
    }
}

impl Directive {
    /// The values of all parameters at `now`.
    pub fn parameters_at(&self, now: Timestamp) -> ParameterValues {
        let value = |parameter: &Parameter| match parameter.at(now) {
            Some(valid) => valid.value.clone(),
            None => Value::Unknown(Gap::with_detail(
                GapCode::NotObserved,
                format!("no value of param.{} is valid at this time", parameter.name),
            )),
        };
        ParameterValues {
            values: self.parameters.iter().map(value).collect(),
            changes: self.parameters.iter().map(|parameter| parameter.changes_after(now)).collect(),
        }
    }
}
