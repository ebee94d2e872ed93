//! The state of each control for one subject, without allocating.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_directive::{Clause, Control, Directive, ParameterValues};
use khien_expr::{Inputs, Verdict};
use khien_model::facts::{FactDocument, FactSet};
use khien_model::{
    Coverage, Exemption, Exemptions, Organisation, State, Subject, SubjectKind, TreeOnDay, UnitIndex, day_of,
    start_of_day,
};

/// A directive at one moment, ready to be asked about subjects.
#[derive(Debug)]
pub struct Judge<'j> {
    pub(crate) directive: &'j Directive,
    pub(crate) now: Timestamp,
    exemptions: &'j Exemptions,
    organisation: &'j Organisation,
    today: Date,
    tree: TreeOnDay<'j>,
    issued: Timestamp,
    parameters: ParameterValues,
    checks: Vec<Prepared<'j>>,
    /// Whether any check has exemptions.
    is_exempting: bool,
}

/// A control with what can be known about it before any subject is.
#[derive(Debug)]
struct Prepared<'j> {
    clause_index: usize,
    clause: &'j Clause,
    control: &'j Control,
    /// When a parameter that it reads gets another value.
    parameters_hold_until: Option<Timestamp>,
    /// The exemptions about it that have not ended.
    exemptions: Vec<usize>,
}

/// The state of one control for one subject.
#[derive(Debug, Clone, Copy)]
pub struct Judgement<'j> {
    /// The clause, by its place in the directive.
    pub clause_index: usize,
    /// The clause.
    pub clause: &'j Clause,
    /// The control.
    pub control: &'j Control,
    /// What was concluded.
    pub state: State,
    /// What the check itself says. Differs from `state` only under an exemption.
    pub unexempted: State,
    /// The exemption in force, needed or not.
    pub exemption: Option<&'j Exemption>,
    /// For every time from `now` up to, not including, this moment the state is the same if nothing else changes; `None`
    /// when time alone never changes it.
    pub holds_until: Option<Timestamp>,
}

/// A subject, and where it stands on the day of judgement.
struct Standing {
    subject: Subject,
    home: Option<UnitIndex>,
}

impl<'j> Judge<'j> {
    /// Prepares `directive` for judging at `now`, whether or not it is in force then: choosing a directive is the caller's.
    pub fn new(
        directive: &'j Directive,
        exemptions: &'j Exemptions,
        organisation: &'j Organisation,
        now: Timestamp,
    ) -> Self {
        let today = day_of(now);
        let parameters = directive.parameters_at(now);
        let clauses = directive.clauses.iter().enumerate();
        let checks: Vec<Prepared<'_>> = clauses
            .flat_map(|(index, clause)| clause.controls.iter().map(move |control| (index, clause, control)))
            .map(|(clause_index, clause, control)| Prepared {
                clause_index,
                clause,
                control,
                parameters_hold_until: parameters.holds_until(control.pass.program.params_read()),
                exemptions: exemptions.about(&clause.id, &control.id, today),
            })
            .collect();
        let tree = organisation.tree().on(today);
        let issued = directive.issued_at();
        let is_exempting = checks.iter().any(|check| !check.exemptions.is_empty());
        Self { directive, now, exemptions, organisation, today, tree, issued, parameters, checks, is_exempting }
    }

    /// The moment of judgement.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The directive.
    pub fn directive(&self) -> &'j Directive {
        self.directive
    }

    /// The units and who belongs to them.
    pub fn organisation(&self) -> &'j Organisation {
        self.organisation
    }

    /// The day of judgement in Vietnam.
    pub fn today(&self) -> Date {
        self.today
    }

    /// How many controls are about subjects of a kind.
    pub fn controls_about(&self, kind: SubjectKind) -> usize {
        self.checks.iter().filter(|check| check.control.subject == kind).count()
    }

    /// The unit that `subject` belongs to on the day of judgement.
    pub fn home(&self, subject: &Subject) -> Option<UnitIndex> {
        self.organisation.unit_of(subject, self.today)
    }

    /// The state of every control about subjects of this kind, in the order of the directive.
    pub fn judgements<'a>(&'a self, document: &'a FactDocument) -> impl Iterator<Item = Judgement<'j>> + 'a {
        let facts = document.facts();
        let kind = facts.kind();
        // Where the subject stands matters only for exemptions; without any, nothing is looked up.
        let standing = self.is_exempting.then(|| {
            let subject = document.subject();
            let home = self.home(&subject);
            Standing { subject, home }
        });
        let checks = self.checks.iter().filter(move |check| check.control.subject == kind);
        checks.map(move |check| self.judge_one(check, facts, standing.as_ref()))
    }

    fn judge_one(&self, check: &Prepared<'j>, facts: &dyn FactSet, standing: Option<&Standing>) -> Judgement<'j> {
        let outcome = check.control.pass.program.evaluate(&self.inputs(check.control, facts));
        let unexempted = match outcome.verdict {
            Verdict::True => State::Pass,
            Verdict::False => State::Fail,
            Verdict::Unknown => State::Unknown,
        };
        let (exemption, exemption_holds_until) =
            standing.map_or((None, None), |standing| self.exemption(check, standing));
        let state = match unexempted {
            State::Fail | State::Unknown if exemption.is_some() => State::Exempt,
            other => other,
        };
        let borders = [outcome.holds_until, check.parameters_hold_until, exemption_holds_until];
        Judgement {
            clause_index: check.clause_index,
            clause: check.clause,
            control: check.control,
            state,
            unexempted,
            exemption,
            holds_until: borders.into_iter().flatten().min(),
        }
    }

    /// The exemption that covers a subject today, and when that may change.
    fn exemption(&self, check: &Prepared<'j>, standing: &Standing) -> (Option<&'j Exemption>, Option<Timestamp>) {
        let mut in_force: Option<&'j Exemption> = None;
        let mut border: Option<Date> = None;
        for &place in &check.exemptions {
            let exemption = self.exemptions.get(place);
            let covers = self.exemptions.covers(place, &standing.subject, standing.home, &self.tree);
            let moves = matches!(exemption.covers, Coverage::Subtree { .. });
            if covers || moves {
                border = earlier(border, exemption.validity().next_border(self.today));
            }
            // A subject or its unit may move into or out of the subtree before the exemption ends.
            if moves {
                border = earlier(border, self.organisation.next_change(&standing.subject, self.today));
            }
            if covers && exemption.validity().contains(self.today) {
                // Of several, the one that lasts longest is shown; the id settles a tie.
                let longer = |other: &Exemption| (exemption.valid_to, &other.id) > (other.valid_to, &exemption.id);
                if in_force.is_none_or(longer) {
                    in_force = Some(exemption);
                }
            }
        }
        (in_force, border.map(start_of_day))
    }

    /// What every evaluation of `control` looks at.
    pub(crate) fn inputs<'f>(&'f self, control: &Control, facts: &'f dyn FactSet) -> Inputs<'f> {
        Inputs {
            fresh_within: Some(control.fresh_within),
            params: self.parameters.values(),
            issued: Some(self.issued),
            ..Inputs::new(facts, self.now)
        }
    }
}

fn earlier(one: Option<Date>, other: Option<Date>) -> Option<Date> {
    one.into_iter().chain(other).min()
}
