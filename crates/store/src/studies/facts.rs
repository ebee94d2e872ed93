//! What is known of studying: the area `documents` of units and people.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_model::{Subject, SubjectKind, day_of};
use serde_json::{Value, json};
use sqlx::query;

use super::{StudyMark, StudyTask, marks_of, open_tasks};
use crate::columns::{Columns as _, micros};
use crate::context::context;
use crate::facts::{NewFact, put};
use crate::{Actor, Change, JudgeContext, Store, StoreError, assignments};

/// Who says so.
const SOURCE: &str = "web:documents";
/// The area of facts.
const AREA: &str = "documents";
/// How old what is known may become before it is said again: well below what the directive takes for stale.
const SAID_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many subjects are said in one change: nobody else writes meanwhile.
const SAID_PER_CHANGE: usize = 50;
/// How many subjects one run of [`refresh`] says at most; the next one goes on.
pub const MAX_SAID: usize = 5_000;

/// What somebody is to study, and how far they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Studied {
    /// The documents to be studied: the id, the number, and since when.
    pub required: Vec<(String, String, Timestamp)>,
    /// The ids of those that were studied.
    pub studied: BTreeSet<String>,
}

impl Studied {
    /// Those still to be studied.
    pub fn outstanding(&self) -> impl Iterator<Item = &(String, String, Timestamp)> {
        self.required.iter().filter(|(document, ..)| !self.studied.contains(document))
    }

    /// What `tasks` that concern `subject` and its `marks` come to. A document that is given twice counts once.
    fn of(tasks: &[&StudyTask], marks: impl IntoIterator<Item = String>) -> Self {
        let marked: BTreeSet<String> = marks.into_iter().collect();
        let mut required: Vec<(String, String, Timestamp)> = Vec::new();
        for task in tasks {
            if !required.iter().any(|(document, ..)| *document == task.document) {
                required.push((task.document.clone(), task.number.clone(), task.assigned_at));
            }
        }
        let studied = required.iter().map(|(document, ..)| document.clone()).filter(|it| marked.contains(it)).collect();
        Self { required, studied }
    }

    /// As a fact; nothing when nothing is to be studied.
    fn fact(&self) -> Option<String> {
        if self.required.is_empty() {
            return None;
        }
        let outstanding: Vec<Value> =
            self.outstanding().map(|(_, number, at)| json!({ "number": number, "assigned_at": at })).collect();
        let value =
            json!({ "required": self.required.len(), "studied": self.studied.len(), "outstanding": outstanding });
        Some(json!({ "value": value, "source": SOURCE }).to_string())
    }
}

/// What concerns whom on a day.
struct Reach<'t> {
    context: Arc<JudgeContext>,
    tasks: &'t [StudyTask],
    day: Date,
}

impl<'t> Reach<'t> {
    /// The tasks that concern `subject`.
    fn of(&self, subject: &Subject) -> Vec<&'t StudyTask> {
        let organisation = self.context.organisation();
        let (tree, on) = (organisation.tree(), organisation.tree().on(self.day));
        let home = match subject.kind {
            SubjectKind::Unit => tree.find(&subject.id),
            _ => organisation.unit_of(subject, self.day),
        };
        let Some(home) = home.filter(|unit| on.contains(*unit)) else { return Vec::new() };
        let is_within = |task: &&StudyTask| {
            let top = tree.find(&task.unit).filter(|top| on.contains(*top));
            task.audience.means(subject.kind) && top.is_some_and(|top| on.is_within(home, top))
        };
        self.tasks.iter().filter(is_within).collect()
    }
}

/// What a unit or person is to study, and how far they are.
pub async fn studied_of(store: &Store, subject: &Subject, now: Timestamp) -> Result<Studied, StoreError> {
    let tasks = open_tasks(store).await?;
    let reach = Reach { context: store.judge_context().await?, tasks: &tasks, day: day_of(now) };
    let marks = marks_of(store, subject).await?;
    Ok(Studied::of(&reach.of(subject), marks.into_iter().map(|mark| mark.document)))
}

/// The units and people whom any of `tasks` concerns.
pub(super) async fn meant(store: &Store, tasks: &[StudyTask], day: Date) -> Result<BTreeSet<Subject>, StoreError> {
    let reach = Reach { context: store.judge_context().await?, tasks, day };
    let tree = reach.context.organisation().tree();
    let on = tree.on(day);
    let units = on.units().iter().map(|unit| (SubjectKind::Unit, tree.unit(*unit).id.clone()));
    let homes = assignments::homes_on(store, SubjectKind::Person, day).await?;
    let people = homes.into_keys().map(|person| (SubjectKind::Person, person));
    let all = units.chain(people).map(|(kind, id)| Subject { kind, id });
    Ok(all.filter(|subject| !reach.of(subject).is_empty()).collect())
}

/// Says anew what is known of one unit or person, with what this change has written.
pub(super) async fn say_of(change: &mut Change, subject: &Subject) -> Result<(), StoreError> {
    let store = change.store().clone();
    let tasks = open_tasks(&store).await?;
    let day = day_of(change.now());
    let reach = Reach { context: context(store.core(), change.connection()).await?, tasks: &tasks, day };
    let rows = query("SELECT document FROM study_marks WHERE kind = $1 AND subject = $2")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .fetch_all(change.connection())
        .await?;
    let marks: Vec<String> = rows.iter().map(|row| row.text("document")).collect::<Result<_, _>>()?;
    let fact = Studied::of(&reach.of(subject), marks).fact();
    match put(change, subject, vec![NewFact { area: AREA.to_owned(), fact, observed_at: change.now() }]).await {
        // Of somebody who is no subject (any more) nothing is said; the mark stays.
        Err(StoreError::NotFound) => Ok(()),
        other => other,
    }
}

/// Says anew what is known of everybody for whom it has changed, by time, by tasks or by assignments, or would be taken for
/// stale. How many were said; as long as it is [`MAX_SAID`], there may be more.
pub async fn refresh(store: &Store, now: Timestamp) -> Result<usize, StoreError> {
    let tasks = open_tasks(store).await?;
    let reach = Reach { context: store.judge_context().await?, tasks: &tasks, day: day_of(now) };
    let rows = query("SELECT * FROM study_marks").fetch_all(store.readers()).await?;
    let mut marks: BTreeMap<Subject, Vec<String>> = BTreeMap::new();
    for row in &rows {
        let StudyMark { subject, document, .. } = super::mark(row)?;
        marks.entry(subject).or_default().push(document);
    }
    let again = micros(now.saturating_sub(SAID_AGAIN_AFTER).unwrap_or(Timestamp::MIN));
    let rows = query(
        "SELECT subjects.kind AS kind, subjects.id AS id, facts.fact AS fact, facts.observed_at AS observed_at
         FROM subjects LEFT JOIN facts ON facts.subject = subjects.number AND facts.area = 'documents'
         WHERE subjects.kind IN ('person', 'unit') AND subjects.retired_at IS NULL ORDER BY subjects.number",
    )
    .fetch_all(store.readers())
    .await?;
    let mut said = Vec::new();
    for row in &rows {
        let subject = Subject { kind: row.parsed("kind")?, id: row.text("id")? };
        let fact = Studied::of(&reach.of(&subject), marks.remove(&subject).unwrap_or_default()).fact();
        let known = row.text_or_none("fact")?;
        let is_old = row.number_or_none("observed_at")?.is_none_or(|at| at < again);
        if known != fact || (fact.is_some() && is_old) {
            said.push((subject, fact));
        }
        if said.len() == MAX_SAID {
            break;
        }
    }
    for piece in said.chunks(SAID_PER_CHANGE) {
        let mut change = store.begin(Actor::System, now).await?;
        for (subject, fact) in piece {
            let fact = NewFact { area: AREA.to_owned(), fact: fact.clone(), observed_at: now };
            put(&mut change, subject, vec![fact]).await?;
        }
        change.commit().await?;
    }
    Ok(said.len())
}
