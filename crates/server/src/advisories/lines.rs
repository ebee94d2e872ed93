//! The text of an advisory as it is shown: paragraphs, lists, and addresses that can be pressed.

/// How a thing of a list begins.
const ITEM: &str = "- ";

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Span {
    /// What stands there.
    pub(super) text: String,
    /// Whether it is an address that can be pressed.
    pub(super) is_link: bool,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list.
    List(Vec<Vec<Span>>),
}

/// The parts of `text`.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let Some(item) = line.strip_prefix(ITEM) else {
            parts.push(Part::Paragraph(spans(line)));
            continue;
        };
        if let Some(Part::List(items)) = parts.last_mut() {
            items.push(spans(item));
        } else {
            parts.push(Part::List(vec![spans(item)]));
        }
    }
    parts
}

/// A line with the addresses in it. A bracket or full stop after an address does not belong to it.
fn spans(line: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut push = |text: &str, is_link| {
        if !text.is_empty() {
            spans.push(Span { text: text.to_owned(), is_link });
        }
    };
    let mut rest = line;
    while let Some(start) = next_address(rest) {
        let (before, from) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let end = from.find(|letter: char| letter.is_whitespace() || "<>\"“”".contains(letter)).unwrap_or(from.len());
        let address = from.get(..end).unwrap_or(from);
        let bare = address.trim_end_matches([')', '.', ',', ';', ':', '!', '?', ']', '\'']);
        push(before, false);
        push(bare, true);
        rest = from.get(bare.len()..).unwrap_or_default();
    }
    push(rest, false);
    spans
}

/// Where the next address begins: one with a host after its scheme.
fn next_address(text: &str) -> Option<usize> {
    let found = ["https://", "http://"].into_iter().flat_map(|scheme| {
        text.match_indices(scheme).filter(move |(at, _)| {
            let host = text.get(at + scheme.len()..).unwrap_or_default();
            host.starts_with(|letter: char| letter.is_alphanumeric() || letter == '[')
        })
    });
    found.map(|(at, _)| at).min()
}
