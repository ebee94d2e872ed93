//! Recording which facts a result rests on.
//!
//! The evaluator is compiled once for each way of tracing: with [`Off`] nothing is recorded and nothing costs anything;
//! with [`Trail`] every fact that is read is appended to a list; a mask (`mask.rs`) hides facts. Each operation then keeps
//! only what its own result rests on. One rule carries it: after an operation, what it appended are known facts when its
//! result is known, and gaps when it is unknown.

use khien_model::NOT_OBSERVED;
use khien_model::reflect::RecordShape;
use smallvec::SmallVec;

use super::fault::Fault;
use crate::limits::{MAX_EXPLAIN_STEPS, MAX_PATH_STEPS};
use crate::outcome::{FactPath, Step};

/// A path into facts, as a position in [`Trail::paths`].
pub(crate) type PathId = u32;

/// The path of the fact set itself, and of everything when nothing is recorded.
pub(crate) const ROOT: PathId = u32::MAX;

/// One fact that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) path: PathId,
    pub(crate) kind: MemberKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MemberKind {
    /// Its value counts.
    Value,
    /// The list's length and completeness count.
    Items,
    /// That it is there counts.
    Present,
    /// It is unknown; why is found by reading it again.
    Gap,
    /// The list may lack items; why is found by reading it again.
    ListGap,
    /// The area is older than allowed.
    Stale,
    /// The area claims to be observed in the future.
    FromFuture,
    /// The parameter at this index has no value.
    Param(u32),
    /// `directive.issued` or a variable has no value.
    Missing,
    /// It could not be computed with.
    Fault(Fault),
}

impl MemberKind {
    pub(crate) fn is_gap(self) -> bool {
        !matches!(self, Self::Value | Self::Items | Self::Present)
    }
}

/// What the evaluator tells about its reading.
pub(crate) trait Trace {
    /// Whether anything is recorded.
    const ON: bool;
    /// The path one step below `parent`.
    fn path(&mut self, parent: PathId, step: Step) -> PathId;
    /// Notes a fact. False when a mask hides it: it then counts as unknown.
    fn note(&mut self, path: PathId, kind: MemberKind) -> bool;
    /// Whether something known of the item at `at` of the list at `list` was noted from `mark` on.
    fn touches(&self, mark: usize, list: PathId, at: usize) -> bool;
    /// Whether a mask shows that the item at `at` of the list at `list` is there: it shows the list or a part of the item.
    /// True without a mask.
    fn shows_item(&self, list: PathId, at: usize) -> bool;
    /// How much has been noted.
    fn mark(&self) -> usize;
    /// Forgets what was noted from `mark` on.
    fn truncate(&mut self, mark: usize);
    /// Forgets what was noted between two marks.
    fn cut(&mut self, from: usize, to: usize);
    /// Of what was noted from `mark` on, keeps the gaps; the known facts otherwise.
    fn keep(&mut self, mark: usize, gaps: bool);
    /// What was noted from `mark` on.
    fn since(&self, mark: usize) -> &[Member];
    /// Notes again what was noted before.
    fn extend(&mut self, members: &[Member]);
    /// Turns all noted from `mark` on into this fault; blames the check itself when nothing was.
    fn blame(&mut self, mark: usize, fault: Fault);
    /// The steps that may still be spent on looking for smaller sets.
    fn spare(&mut self) -> &mut u64;
}

/// Records nothing.
#[derive(Default)]
pub(crate) struct Off {
    /// Nothing is spared for looking further.
    spare: u64,
}

impl Trace for Off {
    const ON: bool = false;
    #[inline]
    fn path(&mut self, _parent: PathId, _step: Step) -> PathId {
        ROOT
    }
    #[inline]
    fn note(&mut self, _path: PathId, _kind: MemberKind) -> bool {
        true
    }
    #[inline]
    fn touches(&self, _mark: usize, _list: PathId, _at: usize) -> bool {
        true
    }
    #[inline]
    fn shows_item(&self, _list: PathId, _at: usize) -> bool {
        true
    }
    #[inline]
    fn mark(&self) -> usize {
        0
    }
    #[inline]
    fn truncate(&mut self, _mark: usize) {}
    #[inline]
    fn cut(&mut self, _from: usize, _to: usize) {}
    #[inline]
    fn keep(&mut self, _mark: usize, _gaps: bool) {}
    #[inline]
    fn since(&self, _mark: usize) -> &[Member] {
        &[]
    }
    #[inline]
    fn extend(&mut self, _members: &[Member]) {}
    #[inline]
    fn blame(&mut self, _mark: usize, _fault: Fault) {}
    #[inline]
    fn spare(&mut self) -> &mut u64 {
        &mut self.spare
    }
}

/// Records what was read.
pub(crate) struct Trail {
    /// Each with its parent and its packed step.
    paths: SmallVec<[(PathId, u32); TYPICAL_LENGTH]>,
    members: SmallVec<[Member; TYPICAL_LENGTH]>,
    areas: &'static RecordShape,
    spare: u64,
}

impl Trail {
    pub(crate) fn new(areas: &'static RecordShape) -> Self {
        Self { paths: SmallVec::new(), members: SmallVec::new(), areas, spare: MAX_EXPLAIN_STEPS }
    }

    pub(crate) fn members(&self) -> &[Member] {
        &self.members
    }

    /// The path with all its steps.
    pub(crate) fn resolve<'f>(&self, path: PathId) -> FactPath<'f> {
        let mut reversed = [0; MAX_PATH_STEPS];
        let mut length = 0;
        let mut at = path;
        while let Some((parent, step)) = self.paths.get(at as usize)
            && let Some(place) = reversed.get_mut(length)
        {
            *place = *step;
            length += 1;
            at = *parent;
        }
        if let Some(steps) = reversed.get_mut(..length) {
            steps.reverse();
        }
        FactPath::packed(self.areas, reversed, u8::try_from(length).unwrap_or(0))
    }
}

/// Most checks read no more facts than this.
const TYPICAL_LENGTH: usize = 16;

impl Trace for &mut Trail {
    const ON: bool = true;

    fn path(&mut self, parent: PathId, step: Step) -> PathId {
        let id = u32::try_from(self.paths.len()).unwrap_or(ROOT);
        self.paths.push((parent, step.pack()));
        id
    }

    fn note(&mut self, path: PathId, kind: MemberKind) -> bool {
        self.members.push(Member { path, kind });
        true
    }

    fn touches(&self, mark: usize, list: PathId, at: usize) -> bool {
        let wanted = (list, Step::Item(at).pack());
        self.since(mark).iter().filter(|member| !member.kind.is_gap()).any(|member| {
            let mut path = member.path;
            while let Some(&(parent, step)) = self.paths.get(path as usize) {
                if (parent, step) == wanted {
                    return true;
                }
                path = parent;
            }
            false
        })
    }

    #[inline]
    fn shows_item(&self, _list: PathId, _at: usize) -> bool {
        true
    }

    fn mark(&self) -> usize {
        self.members.len()
    }

    fn truncate(&mut self, mark: usize) {
        self.members.truncate(mark);
    }

    fn cut(&mut self, from: usize, to: usize) {
        if from < to {
            self.members.drain(from..to);
        }
    }

    fn keep(&mut self, mark: usize, gaps: bool) {
        let mut at = 0;
        self.members.retain(|member| {
            at += 1;
            at <= mark || member.kind.is_gap() == gaps
        });
    }

    fn since(&self, mark: usize) -> &[Member] {
        self.members.get(mark..).unwrap_or_default()
    }

    fn extend(&mut self, members: &[Member]) {
        self.members.extend_from_slice(members);
    }

    fn blame(&mut self, mark: usize, fault: Fault) {
        if self.members.len() == mark {
            self.members.push(Member { path: ROOT, kind: MemberKind::Fault(fault) });
        }
        for member in &mut self.members[mark..] {
            member.kind = MemberKind::Fault(fault);
        }
    }

    fn spare(&mut self) -> &mut u64 {
        &mut self.spare
    }
}

/// The gap of something that nobody gave.
pub(crate) fn missing() -> &'static khien_model::Gap {
    &NOT_OBSERVED
}
