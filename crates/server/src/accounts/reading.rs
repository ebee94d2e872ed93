//! Reading a directory for a connector: compared, or taken over.

use jiff::Timestamp;
use khien_connect::account::Account as Read;
use khien_connect::ldap::{self, Reading};
use khien_store::accounts::{self, Office, Owners, Plan, SeenAccount, plan};
use khien_store::connectors::{self, Connector, Counts, NextRun, Run, RunKind};
use khien_store::{Actor, StoreError, ids, people};

use super::reached::settings_of;
use crate::state::AppState;
use crate::trouble::Trouble;

/// How many accounts are written in one change: nobody else writes meanwhile.
const PER_CHANGE: usize = 500;
/// From so many accounts on, a reading by schedule that misses too many of them takes nothing over.
const LEAST_TO_WATCH: usize = 10;
/// How many of a hundred accounts may be gone at once in a reading by schedule: more is rather a filter that was changed, or
/// an account that may no longer see everybody.
const MOST_GONE_PERCENT: usize = 30;

/// Why a reading came to nothing: the key of a sentence and what stands in it.
type Problem = (String, String);

/// Carries out the reading that is due for `connector`, and writes down what it came to.
pub(super) async fn carry_out(state: &AppState, connector: &Connector) -> Result<Run, Trouble> {
    let started_at = (state.clock)();
    let scheduled = NextRun { at: started_at, kind: RunKind::Take, by: Actor::System.to_string() };
    let asked = connector.next_run.clone().unwrap_or(scheduled);
    let mut run = Run {
        id: ids::fresh(started_at)?,
        connector: connector.id.clone(),
        kind: asked.kind,
        asked_by: asked.by.clone(),
        started_at,
        ended_at: started_at,
        counts: Counts::default(),
        differences: Vec::new(),
        problem: None,
    };
    match read(state, connector, started_at).await {
        Ok(reading) => {
            let plan = compare(state, connector, reading).await?;
            (run.counts, run.differences) = (plan.counts, plan.differences.clone());
            run.problem = too_many_gone(&asked, &plan);
            if run.problem.is_none() && asked.kind == RunKind::Take {
                run.problem = match take_over(state, connector, &plan, started_at).await {
                    Ok(()) => None,
                    Err(away @ StoreError::Unavailable { .. }) => return Err(away.into()),
                    Err(refused) => Some(("connector-not-taken".to_owned(), refused.to_string())),
                };
            }
        }
        Err(problem) => run.problem = Some(problem),
    }
    run.ended_at = (state.clock)();
    let mut change = state.store.begin(Actor::System, run.ended_at).await?;
    connectors::finish(&mut change, connector, &run).await?;
    change.commit().await?;
    Ok(run)
}

async fn read(state: &AppState, connector: &Connector, now: Timestamp) -> Result<Reading, Problem> {
    let settings = settings_of(state, connector).map_err(|problem| problem.said())?;
    ldap::read(&settings, now).await.map_err(|problem| (problem.key().to_owned(), problem.detail()))
}

/// What taking over would do.
async fn compare(state: &AppState, connector: &Connector, reading: Reading) -> Result<Plan, StoreError> {
    let known = accounts::of_connector(&state.store, &connector.id).await?;
    let owners = Owners::of(&people::all(&state.store).await?);
    let seen = reading.mapped.accounts.into_iter().map(seen).collect();
    let mut plan = plan(connector, &known, seen, &owners);
    plan.counts.skipped += reading.mapped.skipped.len();
    Ok(plan)
}

fn seen(account: Read) -> SeenAccount {
    let Read { login, name, mail, credential, lifecycle, employee: _ } = account;
    SeenAccount { login, owner_name: name, mail, credential, lifecycle, member: None }
}

/// A reading that nobody looked at takes nothing over when much is gone; somebody who asked for it has seen it.
fn too_many_gone(asked: &NextRun, plan: &Plan) -> Option<Problem> {
    let is_scheduled = asked.by == Actor::System.to_string() && asked.kind == RunKind::Take;
    let gone = plan.counts.gone;
    let before = plan.counts.read.saturating_sub(plan.counts.new) + gone;
    let is_much = before >= LEAST_TO_WATCH && gone * 100 > before * MOST_GONE_PERCENT;
    (is_scheduled && is_much).then(|| ("connector-many-gone".to_owned(), gone.to_string()))
}

/// Takes over a plan, piece by piece. A piece that is written stays written should the next one fail: the next reading goes
/// on where this one stopped.
async fn take_over(state: &AppState, connector: &Connector, plan: &Plan, read_at: Timestamp) -> Result<(), StoreError> {
    let office = Office::at(&state.store, read_at).await?;
    for piece in plan.steps.chunks(PER_CHANGE) {
        let mut change = state.store.begin(Actor::System, read_at).await?;
        accounts::take_in(&mut change, connector, piece, read_at, &office).await?;
        change.commit().await?;
    }
    for piece in plan.gone.chunks(PER_CHANGE) {
        let mut change = state.store.begin(Actor::System, read_at).await?;
        accounts::vanish(&mut change, piece).await?;
        change.commit().await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_that_is_gone_is_looked_at_by_somebody_first() {
        let asked = |kind, by: &str| NextRun { at: Timestamp::UNIX_EPOCH, kind, by: by.to_owned() };
        let plan = |read, gone| Plan { counts: Counts { read, gone, ..Counts::default() }, ..Plan::default() };
        let stops = |asked: &NextRun, plan: &Plan| too_many_gone(asked, plan).is_some();
        let scheduled = asked(RunKind::Take, "system");
        // 30 of 100 are as many as may be gone, 31 are too many.
        assert!(!stops(&scheduled, &plan(70, 30)));
        assert!(stops(&scheduled, &plan(69, 31)));
        assert!(stops(&scheduled, &plan(0, LEAST_TO_WATCH)));
        assert!(!stops(&scheduled, &plan(0, LEAST_TO_WATCH - 1)));
        assert!(!stops(&asked(RunKind::Take, "person:an"), &plan(0, 100)));
        assert!(!stops(&asked(RunKind::Look, "person:an"), &plan(0, 100)));
    }
}
