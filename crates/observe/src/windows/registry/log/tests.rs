use super::super::head::checksum;
use super::*;
use khien_model::GapCode;
use proptest::prelude::*;

use crate::windows::registry::{Hive, hives};

#[path = "../../../../tests/machines/logs.rs"]
mod logs;

/// A hive with so many keys, each with a value that tells hives apart.
fn hive(keys: usize, value: u32) -> Vec<u8> {
    let keys: Vec<String> = (0..keys).map(|key| format!("[Khóa {key}]\n\"n\"=dword:{value:08x}\n")).collect();
    hives::hive(&keys.concat())
}

fn cells_of(file: &[u8]) -> &[u8] {
    &file[HEAD_BYTES..]
}

fn applied(unfinished: &logs::Unfinished) -> Result<Vec<u8>, &'static str> {
    apply(&Head::parse(&unfinished.hive).unwrap(), cells_of(&unfinished.hive), &unfinished.logs)
}

fn sign(head: &mut [u8]) {
    let sum = checksum(&head[..508]);
    head[508..512].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn entries_are_hashed_as_windows_hashes_them() {
    // The two halves of the hash put together by "exclusive or" are what SymCrypt and the published descriptions give.
    for (text, expected) in [("", 0xb008_92ac_u64), ("hell", 0x7f91_e021)] {
        let hash = hash(text.as_bytes());
        assert_eq!((hash >> 32) ^ (hash & 0xffff_ffff), expected, "{text}");
    }
}

#[test]
fn logs_make_the_later_hive_of_the_earlier() {
    for (earlier, later) in [(hive(3, 1), hive(3, 2)), (hive(3, 1), hive(300, 2)), (hive(300, 1), hive(3, 2))] {
        for entries in 1..6 {
            for sequence in [0, 7, u32::MAX - 2, u32::MAX] {
                let unfinished = logs::new_form(&earlier, &later, sequence, entries);
                assert_eq!(applied(&unfinished).as_deref(), Ok(cells_of(&later)), "{sequence}, {entries}");
                let swapped = logs::Unfinished {
                    hive: unfinished.hive,
                    logs: unfinished.logs.into_iter().rev().chain([Vec::new()]).collect(),
                };
                assert_eq!(applied(&swapped).as_deref(), Ok(cells_of(&later)), "{sequence}, {entries}, swapped");
            }
        }
        assert_eq!(applied(&logs::old_form(&earlier, &later, 7)).as_deref(), Ok(cells_of(&later)));
    }
    // Windows had not yet made the hive as long as it was to be: its log has what is missing.
    let (earlier, later) = (hive(3, 1), hive(300, 2));
    let mut unfinished = logs::new_form(&earlier, &later, 7, 2);
    unfinished.hive.truncate(HEAD_BYTES);
    assert_eq!(applied(&unfinished).as_deref(), Ok(cells_of(&later)));
    // Somebody cut the hive off: what its log does not have is lost.
    let mut changed = later.clone();
    *changed.last_mut().unwrap() ^= 1;
    let mut unfinished = logs::new_form(&later, &changed, 7, 1);
    assert_eq!(applied(&unfinished).as_deref(), Ok(cells_of(&changed)));
    unfinished.hive.truncate(HEAD_BYTES);
    assert_eq!(applied(&unfinished).unwrap_err(), "what its log makes of it is no hive");
}

#[test]
fn a_hive_is_read_through_its_logs_and_refused_without_them() {
    let unfinished = logs::new_form(&hive(3, 1), &hive(300, 42), 7, 3);
    let read = Hive::with_logs("H", &unfinished.hive, || Ok(unfinished.logs.clone())).unwrap();
    let key = read.find(&["Khóa 299".to_owned()]).unwrap().unwrap();
    assert_eq!(read.value(key, "n").unwrap(), Some(crate::windows::Value::Number(42)));
    assert_eq!(Hive::new("H", &unfinished.hive).unwrap_err().code, GapCode::Unreadable);
    let gap = khien_model::Gap::new(GapCode::TooLarge);
    assert_eq!(Hive::with_logs("H", &unfinished.hive, || Err(gap.clone())).unwrap_err(), gap);
    // Nobody reads the logs of a hive that needs none.
    assert!(Hive::with_logs("H", &hive(3, 1), || Err(gap)).is_ok());
}

/// What is done to a hive and its logs.
type Change = fn(&mut logs::Unfinished);

#[test]
fn logs_that_do_not_fit_are_refused_with_the_reason() {
    let (earlier, later) = (hive(3, 1), hive(300, 2));
    let new = || logs::new_form(&earlier, &later, 7, 4);
    let old = || logs::old_form(&earlier, &later, 7);
    let cases: [(&dyn Fn() -> logs::Unfinished, Change, &str); 13] = [
        (&new, |file| file.logs.clear(), "no log of it is there"),
        (&new, |file| file.logs = vec![Vec::new(); 3], "no log of it is there"),
        (&new, |file| file.logs = vec![vec![0; 4096]], "its log has no sound head"),
        (&new, |file| file.logs = vec![file.logs[0][..511].to_vec()], "its log has no sound head"),
        (
            &new,
            |file| {
                file.logs.truncate(1);
                file.logs[0][4] ^= 1;
                sign(&mut file.logs[0]);
            },
            "its log was not written to its end",
        ),
        (
            &new,
            |file| {
                file.logs.truncate(1);
                file.logs[0][28] = 5;
                sign(&mut file.logs[0]);
            },
            "its log is of a kind that is not known",
        ),
        // The first log is lost, and with it the changes that the second builds upon.
        (&new, |file| drop(file.logs.remove(0)), "no entry of its logs follows its own state"),
        (&new, |file| file.logs = vec![file.logs[0][..600].to_vec()], "no entry of its logs follows its own state"),
        (&old, |file| file.logs.truncate(1), "its log is that of another moment"),
        (&old, |file| file.logs[1].truncate(512), "its log has no pages"),
        (&old, |file| file.logs[1].truncate(516), "its log ends before its pages do"),
        (
            &old,
            |file| {
                let length = file.logs[1].len();
                file.logs[1].truncate(length - 1);
            },
            "its log ends before its pages do",
        ),
        (
            &old,
            |file| {
                file.logs[1][40] = 1;
                sign(&mut file.logs[1]);
            },
            "its log is of an impossible size",
        ),
    ];
    for (make, change, expected) in cases {
        let mut file = make();
        change(&mut file);
        assert_eq!(applied(&file).unwrap_err(), expected);
    }
    // The log of another hive of the same number: the bins do not fit together.
    let other = logs::new_form(&hive(3, 1), &hive(300, 2), 7, 4);
    let mut mixed = logs::new_form(&hive(900, 3), &hive(900, 4), 7, 4);
    mixed.logs = vec![other.logs[1].clone(), mixed.logs[0][..512].to_vec()];
    assert!(applied(&mixed).is_err());
}

#[test]
fn cells_have_a_size_within_the_bound() {
    let most = u32::try_from(MAX_HIVE_BYTES).unwrap() - u32::try_from(HEAD_BYTES).unwrap();
    assert_eq!(size_of_cells(most), usize::try_from(most).ok());
    for size in [0, 1, 4095, 4097, most + 4096, u32::MAX, u32::MAX - 4095] {
        assert_eq!(size_of_cells(size), None, "{size}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_no_log(logs in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..2048), 0..4)) {
        let file = logs::new_form(&hive(3, 1), &hive(3, 2), 7, 1).hive;
        prop_assert!(apply(&Head::parse(&file).unwrap(), cells_of(&file), &logs).is_err());
    }

    #[test]
    fn pages_of_any_form_are_applied_or_refused(
        kind in 0_u32..8,
        size in 0_u32..20,
        head in proptest::collection::vec(any::<u8>(), 0..64),
        tail in proptest::collection::vec(any::<u8>(), 0..4096),
    ) {
        let file = logs::old_form(&hive(3, 1), &hive(3, 2), 7);
        let mut log = file.logs[1][..SECTOR_BYTES].to_vec();
        log[28..32].copy_from_slice(&kind.to_le_bytes());
        log[40..44].copy_from_slice(&(size * 2048).to_le_bytes());
        sign(&mut log);
        log.extend(if kind == NEW { b"HvLE" } else { b"DIRT" });
        log.extend(head);
        log.extend(tail);
        let _ = apply(&Head::parse(&file.hive).unwrap(), cells_of(&file.hive), &[log]);
    }

    /// What damage leaves is a state that the hive once had, or a refusal: never something in between.
    #[test]
    fn a_damaged_log_is_applied_up_to_the_damage_or_not_at_all(
        which in 0_usize..2,
        at: prop::sample::Index,
        byte in 1_u8..,
        keys in 1_usize..300,
    ) {
        let (earlier, later) = (hive(300, 1), hive(keys, 2));
        let whole = logs::new_form(&earlier, &later, 7, 4);
        let head = Head::parse(&whole.hive).unwrap();
        let mut states = Vec::new();
        let chains: Vec<_> = whole.logs.iter().map(|log| entries(log, Head::parse(log).unwrap().first)).collect();
        let chain = following(head.second, chains);
        for count in 1..=chain.len() {
            let mut state = resized(cells_of(&whole.hive), chain.iter().map(|entry| entry.size).max().unwrap());
            for (at, page) in chain[..count].iter().flat_map(Entry::pages).flatten() {
                put(&mut state, at, page).unwrap();
            }
            state.truncate(chain[count - 1].size);
            states.push(state);
        }
        let mut damaged = whole.logs;
        let which = which.min(damaged.len() - 1);
        let at = at.index(damaged[which].len());
        damaged[which][at] ^= byte;
        if let Ok(cells) = apply(&head, cells_of(&whole.hive), &damaged) {
            prop_assert!(states.contains(&cells));
        }
    }
}
