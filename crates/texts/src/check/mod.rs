//! A check in plain words: what the expression asks, computed out of its tree, never written by hand.
//!
//! `browsers.profiles.all(p, p.saved_logins == 0)` becomes «Với mỗi Trình duyệt › hồ sơ trình duyệt: số mật khẩu đã lưu:
//! 0». Facts are called by their names, parameters by what they set and their value of today, other controls by their
//! titles. What is not said in words (a function that no text knows) is shown as it is written: nothing is left out.

mod places;

#[cfg(test)]
mod tests;

use jiff::Timestamp;
use khien_directive::{Control, Directive};
use khien_expr::ast::{BinaryOperator, Expr, ExprKind, Literal, Name, UnaryOperator};
use khien_model::facts::areas_of;
use khien_model::reflect::Shape;

use self::places::{Place, Scope};
use crate::explain::value_in_words;
use crate::{Texts, moment, text};

/// What a check asks: a sentence, and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The sentence, without a full stop. It ends with a colon when parts follow.
    pub text: String,
    /// The parts.
    pub parts: Vec<Statement>,
}

impl Statement {
    fn says(text: impl Into<String>) -> Self {
        Self { text: text.into(), parts: Vec::new() }
    }

    /// The statement as lines of text, each set in as deep as it stands.
    pub fn lines(&self) -> String {
        let mut lines = String::new();
        let mut open = vec![(self, 0)];
        while let Some((statement, depth)) = open.pop() {
            lines.push_str(&format!("{}- {}\n", "  ".repeat(depth), statement.text));
            open.extend(statement.parts.iter().rev().map(|part| (part, depth + 1)));
        }
        lines
    }
}

/// What `control` asks of its subject, with the values of parameters at `at`. `None` when its source is no expression, which
/// does not happen to a checked directive.
pub fn in_words(directive: &Directive, control: &Control, at: Timestamp, texts: &Texts) -> Option<Statement> {
    let tree = khien_expr::parse(&control.pass.source).ok()?;
    let areas = areas_of(control.subject);
    let writer = Writer { directive, source: &control.pass.source, at, texts };
    Some(writer.statement(&tree.root, false, &Scope::new(areas)))
}

/// Writes the tree of one expression down.
struct Writer<'w> {
    directive: &'w Directive,
    source: &'w str,
    at: Timestamp,
    texts: &'w Texts,
}

impl Writer<'_> {
    /// What must be so that `expr` is true; with `negated`, that it is false.
    fn statement(&self, expr: &Expr, negated: bool, scope: &Scope<'_>) -> Statement {
        match &expr.kind {
            ExprKind::Unary { operator: UnaryOperator::Not, operand } => self.statement(operand, !negated, scope),
            ExprKind::Binary { operator: operator @ (BinaryOperator::And | BinaryOperator::Or), .. } => {
                self.several(expr, *operator, negated, scope)
            }
            ExprKind::Binary { operator, left, right } => self.comparison(*operator, left, right, negated, scope, expr),
            ExprKind::Conditional { condition, then, otherwise } => {
                // c ? a : b asks a where c holds, and b where it does not.
                let branch = |is_else: bool, value: &Expr| {
                    self.joined(
                        "check-all",
                        vec![self.statement(condition, is_else, scope), self.statement(value, negated, scope)],
                    )
                };
                self.joined("check-any", vec![branch(false, then), branch(true, otherwise)])
            }
            ExprKind::Call { target: Some(target), function, arguments } => {
                self.call(expr, target, &function.text, arguments, negated, scope)
            }
            ExprKind::Literal(Literal::Bool(value)) => {
                Statement::says(self.texts.text(if *value == negated { "check-never" } else { "check-always" }))
            }
            _ => self.yes_or_no(expr, negated, scope),
        }
    }

    /// `a && b && c` as one list, however it is nested.
    fn several(&self, expr: &Expr, operator: BinaryOperator, negated: bool, scope: &Scope<'_>) -> Statement {
        let mut parts = Vec::new();
        flatten(expr, operator, &mut parts);
        let mut said: Vec<Statement> = Vec::new();
        let mut rest = parts.as_slice();
        while let [first, others @ ..] = rest {
            // `x <= now && now - x <= limit` says one thing: x is no longer ago than that.
            let lately = others.first().and_then(|second| self.lately(first, second, operator, negated, scope));
            let (statement, used) = match lately {
                Some(statement) => (statement, 2),
                None => (self.statement(first, negated, scope), 1),
            };
            said.push(statement);
            rest = rest.get(used..).unwrap_or_default();
        }
        // Not all of them: at least one is not so.
        let is_all = (operator == BinaryOperator::And) != negated;
        self.joined(if is_all { "check-all" } else { "check-any" }, said)
    }

    fn joined(&self, key: &str, mut parts: Vec<Statement>) -> Statement {
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Statement { text: self.texts.text(key), parts }
            }
        }
    }

    /// `x <= now && now - x <= limit`: x happened, and no longer ago than the limit.
    fn lately(
        &self,
        first: &Expr,
        second: &Expr,
        operator: BinaryOperator,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Option<Statement> {
        if operator != BinaryOperator::And || negated {
            return None;
        }
        let (happened, by) = binary(first, BinaryOperator::LessOrEqual)?;
        let (age, limit) = binary(second, BinaryOperator::LessOrEqual)?;
        let (until, since) = binary(age, BinaryOperator::Subtract)?;
        if !is_now(by) || !is_now(until) || happened != since {
            return None;
        }
        let (moment, limit) = (self.value(happened, scope), self.value(limit, scope));
        Some(Statement::says(text!(self.texts, "check-lately", moment = moment, limit = limit)))
    }

    fn comparison(
        &self,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
        negated: bool,
        scope: &Scope<'_>,
        whole: &Expr,
    ) -> Statement {
        let operator = if negated { opposite(operator) } else { Some(operator) };
        // What is looked at comes first: now < end is end > now.
        let (operator, left, right) = match operator {
            Some(operator) if scope.place(left).is_none() && scope.place(right).is_some() => {
                (mirrored(operator), right, left)
            }
            operator => (operator, left, right),
        };
        let is_moment = matches!(scope.place(left), Some(Place { shape: Some(Shape::Timestamp), .. }));
        let key = match operator {
            None | Some(BinaryOperator::And | BinaryOperator::Or) => None,
            Some(operator) if is_now(right) => moment_key(operator),
            Some(BinaryOperator::Equal) if is_empty_text(right) => Some("check-is-empty"),
            Some(BinaryOperator::NotEqual) if is_empty_text(right) => Some("check-is-filled"),
            Some(operator) if is_moment => later_key(operator).or_else(|| comparison_key(operator, negated)),
            Some(operator) => comparison_key(operator, negated),
        };
        let Some(key) = key else { return self.as_written(whole, negated) };
        let (left, right) = (self.value(left, scope), self.value(right, scope));
        Statement::says(match key {
            "check-is-empty" | "check-is-filled" => text!(self.texts, key, what = left),
            _ if key.starts_with("check-moment") => text!(self.texts, key, moment = left),
            _ => text!(self.texts, key, left = left, right = right),
        })
    }

    fn call(
        &self,
        whole: &Expr,
        target: &Expr,
        function: &str,
        arguments: &[Expr],
        negated: bool,
        scope: &Scope<'_>,
    ) -> Statement {
        if let ("all" | "exists" | "exists_one", [variable, body]) = (function, arguments)
            && let ExprKind::Name { name, .. } = &variable.kind
        {
            return self
                .over_list(target, function, name, body, negated, scope)
                .unwrap_or_else(|| self.as_written(whole, negated));
        }
        let key = match (function, negated) {
            ("contains", false) => "check-contains",
            ("contains", true) => "check-contains-not",
            ("startsWith", false) => "check-starts-with",
            ("startsWith", true) => "check-starts-with-not",
            ("endsWith", false) => "check-ends-with",
            ("endsWith", true) => "check-ends-with-not",
            ("matches", false) => "check-matches",
            ("matches", true) => "check-matches-not",
            _ => return self.as_written(whole, negated),
        };
        let [part] = arguments else { return self.as_written(whole, negated) };
        let (left, right) = (self.value(target, scope), self.value(part, scope));
        Statement::says(text!(self.texts, key, left = left, right = right))
    }

    /// A condition on the items of a list.
    fn over_list(
        &self,
        list: &Expr,
        function: &str,
        variable: &str,
        body: &Expr,
        negated: bool,
        scope: &Scope<'_>,
    ) -> Option<Statement> {
        let name = self.value(list, scope);
        let inner = scope.with(variable, self.item_of(list, scope)?);
        let is_always = matches!(body.kind, ExprKind::Literal(Literal::Bool(true)));
        let said = |key: &str, list: &str| text!(self.texts, key, list = list);
        if is_always {
            return match (function, negated) {
                ("exists", false) => Some(Statement::says(said("check-list-filled", &name))),
                ("exists", true) => Some(Statement::says(said("check-list-empty", &name))),
                _ => None,
            };
        }
        let (key, body_negated) = match (function, negated) {
            ("all", false) => ("check-each", false),
            ("all", true) => ("check-some", true),
            ("exists", false) => ("check-some", false),
            // Not one is so: each is otherwise, which reads more easily than a denial of a denial.
            ("exists", true) => ("check-each", true),
            ("exists_one", false) => ("check-one", false),
            _ => return None,
        };
        let asked = self.statement(body, body_negated, &inner);
        // What is asked of every item stands in the list below it.
        let is_list = !asked.parts.is_empty() && asked.text == self.texts.text("check-all");
        let parts = if is_list { asked.parts } else { vec![asked] };
        Some(Statement { text: said(key, &name), parts })
    }

    fn item_of(&self, list: &Expr, scope: &Scope<'_>) -> Option<Place> {
        match scope.place(list) {
            Some(place) => match place.shape {
                Some(Shape::List(item)) => Some(Place { shape: Some(*item), name: place.name }),
                _ => None,
            },
            // An item of a parameter, or of a list that is written out, is a plain value.
            None => Some(Place { shape: None, name: self.texts.text("check-item") }),
        }
    }

    /// Something that is true or false by itself.
    fn yes_or_no(&self, expr: &Expr, negated: bool, scope: &Scope<'_>) -> Statement {
        if let Some(control) = self.other_control(expr) {
            let key = if negated { "check-control-not" } else { "check-control" };
            return Statement::says(text!(self.texts, key, control = control));
        }
        if let ExprKind::Call { target: None, function, arguments } = &expr.kind
            && let ("has", [place]) = (function.text.as_str(), arguments.as_slice())
        {
            let key = if negated { "check-has-not" } else { "check-has" };
            return Statement::says(text!(self.texts, key, what = self.value(place, scope)));
        }
        let what = match (scope.place(expr), self.parameter(expr)) {
            (Some(place), _) => place.name_in(self.texts),
            // The value that it has now is not what is asked of it.
            (None, Some((about, value))) => text!(self.texts, "check-parameter-asked", about = about, value = value),
            (None, None) => return self.as_written(expr, negated),
        };
        let key = if negated { "check-no" } else { "check-yes" };
        Statement::says(text!(self.texts, key, what = what))
    }

    /// A value: a fact, a parameter, a literal, or something that is computed.
    fn value(&self, expr: &Expr, scope: &Scope<'_>) -> String {
        if is_now(expr) {
            return self.texts.text("check-now");
        }
        if let Some(place) = scope.place(expr) {
            return place.name_in(self.texts);
        }
        if let Some((about, value)) = self.parameter(expr) {
            return text!(self.texts, "check-parameter", about = about, value = value);
        }
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Select { operand, field } if is_name(operand, "directive") => self.about_directive(expr, field),
            ExprKind::Binary { operator: BinaryOperator::Subtract, left, right } if is_now(left) => {
                text!(self.texts, "check-age", moment = self.value(right, scope))
            }
            ExprKind::Binary { operator: BinaryOperator::Add, left, right } => {
                text!(self.texts, "check-plus", left = self.value(left, scope), right = self.value(right, scope))
            }
            ExprKind::Binary { operator: BinaryOperator::Subtract, left, right } => {
                text!(self.texts, "check-minus", left = self.value(left, scope), right = self.value(right, scope))
            }
            ExprKind::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.value(item, scope)).collect();
                items.join(", ")
            }
            ExprKind::Call { target: Some(target), function, arguments }
                if function.text == "size" && arguments.is_empty() =>
            {
                text!(self.texts, "check-size", list = self.value(target, scope))
            }
            ExprKind::Call { target: None, function, arguments } => {
                match (function.text.as_str(), arguments.as_slice()) {
                    ("size", [list]) => text!(self.texts, "check-size", list = self.value(list, scope)),
                    ("duration", [Expr { kind: ExprKind::Literal(Literal::Text(written)), .. }]) => {
                        written.parse().map_or_else(|_| self.written(expr), |length| moment::length(length, self.texts))
                    }
                    ("timestamp", [Expr { kind: ExprKind::Literal(Literal::Text(written)), .. }]) => {
                        written.parse().map_or_else(|_| self.written(expr), |at| moment::shown(at, self.texts))
                    }
                    _ => self.written(expr),
                }
            }
            _ => self.written(expr),
        }
    }

    /// What a check can ask about the directive itself.
    fn about_directive(&self, expr: &Expr, field: &Name) -> String {
        match field.text.as_str() {
            "issued" => {
                text!(self.texts, "check-issued", day = moment::day_shown(self.directive.issued, self.texts))
            }
            "valid_from" => {
                text!(self.texts, "check-valid-from", day = moment::day_shown(self.directive.valid_from, self.texts))
            }
            _ => self.written(expr),
        }
    }

    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Text(text) => text!(self.texts, "check-quoted", text = text.as_str()),
            Literal::Bool(value) => self.texts.text(if *value { "value-yes" } else { "value-no" }),
            Literal::Int(number) => number.to_string(),
            Literal::Uint(number) => number.to_string(),
            Literal::Double(number) => number.to_string(),
            Literal::Null => self.texts.text("value-empty"),
            Literal::Bytes(_) => "…".to_owned(),
        }
    }

    /// `param.name`: what it sets, and its value now.
    fn parameter(&self, expr: &Expr) -> Option<(String, String)> {
        let ExprKind::Select { operand, field } = &expr.kind else { return None };
        if !is_name(operand, "param") {
            return None;
        }
        let parameter = self.directive.parameters.iter().find(|parameter| parameter.name == field.text)?;
        let value = parameter.at(self.at).map(|value| value_in_words(&value.value, self.texts));
        let value = value.unwrap_or_else(|| self.texts.text("check-parameter-unset"));
        Some((self.texts.pick(&parameter.about).to_owned(), value))
    }

    /// `control["id"]`: the title of that control.
    fn other_control(&self, expr: &Expr) -> Option<String> {
        let ExprKind::Index { operand, index } = &expr.kind else { return None };
        let ExprKind::Literal(Literal::Text(id)) = &index.kind else { return None };
        if !is_name(operand, "control") {
            return None;
        }
        let title = self.directive.control(id).map(|(_, control)| self.texts.pick(&control.title));
        Some(title.unwrap_or(id).to_owned())
    }

    /// What no words are known for.
    fn as_written(&self, expr: &Expr, negated: bool) -> Statement {
        let key = if negated { "check-written-not" } else { "check-written" };
        Statement::says(text!(self.texts, key, written = self.written(expr)))
    }

    fn written(&self, expr: &Expr) -> String {
        self.source.get(expr.span.range()).unwrap_or_default().to_owned()
    }
}

/// The operands of a chain of one operator, in order.
fn flatten<'e>(expr: &'e Expr, operator: BinaryOperator, parts: &mut Vec<&'e Expr>) {
    match binary(expr, operator) {
        Some((left, right)) => {
            flatten(left, operator, parts);
            flatten(right, operator, parts);
        }
        None => parts.push(expr),
    }
}

/// The two sides, when `expr` is this operation.
fn binary(expr: &Expr, wanted: BinaryOperator) -> Option<(&Expr, &Expr)> {
    match &expr.kind {
        ExprKind::Binary { operator, left, right } if *operator == wanted => Some((left, right)),
        _ => None,
    }
}

fn is_name(expr: &Expr, wanted: &str) -> bool {
    matches!(&expr.kind, ExprKind::Name { name, .. } if name == wanted)
}

fn is_now(expr: &Expr) -> bool {
    is_name(expr, "now")
}

fn is_empty_text(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Literal(Literal::Text(text)) if text.is_empty())
}

/// The comparison that holds when `operator` does not. `in` is its own: its key says that it is denied.
fn opposite(operator: BinaryOperator) -> Option<BinaryOperator> {
    Some(match operator {
        BinaryOperator::Equal => BinaryOperator::NotEqual,
        BinaryOperator::NotEqual => BinaryOperator::Equal,
        BinaryOperator::Less => BinaryOperator::GreaterOrEqual,
        BinaryOperator::LessOrEqual => BinaryOperator::Greater,
        BinaryOperator::Greater => BinaryOperator::LessOrEqual,
        BinaryOperator::GreaterOrEqual => BinaryOperator::Less,
        BinaryOperator::In => BinaryOperator::In,
        _ => return None,
    })
}

/// The same comparison with its sides exchanged.
fn mirrored(operator: BinaryOperator) -> Option<BinaryOperator> {
    Some(match operator {
        BinaryOperator::Less => BinaryOperator::Greater,
        BinaryOperator::LessOrEqual => BinaryOperator::GreaterOrEqual,
        BinaryOperator::Greater => BinaryOperator::Less,
        BinaryOperator::GreaterOrEqual => BinaryOperator::LessOrEqual,
        BinaryOperator::Equal | BinaryOperator::NotEqual => operator,
        _ => return None,
    })
}

/// How a moment stands to now.
fn moment_key(operator: BinaryOperator) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Less | BinaryOperator::LessOrEqual => "check-moment-past",
        BinaryOperator::Greater | BinaryOperator::GreaterOrEqual => "check-moment-to-come",
        _ => return None,
    })
}

/// How one moment stands to another.
fn later_key(operator: BinaryOperator) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Less => "check-earlier",
        BinaryOperator::LessOrEqual => "check-not-later",
        BinaryOperator::Greater => "check-later",
        BinaryOperator::GreaterOrEqual => "check-not-earlier",
        _ => return None,
    })
}

fn comparison_key(operator: BinaryOperator, negated: bool) -> Option<&'static str> {
    Some(match operator {
        BinaryOperator::Equal => "check-equal",
        BinaryOperator::NotEqual => "check-not-equal",
        BinaryOperator::Less => "check-less",
        BinaryOperator::LessOrEqual => "check-at-most",
        BinaryOperator::Greater => "check-more",
        BinaryOperator::GreaterOrEqual => "check-at-least",
        BinaryOperator::In if negated => "check-not-in",
        BinaryOperator::In => "check-in",
        _ => return None,
    })
}
