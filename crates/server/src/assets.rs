//! Style sheets and other files of the pages. Each is served under a name that changes with its content, so that browsers
//! keep it for a year and a new version is seen at once.

use std::sync::LazyLock;
use std::time::Duration;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use ring::digest::{SHA256, digest};

use crate::limits::ASSET_CACHE_TIME;
use crate::rights::Right;
use crate::routes::{Kind, Route};
use crate::trouble::Trouble;

/// How many letters of the digest stand in a file's name.
const DIGEST_LETTERS: usize = 16;

/// How long a browser keeps the icon that it asked for by its usual name.
const ICON_CACHE_TIME: Duration = Duration::from_hours(24);

/// A file as it is kept: name, kind of content, content.
struct File {
    name: &'static str,
    ending: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

/// Every file there is. `zxcvbn.js` is the build of zxcvbn 4.4.2 as it is published, under the MIT licence beside it.
const FILES: &[File] = &[
    File {
        name: "khien",
        ending: "css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/khien.css"),
    },
    File { name: "icon", ending: "svg", content_type: PICTURE, bytes: ICON },
    File { name: "advisory", ending: "js", content_type: SCRIPT, bytes: include_bytes!("../assets/advisory.js") },
    File { name: "password", ending: "js", content_type: SCRIPT, bytes: include_bytes!("../assets/password.js") },
    File { name: "scan", ending: "js", content_type: SCRIPT, bytes: include_bytes!("../assets/scan.js") },
    File { name: "zxcvbn", ending: "js", content_type: SCRIPT, bytes: include_bytes!("../assets/zxcvbn/zxcvbn.js") },
];

/// The shield in the tab of a browser.
const ICON: &[u8] = include_bytes!("../assets/icon.svg");
const PICTURE: &str = "image/svg+xml";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The routes of this module.
pub(crate) const ROUTES: &[Route] = &[
    Route::get(Kind::Asset, "/assets/{file}", Right::Anyone, "A file that pages are made with.", || get(serve)),
    Route::get(
        Kind::Asset,
        "/favicon.ico",
        Right::Anyone,
        "The icon, for browsers that ask without being told.",
        || get(icon),
    ),
];

/// The names under which the files are served, in the order of [`FILES`].
static SERVED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let served = |file: &File| {
        let hash: String = digest(&SHA256, file.bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let short: String = hash.chars().take(DIGEST_LETTERS).collect();
        format!("{}-{short}.{}", file.name, file.ending)
    };
    FILES.iter().map(served).collect()
});

/// Where a page finds the file `name.ending`.
///
/// # Panics
/// When there is no such file, which a debug build says at once; a release build links to nothing.
pub fn url(file: &str) -> String {
    let known = FILES.iter().zip(SERVED.iter());
    let mut matching = known.filter(|(kept, _)| file.strip_prefix(kept.name) == Some(&format!(".{}", kept.ending)));
    let served = matching.next().map(|(_, served)| served.as_str());
    debug_assert!(served.is_some(), "no asset {file:?}");
    format!("/assets/{}", served.unwrap_or_default())
}

/// Browsers ask for it under this name whatever a page says. It may change with the program, so it is kept for a day.
async fn icon() -> Response {
    let cache = format!("public, max-age={}", ICON_CACHE_TIME.as_secs());
    ([(CONTENT_TYPE, PICTURE.to_owned()), (CACHE_CONTROL, cache)], ICON).into_response()
}

async fn serve(Path(wanted): Path<String>) -> Result<Response, Trouble> {
    let mut known = FILES.iter().zip(SERVED.iter());
    let (file, _) = known.find(|(_, served)| **served == wanted).ok_or(Trouble::NotFound)?;
    let cache = format!("public, max-age={}, immutable", ASSET_CACHE_TIME.as_secs());
    Ok(([(CONTENT_TYPE, file.content_type.to_owned()), (CACHE_CONTROL, cache)], file.bytes).into_response())
}
