//! Which directive is in force, as every answer to an agent says. Asked of the database every few seconds only: agents
//! report by the thousand, and one that hears of a new directive a moment later loses nothing.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use khien_protocol::{Digest, DirectiveMark};
use khien_store::StoreError;

use crate::state::AppState;

/// How long an answer of the database is good.
const GOOD_FOR: Duration = Duration::from_secs(2);

/// The last answer of the database, and when it came.
#[derive(Debug, Default)]
pub(crate) struct LastMark(RwLock<Option<(Instant, Option<DirectiveMark>)>>);

/// The directive in force.
pub(crate) async fn current(state: &AppState) -> Result<Option<DirectiveMark>, StoreError> {
    let last = state.mark.0.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some((at, mark)) = last
        && at.elapsed() < GOOD_FOR
    {
        return Ok(mark);
    }
    let context = state.store.judge_context().await?;
    let mark = context.active().and_then(|active| {
        Some(DirectiveMark { id: active.directive.id.clone(), digest: digest_of_hex(&active.digest)? })
    });
    *state.mark.0.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), mark.clone()));
    Ok(mark)
}

/// A digest out of the hexadecimal form in which the store keeps it.
fn digest_of_hex(text: &str) -> Option<Digest> {
    let mut bytes = [0; Digest::BYTES];
    if text.len() != bytes.len() * 2 {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(place * 2..place * 2 + 2)?, 16).ok()?;
    }
    Some(Digest::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use khien_protocol::DirectiveBundle;

    use super::*;

    #[test]
    fn the_store_and_the_protocol_mean_the_same_digest() {
        let files = BTreeMap::from([("a.yaml".to_owned(), "id: a".to_owned()), ("b.yaml".to_owned(), "đ".to_owned())]);
        let kept = khien_store::directives::digest("a.yaml", &files);
        assert_eq!(digest_of_hex(&kept), Some(DirectiveBundle::digest_of("a.yaml", &files)));
        assert_eq!(digest_of_hex("abc"), None);
        assert_eq!(digest_of_hex(&"x".repeat(64)), None);
    }
}
