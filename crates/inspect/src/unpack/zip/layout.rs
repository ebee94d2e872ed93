//! What is where in a ZIP: every directory is followed, and what none of them covers is searched for headers.
//!
//! Programs disagree on where a ZIP begins: the last end record, the first one, the local headers one after the other. All
//! of their views are put together here, and where they differ is told.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::ranges::Ranges;
use super::records::{CENTRAL, Central, DESCRIPTOR, END, End, Header, LOCAL, Local};
use crate::bytes::{find_in, find_last_in, piece, size, stands, u32_le, u64_le};
use crate::kinds::archives::{ZIP_HEADERS_DIFFER, ZIP_ONE_LIST, ZIP_OVERLAP, ZIP_SEVERAL_DIRECTORIES};
use crate::{Kind, Limit, Reason};

/// How many end records are followed.
pub(super) const MAX_END_RECORDS: usize = 64;
/// How many records of directories and local headers are read.
pub(super) const MAX_RECORDS: usize = 100_000;
/// What the signatures of packages of Android end with; they stand before the directory.
const ANDROID_SIGNATURE: &[u8] = b"APK Sig Block 42";

/// Something odd: its kind, where it is, what it says.
pub(super) struct Oddity {
    pub(super) kind: &'static Kind,
    pub(super) at: usize,
    pub(super) text: String,
}

/// One entry: where its local header is, and everything said of it.
pub(super) struct Entry<'z> {
    pub(super) local: Local<'z>,
    /// What directories say of it, each only once.
    pub(super) centrals: Vec<Central<'z>>,
}

impl<'z> Entry<'z> {
    /// Every header that says how to unpack it, the one that most programs go by first.
    pub(super) fn views(&self) -> Vec<&Header<'z>> {
        let mut views: Vec<&Header<'z>> = Vec::new();
        let local = Some(&self.local.header).filter(|local| self.centrals.is_empty() || !is_blank(local));
        for header in self.centrals.iter().map(|central| &central.header).chain(local) {
            let same = |known: &&Header<'_>| {
                known.method == header.method
                    && known.packed == header.packed
                    && known.is_encrypted() == header.is_encrypted()
            };
            if !views.iter().any(same) {
                views.push(header);
            }
        }
        views
    }

    /// The bytes of its content by `header`, as far as they are there.
    pub(super) fn content(&self, header: &Header<'_>, bytes: usize) -> Range<usize> {
        let end = self.local.data_at.saturating_add(size(header.packed)).min(bytes);
        self.local.data_at.min(end)..end
    }
}

/// Whether a local header leaves what it says to the record behind the content, or to an encrypted directory.
fn is_blank(local: &Header<'_>) -> bool {
    local.is_masked() || (local.is_streamed() && local.packed == 0)
}

/// What is where in a ZIP.
pub(super) struct Layout<'z> {
    bytes: &'z [u8],
    covered: Ranges,
    /// By the place of the local header.
    pub(super) entries: BTreeMap<usize, Entry<'z>>,
    /// Records of directories whose local header is not there.
    pub(super) lost: Vec<Central<'z>>,
    /// The comments of end records.
    comments: Vec<Range<usize>>,
    directories: BTreeSet<usize>,
    records: usize,
    end_records: usize,
    pub(super) oddities: Vec<Oddity>,
    pub(super) reasons: Vec<Reason>,
}

impl<'z> Layout<'z> {
    /// Reads `bytes`.
    pub(super) fn of(bytes: &'z [u8]) -> Self {
        let mut layout = Self {
            bytes,
            covered: Ranges::default(),
            entries: BTreeMap::new(),
            lost: Vec::new(),
            comments: Vec::new(),
            directories: BTreeSet::new(),
            records: 0,
            end_records: 0,
            oddities: Vec::new(),
            reasons: Vec::new(),
        };
        layout.follow_end_records();
        layout.follow_loose_directories();
        layout.find_entries();
        layout.cover_comments();
        layout.find_overlaps();
        layout
    }

    /// The bytes that belong to nothing, and are not filled with zeros alone.
    pub(super) fn unaccounted(&self) -> Vec<Range<usize>> {
        let mut gaps = self.covered.gaps(self.bytes.len());
        gaps.retain(|gap| {
            let bytes = self.bytes.get(gap.clone()).unwrap_or_default();
            !bytes.ends_with(ANDROID_SIGNATURE) && bytes.iter().any(|byte| *byte != 0)
        });
        gaps
    }

    fn odd(&mut self, kind: &'static Kind, at: usize, text: impl Into<String>) {
        self.oddities.push(Oddity { kind, at, text: text.into() });
    }

    /// Counts a record; says so if there are too many.
    fn takes_record(&mut self) -> bool {
        self.records += 1;
        if self.records > MAX_RECORDS {
            let reason = Reason::limit(Limit::Reader, MAX_RECORDS as u64);
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
        self.records <= MAX_RECORDS
    }

    /// Follows every end record that lies in no entry, from the last to the first.
    fn follow_end_records(&mut self) {
        let mut below = self.bytes.len();
        while let Some(at) = self.last_end_record(below) {
            below = at;
            if self.end_records == MAX_END_RECORDS {
                self.reasons.push(Reason::limit(Limit::Reader, MAX_END_RECORDS as u64));
                return;
            }
            let ends = End::at(self.bytes, at);
            let Some(first) = ends.first() else { continue };
            self.end_records += 1;
            if self.end_records > 1 {
                self.odd(&ZIP_SEVERAL_DIRECTORIES, at, format!("end record at {at}"));
            }
            self.covered.add(first.at..first.reaches);
            self.comments.push(first.reaches..first.reaches.saturating_add(first.comment_bytes));
            for end in &ends {
                self.follow(end);
            }
        }
        if self.end_records == 0 {
            self.reasons.push(Reason::incomplete("the end record of the ZIP"));
        }
    }

    fn last_end_record(&self, below: usize) -> Option<usize> {
        let gaps = self.covered.gaps(below);
        gaps.into_iter().rev().find_map(|gap| find_last_in(self.bytes, END, gap))
    }

    /// Follows an end record to its directory: before the record, and where the record says it is.
    fn follow(&mut self, end: &End) {
        if end.is_split {
            self.reasons.push(Reason::incomplete("the other parts of a split ZIP"));
        }
        if end.entries == 0 && end.directory_bytes == 0 {
            return;
        }
        let said = size(end.directory_at);
        let before = end.at.checked_sub(size(end.directory_bytes));
        let mut starts: Vec<usize> = before.into_iter().chain([said]).collect();
        starts.dedup();
        starts.retain(|start| stands(self.bytes, *start, CENTRAL));
        if starts.is_empty() {
            let text = format!("the end record at {} points to no directory", end.at);
            self.odd(&ZIP_HEADERS_DIFFER, end.at, text);
        }
        if starts.len() > 1 {
            self.odd(&ZIP_SEVERAL_DIRECTORIES, end.at, format!("directories at {starts:?}"));
        }
        for start in starts {
            // Data in front of the ZIP moves everything; then offsets count from where the ZIP begins.
            let moved = if start == said { 0 } else { start.wrapping_sub(said) };
            let Some(count) = self.follow_directory(start, moved) else { continue };
            if count != end.entries && count & 0xffff != end.entries {
                let text = format!("the end record counts {} entries, the directory has {count}", end.entries);
                self.odd(&ZIP_HEADERS_DIFFER, end.at, text);
            }
        }
    }

    /// Reads the directory at `start`, whose offsets are `moved`: how many records it has, unless it was read before.
    fn follow_directory(&mut self, start: usize, moved: usize) -> Option<u64> {
        if !self.directories.insert(start) {
            return None;
        }
        let mut at = start;
        let mut count = 0;
        while let Some(central) = Central::at(self.bytes, at) {
            if !self.takes_record() {
                break;
            }
            at = central.end.min(self.bytes.len());
            count += 1;
            self.add(central, moved);
        }
        self.covered.add(start..at);
        Some(count)
    }

    /// Puts a record of a directory to its local header.
    fn add(&mut self, central: Central<'z>, moved: usize) {
        if central.disk != 0 && central.disk != u32::from(u16::MAX) {
            let reason = Reason::incomplete(format!("disk {} of a split ZIP", central.disk));
            if !self.reasons.contains(&reason) {
                self.reasons.push(reason);
            }
        }
        let said = size(central.offset);
        let places = [said.wrapping_add(moved), said];
        let found = places.into_iter().find_map(|at| Some((at, self.local_at(at)?)));
        let Some((at, local)) = found else {
            let text = format!("the directory says that a header is at {said}");
            self.odd(&ZIP_ONE_LIST, said.min(self.bytes.len()), text);
            self.lost.push(central);
            return;
        };
        let entry = self.entries.entry(at).or_insert_with(|| Entry { local, centrals: Vec::new() });
        let fresh = entry.centrals.iter().all(|known| known.header != central.header);
        if fresh {
            let range = entry.content(&central.header, self.bytes.len());
            let shorter = Some(&entry.local.header).filter(|local| !is_blank(local));
            let shorter = shorter.map(|local| entry.content(local, self.bytes.len()));
            let end = shorter.map_or(range.end, |shorter| range.end.min(shorter.end));
            let header = central.header.clone();
            entry.centrals.push(central);
            let streamed = entry.local.header.is_streamed() || header.is_streamed();
            self.covered.add(at..end);
            self.check_descriptor(&header, range.end, streamed);
        }
    }

    fn local_at(&self, at: usize) -> Option<Local<'z>> {
        match self.entries.get(&at) {
            Some(entry) => Some(entry.local.clone()),
            None => Local::at(self.bytes, at),
        }
    }

    /// Looks at the record behind a content: whether it says what the directory says.
    fn check_descriptor(&mut self, header: &Header<'_>, at: usize, streamed: bool) {
        let marked = stands(self.bytes, at, DESCRIPTOR);
        let fields = if marked { at + 4 } else { at };
        let narrow = [u32_le(self.bytes, fields + 4).map(u64::from), u32_le(self.bytes, fields + 8).map(u64::from)];
        let wide = [u64_le(self.bytes, fields + 4), u64_le(self.bytes, fields + 12)];
        let said = [Some(header.packed), Some(header.unpacked)];
        let same_sum = u32_le(self.bytes, fields) == Some(header.checksum);
        if same_sum && wide == said {
            self.covered.add(at..fields + 20);
        } else if (same_sum && narrow == said) || (header.aes.is_some() && marked && narrow == said) {
            self.covered.add(at..fields + 12);
        } else if marked && streamed {
            self.covered.add(at..(fields + 12).min(self.bytes.len()));
            self.odd(&ZIP_HEADERS_DIFFER, at, "the record behind the content says other sizes than the directory");
        }
    }

    /// Reads directories to which no end record leads.
    fn follow_loose_directories(&mut self) {
        for gap in self.covered.gaps(self.bytes.len()) {
            let mut from = gap.start;
            while let Some(at) = find_in(self.bytes, CENTRAL, from..gap.end) {
                let records = self.records;
                if Central::at(self.bytes, at).is_some() && self.follow_directory(at, 0).is_some() {
                    self.odd(&ZIP_SEVERAL_DIRECTORIES, at, format!("a directory without an end record at {at}"));
                }
                if self.records > MAX_RECORDS {
                    return;
                }
                // A directory that was read is passed over record by record: its own names may look like records.
                from = if self.records > records { self.end_of_directory(at) } else { at + 4 };
            }
        }
    }

    fn end_of_directory(&self, start: usize) -> usize {
        let mut at = start;
        while let Some(central) = Central::at(self.bytes, at) {
            at = central.end;
        }
        at.max(start + 4)
    }

    /// Finds local headers that no directory knows.
    fn find_entries(&mut self) {
        for gap in self.covered.gaps(self.bytes.len()) {
            let mut from = gap.start;
            while let Some(at) = find_in(self.bytes, LOCAL, from..gap.end) {
                from = at + 4;
                let Some(mut local) = Local::at(self.bytes, at).filter(is_plausible) else { continue };
                if !self.takes_record() {
                    return;
                }
                let next = self.complete(&mut local).max(at + 4);
                from = next;
                self.covered.add(at..next);
                if self.end_records > 0 {
                    self.odd(&ZIP_ONE_LIST, at, "a header that is in no directory");
                }
                self.entries.entry(at).or_insert(Entry { local, centrals: Vec::new() });
            }
        }
    }

    /// Completes a local header that no directory knows by the record behind its content; gives where the next record may begin.
    fn complete(&self, local: &mut Local<'_>) -> usize {
        let (bytes, start) = (self.bytes, local.data_at);
        let header = &mut local.header;
        if !is_blank(header) {
            return start.saturating_add(size(header.packed)).min(bytes.len());
        }
        let mut from = start;
        let mut end = bytes.len();
        while let Some(mark) = find_in(bytes, b"PK", from..bytes.len()) {
            let length = (mark - start) as u64;
            let narrow = u32_le(bytes, mark + 8).map(u64::from).zip(u32_le(bytes, mark + 12).map(u64::from));
            let wide = u64_le(bytes, mark + 8).zip(u64_le(bytes, mark + 16));
            if stands(bytes, mark, DESCRIPTOR) {
                for (sizes, bytes_of_it) in [(wide, 24), (narrow, 16)] {
                    if let Some((packed, unpacked)) = sizes.filter(|(packed, _)| *packed == length) {
                        header.packed = packed;
                        header.unpacked = unpacked;
                        header.checksum = u32_le(bytes, mark + 4).unwrap_or_default();
                        return mark + bytes_of_it;
                    }
                }
            } else if [LOCAL, CENTRAL, END].iter().any(|known| stands(bytes, mark, known)) {
                end = mark;
                break;
            }
            from = mark + 2;
        }
        header.packed = (end - start) as u64;
        header.unpacked = u64::MAX;
        header.is_bare = true;
        end
    }

    /// A comment that is text is what it says; another one stays unaccounted for.
    fn cover_comments(&mut self) {
        for comment in std::mem::take(&mut self.comments) {
            let text = piece(self.bytes, comment.start, comment.len());
            if text.is_some_and(|text| text.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace())) {
                self.covered.add(comment);
            }
        }
    }

    /// Entries that begin before another one ends.
    fn find_overlaps(&mut self) {
        let mut reached = 0;
        let mut overlaps = Vec::new();
        for (at, entry) in &self.entries {
            if *at < reached {
                overlaps.push(*at);
            }
            for header in entry.views() {
                reached = reached.max(entry.content(header, self.bytes.len()).end);
            }
        }
        if let Some(first) = overlaps.first() {
            self.odd(&ZIP_OVERLAP, *first, format!("{} entries begin within another one", overlaps.len()));
        }
    }
}

/// Whether what looks like a local header is one: the same four bytes may stand in any data.
fn is_plausible(local: &Local<'_>) -> bool {
    !local.header.raw_name.is_empty() && local.header.method <= 99
}
