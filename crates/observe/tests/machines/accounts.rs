//! The hive `SAM` of a machine, its binary values in the layout that Windows gives them.
//!
//! ```text
//! machine S-1-5-21-1-2-3
//! policy 8 90                                          characters, days or `never`
//! administrators S-1-5-21-1-2-3-500 S-1-5-32-…
//! user 000003E9 0214 2026-11-20T01:00:00Z 2026-10-01T00:00:00Z never Lan
//!     its key, its control word, last login, password set, end of the account, its name
//! user 000003E9/000001F4 …                             a record with the number of another account
//! raw 000003E9 F 01,02                                 bytes instead of a value
//! ```

use jiff::Timestamp;

/// What stands where Windows has hashes of passwords. Nobody may look there.
const SECRET: &[u8] = b"\x01\x00\x01\x00not a hash, but a secret";

/// How many rows the table of places at the start of a user's value has.
const PLACES: usize = 17;

fn steps(moment: &str) -> u64 {
    match moment {
        "never" => i64::MAX.unsigned_abs(),
        "0" => 0,
        _ => {
            let moment: Timestamp = moment.parse().unwrap();
            u64::try_from(moment.as_microsecond() + 11_644_473_600_000_000).unwrap() * 10
        }
    }
}

/// A user's value `F`: last login, password set, end of the account.
pub(crate) fn record(number: u32, control: u32, moments: [&str; 3]) -> Vec<u8> {
    let mut value = vec![0; 80];
    value[..4].copy_from_slice(&[3, 0, 1, 0]);
    for (at, moment) in [8, 24, 32].into_iter().zip(moments) {
        value[at..at + 8].copy_from_slice(&steps(moment).to_le_bytes());
    }
    for (at, word) in [(48, number), (52, 513), (56, control)] {
        value[at..at + 4].copy_from_slice(&u32::to_le_bytes(word));
    }
    value
}

/// A user's value `V`: a table of places, then what it tells of, each at a multiple of four.
pub(crate) fn value_with_name(name: &str) -> Vec<u8> {
    let utf16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let mut parts = vec![Vec::new(); PLACES];
    // The descriptor of who may read the account, the name, the full name, and the two kinds of hashes with their history.
    parts[0] = vec![0xd5; 0xbc];
    parts[1] = utf16(name);
    parts[2] = utf16("Tên đầy đủ");
    parts[13..].fill(SECRET.to_vec());
    let (mut places, mut data) = (Vec::new(), Vec::new());
    for part in parts {
        for word in [data.len(), part.len(), 0] {
            places.extend(u32::try_from(word).unwrap().to_le_bytes());
        }
        data.extend(part);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    [places, data].concat()
}

/// The value `F` of all accounts.
pub(crate) fn policy(min_length: u16, max_age_days: Option<i64>) -> Vec<u8> {
    let mut value = vec![0; 240];
    value[..4].copy_from_slice(&[3, 0, 1, 0]);
    let max_age = max_age_days.map_or(i64::MIN, |days| -days * 86_400 * 10_000_000);
    value[24..32].copy_from_slice(&max_age.to_le_bytes());
    value[80..82].copy_from_slice(&min_length.to_le_bytes());
    value
}

fn sid(text: &str) -> Vec<u8> {
    let numbers: Vec<u32> = text.split('-').skip(2).map(|number| number.parse().unwrap()).collect();
    let mut sid = vec![1, u8::try_from(numbers.len() - 1).unwrap(), 0, 0, 0, 0, 0, u8::try_from(numbers[0]).unwrap()];
    sid.extend(numbers[1..].iter().flat_map(|number| number.to_le_bytes()));
    sid
}

/// The value `V` of all accounts, which ends with the identifier of the machine.
pub(crate) fn machine(text: &str) -> Vec<u8> {
    [vec![0xd5; 0x130], sid(text)].concat()
}

/// A group's value `C`.
pub(crate) fn group(members: &[&str]) -> Vec<u8> {
    let list: Vec<u8> = members.iter().flat_map(|member| sid(member)).collect();
    let name: Vec<u8> = "Quản trị viên".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let descriptor = vec![0xd5; 0x10c];
    let name_ends = (descriptor.len() + name.len()).next_multiple_of(4);
    let mut value = Vec::new();
    let places = [descriptor.len(), name.len(), 0, name_ends, 0, 0, name_ends, list.len(), members.len()];
    for word in [0x220, 0, descriptor.len(), 0x0001_0002].into_iter().chain(places) {
        value.extend(u32::try_from(word).unwrap().to_le_bytes());
    }
    value.extend(descriptor);
    value.extend(name);
    value.resize(0x34 + name_ends, 0);
    [value, list].concat()
}

/// The hive as text for the writer of hives.
pub(crate) fn hive(description: &str) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(",");
    let mut text = String::from("[SAM\\Domains\\Account\\Users\\Names]\n");
    for line in description.lines().filter(|line| !line.trim().is_empty()) {
        let (kind, rest) = line.split_once(' ').unwrap();
        let words: Vec<&str> = rest.split(' ').collect();
        let (key, values) = match kind {
            "machine" => ("Account".to_owned(), vec![("V", machine(rest))]),
            "policy" => ("Account".to_owned(), vec![("F", policy(words[0].parse().unwrap(), words[1].parse().ok()))]),
            "administrators" => ("Builtin\\Aliases\\00000220".to_owned(), vec![("C", group(&words))]),
            "user" => {
                let (key, number) = words[0].split_once('/').unwrap_or((words[0], words[0]));
                let hexadecimal = |word: &str| u32::from_str_radix(word, 16).unwrap();
                let record = record(hexadecimal(number), hexadecimal(words[1]), [words[2], words[3], words[4]]);
                let name = value_with_name(&words[5..].join(" "));
                (format!("Account\\Users\\{key}"), vec![("F", record), ("V", name)])
            }
            "raw" => {
                let bytes = words[2].split(',').map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
                (format!("Account\\Users\\{}", words[0]), vec![(words[1], bytes)])
            }
            other => panic!("no line of the kind {other}"),
        };
        text.push_str(&format!("[SAM\\Domains\\{key}]\n"));
        for (name, bytes) in values {
            text.push_str(&format!("\"{name}\"=hex:{}\n", hex(&bytes)));
        }
    }
    text
}
