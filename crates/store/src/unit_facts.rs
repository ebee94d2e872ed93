//! What our own records make known about units: who holds which role, the head's last sign-off, tasks and the plan of the year.
//!
//! Whoever changes one of these records says it anew in the same transaction ([`say`]). What time alone changes (a role that
//! begins or ends, somebody who moves away, a year that is over) and what would be taken for stale is said by [`refresh`].

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind, day_of, end_of_day, start_of_day};
use khien_protocol::Digest;
use serde_json::{Value, json};
use sqlx::{AnyConnection, query};

use crate::columns::{Columns as _, day_text, micros};
use crate::context::{JudgeContext, context};
use crate::facts::{NewFact, put};
use crate::roles::{RoleKind, role};
use crate::{Actor, Change, Store, StoreError, tasks};

/// Who says so.
const SOURCE: &str = "web:records";
/// How old what is known may become before it is said again: well below what the directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many units are said anew in one change: nobody else writes meanwhile.
const UNITS_PER_CHANGE: usize = 20;
/// The most roles of a unit that are said.
pub const MAX_ROLES_SAID: usize = 200;
/// The most tasks of a unit that are said.
pub const MAX_TASKS_SAID: usize = 500;

/// What is known of a unit from our own records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// Who holds which role today.
    Roles,
    /// The head's last sign-off.
    SignOff,
    /// Tasks, and the plan of the year.
    Tasks,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 3] = [Self::Roles, Self::SignOff, Self::Tasks];

    /// Its name among the facts of a unit.
    const fn name(self) -> &'static str {
        match self {
            Self::Roles => "roles",
            Self::SignOff => "sign_off",
            Self::Tasks => "tasks",
        }
    }
}

fn subject(unit: &str) -> Subject {
    Subject { kind: SubjectKind::Unit, id: unit.to_owned() }
}

/// Says anew what the records make known about a unit. Of a unit that is no subject (any more), nothing is said.
pub async fn say(change: &mut Change, unit: &str, areas: &[Area]) -> Result<(), StoreError> {
    if number_of(change.connection(), unit).await?.is_none() {
        return Ok(());
    }
    let (store, now) = (change.store().clone(), change.now());
    let context = context(store.core(), change.connection()).await?;
    let mut facts = Vec::new();
    for area in areas {
        let fact = Some(written(change.connection(), &context, unit, *area, day_of(now)).await?);
        facts.push(NewFact { area: area.name().to_owned(), fact, observed_at: now });
    }
    put(change, &subject(unit), facts).await
}

/// Says anew the tasks of the unit that has to do those of `unit` now.
pub(crate) async fn say_tasks(change: &mut Change, unit: &str) -> Result<(), StoreError> {
    let (store, today) = (change.store().clone(), day_of(change.now()));
    let context = context(store.core(), change.connection()).await?;
    let tree = context.organisation().tree();
    match tasks::carried_by(unit, &tree.on(today)) {
        Some(unit) => say(change, &tree.unit(unit).id, &[Area::Tasks]).await,
        None => Ok(()),
    }
}

/// Says anew who holds which role in the units for which an appointment counts: a head and an IT focal officer for the unit
/// itself, an assessor for everything below, or for all units.
pub(crate) async fn say_roles(change: &mut Change, kind: RoleKind, unit: Option<&str>) -> Result<(), StoreError> {
    let units: Vec<String> = match (kind, unit) {
        (RoleKind::UnitHead | RoleKind::ItFocalOfficer, Some(unit)) => vec![unit.to_owned()],
        (RoleKind::Assessor, top) => {
            let (store, today) = (change.store().clone(), day_of(change.now()));
            let context = context(store.core(), change.connection()).await?;
            let tree = context.organisation().tree();
            let on = tree.on(today);
            let below = match top.map(|top| tree.find(top).filter(|top| on.contains(*top))) {
                None => on.units().to_vec(),
                Some(Some(top)) => on.subtree(top).to_vec(),
                Some(None) => Vec::new(),
            };
            below.into_iter().map(|unit| tree.unit(unit).id.clone()).collect()
        }
        _ => Vec::new(),
    };
    for unit in units {
        say(change, &unit, &[Area::Roles]).await?;
    }
    Ok(())
}

/// Says anew, of every unit of today, what the records no longer say as it is known, and what would soon be stale. Of how many
/// units.
pub async fn refresh(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let context = store.judge_context().await?;
    let today = day_of(now);
    let tree = context.organisation().tree();
    let on = tree.on(today);
    let mut reader = store.reader().await?;
    let mut wanting: Vec<(String, Vec<Area>)> = Vec::new();
    for unit in on.units() {
        let id = &tree.unit(*unit).id;
        let Some(number) = number_of(&mut reader, id).await? else { continue };
        let mut areas = Vec::new();
        for area in Area::ALL {
            let said = written(&mut reader, &context, id, area, today).await?;
            if !is_known(&mut reader, number, area, &said, now).await? {
                areas.push(area);
            }
        }
        if !areas.is_empty() {
            wanting.push((id.clone(), areas));
        }
    }
    drop(reader);
    for some in wanting.chunks(UNITS_PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        for (unit, areas) in some {
            say(&mut change, unit, areas).await?;
        }
        change.commit().await?;
    }
    Ok(wanting.len())
}

/// The number of a unit that is in use.
async fn number_of(connection: &mut AnyConnection, unit: &str) -> Result<Option<i64>, StoreError> {
    let row = query("SELECT number FROM subjects WHERE kind = 'unit' AND id = $1 AND retired_at IS NULL")
        .bind(unit)
        .fetch_optional(connection)
        .await?;
    row.map(|row| row.number("number")).transpose()
}

/// Whether this is what is known of the area, and was said lately.
async fn is_known(
    connection: &mut AnyConnection,
    number: i64,
    area: Area,
    said: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = query("SELECT hash, observed_at FROM facts WHERE subject = $1 AND area = $2")
        .bind(number)
        .bind(area.name())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(false) };
    let again = now.saturating_sub(SAID_AGAIN_AFTER).unwrap_or(Timestamp::MIN);
    let is_fresh = (micros(again)..=micros(now)).contains(&row.number("observed_at")?);
    Ok(is_fresh && row.text("hash")? == Digest::of(said.as_bytes()).to_string())
}

/// An area of a unit as the records have it on a day, as a fact.
async fn written(
    connection: &mut AnyConnection,
    context: &JudgeContext,
    unit: &str,
    area: Area,
    today: Date,
) -> Result<String, StoreError> {
    let value = match area {
        Area::Roles => roles(connection, context, unit, today).await?,
        Area::SignOff => sign_off(connection, unit).await?,
        Area::Tasks => tasks_and_plan(connection, context, unit, today).await?,
    };
    Ok(json!({ "value": value, "source": SOURCE }).to_string())
}

/// A list, and the word that there is more.
fn listing(mut items: Vec<Value>, most: usize) -> Value {
    if items.len() <= most {
        return Value::Array(items);
    }
    items.truncate(most);
    json!({ "items": items, "incomplete": { "code": "too_large", "detail": format!("more than {most}") } })
}

async fn roles(
    connection: &mut AnyConnection,
    context: &JudgeContext,
    unit: &str,
    today: Date,
) -> Result<Value, StoreError> {
    let rows = query(
        "SELECT * FROM roles WHERE (unit = $1 AND role IN ('unit_head', 'it_focal_officer') OR role = 'assessor')
             AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2) ORDER BY role, valid_from, id",
    )
    .bind(unit)
    .bind(day_text(today))
    .fetch_all(connection)
    .await?;
    let tree = context.organisation().tree();
    let on = tree.on(today);
    let place = tree.find(unit);
    let mut held = Vec::new();
    for row in &rows {
        let role = role(row)?;
        let word = match role.kind {
            RoleKind::UnitHead => "head",
            RoleKind::ItFocalOfficer => "it_focal_officer",
            _ => "independent_assessor",
        };
        let is_above = |top: &str| {
            let (Some(top), Some(place)) = (tree.find(top), place) else { return false };
            on.contains(top) && on.contains(place) && on.is_within(place, top)
        };
        if role.kind == RoleKind::Assessor && !role.unit.as_deref().is_none_or(is_above) {
            continue;
        }
        let mut one = json!({
            "role": word, "person": role.person, "decision": role.decision.unwrap_or_default(),
            "since": start_of_day(role.valid_from),
        });
        if let (Some(fields), Some(qualified)) = (one.as_object_mut(), role.qualified) {
            fields.insert("qualified".to_owned(), json!(qualified));
        }
        held.push(one);
    }
    Ok(json!({ "held": listing(held, MAX_ROLES_SAID) }))
}

async fn sign_off(connection: &mut AnyConnection, unit: &str) -> Result<Value, StoreError> {
    let row = query("SELECT signed_at FROM sign_offs WHERE unit = $1 ORDER BY signed_at DESC LIMIT 1")
        .bind(unit)
        .fetch_optional(connection)
        .await?;
    Ok(match row {
        Some(row) => json!({ "signed_off_at": row.moment("signed_at")? }),
        None => json!({}),
    })
}

/// Tasks that are open or were due this year. Of a unit that was never given any and has no plan, it is not known whether
/// there should be some.
async fn tasks_and_plan(
    connection: &mut AnyConnection,
    context: &JudgeContext,
    unit: &str,
    today: Date,
) -> Result<Value, StoreError> {
    let plans = query("SELECT COUNT(*) AS plans FROM unit_plans WHERE unit = $1 AND year = $2")
        .bind(unit)
        .bind(i64::from(today.year()))
        .fetch_one(&mut *connection)
        .await?;
    let plan_approved = plans.count("plans")? > 0;
    let tree = context.organisation().tree();
    let on = tree.on(today);
    let place = tree.find(unit).filter(|place| on.contains(*place));
    // What a unit has to do goes on in the one that took it over.
    let carried = |id: &&str| *id == unit || place.is_some() && tasks::carried_by(id, &on) == place;
    let mut rows = Vec::new();
    for id in tree.units().map(|unit| tree.unit(unit).id.as_str()).filter(carried) {
        rows.extend(
            query(
                "SELECT tasks.*, (SELECT COUNT(*) FROM attachments
                     WHERE attachments.owner_kind = 'task' AND attachments.owner = tasks.id) AS evidence
                 FROM tasks WHERE unit = $1 AND withdrawn_at IS NULL ORDER BY due, id",
            )
            .bind(id)
            .fetch_all(&mut *connection)
            .await?,
        );
    }
    // Whoever has moved away answers for it no more.
    let is_here = |person: &str| {
        let subject = Subject { kind: SubjectKind::Person, id: person.to_owned() };
        let home = context.organisation().unit_of(&subject, today);
        home.zip(place).is_some_and(|(home, place)| on.contains(home) && on.is_within(home, place))
    };
    let mut assigned = Vec::new();
    for row in &rows {
        let task = tasks::task(row)?;
        if !task.is_open() && task.due.year() != today.year() {
            continue;
        }
        assigned.push(json!({
            "title": task.title, "has_owner": task.owner.as_deref().is_some_and(is_here),
            "due_at": end_of_day(task.due), "done": task.done_at.is_some(), "evidence_count": row.count("evidence")?,
        }));
    }
    if rows.is_empty() && !plan_approved {
        return Ok(json!({ "plan_approved": plan_approved }));
    }
    Ok(json!({ "plan_approved": plan_approved, "assigned": listing(assigned, MAX_TASKS_SAID) }))
}
