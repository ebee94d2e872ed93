//! What units have to do: tasks that the office assigns, the unit's progress and evidence, more time, the plan of the year.

mod assign;
mod change;
mod extensions;
mod list;
mod plans;
mod task;

use axum::routing::{get, post};
use khien_model::{TreeOnDay, UnitIndex};
use khien_store::tasks::{self, Standing, Task};

use crate::admin::desk::Desk;
use crate::admin::sheet::Cell;
use crate::rights::{Action, Place, Resource, Right, may};
use crate::routes::{Kind, Route};
use crate::trouble::Trouble;

const SEE: Right = Right::May(Action::View, Resource::Task);
const DO: Right = Right::May(Action::Change, Resource::Task);
const ASK: Right = Right::May(Action::Ask, Resource::Task);
const DECIDE: Right = Right::May(Action::Decide, Resource::Task);
const ASSIGN: Right = Right::May(Action::Change, Resource::TaskAssignment);
const SEE_PLANS: Right = Right::May(Action::View, Resource::UnitPlan);
const RECORD_PLANS: Right = Right::May(Action::Change, Resource::UnitPlan);

/// The routes of this module.
#[rustfmt::skip]
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Page, "/tasks", SEE, "The tasks within reach.", || get(list::show)),
    Route::get(Kind::Page, "/tasks/new", ASSIGN, "Assign a task.", || get(assign::show)),
    Route::post(Kind::Form, "/tasks/new", ASSIGN, "Assign a task to units.", || post(assign::assign)),
    Route::get(Kind::Page, "/tasks/plans", SEE_PLANS, "The plans of a year.", || get(plans::show)),
    Route::post(Kind::Form, "/tasks/plans", RECORD_PLANS, "Record a plan.", || post(plans::record)),
    Route::get(Kind::Page, "/tasks/{id}", SEE, "One task.", || get(task::show)),
    Route::post(Kind::Form, "/tasks/{id}/progress", DO, "Say how far a task is.", || post(change::progress)),
    Route::post(Kind::Form, "/tasks/{id}/owner", DO, "Say who answers for a task.", || post(change::owner)),
    Route::post(Kind::Upload, "/tasks/{id}/evidence", DO, "Add evidence.", || post(change::add_evidence)),
    Route::get(Kind::Page, "/tasks/{id}/evidence/{file}", SEE, "A file of evidence.", || get(change::evidence)),
    Route::post(Kind::Form, "/tasks/{id}/evidence/{file}/remove", DO, "Take evidence away.", || post(change::remove_evidence)),
    Route::post(Kind::Form, "/tasks/{id}/extensions", ASK, "Ask for more time.", || post(extensions::ask)),
    Route::post(Kind::Form, "/tasks/{id}/extensions/{extension}/grant", DECIDE, "Grant more time.", || post(extensions::grant)),
    Route::post(Kind::Form, "/tasks/{id}/extensions/{extension}/refuse", DECIDE, "Refuse more time.", || post(extensions::refuse)),
    Route::post(Kind::Form, "/tasks/{id}/withdraw", ASSIGN, "Take a task back.", || post(change::withdraw)),
];

/// A task that the visitor may see, with the unit that has to do it now.
struct Found {
    task: Task,
    unit: Option<UnitIndex>,
}

impl Found {
    async fn of(desk: &Desk<'_>, id: &str, on: &TreeOnDay<'_>) -> Result<Self, Trouble> {
        let task = tasks::find(&desk.state.store, id).await?.ok_or(Trouble::NotFound)?;
        let found = Self { unit: tasks::carried_by(&task.unit, on), task };
        found.check(desk, Action::View, on)?;
        Ok(found)
    }

    /// Whether this may be done with the task, as one of the unit or as who answers for it.
    fn may(&self, desk: &Desk<'_>, action: Action, on: &TreeOnDay<'_>) -> bool {
        let owner: Vec<&str> = self.task.owner.as_deref().into_iter().collect();
        may(&desk.visit.rights, action, Resource::Task, &Place::people(self.unit, &owner), on).is_ok()
    }

    fn check(&self, desk: &Desk<'_>, action: Action, on: &TreeOnDay<'_>) -> Result<(), Trouble> {
        if self.may(desk, action, on) { Ok(()) } else { Err(Trouble::NotAllowed) }
    }

    /// Whether this may be done by the rights over the unit alone: who answers for a task does not hand it on.
    fn may_in_unit(&self, desk: &Desk<'_>, action: Action, resource: Resource, on: &TreeOnDay<'_>) -> bool {
        may(&desk.visit.rights, action, resource, &Place { unit: self.unit, ..Place::default() }, on).is_ok()
    }

    /// Whoever assigned a task takes it back, or whoever decides about its deadline: no unit rids itself of what is overdue.
    fn may_withdraw(&self, desk: &Desk<'_>, on: &TreeOnDay<'_>) -> bool {
        let is_own = self.task.assigned_by == desk.visit.rights.person();
        self.may_in_unit(desk, Action::Change, Resource::TaskAssignment, on)
            && (is_own || self.may_in_unit(desk, Action::Decide, Resource::Task, on))
    }

    fn address(&self) -> String {
        address(&self.task.id)
    }
}

fn address(id: &str) -> String {
    format!("/tasks/{id}")
}

/// How a task stands, in the words of the public sector.
fn standing_cell(desk: &Desk<'_>, standing: Standing) -> Cell {
    let class = match standing {
        Standing::DoneInTime => "pass",
        Standing::DoneLate => "unknown",
        Standing::Open => "quiet",
        Standing::Overdue => "fail",
    };
    Cell::Badge(class, desk.t(&format!("task-standing-{standing}")))
}
