//! Evaluating as if only some facts were known, to see whether they suffice.

use smallvec::SmallVec;

use super::explain::Full;
use super::fault::Fault;
use super::trace::{Member, MemberKind, PathId, ROOT, Trace};
use crate::outcome::{FactPath, Step};

/// Facts arranged by their paths, each shown or hidden. Every fact that is not among them is hidden too.
pub(super) struct Mask {
    /// Level by level, the children of one in a row and ascending; the first is the fact set itself.
    places: SmallVec<[Place; TYPICAL_PLACES]>,
}

/// Most verdicts rest on a few facts, each a few steps deep.
const TYPICAL_PLACES: usize = 16;

/// What stands for every path on which there is no fact of the mask.
const NOWHERE: PathId = ROOT - 1;

#[derive(Clone, Copy, Default)]
struct Place {
    step: u32,
    first_child: u32,
    children: u32,
    /// How many facts are shown here and below.
    shown: u32,
    /// One bit for each kind of fact that is shown here.
    kinds: u8,
}

/// A place whose children are yet to be laid out, with the facts at and below it.
struct Open {
    from: usize,
    to: usize,
    depth: usize,
}

/// The bit of a known fact's kind; none for gaps, which a mask cannot hide.
fn bit(kind: MemberKind) -> u8 {
    match kind {
        MemberKind::Value => 1,
        MemberKind::Items => 2,
        MemberKind::Present => 4,
        _ => 0,
    }
}

impl Mask {
    /// Shows these facts and no others.
    pub(super) fn new(facts: &[Full<'_>]) -> Self {
        let mut sorted: SmallVec<[&[u32]; TYPICAL_PLACES]> =
            facts.iter().map(|(path, _)| path.packed_steps()).collect();
        sorted.sort_unstable();
        let mut places = SmallVec::from_elem(Place::default(), 1);
        let mut open: SmallVec<[Open; TYPICAL_PLACES]> = SmallVec::new();
        open.push(Open { from: 0, to: sorted.len(), depth: 0 });
        let mut at = 0;
        while let Some(&Open { from, to, depth }) = open.get(at) {
            let first_child = places.len();
            for (number, path) in (from..to).zip(sorted.get(from..to).unwrap_or_default()) {
                let Some(&step) = path.get(depth) else { continue };
                match (places.get(first_child..).and_then(<[Place]>::last), open.last_mut()) {
                    (Some(last), Some(open)) if last.step == step => open.to = number + 1,
                    _ => {
                        places.push(Place { step, ..Place::default() });
                        open.push(Open { from: number, to: number + 1, depth: depth + 1 });
                    }
                }
            }
            let children = places.len() - first_child;
            if let Some(place) = places.get_mut(at) {
                place.first_child = u32::try_from(first_child).unwrap_or(NOWHERE);
                place.children = u32::try_from(children).unwrap_or(0);
            }
            at += 1;
        }
        let mut mask = Self { places };
        for fact in facts {
            mask.show(fact);
        }
        mask
    }

    /// Shows a fact, which must be among those the mask was made of and hidden.
    pub(super) fn show(&mut self, fact: &Full<'_>) {
        self.change(fact, |place, here| {
            place.shown += 1;
            place.kinds |= here;
        });
    }

    /// Hides a fact, which must be among those the mask was made of and shown.
    pub(super) fn hide(&mut self, fact: &Full<'_>) {
        self.change(fact, |place, here| {
            place.shown -= 1;
            place.kinds &= !here;
        });
    }

    /// Applies `change` to the places along a path, with the fact's bit at its end and none before.
    fn change(&mut self, (path, kind): &(FactPath<'_>, MemberKind), change: impl Fn(&mut Place, u8)) {
        let steps = path.packed_steps();
        let mut at = 0;
        for taken in 0..=steps.len() {
            let here = if taken == steps.len() { bit(*kind) } else { 0 };
            let Some(place) = self.places.get_mut(at as usize) else { return };
            change(place, here);
            if let Some(step) = steps.get(taken) {
                at = self.child(at, *step);
            }
        }
    }

    fn place(&self, path: PathId) -> Option<&Place> {
        self.places.get(if path == ROOT { 0 } else { path as usize })
    }

    /// The place one step below another.
    fn child(&self, parent: PathId, step: u32) -> PathId {
        let found = self.place(parent).and_then(|place| {
            let first = place.first_child as usize;
            let children = self.places.get(first..first + place.children as usize)?;
            children.binary_search_by_key(&step, |child| child.step).ok()
        });
        match (found.map(u32::try_from), self.place(parent)) {
            (Some(Ok(found)), Some(place)) => place.first_child + found,
            _ => NOWHERE,
        }
    }
}

/// Records nothing, but hides.
pub(super) struct Masked<'m> {
    mask: &'m Mask,
    /// No smaller sets are looked for.
    spare: u64,
}

impl<'m> Masked<'m> {
    pub(super) fn new(mask: &'m Mask) -> Self {
        Self { mask, spare: 0 }
    }
}

impl Trace for Masked<'_> {
    const ON: bool = false;

    fn path(&mut self, parent: PathId, step: Step) -> PathId {
        self.mask.child(parent, step.pack())
    }

    fn note(&mut self, path: PathId, kind: MemberKind) -> bool {
        kind.is_gap() || self.mask.place(path).is_some_and(|place| place.kinds & bit(kind) != 0)
    }

    fn shows_item(&self, list: PathId, at: usize) -> bool {
        let shows = |path, is_wanted: fn(&Place) -> bool| self.mask.place(path).is_some_and(is_wanted);
        shows(list, |list| list.kinds & bit(MemberKind::Items) != 0)
            || shows(self.mask.child(list, Step::Item(at).pack()), |item| item.shown != 0)
    }

    fn touches(&self, _mark: usize, _list: PathId, _at: usize) -> bool {
        true
    }
    fn mark(&self) -> usize {
        0
    }
    fn truncate(&mut self, _mark: usize) {}
    fn cut(&mut self, _from: usize, _to: usize) {}
    fn keep(&mut self, _mark: usize, _gaps: bool) {}
    fn since(&self, _mark: usize) -> &[Member] {
        &[]
    }
    fn extend(&mut self, _members: &[Member]) {}
    fn blame(&mut self, _mark: usize, _fault: Fault) {}
    fn spare(&mut self) -> &mut u64 {
        &mut self.spare
    }
}
