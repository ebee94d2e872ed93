//! The letters about an incident, each on a page to print. Always in Vietnamese, whoever reads the page.

use askama::Template;
use axum::extract::{Path, State};
use khien_incidents::{Letter, LetterKind, Sender, letter, say};
use khien_model::TreeOnDay;
use khien_store::roles::{self, RoleKind};
use khien_store::settings::{self, Setting};
use khien_store::tickets::incidents;
use khien_store::{Store, people};
use khien_texts::{Language, text};

use super::seen;
use crate::admin::desk::{Desk, unit_name};
use crate::page::{Crumb, Frame, Page};
use crate::state::AppState;
use crate::tickets::list::address;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "tickets/letter.html")]
struct View<'v> {
    frame: Frame<'v>,
    letter: &'v Letter,
    missing: Vec<String>,
    sheet: String,
}

/// Shows a letter to print.
pub(in crate::tickets) async fn show(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, kind)): Path<(String, String)>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let kind: LetterKind = kind.parse().map_err(|_| Trouble::NotFound)?;
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let ticket = seen(&desk, &id, &on).await?;
    let known = incidents::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    if !kind.is_for(&known.sheet) {
        return Err(Trouble::NotFound);
    }
    let sender = sender(&desk, &ticket.unit, &on).await?;
    let context = state.store.judge_context().await?;
    let vietnamese = state.texts(Language::Vi);
    let letter = letter(kind, &known.sheet, &known.acts, &sender, context.directive(), vietnamese, visit.now);
    let crumbs = vec![Crumb::new(desk.t("tickets-title"), "/tickets"), Crumb::new(&ticket.number, address(&id))];
    let title = text!(desk.texts, "incidents-letter-title", name = say::letter(kind, desk.texts));
    Page::new(&View {
        frame: Frame::new(&state, &visit, title).below(crumbs),
        missing: letter.missing.iter().map(|missing| say::missing(*missing, desk.texts)).collect(),
        letter: &letter,
        sheet: format!("{}/sheet", address(&id)),
    })
}

async fn set(store: &Store, setting: &Setting<String>) -> Result<Option<String>, Trouble> {
    Ok(Some(setting.get(store).await?).filter(|value| !value.is_empty()))
}

/// The authority that writes: the organisation, signed by the head of the unit at the top.
async fn sender(desk: &Desk<'_>, unit: &str, on: &TreeOnDay<'_>) -> Result<Sender, Trouble> {
    let store = &desk.state.store;
    let top = on.tree().find(unit).filter(|unit| on.contains(*unit)).and_then(|unit| on.path(unit).first().copied());
    let top = top.map(|top| on.tree().unit(top).id.clone());
    let mut sender = Sender {
        parent: set(store, &settings::LETTER_PARENT).await?,
        issuer: set(store, &settings::ORGANISATION_NAME).await?.or_else(|| Some(unit_name(on, top.as_deref()?))),
        place: set(store, &settings::LETTER_PLACE).await?,
        receivers: set(store, &settings::INCIDENT_RECEIVERS).await?.as_deref().map(receivers).unwrap_or_default(),
        ..Sender::default()
    };
    let Some(top) = top else { return Ok(sender) };
    let holders = roles::of_unit_on(store, &top, desk.today).await?;
    if let Some(head) = holders.iter().find(|role| role.kind == RoleKind::UnitHead) {
        let head = people::find(store, &head.person).await?;
        sender.post = head.as_ref().and_then(|head| head.position.clone());
        sender.signer = head.map(|head| head.name);
    }
    Ok(sender)
}

fn receivers(written: &str) -> Vec<String> {
    let trimmed = written.split(';').map(str::trim);
    trimmed.filter(|receiver| !receiver.is_empty()).map(str::to_owned).collect()
}
