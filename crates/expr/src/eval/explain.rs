//! From what was read to reasons that a person can follow.

use bumpalo::Bump;
use khien_model::Gap;
use khien_model::reflect::View;
use smallvec::SmallVec;

use super::fault::Fault;
use super::machine::Machine;
use super::mask::{Mask, Masked};
use super::trace::{Member, MemberKind, Trace, Trail, missing};
use super::value::{List, V};
use super::{time, verdict};
use crate::limits::MAX_MINIMISED_REASONS;
use crate::outcome::{Cause, Computed, Explanation, FactPath, Reason, Step, Verdict};
use crate::program::{Inputs, Program};
use crate::value::Value;

/// A fact with its whole path.
pub(super) type Full<'f> = (FactPath<'f>, MemberKind);

/// Most results rest on a few facts.
type Reasons<'f> = SmallVec<[Full<'f>; 8]>;

pub(crate) fn explain<'f>(program: &'f Program, inputs: &Inputs<'f>) -> Explanation<'f> {
    let bump = Bump::new();
    let mut trail = Trail::new(inputs.facts.shape());
    let mut machine = Machine::new(program, inputs, &bump, &mut trail);
    let value = machine.run();
    let verdict = verdict(value);
    if verdict == Verdict::Unknown && machine.trace.members().is_empty() {
        machine.trace.blame(0, Fault::WrongTypes);
    }
    let mut reasons = Reasons::new();
    resolve(program, machine.trace, |_| true, &mut reasons);
    if verdict != Verdict::Unknown && !is_minimal(program, &reasons) {
        minimise(program, inputs, verdict, &mut reasons);
    }
    Explanation {
        verdict,
        holds_until: machine.holds_until(),
        because: reasons.iter().map(|full| reason(inputs, full)).collect(),
    }
}

pub(crate) fn evaluate_value<'f>(program: &'f Program, inputs: &Inputs<'f>) -> Computed<'f> {
    let bump = Bump::new();
    let mut trail = Trail::new(inputs.facts.shape());
    let mut machine = Machine::new(program, inputs, &bump, &mut trail);
    let result = machine.run();
    let value = match result {
        V::List(list) => Some(machine.own_known_items(list)),
        _ => machine.own(result),
    };
    let mut gaps = Reasons::new();
    resolve(program, machine.trace, MemberKind::is_gap, &mut gaps);
    let because: Vec<Reason<'f>> = gaps.iter().map(|full| reason(inputs, full)).collect();
    let value = value.unwrap_or_else(|| match because.first() {
        Some(Reason { cause: Cause::Unknown(gap), .. }) => Value::Unknown((*gap).clone()),
        _ => Value::Unknown(missing().clone()),
    });
    Computed { value, because, holds_until: machine.holds_until() }
}

/// What was noted, each fact once, in the order of reading.
fn resolve<'f>(program: &'f Program, trail: &Trail, wanted: impl Fn(MemberKind) -> bool, reasons: &mut Reasons<'f>) {
    let members = trail.members();
    // Made only when it is used: it starts with random numbers.
    let mut seen = (members.len() > FEW).then(std::collections::HashSet::new);
    for Member { path, kind } in members.iter().filter(|member| wanted(member.kind)) {
        let full = (full_path(program, trail, *path, *kind), *kind);
        let new = match &mut seen {
            Some(seen) => seen.insert(full),
            None => !reasons.iter().any(|(own, own_kind)| own_kind == kind && *own == full.0),
        };
        if new {
            reasons.push(full);
        }
    }
}

/// Up to this many facts, comparing each with each is faster than hashing.
const FEW: usize = 16;

fn full_path<'f>(program: &'f Program, trail: &Trail, path: u32, kind: MemberKind) -> FactPath<'f> {
    if let MemberKind::Param(index) = kind {
        return FactPath::param(program.param_names.get(index as usize).map_or("", String::as_str));
    }
    if path == super::trace::ROOT { FactPath::check() } else { trail.resolve(path) }
}

/// Whether no fact of the reasons for a known verdict can be left out, as far as that is plain without trying.
fn is_minimal(program: &Program, reasons: &[Full<'_>]) -> bool {
    let is_free = program.free.get(program.root as usize).copied().unwrap_or(true);
    !program.repeats || reasons.is_empty() || (reasons.len() == 1 && !is_free)
}

/// Leaves out every fact without which the verdict is still the same.
fn minimise(program: &Program, inputs: &Inputs<'_>, verdict: Verdict, reasons: &mut Reasons<'_>) {
    if reasons.len() > MAX_MINIMISED_REASONS {
        return;
    }
    let mut mask = Mask::new(reasons);
    for at in (0..reasons.len()).rev() {
        let Some(tried) = reasons.get(at) else { continue };
        mask.hide(tried);
        if masked(program, inputs, &mask) == verdict {
            reasons.remove(at);
        } else {
            mask.show(tried);
        }
    }
}

/// The verdict when only these facts are known.
fn masked(program: &Program, inputs: &Inputs<'_>, mask: &Mask) -> Verdict {
    let bump = Bump::new();
    let mut machine = Machine::new(program, inputs, &bump, Masked::new(mask));
    machine.decide().into()
}

fn reason<'f>(inputs: &Inputs<'f>, &(path, kind): &Full<'f>) -> Reason<'f> {
    let cause = match kind {
        MemberKind::Fault(fault) => Cause::Unknown(fault.gap()),
        MemberKind::Stale => Cause::Unknown(&STALE),
        MemberKind::FromFuture => Cause::Unknown(&FROM_FUTURE),
        MemberKind::Missing => Cause::Unknown(missing()),
        MemberKind::Param(index) => match inputs.params.get(index as usize) {
            Some(Value::Unknown(gap)) => Cause::Unknown(gap),
            _ => Cause::Unknown(missing()),
        },
        MemberKind::Present => Cause::Present,
        MemberKind::Value | MemberKind::Items | MemberKind::Gap | MemberKind::ListGap => {
            read_again(inputs, &path, kind)
        }
    };
    Reason { path, cause }
}

static STALE: Gap = Gap::new(khien_model::GapCode::Stale);
static FROM_FUTURE: Gap = Gap::new(khien_model::GapCode::FromFuture);

/// The fact at a path that was read before.
fn read_again<'f>(inputs: &Inputs<'f>, path: &FactPath<'_>, kind: MemberKind) -> Cause<'f> {
    let mut view: Option<View<'f>> = None;
    for step in path.steps() {
        view = match (view, step) {
            (None, Step::Field(index)) => inputs.facts.area(index).map(|area| area.view),
            (Some(View::Record(record)), Step::Field(index)) => Some(record.field(index)),
            (Some(View::List(list)), Step::Item(at)) => Some(list.item(at)),
            _ => None,
        };
        if view.is_none() {
            break;
        }
    }
    match view {
        None => Cause::Unknown(missing()),
        Some(View::Unknown(gap)) => Cause::Unknown(gap),
        Some(View::Bool(value)) => Cause::Bool(value),
        Some(View::Int(value)) => Cause::Int(value),
        Some(View::Double(value)) => Cause::Double(value),
        Some(View::Text(value)) => Cause::Text(value),
        Some(View::Timestamp(value)) => Cause::Timestamp(value),
        Some(View::Duration(value)) => Cause::Duration(value),
        Some(View::List(list)) => match list.gap() {
            Some(gap) if kind == MemberKind::ListGap => Cause::Unknown(gap),
            _ => Cause::Items(list.len()),
        },
        Some(View::Record(_)) => Cause::Present,
    }
}

impl<'a> Machine<'a, &mut Trail> {
    /// The value in memory of its own; `None` when it or a part of it is unknown.
    pub(crate) fn own(&mut self, value: V<'a>) -> Option<Value> {
        let mark = self.trace.mark();
        if self.charge_memory(size_of::<Value>()).is_err() {
            self.trace.blame(mark, Fault::TooMuch);
            return None;
        }
        Some(match value {
            V::Unknown => return None,
            V::Null => Value::Null,
            V::Bool(value) => Value::Bool(value),
            V::Int(value) => Value::Int(value),
            V::Uint(value) => Value::Uint(value),
            V::Double(value) => Value::Double(value),
            V::Text(value) => Value::Text(value.to_owned()),
            V::Bytes(value) => Value::Bytes(value.to_owned()),
            V::Time(moving) => {
                self.may_change_if_moving(moving.slope);
                Value::Timestamp(jiff::Timestamp::from_nanosecond(moving.at()).ok()?)
            }
            V::Length(moving) => {
                self.may_change_if_moving(moving.slope);
                Value::Duration(time::length(moving.at())?)
            }
            V::Type(name) => Value::Type(name),
            V::Record(..) => {
                self.trace.blame(mark, Fault::WrongTypes);
                return None;
            }
            V::List(list) => {
                let complete = self.complete(list);
                let mut items = Vec::with_capacity(list.len());
                for at in 0..list.len() {
                    let item = self.item(list, at);
                    items.push(self.own(item));
                }
                let items: Option<Vec<Value>> = items.into_iter().collect();
                Value::List(items.filter(|_| complete)?)
            }
            V::Map(map) => {
                let mut entries = Vec::with_capacity(map.len());
                for at in 0..map.len() {
                    let (key, value) = map.entry(at);
                    entries.push((self.own(key)?, self.own(value)?));
                }
                Value::Map(entries)
            }
        })
    }

    /// A list of those items that are known; the trail says what is missing.
    fn own_known_items(&mut self, list: List<'a>) -> Value {
        self.complete(list);
        let mut items = Vec::with_capacity(list.len());
        for at in 0..list.len() {
            let item = self.item(list, at);
            items.extend(self.own(item));
        }
        Value::List(items)
    }

    fn may_change_if_moving(&mut self, slope: i32) {
        if slope != 0 {
            self.may_change_at_once();
        }
    }

    /// The first fault that was noted.
    pub(crate) fn first_fault(&self) -> Fault {
        let faults = self.trace.members().iter().filter_map(|member| match member.kind {
            MemberKind::Fault(fault) => Some(fault),
            _ => None,
        });
        faults.into_iter().next().unwrap_or(Fault::Undefined)
    }
}
