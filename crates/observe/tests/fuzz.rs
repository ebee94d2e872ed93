//! Fuzz targets. As plain tests they run some seconds' worth of inputs; `cargo bolero test` runs them with a fuzzer.

#![allow(clippy::unwrap_used, reason = "the writers of hives and logs are for tests")]

use khien_observe::windows::{Hive, HiveKey, Value, file_time};

#[path = "machines/hives.rs"]
#[expect(dead_code, reason = "the machines use all of it")]
mod hives;
#[path = "machines/logs.rs"]
#[expect(dead_code, reason = "the machines use all of it")]
mod logs;

/// The head of a hive, and the part of it that its checksum covers.
const HEAD: usize = 4096;
const CHECKED: usize = 508;

/// How many keys of one hive are asked.
const MAX_KEYS: usize = 50;

/// Asks a hive what the areas ask.
fn ask(hive: &Hive) {
    let mut asked = 0;
    let mut waiting: Vec<Vec<String>> = vec![Vec::new()];
    while let Some(path) = waiting.pop() {
        asked += 1;
        if asked > MAX_KEYS {
            return;
        }
        let Ok(Some(key)) = hive.find(&path) else { continue };
        ask_key(hive, key);
        if let Ok(names) = hive.subkeys(key) {
            waiting.extend(names.items.into_iter().take(5).map(|name| [path.clone(), vec![name]].concat()));
        }
    }
}

fn ask_key(hive: &Hive, key: HiveKey) {
    let _ = (hive.last_written(key), hive.value(key, "Start"));
    if let Ok(values) = hive.values(key) {
        for (name, _) in values.items.iter().take(5) {
            let _ = hive.value(key, name);
        }
    }
}

#[test]
fn cells_of_any_kind_are_a_hive_or_a_gap() {
    bolero::check!().with_type::<(u16, Vec<u8>)>().for_each(|(root, cells)| {
        let mut file = vec![0; HEAD];
        file[..4].copy_from_slice(b"regf");
        let size = u32::try_from(cells.len()).unwrap_or(u32::MAX);
        for (at, number) in [(20, 1), (36, u32::from(*root) % (size + 1)), (40, size)] {
            file[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        let words = file[..CHECKED].chunks_exact(4);
        let sum = words.fold(0, |sum, word| sum ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]]));
        file[CHECKED..CHECKED + 4].copy_from_slice(&sum.to_le_bytes());
        file.extend(cells);
        if let Ok(hive) = Hive::new("FUZZ", &file) {
            ask(&hive);
        }
    });
}

#[test]
fn any_bytes_are_a_hive_or_a_gap() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        if let Ok(hive) = Hive::new("FUZZ", bytes) {
            ask(&hive);
        }
    });
}

#[test]
fn any_bytes_are_logs_of_a_hive_or_a_gap() {
    let hive = hives::hive("[Microsoft]\n\"Name\"=\"Value\"\n");
    let unfinished = logs::between(&hive, 7);
    bolero::check!().with_type::<(u8, u8, Vec<u8>, Vec<u8>)>().for_each(|(kind, sequence, one, other)| {
        let log = |bytes: &[u8]| {
            [logs::head_of_log(&hive, u32::from(*kind % 8), u32::from(*sequence)), bytes.to_vec()].concat()
        };
        let marked = |mark: &[u8]| log(&[mark, one].concat());
        for logs in [vec![one.clone(), other.clone()], vec![log(one), log(other)], vec![marked(b"DIRT")]] {
            if let Ok(hive) = Hive::with_logs("FUZZ", &unfinished, || Ok(logs)) {
                ask(&hive);
            }
        }
    });
}

/// Entries whose hashes are right, wherever their pages belong.
#[test]
fn any_entries_of_a_log_make_a_hive_or_a_gap() {
    let hive = hives::hive("[Microsoft]\n\"Name\"=\"Value\"\n");
    let unfinished = logs::between(&hive, 7);
    bolero::check!().with_type::<Vec<(u8, u8, Vec<(u16, Vec<u8>)>)>>().for_each(|entries| {
        let mut log = logs::head_of_log(&hive, 6, 7);
        for (index, (skipped, size, pages)) in entries.iter().take(8).enumerate() {
            let pages: Vec<(usize, &[u8])> =
                pages.iter().map(|(at, page)| (usize::from(*at), page.as_slice())).collect();
            let sequence = 7 + u32::try_from(index).unwrap_or_default() + u32::from(*skipped % 16 == 15);
            log.extend(logs::entry(sequence, 2048 * u32::from(*size), &pages));
        }
        if let Ok(hive) = Hive::with_logs("FUZZ", &unfinished, || Ok(vec![log])) {
            ask(&hive);
        }
    });
}

#[test]
fn any_bytes_are_a_value_or_a_gap() {
    bolero::check!().with_type::<(u8, Vec<u8>, u64)>().for_each(|(kind, data, steps)| {
        let _ = (Value::decode(u32::from(*kind), data), file_time(*steps));
    });
}
