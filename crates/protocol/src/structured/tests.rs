use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A dictionary as a sender writes it.
fn printed(dictionary: &Dictionary) -> String {
    let members: Vec<String> = dictionary
        .iter()
        .map(|(key, member)| match member {
            Member::Item(item) => format!("{key}={item}"),
            Member::List(list) => format!("{key}={list}"),
        })
        .collect();
    members.join(", ")
}

fn bare() -> impl Strategy<Value = Bare> {
    prop_oneof![
        (-999_999_999_999_999_i64..=999_999_999_999_999).prop_map(Bare::Integer),
        "[ -~]{0,20}".prop_map(Bare::Text),
        "[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]{0,10}".prop_map(Bare::Token),
        vec(any::<u8>(), 0..40).prop_map(Bare::Bytes),
        any::<bool>().prop_map(Bare::Boolean),
    ]
}

/// Entries without a key that is given twice.
fn keyed<T: std::fmt::Debug>(
    value: impl Strategy<Value = T>,
    count: std::ops::Range<usize>,
) -> impl Strategy<Value = Vec<(String, T)>> {
    vec(("[a-z*][a-z0-9_.*-]{0,8}", value), count).prop_map(|mut entries| {
        let mut seen = std::collections::BTreeSet::new();
        entries.retain(|(key, _)| seen.insert(key.clone()));
        entries
    })
}

fn item() -> impl Strategy<Value = Item> {
    (bare(), keyed(bare(), 0..3)).prop_map(|(value, parameters)| Item { value, parameters })
}

fn member() -> impl Strategy<Value = Member> {
    prop_oneof![
        item().prop_map(Member::Item),
        (vec(item(), 0..5), keyed(bare(), 0..4))
            .prop_map(|(items, parameters)| Member::List(InnerList { items, parameters })),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(sent in keyed(member(), 1..MAX_SIGNATURES + 1)) {
        let text = printed(&sent);
        prop_assume!(text.len() <= MAX_HEADER_BYTES);
        prop_assert_eq!(dictionary(&text), Ok(sent), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,80}") {
        if let Err(mistake) = dictionary(&text) {
            prop_assert!(mistake.at <= text.len());
        }
    }
}

#[test]
fn fuzz_dictionary() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(read) = dictionary(&text) {
            let again = printed(&read);
            // Written anew it may be longer than what was read: `a` becomes `a=?1`.
            if again.len() <= MAX_HEADER_BYTES {
                assert_eq!(dictionary(&again), Ok(read), "{again}");
            }
        }
    });
}

#[test]
fn mistakes_are_placed() {
    for (text, at, what) in [
        ("", 0, "a key"),
        ("A=1", 0, "a key"),
        ("a=", 2, "a value"),
        ("a=1,", 4, "a key"),
        ("a=1 b=2", 4, "a comma"),
        ("a=1, a=2", 5, "a key that was not given before"),
        ("a=1;b;b", 6, "a parameter that was not given before"),
        ("a=(1", 4, "a space or a closing bracket"),
        ("a=(1 ", 5, "a value"),
        ("a=(\"x\"\"y\")", 6, "a space or a closing bracket"),
        ("a=((1))", 3, "a value"),
        ("a=\"x", 4, "a closing quotation mark"),
        ("a=\"\\x\"", 4, "a quotation mark or a backslash"),
        ("a=\"ư\"", 3, "a printable ASCII character"),
        ("a=:AA:", 2, "base64 with padding"),
        ("a=:AA", 5, "a closing colon"),
        ("a=?2", 3, "0 or 1"),
        ("a=1.5", 2, "a whole number of at most 15 digits"),
        ("a=-", 2, "a whole number of at most 15 digits"),
        ("a=1234567890123456", 2, "a whole number of at most 15 digits"),
        ("a=1 \u{0}", 4, "a comma"),
    ] {
        assert_eq!(dictionary(text), Err(Mistake { at, what }), "{text:?}");
    }
}

#[test]
fn every_bound_holds_at_its_limit() {
    let keys = |count: usize| (0..count).map(|number| format!("k{number}=1")).collect::<Vec<_>>().join(",");
    assert!(dictionary(&keys(MAX_SIGNATURES)).is_ok());
    assert_eq!(dictionary(&keys(MAX_SIGNATURES + 1)).map_err(|mistake| mistake.what), Err("fewer signatures"));

    let items = |count: usize| format!("a=({})", vec!["1"; count].join(" "));
    assert!(dictionary(&items(MAX_STRUCTURED_ITEMS)).is_ok());
    assert_eq!(dictionary(&items(MAX_STRUCTURED_ITEMS + 1)).map_err(|mistake| mistake.what), Err("fewer items"));

    let parameters =
        |count: usize| format!("a=1{}", (0..count).map(|number| format!(";k{number}")).collect::<String>());
    assert!(dictionary(&parameters(MAX_STRUCTURED_ITEMS)).is_ok());
    let refused = dictionary(&parameters(MAX_STRUCTURED_ITEMS + 1)).map_err(|mistake| mistake.what);
    assert_eq!(refused, Err("fewer parameters"));

    let long = |length: usize| format!("a=\"{}\"", "x".repeat(length - 4));
    assert!(dictionary(&long(MAX_HEADER_BYTES)).is_ok());
    let refused = dictionary(&long(MAX_HEADER_BYTES + 1)).map_err(|mistake| mistake.what);
    assert_eq!(refused, Err("a shorter header"));
}
