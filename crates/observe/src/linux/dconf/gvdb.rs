//! GVDB, the file format of dconf's databases: a hash table of paths to serialised values. Its hashes are not used: a file is
//! read once, item by item, and only for the keys that are asked for.

use std::collections::{BTreeMap, BTreeSet};

/// The first bytes of a database of a little-endian machine.
const SIGNATURE: &[u8] = b"GVariant";

/// The bytes of one item of a hash table.
const ITEM_BYTES: usize = 24;

/// The parent of an item that has none.
const NO_PARENT: u32 = u32::MAX;

/// The table of locks inside the table of values.
const LOCKS: &str = ".locks";

/// How deep a path may nest, and how long it may be.
const MAX_DEPTH: usize = 32;
const MAX_KEY_BYTES: usize = 1024;

/// A value of one of the types that settings have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    /// Some other type.
    Other,
}

/// What one database says about the keys that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Database {
    pub(super) values: BTreeMap<&'static str, Value>,
    /// Keys that nobody above this database may change.
    pub(super) locks: BTreeSet<&'static str>,
}

/// Reads the `wanted` keys out of a database.
pub(super) fn read(bytes: &[u8], wanted: &[&'static str]) -> Result<Database, &'static str> {
    if bytes.is_empty() {
        // dconf makes an empty file when it has nothing to say.
        return Ok(Database::default());
    }
    if !bytes.starts_with(SIGNATURE) {
        return Err("no GVDB signature");
    }
    let root = region(bytes, 16).ok_or("the root table lies outside the file")?;
    let table = Table::of(root)?;
    let mut database = Database::default();
    let mut key = Vec::new();
    for index in 0..table.count() {
        let item = table.item(index).ok_or("an item lies outside its table")?;
        match item.kind {
            b'v' => {
                if let Some(name) = table.name(bytes, index, &mut key, wanted)? {
                    let value = bytes.get(item.start..item.end).ok_or("a value lies outside the file")?;
                    database.values.insert(name, parse_value(value));
                }
            }
            b'H' if table.name(bytes, index, &mut key, &[LOCKS])?.is_some() => {
                let locks = bytes.get(item.start..item.end).ok_or("a table lies outside the file")?;
                let locks = Table::of(locks)?;
                for lock in 0..locks.count() {
                    database.locks.extend(locks.name(bytes, lock, &mut key, wanted)?);
                }
            }
            _ => {}
        }
    }
    Ok(database)
}

/// One item of a table.
struct Item {
    parent: u32,
    key_start: usize,
    key_bytes: usize,
    kind: u8,
    start: usize,
    end: usize,
}

/// The items of a hash table, its filter and buckets passed over.
struct Table<'a> {
    items: &'a [u8],
}

impl<'a> Table<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, &'static str> {
        let filter_words = number(bytes, 0).ok_or("a table is too short")? & 0x07ff_ffff;
        let buckets = number(bytes, 4).ok_or("a table is too short")?;
        let words = u64::from(filter_words) + u64::from(buckets);
        let before = usize::try_from(8 + 4 * words).map_err(|_| "a table is too long")?;
        let items = bytes.get(before..).ok_or("a table is shorter than its buckets")?;
        Ok(Self { items })
    }

    fn count(&self) -> usize {
        self.items.len() / ITEM_BYTES
    }

    fn item(&self, index: usize) -> Option<Item> {
        let item = self.items.get(index.checked_mul(ITEM_BYTES)?..)?.get(..ITEM_BYTES)?;
        Some(Item {
            parent: number(item, 4)?,
            key_start: usize::try_from(number(item, 8)?).ok()?,
            key_bytes: usize::from(u16::from_le_bytes(item.get(12..14)?.try_into().ok()?)),
            kind: *item.get(14)?,
            start: usize::try_from(number(item, 16)?).ok()?,
            end: usize::try_from(number(item, 20)?).ok()?,
        })
    }

    /// Which of `wanted` the item is called. A path is put together from its end, because items name their parents.
    fn name(
        &self,
        bytes: &[u8],
        index: usize,
        key: &mut Vec<u8>,
        wanted: &[&'static str],
    ) -> Result<Option<&'static str>, &'static str> {
        key.clear();
        let mut at = index;
        for _ in 0..MAX_DEPTH {
            let item = self.item(at).ok_or("an item has a parent outside its table")?;
            let end = item.key_start.saturating_add(item.key_bytes);
            let part = bytes.get(item.key_start..end).ok_or("a key lies outside the file")?;
            if key.len() + part.len() > MAX_KEY_BYTES {
                return Ok(None);
            }
            key.splice(0..0, part.iter().copied());
            if item.parent == NO_PARENT {
                return Ok(wanted.iter().find(|name| name.as_bytes() == key.as_slice()).copied());
            }
            at = usize::try_from(item.parent).map_err(|_| "a table is too long")?;
        }
        Ok(None)
    }
}

/// The bytes that the pointer at `at` points to.
fn region(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let start = usize::try_from(number(bytes, at)?).ok()?;
    let end = usize::try_from(number(bytes, at + 4)?).ok()?;
    bytes.get(start..end)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// A serialised variant: the value, a zero byte, the name of its type.
fn parse_value(bytes: &[u8]) -> Value {
    let mut parts = bytes.rsplitn(2, |byte| *byte == 0);
    let (Some(kind), Some(value)) = (parts.next(), parts.next()) else {
        return Value::Other;
    };
    match (kind, value) {
        (b"b", [byte]) => Value::Bool(*byte != 0),
        (b"u", &[a, b, c, d]) => Value::Int(i64::from(u32::from_le_bytes([a, b, c, d]))),
        (b"i", &[a, b, c, d]) => Value::Int(i64::from(i32::from_le_bytes([a, b, c, d]))),
        (b"s", [text @ .., 0]) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        _ => Value::Other,
    }
}

/// Writes databases for tests: every item without a parent, no hashes, as far as [`read`] looks.
#[cfg(test)]
pub(crate) fn write(values: &[(&str, &[u8], &str)], locks: &[&str]) -> Vec<u8> {
    fn table(file: &mut Vec<u8>, items: &[(&str, u8, u32, u32)]) -> (u32, u32) {
        let keys: Vec<u32> = items
            .iter()
            .map(|(key, ..)| {
                let at = u32::try_from(file.len()).unwrap();
                file.extend(key.as_bytes());
                at
            })
            .collect();
        file.resize(file.len().next_multiple_of(4), 0);
        let start = u32::try_from(file.len()).unwrap();
        file.extend([0; 8]);
        for ((key, kind, from, to), at) in items.iter().zip(keys) {
            file.extend([0; 4]);
            file.extend(NO_PARENT.to_le_bytes());
            file.extend(at.to_le_bytes());
            file.extend(u16::try_from(key.len()).unwrap().to_le_bytes());
            file.extend([*kind, 0]);
            file.extend(from.to_le_bytes());
            file.extend(to.to_le_bytes());
        }
        (start, u32::try_from(file.len()).unwrap())
    }
    let mut file = SIGNATURE.to_vec();
    file.resize(24, 0);
    let mut items = Vec::new();
    for (key, value, kind) in values {
        file.resize(file.len().next_multiple_of(8), 0);
        let from = u32::try_from(file.len()).unwrap();
        file.extend(*value);
        file.push(0);
        file.extend(kind.as_bytes());
        items.push((*key, b'v', from, u32::try_from(file.len()).unwrap()));
    }
    let locked: Vec<_> = locks.iter().map(|key| (*key, b'v', 0, 0)).collect();
    let (from, to) = table(&mut file, &locked);
    items.push((LOCKS, b'H', from, to));
    let (from, to) = table(&mut file, &items);
    file.splice(16..24, [from.to_le_bytes(), to.to_le_bytes()].concat());
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WANTED: [&str; 4] = ["/org/a", "/org/b", "/org/c", "/org/d"];

    fn sample() -> Vec<u8> {
        write(
            &[
                ("/org/a", &[1], "b"),
                ("/org/b", &300_u32.to_le_bytes(), "u"),
                ("/org/c", b"x\0", "s"),
                ("/org/e", &[0], "b"),
            ],
            &["/org/a", "/org/other"],
        )
    }

    #[test]
    fn values_and_locks_are_found_by_their_keys() {
        let database = read(&sample(), &WANTED).unwrap();
        let values: Vec<_> = database.values.into_iter().collect();
        assert_eq!(
            values,
            [("/org/a", Value::Bool(true)), ("/org/b", Value::Int(300)), ("/org/c", Value::Text("x".to_owned()))]
        );
        assert_eq!(database.locks.into_iter().collect::<Vec<_>>(), ["/org/a"]);
        assert_eq!(read(b"", &WANTED), Ok(Database::default()));
    }

    #[test]
    fn what_is_no_database_is_said() {
        assert!(read(b"SQLite format 3", &WANTED).is_err());
        let whole = sample();
        for length in 1..whole.len() {
            // A database that is cut anywhere never gives an answer: its root table is at the end.
            assert!(read(whole.get(..length).unwrap(), &WANTED).is_err(), "{length}");
        }
    }

    #[test]
    fn items_in_a_circle_have_no_name() {
        let mut file = sample();
        let start = usize::try_from(number(&file, 16).unwrap()).unwrap() + 8;
        // The first item is its own parent.
        file.splice(start + 4..start + 8, 0_u32.to_le_bytes());
        let database = read(&file, &WANTED).unwrap();
        assert!(!database.values.contains_key("/org/a"));
    }

    proptest! {
        #[test]
        fn any_change_is_read_without_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12)) {
            let mut file = sample();
            for (at, byte) in changes {
                let at = at.index(file.len());
                if let Some(place) = file.get_mut(at) {
                    *place = byte;
                }
            }
            let _ = read(&file, &WANTED);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&[SIGNATURE, &bytes].concat(), &WANTED);
        }
    }
}
