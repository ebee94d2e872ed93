//! What the tags of a page do when it is opened.

use super::page::{Element, Page};
use crate::Location;
use crate::detect::address::{Leads, leads};
use crate::detect::commands;
use crate::detect::signs::Signs;
use crate::kinds::web;

/// Attributes that hold addresses.
const ADDRESSES: &[&str] = &[
    "src",
    "href",
    "data",
    "action",
    "formaction",
    "background",
    "poster",
    "xlink:href",
    "codebase",
    "classid",
    "dynsrc",
    "lowsrc",
];

/// Tags that fetch by themselves.
const FETCH: &[&str] = &[
    "img", "image", "iframe", "frame", "embed", "object", "link", "script", "source", "video", "audio", "track",
    "input", "body", "table", "td", "base", "use", "bgsound", "applet", "feimage",
];

/// Tags that show a page within the page.
const FRAMES: &[&str] = &["iframe", "frame", "embed", "object"];

/// A page that shows fewer letters than this shows nothing.
const MIN_SEEN: usize = 200;

/// Scripts longer than this do more than lead elsewhere.
const MAX_REDIRECT: usize = 4096;

/// What sends what was typed, in lower case.
const SENDS: &[&str] = &["xmlhttprequest", "fetch(", "$.ajax", "$.post", "axios", "sendbeacon", ".ajax("];

/// Services of chat that take messages from everybody.
const CHATS: &[&str] =
    &["api.telegram.org/bot", "discord.com/api/webhooks", "discordapp.com/api/webhooks", "hooks.slack.com/services"];

/// Looks at the tags of a page; `scripts` is the text of all its scripts in lower case.
pub(super) fn look(page: &Page, scripts: &str, picture: bool, signs: &mut Signs) {
    for element in &page.elements {
        addresses(element, picture, signs);
        match element.name.as_str() {
            "meta" if element.get("http-equiv").trim().eq_ignore_ascii_case("refresh") => refresh(page, element, signs),
            "application" => {
                signs.add(&web::APPLICATION_IN_PAGE, Location::Line(element.line), shown(element));
            }
            _ => {}
        }
        if picture {
            in_picture(element, signs);
        }
    }
    if picture {
        page_in_picture(page, signs);
    } else {
        passwords(page, scripts, signs);
        redirect(page, scripts, signs);
    }
}

/// An element in short.
fn shown(element: &Element) -> String {
    let attributes: Vec<String> =
        element.attributes.iter().take(4).map(|(name, value)| format!("{name}={value}")).collect();
    format!("<{} {}>", element.name, attributes.join(" "))
}

fn addresses(element: &Element, picture: bool, signs: &mut Signs) {
    for (name, address) in &element.attributes {
        if !ADDRESSES.contains(&name.as_str()) {
            continue;
        }
        let place = Location::Line(element.line);
        let evidence = format!("<{} {name}={address}>", element.name);
        let fetches = FETCH.contains(&element.name.as_str());
        match leads(address) {
            Leads::Handler => signs.add(&web::PAGE_CALLS_HANDLER, place, evidence),
            Leads::Share if fetches || commands::runs(address) => {
                signs.add(&web::PAGE_TAKES_FROM_SHARE, place, evidence);
            }
            Leads::Script if picture => signs.add(&web::SCRIPT_IN_PICTURE, place, evidence),
            Leads::Data if FRAMES.contains(&element.name.as_str()) && is_page(address) => {
                signs.add(&web::PAGE_IN_ADDRESS, place, evidence);
            }
            _ => {}
        }
    }
}

/// Whether data in an address are a page.
fn is_page(address: &str) -> bool {
    let head = address.split(',').next().unwrap_or_default().to_lowercase();
    head.contains("html") || head.contains("svg") || head.contains("xml")
}

/// A page that leads elsewhere by itself.
fn refresh(page: &Page, element: &Element, signs: &mut Signs) {
    let content = element.get("content");
    let lower = content.to_ascii_lowercase();
    let Some(at) = lower.find("url") else { return };
    let address = content
        .get(at + 3..)
        .unwrap_or_default()
        .trim_start_matches([' ', '=', '"', '\''])
        .trim_end_matches(['"', '\'', ' ']);
    let place = Location::Line(element.line);
    match leads(address) {
        Leads::Handler => signs.add(&web::PAGE_CALLS_HANDLER, place, content),
        Leads::Share | Leads::File => signs.add(&web::PAGE_TAKES_FROM_SHARE, place, content),
        Leads::Data | Leads::Script => signs.add(&web::PAGE_IN_ADDRESS, place, content),
        Leads::Web if empty(page) => signs.add(&web::PAGE_ONLY_REDIRECTS, place, content),
        _ => {}
    }
}

/// Whether a page shows nothing.
fn empty(page: &Page) -> bool {
    page.seen.chars().filter(|letter| !letter.is_whitespace()).take(MIN_SEEN).count() < MIN_SEEN
        && !page.elements.iter().any(|element| matches!(element.name.as_str(), "input" | "canvas" | "video"))
}

/// A page whose script only leads elsewhere.
fn redirect(page: &Page, scripts: &str, signs: &mut Signs) {
    if scripts.len() > MAX_REDIRECT || !empty(page) {
        return;
    }
    for word in ["location.href", "location.replace(", "location.assign(", "window.location", "document.location"] {
        let after = scripts.find(word).and_then(|at| scripts.get(at..));
        let Some(after) = after.filter(|after| after.contains("http://") || after.contains("https://")) else {
            continue;
        };
        let line = page.scripts.first().map_or(1, |script| script.line);
        signs.add(&web::PAGE_ONLY_REDIRECTS, Location::Line(line), crate::detect::signs::around(after, 0));
        return;
    }
}

/// A form that takes a password elsewhere.
fn passwords(page: &Page, scripts: &str, signs: &mut Signs) {
    let mut action: Option<&Element> = None;
    for element in &page.elements {
        if element.name == "form" {
            action = Some(element);
        }
        if element.name != "input" || !element.get("type").trim().eq_ignore_ascii_case("password") {
            continue;
        }
        let place = Location::Line(element.line);
        let chat = CHATS.iter().find(|chat| scripts.contains(*chat));
        let goes = action.map(|form| form.get("action")).unwrap_or_default();
        let sends = SENDS.iter().find(|word| scripts.contains(*word)).filter(|_| scripts.contains("http"));
        if let Some(chat) = chat {
            signs.add(&web::PASSWORD_TO_CHAT, place, *chat);
        } else if leads(goes).far() {
            signs.add(&web::PASSWORD_FORM, place, goes);
        } else if let Some(word) = sends {
            signs.add(&web::PASSWORD_FORM, place, *word);
        }
    }
}

fn in_picture(element: &Element, signs: &mut Signs) {
    let runs = element.attributes.iter().find(|(name, value)| name.starts_with("on") && !value.trim().is_empty());
    if element.name == "script" || runs.is_some() {
        let text = runs.map_or_else(|| shown(element), |(name, value)| format!("{name}={value}"));
        signs.add(&web::SCRIPT_IN_PICTURE, Location::Line(element.line), text);
    }
}

/// Tags of pages within `foreignObject`.
fn page_in_picture(page: &Page, signs: &mut Signs) {
    let foreign = page.elements.iter().any(|element| element.name == "foreignobject");
    let active = ["iframe", "form", "input", "embed", "object", "meta"];
    let tag = page.elements.iter().find(|element| active.contains(&element.name.as_str()));
    if let Some(tag) = tag.filter(|_| foreign) {
        signs.add(&web::PAGE_IN_PICTURE, Location::Line(tag.line), shown(tag));
    }
}
