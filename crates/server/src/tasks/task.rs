//! One task: how far it is, what shows it, who answers for it, more time.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use khien_model::TreeOnDay;
use khien_store::campaigns;
use khien_store::files::{self, Attachment};
use khien_store::tasks::{self, Extension, ExtensionState, Progress, evidence_of};
use khien_texts::text;

use super::{Found, standing_cell};
use crate::access;
use crate::admin::desk::Desk;
use crate::admin::sheet::{self, Block, Cell, Field, Form, Link, Table};
use crate::attachments;
use crate::duties::Names;
use crate::page::Page;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// A form of the page that is shown again because of its mistakes: what was typed, and what is wrong.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// The last part of its address.
    pub(super) form: &'static str,
    /// What was typed, by field.
    pub(super) typed: Vec<(&'static str, String)>,
    /// What is wrong, by field.
    pub(super) mistakes: Vec<(String, String)>,
}

impl Again {
    /// What was typed into a field of this form.
    fn typed(&self, form: &str, field: &str) -> String {
        let typed = self.typed.iter().filter(|_| self.form == form).find(|(name, _)| *name == field);
        typed.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The form with its mistakes, and the summary of them before it.
    fn blocks(&self, desk: &Desk<'_>, name: &str, title: Option<String>, form: Form) -> Vec<Block> {
        if self.form != name {
            return vec![match title {
                Some(title) => Block::Folded(title, form),
                None => Block::Form(form),
            }];
        }
        let form = form.with_mistakes(&self.mistakes);
        vec![Block::Mistakes(desk.t("admin-mistakes"), form.summary()), Block::Form(form)]
    }
}

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    page(&desk, &found, &Again::default(), &on).await
}

/// The page, with a form filled in again where there are mistakes.
pub(super) async fn page(desk: &Desk<'_>, found: &Found, again: &Again, on: &TreeOnDay<'_>) -> Result<Page, Trouble> {
    let owner: Vec<&str> = found.task.owner.as_deref().into_iter().collect();
    access::seen(desk.state, desk.visit, Resource::Task, &owner).await?;
    let names = Names::of(desk).await?;
    let mut blocks = vec![Block::Facts(facts(desk, found, &names, on).await?)];
    if let Some(detail) = &found.task.detail {
        blocks.push(Block::Heading(desk.t("task-detail")));
        let lines = detail.lines().filter(|line| !line.trim().is_empty());
        blocks.extend(lines.map(|line| Block::Text(line.to_owned())));
    }
    let is_here = found.task.withdrawn_at.is_none();
    let may_change = is_here && found.may(desk, Action::Change, on);
    if may_change {
        blocks.extend([Block::Heading(desk.t("task-how-far")), Block::Form(progress_form(desk, found))]);
    }
    blocks.extend(evidence(desk, found, &names, again, may_change).await?);
    blocks.extend(extensions(desk, found, &names, again, on).await?);
    if is_here && found.may_in_unit(desk, Action::Change, Resource::Task, on) {
        blocks.push(Block::Folded(desk.t("task-name-owner"), owner_form(desk, found, &names, on).await?));
    }
    if is_here && found.may_withdraw(desk, on) {
        let reason =
            Field::lines("reason", desk.t("task-withdraw-reason"), again.typed("withdraw", "reason")).required();
        let form =
            Form::post(desk.visit, format!("{}/withdraw", found.address()), desk.t("task-withdraw"), vec![reason]);
        blocks.extend(again.blocks(desk, "withdraw", Some(desk.t("task-withdraw-about")), form.dangerous()));
    }
    let way = [Link::new("/tasks", desk.t("tasks-title"))];
    let page = sheet::page(desk.state, desk.visit, &found.task.title, &way, &blocks)?;
    Ok(if again.mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

async fn facts(
    desk: &Desk<'_>,
    found: &Found,
    names: &Names,
    on: &TreeOnDay<'_>,
) -> Result<Vec<(String, Cell)>, Trouble> {
    let task = &found.task;
    let unit = found.unit.and_then(|unit| on.name(unit)).map(|name| name.name.clone()).unwrap_or_default();
    let owner = match &task.owner {
        Some(owner) => Cell::Text(names.name(owner)),
        None => Cell::Badge("unknown", desk.t("task-no-owner")),
    };
    let by = names.name(&task.assigned_by);
    let mut facts = vec![
        (desk.t("task-standing"), standing_cell(desk, task.standing(desk.today))),
        (desk.t("task-progress"), Cell::Text(desk.t(&format!("task-progress-{}", task.progress)))),
        (desk.t("task-due"), Cell::Text(desk.day(task.due))),
        (desk.t("person-unit"), Cell::Text(unit)),
        (desk.t("task-owner"), owner),
    ];
    if let Some(id) = &task.clause {
        let context = desk.state.store.judge_context().await?;
        let clause = context.directive().and_then(|directive| directive.clauses.iter().find(|clause| clause.id == *id));
        let title = clause.map(|clause| desk.texts.pick(&clause.title)).unwrap_or_default();
        facts.push((desk.t("task-clause"), Cell::Text(format!("{id} {title}"))));
    }
    let assigned = text!(desk.texts, "token-made", by = by, moment = desk.moment(task.assigned_at));
    facts.push((desk.t("task-assigned-by"), Cell::Text(assigned)));
    if let Some(done) = task.done_at {
        facts.push((desk.t("task-done-at"), Cell::Text(desk.moment(done))));
    }
    if let Some(withdrawn) = task.withdrawn_at {
        facts.push((desk.t("task-withdrawn-at"), Cell::Text(desk.moment(withdrawn))));
    }
    Ok(facts)
}

fn progress_form(desk: &Desk<'_>, found: &Found) -> Form {
    let words = Progress::ALL.iter().map(|progress| {
        let name = desk.t(&format!("task-progress-{progress}"));
        (progress.to_string(), name, *progress == found.task.progress)
    });
    let field = Field::choice("progress", desk.t("task-progress"), words.collect()).hint(desk.t("task-progress-hint"));
    Form::post(desk.visit, format!("{}/progress", found.address()), desk.t("admin-save"), vec![field])
}

async fn owner_form(desk: &Desk<'_>, found: &Found, names: &Names, on: &TreeOnDay<'_>) -> Result<Form, Trouble> {
    let unit = found.unit.map(|unit| on.tree().unit(unit).id.clone()).unwrap_or_default();
    let mut people: Vec<(String, String, bool)> = campaigns::members(&desk.state.store, &unit, desk.today)
        .await?
        .into_iter()
        .map(|(person, _)| {
            let is_owner = found.task.owner.as_deref() == Some(person.as_str());
            (person.clone(), names.name(&person), is_owner)
        })
        .collect();
    people.sort_by(|one, other| khien_model::text::compare_names(&one.1, &other.1).then_with(|| one.0.cmp(&other.0)));
    people.insert(0, (String::new(), desk.t("task-no-owner"), found.task.owner.is_none()));
    let field = Field::choice("owner", desk.t("task-owner"), people).hint(desk.t("task-owner-hint"));
    Ok(Form::post(desk.visit, format!("{}/owner", found.address()), desk.t("admin-save"), vec![field]))
}

async fn evidence(
    desk: &Desk<'_>,
    found: &Found,
    names: &Names,
    again: &Again,
    may_change: bool,
) -> Result<Vec<Block>, Trouble> {
    let attached = files::of(&desk.state.store, &evidence_of(&found.task.id)).await?;
    let place = format!("{}/evidence", found.address());
    let row = |file: &Attachment| {
        let mut cells = vec![
            attachments::link(file, &place, desk.texts),
            Cell::Text(names.name(&file.attached_by)),
            Cell::Text(desk.moment(file.attached_at)),
        ];
        if may_change {
            let action = format!("{place}/{}/remove", file.id);
            let form = Form::post(desk.visit, action, desk.t("task-evidence-remove"), vec![]);
            cells.push(Cell::Button(form.inline().dangerous()));
        }
        cells
    };
    let mut heads: Vec<String> =
        ["task-evidence-file", "task-evidence-by", "task-evidence-at"].map(|key| desk.t(key)).into();
    if may_change {
        heads.push(desk.t("role-action"));
    }
    let mut blocks = vec![
        Block::Heading(desk.t("task-evidence")),
        Block::Table(Table {
            caption: text!(desk.texts, "task-evidence-count", count = attached.len()),
            heads,
            rows: attached.iter().map(row).collect(),
            empty: desk.t("task-evidence-none"),
            around: vec![],
        }),
    ];
    if may_change {
        let field = attachments::field("files", desk.t("task-evidence-files"), desk.texts).required();
        let form = Form::upload(desk.visit, &place, desk.t("task-evidence-add"), vec![field]);
        blocks.extend(again.blocks(desk, "evidence", None, form));
    }
    Ok(blocks)
}

async fn extensions(
    desk: &Desk<'_>,
    found: &Found,
    names: &Names,
    again: &Again,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let asked = tasks::extensions_of(&desk.state.store, &found.task.id).await?;
    let mut blocks = Vec::new();
    if !asked.is_empty() {
        blocks.push(Block::Heading(desk.t("extensions-title")));
        blocks.push(Block::Table(Table {
            caption: text!(desk.texts, "extensions-count", count = asked.len()),
            heads: ["device-state", "extension-wanted", "extension-reason", "extension-by", "extension-decided"]
                .map(|key| desk.t(key))
                .into(),
            rows: asked.iter().map(|asked| extension_cells(desk, asked, names)).collect(),
            empty: String::new(),
            around: vec![],
        }));
    }
    if !found.task.is_open() {
        return Ok(blocks);
    }
    match asked.iter().find(|asked| asked.state == ExtensionState::Asked) {
        Some(waiting) if super::extensions::may_decide(desk, found, waiting, on) => {
            blocks.extend(decision_forms(desk, found, waiting, again));
        }
        Some(_) => blocks.push(Block::Text(desk.t("extension-waits"))),
        None if found.may(desk, Action::Ask, on) => {
            let fields = vec![
                Field::date("wanted", desk.t("extension-wanted"), again.typed("extensions", "wanted")).required(),
                Field::lines("reason", desk.t("extension-reason"), again.typed("extensions", "reason"))
                    .required()
                    .hint(desk.t("extension-reason-hint")),
            ];
            let action = format!("{}/extensions", found.address());
            let form = Form::post(desk.visit, action, desk.t("extension-ask"), fields);
            blocks.extend(again.blocks(desk, "extensions", Some(desk.t("extension-ask-about")), form));
        }
        None => {}
    }
    Ok(blocks)
}

fn extension_cells(desk: &Desk<'_>, asked: &Extension, names: &Names) -> Vec<Cell> {
    let class = match asked.state {
        ExtensionState::Asked => "unknown",
        ExtensionState::Granted => "pass",
        ExtensionState::Refused => "fail",
    };
    let by = |person: &str, at| text!(desk.texts, "token-made", by = names.name(person), moment = desk.moment(at));
    let mut decided = Vec::new();
    if let (Some(person), Some(at)) = (&asked.decided_by, asked.decided_at) {
        decided.push(by(person, at));
    }
    decided.extend(asked.granted.map(|until| text!(desk.texts, "extension-until", day = desk.day(until))));
    decided.extend(asked.decision_note.clone());
    vec![
        Cell::Badge(class, desk.t(&format!("extension-{}", asked.state))),
        Cell::Text(desk.day(asked.wanted)),
        Cell::text(&asked.reason),
        Cell::Text(by(&asked.asked_by, asked.asked_at)),
        Cell::Text(decided.join(". ")),
    ]
}

fn decision_forms(desk: &Desk<'_>, found: &Found, waiting: &Extension, again: &Again) -> Vec<Block> {
    let place = format!("{}/extensions/{}", found.address(), waiting.id);
    let until = again.typed("grant", "until");
    let until = if until.is_empty() { waiting.wanted.to_string() } else { until };
    let note = |form| Field::lines("note", desk.t("exemption-note"), again.typed(form, "note"));
    let grant = vec![Field::date("until", desk.t("extension-granted-until"), until).required(), note("grant")];
    let grant = Form::post(desk.visit, format!("{place}/grant"), desk.t("extension-grant"), grant);
    let refuse = Form::post(desk.visit, format!("{place}/refuse"), desk.t("extension-refuse"), vec![note("refuse")]);
    let mut blocks = again.blocks(desk, "grant", None, grant);
    blocks.extend(again.blocks(desk, "refuse", Some(desk.t("extension-refuse")), refuse.dangerous()));
    blocks
}
