//! Tokens to a tree: recursive descent for the brackets, precedence climbing for the operators.

use crate::ast::{Ast, BinaryOperator, Expr, ExprKind, Literal, Name, Span, UnaryOperator};
use crate::lexer::{Token, lex};
use crate::limits::{MAX_DEPTH, MAX_NODES, MAX_PROBLEMS, MAX_SOURCE_BYTES};
use crate::problem::{Problem, ProblemCode};

/// Words that cannot be names, by the CEL specification.
const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Reads an expression. All mistakes that can be told apart are reported at once.
pub fn parse(source: &str) -> Result<Ast, Vec<Problem>> {
    if source.len() > MAX_SOURCE_BYTES {
        let limit = MAX_SOURCE_BYTES.to_string();
        let span = Span::new(0, source.len());
        return Err(vec![Problem::new(ProblemCode::TooLong, span, [("limit", &*limit)])]);
    }
    let mut problems = Vec::new();
    let tokens = lex(source, &mut problems);
    let mut parser = Parser { tokens, at: 0, depth: 0, nodes: 0, gave_up: false, problems };
    if parser.peek() == &Token::End && parser.problems.is_empty() {
        let span = Span::new(0, source.len());
        return Err(vec![Problem::new(ProblemCode::Empty, span, [])]);
    }
    let root = parser.expression();
    if !parser.gave_up && parser.peek() != &Token::End {
        parser.expected("an operator or the end");
    }
    let ast = Ast { root };
    // Chains like `a + b + …` grow deep without deep recursion of the parser.
    if parser.problems.is_empty() && ast.size_and_depth().1 > MAX_DEPTH {
        parser.give_up(ProblemCode::TooDeep, MAX_DEPTH, ast.root.span);
    }
    if parser.problems.is_empty() {
        return Ok(ast);
    }
    parser.problems.sort_by_key(|problem| problem.span.start);
    parser.problems.truncate(MAX_PROBLEMS);
    Err(parser.problems)
}

struct Parser {
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
    nodes: usize,
    /// A bound was reached: nothing more is read.
    gave_up: bool,
    problems: Vec<Problem>,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(Span::default(), |(_, span)| *span)
    }

    fn previous_span(&self) -> Span {
        self.tokens.get(self.at.saturating_sub(1)).map_or(Span::default(), |(_, span)| *span)
    }

    fn advance(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn take(&mut self, symbol: &'static str) -> bool {
        let found = self.peek() == &Token::Symbol(symbol);
        if found {
            self.advance();
        }
        found
    }

    fn expected(&mut self, what: &str) {
        if self.gave_up {
            return;
        }
        let found = self.peek().describe();
        let span = self.span();
        let mut problem = Problem::new(ProblemCode::UnexpectedToken, span, [("expected", what), ("found", &*found)]);
        if let Token::Word(word) = self.peek() {
            problem.hint = word_hint(word).map(str::to_owned);
        }
        self.problems.push(problem);
    }

    fn give_up(&mut self, code: ProblemCode, limit: usize, span: Span) {
        if !self.gave_up {
            let limit = limit.to_string();
            self.problems.push(Problem::new(code, span, [("limit", &*limit)]));
        }
        self.gave_up = true;
        self.at = self.tokens.len() - 1;
    }

    /// Makes a node and counts it.
    fn node(&mut self, kind: ExprKind, span: Span) -> Expr {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.give_up(ProblemCode::TooLarge, MAX_NODES, span);
        }
        Expr::new(kind, span)
    }

    /// Stands for what could not be read, after its problem was reported.
    fn hole(&mut self) -> Expr {
        let span = self.span();
        self.node(ExprKind::Literal(Literal::Null), span)
    }

    fn expression(&mut self) -> Expr {
        self.depth += 1;
        let expr = if self.depth > MAX_DEPTH {
            let span = self.span();
            self.give_up(ProblemCode::TooDeep, MAX_DEPTH, span);
            self.hole()
        } else {
            self.conditional()
        };
        self.depth -= 1;
        expr
    }

    fn conditional(&mut self) -> Expr {
        let condition = self.binary(0);
        if !self.take("?") {
            return condition;
        }
        let then = self.binary(0);
        if !self.take(":") {
            self.expected("`:` and the value when it is false");
            return condition;
        }
        let otherwise = self.expression();
        let span = condition.span.to(otherwise.span);
        let kind = ExprKind::Conditional {
            condition: Box::new(condition),
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        };
        self.node(kind, span)
    }

    fn operator(&self) -> Option<BinaryOperator> {
        use BinaryOperator as B;
        Some(match self.peek() {
            Token::Word(word) if word == "in" => B::In,
            Token::Symbol(symbol) => match *symbol {
                "||" => B::Or,
                "&&" => B::And,
                "==" => B::Equal,
                "!=" => B::NotEqual,
                "<" => B::Less,
                "<=" => B::LessOrEqual,
                ">" => B::Greater,
                ">=" => B::GreaterOrEqual,
                "+" => B::Add,
                "-" => B::Subtract,
                "*" => B::Multiply,
                "/" => B::Divide,
                "%" => B::Remainder,
                _ => return None,
            },
            _ => return None,
        })
    }

    fn binary(&mut self, above: u8) -> Expr {
        let mut left = self.unary();
        while let Some(operator) = self.operator().filter(|found| found.precedence() > above) {
            self.advance();
            let right = self.binary(operator.precedence());
            let span = left.span.to(right.span);
            let kind = ExprKind::Binary { operator, left: Box::new(left), right: Box::new(right) };
            left = self.node(kind, span);
        }
        left
    }

    /// Prefix operators are gathered in a loop: `!!!!…` costs no stack.
    fn unary(&mut self) -> Expr {
        let mut prefixes = Vec::new();
        loop {
            let operator = match self.peek() {
                Token::Symbol("!") => UnaryOperator::Not,
                Token::Symbol("-") => UnaryOperator::Negate,
                _ => break,
            };
            let span = self.span();
            self.advance();
            if operator == UnaryOperator::Negate
                && let Some(literal) = self.negative_literal()
            {
                let span = span.to(self.span());
                self.advance();
                let literal = self.node(ExprKind::Literal(literal), span);
                let expr = self.postfix(literal);
                return self.prefixed(prefixes, expr);
            }
            prefixes.push((operator, span));
        }
        let primary = self.primary();
        let expr = self.postfix(primary);
        self.prefixed(prefixes, expr)
    }

    fn prefixed(&mut self, prefixes: Vec<(UnaryOperator, Span)>, mut expr: Expr) -> Expr {
        for (operator, span) in prefixes.into_iter().rev() {
            let span = span.to(expr.span);
            expr = self.node(ExprKind::Unary { operator, operand: Box::new(expr) }, span);
        }
        expr
    }

    /// A minus right before a number belongs to the number.
    fn negative_literal(&self) -> Option<Literal> {
        match self.peek() {
            Token::Literal(Literal::Int(value)) => Some(Literal::Int(-value)),
            Token::Literal(Literal::Double(value)) => Some(Literal::Double(-value)),
            Token::MinInt => Some(Literal::Int(i64::MIN)),
            _ => None,
        }
    }

    fn postfix(&mut self, mut expr: Expr) -> Expr {
        loop {
            if self.take(".") {
                expr = self.member(expr);
            } else if self.take("[") {
                if self.peek() == &Token::Symbol("?") {
                    return self.unsupported("the optional syntax `[?…]`");
                }
                let index = self.expression();
                self.close("]");
                let span = expr.span.to(self.previous_span());
                let kind = ExprKind::Index { operand: Box::new(expr), index: Box::new(index) };
                expr = self.node(kind, span);
            } else if self.peek() == &Token::Symbol("{") && is_type_name(&expr) {
                return self.unsupported("making a message, `Type{…}`,");
            } else {
                return expr;
            }
        }
    }

    fn member(&mut self, operand: Expr) -> Expr {
        let span = self.span();
        let (text, quoted) = match self.peek().clone() {
            Token::Word(word) => (word, false),
            Token::QuotedWord(word) => (word, true),
            Token::Symbol("?") => return self.unsupported("the optional syntax `.?`"),
            _ => {
                self.expected("the name of a field or function");
                return operand;
            }
        };
        if !quoted && matches!(&*text, "true" | "false" | "null" | "in") {
            self.expected("the name of a field or function");
        }
        self.advance();
        let name = Name { text, span };
        if !quoted && self.take("(") {
            let arguments = self.items(")");
            let span = operand.span.to(self.previous_span());
            let kind = ExprKind::Call { target: Some(Box::new(operand)), function: name, arguments };
            return self.node(kind, span);
        }
        let span = operand.span.to(span);
        self.node(ExprKind::Select { operand: Box::new(operand), field: name }, span)
    }

    fn primary(&mut self) -> Expr {
        let span = self.span();
        match self.peek().clone() {
            Token::Literal(literal) => {
                self.advance();
                self.node(ExprKind::Literal(literal), span)
            }
            Token::MinInt => {
                self.advance();
                let number = i64::MIN.unsigned_abs().to_string();
                let problem = Problem::new(ProblemCode::InvalidNumber, span, [("number", &*number)]);
                self.problems.push(problem);
                self.hole()
            }
            Token::Word(word) => self.word(&word, span),
            Token::Symbol("(") => {
                self.advance();
                let mut inner = self.expression();
                self.close(")");
                inner.span = span.to(self.previous_span());
                inner
            }
            Token::Symbol("[") => {
                self.advance();
                let items = self.items("]");
                let span = span.to(self.previous_span());
                self.node(ExprKind::List(items), span)
            }
            Token::Symbol("{") => self.map(span),
            Token::Symbol(".") => {
                self.advance();
                let Token::Word(word) = self.peek().clone() else {
                    self.expected("a name");
                    return self.hole();
                };
                self.name(&word, true, span.to(self.span()))
            }
            _ => {
                self.expected("a value");
                self.skip_to_boundary();
                self.hole()
            }
        }
    }

    fn word(&mut self, word: &str, span: Span) -> Expr {
        let literal = match word {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            "null" => Literal::Null,
            "in" => {
                self.expected("a value");
                self.advance();
                return self.hole();
            }
            _ => return self.name(word, false, span),
        };
        self.advance();
        self.node(ExprKind::Literal(literal), span)
    }

    /// A name, or a call of a function by its name.
    fn name(&mut self, word: &str, rooted: bool, span: Span) -> Expr {
        if RESERVED.contains(&word) {
            let problem = Problem::new(ProblemCode::ReservedWord, span, [("word", word)]);
            self.problems.push(problem);
        }
        self.advance();
        if !self.take("(") {
            return self.node(ExprKind::Name { name: word.to_owned(), rooted }, span);
        }
        let arguments = self.items(")");
        let dot = if rooted { "." } else { "" };
        let function = Name { text: format!("{dot}{word}"), span };
        let span = span.to(self.previous_span());
        self.node(ExprKind::Call { target: None, function, arguments }, span)
    }

    /// Comma-separated expressions up to `close`; a comma may stand before it.
    fn items(&mut self, close: &'static str) -> Vec<Expr> {
        let mut items = Vec::new();
        loop {
            if self.take(close) {
                return items;
            }
            if self.peek() == &Token::Symbol("?") {
                self.unsupported("the optional syntax `[?…]`");
            }
            items.push(self.expression());
            if !self.take(",") {
                self.close(close);
                return items;
            }
        }
    }

    fn map(&mut self, start: Span) -> Expr {
        self.advance();
        let mut entries = Vec::new();
        while !self.take("}") {
            if self.peek() == &Token::Symbol("?") {
                return self.unsupported("the optional syntax `{?…}`");
            }
            let key = self.expression();
            if !self.take(":") {
                self.expected("`:` between key and value");
                self.close("}");
                break;
            }
            let value = self.expression();
            entries.push((key, value));
            if !self.take(",") {
                self.close("}");
                break;
            }
        }
        let span = start.to(self.previous_span());
        self.node(ExprKind::Map(entries), span)
    }

    /// Takes a closing bracket; when it is missing, says so once and goes on behind the next one.
    fn close(&mut self, symbol: &'static str) {
        if self.take(symbol) || self.gave_up {
            return;
        }
        self.expected(&format!("`{symbol}`"));
        self.skip_to_boundary();
        self.take(symbol);
    }

    /// Goes on to the next place where an enclosing bracket can continue.
    fn skip_to_boundary(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                Token::End => return,
                Token::Symbol("(" | "[" | "{") => open += 1,
                Token::Symbol(")" | "]" | "}") if open > 0 => open -= 1,
                Token::Symbol(")" | "]" | "}" | "," | "&&" | "||") if open == 0 => return,
                _ => {}
            }
            self.advance();
        }
    }

    fn unsupported(&mut self, what: &str) -> Expr {
        let span = self.span();
        if !self.gave_up {
            self.problems.push(Problem::new(ProblemCode::Unsupported, span, [("what", what)]));
        }
        self.gave_up = true;
        self.at = self.tokens.len() - 1;
        self.hole()
    }
}

/// Whether `{` after it would be a message.
fn is_type_name(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Name { .. } => true,
        ExprKind::Select { operand, .. } => is_type_name(operand),
        _ => false,
    }
}

/// What people write who come from other languages.
fn word_hint(word: &str) -> Option<&'static str> {
    match word {
        "and" | "AND" | "và" => Some("\"and\" is written &&"),
        "or" | "OR" => Some("\"or\" is written ||"),
        "not" | "NOT" => Some("\"not\" is written !"),
        "is" => Some("two things are compared with =="),
        _ => None,
    }
}
