//! Enrolment: how a device becomes known.

use jiff::Timestamp;
use khien_model::facts::OsFamily;
use khien_model::text::nfc;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::limits::{MAX_ENROL_BODY_BYTES, MAX_NAME_BYTES};
use crate::{DirectiveMark, PublicKey, Refusal, RefusalCode, Verified, decode};

/// A device asks to be known. The request is signed with the key that it brings, which shows that the sender has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// The enrolment token as text.
    pub token: String,
    /// The device's new key.
    pub public_key: PublicKey,
    /// The machine's own name.
    pub hostname: String,
    /// What kind of machine it is.
    pub machine: Machine,
    /// Who accepted the monitoring notice, and when.
    pub notice: NoticeAcceptance,
    /// The version of the agent.
    pub agent_version: String,
}

/// What kind of machine enrols. Its facts say more; this is what a list of devices shows until the first report is in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// The family of its operating system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_family: Option<OsFamily>,
    /// The operating system as it names itself, e.g. `Debian GNU/Linux 12 (bookworm)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_name: Option<String>,
}

/// That the monitoring notice was read and accepted before anything was collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoticeAcceptance {
    /// Which wording of the notice.
    pub version: String,
    /// When.
    pub accepted_at: Timestamp,
    /// Who: the account on the machine.
    pub accepted_by: String,
}

/// The device is known now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EnrolResponse {
    /// The id of the device, which is the subject of its facts.
    pub device_id: String,
    /// The name of the unit that the token stands for.
    pub unit_name: String,
    /// What the server's clock says.
    pub server_time: Timestamp,
    /// How often to report, in seconds.
    pub report_every_seconds: u32,
    /// The directive that is judged by, when one is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub directive: Option<DirectiveMark>,
    /// The counter of the enrolment: the next request must carry a higher one.
    pub counter: u64,
}

impl EnrolRequest {
    /// Reads the body of a request whose signature holds, and checks that it was made with the key that it brings.
    pub fn from_body(body: &[u8], verified: &Verified, now: Timestamp) -> Result<Self, Refusal> {
        let mut request: Self = decode(body, MAX_ENROL_BODY_BYTES, now)?;
        if request.public_key != verified.key {
            return Err(Refusal::new(RefusalCode::WrongKey, now));
        }
        let names = [
            ("hostname", Some(&mut request.hostname)),
            ("machine.os_name", request.machine.os_name.as_mut()),
            ("notice.version", Some(&mut request.notice.version)),
            ("notice.accepted_by", Some(&mut request.notice.accepted_by)),
            ("agent_version", Some(&mut request.agent_version)),
        ];
        for (field, name) in names {
            let Some(name) = name else { continue };
            if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
                let detail = format!("{field} must be a line of 1 to {MAX_NAME_BYTES} bytes");
                return Err(Refusal::with_detail(RefusalCode::Malformed, detail, now));
            }
            *name = nfc(name).into_owned();
        }
        Ok(request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().expect("a timestamp")
    }

    fn verified() -> Verified {
        Verified { key: PublicKey::from_bytes([1; 32]), counter: 1, created: now() }
    }

    fn document() -> Value {
        json!({
            "token": "KHIEN1-…",
            "public_key": PublicKey::from_bytes([1; 32]),
            "hostname": "pc-07",
            "machine": {"os_family": "linux", "os_name": "Debian GNU/Linux 12"},
            "notice": {"version": "2026-11", "accepted_at": "2026-11-22T08:00:00Z", "accepted_by": "lan"},
            "agent_version": "0.1.0",
        })
    }

    fn read(document: &Value) -> Result<EnrolRequest, Refusal> {
        EnrolRequest::from_body(document.to_string().as_bytes(), &verified(), now())
    }

    /// The document with the value at a JSON pointer replaced.
    fn with(pointer: &str, value: impl Into<Value>) -> Value {
        let mut document = document();
        *document.pointer_mut(pointer).expect("a place") = value.into();
        document
    }

    #[test]
    fn an_enrolment_reads_back() {
        let request = read(&document()).expect("in order");
        assert_eq!(request.machine.os_family, Some(OsFamily::Linux));
        assert_eq!(serde_json::to_value(&request).expect("JSON"), document());
        let mut bare = document();
        bare["machine"] = json!({});
        assert_eq!(read(&bare).expect("in order").machine, Machine::default());
    }

    #[test]
    fn the_key_it_brings_is_the_key_it_is_signed_with() {
        let refusal = read(&with("/public_key", json!(PublicKey::from_bytes([2; 32])))).expect_err("another key");
        assert_eq!(refusal.code, RefusalCode::WrongKey);
    }

    #[test]
    fn names_are_lines_of_bounded_length_in_one_normal_form() {
        for pointer in ["/hostname", "/machine/os_name", "/notice/version", "/notice/accepted_by", "/agent_version"] {
            assert!(read(&with(pointer, "x".repeat(MAX_NAME_BYTES))).is_ok(), "{pointer}");
            for bad in [String::new(), "x".repeat(MAX_NAME_BYTES + 1), "a\nb".to_owned(), "\u{1b}[2J".to_owned()] {
                let refusal = read(&with(pointer, bad)).expect_err("it is refused");
                assert_eq!(refusal.code, RefusalCode::Malformed, "{pointer}");
            }
        }
        let decomposed = read(&with("/hostname", "máy-1".replace('á', "a\u{301}"))).expect("in order");
        assert_eq!(decomposed.hostname, "máy-1");
    }

    #[test]
    fn what_is_not_in_the_form_is_refused() {
        let mut more = document();
        more["command"] = "reboot".into();
        for bad in [more, with("/notice", "yes"), with("/public_key", "abc"), with("/machine/os_family", "beos")] {
            assert_eq!(read(&bad).expect_err("it is refused").code, RefusalCode::Malformed, "{bad}");
        }
        let long = with("/token", "x".repeat(MAX_ENROL_BODY_BYTES));
        assert_eq!(read(&long).expect_err("it is refused").code, RefusalCode::BodyTooLarge);
    }

    #[test]
    fn fuzz_enrolment() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            if let Ok(request) = EnrolRequest::from_body(bytes, &verified(), now()) {
                assert_eq!(request.public_key, verified().key);
            }
        });
    }
}
