//! Runs the examples that a directive file carries.

use khien_expr::{Inputs, Verdict};

use crate::{Clause, Control, Directive, Example, Expected};

/// What an example gave.
#[derive(Debug, Clone)]
pub struct ExampleOutcome<'d> {
    /// The clause of the control.
    pub clause: &'d Clause,
    /// The control.
    pub control: &'d Control,
    /// The example.
    pub example: &'d Example,
    /// The result that its facts really have.
    pub actual: Expected,
    /// The facts that decided it, as text: path and value or reason.
    pub because: Vec<(String, String)>,
}

impl ExampleOutcome<'_> {
    /// Whether the result is the expected one.
    pub fn is_as_expected(&self) -> bool {
        self.actual == self.example.expect
    }
}

/// Every example of every control, with its clause and control.
pub fn examples(directive: &Directive) -> impl Iterator<Item = (&Clause, &Control, &Example)> {
    directive
        .controls()
        .flat_map(|(clause, control)| control.examples.iter().map(move |example| (clause, control, example)))
}

/// Judges every example at its time.
pub fn run_examples(directive: &Directive) -> Vec<ExampleOutcome<'_>> {
    examples(directive)
        .map(|(clause, control, example)| {
            let (actual, because) = run(directive, control, example);
            ExampleOutcome { clause, control, example, actual, because }
        })
        .collect()
}

fn run(directive: &Directive, control: &Control, example: &Example) -> (Expected, Vec<(String, String)>) {
    let parameters = directive.parameters_at(example.at);
    let inputs = Inputs {
        fresh_within: Some(control.fresh_within),
        params: parameters.values(),
        issued: Some(directive.issued_at()),
        ..Inputs::new(example.facts.facts(), example.at)
    };
    let explanation = control.pass.program.explain(&inputs);
    let actual = match explanation.verdict {
        Verdict::True => Expected::Pass,
        Verdict::False => Expected::Fail,
        Verdict::Unknown => Expected::Unknown,
    };
    let because =
        explanation.because.iter().map(|reason| (reason.path.to_string(), reason.cause.to_string())).collect();
    (actual, because)
}
