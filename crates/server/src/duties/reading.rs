//! Trách nhiệm của tôi: what the directive asks, clause by clause, and the acknowledgement at the end.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, State};
use khien_directive::Directive;
use khien_store::Actor;
use khien_store::campaigns::{self, Campaign, ClauseMark, Progress};
use khien_texts::{Texts, moment, text};

use super::directive_of;
use crate::page::{Crumb, Frame, Onward, Page, in_address};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// What somebody is asked to read, and how far they have come.
pub(super) struct Reading {
    pub(super) campaign: Campaign,
    pub(super) own: Progress,
    pub(super) directive: Directive,
    /// The clauses that need not be read any more.
    pub(super) read: BTreeSet<String>,
}

impl Reading {
    /// What the visitor is asked: of several campaigns the newest that is not done.
    pub(super) async fn of(state: &AppState, visit: &Visit) -> Result<Option<Self>, Trouble> {
        let asked = campaigns::of_person(&state.store, &visit.person()?.person).await?;
        let place = asked.iter().position(|(_, own)| !own.is_done()).unwrap_or_default();
        let Some((campaign, own)) = asked.into_iter().nth(place) else { return Ok(None) };
        let read = campaigns::read_of_person(&state.store, &campaign, &own).await?.into_iter().collect();
        let directive = directive_of(state, &campaign).await?;
        Ok(Some(Self { campaign, own, directive, read }))
    }

    fn marks(&self) -> &[ClauseMark] {
        &self.campaign.clauses
    }

    /// Where the next clause to read is; the list when all are read.
    fn next(&self) -> String {
        let unread = self.marks().iter().find(|(clause, _)| !self.read.contains(clause));
        unread.map_or_else(|| "/my/duties".to_owned(), |(clause, _)| address(clause))
    }

    fn is_all_read(&self) -> bool {
        self.marks().iter().all(|(clause, _)| self.read.contains(clause))
    }
}

fn address(clause: &str) -> String {
    format!("/my/duties/clauses/{}", in_address(clause))
}

#[derive(Template)]
#[template(path = "duties/reading.html")]
struct View<'a> {
    frame: Frame<'a>,
    lead: String,
    rows: Vec<Row>,
    next: Option<String>,
    may_acknowledge: bool,
    may_answer: bool,
    is_done: bool,
}

/// One clause in the list.
struct Row {
    title: String,
    href: String,
    is_read: bool,
}

/// Shows what there is to read.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let texts = state.texts(visit.language);
    let frame = || {
        Frame::new(&state, &visit, texts.text("duties-mine-title"))
            .below(vec![Crumb::new(texts.text("my-title"), "/my")])
    };
    let Some(reading) = Reading::of(&state, &visit).await? else {
        return Page::new(&View {
            frame: frame(),
            lead: texts.text("duties-nothing-asked"),
            rows: Vec::new(),
            next: None,
            may_acknowledge: false,
            may_answer: false,
            is_done: true,
        });
    };
    let rows = reading.marks().iter().filter_map(|(id, _)| {
        let clause = reading.directive.clauses.iter().find(|clause| clause.id == *id)?;
        let title = format!("{}. {}", clause.id, texts.pick(&clause.title));
        Some(Row { title, href: address(id), is_read: reading.read.contains(id) })
    });
    let is_acknowledged = reading.own.acknowledged_at.is_some();
    Page::new(&View {
        frame: frame(),
        lead: lead(&reading, texts),
        rows: rows.collect(),
        next: (!reading.is_all_read()).then(|| reading.next()),
        may_acknowledge: reading.is_all_read() && !is_acknowledged,
        may_answer: is_acknowledged && reading.own.quiz_passed_at.is_none(),
        is_done: reading.own.is_done(),
    })
}

fn lead(reading: &Reading, texts: &Texts) -> String {
    let title = texts.pick(&reading.directive.title);
    let due = moment::day_shown(reading.own.due, texts);
    match (reading.own.acknowledged_at, reading.own.quiz_passed_at) {
        (Some(_), Some(passed)) => text!(texts, "duties-done", title = title, moment = moment::shown(passed, texts)),
        (Some(at), None) => text!(texts, "duties-quiz-left", moment = moment::shown(at, texts), due = due),
        (None, _) => {
            let (read, all) = (reading.read.len(), reading.marks().len());
            text!(texts, "duties-reading-left", title = title, read = read, all = all, due = due)
        }
    }
}

#[derive(Template)]
#[template(path = "duties/clause.html")]
struct ClauseView<'a> {
    frame: Frame<'a>,
    text: String,
    /// What is checked of it, one sentence each.
    asked: Vec<String>,
    progress: String,
    action: String,
    is_read: bool,
    next: String,
}

/// Shows one clause.
pub(super) async fn clause(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page, Trouble> {
    let reading = Reading::of(&state, &visit).await?.ok_or(Trouble::NotFound)?;
    let texts = state.texts(visit.language);
    let place = reading.marks().iter().position(|(clause, _)| *clause == id).ok_or(Trouble::NotFound)?;
    let clause = reading.directive.clauses.iter().find(|clause| clause.id == id).ok_or(Trouble::NotFound)?;
    let title = format!("{}. {}", clause.id, texts.pick(&clause.title));
    let crumbs =
        vec![Crumb::new(texts.text("my-title"), "/my"), Crumb::new(texts.text("duties-mine-title"), "/my/duties")];
    let all = reading.marks().len();
    Page::new(&ClauseView {
        frame: Frame::new(&state, &visit, title).below(crumbs),
        text: texts.pick(&clause.text).to_owned(),
        asked: clause.controls.iter().map(|control| texts.pick(&control.title).to_owned()).collect(),
        progress: text!(texts, "duties-clause-of", number = place + 1, all = all),
        action: address(&id),
        is_read: reading.read.contains(&id),
        next: reading.next(),
    })
}

/// Writes down that a clause is read and goes on to the next one.
pub(super) async fn read(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let mut reading = Reading::of(&state, &visit).await?.ok_or(Trouble::NotFound)?;
    let mark = reading.marks().iter().find(|(clause, _)| *clause == id).cloned().ok_or(Trouble::NotFound)?;
    let person = &visit.person()?.person;
    let mut change = state.store.begin(Actor::Person(person.clone()), visit.now).await?;
    campaigns::read_clause(&mut change, person, &mark).await?;
    change.commit().await?;
    reading.read.insert(id);
    Ok(Onward::to(reading.next()))
}

/// Writes down that everything is read and understood.
pub(super) async fn acknowledge(State(state): State<AppState>, visit: Visit) -> Result<Onward, Trouble> {
    let reading = Reading::of(&state, &visit).await?.ok_or(Trouble::NotFound)?;
    let person = &visit.person()?.person;
    let mut change = state.store.begin(Actor::Person(person.clone()), visit.now).await?;
    campaigns::acknowledge(&mut change, &reading.campaign, person).await?;
    change.commit().await?;
    Ok(Onward::to("/my/duties/quiz").saying("duties-was-acknowledged", &visit))
}
