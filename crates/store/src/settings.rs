//! Settings that are kept with the data: typed names, defaults and bounds. What is not set has its default.

use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::query;

use crate::checks::refused;
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Generation, Store, StoreError};

/// A setting: its name, what it is when nobody set it, and what it may be.
#[derive(Debug, Clone, Copy)]
pub struct Setting<T: 'static> {
    /// The name in the table and in the audit log.
    pub name: &'static str,
    default: fn() -> T,
    bounds: Bounds,
    kind: PhantomData<T>,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    /// Anything of its type.
    None,
    /// A whole number from the first to the second, both included.
    Whole(i64, i64),
    /// A text of at most this many letters.
    Letters(usize),
}

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $constant:ident: $type:ty = $name:literal, $default:expr, $bounds:expr;)+) => {
        $(
            $(#[doc = $doc])+
            pub const $constant: Setting<$type> =
                Setting { name: $name, default: || $default, bounds: $bounds, kind: PhantomData };
        )+

        /// The name of every setting, and its bounds.
        pub const ALL: &[(&str, Bounds)] = &[$(($name, $bounds)),+];
    };
}

settings! {
    /// The name of the organisation, as it stands on every page.
    ORGANISATION_NAME: String = "organisation_name", String::new(), Bounds::Letters(200);
    /// Everything in this installation is fictional: every page says so.
    DEMO: bool = "demo", false, Bounds::None;
    /// Set-up was walked through.
    SET_UP: bool = "set_up", false, Bounds::None;
    /// Days for which changes of facts are kept.
    KEEP_FACT_CHANGES_DAYS: i64 = "keep_fact_changes_days", 730, Bounds::Whole(30, 3_650);
    /// Days for which findings that have ended are kept.
    KEEP_FINDINGS_DAYS: i64 = "keep_findings_days", 1_825, Bounds::Whole(90, 7_300);
    /// Days for which the daily counts are kept.
    KEEP_TALLY_DAYS: i64 = "keep_tally_days", 3_650, Bounds::Whole(365, 7_300);
    /// Days for which closed requests are kept.
    KEEP_REQUESTS_DAYS: i64 = "keep_requests_days", 1_095, Bounds::Whole(90, 7_300);
    /// Days for which uploaded lists are kept once they were carried out or left lying.
    KEEP_IMPORTS_DAYS: i64 = "keep_imports_days", 30, Bounds::Whole(1, 365);
    /// Days for which the rows to correct of a list of cases and the counts by officer are kept.
    KEEP_CASE_ROWS_DAYS: i64 = "keep_case_rows_days", 400, Bounds::Whole(31, 1_825);
    /// Days for which tickets are kept once they are answered or closed; what is shared stays without who asked. What is known of a
    /// violation of personal data is kept for 5 years (NĐ 356/2025/NĐ-CP).
    KEEP_TICKETS_DAYS: i64 = "keep_tickets_days", 1_825, Bounds::Whole(400, 7_300);
    /// Days for which the log of each gate is kept: names of files and where they came from. The counts stay with the findings.
    KEEP_GATE_EVENTS_DAYS: i64 = "keep_gate_events_days", 180, Bounds::Whole(30, 1_825);
    /// Days for which it is kept who has studied a document that nobody has to study any more.
    KEEP_STUDIES_DAYS: i64 = "keep_studies_days", 1_825, Bounds::Whole(365, 7_300);
    /// Days for which it is kept what people had looked into before an upload, with the receipts.
    KEEP_SCANS_DAYS: i64 = "keep_scans_days", 400, Bounds::Whole(31, 3_650);
    /// The authority above the office, as letters name it.
    LETTER_PARENT: String = "letter_parent", String::new(), Bounds::Letters(200);
    /// Where the office sits, as letters name it.
    LETTER_PLACE: String = "letter_place", String::new(), Bounds::Letters(100);
    /// To whom reports on incidents go, one after the other with semicolons between.
    INCIDENT_RECEIVERS: String = "incident_receivers", String::new(), Bounds::Letters(500);
    /// Whom to call when there is an incident: a name and a number.
    INCIDENT_CALL: String = "incident_call", String::new(), Bounds::Letters(200);
    /// Weekly digests are sent by e-mail.
    DIGEST_ON: bool = "digest_on", false, Bounds::None;
    /// The day of the week on which digests are sent: 1 is Monday.
    DIGEST_WEEKDAY: i64 = "digest_weekday", 1, Bounds::Whole(1, 7);
    /// The hour of the day, in Vietnam, at which digests are sent.
    DIGEST_HOUR: i64 = "digest_hour", 7, Bounds::Whole(0, 23);
    /// People are reminded by e-mail before a password is due.
    PASSWORD_REMINDERS_ON: bool = "password_reminders_on", true, Bounds::None;
    /// Minutes after which an unused session ends.
    SESSION_IDLE_MINUTES: i64 = "session_idle_minutes", 30, Bounds::Whole(5, 720);
    /// Hours after which a session ends whatever happens.
    SESSION_HOURS: i64 = "session_hours", 12, Bounds::Whole(1, 24);
    /// The fewest letters of a password beside a second factor (the ministry's rule for its mailboxes, 26/5/2020).
    PASSWORD_LETTERS: i64 = "password_letters", 8, Bounds::Whole(8, 64);
    /// The fewest kinds of letters in it, of four (the same rule).
    PASSWORD_CLASSES: i64 = "password_classes", 3, Bounds::Whole(1, 4);
    /// The fewest letters of a password that stands alone (TCVN 14423:2026).
    PASSWORD_ALONE_LETTERS: i64 = "password_alone_letters", 14, Bounds::Whole(8, 64);
    /// The fewest kinds of letters in it, of four (TCVN 14423:2026).
    PASSWORD_ALONE_CLASSES: i64 = "password_alone_classes", 4, Bounds::Whole(1, 4);
    /// How many earlier passwords are not used again (TCVN 14423:2026, level 3).
    PASSWORDS_NOT_REUSED: i64 = "passwords_not_reused", 10, Bounds::Whole(0, 24);
    /// Days for which a password stands (535/TCTHADS-NV3: 03 months).
    PASSWORD_MAX_AGE_DAYS: i64 = "password_max_age_days", 90, Bounds::Whole(7, 3_650);
    /// Days for which an administrator's password stands (TCVN 14423:2026: 2 months).
    ADMINISTRATOR_PASSWORD_MAX_AGE_DAYS: i64 = "administrator_password_max_age_days", 60, Bounds::Whole(7, 3_650);
    /// Roles that need a second factor, beside administrators, who always do.
    SECOND_FACTOR_ROLES: Vec<String> = "second_factor_roles", Vec::new(), Bounds::None;
    /// The OpenID provider asks for a second factor itself.
    OPENID_IS_SECOND_FACTOR: bool = "openid_is_second_factor", false, Bounds::None;
    /// Hours for which a link to set a password is good.
    INVITATION_HOURS: i64 = "invitation_hours", 72, Bounds::Whole(1, 336);
}

impl<T: Serialize + DeserializeOwned> Setting<T> {
    /// What it is when nobody set it.
    pub fn default_value(&self) -> T {
        (self.default)()
    }

    /// What it is.
    pub async fn get(&self, store: &Store) -> Result<T, StoreError> {
        let row =
            query("SELECT value FROM settings WHERE name = $1").bind(self.name).fetch_optional(store.readers()).await?;
        row.map_or_else(|| Ok(self.default_value()), |row| row.json("value"))
    }

    /// Sets it. Refused when it is out of bounds.
    pub async fn set(&self, change: &mut Change, value: &T) -> Result<(), StoreError> {
        let json = serde_json::to_value(value).map_err(|error| StoreError::corrupt(error.to_string()))?;
        check(self.name, self.bounds, &json)?;
        write(change, self.name, &json).await
    }
}

fn check(name: &'static str, bounds: Bounds, value: &serde_json::Value) -> Result<(), StoreError> {
    let why = match bounds {
        Bounds::None => return Ok(()),
        Bounds::Whole(least, most) => match value.as_i64() {
            Some(number) if (least..=most).contains(&number) => return Ok(()),
            _ => format!("it is not from {least} to {most}"),
        },
        Bounds::Letters(limit) => match value.as_str() {
            Some(text) if text.chars().count() <= limit => return Ok(()),
            _ => format!("it is longer than {limit} letters"),
        },
    };
    Err(refused(name, &why))
}

async fn write(change: &mut Change, name: &str, value: &serde_json::Value) -> Result<(), StoreError> {
    let (now, actor) = (micros(change.now()), change.actor().to_string());
    query(
        "INSERT INTO settings (name, value, changed_at, changed_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE
         SET value = excluded.value, changed_at = excluded.changed_at, changed_by = excluded.changed_by",
    )
    .bind(name)
    .bind(json_text(value)?)
    .bind(now)
    .bind(actor)
    .execute(change.connection())
    .await?;
    change.bump(Generation::Settings).await?;
    change.audit("setting.change", "setting", name, serde_json::json!({ "value": value })).await
}
