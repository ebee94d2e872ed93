//! Every page there is, over the demonstration province: it answers, it has something to show, and axe-core finds nothing.
//!
//! A page is added with a line in [`list::PAGES`]; a test names the routes that have none. What is answered to a form (a
//! dry run, mistakes, a sheet to print) is added in [`answers`].

mod answers;
mod list;
mod things;

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use khien_server::routes::{self, Kind, Method, Route};

use self::list::{ELSEWHERE, GUEST, Listed, PAGES};
use self::things::{Things, things};
use crate::album::{Album, LANGUAGES};
use crate::place::{Browser, Place};

/// The routes that show a page.
fn page_routes() -> impl Iterator<Item = &'static Route> {
    routes::all().filter(|route| route.method == Method::Get && route.kind == Kind::Page)
}

/// The route that answers an address: of several that fit, the one with the fewest holes.
fn route_of(address: &str) -> Option<&'static Route> {
    let path: Vec<&str> = address.split('?').next().unwrap_or_default().split('/').collect();
    let fits = |route: &&Route| {
        let parts: Vec<&str> = route.path.split('/').collect();
        parts.len() == path.len() && parts.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
    };
    page_routes().filter(fits).min_by_key(|route| route.path.matches('{').count())
}

#[test]
fn no_page_is_forgotten() {
    let mut listed: BTreeSet<&str> = ELSEWHERE.iter().map(|(route, _)| *route).collect();
    for page in PAGES {
        let route = route_of(page.address).unwrap_or_else(|| panic!("{} is the address of no page", page.address));
        listed.insert(route.path);
    }
    let known: BTreeSet<&str> = page_routes().map(|route| route.path).collect();
    let gone: Vec<_> = listed.difference(&known).collect();
    assert!(gone.is_empty(), "these are no pages any more, take them out of tests/server/pages/list.rs: {gone:?}");
    let missing = known
        .difference(&listed)
        .map(|path| format!("    page(\"unit_head\", \"{path}\", \"words that stand on it in both languages\"),\n"));
    let missing: String = missing.collect();
    assert!(missing.is_empty(), "nobody looks at these pages; add to PAGES in tests/server/pages/list.rs:\n{missing}");
}

/// A browser for each person and language.
struct Browsers<'p> {
    place: &'p Place,
    opened: BTreeMap<(&'static str, &'static str), Browser>,
}

impl<'p> Browsers<'p> {
    fn new(place: &'p Place) -> Self {
        Self { place, opened: BTreeMap::new() }
    }

    async fn of(&mut self, who: &'static str, language: &'static str) -> &mut Browser {
        if !self.opened.contains_key(&(who, language)) {
            let mut browser = if who == GUEST { self.place.browser() } else { self.place.let_in(who).await };
            browser.get(&format!("/sign-in?lang={language}")).await;
            self.opened.insert((who, language), browser);
        }
        self.opened.get_mut(&(who, language)).unwrap()
    }
}

async fn keep_listed(album: &mut Album, browsers: &mut Browsers<'_>, things: &Things) {
    for language in LANGUAGES {
        for Listed { who, address, shows } in PAGES {
            let address = things.filled(address);
            let answer = browsers.of(who, language).await.get(&address).await;
            let shows = things.filled(shows);
            album.check(answer.status == StatusCode::OK, || format!("{who} {address} is {}", answer.status));
            album.check(answer.body.contains(&shows), || format!("{who} {address} does not show {shows:?}"));
            album.keep(&address, language, &answer);
        }
    }
}

#[tokio::test]
async fn every_page_has_something_to_show_and_axe_finds_nothing() {
    let place = Place::demonstration().await;
    let mut browsers = Browsers::new(&place);
    let things = things(&place, browsers.of("administrator", "vi").await).await;
    let mut album = Album::new("page");
    keep_listed(&mut album, &mut browsers, &things).await;
    for language in LANGUAGES {
        answers::keep(&mut album, &mut browsers, &things, language).await;
    }
    album.look();
}
