//! Accounts of the ministry's systems: from a real directory to the finding on a page, lists, statements, joining by hand.

mod directories;
mod lists;
mod own;
mod passwords;

use khien_server::config::Settings;
use khien_server::first_run;
use khien_server::rights::Role;
use khien_server::state::system_clock;
use tempfile::TempDir;

use crate::place::{Browser, Place};

/// A place with the shipped directive in force, an administrator who is signed in, and a folder for the server's data.
pub(super) async fn office() -> (Place, Browser, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
    let place = Place::with(settings).await;
    furnish(place, folder).await
}

/// The same at the time of this machine's clock, by which directories go.
pub(super) async fn office_now() -> (Place, Browser, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { data: folder.path().to_owned(), ..Settings::default() };
    let place = Place::with(settings).await;
    place.pass((system_clock())().duration_since(place.now()));
    furnish(place, folder).await
}

async fn furnish(place: Place, folder: TempDir) -> (Place, Browser, TempDir) {
    first_run::directive(&place.state.store, place.now()).await.unwrap();
    place.person("quan-tri", "tinh", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("quan-tri").await;
    let browser = place.signed_in("quan-tri", Some(&secret)).await;
    (place, browser, folder)
}

/// Makes a source of accounts and gives its address.
pub(super) async fn made(browser: &mut Browser, fields: &[(&str, &str)]) -> String {
    browser.get("/admin/connectors/new").await;
    let answer = browser.post("/admin/connectors", fields).await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.body);
    answer.location().to_owned()
}
