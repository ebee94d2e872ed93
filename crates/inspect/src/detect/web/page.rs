//! A page as its tags and scripts, read as browsers read it.

use std::cell::RefCell;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// How many tags of one page are kept.
pub(super) const MAX_TAGS: usize = 200_000;

/// How much of the text that is seen is kept, in bytes: enough to tell an empty page.
const MAX_SEEN: usize = 64 * 1024;

/// The shortest run of text without a blank that is kept as data, in bytes.
const MIN_RUN: usize = 256;

/// A tag.
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) line: u64,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

/// The text of a script.
pub(super) struct Script {
    pub(super) text: String,
    pub(super) line: u64,
}

/// A page.
#[derive(Default)]
pub(super) struct Page {
    pub(super) elements: Vec<Element>,
    pub(super) scripts: Vec<Script>,
    /// The text that is seen.
    pub(super) seen: String,
    /// Long runs of text without blanks, and comments that have such.
    pub(super) runs: Vec<(u64, String)>,
    /// Whether there are more tags than are kept.
    pub(super) more: bool,
}

/// What the text that comes belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Text,
    Script,
    Style,
}

struct State {
    page: Page,
    within: Within,
    /// A piece of text that came in several tokens.
    text: String,
    text_line: u64,
}

struct Sink(RefCell<State>);

/// Reads a page.
pub(super) fn read(text: &str) -> Page {
    let state = State { page: Page::default(), within: Within::Text, text: String::new(), text_line: 1 };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(state)), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let mut state = tokenizer.sink.0.into_inner();
    state.flush();
    state.page
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => {
                if state.text.is_empty() {
                    state.text_line = line;
                }
                state.text.push_str(&text);
                TokenSinkResult::Continue
            }
            Token::TagToken(tag) => {
                state.flush();
                state.tag(&tag, line)
            }
            Token::CommentToken(text) => {
                state.run(&text, line);
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl State {
    fn tag(&mut self, tag: &Tag, line: u64) -> TokenSinkResult<()> {
        // `svg:script` is a script too.
        let name = tag.name.rsplit(':').next().unwrap_or_default().to_owned();
        if tag.kind == TagKind::EndTag {
            self.within = Within::Text;
            return TokenSinkResult::Continue;
        }
        let attributes: Vec<(String, String)> =
            tag.attrs.iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string())).collect();
        let element = Element { name, attributes, line };
        let kind = match element.name.as_str() {
            _ if tag.self_closing => None,
            "script" => {
                self.page.scripts.push(Script { text: String::new(), line });
                self.within = Within::Script;
                Some(RawKind::ScriptData)
            }
            "style" => {
                self.within = Within::Style;
                Some(RawKind::Rawtext)
            }
            "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
            "title" | "textarea" => Some(RawKind::Rcdata),
            _ => None,
        };
        if self.page.elements.len() < MAX_TAGS {
            self.page.elements.push(element);
        } else {
            self.page.more = true;
        }
        kind.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
    }

    /// What was gathered goes where it belongs.
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let line = self.text_line;
        match self.within {
            Within::Script => {
                if let Some(script) = self.page.scripts.last_mut() {
                    script.text.push_str(&text);
                }
            }
            Within::Style => self.run(&text, line),
            Within::Text => {
                self.run(&text, line);
                let room = MAX_SEEN.saturating_sub(self.page.seen.len());
                self.page.seen.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
            }
        }
    }

    /// Keeps a text that has a long run without blanks.
    fn run(&mut self, text: &str, line: u64) {
        if text.len() >= MIN_RUN && text.split_ascii_whitespace().any(|word| word.len() >= MIN_RUN / 8) {
            self.page.runs.push((line, text.to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_scripts_and_text_are_told_apart() {
        let page = read(
            "<a href='x&amp;y'>b<script type=\"text/vbscript\">if (a<b) '</a>'</script><SVG:script/>c<style>d</style>",
        );
        let names: Vec<&str> = page.elements.iter().map(|element| element.name.as_str()).collect();
        assert_eq!(names, ["a", "script", "script", "style"]);
        assert_eq!(page.elements[0].get("href"), "x&y");
        assert_eq!(page.scripts[0].text, "if (a<b) '</a>'");
        assert_eq!(page.seen, "bc");
    }

    #[test]
    fn any_text_is_a_page() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = read(text);
            let _ = read(&format!("<script {text}>{text}</script><{text}"));
        });
    }
}
