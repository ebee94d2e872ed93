//! What a campaign makes known about people: the areas `duties` and `training`.

use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind};
use serde_json::{Value, json};
use sqlx::query;

use super::progress::{Progress, progress};
use super::{CampaignKind, ClauseMark, marks_of};
use crate::columns::{Columns as _, micros};
use crate::context::context;
use crate::facts::{NewFact, put};
use crate::{Change, Store, StoreError};

/// Who says so when the person did it on the page.
const ON_THE_PAGE: &str = "web:duties";
/// Who says so when a signed sheet was recorded.
const ON_A_SHEET: &str = "web:signed-sheet";

/// How old what is known may become before it is said again: well below what the directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many people [`refresh`] goes through at most in one change.
pub const MAX_REFRESHED: u32 = 100;

/// Says anew what is known of a person's duties: what the newest campaign asks, and the last training.
pub async fn say_again(change: &mut Change, person: &str) -> Result<(), StoreError> {
    let rows = query(
        "SELECT campaign_people.*, campaigns.kind AS campaign_kind, campaigns.clauses AS clauses FROM campaign_people
         JOIN campaigns ON campaigns.id = campaign_people.campaign
         WHERE campaign_people.person = $1
         ORDER BY CASE WHEN campaigns.closed_at IS NULL THEN 0 ELSE 1 END, campaigns.created_at DESC, campaigns.id",
    )
    .bind(person)
    .fetch_all(change.connection())
    .await?;
    let Some(newest) = rows.first() else { return Ok(()) };
    let own = progress(newest)?;
    let clauses: Vec<ClauseMark> = newest.json("clauses")?;
    let core = change.store().clone();
    let context = context(core.core(), change.connection()).await?;
    // Of a version that no campaign has brought to the person, nothing is known.
    let is_current =
        context.directive().is_none_or(|directive| marks_of(directive).iter().all(|mark| clauses.contains(mark)));
    let now = change.now();
    let mut facts = vec![said("duties", &duties(&own, is_current), &own, now)];
    let mut last_training: Option<(Timestamp, Progress)> = None;
    for row in &rows {
        let kind: CampaignKind = row.parsed("campaign_kind")?;
        let done = progress(row)?;
        if let (CampaignKind::Training, Some(at)) = (kind, done.quiz_passed_at)
            && last_training.as_ref().is_none_or(|(last, _)| *last < at)
        {
            last_training = Some((at, done));
        }
    }
    if let Some((at, done)) = last_training {
        let training = training(change, person, at).await?;
        facts.push(said("training", &training, &done, now));
    }
    put(change, &Subject { kind: SubjectKind::Person, id: person.to_owned() }, facts).await
}

fn duties(own: &Progress, is_current: bool) -> Value {
    if !is_current {
        return json!({ "assigned_at": own.assigned_at });
    }
    let mut duties = json!({
        "assigned_at": own.assigned_at, "acknowledged": own.acknowledged_at.is_some(),
        "quiz_passed": own.quiz_passed_at.is_some(),
    });
    if let Some(fields) = duties.as_object_mut() {
        fields.extend(own.acknowledged_at.map(|at| ("acknowledged_at".to_owned(), json!(at))));
        fields.extend(own.quiz_passed_at.map(|at| ("quiz_passed_at".to_owned(), json!(at))));
    }
    duties
}

/// The area `training` with a newer last training; what is known of exercises stays.
async fn training(change: &mut Change, person: &str, at: Timestamp) -> Result<Value, StoreError> {
    let row = query(
        "SELECT facts.fact AS fact FROM facts JOIN subjects ON subjects.number = facts.subject
         WHERE subjects.kind = $1 AND subjects.id = $2 AND facts.area = 'training'",
    )
    .bind(SubjectKind::Person.as_str())
    .bind(person)
    .fetch_optional(change.connection())
    .await?;
    let known: Value = row.map(|row| row.json("fact")).transpose()?.unwrap_or_default();
    let mut training = known.get("value").filter(|value| value.is_object()).cloned().unwrap_or_else(|| json!({}));
    let last: Option<Timestamp> =
        training.get("last_completed_at").and_then(Value::as_str).and_then(|text| text.parse().ok());
    if let Some(fields) = training.as_object_mut()
        && last.is_none_or(|last| last < at)
    {
        fields.insert("last_completed_at".to_owned(), json!(at));
    }
    Ok(training)
}

fn said(area: &str, value: &Value, own: &Progress, now: Timestamp) -> NewFact {
    let source = if own.sheet.is_some() { ON_A_SHEET } else { ON_THE_PAGE };
    let fact = json!({ "value": value, "source": source }).to_string();
    NewFact { area: area.to_owned(), fact: Some(fact), observed_at: now }
}

/// Says again what is known of people's duties before it is taken for stale, and after another directive came in force.
/// How many people; as long as it is [`MAX_REFRESHED`], there may be more.
pub async fn refresh(store: &Store, now: Timestamp) -> Result<u32, StoreError> {
    let active = crate::directives::active(store).await?;
    let again = micros(now.saturating_sub(SAID_AGAIN_AFTER).unwrap_or(Timestamp::MIN));
    let changed = active.and_then(|version| version.activated_at).map_or(i64::MIN, micros);
    let rows = query(
        "SELECT DISTINCT campaign_people.person AS person FROM campaign_people
         JOIN subjects ON subjects.kind = 'person' AND subjects.id = campaign_people.person AND subjects.retired_at IS NULL
         JOIN facts ON facts.subject = subjects.number AND facts.area = 'duties'
         WHERE facts.observed_at < $1 ORDER BY campaign_people.person LIMIT $2",
    )
    .bind(again.max(changed))
    .bind(i64::from(MAX_REFRESHED))
    .fetch_all(store.readers())
    .await?;
    let mut change = store.begin(crate::Actor::System, now).await?;
    for row in &rows {
        say_again(&mut change, &row.text("person")?).await?;
    }
    change.commit().await?;
    Ok(u32::try_from(rows.len()).unwrap_or(MAX_REFRESHED))
}
