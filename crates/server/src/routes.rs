//! The table of everything that can be asked for.

use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;
use khien_protocol::limits::MAX_BODY_BYTES;
use schemars::SchemaGenerator;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::api::openapi::Described;
use crate::limits::{
    LIST_TIME, MAX_API_BYTES, MAX_FORM_BYTES, MAX_LIST_BYTES, MAX_NO_BODY_BYTES, MAX_SCAN_BYTES, MAX_UPLOAD_BYTES,
    REQUEST_TIME, SCAN_TIME, UPLOAD_TIME,
};
use crate::rights::Right;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::{
    accounts, admin, advisories, api, assets, cases, documents, duties, edge, gates, health, pages, scans, services,
    sign_in, tasks, tickets,
};

/// Every route there is, part by part. A part's list stands in its own folder.
pub const TABLE: &[&[Route]] = &[
    assets::ROUTES,
    health::ROUTES,
    api::ROUTES,
    pages::ROUTES,
    sign_in::ROUTES,
    admin::ROUTES,
    duties::ROUTES,
    tasks::ROUTES,
    documents::ROUTES,
    tickets::ROUTES,
    advisories::ROUTES,
    accounts::ROUTES,
    cases::ROUTES,
    services::ROUTES,
    scans::ROUTES,
    gates::ROUTES,
];

/// Every route there is, one after the other.
pub fn all() -> impl Iterator<Item = &'static Route> {
    TABLE.iter().flat_map(|part| part.iter())
}

/// How something is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Changes nothing.
    Get,
    /// May change something.
    Post,
}

impl Method {
    /// The word of HTTP.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// What kind of thing a route is: decides how much may be sent, how long it may take, who may send it, and in which form
/// trouble is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A page for a person.
    Page,
    /// A form that a person sends; its field `csrf` is checked before the handler sees it.
    Form,
    /// A form with files; likewise checked. The handler takes [`crate::forms::Upload`].
    Upload,
    /// A form with a file that is too large for memory; likewise checked. The handler takes [`crate::forms::BigUpload`].
    BigUpload,
    /// A form with files that are looked into and kept nowhere; likewise checked. The handler takes [`crate::forms::Files`].
    Files,
    /// Asked by a person's program, in JSON.
    Api,
    /// A file that a program sends with a token. The handler looks at the token before it reads the body.
    ApiUpload,
    /// Asked by an agent, in JSON.
    Agent,
    /// Asked by what watches over the server.
    Machine,
    /// A file that pages are made with.
    Asset,
}

impl Kind {
    /// Whether a program asks: trouble is then JSON and nobody is led to a page.
    pub const fn is_for_programs(self) -> bool {
        matches!(self, Self::Api | Self::ApiUpload | Self::Agent | Self::Machine)
    }

    /// Whether it concerns who is signed in.
    pub const fn knows_sessions(self) -> bool {
        matches!(self, Self::Page | Self::Form | Self::Upload | Self::BigUpload | Self::Files | Self::Api)
    }

    /// How many bytes the body may have.
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::Form => MAX_FORM_BYTES,
            Self::Upload => MAX_UPLOAD_BYTES,
            // The other fields of the form are few.
            Self::BigUpload => MAX_LIST_BYTES + MAX_FORM_BYTES,
            Self::Files => MAX_SCAN_BYTES + MAX_FORM_BYTES,
            Self::ApiUpload => MAX_LIST_BYTES,
            Self::Api => MAX_API_BYTES,
            Self::Agent => MAX_BODY_BYTES,
            Self::Page | Self::Machine | Self::Asset => MAX_NO_BODY_BYTES,
        }
    }

    /// How long it may take, reading the body included.
    pub const fn time(self) -> Duration {
        match self {
            Self::Upload => UPLOAD_TIME,
            Self::BigUpload | Self::ApiUpload => LIST_TIME,
            Self::Files => SCAN_TIME,
            _ => REQUEST_TIME,
        }
    }
}

/// One thing that can be asked for.
#[derive(Clone, Copy)]
pub struct Route {
    /// How.
    pub method: Method,
    /// Where, as the router writes it: `/units/{id}`.
    pub path: &'static str,
    /// What kind of thing.
    pub kind: Kind,
    /// The right without which nobody comes in.
    pub needs: Right,
    /// What it is, in a sentence, for the description of the API and the table of rights.
    pub about: &'static str,
    /// Who answers.
    pub handler: fn() -> MethodRouter<AppState>,
    /// What it takes and gives, when programs ask for it.
    pub api: Option<fn(&mut SchemaGenerator) -> Described>,
}

impl Route {
    /// Something that is looked at.
    pub const fn get(
        kind: Kind,
        path: &'static str,
        needs: Right,
        about: &'static str,
        handler: fn() -> MethodRouter<AppState>,
    ) -> Self {
        Self { method: Method::Get, path, kind, needs, about, handler, api: None }
    }

    /// Something that is sent.
    pub const fn post(
        kind: Kind,
        path: &'static str,
        needs: Right,
        about: &'static str,
        handler: fn() -> MethodRouter<AppState>,
    ) -> Self {
        Self { method: Method::Post, path, kind, needs, about, handler, api: None }
    }
}

impl Route {
    /// The same, described for programs.
    #[must_use]
    pub const fn described(mut self, api: fn(&mut SchemaGenerator) -> Described) -> Self {
        self.api = Some(api);
        self
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.method.word(), self.path)
    }
}

/// The router of the whole table.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new();
    for route in all() {
        let gate = from_fn_with_state((state.clone(), route), edge::gate::gate);
        router = router.route(route.path, (route.handler)().route_layer(gate));
    }
    router
        .fallback(|| async { Trouble::NotFound })
        .method_not_allowed_fallback(|| async { Trouble::MethodNotAllowed })
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(from_fn_with_state(state.clone(), edge::edge))
        .layer(CompressionLayer::new())
        .layer(from_fn(edge::headers::guarded))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_route_stands_in_the_table_twice() {
        let mut seen = BTreeSet::new();
        for route in all() {
            assert!(seen.insert((route.path, route.method)), "{route:?} twice");
            assert!(route.about.ends_with('.'), "{route:?}: {:?} is no sentence", route.about);
        }
        assert!(!seen.is_empty());
    }

    #[test]
    fn what_changes_something_is_sent_as_a_form_or_by_a_program() {
        for route in all().filter(|route| route.method == Method::Post) {
            let may = !matches!(route.kind, Kind::Page | Kind::Machine | Kind::Asset);
            assert!(may, "{route:?} is sent as {:?}", route.kind);
        }
        for route in
            all().filter(|route| matches!(route.kind, Kind::Form | Kind::Upload | Kind::BigUpload | Kind::Files))
        {
            assert_eq!(route.method, Method::Post, "{route:?}");
        }
    }
}
