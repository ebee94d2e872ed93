//! Hives of the registry, written from text like that of `.reg` files.
//!
//! ```text
//! [Microsoft\Windows NT\CurrentVersion]
//! "EditionID"="Professional"
//! "UBR"=dword:00000e2b
//! @="the default value"
//! "Blob"=hex:01,02
//! "Path"=expand:"%SystemDrive%\\Users\\An"
//! "Chung"=multi:"Path=C:\\Chung","Type=0"
//! "SignaturesLastUpdated"=time:2026-11-21T09:00:00Z
//! "Security"=access:"allow S-1-1-0 001f01ff"      a security descriptor
//! ```

use std::collections::BTreeMap;

use jiff::Timestamp;

const NOWHERE: u32 = u32::MAX;
const PAGE: usize = 4096;

/// The largest value that lies in one cell.
const SEGMENT: usize = 16_344;

/// When every key was last written to.
const WRITTEN: &str = "2026-11-20T00:00:00Z";

#[derive(Default)]
struct Key {
    values: Vec<(String, u32, Vec<u8>)>,
    /// By their names in capitals: the order of a hive.
    keys: BTreeMap<String, (String, Key)>,
}

/// The bytes of a hive with the keys of `text`.
pub(crate) fn hive(text: &str) -> Vec<u8> {
    let mut root = Key::default();
    let mut path: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(';')) {
        if let Some(names) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            path = names.split('\\').map(str::to_owned).collect();
            root.at(&path);
        } else {
            let (name, rest) = match line.strip_prefix('@') {
                Some(rest) => (String::new(), rest),
                None => quoted(line),
            };
            let (kind, data) = data_of(rest.strip_prefix('=').unwrap());
            root.at(&path).values.push((name, kind, data));
        }
    }
    Writer::default().file(&root)
}

impl Key {
    fn at(&mut self, path: &[String]) -> &mut Self {
        path.iter().fold(self, |key, name| {
            &mut key.keys.entry(name.to_uppercase()).or_insert_with(|| (name.clone(), Self::default())).1
        })
    }
}

/// The text between the quotation marks at the start, and what follows them.
fn quoted(text: &str) -> (String, &str) {
    let mut found = String::new();
    let mut letters = text.strip_prefix('"').unwrap().char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (found, text.get(at + 2..).unwrap()),
            '\\' => found.push(letters.next().unwrap().1),
            other => found.push(other),
        }
    }
    panic!("a quotation mark is missing: {text}");
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

fn data_of(text: &str) -> (u32, Vec<u8>) {
    if text.starts_with('"') {
        return (1, utf16(&quoted(text).0));
    }
    let (kind, rest) = text.split_once(':').unwrap();
    let bytes = |rest: &str| -> Vec<u8> {
        rest.split(',').filter(|byte| !byte.is_empty()).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    };
    match kind {
        "dword" => (4, u32::from_str_radix(rest, 16).unwrap().to_le_bytes().to_vec()),
        "qword" => (11, u64::from_str_radix(rest, 16).unwrap().to_le_bytes().to_vec()),
        "hex" => (3, bytes(rest)),
        "expand" => (2, utf16(&quoted(rest).0)),
        "multi" => {
            let (mut data, mut rest) = (Vec::new(), rest);
            while !rest.is_empty() {
                let (text, after) = quoted(rest);
                data.extend(utf16(&text));
                rest = after.strip_prefix(',').unwrap_or(after);
            }
            (7, [data, vec![0, 0]].concat())
        }
        "time" => (3, steps(rest).to_le_bytes().to_vec()),
        "access" => (3, descriptor(&quoted(rest).0)),
        other => panic!("no kind of value: {other}"),
    }
}

/// A time in steps of 100 ns since 1601.
fn steps(time: &str) -> u64 {
    let time: Timestamp = time.parse().unwrap();
    u64::try_from(time.as_microsecond() + 11_644_473_600_000_000).unwrap() * 10
}

/// A self-relative security descriptor with one entry per line: `allow S-1-1-0 001f01ff; deny …`.
fn descriptor(text: &str) -> Vec<u8> {
    let mut entries = Vec::new();
    let mut count = 0_u16;
    for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
        let words: Vec<&str> = entry.split(' ').collect();
        let numbers: Vec<u32> = words[1].split('-').skip(2).map(|number| number.parse().unwrap()).collect();
        let mut sid =
            vec![1, u8::try_from(numbers.len() - 1).unwrap(), 0, 0, 0, 0, 0, u8::try_from(numbers[0]).unwrap()];
        sid.extend(numbers[1..].iter().flat_map(|number| number.to_le_bytes()));
        entries.extend([u8::from(words[0] == "deny"), 0]);
        entries.extend(u16::try_from(8 + sid.len()).unwrap().to_le_bytes());
        entries.extend(u32::from_str_radix(words[2], 16).unwrap().to_le_bytes());
        entries.extend(sid);
        count += 1;
    }
    let mut bytes = vec![1, 0, 4, 0x80];
    bytes.extend([0; 12]);
    bytes.extend(20_u32.to_le_bytes());
    bytes.extend([2, 0]);
    bytes.extend(u16::try_from(8 + entries.len()).unwrap().to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend([0, 0]);
    [bytes, entries].concat()
}

/// Cells, one after another.
struct Writer {
    cells: Vec<u8>,
    security: u32,
}

impl Default for Writer {
    fn default() -> Self {
        // The cells lie in one bin, whose head is filled in at the end.
        let mut writer = Self { cells: vec![0; 32], security: NOWHERE };
        let access = descriptor("allow S-1-5-32-544 001f01ff");
        let length = u32::try_from(access.len()).unwrap();
        let here = u32::try_from(writer.cells.len()).unwrap();
        let head =
            [&b"sk\0\0"[..], &here.to_le_bytes(), &here.to_le_bytes(), &1_u32.to_le_bytes(), &length.to_le_bytes()];
        writer.security = writer.cell(&[head.concat(), access].concat());
        writer
    }
}

impl Writer {
    fn cell(&mut self, data: &[u8]) -> u32 {
        let at = self.cells.len();
        let size = (data.len() + 4).next_multiple_of(8);
        self.cells.extend((-i32::try_from(size).unwrap()).to_le_bytes());
        self.cells.extend(data);
        self.cells.resize(at + size, 0);
        u32::try_from(at).unwrap()
    }

    fn put(&mut self, cell: u32, at: usize, number: u32) {
        let at = usize::try_from(cell).unwrap() + 4 + at;
        self.cells[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }

    fn file(mut self, root: &Key) -> Vec<u8> {
        let root = self.key("ROOT", root, NOWHERE, 0x2c);
        let used = self.cells.len();
        let size = (used + 8).next_multiple_of(PAGE);
        // What is left is one free cell.
        self.cells.extend(i32::try_from(size - used).unwrap().to_le_bytes());
        self.cells.resize(size, 0);
        self.cells[..4].copy_from_slice(b"hbin");
        self.cells[8..12].copy_from_slice(&u32::try_from(size).unwrap().to_le_bytes());
        let mut head = vec![0; PAGE];
        head[..4].copy_from_slice(b"regf");
        let size = u32::try_from(size).unwrap();
        for (at, number) in [(4, 1), (8, 1), (20, 1), (24, 5), (32, 1), (36, root), (40, size), (44, 1)] {
            head[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
        }
        head[12..20].copy_from_slice(&steps(WRITTEN).to_le_bytes());
        let mut file = [head, self.cells].concat();
        sign(&mut file);
        file
    }

    fn key(&mut self, name: &str, key: &Key, parent: u32, flags: u16) -> u32 {
        let (name, latin) = name_bytes(name);
        let mut cell = vec![0; 76];
        cell[..2].copy_from_slice(b"nk");
        cell[2..4].copy_from_slice(&(flags | if latin { 0x20 } else { 0 }).to_le_bytes());
        cell[4..12].copy_from_slice(&steps(WRITTEN).to_le_bytes());
        let (keys, values) = (u32::try_from(key.keys.len()).unwrap(), u32::try_from(key.values.len()).unwrap());
        let numbers = [
            (16, parent),
            (20, keys),
            (28, NOWHERE),
            (32, NOWHERE),
            (36, values),
            (40, NOWHERE),
            (44, self.security),
            (48, NOWHERE),
        ];
        for (at, number) in numbers {
            cell[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        cell[72..74].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        cell.extend(name);
        let here = self.cell(&cell);
        if !key.keys.is_empty() {
            let mut list = [&b"lh"[..], &u16::try_from(key.keys.len()).unwrap().to_le_bytes()].concat();
            for (capitals, (name, child)) in &key.keys {
                let hash =
                    capitals.encode_utf16().fold(0_u32, |sum, unit| sum.wrapping_mul(37).wrapping_add(u32::from(unit)));
                list.extend(self.key(name, child, here, 0).to_le_bytes());
                list.extend(hash.to_le_bytes());
            }
            let list = self.cell(&list);
            self.put(here, 28, list);
        }
        if !key.values.is_empty() {
            let cells: Vec<u32> = key.values.iter().map(|(name, kind, data)| self.value(name, *kind, data)).collect();
            let list = self.cell(&cells.iter().flat_map(|cell| cell.to_le_bytes()).collect::<Vec<u8>>());
            self.put(here, 40, list);
        }
        here
    }

    fn value(&mut self, name: &str, kind: u32, data: &[u8]) -> u32 {
        assert!(data.len() <= SEGMENT, "a value of many cells is for the tests of the reader");
        let (name, latin) = name_bytes(name);
        let size = u32::try_from(data.len()).unwrap();
        let (size, place) = if data.len() <= 4 {
            let mut inline = [0; 4];
            inline[..data.len()].copy_from_slice(data);
            (size | 1 << 31, u32::from_le_bytes(inline))
        } else {
            (size, self.cell(data))
        };
        let mut cell = [&b"vk"[..], &u16::try_from(name.len()).unwrap().to_le_bytes()].concat();
        for number in [size, place, kind] {
            cell.extend(number.to_le_bytes());
        }
        cell.extend(u16::from(latin).to_le_bytes());
        cell.extend([0, 0]);
        cell.extend(name);
        self.cell(&cell)
    }
}

fn name_bytes(name: &str) -> (Vec<u8>, bool) {
    if name.is_ascii() {
        (name.as_bytes().to_vec(), true)
    } else {
        (name.encode_utf16().flat_map(u16::to_le_bytes).collect(), false)
    }
}

/// Writes the checksum of the head.
fn sign(file: &mut [u8]) {
    let sum = file[..508].chunks(4).fold(0, |sum, four| sum ^ u32::from_le_bytes(four.try_into().unwrap()));
    file[508..512].copy_from_slice(&sum.to_le_bytes());
}

/// Makes a hive look as one that Windows was writing to when it was switched off.
pub(crate) fn leave_unfinished(file: &mut [u8]) {
    file[4] += 1;
    sign(file);
}
