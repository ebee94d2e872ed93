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
