//! Running a program: three-valued, bounded, with or without a record of what was read.

mod arithmetic;
mod calls;
mod compare;
mod convert;
mod explain;
pub(crate) mod fault;
mod format;
mod logic;
mod loops;
mod machine;
mod mask;
mod numbers;
mod text;
mod time;
mod trace;
mod truth;
mod value;

use bumpalo::Bump;
use jiff::Timestamp;

use crate::outcome::{Outcome, Verdict};
use crate::program::{Inputs, Program};
use fault::Fault;
use machine::Machine;
use value::V;

pub(crate) use calls::compile_pattern;
pub(crate) use explain::{evaluate_value, explain};

pub(crate) fn evaluate(program: &Program, inputs: &Inputs<'_>) -> Outcome {
    let bump = Bump::new();
    let mut machine = Machine::new(program, inputs, &bump, trace::Off::default());
    let verdict = machine.decide().into();
    Outcome { verdict, holds_until: machine.holds_until() }
}

fn verdict(value: V<'_>) -> Verdict {
    match value {
        V::Bool(true) => Verdict::True,
        V::Bool(false) => Verdict::False,
        _ => Verdict::Unknown,
    }
}

/// Computes an operation that reads no facts, while a program is being compiled.
pub(crate) fn fold(program: &Program, node: crate::program::NodeId) -> Result<crate::Value, Fault> {
    let bump = Bump::new();
    let inputs = Inputs::without_facts(Timestamp::UNIX_EPOCH);
    let mut trail = trace::Trail::new(inputs.facts.shape());
    let mut machine = Machine::new(program, &inputs, &bump, &mut trail);
    let value = machine.eval(node, None);
    machine.own(value).ok_or_else(|| machine.first_fault())
}
