use super::super::head::{CHECKED_BYTES, checksum};
use super::*;
use proptest::prelude::*;

/// A hive of one root key, written cell by cell.
#[derive(Default)]
struct Writer {
    cells: Vec<u8>,
}

impl Writer {
    fn cell(&mut self, data: &[u8]) -> u32 {
        let at = u32::try_from(self.cells.len()).unwrap();
        let padded = (data.len() + 4).next_multiple_of(8);
        self.cells.extend((-i32::try_from(padded).unwrap()).to_le_bytes());
        self.cells.extend(data);
        self.cells.resize(usize::try_from(at).unwrap() + padded, 0);
        at
    }

    fn key(&mut self, name: &str, subkeys: (u32, u32), values: (u32, u32)) -> u32 {
        let mut cell = vec![0; 76];
        cell[..2].copy_from_slice(b"nk");
        cell[4..12].copy_from_slice(&133_000_000_000_000_000_u64.to_le_bytes());
        for (at, number) in [(20, subkeys.0), (28, subkeys.1), (36, values.0), (40, values.1)] {
            cell[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        cell[72..74].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        cell.extend(name);
        self.cell(&cell)
    }

    fn list(&mut self, kind: [u8; 2], items: &[u32]) -> u32 {
        let mut cell = kind.to_vec();
        cell.extend(u16::try_from(items.len()).unwrap().to_le_bytes());
        for item in items {
            cell.extend(item.to_le_bytes());
            if matches!(&kind, b"lf" | b"lh") {
                cell.extend([0; 4]);
            }
        }
        self.cell(&cell)
    }

    fn value(&mut self, name: &str, kind: u32, size: u32, offset: u32) -> u32 {
        let mut cell = b"vk".to_vec();
        cell.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        for number in [size, offset, kind] {
            cell.extend(number.to_le_bytes());
        }
        cell.extend(VALUE_NAME_IS_LATIN.to_le_bytes());
        cell.extend([0; 2]);
        cell.extend(name.as_bytes());
        self.cell(&cell)
    }

    fn offsets(&mut self, offsets: &[u32]) -> u32 {
        let bytes: Vec<u8> = offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
        self.cell(&bytes)
    }

    fn file(&self, root: u32) -> Vec<u8> {
        let mut head = vec![0; HEAD_BYTES];
        head[..4].copy_from_slice(b"regf");
        let size = u32::try_from(self.cells.len()).unwrap();
        for (at, number) in [(4, 7_u32), (8, 7), (20, 1), (24, 5), (36, root), (40, size)] {
            head[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        sign(&mut head);
        [head, self.cells.clone()].concat()
    }

    fn open(&self, root: u32) -> Hive {
        Hive::new("TEST", &self.file(root)).unwrap()
    }
}

fn sign(file: &mut [u8]) {
    let sum = checksum(&file[..CHECKED_BYTES]);
    file[CHECKED_BYTES..CHECKED_BYTES + 4].copy_from_slice(&sum.to_le_bytes());
}

fn names(path: &str) -> Vec<String> {
    path.split('\\').map(str::to_owned).collect()
}

#[test]
fn keys_are_found_through_every_kind_of_list() {
    for kind in [*b"lf", *b"lh", *b"li"] {
        let mut writer = Writer::default();
        let leaf = writer.key("Nguyễn", (0, NOWHERE), (0, NOWHERE));
        let list = writer.list(kind, &[leaf]);
        let lists = writer.list(*b"ri", &[list]);
        let middle = writer.key("Middle", (1, lists), (0, NOWHERE));
        let list = writer.list(kind, &[middle]);
        let root = writer.key("ROOT", (1, list), (0, NOWHERE));
        let hive = writer.open(root);
        let found = hive.find(&names(r"MIDDLE\nguyỄn")).unwrap().unwrap();
        assert_eq!(hive.last_written(found).unwrap().unwrap().to_string(), "2022-06-18T04:26:40Z");
        assert!(hive.find(&names(r"Middle\Nguyen")).unwrap().is_none());
        let middle = hive.find(&names("Middle")).unwrap().unwrap();
        assert_eq!(hive.subkeys(middle).unwrap(), Listing::complete(vec!["Nguyễn".to_owned()]));
    }
}

#[test]
fn keys_that_lead_in_a_circle_are_walked_as_far_as_asked() {
    let mut writer = Writer::default();
    let list = writer.list(*b"li", &[0]);
    // The root is written last, its list names the cell at 0: a list. Then the list is made to name the root.
    let root = writer.key("Ring", (1, list), (0, NOWHERE));
    let at = usize::try_from(list).unwrap() + 8;
    writer.cells[at..at + 4].copy_from_slice(&root.to_le_bytes());
    let hive = writer.open(root);
    assert!(hive.find(&names(r"Ring\Ring\Ring\Ring\Ring")).unwrap().is_some());
    // A list of lists that names itself.
    let mut writer = Writer::default();
    let list = writer.list(*b"ri", &[0]);
    let root = writer.key("Ring", (1, list), (0, NOWHERE));
    assert_eq!(writer.open(root).find(&names("a")).unwrap_err().code, GapCode::Malformed);
}

#[test]
fn values_are_read_wherever_their_data_lies() {
    let mut writer = Writer::default();
    let large: Vec<u8> = (0..=u8::MAX).cycle().take(SEGMENT_BYTES * 2 + 5).collect();
    let parts: Vec<u32> = large.chunks(SEGMENT_BYTES).map(|part| writer.cell(part)).collect();
    let list = writer.offsets(&parts);
    let head = writer.cell(&[b"db".as_slice(), &3_u16.to_le_bytes(), &list.to_le_bytes()].concat());
    let text = writer.cell(b"a\0b\0\0\0");
    let values = [
        writer.value("Inline", 4, DATA_INLINE | 4, 42),
        writer.value("Text", 1, 6, text),
        writer.value("Large", 3, u32::try_from(large.len()).unwrap(), head),
        writer.value("Huge", 3, u32::try_from(MAX_VALUE_BYTES + 1).unwrap(), text),
        writer.value("Long", 3, 100, text),
        writer.value("", 1, 0, NOWHERE),
    ];
    let offsets = writer.offsets(&values);
    let root = writer.key("ROOT", (0, NOWHERE), (6, offsets));
    let hive = writer.open(root);
    let root = Key(hive.root);
    assert_eq!(hive.value(root, "INLINE").unwrap(), Some(Value::Number(42)));
    assert_eq!(hive.value(root, "text").unwrap(), Some(Value::Text("ab".to_owned())));
    assert_eq!(hive.value(root, "Large").unwrap(), Some(Value::Bytes(large)));
    assert_eq!(hive.value(root, "Huge").unwrap_err().code, GapCode::TooLarge);
    assert_eq!(hive.value(root, "Long").unwrap_err().code, GapCode::Malformed);
    assert_eq!(hive.value(root, "").unwrap(), Some(Value::Text(String::new())));
    assert_eq!(hive.value(root, "None").unwrap(), None);
    let all = hive.values(root).unwrap();
    assert_eq!((all.items.len(), all.incomplete.map(|gap| gap.code)), (4, Some(GapCode::TooLarge)));
}

#[test]
fn a_key_of_too_many_is_listed_to_the_bound() {
    for (count, complete) in [(MAX_SUBKEYS, true), (MAX_SUBKEYS + 1, false)] {
        let mut writer = Writer::default();
        let leaf = writer.key("k", (0, NOWHERE), (0, NOWHERE));
        let lists: Vec<u32> = vec![leaf; count].chunks(10_000).map(|chunk| writer.list(*b"li", chunk)).collect();
        let list = writer.list(*b"ri", &lists);
        let root = writer.key("ROOT", (u32::try_from(count).unwrap(), list), (0, NOWHERE));
        let hive = writer.open(root);
        let subkeys = hive.subkeys(Key(hive.root)).unwrap();
        assert_eq!((subkeys.items.len(), subkeys.incomplete.is_none()), (MAX_SUBKEYS, complete));
        // What is not among those listed is unknown, not absent.
        assert_eq!(hive.find(&names("other")).is_ok(), complete);
    }
}

#[test]
fn a_key_of_too_many_values_is_listed_to_the_bound() {
    for (count, complete) in [(MAX_VALUES, true), (MAX_VALUES + 1, false)] {
        let mut writer = Writer::default();
        let value = writer.value("v", 4, DATA_INLINE | 4, 1);
        let offsets = writer.offsets(&vec![value; count]);
        let root = writer.key("ROOT", (0, NOWHERE), (u32::try_from(count).unwrap(), offsets));
        let hive = writer.open(root);
        let values = hive.values(Key(hive.root)).unwrap();
        assert_eq!((values.items.len(), values.incomplete.is_none()), (MAX_VALUES, complete));
        assert_eq!(hive.value(Key(hive.root), "other").is_ok(), complete);
    }
}

#[test]
fn a_list_that_is_shorter_than_its_key_says_is_incomplete() {
    let mut writer = Writer::default();
    let leaf = writer.key("a", (0, NOWHERE), (0, NOWHERE));
    let list = writer.list(*b"lf", &[leaf]);
    let root = writer.key("ROOT", (2, list), (0, NOWHERE));
    let hive = writer.open(root);
    assert_eq!(hive.subkeys(Key(hive.root)).unwrap().incomplete.unwrap().code, GapCode::Malformed);
}

#[test]
fn what_is_no_sound_hive_is_refused_with_its_reason() {
    let mut writer = Writer::default();
    let root = writer.key("ROOT", (0, NOWHERE), (0, NOWHERE));
    let whole = writer.file(root);
    let changed = |change: fn(&mut Vec<u8>), signed: bool| {
        let mut file = whole.clone();
        change(&mut file);
        if signed {
            sign(&mut file);
        }
        Hive::new("H", &file).unwrap_err().to_string()
    };
    for (change, signed, expected) in [
        ((|file| file.truncate(100)) as fn(&mut Vec<u8>), false, "malformed: H: too short to be a hive"),
        (|file| file[0] = b'x', true, "malformed: H: not a hive"),
        (|file| file[12] = 1, false, "malformed: H: the checksum of its head is wrong"),
        (|file| file[8] = 6, true, "unreadable: H: its last changes are in its logs, and no log of it is there"),
        (|file| file[20] = 2, true, "unsupported: H: a hive of version 2"),
        (|file| file.truncate(HEAD_BYTES + 8), false, "malformed: H: it ends before its cells do"),
        (|file| file[36] = 0xf0, true, "malformed: H: there is no cell at 0xf0"),
        (|file| file[HEAD_BYTES + 4] = b'x', false, "malformed: H: the cell at 0x0 is no key"),
    ] {
        assert_eq!(changed(change, signed), expected);
    }
}

/// Asks a hive everything.
fn ask(hive: &Hive) {
    let mut waiting = vec![(Key(hive.root), 0)];
    let mut asked = 0;
    while let Some((key, depth)) = waiting.pop() {
        asked += 1;
        if asked > 200 {
            break;
        }
        let _ = (hive.key_name(key), hive.subkeys(key), hive.values(key), hive.last_written(key), hive.value(key, "x"));
        if let Ok(children) = hive.children(key)
            && depth < 5
        {
            waiting.extend(children.items.into_iter().take(20).map(|child| (child, depth + 1)));
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_a_hive_or_a_gap(file in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(Hive::new("H", &file).is_err());
    }

    #[test]
    fn a_hive_with_any_damage_gives_answers_or_gaps(damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let mut writer = Writer::default();
        let text = writer.cell(b"a\0b\0\0\0");
        let value = writer.value("Text", 1, 6, text);
        let offsets = writer.offsets(&[value]);
        let leaves: Vec<u32> = ["a", "b", "c"].map(|name| writer.key(name, (0, NOWHERE), (1, offsets))).to_vec();
        let list = writer.list(*b"lh", &leaves);
        let lists = writer.list(*b"ri", &[list]);
        let root = writer.key("ROOT", (3, lists), (1, offsets));
        for (at, byte) in &damage {
            let at = at.index(writer.cells.len());
            writer.cells[at] = *byte;
        }
        if let Ok(hive) = Hive::new("H", &writer.file(root)) {
            ask(&hive);
        }
    }
}
