//! Tokens for programs that send lists of cases: making one, showing it once, taking it back.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use khien_store::ids;
use khien_store::upload_tokens::{self, MAX_NOTE, UploadToken};
use khien_texts::text;
use serde::Deserialize;

use crate::admin::desk::{Desk, filled, unit_choices, unit_name};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::secrets;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// For how many days a token may be good at most.
const MAX_DAYS: i64 = 366;
/// For how many days one is good when nobody says otherwise.
const USUAL_DAYS: i64 = 180;

/// A token as it is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wanted {
    unit: String,
    days: String,
    note: String,
}

/// Lists them.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let wanted = Wanted { days: USUAL_DAYS.to_string(), ..Wanted::default() };
    list(&Desk::new(&state, &visit), &wanted, &[]).await
}

fn state_of(token: &UploadToken, now: Timestamp) -> (&'static str, &'static str) {
    if token.revoked_at.is_some() {
        ("fail", "token-revoked")
    } else if token.is_good(now) {
        ("pass", "token-good")
    } else {
        ("quiet", "token-expired")
    }
}

async fn list(desk: &Desk<'_>, wanted: &Wanted, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let mut rows = Vec::new();
    for token in upload_tokens::all(&desk.state.store).await? {
        if !desk.may(Action::View, Resource::UploadToken, Some(&token.unit), &on) {
            continue;
        }
        let (class, word) = state_of(&token, desk.visit.now);
        let may_revoke =
            token.revoked_at.is_none() && desk.may(Action::Change, Resource::UploadToken, Some(&token.unit), &on);
        let revoke = if may_revoke {
            let action = format!("/admin/upload-tokens/{}/revoke", token.id);
            Cell::Button(Form::post(desk.visit, action, desk.t("token-revoke"), vec![]).inline().dangerous())
        } else {
            Cell::text("")
        };
        let by = desk.person_name(&token.created_by).await?;
        rows.push(vec![
            Cell::Text(unit_name(&on, &token.unit)),
            Cell::text(token.note.clone().unwrap_or_default()),
            Cell::Badge(class, desk.t(word)),
            Cell::Text(desk.moment(token.expires_at)),
            Cell::Text(token.used_at.map_or_else(|| desk.t("upload-token-unused"), |moment| desk.moment(moment))),
            Cell::Text(text!(desk.texts, "token-made", by = by, moment = desk.moment(token.created_at))),
            revoke,
        ]);
    }
    let mut blocks = vec![Block::Text(desk.t("upload-tokens-about"))];
    if desk.visit.rights.could(Action::Change, Resource::UploadToken) {
        let may = |id: &str| desk.may(Action::Change, Resource::UploadToken, Some(id), &on);
        let fields = vec![
            Field::choice("unit", desk.t("person-unit"), unit_choices(&on, filled(&wanted.unit).as_deref(), None, may)),
            Field::whole("days", desk.t("token-days"), 1, MAX_DAYS, &wanted.days).required(),
            Field::line("note", desk.t("upload-token-note"), &wanted.note).hint(desk.t("upload-token-note-hint")),
        ];
        let form =
            Form::post(desk.visit, "/admin/upload-tokens", desk.t("upload-token-make"), fields).with_mistakes(mistakes);
        if !mistakes.is_empty() {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Form(form));
    }
    let heads =
        ["person-unit", "upload-token-note", "token-state", "token-expires", "upload-token-used", "token-origin"];
    let mut heads: Vec<String> = heads.map(|key| desk.t(key)).into();
    heads.push(desk.t("role-action"));
    blocks.push(Block::Table(Table {
        caption: desk.t("upload-tokens-title"),
        heads,
        rows,
        empty: desk.t("tokens-none"),
        around: vec![],
    }));
    let page = desk.page(desk.t("upload-tokens-title"), &[], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Makes one and shows it, this once.
pub(super) async fn make(
    State(state): State<AppState>,
    visit: Visit,
    Sent(wanted): Sent<Wanted>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    tree.find(&wanted.unit).filter(|unit| on.contains(*unit)).ok_or(Trouble::NotFound)?;
    desk.check(Action::Change, Resource::UploadToken, Some(&wanted.unit), &on)?;
    let mut mistakes = Vec::new();
    let days = wanted.days.trim().parse().ok().filter(|days| (1..=MAX_DAYS).contains(days));
    if days.is_none() {
        mistakes.push(("days".to_owned(), text!(desk.texts, "token-wrong-days", most = MAX_DAYS)));
    }
    if wanted.note.trim().chars().count() > MAX_NOTE {
        mistakes.push(("note".to_owned(), text!(desk.texts, "person-too-long", most = MAX_NOTE)));
    }
    let Some(days) = days.filter(|_| mistakes.is_empty()) else {
        return Ok(list(&desk, &wanted, &mistakes).await?.into_response());
    };
    let secret = secrets::fresh()?;
    let token = UploadToken {
        id: ids::fresh(visit.now)?,
        secret_hash: secrets::kept(&secret),
        unit: wanted.unit,
        note: filled(&wanted.note),
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        expires_at: visit.now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX),
        used_at: None,
        revoked_at: None,
    };
    let mut change = desk.begin().await?;
    upload_tokens::insert(&mut change, &token).await?;
    change.commit().await?;
    let url = &state.public_url;
    let command = format!(
        "curl --fail-with-body -H \"Authorization: Bearer {secret}\" --data-binary @danh-sach.xlsx \"{url}/api/v1/cases?unit={}\"",
        token.unit
    );
    let blocks = [
        Block::Notice("pass", desk.t("upload-token-shown-once")),
        Block::Facts(vec![
            (desk.t("person-unit"), Cell::Text(unit_name(&on, &token.unit))),
            (desk.t("token-expires"), Cell::Text(desk.moment(token.expires_at))),
            (desk.t("upload-token-secret"), Cell::Code(secret)),
        ]),
        Block::Text(desk.t("upload-token-use")),
        Block::Verbatim(command),
    ];
    let way = [Link::new("/admin/upload-tokens", desk.t("upload-tokens-title"))];
    Ok(desk.page(desk.t("upload-token-made"), &way, &blocks)?.into_response())
}

/// Takes one back.
pub(super) async fn revoke(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let token = upload_tokens::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    desk.check(Action::Change, Resource::UploadToken, Some(&token.unit), &tree.on(desk.today))?;
    let mut change = desk.begin().await?;
    upload_tokens::revoke(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to("/admin/upload-tokens").saying("token-was-revoked", &visit))
}
