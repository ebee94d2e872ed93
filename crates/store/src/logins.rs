//! Signing in: what a person types, how it is proven, and when it was refused.
//!
//! Nothing here knows how a password is hashed or a code computed: that is the server's. Counting and using up happen here,
//! each in one statement, so that two servers never accept one code twice.

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::bounded;
use crate::columns::{Columns as _, json_text, micros, micros_or_none};
use crate::{Change, Store, StoreError};

/// The longest login, in letters.
pub const MAX_LOGIN: usize = 254;

/// How many earlier passwords are kept at most, whatever the rule asks.
pub const MAX_EARLIER_PASSWORDS: usize = 24;

/// What is known about a person's signing in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Who.
    pub person: String,
    /// What is typed, lower case.
    pub login: String,
    /// The PHC string; `None` when the person signs in elsewhere only.
    pub password_hash: Option<String>,
    /// When the password was set.
    pub password_changed_at: Option<Timestamp>,
    /// Whether a new password must be chosen before anything else.
    pub must_change_password: bool,
    /// The PHC strings of earlier passwords, newest first.
    pub earlier_passwords: Vec<String>,
    /// The secret of the second factor, Base32.
    pub totp_secret: Option<String>,
    /// When the second factor was proven; without it `totp_secret` is only being set up.
    pub totp_confirmed_at: Option<Timestamp>,
    /// The last time step that was accepted.
    pub totp_last_step: Option<i64>,
    /// Refused attempts since the last accepted one.
    pub failures: u64,
    /// Until when every attempt is refused.
    pub locked_until: Option<Timestamp>,
    /// Issuer and subject of OpenID Connect, separated by a space.
    pub openid_subject: Option<String>,
    /// When it was closed.
    pub disabled_at: Option<Timestamp>,
    /// When the person last signed in.
    pub last_login_at: Option<Timestamp>,
}

impl Login {
    /// A login that nobody has used yet.
    pub fn new(person: &str, login: &str) -> Self {
        Self {
            person: person.to_owned(),
            login: login.to_owned(),
            password_hash: None,
            password_changed_at: None,
            must_change_password: false,
            earlier_passwords: Vec::new(),
            totp_secret: None,
            totp_confirmed_at: None,
            totp_last_step: None,
            failures: 0,
            locked_until: None,
            openid_subject: None,
            disabled_at: None,
            last_login_at: None,
        }
    }
}

/// What is typed, as it is kept and looked up.
pub fn normalised(login: &str) -> String {
    khien_model::text::nfc(login.trim()).to_lowercase()
}

fn login(row: &AnyRow) -> Result<Login, StoreError> {
    Ok(Login {
        person: row.text("person")?,
        login: row.text("login")?,
        password_hash: row.text_or_none("password_hash")?,
        password_changed_at: row.moment_or_none("password_changed_at")?,
        must_change_password: row.flag("must_change_password")?,
        earlier_passwords: row.json("earlier_passwords")?,
        totp_secret: row.text_or_none("totp_secret")?,
        totp_confirmed_at: row.moment_or_none("totp_confirmed_at")?,
        totp_last_step: row.number_or_none("totp_last_step")?,
        failures: row.count("failures")?,
        locked_until: row.moment_or_none("locked_until")?,
        openid_subject: row.text_or_none("openid_subject")?,
        disabled_at: row.moment_or_none("disabled_at")?,
        last_login_at: row.moment_or_none("last_login_at")?,
    })
}

/// Opens a login. Refused when the person has one or somebody else types the same.
pub async fn insert(change: &mut Change, login: &Login) -> Result<(), StoreError> {
    let typed = normalised(&login.login);
    bounded("login", &typed, MAX_LOGIN)?;
    let failures = i64::try_from(login.failures).unwrap_or(i64::MAX);
    let inserted = query(
        "INSERT INTO logins (person, login, password_hash, password_changed_at, must_change_password,
             earlier_passwords, totp_secret, totp_confirmed_at, totp_last_step, failures, locked_until,
             openid_subject, disabled_at, last_login_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
    )
    .bind(&login.person)
    .bind(&typed)
    .bind(login.password_hash.as_deref())
    .bind(micros_or_none(login.password_changed_at))
    .bind(i64::from(login.must_change_password))
    .bind(json_text(&login.earlier_passwords)?)
    .bind(login.totp_secret.as_deref())
    .bind(micros_or_none(login.totp_confirmed_at))
    .bind(login.totp_last_step)
    .bind(failures)
    .bind(micros_or_none(login.locked_until))
    .bind(login.openid_subject.as_deref())
    .bind(micros_or_none(login.disabled_at))
    .bind(micros_or_none(login.last_login_at))
    .execute(change.connection())
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::Conflict { what: "login".into() });
    }
    change.audit("login.open", "person", &login.person, serde_json::json!({ "login": typed })).await
}

/// The login of a person.
pub async fn find(store: &Store, person: &str) -> Result<Option<Login>, StoreError> {
    let row = query("SELECT * FROM logins WHERE person = $1").bind(person).fetch_optional(store.readers()).await?;
    row.as_ref().map(login).transpose()
}

/// The login that is typed like this, in any case.
pub async fn find_by_login(store: &Store, typed: &str) -> Result<Option<Login>, StoreError> {
    let row =
        query("SELECT * FROM logins WHERE login = $1").bind(normalised(typed)).fetch_optional(store.readers()).await?;
    row.as_ref().map(login).transpose()
}

/// The login that an OpenID provider knows as `issuer` and `subject`.
pub async fn find_by_openid(store: &Store, issuer: &str, subject: &str) -> Result<Option<Login>, StoreError> {
    let row = query("SELECT * FROM logins WHERE openid_subject = $1")
        .bind(format!("{issuer} {subject}"))
        .fetch_optional(store.readers())
        .await?;
    row.as_ref().map(login).transpose()
}

/// How many logins there are that can be used. None means: nobody has set the place up yet.
pub async fn count_usable(store: &Store) -> Result<u64, StoreError> {
    let row =
        query("SELECT COUNT(*) AS logins FROM logins WHERE disabled_at IS NULL").fetch_one(store.readers()).await?;
    row.count("logins")
}

/// Sets a password and remembers `keep` earlier ones. A lock ends with it.
pub async fn set_password(
    change: &mut Change,
    person: &str,
    hash: &str,
    must_change: bool,
    keep: usize,
) -> Result<(), StoreError> {
    let row = query("SELECT password_hash, earlier_passwords FROM logins WHERE person = $1")
        .bind(person)
        .fetch_optional(change.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
    let mut earlier: Vec<String> = row.text_or_none("password_hash")?.into_iter().collect();
    earlier.extend(row.json::<Vec<String>>("earlier_passwords")?);
    earlier.truncate(keep.min(MAX_EARLIER_PASSWORDS));
    let now = micros(change.now());
    query(
        "UPDATE logins SET password_hash = $2, password_changed_at = $3, must_change_password = $4,
             earlier_passwords = $5, failures = 0, locked_until = NULL WHERE person = $1",
    )
    .bind(person)
    .bind(hash)
    .bind(now)
    .bind(i64::from(must_change))
    .bind(json_text(&earlier)?)
    .execute(change.connection())
    .await?;
    let detail = serde_json::json!({ "must_change": must_change });
    change.audit("login.password", "person", person, detail).await
}

/// Keeps the same password under a stronger hash. It is no new password: its age and the earlier ones stay.
pub async fn rehash(change: &mut Change, person: &str, hash: &str) -> Result<(), StoreError> {
    let updated = query("UPDATE logins SET password_hash = $2 WHERE person = $1 AND password_hash IS NOT NULL")
        .bind(person)
        .bind(hash)
        .execute(change.connection())
        .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("login.rehash", "person", person, serde_json::json!({})).await
}

/// Counts a refused attempt and says how many there have been since the last accepted one.
pub async fn record_failure(change: &mut Change, person: &str) -> Result<u64, StoreError> {
    let row = query("UPDATE logins SET failures = failures + 1 WHERE person = $1 RETURNING failures")
        .bind(person)
        .fetch_optional(change.connection())
        .await?
        .ok_or(StoreError::NotFound)?;
    let failures = row.count("failures")?;
    change.audit("login.refused", "person", person, serde_json::json!({ "failures": failures })).await?;
    Ok(failures)
}

/// Refuses every attempt until `until`.
pub async fn lock(change: &mut Change, person: &str, until: Timestamp) -> Result<(), StoreError> {
    query("UPDATE logins SET locked_until = $2 WHERE person = $1")
        .bind(person)
        .bind(micros(until))
        .execute(change.connection())
        .await?;
    change.audit("login.lock", "person", person, serde_json::json!({ "until": until })).await
}

/// Lifts a lock before its time.
pub async fn unlock(change: &mut Change, person: &str) -> Result<(), StoreError> {
    query("UPDATE logins SET locked_until = NULL, failures = 0 WHERE person = $1")
        .bind(person)
        .execute(change.connection())
        .await?;
    change.audit("login.unlock", "person", person, serde_json::json!({})).await
}

/// Notes that the person signed in by `strength`.
pub async fn record_success(change: &mut Change, person: &str, strength: &str) -> Result<(), StoreError> {
    let now = micros(change.now());
    query("UPDATE logins SET failures = 0, locked_until = NULL, last_login_at = $2 WHERE person = $1")
        .bind(person)
        .bind(now)
        .execute(change.connection())
        .await?;
    change.audit("login.accepted", "person", person, serde_json::json!({ "strength": strength })).await
}

/// Begins to set up a second factor; it counts from [`confirm_totp`] on.
pub async fn begin_totp(change: &mut Change, person: &str, secret: &str) -> Result<(), StoreError> {
    query("UPDATE logins SET totp_secret = $2, totp_confirmed_at = NULL, totp_last_step = NULL WHERE person = $1")
        .bind(person)
        .bind(secret)
        .execute(change.connection())
        .await?;
    change.audit("login.second_factor.begin", "person", person, serde_json::json!({})).await
}

/// Puts a second factor in force that was proven with the code of time step `step`.
pub async fn confirm_totp(change: &mut Change, person: &str, step: i64) -> Result<(), StoreError> {
    let now = micros(change.now());
    let confirmed = query(
        "UPDATE logins SET totp_confirmed_at = $2, totp_last_step = $3
         WHERE person = $1 AND totp_secret IS NOT NULL AND totp_confirmed_at IS NULL",
    )
    .bind(person)
    .bind(now)
    .bind(step)
    .execute(change.connection())
    .await?;
    if confirmed.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("login.second_factor.confirm", "person", person, serde_json::json!({})).await
}

/// Uses up the code of time step `step`. `false`: that code or a later one was used before.
pub async fn use_totp_step(change: &mut Change, person: &str, step: i64) -> Result<bool, StoreError> {
    let used = query(
        "UPDATE logins SET totp_last_step = $2
         WHERE person = $1 AND totp_confirmed_at IS NOT NULL AND (totp_last_step IS NULL OR totp_last_step < $2)",
    )
    .bind(person)
    .bind(step)
    .execute(change.connection())
    .await?;
    Ok(used.rows_affected() == 1)
}

/// Takes the second factor away, with its recovery codes.
pub async fn remove_totp(change: &mut Change, person: &str) -> Result<(), StoreError> {
    query("UPDATE logins SET totp_secret = NULL, totp_confirmed_at = NULL, totp_last_step = NULL WHERE person = $1")
        .bind(person)
        .execute(change.connection())
        .await?;
    query("DELETE FROM recovery_codes WHERE person = $1").bind(person).execute(change.connection()).await?;
    change.audit("login.second_factor.remove", "person", person, serde_json::json!({})).await
}

/// Joins the login with a person at an OpenID provider. Refused when that is somebody else's.
pub async fn set_openid(change: &mut Change, person: &str, issuer: &str, subject: &str) -> Result<(), StoreError> {
    let joined = format!("{issuer} {subject}");
    let taken = query("SELECT person FROM logins WHERE openid_subject = $1 AND person <> $2")
        .bind(&joined)
        .bind(person)
        .fetch_optional(change.connection())
        .await?;
    if taken.is_some() {
        return Err(StoreError::Conflict { what: "login".into() });
    }
    query("UPDATE logins SET openid_subject = $2 WHERE person = $1")
        .bind(person)
        .bind(&joined)
        .execute(change.connection())
        .await?;
    change.audit("login.openid", "person", person, serde_json::json!({ "issuer": issuer })).await
}

/// Closes a login and ends its sessions, or opens it again.
pub async fn set_disabled(change: &mut Change, person: &str, disabled: bool) -> Result<(), StoreError> {
    let at = disabled.then(|| micros(change.now()));
    let updated = query("UPDATE logins SET disabled_at = $2 WHERE person = $1")
        .bind(person)
        .bind(at)
        .execute(change.connection())
        .await?;
    if updated.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    if disabled {
        query("DELETE FROM sessions WHERE person = $1").bind(person).execute(change.connection()).await?;
    }
    let action = if disabled { "login.close" } else { "login.reopen" };
    change.audit(action, "person", person, serde_json::json!({})).await
}
