//! One file from an address that a person typed: over TLS, bounded, with the certificates of the machine.

use std::time::Duration;

use crate::feed::{Answer, Asked, Bounds, FeedProblem, fetch_bounded};

/// How many bytes are taken.
pub const MAX_DOWNLOAD_BYTES: u64 = 64 * 1024 * 1024;
/// How many redirects are followed; hosts of releases lead on once or twice.
pub const MAX_DOWNLOAD_REDIRECTS: usize = 5;
/// How long a download may take, redirects included: a slow line carries a megabyte in ten seconds.
const DOWNLOAD_TIME: Duration = Duration::from_mins(10);

/// Fetches what lies at `url`. `authorities` are trusted beside those of the machine (PEM). Blocks.
///
/// # Errors
///
/// Why it was not fetched.
pub fn download(url: &str, authorities: Option<String>) -> Result<Vec<u8>, FeedProblem> {
    // Who types an address at this machine may mean this machine.
    let asked = Asked { url: url.to_owned(), authorities, this_machine: true, ..Asked::default() };
    let bounds =
        Bounds { bytes: MAX_DOWNLOAD_BYTES, redirects: MAX_DOWNLOAD_REDIRECTS, time: DOWNLOAD_TIME, wanted: "*/*" };
    match fetch_bounded(&asked, &bounds)? {
        Answer::Feed { bytes, .. } => Ok(bytes),
        // Nothing conditional was asked.
        Answer::Unchanged => Err(FeedProblem::NothingSent),
    }
}
