//! The evaluator itself: one function per kind of operation.

use bumpalo::Bump;
use jiff::Timestamp;
use khien_model::reflect::{Record, View};

use super::fault::Fault;
use super::trace::{Member, MemberKind, PathId, ROOT, Trace};
use super::value::{Built, BuiltMap, List, Map, Moving, V};
use crate::limits::{FUTURE_TOLERANCE, MAX_BUILT_BYTES, MAX_STEPS, UNITS_PER_STEP};
use crate::outcome::Step;
use crate::program::{Inputs, Node, NodeId, Program};
use crate::value::Value;

/// Why an operation has no value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stop {
    /// An operand is unknown, as noted in the trail.
    Gap,
    /// It cannot be computed.
    Fault(Fault),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A loop variable or binding in force, and the ones around it.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'s, 'a> {
    pub(crate) value: V<'a>,
    /// The facts the value rests on, when they are recorded.
    pub(crate) reasons: &'a [Member],
    pub(crate) outer: Option<&'s Frame<'s, 'a>>,
}

/// One evaluation.
pub(crate) struct Machine<'a, T> {
    pub(crate) program: &'a Program,
    inputs: &'a Inputs<'a>,
    pub(crate) bump: &'a Bump,
    pub(crate) trace: T,
    pub(super) steps: u64,
    pub(super) built: usize,
    pub(super) exhausted: bool,
    pub(super) now: i128,
    /// Areas observed before this are stale.
    fresh_from: i128,
    /// Areas observed after this claim the future.
    future_from: i128,
    /// The first moment at which time alone may change what was evaluated.
    pub(super) horizon: i128,
}

/// In a second.
const NANOSECONDS: i64 = 1_000_000_000;

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn new(program: &'a Program, inputs: &'a Inputs<'a>, bump: &'a Bump, trace: T) -> Self {
        let now = inputs.now.as_nanosecond();
        Self {
            program,
            inputs,
            bump,
            trace,
            steps: MAX_STEPS,
            built: 0,
            exhausted: false,
            now,
            fresh_from: inputs.fresh_within.map_or(i128::MIN, |length| now - length.as_nanos()),
            future_from: now + FUTURE_TOLERANCE.as_nanos(),
            horizon: i128::MAX,
        }
    }

    /// Evaluates the whole program.
    pub(crate) fn run(&mut self) -> V<'a> {
        if self.is_about_another_kind() {
            return V::Unknown;
        }
        let value = self.eval(self.program.root, None);
        if self.is_exhausted() { V::Unknown } else { value }
    }

    /// Evaluates the whole program to a verdict.
    pub(crate) fn decide(&mut self) -> Option<bool> {
        if self.is_about_another_kind() {
            return None;
        }
        let decided = self.condition(self.program.root, None);
        if self.is_exhausted() { None } else { decided }
    }

    /// Whether the facts are not those the program was compiled for, which is then noted.
    #[inline]
    fn is_about_another_kind(&mut self) -> bool {
        let given = self.inputs.facts.shape();
        let is_another =
            self.program.facts.is_some_and(|areas| !std::ptr::eq(areas, given) && areas.name != given.name);
        if is_another {
            self.trace.blame(0, Fault::OtherSubject);
        }
        is_another
    }

    /// Whether the steps were used up, which is then all that is noted.
    #[inline]
    fn is_exhausted(&mut self) -> bool {
        if self.exhausted {
            self.trace.truncate(0);
            self.trace.blame(0, Fault::Steps);
        }
        self.exhausted
    }

    /// The first moment at which time alone may change the result.
    #[inline]
    pub(crate) fn holds_until(&self) -> Option<Timestamp> {
        if self.horizon == i128::MAX {
            return None;
        }
        // Within 292 years, which is the usual case, 64 bits suffice: dividing 128 bits is slow.
        let Ok(ahead) = i64::try_from(self.horizon - self.now) else {
            return Timestamp::from_nanosecond(self.horizon).ok();
        };
        let nanosecond = i64::from(self.inputs.now.subsec_nanosecond()) + ahead % NANOSECONDS;
        let second = self.inputs.now.as_second() + ahead / NANOSECONDS + nanosecond.div_euclid(NANOSECONDS);
        Timestamp::new(second, i32::try_from(nanosecond.rem_euclid(NANOSECONDS)).unwrap_or(0)).ok()
    }

    /// Notes that the result may change at this moment; moments in the past do not count.
    #[inline]
    pub(crate) fn may_change_at(&mut self, moment: i128) {
        if moment > self.now && moment < self.horizon {
            self.horizon = moment;
        }
    }

    /// Notes that the result may change with every nanosecond.
    pub(crate) fn may_change_at_once(&mut self) {
        self.may_change_at(self.now + 1);
    }

    /// Notes that the result may change when so many nanoseconds have passed.
    #[inline]
    pub(crate) fn may_change_after(&mut self, nanoseconds: i128) {
        self.may_change_at(self.now.saturating_add(nanoseconds));
    }

    /// Takes steps off the budget; `None` when it is used up.
    #[inline]
    pub(super) fn charge(&mut self, steps: u64) -> Option<()> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Some(())
            }
            None => {
                self.steps = 0;
                self.exhausted = true;
                None
            }
        }
    }

    /// Charges work on a text or list of this many bytes or items.
    pub(crate) fn charge_work(&mut self, units: usize) -> Result<(), Stop> {
        self.charge_steps((units / UNITS_PER_STEP) as u64)
    }

    pub(crate) fn charge_steps(&mut self, steps: u64) -> Result<(), Stop> {
        self.charge(steps).ok_or(Stop::Fault(Fault::Steps))
    }

    /// Charges scratch memory.
    pub(crate) fn charge_memory(&mut self, bytes: usize) -> Result<(), Stop> {
        self.built = self.built.saturating_add(bytes);
        if self.built > MAX_BUILT_BYTES {
            return Err(Stop::Fault(Fault::TooMuch));
        }
        self.charge_work(bytes)
    }

    /// Text in scratch memory.
    pub(crate) fn text(&mut self, text: &str) -> Result<V<'a>, Stop> {
        self.charge_memory(text.len())?;
        Ok(V::Text(self.bump.alloc_str(text)))
    }

    /// What was noted from `mark` on, taken off the trail into scratch memory.
    #[inline]
    pub(crate) fn take_reasons(&mut self, mark: usize) -> &'a [Member] {
        if !T::ON || self.trace.since(mark).is_empty() {
            return &[];
        }
        let reasons = self.bump.alloc_slice_copy(self.trace.since(mark));
        self.trace.truncate(mark);
        reasons
    }

    /// Ends an operation that needs all of its operands.
    #[inline]
    pub(crate) fn finish(&mut self, mark: usize, result: Result<V<'a>, Stop>) -> V<'a> {
        match result {
            Ok(V::Unknown) | Err(Stop::Gap) => {
                self.trace.keep(mark, true);
                V::Unknown
            }
            Ok(value) => value,
            Err(Stop::Fault(fault)) => {
                self.trace.blame(mark, fault);
                V::Unknown
            }
        }
    }

    #[inline]
    pub(crate) fn eval(&mut self, id: NodeId, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        if self.charge(1).is_none() {
            return V::Unknown;
        }
        let Some(node) = self.program.nodes.get(id as usize) else { return V::Unknown };
        match *node {
            Node::AreaField { area, field } => self.area_field(area, field),
            Node::LocalField { up, field } => match local(frame, up) {
                Some(Frame { value: V::Record(record, path), .. }) => self.field(*record, *path, field),
                _ => self.local_select(frame, up, field),
            },
            Node::Constant(index) => self.program.constants.get(index as usize).map_or(V::Unknown, V::of),
            Node::Now => V::Time(Moving::new(self.now, 1)),
            Node::Local(up) => self.local_value(frame, up),
            Node::Junction { left, right, decisive } => V::truth(self.junction(left, right, decisive, frame)),
            Node::Order { operator, left, right } => V::truth(self.order(operator, left, right, frame)),
            Node::Age { operator, moment, limit } => V::truth(self.age(operator, moment, limit, frame)),
            Node::Equal { left, right, negated } => V::truth(self.equality(left, right, negated, frame)),
            Node::Not(operand) => V::truth(self.condition(operand, frame).map(|value| !value)),
            Node::Loop(index) => self.run_loop(index, frame),
            Node::Arithmetic { operator, left, right } => {
                let mark = self.trace.mark();
                let left = self.eval(left, frame);
                let right = self.eval(right, frame);
                let result = self.arithmetic(operator, left, right);
                self.finish(mark, result)
            }
            _ => self.eval_rare(*node, frame),
        }
    }

    #[inline(never)]
    fn eval_rare(&mut self, node: Node, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        let mark = self.trace.mark();
        match node {
            Node::Issued => match self.inputs.issued {
                Some(issued) => V::Time(Moving::fixed(issued.as_nanosecond())),
                None => self.missing(),
            },
            Node::Param(index) => self.param(index),
            Node::Variable(index) => match self.inputs.variables.get(index as usize) {
                None | Some(Value::Unknown(_)) => self.missing(),
                Some(value) => V::of(value),
            },
            Node::Area(area) => match self.area(area) {
                Some((record, path)) => V::Record(record, path),
                None => V::Unknown,
            },
            Node::Field { record, field } => match self.eval(record, frame) {
                V::Record(record, path) => self.field(record, path, field),
                V::Unknown => V::Unknown,
                _ => self.finish(mark, Err(Fault::WrongTypes.into())),
            },
            Node::Select { operand, name } => {
                let operand = self.eval(operand, frame);
                let result = self.select(operand, name);
                self.finish(mark, result)
            }
            Node::HasFact(operand) => self.has_fact(operand, frame),
            Node::HasSelect { operand, name } => {
                let operand = self.eval(operand, frame);
                let result = self.has_select(operand, name);
                self.finish(mark, result)
            }
            Node::Index { operand, index } => {
                let operand = self.eval(operand, frame);
                let index = self.eval(index, frame);
                let result = self.index(operand, index);
                self.finish(mark, result)
            }
            Node::Negate(operand) => {
                let operand = self.eval(operand, frame);
                let result = Self::negate(operand);
                self.finish(mark, result)
            }
            Node::Conditional { condition, then, otherwise } => self.conditional(condition, then, otherwise, frame),
            Node::In { item, within } => {
                let item = self.eval(item, frame);
                let within = self.eval(within, frame);
                let result = self.contains(item, within);
                self.finish(mark, result)
            }
            Node::Call { function, first, count } => self.call_node(function, first, count, frame),
            Node::Matches { text, pattern } => {
                let text = self.eval(text, frame);
                let result = self.matches(text, pattern);
                self.finish(mark, result)
            }
            Node::List { first, count } => self.list(first, count, frame),
            Node::Map { first, count } => {
                let result = self.map(mark, first, count, frame);
                self.finish(mark, result)
            }
            Node::Bind { value, body } => {
                let value = self.eval(value, frame);
                let reasons = self.take_reasons(mark);
                self.eval(body, Some(&Frame { value, reasons, outer: frame }))
            }
            _ => self.finish(mark, Err(Fault::Undefined.into())),
        }
    }

    fn missing(&mut self) -> V<'a> {
        self.trace.note(ROOT, MemberKind::Missing);
        V::Unknown
    }

    fn param(&mut self, index: u32) -> V<'a> {
        match self.inputs.params.get(index as usize) {
            None | Some(Value::Unknown(_)) => {
                self.trace.note(ROOT, MemberKind::Param(index));
                V::Unknown
            }
            Some(value) => V::of(value),
        }
    }

    /// The record of an area, when it is known, fresh and not from the future.
    #[inline]
    pub(super) fn area(&mut self, index: u32) -> Option<(&'a dyn Record, PathId)> {
        let path = self.trace.path(ROOT, Step::Field(index as usize));
        let Some(area) = self.inputs.facts.area(index as usize) else {
            self.trace.note(path, MemberKind::Gap);
            return None;
        };
        let observed_at = area.observed_at.as_nanosecond();
        if observed_at > self.future_from {
            self.may_change_at(observed_at - FUTURE_TOLERANCE.as_nanos());
            self.trace.note(path, MemberKind::FromFuture);
            return None;
        }
        if observed_at < self.fresh_from {
            self.trace.note(path, MemberKind::Stale);
            return None;
        }
        if self.fresh_from != i128::MIN {
            self.may_change_after(observed_at - self.fresh_from + 1);
        }
        match area.view {
            View::Record(record) => Some((record, path)),
            _ => {
                self.trace.note(path, MemberKind::Gap);
                None
            }
        }
    }

    #[inline]
    fn area_field(&mut self, area: u32, field: u32) -> V<'a> {
        match self.area(area) {
            Some((record, path)) => self.field(record, path, field),
            None => V::Unknown,
        }
    }

    #[inline]
    fn field(&mut self, record: &'a dyn Record, path: PathId, field: u32) -> V<'a> {
        let path = self.trace.path(path, Step::Field(field as usize));
        self.view(record.field(field as usize), path)
    }

    /// A fact as a value, noted.
    #[inline]
    pub(crate) fn view(&mut self, view: View<'a>, path: PathId) -> V<'a> {
        let value = match view {
            View::List(list) => return V::List(List::Facts(list, path)),
            View::Record(record) => return V::Record(record, path),
            View::Unknown(_) => {
                self.trace.note(path, MemberKind::Gap);
                return V::Unknown;
            }
            View::Bool(value) => V::Bool(value),
            View::Int(value) => V::Int(value),
            View::Double(value) => V::Double(value),
            View::Text(value) => V::Text(value),
            View::Timestamp(value) => V::Time(Moving::fixed(value.as_nanosecond())),
            View::Duration(value) => V::Length(Moving::fixed(value.as_nanos())),
        };
        if self.trace.note(path, MemberKind::Value) { value } else { V::Unknown }
    }

    #[inline]
    fn local_value(&mut self, frame: Option<&Frame<'_, 'a>>, up: u32) -> V<'a> {
        match local(frame, up) {
            Some(frame) => {
                self.trace.extend(frame.reasons);
                frame.value
            }
            None => V::Unknown,
        }
    }

    /// A field of a loop variable that is not plainly a record: an unknown item.
    fn local_select(&mut self, frame: Option<&Frame<'_, 'a>>, up: u32, field: u32) -> V<'a> {
        let mark = self.trace.mark();
        match self.local_value(frame, up) {
            V::Record(record, path) => self.field(record, path, field),
            V::Unknown => self.finish(mark, Err(Stop::Gap)),
            _ => self.finish(mark, Err(Fault::WrongTypes.into())),
        }
    }

    fn has_fact(&mut self, operand: NodeId, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        let mark = self.trace.mark();
        let path = match self.eval(operand, frame) {
            V::Unknown => return V::Unknown,
            V::Record(_, path) | V::List(List::Facts(_, path)) => path,
            _ => return V::Bool(true),
        };
        if self.trace.note(path, MemberKind::Present) {
            return V::Bool(true);
        }
        self.finish(mark, Err(Stop::Gap))
    }

    fn select(&mut self, operand: V<'a>, name: u32) -> Result<V<'a>, Stop> {
        let program = self.program;
        let name = program.names.get(name as usize).map_or("", String::as_str);
        match operand {
            V::Unknown => Err(Stop::Gap),
            V::Map(map) => self.lookup(map, V::Text(name))?.ok_or(Stop::Fault(Fault::NoSuchKey)),
            V::Record(record, path) => match record.shape().field(name) {
                Some((index, _)) => {
                    let path = self.trace.path(path, Step::Field(index));
                    Ok(self.view(record.field(index), path))
                }
                None => Err(Fault::NoSuchKey.into()),
            },
            _ => Err(Fault::WrongTypes.into()),
        }
    }

    fn has_select(&mut self, operand: V<'a>, name: u32) -> Result<V<'a>, Stop> {
        let program = self.program;
        let text = program.names.get(name as usize).map_or("", String::as_str);
        match operand {
            V::Map(map) => Ok(V::Bool(self.lookup(map, V::Text(text))?.is_some())),
            V::Record(..) => match self.select(operand, name)? {
                V::Unknown => Err(Stop::Gap),
                _ => Ok(V::Bool(true)),
            },
            V::Unknown => Err(Stop::Gap),
            _ => Err(Fault::WrongTypes.into()),
        }
    }

    fn list(&mut self, first: u32, count: u32, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        let mark = self.trace.mark();
        let bump = self.bump;
        let mut items = bumpalo::collections::Vec::with_capacity_in(count as usize, bump);
        let mut item_reasons = bumpalo::collections::Vec::new_in(bump);
        for position in first..first + count {
            let start = self.trace.mark();
            let item = self.operand(position).map_or(V::Unknown, |node| self.eval(node, frame));
            items.push(item);
            if T::ON {
                item_reasons.push(self.take_reasons(start));
            }
        }
        let built = Built {
            items: items.into_bump_slice(),
            item_reasons: item_reasons.into_bump_slice(),
            shape_reasons: &[],
            complete: true,
        };
        let result = self.built(built);
        self.finish(mark, result)
    }

    /// A computed list as a value.
    pub(crate) fn built(&mut self, list: Built<'a>) -> Result<V<'a>, Stop> {
        self.charge_memory(size_of_val(list.items))?;
        Ok(V::List(List::Built(self.bump.alloc(list))))
    }

    fn map(&mut self, mark: usize, first: u32, count: u32, frame: Option<&Frame<'_, 'a>>) -> Result<V<'a>, Stop> {
        let mut entries = bumpalo::collections::Vec::with_capacity_in(count as usize / 2, self.bump);
        let mut unknown = false;
        for position in (first..first + count).step_by(2) {
            let key = self.operand(position).map_or(V::Unknown, |node| self.eval(node, frame));
            let value = self.operand(position + 1).map_or(V::Unknown, |node| self.eval(node, frame));
            unknown |= key.is_unknown() || value.is_unknown();
            self.insert(&mut entries, key, value)?;
        }
        if unknown {
            return Err(Stop::Gap);
        }
        self.charge_memory(entries.len() * 2 * size_of::<V<'_>>())?;
        let reasons = self.take_reasons(mark);
        Ok(V::Map(Map::Built(self.bump.alloc(BuiltMap { entries: entries.into_bump_slice(), reasons }))))
    }

    /// The node at a position of [`Program::operands`].
    pub(crate) fn operand(&self, position: u32) -> Option<NodeId> {
        self.program.operands.get(position as usize).copied()
    }
}

#[inline]
pub(super) fn local<'s, 'a>(frame: Option<&'s Frame<'s, 'a>>, up: u32) -> Option<&'s Frame<'s, 'a>> {
    let mut frame = frame?;
    for _ in 0..up {
        frame = frame.outer?;
    }
    Some(frame)
}
