//! Exemptions: asked by one person, decided by another, each for some time and with a reason.

use axum::extract::{Form as Sent, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_directive::Directive;
use khien_model::{Coverage, Requirement, Subject, SubjectKind, TreeOnDay};
use khien_store::exemptions::{self, ExemptionRecord, ExemptionRequest, ExemptionState, MAX_DAYS, MAX_REASON};
use khien_store::{assignments, holders, ids, subjects};
use khien_texts::text;
use serde::Deserialize;

use super::desk::{Desk, day_of_form, filled, paged, unit_choices, unit_name};
use super::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Place, Resource, may};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// In how many days an approved exemption ends for the list to say so.
const ENDS_SOON_DAYS: i32 = 30;

/// Which requests are listed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Listed {
    state: String,
    page: String,
}

/// The states that the list can be narrowed to. An approved one that is past its time is over.
const STATES: [(&str, &str); 6] = [
    ("", "exemption-all"),
    ("asked", "exemption-asked"),
    ("approved", "exemption-approved"),
    ("over", "exemption-over"),
    ("refused", "exemption-refused"),
    ("withdrawn", "exemption-withdrawn"),
];

fn word_of(record: &ExemptionRecord, desk: &Desk<'_>) -> &'static str {
    match record.state {
        ExemptionState::Asked => "asked",
        ExemptionState::Approved if record.request.valid_to <= desk.today => "over",
        ExemptionState::Approved => "approved",
        ExemptionState::Refused => "refused",
        ExemptionState::Withdrawn => "withdrawn",
    }
}

fn badge(word: &str, desk: &Desk<'_>) -> Cell {
    let class = match word {
        "asked" => "unknown",
        "approved" => "exempt",
        "refused" => "fail",
        _ => "quiet",
    };
    let key = STATES.iter().find(|(known, _)| *known == word).map_or("exemption-all", |(_, key)| key);
    Cell::Badge(class, desk.t(key))
}

/// Lists the requests of the units that are reached.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(listed): Query<Listed>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let context = state.store.judge_context().await?;
    let mut records = exemptions::all(&state.store).await?;
    records.retain(|record| {
        let fits = listed.state.is_empty() || word_of(record, &desk) == listed.state;
        fits && may_do(&desk, Action::View, record, &on)
    });
    let address = format!("/exemptions?state={}", crate::page::in_address(&listed.state));
    let (shown, around) = paged(&records, listed.page.parse().unwrap_or(1), &desk, &address);
    let mut rows = Vec::new();
    for record in shown {
        let request = &record.request;
        let word = word_of(record, &desk);
        let mut validity = khien_texts::moment::validity(request.valid_from, Some(request.valid_to), desk.texts);
        let left = (request.valid_to - desk.today).get_days();
        if word == "approved" && left <= ENDS_SOON_DAYS {
            validity = format!("{validity} – {}", text!(desk.texts, "exemption-ends-in", days = left));
        }
        rows.push(vec![
            Cell::link(format!("/exemptions/{}", request.id), lifts(&desk, &request.lifts, context.directive())),
            Cell::Text(covers(&desk, &request.covers, &on).await?),
            Cell::Text(unit_name(&on, &request.unit)),
            badge(word, &desk),
            Cell::Text(validity),
            Cell::Text(desk.person_name(&request.asked_by).await?),
        ]);
    }
    let states = STATES.map(|(word, key)| (word.to_owned(), desk.t(key), word == listed.state));
    let mut blocks = vec![Block::Text(desk.t("exemptions-about"))];
    if visit.rights.could(Action::Ask, Resource::Exemption) {
        blocks.push(Block::Actions(vec![Link::new("/exemptions/new", desk.t("exemption-ask"))]));
    }
    blocks.extend([
        Block::Form(Form::search(
            "/exemptions",
            desk.t("admin-filter"),
            vec![Field::choice("state", desk.t("device-state"), states.into())],
        )),
        Block::Table(Table {
            caption: text!(desk.texts, "exemptions-count", count = records.len()),
            heads: [
                "exemption-lifts",
                "exemption-covers",
                "person-unit",
                "device-state",
                "role-validity",
                "exemption-asked-by",
            ]
            .map(|key| desk.t(key))
            .into(),
            rows,
            empty: desk.t("exemptions-none"),
            around,
        }),
    ]);
    sheet::page(&state, &visit, desk.t("exemptions-title"), &[], &blocks)
}

/// Whether this may be done with a request: its unit counts, and who asked for it.
fn may_do(desk: &Desk<'_>, action: Action, record: &ExemptionRecord, on: &TreeOnDay<'_>) -> bool {
    let request = &record.request;
    let own: &[&str] = match &request.covers {
        Coverage::Subject(Subject { kind: SubjectKind::Person, id }) => &[id.as_str()],
        _ => &[],
    };
    let place = Place { unit: on.tree().find(&request.unit), people: own, asked_by: Some(&request.asked_by) };
    may(&desk.visit.rights, action, Resource::Exemption, &place, on).is_ok()
}

/// What is lifted, in words.
fn lifts(desk: &Desk<'_>, lifts: &Requirement, directive: Option<&Directive>) -> String {
    match lifts {
        Requirement::Control(id) => {
            let found = directive.and_then(|directive| directive.control(id));
            found.map_or_else(
                || id.clone(),
                |(clause, control)| format!("{} – {}", clause.id, desk.texts.pick(&control.title)),
            )
        }
        Requirement::Clause(id) => {
            let found = directive.and_then(|directive| directive.clauses.iter().find(|clause| clause.id == *id));
            let title = found.map_or("", |clause| desk.texts.pick(&clause.title));
            text!(desk.texts, "exemption-whole-clause", clause = id.as_str(), title = title)
        }
    }
}

/// Whom it covers, in words.
async fn covers(desk: &Desk<'_>, covers: &Coverage, on: &TreeOnDay<'_>) -> Result<String, Trouble> {
    Ok(match covers {
        Coverage::Subject(subject) => {
            let name =
                subjects::find(&desk.state.store, subject).await?.map_or_else(|| subject.id.clone(), |it| it.name);
            format!("{} {name}", desk.t(&format!("subject-kind-{}", subject.kind)))
        }
        Coverage::Subtree { unit, kind } => {
            let unit = unit_name(on, unit);
            match kind {
                Some(kind) => {
                    let kind = desk.t(&format!("subject-kind-{kind}"));
                    text!(desk.texts, "exemption-subtree-kind", unit = unit, kind = kind)
                }
                None => text!(desk.texts, "exemption-subtree", unit = unit),
            }
        }
        Coverage::Kind(kind) => {
            let kind = desk.t(&format!("subject-kind-{kind}"));
            text!(desk.texts, "exemption-kind", kind = kind)
        }
    })
}

/// What the form begins with: a link beside a finding says what it is about.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    lifts: String,
    kind: String,
    subject: String,
    unit: String,
    reason: String,
    from: String,
    until: String,
}

/// The form for a request.
pub(crate) async fn new(
    State(state): State<AppState>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Page, Trouble> {
    form_page(&Desk::new(&state, &visit), &wanted, &[]).await
}

async fn form_page(desk: &Desk<'_>, wanted: &Wanted, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let context = desk.state.store.judge_context().await?;
    let Some(directive) = context.directive() else {
        let blocks = [Block::Notice("fail", desk.t("exemption-no-directive"))];
        return sheet::page(desk.state, desk.visit, desk.t("exemption-ask"), &way(desk), &blocks);
    };
    let reach = desk.visit.rights.reach(Action::Ask, Resource::Exemption, &on);
    let units = unit_choices(&on, filled(&wanted.unit).as_deref(), None, |id| reach.contains(tree.find(id)));
    let subject = match wanted.subject.split_once(':') {
        Some((kind, id)) if !id.is_empty() => {
            let kind: SubjectKind = kind.parse().map_err(|_| Trouble::NotFound)?;
            let record = subjects::find(&desk.state.store, &Subject { kind, id: id.to_owned() }).await?;
            if record.is_some() {
                // Whoever may not ask for it learns nothing about it, not even its name.
                let (_, unit) = subject_and_unit(desk, &wanted.subject).await?;
                desk.check(Action::Ask, Resource::Exemption, Some(&unit), &on)?;
            }
            record
        }
        _ => None,
    };
    let requirements = requirements(desk, directive, subject.as_ref().map(|it| it.subject.kind), &wanted.lifts);
    let mut fields = vec![Field::choice("lifts", desk.t("exemption-lifts"), requirements)];
    match &subject {
        Some(record) => {
            fields.push(Field::hidden("subject", &wanted.subject));
            let kind = desk.t(&format!("subject-kind-{}", record.subject.kind));
            let only = (wanted.subject.clone(), format!("{kind} {}", record.name), true);
            fields.push(Field::choice("shown-subject", desk.t("exemption-covers"), vec![only]));
        }
        None => {
            let mut kinds = vec![(String::new(), desk.t("exemption-every-kind"), wanted.kind.is_empty())];
            kinds.extend(SubjectKind::ALL.iter().map(|kind| {
                (kind.to_string(), desk.t(&format!("subject-kind-{kind}")), wanted.kind == kind.to_string())
            }));
            fields.push(Field::choice("unit", desk.t("exemption-unit"), units).hint(desk.t("exemption-unit-hint")));
            fields.push(Field::choice("kind", desk.t("exemption-of-kind"), kinds));
        }
    }
    let from = filled(&wanted.from).unwrap_or_else(|| desk.today.to_string());
    fields.extend([
        Field::lines("reason", desk.t("exemption-reason"), &wanted.reason)
            .required()
            .hint(desk.t("exemption-reason-hint")),
        Field::date("from", desk.t("role-from"), from).required(),
        Field::date("until", desk.t("exemption-until"), &wanted.until).required().hint(text!(
            desk.texts,
            "exemption-until-hint",
            most = MAX_DAYS
        )),
    ]);
    let form = Form::post(desk.visit, "/exemptions", desk.t("exemption-send"), fields).with_mistakes(mistakes);
    let mut blocks = vec![Block::Text(desk.t("exemption-ask-about"))];
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let page = sheet::page(desk.state, desk.visit, desk.t("exemption-ask"), &way(desk), &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// What can be lifted, clause by clause: for one subject, only what concerns its kind.
fn requirements(
    desk: &Desk<'_>,
    directive: &Directive,
    kind: Option<SubjectKind>,
    chosen: &str,
) -> Vec<(String, String, bool)> {
    let mut requirements = Vec::new();
    let mut offer = |requirement: Requirement, value: String, indent: &str| {
        if concerns(directive, &requirement, kind) {
            let is_chosen = value == chosen;
            requirements.push((value, format!("{indent}{}", lifts(desk, &requirement, Some(directive))), is_chosen));
        }
    };
    for clause in &directive.clauses {
        offer(Requirement::Clause(clause.id.clone()), format!("clause:{}", clause.id), "");
        for control in &clause.controls {
            offer(Requirement::Control(control.id.clone()), format!("control:{}", control.id), "\u{2003}");
        }
    }
    requirements
}

/// Whether a requirement says anything about subjects of this kind.
fn concerns(directive: &Directive, requirement: &Requirement, kind: Option<SubjectKind>) -> bool {
    let Some(kind) = kind else { return true };
    match requirement {
        Requirement::Control(id) => directive.control(id).is_some_and(|(_, control)| control.subject == kind),
        Requirement::Clause(id) => {
            let clause = directive.clauses.iter().find(|clause| clause.id == *id);
            clause.is_some_and(|clause| clause.controls.iter().any(|control| control.subject == kind))
        }
    }
}

fn way(desk: &Desk<'_>) -> [Link; 1] {
    [Link::new("/exemptions", desk.t("exemptions-title"))]
}

/// Sends a request.
pub(crate) async fn ask(
    State(state): State<AppState>,
    visit: Visit,
    Sent(wanted): Sent<Wanted>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let context = state.store.judge_context().await?;
    let directive = context.directive().ok_or_else(|| bad("no directive is in force"))?;
    let lifts = match wanted.lifts.split_once(':') {
        Some(("control", id)) if directive.control(id).is_some() => Requirement::Control(id.to_owned()),
        Some(("clause", id)) if directive.clauses.iter().any(|clause| clause.id == id) => {
            Requirement::Clause(id.to_owned())
        }
        _ => return Err(bad("no such control or clause")),
    };
    let (covers, unit) = match filled(&wanted.subject) {
        Some(written) => subject_and_unit(&desk, &written).await?,
        None => {
            let kind = filled(&wanted.kind).map(|kind| kind.parse::<SubjectKind>().map_err(|_| bad("no such kind")));
            (Coverage::Subtree { unit: wanted.unit.clone(), kind: kind.transpose()? }, wanted.unit.clone())
        }
    };
    let index = tree.find(&unit).filter(|index| on.contains(*index)).ok_or(Trouble::NotFound)?;
    may(&visit.rights, Action::Ask, Resource::Exemption, &Place::unit(index), &on).map_err(|_| Trouble::NotAllowed)?;
    let mut mistakes = Vec::new();
    let kind = match &covers {
        Coverage::Subject(subject) => Some(subject.kind),
        Coverage::Subtree { kind, .. } => *kind,
        Coverage::Kind(kind) => Some(*kind),
    };
    if let Some(kind) = kind.filter(|kind| !concerns(directive, &lifts, Some(*kind))) {
        let kind = desk.t(&format!("subject-kind-{kind}"));
        mistakes.push(("lifts".to_owned(), text!(desk.texts, "exemption-wrong-kind", kind = kind)));
    }
    let reason = filled(&wanted.reason).filter(|reason| reason.chars().count() <= MAX_REASON);
    if reason.is_none() {
        mistakes.push(("reason".to_owned(), text!(desk.texts, "exemption-wrong-reason", most = MAX_REASON)));
    }
    let valid_from = day_of_form(&wanted.from).unwrap_or(desk.today);
    // The form names the last day; kept is the first day after it.
    let valid_to = day_of_form(&wanted.until).and_then(|last| last.tomorrow().ok());
    let lasts = valid_to.map(|valid_to| (valid_to - valid_from).get_days());
    if lasts.is_none_or(|days| !(1..=MAX_DAYS).contains(&days)) {
        mistakes.push(("until".to_owned(), text!(desk.texts, "exemption-wrong-until", most = MAX_DAYS)));
    }
    let (Some(reason), Some(valid_to), true) = (reason, valid_to, mistakes.is_empty()) else {
        return Ok(form_page(&desk, &wanted, &mistakes).await?.into_response());
    };
    let id = ids::fresh(visit.now)?;
    let asked_by = desk.person()?.to_owned();
    let request = ExemptionRequest { id: id.clone(), covers, lifts, unit, reason, valid_from, valid_to, asked_by };
    let mut change = desk.begin().await?;
    exemptions::ask(&mut change, &request).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/exemptions/{id}")).saying("exemption-was-asked", &visit).into_response())
}

/// A subject written as `kind:id`, with the unit that it belongs to today.
async fn subject_and_unit(desk: &Desk<'_>, written: &str) -> Result<(Coverage, String), Trouble> {
    let (kind, id) = written.split_once(':').ok_or(Trouble::NotFound)?;
    let subject = Subject { kind: kind.parse().map_err(|_| Trouble::NotFound)?, id: id.to_owned() };
    if subject.kind == SubjectKind::Unit {
        let unit = subject.id.clone();
        return Ok((Coverage::Subject(subject), unit));
    }
    let dated = assignments::of(&desk.state.store, &subject).await?;
    let home = dated.into_iter().find(|it| it.validity().contains(desk.today)).ok_or(Trouble::NotFound)?;
    Ok((Coverage::Subject(subject), home.unit))
}

/// Shows one.
pub(crate) async fn show_one(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let record = exemptions::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    if !may_do(&desk, Action::View, &record, &on) {
        return Err(Trouble::NotAllowed);
    }
    let context = state.store.judge_context().await?;
    let request = &record.request;
    let word = word_of(&record, &desk);
    let mut facts = vec![
        (desk.t("device-state"), badge(word, &desk)),
        (desk.t("exemption-covers"), Cell::Text(covers(&desk, &request.covers, &on).await?)),
        (desk.t("person-unit"), Cell::Text(unit_name(&on, &request.unit))),
        (desk.t("exemption-reason"), Cell::text(&request.reason)),
        (
            desk.t("role-validity"),
            Cell::Text(khien_texts::moment::validity(request.valid_from, Some(request.valid_to), desk.texts)),
        ),
        (desk.t("exemption-asked-by"), Cell::Text(signed(&desk, &request.asked_by, record.asked_at).await?)),
    ];
    if let (Some(by), Some(at)) = (&record.decided_by, record.decided_at) {
        facts.push((desk.t("exemption-decided-by"), Cell::Text(signed(&desk, by, at).await?)));
    }
    if let Some(note) = &record.decision_note {
        facts.push((desk.t("exemption-note"), Cell::text(note)));
    }
    let mut blocks = vec![Block::Facts(facts)];
    let note = || Field::lines("note", desk.t("exemption-note"), "");
    if record.state == ExemptionState::Asked {
        if may_decide(&desk, &record, &on).await? {
            let form =
                Form::post(&visit, format!("/exemptions/{id}/approve"), desk.t("exemption-approve"), vec![note()]);
            blocks.push(Block::Form(form));
            let form = Form::post(&visit, format!("/exemptions/{id}/refuse"), desk.t("exemption-refuse"), vec![note()]);
            blocks.push(Block::Form(form.dangerous()));
        } else {
            blocks.push(Block::Text(desk.t("exemption-two-people")));
        }
    }
    if may_withdraw(&desk, &record, &on) && matches!(word, "asked" | "approved") {
        let form = Form::post(&visit, format!("/exemptions/{id}/withdraw"), desk.t("exemption-withdraw"), vec![note()]);
        blocks.push(Block::Form(form.dangerous()));
    }
    let title = lifts(&desk, &request.lifts, context.directive());
    sheet::page(&state, &visit, title, &way(&desk), &blocks)
}

async fn signed(desk: &Desk<'_>, person: &str, at: jiff::Timestamp) -> Result<String, Trouble> {
    let by = desk.person_name(person).await?;
    Ok(text!(desk.texts, "token-made", by = by, moment = desk.moment(at)))
}

/// Whoever decides is another one than who asked, and not the one whose device it is.
async fn may_decide(desk: &Desk<'_>, record: &ExemptionRecord, on: &TreeOnDay<'_>) -> Result<bool, Trouble> {
    let mut people = Vec::new();
    if let Coverage::Subject(subject) = &record.request.covers {
        if subject.kind == SubjectKind::Person {
            people.push(subject.id.clone());
        }
        for holder in holders::of_subject(&desk.state.store, subject).await? {
            if holder.validity().contains(desk.today) {
                people.push(holder.person);
            }
        }
    }
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let unit = on.tree().find(&record.request.unit);
    let place = Place { unit, people: &people, asked_by: Some(&record.request.asked_by) };
    Ok(may(&desk.visit.rights, Action::Decide, Resource::Exemption, &place, on).is_ok())
}

/// Whoever asked takes it back; whoever may decide ends it early.
fn may_withdraw(desk: &Desk<'_>, record: &ExemptionRecord, on: &TreeOnDay<'_>) -> bool {
    record.request.asked_by == desk.visit.rights.person() || may_do(desk, Action::Decide, record, on)
}

/// What is written beside a decision.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Noted {
    note: String,
}

/// Approves or refuses, or takes back: the last part of the address says which.
pub(crate) async fn decide(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, what)): Path<(String, String)>,
    Sent(noted): Sent<Noted>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let record = exemptions::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let is_allowed = match what.as_str() {
        "approve" | "refuse" => may_decide(&desk, &record, &on).await?,
        "withdraw" => may_withdraw(&desk, &record, &on),
        _ => return Err(Trouble::NotFound),
    };
    if !is_allowed {
        return Err(Trouble::NotAllowed);
    }
    let (by, note) = (desk.person()?, filled(&noted.note));
    let mut change = desk.begin().await?;
    let said = match what.as_str() {
        "approve" => {
            exemptions::approve(&mut change, &id, by, note.as_deref()).await?;
            "exemption-was-approved"
        }
        "refuse" => {
            exemptions::refuse(&mut change, &id, by, note.as_deref()).await?;
            "exemption-was-refused"
        }
        _ => {
            exemptions::withdraw(&mut change, &id, by, note.as_deref()).await?;
            "exemption-was-withdrawn"
        }
    };
    change.commit().await?;
    Ok(Onward::to(format!("/exemptions/{id}")).saying(said, &visit))
}
