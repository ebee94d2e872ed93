//! What a handler answers to a person: a page, or the way to the next one.

use askama::Template;
use axum::http::header::{LOCATION, REFRESH, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use khien_texts::{Language, Texts, text};

use crate::limits::{FLASH_COOKIE_TIME, MAX_RETURN_LETTERS};
use crate::rights::{Action, Resource, Right};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::{LANGUAGE_PARAMETER, Visit};
use crate::{assets, cookies};

/// A page, ready to be sent.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    html: String,
    cookies: Vec<HeaderValue>,
    again_after: Option<u32>,
}

impl Page {
    /// The page that `template` makes.
    pub fn new(template: &impl Template) -> Result<Self, Trouble> {
        let html = template.render();
        let html = html.map_err(|error| Trouble::Internal { detail: format!("a page cannot be made: {error}") })?;
        Ok(Self { status: StatusCode::OK, html, cookies: Vec::new(), again_after: None })
    }

    /// The same page with another status: a form that is shown again because of its mistakes is no success.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same page with a cookie beside it.
    #[must_use]
    pub fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The same page, which the browser asks for again after so many seconds: something is going on that it shows.
    #[must_use]
    pub fn again_after(mut self, seconds: u32) -> Self {
        self.again_after = Some(seconds);
        self
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = (self.status, Html(self.html)).into_response();
        if let Some(seconds) = self.again_after {
            response.headers_mut().insert(REFRESH, seconds.into());
        }
        for cookie in self.cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// What is answered to a form that was carried out: go on there.
#[derive(Debug)]
pub struct Onward {
    to: String,
    cookies: Vec<HeaderValue>,
}

impl Onward {
    /// Go on to `to`, a path of this server.
    pub fn to(to: impl Into<String>) -> Self {
        Self { to: to.into(), cookies: Vec::new() }
    }

    /// The next page says the sentence `key`.
    #[must_use]
    pub fn saying(self, key: &str, visit: &Visit) -> Self {
        self.with_cookie(cookies::write(cookies::FLASH, key, FLASH_COOKIE_TIME, visit.secure))
    }

    /// Sets a cookie on the way.
    #[must_use]
    pub fn with_cookie(mut self, cookie: HeaderValue) -> Self {
        self.cookies.push(cookie);
        self
    }
}

impl IntoResponse for Onward {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let to = HeaderValue::from_str(&self.to).unwrap_or_else(|_| HeaderValue::from_static("/"));
        response.headers_mut().insert(LOCATION, to);
        for cookie in self.cookies {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        response
    }
}

/// A place to return to after signing in: a path of this server and nothing else.
pub fn safe_return(wanted: &str) -> &str {
    let is_path = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains('\\');
    let is_plain = wanted.len() <= MAX_RETURN_LETTERS && wanted.bytes().all(|byte| byte.is_ascii_graphic());
    if is_path && is_plain { wanted } else { "/" }
}

/// `text` as a part of an address: everything but letters, digits and `-._~` is written as `%XX`.
pub fn in_address(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// What stands around every page: `templates/layout.html` asks it for everything.
pub struct Frame<'a> {
    /// The texts of the page.
    pub texts: &'a Texts,
    /// Who looks at it.
    pub visit: &'a Visit,
    /// What it is called, without the name of the program.
    pub title: String,
    /// The way to it, from the top, the page itself left out.
    pub crumbs: Vec<Crumb>,
}

/// A page above the one that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub href: String,
}

impl Crumb {
    /// The page `name` at `href`.
    pub fn new(name: impl Into<String>, href: impl Into<String>) -> Self {
        Self { name: name.into(), href: href.into() }
    }
}

/// One of the main pages, in the line at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MainPage {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub href: &'static str,
    /// Whether the page that is shown is this one or below it.
    pub is_current: bool,
}

/// The main pages: the key of the name, the address, the right without which it is not offered.
const MAIN_PAGES: &[(&str, &str, Right)] = &[
    ("places-overview", "/", Right::May(Action::View, Resource::Overview)),
    ("places-units", "/units", Right::May(Action::View, Resource::Unit)),
    ("places-subjects", "/subjects", Right::May(Action::View, Resource::Unit)),
    ("places-controls", "/controls", Right::May(Action::View, Resource::Control)),
    ("places-my", "/my", Right::May(Action::View, Resource::WorkList)),
    ("places-duties", "/duties", Right::May(Action::View, Resource::Campaign)),
    ("places-tasks", "/tasks", Right::May(Action::View, Resource::UnitPlan)),
    ("places-documents", "/documents", Right::May(Action::View, Resource::Document)),
    ("places-advisories", "/advisories", Right::May(Action::View, Resource::Advisory)),
    ("places-scan", "/scan", Right::May(Action::View, Resource::Scan)),
    ("places-tickets", "/tickets", Right::May(Action::View, Resource::Request)),
    ("places-cases", "/cases", Right::May(Action::View, Resource::CaseData)),
    ("places-services", "/services", Right::May(Action::View, Resource::OnlineServices)),
    ("places-exemptions", "/exemptions", Right::May(Action::View, Resource::Exemption)),
    ("places-admin", "/admin", Right::May(Action::View, Resource::Organisation)),
];

impl<'a> Frame<'a> {
    /// The frame of the page called `title`.
    pub fn new(state: &'a AppState, visit: &'a Visit, title: impl Into<String>) -> Self {
        Self { texts: state.texts(visit.language), visit, title: title.into(), crumbs: Vec::new() }
    }

    /// The same frame with the way to the page, from the top.
    #[must_use]
    pub fn below(mut self, crumbs: Vec<Crumb>) -> Self {
        self.crumbs = crumbs;
        self
    }

    /// The main pages that whoever looks at this one may see.
    pub fn places(&self) -> Vec<MainPage> {
        let here = self.visit.uri.path();
        let is_at = |href: &str| {
            here == href || (href != "/" && here.strip_prefix(href).is_some_and(|rest| rest.starts_with('/')))
        };
        let allowed = MAIN_PAGES.iter().filter(|(_, _, right)| self.visit.rights.allow(*right));
        allowed.map(|(key, href, _)| MainPage { name: self.t(key), href, is_current: is_at(href) }).collect()
    }

    /// Whether somebody is signed in.
    pub fn is_signed_in(&self) -> bool {
        self.visit.rights.allow(Right::SignedIn)
    }

    /// The name of who is signed in.
    pub fn person_name(&self) -> Option<&str> {
        self.visit.signed_in.as_ref().map(|person| person.name.as_str())
    }

    /// What stands below every page.
    pub fn footer(&self) -> String {
        text!(self.texts, "frame-footer", version = env!("CARGO_PKG_VERSION"))
    }

    /// The sentence `key`.
    pub fn t(&self, key: &str) -> String {
        self.texts.text(key)
    }

    /// The language of the page.
    pub fn language(&self) -> &'static str {
        self.visit.language.tag()
    }

    /// The language beside it.
    pub fn other_language(&self) -> Language {
        self.visit.language.other()
    }

    /// The same page in the other language.
    pub fn other_language_address(&self) -> String {
        let pairs = self.visit.uri.query().unwrap_or_default().split('&');
        let kept = pairs.filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(LANGUAGE_PARAMETER));
        let mut query: Vec<&str> = kept.collect();
        let chosen = format!("{LANGUAGE_PARAMETER}={}", self.other_language().tag());
        query.push(&chosen);
        format!("{}?{}", self.visit.uri.path(), query.join("&"))
    }

    /// Where the style sheet lies.
    pub fn style(&self) -> String {
        assets::url("khien.css")
    }

    /// Where the icon lies.
    pub fn icon(&self) -> String {
        assets::url("icon.svg")
    }

    /// What was just done, in a sentence.
    pub fn flash(&self) -> Option<String> {
        self.texts.find(self.visit.flash.as_deref()?, &[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        assert_eq!(safe_return("/units/7?at=2026-06-30"), "/units/7?at=2026-06-30");
        let hostile = ["https://example.com", "//example.com", "/\\example.com", "units", "", "/a\nb", "/đ", "/ a"];
        for wanted in hostile {
            assert_eq!(safe_return(wanted), "/", "{wanted:?}");
        }
        let longest = format!("/{}", "a".repeat(MAX_RETURN_LETTERS - 1));
        assert_eq!(safe_return(&longest), longest);
        assert_eq!(safe_return(&format!("{longest}a")), "/");
    }

    #[test]
    fn an_address_takes_any_text() {
        assert_eq!(in_address("a b/ê?&=~"), "a%20b%2F%C3%AA%3F%26%3D~");
    }
}
