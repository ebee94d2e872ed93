//! `!`, `&&`, `||`, `? :` by Kleene's rules, and the search for smaller sets of reasons.

use super::machine::{Frame, Machine};
use super::trace::Trace;
use super::value::V;
use crate::program::NodeId;

impl<'a, T: Trace> Machine<'a, T> {
    pub(super) fn junction(
        &mut self,
        left: NodeId,
        right: NodeId,
        decisive: bool,
        frame: Option<&Frame<'_, 'a>>,
    ) -> Option<bool> {
        let mark = self.trace.mark();
        let first = self.condition(left, frame);
        if first == Some(decisive) {
            self.look_for_smaller(mark, right, decisive, frame);
            return Some(decisive);
        }
        let middle = self.trace.mark();
        let second = self.condition(right, frame);
        if second == Some(decisive) {
            self.trace.cut(mark, middle);
            return Some(decisive);
        }
        if first.is_some() && second.is_some() {
            return Some(!decisive);
        }
        self.trace.keep(mark, true);
        None
    }

    /// When what was noted from `mark` on decided, looks whether `other` decides alike with fewer facts.
    pub(crate) fn look_for_smaller(
        &mut self,
        mark: usize,
        other: NodeId,
        decisive: bool,
        frame: Option<&Frame<'_, 'a>>,
    ) {
        if !T::ON {
            return;
        }
        let found = self.trace.since(mark).len();
        let is_free = self.program.free.get(other as usize).copied().unwrap_or(true);
        if found == 0 || (found == 1 && !is_free) {
            return;
        }
        let middle = self.trace.mark();
        let decided = self.on_the_side(|machine| machine.condition(other, frame) == Some(decisive));
        if decided && self.trace.since(middle).len() < found {
            self.trace.cut(mark, middle);
        } else {
            self.trace.truncate(middle);
        }
    }

    /// Evaluates something that the result does not need, on a budget of its own. False when the budget was used up.
    pub(crate) fn on_the_side(&mut self, work: impl FnOnce(&mut Self) -> bool) -> bool {
        let (steps, built, exhausted, horizon) = (self.steps, self.built, self.exhausted, self.horizon);
        self.steps = *self.trace.spare();
        self.exhausted = false;
        let done = work(self) && !self.exhausted;
        *self.trace.spare() = self.steps;
        (self.steps, self.built, self.exhausted, self.horizon) = (steps, built, exhausted, horizon);
        done
    }

    pub(super) fn conditional(
        &mut self,
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
        frame: Option<&Frame<'_, 'a>>,
    ) -> V<'a> {
        let mark = self.trace.mark();
        let Some(chosen) = self.condition(condition, frame) else {
            self.trace.keep(mark, true);
            return V::Unknown;
        };
        let value = self.eval(if chosen { then } else { otherwise }, frame);
        self.finish(mark, Ok(value))
    }
}
