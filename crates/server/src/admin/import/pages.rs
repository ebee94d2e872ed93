//! The way of a list: uploaded, its columns mapped, looked at, carried out or thrown away.

use axum::extract::{Form as Sent, Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use khien_store::ids;
use khien_store::imports::{self, Import, ImportKind};
use khien_tables::titles::{List, Mapping, guess, missing};
use khien_tables::{Row, Table as Rows, column_name, read};
use khien_texts::text;

use super::plan::{Plan, plan};
use super::{Kind, accounts, carry_out, load, sample, say};
use crate::admin::desk::{Desk, day_of_form};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::forms::Upload;
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many changes are shown before they are made; the rest is counted.
const SHOWN_STEPS: usize = 200;
/// How many cells of a column show what is in it.
const SHOWN_CELLS: usize = 3;
/// How many letters of a file's name are kept.
const FILE_NAME_LETTERS: usize = 120;

/// The form for a new list.
pub(crate) async fn start(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    start_page(&desk, Kind::People, &[])
}

fn start_page(desk: &Desk<'_>, kind: Kind, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let kinds =
        Kind::OF_THE_OFFICE.iter().map(|it| (it.word().to_owned(), desk.t(&kind_key(*it)), *it == kind)).collect();
    let form = Form::upload(
        desk.visit,
        "/admin/import",
        desk.t("import-upload"),
        vec![
            Field::choice("kind", desk.t("import-kind"), kinds),
            Field::file("list", desk.t("import-file"), ".xlsx,.csv,.txt", false).hint(desk.t("import-file-hint")),
        ],
    )
    .with_mistakes(mistakes);
    let samples = Kind::OF_THE_OFFICE
        .iter()
        .map(|kind| Cell::link(format!("/admin/import/sample/{}.xlsx", kind.word()), desk.t(&sample_key(*kind))));
    let mut blocks = vec![Block::Text(desk.t("import-about"))];
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.extend([
        Block::Form(form),
        Block::Heading(desk.t("import-samples")),
        Block::Text(desk.t("import-samples-about")),
        Block::List(samples.collect()),
    ]);
    let page = desk.page(desk.t("import-title"), &[], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn kind_key(kind: Kind) -> String {
    format!("import-kind-{}", kind.word())
}

fn sample_key(kind: Kind) -> String {
    format!("import-sample-{}", kind.word())
}

/// An example to fill in.
pub(crate) async fn example(
    State(state): State<AppState>,
    visit: Visit,
    Path(file): Path<String>,
) -> Result<Response, Trouble> {
    let kind = file.strip_suffix(".xlsx").and_then(Kind::from_word).ok_or(Trouble::NotFound)?;
    let bytes = sample::workbook(kind, state.texts(visit.language))
        .map_err(|error| Trouble::Internal { detail: format!("an example cannot be made: {error}") })?;
    let name = format!("attachment; filename=\"khien-{}.xlsx\"", kind.word());
    let content = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned();
    Ok(([(header::CONTENT_TYPE, content), (header::CONTENT_DISPOSITION, name)], bytes).into_response())
}

/// Takes a list in.
pub(crate) async fn upload(State(state): State<AppState>, visit: Visit, upload: Upload) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let kind = upload.field("kind").and_then(Kind::from_word).unwrap_or(Kind::People);
    let (connector, made_on) = accounts::asked(&desk, kind, &upload).await?;
    let refused = async |what: String| match &connector {
        Some(connector) => accounts::refused(&desk, connector, what).await,
        None => Ok(start_page(&desk, kind, &[("list".to_owned(), what)])?.into_response()),
    };
    let Some(file) = upload.file("list") else { return refused(desk.t("import-file-missing")).await };
    let bytes = file.bytes.clone();
    let table = tokio::task::spawn_blocking(move || read(&bytes))
        .await
        .map_err(|error| Trouble::Internal { detail: format!("a list was not read: {error}") })?;
    let table = match table {
        Ok(table) => table,
        Err(problem) => {
            let said = khien_tables::say::file_problem(&problem, desk.texts);
            return refused(format!("{} {}", said.what, said.todo)).await;
        }
    };
    let Some(list) = List::new(&table, kind.fields()) else {
        return refused(desk.t("import-file-no-titles")).await;
    };
    let remembered = imports::profile(&state.store, kept_kind(kind), &list.titles.cells).await?;
    let mapping = remembered.unwrap_or_else(|| kept_mapping(&guess(&list.titles, kind.fields())));
    let id = ids::fresh(visit.now)?;
    let mut change = desk.begin().await?;
    let import = Import {
        id: id.clone(),
        kind: kept_kind(kind),
        file_name: file.name.chars().take(FILE_NAME_LETTERS).collect(),
        rows: table.rows.iter().map(kept_row).collect(),
        mapping,
        connector: connector.map(|connector| connector.id),
        made_on,
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        done_at: None,
    };
    imports::insert(&mut change, &import).await?;
    change.commit().await?;
    let onward = Onward::to(format!("/admin/import/{id}"));
    let onward = if table.converted.is_some() { onward.saying("import-converted", &visit) } else { onward };
    Ok(onward.into_response())
}

/// An uploaded list, out of the store.
pub(super) struct Opened {
    pub(super) import: Import,
    kind: Kind,
    table: Rows,
    mapping: Mapping,
}

async fn opened(desk: &Desk<'_>, id: &str) -> Result<Opened, Trouble> {
    let import = imports::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    let kind = match import.kind {
        ImportKind::People => Kind::People,
        ImportKind::Devices => Kind::Devices,
        ImportKind::Units => Kind::Units,
        ImportKind::Accounts => Kind::Accounts,
    };
    let rows = import.rows.iter().filter_map(|row| opened_row(row)).collect();
    let mapping = import.mapping.iter().filter_map(|(column, field)| {
        let field = kind.fields().iter().find(|known| known.id == *field)?;
        Some((field.id.to_owned(), column.parse().ok()?))
    });
    let mapping = mapping.collect();
    Ok(Opened { import, kind, table: Rows { rows, ..Rows::default() }, mapping })
}

/// A row is kept with its number in front.
fn kept_row(row: &Row) -> Vec<String> {
    std::iter::once(row.number.to_string()).chain(row.cells.iter().cloned()).collect()
}

fn opened_row(kept: &[String]) -> Option<Row> {
    let (number, cells) = kept.split_first()?;
    Some(Row { number: number.parse().ok()?, cells: cells.to_vec() })
}

fn kept_kind(kind: Kind) -> ImportKind {
    match kind {
        Kind::People => ImportKind::People,
        Kind::Devices => ImportKind::Devices,
        Kind::Units => ImportKind::Units,
        Kind::Accounts => ImportKind::Accounts,
    }
}

/// As the store keeps it: the column's place, then the field.
fn kept_mapping(mapping: &Mapping) -> imports::Mapping {
    mapping.iter().map(|(field, column)| (column.to_string(), field.clone())).collect()
}

/// What the list would change, or what is wrong with it.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let opened = opened(&desk, &id).await?;
    show_page(&desk, &opened).await
}

async fn show_page(desk: &Desk<'_>, opened: &Opened) -> Result<Page, Trouble> {
    let list = List::new(&opened.table, opened.kind.fields()).ok_or(Trouble::NotFound)?;
    let mut blocks = vec![Block::Facts(vec![
        (desk.t("import-file"), Cell::text(&opened.import.file_name)),
        (desk.t("import-kind"), Cell::Text(desk.t(&kind_key(opened.kind)))),
        (desk.t("import-rows"), Cell::Text(list.rows.len().to_string())),
        (desk.t("import-titles-row"), Cell::Text(list.titles.number.to_string())),
    ])];
    let way = match &opened.import.connector {
        Some(connector) => accounts::way(desk, connector).await?,
        None => vec![Link::new("/admin/import", desk.t("import-title"))],
    };
    let title = text!(desk.texts, "import-preview-title", file = opened.import.file_name.as_str());
    if let Some(done) = opened.import.done_at {
        blocks.push(Block::Notice("pass", text!(desk.texts, "import-done-at", moment = desk.moment(done))));
        return desk.page(title, &way, &blocks);
    }
    if guess(&list.titles, opened.kind.fields()).is_empty() {
        blocks.push(Block::Notice("unknown", text!(desk.texts, "import-titles-unsure", row = list.titles.number)));
    }
    let lacking = missing(&opened.mapping, opened.kind.fields());
    if lacking.is_empty() {
        let known = load::known(&desk.state.store, desk.today).await?;
        let plan = plan(opened.kind, &list, &opened.mapping, &known);
        if opened.kind == Kind::Accounts && plan.problem_count == 0 {
            blocks.extend(accounts::preview(desk, opened, plan.accounts).await?);
        } else {
            blocks.extend(plan_blocks(desk, opened, &plan));
        }
    } else {
        let names: Vec<String> = lacking.iter().map(|field| say::field(opened.kind, field, desk.texts)).collect();
        blocks.push(Block::Notice("fail", text!(desk.texts, "import-lacking", fields = names.join(", "))));
    }
    blocks.push(Block::Heading(desk.t("import-columns")));
    blocks.push(Block::Text(desk.t("import-columns-about")));
    blocks.push(Block::Form(mapping_form(desk, opened, &list)));
    let discard = format!("/admin/import/{}/discard", opened.import.id);
    blocks.push(Block::Form(Form::post(desk.visit, discard, desk.t("import-discard"), vec![]).dangerous()));
    desk.page(title, &way, &blocks)
}

fn mapping_form(desk: &Desk<'_>, opened: &Opened, list: &List<'_>) -> Form {
    let fields = (0..list.width()).map(|column| {
        let title = list.titles.cell(column);
        let label = text!(desk.texts, "import-column", column = column_name(column), title = title);
        let cells: Vec<&str> =
            list.rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty()).take(SHOWN_CELLS).collect();
        let mapped = opened.mapping.iter().find(|(_, at)| **at == column).map(|(field, _)| field.as_str());
        let mut options = vec![(String::new(), desk.t("import-column-unused"), mapped.is_none())];
        options.extend(opened.kind.fields().iter().map(|field| {
            let name = say::field(opened.kind, field.id, desk.texts);
            (field.id.to_owned(), name, mapped == Some(field.id))
        }));
        let field = Field::choice(format!("column-{column}"), label, options);
        if cells.is_empty() {
            field
        } else {
            field.hint(text!(desk.texts, "import-column-cells", cells = cells.join("; ")))
        }
    });
    let action = format!("/admin/import/{}/mapping", opened.import.id);
    Form::post(desk.visit, action, desk.t("import-map"), fields.collect())
}

fn plan_blocks(desk: &Desk<'_>, opened: &Opened, plan: &Plan) -> Vec<Block> {
    let texts = desk.texts;
    let mut blocks = vec![Block::Facts(vec![
        (desk.t("import-count-new"), Cell::Text(plan.new_count().to_string())),
        (desk.t("import-count-changed"), Cell::Text(plan.changed_count().to_string())),
        (desk.t("import-count-unchanged"), Cell::Text(plan.unchanged.to_string())),
        (desk.t("import-count-problems"), Cell::Text(plan.problem_count.to_string())),
    ])];
    if plan.problem_count > 0 {
        let rows = plan.problems.iter().map(|problem| {
            let said = say::row_problem(problem, texts);
            vec![
                Cell::Text(say::place(problem)),
                Cell::Text(say::field(opened.kind, problem.field, texts)),
                Cell::Text(said.what),
                Cell::Text(said.todo),
            ]
        });
        blocks.push(Block::Notice("fail", text!(texts, "import-has-problems", count = plan.problem_count)));
        blocks.push(Block::Table(Table {
            caption: desk.t("import-problems"),
            heads: ["import-place", "import-field", "import-what", "import-todo"].map(|key| desk.t(key)).into(),
            rows: rows.collect(),
            ..Table::default()
        }));
        return blocks;
    }
    if plan.steps.is_empty() {
        let said = match plan.unchanged {
            0 => Block::Notice("unknown", desk.t("import-no-rows")),
            _ => Block::Notice("pass", desk.t("import-nothing-changes")),
        };
        blocks.push(said);
        return blocks;
    }
    let rows = plan.steps.iter().take(SHOWN_STEPS).map(|step| {
        let (class, word) = if step.id.is_none() { ("pass", "import-new") } else { ("exempt", "import-changed") };
        let differences = step.differences.iter().map(|difference| {
            let field = say::field(opened.kind, difference.field, texts);
            let after = difference.after.as_str();
            Cell::Text(if difference.before.is_empty() {
                text!(texts, "import-difference-new", field = field, after = after)
            } else {
                text!(texts, "import-difference", field = field, before = difference.before.as_str(), after = after)
            })
        });
        vec![
            Cell::Text(step.row.to_string()),
            Cell::Badge(class, desk.t(word)),
            Cell::text(&step.name),
            Cell::Several(differences.collect()),
        ]
    });
    blocks.push(Block::Table(Table {
        caption: if plan.steps.len() > SHOWN_STEPS {
            text!(texts, "import-steps-cut", shown = SHOWN_STEPS, count = plan.steps.len())
        } else {
            desk.t("import-steps")
        },
        heads: ["import-row", "import-change", "import-name", "import-differences"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        ..Table::default()
    }));
    let mut fields = Vec::new();
    if opened.kind == Kind::Units {
        let day = Field::date("from", desk.t("import-from"), desk.today.to_string());
        fields.push(day.required().hint(desk.t("import-from-hint")));
    }
    let action = format!("/admin/import/{}/carry-out", opened.import.id);
    blocks.push(Block::Form(Form::post(
        desk.visit,
        action,
        text!(texts, "import-carry-out", count = plan.steps.len()),
        fields,
    )));
    blocks
}

/// Takes the mapping that a person chose.
pub(crate) async fn map(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let opened = opened(&desk, &id).await?;
    let mut mapping = Mapping::new();
    for (name, value) in &fields {
        let column = name.strip_prefix("column-").and_then(|column| column.parse().ok());
        let field = opened.kind.fields().iter().find(|field| field.id == value);
        // Of two columns for one field the first counts.
        if let (Some(column), Some(field)) = (column, field) {
            mapping.entry(field.id.to_owned()).or_insert(column);
        }
    }
    let mut change = desk.begin().await?;
    imports::set_mapping(&mut change, &id, &kept_mapping(&mapping)).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/import/{id}")))
}

/// Carries the list out: all of it, or nothing when anything is wrong by now.
pub(crate) async fn finish(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let opened = opened(&desk, &id).await?;
    let from = fields.iter().find(|(name, _)| name == "from").and_then(|(_, value)| day_of_form(value));
    let day = from.filter(|_| opened.kind == Kind::Units).unwrap_or(desk.today);
    let list = List::new(&opened.table, opened.kind.fields()).ok_or(Trouble::NotFound)?;
    let known = load::known(&state.store, desk.today).await?;
    let plan = plan(opened.kind, &list, &opened.mapping, &known);
    let has_fields = missing(&opened.mapping, opened.kind.fields()).is_empty();
    if plan.problem_count > 0 || !has_fields || opened.import.done_at.is_some() {
        let page = show_page(&desk, &opened).await?;
        return Ok(page.with_status(StatusCode::CONFLICT).into_response());
    }
    let mut change = desk.begin().await?;
    let counts = if opened.kind == Kind::Accounts {
        accounts::carry_out(&mut change, &opened, plan.accounts).await?
    } else {
        carry_out::carry_out(&mut change, &plan, day).await?;
        serde_json::json!({
            "new": plan.new_count(), "changed": plan.changed_count(), "unchanged": plan.unchanged,
        })
    };
    imports::finish(&mut change, &id, &counts).await?;
    imports::keep_profile(&mut change, kept_kind(opened.kind), &list.titles.cells, &kept_mapping(&opened.mapping))
        .await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/import/{id}")).saying("import-done", &visit).into_response())
}

/// Throws the list away.
pub(crate) async fn discard(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mut change = desk.begin().await?;
    imports::discard(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to("/admin/import").saying("import-discarded", &visit))
}
