//! One version: what is in it, what differs from the one in force, what it would do, and putting it in force.

use axum::extract::{Path, State};
use khien_directive::Directive;
use khien_store::directives;
use khien_texts::text;

use super::compare::{Comparison, compare};
use super::impact::{Impact, documents, impact};
use super::list::{read_files, rendered, short};
use crate::admin::desk::Desk;
use crate::admin::sheet::{Block, Cell, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Shows it.
pub(crate) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path(digest): Path<String>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let version = directives::find(&state.store, &digest).await?.ok_or(Trouble::NotFound)?;
    let files = directives::files(&state.store, &digest).await?.ok_or(Trouble::NotFound)?;
    let way = [Link::new("/admin/directives", desk.t("directives-title"))];
    let title = format!("{} ({})", version.id, short(&digest));
    let loaded = match read_files(&version.main, &files) {
        Ok(loaded) => loaded,
        // Loaded by another version of the program.
        Err(diagnostics) => {
            let count = diagnostics.len();
            let said = Block::Notice("fail", text!(desk.texts, "directive-refused", count = count));
            return desk.page(title, &way, &[said, Block::Verbatim(rendered(&desk, &diagnostics))]);
        }
    };
    let directive = &loaded.directive;
    let validity = khien_texts::moment::validity(directive.valid_from, directive.valid_to, desk.texts);
    let by = match version.loaded_by.parse() {
        Ok(actor) => desk.actor_name(&actor).await?,
        Err(_) => version.loaded_by.clone(),
    };
    let mut blocks = vec![Block::Facts(vec![
        (desk.t("directive-title"), Cell::text(desk.texts.pick(&directive.title))),
        (desk.t("directive-issued"), Cell::Text(desk.day(directive.issued))),
        (desk.t("role-validity"), Cell::Text(validity)),
        (
            desk.t("directive-size"),
            Cell::Text(text!(
                desk.texts,
                "directive-clauses-controls",
                clauses = directive.clauses.len(),
                controls = directive.controls().count()
            )),
        ),
        (
            desk.t("directive-loaded"),
            Cell::Text(text!(desk.texts, "token-made", by = by, moment = desk.moment(version.loaded_at))),
        ),
    ])];
    if !loaded.warnings.is_empty() {
        blocks.push(Block::Notice("fail", text!(desk.texts, "directive-warnings", count = loaded.warnings.len())));
        blocks.push(Block::Verbatim(rendered(&desk, &loaded.warnings)));
    }
    if version.is_active() {
        blocks.push(Block::Notice("pass", desk.t("directive-is-in-force")));
        return desk.page(title, &way, &blocks);
    }
    let context = state.store.judge_context().await?;
    if !khien_content::is_in_force(directive, visit.now) {
        blocks.push(Block::Notice("fail", desk.t("directive-not-valid-now")));
    }
    if let Some(current) = context.directive() {
        blocks.push(Block::Heading(text!(desk.texts, "directive-compared", id = current.id.as_str())));
        blocks.extend(comparison_blocks(&desk, &compare(current, directive, desk.texts), current, directive));
    }
    let (documents, is_cut) = documents(&state.store, visit.now).await?;
    let found =
        impact(&documents, context.directive(), directive, context.exemptions(), context.organisation(), visit.now);
    blocks.push(Block::Heading(desk.t("impact-title")));
    blocks.extend(impact_blocks(&desk, &Impact { is_cut, ..found }));
    if visit.rights.could(Action::Change, Resource::Directive) {
        let action = format!("/admin/directives/{digest}/activate");
        blocks.push(Block::Form(Form::post(&visit, action, desk.t("directive-activate"), vec![])));
    }
    desk.page(title, &way, &blocks)
}

fn comparison_blocks(desk: &Desk<'_>, comparison: &Comparison, before: &Directive, after: &Directive) -> Vec<Block> {
    if comparison.is_empty() {
        return vec![Block::Text(desk.t("compare-same"))];
    }
    let title = |directive: &Directive, id: &str| {
        directive.control(id).map_or_else(String::new, |(_, control)| desk.texts.pick(&control.title).to_owned())
    };
    let mut rows = Vec::new();
    let mut row = |class, key: &str, clause: &str, id: &str, title: String, what: String| {
        rows.push(vec![
            Cell::text(clause),
            Cell::Badge(class, desk.t(key)),
            Cell::Several(vec![Cell::Text(title), Cell::Code(id.to_owned())]),
            Cell::Text(what),
        ]);
    };
    for (clause, id) in &comparison.added {
        row("pass", "compare-added", clause, id, title(after, id), String::new());
    }
    for (clause, id) in &comparison.removed {
        row("fail", "compare-removed", clause, id, title(before, id), String::new());
    }
    for (clause, id, differences) in &comparison.changed {
        let what: Vec<String> = differences.iter().map(|key| desk.t(key)).collect();
        row("exempt", "compare-changed", clause, id, title(after, id), what.join(", "));
    }
    let mut blocks = vec![Block::Table(Table {
        caption: desk.t("compare-controls"),
        heads: ["compare-clause", "import-change", "compare-control", "compare-what"].map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("compare-no-controls"),
        around: vec![],
    })];
    let rows = comparison
        .parameters
        .iter()
        .map(|(name, before, after)| vec![Cell::Code(name.clone()), Cell::text(before), Cell::text(after)]);
    blocks.push(Block::Table(Table {
        caption: desk.t("compare-parameters"),
        heads: ["compare-parameter", "compare-before", "compare-after"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("compare-no-parameters"),
        around: vec![],
    }));
    blocks
}

fn impact_blocks(desk: &Desk<'_>, impact: &Impact) -> Vec<Block> {
    let sum =
        |of: fn(&super::impact::ClauseImpact) -> u64| impact.clauses.iter().map(|(_, clause)| of(clause)).sum::<u64>();
    let said = text!(
        desk.texts,
        "impact-sum",
        subjects = impact.subjects,
        red = sum(|clause| clause.turns_red),
        green = sum(|clause| clause.turns_green),
        unknown = sum(|clause| clause.turns_unknown),
        vanish = sum(|clause| clause.vanish)
    );
    let mut blocks = vec![Block::Text(said)];
    if impact.is_cut {
        blocks.push(Block::Notice("fail", text!(desk.texts, "impact-cut", most = super::impact::MAX_SUBJECTS)));
    }
    let number = |count: u64| Cell::Number(count.to_string());
    let rows = impact.clauses.iter().map(|(id, clause)| {
        vec![
            Cell::text(id),
            number(clause.turns_red),
            number(clause.turns_green),
            number(clause.turns_unknown),
            number(clause.vanish),
            number(clause.after.fail),
            number(clause.after.total()),
        ]
    });
    let heads = [
        "compare-clause",
        "impact-red",
        "impact-green",
        "impact-unknown",
        "impact-vanish",
        "impact-red-after",
        "impact-all-after",
    ];
    blocks.push(Block::Table(Table {
        caption: desk.t("impact-by-clause"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("impact-nothing"),
        around: vec![],
    }));
    blocks
}

/// Puts it in force.
pub(crate) async fn activate(
    State(state): State<AppState>,
    visit: Visit,
    Path(digest): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let version = directives::find(&state.store, &digest).await?.ok_or(Trouble::NotFound)?;
    let files = directives::files(&state.store, &digest).await?.ok_or(Trouble::NotFound)?;
    if read_files(&version.main, &files).is_err() {
        return Ok(Onward::to(format!("/admin/directives/{digest}")));
    }
    let mut change = desk.begin().await?;
    directives::activate(&mut change, &digest).await?;
    change.commit().await?;
    Ok(Onward::to("/admin/directives").saying("directive-was-activated", &visit))
}
