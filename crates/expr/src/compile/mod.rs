//! Tree to program: names are resolved, types are checked, constants computed. All problems are reported at once.

mod calls;
mod macros;
mod names;
mod operators;
mod places;

use khien_model::reflect::RecordShape;

use crate::ast::{Ast, Expr, ExprKind, Literal, Span};
use crate::eval;
use crate::limits::{MAX_DEPTH, MAX_NODES, MAX_PROBLEMS};
use crate::problem::{Problem, ProblemCode};
use crate::program::{Node, NodeId, Program};
use crate::scope::Scope;
use crate::types::Type;
use crate::value::Value;
use places::{Place, Places};

/// Checks `ast` against `scope` and compiles it. It must yield `expected` ([`Type::Dyn`] takes anything).
pub fn compile(ast: &Ast, scope: &Scope, expected: &Type) -> Result<Program, Vec<Problem>> {
    let (size, depth) = ast.size_and_depth();
    let bounds = [(ProblemCode::TooLarge, size, MAX_NODES), (ProblemCode::TooDeep, depth, MAX_DEPTH)];
    for (code, found, limit) in bounds {
        if found > limit {
            let limit = limit.to_string();
            return Err(vec![Problem::new(code, ast.root.span, [("limit", &*limit)])]);
        }
    }
    let mut compiler = Compiler::new(scope);
    let root = compiler.expr(&ast.root);
    compiler.check_result(&root, expected, ast.root.span);
    let mut problems = compiler.problems;
    if !problems.is_empty() {
        problems.sort_by_key(|problem| problem.span.start);
        problems.truncate(MAX_PROBLEMS);
        return Err(problems);
    }
    let mut program = compiler.program;
    program.root = root.node;
    program.repeats = compiler.places.repeats;
    program.result = root.type_;
    for indices in [&mut program.areas, &mut program.params] {
        indices.sort_unstable();
        indices.dedup();
    }
    Ok(program)
}

/// A compiled part with its type.
#[derive(Debug, Clone)]
struct Typed {
    node: NodeId,
    type_: Type,
    /// Where among the facts it stands, when it is plainly a fact.
    place: Option<Place>,
}

/// A loop variable or binding in force.
struct Local {
    name: String,
    type_: Type,
    place: Option<Place>,
}

struct Compiler<'s> {
    scope: &'s Scope,
    program: Program,
    locals: Vec<Local>,
    places: Places,
    problems: Vec<Problem>,
}

impl<'s> Compiler<'s> {
    fn new(scope: &'s Scope) -> Self {
        let program = Program {
            nodes: Vec::new(),
            root: 0,
            facts: scope.facts,
            constants: Vec::new(),
            names: Vec::new(),
            param_names: scope.params.iter().map(|(name, _)| name.clone()).collect(),
            patterns: Vec::new(),
            operands: Vec::new(),
            loops: Vec::new(),
            free: Vec::new(),
            repeats: false,
            result: Type::Dyn,
            areas: Vec::new(),
            params: Vec::new(),
            uses_now: false,
        };
        Self { scope, program, locals: Vec::new(), places: Places::default(), problems: Vec::new() }
    }

    /// Reports a problem, except where types are left to run time.
    fn problem(&mut self, problem: Problem) {
        if !self.scope.unchecked {
            self.problems.push(problem);
        }
    }

    /// Adds an operation. `free` says whether it might be decided without any fact.
    fn emit(&mut self, node: Node, free: bool) -> NodeId {
        // The size of a tree is bounded, so the count fits.
        let id = u32::try_from(self.program.nodes.len()).unwrap_or(u32::MAX);
        self.program.nodes.push(node);
        self.program.free.push(free);
        id
    }

    fn is_free(&self, node: NodeId) -> bool {
        self.program.free.get(node as usize).copied().unwrap_or(true)
    }

    fn all_free(&self, nodes: &[NodeId]) -> bool {
        nodes.iter().all(|node| self.is_free(*node))
    }

    fn typed(&mut self, node: Node, free: bool, type_: Type) -> Typed {
        Typed { node: self.emit(node, free), type_, place: None }
    }

    fn constant(&mut self, value: Value, type_: Type) -> Typed {
        let index = u32::try_from(self.program.constants.len()).unwrap_or(u32::MAX);
        self.program.constants.push(value);
        self.typed(Node::Constant(index), true, type_)
    }

    /// Stands for what could not be compiled; takes part in no further problem.
    fn fails(&mut self) -> Typed {
        self.typed(Node::Fails, true, Type::Dyn)
    }

    fn is_constant(&self, node: NodeId) -> bool {
        matches!(self.program.nodes.get(node as usize), Some(Node::Constant(_)))
    }

    /// Adds operands in a row.
    fn operands(&mut self, nodes: &[NodeId]) -> (u32, u32) {
        let first = u32::try_from(self.program.operands.len()).unwrap_or(u32::MAX);
        self.program.operands.extend_from_slice(nodes);
        (first, u32::try_from(nodes.len()).unwrap_or(0))
    }

    /// Computes an operation at once when all of its operands are constants.
    fn folded(&mut self, typed: Typed, operands: &[NodeId], span: Span) -> Typed {
        if !operands.iter().all(|node| self.is_constant(*node)) {
            return typed;
        }
        match eval::fold(&self.program, typed.node) {
            Ok(value) => self.constant(value, typed.type_),
            Err(fault) => {
                let is_call =
                    matches!(self.program.nodes.get(typed.node as usize), Some(Node::Call { .. } | Node::Map { .. }));
                // In plain CEL a part that fails is no mistake as long as something else decides.
                if is_call && self.scope.facts.is_some() {
                    let reason = fault.gap().detail.clone();
                    let problem = Problem::new(ProblemCode::InvalidConstant, span, [("reason", &*reason)]);
                    self.problem(problem);
                }
                typed
            }
        }
    }

    fn expr(&mut self, expr: &Expr) -> Typed {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Name { name, rooted } => self.name(name, *rooted, expr.span),
            ExprKind::Select { operand, field } => self.select(operand, field, expr),
            ExprKind::Index { operand, index } => self.index(operand, index, expr.span),
            ExprKind::Call { target, function, arguments } => {
                self.call(target.as_deref(), function, arguments, expr.span)
            }
            ExprKind::Unary { operator, operand } => self.unary(*operator, operand, expr.span),
            ExprKind::Binary { operator, left, right } => self.binary(*operator, left, right, expr.span),
            ExprKind::Conditional { condition, then, otherwise } => self.conditional(condition, then, otherwise),
            ExprKind::List(items) => self.list(items, expr.span),
            ExprKind::Map(entries) => self.map(entries, expr.span),
        }
    }

    fn literal(&mut self, literal: &Literal) -> Typed {
        match literal {
            Literal::Null => self.constant(Value::Null, Type::Null),
            Literal::Bool(value) => self.constant(Value::Bool(*value), Type::Bool),
            Literal::Int(value) => self.constant(Value::Int(*value), Type::Int),
            Literal::Uint(value) => self.constant(Value::Uint(*value), Type::Uint),
            Literal::Double(value) => self.constant(Value::Double(*value), Type::Double),
            Literal::Text(value) => self.constant(Value::Text(value.clone()), Type::Text),
            Literal::Bytes(value) => self.constant(Value::Bytes(value.clone()), Type::Bytes),
        }
    }

    fn list(&mut self, items: &[Expr], span: Span) -> Typed {
        let items: Vec<Typed> = items.iter().map(|item| self.expr(item)).collect();
        let item_type =
            items.iter().map(|item| item.type_.clone()).reduce(|left, right| left.join(&right)).unwrap_or(Type::Dyn);
        let nodes: Vec<NodeId> = items.iter().map(|item| item.node).collect();
        let (first, count) = self.operands(&nodes);
        let free = self.all_free(&nodes);
        let typed = self.typed(Node::List { first, count }, free, Type::list(item_type));
        self.folded(typed, &nodes, span)
    }

    fn map(&mut self, entries: &[(Expr, Expr)], span: Span) -> Typed {
        let mut nodes = Vec::new();
        let mut types: Option<(Type, Type)> = None;
        for (key, value) in entries {
            let (key_typed, value_typed) = (self.expr(key), self.expr(value));
            nodes.extend([key_typed.node, value_typed.node]);
            let is_key = matches!(
                key_typed.type_,
                Type::Bool | Type::Int | Type::Uint | Type::Text | Type::OneOf(_) | Type::Dyn
            );
            if !is_key {
                let what = format!("{} as a map key", key_typed.type_);
                let problem = Problem::new(ProblemCode::Unsupported, key.span, [("what", &*what)]);
                self.problem(problem);
            }
            types = Some(match types {
                None => (key_typed.type_, value_typed.type_),
                Some((keys, values)) => (keys.join(&key_typed.type_), values.join(&value_typed.type_)),
            });
        }
        let (keys, values) = types.unwrap_or((Type::Dyn, Type::Dyn));
        let (first, count) = self.operands(&nodes);
        let free = self.all_free(&nodes);
        let typed = self.typed(Node::Map { first, count }, free, Type::map(keys, values));
        self.folded(typed, &nodes, span)
    }

    fn check_result(&mut self, root: &Typed, expected: &Type, span: Span) {
        let found = root.type_.to_string();
        if let Type::Record(_) = root.type_ {
            let problem = Problem::new(ProblemCode::WholeRecord, span, [("found", &*found)]);
            self.problem(problem);
        } else if !expected.accepts(&root.type_) {
            let expected = expected.to_string();
            let arguments = [("expected", &*expected), ("found", &*found)];
            let problem = Problem::new(ProblemCode::WrongResult, span, arguments);
            self.problem(problem);
        }
    }
}

/// The names of a record's fields.
fn field_names(record: &'static RecordShape) -> impl Iterator<Item = &'static str> {
    record.fields.iter().map(|field| field.name)
}
