//! What the server does about advisories by itself: reads feeds, and lets facts follow.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_connect::feed::{self, Answer, Asked, FeedProblem};
use khien_store::Actor;
use khien_store::advisories::{self, Feed, MAX_SAID, Outcome, SeenEntry};

use super::SAID_AT_ONCE;
use crate::state::AppState;
use crate::trouble::Trouble;

/// The word of the job that reads feeds.
pub(crate) const READING: &str = "feeds";
/// The word of the job that lets facts follow.
pub(crate) const FOLLOWING: &str = "advisories";
/// How long one run goes on to the next feed; what is left is for the next run.
const GO_ON_WITHIN: Duration = Duration::from_mins(5);

/// Reads the feeds that are due.
pub(crate) async fn read(state: AppState, _: Timestamp) -> Result<String, Trouble> {
    let begun = Instant::now();
    let (mut done, mut failed, mut new) = (0, 0, 0);
    while begun.elapsed() < GO_ON_WITHIN {
        let now = (state.clock)();
        let Some(feed) = advisories::due(&state.store, now).await? else { break };
        let outcome = asked(&state, &feed, now).await?;
        if let Outcome::Failed { problem, detail } = &outcome {
            // It is written down with the feed, for whoever looks after it.
            tracing::warn!(feed = feed.id, problem, detail, "a feed was not read");
            failed += 1;
        } else {
            done += 1;
        }
        let mut change = state.store.begin(Actor::System, (state.clock)()).await?;
        new += advisories::finish(&mut change, &feed, &outcome).await?.new;
        change.commit().await?;
    }
    if new > 0 {
        advisories::refresh(&state.store, (state.clock)(), SAID_AT_ONCE).await?;
    }
    Ok(format!("{done} feeds read, {failed} failed, {new} new entries"))
}

/// Brings what is known up to what was published and to the assignments of today.
pub(crate) async fn follow(state: AppState, now: Timestamp) -> Result<String, Trouble> {
    let said = advisories::refresh(&state.store, now, MAX_SAID).await?;
    Ok(format!("{said} said again"))
}

/// What a feed says now.
async fn asked(state: &AppState, feed: &Feed, now: Timestamp) -> Result<Outcome, Trouble> {
    let settings = &state.settings.feeds;
    let authorities = match &settings.authority {
        Some(path) => match tokio::fs::read_to_string(path).await {
            Ok(pem) => Some(pem),
            Err(error) => {
                let detail = format!("{}: {error}", path.display());
                return Ok(failed(&FeedProblem::NotTrusted { detail }));
            }
        },
        None => None,
    };
    let asked = Asked {
        url: feed.url.clone(),
        plain: feed.plain,
        etag: feed.etag.clone(),
        last_modified: feed.last_modified.clone(),
        authorities,
        this_machine: settings.this_machine,
    };
    let read = tokio::task::spawn_blocking(move || said(&asked, now)).await;
    let read = read.map_err(|error| Trouble::Internal { detail: format!("a feed was not read: {error}") })?;
    Ok(read.unwrap_or_else(|problem| failed(&problem)))
}

/// Asks the server of a feed and reads what it sends. Blocks.
fn said(asked: &Asked, now: Timestamp) -> Result<Outcome, FeedProblem> {
    let Answer::Feed { bytes, charset, etag, last_modified } = feed::fetch(asked)? else {
        return Ok(Outcome::Unchanged);
    };
    let parsed = feed::parse(&bytes, charset.as_deref(), now)?;
    let entry = |entry: feed::Entry| {
        let feed::Entry { key, title, text, link, dated_at } = entry;
        SeenEntry { key, title, text, link, dated_at }
    };
    let entries = parsed.entries.into_iter().map(entry).collect();
    Ok(Outcome::Read { etag, last_modified, entries, left_out: parsed.left_out })
}

fn failed(problem: &FeedProblem) -> Outcome {
    Outcome::Failed { problem: problem.key().to_owned(), detail: problem.detail() }
}
