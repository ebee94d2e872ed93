//! Reads single values out of the tree. What does not fit is reported, and reading goes on.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_model::UnknownWord;

use crate::diagnostic::{Code, Mistake, Report, nearest};
use crate::format::Record;
use crate::limits::{MAX_ID_BYTES, MAX_WORKING_DAYS};
use crate::source::{Files, Span};
use crate::yaml::{Entry, Kind, Node, Plain};
use crate::{Due, Texts};

/// The files being read and the mistakes found in them.
pub(crate) struct Reader<'r> {
    pub(crate) files: &'r Files,
    pub(crate) report: &'r mut Report,
}

/// The fields of a map that was checked against its [`Record`].
pub(crate) struct Fields<'n> {
    node: &'n Node,
    record: &'static Record,
}

impl<'n> Fields<'n> {
    /// The value of a field; `None` when it is not there.
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node> {
        debug_assert!(self.record.names().any(|known| known == name), "{name} is in the table of fields");
        self.node.get(name)
    }
}

/// What a value is, for a message.
pub(crate) fn describe(node: &Node) -> Texts {
    match &node.kind {
        Kind::Map(_) => Texts::new("một nhóm trường", "a map"),
        Kind::List(_) => Texts::new("một danh sách", "a list"),
        Kind::Broken => Texts::new("không rõ", "unclear"),
        Kind::Scalar(scalar) => match scalar.plain() {
            Plain::Null => Texts::new("không có gì", "nothing"),
            Plain::Bool(value) => Texts::same(value.to_string()),
            Plain::Int(_) | Plain::Double(_) => {
                Texts::new(format!("số {}", scalar.text), format!("the number {}", scalar.text))
            }
            Plain::Text => Texts::new("chữ", "text"),
        },
    }
}

impl Reader<'_> {
    /// Checks that `node` is a map with the fields of `record`: none unknown, none missing.
    pub(crate) fn fields<'n>(&mut self, node: &'n Node, record: &'static Record) -> Option<Fields<'n>> {
        let place = match node.get("id").and_then(Node::text) {
            Some(id) => Texts::new(format!("{} `{id}`", record.place.0), format!("{} `{id}`", record.place.1)),
            None => record.place(),
        };
        self.fields_at(node, record, &place)
    }

    /// As [`Reader::fields`], with the words for the place.
    pub(crate) fn fields_at<'n>(
        &mut self,
        node: &'n Node,
        record: &'static Record,
        place: &Texts,
    ) -> Option<Fields<'n>> {
        if !matches!(node.kind, Kind::Map(_)) {
            self.wrong_type(node, Texts::new("một nhóm trường", "a map with fields"));
            return None;
        }
        let unset: Vec<&str> = record.names().filter(|name| node.get(name).is_none()).collect();
        let mut meant = Vec::new();
        for entry in node.entries().iter().filter(|entry| !record.names().any(|name| name == entry.key)) {
            meant.extend(nearest(&entry.key, &unset));
            let mistake = Mistake::new(Code::UnknownField, entry.key_span)
                .with("field", &entry.key)
                .with_texts("place", place.clone())
                .suggest(&entry.key, unset.iter().copied());
            self.report.add(mistake);
        }
        // A field that is there under a misspelt name is one mistake, not two.
        for field in record.missing(node).filter(|field| !meant.contains(&field.name)) {
            let at = node.entries().first().map_or(node.span, |entry| entry.key_span);
            let mistake = Mistake::new(Code::MissingField, at)
                .with("field", field.name)
                .with_texts("place", place.clone())
                .hint(Texts::new(field.doc.0, field.doc.1));
            self.report.add(mistake);
        }
        Some(Fields { node, record })
    }

    /// Reports that `node` should have been something else.
    pub(crate) fn wrong_type(&mut self, node: &Node, expected: Texts) {
        if !node.is_broken() {
            let mistake = Mistake::new(Code::WrongType, node.span)
                .with_texts("expected", expected)
                .with_texts("found", describe(node));
            self.report.add(mistake);
        }
    }

    /// The items of a list.
    pub(crate) fn list<'n>(&mut self, node: &'n Node) -> Option<&'n [Node]> {
        if let Kind::List(items) = &node.kind {
            return Some(items);
        }
        self.wrong_type(node, Texts::new("một danh sách", "a list"));
        None
    }

    /// The entries of a map from names to something.
    pub(crate) fn named<'n>(&mut self, node: &'n Node) -> Option<&'n [Entry]> {
        if let Kind::Map(entries) = &node.kind {
            return Some(entries);
        }
        self.wrong_type(node, Texts::new("một nhóm mục có tên", "a map from names to entries"));
        None
    }

    /// Reports a list that has no entry.
    pub(crate) fn empty_list(&mut self, node: &Node, entry: Texts) {
        self.report.add(Mistake::new(Code::EmptyList, node.span).with_texts("entry", entry));
    }

    /// A text. A number counts as the text it is written as; `true` and `null` hardly are what was meant.
    pub(crate) fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        let text = match &node.kind {
            Kind::Scalar(scalar) if !matches!(scalar.plain(), Plain::Null | Plain::Bool(_)) => scalar.text.as_str(),
            _ => {
                self.wrong_type(node, Texts::new("chữ", "text"));
                return None;
            }
        };
        if text.trim().is_empty() {
            self.report.add(Mistake::new(Code::EmptyText, node.span));
            return None;
        }
        Some(text)
    }

    /// A text for people, without the blanks and line ends around it.
    pub(crate) fn prose(&mut self, node: &Node) -> Option<String> {
        self.text(node).map(|text| text.trim().to_owned())
    }

    /// The parts `vi` and `en` of a map, which both must be there.
    pub(super) fn both<'n>(&mut self, node: &'n Node) -> Option<(Option<&'n Node>, Option<&'n Node>)> {
        if !matches!(node.kind, Kind::Map(_)) {
            if node.text().is_some() {
                // Somebody wrote one text where two belong.
                self.missing_translation(node.span, None);
            } else {
                self.wrong_type(node, Texts::new("chữ bằng hai ngôn ngữ", "a text in two languages"));
            }
            return None;
        }
        for entry in node.entries().iter().filter(|entry| entry.key != "vi" && entry.key != "en") {
            let mistake = Mistake::new(Code::UnknownField, entry.key_span)
                .with("field", &entry.key)
                .with_texts("place", Texts::new("đoạn chữ hai ngôn ngữ", "a text in two languages"))
                .hint(Texts::new("chỉ có `vi` và `en`", "there are `vi` and `en` only"));
            self.report.add(mistake);
        }
        let (vi, en) = (node.get("vi"), node.get("en"));
        let at = node.entries().first().map_or(node.span, |entry| entry.key_span);
        if vi.is_none_or(Node::is_null) {
            self.missing_translation(at, Some(Texts::new("tiếng Việt", "Vietnamese")));
        }
        if en.is_none_or(Node::is_null) {
            self.missing_translation(at, Some(Texts::new("tiếng Anh", "English")));
        }
        Some((vi.filter(|node| !node.is_null()), en.filter(|node| !node.is_null())))
    }

    fn missing_translation(&mut self, span: Span, language: Option<Texts>) {
        let language = language.unwrap_or_else(|| Texts::new("tiếng Việt hoặc tiếng Anh", "Vietnamese or English"));
        self.report.add(Mistake::new(Code::MissingTranslation, span).with_texts("language", language));
    }

    /// A text in both languages.
    pub(crate) fn texts(&mut self, node: &Node) -> Option<Texts> {
        let (vi, en) = self.both(node)?;
        let vi = vi.and_then(|node| self.prose(node));
        let en = en.and_then(|node| self.prose(node));
        Some(Texts { vi: vi?, en: en? })
    }

    /// One of a closed list of words.
    pub(crate) fn word<T: FromStr<Err = UnknownWord>>(&mut self, node: &Node) -> Option<T> {
        let text = self.text(node)?;
        match text.parse() {
            Ok(word) => Some(word),
            Err(UnknownWord { word, allowed }) => {
                let mistake = Mistake::new(Code::UnknownWord, node.span)
                    .with("word", &word)
                    .suggest(&word, allowed.iter().copied());
                self.report.add(mistake);
                None
            }
        }
    }

    /// A day.
    pub(crate) fn date(&mut self, node: &Node) -> Option<Date> {
        let text = self.text(node)?;
        // Only this form: others are read differently by different people.
        let date = (text.len() == "2026-07-01".len()).then(|| text.parse().ok()).flatten();
        if date.is_none() {
            self.report.add(Mistake::new(Code::InvalidDate, node.span).with("text", text));
        }
        date
    }

    /// A point in time.
    pub(crate) fn time(&mut self, node: &Node) -> Option<Timestamp> {
        let text = self.text(node)?;
        let time = text.parse().ok();
        if time.is_none() {
            self.report.add(Mistake::new(Code::InvalidTime, node.span).with("text", text));
        }
        time
    }

    /// A length of time.
    pub(crate) fn duration(&mut self, node: &Node) -> Option<SignedDuration> {
        let text = self.text(node)?;
        let length = crate::duration::parse(text);
        if length.is_none() {
            self.report.add(Mistake::new(Code::InvalidDuration, node.span).with("text", text));
        }
        length
    }

    /// A time to mend.
    pub(crate) fn due(&mut self, node: &Node) -> Option<Due> {
        let text = self.text(node)?;
        let due = parse_due(text);
        if due.is_none() {
            self.report.add(Mistake::new(Code::InvalidDue, node.span).with("text", text));
        }
        due
    }

    /// An id of the given form.
    pub(crate) fn id(&mut self, text: &str, span: Span, form: &IdForm) -> Option<String> {
        let fits = text.len() <= MAX_ID_BYTES
            && text.starts_with(form.first)
            && !text.ends_with(['-', '_', '.'])
            && text.chars().all(form.allowed);
        if fits {
            return Some(text.to_owned());
        }
        let mistake = Mistake::new(Code::InvalidId, span)
            .with("id", text)
            .with_texts("what", form.what())
            .hint(Texts::new(form.rule.0, form.rule.1));
        self.report.add(mistake);
        None
    }

    /// The address of a web page.
    pub(crate) fn url(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node)?;
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let fits = host.is_some_and(|host| host.starts_with(char::is_alphanumeric))
            && !text.chars().any(|character| character.is_whitespace() || matches!(character, '"' | '\'' | '<' | '>'));
        if !fits {
            self.report.add(Mistake::new(Code::InvalidUrl, node.span).with("text", text));
            return None;
        }
        Some(text.to_owned())
    }

    /// Reports an end that is not after its beginning.
    pub(crate) fn check_order(&mut self, from: Option<Date>, to: Option<Date>, to_node: Option<&Node>) {
        if let (Some(from), Some(to), Some(node)) = (from, to, to_node)
            && to <= from
        {
            self.report.add(Mistake::new(Code::DatesReversed, node.span).with("from", from).with("to", to));
        }
    }
}

/// What an id of some kind looks like.
pub(crate) struct IdForm {
    what: (&'static str, &'static str),
    first: fn(char) -> bool,
    allowed: fn(char) -> bool,
    rule: (&'static str, &'static str),
}

impl IdForm {
    fn what(&self) -> Texts {
        Texts::new(self.what.0, self.what.1)
    }
}

pub(crate) const KEBAB_ID: IdForm = IdForm {
    what: ("mã", "an id"),
    first: |character| character.is_ascii_lowercase() || character.is_ascii_digit(),
    allowed: |character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-',
    rule: (
        "mã gồm chữ thường không dấu, chữ số và dấu gạch nối, ví dụ `antivirus-running`",
        "an id has small letters, digits and hyphens, for example `antivirus-running`",
    ),
};

pub(crate) const CLAUSE_ID: IdForm = IdForm {
    what: ("số của khoản", "the number of a clause"),
    first: |character| character.is_ascii_alphanumeric(),
    allowed: |character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-'),
    rule: (
        "số của khoản gồm chữ cái không dấu, chữ số, dấu chấm và dấu gạch nối, ví dụ `4.1`",
        "a clause is numbered with letters, digits, dots and hyphens, for example `4.1`",
    ),
};

pub(crate) const PARAMETER_NAME: IdForm = IdForm {
    what: ("tên tham số", "the name of a parameter"),
    first: |character| character.is_ascii_lowercase(),
    allowed: |character| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_',
    rule: (
        "tên tham số gồm chữ thường không dấu, chữ số và dấu gạch dưới, ví dụ `password_max_age`",
        "a parameter is named with small letters, digits and underscores, for example `password_max_age`",
    ),
};

fn parse_due(text: &str) -> Option<Due> {
    if text == "at once" {
        return Some(Due::AtOnce);
    }
    match text.strip_suffix(" working days").or_else(|| text.strip_suffix(" working day")) {
        Some(days) if days.bytes().all(|byte| byte.is_ascii_digit()) => {
            let days: u32 = days.parse().ok()?;
            (1..=MAX_WORKING_DAYS).contains(&days).then_some(Due::WorkingDays(days))
        }
        Some(_) => None,
        None => crate::duration::parse(text).map(Due::After),
    }
}
