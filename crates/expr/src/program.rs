//! A compiled expression.

use jiff::{SignedDuration, Timestamp};
use khien_model::facts::FactSet;

use crate::ast::Ast;
use crate::outcome::{Computed, Explanation, Outcome, Verdict};
use crate::problem::Problem;
use crate::scope::Scope;
use crate::types::Type;
use crate::value::Value;

/// What an evaluation looks at. Nothing else can change its result.
#[derive(Clone, Copy)]
pub struct Inputs<'f> {
    /// The facts about the subject.
    pub facts: &'f dyn FactSet,
    /// `now`
    pub now: Timestamp,
    /// Facts observed longer ago than this are unknown.
    pub fresh_within: Option<SignedDuration>,
    /// The values of [`Scope::with_param`], in the same order.
    pub params: &'f [Value],
    /// `directive.issued`
    pub issued: Option<Timestamp>,
    /// The values of [`Scope::with_variable`], in the same order.
    pub variables: &'f [Value],
}

impl<'f> Inputs<'f> {
    /// Facts at a moment; no freshness limit, no parameters.
    pub fn new(facts: &'f dyn FactSet, now: Timestamp) -> Self {
        Self { facts, now, fresh_within: None, params: &[], issued: None, variables: &[] }
    }
}

/// A compiled expression: names are resolved, constants computed, patterns compiled.
#[derive(Debug)]
pub struct Program {
    result: Type,
    areas: Vec<usize>,
    params_read: Vec<usize>,
    uses_now: bool,
}

/// Checks `ast` against `scope` and compiles it. It must yield `expected` ([`Type::Dyn`] takes anything).
pub fn compile(ast: &Ast, scope: &Scope, expected: &Type) -> Result<Program, Vec<Problem>> {
    let _ = (ast, scope);
    Ok(Program { result: expected.clone(), areas: vec![], params_read: vec![], uses_now: false })
}

impl Program {
    /// The verdict, fast: nothing is recorded.
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> Outcome {
        let _ = inputs;
        Outcome { verdict: Verdict::Unknown, holds_until: None }
    }

    /// The verdict with the smallest set of facts that decides it.
    pub fn explain<'f>(&'f self, inputs: &Inputs<'f>) -> Explanation<'f> {
        let _ = inputs;
        Explanation { verdict: Verdict::Unknown, holds_until: None, because: vec![] }
    }

    /// The value, for expressions that yield something else than a verdict.
    pub fn evaluate_value<'f>(&'f self, inputs: &Inputs<'f>) -> Computed<'f> {
        let _ = inputs;
        Computed { value: Value::Null, because: vec![], holds_until: None }
    }

    /// The type of the result.
    pub fn result_type(&self) -> &Type {
        &self.result
    }

    /// The indices of the areas that may be read, ascending.
    pub fn areas_read(&self) -> &[usize] {
        &self.areas
    }

    /// The indices of the parameters that may be read, ascending.
    pub fn params_read(&self) -> &[usize] {
        &self.params_read
    }

    /// Whether `now` is read. (Staleness depends on time all the same.)
    pub fn uses_now(&self) -> bool {
        self.uses_now
    }
}
