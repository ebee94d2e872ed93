//! `+ - * / %` and unary minus.

use super::fault::Fault;
use super::machine::{Machine, Stop};
use super::trace::{Member, Trace};
use super::value::{Built, List, Moving, V};
use crate::ast::BinaryOperator as Op;

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn arithmetic(&mut self, operator: Op, left: V<'a>, right: V<'a>) -> Result<V<'a>, Stop> {
        match (left, right) {
            (V::Unknown, _) | (_, V::Unknown) => Err(Stop::Gap),
            (V::Int(left), V::Int(right)) => Ok(V::Int(int(operator, left, right)?)),
            (V::Uint(left), V::Uint(right)) => Ok(V::Uint(uint(operator, left, right)?)),
            (V::Double(left), V::Double(right)) => Ok(V::Double(double(operator, left, right)?)),
            (V::Text(left), V::Text(right)) if operator == Op::Add => {
                self.charge_memory(left.len() + right.len())?;
                let mut joined = bumpalo::collections::String::with_capacity_in(left.len() + right.len(), self.bump);
                joined.push_str(left);
                joined.push_str(right);
                Ok(V::Text(joined.into_bump_str()))
            }
            (V::Bytes(left), V::Bytes(right)) if operator == Op::Add => {
                self.charge_memory(left.len() + right.len())?;
                let joined = left.iter().chain(right).copied();
                let joined = bumpalo::collections::Vec::from_iter_in(joined, self.bump);
                Ok(V::Bytes(joined.into_bump_slice()))
            }
            (V::List(left), V::List(right)) if operator == Op::Add => self.concatenate(left, right),
            _ => self.time_arithmetic(operator, left, right),
        }
    }

    fn time_arithmetic(&mut self, operator: Op, left: V<'a>, right: V<'a>) -> Result<V<'a>, Stop> {
        match (operator, left, right) {
            (Op::Subtract, V::Time(left), V::Time(right)) => {
                let difference = self.moving(left, right, -1);
                Ok(V::Length(self.in_length_range(difference)?))
            }
            (Op::Add, V::Time(time), V::Length(length)) | (Op::Add, V::Length(length), V::Time(time)) => {
                let sum = self.moving(time, length, 1);
                Ok(V::Time(self.in_time_range(sum)?))
            }
            (Op::Subtract, V::Time(time), V::Length(length)) => {
                let difference = self.moving(time, length, -1);
                Ok(V::Time(self.in_time_range(difference)?))
            }
            (Op::Add, V::Length(left), V::Length(right)) => {
                let sum = self.moving(left, right, 1);
                Ok(V::Length(self.in_length_range(sum)?))
            }
            (Op::Subtract, V::Length(left), V::Length(right)) => {
                let difference = self.moving(left, right, -1);
                Ok(V::Length(self.in_length_range(difference)?))
            }
            _ => Err(Fault::WrongTypes.into()),
        }
    }

    /// `left + sign * right`, with the speed at which it moves.
    #[inline]
    fn moving(&mut self, left: Moving, right: Moving, sign: i32) -> Moving {
        let slope = right.slope.checked_mul(sign).and_then(|slope| slope.checked_add(left.slope));
        // Without a slope that can be told, anything may happen in the next nanosecond.
        if slope.is_none() {
            self.may_change_at_once();
        }
        let at = if sign < 0 { left.at() - right.at() } else { left.at() + right.at() };
        Moving::new(at, slope.unwrap_or(0))
    }

    fn concatenate(&mut self, left: List<'a>, right: List<'a>) -> Result<V<'a>, Stop> {
        let length = left.len() + right.len();
        self.charge_memory(length * size_of::<V<'_>>())?;
        let mut items = bumpalo::collections::Vec::with_capacity_in(length, self.bump);
        let mut item_reasons: bumpalo::collections::Vec<'a, &'a [Member]> =
            bumpalo::collections::Vec::new_in(self.bump);
        let mark = self.trace.mark();
        for list in [left, right] {
            for at in 0..list.len() {
                let start = self.trace.mark();
                items.push(self.item(list, at));
                if T::ON {
                    item_reasons.push(self.take_reasons(start));
                }
            }
        }
        let complete = self.complete(left) & self.complete(right);
        self.trace.keep(mark, !complete);
        let shape_reasons = self.take_reasons(mark);
        self.built(Built {
            items: items.into_bump_slice(),
            item_reasons: item_reasons.into_bump_slice(),
            shape_reasons,
            complete,
        })
    }

    pub(crate) fn negate(operand: V<'a>) -> Result<V<'a>, Stop> {
        match operand {
            V::Unknown => Err(Stop::Gap),
            V::Int(value) => Ok(V::Int(value.checked_neg().ok_or(Fault::Overflow)?)),
            V::Double(value) => Ok(V::Double(-value)),
            V::Length(length) => Ok(V::Length(Moving::new(-length.at(), -length.slope))),
            _ => Err(Fault::WrongTypes.into()),
        }
    }
}

fn int(operator: Op, left: i64, right: i64) -> Result<i64, Fault> {
    match operator {
        Op::Add => left.checked_add(right),
        Op::Subtract => left.checked_sub(right),
        Op::Multiply => left.checked_mul(right),
        Op::Divide | Op::Remainder if right == 0 => return Err(Fault::DivisionByZero),
        Op::Divide => left.checked_div(right),
        Op::Remainder => left.checked_rem(right),
        _ => return Err(Fault::WrongTypes),
    }
    .ok_or(Fault::Overflow)
}

fn uint(operator: Op, left: u64, right: u64) -> Result<u64, Fault> {
    match operator {
        Op::Add => left.checked_add(right),
        Op::Subtract => left.checked_sub(right),
        Op::Multiply => left.checked_mul(right),
        Op::Divide => return left.checked_div(right).ok_or(Fault::DivisionByZero),
        Op::Remainder => return left.checked_rem(right).ok_or(Fault::DivisionByZero),
        _ => return Err(Fault::WrongTypes),
    }
    .ok_or(Fault::Overflow)
}

fn double(operator: Op, left: f64, right: f64) -> Result<f64, Fault> {
    match operator {
        Op::Add => Ok(left + right),
        Op::Subtract => Ok(left - right),
        Op::Multiply => Ok(left * right),
        Op::Divide => Ok(left / right),
        _ => Err(Fault::WrongTypes),
    }
}
