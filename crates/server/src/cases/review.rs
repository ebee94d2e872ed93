//! The head of a unit looks at its case data, once a month.

use axum::extract::{Form as Sent, Path, State};
use khien_model::TreeOnDay;
use khien_store::cases::{self, CaseResult, MAX_REVIEW_NOTE, Review};
use khien_texts::text;
use serde::Deserialize;
use serde_json::json;

use super::unit::unit_within_reach;
use crate::admin::desk::{Desk, filled};
use crate::admin::sheet::{Block, Cell, Field, Form};
use crate::page::{Onward, in_address};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How many reviews are shown.
const SHOWN: u32 = 6;

/// The part of a unit's page about reviews.
pub(super) async fn blocks(
    desk: &Desk<'_>,
    unit: &str,
    newest: Option<&CaseResult>,
    on: &TreeOnDay<'_>,
) -> Result<Vec<Block>, Trouble> {
    let mut blocks = vec![Block::Heading(desk.t("case-review"))];
    let mut said = Vec::new();
    for review in cases::reviews_of(&desk.state.store, unit, SHOWN).await? {
        let name = desk.person_name(&review.reviewed_by).await?;
        let line = text!(desk.texts, "case-review-said", moment = desk.moment(review.reviewed_at), name = name);
        said.push(match review.note {
            Some(note) => Cell::Several(vec![Cell::Text(line), Cell::Text(note)]),
            None => Cell::Text(line),
        });
    }
    blocks.push(if said.is_empty() { Block::Text(desk.t("case-never-reviewed")) } else { Block::List(said) });
    if newest.is_some() && desk.may(Action::Sign, Resource::CaseData, Some(unit), on) {
        let fields = vec![Field::lines("note", desk.t("case-review-note"), "").hint(desk.t("case-review-note-hint"))];
        let action = format!("/cases/units/{}/review", in_address(unit));
        blocks.push(Block::Form(Form::post(desk.visit, action, desk.t("case-review-button"), fields)));
    }
    Ok(blocks)
}

/// What the head sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    note: String,
}

/// Records a review of the newest list.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(wanted): Sent<Wanted>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    unit_within_reach(&desk, Action::Sign, Resource::CaseData, &id, &tree.on(desk.today))?;
    let newest = cases::of_unit(&state.store, &id, 1).await?;
    let newest = newest.first().ok_or_else(|| Trouble::Conflict { what: "there is no list to look at".to_owned() })?;
    if wanted.note.chars().count() > MAX_REVIEW_NOTE {
        return Err(Trouble::BadRequest { detail: "note".to_owned() });
    }
    let all = &newest.figures.all;
    let review = Review {
        unit: id.clone(),
        reviewed_at: visit.now,
        reviewed_by: desk.person()?.to_owned(),
        note: filled(&wanted.note),
        figures: json!({
            "exported_at": newest.exported_at, "cases": all.cases, "late": all.late, "undated": all.undated,
            "stale": all.stale, "incomplete": all.incomplete, "inconsistent": all.inconsistent,
        }),
    };
    let mut change = desk.begin().await?;
    cases::review(&mut change, &review).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/cases/units/{}", in_address(&id))).saying("case-was-reviewed", &visit))
}
