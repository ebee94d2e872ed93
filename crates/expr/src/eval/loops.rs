//! The macros over lists and maps.

use khien_model::reflect::View;

use super::fault::Fault;
use super::machine::{Frame, Machine, Stop};
use super::trace::{Member, MemberKind, Trace};
use super::value::{Built, BuiltMap, List, Map, V};
use crate::outcome::Step;
use crate::program::{Loop, LoopKind};

/// What a loop goes over.
#[derive(Clone, Copy)]
enum Range<'a> {
    List(List<'a>),
    Map(Map<'a>),
}

impl Range<'_> {
    fn len(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            Self::Map(map) => map.len(),
        }
    }
}

type BumpVec<'a, X> = bumpalo::collections::Vec<'a, X>;

impl<'a, T: Trace> Machine<'a, T> {
    pub(crate) fn run_loop(&mut self, index: u32, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        let program = self.program;
        let Some(code) = program.loops.get(index as usize) else { return V::Unknown };
        let mark = self.trace.mark();
        let Some(range) = self.range(mark, code, frame) else { return V::Unknown };
        let result = match code.kind {
            LoopKind::All | LoopKind::Exists => {
                self.quantify(code, range, code.kind == LoopKind::Exists, frame).map(V::Bool).ok_or(Stop::Gap)
            }
            LoopKind::ExistsOne => self.exists_one(code, range, frame),
            LoopKind::Filter | LoopKind::Map => self.collect(code, range, frame),
            LoopKind::TransformMap => self.transform_map(code, range, frame),
        };
        self.finish(mark, result)
    }

    /// `all` and `exists` as a condition.
    pub(super) fn decide_loop(&mut self, index: u32, frame: Option<&Frame<'_, 'a>>) -> Option<bool> {
        let program = self.program;
        let code = program.loops.get(index as usize)?;
        let mark = self.trace.mark();
        let range = self.range(mark, code, frame)?;
        let decided = self.quantify(code, range, code.kind == LoopKind::Exists, frame);
        if decided.is_none() {
            self.trace.keep(mark, true);
        }
        decided
    }

    /// What a loop goes over; `None` when it is unknown.
    #[inline]
    fn range(&mut self, mark: usize, code: &Loop, frame: Option<&Frame<'_, 'a>>) -> Option<Range<'a>> {
        match self.eval(code.range, frame) {
            V::List(list) => Some(Range::List(list)),
            V::Map(map) => {
                self.note_map(map);
                Some(Range::Map(map))
            }
            V::Unknown => None,
            _ => {
                self.trace.blame(mark, Fault::WrongTypes);
                None
            }
        }
    }

    /// Calls `body` with the loop's variables in force for the item at `at`.
    #[inline]
    fn with_item<R>(
        &mut self,
        code: &Loop,
        range: Range<'a>,
        at: usize,
        frame: Option<&Frame<'_, 'a>>,
        body: impl FnOnce(&mut Self, Option<&Frame<'_, 'a>>) -> R,
    ) -> R {
        // The commonest loop is over records among the facts, whose variable rests on nothing more.
        if let Range::List(List::Facts(list, path)) = range
            && !code.pair
            && let View::Record(record) = list.item(at)
        {
            let path = self.trace.path(path, Step::Item(at));
            return body(self, Some(&Frame { value: V::Record(record, path), reasons: &[], outer: frame }));
        }
        let mark = self.trace.mark();
        let (first, second) = match range {
            Range::List(list) => {
                let position = V::Int(i64::try_from(at).unwrap_or(i64::MAX));
                (position, self.item(list, at))
            }
            Range::Map(map) => map.entry(at),
        };
        let reasons = self.take_reasons(mark);
        if code.pair {
            let outer = Frame { value: first, reasons: &[], outer: frame };
            return body(self, Some(&Frame { value: second, reasons, outer: Some(&outer) }));
        }
        let value = if matches!(range, Range::List(_)) { second } else { first };
        body(self, Some(&Frame { value, reasons, outer: frame }))
    }

    /// Whether the item at `at` is hidden. All of a list with a hidden item is never known, so nothing is lost when the
    /// item is passed over: at most it could have been looked at in vain.
    #[inline]
    fn is_hidden(&self, range: Range<'a>, at: usize) -> bool {
        match range {
            Range::List(List::Facts(_, list)) => !self.trace.shows_item(list, at),
            _ => false,
        }
    }

    /// Whether the loop's condition holds of the item at `at`.
    #[inline]
    fn ask(&mut self, code: &Loop, range: Range<'a>, at: usize, frame: Option<&Frame<'_, 'a>>) -> Option<bool> {
        let Some(predicate) = code.predicate else { return Some(true) };
        self.with_item(code, range, at, frame, |machine, inner| machine.condition(predicate, inner))
    }

    /// Notes that the item at `at` is there, unless something of it was noted from `mark` on, which says as much.
    #[inline]
    fn note_presence(&mut self, mark: usize, range: Range<'a>, at: usize) {
        // The facts that other lists and maps rest on are noted elsewhere.
        if T::ON
            && let Range::List(List::Facts(_, list)) = range
            && !self.trace.touches(mark, list, at)
        {
            let item = self.trace.path(list, Step::Item(at));
            self.trace.note(item, MemberKind::Present);
        }
    }

    /// `all` (decided by one false) and `exists` (decided by one true).
    fn quantify(
        &mut self,
        code: &Loop,
        range: Range<'a>,
        decisive: bool,
        frame: Option<&Frame<'_, 'a>>,
    ) -> Option<bool> {
        let start = self.trace.mark();
        let mut unknown = false;
        for at in 0..range.len() {
            if self.is_hidden(range, at) {
                continue;
            }
            let item_start = self.trace.mark();
            match self.ask(code, range, at, frame) {
                Some(answer) if answer == decisive => {
                    self.note_presence(item_start, range, at);
                    self.trace.cut(start, item_start);
                    self.note_membership(range, at);
                    if T::ON {
                        self.look_further(code, range, start, at + 1, frame);
                    }
                    return Some(decisive);
                }
                Some(_) => {}
                None => unknown = true,
            }
        }
        if unknown | !self.range_complete(range) {
            return None;
        }
        Some(!decisive)
    }

    /// Notes on what it rests that a computed list has the item at `at`, whether or not the item was looked at.
    fn note_membership(&mut self, range: Range<'a>, at: usize) {
        if T::ON
            && let Range::List(List::Built(list)) = range
            && let Some(reasons) = list.item_reasons.get(at)
        {
            for member in reasons.iter().filter(|member| !member.kind.is_gap()) {
                self.trace.extend(std::slice::from_ref(member));
            }
        }
    }

    /// After an item decided: looks among the later ones for one that decides with fewer facts.
    fn look_further(&mut self, code: &Loop, range: Range<'a>, mark: usize, from: usize, frame: Option<&Frame<'_, 'a>>) {
        let decisive = code.kind == LoopKind::Exists;
        let is_free = code.predicate.is_none_or(|node| self.program.free.get(node as usize).copied().unwrap_or(true));
        for at in from..range.len() {
            let found = self.trace.since(mark).len();
            if found == 0 || (found == 1 && !is_free) {
                return;
            }
            let middle = self.trace.mark();
            let decided = self.on_the_side(|machine| {
                let decides = machine.ask(code, range, at, frame) == Some(decisive);
                if decides {
                    machine.note_presence(middle, range, at);
                }
                decides
            });
            self.note_membership(range, at);
            if decided && self.trace.since(middle).len() < found {
                self.trace.cut(mark, middle);
            } else {
                self.trace.truncate(middle);
            }
            if *self.trace.spare() == 0 {
                return;
            }
        }
    }

    fn range_complete(&mut self, range: Range<'a>) -> bool {
        match range {
            Range::List(list) => self.complete(list),
            Range::Map(_) => true,
        }
    }

    /// Needs every item: one unknown could be the second.
    fn exists_one(&mut self, code: &Loop, range: Range<'a>, frame: Option<&Frame<'_, 'a>>) -> Result<V<'a>, Stop> {
        let mut found = 0_usize;
        let mut unknown = false;
        for at in 0..range.len() {
            if self.is_hidden(range, at) {
                continue;
            }
            match self.ask(code, range, at, frame) {
                Some(true) => found += 1,
                Some(false) => {}
                None => unknown = true,
            }
        }
        if unknown | !self.range_complete(range) {
            return Err(Stop::Gap);
        }
        Ok(V::Bool(found == 1))
    }

    /// `filter`, `map`, `transformList`: a list whose items carry the facts they rest on.
    fn collect(&mut self, code: &Loop, range: Range<'a>, frame: Option<&Frame<'_, 'a>>) -> Result<V<'a>, Stop> {
        let start = self.trace.mark();
        let mut items = BumpVec::new_in(self.bump);
        let mut item_reasons: BumpVec<'a, &'a [Member]> = BumpVec::new_in(self.bump);
        let mut unknown = false;
        for at in 0..range.len() {
            if self.is_hidden(range, at) {
                continue;
            }
            self.charge_memory(size_of::<V<'_>>())?;
            let item_start = self.trace.mark();
            match self.ask(code, range, at, frame) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    unknown = true;
                    continue;
                }
            }
            let asked = self.trace.mark();
            let item = self.with_item(code, range, at, frame, |machine, inner| match code.transform {
                Some(transform) => machine.eval(transform, inner),
                None => machine.taken(inner),
            });
            self.note_presence(item_start, range, at);
            items.push(item);
            if T::ON {
                self.note_membership(range, at);
                item_reasons.push(self.bump.alloc_slice_copy(self.trace.since(item_start)));
                // The item itself does not bear on which items there are, only the condition does.
                self.trace.truncate(asked);
            }
        }
        let complete = self.range_complete(range) && !unknown;
        self.trace.keep(start, !complete);
        let shape_reasons = self.take_reasons(start);
        self.built(Built {
            items: items.into_bump_slice(),
            item_reasons: item_reasons.into_bump_slice(),
            shape_reasons,
            complete,
        })
    }

    /// The innermost loop variable itself.
    fn taken(&mut self, frame: Option<&Frame<'_, 'a>>) -> V<'a> {
        match frame {
            Some(frame) => {
                self.trace.extend(frame.reasons);
                frame.value
            }
            None => V::Unknown,
        }
    }

    fn transform_map(&mut self, code: &Loop, range: Range<'a>, frame: Option<&Frame<'_, 'a>>) -> Result<V<'a>, Stop> {
        let start = self.trace.mark();
        let mut entries = BumpVec::new_in(self.bump);
        let mut unknown = false;
        for at in 0..range.len() {
            if self.is_hidden(range, at) {
                continue;
            }
            self.charge_memory(2 * size_of::<V<'_>>())?;
            match self.ask(code, range, at, frame) {
                Some(true) => {}
                Some(false) => continue,
                None => {
                    unknown = true;
                    continue;
                }
            }
            let key = match range {
                Range::List(_) => V::Int(i64::try_from(at).unwrap_or(i64::MAX)),
                Range::Map(map) => map.entry(at).0,
            };
            let value = self.with_item(code, range, at, frame, |machine, inner| match code.transform {
                Some(transform) => machine.eval(transform, inner),
                None => machine.taken(inner),
            });
            unknown |= value.is_unknown();
            entries.push((key, value));
        }
        if unknown | !self.range_complete(range) {
            return Err(Stop::Gap);
        }
        let reasons = self.take_reasons(start);
        Ok(V::Map(Map::Built(self.bump.alloc(BuiltMap { entries: entries.into_bump_slice(), reasons }))))
    }
}
