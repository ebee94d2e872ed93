//! What a worker hands back beside its answer: the parts of a file that another detector, which gets the file as a whole, could
//! not open by itself. Nothing of it is looked into here.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use khien_inspect::{FileType, Node, Reason, RuleHit, Rules};

use crate::wire::{HandOver, Handed};

/// The ways of packing that ClamAV opens by itself, as nodes name them. What came out in another way is handed back: to hand
/// back too much costs time, too little would leave a part unseen.
const OPENED: &[&str] = &[
    "bzip2",
    "cab",
    "chm",
    "cpio",
    "gzip",
    "iso",
    "ole object",
    "ole stream",
    "pdf embedded file",
    "pdf object stream",
    "pdf stream",
    "tar",
    "vba",
    "xz",
    "zip bzip2",
    "zip deflate",
    "zip deflate64",
    "zip stored",
];

/// What an entry of a ZIP begins with.
const ZIP_ENTRY: &[u8] = b"PK\x03\x04";
/// Where in it the flags stand, and the one of encryption.
const ZIP_FLAGS: usize = 6;
/// See `ZIP_FLAGS`.
const ZIP_ENCRYPTED: u8 = 1;
/// What stands in an encrypted PDF.
const PDF_ENCRYPTED: &[u8] = b"/Encrypt";

/// Rules that keep what is to be handed back.
pub(super) struct Handing<'r> {
    rules: &'r dyn Rules,
    bounds: HandOver,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    parts: Vec<(usize, Vec<u8>)>,
    bytes: u64,
    /// The places of containers that a password opened, or may have.
    locked: BTreeSet<usize>,
    /// Whether a bound was reached.
    is_beyond: bool,
}

impl<'r> Handing<'r> {
    /// The same rules.
    pub(super) fn new(rules: &'r dyn Rules, bounds: HandOver) -> Self {
        Self { rules, bounds, kept: Mutex::new(Kept::default()) }
    }

    /// What was kept: the list, and the bytes in its order.
    pub(super) fn finish(self) -> (Handed, Vec<Vec<u8>>) {
        let kept = self.kept.into_inner().unwrap_or_else(PoisonError::into_inner);
        let list = kept.parts.iter().map(|(node, bytes)| (*node, bytes.len() as u64)).collect();
        let handed = Handed { parts: list, is_beyond: kept.is_beyond };
        (handed, kept.parts.into_iter().map(|(_, bytes)| bytes).collect())
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rules for Handing<'_> {
    fn id(&self) -> &str {
        self.rules.id()
    }

    fn scan(&self, bytes: &[u8], types: &[FileType], name: &str) -> Result<Vec<RuleHit>, Reason> {
        self.rules.scan(bytes, types, name)
    }

    fn see(&self, nodes: &[Node], place: usize, bytes: &[u8]) {
        let Some(node) = nodes.get(place) else { return };
        let mut kept = self.kept();
        if may_be_locked(&node.types, bytes) {
            kept.locked.insert(place);
        }
        // The file itself is handed to everybody as a whole.
        let Some(container) = node.parent else { return };
        let is_opened = OPENED.contains(&node.how.as_ref()) && !kept.locked.contains(&container);
        if is_opened || bytes.is_empty() {
            return;
        }
        let size = bytes.len() as u64;
        if kept.parts.len() >= self.bounds.count || kept.bytes.saturating_add(size) > self.bounds.bytes {
            kept.is_beyond = true;
            return;
        }
        kept.bytes += size;
        kept.parts.push((place, bytes.to_vec()));
    }
}

/// Whether a container may have asked for a password: a ZIP of which an entry is encrypted, a PDF that says so.
fn may_be_locked(types: &[FileType], bytes: &[u8]) -> bool {
    if types.contains(&FileType::Pdf) {
        return places(bytes, PDF_ENCRYPTED).next().is_some();
    }
    let flags = |entry: usize| bytes.get(entry.saturating_add(ZIP_FLAGS)).copied().unwrap_or_default();
    places(bytes, ZIP_ENTRY).any(|entry| flags(entry) & ZIP_ENCRYPTED != 0)
}

/// Where `wanted` stands.
fn places<'b>(bytes: &'b [u8], wanted: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    let first = wanted.first().copied().unwrap_or_default();
    let begins = bytes.iter().enumerate().filter(move |(_, byte)| **byte == first).map(|(place, _)| place);
    begins.filter(move |place| bytes.get(*place..).is_some_and(|rest| rest.starts_with(wanted)))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use khien_inspect::NoRules;

    use super::*;

    const BOUNDS: HandOver = HandOver { count: 2, bytes: 10 };

    fn node(parent: Option<usize>, how: &'static str) -> Node {
        Node {
            path: String::new(),
            name: String::new(),
            parent,
            how: Cow::Borrowed(how),
            types: Vec::new(),
            size: None,
            sha256: None,
            not_inspected: Vec::new(),
        }
    }

    /// What is handed back of nodes with this content.
    fn handed(nodes: &[(Node, &[u8])]) -> Handed {
        let handing = Handing::new(&NoRules, BOUNDS);
        let tree: Vec<Node> = nodes.iter().map(|(node, _)| node.clone()).collect();
        for (place, (_, bytes)) in nodes.iter().enumerate() {
            handing.see(&tree, place, bytes);
        }
        handing.finish().0
    }

    #[test]
    fn only_what_others_cannot_open_is_handed_back() {
        let root = || (node(None, ""), b"file".as_slice());
        let cases = [
            (vec![root()], vec![]),
            (vec![root(), (node(Some(0), "zip deflate"), b"a")], vec![]),
            (vec![root(), (node(Some(0), "zip zstd"), b"a")], vec![(1, 1)]),
            (vec![root(), (node(Some(0), "zip zstd"), b"")], vec![]),
            // What lies in the part is opened out of the part.
            (vec![root(), (node(Some(0), "zip zstd"), b"ab"), (node(Some(1), "gzip"), b"c")], vec![(1, 2)]),
            (vec![(node(None, ""), b"xPK\x03\x04\x14\0\x01\0"), (node(Some(0), "zip deflate"), b"a")], vec![(1, 1)]),
            (vec![(node(None, ""), b"xPK\x03\x04\x14\0\x08\0"), (node(Some(0), "zip deflate"), b"a")], vec![]),
        ];
        for (nodes, parts) in cases {
            assert_eq!(handed(&nodes), Handed { parts, is_beyond: false }, "{nodes:?}");
        }
    }

    #[test]
    fn reaching_a_bound_is_said() {
        let part = |bytes: &'static [u8]| (node(Some(0), "rar"), bytes);
        let root = || (node(None, ""), b"file".as_slice());
        assert!(!handed(&[root(), part(b"12345"), part(b"67890")]).is_beyond);
        assert!(handed(&[root(), part(b"12345"), part(b"678901")]).is_beyond);
        assert!(handed(&[root(), part(b"1"), part(b"2"), part(b"3")]).is_beyond);
    }
}
