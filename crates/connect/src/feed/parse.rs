//! What a feed says, out of its bytes. Pure: the moment is handed in.

use feed_rs::model;
use feed_rs::parser::{Builder, ParseErrorKind, ParseFeedError};
use jiff::Timestamp;
use khien_model::text::nfc;

use super::decode::{decode, without_declaration};
use super::plain::{is_letter, plain, web_address};
use super::{FeedProblem, MAX_BYTES};

/// How many entries of a feed are taken, those that stand first.
pub const MAX_ENTRIES: usize = 100;
/// The longest title, in letters; a longer one is cut.
pub const MAX_TITLE: usize = 300;
/// The longest text, in letters; a longer one is cut.
pub const MAX_TEXT: usize = 20_000;
/// The longest address, in letters; a longer one is left out.
pub const MAX_LINK: usize = 1_000;
/// The longest name that a feed has for an entry, in letters; of a longer one the beginning counts.
pub const MAX_KEY: usize = 2_000;
/// What stands where a text was cut.
const CUT: char = '…';

/// What a feed says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// Its entries, in its order.
    pub entries: Vec<Entry>,
    /// How many entries were too many.
    pub left_out: usize,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What the feed calls it; where it calls it nothing, its address or its title.
    pub key: String,
    /// Its title, in one line.
    pub title: String,
    /// Its text, in lines.
    pub text: String,
    /// Where it can be read in full.
    pub link: Option<String>,
    /// When it was written: never later than now.
    pub dated_at: Option<Timestamp>,
}

/// Reads a feed. `charset` is the encoding that its server names.
pub fn parse(bytes: &[u8], charset: Option<&str>, now: Timestamp) -> Result<Parsed, FeedProblem> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(FeedProblem::TooLarge { limit: MAX_BYTES });
    }
    let text = decode(bytes, charset)?;
    let text = without_declaration(&text);
    let root = root(text)?;
    // Without an end it was cut on the way; half of it is not taken for the whole.
    if !text.contains(&format!("</{root}")) {
        return Err(FeedProblem::Broken { detail: format!("</{root}>") });
    }
    // We name entries ourselves: what is made up at random would be new at each reading.
    let reader = Builder::new().sanitize_content(false).id_generator(|_, _, _| String::new()).build();
    let feed = reader.parse(text.as_bytes()).map_err(|error| problem(&error))?;
    let left_out = feed.entries.len().saturating_sub(MAX_ENTRIES);
    let entries = feed.entries.into_iter().take(MAX_ENTRIES).filter_map(|seen| entry(seen, now)).collect();
    Ok(Parsed { entries, left_out })
}

/// The name of the first element. What stands before it defines no entities.
fn root(text: &str) -> Result<&str, FeedProblem> {
    let mut rest = text;
    let mut before = 0;
    while let Some((head, tail)) = rest.split_once('<') {
        before += head.len() + 1;
        if tail.starts_with(|letter: char| letter.is_alphabetic() || letter == '_') {
            let prolog = text.get(..before).unwrap_or_default();
            if prolog.contains("<!ENTITY") {
                return Err(FeedProblem::Entities);
            }
            let end = tail.find(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/'));
            let name = tail.get(..end.unwrap_or(tail.len())).unwrap_or_default();
            let local = name.rsplit(':').next().unwrap_or(name);
            return if matches!(local, "rss" | "feed" | "entry" | "RDF") { Ok(name) } else { Err(FeedProblem::NoFeed) };
        }
        rest = tail;
    }
    Err(if text.contains("<!ENTITY") { FeedProblem::Entities } else { FeedProblem::NoFeed })
}

fn problem(error: &ParseFeedError) -> FeedProblem {
    match error {
        ParseFeedError::ParseError(ParseErrorKind::NoFeedRoot) => FeedProblem::NoFeed,
        other => FeedProblem::Broken { detail: other.to_string() },
    }
}

/// An entry as it is kept. One that says nothing is none.
fn entry(seen: model::Entry, now: Timestamp) -> Option<Entry> {
    let link = link(&seen.links);
    let html = seen.content.and_then(|content| content.body).or_else(|| seen.summary.map(|summary| summary.content));
    let text = cut(&lines(&html.unwrap_or_default()), MAX_TEXT);
    let title = seen.title.map(|title| plain(&title.content).replace('\n', " ")).unwrap_or_default();
    let title = if title.is_empty() { text.lines().next().unwrap_or_default().to_owned() } else { title };
    let title = cut(&title, MAX_TITLE);
    if title.is_empty() {
        return None;
    }
    let text = if text.is_empty() { title.clone() } else { text };
    let named = [seen.id.trim(), link.as_deref().unwrap_or_default(), &title];
    let key = named.into_iter().find(|name| !name.is_empty()).unwrap_or_default().chars().take(MAX_KEY).collect();
    let dated = seen.published.or(seen.updated).and_then(|at| Timestamp::from_second(at.timestamp()).ok());
    Some(Entry { key, title, text, link, dated_at: dated.map(|at| at.min(now)) })
}

/// The lines of a text that may be HTML: what has no tag and no entity keeps the lines that it has.
fn lines(text: &str) -> String {
    if text.contains(['<', '&']) {
        return plain(text);
    }
    let text = nfc(text);
    let lines = text.lines().map(|line| {
        let line: String = line.chars().filter(|letter| is_letter(*letter)).collect();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain([CUT]).collect()
}

/// The page that an entry is about.
fn link(links: &[model::Link]) -> Option<String> {
    let is_page = |link: &&model::Link| link.rel.as_deref().is_none_or(|rel| rel == "alternate");
    links.iter().filter(is_page).find_map(|link| web_address(&link.href, MAX_LINK))
}
