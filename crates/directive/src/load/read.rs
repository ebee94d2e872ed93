//! Tree -> draft: every field read and checked, expressions not yet compiled.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_expr::Value;
use khien_model::SubjectKind;

use super::merge::check_distinct;
use super::reader::{CLAUSE_ID, Fields, KEBAB_ID, PARAMETER_NAME, Reader, describe};
use crate::diagnostic::{Code, Mistake};
use crate::format::{BASIS, CLAUSE, CONTROL, DIRECTIVE, DOCUMENT, EXAMPLE, PARAMETER, Record, VALUE};
use crate::source::Span;
use crate::yaml::{Entry, Kind, Node, Plain};
use crate::{Basis, Due, Example, Expected, LegalDocument, ParameterType, ParameterValue, Severity, Steps, Texts};

/// A directive whose expressions are not compiled. A part that could not be read is `None` or missing; then the report
/// has an error.
pub(super) struct Draft<'n> {
    pub(super) id: Option<String>,
    pub(super) title: Option<Texts>,
    pub(super) issued: Option<Date>,
    pub(super) valid_from: Option<Date>,
    pub(super) valid_to: Option<Date>,
    pub(super) documents: Vec<LegalDocument>,
    pub(super) parameters: Vec<DraftParameter>,
    pub(super) clauses: Vec<DraftClause<'n>>,
}

pub(super) struct DraftParameter {
    pub(super) name: String,
    pub(super) span: Span,
    /// `None` when the parameter has no readable type.
    pub(super) kind: Option<ParameterType>,
    pub(super) about: Option<Texts>,
    pub(super) values: Vec<ParameterValue>,
}

pub(super) struct DraftClause<'n> {
    pub(super) id: Option<String>,
    pub(super) title: Option<Texts>,
    pub(super) text: Option<Texts>,
    pub(super) basis: Vec<Basis>,
    pub(super) controls: Vec<DraftControl<'n>>,
}

pub(super) struct DraftControl<'n> {
    pub(super) id: Option<String>,
    /// The id as written, even when it is not in the form of an id: others may refer to it.
    pub(super) id_text: Option<&'n str>,
    pub(super) subject: Option<SubjectKind>,
    pub(super) title: Option<Texts>,
    pub(super) severity: Option<Severity>,
    pub(super) fresh_within: Option<SignedDuration>,
    pub(super) due: Option<Due>,
    /// The scalars that hold the expressions.
    pub(super) pass: Option<&'n Node>,
    pub(super) offenders: Option<&'n Node>,
    pub(super) fix: Option<Steps>,
    pub(super) examples: Vec<Example>,
}

/// The keys of all documents, known before anything that cites them is read.
type Keys<'n> = &'n [Entry];

impl Reader<'_> {
    /// Reads the whole tree.
    pub(super) fn directive<'n>(&mut self, tree: &'n Node) -> Option<Draft<'n>> {
        let fields = self.fields_at(tree, &DIRECTIVE, &DIRECTIVE.place())?;
        let keys = fields.get("documents").map_or(&[][..], Node::entries);
        let (valid_from, valid_to) = self.validity(&fields);
        Some(Draft {
            id: fields.get("id").and_then(|node| self.kebab_id(node)),
            title: fields.get("title").and_then(|node| self.texts(node)),
            issued: fields.get("issued").and_then(|node| self.date(node)),
            valid_from,
            valid_to,
            documents: self.documents(&fields),
            parameters: self.parameters(&fields, keys),
            clauses: self.clauses(&fields, keys),
        })
    }

    fn kebab_id(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node)?;
        self.id(text, node.span, &KEBAB_ID)
    }

    fn validity(&mut self, fields: &Fields<'_>) -> (Option<Date>, Option<Date>) {
        let from = fields.get("valid_from").and_then(|node| self.date(node));
        let to_node = fields.get("valid_to");
        let to = to_node.and_then(|node| self.date(node));
        self.check_order(from, to, to_node);
        (from, to)
    }

    fn place_of(record: &Record, name: &str) -> Texts {
        Texts::new(format!("{} `{name}`", record.place.0), format!("{} `{name}`", record.place.1))
    }

    fn documents(&mut self, fields: &Fields<'_>) -> Vec<LegalDocument> {
        let Some(entries) = fields.get("documents").and_then(|node| self.named(node)) else { return Vec::new() };
        entries.iter().filter_map(|entry| self.document(entry)).collect()
    }

    fn document(&mut self, entry: &Entry) -> Option<LegalDocument> {
        let key = self.id(&entry.key, entry.key_span, &KEBAB_ID);
        let fields = self.fields_at(&entry.value, &DOCUMENT, &Self::place_of(&DOCUMENT, &entry.key))?;
        let number = fields.get("number").and_then(|node| self.prose(node));
        let title = fields.get("title").and_then(|node| self.texts(node));
        let issued = fields.get("issued").and_then(|node| self.date(node));
        let (valid_from, valid_to) = self.validity(&fields);
        let url = fields.get("url").and_then(|node| self.url(node));
        Some(LegalDocument { key: key?, number: number?, title: title?, issued: issued?, valid_from, valid_to, url })
    }

    fn parameters(&mut self, fields: &Fields<'_>, keys: Keys<'_>) -> Vec<DraftParameter> {
        let Some(entries) = fields.get("params").and_then(|node| self.named(node)) else { return Vec::new() };
        entries.iter().map(|entry| self.parameter(entry, keys)).collect()
    }

    fn parameter(&mut self, entry: &Entry, keys: Keys<'_>) -> DraftParameter {
        let mut draft = DraftParameter {
            name: entry.key.clone(),
            span: entry.key_span,
            kind: None,
            about: None,
            values: Vec::new(),
        };
        self.id(&entry.key, entry.key_span, &PARAMETER_NAME);
        let Some(fields) = self.fields_at(&entry.value, &PARAMETER, &Self::place_of(&PARAMETER, &entry.key)) else {
            return draft;
        };
        draft.about = fields.get("about").and_then(|node| self.texts(node));
        draft.kind = fields.get("type").and_then(|node| self.word(node));
        let Some((node, items)) = fields.get("values").and_then(|node| Some((node, self.list(node)?))) else {
            return draft;
        };
        if items.is_empty() {
            self.empty_list(node, Texts::new("một giá trị có nguồn", "a value with its source"));
        }
        let mut values: Vec<(ParameterValue, Span)> = items
            .iter()
            .filter_map(|item| Some((self.parameter_value(item, &entry.key, draft.kind, keys)?, item.span)))
            .collect();
        values.sort_by_key(|(value, _)| value.valid_from);
        for pair in values.windows(2) {
            if let [(earlier, _), (later, span)] = pair {
                self.check_neighbours(&entry.key, earlier, later, *span);
            }
        }
        draft.values = values.into_iter().map(|(value, _)| value).collect();
        draft
    }

    fn check_neighbours(&mut self, name: &str, earlier: &ParameterValue, later: &ParameterValue, span: Span) {
        let from = later.valid_from;
        match earlier.valid_to {
            Some(end) if end < from => {
                let mistake = Mistake::new(Code::ValidityGap, span).with("parameter", name);
                self.report.add(mistake.with("from", end).with("to", from));
            }
            Some(end) if end == from => {}
            _ => {
                let mistake = Mistake::new(Code::OverlappingValidity, span).with("parameter", name);
                self.report.add(mistake.with("from", from));
            }
        }
    }

    fn parameter_value(
        &mut self,
        node: &Node,
        name: &str,
        kind: Option<ParameterType>,
        keys: Keys<'_>,
    ) -> Option<ParameterValue> {
        let fields = self.fields_at(node, &VALUE, &Self::place_of(&VALUE, name))?;
        let source = if let Some(source) = fields.get("source") {
            self.text(source).filter(|key| self.is_cited(key, source.span, keys)).map(str::to_owned)
        } else {
            let at = node.entries().first().map_or(node.span, |entry| entry.key_span);
            self.report.add(Mistake::new(Code::ParameterWithoutSource, at).with("parameter", name));
            None
        };
        let value_node = fields.get("value");
        let value = value_node.zip(kind).and_then(|(node, kind)| self.value(node, name, kind));
        let (valid_from, valid_to) = self.validity(&fields);
        Some(ParameterValue { value: value?, source: source?, valid_from: valid_from?, valid_to })
    }

    fn is_cited(&mut self, key: &str, span: Span, keys: Keys<'_>) -> bool {
        let known = keys.iter().any(|entry| entry.key == key);
        if !known {
            let mistake = Mistake::new(Code::UnknownDocument, span).with("document", key);
            self.report.add(mistake.suggest(key, keys.iter().map(|entry| entry.key.as_str())));
        }
        known
    }

    fn value(&mut self, node: &Node, name: &str, kind: ParameterType) -> Option<Value> {
        let plain = match &node.kind {
            Kind::Scalar(scalar) => Some(scalar.plain()),
            _ => None,
        };
        let text = node.text();
        let (value, expected) = match kind {
            ParameterType::Bool => {
                let value = match plain {
                    Some(Plain::Bool(value)) => Some(Value::Bool(value)),
                    _ => None,
                };
                (value, Texts::new("true hoặc false", "true or false"))
            }
            ParameterType::Int => {
                let value = match plain {
                    Some(Plain::Int(value)) => Some(Value::Int(value)),
                    _ => None,
                };
                (value, Texts::new("số nguyên", "a whole number"))
            }
            ParameterType::Double => {
                let value = match plain {
                    #[allow(clippy::cast_precision_loss, reason = "a threshold beyond 2^53 is no threshold")]
                    Some(Plain::Int(value)) => Some(Value::Double(value as f64)),
                    Some(Plain::Double(value)) => Some(Value::Double(value)),
                    _ => None,
                };
                (value, Texts::new("một số", "a number"))
            }
            ParameterType::String => {
                let value = match plain {
                    Some(Plain::Null | Plain::Bool(_)) | None => None,
                    Some(_) => text.map(|text| Value::Text(text.to_owned())),
                };
                (value, Texts::new("chữ", "text"))
            }
            ParameterType::Duration => (
                text.and_then(crate::duration::parse).map(Value::Duration),
                Texts::new("một khoảng thời gian như 90d", "a length of time like 90d"),
            ),
            ParameterType::Timestamp => (
                text.and_then(|text| text.parse().ok()).map(Value::Timestamp),
                Texts::new(
                    "một thời điểm như 2026-07-01T00:00:00+07:00",
                    "a point in time like 2026-07-01T00:00:00+07:00",
                ),
            ),
            ParameterType::Strings => {
                let items: Vec<&Node> = node.items().iter().collect();
                let texts: Option<Vec<Value>> =
                    items.into_iter().map(|item| self.text(item).map(|text| Value::Text(text.to_owned()))).collect();
                let is_list = matches!(node.kind, Kind::List(_));
                if is_list && texts.is_none() {
                    // The items were reported one by one.
                    return None;
                }
                (texts.filter(|_| is_list).map(Value::List), Texts::new("một danh sách chữ", "a list of texts"))
            }
        };
        if value.is_none() && !node.is_broken() {
            let mistake = Mistake::new(Code::WrongValueType, node.span)
                .with("parameter", name)
                .with_texts("expected", expected)
                .with_texts("found", describe(node));
            self.report.add(mistake);
        }
        value
    }

    fn clauses<'n>(&mut self, fields: &Fields<'n>, keys: Keys<'n>) -> Vec<DraftClause<'n>> {
        let Some((node, items)) = fields.get("clauses").and_then(|node| Some((node, self.list(node)?))) else {
            return Vec::new();
        };
        if items.is_empty() {
            self.empty_list(node, Texts::new("một khoản", "a clause"));
        }
        items.iter().filter_map(|item| self.clause(item, keys)).collect()
    }

    fn clause<'n>(&mut self, node: &'n Node, keys: Keys<'_>) -> Option<DraftClause<'n>> {
        let fields = self.fields(node, &CLAUSE)?;
        let id_node = fields.get("id");
        let id = id_node.and_then(|node| {
            let text = self.text(node)?;
            self.id(text, node.span, &CLAUSE_ID)
        });
        let title = fields.get("title").and_then(|node| self.texts(node));
        let text = fields.get("text").and_then(|node| self.texts(node));
        let basis_node = fields.get("basis");
        let basis = basis_node.and_then(|node| self.list(node)).unwrap_or_default();
        let basis = basis.iter().filter_map(|item| self.basis(item, keys)).collect();
        let mut controls = Vec::new();
        if let Some(list) = fields.get("controls") {
            let items = self.list(list).unwrap_or_default();
            if items.is_empty() && matches!(list.kind, Kind::List(_)) {
                let clause = id_node.and_then(Node::text).unwrap_or("?");
                self.report.add(Mistake::new(Code::ClauseWithoutControl, list.span).with("clause", clause));
            }
            controls = items.iter().filter_map(|item| self.control(item)).collect();
        } else {
            let at = id_node.unwrap_or(node);
            let clause = id_node.and_then(Node::text).unwrap_or("?");
            self.report.add(Mistake::new(Code::ClauseWithoutControl, at.span).with("clause", clause));
        }
        Some(DraftClause { id, title, text, basis, controls })
    }

    fn basis(&mut self, node: &Node, keys: Keys<'_>) -> Option<Basis> {
        if !matches!(node.kind, Kind::Map(_)) {
            let document = self.text(node).filter(|key| self.is_cited(key, node.span, keys))?;
            return Some(Basis { document: document.to_owned(), article: None });
        }
        let fields = self.fields_at(node, &BASIS, &BASIS.place())?;
        let article = fields.get("article").and_then(|node| self.prose(node));
        let key = fields.get("document")?;
        let document = self.text(key).filter(|text| self.is_cited(text, key.span, keys))?;
        Some(Basis { document: document.to_owned(), article })
    }

    fn control<'n>(&mut self, node: &'n Node) -> Option<DraftControl<'n>> {
        let fields = self.fields(node, &CONTROL)?;
        let id = fields.get("id").and_then(|node| self.kebab_id(node));
        let subject = fields.get("subject").and_then(|node| self.word(node));
        let examples = self.examples(&fields, subject, fields.get("id"));
        Some(DraftControl {
            id,
            id_text: fields.get("id").and_then(Node::text),
            subject,
            title: fields.get("title").and_then(|node| self.texts(node)),
            severity: fields.get("severity").and_then(|node| self.word(node)),
            fresh_within: fields.get("fresh_within").and_then(|node| self.duration(node)),
            due: fields.get("due").and_then(|node| self.due(node)),
            pass: fields.get("pass").and_then(|node| self.expression(node)),
            offenders: fields.get("offenders").and_then(|node| self.expression(node)),
            fix: fields.get("fix").and_then(|node| self.steps(node)),
            examples,
        })
    }

    /// A scalar that holds an expression; `true` is one as well.
    fn expression<'n>(&mut self, node: &'n Node) -> Option<&'n Node> {
        if matches!(node.kind, Kind::Scalar(_)) {
            return Some(node);
        }
        self.wrong_type(node, Texts::new("một biểu thức", "an expression"));
        None
    }

    fn examples(&mut self, fields: &Fields<'_>, subject: Option<SubjectKind>, id: Option<&Node>) -> Vec<Example> {
        let list = fields.get("examples");
        let items = list.and_then(|node| self.list(node)).unwrap_or_default();
        check_distinct(
            items.iter().filter_map(|item| item.get("name")).filter_map(|name| Some((name.text()?, name.span))),
            &Texts::new("ví dụ", "examples"),
            self.report,
        );
        let mut found = Vec::new();
        let mut expected: Vec<Expected> = Vec::new();
        for item in items {
            let Some(fields) = self.fields_at(item, &EXAMPLE, &EXAMPLE.place()) else { continue };
            let name = fields.get("name").and_then(|node| self.prose(node));
            let expect = fields.get("expect").and_then(|node| self.word(node));
            let at = fields.get("at").and_then(|node| self.time(node));
            expected.extend(expect);
            // Facts are checked even when the time is wrong; any time serves for that.
            let facts_at = at.unwrap_or(Timestamp::UNIX_EPOCH);
            let facts = fields.get("facts").zip(subject).and_then(|(node, kind)| self.facts(node, kind, facts_at));
            if let (Some(name), Some(expect), Some(at), Some(facts)) = (name, expect, at, facts) {
                found.push(Example { name, expect, at, facts });
            }
        }
        let missing: Vec<&str> =
            Expected::ALL.iter().filter(|expect| !expected.contains(expect)).map(|expect| expect.as_str()).collect();
        if let Some(id) = id
            && !missing.is_empty()
        {
            let control = id.text().unwrap_or("?");
            let mistake = Mistake::new(Code::MissingExample, id.span).with("control", control);
            self.report.add(mistake.with("missing", missing.join(", ")));
        }
        found
    }
}
