//! The walk through a file: each thing in it becomes a node, is named, typed, looked at and opened.

mod counted;

use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

pub(crate) use self::counted::Counted;
use crate::finding::evidence;
use crate::{
    Effect, FileType, Finding, Inspection, Kind, Limit, Limits, Location, Node, Policy, Reason, Rules, detect,
    file_type, unpack,
};

/// What stands between the names of a path: no file name has it.
const WITHIN: &str = " › ";

/// How many bytes are unpacked between two looks at the limits.
const STEP_BYTES: usize = 64 * 1024;

/// How much of a thing is looked at when as much was unpacked as may be: enough to know most programs by. Without this bound
/// every further thing would cost a whole step, and a small file can hold as many of them as there may be nodes.
const HEAD_BYTES: u64 = 1024;

/// What an inspection goes by, besides the file.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The rules that look at every node.
    pub rules: &'c dyn Rules,
    /// How much is looked at.
    pub limits: &'c Limits,
    /// What the organisation thinks of findings.
    pub policy: &'c Policy,
    /// Passwords to try: an operator's list, the words of the mail that a file came with.
    pub passwords: &'c [String],
}

/// Looks into a file.
pub fn inspect(name: &str, bytes: &[u8], context: &Context<'_>) -> Inspection {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut walk = Walk::new(context, size);
    let root = Arrival { parent: None, within: &[], name, how: "", depth: 0, expected: false, stated: None };
    if size > context.limits.input_bytes {
        let node = walk.enter(&root, Vec::new(), Some(size));
        walk.add_reason(node, Reason::limit(Limit::InputBytes, context.limits.input_bytes));
    } else {
        walk.look(&root, &Unpacked { bytes: Cow::Borrowed(bytes), cut: None });
    }
    walk.judged(bytes)
}

/// SHA-256 in lower-case hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The thing that is looked at: what detectors and openers see of it.
#[derive(Clone, Copy)]
pub(crate) struct Part<'p> {
    /// Its name, as its container has it.
    pub(crate) name: &'p str,
    /// What it holds.
    pub(crate) bytes: &'p [u8],
    /// Every type that it is.
    pub(crate) types: &'p [FileType],
    /// The types of what it lies in; none for the file itself.
    pub(crate) within: &'p [FileType],
}

/// Something unpacked, for which the limits were asked.
pub(crate) struct Unpacked<'p> {
    bytes: Cow<'p, [u8]>,
    /// Why it is not all there is.
    cut: Option<Reason>,
}

impl Unpacked<'_> {
    /// What was unpacked.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Why it is not all there is.
    pub(crate) fn cut(&self) -> Option<&Reason> {
        self.cut.as_ref()
    }

    /// The same, with a reason why it is not all there is; the first reason stays.
    pub(crate) fn cut_short(mut self, reason: Reason) -> Self {
        self.cut.get_or_insert(reason);
        self
    }
}

/// How a thing comes into the tree.
struct Arrival<'a> {
    parent: Option<usize>,
    within: &'a [FileType],
    name: &'a str,
    how: &'static str,
    depth: usize,
    /// Data of no known type is expected there.
    expected: bool,
    /// What its container says that it is, where its bytes alone do not tell.
    stated: Option<FileType>,
}

/// The state of one inspection.
struct Walk<'c> {
    context: Context<'c>,
    /// How many bytes may be unpacked, and how many were.
    allowed: u64,
    spent: u64,
    /// How many passwords were tried.
    tries: usize,
    /// Passwords that a node suggests for what lies in it, those of the innermost last.
    suggested: Vec<String>,
    nodes: Vec<Node>,
    findings: Vec<Finding>,
}

impl<'c> Walk<'c> {
    /// A walk that has not begun, through a file of `size` bytes.
    fn new(context: &Context<'c>, size: u64) -> Self {
        Self {
            context: *context,
            allowed: context.limits.unpacked_of(size),
            spent: 0,
            tries: 0,
            suggested: Vec::new(),
            nodes: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// What it comes to for these bytes.
    fn judged(self, bytes: &[u8]) -> Inspection {
        // The file was hashed as the first node, unless it was too large to be looked at.
        let hashed = self.nodes.first().and_then(|file| file.sha256.clone());
        let hash = hashed.unwrap_or_else(|| sha256(bytes));
        Inspection::judged(hash, self.context.rules.id().to_owned(), self.nodes, self.findings)
    }

    /// Adds a node. Beyond the limit of nodes there is none: the one it lies in says so, and takes its reasons.
    fn enter(&mut self, arrival: &Arrival<'_>, types: Vec<FileType>, size: Option<u64>) -> usize {
        let limits = self.context.limits;
        if let Some(parent) = arrival.parent.filter(|_| self.nodes.len() >= limits.nodes) {
            self.add_reason(parent, Reason::limit(Limit::Nodes, limits.nodes as u64));
            return parent;
        }
        let name = shortened(arrival.name, limits.name_bytes);
        let above = arrival.parent.and_then(|parent| self.nodes.get(parent)).map(|node| node.path.as_str());
        let path = above.map_or_else(|| evidence(name), |above| format!("{above}{WITHIN}{}", evidence(name)));
        self.nodes.push(Node {
            path,
            name: name.to_owned(),
            parent: arrival.parent,
            how: Cow::Borrowed(arrival.how),
            types,
            size,
            sha256: None,
            not_inspected: Vec::new(),
        });
        let node = self.nodes.len() - 1;
        if name.len() < arrival.name.len() {
            self.add_reason(node, Reason::limit(Limit::NameBytes, limits.name_bytes as u64));
        }
        node
    }

    /// Looks at one thing and at everything in it.
    fn look(&mut self, arrival: &Arrival<'_>, unpacked: &Unpacked<'_>) {
        if arrival.parent.is_some() && self.nodes.len() >= self.context.limits.nodes {
            self.enter(arrival, Vec::new(), None);
            return;
        }
        let recognised = || file_type::identify(arrival.name, unpacked.bytes());
        let types = arrival.stated.map_or_else(recognised, |stated| vec![stated]);
        self.look_as(arrival, unpacked, &types);
    }

    /// The same, for a thing whose types are known.
    fn look_as(&mut self, arrival: &Arrival<'_>, unpacked: &Unpacked<'_>, types: &[FileType]) {
        let bytes = unpacked.bytes();
        let node = self.enter(arrival, types.to_vec(), Some(bytes.len() as u64));
        if let Some(entered) = self.nodes.get_mut(node) {
            entered.sha256 = Some(sha256(bytes));
        }
        if let Some(reason) = &unpacked.cut {
            self.add_reason(node, reason.clone());
        }
        let part = Part { name: arrival.name, bytes, types, within: arrival.within };
        self.context.rules.see(&self.nodes, node, bytes);
        self.ask_rules(node, &part);
        let suggested = self.suggested.len();
        let mut inside = Inside { walk: self, node, depth: arrival.depth, types };
        if arrival.expected {
            detect::piece(&part, &mut inside);
        } else {
            detect::name(&part, &mut inside);
        }
        for detector in detect::detectors(types) {
            detector(&part, &mut inside);
        }
        for opener in unpack::openers(types) {
            if let Err(reason) = opener(&part, &mut inside) {
                inside.reason(reason);
            }
        }
        self.suggested.truncate(suggested);
        if types.is_empty() && !arrival.expected && !bytes.is_empty() {
            self.add_reason(node, Reason::UnknownType);
        }
    }

    fn ask_rules(&mut self, node: usize, part: &Part<'_>) {
        match self.context.rules.scan(part.bytes, part.types, part.name) {
            Ok(hits) => {
                for hit in hits {
                    let id = format!("rule:{}", hit.rule);
                    let effect = self.context.policy.effect(&id, hit.effect);
                    self.add_finding(Finding {
                        id,
                        effect,
                        node,
                        location: Location::Offset(hit.offset),
                        evidence: evidence(&hit.evidence),
                        attack: hit.attack,
                        title_vi: hit.title_vi,
                        title_en: hit.title_en,
                        fix_vi: hit.fix_vi,
                        fix_en: hit.fix_en,
                    });
                }
            }
            Err(reason) => self.add_reason(node, reason),
        }
    }

    /// Keeps a finding, each only once. Beyond the limit of findings the graver ones take the places of notes.
    fn add_finding(&mut self, finding: Finding) {
        if self.findings.contains(&finding) {
            return;
        }
        if self.findings.len() < self.context.limits.findings {
            self.findings.push(finding);
            return;
        }
        let node = finding.node;
        let mildest = self.findings.iter_mut().rev().min_by_key(|kept| kept.effect);
        if let Some(kept) = mildest.filter(|kept| kept.effect < finding.effect) {
            *kept = finding;
        }
        self.add_reason(node, Reason::limit(Limit::Findings, self.context.limits.findings as u64));
    }

    fn add_reason(&mut self, node: usize, reason: Reason) {
        if let Some(node) = self.nodes.get_mut(node)
            && !node.not_inspected.contains(&reason)
        {
            node.not_inspected.push(reason);
        }
    }

    /// How much one thing may still unpack to, and which limit is behind that.
    fn room(&self) -> (u64, Reason) {
        let limits = self.context.limits;
        let left = self.allowed.saturating_sub(self.spent);
        if limits.node_bytes <= left {
            (limits.node_bytes, Reason::limit(Limit::NodeBytes, limits.node_bytes))
        } else if self.allowed == limits.unpacked_bytes {
            (left, Reason::limit(Limit::UnpackedBytes, limits.unpacked_bytes))
        } else {
            (left, Reason::limit(Limit::Ratio, limits.ratio))
        }
    }

    fn spend(&mut self, bytes: usize) {
        self.spent = self.spent.saturating_add(bytes as u64);
    }
}

/// `name`, cut between two letters to at most `bytes` bytes.
fn shortened(name: &str, bytes: usize) -> &str {
    name.get(..name.floor_char_boundary(bytes)).unwrap_or_default()
}

/// One node from within: what detectors and openers do with what they find.
pub(crate) struct Inside<'w, 'c> {
    walk: &'w mut Walk<'c>,
    node: usize,
    depth: usize,
    types: &'w [FileType],
}

impl<'w> Inside<'w, '_> {
    /// Keeps a finding of this node.
    pub(crate) fn found(&mut self, kind: &'static Kind, location: Location, text: impl AsRef<str>) {
        let effect = self.walk.context.policy.effect_of(kind);
        self.found_with(kind, effect, location, text.as_ref());
    }

    fn found_with(&mut self, kind: &'static Kind, effect: Effect, location: Location, text: &str) {
        self.walk.add_finding(Finding {
            id: kind.id.to_owned(),
            effect,
            node: self.node,
            location,
            evidence: evidence(text),
            attack: kind.attack.map(str::to_owned),
            title_vi: kind.title.vi.to_owned(),
            title_en: kind.title.en.to_owned(),
            fix_vi: kind.fix.vi.to_owned(),
            fix_en: kind.fix.en.to_owned(),
        });
    }

    /// Says why this node, or something in it that has no node of its own, was not looked into.
    pub(crate) fn reason(&mut self, reason: Reason) {
        self.walk.add_reason(self.node, reason);
    }

    /// Says that something in this node was not opened. `size` in bytes, if it says.
    pub(crate) fn unopened(&mut self, name: &str, how: &'static str, size: Option<u64>, reason: Reason) {
        let is_full = self.is_full();
        let arrival = self.arrival(name, how, true);
        let node = self.walk.enter(&arrival, Vec::new(), size);
        self.walk.add_reason(node, reason);
        if !is_full {
            let part = Part { name, bytes: &[], types: &[], within: self.types };
            let mut inside = Inside { walk: self.walk, node, depth: self.depth + 1, types: &[] };
            detect::name_unopened(&part, &mut inside);
        }
    }

    /// Looks into something in this node that may be anything.
    pub(crate) fn child(&mut self, name: &str, how: &'static str, unpacked: &Unpacked<'_>) {
        self.descend(&self.arrival(name, how, false), unpacked);
    }

    /// Looks into a part of a format that is read here, in which data of no type of its own is expected.
    pub(crate) fn piece(&mut self, name: &str, how: &'static str, unpacked: &Unpacked<'_>) {
        self.descend(&self.arrival(name, how, true), unpacked);
    }

    /// Looks into a part of a format that says what type it is, because its bytes alone do not: the source of a macro.
    pub(crate) fn piece_of(&mut self, own: FileType, name: &str, how: &'static str, unpacked: &Unpacked<'_>) {
        self.descend(&Arrival { stated: Some(own), ..self.arrival(name, how, true) }, unpacked);
    }

    fn descend(&mut self, arrival: &Arrival<'_>, unpacked: &Unpacked<'_>) {
        let limits = self.walk.context.limits;
        if self.depth >= limits.depth {
            let size = Some(unpacked.bytes().len() as u64);
            self.unopened(arrival.name, arrival.how, size, Reason::limit(Limit::Depth, limits.depth as u64));
            return;
        }
        self.walk.look(arrival, unpacked);
    }

    fn arrival<'a>(&self, name: &'a str, how: &'static str, expected: bool) -> Arrival<'a>
    where
        'w: 'a,
    {
        Arrival {
            parent: Some(self.node),
            within: self.types,
            name,
            how,
            depth: self.depth + 1,
            expected,
            stated: None,
        }
    }

    /// Unpacks `packed` through `decoder`, as far as the limits go: one step too many is said, and so is a mistake in it.
    pub(crate) fn unpack<'p, R: Read>(
        &mut self,
        packed: &'p [u8],
        decoder: impl FnOnce(Counted<'p>) -> R,
    ) -> Unpacked<'static> {
        let taken = Rc::new(Cell::new(0));
        let reader = decoder(Counted::new(packed, Rc::clone(&taken)));
        self.read(reader, || taken.get())
    }

    /// Reads what `reader` unpacks, as far as the limits go; `taken` tells how many packed bytes it has used so far.
    pub(crate) fn read(&mut self, mut reader: impl Read, taken: impl Fn() -> u64) -> Unpacked<'static> {
        let limits = self.walk.context.limits;
        let (room, full) = self.walk.room();
        let mut bytes = Vec::new();
        // One byte more than there is room for tells that there is more.
        let most = usize::try_from(room.max(HEAD_BYTES).saturating_add(1)).unwrap_or(usize::MAX);
        let mut step = vec![0; STEP_BYTES.min(most)];
        let cut = loop {
            let read = match reader.read(&mut step) {
                Ok(0) => break None,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break Some(Reason::damaged(error.to_string())),
            };
            bytes.extend_from_slice(step.get(..read).unwrap_or_default());
            let produced = bytes.len() as u64;
            if produced > room {
                break Some(full);
            }
            if produced > limits.free_bytes && produced > limits.ratio.saturating_mul(taken()) {
                break Some(Reason::limit(Limit::Ratio, limits.ratio));
            }
        };
        self.walk.spend(bytes.len());
        self.kept(bytes, cut, room)
    }

    /// Takes what a reader unpacked by itself, having asked [`Inside::room`].
    pub(crate) fn take(&mut self, bytes: Vec<u8>) -> Unpacked<'static> {
        let (room, full) = self.walk.room();
        self.walk.spend(bytes.len());
        let cut = (bytes.len() as u64 > room).then_some(full);
        self.kept(bytes, cut, room)
    }

    /// Takes bytes that lie in this node as they are.
    pub(crate) fn slice<'p>(&mut self, bytes: &'p [u8]) -> Unpacked<'p> {
        let (room, full) = self.walk.room();
        self.walk.spend(bytes.len());
        if bytes.len() as u64 > room {
            let kept = self.looked_at_of_cut(room);
            return Unpacked { bytes: Cow::Borrowed(bytes.get(..kept).unwrap_or(bytes)), cut: Some(full) };
        }
        Unpacked { bytes: Cow::Borrowed(bytes), cut: None }
    }

    /// Of what a limit cut, the beginning is looked at all the same; it is kept small.
    fn kept(&self, mut bytes: Vec<u8>, cut: Option<Reason>, room: u64) -> Unpacked<'static> {
        if matches!(cut, Some(Reason::Limit { .. })) {
            bytes.truncate(self.looked_at_of_cut(room));
            bytes.shrink_to_fit();
        }
        Unpacked { bytes: Cow::Owned(bytes), cut }
    }

    /// How much is looked at of a thing that is larger than the room there was for it.
    fn looked_at_of_cut(&self, room: u64) -> usize {
        let kept = self.walk.context.limits.free_bytes.min(room.max(HEAD_BYTES));
        usize::try_from(kept).unwrap_or(usize::MAX)
    }

    /// How many bytes one thing may still unpack to: a bound for readers that unpack by themselves.
    pub(crate) fn room(&self) -> u64 {
        self.walk.room().0
    }

    /// The reason for something that says of itself that it unpacks to `size` bytes, if that is more than may be.
    pub(crate) fn too_large(&self, size: u64) -> Option<Reason> {
        let (room, full) = self.walk.room();
        (size > room).then_some(full)
    }

    /// Suggests passwords for everything that lies in this node, as the words of a mail for what is attached to it.
    pub(crate) fn suggest(&mut self, passwords: Vec<String>) {
        self.walk.suggested.extend(passwords);
    }

    /// The next password to try, the empty one left out: call with 0, 1, 2 … until there is none. Each call is one try.
    ///
    /// # Errors
    ///
    /// That as many were tried as may be.
    pub(crate) fn password(&mut self, number: usize) -> Result<Option<String>, Reason> {
        let mut all = self.walk.suggested.iter().chain(self.walk.context.passwords);
        let Some(password) = all.nth(number).cloned() else { return Ok(None) };
        self.count_try()?;
        Ok(Some(password))
    }

    /// Counts a try of a password that a format has by itself, as the one of Excel.
    ///
    /// # Errors
    ///
    /// That as many were tried as may be.
    pub(crate) fn count_try(&mut self) -> Result<(), Reason> {
        let limit = self.walk.context.limits.password_tries;
        if self.walk.tries >= limit {
            return Err(Reason::limit(Limit::PasswordTries, limit as u64));
        }
        self.walk.tries += 1;
        Ok(())
    }

    /// Whether no further node is taken: what an archive still holds is then not worth unpacking. Asked before each further
    /// part, so a part is left out when the answer is yes, and that is said.
    pub(crate) fn is_full(&mut self) -> bool {
        let limit = self.walk.context.limits.nodes;
        let is_full = self.walk.nodes.len() >= limit;
        if is_full {
            self.reason(Reason::limit(Limit::Nodes, limit as u64));
        }
        is_full
    }

    /// The limits of this inspection.
    pub(crate) fn limits(&self) -> &Limits {
        self.walk.context.limits
    }
}

#[cfg(test)]
pub(crate) mod testing;

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::{NoRules, Verdict};

    /// What an inspection under `limits` comes to.
    fn inspected(name: &str, bytes: &[u8], limits: &Limits) -> Inspection {
        inspect(name, bytes, &Context { rules: &NoRules, limits, policy: &Policy::default(), passwords: &[] })
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_lies_within_has_its_path() {
        let inspection = inspected("a.txt.gz.gz", &gzip(&gzip("xin chào".as_bytes())), &Limits::default());
        let paths: Vec<&str> = inspection.nodes.iter().map(|node| node.path.as_str()).collect();
        assert_eq!(paths, ["a.txt.gz.gz", "a.txt.gz.gz › a.txt.gz", "a.txt.gz.gz › a.txt.gz › a.txt"]);
        assert_eq!(inspection.verdict, Verdict::Clean);
    }

    #[test]
    fn every_limit_is_said_with_its_number() {
        let usual = Limits::default();
        let bomb = gzip(&vec![0; 10 * 1024 * 1024]);
        let nested = gzip(&gzip(&gzip(b"x")));
        let cases = [
            (&bomb, Limits { input_bytes: 10, ..usual.clone() }, Reason::limit(Limit::InputBytes, 10)),
            (&bomb, Limits { node_bytes: 100, ..usual.clone() }, Reason::limit(Limit::NodeBytes, 100)),
            (&bomb, Limits { unpacked_bytes: 100, ..usual.clone() }, Reason::limit(Limit::UnpackedBytes, 100)),
            (&bomb, usual.clone(), Reason::limit(Limit::Ratio, 200)),
            (&nested, Limits { depth: 2, ..usual.clone() }, Reason::limit(Limit::Depth, 2)),
            (&nested, Limits { nodes: 3, ..usual.clone() }, Reason::limit(Limit::Nodes, 3)),
            (&nested, Limits { name_bytes: 3, ..usual.clone() }, Reason::limit(Limit::NameBytes, 3)),
        ];
        for (bytes, limits, reason) in cases {
            let inspection = inspected("bản.gz", bytes, &limits);
            assert_eq!(inspection.verdict, Verdict::NotInspected, "{reason}");
            assert!(inspection.not_inspected().any(|(_, said)| *said == reason), "{reason}: {inspection:?}");
        }
    }

    #[test]
    fn of_what_there_is_no_room_for_only_the_head_is_looked_at() {
        const PART: u64 = 64 * 1024;
        let limits = Limits { unpacked_bytes: 4 * PART, node_bytes: 4 * PART, ..Limits::default() };
        let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        for number in 0..40 {
            zip.start_file(format!("{number}.txt"), zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&b" ".repeat(64 * 1024)).unwrap();
        }
        let inspection = inspected("a.zip", &zip.finish().unwrap().into_inner(), &limits);
        let sizes: Vec<u64> = inspection.nodes.iter().skip(1).filter_map(|node| node.size).collect();
        assert_eq!(sizes, [[PART].repeat(4), [HEAD_BYTES].repeat(36)].concat());
        let full = Reason::limit(Limit::UnpackedBytes, 4 * PART);
        assert_eq!(inspection.not_inspected().filter(|(_, why)| **why == full).count(), 36);
        assert_eq!(inspection.verdict, Verdict::NotInspected);
    }

    #[test]
    fn at_the_limit_nothing_is_said() {
        let limits = Limits { depth: 3, nodes: 4, node_bytes: 64, ..Limits::default() };
        assert_eq!(inspected("a", &gzip(&gzip(&gzip(b"x"))), &limits).verdict, Verdict::Clean);
    }
}
