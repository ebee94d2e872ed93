//! Thiết bị / đối tượng: one subject with its findings, how they came about, its facts and their history.

use askama::Template;
use axum::extract::{Path, Query, State};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_judge::Counts;
use khien_model::facts::{Evidence, FactDocument};
use khien_model::{State as Outcome, Subject, SubjectKind, day_of, end_of_day};
use khien_store::facts::{self, FactChange};
use khien_store::holders;
use khien_store::pages::subjects::{self, FactRow, SubjectRow};
use khien_store::pages::{findings, overview as tallies};
use khien_texts::listing::{Line, area_name, lines};
use khien_texts::{Texts, moment, text};
use serde::Deserialize;

use super::chart::{Course, States, course};
use super::finding::{FindingView, control_title};
use super::known::Known;
use super::known::name_of;
use super::overview::{DayChoice, TREND_DAYS, Tile, conclusion, tiles};
use super::unit::crumbs;
use crate::access;
use crate::page::{Crumb, Frame, Page, in_address};
use crate::rights::{Place, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many changes of facts are shown.
const CHANGES_SHOWN: u32 = 40;
/// How many lines of one change are shown.
const LINES_PER_CHANGE: usize = 12;

/// The address of a subject's page.
pub(crate) fn subject_href(kind: SubjectKind, id: &str) -> String {
    match kind {
        SubjectKind::Unit => format!("/units/{}", in_address(id)),
        kind => format!("/subjects/{kind}/{}", in_address(id)),
    }
}

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The day that is looked at.
    #[serde(default)]
    day: String,
}

#[derive(Template)]
#[template(path = "subject.html")]
struct View<'a> {
    frame: Frame<'a>,
    kind: String,
    day: DayChoice,
    as_of: Option<String>,
    conclusion: String,
    about: Vec<(String, String)>,
    tiles: Vec<Tile>,
    work: Vec<FindingView>,
    exempt: Vec<FindingView>,
    passes: Vec<FindingView>,
    course: Option<Course>,
    course_words: Vec<CourseWords>,
    areas: Vec<AreaView>,
    changes: Vec<ChangeView>,
    address: String,
}

/// The course of one control in words.
struct CourseWords {
    title: String,
    states: Vec<String>,
}

/// One area of facts as it is.
struct AreaView {
    name: String,
    seen: String,
    lines: Vec<Line>,
    more: Option<String>,
}

/// One change of an area.
struct ChangeView {
    when: String,
    area: String,
    lines: Vec<String>,
}

/// Shows one subject.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path((kind, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let kind: SubjectKind = kind.parse().map_err(|_| Trouble::NotFound)?;
    let today = day_of(visit.now);
    let (day, shown) = DayChoice::read(&asked.day, tallies::first_day(&state.store).await?, today)?;
    let known = Known::load_for(&state, &day, shown).await?;
    let row = subjects::find(&state.store, kind, &id).await?.ok_or(Trouble::NotFound)?;
    let subject = Subject { kind, id: id.clone() };
    allowed(&state, &visit, &known, &subject, shown).await?;
    let at = day.is_past.then(|| end_of_day(shown));
    let document =
        facts::document(&state.store, &subject).await?.unwrap_or_else(|| FactDocument::empty(subject.clone()));
    let rows = findings::of_subject(&state.store, row.number, at, visit.now).await?;
    let texts = state.texts(visit.language);
    let mut counts = Counts::default();
    let (mut work, mut exempt, mut passes) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        counts.record(row.state);
        let mut view = FindingView::new(row, known.directive(), &document, visit.now, texts);
        if !day.is_past {
            view = view.with_way_out(&subject, &visit, &known);
        }
        match row.state {
            Outcome::Fail | Outcome::Unknown => work.push(view),
            Outcome::Exempt => exempt.push(view),
            Outcome::Pass => passes.push(view),
        }
    }
    let since = visit.now.checked_sub(SignedDuration::from_hours(24 * TREND_DAYS)).unwrap_or(Timestamp::MIN);
    let intervals = findings::course(&state.store, row.number, since).await?;
    let (drawn, course_words) = courses(&intervals, &known, since, visit.now, texts);
    let areas = subjects::facts(&state.store, row.number).await?;
    let changes = facts::changes(&state.store, row.number, None, CHANGES_SHOWN).await?;
    let view = View {
        kind: texts.text(&format!("subject-kind-{kind}")),
        as_of: day.is_past.then(|| text!(texts, "as-of-day", day = moment::day_shown(shown, texts))),
        conclusion: conclusion(&counts, texts),
        about: about(&state, &row, &document, &known, today, texts).await?,
        tiles: tiles(&counts, texts),
        work,
        exempt,
        passes,
        course: drawn,
        course_words,
        areas: area_views(&subject, &areas, &document, texts),
        changes: change_views(&subject, &changes, texts),
        address: subject_href(kind, &id),
        frame: Frame::new(&state, &visit, row.name.clone()).below(way(&known, &row, today, texts)),
        day,
    };
    Page::new(&view)
}

/// Asks whether the subject may be seen; whose data it is, is written down with who looked.
async fn allowed(state: &AppState, visit: &Visit, known: &Known, subject: &Subject, day: Date) -> Result<(), Trouble> {
    let tree = known.tree(day);
    let held = holders::of_subject(&state.store, subject).await?;
    let mut people: Vec<&str> =
        held.iter().filter(|holder| holder.validity().contains(day)).map(|holder| holder.person.as_str()).collect();
    let resource = if subject.kind == SubjectKind::Person {
        people.push(&subject.id);
        Resource::Person
    } else {
        Resource::Subject
    };
    let unit = known.organisation().unit_of(subject, day);
    access::view(state, visit, resource, &Place::people(unit, &people), &tree).await
}

/// The way to the subject: its unit and those above.
fn way(known: &Known, row: &SubjectRow, day: Date, texts: &Texts) -> Vec<Crumb> {
    let tree = known.tree(day);
    let Some(unit) = tree.tree().find(&row.unit).filter(|unit| tree.contains(*unit)) else {
        return vec![Crumb::new(texts.text("places-overview"), "/")];
    };
    let mut way = crumbs(known, &tree, unit, day, texts);
    way.push(Crumb::new(known.unit_name(&row.unit, day), format!("/units/{}", in_address(&row.unit))));
    way
}

async fn about(
    state: &AppState,
    row: &SubjectRow,
    document: &FactDocument,
    known: &Known,
    today: Date,
    texts: &Texts,
) -> Result<Vec<(String, String)>, Trouble> {
    let mut about = Vec::new();
    if !row.unit.is_empty() {
        about.push((texts.text("subject-unit-name"), known.unit_name(&row.unit, today)));
    }
    for holder in holders::of_subject(&state.store, &document.subject()).await? {
        let name = name_of(state, &holder.person).await?;
        let validity = moment::validity(holder.valid_from, holder.valid_to, texts);
        about.push((texts.text("subject-holder"), format!("{name} ({validity})")));
    }
    if let Some(os) = &row.os {
        about.push((texts.text("subject-system-name"), os.clone()));
    }
    let seen = row.last_seen_at.or(row.confirmed_at);
    let seen = seen.map_or_else(|| texts.text("subject-never-seen"), |seen| moment::shown(seen, texts));
    about.push((texts.text("subject-last-seen"), seen));
    if is_attested(document) {
        about.push((texts.text("subject-evidence"), texts.text("subject-attested")));
    }
    if let Some(retired) = row.retired_at {
        about.push((texts.text("subject-retired"), moment::shown(retired, texts)));
    }
    Ok(about)
}

/// Whether the owner of an account stated when its password was changed, because the system does not say.
fn is_attested(document: &FactDocument) -> bool {
    let FactDocument::Account(account) = document else { return false };
    let credential = account.facts.credential.as_ref().and_then(|fact| fact.outcome.as_ref().ok());
    credential.is_some_and(|credential| credential.evidence.known() == Some(&Evidence::Attested))
}

/// An outcome, since when, and until when.
type Stretch = (Outcome, Timestamp, Option<Timestamp>);

/// The course of every control whose state changed, drawn and in words.
fn courses(
    intervals: &[findings::Interval],
    known: &Known,
    since: Timestamp,
    now: Timestamp,
    texts: &Texts,
) -> (Option<Course>, Vec<CourseWords>) {
    let mut rows: Vec<(String, Vec<Stretch>)> = Vec::new();
    for interval in intervals {
        let title = control_title(known.directive(), &interval.control, texts);
        let state = (interval.state, interval.from, interval.to);
        match rows.last_mut() {
            Some((last, states)) if *last == title => states.push(state),
            _ => rows.push((title, vec![state])),
        }
    }
    // What was one and the same all the time needs no drawing.
    rows.retain(|(_, states)| states.len() > 1);
    if rows.is_empty() {
        return (None, Vec::new());
    }
    let states: Vec<States<'_>> = rows.iter().map(|(title, states)| (title.as_str(), states.clone())).collect();
    let drawn = course(&states, since, now, texts);
    let words = rows.iter().zip(&drawn.rows).map(|((title, _), row)| CourseWords {
        title: title.clone(),
        states: row.bars.iter().map(|bar| bar.said.clone()).collect(),
    });
    let words = words.collect();
    (Some(drawn), words)
}

fn area_views(subject: &Subject, rows: &[FactRow], document: &FactDocument, texts: &Texts) -> Vec<AreaView> {
    let shape = FactDocument::empty(subject.clone());
    rows.iter()
        .map(|row| {
            let said = lines(document.facts(), &row.area, texts);
            AreaView {
                name: area_name(shape.facts().shape(), &row.area, texts),
                seen: text!(texts, "area-seen", moment = moment::shown(row.changed_at, texts)),
                more: (said.left_out > 0).then(|| text!(texts, "lines-more", count = said.left_out)),
                lines: said.lines,
            }
        })
        .collect()
}

/// One area out of the store, as a document that can be looked into. An area that this version no longer knows is none.
fn document_of(subject: &Subject, change: &FactChange) -> Option<FactDocument> {
    let mut fact: serde_json::Value = serde_json::from_str(change.fact.as_deref()?).ok()?;
    fact.as_object_mut()?.insert("observed_at".to_owned(), change.observed_at.to_string().into());
    let kind = subject.kind.to_string();
    let document = serde_json::json!({ kind: { "id": subject.id, "facts": { &change.area: fact } } });
    FactDocument::from_json(&document.to_string()).ok()
}

/// What changed, newest first: of each change the lines that were not so before.
fn change_views(subject: &Subject, changes: &[FactChange], texts: &Texts) -> Vec<ChangeView> {
    let shape = FactDocument::empty(subject.clone());
    let said = |change: &FactChange| {
        let document = document_of(subject, change);
        document.map(|document| lines(document.facts(), &change.area, texts).lines).unwrap_or_default()
    };
    let mut views = Vec::new();
    for (place, change) in changes.iter().enumerate() {
        let earlier = changes.iter().skip(place + 1).find(|earlier| earlier.area == change.area);
        let shown = match (&change.fact, earlier) {
            (None, _) => vec![texts.text("change-gone")],
            (Some(_), None) => vec![texts.text("change-first")],
            (Some(_), Some(earlier)) => differences(&said(earlier), &said(change), texts),
        };
        views.push(ChangeView {
            when: moment::shown(change.changed_at, texts),
            area: area_name(shape.facts().shape(), &change.area, texts),
            lines: shown,
        });
    }
    views
}

/// The lines of `after` that are not in `before`, with what was there, and those that are gone.
fn differences(before: &[Line], after: &[Line], texts: &Texts) -> Vec<String> {
    let mut said = Vec::new();
    for line in after.iter().filter(|line| !before.contains(line)) {
        let was = before.iter().find(|was| was.name == line.name);
        said.push(match was {
            Some(was) => text!(
                texts,
                "change-from",
                name = line.name.as_str(),
                before = was.value.as_str(),
                after = line.value.as_str()
            ),
            None => format!("{}: {}", line.name, line.value),
        });
    }
    for line in before.iter().filter(|line| after.iter().all(|now| now.name != line.name)) {
        said.push(text!(texts, "change-removed", name = line.name.as_str(), before = line.value.as_str()));
    }
    let more = said.len().saturating_sub(LINES_PER_CHANGE);
    said.truncate(LINES_PER_CHANGE);
    if more > 0 {
        said.push(text!(texts, "lines-more", count = more));
    }
    if said.is_empty() {
        said.push(texts.text("change-elsewhere"));
    }
    said
}

#[cfg(test)]
mod tests {
    use khien_texts::Language;

    use super::*;

    fn line(name: &str, value: &str) -> Line {
        Line { name: name.into(), value: value.into() }
    }

    #[test]
    fn a_change_says_what_was_and_what_is() {
        let texts = Texts::new(Language::En, crate::texts::sources(Language::En));
        let before = [line("running", "no"), line("version", "1"), line("licence", "old")];
        let after = [line("running", "yes"), line("version", "1"), line("signatures", "new")];
        assert_eq!(
            differences(&before, &after, &texts),
            ["running: from “no” to “yes”", "signatures: new", "licence: no longer there (it was “old”)"]
        );
        let many: Vec<Line> = (0..20).map(|number| line(&format!("line {number}"), "x")).collect();
        assert_eq!(differences(&[], &many, &texts).len(), LINES_PER_CHANGE + 1);
    }

    #[test]
    fn an_area_that_is_no_longer_known_is_no_document() {
        let subject = Subject { kind: SubjectKind::Device, id: "pc".into() };
        let change = |area: &str, fact: &str| FactChange {
            area: area.into(),
            changed_at: Timestamp::UNIX_EPOCH,
            observed_at: Timestamp::UNIX_EPOCH,
            fact: Some(fact.into()),
        };
        assert!(document_of(&subject, &change("os", r#"{"source": "t", "value": {"name": "Debian"}}"#)).is_some());
        assert!(document_of(&subject, &change("nonsense", r#"{"source": "t", "value": {}}"#)).is_none());
        assert!(document_of(&subject, &change("os", "[]")).is_none());
    }
}
