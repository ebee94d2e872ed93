//! What the unit says about a task: how far it is, who answers for it, what shows it; and taking it back.

use axum::extract::{Form as Sent, Path, State};
use axum::response::{IntoResponse as _, Response};
use khien_store::files::{self, Attachment, MAX_ATTACHED};
use khien_store::tasks::{self, MAX_REASON, Progress, evidence_of};
use khien_store::{StoreError, campaigns};
use khien_texts::text;
use serde::Deserialize;

use super::task::{Again, page};
use super::{Found, address};
use crate::admin::desk::{Desk, filled};
use crate::attachments;
use crate::forms::Upload;
use crate::page::Onward;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// How far it is, as a form says it.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    progress: String,
}

/// Says how far a task is.
pub(super) async fn progress(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(said): Sent<Said>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    Found::of(&desk, &id, &on).await?.check(&desk, Action::Change, &on)?;
    let progress: Progress =
        said.progress.parse().map_err(|_| Trouble::BadRequest { detail: "progress".to_owned() })?;
    let mut change = desk.begin().await?;
    tasks::set_progress(&mut change, &id, progress).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("task-saved", &visit))
}

/// Who answers for it, as a form says it.
#[derive(Debug, Deserialize)]
pub(crate) struct Named {
    #[serde(default)]
    owner: String,
}

/// Says who answers for a task: one of the people of the unit.
pub(super) async fn owner(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(named): Sent<Named>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    if !found.may_in_unit(&desk, Action::Change, Resource::Task, &on) {
        return Err(Trouble::NotAllowed);
    }
    let owner = filled(&named.owner);
    if let Some(owner) = &owner {
        let unit = found.unit.map(|unit| tree.unit(unit).id.clone()).unwrap_or_default();
        let members = campaigns::members(&state.store, &unit, desk.today).await?;
        if !members.iter().any(|(person, _)| person == owner) {
            return Err(Trouble::BadRequest { detail: "owner: not of this unit".to_owned() });
        }
    }
    let mut change = desk.begin().await?;
    tasks::set_owner(&mut change, &id, owner.as_deref()).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("task-saved", &visit))
}

/// Adds files that show what was done.
pub(super) async fn add_evidence(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    upload: Upload,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    found.check(&desk, Action::Change, &on)?;
    let wrong =
        |what: String| Again { form: "evidence", typed: Vec::new(), mistakes: vec![("files".to_owned(), what)] };
    let checked = match attachments::of_form(&upload, "files", desk.texts) {
        Ok(checked) if checked.is_empty() => {
            return Ok(page(&desk, &found, &wrong(desk.t("file-choose")), &on).await?.into_response());
        }
        Ok(checked) => checked,
        Err(what) => return Ok(page(&desk, &found, &wrong(what), &on).await?.into_response()),
    };
    let mut change = desk.begin().await?;
    for file in &checked {
        match tasks::add_evidence(&mut change, &id, &file.new_file(), desk.person()?).await {
            Ok(_) => {}
            Err(StoreError::TooMany { .. }) => {
                drop(change);
                let what = text!(desk.texts, "file-too-many-attached", most = MAX_ATTACHED);
                return Ok(page(&desk, &found, &wrong(what), &on).await?.into_response());
            }
            Err(other) => return Err(other.into()),
        }
    }
    change.commit().await?;
    Ok(Onward::to(found.address()).saying("task-evidence-added", &visit).into_response())
}

/// A file of this very task.
async fn file_of(desk: &Desk<'_>, id: &str, file: &str) -> Result<Attachment, Trouble> {
    let attached = files::find(&desk.state.store, file).await?;
    attached.filter(|attached| attached.owner == evidence_of(id)).ok_or(Trouble::NotFound)
}

/// Hands a file out.
pub(super) async fn evidence(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    Found::of(&desk, &id, &tree.on(desk.today)).await?;
    attachments::download(&state.store, &file_of(&desk, &id, &file).await?).await
}

/// Takes a file away again.
pub(super) async fn remove_evidence(
    State(state): State<AppState>,
    visit: Visit,
    Path((id, file)): Path<(String, String)>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    Found::of(&desk, &id, &on).await?.check(&desk, Action::Change, &on)?;
    let attached = file_of(&desk, &id, &file).await?;
    let mut change = desk.begin().await?;
    tasks::remove_evidence(&mut change, &id, &attached.id).await?;
    change.commit().await?;
    Ok(Onward::to(address(&id)).saying("task-evidence-removed", &visit))
}

/// Why a task is taken back.
#[derive(Debug, Deserialize)]
pub(crate) struct Reason {
    #[serde(default)]
    reason: String,
}

/// Takes a task back.
pub(super) async fn withdraw(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(sent): Sent<Reason>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let on = tree.on(desk.today);
    let found = Found::of(&desk, &id, &on).await?;
    if !found.may_withdraw(&desk, &on) {
        return Err(Trouble::NotAllowed);
    }
    let Some(reason) = filled(&sent.reason).filter(|reason| reason.chars().count() <= MAX_REASON) else {
        let what = text!(desk.texts, "task-wrong-reason", most = MAX_REASON);
        let again = Again {
            form: "withdraw",
            typed: vec![("reason", sent.reason)],
            mistakes: vec![("reason".to_owned(), what)],
        };
        return Ok(page(&desk, &found, &again, &on).await?.into_response());
    };
    let mut change = desk.begin().await?;
    tasks::withdraw(&mut change, &id, &reason).await?;
    change.commit().await?;
    Ok(Onward::to(found.address()).saying("task-withdrawn", &visit).into_response())
}
