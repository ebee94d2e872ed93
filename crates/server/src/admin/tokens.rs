//! Enrolment tokens: making one, handing it out on a sheet of paper, taking it back.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use khien_protocol::Token;
use khien_store::ids;
use khien_store::tokens::{self, EnrolmentToken, MAX_NOTE, MAX_USES};
use khien_texts::text;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::Deserialize;

use super::desk::{Desk, filled, unit_choices, unit_name};
use super::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::config::is_this_machine;
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// For how many days a token may be good at most: a sheet of paper lies about.
const MAX_DAYS: i64 = 90;
/// For how many days one is good when nobody says otherwise.
const USUAL_DAYS: i64 = 7;
/// How many devices one enrols when nobody says otherwise.
const USUAL_USES: u64 = 20;

/// A token as it is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    unit: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    days: String,
    #[serde(default)]
    uses: String,
    /// The id that the token will have: a form that is sent twice makes one token.
    #[serde(default)]
    id: String,
}

impl Default for Wanted {
    fn default() -> Self {
        let (days, uses) = (USUAL_DAYS.to_string(), USUAL_USES.to_string());
        Self { unit: String::new(), note: String::new(), days, uses, id: String::new() }
    }
}

/// Lists them.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    list_page(&Desk::new(&state, &visit), &Wanted::default(), &[]).await
}

/// What has become of a token: its class and the key of the word.
fn state_of(token: &EnrolmentToken, now: Timestamp) -> (&'static str, &'static str) {
    if token.revoked_at.is_some() {
        ("fail", "token-revoked")
    } else if token.expires_at <= now {
        ("quiet", "token-expired")
    } else if token.uses >= token.uses_allowed {
        ("quiet", "token-used-up")
    } else {
        ("pass", "token-good")
    }
}

async fn list_page(desk: &Desk<'_>, wanted: &Wanted, mistakes: &[(String, String)]) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let mut rows = Vec::new();
    for token in tokens::all(&desk.state.store).await? {
        if !desk.may(Action::View, Resource::EnrolmentToken, Some(&token.unit), &on) {
            continue;
        }
        let (class, word) = state_of(&token, desk.visit.now);
        let may_revoke =
            token.revoked_at.is_none() && desk.may(Action::Change, Resource::EnrolmentToken, Some(&token.unit), &on);
        let revoke = if may_revoke {
            let action = format!("/admin/tokens/{}/revoke", token.id);
            Cell::Button(Form::post(desk.visit, action, desk.t("token-revoke"), vec![]).inline().dangerous())
        } else {
            Cell::text("")
        };
        let by = desk.person_name(&token.created_by).await?;
        let made = text!(desk.texts, "token-made", by = by, moment = desk.moment(token.created_at));
        rows.push(vec![
            Cell::Text(unit_name(&on, &token.unit)),
            Cell::text(token.note.clone().unwrap_or_default()),
            Cell::Badge(class, desk.t(word)),
            Cell::Number(format!("{}/{}", token.uses, token.uses_allowed)),
            Cell::Text(desk.moment(token.expires_at)),
            Cell::Text(made),
            revoke,
        ]);
    }
    let heads =
        ["person-unit", "token-note", "token-state", "token-uses", "token-expires", "token-origin", "role-action"];
    let mut blocks = vec![Block::Text(desk.t("tokens-about"))];
    if desk.visit.rights.could(Action::Change, Resource::EnrolmentToken) {
        let may = |id: &str| desk.may(Action::Change, Resource::EnrolmentToken, Some(id), &on);
        let units = unit_choices(&on, filled(&wanted.unit).as_deref(), None, may);
        let most = i64::try_from(MAX_USES).unwrap_or(i64::MAX);
        let form = Form::post(
            desk.visit,
            "/admin/tokens",
            desk.t("token-make"),
            vec![
                Field::choice("unit", desk.t("person-unit"), units),
                Field::whole("days", desk.t("token-days"), 1, MAX_DAYS, &wanted.days).required(),
                Field::whole("uses", desk.t("token-uses-allowed"), 1, most, &wanted.uses).required(),
                Field::line("note", desk.t("token-note"), &wanted.note).hint(desk.t("token-note-hint")),
                Field::hidden("id", ids::fresh(desk.visit.now)?),
            ],
        )
        .with_mistakes(mistakes);
        if !mistakes.is_empty() {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        if desk.state.authority.is_some() {
            blocks.push(Block::Form(form));
        } else {
            blocks.push(Block::Notice("fail", desk.t("token-no-authority")));
        }
    }
    blocks.push(Block::Table(Table {
        caption: desk.t("tokens-list"),
        heads: heads.map(|key| desk.t(key)).into(),
        rows,
        empty: desk.t("tokens-none"),
        around: vec![],
    }));
    let page = desk.page(desk.t("tokens-title"), &[], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// Makes one and shows it, this once, on a sheet to print.
pub(crate) async fn make(
    State(state): State<AppState>,
    visit: Visit,
    Sent(wanted): Sent<Wanted>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let unit = tree.find(&wanted.unit).filter(|unit| on.contains(*unit)).ok_or(Trouble::NotFound)?;
    desk.check(Action::Change, Resource::EnrolmentToken, Some(&wanted.unit), &on)?;
    let (days, uses) = (wanted.days.trim().parse().ok(), wanted.uses.trim().parse().ok());
    let mut mistakes = Vec::new();
    let days: i64 = days.filter(|days| (1..=MAX_DAYS).contains(days)).unwrap_or_else(|| {
        mistakes.push(("days".to_owned(), text!(desk.texts, "token-wrong-days", most = MAX_DAYS)));
        USUAL_DAYS
    });
    let uses_allowed: u64 = uses.filter(|uses| (1..=MAX_USES).contains(uses)).unwrap_or_else(|| {
        mistakes.push(("uses".to_owned(), text!(desk.texts, "token-wrong-uses", most = MAX_USES)));
        USUAL_USES
    });
    if wanted.note.trim().chars().count() > MAX_NOTE {
        mistakes.push(("note".to_owned(), text!(desk.texts, "person-too-long", most = MAX_NOTE)));
    }
    if !mistakes.is_empty() {
        return Ok(list_page(&desk, &wanted, &mistakes).await?.into_response());
    }
    // The page that shows a token is the answer to a form: loading it again sends the form again.
    let id = if ids::is_one(&wanted.id) { wanted.id.clone() } else { ids::fresh(visit.now)? };
    if tokens::find(&state.store, &id).await?.is_some() {
        return Ok(Onward::to("/admin/tokens").saying("token-made-already", &visit).into_response());
    }
    let authority = state.authority.ok_or_else(|| Trouble::Conflict { what: "no certificate authority".to_owned() })?;
    let mut secret = [0; Token::SECRET_BYTES];
    let drawn = SystemRandom::new().fill(&mut secret);
    drawn.map_err(|_| Trouble::Internal { detail: "the system gives no random bytes".to_owned() })?;
    let token = Token::new(secret, authority);
    let expires_at = visit.now.checked_add(SignedDuration::from_hours(24 * days)).unwrap_or(Timestamp::MAX);
    let kept = EnrolmentToken {
        id,
        secret_hash: hex(token.secret_hash().as_bytes()),
        unit: wanted.unit.clone(),
        note: filled(&wanted.note),
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        expires_at,
        uses_allowed,
        uses: 0,
        revoked_at: None,
    };
    let mut change = desk.begin().await?;
    tokens::insert(&mut change, &kept).await?;
    change.commit().await?;
    let name = on.name(unit).map_or(wanted.unit.as_str(), |name| name.name.as_str());
    Ok(instructions(&desk, &token, &kept, name)?.into_response())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One page to print and hand out: what to do on each machine, and what is collected there.
fn instructions(desk: &Desk<'_>, token: &Token, kept: &EnrolmentToken, unit: &str) -> Result<Page, Trouble> {
    let url = &desk.state.public_url;
    let step = |key: &str| Cell::Text(desk.t(key));
    let command = format!("sudo khien-agent enrol {url} {token}");
    let mut blocks = vec![Block::Notice("pass", desk.t("token-shown-once"))];
    if is_this_machine(url) {
        blocks.push(Block::Notice("fail", desk.t("token-local-address")));
    }
    blocks.extend([
        Block::Facts(vec![
            (desk.t("person-unit"), Cell::text(unit)),
            (desk.t("token-server"), Cell::Code(url.to_string())),
            (desk.t("token-expires"), Cell::Text(desk.moment(kept.expires_at))),
            (desk.t("token-uses-allowed"), Cell::Text(kept.uses_allowed.to_string())),
        ]),
        Block::Heading(desk.t("token-steps")),
        Block::Steps(vec![
            step("token-step-install"),
            step("token-step-terminal"),
            Cell::Several(vec![step("token-step-enrol"), Cell::Code(command)]),
            step("token-step-notice"),
            Cell::Several(vec![
                step("token-step-start"),
                Cell::Code("sudo systemctl enable --now khien-agent".to_owned()),
            ]),
            Cell::Several(vec![step("token-step-status"), Cell::Code("sudo khien-agent status".to_owned())]),
        ]),
        Block::Heading(desk.t("token-notice")),
        Block::Text(desk.t("token-notice-collected")),
        Block::Text(desk.t("token-notice-never")),
        Block::Text(desk.t("token-notice-help")),
    ]);
    let way = [Link::new("/admin/tokens", desk.t("tokens-title"))];
    desk.page(text!(desk.texts, "token-sheet-title", unit = unit), &way, &blocks)
}

/// Takes one back.
pub(crate) async fn revoke(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let token = tokens::find(&state.store, &id).await?.ok_or(Trouble::NotFound)?;
    let tree = desk.tree().await?;
    desk.check(Action::Change, Resource::EnrolmentToken, Some(&token.unit), &tree.on(desk.today))?;
    let mut change = desk.begin().await?;
    tokens::revoke(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to("/admin/tokens").saying("token-was-revoked", &visit))
}
