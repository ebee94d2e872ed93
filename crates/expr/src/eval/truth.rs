//! Operations that yield true or false: the commonest ones are decided without making a value of each operand.

use std::cmp::Ordering;

use khien_model::reflect::{Record, View};

use super::compare::order_holds;
use super::fault::Fault;
use super::machine::{Frame, Machine, Stop, local};
use super::trace::{MemberKind, PathId, Trace};
use super::value::{Moving, V};
use crate::ast::BinaryOperator;
use crate::outcome::Step;
use crate::program::{LoopKind, Node, NodeId};
use crate::value::Value;

/// What an operand is, as far as it can be told without evaluating it.
enum Operand<'a> {
    /// A field of a record, not read yet.
    Field(&'a dyn Record, u32, PathId),
    /// A field of an area that is unknown, as noted.
    Unknown,
    /// Something to be evaluated.
    Other,
}

impl<'a, T: Trace> Machine<'a, T> {
    /// True, false or unknown; anything else is a fault.
    pub(crate) fn condition(&mut self, id: NodeId, frame: Option<&Frame<'_, 'a>>) -> Option<bool> {
        let program = self.program;
        let node = program.nodes.get(id as usize)?;
        if let Some(truth) = self.truth(node, frame) {
            return truth;
        }
        let mark = self.trace.mark();
        match self.eval(id, frame) {
            V::Bool(value) => Some(value),
            V::Unknown => None,
            _ => {
                self.trace.blame(mark, Fault::WrongTypes);
                None
            }
        }
    }

    /// Decides an operation that yields nothing but true or false, or a field; `None` when it is another.
    #[inline]
    #[expect(clippy::option_option, reason = "not of this kind, or unknown")]
    fn truth(&mut self, node: &Node, frame: Option<&Frame<'_, 'a>>) -> Option<Option<bool>> {
        match *node {
            Node::AreaField { .. } | Node::LocalField { .. } => {
                let mark = self.trace.mark();
                match self.operand_field(node, frame) {
                    Operand::Field(record, field, path) => match record.field(field as usize) {
                        View::Bool(value) => {
                            return Some(self.trace.note(path, MemberKind::Value).then_some(value));
                        }
                        view => {
                            if !self.view(view, path).is_unknown() {
                                self.trace.blame(mark, Fault::WrongTypes);
                            }
                        }
                    },
                    Operand::Unknown => {}
                    Operand::Other => return None,
                }
                return Some(None);
            }
            Node::Junction { .. } | Node::Not(_) | Node::Equal { .. } | Node::Order { .. } | Node::Age { .. } => {}
            Node::Loop(index) if self.loop_decides(index) => {}
            _ => return None,
        }
        if self.charge(1).is_none() {
            return Some(None);
        }
        Some(match *node {
            Node::Junction { left, right, decisive } => self.junction(left, right, decisive, frame),
            Node::Not(operand) => self.condition(operand, frame).map(|value| !value),
            Node::Equal { left, right, negated } => self.equality(left, right, negated, frame),
            Node::Order { operator, left, right } => self.order(operator, left, right, frame),
            Node::Age { operator, moment, limit } => self.age(operator, moment, limit, frame),
            Node::Loop(index) => self.decide_loop(index, frame),
            _ => None,
        })
    }

    /// Whether a loop is `all` or `exists`.
    #[inline]
    fn loop_decides(&self, index: u32) -> bool {
        let program = self.program;
        program.loops.get(index as usize).is_some_and(|code| matches!(code.kind, LoopKind::All | LoopKind::Exists))
    }

    /// The field that an operation reads, when it plainly reads one of a record.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "its result would be stored only to be read back at once")]
    fn operand_field(&mut self, node: &Node, frame: Option<&Frame<'_, 'a>>) -> Operand<'a> {
        let (record, path, field): (&'a dyn Record, PathId, u32) = match *node {
            Node::LocalField { up, field } => match local(frame, up) {
                Some(Frame { value: V::Record(record, path), .. }) => (*record, *path, field),
                _ => return Operand::Other,
            },
            Node::AreaField { area, field } => match self.area(area) {
                Some((record, path)) => (record, path, field),
                None => {
                    // Its step is not worth a look: nothing more is done for it.
                    let _ = self.charge(1);
                    return Operand::Unknown;
                }
            },
            _ => return Operand::Other,
        };
        if self.charge(1).is_none() {
            return Operand::Unknown;
        }
        let path = self.trace.path(path, Step::Field(field as usize));
        Operand::Field(record, field, path)
    }

    /// The constant that an operation is.
    #[inline]
    fn constant(&mut self, id: NodeId) -> Option<&'a Value> {
        let program = self.program;
        let Some(Node::Constant(index)) = program.nodes.get(id as usize) else { return None };
        program.constants.get(*index as usize)
    }

    /// An operand as a value. The field it reads, if it plainly reads one, has been looked up.
    #[inline]
    fn operand_value(&mut self, operand: &Operand<'a>, id: NodeId, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        match operand {
            Operand::Field(record, field, path) => self.view(record.field(*field as usize), *path),
            Operand::Unknown => V::Unknown,
            Operand::Other => self.eval(id, frame),
        }
    }

    pub(super) fn order(
        &mut self,
        operator: BinaryOperator,
        left: NodeId,
        right: NodeId,
        frame: Option<&Frame<'_, 'a>>,
    ) -> Option<bool> {
        let mark = self.trace.mark();
        let program = self.program;
        let operand = self.operand_field(program.nodes.get(left as usize)?, frame);
        if let Some(Value::Int(limit)) = self.constant(right)
            && let Operand::Field(record, field, path) = operand
            && let View::Int(value) = record.field(field as usize)
        {
            self.charge(1)?;
            return self.trace.note(path, MemberKind::Value).then(|| order_holds(operator, value.cmp(limit)));
        }
        let left = self.operand_value(&operand, left, frame);
        let right = self.eval(right, frame);
        self.order_of(mark, operator, left, right)
    }

    /// Ends a comparison whose operands were noted from `mark` on.
    fn order_of(&mut self, mark: usize, operator: BinaryOperator, left: V<'a>, right: V<'a>) -> Option<bool> {
        match self.compare_order(operator, left, right) {
            Ok(holds) => Some(holds),
            Err(stop) => self.undecided(mark, stop),
        }
    }

    pub(super) fn equality(
        &mut self,
        left: NodeId,
        right: NodeId,
        negated: bool,
        frame: Option<&Frame<'_, 'a>>,
    ) -> Option<bool> {
        let mark = self.trace.mark();
        let program = self.program;
        let operand = self.operand_field(program.nodes.get(left as usize)?, frame);
        if let Some(constant) = self.constant(right)
            && let Operand::Field(record, field, path) = operand
            && let Some(equal) = self.plainly_equal(record.field(field as usize), constant)
        {
            self.charge(1)?;
            return self.trace.note(path, MemberKind::Value).then_some(equal != negated);
        }
        let left = self.operand_value(&operand, left, frame);
        let right = self.eval(right, frame);
        match self.equal(left, right) {
            Ok(equal) => Some(equal != negated),
            Err(stop) => self.undecided(mark, stop),
        }
    }

    /// `now - moment operator limit`
    pub(super) fn age(
        &mut self,
        operator: BinaryOperator,
        moment: NodeId,
        limit: NodeId,
        frame: Option<&Frame<'_, 'a>>,
    ) -> Option<bool> {
        let mark = self.trace.mark();
        // For `now` and the difference.
        self.charge(2)?;
        let program = self.program;
        let operand = self.operand_field(program.nodes.get(moment as usize)?, frame);
        if let Some(Value::Duration(limit)) = self.constant(limit)
            && let Operand::Field(record, field, path) = operand
            && let View::Timestamp(moment) = record.field(field as usize)
        {
            self.charge(1)?;
            let age = Moving::new(self.now - moment.as_nanosecond(), 1);
            if !self.trace.note(path, MemberKind::Value) {
                return None;
            }
            return match self.check_length_range(age) {
                Ok(()) => Some(order_holds(operator, self.order_of_moving(age, Moving::fixed(limit.as_nanos())))),
                Err(fault) => self.undecided(mark, fault.into()),
            };
        }
        let moment = self.operand_value(&operand, moment, frame);
        let difference = self.arithmetic(BinaryOperator::Subtract, V::Time(Moving::new(self.now, 1)), moment);
        let left = self.finish(mark, difference);
        let right = self.eval(limit, frame);
        self.order_of(mark, operator, left, right)
    }

    /// The order of two moving times, and a note of when it changes next.
    #[inline]
    pub(super) fn order_of_moving(&mut self, left: Moving, right: Moving) -> Ordering {
        self.note_crossing(left, right);
        left.at().cmp(&right.at())
    }

    /// Whether a field equals a constant of the same plain kind; `None` when they are not.
    #[inline]
    fn plainly_equal(&mut self, view: View<'_>, constant: &Value) -> Option<bool> {
        match (view, constant) {
            (View::Bool(left), Value::Bool(right)) => Some(left == *right),
            (View::Int(left), Value::Int(right)) => Some(left == *right),
            (View::Text(left), Value::Text(right)) => {
                // A budget that is used up makes the whole result unknown, whatever is said here.
                let _ = self.charge_work(left.len().min(right.len()));
                Some(left == right)
            }
            _ => None,
        }
    }

    /// Ends an operation that has no value.
    #[inline]
    pub(super) fn undecided(&mut self, mark: usize, stop: Stop) -> Option<bool> {
        self.finish(mark, Err(stop));
        None
    }
}
