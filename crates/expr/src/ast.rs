//! The tree of an expression as it was written: macros are still calls, names are not yet resolved.

use crate::limits::{MAX_DEPTH, MAX_NODES};
use crate::problem::{Problem, ProblemCode};

/// A range of bytes in the source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// From `start` up to, not including, `end`. Sources are bounded far below 4 GiB; a larger offset is clamped.
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The bytes as a range, to cut the source with `str::get`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Ast {
    /// The outermost operation.
    pub root: Expr,
}

/// One operation, literal or name with the place where it stands.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// Two expressions are equal when they mean the same; where they stand does not matter.
impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

/// Takes a deep tree apart without deep recursion.
impl Drop for Expr {
    fn drop(&mut self) {
        let mut open = self.take_children();
        while let Some(mut expr) = open.pop() {
            open.append(&mut expr.take_children());
        }
    }
}

/// A name with the place where it stands.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name, without backquotes.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// The kinds of [`Expr`].
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A number, text, `true`, `null` …
    Literal(Literal),
    /// A name. `rooted` when it was written with a leading dot, which skips loop variables.
    Name {
        /// The name.
        name: String,
        /// Whether a dot stood before it.
        rooted: bool,
    },
    /// `operand.field`
    Select {
        /// What is looked into.
        operand: Box<Expr>,
        /// The field's name.
        field: Name,
    },
    /// `operand[index]`
    Index {
        /// What is looked into.
        operand: Box<Expr>,
        /// The position or key.
        index: Box<Expr>,
    },
    /// `function(arguments)` or `target.function(arguments)`; macros too.
    Call {
        /// What stands before the dot.
        target: Option<Box<Expr>>,
        /// The function's name; a leading dot is kept (`.f(x)`).
        function: Name,
        /// The arguments in parentheses.
        arguments: Vec<Expr>,
    },
    /// `!operand`, `-operand`
    Unary {
        /// Which.
        operator: UnaryOperator,
        /// On what.
        operand: Box<Expr>,
    },
    /// `left operator right`
    Binary {
        /// Which.
        operator: BinaryOperator,
        /// The left side.
        left: Box<Expr>,
        /// The right side.
        right: Box<Expr>,
    },
    /// `condition ? then : otherwise`
    Conditional {
        /// What decides.
        condition: Box<Expr>,
        /// The value when it is true.
        then: Box<Expr>,
        /// The value when it is false.
        otherwise: Box<Expr>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{key: value}`
    Map(Vec<(Expr, Expr)>),
}

/// A literal value.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// `42`, `-7`, `0x1F`
    Int(i64),
    /// `42u`
    Uint(u64),
    /// `1.5`, `1e3`
    Double(f64),
    /// `"text"`
    Text(String),
    /// `b"bytes"`
    Bytes(Vec<u8>),
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
}

impl BinaryOperator {
    /// How it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    /// How tightly it binds: a higher number binds tighter. All are left-associative.
    pub(crate) const fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Less
            | Self::LessOrEqual
            | Self::Greater
            | Self::GreaterOrEqual
            | Self::In => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide | Self::Remainder => 5,
        }
    }
}

impl Expr {
    /// An expression at a place.
    pub fn new(kind: ExprKind, span: Span) -> Self {
        Self { kind, span }
    }

    /// The parts of this expression, in the order they are written.
    pub fn children(&self) -> Vec<&Self> {
        match &self.kind {
            ExprKind::Literal(_) | ExprKind::Name { .. } => Vec::new(),
            ExprKind::Select { operand, .. } | ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Index { operand, index } => vec![operand, index],
            ExprKind::Call { target, arguments, .. } => target.as_deref().into_iter().chain(arguments).collect(),
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
            ExprKind::List(items) => items.iter().collect(),
            ExprKind::Map(entries) => entries.iter().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    fn children_mut(&mut self) -> Vec<&mut Self> {
        match &mut self.kind {
            ExprKind::Literal(_) | ExprKind::Name { .. } => Vec::new(),
            ExprKind::Select { operand, .. } | ExprKind::Unary { operand, .. } => vec![operand],
            ExprKind::Index { operand, index } => vec![operand, index],
            ExprKind::Call { target, arguments, .. } => target.as_deref_mut().into_iter().chain(arguments).collect(),
            ExprKind::Binary { left, right, .. } => vec![left, right],
            ExprKind::Conditional { condition, then, otherwise } => vec![condition, then, otherwise],
            ExprKind::List(items) => items.iter_mut().collect(),
            ExprKind::Map(entries) => entries.iter_mut().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    /// Moves the parts out and leaves a literal in the place of each.
    fn take_children(&mut self) -> Vec<Self> {
        let leaf = || Self::new(ExprKind::Literal(Literal::Null), Span::default());
        self.children_mut().into_iter().map(|child| std::mem::replace(child, leaf())).collect()
    }

    /// The id in `control["ID"]`, when that is what this expression is.
    fn control_reference(&self) -> Option<&str> {
        let ExprKind::Index { operand, index } = &self.kind else { return None };
        match (&operand.kind, &index.kind) {
            (ExprKind::Name { name, rooted: false }, ExprKind::Literal(Literal::Text(id))) if name == CONTROL => {
                Some(id)
            }
            _ => None,
        }
    }
}

/// The name under which a check refers to another control of the same subject kind.
const CONTROL: &str = "control";

impl Ast {
    /// How many operations there are, and how deeply they are nested. Neither depends on the stack of the caller.
    pub fn size_and_depth(&self) -> (usize, usize) {
        let (mut size, mut depth) = (0, 0);
        let mut open = vec![(&self.root, 1)];
        while let Some((expr, level)) = open.pop() {
            size += 1;
            depth = depth.max(level);
            open.extend(expr.children().into_iter().map(|child| (child, level + 1)));
        }
        (size, depth)
    }

    /// Every `control["ID"]` with the place where it stands, in the order they are written.
    pub fn control_references(&self) -> Vec<(String, Span)> {
        let mut found = Vec::new();
        let mut open = vec![&self.root];
        while let Some(expr) = open.pop() {
            if let Some(id) = expr.control_reference() {
                found.push((id.to_owned(), expr.span));
            } else {
                open.extend(expr.children().into_iter().rev());
            }
        }
        found
    }

    /// Puts the expression that `resolve` gives for an id in place of each `control["ID"]`.
    ///
    /// All of what was put in takes the span of the reference: a problem found there is reported where it was referred
    /// to. What was put in is not looked through again, so a cycle cannot hang it; resolve in dependency order.
    pub fn inline<'r>(&mut self, mut resolve: impl FnMut(&str) -> Option<&'r Self>) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        let (mut size, _) = self.size_and_depth();
        let mut open = vec![&mut self.root];
        while let Some(expr) = open.pop() {
            let Some(id) = expr.control_reference() else {
                open.extend(expr.children_mut());
                continue;
            };
            let Some(control) = resolve(id) else {
                problems.push(Problem::new(ProblemCode::UnknownControl, expr.span, [("id", id)]));
                continue;
            };
            size += control.size_and_depth().0;
            if size > MAX_NODES {
                let limit = MAX_NODES.to_string();
                problems.push(Problem::new(ProblemCode::TooLarge, expr.span, [("limit", &*limit)]));
                break;
            }
            let span = expr.span;
            *expr = control.root.clone();
            expr.move_to(span);
        }
        let (_, depth) = self.size_and_depth();
        if depth > MAX_DEPTH {
            let limit = MAX_DEPTH.to_string();
            problems.push(Problem::new(ProblemCode::TooDeep, self.root.span, [("limit", &*limit)]));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

impl Expr {
    fn move_to(&mut self, span: Span) {
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            expr.span = span;
            match &mut expr.kind {
                ExprKind::Select { field: name, .. } | ExprKind::Call { function: name, .. } => {
                    name.span = span;
                }
                _ => {}
            }
            open.extend(expr.children_mut());
        }
    }
}
