//! Reports: the hash of every area, and the facts of those that changed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::limits::{MAX_AREA_NAME_BYTES, MAX_AREAS, MAX_BODY_BYTES, MAX_CLOCK_SKEW};
use crate::{Digest, DirectiveMark, Refusal, RefusalCode, decode};

/// What an agent saw at one look at its machine. An area that is not in it was not looked at: nothing changes about it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// When it looked: the earliest `observed_at` of the areas. Areas without their fact are confirmed as of then.
    pub collected_at: Timestamp,
    /// Area name -> its hash and, if the server may not have it yet, the fact.
    pub areas: BTreeMap<String, AreaReport>,
}

/// One area of a report.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaReport {
    /// The digest of [`AreaFact::content`] as it stands in the report, byte by byte.
    pub hash: Digest,
    /// The fact, left out when the server acknowledged this hash before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<AreaFact>,
}

/// The fact of one area, with what changes at every look held apart from what does not.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AreaFact {
    /// When the agent looked.
    pub observed_at: Timestamp,
    /// The rest of the fact: `{"value": …, "source": …}` or `{"error": …, "source": …}`.
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub content: Box<RawValue>,
}

/// The server's answer to a report that is on its disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReportAnswer {
    /// The counter of the report: the next request must carry a higher one.
    pub counter: u64,
    /// The areas whose fact the server lacks: the agent sends these again, whole. All others are acknowledged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub need: Vec<String>,
    /// When to report again, in seconds from now.
    pub report_after_seconds: u32,
    /// The directive that is judged by, when one is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<DirectiveMark>,
    /// What the server's clock says.
    pub server_time: Timestamp,
}

impl Report {
    /// Reads the body of a report, within its bounds, and checks each fact against its hash.
    pub fn from_body(body: &[u8], now: Timestamp) -> Result<Self, Refusal> {
        let report: Self = decode(body, MAX_BODY_BYTES, now)?;
        let malformed = |detail: String| Err(Refusal::with_detail(RefusalCode::Malformed, detail, now));
        if report.areas.len() > MAX_AREAS {
            return malformed(format!("{} areas, at most {MAX_AREAS}", report.areas.len()));
        }
        let mut times = vec![report.collected_at];
        for (name, area) in &report.areas {
            if !is_area_name(name) {
                return malformed(format!("{name:?} is not the name of an area"));
            }
            let Some(fact) = &area.fact else { continue };
            if !fact.content.get().starts_with('{') {
                return malformed(format!("the content of {name} is not an object"));
            }
            if Digest::of(fact.content.get().as_bytes()) != area.hash {
                let detail = format!("the hash of {name} is not that of its fact");
                return Err(Refusal::with_detail(RefusalCode::DigestMismatch, detail, now));
            }
            times.push(fact.observed_at);
        }
        let latest = times.iter().max().copied().unwrap_or(now);
        if latest.duration_since(now).unsigned_abs() > MAX_CLOCK_SKEW && latest > now {
            return Err(Refusal::clock_skew(latest, now));
        }
        Ok(report)
    }

    /// The digest of all (area, hash) pairs: equal for two reports about a machine that did not change.
    pub fn digest(&self) -> Digest {
        let pairs = self.areas.iter();
        let parts: Vec<&[u8]> = pairs
            .flat_map(|(name, area)| [name.as_bytes(), b"\0".as_slice(), area.hash.as_bytes().as_slice()])
            .collect();
        Digest::of_parts(&parts)
    }
}

impl AreaReport {
    /// The area with its fact.
    pub fn whole(fact: AreaFact) -> Self {
        Self { hash: Digest::of(fact.content.get().as_bytes()), fact: Some(fact) }
    }

    /// The area as the server knows it already.
    pub const fn unchanged(hash: Digest) -> Self {
        Self { hash, fact: None }
    }
}

impl AreaFact {
    /// The fact as one JSON document, which `khien_model::facts::Fact` reads.
    pub fn document(&self) -> String {
        fact_document(self.content.get(), self.observed_at)
    }
}

/// A fact as one JSON document.
fn fact_document(content: &str, observed_at: Timestamp) -> String {
    let mut document = String::with_capacity(content.len() + 64);
    write_fact_document(&mut document, content, observed_at);
    document
}

/// A fact as one JSON document at the end of a text, out of its content (an object in JSON) and the moment it was observed.
pub fn write_fact_document(text: &mut String, content: &str, observed_at: Timestamp) {
    let fields = content.trim_start().strip_prefix('{').unwrap_or(content);
    let comma = if fields.trim_start().starts_with('}') { "" } else { "," };
    // Writing into a text does not fail.
    let _ = write!(text, "{{\"observed_at\":\"{observed_at}\"{comma}");
    text.push_str(fields);
}

/// Whether `name` could be the name of an area: snake_case, as the fields of the facts are.
fn is_area_name(name: &str) -> bool {
    name.len() <= MAX_AREA_NAME_BYTES
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use khien_model::facts::{Fact, Os};
    use serde_json::json;

    use super::*;

    const NOW: &str = "2026-11-22T08:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().expect("a timestamp")
    }

    fn area(content: &str) -> AreaReport {
        let content = RawValue::from_string(content.to_owned()).expect("JSON");
        AreaReport::whole(AreaFact { observed_at: now(), content })
    }

    fn report(areas: &[(&str, AreaReport)]) -> Report {
        let areas = areas.iter().map(|(name, area)| ((*name).to_owned(), area.clone())).collect();
        Report { collected_at: now(), areas }
    }

    fn read(report: &Report) -> Result<Report, Refusal> {
        Report::from_body(&serde_json::to_vec(report).expect("JSON"), now())
    }

    fn refused(report: &Report) -> (RefusalCode, Option<String>) {
        let refusal = read(report).expect_err("it is refused");
        (refusal.code, refusal.detail)
    }

    const OS: &str = r#"{ "value": {"name":"Debian 12"},  "source":"agent:linux"}"#;

    #[test]
    fn a_report_is_read_as_it_was_sent() {
        let sent = report(&[("os", area(OS)), ("shares", AreaReport::unchanged(Digest::of(b"x")))]);
        let got = read(&sent).expect("a good report");
        assert_eq!(got.digest(), sent.digest());
        let fact = got.areas["os"].fact.as_ref().expect("its fact");
        assert_eq!(fact.content.get(), OS);
        let fact: Fact<Os> = serde_json::from_str(&fact.document()).expect("a fact of the model");
        assert_eq!(fact.observed_at, now());
        assert_eq!(fact.outcome.expect("a value").name.known().map(String::as_str), Some("Debian 12"));
    }

    #[test]
    fn the_digest_tells_changed_reports_apart_and_no_others() {
        let os = area(OS);
        let before = report(&[("os", os.clone())]);
        let mut later = report(&[("os", AreaReport::unchanged(os.hash))]);
        later.collected_at = later.collected_at.saturating_add(jiff::SignedDuration::from_hours(1)).expect("in range");
        assert_eq!(before.digest(), later.digest());
        assert_ne!(before.digest(), report(&[("os", area(r#"{"value":{},"source":"agent:linux"}"#))]).digest());
        assert_ne!(before.digest(), report(&[("disk", os)]).digest());
    }

    #[test]
    fn a_report_may_have_as_many_areas_as_the_bound_says() {
        let many = |count: usize| {
            let areas: Vec<_> =
                (0..count).map(|number| (format!("a{number}"), AreaReport::unchanged(Digest::of(b"x")))).collect();
            Report { collected_at: now(), areas: areas.into_iter().collect() }
        };
        assert!(read(&many(MAX_AREAS)).is_ok());
        assert_eq!(refused(&many(MAX_AREAS + 1)), (RefusalCode::Malformed, Some("65 areas, at most 64".into())));
    }

    #[test]
    fn names_of_areas_are_checked() {
        let longest = "a".repeat(MAX_AREA_NAME_BYTES);
        for good in ["os", "remote_access", "x2", longest.as_str()] {
            assert!(read(&report(&[(good, area(OS))])).is_ok(), "{good}");
        }
        let longer = "a".repeat(MAX_AREA_NAME_BYTES + 1);
        for bad in ["", "OS", "../os", "ổ_đĩa", "_os", "2os", "o s", longer.as_str()] {
            assert_eq!(refused(&report(&[(bad, area(OS))])).0, RefusalCode::Malformed, "{bad}");
        }
    }

    #[test]
    fn a_fact_that_is_not_what_its_hash_says_is_refused() {
        let mut changed = area(OS);
        changed.hash = Digest::of(b"something else");
        assert_eq!(
            refused(&report(&[("os", changed)])),
            (RefusalCode::DigestMismatch, Some("the hash of os is not that of its fact".into()))
        );
        assert_eq!(
            refused(&report(&[("os", area("[1]"))])),
            (RefusalCode::Malformed, Some("the content of os is not an object".into()))
        );
    }

    #[test]
    fn what_was_seen_in_the_future_is_refused_and_what_was_seen_long_ago_is_not() {
        let at = |seconds: i64| {
            let mut report = report(&[("os", area(OS))]);
            report.collected_at = now() + jiff::SignedDuration::from_secs(seconds);
            report
        };
        let skew = MAX_CLOCK_SKEW.as_secs().cast_signed();
        assert!(read(&at(-86_400 * 90)).is_ok());
        assert!(read(&at(skew)).is_ok());
        assert_eq!(refused(&at(skew + 1)).0, RefusalCode::ClockSkew);
    }

    #[test]
    fn what_is_not_in_the_form_is_refused() {
        for bad in [
            json!({}),
            json!({"collected_at": NOW, "areas": {}, "command": "reboot"}),
            json!({"collected_at": NOW, "areas": {"os": {"hash": "abc"}}}),
            json!({"collected_at": NOW, "areas": {"os": {"hash": Digest::of(b""), "fact": {"observed_at": NOW}}}}),
            json!({"collected_at": "yesterday", "areas": {}}),
        ] {
            let refusal = Report::from_body(bad.to_string().as_bytes(), now()).expect_err("it is refused");
            assert_eq!(refusal.code, RefusalCode::Malformed, "{bad}");
        }
    }

    #[test]
    fn a_fact_without_fields_is_still_a_document() {
        assert_eq!(fact_document("{}", now()), format!("{{\"observed_at\":\"{NOW}\"}}"));
        assert_eq!(fact_document(" { }", now()), format!("{{\"observed_at\":\"{NOW}\" }}"));
    }

    #[test]
    fn fuzz_report() {
        // Bytes as they come, and bytes in the place of a fact, of a hash and of a name.
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            let hash = Digest::of(text.as_bytes());
            let around = |name: &str, hash: &str, content: &str| {
                let fact = format!(r#"{{"observed_at":"{NOW}","content":{content}}}"#);
                format!(r#"{{"collected_at":"{NOW}","areas":{{"{name}":{{"hash":"{hash}","fact":{fact}}}}}}}"#)
            };
            let bodies = [
                text.clone().into_owned(),
                around("os", &hash.to_string(), &text),
                around("os", &text, OS),
                around(&text, &Digest::of(OS.as_bytes()).to_string(), OS),
            ];
            for body in bodies {
                let Ok(report) = Report::from_body(body.as_bytes(), now()) else { continue };
                let again = serde_json::to_vec(&report).expect("JSON");
                let again = Report::from_body(&again, now()).map(|again| again.digest());
                assert_eq!(again.ok(), Some(report.digest()), "{body}");
            }
        });
    }

    #[test]
    fn every_message_has_a_schema_that_names_its_fields() {
        let schema = |schema: schemars::Schema| serde_json::to_string(&schema).expect("JSON");
        let report = schema(schemars::schema_for!(Report));
        assert!(report.contains("observed_at") && report.contains("content") && report.contains("A-Za-z0-9+/"));
        assert!(schema(schemars::schema_for!(ReportAnswer)).contains("report_after_seconds"));
        assert!(schema(schemars::schema_for!(Refusal)).contains("too_many_requests"));
        assert!(schema(schemars::schema_for!(crate::EnrolRequest)).contains("accepted_by"));
        assert!(schema(schemars::schema_for!(crate::EnrolResponse)).contains("unit_name"));
        assert!(schema(schemars::schema_for!(crate::DirectiveBundle)).contains("files"));
    }
}
