//! What a reform would change, before anything does; then the change itself.

use std::collections::BTreeMap;

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use khien_judge::Counts;
use khien_model::{
    Assignment, Moved, Reform, ReformProblem, Reformed, Subject, SubjectKind, TreeOnDay, UnitTree, reform,
};
use khien_store::{assignments, findings, people, subjects, units};
use khien_texts::text;

use super::asked::{Fields, asked, value};
use super::{forms, refused};
use crate::admin::desk::{Desk, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many people and devices are listed; all are counted.
const SHOWN_MOVES: usize = 300;
/// Of how many of them the open findings are counted.
const COUNTED_MOVES: usize = 2_000;

/// Shows what would change, or changes it when that was seen and confirmed.
pub(crate) async fn send(
    State(state): State<AppState>,
    visit: Visit,
    Path(what): Path<String>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    desk.check(Action::Change, Resource::Organisation, None, &tree.on(desk.today))?;
    let (wanted, day) = match asked(&what, &fields, &tree, visit.now)? {
        Ok(asked) => asked,
        Err(wrong) => {
            let said: Vec<String> = wrong.iter().map(|(_, key)| desk.t(key)).collect();
            return Ok(refusal(&desk, &fields, said.join(" "))?.into_response());
        }
    };
    if value(&fields, "confirmed") == "yes" {
        return confirmed(&desk, &fields, &wanted, day, &tree).await;
    }
    let all = assignments::all(&state.store).await?;
    match reform(tree.register(), &all, &wanted, day) {
        Ok(reformed) => Ok(dry_run(&desk, &what, &fields, &wanted, day, &reformed, &all).await?.into_response()),
        Err(problem) => Ok(problem_page(&desk, &fields, &problem, &tree.on(day))?.into_response()),
    }
}

async fn confirmed(
    desk: &Desk<'_>,
    fields: &Fields,
    wanted: &Reform,
    day: Date,
    tree: &UnitTree,
) -> Result<Response, Trouble> {
    let mut change = desk.begin().await?;
    let reformed = match units::carry_out(&mut change, wanted, day).await? {
        Ok(reformed) => reformed,
        Err(problem) => return Ok(problem_page(desk, fields, &problem, &tree.on(day))?.into_response()),
    };
    // A new unit is judged like every other subject.
    for unit in reformed.register.units.iter().filter(|unit| tree.find(&unit.id).is_none()) {
        let subject = Subject { kind: SubjectKind::Unit, id: unit.id.clone() };
        let name = unit.names.last().map_or(unit.id.as_str(), |name| name.name.as_str());
        subjects::enter(&mut change, &subject, name).await?;
    }
    change.commit().await?;
    Ok(Onward::to(format!("/admin/units?on={day}")).saying("reform-done", desk.visit).into_response())
}

fn problem_page(
    desk: &Desk<'_>,
    fields: &Fields,
    problem: &ReformProblem,
    on: &TreeOnDay<'_>,
) -> Result<Page, Trouble> {
    refusal(desk, fields, refused::said(desk, problem, on))
}

fn refusal(desk: &Desk<'_>, fields: &Fields, said: String) -> Result<Page, Trouble> {
    let back = match value(fields, "unit") {
        "" => "/admin/units".to_owned(),
        unit => format!("/admin/units/{}", crate::page::in_address(unit)),
    };
    let blocks = [Block::Notice("fail", said), Block::Actions(vec![Link::new(back, desk.t("reform-back"))])];
    let way = [Link::new("/admin/units", desk.t("tree-title"))];
    Ok(desk.page(desk.t("reform-refused"), &way, &blocks)?.with_status(StatusCode::UNPROCESSABLE_ENTITY))
}

async fn dry_run(
    desk: &Desk<'_>,
    what: &str,
    fields: &Fields,
    wanted: &Reform,
    day: Date,
    reformed: &Reformed,
    before: &[Assignment],
) -> Result<Page, Trouble> {
    let tree = UnitTree::new(reformed.register.clone())
        .map_err(|_| Trouble::Internal { detail: "a reform left no tree".to_owned() })?;
    let (on, eve) = (tree.on(day), tree.on(day.yesterday().unwrap_or(day)));
    let counted = |kind| reformed.moved.iter().filter(|moved| moved.subject.kind == kind).count().to_string();
    let named = |ids: &[String], on: &TreeOnDay<'_>| {
        let names: Vec<String> = ids.iter().map(|id| unit_name(on, id)).collect();
        if names.is_empty() { desk.t("reform-none") } else { names.join("; ") }
    };
    let open = open_findings(desk, &reformed.moved).await?;
    let mut blocks = vec![
        Block::Text(text!(desk.texts, "reform-dry-run-about", day = desk.day(day))),
        Block::Facts(vec![
            (desk.t("reform-ended"), Cell::Text(named(&reformed.ended, &eve))),
            (desk.t("reform-reparented"), Cell::Text(named(&reformed.reparented, &on))),
            (desk.t("reform-people"), Cell::Text(counted(SubjectKind::Person))),
            (desk.t("reform-devices"), Cell::Text(counted(SubjectKind::Device))),
            (desk.t("reform-red"), Cell::Text(open.fail.to_string())),
            (desk.t("reform-other"), Cell::Text((open.total() - open.fail).to_string())),
        ]),
    ];
    let new = reformed.register.successions.iter().filter(|succession| succession.from == day);
    let successions: Vec<Cell> = new
        .map(|succession| {
            let (new, old) = (unit_name(&on, &succession.new), unit_name(&eve, &succession.old));
            let percent = u32::from(succession.share_percent);
            Cell::Text(text!(desk.texts, "reform-succession", new = new, old = old, percent = percent))
        })
        .collect();
    if !successions.is_empty() {
        blocks.push(Block::Heading(desk.t("reform-successions")));
        blocks.push(Block::List(successions));
    }
    blocks.push(Block::Heading(desk.t("reform-tree-after")));
    blocks.push(Block::Table(tree_after(desk, &on)));
    let names = names_of(desk, &reformed.moved, before).await?;
    let mut form_fields: Vec<Field> = fields
        .iter()
        .filter(|(name, _)| name != "csrf" && name != "confirmed")
        .filter(|(name, _)| !name.starts_with("goes:") && !name.starts_with("child:"))
        .map(|(name, value)| Field::hidden(name, value))
        .collect();
    match wanted {
        Reform::Split { old, parts, .. } => {
            let choices = |chosen: usize| -> Vec<(String, String, bool)> {
                let named = parts.iter().enumerate();
                named.map(|(at, part)| (at.to_string(), unit_name(&on, part.successor.id()), at == chosen)).collect()
            };
            let chosen = |name: &str| value(fields, name).parse().unwrap_or(0);
            for child in eve.tree().find(old).into_iter().flat_map(|old| eve.children(old).collect::<Vec<_>>()) {
                let id = &tree.unit(child).id;
                let name = format!("child:{id}");
                let choices = choices(chosen(&name));
                form_fields.push(Field::choice(name, unit_name(&on, id), choices));
            }
            for assignment in before.iter().filter(|it| it.unit == *old && it.validity().contains(day)) {
                let Subject { kind, id } = &assignment.subject;
                let name = format!("goes:{kind}:{id}");
                let label = names.get(&assignment.subject).cloned().unwrap_or_else(|| id.clone());
                let choices = choices(chosen(&name));
                form_fields.push(Field::choice(name, label, choices));
            }
            blocks.push(Block::Heading(desk.t("reform-who-goes-where")));
            blocks.push(Block::Text(desk.t("reform-who-goes-where-about")));
        }
        _ => blocks.push(Block::Table(moves(desk, &reformed.moved, &names, &on, &eve))),
    }
    let form = Form::post(desk.visit, forms::action(what), desk.t("reform-look-again"), form_fields);
    blocks.push(Block::Form(form.button("confirmed", "yes", desk.t("reform-confirm"))));
    let way = [Link::new("/admin/units", desk.t("tree-title"))];
    desk.page(desk.t("reform-dry-run"), &way, &blocks)
}

fn tree_after(desk: &Desk<'_>, on: &TreeOnDay<'_>) -> Table {
    let rows = on.units().iter().map(|index| {
        let depth = on.path(*index).len().saturating_sub(1).min(4);
        let name = unit_name(on, &on.tree().unit(*index).id);
        vec![Cell::Indented(depth, Box::new(Cell::Text(name)))]
    });
    Table {
        caption: text!(desk.texts, "units-count", count = on.units().len()),
        heads: vec![desk.t("units-name")],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn moves(
    desk: &Desk<'_>,
    moved: &[Moved],
    names: &BTreeMap<Subject, String>,
    on: &TreeOnDay<'_>,
    eve: &TreeOnDay<'_>,
) -> Table {
    let rows = moved.iter().take(SHOWN_MOVES).map(|moved| {
        let name = names.get(&moved.subject).unwrap_or(&moved.subject.id);
        vec![
            Cell::text(name),
            Cell::Text(desk.t(&format!("subject-kind-{}", moved.subject.kind))),
            Cell::Text(unit_name(eve, &moved.from)),
            Cell::Text(unit_name(on, &moved.to)),
        ]
    });
    Table {
        caption: text!(desk.texts, "reform-moves", count = moved.len(), shown = moved.len().min(SHOWN_MOVES)),
        heads: ["reform-who", "reform-what-kind", "reform-from", "reform-to"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("reform-nobody-moves"),
        around: vec![],
    }
}

/// What people and devices are called: those that move, and those that are assigned at all.
async fn names_of(
    desk: &Desk<'_>,
    moved: &[Moved],
    before: &[Assignment],
) -> Result<BTreeMap<Subject, String>, Trouble> {
    let mut names = BTreeMap::new();
    if moved.is_empty() && before.is_empty() {
        return Ok(names);
    }
    for person in people::all(&desk.state.store).await? {
        names.insert(Subject { kind: SubjectKind::Person, id: person.id }, person.name);
    }
    for device in subjects::of_kind(&desk.state.store, SubjectKind::Device).await? {
        names.insert(device.subject, device.name);
    }
    Ok(names)
}

/// The open findings about whoever moves.
async fn open_findings(desk: &Desk<'_>, moved: &[Moved]) -> Result<Counts, Trouble> {
    let mut counts = Counts::default();
    for moved in moved.iter().take(COUNTED_MOVES) {
        if let Some(subject) = subjects::find(&desk.state.store, &moved.subject).await? {
            for finding in findings::open(&desk.state.store, subject.number).await? {
                counts.record(finding.state);
            }
        }
    }
    Ok(counts)
}
