//! A hive: a part of the registry as a file. Only the way that is asked for is walked, and every step is bounded, so that a
//! hive whose keys lead in circles costs nothing.
//!
//! The form is the one that `libhivex` reads and writes, which is the referee of the tests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use khien_model::{Gap, GapCode, Listing};

use super::bytes::{number_at, short_at};
use super::head::{HEAD_BYTES, Head};
use super::log;
use super::value::{Value, file_time, text_of_units};

/// The largest hive that is read. `SOFTWARE` of a PC in use has some 100 MB.
pub const MAX_HIVE_BYTES: u64 = 256 << 20;

/// How many keys below one key are listed.
pub const MAX_SUBKEYS: usize = 50_000;

/// How many values of one key are listed.
pub const MAX_VALUES: usize = 20_000;

/// The largest value that is read.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

/// How much of a large value lies in one cell.
const SEGMENT_BYTES: usize = 16_344;

/// From how many keys below one an index of them is kept, and how many indexes.
const INDEXED_FROM: u32 = 64;
const MAX_INDEXES: usize = 64;

/// An offset that leads nowhere.
const NOWHERE: u32 = u32::MAX;

/// A name of one byte per letter.
const KEY_NAME_IS_LATIN: u16 = 0x20;
const VALUE_NAME_IS_LATIN: u16 = 0x1;

/// The bit in the size of a value that says that its data stands in place of their offset.
const DATA_INLINE: u32 = 1 << 31;

/// A hive in memory.
#[derive(Debug)]
pub struct Hive {
    /// What messages call it.
    name: String,
    /// The cells: the file without its head.
    cells: Vec<u8>,
    root: u32,
    /// Keys with many below them, by the offset of the key. `SOFTWARE` has thousands of packages, each asked for.
    indexes: Mutex<HashMap<u32, Arc<Index>>>,
}

/// The keys below one key.
#[derive(Debug)]
struct Index {
    by_name: HashMap<String, Key>,
    /// Why there may be more.
    incomplete: Option<Gap>,
}

/// A key of a hive, by the offset of its cell.
#[derive(Debug, Clone, Copy)]
pub struct Key(u32);

impl Hive {
    /// Takes a hive into use. One whose last changes are in its logs is refused: what it says is outdated.
    pub fn new(name: &str, file: &[u8]) -> Result<Self, Gap> {
        Self::with_logs(name, file, || Ok(Vec::new()))
    }

    /// Takes a hive into use, after the last changes in its logs, which are asked for only when it needs them.
    pub fn with_logs(name: &str, file: &[u8], logs: impl FnOnce() -> Result<Vec<Vec<u8>>, Gap>) -> Result<Self, Gap> {
        let malformed = |what: &str| Gap::with_detail(GapCode::Malformed, format!("{name}: {what}"));
        let after_head = file.get(HEAD_BYTES..).ok_or_else(|| malformed("too short to be a hive"))?;
        let head = Head::parse(file).map_err(malformed)?;
        if head.major != 1 {
            return Err(Gap::with_detail(GapCode::Unsupported, format!("{name}: a hive of version {}", head.major)));
        }
        let cells = if head.is_finished() {
            let size = usize::try_from(head.size).unwrap_or(usize::MAX);
            after_head.get(..size).ok_or_else(|| malformed("it ends before its cells do"))?.to_vec()
        } else {
            log::apply(&head, after_head, &logs()?).map_err(|why| {
                let detail = format!("{name}: its last changes are in its logs, and {why}");
                Gap::with_detail(GapCode::Unreadable, detail)
            })?
        };
        let hive = Self { name: name.to_owned(), cells, root: head.root, indexes: Mutex::default() };
        hive.key_cell(Key(hive.root))?;
        Ok(hive)
    }

    /// How many bytes of memory it takes.
    pub(crate) fn size(&self) -> usize {
        self.cells.len()
    }

    fn malformed(&self, what: &str) -> Gap {
        Gap::with_detail(GapCode::Malformed, format!("{}: {what}", self.name))
    }

    /// The data of an allocated cell, without its size.
    fn cell(&self, offset: u32) -> Result<&[u8], Gap> {
        let out = || self.malformed(&format!("there is no cell at {offset:#x}"));
        let at = usize::try_from(offset).map_err(|_| out())?;
        let size = self.cells.get(at..).and_then(|rest| number_at(rest, 0)).ok_or_else(out)?;
        // An allocated cell has a negative size.
        let size = size.cast_signed().checked_neg().and_then(|size| usize::try_from(size).ok()).ok_or_else(out)?;
        let (start, end) = (at.checked_add(4).ok_or_else(out)?, at.checked_add(size).ok_or_else(out)?);
        self.cells.get(start..end).ok_or_else(out)
    }

    fn key_cell(&self, key: Key) -> Result<&[u8], Gap> {
        let cell = self.cell(key.0)?;
        if cell.starts_with(b"nk") && cell.len() >= 76 {
            return Ok(cell);
        }
        Err(self.malformed(&format!("the cell at {:#x} is no key", key.0)))
    }

    fn number(&self, cell: &[u8], at: usize) -> Result<u32, Gap> {
        number_at(cell, at).ok_or_else(|| self.malformed("a cell is too short"))
    }

    /// The name of the record in `cell` whose length stands at `length_at`.
    fn name_of(&self, cell: &[u8], length_at: usize, name_at: usize, is_latin: bool) -> Result<String, Gap> {
        let name = short_at(cell, length_at)
            .and_then(|length| cell.get(name_at..name_at.checked_add(usize::from(length))?))
            .ok_or_else(|| self.malformed("a name is longer than its cell"))?;
        if is_latin {
            return Ok(name.iter().copied().map(char::from).collect());
        }
        Ok(text_of_units(name.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]))))
    }

    fn key_name(&self, key: Key) -> Result<String, Gap> {
        let cell = self.key_cell(key)?;
        let is_latin = short_at(cell, 2).is_some_and(|flags| flags & KEY_NAME_IS_LATIN != 0);
        self.name_of(cell, 72, 76, is_latin)
    }

    /// The keys below a key, at most [`MAX_SUBKEYS`].
    fn children(&self, key: Key) -> Result<Listing<Key>, Gap> {
        let cell = self.key_cell(key)?;
        let (count, list) = (self.number(cell, 20)?, self.number(cell, 28)?);
        let mut keys = Listing::default();
        if count == 0 || list == NOWHERE {
            return Ok(keys);
        }
        self.add_list(list, true, &mut keys)?;
        if keys.incomplete.is_none() && keys.items.len() != usize::try_from(count).unwrap_or(usize::MAX) {
            let found = keys.items.len();
            keys.note_gap(self.malformed(&format!("a key says that {count} are below it, and lists {found}")));
        }
        Ok(keys)
    }

    /// The keys of one list. A list of lists holds plain lists only: one that says otherwise may lead in a circle.
    fn add_list(&self, offset: u32, may_nest: bool, keys: &mut Listing<Key>) -> Result<(), Gap> {
        let list = self.cell(offset)?;
        let count = usize::from(short_at(list, 2).ok_or_else(|| self.malformed("a cell is too short"))?);
        let (nests, step) = match list.get(..2) {
            Some(b"lf" | b"lh") => (false, 8),
            Some(b"li") => (false, 4),
            Some(b"ri") if may_nest => (true, 4),
            _ => return Err(self.malformed(&format!("the cell at {offset:#x} is no list of keys"))),
        };
        for index in 0..count {
            let item = self.number(list, 4 + index * step)?;
            if nests {
                self.add_list(item, false, keys)?;
            } else if keys.items.len() == MAX_SUBKEYS {
                let detail = format!("{}: more than {MAX_SUBKEYS} keys below one", self.name);
                keys.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
                return Ok(());
            } else {
                keys.items.push(Key(item));
            }
        }
        Ok(())
    }

    /// The key at the end of a way, names told apart without regard to case.
    pub fn find(&self, names: &[String]) -> Result<Option<Key>, Gap> {
        let mut here = Key(self.root);
        for name in names {
            match self.child(here, name)? {
                Some(child) => here = child,
                None => return Ok(None),
            }
        }
        Ok(Some(here))
    }

    /// The key with that name below a key. What cannot be listed may be it: then it is not absent but unknown.
    fn child(&self, key: Key, name: &str) -> Result<Option<Key>, Gap> {
        let (found, incomplete) = if self.number(self.key_cell(key)?, 20)? < INDEXED_FROM {
            let index = self.index(key)?;
            (index.by_name.get(&name.to_uppercase()).copied(), index.incomplete)
        } else {
            let held = || self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
            let index = held().get(&key.0).cloned();
            let index = match index {
                Some(index) => index,
                None => {
                    let built = Arc::new(self.index(key)?);
                    let mut indexes = held();
                    if indexes.len() == MAX_INDEXES {
                        indexes.clear();
                    }
                    indexes.insert(key.0, Arc::clone(&built));
                    built
                }
            };
            (index.by_name.get(&name.to_uppercase()).copied(), index.incomplete.clone())
        };
        match (found, incomplete) {
            (Some(child), _) => Ok(Some(child)),
            (None, None) => Ok(None),
            (None, Some(gap)) => Err(gap),
        }
    }

    /// The keys below a key by their names in capitals.
    fn index(&self, key: Key) -> Result<Index, Gap> {
        let children = self.children(key)?;
        let mut index = Index { by_name: HashMap::new(), incomplete: children.incomplete };
        for child in children.items {
            match self.key_name(child) {
                Ok(name) => {
                    index.by_name.entry(name.to_uppercase()).or_insert(child);
                }
                Err(gap) => {
                    index.incomplete.get_or_insert(gap);
                }
            }
        }
        Ok(index)
    }

    /// The names of the keys below a key.
    pub fn subkeys(&self, key: Key) -> Result<Listing<String>, Gap> {
        let children = self.children(key)?;
        let mut names = Listing { items: Vec::with_capacity(children.items.len()), incomplete: children.incomplete };
        for child in children.items {
            match self.key_name(child) {
                Ok(name) => names.items.push(name),
                Err(gap) => names.note_gap(gap),
            }
        }
        Ok(names)
    }

    /// When a key was last written to.
    pub fn last_written(&self, key: Key) -> Result<Option<Timestamp>, Gap> {
        let cell = self.key_cell(key)?;
        let steps = u64::from(self.number(cell, 4)?) | u64::from(self.number(cell, 8)?) << 32;
        Ok(file_time(steps))
    }

    /// The cells of a key's values, each with its name.
    fn value_cells(&self, key: Key) -> Result<Listing<(String, &[u8])>, Gap> {
        let cell = self.key_cell(key)?;
        let (count, offset) = (self.number(cell, 36)?, self.number(cell, 40)?);
        let mut values = Listing::default();
        if count == 0 {
            return Ok(values);
        }
        let list = self.cell(offset)?;
        for index in 0..usize::try_from(count).unwrap_or(usize::MAX) {
            if index == MAX_VALUES {
                let detail = format!("{}: more than {MAX_VALUES} values in one key", self.name);
                values.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
                break;
            }
            let value = self.cell(self.number(list, index * 4)?)?;
            if !value.starts_with(b"vk") || value.len() < 20 {
                return Err(self.malformed("a list of values leads to something else"));
            }
            let is_latin = short_at(value, 16).is_some_and(|flags| flags & VALUE_NAME_IS_LATIN != 0);
            values.items.push((self.name_of(value, 2, 20, is_latin)?, value));
        }
        Ok(values)
    }

    /// All values of a key. One that cannot be read makes the listing incomplete.
    pub fn values(&self, key: Key) -> Result<Listing<(String, Value)>, Gap> {
        let cells = self.value_cells(key)?;
        let mut values = Listing { items: Vec::with_capacity(cells.items.len()), incomplete: cells.incomplete };
        for (name, cell) in cells.items {
            match self.value_of(cell) {
                Ok(value) => values.items.push((name, value)),
                Err(gap) => values.note_gap(gap),
            }
        }
        Ok(values)
    }

    /// One value of a key.
    pub fn value(&self, key: Key, name: &str) -> Result<Option<Value>, Gap> {
        let cells = self.value_cells(key)?;
        match (cells.items.iter().find(|(found, _)| is_same_name(found, name)), cells.incomplete) {
            (Some((_, cell)), _) => self.value_of(cell).map(Some),
            (None, None) => Ok(None),
            (None, Some(gap)) => Err(gap),
        }
    }

    fn value_of(&self, cell: &[u8]) -> Result<Value, Gap> {
        let (size, kind) = (self.number(cell, 4)?, self.number(cell, 12)?);
        let length = usize::try_from(size & !DATA_INLINE).unwrap_or(usize::MAX);
        let decode = |data: &[u8]| {
            Value::decode(kind, data)
                .map_err(|gap| Gap::with_detail(gap.code, format!("{}: {}", self.name, gap.detail)))
        };
        let short = || self.malformed("the data of a value is longer than its cell");
        if size & DATA_INLINE != 0 {
            let data = cell.get(8..12).and_then(|data| data.get(..length)).ok_or_else(short)?;
            return decode(data);
        }
        if length > MAX_VALUE_BYTES {
            let detail = format!("{}: a value of more than {MAX_VALUE_BYTES} bytes", self.name);
            return Err(Gap::with_detail(GapCode::TooLarge, detail));
        }
        if length == 0 {
            return decode(&[]);
        }
        let data = self.cell(self.number(cell, 8)?)?;
        if length > SEGMENT_BYTES && data.starts_with(b"db") {
            return decode(&self.segments(data, length)?);
        }
        decode(data.get(..length).ok_or_else(short)?)
    }

    /// The data of a value that lies in several cells.
    fn segments(&self, head: &[u8], length: usize) -> Result<Vec<u8>, Gap> {
        let list = self.cell(self.number(head, 4)?)?;
        let mut data = Vec::with_capacity(length);
        for index in 0..length.div_ceil(SEGMENT_BYTES) {
            let wanted = (length - data.len()).min(SEGMENT_BYTES);
            let cell = self.cell(self.number(list, index * 4)?)?;
            let part = cell.get(..wanted).ok_or_else(|| self.malformed("a part of a large value is too short"))?;
            data.extend_from_slice(part);
        }
        Ok(data)
    }
}

/// Names of keys and values differ in more than case.
fn is_same_name(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || (!one.is_ascii() && one.to_uppercase() == other.to_uppercase())
}

#[cfg(test)]
mod tests;
