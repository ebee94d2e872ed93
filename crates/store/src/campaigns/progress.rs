//! What each person of a campaign has read, acknowledged and answered.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use super::{Campaign, CampaignKind, ClauseMark, facts};
use crate::checks::refused;
use crate::columns::{Columns as _, day_text, json_text, micros};
use crate::{Change, Store, StoreError};

/// The most attempts at one quiz that are kept; further ones are refused, and somebody helps in person.
pub const MAX_ATTEMPTS_KEPT: u64 = 200;

/// How far a person has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The campaign.
    pub campaign: String,
    /// The person.
    pub person: String,
    /// Since when it is asked.
    pub assigned_at: Timestamp,
    /// The last day.
    pub due: Date,
    /// When the person acknowledged having read it.
    pub acknowledged_at: Option<Timestamp>,
    /// When the quiz was passed.
    pub quiz_passed_at: Option<Timestamp>,
    /// The signed sheet by which it is known, when the person did not do it on the page.
    pub sheet: Option<String>,
}

impl Progress {
    /// Whether nothing is left to do.
    pub fn is_done(&self) -> bool {
        self.acknowledged_at.is_some() && self.quiz_passed_at.is_some()
    }
}

/// One answer of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The id of the question.
    pub question: String,
    /// The place of the chosen answer among those shown; `None` when none was chosen.
    pub chosen: Option<usize>,
}

/// A quiz that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 0 on.
    pub number: u64,
    /// When.
    pub answered_at: Timestamp,
    /// Whether it was passed.
    pub passed: bool,
    /// What was answered.
    pub answers: Vec<Answered>,
}

pub(super) fn progress(row: &AnyRow) -> Result<Progress, StoreError> {
    Ok(Progress {
        campaign: row.text("campaign")?,
        person: row.text("person")?,
        assigned_at: row.moment("assigned_at")?,
        due: row.parsed("due")?,
        acknowledged_at: row.moment_or_none("acknowledged_at")?,
        quiz_passed_at: row.moment_or_none("quiz_passed_at")?,
        sheet: row.text_or_none("sheet")?,
    })
}

/// The number that a quiz follows from: another one for each person, campaign and attempt (FNV-1a).
pub fn quiz_seed(campaign: &str, person: &str, number: u64) -> u64 {
    let bytes = format!("{campaign}\n{person}\n{number}");
    bytes.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Asks people who are not asked yet, each until a day; those who are asked already keep theirs. How many were new.
pub async fn enrol(change: &mut Change, campaign: &Campaign, people: &[(String, Date)]) -> Result<usize, StoreError> {
    let now = micros(change.now());
    let mut new = 0;
    for (person, due) in people {
        let entered = query(
            "INSERT INTO campaign_people (campaign, person, assigned_at, due) VALUES ($1, $2, $3, $4)
             ON CONFLICT (campaign, person) DO NOTHING",
        )
        .bind(&campaign.id)
        .bind(person)
        .bind(now)
        .bind(day_text(*due))
        .execute(change.connection())
        .await?;
        if entered.rows_affected() == 1 {
            new += 1;
            facts::say_again(change, person).await?;
        }
    }
    if new > 0 {
        change.audit("campaign.ask", "campaign", &campaign.id, serde_json::json!({ "people": new })).await?;
    }
    Ok(new)
}

/// Writes down that a person has read the text of a clause.
pub async fn read_clause(change: &mut Change, person: &str, mark: &ClauseMark) -> Result<(), StoreError> {
    let now = micros(change.now());
    query(
        "INSERT INTO clause_readings (person, clause, digest, read_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person, clause, digest) DO UPDATE SET read_at = excluded.read_at",
    )
    .bind(person)
    .bind(&mark.0)
    .bind(&mark.1)
    .bind(now)
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Writes down that a person acknowledges the campaign. Refused while a clause is unread.
pub async fn acknowledge(change: &mut Change, campaign: &Campaign, person: &str) -> Result<(), StoreError> {
    let Some(own) = row_of(change.connection(), &campaign.id, person).await? else { return Err(StoreError::NotFound) };
    if own.acknowledged_at.is_some() {
        return Ok(());
    }
    let read = readings(change.connection(), person).await?;
    if campaign.clauses.iter().any(|mark| !counts_as_read(campaign, &own, mark, &read)) {
        return Err(refused("clauses", "not all of them are read"));
    }
    let now = micros(change.now());
    query("UPDATE campaign_people SET acknowledged_at = $3 WHERE campaign = $1 AND person = $2")
        .bind(&campaign.id)
        .bind(person)
        .bind(now)
        .execute(change.connection())
        .await?;
    facts::say_again(change, person).await?;
    change.audit("campaign.acknowledge", "person", person, serde_json::json!({ "campaign": campaign.id })).await
}

/// Keeps a quiz that a person hands in. One whose number is not the next is a [`StoreError::Conflict`]: it was handed in
/// before.
pub async fn answer_quiz(
    change: &mut Change,
    campaign: &Campaign,
    person: &str,
    attempt: &Attempt,
) -> Result<(), StoreError> {
    let Some(own) = row_of(change.connection(), &campaign.id, person).await? else { return Err(StoreError::NotFound) };
    if own.acknowledged_at.is_none() {
        return Err(refused("quiz", "the duties are not acknowledged yet"));
    }
    let next = query("SELECT COUNT(*) AS made FROM quiz_attempts WHERE campaign = $1 AND person = $2")
        .bind(&campaign.id)
        .bind(person)
        .fetch_one(change.connection())
        .await?
        .count("made")?;
    if attempt.number != next || own.quiz_passed_at.is_some() {
        return Err(StoreError::Conflict { what: "this quiz was handed in already".into() });
    }
    if next >= MAX_ATTEMPTS_KEPT {
        return Err(StoreError::TooMany { limit: usize::try_from(MAX_ATTEMPTS_KEPT).unwrap_or(usize::MAX) });
    }
    let now = micros(change.now());
    query(
        "INSERT INTO quiz_attempts (campaign, person, number, answered_at, passed, answers) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&campaign.id)
    .bind(person)
    .bind(i64::try_from(next).unwrap_or(i64::MAX))
    .bind(now)
    .bind(i64::from(attempt.passed))
    .bind(json_text(&attempt.answers)?)
    .execute(change.connection())
    .await?;
    if attempt.passed {
        query("UPDATE campaign_people SET quiz_passed_at = $3 WHERE campaign = $1 AND person = $2")
            .bind(&campaign.id)
            .bind(person)
            .bind(now)
            .execute(change.connection())
            .await?;
        facts::say_again(change, person).await?;
    }
    let detail = serde_json::json!({ "campaign": campaign.id, "number": next, "passed": attempt.passed });
    change.audit("campaign.quiz", "person", person, detail).await
}

/// Whether a clause need not be read any more: its text was read, and for a training after it was asked.
fn counts_as_read(
    campaign: &Campaign,
    own: &Progress,
    mark: &ClauseMark,
    read: &BTreeMap<ClauseMark, Timestamp>,
) -> bool {
    match (campaign.kind, read.get(mark)) {
        (_, None) => false,
        (CampaignKind::Reading, Some(_)) => true,
        (CampaignKind::Training, Some(at)) => *at >= own.assigned_at,
    }
}

async fn readings(connection: &mut AnyConnection, person: &str) -> Result<BTreeMap<ClauseMark, Timestamp>, StoreError> {
    let rows = query("SELECT clause, digest, read_at FROM clause_readings WHERE person = $1")
        .bind(person)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(((row.text("clause")?, row.text("digest")?), row.moment("read_at")?))).collect()
}

pub(super) async fn row_of(
    connection: &mut AnyConnection,
    campaign: &str,
    person: &str,
) -> Result<Option<Progress>, StoreError> {
    let row = query("SELECT * FROM campaign_people WHERE campaign = $1 AND person = $2")
        .bind(campaign)
        .bind(person)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(progress).transpose()
}

/// How far everybody who was ever asked has come.
pub async fn of_campaign(store: &Store, campaign: &str) -> Result<BTreeMap<String, Progress>, StoreError> {
    let rows =
        query("SELECT * FROM campaign_people WHERE campaign = $1").bind(campaign).fetch_all(store.readers()).await?;
    rows.iter().map(|row| Ok((row.text("person")?, progress(row)?))).collect()
}

/// What a person is asked by campaigns that are open, newest first.
pub async fn of_person(store: &Store, person: &str) -> Result<Vec<(Campaign, Progress)>, StoreError> {
    let rows = query(
        "SELECT campaign_people.* FROM campaign_people JOIN campaigns ON campaigns.id = campaign_people.campaign
         WHERE campaign_people.person = $1 AND campaigns.closed_at IS NULL ORDER BY campaigns.created_at DESC, campaigns.id",
    )
    .bind(person)
    .fetch_all(store.readers())
    .await?;
    let mut asked = Vec::new();
    for row in &rows {
        let own = progress(row)?;
        let found = super::find(store, &own.campaign).await?;
        asked.extend(found.map(|campaign| (campaign, own)));
    }
    Ok(asked)
}

/// The ids of the clauses of a campaign that a person has read.
pub async fn read_of_person(store: &Store, campaign: &Campaign, own: &Progress) -> Result<Vec<String>, StoreError> {
    let mut connection = store.reader().await?;
    let read = readings(&mut connection, &own.person).await?;
    let done = campaign.clauses.iter().filter(|mark| counts_as_read(campaign, own, mark, &read));
    Ok(done.map(|(clause, _)| clause.clone()).collect())
}

/// The quizzes that a person handed in, first one first.
pub async fn attempts_of(store: &Store, campaign: &str, person: &str) -> Result<Vec<Attempt>, StoreError> {
    let rows = query("SELECT * FROM quiz_attempts WHERE campaign = $1 AND person = $2 ORDER BY number")
        .bind(campaign)
        .bind(person)
        .fetch_all(store.readers())
        .await?;
    let attempt = |row: &AnyRow| {
        Ok(Attempt {
            number: row.count("number")?,
            answered_at: row.moment("answered_at")?,
            passed: row.flag("passed")?,
            answers: row.json("answers")?,
        })
    };
    rows.iter().map(attempt).collect()
}
