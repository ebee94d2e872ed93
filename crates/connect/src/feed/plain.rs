//! What stands in a piece of HTML, as lines: paragraphs, and the things of lists after `- `.
//!
//! Nothing of the HTML itself is kept, so nothing of it can do anything in a browser. Where a link leads stands behind its
//! words: a reader sees it before pressing.

use std::cell::RefCell;

use html5ever::Attribute;
use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use khien_model::text::nfc;

/// What begins a thing of a list.
const ITEM: &str = "- ";

/// Tags that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tr",
    "ul",
];
/// Tags whose content nobody reads.
const HIDDEN: &[&str] = &[
    "audio", "button", "canvas", "form", "head", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
];
/// Of these, those in which tags are text.
const RAW: &[&str] = &["iframe", "noembed", "noframes", "noscript", "script", "style", "xmp"];
/// Those in which tags are text, but entities are none.
const TEXT_ONLY: &[&str] = &["textarea", "title"];

/// The text of a piece of HTML, in lines.
pub fn plain(html: &str) -> String {
    let sink = Sink { page: RefCell::new(Page::default()) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.page.into_inner().end()
}

/// A letter that people read. Letters that turn the direction of others could make a text look like another one.
pub(super) fn is_letter(letter: char) -> bool {
    let turns =
        matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    !turns && (!letter.is_control() || letter.is_whitespace())
}

/// An address that may be shown as a link.
pub(super) fn web_address(text: &str, most: usize) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let is_web = matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.password().is_none();
    let text: String = url.into();
    (is_web && text.chars().count() <= most).then_some(text)
}

struct Sink {
    page: RefCell<Page>,
}

#[derive(Default)]
struct Page {
    lines: Vec<String>,
    line: String,
    /// The tag that hides what is read, and how often it is open.
    hidden: Option<(String, usize)>,
    /// The link that is open: its address, and where in the line its words begin.
    link: Option<(String, usize)>,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.hidden.is_some() {
            return;
        }
        for letter in text.chars().filter(|letter| is_letter(*letter)) {
            if !letter.is_whitespace() {
                self.line.push(letter);
            } else if !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
        }
    }

    fn end_line(&mut self) {
        self.end_link();
        let line = std::mem::take(&mut self.line);
        let line = line.trim();
        if !line.is_empty() && line != ITEM.trim() {
            self.lines.push(line.to_owned());
        }
    }

    fn end_link(&mut self) {
        let Some((address, start)) = self.link.take() else { return };
        let words = self.line.get(start..).unwrap_or_default().trim().to_owned();
        if !words.contains(&address) {
            while self.line.ends_with(' ') {
                self.line.pop();
            }
            let shown = if words.is_empty() { address } else { format!(" ({address})") };
            self.line.push_str(&shown);
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let is_start = tag.kind == TagKind::StartTag;
        if let Some((hiding, depth)) = &mut self.hidden {
            if hiding == name && !tag.self_closing {
                *depth = if is_start { *depth + 1 } else { *depth - 1 };
            }
            if *depth == 0 {
                self.hidden = None;
            }
            return TokenSinkResult::Continue;
        }
        if is_start && HIDDEN.contains(&name) && !tag.self_closing {
            self.hidden = Some((name.to_owned(), 1));
        } else if name == "li" {
            self.end_line();
            if is_start {
                self.line.push_str(ITEM);
            }
        } else if matches!(name, "td" | "th") && !is_start {
            self.text(" ");
        } else if name == "a" {
            self.end_link();
            let address = tag.attrs.iter().find(|attribute| is_named(attribute, "href"));
            let address = address.and_then(|attribute| web_address(&attribute.value, super::MAX_LINK));
            self.link = address.filter(|_| is_start).map(|address| (address, self.line.len()));
        } else if BLOCKS.contains(&name) && (self.line != ITEM || matches!(name, "ul" | "ol")) {
            // A paragraph within a thing of a list is that thing; a list within it, or its end, leaves it empty.
            self.end_line();
        }
        raw(name, is_start)
    }

    fn end(mut self) -> String {
        self.end_line();
        nfc(&self.lines.join("\n")).into_owned()
    }
}

fn is_named(attribute: &Attribute, name: &str) -> bool {
    let found: &str = &attribute.name.local;
    found == name
}

/// How the content of a tag is to be cut into tokens.
fn raw(name: &str, is_start: bool) -> TokenSinkResult<()> {
    if !is_start {
        TokenSinkResult::Continue
    } else if name == "script" {
        TokenSinkResult::RawData(RawKind::ScriptData)
    } else if RAW.contains(&name) {
        TokenSinkResult::RawData(RawKind::Rawtext)
    } else if TEXT_ONLY.contains(&name) {
        TokenSinkResult::RawData(RawKind::Rcdata)
    } else if name == "plaintext" {
        TokenSinkResult::Plaintext
    } else {
        TokenSinkResult::Continue
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let mut page = self.page.borrow_mut();
        match token {
            Token::TagToken(tag) => return page.tag(&tag),
            Token::CharacterTokens(text) => page.text(&text),
            Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_lines() {
        for (html, expected) in [
            ("", ""),
            ("Cập nhật Chrome", "Cập nhật Chrome"),
            ("<p>Một&nbsp;hai</p><p>ba\n  bốn</p>", "Một hai\nba bốn"),
            ("<div><p>Một<br>hai</div>ba", "Một\nhai\nba"),
            ("Làm:<ul><li>một</li><li><p>hai</p></li><li></ul>xong", "Làm:\n- một\n- hai\nxong"),
            ("<b>đậm</b> và <i style='color:red' onclick='x()'>nghiêng</i>", "đậm và nghiêng"),
            ("a < b &amp;&lt; c", "a < b &< c"),
            ("<table><tr><td>một</td><td>hai</td></tr><tr><td>ba</td></tr></table>", "một hai\nba"),
            ("Ngu\u{79}e\u{302}\u{303}n", "Nguyễn"),
        ] {
            assert_eq!(plain(html), expected, "{html}");
        }
    }

    #[test]
    fn links_show_where_they_lead() {
        for (html, expected) in [
            ("<a href='https://moj.gov.vn/a'>xem</a> thêm", "xem (https://moj.gov.vn/a) thêm"),
            ("<a href='https://evil.example/'>moj.gov.vn</a>", "moj.gov.vn (https://evil.example/)"),
            ("<a href='https://moj.gov.vn/'>https://moj.gov.vn/</a>", "https://moj.gov.vn/"),
            ("<a href='https://moj.gov.vn/'><img src=x></a>", "https://moj.gov.vn/"),
            ("<a href='javascript:alert(1)'>bấm</a>", "bấm"),
            ("<a href='data:text/html,x'>bấm</a>", "bấm"),
            ("<a href='/noi-bo'>bấm</a>", "bấm"),
            ("<a href='https://user:pass@moj.gov.vn/'>bấm</a>", "bấm"),
            ("<a href=https://moj.gov.vn/a>xem<p>hết", "xem (https://moj.gov.vn/a)\nhết"),
        ] {
            assert_eq!(plain(html), expected, "{html}");
        }
    }

    #[test]
    fn what_nobody_reads_is_left_out() {
        for html in [
            "<script>alert('<p>x</p>')</script>",
            "<style>p{}</style>",
            "<iframe src=x>x</iframe>",
            "<img src=x onerror=alert(1)>",
            "<svg><text>x</text><svg></svg>x</svg>",
            "<!-- x --><noscript><p>x</p></noscript>",
            "<textarea><script>x</textarea>",
            "<form><input value=x><button>x</button></form>",
            "<script>x",
        ] {
            assert_eq!(plain(&format!("a {html}")), "a", "{html}");
        }
        assert_eq!(plain("gp\u{202e}fdp\u{202c}.exe\u{0}\u{7}"), "gpfdp.exe");
    }

    #[test]
    fn deep_and_wide_html_is_no_trouble() {
        let deep = format!("{}x{}", "<div><svg>".repeat(100_000), "</svg></div>".repeat(100_000));
        assert_eq!(plain(&deep), "");
        assert_eq!(plain(&format!("{}x", "<b>".repeat(200_000))), "x");
        assert_eq!(plain(&"<li>x".repeat(1_000)).lines().count(), 1_000);
    }
}
