//! Tells by e-mail what happened to tickets, and says again what is known of units before it is taken for stale.

use std::collections::BTreeSet;

use jiff::Timestamp;
use khien_model::day_of;
use khien_store::people::{self, Person};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::tickets::{self, Post, Ticket, TicketKind};
use khien_store::{Actor, deliveries, units};
use khien_texts::Language;

use super::mail::{concerns, notice};
use crate::admin::reminders::mail::{self, Letter, MailProblem};
use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job.
pub(crate) const KIND: &str = "tickets";
/// How many posts one run goes through; the next one goes on.
const MAX_POSTS: i64 = 100;
/// What a delivery is called.
const DELIVERY: &str = "ticket";

/// Tells everybody who is concerned, and brings what is known up to date.
pub(crate) async fn run(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let said = tickets::refresh(&state.store, now).await?;
    let (mut sent, mut failed) = (0, None);
    for post in tickets::untold(&state.store, MAX_POSTS).await? {
        let Some(ticket) = tickets::find(&state.store, &post.ticket).await? else { continue };
        match tell(&state, &ticket, &post, now).await? {
            Ok(letters) => {
                sent += letters;
                let mut change = state.store.begin(Actor::System, now).await?;
                tickets::told(&mut change, &ticket.id, post.number).await?;
                change.commit().await?;
            }
            Err(problem) => {
                failed = Some(problem);
                break;
            }
        }
    }
    let done = format!("{said} said again, {sent} notices sent");
    // A job that failed comes again, later each time.
    failed.map_or(Ok(done.clone()), |problem| Err(Trouble::Internal { detail: format!("{done}: {problem}") }))
}

/// Tells everybody whom a post concerns. How many letters went, or why one did not.
async fn tell(
    state: &AppState,
    ticket: &Ticket,
    post: &Post,
    now: Timestamp,
) -> Result<Result<usize, String>, Trouble> {
    if !mail::is_configured(state) {
        return Ok(Ok(0));
    }
    let mut sent = 0;
    for person in receivers(state, ticket, post, now).await? {
        let Some(address) = &person.email else { continue };
        let period = format!("{}-{}", ticket.id, post.number);
        // Claimed before it is sent: two servers at once send it once.
        let mut change = state.store.begin(Actor::System, now).await?;
        if !deliveries::claim(&mut change, DELIVERY, &person.id, &period).await? {
            continue;
        }
        change.commit().await?;
        let language = person.language.as_deref().and_then(Language::from_tag).unwrap_or_default();
        let words = notice(ticket, post, &person.name, &state.public_url, state.texts(language));
        let letter = Letter {
            to: address.clone(),
            to_name: person.name.clone(),
            subject: words.subject,
            text: words.text,
            html: None,
            id: format!("{DELIVERY}.{period}.{}", person.id),
        };
        let outcome = mail::send(&state.settings.mail, &letter).await;
        let said = outcome.as_ref().err().map(ToString::to_string);
        let mut change = state.store.begin(Actor::System, now).await?;
        let noted = said.as_deref().map_or(Ok(()), Err);
        deliveries::record(&mut change, DELIVERY, &person.id, &period, noted).await?;
        change.commit().await?;
        match outcome {
            Ok(()) => sent += 1,
            // Nobody reads there; asking again changes nothing.
            Err(MailProblem::Refused(_)) => {}
            Err(problem) => return Ok(Err(problem.to_string())),
        }
    }
    Ok(Ok(sent))
}

/// Whom a post concerns: who asked, and who answers: whoever has the ticket, or else the
/// office, and for an incident the IT focal officers of the unit; but not who wrote it.
async fn receivers(state: &AppState, ticket: &Ticket, post: &Post, now: Timestamp) -> Result<Vec<Person>, Trouble> {
    let (asked, answers) = concerns(post.kind);
    let mut ids = BTreeSet::new();
    if asked {
        ids.insert(ticket.person.clone());
    }
    if answers {
        match &ticket.assigned_to {
            Some(person) => drop(ids.insert(person.clone())),
            None => {
                let today = day_of(now);
                let tree = units::tree(&state.store).await?;
                let on = tree.on(today);
                let reaches_unit = |top: &str| {
                    let both = tree.find(&ticket.unit).zip(tree.find(top));
                    both.is_some_and(|(unit, top)| on.contains(unit) && on.contains(top) && on.is_within(unit, top))
                };
                let answers = |role: &Role| match role.kind {
                    RoleKind::ProvincialOffice => true,
                    // Of an incident, whoever can do something about it hears at once.
                    RoleKind::ItFocalOfficer => {
                        ticket.kind == TicketKind::Incident && role.unit.as_deref().is_some_and(reaches_unit)
                    }
                    _ => false,
                };
                let all = roles::all(&state.store).await?.into_iter();
                let answering = all.filter(|role| role.validity().contains(today) && answers(role));
                ids.extend(answering.map(|role| role.person));
            }
        }
    }
    // Whoever was given a ticket is told; whoever wrote knows.
    if post.kind != khien_store::tickets::PostKind::Taken {
        ids.remove(&post.person);
    }
    let mut receivers = Vec::new();
    for id in ids {
        receivers.extend(people::find(&state.store, &id).await?);
    }
    Ok(receivers)
}
