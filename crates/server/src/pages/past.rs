//! Which directive was in force on a day of the past: what was asked then is called as it was called then.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use khien_directive::Directive;
use khien_store::audit::{self, Search};
use khien_store::{Store, directives};

use crate::trouble::Trouble;

/// How many directives of the past are kept ready. A new one comes a few times a year.
const MAX_KEPT: usize = 8;
/// How many entries of the log are read at once.
const ENTRIES_READ: i64 = 100;
/// The action by which a version is put in force.
const ACTIVATE: &str = "directive.activate";

/// Directives of the past that were looked at, the last one first.
#[derive(Debug, Default)]
pub(crate) struct PastDirectives(Mutex<VecDeque<(String, Arc<Directive>)>>);

impl PastDirectives {
    /// The directive in force at `at`; `None` when there was none.
    pub(super) async fn at(&self, store: &Store, at: Timestamp) -> Result<Option<Arc<Directive>>, Trouble> {
        let Some(digest) = digest_at(store, at).await? else { return Ok(None) };
        if let Some(known) = self.known(&digest) {
            return Ok(Some(known));
        }
        let Some(directive) = read(store, &digest).await? else { return Ok(None) };
        let directive = Arc::new(directive);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((digest, Arc::clone(&directive)));
        kept.truncate(MAX_KEPT);
        Ok(Some(directive))
    }

    fn known(&self, digest: &str) -> Option<Arc<Directive>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == digest).map(|(_, directive)| Arc::clone(directive))
    }
}

/// The version that was put in force last before the end of `at`. The table of versions knows only the last time of each;
/// the log knows every one.
async fn digest_at(store: &Store, at: Timestamp) -> Result<Option<String>, Trouble> {
    let mut search = Search { object_kind: Some("directive".to_owned()), before: Some(at), ..Search::default() };
    loop {
        let entries = audit::list(store, &search, ENTRIES_READ).await?;
        if let Some(entry) = entries.iter().find(|entry| entry.action == ACTIVATE) {
            return Ok(Some(entry.object_id.clone()));
        }
        match entries.last() {
            Some(last) => search.below = Some(last.number),
            None => return Ok(None),
        }
    }
}

/// The directive out of the files of a version.
async fn read(store: &Store, digest: &str) -> Result<Option<Directive>, Trouble> {
    let (Some(version), Some(files)) =
        (directives::find(store, digest).await?, directives::files(store, digest).await?)
    else {
        return Ok(None);
    };
    let source = |name: &str| {
        files.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "it is not among the files".to_owned())
    };
    let loaded = khien_directive::load(&version.main, &source);
    let loaded = loaded.map_err(|_| Trouble::Internal { detail: format!("the directive {digest} cannot be read") })?;
    Ok(Some(loaded.directive))
}
