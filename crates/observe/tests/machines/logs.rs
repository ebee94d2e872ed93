//! Hives that Windows was writing to when it was switched off, and their logs, in both forms. Written from the description of
//! the forms alone, so that it is a second opinion about them.

const HEAD: usize = 4096;
const SECTOR: usize = 512;

/// What of the cells one page of the new form holds here.
const PAGE: usize = 4096;

/// A hive as it was, and the logs that make of it what it was to be.
pub(crate) struct Unfinished {
    pub(crate) hive: Vec<u8>,
    pub(crate) logs: Vec<Vec<u8>>,
}

fn put(bytes: &mut [u8], at: usize, number: u32) {
    bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// Writes the checksum of a head.
fn sign(file: &mut [u8]) {
    let sum = file[..508].chunks(4).fold(0, |sum, four| sum ^ u32::from_le_bytes(four.try_into().unwrap()));
    put(file, 508, sum);
}

/// A hive between the two numbers of its head: its next change has the number `sequence`.
pub(crate) fn between(hive: &[u8], sequence: u32) -> Vec<u8> {
    let mut file = hive.to_vec();
    put(&mut file, 4, sequence.wrapping_add(1));
    put(&mut file, 8, sequence);
    sign(&mut file);
    file
}

/// The head of a log.
pub(crate) fn head_of_log(hive: &[u8], kind: u32, sequence: u32) -> Vec<u8> {
    let mut head = hive[..SECTOR].to_vec();
    for (at, value) in [(4, sequence), (8, sequence), (28, kind)] {
        put(&mut head, at, value);
    }
    sign(&mut head);
    head
}

/// The pages of the later cells that the earlier do not have, and where they belong.
fn changes<'later>(earlier: &[u8], later: &'later [u8], page: usize) -> Vec<(usize, &'later [u8])> {
    let old = |at: usize| earlier.get(HEAD + at..HEAD + at + page);
    let pages = later[HEAD..].chunks(page).enumerate().map(|(index, bytes)| (index * page, bytes));
    pages.filter(|(at, bytes)| old(*at) != Some(*bytes)).collect()
}

/// The form of Windows 8.1 and later: `entries` entries from the number `sequence` on, the first half of them in one log and
/// the rest in the other. Before its own, the first log still has one that is in the hive already.
pub(crate) fn new_form(earlier: &[u8], later: &[u8], sequence: u32, entries: usize) -> Unfinished {
    let pages = changes(earlier, later, PAGE);
    let size = number(later, 40).max(number(earlier, 40));
    let mut parts: Vec<&[(usize, &[u8])]> = pages.chunks(pages.len().div_ceil(entries).max(1)).collect();
    // An entry without pages does not exist: what did not change is written again.
    let again = [(0, &later[HEAD..HEAD + PAGE])];
    if parts.is_empty() {
        parts.push(&again);
    }
    let first_of_second = parts.len().div_ceil(2);
    let mut log = head_of_log(later, 6, sequence.wrapping_sub(1));
    log.extend(entry(sequence.wrapping_sub(1), size, &[(0, &[0xee; PAGE])]));
    let mut logs = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let number_of_entry = sequence.wrapping_add(u32::try_from(index).unwrap());
        if index == first_of_second {
            logs.push(std::mem::replace(&mut log, head_of_log(later, 6, number_of_entry)));
        }
        let is_last = index + 1 == parts.len();
        log.extend(entry(number_of_entry, if is_last { number(later, 40) } else { size }, part));
    }
    // What was there before the log was begun anew.
    log.extend(entry(sequence.wrapping_sub(9), size, &[(0, &[0xdd; PAGE])]));
    logs.push(log);
    Unfinished { hive: between(earlier, sequence), logs }
}

pub(crate) fn entry(sequence: u32, size: u32, pages: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = b"HvLE".to_vec();
    for value in [0, 0, sequence, size, u32::try_from(pages.len()).unwrap()] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 16]);
    for (at, page) in pages {
        bytes.extend(u32::try_from(*at).unwrap().to_le_bytes());
        bytes.extend(u32::try_from(page.len()).unwrap().to_le_bytes());
    }
    bytes.extend(pages.iter().flat_map(|(_, page)| page.iter()));
    bytes.resize(bytes.len().next_multiple_of(SECTOR), 0);
    let length = u32::try_from(bytes.len()).unwrap();
    put(&mut bytes, 4, length);
    let first = marvin32(&bytes[40..]);
    bytes[24..32].copy_from_slice(&first.to_le_bytes());
    let second = marvin32(&bytes[..32]);
    bytes[32..40].copy_from_slice(&second.to_le_bytes());
    bytes
}

/// The form until Windows 8, in the second log; the first is that of an earlier moment.
pub(crate) fn old_form(earlier: &[u8], later: &[u8], sequence: u32) -> Unfinished {
    let mut hive = between(earlier, sequence);
    hive[12..20].copy_from_slice(&later[12..20]);
    sign(&mut hive);
    let size = usize::try_from(number(later, 40)).unwrap();
    let pages = changes(earlier, later, SECTOR);
    let mut bitmap = vec![0_u8; size / SECTOR / 8];
    for (at, _) in &pages {
        bitmap[at / SECTOR / 8] |= 1 << (at / SECTOR % 8);
    }
    let mut log = [head_of_log(later, 1, sequence.wrapping_add(1)), b"DIRT".to_vec(), bitmap].concat();
    log.resize(log.len().next_multiple_of(SECTOR), 0);
    log.extend(pages.iter().flat_map(|(_, page)| page.iter()));
    let mut other = log.clone();
    other[12] ^= 1;
    sign(&mut other);
    Unfinished { hive, logs: vec![other, log] }
}

/// Marvin32 with the seed of hives.
fn marvin32(bytes: &[u8]) -> u64 {
    let (mut low, mut high) = (0x7a4e_55c5_u32, 0x82ef_4d88_u32);
    let words = bytes.chunks(4).map(|four| u32::from_le_bytes(four.try_into().unwrap()));
    for word in words.chain([0x80, 0]) {
        low = low.wrapping_add(word);
        high ^= low;
        low = low.rotate_left(20).wrapping_add(high);
        high = high.rotate_left(9) ^ low;
        low = low.rotate_left(27).wrapping_add(high);
        high = high.rotate_left(19);
    }
    u64::from(low) | u64::from(high) << 32
}
