//! Events of the YAML parser -> tree. Bounded, without recursion; anchors, aliases and tags are refused.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

use super::scalar::{Scalar, Style};
use super::{Entry, Kind, Node};
use crate::Texts;
use crate::diagnostic::{Code, Mistake, Report};
use crate::limits::{MAX_DEPTH, MAX_NODES, MAX_SCALAR_BYTES};
use crate::source::{File, Span};

/// Reads the one document of a file. `None` when the text is not YAML or exceeds a bound; the report says why.
pub(crate) fn build(index: u16, file: &File, report: &mut Report) -> Option<Node> {
    let mut builder =
        Builder { index, offsets: Offsets::new(&file.text), report, open: Vec::new(), root: None, nodes: 0 };
    for event in Parser::new_from_str(&file.text) {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                builder.syntax_error(&error);
                return None;
            }
        };
        let span = builder.span(span);
        match builder.event(event, span) {
            Progress::On => {}
            Progress::Stop => return None,
        }
    }
    builder.root
}

enum Progress {
    On,
    Stop,
}

/// A list or map whose end has not been reached.
struct Open {
    span: Span,
    container: Container,
}

enum Container {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, places: BTreeMap<String, Span>, key: Option<Key> },
}

struct Key {
    /// `None` when the key was not a text; its value is then dropped.
    name: Option<String>,
    span: Span,
}

struct Builder<'b> {
    index: u16,
    offsets: Offsets,
    report: &'b mut Report,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
}

impl Builder<'_> {
    fn span(&self, span: saphyr_parser::Span) -> Span {
        Span::new(self.index, self.offsets.byte(span.start.index()), self.offsets.byte(span.end.index()))
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Progress {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                self.report.add(Mistake::new(Code::SeveralDocuments, span));
                return Progress::Stop;
            }
            Event::Alias(_) => {
                self.report.add(Mistake::new(Code::AnchorOrAlias, span));
                return self.value(Node { span, kind: Kind::Broken });
            }
            Event::Scalar(text, style, anchor, tag) => {
                let refused = self.refuse(span, anchor, tag.is_some());
                if text.len() > MAX_SCALAR_BYTES {
                    self.report.add(Mistake::new(Code::TextTooLong, span).with("limit", MAX_SCALAR_BYTES));
                    return self.value(Node { span, kind: Kind::Broken });
                }
                let kind = if refused {
                    Kind::Broken
                } else {
                    Kind::Scalar(Scalar { text: text.into_owned(), style: style_of(style) })
                };
                return self.value(Node { span, kind });
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse(span, anchor, tag.is_some());
                return self.begin(span, Container::List(Vec::new()));
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse(span, anchor, tag.is_some());
                return self.begin(span, Container::Map { entries: Vec::new(), places: BTreeMap::new(), key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Open { span: start, container }) = self.open.pop() {
                    let kind = match container {
                        Container::List(items) => Kind::List(items),
                        Container::Map { entries, .. } => Kind::Map(entries),
                    };
                    return self.value(Node { span: start, kind });
                }
            }
            Event::DocumentStart(_) | Event::DocumentEnd | Event::StreamStart | Event::StreamEnd | Event::Nothing => {}
        }
        Progress::On
    }

    fn refuse(&mut self, span: Span, anchor: usize, tag: bool) -> bool {
        if anchor > 0 {
            self.report.add(Mistake::new(Code::AnchorOrAlias, span));
        }
        if tag {
            self.report.add(Mistake::new(Code::Tag, span));
        }
        anchor > 0 || tag
    }

    fn begin(&mut self, span: Span, container: Container) -> Progress {
        if self.open.len() >= MAX_DEPTH {
            self.report.add(Mistake::new(Code::TooDeep, span).with("limit", MAX_DEPTH));
            return Progress::Stop;
        }
        self.open.push(Open { span, container });
        Progress::On
    }

    /// Puts a finished value where it belongs.
    fn value(&mut self, node: Node) -> Progress {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.report.add(Mistake::new(Code::TooManyValues, node.span).with("limit", MAX_NODES));
            return Progress::Stop;
        }
        match self.open.last_mut().map(|open| &mut open.container) {
            None => self.root = Some(node),
            Some(Container::List(items)) => items.push(node),
            Some(Container::Map { entries, places, key }) => match key.take() {
                None => {
                    let name = node.text().map(str::to_owned);
                    if name.is_none() && !node.is_broken() {
                        self.report.add(Mistake::new(Code::KeyNotText, node.span));
                    }
                    *key = Some(Key { name, span: node.span });
                }
                Some(Key { name: Some(name), span }) => {
                    if let Some(first) = places.get(&name) {
                        let label = Texts::new("lần đầu ở đây", "first here");
                        self.report.add(Mistake::new(Code::DuplicateKey, span).with("key", &name).label(*first, label));
                    } else {
                        places.insert(name.clone(), span);
                        entries.push(Entry { key: name, key_span: span, value: node });
                    }
                }
                Some(Key { name: None, .. }) => {}
            },
        }
        Progress::On
    }

    fn syntax_error(&mut self, error: &ScanError) {
        let at = self.offsets.byte(error.marker().index());
        let span = Span::new(self.index, at, at);
        if error.info().contains("anchor") {
            self.report.add(Mistake::new(Code::AnchorOrAlias, span));
        } else if error.info().contains("scanning a tag") {
            self.report.add(Mistake::new(Code::Tag, span));
        } else {
            self.report.add(Mistake::new(Code::Syntax, span).with_texts("reason", reason(error.info())));
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
    }
}

/// The parser's words, and Vietnamese ones for what happens to people.
fn reason(info: &str) -> Texts {
    const FREQUENT: &[(&str, &str, &str)] = &[
        ("unexpected end of stream", "thiếu dấu nháy đóng", "a quote is not closed"),
        ("quoted scalar", "thiếu dấu nháy đóng", "a quote is not closed"),
        (
            "block mapping",
            "mục này thụt đầu dòng không khớp các mục trên",
            "this entry is not indented like those above",
        ),
        (
            "did not find expected '-'",
            "dòng này thụt đầu dòng không khớp các dòng trên",
            "this line is not indented like those above",
        ),
        (
            "mapping values are not allowed",
            "không được có `: ` ở đây; nếu là chữ thì đặt trong dấu nháy",
            "`: ` is not allowed here; a text that has it needs quotes",
        ),
        ("simple key", "thiếu dấu `:` sau tên mục", "the `:` after the name of an entry is missing"),
        ("flow sequence", "thiếu dấu phẩy hoặc dấu `]`", "a comma or the closing `]` is missing"),
        ("flow mapping", "thiếu dấu phẩy hoặc dấu `}`", "a comma or the closing `}` is missing"),
        (
            "unexpected character",
            "ký tự này cần đặt trong dấu nháy",
            "a text that begins with this character needs quotes",
        ),
    ];
    FREQUENT
        .iter()
        .find(|(words, ..)| info.contains(words))
        .map_or_else(|| Texts::same(info), |(_, vi, en)| Texts::new(*vi, *en))
}

/// The parser counts characters, we count bytes.
struct Offsets {
    /// Where each character begins; empty when all are one byte long.
    bytes: Vec<u32>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| narrow(at)).collect() };
        Self { bytes, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            return character.min(self.length);
        }
        self.bytes.get(character).map_or(self.length, |at| *at as usize)
    }
}
