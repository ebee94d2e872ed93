//! What the administrator does.

mod lists;
mod office;
mod reach;
mod reforms;

use khien_server::rights::Role;

use crate::place::{Browser, Place};

/// A place with an administrator who is signed in.
async fn office() -> (Place, Browser) {
    let place = Place::new().await;
    place.person("quan-tri", "tinh", &[(Role::Administrator, None)]).await;
    let secret = place.second_factor("quan-tri").await;
    let browser = place.signed_in("quan-tri", Some(&secret)).await;
    (place, browser)
}
