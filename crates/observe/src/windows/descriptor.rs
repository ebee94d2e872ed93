//! Security descriptors in their self-relative form: whom a list of access rights lets in.

use khien_model::{Gap, GapCode};

/// How many entries of one list are read.
pub(crate) const MAX_ENTRIES: usize = 4096;

/// The descriptor has a list of access rights; without one everybody has every right.
const DACL_PRESENT: u16 = 0x4;

/// An entry that counts for what is below only.
const INHERIT_ONLY: u8 = 0x8;

/// Rights to read a folder's contents: `FILE_READ_DATA`, `GENERIC_ALL`, `GENERIC_READ`.
const READ: u32 = 0x1 | 0x1000_0000 | 0x8000_0000;

/// Rights to change them: `FILE_WRITE_DATA`, `FILE_APPEND_DATA`, `GENERIC_ALL`, `GENERIC_WRITE`.
const WRITE: u32 = 0x2 | 0x4 | 0x1000_0000 | 0x4000_0000;

/// Everyone, Authenticated Users, Anonymous, Guests.
const EVERYBODY: [&str; 4] = ["S-1-1-0", "S-1-5-11", "S-1-5-7", "S-1-5-32-546"];

/// How the identifiers of the account Guest and of the group of a domain's guests end.
const GUESTS: [&str; 2] = ["-501", "-514"];

/// Those who may change everything anyway: the system and its administrators.
const ADMINISTRATORS: [&str; 2] = ["S-1-5-18", "S-1-5-32-544"];

/// Whom a descriptor lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    /// Everyone, Authenticated Users or Guests may read.
    pub(crate) everybody: bool,
    /// Somebody who is no administrator may write.
    pub(crate) writable: bool,
}

/// One entry of a list.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    allows: bool,
    rights: u32,
    who: String,
}

/// Reads a descriptor.
pub(crate) fn access(bytes: &[u8]) -> Result<Access, Gap> {
    let everything = Access { everybody: true, writable: true };
    let control = short(bytes, 2)?;
    let offset = number(bytes, 16)?;
    if control & DACL_PRESENT == 0 || offset == 0 {
        return Ok(everything);
    }
    let start = usize::try_from(offset).map_err(|_| malformed("its list lies outside"))?;
    let entries = entries(bytes.get(start..).ok_or_else(|| malformed("its list lies outside"))?)?;
    Ok(Access {
        everybody: rights_left(&entries, READ, is_everybody),
        writable: rights_left(&entries, WRITE, |who| !ADMINISTRATORS.contains(&who)),
    })
}

/// Whether one of those whom `who` means keeps one of `wanted` when the entries are gone through in their order. What is
/// denied to Everyone is denied to all that follow; what is denied to somebody else is denied to them alone.
fn rights_left(entries: &[Entry], wanted: u32, who: fn(&str) -> bool) -> bool {
    entries.iter().enumerate().any(|(at, entry)| {
        let before = entries.get(..at).unwrap_or_default();
        let denies = |earlier: &&Entry| !earlier.allows && (earlier.who == entry.who || earlier.who == "S-1-1-0");
        let denied = before.iter().filter(denies).fold(0, |sum, earlier| sum | earlier.rights);
        entry.allows && who(&entry.who) && entry.rights & wanted & !denied != 0
    })
}

fn is_everybody(who: &str) -> bool {
    EVERYBODY.contains(&who) || (who.starts_with("S-1-5-21-") && GUESTS.iter().any(|end| who.ends_with(end)))
}

fn entries(list: &[u8]) -> Result<Vec<Entry>, Gap> {
    let count = usize::from(short(list, 4)?);
    if count > MAX_ENTRIES {
        return Err(Gap::with_detail(GapCode::TooLarge, format!("a list of more than {MAX_ENTRIES} entries")));
    }
    let list = list.get(..usize::from(short(list, 2)?)).ok_or_else(|| malformed("its list is cut off"))?;
    let mut rest = list.get(8..).ok_or_else(|| malformed("its list is cut off"))?;
    let mut found = Vec::with_capacity(count);
    for _ in 0..count {
        let size = usize::from(short(rest, 2)?);
        let (entry, after) = rest.split_at_checked(size).ok_or_else(|| malformed("an entry is cut off"))?;
        rest = after;
        let kind = *entry.first().ok_or_else(|| malformed("an entry of no size"))?;
        let flags = *entry.get(1).ok_or_else(|| malformed("an entry is cut off"))?;
        // 0 allows, 1 denies; 9 and 10 do so on a condition, which may hold. Others (object types, audits) are not used here.
        let allows = match kind {
            0 | 9 => true,
            1 => false,
            // That a condition denies is not taken for granted.
            10 => continue,
            other => return Err(Gap::with_detail(GapCode::Unsupported, format!("an entry of type {other}"))),
        };
        if flags & INHERIT_ONLY == 0 {
            let who = identifier(entry.get(8..).ok_or_else(|| malformed("an entry is cut off"))?)?;
            found.push(Entry { allows, rights: number(entry, 4)?, who });
        }
    }
    Ok(found)
}

/// A security identifier as text: `S-1-5-32-544`.
pub(crate) fn identifier(bytes: &[u8]) -> Result<String, Gap> {
    let short = || malformed("an identifier is cut off");
    let (revision, count) = (bytes.first().ok_or_else(short)?, usize::from(*bytes.get(1).ok_or_else(short)?));
    let authority = bytes.get(2..8).ok_or_else(short)?.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mut text = format!("S-{revision}-{authority}");
    for index in 0..count {
        text.push_str(&format!("-{}", number(bytes, 8 + index * 4)?));
    }
    Ok(text)
}

fn malformed(what: &str) -> Gap {
    Gap::with_detail(GapCode::Malformed, format!("a security descriptor: {what}"))
}

fn short(bytes: &[u8], at: usize) -> Result<u16, Gap> {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>());
    chunk.map(|chunk| u16::from_le_bytes(*chunk)).ok_or_else(|| malformed("it is cut off"))
}

fn number(bytes: &[u8], at: usize) -> Result<u32, Gap> {
    let chunk = bytes.get(at..).and_then(|rest| rest.first_chunk::<4>());
    chunk.map(|chunk| u32::from_le_bytes(*chunk)).ok_or_else(|| malformed("it is cut off"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EVERYONE: &[u32] = &[1, 0];
    const USERS: &[u32] = &[5, 32, 545];
    const GUEST: &[u32] = &[5, 21, 1, 2, 3, 501];
    const ADMINISTRATOR: &[u32] = &[5, 32, 544];
    const ALL: u32 = 0x001f_01ff;
    const READ_ONLY: u32 = 0x0012_00a9;

    /// Kind, flags, rights, and an identifier: the authority and what follows.
    type Row = (u8, u8, u32, &'static [u32]);

    fn descriptor(rows: &[Row]) -> Vec<u8> {
        let mut list = Vec::new();
        for (kind, flags, rights, who) in rows {
            let mut sid = vec![1, u8::try_from(who.len() - 1).unwrap(), 0, 0, 0, 0, 0, u8::try_from(who[0]).unwrap()];
            sid.extend(who[1..].iter().flat_map(|number| number.to_le_bytes()));
            list.extend([*kind, *flags]);
            list.extend(u16::try_from(8 + sid.len()).unwrap().to_le_bytes());
            list.extend(rights.to_le_bytes());
            list.extend(sid);
        }
        let mut bytes = vec![1, 0, 0x04, 0x80];
        bytes.extend([0; 12]);
        bytes.extend(20_u32.to_le_bytes());
        bytes.extend([2, 0]);
        bytes.extend(u16::try_from(list.len() + 8).unwrap().to_le_bytes());
        bytes.extend(u16::try_from(rows.len()).unwrap().to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(list);
        bytes
    }

    #[test]
    fn rights_are_given_and_taken_in_order() {
        for (rows, everybody, writable) in [
            (&[][..], false, false),
            (&[(0, 0, READ_ONLY, EVERYONE)], true, false),
            (&[(0, 0, ALL, EVERYONE)], true, true),
            (&[(0, 0, 0x1000_0000, EVERYONE)], true, true),
            (&[(0, 0, ALL, USERS)], false, true),
            (&[(0, 0, ALL, GUEST)], true, true),
            (&[(0, 0, ALL, ADMINISTRATOR)], false, false),
            (&[(0, INHERIT_ONLY, ALL, EVERYONE)], false, false),
            (&[(1, 0, ALL, EVERYONE), (0, 0, ALL, EVERYONE)], false, false),
            (&[(1, 0, WRITE, EVERYONE), (0, 0, ALL, EVERYONE)], true, false),
            (&[(1, 0, ALL, USERS), (0, 0, ALL, EVERYONE)], true, true),
            (&[(0, 0, ALL, EVERYONE), (1, 0, ALL, EVERYONE)], true, true),
            (&[(9, 0, READ_ONLY, EVERYONE)], true, false),
            (&[(10, 0, ALL, EVERYONE), (0, 0, READ_ONLY, EVERYONE)], true, false),
        ] {
            assert_eq!(access(&descriptor(rows)), Ok(Access { everybody, writable }), "{rows:?}");
        }
    }

    #[test]
    fn without_a_list_everybody_may_do_everything() {
        let everything = Ok(Access { everybody: true, writable: true });
        let mut none = descriptor(&[]);
        none[2] = 0;
        assert_eq!(access(&none), everything);
        let mut null = descriptor(&[]);
        null[16] = 0;
        assert_eq!(access(&null), everything);
    }

    #[test]
    fn what_is_cut_off_or_new_is_no_answer() {
        let whole = descriptor(&[(0, 0, ALL, EVERYONE)]);
        for length in 0..whole.len() {
            assert_eq!(access(&whole[..length]).unwrap_err().code, GapCode::Malformed, "{length}");
        }
        assert_eq!(access(&descriptor(&[(5, 0, ALL, EVERYONE)])).unwrap_err().code, GapCode::Unsupported);
        let mut many = descriptor(&[]);
        many[24..26].copy_from_slice(&u16::try_from(MAX_ENTRIES + 1).unwrap().to_le_bytes());
        assert_eq!(access(&many).unwrap_err().code, GapCode::TooLarge);
        many[24..26].copy_from_slice(&u16::try_from(MAX_ENTRIES).unwrap().to_le_bytes());
        assert_eq!(access(&many).unwrap_err().code, GapCode::Malformed);
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_descriptor_or_a_gap(bytes in proptest::collection::vec(any::<u8>(), 0..128)) {
            let _ = access(&bytes);
        }

        #[test]
        fn any_damage_to_a_descriptor_is_survived(at: prop::sample::Index, byte: u8) {
            let mut bytes = descriptor(&[(0, 0, ALL, EVERYONE), (1, 0, ALL, USERS)]);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = access(&bytes);
        }
    }
}
