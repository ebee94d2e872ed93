//! A finding for people: a judgement with its reasons.

use khien_directive::Control;
use khien_expr::{Cause, Reason, Value};
use khien_model::facts::{FactDocument, FactSet};
use khien_model::{AppliedExemption, Because, Evidence, Finding, State};
use serde_json::json;

use crate::{Judge, Judgement};

/// The most offenders listed in one finding; how many more there are is said.
pub const MAX_OFFENDERS: usize = 200;

impl<'j> Judge<'j> {
    /// Every finding about one subject, in the order of the directive.
    pub fn findings(&self, document: &FactDocument) -> Vec<Finding> {
        self.judgements(document).map(|judgement| self.finding(&judgement, document)).collect()
    }

    /// `judgement` with the values that decided it. `document` is the one it was made from.
    pub fn finding(&self, judgement: &Judgement<'j>, document: &FactDocument) -> Finding {
        let Judgement { clause, control, state, unexempted, exemption, holds_until, .. } = *judgement;
        let facts = document.facts();
        let inputs = self.inputs(control, facts);
        let because = control.pass.program.explain(&inputs).because;
        let (offenders, offenders_left_out) =
            if unexempted == State::Fail { self.offenders(control, facts) } else { (Vec::new(), 0) };
        Finding {
            subject: document.subject(),
            clause: clause.id.clone(),
            control: control.id.clone(),
            severity: control.severity,
            state,
            because: because.iter().map(because_of).collect(),
            offenders,
            offenders_left_out,
            since: None,
            due: None,
            holds_until,
            exemption: exemption.map(|exemption| AppliedExemption {
                id: exemption.id.clone(),
                approved_by: exemption.approved_by.clone(),
                reason: exemption.reason.clone(),
                until: exemption.valid_to,
                without: unexempted,
            }),
        }
    }

    /// What makes `control` fail, by name, and how many names are left out.
    fn offenders(&self, control: &Control, facts: &dyn FactSet) -> (Vec<String>, usize) {
        let Some(check) = &control.offenders else { return (Vec::new(), 0) };
        // Items that nobody knows are left out by the check language; the list shows what is known.
        let Value::List(items) = check.program.evaluate_value(&self.inputs(control, facts)).value else {
            return (Vec::new(), 0);
        };
        let left_out = items.len().saturating_sub(MAX_OFFENDERS);
        let named = items.into_iter().take(MAX_OFFENDERS).map(|item| match item {
            Value::Text(name) => name,
            other => other.to_string(),
        });
        (named.collect(), left_out)
    }
}

fn because_of(reason: &Reason<'_>) -> Because {
    let evidence = match reason.cause {
        Cause::Unknown(gap) => Evidence::Reason(gap.clone()),
        Cause::Bool(value) => Evidence::Value(value.into()),
        Cause::Int(value) => Evidence::Value(value.into()),
        // JSON has no word for infinities and "not a number": those are written as text.
        Cause::Double(value) if value.is_finite() => Evidence::Value(value.into()),
        Cause::Double(value) => Evidence::Value(value.to_string().into()),
        Cause::Text(value) => Evidence::Value(value.into()),
        Cause::Timestamp(value) => Evidence::Value(value.to_string().into()),
        Cause::Duration(value) => Evidence::Value(value.to_string().into()),
        Cause::Items(count) => Evidence::Value(json!({ "items": count })),
        Cause::Present => Evidence::Value(json!({ "present": true })),
    };
    Because { path: reason.path.to_string(), evidence }
}
