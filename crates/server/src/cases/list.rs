//! The case data of every unit within reach, and sending another list.

use axum::extract::State;
use khien_store::cases::{self, Figures, Upload};
use khien_texts::text;

use crate::admin::desk::{Desk, unit_choices, unit_name};
use crate::admin::sheet::{self, Block, Cell, Field, Form, Table};
use crate::forms::BigUpload;
use crate::page::{Page, in_address};
use crate::pages::numbers::count;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many of the last lists are shown.
const SHOWN_UPLOADS: u32 = 20;

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    page(&Desk::new(&state, &visit), &BigUpload::default(), &[]).await
}

/// The page, with what was filled in and what is wrong with it.
pub(super) async fn page(desk: &Desk<'_>, sent: &BigUpload, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let store = &desk.state.store;
    let (latest, reviews) = (cases::latest_of_all(store).await?, cases::latest_reviews(store).await?);
    let reach = desk.visit.rights.reach(Action::View, Resource::CaseData, &on);
    let mut rows = Vec::new();
    for unit in on.units().iter().filter(|unit| reach.contains(Some(**unit))) {
        let id = &tree.unit(*unit).id;
        let mut row = vec![Cell::link(format!("/cases/units/{}", in_address(id)), unit_name(&on, id))];
        match latest.get(id) {
            Some((exported_at, figures)) => {
                row.extend(figure_cells(desk, figures));
                row.push(Cell::Text(desk.moment(*exported_at)));
            }
            None => {
                row.extend([Cell::Badge("unknown", desk.t("case-never-sent"))]);
                // The other figures, and the day of the list.
                row.extend(std::iter::repeat_n(Cell::text(""), FIGURES.len() + 1));
            }
        }
        let reviewed = reviews.get(id).map_or_else(|| desk.t("case-never-reviewed"), |moment| desk.moment(*moment));
        row.push(Cell::Text(reviewed));
        rows.push(row);
    }
    let mut blocks = vec![Block::Text(desk.t("case-about"))];
    if desk.visit.rights.could(Action::Change, Resource::CaseData) {
        let form = form(desk, &on, sent).with_mistakes(mistakes);
        if mistakes.is_empty() {
            blocks.push(Block::Folded(desk.t("case-send"), form));
        } else {
            blocks.extend([Block::Mistakes(desk.t("admin-mistakes"), form.summary()), Block::Form(form)]);
        }
    }
    blocks.push(Block::Table(Table {
        caption: desk.t("case-by-unit"),
        heads: heads(desk, &["case-exported", "case-reviewed"]),
        rows,
        empty: desk.t("case-no-unit"),
        around: vec![],
    }));
    if desk.visit.rights.could(Action::Change, Resource::CaseData) {
        let uploads = cases::recent(store, SHOWN_UPLOADS).await?;
        let own = desk.person()?;
        let is_shown = |upload: &&Upload| {
            upload.created_by.as_deref() == Some(own)
                || desk.may(Action::Change, Resource::CaseData, upload.unit.as_deref(), &on)
        };
        let rows = uploads.iter().filter(is_shown).map(|upload| {
            let unit = upload.unit.as_ref().map_or_else(|| desk.t("case-by-column"), |unit| unit_name(&on, unit));
            vec![
                Cell::link(format!("/cases/uploads/{}", upload.id), &upload.file_name),
                Cell::Text(unit),
                Cell::Text(desk.t(&format!("case-source-{}", upload.source))),
                Cell::Text(desk.moment(upload.created_at)),
                Cell::Text(desk.t(&format!("case-state-{}", upload.state))),
            ]
        });
        blocks.push(Block::Heading(desk.t("case-uploads")));
        blocks.push(Block::Table(Table {
            caption: desk.t("case-uploads-about"),
            heads: ["import-file", "person-unit", "case-source", "case-sent", "case-state"]
                .map(|key| desk.t(key))
                .into(),
            rows: rows.collect(),
            empty: desk.t("case-no-upload"),
            around: vec![],
        }));
    }
    sheet::page(desk.state, desk.visit, desk.t("case-title"), &[], &blocks)
}

fn form(desk: &Desk<'_>, on: &khien_model::TreeOnDay<'_>, sent: &BigUpload) -> Form {
    let reach = desk.visit.rights.reach(Action::Change, Resource::CaseData, on);
    let chosen = Some(sent.field("unit")).filter(|unit| !unit.is_empty());
    let several = Some(desk.t("case-by-column"));
    let units = unit_choices(on, chosen, several, |id| reach.contains(on.tree().find(id)));
    let day = sent.field("exported");
    let day = if day.is_empty() { desk.today.to_string() } else { day.to_owned() };
    let fields = vec![
        Field::choice("unit", desk.t("person-unit"), units).hint(desk.t("case-unit-hint")),
        Field::date("exported", desk.t("case-exported"), day).required().hint(desk.t("case-exported-hint")),
        Field::file("list", desk.t("case-file"), ".xlsx,.xlsm,.csv,.txt", false).hint(desk.t("case-file-hint")),
    ];
    Form::upload(desk.visit, "/cases", desk.t("case-send-button"), fields)
}

/// The figures of a row about a unit: the keys of their heads.
const FIGURES: [&str; 6] =
    ["case-share", "case-late", "case-entry-lag", "case-stale", "case-incomplete", "case-inconsistent"];

/// The heads of a table whose rows begin with a unit and its figures.
pub(super) fn heads(desk: &Desk<'_>, further: &[&str]) -> Vec<String> {
    let keys = ["person-unit", "case-cases"].into_iter().chain(FIGURES).chain(further.iter().copied());
    keys.map(|key| desk.t(key)).collect()
}

/// The figures of a unit.
pub(super) fn figure_cells(desk: &Desk<'_>, figures: &Figures) -> Vec<Cell> {
    let all = &figures.all;
    let number = |value: u32| Cell::Number(count(u64::from(value), desk.visit.language));
    vec![
        number(all.cases),
        Cell::Number(khien_cases::say::share(all, desk.texts)),
        number(all.late),
        Cell::Number(khien_cases::say::entry_lag(all, desk.texts)),
        number(all.stale),
        Cell::Number(share_of(desk, all.incomplete, all.cases)),
        number(all.inconsistent),
    ]
}

/// So many of all, with the share.
pub(super) fn share_of(desk: &Desk<'_>, part: u32, all: u32) -> String {
    let share = (u64::from(part) * 100).checked_div(u64::from(all)).unwrap_or_default();
    let part = count(u64::from(part), desk.visit.language);
    text!(desk.texts, "case-count-share", count = part, share = share)
}
