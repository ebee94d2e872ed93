//! Phiếu xác nhận: printed, signed by who uses no computer, recorded by the unit.

use askama::Template;
use axum::extract::{Form as Sent, Path, State};
use khien_store::campaigns::{self, Campaign, MAX_SIGNERS, SignedSheet};
use khien_store::ids;
use khien_texts::text;

use super::campaign::{Names, Standing, found};
use super::directive_of;
use crate::access;
use crate::admin::desk::{Desk, day_of_form, filled, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Table};
use crate::page::{Crumb, Frame, Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The part of a campaign's page about sheets.
pub(super) async fn blocks(
    desk: &Desk<'_>,
    campaign: &Campaign,
    standing: &Standing,
    names: &Names,
    may_record: bool,
) -> Result<Vec<Block>, Trouble> {
    let mut blocks = Vec::new();
    let sheets = campaigns::sheets_of(&desk.state.store, &campaign.id).await?;
    if !sheets.is_empty() {
        let rows = sheets.iter().map(|sheet| {
            vec![
                Cell::text(&sheet.reference),
                Cell::Text(desk.day(sheet.signed_on)),
                Cell::Text(names.name(&sheet.recorded_by)),
                Cell::Text(desk.moment(sheet.recorded_at)),
            ]
        });
        blocks.push(Block::Heading(desk.t("sheet-title")));
        blocks.push(Block::Table(Table {
            caption: desk.t("sheet-caption"),
            heads: ["sheet-reference", "sheet-signed-on", "sheet-recorded-by", "sheet-recorded-at"]
                .map(|key| desk.t(key))
                .into(),
            rows: rows.collect(),
            empty: String::new(),
            around: vec![],
        }));
    }
    if may_record && !standing.missing.is_empty() {
        let people = standing.missing.iter().take(MAX_SIGNERS);
        let people = people.map(|member| (member.person.clone(), names.name(&member.person), false)).collect();
        let fields = vec![
            Field::line("reference", desk.t("sheet-reference"), "").required().hint(desk.t("sheet-reference-hint")),
            Field::date("signed_on", desk.t("sheet-signed-on"), desk.today.to_string()).required(),
            Field::several("person", desk.t("sheet-people"), people),
        ];
        let form = Form::post(desk.visit, format!("/duties/{}/sheets", campaign.id), desk.t("sheet-record"), fields);
        blocks.push(Block::Folded(desk.t("sheet-record-about"), form));
    }
    Ok(blocks)
}

#[derive(Template)]
#[template(path = "duties/sheet.html")]
struct View<'a> {
    frame: Frame<'a>,
    about: String,
    clauses: Vec<(String, String)>,
    rows: Vec<(String, String)>,
}

/// A sheet to print: what the directive asks, and a line for everybody who is missing.
pub(super) async fn print(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let (campaign, standing) = found(&desk, &id, &on).await?;
    let names = Names::of(&desk).await?;
    let directive = directive_of(&state, &campaign).await?;
    let people = standing.missing.iter().map(|member| member.person.as_str());
    let list = access::NamedList { resource: Resource::Duties, unit: &campaign.unit, words: "" };
    access::listed(&state, &visit, list, people).await?;
    let title = desk.texts.pick(&directive.title);
    let crumbs = vec![
        Crumb::new(desk.t("duties-title"), "/duties"),
        Crumb::new(desk.t(&format!("duties-kind-{}", campaign.kind)), format!("/duties/{id}")),
    ];
    let clause = |clause: &khien_directive::Clause| {
        let title = format!("{}. {}", clause.id, desk.texts.pick(&clause.title));
        (title, desk.texts.pick(&clause.text).to_owned())
    };
    let row = |member: &super::campaign::Member| (names.name(&member.person), unit_name(&on, &member.unit));
    Page::new(&View {
        frame: Frame::new(&state, &visit, desk.t("sheet-print-title")).below(crumbs),
        about: text!(desk.texts, "sheet-print-about", title = title),
        clauses: directive.clauses.iter().map(clause).collect(),
        rows: standing.missing.iter().map(row).collect(),
    })
}

/// Records a signed sheet.
pub(super) async fn record(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let (campaign, standing) = found(&desk, &id, &on).await?;
    if campaign.closed_at.is_some() {
        return Err(Trouble::Conflict { what: "the campaign is closed".to_owned() });
    }
    let field = |name: &str| sent.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.as_str());
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let signers: Vec<String> =
        sent.iter().filter(|(field, _)| field == "person").map(|(_, person)| person.clone()).collect();
    for person in &signers {
        let member = standing.missing.iter().find(|member| member.person == *person).ok_or(Trouble::NotFound)?;
        desk.check(Action::Change, Resource::Duties, Some(&member.unit), &on)?;
    }
    let sheet = SignedSheet {
        id: ids::fresh(visit.now)?,
        campaign: campaign.id.clone(),
        reference: filled(field("reference")).ok_or_else(|| bad("reference"))?,
        signed_on: day_of_form(field("signed_on")).ok_or_else(|| bad("signed_on"))?,
        recorded_by: desk.person()?.to_owned(),
        recorded_at: visit.now,
    };
    let mut change = desk.begin().await?;
    campaigns::record_sheet(&mut change, &campaign, &sheet, &signers).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/duties/{id}")).saying("sheet-recorded", &visit))
}
