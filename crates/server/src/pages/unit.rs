//! Đơn vị: the red list of one unit, who answers for it, the head's sign-off, exemptions, the trend.

use askama::Template;
use axum::extract::{Form, Path, Query, State};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use khien_judge::Counts;
use khien_model::{State as Outcome, TreeOnDay, UnitIndex, Validity, day_of};
use khien_store::Actor;
use khien_store::pages::findings::{self, FindingRow};
use khien_store::pages::{Scope, overview as tallies};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::sign_offs::{self, MAX_NOTE, SignOff};
use khien_store::tickets::{self, TicketKind};
use khien_texts::{Texts, moment, text};
use serde::Deserialize;

use super::chart::{Spark, spark};
use super::finding::{control_href, control_title, due_words, named, since_words};
use super::known::{Known, name_of};
use super::numbers::{count, share_words};
use super::overview::heat::{Sums, clause_title};
use super::overview::{DayChoice, TREND_DAYS, Tile, conclusion, tiles};
use super::subject::subject_href;
use crate::access;
use crate::page::{Crumb, Frame, Onward, Page, in_address};
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many findings one page of the red list shows.
const ROWS_PER_PAGE: usize = 200;
/// How many earlier confirmations are shown.
const SIGN_OFFS_SHOWN: usize = 6;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// The day that is looked at.
    #[serde(default)]
    day: String,
    /// Only this clause.
    clause: Option<String>,
    /// The page of the red list, from 1.
    page: Option<usize>,
}

/// Somebody who waits for an answer.
struct HelpView {
    title: String,
    href: String,
    person: String,
    due: Option<String>,
    is_overdue: bool,
}

/// The tickets in `scope` that owe an answer, the one due next first. What somebody writes is about them: it is written down
/// who read it.
async fn waiting(state: &AppState, scope: Scope<'_>, visit: &Visit, texts: &Texts) -> Result<Vec<HelpView>, Trouble> {
    let is_reached = |unit: &String| match scope {
        Scope::Everything => true,
        Scope::Units(units) => units.contains(unit),
    };
    let mut tickets = tickets::waiting(&state.store).await?;
    tickets.retain(|ticket| is_reached(&ticket.unit));
    // An incident waits for nobody.
    tickets.sort_by_key(|ticket| ticket.kind != TicketKind::Incident);
    let people: std::collections::BTreeSet<&str> = tickets.iter().map(|ticket| ticket.person.as_str()).collect();
    access::seen(state, visit, Resource::Request, &people.into_iter().collect::<Vec<_>>()).await?;
    let mut views = Vec::new();
    for ticket in &tickets {
        let (due, is_overdue) = due_words(ticket.answer_due_at, visit.now, texts);
        let kind = match ticket.kind {
            TicketKind::Incident => format!("{}: ", texts.text("tickets-kind-incident")),
            TicketKind::Question => String::new(),
        };
        views.push(HelpView {
            title: format!("{kind}{} – {}", ticket.number, ticket.title),
            href: crate::tickets::address(&ticket.id),
            person: name_of(state, &ticket.person).await?,
            due,
            is_overdue,
        });
    }
    Ok(views)
}

#[derive(Template)]
#[template(path = "unit.html")]
struct View<'a> {
    frame: Frame<'a>,
    day: DayChoice,
    as_of: Option<String>,
    conclusion: String,
    tiles: Vec<Tile>,
    trend: Option<Spark>,
    answers: Vec<Answers>,
    children: Vec<Child>,
    clauses: Vec<ClauseRow>,
    only: Option<String>,
    groups: Vec<Group>,
    pages: Vec<PageLink>,
    exempt: Vec<ExemptRow>,
    help: Vec<HelpView>,
    may_answer: bool,
    sign: Option<SignForm>,
    sign_offs: Vec<SignOffView>,
    address: String,
    subjects_href: String,
    tasks_href: String,
}

/// Somebody who answers for the unit.
struct Answers {
    role: String,
    name: String,
    validity: String,
    decision: Option<String>,
}

/// A unit below this one.
struct Child {
    name: String,
    href: String,
    share: String,
    fail: String,
    unknown: String,
}

/// How the unit stands under one clause.
struct ClauseRow {
    id: String,
    title: String,
    href: String,
    share: String,
    fail: String,
    unknown: String,
    exempt: String,
    is_shown: bool,
}

/// What falls short under one clause.
struct Group {
    clause: String,
    title: String,
    rows: Vec<RedRow>,
}

/// One line of the red list.
struct RedRow {
    class: &'static str,
    state: String,
    subject: String,
    subject_href: String,
    unit: Option<String>,
    holder: Option<String>,
    control: String,
    control_href: String,
    since: String,
    due: Option<String>,
    is_overdue: bool,
}

/// An exemption that counts in the unit.
struct ExemptRow {
    subject: String,
    subject_href: String,
    control: String,
    control_href: String,
    said: String,
}

/// Another page of the red list.
struct PageLink {
    name: String,
    href: String,
}

/// What the head confirms.
struct SignForm {
    month_shown: String,
    is_again: bool,
}

/// An earlier confirmation.
struct SignOffView {
    said: String,
    figures: String,
    note: Option<String>,
}

/// Everything about one unit on one day, as read from the store.
struct Read {
    counts: Vec<Counts>,
    red: Vec<FindingRow>,
    exempt: Vec<FindingRow>,
    has_more: bool,
}

/// Shows one unit.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let first = tallies::first_day(&state.store).await?;
    let (day, shown) = DayChoice::read(&asked.day, first, day_of(visit.now))?;
    let known = Known::load_for(&state, &day, shown).await?;
    let tree = known.tree(shown);
    let unit = known.organisation().tree().find(&id).filter(|unit| tree.contains(*unit)).ok_or(Trouble::NotFound)?;
    may(&visit.rights, Action::View, Resource::Unit, &Place::unit(unit), &tree).map_err(|_| Trouble::NotAllowed)?;
    let ids: Vec<String> = tree.subtree(unit).iter().map(|unit| tree.tree().unit(*unit).id.clone()).collect();
    let scope = Scope::Units(&ids);
    let rows = if day.is_past { tallies::on(&state.store, shown).await? } else { tallies::now(&state.store).await? };
    let sums = Sums::new(&rows, known.directive(), tree.clone());
    let page = asked.page.unwrap_or(1).max(1);
    let read = read(&state, &visit, scope, &sums, unit, &asked, shown, day.is_past, page).await?;
    let list = access::NamedList { resource: Resource::Subject, unit: &id, words: "" };
    access::listed(&state, &visit, list, named(&read.red).chain(named(&read.exempt))).await?;
    let total: Counts = read.counts.iter().copied().sum();
    let texts = state.texts(visit.language);
    let name = known.unit_name(&id, shown);
    let address = format!("/units/{}", in_address(&id));
    let with_day = |address: String| {
        if day.is_past {
            format!("{address}{}day={}", if address.contains('?') { '&' } else { '?' }, day.chosen)
        } else {
            address
        }
    };
    let from = shown.checked_sub(TREND_DAYS.days()).unwrap_or(shown);
    let trend = tallies::trend(&state.store, scope, from, shown).await?;
    let signed = sign_offs::of_unit(&state.store, &id).await?;
    let may_answer = may(&visit.rights, Action::Change, Resource::Request, &Place::unit(unit), &tree).is_ok();
    let help = if may_answer { waiting(&state, scope, &visit, texts).await? } else { Vec::new() };
    let at = Moment { day: shown, now: visit.now, texts };
    let view = View {
        as_of: day.is_past.then(|| text!(texts, "as-of-day", day = moment::day_shown(shown, texts))),
        conclusion: conclusion(&total, texts),
        tiles: tiles(&total, texts),
        trend: spark(&trend, from, shown, texts),
        answers: answers(&state, &id, &at).await?,
        children: children(&sums, unit, &with_day, texts),
        clauses: clause_rows(&read.counts, &sums, &known, &address, asked.clause.as_deref(), &with_day, texts),
        only: asked.clause.as_deref().map(|clause| clause_title(known.directive(), clause, texts)),
        groups: groups(&read.red, &id, &known, &at),
        pages: page_links(page, read.has_more, &address, asked.clause.as_deref(), &at, &with_day),
        exempt: read.exempt.iter().map(|row| exempt_row(row, &known, texts)).collect(),
        help,
        may_answer,
        sign: sign_form(&visit, &tree, unit, &signed, day.is_past),
        sign_offs: sign_off_views(&state, &signed, texts).await?,
        subjects_href: format!("/subjects?unit={}", in_address(&id)),
        tasks_href: format!("/tasks?unit={}&show=all", in_address(&id)),
        frame: Frame::new(&state, &visit, name).below(crumbs(&known, &tree, unit, shown, texts)),
        day,
        address,
    };
    Page::new(&view)
}

/// The day that is looked at, the moment of looking, and the texts: what most of the parts need.
struct Moment<'a> {
    day: Date,
    now: Timestamp,
    texts: &'a Texts,
}

#[expect(clippy::too_many_arguments, reason = "all of it stands in the address or follows from it")]
async fn read(
    state: &AppState,
    visit: &Visit,
    scope: Scope<'_>,
    sums: &Sums<'_>,
    unit: UnitIndex,
    asked: &Asked,
    shown: Date,
    is_past: bool,
    page: usize,
) -> Result<Read, Trouble> {
    // A day of the past is looked at as it ended.
    let at = is_past.then(|| khien_model::end_of_day(shown));
    let wanted = findings::Wanted {
        scope,
        clause: asked.clause.as_deref(),
        control: None,
        states: &[Outcome::Fail, Outcome::Unknown],
        at,
        now: visit.now,
        skip: (page - 1).saturating_mul(ROWS_PER_PAGE),
        limit: ROWS_PER_PAGE + 1,
    };
    let mut red = findings::list(&state.store, wanted).await?;
    if red.is_empty() && page > 1 {
        return Err(Trouble::NotFound);
    }
    let has_more = red.len() > ROWS_PER_PAGE;
    red.truncate(ROWS_PER_PAGE);
    let exempt = findings::Wanted { states: &[Outcome::Exempt], skip: 0, limit: ROWS_PER_PAGE, ..wanted };
    let exempt = findings::list(&state.store, exempt).await?;
    Ok(Read { counts: sums.below(unit), red, exempt, has_more })
}

/// The way from the top of the tree to the unit, the unit left out.
pub(crate) fn crumbs(known: &Known, tree: &TreeOnDay<'_>, unit: UnitIndex, day: Date, texts: &Texts) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::new(texts.text("places-overview"), "/")];
    let path = tree.path(unit);
    for above in path.iter().take(path.len().saturating_sub(1)) {
        let id = &tree.tree().unit(*above).id;
        crumbs.push(Crumb::new(known.unit_name(id, day), format!("/units/{}", in_address(id))));
    }
    crumbs
}

async fn answers(state: &AppState, unit: &str, at: &Moment<'_>) -> Result<Vec<Answers>, Trouble> {
    let mut shown = Vec::new();
    let appointed = roles::of_unit_on(&state.store, unit, at.day).await?;
    // Everybody who works here has a role; these are appointed to answer for the unit.
    let answers = |role: &Role| !matches!(role.kind, RoleKind::Official | RoleKind::Assessor);
    for role in appointed.into_iter().filter(answers) {
        let Validity { from, to } = role.validity();
        shown.push(Answers {
            role: at.texts.text(&format!("account-role-{}", role.kind)),
            name: name_of(state, &role.person).await?,
            validity: moment::validity(from, to, at.texts),
            decision: role.decision,
        });
    }
    Ok(shown)
}

fn children(sums: &Sums<'_>, unit: UnitIndex, with_day: &dyn Fn(String) -> String, texts: &Texts) -> Vec<Child> {
    let tree = sums.tree();
    let child = |unit: UnitIndex| {
        let id = &tree.tree().unit(unit).id;
        let counts: Counts = sums.below(unit).into_iter().sum();
        Child {
            name: tree.name(unit).map_or_else(|| id.clone(), |name| name.name.clone()),
            href: with_day(format!("/units/{}", in_address(id))),
            share: share_words(&counts),
            fail: count(counts.fail, texts.language()),
            unknown: count(counts.unknown, texts.language()),
        }
    };
    tree.children(unit).map(child).collect()
}

fn clause_rows(
    counts: &[Counts],
    sums: &Sums<'_>,
    known: &Known,
    address: &str,
    only: Option<&str>,
    with_day: &dyn Fn(String) -> String,
    texts: &Texts,
) -> Vec<ClauseRow> {
    let number = |value: u64| count(value, texts.language());
    let pairs = sums.clauses().iter().zip(counts).filter(|(_, counts)| counts.total() > 0);
    pairs
        .map(|(id, counts)| ClauseRow {
            id: id.clone(),
            title: clause_title(known.directive(), id, texts),
            href: with_day(format!("{address}?clause={}", in_address(id))),
            share: share_words(counts),
            fail: number(counts.fail),
            unknown: number(counts.unknown),
            exempt: number(counts.exempt),
            is_shown: only == Some(id.as_str()),
        })
        .collect()
}

fn groups(rows: &[FindingRow], unit: &str, known: &Known, at: &Moment<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for row in rows {
        let place = groups.iter().position(|group| group.clause == row.clause).unwrap_or_else(|| {
            let title = clause_title(known.directive(), &row.clause, at.texts);
            groups.push(Group { clause: row.clause.clone(), title, rows: Vec::new() });
            groups.len() - 1
        });
        groups[place].rows.push(red_row(row, unit, known, at));
    }
    let order = |clause: &str| known.directive().clauses.iter().position(|known| known.id == clause);
    let nothing_fails = |group: &Group| group.rows.iter().all(|row| row.class != Outcome::Fail.as_str());
    groups.sort_by_key(|group| (nothing_fails(group), order(&group.clause).unwrap_or(usize::MAX)));
    groups
}

fn red_row(row: &FindingRow, unit: &str, known: &Known, at: &Moment<'_>) -> RedRow {
    let texts = at.texts;
    let (due, is_overdue) = if row.state == Outcome::Fail { due_words(row.due, at.now, texts) } else { (None, false) };
    RedRow {
        class: row.state.as_str(),
        state: texts.text(&format!("state-{}", row.state)),
        subject: row.name.clone(),
        subject_href: subject_href(row.kind, &row.id),
        unit: (row.unit != unit && !row.unit.is_empty()).then(|| known.unit_name(&row.unit, at.day)),
        holder: row.holder.clone(),
        control: control_title(known.directive(), &row.control, texts),
        control_href: control_href(&row.control),
        since: since_words(row.since, at.now, texts),
        due,
        is_overdue,
    }
}

fn exempt_row(row: &FindingRow, known: &Known, texts: &Texts) -> ExemptRow {
    ExemptRow {
        subject: row.name.clone(),
        subject_href: subject_href(row.kind, &row.id),
        control: control_title(known.directive(), &row.control, texts),
        control_href: control_href(&row.control),
        said: super::finding::exemption(row, texts).unwrap_or_default(),
    }
}

/// The page before and the one after. How many there are is not counted.
fn page_links(
    page: usize,
    has_more: bool,
    address: &str,
    clause: Option<&str>,
    at: &Moment<'_>,
    with_day: &dyn Fn(String) -> String,
) -> Vec<PageLink> {
    let clause = clause.map(|clause| format!("&clause={}", in_address(clause))).unwrap_or_default();
    let link = |name: &str, number: usize| PageLink {
        name: at.texts.text(name),
        href: with_day(format!("{address}?page={number}{clause}")),
    };
    let before = (page > 1).then(|| link("pages-before", page - 1));
    let after = has_more.then(|| link("pages-after", page + 1));
    before.into_iter().chain(after).collect()
}

/// The month of a day, `YYYY-MM`.
fn month_of(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// `11/2026` out of `2026-11`.
fn month_shown(month: &str) -> String {
    month.split_once('-').map_or_else(|| month.to_owned(), |(year, month)| format!("{month}/{year}"))
}

fn sign_form(
    visit: &Visit,
    tree: &TreeOnDay<'_>,
    unit: UnitIndex,
    signed: &[SignOff],
    is_past: bool,
) -> Option<SignForm> {
    if is_past || may(&visit.rights, Action::Sign, Resource::SignOff, &Place::unit(unit), tree).is_err() {
        return None;
    }
    let month = month_of(day_of(visit.now));
    Some(SignForm { month_shown: month_shown(&month), is_again: signed.iter().any(|signed| signed.month == month) })
}

async fn sign_off_views(state: &AppState, signed: &[SignOff], texts: &Texts) -> Result<Vec<SignOffView>, Trouble> {
    let mut views = Vec::new();
    for signed in signed.iter().take(SIGN_OFFS_SHOWN) {
        let number = |state: &str| signed.figures.get(state).and_then(serde_json::Value::as_u64).unwrap_or_default();
        let counts =
            Counts { pass: number("pass"), fail: number("fail"), unknown: number("unknown"), exempt: number("exempt") };
        views.push(SignOffView {
            said: text!(
                texts,
                "sign-off-said",
                month = month_shown(&signed.month),
                name = name_of(state, &signed.signed_by).await?,
                moment = moment::shown(signed.signed_at, texts),
            ),
            figures: conclusion(&counts, texts),
            note: signed.note.clone(),
        });
    }
    Ok(views)
}

/// What the head sends.
#[derive(Debug, Deserialize)]
pub(crate) struct SignForms {
    #[serde(default)]
    note: String,
}

/// The head confirms how the unit stands this month.
pub(super) async fn sign(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Form(form): Form<SignForms>,
) -> Result<Onward, Trouble> {
    let known = Known::load(&state).await?;
    let today = day_of(visit.now);
    let tree = known.tree(today);
    let unit = tree.tree().find(&id).filter(|unit| tree.contains(*unit)).ok_or(Trouble::NotFound)?;
    may(&visit.rights, Action::Sign, Resource::SignOff, &Place::unit(unit), &tree).map_err(|_| Trouble::NotAllowed)?;
    if form.note.chars().count() > MAX_NOTE {
        return Err(Trouble::BadRequest { detail: "note".to_owned() });
    }
    let sums = Sums::new(&tallies::now(&state.store).await?, known.directive(), tree);
    let total: Counts = sums.below(unit).into_iter().sum();
    let note = khien_model::text::nfc(form.note.trim()).into_owned();
    let person = visit.person()?.person.clone();
    let signed = SignOff {
        unit: id.clone(),
        month: month_of(today),
        signed_at: visit.now,
        signed_by: person.clone(),
        note: (!note.is_empty()).then_some(note),
        figures: serde_json::to_value(total).map_err(|error| Trouble::Internal { detail: error.to_string() })?,
    };
    let mut change = state.store.begin(Actor::Person(person), visit.now).await?;
    sign_offs::sign(&mut change, &signed).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/units/{}", in_address(&id))).saying("flash-signed-off", &visit))
}
