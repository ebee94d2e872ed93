//! Bodies: bounded in size and depth before they are parsed.

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use crate::limits::MAX_JSON_DEPTH;
use crate::{Refusal, RefusalCode};

/// Reads the JSON in `body`, which may be `max_bytes` long and [`MAX_JSON_DEPTH`] deep.
pub fn decode<T: DeserializeOwned>(body: &[u8], max_bytes: usize, now: Timestamp) -> Result<T, Refusal> {
    if body.len() > max_bytes {
        return Err(Refusal::with_detail(
            RefusalCode::BodyTooLarge,
            format!("{} bytes, at most {max_bytes}", body.len()),
            now,
        ));
    }
    let depth = depth_of(body);
    if depth > MAX_JSON_DEPTH {
        let detail = format!("the JSON is nested {depth} deep, at most {MAX_JSON_DEPTH}");
        return Err(Refusal::with_detail(RefusalCode::Malformed, detail, now));
    }
    serde_json::from_slice(body).map_err(|error| Refusal::with_detail(RefusalCode::Malformed, error.to_string(), now))
}

/// How deep the lists and objects of a JSON text lie in each other. Of what is not JSON it says something, and ends.
///
/// The parser has a bound of its own, but not where a value is kept as text ([`serde_json::value::RawValue`]) and parsed
/// later.
pub fn depth_of(json: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0_usize);
    let (mut in_text, mut escaped) = (false, false);
    for byte in json {
        match (in_text, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_text = !in_text,
            (false, b'[' | b'{') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, b']' | b'}') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_texts() {
        for (json, depth) in [
            ("", 0),
            ("1", 0),
            ("[]", 1),
            (r#"{"a": [1, {"b": 2}], "c": []}"#, 3),
            (r#"{"a": "[[[[\"[[["}"#, 1),
            (r#"["\\", [1]]"#, 2),
            ("]]]]", 0),
        ] {
            assert_eq!(depth_of(json.as_bytes()), depth, "{json}");
        }
    }

    #[test]
    fn a_body_is_read_up_to_its_bounds_and_not_beyond() {
        let now = Timestamp::UNIX_EPOCH;
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let read = |text: &str| decode::<serde_json::Value>(text.as_bytes(), 100, now);

        assert!(read(&nested(MAX_JSON_DEPTH)).is_ok());
        let refusal = read(&nested(MAX_JSON_DEPTH + 1)).expect_err("too deep");
        assert_eq!(refusal.code, RefusalCode::Malformed);
        assert_eq!(refusal.detail.as_deref(), Some("the JSON is nested 33 deep, at most 32"));

        assert!(read(&format!("{:100}", 1)).is_ok());
        let refusal = read(&format!("{:101}", 1)).expect_err("too long");
        assert_eq!(refusal.code, RefusalCode::BodyTooLarge);
        assert_eq!(refusal.detail.as_deref(), Some("101 bytes, at most 100"));

        let refusal = read("{\"a\": }").expect_err("no JSON");
        assert_eq!(refusal.detail.as_deref(), Some("expected value at line 1 column 7"));
    }
}
