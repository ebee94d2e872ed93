//! Facts and checks made from bytes: any bytes make some, and fewer bytes make simpler ones, so that failures shrink.

#![allow(
    dead_code,
    clippy::unwrap_used,
    missing_docs,
    unreachable_pub,
    reason = "each test uses its part; a panic is a failed test"
)]

use jiff::{SignedDuration, Timestamp};
use khien_expr::ast::{Ast, BinaryOperator, Expr, ExprKind, Literal, Name, Span, UnaryOperator};
use khien_expr::{Scope, Type, Value};
use khien_model::facts::{AreaView, FactSet};
use khien_model::reflect::{FieldShape, RecordShape, Reflect, Shape, View};
use khien_model::{Gap, GapCode, Listing, Observed, SubjectKind, record, words};

words! {
    /// A state.
    pub enum State {
        /// Good.
        Good = "good",
        /// Bad.
        Bad = "bad",
    }
}

record! {
    /// An area with a fact of every shape.
    pub struct Area {
        /// A bool.
        pub on: Observed<bool>,
        /// An int.
        pub count: Observed<i64>,
        /// A double.
        pub share: Observed<f64>,
        /// A text.
        pub name: Observed<String>,
        /// A word.
        pub state: Observed<State>,
        /// A moment.
        pub seen_at: Observed<Timestamp>,
        /// A length of time.
        pub age: Observed<SignedDuration>,
        /// Records.
        pub items: Observed<Listing<Item>>,
        /// Texts.
        pub tags: Observed<Listing<Tag>>,
    }

    /// An item of a list.
    pub struct Item {
        /// A bool.
        pub good: Observed<bool>,
        /// An int.
        pub size: Observed<i64>,
        /// A text.
        pub label: Observed<String>,
        /// A moment.
        pub at: Observed<Timestamp>,
        /// Records below records.
        pub parts: Observed<Listing<Part>>,
    }

    /// A part of an item.
    pub struct Part {
        /// A bool.
        pub ok: Observed<bool>,
        /// A text.
        pub name: Observed<String>,
    }
}

/// A text in a list, which may be unknown on its own.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Tag(pub Observed<String>);

impl Reflect for Tag {
    const SHAPE: Shape = Shape::Text;
    fn view(&self) -> View<'_> {
        self.0.view()
    }
}

/// Two areas alike, each observed at its own moment or not at all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    pub alpha: Option<(Area, Timestamp)>,
    pub beta: Option<(Area, Timestamp)>,
}

impl Facts {
    pub const AREAS: &'static RecordShape = &RecordShape {
        name: "TestFacts",
        doc: "",
        fields: &[
            FieldShape { name: "alpha", doc: "", shape: Area::SHAPE },
            FieldShape { name: "beta", doc: "", shape: Area::SHAPE },
        ],
    };
}

impl FactSet for Facts {
    fn kind(&self) -> SubjectKind {
        SubjectKind::Device
    }
    fn shape(&self) -> &'static RecordShape {
        Self::AREAS
    }
    fn area(&self, index: usize) -> Option<AreaView<'_>> {
        let area = if index == 0 { &self.alpha } else { &self.beta };
        let (area, observed_at) = area.as_ref()?;
        Some(AreaView { view: View::Record(area), observed_at: *observed_at, source: "test" })
    }
}

pub fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

/// The scope of the generated checks.
pub fn scope() -> Scope {
    Scope::facts(Facts::AREAS).with_param("limit", Type::Int).with_param("max_age", Type::Duration)
}

pub fn params() -> [Value; 2] {
    [Value::Int(2), Value::Duration(SignedDuration::from_hours(48))]
}

/// Bytes that decide; zeros when there are no more.
pub struct Entropy<'b>(pub &'b [u8]);

impl Entropy<'_> {
    pub fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::from(self.byte()) % bound
    }

    pub fn chance(&mut self, of_256: u8) -> bool {
        self.byte() < of_256 && !self.0.is_empty()
    }

    fn pick<'c>(&mut self, choices: &[&'c str]) -> &'c str {
        choices[self.below(choices.len())]
    }
}

const TEXTS: &[&str] = &["", "a", "ab", "b", "Đạt", "ab.c"];

fn observed<T>(entropy: &mut Entropy<'_>, gaps: bool, value: impl FnOnce(&mut Entropy<'_>) -> T) -> Observed<T> {
    if gaps && entropy.chance(50) {
        return Observed::Unknown(Gap::new(GapCode::Unreadable));
    }
    Observed::Known(value(entropy))
}

fn listing<T>(entropy: &mut Entropy<'_>, gaps: bool, item: impl Fn(&mut Entropy<'_>) -> T) -> Listing<T> {
    let count = entropy.below(4);
    let items = (0..count).map(|_| item(entropy)).collect();
    if gaps && entropy.chance(50) {
        return Listing::incomplete(items, Gap::new(GapCode::PermissionDenied));
    }
    Listing::complete(items)
}

fn moment(entropy: &mut Entropy<'_>) -> Timestamp {
    let hours = i64::from(entropy.byte()) - 200;
    let nanoseconds = i64::from(entropy.byte()) - 128;
    now() + SignedDuration::from_hours(hours) + SignedDuration::from_nanos(nanoseconds)
}

fn text(entropy: &mut Entropy<'_>) -> String {
    entropy.pick(TEXTS).to_owned()
}

fn small(entropy: &mut Entropy<'_>) -> i64 {
    i64::from(entropy.byte() % 8) - 2
}

fn area(entropy: &mut Entropy<'_>, gaps: bool) -> Area {
    let item = |entropy: &mut Entropy<'_>| Item {
        good: observed(entropy, gaps, |entropy| entropy.chance(128)),
        size: observed(entropy, gaps, small),
        label: observed(entropy, gaps, text),
        at: observed(entropy, gaps, moment),
        parts: observed(entropy, gaps, |entropy| {
            listing(entropy, gaps, |entropy| Part {
                ok: observed(entropy, gaps, |entropy| entropy.chance(128)),
                name: observed(entropy, gaps, text),
            })
        }),
    };
    Area {
        on: observed(entropy, gaps, |entropy| entropy.chance(128)),
        count: observed(entropy, gaps, small),
        share: observed(entropy, gaps, |entropy| f64::from(entropy.byte()) / 4.0 - 8.0),
        name: observed(entropy, gaps, text),
        state: observed(entropy, gaps, |entropy| if entropy.chance(128) { State::Bad } else { State::Good }),
        seen_at: observed(entropy, gaps, moment),
        age: observed(entropy, gaps, |entropy| SignedDuration::from_hours(i64::from(entropy.byte()) - 64)),
        items: observed(entropy, gaps, |entropy| listing(entropy, gaps, item)),
        tags: observed(entropy, gaps, |entropy| listing(entropy, gaps, |entropy| Tag(observed(entropy, gaps, text)))),
    }
}

/// Facts; with `gaps` some of them unknown, stale or from the future.
pub fn facts(entropy: &mut Entropy<'_>, gaps: bool) -> Facts {
    let one = |entropy: &mut Entropy<'_>| {
        if gaps && entropy.chance(20) {
            return None;
        }
        let observed_at = if gaps { moment(entropy) } else { now() };
        Some((area(entropy, gaps), observed_at))
    };
    Facts { alpha: one(entropy), beta: one(entropy) }
}

/// Makes a check out of bytes.
pub struct Checks<'e, 'b> {
    pub entropy: &'e mut Entropy<'b>,
    /// Whether `now` and times may be used.
    pub times: bool,
    /// The loop variables in force, by what they stand for.
    variables: Vec<(String, &'static str)>,
}

impl<'e, 'b> Checks<'e, 'b> {
    pub fn new(entropy: &'e mut Entropy<'b>, times: bool) -> Self {
        Self { entropy, times, variables: Vec::new() }
    }

    fn variable(&mut self, of: &str) -> Option<String> {
        let fitting: Vec<String> =
            self.variables.iter().filter(|(_, kind)| *kind == of).map(|(name, _)| name.clone()).collect();
        if fitting.is_empty() || self.entropy.chance(60) {
            return None;
        }
        Some(fitting[self.entropy.below(fitting.len())].clone())
    }

    fn area(&mut self) -> &'static str {
        if self.entropy.chance(100) { "beta" } else { "alpha" }
    }

    /// A part of `depth` levels at most that is true or false.
    pub fn bool(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.bool_leaf();
        }
        let depth = depth - 1;
        match self.entropy.below(16) {
            0 => self.bool_leaf(),
            1..=3 => format!("({} && {})", self.bool(depth), self.bool(depth)),
            4..=6 => format!("({} || {})", self.bool(depth), self.bool(depth)),
            7 => format!("!{}", self.bool(depth)),
            8 => {
                let order = self.entropy.pick(&["<", "<=", ">", ">=", "==", "!="]);
                format!("({} {order} {})", self.int(depth), self.int(depth))
            }
            9 => format!("({} ? {} : {})", self.bool(depth), self.bool(depth), self.bool(depth)),
            10 | 11 if self.times => {
                let order = self.entropy.pick(&["<", "<=", ">", ">=", "==", "!="]);
                if self.entropy.chance(128) {
                    format!("({} {order} {})", self.time(depth), self.time(depth))
                } else {
                    format!("({} {order} {})", self.length(depth), self.length(depth))
                }
            }
            12 => self.text_test(depth),
            _ => self.quantified(depth),
        }
    }

    fn bool_leaf(&mut self) -> String {
        if let Some(part) = self.variable("part") {
            return format!("{part}.ok");
        }
        if let Some(item) = self.variable("item") {
            return format!("{item}.good");
        }
        let area = self.area();
        match self.entropy.below(6) {
            0 => format!("({area}.state == \"bad\")"),
            1 if self.times => format!("has({area}.name)"),
            2 => "true".to_owned(),
            3 => "false".to_owned(),
            _ => format!("{area}.on"),
        }
    }

    fn text_test(&mut self, depth: usize) -> String {
        let (left, right) = (self.text(depth), self.text(depth));
        match self.entropy.below(5) {
            0 => format!("{left}.startsWith({right})"),
            1 => format!("{left}.contains({right})"),
            2 => format!("({left} == {right})"),
            3 => {
                let area = self.area();
                format!("({left} in {area}.tags)")
            }
            _ => format!("{left}.matches(\"^a[b.]*\")"),
        }
    }

    fn quantified(&mut self, depth: usize) -> String {
        let (list, kind) = self.list();
        let name = format!("v{}", self.variables.len());
        let quantifier = self.entropy.pick(&["exists", "all", "exists", "all", "exists_one"]);
        self.variables.push((name.clone(), kind));
        let filter =
            if self.entropy.chance(40) { format!(".filter({name}, {})", self.bool(depth / 2)) } else { String::new() };
        let body = self.bool(depth);
        self.variables.pop();
        format!("{list}{filter}.{quantifier}({name}, {body})")
    }

    fn list(&mut self) -> (String, &'static str) {
        if let Some(item) = self.variable("item") {
            return (format!("{item}.parts"), "part");
        }
        let area = self.area();
        if self.entropy.chance(80) { (format!("{area}.tags"), "tag") } else { (format!("{area}.items"), "item") }
    }

    fn int(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.int_leaf();
        }
        let depth = depth - 1;
        match self.entropy.below(10) {
            0 => format!("({} + {})", self.int(depth), self.int(depth)),
            1 => format!("({} - {})", self.int(depth), self.int(depth)),
            2 => format!("({} / {})", self.int(depth), self.int(depth)),
            3 => format!("({} % {})", self.int(depth), self.int(depth)),
            4 => {
                let (list, _) = self.list();
                format!("size({list})")
            }
            5 => format!("size({})", self.text(depth)),
            6 => {
                let (list, kind) = self.list();
                let name = format!("v{}", self.variables.len());
                self.variables.push((name.clone(), kind));
                let body = self.bool(depth / 2);
                self.variables.pop();
                format!("size({list}.filter({name}, {body}))")
            }
            7 if self.times => {
                let part = self.entropy.pick(&["getHours", "getMinutes", "getSeconds"]);
                if self.entropy.chance(128) {
                    format!("({}).{part}()", self.time(depth))
                } else {
                    format!("({}).{part}()", self.length(depth))
                }
            }
            _ => self.int_leaf(),
        }
    }

    fn int_leaf(&mut self) -> String {
        if let Some(item) = self.variable("item") {
            return format!("{item}.size");
        }
        match self.entropy.below(4) {
            0 => small(self.entropy).to_string(),
            1 if self.times => "param.limit".to_owned(),
            _ => format!("{}.count", self.area()),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if let Some(tag) = self.variable("tag") {
            return tag;
        }
        if let Some(item) = self.variable("item") {
            return format!("{item}.label");
        }
        match self.entropy.below(if depth == 0 { 3 } else { 4 }) {
            0 => format!("\"{}\"", self.entropy.pick(TEXTS)),
            3 => format!("({} + {})", self.text(depth - 1), self.text(depth - 1)),
            _ => format!("{}.name", self.area()),
        }
    }

    fn time(&mut self, depth: usize) -> String {
        if depth > 0 && self.entropy.chance(80) {
            let sign = self.entropy.pick(&["+", "-"]);
            return format!("({} {sign} {})", self.time(depth - 1), self.length(depth - 1));
        }
        if let Some(item) = self.variable("item") {
            return format!("{item}.at");
        }
        match self.entropy.below(4) {
            0 => "directive.issued".to_owned(),
            1 => format!("{}.seen_at", self.area()),
            _ => "now".to_owned(),
        }
    }

    fn length(&mut self, depth: usize) -> String {
        if depth > 0 && self.entropy.chance(150) {
            return format!("({} - {})", self.time(depth - 1), self.time(depth - 1));
        }
        match self.entropy.below(4) {
            0 => "param.max_age".to_owned(),
            1 => format!("{}.age", self.area()),
            _ => format!("duration(\"{}h\")", self.entropy.byte()),
        }
    }
}

/// A tree of any form, also one that makes no sense.
pub fn tree(entropy: &mut Entropy<'_>, depth: usize) -> Expr {
    let kind = if depth == 0 { tree_leaf(entropy) } else { tree_branch(entropy, depth - 1) };
    Expr::new(kind, Span::default())
}

pub fn ast(entropy: &mut Entropy<'_>) -> Ast {
    let depth = entropy.below(7);
    Ast { root: tree(entropy, depth) }
}

const NAMES: &[&str] =
    &["alpha", "beta", "now", "param", "p", "q", "directive", "control", "on", "items", "count", "math", "cel", "int"];
const FUNCTIONS: &[&str] = &[
    "all",
    "exists",
    "exists_one",
    "filter",
    "map",
    "transformList",
    "transformMap",
    "has",
    "size",
    "matches",
    "int",
    "string",
    "duration",
    "timestamp",
    "format",
    "join",
    "split",
    "replace",
    "substring",
    "getHours",
    "type",
    "dyn",
    "version_compare",
    "host_within",
    "bind",
    "greatest",
    "bitShiftLeft",
    "charAt",
    "indexOf",
    "lastIndexOf",
    "reverse",
];

fn name(entropy: &mut Entropy<'_>, names: &[&str]) -> Name {
    Name { text: entropy.pick(names).to_owned(), span: Span::default() }
}

fn tree_leaf(entropy: &mut Entropy<'_>) -> ExprKind {
    match entropy.below(10) {
        0 => ExprKind::Literal(Literal::Null),
        1 => ExprKind::Literal(Literal::Bool(entropy.chance(128))),
        2 => ExprKind::Literal(Literal::Int(i64::from(entropy.byte().cast_signed()))),
        3 => ExprKind::Literal(Literal::Int([i64::MIN, i64::MAX, -1, 0][entropy.below(4)])),
        4 => ExprKind::Literal(Literal::Uint([0, 1, u64::MAX][entropy.below(3)])),
        5 => ExprKind::Literal(Literal::Double([0.0, -1.5, 1e300, 5e-324, -0.1][entropy.below(5)])),
        6 => {
            let texts = ["", "7d", "a\"b\\c\n\t\u{0}", "Đạt", "%s %d", "[a-", "2026-01-01T00:00:00Z", "`", "é\u{301}"];
            ExprKind::Literal(Literal::Text(texts[entropy.below(texts.len())].to_owned()))
        }
        7 => ExprKind::Literal(Literal::Bytes(vec![entropy.byte(), 0, b'"', b'\\', 255])),
        _ => ExprKind::Name { name: entropy.pick(NAMES).to_owned(), rooted: entropy.chance(30) },
    }
}

fn tree_branch(entropy: &mut Entropy<'_>, depth: usize) -> ExprKind {
    use BinaryOperator as B;
    let part = |entropy: &mut Entropy<'_>| Box::new(tree(entropy, depth));
    match entropy.below(12) {
        0 => tree_leaf(entropy),
        1 => {
            let names = ["on", "name", "items", "a b", "x/y", "in", "true"];
            ExprKind::Select { operand: part(entropy), field: name(entropy, &names) }
        }
        2 => ExprKind::Index { operand: part(entropy), index: part(entropy) },
        3 => ExprKind::Unary { operator: UnaryOperator::Not, operand: part(entropy) },
        4 => ExprKind::Unary { operator: UnaryOperator::Negate, operand: part(entropy) },
        5..=6 => {
            let operators = [
                B::Or,
                B::And,
                B::Equal,
                B::NotEqual,
                B::Less,
                B::LessOrEqual,
                B::Greater,
                B::GreaterOrEqual,
                B::In,
                B::Add,
                B::Subtract,
                B::Multiply,
                B::Divide,
                B::Remainder,
            ];
            let operator = operators[entropy.below(operators.len())];
            ExprKind::Binary { operator, left: part(entropy), right: part(entropy) }
        }
        7 => ExprKind::Conditional { condition: part(entropy), then: part(entropy), otherwise: part(entropy) },
        8 => {
            let count = entropy.below(4);
            ExprKind::List((0..count).map(|_| tree(entropy, depth)).collect())
        }
        9 => {
            let count = entropy.below(3);
            ExprKind::Map((0..count).map(|_| (tree(entropy, depth), tree(entropy, depth))).collect())
        }
        _ => {
            let target = entropy.chance(200).then(|| part(entropy));
            let function = name(entropy, FUNCTIONS);
            let count = entropy.below(4);
            let mut arguments: Vec<Expr> = (0..count).map(|_| tree(entropy, depth)).collect();
            // Often what a macro wants: a name first.
            if entropy.chance(150) && !arguments.is_empty() {
                let name = entropy.pick(&["p", "q"]).to_owned();
                arguments[0] = Expr::new(ExprKind::Name { name, rooted: false }, Span::default());
            }
            ExprKind::Call { target, function, arguments }
        }
    }
}
