//! Equality, order, membership, lookup.

use std::cmp::Ordering;

use super::fault::Fault;
use super::machine::{Machine, Stop};
use super::numbers::{self, Number};
use super::trace::{MemberKind, Trace};
use super::value::{List, Map, Moving, V};
use crate::ast::BinaryOperator;
use crate::outcome::Step;

/// Whether an order makes `left operator right` true.
#[inline]
pub(crate) fn order_holds(operator: BinaryOperator, order: Ordering) -> bool {
    match operator {
        BinaryOperator::Less => order.is_lt(),
        BinaryOperator::LessOrEqual => order.is_le(),
        BinaryOperator::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

impl<'a, T: Trace> Machine<'a, T> {
    /// `left operator right` of two values.
    pub(crate) fn compare_order(&mut self, operator: BinaryOperator, left: V<'a>, right: V<'a>) -> Result<bool, Stop> {
        let order = match (left, right) {
            (V::Unknown, _) | (_, V::Unknown) => return Err(Stop::Gap),
            (V::Int(left), V::Int(right)) => left.cmp(&right),
            (V::Time(left), V::Time(right)) | (V::Length(left), V::Length(right)) => self.order_of_moving(left, right),
            (V::Text(left), V::Text(right)) => {
                self.charge_work(left.len().min(right.len()))?;
                left.cmp(right)
            }
            (V::Bytes(left), V::Bytes(right)) => {
                self.charge_work(left.len().min(right.len()))?;
                left.cmp(right)
            }
            (V::Bool(left), V::Bool(right)) => left.cmp(&right),
            _ => {
                let (Some(left), Some(right)) = (Number::of(left), Number::of(right)) else {
                    return Err(Fault::WrongTypes.into());
                };
                match numbers::compare(left, right) {
                    Some(order) => order,
                    // NaN is neither below nor above anything.
                    None => return Ok(false),
                }
            }
        };
        Ok(order_holds(operator, order))
    }

    /// Notes when the order of two moving times changes next.
    ///
    /// With `d = right - left` growing by `speed` each nanosecond, the sign of `d` is the order. It changes when `d`
    /// reaches zero, and again right after it.
    #[inline]
    pub(super) fn note_crossing(&mut self, left: Moving, right: Moving) {
        if left.slope == right.slope {
            return;
        }
        let speed = i128::from(right.slope) - i128::from(left.slope);
        let distance = right.at() - left.at();
        if distance == 0 {
            self.may_change_at_once();
        } else if (distance < 0) == (speed > 0) {
            // Rounded up: the first whole nanosecond at which zero is reached or passed.
            let nanoseconds = match speed.unsigned_abs() {
                1 => distance.unsigned_abs(),
                speed => distance.unsigned_abs().div_ceil(speed),
            };
            self.may_change_after(i128::try_from(nanoseconds).unwrap_or(i128::MAX));
        }
    }

    /// Whether two values are equal. Values of different kinds are not.
    pub(crate) fn equal(&mut self, left: V<'a>, right: V<'a>) -> Result<bool, Stop> {
        Ok(match (left, right) {
            (V::Unknown, _) | (_, V::Unknown) => return Err(Stop::Gap),
            (V::Null, V::Null) => true,
            (V::Bool(left), V::Bool(right)) => left == right,
            (V::Text(left), V::Text(right)) => {
                self.charge_work(left.len().min(right.len()))?;
                left == right
            }
            (V::Bytes(left), V::Bytes(right)) => {
                self.charge_work(left.len().min(right.len()))?;
                left == right
            }
            (V::Time(left), V::Time(right)) | (V::Length(left), V::Length(right)) => {
                self.note_crossing(left, right);
                left.at() == right.at()
            }
            (V::Type(left), V::Type(right)) => left == right,
            (V::List(left), V::List(right)) => return self.lists_equal(left, right),
            (V::Map(left), V::Map(right)) => return self.maps_equal(left, right),
            (V::Record(..), _) | (_, V::Record(..)) => return Err(Fault::WrongTypes.into()),
            _ => match (Number::of(left), Number::of(right)) {
                (Some(left), Some(right)) => numbers::compare(left, right) == Some(Ordering::Equal),
                _ => false,
            },
        })
    }

    fn lists_equal(&mut self, left: List<'a>, right: List<'a>) -> Result<bool, Stop> {
        let complete = self.complete(left) & self.complete(right);
        if !complete {
            return Err(Stop::Gap);
        }
        let length = left.len();
        if length != right.len() {
            return Ok(false);
        }
        let start = self.trace.mark();
        let mut unknown = false;
        for at in 0..length {
            self.charge_steps(1)?;
            let item_start = self.trace.mark();
            let left = self.item(left, at);
            let right = self.item(right, at);
            match self.equal(left, right) {
                Ok(true) => {}
                Ok(false) => {
                    self.trace.cut(start, item_start);
                    return Ok(false);
                }
                Err(Stop::Gap) => unknown = true,
                Err(stop) => return Err(stop),
            }
        }
        if unknown { Err(Stop::Gap) } else { Ok(true) }
    }

    fn maps_equal(&mut self, left: Map<'a>, right: Map<'a>) -> Result<bool, Stop> {
        self.note_map(left);
        self.note_map(right);
        if left.len() != right.len() {
            return Ok(false);
        }
        for at in 0..left.len() {
            let (key, value) = left.entry(at);
            match self.lookup(right, key)? {
                Some(other) if self.equal(value, other)? => {}
                _ => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Notes the facts a map rests on.
    pub(crate) fn note_map(&mut self, map: Map<'a>) {
        if let Map::Built(map) = map {
            self.trace.extend(map.reasons);
        }
    }

    /// The entry of a map under `key`.
    pub(crate) fn lookup(&mut self, map: Map<'a>, key: V<'a>) -> Result<Option<V<'a>>, Stop> {
        self.note_map(map);
        self.charge_work(map.len())?;
        for at in 0..map.len() {
            let (own, value) = map.entry(at);
            if self.equal(own, key)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    /// Adds an entry to a map in the making.
    pub(crate) fn insert(
        &mut self,
        entries: &mut bumpalo::collections::Vec<'a, (V<'a>, V<'a>)>,
        key: V<'a>,
        value: V<'a>,
    ) -> Result<(), Stop> {
        if !matches!(key, V::Bool(_) | V::Int(_) | V::Uint(_) | V::Text(_) | V::Unknown) {
            return Err(Fault::BadKey.into());
        }
        for (own, _) in entries.iter() {
            self.charge_steps(1)?;
            if !own.is_unknown() && !key.is_unknown() && self.equal(*own, key)? {
                return Err(Fault::RepeatedKey.into());
            }
        }
        entries.push((key, value));
        Ok(())
    }

    /// `item in within`
    pub(crate) fn contains(&mut self, item: V<'a>, within: V<'a>) -> Result<V<'a>, Stop> {
        let list = match within {
            V::List(list) => list,
            V::Map(_) if item.is_unknown() => return Err(Stop::Gap),
            V::Map(map) => {
                self.note_map(map);
                for at in 0..map.len() {
                    self.charge_steps(1)?;
                    if self.equal(map.entry(at).0, item)? {
                        return Ok(V::Bool(true));
                    }
                }
                return Ok(V::Bool(false));
            }
            V::Unknown => return Err(Stop::Gap),
            _ => return Err(Fault::WrongTypes.into()),
        };
        let start = self.trace.mark();
        let mut unknown = item.is_unknown();
        for at in 0..list.len() {
            self.charge_steps(1)?;
            let item_start = self.trace.mark();
            let own = self.item(list, at);
            match self.equal(own, item) {
                Ok(true) => {
                    self.trace.cut(start, item_start);
                    return Ok(V::Bool(true));
                }
                Ok(false) => {}
                Err(Stop::Gap) => unknown = true,
                Err(stop) => return Err(stop),
            }
        }
        if !self.complete(list) {
            unknown = true;
        }
        if unknown { Err(Stop::Gap) } else { Ok(V::Bool(false)) }
    }

    /// `operand[index]`
    pub(crate) fn index(&mut self, operand: V<'a>, index: V<'a>) -> Result<V<'a>, Stop> {
        if index.is_unknown() {
            return Err(Stop::Gap);
        }
        match operand {
            V::Unknown => Err(Stop::Gap),
            V::Map(map) => self.lookup(map, index)?.ok_or(Stop::Fault(Fault::NoSuchKey)),
            V::List(list) => {
                let position = Number::of(index).and_then(Number::to_int).ok_or(Stop::Fault(Fault::WrongTypes))?;
                if !self.complete(list) {
                    return Err(Stop::Gap);
                }
                let position = usize::try_from(position).ok().filter(|at| *at < list.len());
                Ok(self.item(list, position.ok_or(Stop::Fault(Fault::IndexRange))?))
            }
            _ => Err(Fault::WrongTypes.into()),
        }
    }

    /// Notes on what it rests that a list has these items and no others. False when it may have more.
    #[inline]
    pub(crate) fn complete(&mut self, list: List<'a>) -> bool {
        match list {
            List::Facts(list, path) if list.gap().is_some() => {
                self.trace.note(path, MemberKind::ListGap);
                false
            }
            List::Facts(_, path) => self.trace.note(path, MemberKind::Items),
            List::Built(list) => {
                self.trace.extend(list.shape_reasons);
                list.complete
            }
            List::Owned(_) => true,
        }
    }

    /// The item at a position below the length, noted.
    #[inline]
    pub(crate) fn item(&mut self, list: List<'a>, at: usize) -> V<'a> {
        match list {
            List::Facts(list, path) => {
                let path = self.trace.path(path, Step::Item(at));
                self.view(list.item(at), path)
            }
            List::Built(list) => {
                if let Some(reasons) = list.item_reasons.get(at) {
                    self.trace.extend(reasons);
                }
                list.items.get(at).copied().unwrap_or(V::Unknown)
            }
            List::Owned(items) => items.get(at).map_or(V::Unknown, V::of),
        }
    }
}

impl List<'_> {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Facts(list, _) => list.len(),
            Self::Built(list) => list.items.len(),
            Self::Owned(items) => items.len(),
        }
    }
}
