//! One gate: what it said of itself last, and its log. Names of files and where they came from are other people's business:
//! that somebody saw them is written down.

use axum::extract::{Path, Query, State};
use jiff::Timestamp;
use khien_protocol::GateVerdict;
use khien_store::gates::{self, COUNTED_DAYS, Gate, Logged, MAX_EVENTS, Search, Sums};
use khien_store::settings;
use khien_texts::text;
use serde::Deserialize;
use serde_json::json;

use super::{Found, found, gate_address, said, system_address};
use crate::admin::desk::Desk;
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::attachments::size_shown;
use crate::page::{Onward, Page, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The longest words that are looked for, in letters.
const MAX_WORDS: usize = 100;
/// How many letters of a digest are shown.
const DIGEST_LETTERS: usize = 12;

/// What is looked for in the log.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    verdict: String,
    before: String,
}

impl Asked {
    fn search(&self) -> Search {
        let before = self
            .before
            .split_once('.')
            .and_then(|(at, number)| Some((Timestamp::from_microsecond(at.parse().ok()?).ok()?, number.parse().ok()?)));
        let words = self.q.chars().take(MAX_WORDS).collect();
        Search { verdict: self.verdict.parse().ok(), words, before }
    }
}

/// The gate with its system, if the visitor may do this with it.
async fn standing(desk: &Desk<'_>, id: &str, action: Action) -> Result<(Gate, Found), Trouble> {
    let gate = gates::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    let system = found(desk, &gate.system, action, &tree.on(desk.today)).await?;
    Ok((gate, system))
}

/// Shows one.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let (gate, system) = standing(&desk, &id, Action::View).await?;
    let (entries, more) = gates::list(&state.store, &id, &asked.search()).await?;
    if !entries.is_empty() {
        let detail = json!({ "words": asked.q, "rows": entries.len(), "request": visit.request_id });
        let mut change = desk.begin().await?;
        change.audit("gate.view", "gate", &id, detail).await?;
        change.commit().await?;
    }
    let sums = gates::sums(&state.store, desk.today).await?.remove(&id).unwrap_or_default();
    let mut blocks = Vec::new();
    if let Some(todo) = said::remedy(&desk, &gate) {
        blocks.push(Block::Notice("fail", todo));
    }
    if sums.lost > 0 {
        blocks.push(Block::Notice("unknown", text!(desk.texts, "gates-lost", count = sums.lost, days = COUNTED_DAYS)));
    }
    blocks.push(about(&desk, &gate, &system, &sums));
    blocks.push(Block::Heading(desk.t("gates-log")));
    let days = settings::KEEP_GATE_EVENTS_DAYS.get(&state.store).await?;
    blocks.push(Block::Text(text!(desk.texts, "gates-log-about", days = days, most = MAX_EVENTS)));
    if gate.given_up > 0 {
        blocks.push(Block::Notice("unknown", text!(desk.texts, "gates-given-up", count = gate.given_up)));
    }
    blocks.push(search_form(&desk, &id, &asked));
    blocks.push(Block::Table(log(&desk, &id, &asked, &entries, more)));
    let may_end = desk.visit.rights.could(Action::Change, Resource::Gate) && gate.ended_at.is_none();
    if may_end {
        let end = Form::post(&visit, format!("{}/end", gate_address(&id)), desk.t("gates-end"), vec![]).dangerous();
        blocks.push(Block::Folded(desk.t("gates-end-about"), end));
    }
    let way =
        [Link::new("/admin/gates", desk.t("gates-title")), Link::new(system_address(&gate.system), system.record.name)];
    desk.page(gate.name, &way, &blocks)
}

/// What the gate is and said last.
fn about(desk: &Desk<'_>, gate: &Gate, system: &Found, sums: &Sums) -> Block {
    let mut facts = vec![
        (desk.t("systems-name"), Cell::link(system_address(&gate.system), &system.record.name)),
        (desk.t("gates-protocol"), Cell::Text(desk.t(&format!("gates-protocol-{}", gate.protocol)))),
        (desk.t("gates-standing"), said::standing(desk, gate)),
    ];
    if let Some(said) = &gate.said {
        facts.push((desk.t("gates-heard"), Cell::Text(desk.moment(said.at))));
        facts.push((desk.t("gates-policy"), Cell::Text(said::policy(desk, said))));
        facts.push((desk.t("gates-rules"), said::rules(desk, said)));
    }
    let counts = text!(
        desk.texts,
        "gates-counts",
        files = sums.files,
        passed = sums.passed,
        blocked = sums.blocked,
        unread = sums.unread
    );
    facts.push((text!(desk.texts, "gates-files", days = COUNTED_DAYS), Cell::Text(counts)));
    Block::Facts(facts)
}

fn search_form(desk: &Desk<'_>, id: &str, asked: &Asked) -> Block {
    let mut verdicts = vec![(String::new(), desk.t("gates-every-verdict"), asked.verdict.is_empty())];
    verdicts.extend(GateVerdict::ALL.iter().map(|verdict| {
        let word = verdict.as_str();
        (word.to_owned(), desk.t(said::verdict_key(*verdict)), asked.verdict == word)
    }));
    let fields = vec![
        Field::search("q", desk.t("gates-words"), &asked.q).hint(desk.t("gates-words-hint")),
        Field::choice("verdict", desk.t("gates-verdict"), verdicts),
    ];
    Block::Form(Form::search(gate_address(id), desk.t("admin-filter"), fields))
}

fn log(desk: &Desk<'_>, id: &str, asked: &Asked, entries: &[Logged], more: bool) -> Table {
    let rows = entries.iter().map(|logged| {
        let file = &logged.file;
        let digest: String = file.sha256.chars().take(DIGEST_LETTERS).collect();
        let size = size_shown(file.size, desk.texts);
        let below = |text: String| Cell::Below(Box::new(Cell::Text(text)));
        let name = if file.name.is_empty() { desk.t("gates-no-name") } else { file.name.clone() };
        let passed = if file.passed { "gates-passed" } else { "gates-stopped" };
        vec![
            Cell::Several(vec![Cell::Text(name), below(size), Cell::Below(Box::new(Cell::Code(digest)))]),
            Cell::Several(vec![
                said::verdict(desk, file.verdict),
                below(desk.t(passed)),
                below(said::before(desk, logged.before)),
            ]),
            said::why(desk, file),
            Cell::Several(vec![
                Cell::Text(desk.moment(file.at)),
                below(text!(desk.texts, "gates-took", milliseconds = file.milliseconds)),
            ]),
            Cell::Text(file.client.clone().unwrap_or_default()),
        ]
    });
    let older = entries.last().filter(|_| more).map(|last| {
        let (at, number) = (last.file.at.as_microsecond(), last.number);
        let narrowed = format!("q={}&verdict={}", in_address(&asked.q), in_address(&asked.verdict));
        Link::new(format!("{}?{narrowed}&before={at}.{number}", gate_address(id)), desk.t("gates-older"))
    });
    let latest = (!asked.before.is_empty()).then(|| Link::new(gate_address(id), desk.t("gates-latest")));
    Table {
        caption: desk.t("gates-log"),
        heads: ["gates-file", "gates-verdict", "gates-why", "gates-when", "gates-client"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("gates-log-none"),
        around: latest.into_iter().chain(older).collect(),
    }
}

/// Takes one out of use.
pub(super) async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let (gate, _) = standing(&desk, &id, Action::Change).await?;
    let mut change = desk.begin().await?;
    gates::end(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to(system_address(&gate.system)).saying("gates-was-ended", &visit))
}
