//! Việc cần làm của tôi: an official's own list. What, why, three steps, and two buttons: mended, or help.

use askama::Template;
use axum::extract::{Form, State};
use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::facts::{FactDocument, areas_of};
use khien_model::text::nfc;
use khien_model::{Severity, State as Outcome, Subject, SubjectKind, day_of};
use khien_store::pages::findings::{self, FindingRow};
use khien_store::pages::subjects::{self, SubjectRow};
use khien_store::requests::{self, MAX_TEXT, NewRequest, Request, RequestKind};
use khien_store::tasks::{self as unit_tasks, Standing};
use khien_store::tickets::{self, MAX_TITLE, NewTicket, Ticket, TicketKind};
use khien_store::{Actor, advisories, facts, ids};
use khien_texts::{Texts, moment, text};
use serde::Deserialize;

use super::finding::{FindingView, control_title, due_words};
use super::known::Known;
use super::subject::subject_href;
use crate::accounts::own;
use crate::page::{Frame, Onward, Page};
use crate::state::AppState;
use crate::tickets::due::answer_due;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many steps are shown at once; the others unfold.
const STEPS_SHOWN: usize = 3;
/// How many earlier requests are looked through.
const REQUESTS_READ: usize = 200;

#[derive(Template)]
#[template(path = "my.html")]
struct View<'a> {
    frame: Frame<'a>,
    conclusion: String,
    /// Whether nothing is left to do.
    is_done: bool,
    groups: Vec<Group>,
    /// The tasks of the unit that the person answers for.
    of_unit: Option<String>,
    /// How many advisories are unread, when any are.
    unread: Option<String>,
}

/// What is to be done about one device, account or the person.
struct Group {
    kind: String,
    name: String,
    href: String,
    seen: String,
    tasks: Vec<Task>,
    /// What can be stated about the password of an account.
    statement: Option<Statement>,
}

/// The form by which the owner of an account states when the password was changed.
struct Statement {
    account: String,
    /// The day stated last, for a reader.
    last: Option<String>,
    /// No day after this one is taken.
    today: String,
}

/// What the person has asked before.
struct Asked {
    re_checks: Vec<Request>,
    tickets: Vec<Ticket>,
}

/// What is to be done first is least: what fails before what is unknown, then the more severe, then what is due earlier.
type Urgency = (bool, Severity, Timestamp);

/// One thing to do.
struct Task {
    finding: FindingView,
    /// What stands above what.
    urgency: Urgency,
    subject_kind: SubjectKind,
    subject_id: String,
    first_steps: Vec<String>,
    more_steps: Vec<String>,
    /// Where it is done at once, when that is on a page of ours.
    here: Option<(&'static str, String)>,
    /// When a re-check was asked for that no report has answered yet.
    re_check: Option<String>,
    /// When help was asked for that nobody has answered yet.
    help: Option<String>,
    /// The last answer to a cry for help.
    answer: Option<String>,
}

/// Shows the list.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let person = &visit.person()?.person;
    let known = Known::load(&state).await?;
    let texts = state.texts(visit.language);
    let asked = Asked {
        re_checks: requests::of_person(&state.store, person, REQUESTS_READ).await?,
        tickets: tickets::of_person(&state.store, person).await?,
    };
    let mut groups = Vec::new();
    let held = subjects::held_by(&state.store, person, day_of(visit.now)).await?;
    let stated = own::to_state(&state, person).await?;
    for row in &held {
        let mut group = group(&state, &visit, &known, row, &asked, texts).await?;
        if let (SubjectKind::Account, Some(last)) = (row.kind, stated.get(&row.id)) {
            group.statement = Some(Statement {
                account: row.id.clone(),
                last: last.map(|day| text!(texts, "attestation-last", day = moment::day_shown(day, texts))),
                today: day_of(visit.now).to_string(),
            });
        }
        let urgency = group.tasks.first().map(|task| task.urgency);
        if urgency.is_some() || group.statement.is_some() {
            // What is only to be stated stands below what is to be done.
            groups.push((urgency.is_none(), urgency, group));
        }
    }
    // One does what stands on top first, whichever of one's things it is about.
    groups.sort_by_key(|(is_stated, urgency, _)| (*is_stated, *urgency));
    let groups: Vec<Group> = groups.into_iter().map(|(.., group)| group).collect();
    let tasks: usize = groups.iter().map(|group| group.tasks.len()).sum();
    let conclusion = match (held.is_empty(), tasks) {
        (true, _) => texts.text("my-nothing-held"),
        (false, 0) => texts.text("my-all-done"),
        (false, tasks) => text!(texts, "my-tasks", count = tasks),
    };
    let of_unit = of_unit(&state, person, day_of(visit.now), texts).await?;
    let own = advisories::of_person(&state.store, person, visit.now).await?;
    let unread = own.iter().filter(|own| own.read_at.is_none()).count();
    let unread = (unread > 0).then(|| text!(texts, "advisories-unread", count = unread));
    let is_done = tasks == 0 && of_unit.is_none() && unread.is_none();
    let frame = Frame::new(&state, &visit, texts.text("my-title"));
    Page::new(&View { frame, conclusion, is_done, groups, of_unit, unread })
}

/// How many tasks of the unit somebody answers for, when there are any.
async fn of_unit(state: &AppState, person: &str, today: Date, texts: &Texts) -> Result<Option<String>, Trouble> {
    let own = unit_tasks::of_owner(&state.store, person).await?;
    let overdue = own.iter().filter(|task| task.standing(today) == Standing::Overdue).count();
    Ok((!own.is_empty()).then(|| text!(texts, "task-mine", count = own.len(), overdue = overdue)))
}

async fn group(
    state: &AppState,
    visit: &Visit,
    known: &Known,
    row: &SubjectRow,
    asked: &Asked,
    texts: &Texts,
) -> Result<Group, Trouble> {
    let subject = Subject { kind: row.kind, id: row.id.clone() };
    let document =
        facts::document(&state.store, &subject).await?.unwrap_or_else(|| FactDocument::empty(subject.clone()));
    let rows = findings::of_subject(&state.store, row.number, None, visit.now).await?;
    let open = rows.iter().filter(|row| matches!(row.state, Outcome::Fail | Outcome::Unknown));
    let about_subject = &subject;
    let tasks = open.map(|finding| {
        let view = FindingView::new(finding, known.directive(), &document, visit.now, texts);
        let view = view.with_way_out(about_subject, visit, known);
        let control = &finding.control;
        let is_same = |subject: &Subject, other: &str| subject == about_subject && other == control;
        let mut re_checks = asked.re_checks.iter();
        let re_check = re_checks.find(|request| is_same(&request.asked.subject, &request.asked.control));
        let help = asked
            .tickets
            .iter()
            .find(|ticket| ticket.about.as_ref().is_some_and(|about| is_same(&about.subject, &about.control)));
        Task {
            urgency: urgency(finding),
            here: done_here(known, &finding.control).map(|(address, key)| (address, texts.text(key))),
            subject_kind: row.kind,
            subject_id: row.id.clone(),
            first_steps: view.steps.iter().take(STEPS_SHOWN).cloned().collect(),
            more_steps: view.steps.iter().skip(STEPS_SHOWN).cloned().collect(),
            re_check: re_check
                .filter(|request| is_waiting(request.asked_at, row.confirmed_at))
                .map(|request| text!(texts, "my-re-check-asked", moment = moment::shown(request.asked_at, texts))),
            help: help.filter(|ticket| ticket.state.is_open()).map(|ticket| {
                let due = due_words(ticket.answer_due_at, visit.now, texts).0.unwrap_or_else(|| "–".to_owned());
                text!(texts, "my-help-asked", moment = moment::shown(ticket.asked_at, texts), due = due)
            }),
            answer: help
                .and_then(|ticket| ticket.answer.as_deref())
                .map(|answer| text!(texts, "my-help-answer", answer = answer)),
            finding: view,
        }
    });
    let mut tasks: Vec<Task> = tasks.collect();
    tasks.sort_by_key(|task| task.urgency);
    let seen = row.last_seen_at.or(row.confirmed_at);
    Ok(Group {
        kind: texts.text(&format!("subject-kind-{}", row.kind)),
        name: row.name.clone(),
        href: subject_href(row.kind, &row.id),
        seen: seen.map(|seen| text!(texts, "my-seen", moment = moment::shown(seen, texts))).unwrap_or_default(),
        tasks,
        statement: None,
    })
}

fn urgency(finding: &FindingRow) -> Urgency {
    (finding.state != Outcome::Fail, finding.severity, finding.due.unwrap_or(Timestamp::MAX))
}

/// What is known about a person is done on these pages of ours: the area of facts, the address, and what the way is called.
const DONE_HERE: &[(&str, &str, &str)] = &[
    ("duties", "/my/duties", "duties-open"),
    ("documents", "/documents", "documents-open"),
    ("advisories", "/advisories", "advisories-open"),
    ("own_uploads", "/scan/uploads", "scans-uploads-open"),
];

/// Where what a control asks of somebody is done, when that is on a page of ours.
fn done_here(known: &Known, control: &str) -> Option<(&'static str, &'static str)> {
    let areas = areas_of(SubjectKind::Person).fields;
    let (_, control) = known.directive().control(control)?;
    let read = control.pass.program.areas_read();
    let is_read = |name: &str| read.iter().any(|place| areas.get(*place).is_some_and(|area| area.name == name));
    let here = DONE_HERE.iter().find(|(area, ..)| control.subject == SubjectKind::Person && is_read(area));
    here.map(|(_, address, key)| (*address, *key))
}

/// Whether no report has come since the re-check was asked for.
fn is_waiting(asked_at: Timestamp, confirmed_at: Option<Timestamp>) -> bool {
    confirmed_at.is_none_or(|seen| seen <= asked_at)
}

/// What an official sends with one of the two buttons.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    kind: String,
    subject_kind: String,
    subject_id: String,
    control: String,
    #[serde(default)]
    text: String,
}

/// Writes down that something is mended, or that help is needed.
pub(super) async fn ask(State(state): State<AppState>, visit: Visit, Form(form): Form<Ask>) -> Result<Onward, Trouble> {
    let person = visit.person()?.person.clone();
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let is_help = match form.kind.as_str() {
        "help" => true,
        kind => kind.parse::<RequestKind>().map(|_| false).map_err(|_| bad("kind"))?,
    };
    let subject_kind: SubjectKind = form.subject_kind.parse().map_err(|_| bad("subject_kind"))?;
    let text = nfc(form.text.trim()).into_owned();
    if text.chars().count() > MAX_TEXT {
        return Err(bad("text"));
    }
    let known = Known::load(&state).await?;
    if known.directive().control(&form.control).is_none() {
        return Err(Trouble::NotFound);
    }
    // One asks about one's own things only.
    let held = subjects::held_by(&state.store, &person, day_of(visit.now)).await?;
    let row = held.iter().find(|row| row.kind == subject_kind && row.id == form.subject_id);
    let row = row.ok_or(Trouble::NotAllowed)?;
    let subject = Subject { kind: subject_kind, id: row.id.clone() };
    let mut change = state.store.begin(Actor::Person(person.clone()), visit.now).await?;
    if is_help {
        let title = control_title(known.directive(), &form.control, state.texts(visit.language));
        let new = NewTicket {
            id: ids::fresh(visit.now)?,
            kind: TicketKind::Question,
            text: if text.is_empty() { title.clone() } else { text },
            title: title.chars().take(MAX_TITLE).collect(),
            person,
            unit: row.unit.clone(),
            about: Some((subject, form.control)),
            answer_due_at: answer_due(Some(known.directive()), visit.now),
        };
        tickets::open(&mut change, &new).await?;
        change.commit().await?;
        return Ok(Onward::to("/my").saying("flash-help", &visit));
    }
    let asked = NewRequest {
        id: ids::fresh(visit.now)?,
        kind: RequestKind::ReCheck,
        person,
        unit: row.unit.clone(),
        subject,
        control: form.control,
        text: (!text.is_empty()).then_some(text),
    };
    requests::ask(&mut change, &asked).await?;
    change.commit().await?;
    Ok(Onward::to("/my").saying("flash-re-check", &visit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_re_check_waits_until_the_next_report() {
        let at = |second| Timestamp::from_second(second).expect("a moment");
        assert!(is_waiting(at(10), None));
        assert!(is_waiting(at(10), Some(at(10))));
        assert!(!is_waiting(at(10), Some(at(11))));
    }
}
