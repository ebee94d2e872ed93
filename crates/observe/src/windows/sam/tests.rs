use super::*;
use proptest::prelude::*;

#[path = "../../../tests/machines/accounts.rs"]
#[expect(dead_code, reason = "the machines use all of it")]
mod accounts;

fn at(moment: &str) -> Option<Timestamp> {
    Some(moment.parse().unwrap())
}

#[test]
fn records_are_read_with_their_moments() {
    let record = accounts::record(0x3e9, 0x214, ["2026-11-20T01:00:00Z", "2026-10-01T00:00:00Z", "never"]);
    let expected = Record {
        last_logon_at: at("2026-11-20T01:00:00Z"),
        password_set_at: at("2026-10-01T00:00:00Z"),
        expires_at: None,
        number: 0x3e9,
        control: 0x214,
    };
    assert_eq!(Record::parse(&record), Some(expected.clone()));
    assert_eq!(Record::parse(&record[..60]), Some(expected), "what follows is not needed");
    assert_eq!(Record::parse(&record[..59]), None);
    let mut never = record.clone();
    never[8..16].fill(0);
    never[24..32].fill(0xff);
    never[32..40].copy_from_slice(&133_000_000_000_000_000_u64.to_le_bytes());
    let read = Record::parse(&never).unwrap();
    assert_eq!((read.last_logon_at, read.password_set_at), (None, None));
    assert_eq!(read.expires_at, at("2022-06-18T04:26:40Z"));
    never[39] = 0x7e;
    assert_eq!(Record::parse(&never), None, "a moment beyond any calendar");
}

#[test]
fn names_are_read_by_their_place() {
    for name in ["lan", "Nguyễn Thị Lan", &"x".repeat(MAX_NAME_BYTES / 2)] {
        assert_eq!(name_of(&accounts::value_with_name(name)).as_deref(), Some(name));
    }
    assert_eq!(name_of(&accounts::value_with_name(&"x".repeat(MAX_NAME_BYTES / 2 + 1))), None);
    assert_eq!(name_of(&accounts::value_with_name("")), None);
    let whole = accounts::value_with_name("lan");
    for (change, what) in [
        ((|value| value[16] = 5) as fn(&mut Vec<u8>), "half a letter"),
        (|value| value[13] = 0xff, "a place outside"),
        (|value| value[12..16].fill(0xff), "a place beyond any"),
        (|value| value.truncate(16), "cut off"),
    ] {
        let mut value = whole.clone();
        change(&mut value);
        assert_eq!(name_of(&value), None, "{what}");
    }
}

#[test]
fn policies_are_read_with_what_stands_for_ever() {
    let policy = |min_length, max_age_seconds| Some(PasswordPolicy { min_length, max_age_seconds });
    for (days, expected) in [(Some(90), policy(8, 90 * 86_400)), (None, policy(8, FOR_EVER))] {
        assert_eq!(policy_of(&accounts::policy(8, days)), expected);
    }
    let mut value = accounts::policy(14, Some(90));
    value[24..32].fill(0);
    assert_eq!(policy_of(&value), policy(14, FOR_EVER));
    value[24] = 1;
    assert_eq!(policy_of(&value), None, "a span is never positive");
    value[24..32].copy_from_slice(&(i64::MIN + 1).to_le_bytes());
    assert_eq!(policy_of(&value), policy(14, FOR_EVER), "longer than can be said");
    assert_eq!(policy_of(&value[..81]), None);
}

#[test]
fn members_of_this_machine_are_told_from_those_of_a_domain() {
    let members = |list: &[&str]| Members::parse(&accounts::group(list), "S-1-5-21-1-2-3");
    let found = members(&["S-1-5-21-1-2-3-500", "S-1-5-21-9-9-9-1001", "S-1-5-21-1-2-3-1002", "S-1-5-18"]).unwrap();
    assert_eq!(found, Members { numbers: [500, 1002].into(), every_account: false });
    assert!(found.has(500) && !found.has(1001));
    // The identifier of another machine may begin with the letters of this one.
    assert!(!members(&["S-1-5-21-1-2-30-500"]).unwrap().has(500));
    for everybody in EVERY_ACCOUNT {
        assert!(members(&[everybody]).unwrap().has(1001), "{everybody}");
    }
    assert_eq!(members(&[]).unwrap(), Members::default());
    let all = vec!["S-1-5-18"; MAX_MEMBERS];
    assert!(members(&all).is_ok());
    assert_eq!(members(&[all.as_slice(), &["S-1-5-18"]].concat()).unwrap_err().code, GapCode::TooLarge);
    let whole = accounts::group(&["S-1-5-21-1-2-3-500"]);
    for length in 0..whole.len() {
        assert_eq!(Members::parse(&whole[..length], "S-1-5-21-1-2-3").unwrap_err().code, GapCode::Malformed);
    }
}

#[test]
fn the_machine_is_known_by_what_stands_at_the_end() {
    assert_eq!(machine_of(&accounts::machine("S-1-5-21-1-2-3")).as_deref(), Some("S-1-5-21-1-2-3"));
    let mut value = accounts::machine("S-1-5-21-1-2-3");
    let length = value.len();
    assert_eq!(machine_of(&value[..length - 1]), None);
    assert_eq!(machine_of(&value[length - 23..]), None);
    value[length - 16] = 20;
    assert_eq!(machine_of(&value), None, "S-1-5-20-…");
}

#[test]
fn keys_of_accounts_are_eight_digits() {
    for (name, expected) in
        [("000001F4", Some(500)), ("000003e9", Some(1001)), ("Names", None), ("+00001F4", None), ("1F4", None)]
    {
        assert_eq!(number_of(name), expected, "{name}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        let _ = (Record::parse(&bytes), name_of(&bytes), policy_of(&bytes), machine_of(&bytes));
        let _ = Members::parse(&bytes, "S-1-5-21-1-2-3");
    }

    /// Whatever the parts with hashes hold, what comes out of `V` is the same.
    #[test]
    fn nothing_but_the_name_is_read_of_a_user(
        name in "[a-zà-ỹ]{1,20}",
        junk in proptest::collection::vec(any::<u8>(), 300),
    ) {
        let mut value = accounts::value_with_name(&name);
        let (start, length) = (USER_DATA_AT + size_at(&value, 12).unwrap(), size_at(&value, 16).unwrap());
        let kept: Vec<usize> = (12..20).chain(start..start + length).collect();
        for (at, byte) in value.iter_mut().enumerate().filter(|(at, _)| !kept.contains(at)) {
            *byte = junk[at % junk.len()];
        }
        prop_assert_eq!(name_of(&value), Some(name));
    }
}
