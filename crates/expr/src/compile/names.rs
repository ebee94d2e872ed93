//! Names: loop variables, areas, parameters, `now`, free variables, types.

use super::{Compiler, Typed, field_names};
use crate::ast::{Expr, ExprKind, Literal, Name, Span};
use crate::functions::TYPE_NAMES;
use crate::limits::{MAX_NESTED_VARIABLES, MAX_PATH_STEPS};
use crate::problem::{Problem, ProblemCode};
use crate::program::Node;
use crate::types::Type;
use crate::value::Value;

/// The names with a meaning of their own beside facts.
const BUILT_IN: &[&str] = &["now", "param", "directive", "control"];

impl Compiler<'_> {
    pub(super) fn name(&mut self, name: &str, rooted: bool, span: Span) -> Typed {
        if !rooted && let Some(local) = self.local(name) {
            return local;
        }
        if let Some((found, _)) = self.qualified(&[name], rooted) {
            return found;
        }
        if let Some(areas) = self.scope.facts {
            match name {
                "now" => {
                    self.program.uses_now = true;
                    return self.typed(Node::Now, true, Type::Timestamp);
                }
                "param" | "directive" => {
                    let hint = if name == "param" { "param.NAME" } else { "directive.issued" };
                    let found = format!("`{name}` alone");
                    let problem = Problem::new(ProblemCode::Unsupported, span, [("what", &*found)]);
                    self.problem(problem.with_hint(format!("it is used as `{hint}`")));
                    return self.fails();
                }
                "control" => {
                    self.problem(Problem::new(ProblemCode::ControlForm, span, []));
                    return self.fails();
                }
                _ => {}
            }
            if let Some((index, field)) = areas.field(name) {
                return self.area(index, Type::from(field.shape));
            }
        }
        self.unknown_name(name, span)
    }

    fn unknown_name(&mut self, name: &str, span: Span) -> Typed {
        let mut candidates: Vec<&str> = Vec::new();
        candidates.extend(self.locals.iter().map(|local| local.name.as_str()));
        candidates.extend(self.scope.variables.iter().map(|(name, _)| name.as_str()));
        if let Some(areas) = self.scope.facts {
            for name in field_names(areas).chain(BUILT_IN.iter().copied()) {
                candidates.push(name);
            }
        }
        let problem = Problem::new(ProblemCode::UnknownName, span, [("name", name)]);
        let problem = problem.suggest(name, "", candidates);
        self.problem(problem);
        self.fails()
    }

    fn area(&mut self, index: usize, type_: Type) -> Typed {
        self.program.areas.push(index);
        let place = self.places.area(index);
        let node = Node::Area(u32::try_from(index).unwrap_or(u32::MAX));
        Typed { node: self.emit(node, false), type_, place: Some(place) }
    }

    fn local(&mut self, name: &str) -> Option<Typed> {
        let up = self.locals.iter().rev().position(|local| local.name == name)?;
        let local = self.locals.iter().rev().nth(up)?;
        let (type_, place) = (local.type_.clone(), local.place);
        if !matches!(type_, Type::Record(_))
            && let Some(place) = place
        {
            self.places.read(place);
        }
        // A loop variable rests on facts unless its list does not; it is taken to, which costs at most a trial.
        let node = self.emit(Node::Local(u32::try_from(up).unwrap_or(u32::MAX)), true);
        Some(Typed { node, type_, place })
    }

    /// Puts a variable in force. Also says when it would hide something.
    pub(super) fn bind(&mut self, local: super::Local, span: Span) {
        let hides = self.scope.facts.is_some_and(|areas| areas.field(&local.name).is_some())
            || (self.scope.facts.is_some() && BUILT_IN.contains(&&*local.name));
        if hides {
            let problem = Problem::new(ProblemCode::HiddenName, span, [("name", &*local.name)]);
            self.problem(problem.with_hint("choose another name for the item"));
        }
        self.locals.push(local);
        if self.locals.len() == MAX_NESTED_VARIABLES + 1 {
            let limit = MAX_NESTED_VARIABLES.to_string();
            // Also where types are left to run time: it is a bound.
            let problem = Problem::new(ProblemCode::TooManyVariables, span, [("limit", &*limit)]);
            self.problems.push(problem);
        }
    }

    /// A free variable or type whose name is the longest beginning of `segments`, looked up from the innermost
    /// namespace outwards; with the number of segments it took.
    fn qualified(&mut self, segments: &[&str], rooted: bool) -> Option<(Typed, usize)> {
        let mut namespace = if rooted { "" } else { self.scope.container.as_str() };
        loop {
            for count in (1..=segments.len()).rev() {
                let path = segments.get(..count)?.join(".");
                let full = if namespace.is_empty() { path } else { format!("{namespace}.{path}") };
                if let Some(found) = self.variable_or_type(&full) {
                    return Some((found, count));
                }
            }
            if namespace.is_empty() {
                return None;
            }
            namespace = namespace.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    fn variable_or_type(&mut self, name: &str) -> Option<Typed> {
        if let Some(index) = self.scope.variables.iter().position(|(own, _)| own == name) {
            let type_ = self.scope.variables.get(index)?.1.clone();
            return Some(self.typed(Node::Variable(u32::try_from(index).ok()?), true, type_));
        }
        let type_name = TYPE_NAMES.iter().find(|own| **own == name)?;
        Some(self.constant(Value::Type(type_name), Type::Type))
    }

    pub(super) fn select(&mut self, operand: &Expr, field: &Name, expr: &Expr) -> Typed {
        if let Some(found) = self.dotted(expr) {
            return found;
        }
        if self.scope.facts.is_some()
            && let ExprKind::Name { name, rooted: false } = &operand.kind
            && self.locals.iter().all(|local| local.name != *name)
        {
            match name.as_str() {
                "param" => return self.param(field),
                "directive" => return self.directive(field),
                _ => {}
            }
        }
        let operand_typed = self.expr(operand);
        self.field_of(&operand_typed, operand, field)
    }

    /// A chain of names that begins with a qualified name, e.g. `google.protobuf.Timestamp`.
    fn dotted(&mut self, expr: &Expr) -> Option<Typed> {
        let mut segments = Vec::new();
        let mut at = expr;
        let rooted = loop {
            match &at.kind {
                ExprKind::Select { operand, field } => {
                    segments.push((field.text.as_str(), Some((field, &**operand))));
                    at = operand;
                }
                ExprKind::Name { name, rooted } => {
                    segments.push((name.as_str(), None));
                    break *rooted;
                }
                _ => return None,
            }
        };
        segments.reverse();
        let (first, _) = segments.first()?;
        if !rooted && self.locals.iter().any(|local| local.name == *first) {
            return None;
        }
        let names: Vec<&str> = segments.iter().map(|(name, _)| *name).collect();
        let (mut typed, taken) = self.qualified(&names, rooted)?;
        for (_, field) in segments.get(taken..)? {
            let (field, operand) = (*field)?;
            typed = self.field_of(&typed, operand, field);
        }
        Some(typed)
    }

    fn param(&mut self, field: &Name) -> Typed {
        let Some(index) = self.scope.params.iter().position(|(name, _)| *name == field.text) else {
            let candidates = self.scope.params.iter().map(|(name, _)| name.as_str());
            let problem = Problem::new(ProblemCode::UnknownParameter, field.span, [("name", &*field.text)]);
            let problem = problem.suggest(&field.text, "param.", candidates);
            self.problem(problem);
            return self.fails();
        };
        self.program.params.push(index);
        let type_ = self.scope.params.get(index).map_or(Type::Dyn, |(_, type_)| type_.clone());
        self.typed(Node::Param(u32::try_from(index).unwrap_or(u32::MAX)), true, type_)
    }

    fn directive(&mut self, field: &Name) -> Typed {
        if field.text == "issued" {
            return self.typed(Node::Issued, true, Type::Timestamp);
        }
        let path = format!("directive.{}", field.text);
        let problem = Problem::new(ProblemCode::UnknownField, field.span, [("path", &*path)]);
        let problem = problem.suggest(&field.text, "directive.", ["issued"]);
        self.problem(problem);
        self.fails()
    }

    /// A field of something compiled; `operand_expr` is how it was written.
    pub(super) fn field_of(&mut self, operand: &Typed, operand_expr: &Expr, field: &Name) -> Typed {
        match &operand.type_ {
            Type::Record(record) => {
                let Some((index, shape)) = record.field(&field.text) else {
                    let path = format!("{operand_expr}.{}", field.text);
                    let prefix = format!("{operand_expr}.");
                    let problem = Problem::new(ProblemCode::UnknownField, field.span, [("path", &*path)]);
                    let problem = problem.suggest(&field.text, &prefix, field_names(record));
                    self.problem(problem);
                    return self.fails();
                };
                self.record_field(operand, index, Type::from(shape.shape), field.span)
            }
            Type::Dyn | Type::Map(..) => {
                let type_ = match &operand.type_ {
                    Type::Map(_, value) => (**value).clone(),
                    _ => Type::Dyn,
                };
                let name = self.interned(&field.text);
                let free = self.is_free(operand.node);
                self.places.repeats |= !free;
                self.typed(Node::Select { operand: operand.node, name }, free, type_)
            }
            other => {
                let found = other.to_string();
                let problem = Problem::new(ProblemCode::NoFields, field.span, [("found", &*found)]);
                let is_list = matches!(other, Type::List(_));
                self.problem(if is_list {
                    problem.with_hint("a field of its items is reached by a macro, like `.exists(p, p.field)`")
                } else {
                    problem
                });
                if !self.scope.unchecked {
                    return self.fails();
                }
                let name = self.interned(&field.text);
                self.typed(Node::Select { operand: operand.node, name }, true, Type::Dyn)
            }
        }
    }

    fn record_field(&mut self, operand: &Typed, index: usize, type_: Type, span: Span) -> Typed {
        let field = u32::try_from(index).unwrap_or(u32::MAX);
        let node = match self.program.nodes.get(operand.node as usize) {
            Some(Node::Area(area)) => Node::AreaField { area: *area, field },
            Some(Node::Local(up)) => Node::LocalField { up: *up, field },
            _ => Node::Field { record: operand.node, field },
        };
        let place = operand.place.map(|parent| self.places.field(parent, index));
        match place {
            Some(place) if place.length > MAX_PATH_STEPS => {
                let limit = MAX_PATH_STEPS.to_string();
                self.problems.push(Problem::new(ProblemCode::PathTooLong, span, [("limit", &*limit)]));
            }
            Some(place) if !matches!(type_, Type::Record(_)) => self.places.read(place),
            Some(_) => {}
            None => self.places.repeats = true,
        }
        Typed { node: self.emit(node, false), type_, place }
    }

    pub(super) fn interned(&mut self, name: &str) -> u32 {
        let index = self.program.names.iter().position(|own| own == name).unwrap_or_else(|| {
            self.program.names.push(name.to_owned());
            self.program.names.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    pub(super) fn index(&mut self, operand: &Expr, index: &Expr, span: Span) -> Typed {
        if self.scope.facts.is_some()
            && let ExprKind::Name { name, rooted: false } = &operand.kind
            && name == "control"
            && self.locals.iter().all(|local| local.name != "control")
        {
            let problem = match &index.kind {
                ExprKind::Literal(Literal::Text(id)) => {
                    Problem::new(ProblemCode::UnknownControl, span, [("id", &**id)])
                }
                _ => Problem::new(ProblemCode::ControlForm, span, []),
            };
            self.problem(problem);
            return self.fails();
        }
        let (operand, index_typed) = (self.expr(operand), self.expr(index));
        let fits = match &operand.type_ {
            Type::List(_) => {
                matches!(index_typed.type_, Type::Int | Type::Uint | Type::Double | Type::Dyn)
            }
            Type::Map(key, _) => key.can_equal(&index_typed.type_),
            Type::Dyn => true,
            _ => false,
        };
        if !fits {
            let found = format!("{} and {}", operand.type_, index_typed.type_);
            let arguments = [("operator", "[…]"), ("found", &*found)];
            let problem = Problem::new(ProblemCode::WrongOperands, span, arguments);
            self.problem(problem);
        }
        let type_ = match operand.type_ {
            Type::List(item) => *item,
            Type::Map(_, value) => *value,
            _ => Type::Dyn,
        };
        let nodes = [operand.node, index_typed.node];
        let free = self.all_free(&nodes);
        let node = Node::Index { operand: operand.node, index: index_typed.node };
        self.typed(node, free, type_)
    }
}
