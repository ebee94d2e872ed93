//! Asks newcomers, and says again what is known before it is taken for stale: of people's duties, and of units what our own
//! records say.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::day_of;
use khien_store::campaigns::{self, Campaign, MAX_REFRESHED};
use khien_store::{Actor, unit_facts};

use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "duties";
/// How many people are asked in one change: nobody else writes meanwhile.
const ASKED_PER_CHANGE: usize = 50;
/// How many people one run asks at most; the next one goes on.
const MAX_ASKED: usize = 2_000;
/// How many changes one run says again at most.
const MAX_ROUNDS: u32 = 50;

/// Brings every open campaign up to the assignments of today.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let mut asked = 0;
    for campaign in campaigns::all(&state.store).await?.iter().filter(|campaign| campaign.closed_at.is_none()) {
        asked += ask_everybody(&state, campaign, now, MAX_ASKED.saturating_sub(asked)).await?;
    }
    let (mut said, mut rounds) = (0, 0);
    while rounds < MAX_ROUNDS {
        rounds += 1;
        let round = campaigns::refresh(&state.store, now).await?;
        said += round;
        if round < MAX_REFRESHED {
            break;
        }
    }
    let units = unit_facts::refresh(&state.store, now).await?;
    Ok(format!("{asked} people asked, {said} said again, {units} units said anew"))
}

/// Asks everybody who belongs to the campaign today and is not asked yet, `most` of them. How many were asked.
pub(super) async fn ask_everybody(
    state: &AppState,
    campaign: &Campaign,
    now: Timestamp,
    most: usize,
) -> Result<usize, Trouble> {
    let today = day_of(now);
    let known = campaigns::of_campaign(&state.store, &campaign.id).await?;
    let due = due_of_newcomer(campaign, today);
    let members = campaigns::members(&state.store, &campaign.unit, today).await?;
    let new: Vec<(String, Date)> = members
        .into_iter()
        .filter(|(person, _)| !known.contains_key(person))
        .map(|(person, _)| (person, due))
        .collect();
    let mut asked = 0;
    for piece in new.get(..new.len().min(most)).unwrap_or_default().chunks(ASKED_PER_CHANGE) {
        let mut change = state.store.begin(Actor::System, now).await?;
        asked += campaigns::enrol(&mut change, campaign, piece).await?;
        change.commit().await?;
    }
    Ok(asked)
}

/// The last day for somebody who is asked today: that of the campaign, or so many working days from now.
fn due_of_newcomer(campaign: &Campaign, today: Date) -> Date {
    let reckoned = khien_content::calendar().add_working_days(today, campaign.newcomer_days);
    reckoned.map_or(campaign.due, |reckoned| reckoned.day.max(campaign.due))
}
