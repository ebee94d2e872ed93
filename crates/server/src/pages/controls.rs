//! Biện pháp: all controls by clause, and one control: what it asks, on what basis, how it is checked, who falls short.

use askama::Template;
use axum::extract::{Path, State};
use khien_directive::{Clause, Control, Directive};
use khien_judge::Counts;
use khien_model::{State as Outcome, day_of};
use khien_store::pages::{findings, overview as tallies};
use khien_texts::basis::basis_of;
use khien_texts::check::{self, Statement};
use khien_texts::explain::{self, AreaInWords, ParameterInWords};
use khien_texts::{Texts, moment, text};

use super::finding::{control_href, due_words, named, since_words};
use super::known::Known;
use super::numbers::{count, share_words};
use super::overview::heat::Sums;
use super::overview::{Tile, conclusion, tiles};
use super::subject::subject_href;
use crate::access;
use crate::page::{Crumb, Frame, Page};
use crate::rights::{Action, Reach, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many subjects that fall short one page lists.
const ROWS_SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "controls.html")]
struct ListView<'a> {
    frame: Frame<'a>,
    directive: String,
    clauses: Vec<ClauseView>,
}

/// One clause with its controls.
struct ClauseView {
    id: String,
    name: String,
    title: String,
    text: String,
    said: Option<String>,
    controls: Vec<ControlLine>,
}

/// One control in the list.
struct ControlLine {
    title: String,
    href: String,
    kind: String,
    severity: String,
    severity_class: &'static str,
}

/// Shows all controls.
pub(super) async fn list(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let known = Known::load(&state).await?;
    let texts = state.texts(visit.language);
    let today = day_of(visit.now);
    let reached = known.reached(&visit.rights, Action::View, Resource::Overview, today);
    let sums = Sums::new(&tallies::now(&state.store).await?, known.directive(), known.tree(today));
    let counts = match &reached.reach {
        Reach::Everything => sums.sum(sums.tree().units().iter().copied()),
        Reach::Units(units) => sums.sum(units.iter().copied()),
        Reach::OwnThings => Vec::new(),
    };
    let clause = |clause: &Clause| {
        let place = sums.clauses().iter().position(|id| *id == clause.id);
        let counts = place.and_then(|place| counts.get(place)).filter(|counts| counts.total() > 0);
        ClauseView {
            id: clause.id.clone(),
            name: text!(texts, "clause", id = clause.id.as_str()),
            title: texts.pick(&clause.title).to_owned(),
            text: texts.pick(&clause.text).to_owned(),
            said: counts.map(|counts| standing(counts, texts)),
            controls: clause.controls.iter().map(|control| line(control, texts)).collect(),
        }
    };
    let directive = known.directive();
    let view = ListView {
        directive: text!(
            texts,
            "controls-of",
            title = texts.pick(&directive.title),
            validity = moment::validity(directive.valid_from, directive.valid_to, texts),
        ),
        clauses: directive.clauses.iter().map(clause).collect(),
        frame: Frame::new(&state, &visit, texts.text("controls-title"))
            .below(vec![Crumb::new(texts.text("places-overview"), "/")]),
    };
    Page::new(&view)
}

fn standing(counts: &Counts, texts: &Texts) -> String {
    text!(
        texts,
        "worst-said",
        share = share_words(counts),
        fail = count(counts.fail, texts.language()),
        unknown = count(counts.unknown, texts.language()),
    )
}

fn line(control: &Control, texts: &Texts) -> ControlLine {
    ControlLine {
        title: texts.pick(&control.title).to_owned(),
        href: control_href(&control.id),
        kind: texts.text(&format!("subject-kind-{}", control.subject)),
        severity: severity(control, texts),
        severity_class: control.severity.as_str(),
    }
}

fn severity(control: &Control, texts: &Texts) -> String {
    text!(texts, "finding-severity", severity = texts.text(&format!("severity-{}", control.severity)))
}

#[derive(Template)]
#[template(path = "control.html")]
struct View<'a> {
    frame: Frame<'a>,
    id: String,
    clause: String,
    clause_title: String,
    clause_text: String,
    kind: String,
    severity: String,
    severity_class: &'static str,
    due: String,
    fresh: String,
    basis: Vec<String>,
    parameters: Vec<ParameterView>,
    areas: Vec<AreaInWords>,
    asks: Option<Asked>,
    check: String,
    offenders: Option<String>,
    steps: Vec<String>,
    standing: Option<Standing>,
    /// What was answered about it before: question and answer.
    answers: Vec<(String, String)>,
}

/// What the check asks, in words: a sentence, and what it is made of.
#[derive(Template)]
#[template(path = "parts/statement.html")]
struct Asked {
    text: String,
    parts: Vec<Asked>,
}

impl Asked {
    fn new(statement: &Statement) -> Self {
        Self { text: statement.text.clone(), parts: statement.parts.iter().map(Self::new).collect() }
    }
}

/// A parameter with its value in words.
struct ParameterView {
    about: String,
    path: String,
    value: String,
}

/// How those that the reader may see stand under the control.
struct Standing {
    conclusion: String,
    tiles: Vec<Tile>,
    rows: Vec<Row>,
    is_cut: bool,
}

/// One subject that falls short.
struct Row {
    class: &'static str,
    state: String,
    subject: String,
    href: String,
    unit: String,
    holder: Option<String>,
    since: String,
    due: Option<String>,
    is_overdue: bool,
}

/// Shows one control.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let known = Known::load(&state).await?;
    let texts = state.texts(visit.language);
    let directive = known.directive();
    let (clause, control) = directive.control(&id).ok_or(Trouble::NotFound)?;
    let frame = Frame::new(&state, &visit, texts.pick(&control.title));
    let length = moment::length(control.fresh_within, texts);
    let view = View {
        frame: frame.below(vec![
            Crumb::new(texts.text("places-overview"), "/"),
            Crumb::new(texts.text("places-controls"), "/controls"),
        ]),
        id: control.id.clone(),
        clause: text!(texts, "clause", id = clause.id.as_str()),
        clause_title: texts.pick(&clause.title).to_owned(),
        clause_text: texts.pick(&clause.text).to_owned(),
        kind: texts.text(&format!("subject-kind-{}", control.subject)),
        severity: severity(control, texts),
        severity_class: control.severity.as_str(),
        due: control.due.describe(texts.language().into()),
        fresh: text!(texts, "control-fresh", length = length),
        basis: basis_of(directive, clause).iter().map(|basis| basis.in_full(texts)).collect(),
        parameters: parameters(directive, control, &visit, texts),
        areas: explain::facts(control, texts),
        asks: check::in_words(directive, control, visit.now, texts).map(|statement| Asked::new(&statement)),
        check: control.pass.source.trim().to_owned(),
        offenders: control.offenders.as_ref().map(|check| check.source.trim().to_owned()),
        steps: control.fix.told(None).get(texts.language().into()).to_vec(),
        standing: standing_of(&state, &visit, &known, control, texts).await?,
        answers: crate::tickets::about_control(&state.store, &control.id).await?,
    };
    Page::new(&view)
}

fn parameters(directive: &Directive, control: &Control, visit: &Visit, texts: &Texts) -> Vec<ParameterView> {
    let shown = |parameter: ParameterInWords| ParameterView {
        about: texts.pick(&parameter.about).to_owned(),
        path: parameter.path,
        value: parameter.value.map_or_else(
            || texts.text("control-param-none"),
            |value| format!("{} ({}; {})", value.value, value.source, value.validity),
        ),
    };
    explain::parameters(directive, control, visit.now, texts).into_iter().map(shown).collect()
}

/// Who falls short, among those that the reader may see; nothing for whoever sees only their own things.
async fn standing_of(
    state: &AppState,
    visit: &Visit,
    known: &Known,
    control: &Control,
    texts: &Texts,
) -> Result<Option<Standing>, Trouble> {
    let today = day_of(visit.now);
    let reached = known.reached(&visit.rights, Action::View, Resource::Subject, today);
    if reached.is_nothing() {
        return Ok(None);
    }
    let counts = findings::counts_of_control(&state.store, &control.id, reached.scope()).await?;
    let wanted = findings::Wanted {
        scope: reached.scope(),
        clause: None,
        control: Some(&control.id),
        states: &[Outcome::Fail, Outcome::Unknown],
        at: None,
        now: visit.now,
        skip: 0,
        limit: ROWS_SHOWN + 1,
    };
    let mut found = findings::list(&state.store, wanted).await?;
    let is_cut = found.len() > ROWS_SHOWN;
    found.truncate(ROWS_SHOWN);
    let list = access::NamedList { resource: Resource::Subject, unit: "", words: "" };
    access::listed(state, visit, list, named(&found)).await?;
    let rows = found.iter().map(|row| {
        let (due, is_overdue) =
            if row.state == Outcome::Fail { due_words(row.due, visit.now, texts) } else { (None, false) };
        Row {
            class: row.state.as_str(),
            state: texts.text(&format!("state-{}", row.state)),
            subject: row.name.clone(),
            href: subject_href(row.kind, &row.id),
            unit: if row.unit.is_empty() { "–".to_owned() } else { known.unit_name(&row.unit, today) },
            holder: row.holder.clone(),
            since: since_words(row.since, visit.now, texts),
            due,
            is_overdue,
        }
    });
    let rows = rows.collect();
    Ok(Some(Standing { conclusion: conclusion(&counts, texts), tiles: tiles(&counts, texts), rows, is_cut }))
}
