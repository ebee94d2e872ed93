//! Nguồn tin: the feeds that the server reads, how each fares, and making and changing them.

use axum::extract::{Form as Sent, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_connect::feed::FeedProblem;
use khien_model::TreeOnDay;
use khien_store::advisories::{self, Feed, MAX_NAME, MAX_URL};
use khien_store::{StoreError, ids};
use khien_texts::text;
use serde::Deserialize;

use super::{audience_words, chosen, may_keep, role_choices};
use crate::admin::desk::{Desk, filled, unit_choices};
use crate::admin::sheet::{Block, Cell, Field, Form, Link, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The minutes between two readings that are offered.
const EVERY_MINUTES: &[u32] = &[15, 60, 240, 720, 1440];
/// How often a feed is read unless somebody says otherwise.
const USUAL_MINUTES: &str = "60";

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    name: String,
    url: String,
    plain: String,
    unit: String,
    role: String,
    every_minutes: String,
}

impl Typed {
    fn of(feed: &Feed) -> Self {
        Self {
            name: feed.name.clone(),
            url: feed.url.clone(),
            plain: if feed.plain { "on".to_owned() } else { String::new() },
            unit: feed.audience.unit.clone(),
            role: feed.audience.role.map(|role| role.to_string()).unwrap_or_default(),
            every_minutes: feed.every_minutes.to_string(),
        }
    }

    /// Puts what was typed into a feed, and says what is wrong with it.
    fn fill(&self, desk: &Desk<'_>, feed: &mut Feed) -> Vec<(String, String)> {
        let mut mistakes = Vec::new();
        let mut wrong = |field: &str, what: String| mistakes.push((field.to_owned(), what));
        feed.name = filled(&self.name).unwrap_or_default();
        if feed.name.is_empty() || feed.name.chars().count() > MAX_NAME {
            wrong("name", text!(desk.texts, "feeds-wrong-name", most = MAX_NAME));
        }
        self.url.trim().clone_into(&mut feed.url);
        feed.plain = self.plain == "on";
        let this_machine = desk.state.settings.feeds.this_machine;
        let problem = khien_connect::feed::address(&feed.url, feed.plain, this_machine).err();
        if feed.url.chars().count() > MAX_URL {
            wrong("url", desk.t("feeds-wrong-url"));
        } else if let Some(problem) = problem {
            let key = match problem {
                FeedProblem::Plain => "feeds-wrong-plain",
                FeedProblem::Forbidden { .. } => "feeds-wrong-place",
                _ => "feeds-wrong-url",
            };
            wrong("url", desk.t(key));
        }
        match self.every_minutes.parse().ok().filter(|minutes| EVERY_MINUTES.contains(minutes)) {
            Some(minutes) => feed.every_minutes = minutes,
            None => wrong("every_minutes", desk.t("feeds-every-hint")),
        }
        mistakes
    }
}

fn address(id: &str) -> String {
    format!("/admin/feeds/{}", crate::page::in_address(id))
}

/// The feed with the id `id`, if the visitor looks after it.
async fn found(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<Feed, Trouble> {
    let feed = advisories::find_feed(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
    if may_keep(desk, &feed.audience, on) { Ok(feed) } else { Err(Trouble::NotAllowed) }
}

/// Lists the feeds within reach.
pub(super) async fn list(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let feeds = advisories::all_feeds(&state.store).await?;
    let rows = feeds.iter().filter(|feed| may_keep(&desk, &feed.audience, &on)).map(|feed| {
        let read = feed.read_at.map_or_else(|| desk.t("feeds-never-read"), |at| desk.moment(at));
        vec![
            Cell::link(address(&feed.id), &feed.name),
            Cell::Text(audience_words(&desk, &feed.audience, &on)),
            Cell::Text(read),
            standing(&desk, feed),
        ]
    });
    let heads = ["feeds-name", "advisories-audience", "feeds-read-at", "feeds-standing"];
    let blocks = [
        Block::Text(desk.t("feeds-about")),
        Block::Table(Table {
            caption: desk.t("feeds-title"),
            heads: heads.map(|key| desk.t(key)).into(),
            rows: rows.collect(),
            empty: desk.t("feeds-none"),
            around: vec![],
        }),
        Block::Actions(vec![
            Link::new("/admin/feeds/new", desk.t("feeds-new")),
            Link::new("/advisories", desk.t("advisories-title")),
        ]),
    ];
    desk.page(desk.t("feeds-title"), &[], &blocks)
}

/// How the last reading went, in words.
fn standing(desk: &Desk<'_>, feed: &Feed) -> Cell {
    if let Some(at) = feed.ended_at {
        return Cell::Badge("quiet", text!(desk.texts, "feeds-ended-at", moment = desk.moment(at)));
    }
    let mut cells = match (&feed.problem, feed.tried_at) {
        (Some((key, detail)), Some(at)) => {
            let said = khien_connect::say::problem(key, detail, desk.texts);
            let mut cells = vec![
                Cell::Badge("fail", text!(desk.texts, "feeds-failed-at", moment = desk.moment(at))),
                Cell::Below(Box::new(Cell::Text(said.what))),
            ];
            cells.extend(said.todo.into_iter().map(|todo| Cell::Below(Box::new(Cell::Text(todo)))));
            cells
        }
        (_, None) => vec![Cell::Badge("unknown", desk.t("feeds-waits"))],
        (None, Some(_)) => vec![Cell::Badge("pass", desk.t("feeds-fine"))],
    };
    if feed.left_out > 0 {
        let said = text!(desk.texts, "feeds-left-out", count = feed.left_out);
        cells.push(Cell::Below(Box::new(Cell::Text(said))));
    }
    Cell::Several(cells)
}

/// The form for a new one.
pub(super) async fn new(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let typed = Typed { every_minutes: USUAL_MINUTES.to_owned(), ..Typed::default() };
    page(&desk, None, &typed, &[], &tree.on(desk.today))
}

/// One feed: how it fares, and the form to change it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let feed = found(&desk, &id, &on).await?;
    page(&desk, Some(&feed), &Typed::of(&feed), &[], &on)
}

fn page(
    desk: &Desk<'_>,
    feed: Option<&Feed>,
    typed: &Typed,
    mistakes: &[(String, String)],
    on: &TreeOnDay<'_>,
) -> Result<Page, Trouble> {
    let may = |id: &str| desk.may(Action::Change, Resource::Advisory, Some(id), on);
    let every = EVERY_MINUTES.iter().map(|minutes| {
        let said = text!(desk.texts, "feeds-every", minutes = *minutes);
        (minutes.to_string(), said, typed.every_minutes == minutes.to_string())
    });
    let fields = vec![
        Field::line("name", desk.t("feeds-name"), &typed.name).required().hint(desk.t("feeds-name-hint")),
        Field::line("url", desk.t("feeds-url"), &typed.url).required().hint(desk.t("feeds-url-hint")),
        Field::tick("plain", desk.t("feeds-plain"), typed.plain == "on").hint(desk.t("feeds-plain-hint")),
        Field::choice(
            "unit",
            desk.t("advisories-audience"),
            unit_choices(on, filled(&typed.unit).as_deref(), None, may),
        )
        .hint(desk.t("advisories-unit-hint")),
        Field::choice("role", desk.t("advisories-who"), role_choices(desk, &typed.role)),
        Field::choice("every_minutes", desk.t("feeds-schedule"), every.collect()).hint(desk.t("feeds-every-hint")),
    ];
    let action = feed.map_or_else(|| "/admin/feeds".to_owned(), |feed| address(&feed.id));
    let form = Form::post(desk.visit, action, desk.t("admin-save"), fields).called("feed").with_mistakes(mistakes);
    let mut blocks = Vec::new();
    if let Some(feed) = feed {
        blocks.push(Block::Facts(facts(desk, feed, on)));
        if feed.ended_at.is_none() {
            let read = Form::post(desk.visit, format!("{}/read", address(&feed.id)), desk.t("feeds-ask"), vec![]);
            blocks.push(Block::Form(read));
        }
        blocks.push(Block::Heading(desk.t("feeds-change")));
    }
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    if let Some(feed) = feed.filter(|feed| feed.ended_at.is_none()) {
        let end = Form::post(desk.visit, format!("{}/end", address(&feed.id)), desk.t("feeds-end"), vec![]);
        blocks.push(Block::Folded(desk.t("feeds-end-about"), end.dangerous()));
    }
    let title = feed.map_or_else(|| desk.t("feeds-new"), |feed| feed.name.clone());
    let page = desk.page(title, &[Link::new("/admin/feeds", desk.t("feeds-title"))], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn facts(desk: &Desk<'_>, feed: &Feed, on: &TreeOnDay<'_>) -> Vec<(String, Cell)> {
    let moment =
        |at: Option<jiff::Timestamp>| Cell::Text(at.map_or_else(|| desk.t("feeds-never-read"), |at| desk.moment(at)));
    let mut facts = vec![
        (desk.t("feeds-standing"), standing(desk, feed)),
        (desk.t("feeds-read-at"), moment(feed.read_at)),
        (desk.t("feeds-tried-at"), moment(feed.tried_at)),
        (desk.t("feeds-url"), Cell::Code(feed.url.clone())),
        (desk.t("advisories-audience"), Cell::Text(audience_words(desk, &feed.audience, on))),
    ];
    if let Some(next) = feed.next_at {
        facts.push((desk.t("feeds-next-at"), Cell::Text(desk.moment(next))));
    }
    facts
}

/// Makes one.
pub(super) async fn make(
    State(state): State<AppState>,
    visit: Visit,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let audience = chosen(&desk, &typed.unit, &typed.role, &on).ok_or(Trouble::NotAllowed)?;
    let mut feed = Feed {
        id: ids::fresh(visit.now)?,
        name: String::new(),
        url: String::new(),
        plain: false,
        audience,
        every_minutes: 0,
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        ended_at: None,
        etag: None,
        last_modified: None,
        tried_at: None,
        read_at: None,
        problem: None,
        left_out: 0,
        next_at: None,
    };
    let mistakes = typed.fill(&desk, &mut feed);
    if !mistakes.is_empty() {
        return Ok(page(&desk, None, &typed, &mistakes, &on)?.into_response());
    }
    let mut change = desk.begin().await?;
    if let Err(error) = advisories::insert_feed(&mut change, &feed).await {
        drop(change);
        return taken(&desk, None, &typed, error, &on);
    }
    change.commit().await?;
    Ok(Onward::to(address(&feed.id)).saying("feeds-was-made", &visit).into_response())
}

/// Changes one; a feed that was given up is taken up again.
pub(super) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let before = found(&desk, &id, &on).await?;
    let audience = chosen(&desk, &typed.unit, &typed.role, &on).ok_or(Trouble::NotAllowed)?;
    let mut feed = Feed { audience, ..before.clone() };
    let mistakes = typed.fill(&desk, &mut feed);
    if !mistakes.is_empty() {
        return Ok(page(&desk, Some(&before), &typed, &mistakes, &on)?.into_response());
    }
    let mut change = desk.begin().await?;
    if let Err(error) = advisories::update_feed(&mut change, &feed).await {
        drop(change);
        return taken(&desk, Some(&before), &typed, error, &on);
    }
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("admin-saved", &visit).into_response())
}

/// The form again, when the address is that of another feed.
fn taken(
    desk: &Desk<'_>,
    feed: Option<&Feed>,
    typed: &Typed,
    error: StoreError,
    on: &TreeOnDay<'_>,
) -> Result<Response, Trouble> {
    if !matches!(error, StoreError::Conflict { .. }) {
        return Err(error.into());
    }
    let taken = [("url".to_owned(), desk.t("feeds-taken"))];
    Ok(page(desk, feed, typed, &taken, on)?.into_response())
}

/// Asks for a reading as soon as may be.
pub(super) async fn ask(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    found(&desk, &id, &tree.on(desk.today)).await?;
    let mut change = desk.begin().await?;
    advisories::ask(&mut change, &id).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("feeds-was-asked", &visit))
}

/// Gives one up.
pub(super) async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    found(&desk, &id, &tree.on(desk.today)).await?;
    let mut change = desk.begin().await?;
    advisories::end_feed(&mut change, &id).await?;
    change.commit().await?;
    super::follow(&state, visit.now).await?;
    Ok(Onward::to(address(&id)).saying("feeds-was-ended", &visit))
}
