//! Kiểm tra tệp: the form, what one had looked into, and for those who look after units, how many files came to what.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use jiff::SignedDuration;
use khien_store::scans::{self, Listed, MAX_FILES};
use khien_texts::text;
use serde::Deserialize;

use super::take::{FILES, PASSWORDS};
use super::{address, class_of};
use crate::admin::desk::{Desk, PAGE_ROWS, unit_name};
use crate::admin::sheet::{Block, Cell, Link, Table};
use crate::assets;
use crate::attachments::size_shown;
use crate::limits::MAX_SCAN_BYTES;
use crate::page::{Frame, Page};
use crate::rights::{Action, Reach, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// Of how many days the counts are.
const COUNTED_DAYS: i64 = 30;
/// The verdicts, in the order of the columns.
const VERDICTS: [&str; 4] = ["clean", "suspicious", "not_inspected", "blocked"];

/// Which page of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: String,
}

#[derive(Template)]
#[template(path = "scans/form.html")]
struct FormPage<'p> {
    frame: Frame<'p>,
    /// What is wrong with what was sent.
    mistake: Option<String>,
    may_scan: bool,
    bounds: String,
    most_files: usize,
    most_bytes: u64,
    most_bytes_together: usize,
    /// What the script says.
    too_large: String,
    too_large_together: String,
    too_many: String,
    files: &'static str,
    passwords: &'static str,
    script: String,
    blocks: Vec<Block>,
}

/// Shows the form and the list.
pub(super) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    page(&Desk::new(&state, &visit), asked.page.parse().unwrap_or(1), None).await
}

/// The page, with what is wrong with what was sent.
pub(super) async fn page(desk: &Desk<'_>, number: u32, mistake: Option<&str>) -> Result<Page, Trouble> {
    let may_scan = desk.visit.rights.could(Action::Change, Resource::Scan);
    let mut blocks = Vec::new();
    if may_scan {
        blocks.extend(own(desk, number).await?);
    }
    blocks.extend(counts(desk).await?);
    let one = desk.state.scans.settings().limits.input_bytes.min(MAX_SCAN_BYTES as u64);
    let together = size_shown(MAX_SCAN_BYTES as u64, desk.texts);
    let limit = size_shown(one, desk.texts);
    Page::new(&FormPage {
        mistake: mistake.map(str::to_owned),
        may_scan,
        bounds: text!(
            desk.texts,
            "scans-bounds",
            size = limit.as_str(),
            count = MAX_FILES,
            together = together.as_str()
        ),
        most_files: MAX_FILES,
        most_bytes: one,
        most_bytes_together: MAX_SCAN_BYTES,
        too_large: text!(desk.texts, "scans-too-large", size = limit),
        too_large_together: text!(desk.texts, "scans-too-large-together", size = together),
        too_many: text!(desk.texts, "scans-too-many", count = MAX_FILES),
        files: FILES,
        passwords: PASSWORDS,
        script: assets::url("scan.js"),
        blocks,
        frame: Frame::new(desk.state, desk.visit, desk.t("scans-title")),
    })
}

/// What the visitor had looked into.
async fn own(desk: &Desk<'_>, number: u32) -> Result<Vec<Block>, Trouble> {
    let rows = u32::try_from(PAGE_ROWS).unwrap_or(u32::MAX);
    let number = number.clamp(1, u32::MAX / rows);
    let skip = (number - 1) * rows;
    let mut listed = scans::of_person(&desk.state.store, desk.person()?, skip, rows + 1).await?;
    let is_more = listed.len() > PAGE_ROWS;
    listed.truncate(PAGE_ROWS);
    let mut around = Vec::new();
    if number > 1 {
        around.push(Link::new(format!("/scan?page={}", number - 1), desk.t("admin-page-before")));
    }
    if is_more {
        around.push(Link::new(format!("/scan?page={}", number + 1), desk.t("admin-page-after")));
    }
    let row = |listed: &Listed| {
        let scan = &listed.scan;
        let name = match listed.files {
            0 | 1 => listed.first.clone(),
            files => text!(desk.texts, "scans-and-others", file = listed.first.as_str(), count = files - 1),
        };
        vec![
            Cell::link(address(&scan.id), name),
            Cell::Text(desk.moment(scan.scanned_at)),
            Cell::Badge(class_of(&scan.verdict), desk.t(&format!("scans-verdict-{}", scan.verdict))),
        ]
    };
    let heads = ["scans-file", "scans-when", "scans-verdict"];
    Ok(vec![
        Block::Actions(vec![Link::new("/scan/uploads", desk.t("scans-uploads"))]),
        Block::Heading(desk.t("scans-own")),
        Block::Table(Table {
            caption: desk.t("scans-own"),
            heads: heads.map(|key| desk.t(key)).into(),
            rows: listed.iter().map(row).collect(),
            empty: desk.t("scans-own-none"),
            around,
        }),
    ])
}

/// How many files of the units within reach came to what. No names: neither of people nor of files.
async fn counts(desk: &Desk<'_>) -> Result<Vec<Block>, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let reach = desk.visit.rights.reach(Action::View, Resource::Scan, &on);
    if matches!(reach, Reach::OwnThings) {
        return Ok(vec![]);
    }
    let since = desk.visit.now.saturating_sub(SignedDuration::from_hours(24 * COUNTED_DAYS));
    let counted = scans::counts_by_unit(&desk.state.store, since.unwrap_or(jiff::Timestamp::MIN)).await?;
    let mut rows = Vec::new();
    for unit in on.units() {
        let id = &on.tree().unit(*unit).id;
        let Some(counts) = counted.get(&Some(id.clone())).filter(|_| reach.contains(Some(*unit))) else { continue };
        rows.push(count_row(unit_name(&on, id), counts));
    }
    if let Some(counts) = counted.get(&None).filter(|_| reach.contains(None)) {
        rows.push(count_row(desk.t("scans-no-unit"), counts));
    }
    let mut heads = vec![desk.t("scans-unit")];
    heads.extend(VERDICTS.iter().map(|verdict| desk.t(&format!("scans-verdict-{verdict}"))));
    Ok(vec![
        Block::Heading(desk.t("scans-counts")),
        Block::Text(text!(desk.texts, "scans-counts-about", days = COUNTED_DAYS)),
        Block::Table(Table {
            caption: desk.t("scans-counts"),
            heads,
            rows,
            empty: desk.t("scans-counts-none"),
            around: vec![],
        }),
    ])
}

fn count_row(name: String, counts: &BTreeMap<String, u64>) -> Vec<Cell> {
    let count = |verdict: &str| Cell::Number(counts.get(verdict).copied().unwrap_or_default().to_string());
    std::iter::once(Cell::Text(name)).chain(VERDICTS.iter().map(|verdict| count(verdict))).collect()
}
