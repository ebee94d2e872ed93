//! Devices with an agent: how they become known, and whose key signs for which.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::text::{fold, nfc, same_ignoring_case};
use khien_model::{Subject, SubjectKind, day_of};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::{Columns as _, day_text, micros};
use crate::tokens::{self, EnrolmentToken, TokenRefusal};
use crate::{Actor, Change, CheckInRefusal, Store, StoreError, assignments, subjects};

/// A device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The id: that of its subject.
    pub id: String,
    /// The number of its subject.
    pub subject: i64,
    /// The raw Ed25519 key, base64.
    pub public_key: String,
    /// The highest counter accepted.
    pub counter: u64,
    /// What it calls itself.
    pub hostname: String,
    /// Its operating system.
    pub os: Option<String>,
    /// The version of its agent.
    pub agent_version: Option<String>,
    /// When it enrolled.
    pub enrolled_at: Timestamp,
    /// The id of the token by which it did.
    pub token: Option<String>,
    /// Which wording of the monitoring notice was accepted.
    pub notice_version: String,
    /// When.
    pub notice_accepted_at: Timestamp,
    /// By whom: the account on the machine.
    pub notice_accepted_by: String,
    /// When it was last heard of.
    pub last_seen_at: Option<Timestamp>,
    /// When it was shut out.
    pub revoked_at: Option<Timestamp>,
}

impl Device {
    /// The subject of its facts.
    pub fn as_subject(&self) -> Subject {
        Subject { kind: SubjectKind::Device, id: self.id.clone() }
    }
}

/// What a device brings when it enrols.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolment {
    /// The id that it gets when it is new.
    pub id: String,
    /// The SHA-256 of the token's secret, in hexadecimal.
    pub token_hash: String,
    /// The raw Ed25519 key, base64.
    pub public_key: String,
    /// The counter of the request: the next one must carry a higher one.
    pub counter: u64,
    /// What it calls itself.
    pub hostname: String,
    /// Its operating system.
    pub os: Option<String>,
    /// The version of its agent.
    pub agent_version: String,
    /// Which wording of the monitoring notice was accepted.
    pub notice_version: String,
    /// When.
    pub notice_accepted_at: Timestamp,
    /// By whom: the account on the machine.
    pub notice_accepted_by: String,
}

/// What came of an enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The id of the device: that of the enrolment, or of the one that was on a list.
    pub device: String,
    /// The token, used once more.
    pub token: EnrolmentToken,
}

/// Why a device cannot enrol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrolRefusal {
    /// The token is not good.
    Token(TokenRefusal),
    /// The unit of the token does not exist any more.
    UnitEnded,
    /// A device with this key is known already.
    KeyKnown,
}

fn device(row: &AnyRow) -> Result<Device, StoreError> {
    Ok(Device {
        id: row.text("id")?,
        subject: row.number("subject")?,
        public_key: row.text("public_key")?,
        counter: row.count("counter")?,
        hostname: row.text("hostname")?,
        os: row.text_or_none("os")?,
        agent_version: row.text_or_none("agent_version")?,
        enrolled_at: row.moment("enrolled_at")?,
        token: row.text_or_none("token")?,
        notice_version: row.text("notice_version")?,
        notice_accepted_at: row.moment("notice_accepted_at")?,
        notice_accepted_by: row.text("notice_accepted_by")?,
        last_seen_at: row.moment_or_none("last_seen_at")?,
        revoked_at: row.moment_or_none("revoked_at")?,
    })
}

/// Enrols a device: uses the token up once, enters the subject, keeps the key, and says to which unit it belongs. After a
/// refusal the change must not be committed: a token may have been used for nothing.
///
/// A device of that name that was on a list of the token's unit, and waits for its agent, is the same device: what was known
/// of it, and who answers for it, stays. When several are called so, nobody can tell which one it is, and it is a new one.
pub async fn enrol(change: &mut Change, enrolment: &Enrolment) -> Result<Result<Enrolled, EnrolRefusal>, StoreError> {
    let known = query("SELECT id FROM devices WHERE public_key = $1")
        .bind(&enrolment.public_key)
        .fetch_optional(change.connection())
        .await?;
    if known.is_some() {
        return Ok(Err(EnrolRefusal::KeyKnown));
    }
    let token = match tokens::use_once(change, &enrolment.token_hash).await? {
        Ok(token) => token,
        Err(refusal) => return Ok(Err(EnrolRefusal::Token(refusal))),
    };
    let today = day_of(change.now());
    if !assignments::exists_on(change, &token.unit, today).await? {
        return Ok(Err(EnrolRefusal::UnitEnded));
    }
    let mut waiting = waiting(change, &token.unit, &enrolment.hostname, today).await?;
    let namesakes = waiting.len();
    let adopted = if namesakes == 1 { waiting.pop() } else { None };
    let device = adopted.clone().unwrap_or_else(|| enrolment.id.clone());
    if *change.actor() == Actor::Device(enrolment.id.clone()) {
        // It did not know yet who it is.
        change.act_as(Actor::Device(device.clone()));
    }
    let subject = Subject { kind: SubjectKind::Device, id: device.clone() };
    let number = subjects::enter(change, &subject, &enrolment.hostname).await?;
    write(change, enrolment, &subject.id, number, &token.id).await?;
    if adopted.is_none() {
        assignments::assign(change, &subject, &token.unit, today).await?;
    }
    let detail = serde_json::json!({
        "unit": token.unit, "token": token.id, "hostname": enrolment.hostname, "os": enrolment.os,
        "notice": enrolment.notice_version, "notice_accepted_by": enrolment.notice_accepted_by,
        "adopted": adopted.is_some(), "namesakes": namesakes,
    });
    change.audit("device.enrol", "device", &device, detail).await?;
    Ok(Ok(Enrolled { device, token }))
}

/// The ids of the devices in use that belong to `unit` itself on `day`, are called `hostname` whatever the case, and have no
/// agent.
async fn waiting(change: &mut Change, unit: &str, hostname: &str, day: Date) -> Result<Vec<String>, StoreError> {
    let hostname = nfc(hostname.trim()).into_owned();
    let rows = query(
        "SELECT s.id, s.name FROM subjects s
         JOIN assignments a ON a.kind = s.kind AND a.id = s.id
             AND a.valid_from <= $4 AND (a.valid_to IS NULL OR a.valid_to > $4)
         WHERE s.kind = $1 AND s.name_folded = $2 AND s.retired_at IS NULL AND a.unit = $3
             AND NOT EXISTS (SELECT 1 FROM devices d WHERE d.subject = s.number)
         ORDER BY s.number",
    )
    .bind(SubjectKind::Device.as_str())
    .bind(fold(&hostname))
    .bind(unit)
    .bind(day_text(day))
    .fetch_all(change.connection())
    .await?;
    let mut ids = Vec::new();
    for row in &rows {
        // Folding takes marks away too; names that differ in them are different names.
        if same_ignoring_case(&row.text("name")?, &hostname) {
            ids.push(row.text("id")?);
        }
    }
    Ok(ids)
}

async fn write(
    change: &mut Change,
    enrolment: &Enrolment,
    id: &str,
    number: i64,
    token: &str,
) -> Result<(), StoreError> {
    let now = micros(change.now());
    query(
        "INSERT INTO devices (id, subject, public_key, counter, hostname, os, agent_version, enrolled_at, token,
             notice_version, notice_accepted_at, notice_accepted_by, last_seen_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $8)",
    )
    .bind(id)
    .bind(number)
    .bind(&enrolment.public_key)
    .bind(i64::try_from(enrolment.counter).map_err(|_| StoreError::invalid("the counter is too high"))?)
    .bind(&enrolment.hostname)
    .bind(enrolment.os.as_deref())
    .bind(&enrolment.agent_version)
    .bind(now)
    .bind(token)
    .bind(&enrolment.notice_version)
    .bind(micros(enrolment.notice_accepted_at))
    .bind(&enrolment.notice_accepted_by)
    .execute(change.connection())
    .await?;
    // From now on it is silent until it reports.
    query("UPDATE subjects SET silent_since = $2, next_judge_at = $2 WHERE number = $1")
        .bind(number)
        .bind(now)
        .execute(change.connection())
        .await?;
    Ok(())
}

/// The device with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Device>, StoreError> {
    let row = query("SELECT * FROM devices WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(device).transpose()
}

/// The device that signs with this key (base64).
pub async fn find_by_key(store: &Store, public_key: &str) -> Result<Option<Device>, StoreError> {
    let row =
        query("SELECT * FROM devices WHERE public_key = $1").bind(public_key).fetch_optional(store.readers()).await?;
    row.as_ref().map(device).transpose()
}

/// Every device, those that were shut out too, by name.
pub async fn all(store: &Store) -> Result<Vec<Device>, StoreError> {
    let rows = query("SELECT * FROM devices ORDER BY hostname, id").fetch_all(store.readers()).await?;
    rows.iter().map(device).collect()
}

/// Takes the counter of a request that stores nothing else, so that the same request is good once. The change must be
/// committed before it is answered.
pub async fn count(change: &mut Change, id: &str, counter: u64) -> Result<Result<(), CheckInRefusal>, StoreError> {
    let Ok(number) = i64::try_from(counter) else { return Err(StoreError::invalid("the counter is too high")) };
    let counted = query(
        "UPDATE devices SET counter = $2 WHERE id = $1 AND counter < $2 AND revoked_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM subjects WHERE number = devices.subject AND retired_at IS NOT NULL)",
    )
    .bind(id)
    .bind(number)
    .execute(change.connection())
    .await?;
    if counted.rows_affected() > 0 {
        return Ok(Ok(()));
    }
    let row = query("SELECT counter FROM devices WHERE id = $1").bind(id).fetch_optional(change.connection()).await?;
    let Some(highest) = row.map(|row| row.count("counter")).transpose()? else {
        return Ok(Err(CheckInRefusal::UnknownDevice));
    };
    // What is neither unknown nor old is shut out or out of use.
    Ok(Err(if counter <= highest { CheckInRefusal::OldCounter { highest } } else { CheckInRefusal::Revoked }))
}

/// Shuts a device out: nothing that it signs is taken any more. What is known of it stays, and is judged on until it is
/// taken out of use.
pub async fn revoke(change: &mut Change, id: &str, reason: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    let revoked = query("UPDATE devices SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id)
        .bind(now)
        .execute(change.connection())
        .await?;
    if revoked.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("device.revoke", "device", id, serde_json::json!({ "reason": reason })).await
}
