//! Who is on leave: shown, recorded, ended.

use axum::extract::{Form as Sent, Path, State};
use khien_model::TreeOnDay;
use khien_store::campaigns::Campaign;
use khien_store::ids;
use khien_store::leaves::{self, Leave, MAX_DAYS};
use khien_texts::text;
use serde::Deserialize;

use super::campaign::{Names, Standing, found};
use crate::admin::desk::{Desk, day_of_form, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::Onward;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The part of a campaign's page about leave.
pub(super) fn blocks(
    desk: &Desk<'_>,
    campaign: &Campaign,
    standing: &Standing,
    names: &Names,
    on: &TreeOnDay<'_>,
    may_record: bool,
) -> Vec<Block> {
    let rows = standing.away.iter().map(|(member, leave)| {
        let last = leave.valid_to.yesterday().unwrap_or(leave.valid_to);
        let mut row = vec![
            Cell::Text(names.name(&member.person)),
            Cell::Text(unit_name(on, &member.unit)),
            Cell::Text(desk.day(last)),
        ];
        if may_record {
            let action = format!("/duties/{}/leaves/{}/end", campaign.id, leave.id);
            row.push(Cell::Button(Form::post(desk.visit, action, desk.t("leave-end"), vec![]).inline()));
        }
        row
    });
    let mut heads = vec![desk.t("person-name"), desk.t("person-unit"), desk.t("leave-until")];
    if may_record {
        heads.push(desk.t("role-action"));
    }
    let mut blocks = Vec::new();
    if !standing.away.is_empty() {
        blocks.push(Block::Heading(desk.t("leave-title")));
        blocks.push(Block::Table(Table {
            caption: desk.t("leave-about"),
            heads,
            rows: rows.collect(),
            empty: String::new(),
            around: vec![],
        }));
    }
    if may_record && !standing.missing.is_empty() {
        let people = standing.missing.iter().map(|member| (member.person.clone(), names.name(&member.person), false));
        let fields = vec![
            Field::choice("person", desk.t("person-name"), people.collect()),
            Field::date("from", desk.t("role-from"), desk.today.to_string()).required(),
            Field::date("until", desk.t("leave-until"), "").required().hint(text!(
                desk.texts,
                "exemption-until-hint",
                most = MAX_DAYS
            )),
        ];
        let form = Form::post(desk.visit, format!("/duties/{}/leaves", campaign.id), desk.t("leave-record"), fields);
        blocks.push(Block::Folded(desk.t("leave-record-about"), form));
    }
    blocks
}

/// What is sent to record a leave.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    person: String,
    from: String,
    until: String,
}

/// Records that somebody of the campaign is on leave.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(wanted): Sent<Wanted>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let (_, standing) = found(&desk, &id, &on).await?;
    let member = standing.missing.iter().find(|member| member.person == wanted.person).ok_or(Trouble::NotFound)?;
    desk.check(Action::Change, Resource::Duties, Some(&member.unit), &on)?;
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let from = day_of_form(&wanted.from).ok_or_else(|| bad("from"))?;
    let last = day_of_form(&wanted.until).ok_or_else(|| bad("until"))?;
    let leave = Leave {
        id: ids::fresh(visit.now)?,
        person: wanted.person,
        valid_from: from,
        valid_to: last.tomorrow().map_err(|_| bad("until"))?,
        recorded_by: desk.person()?.to_owned(),
        recorded_at: visit.now,
    };
    let mut change = desk.begin().await?;
    leaves::record(&mut change, &leave).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/duties/{id}")).saying("leave-recorded", &visit))
}

/// Records that somebody is back.
pub(super) async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, leave)): Path<(String, String)>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let (_, standing) = found(&desk, &id, &on).await?;
    let (member, leave) = standing.away.iter().find(|(_, known)| known.id == leave).ok_or(Trouble::NotFound)?;
    desk.check(Action::Change, Resource::Duties, Some(&member.unit), &on)?;
    let mut change = desk.begin().await?;
    leaves::end(&mut change, &leave.id, desk.today).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/duties/{id}")).saying("leave-ended", &visit))
}
