//! The macros: `has`, `all`, `exists`, `exists_one`, `filter`, `map`, their two-variable forms, `cel.bind`.

use super::{Compiler, Local, Typed};
use crate::ast::{Expr, ExprKind, Name, Span};
use crate::problem::{Problem, ProblemCode};
use crate::program::{Loop, LoopKind, Node};
use crate::types::Type;

/// The macro over a list that a member call is: its kind, and whether it has two variables.
pub(super) fn loop_macro(name: &str, arguments: usize) -> Option<(LoopKind, bool)> {
    Some(match (name, arguments) {
        ("all", 2) => (LoopKind::All, false),
        ("all", 3) => (LoopKind::All, true),
        ("exists", 2) => (LoopKind::Exists, false),
        ("exists", 3) => (LoopKind::Exists, true),
        ("exists_one" | "existsOne", 2) => (LoopKind::ExistsOne, false),
        ("exists_one" | "existsOne", 3) => (LoopKind::ExistsOne, true),
        ("filter", 2) => (LoopKind::Filter, false),
        ("map", 2 | 3) => (LoopKind::Map, false),
        ("transformList", 3 | 4) => (LoopKind::Map, true),
        ("transformMap", 3 | 4) => (LoopKind::TransformMap, true),
        _ => return None,
    })
}

/// How the macro of this name is used; `None` when there is none.
pub(super) fn macro_form(name: &str) -> Option<&'static str> {
    Some(match name {
        "all" | "exists" | "exists_one" | "existsOne" | "filter" => {
            "a name for the item and a condition, like `.exists(p, p.running)`"
        }
        "map" => "a name for the item and what to make of it, like `.map(p, p.name)`",
        "transformList" | "transformMap" => "two names and what to make of them, like `.transformList(i, p, p.name)`",
        _ => return None,
    })
}

impl Compiler<'_> {
    pub(super) fn has(&mut self, arguments: &[Expr], span: Span) -> Typed {
        let [argument] = arguments else {
            let arguments = [("name", "has"), ("expected", "one field, like `has(os.version)`")];
            let problem = Problem::new(ProblemCode::MacroArguments, span, arguments);
            self.problem(problem);
            return self.fails();
        };
        let ExprKind::Select { operand, field } = &argument.kind else {
            let problem = Problem::new(ProblemCode::HasField, argument.span, []);
            self.problem(problem);
            return self.fails();
        };
        let typed = self.expr(argument);
        let free = self.is_free(typed.node);
        let node = match self.program.nodes.get(typed.node as usize) {
            Some(Node::Select { operand, name }) => Node::HasSelect { operand: *operand, name: *name },
            Some(Node::Fails) => {
                // A field that is not there at all is asked of the value before it, when types are left to run time.
                let operand = self.expr(operand);
                let name = self.interned(&field.text);
                Node::HasSelect { operand: operand.node, name }
            }
            _ => Node::HasFact(typed.node),
        };
        self.typed(node, free, Type::Bool)
    }

    pub(super) fn run_loop(
        &mut self,
        target: &Expr,
        (kind, pair): (LoopKind, bool),
        function: &Name,
        arguments: &[Expr],
    ) -> Typed {
        let range = self.expr(target);
        let (first_type, item_type) = match &range.type_ {
            Type::List(item) => (Type::Int, (**item).clone()),
            Type::Map(key, value) if pair => ((**key).clone(), (**value).clone()),
            Type::Map(key, _) => (Type::Dyn, (**key).clone()),
            Type::Dyn => (Type::Dyn, Type::Dyn),
            other => {
                let found = other.to_string();
                let arguments = [("name", &*function.text), ("found", &*found)];
                let problem = Problem::new(ProblemCode::NotAList, target.span, arguments);
                self.problem(problem);
                (Type::Dyn, Type::Dyn)
            }
        };
        self.places.depth += 1;
        let place = range.place.map(|place| self.places.item(place));
        if range.place.is_none() && !self.is_free(range.node) {
            self.places.repeats = true;
        }
        let names = if pair { 2 } else { 1 };
        let (variables, bodies) = arguments.split_at(names.min(arguments.len()));
        let types: &[Type] = if pair { &[first_type, item_type.clone()] } else { std::slice::from_ref(&item_type) };
        for (at, (variable, type_)) in variables.iter().zip(types).enumerate() {
            let name = self.variable_name(variable, &function.text);
            let is_item = at + 1 == names;
            let local = Local { name, type_: type_.clone(), place: place.filter(|_| is_item) };
            self.bind(local, variable.span);
        }
        let bodies: Vec<Typed> = bodies.iter().map(|body| self.expr(body)).collect();
        self.locals.truncate(self.locals.len() - names);
        self.places.depth -= 1;
        self.finish_loop(kind, pair, &range, item_type, function, arguments, &bodies)
    }

    #[expect(clippy::too_many_arguments, reason = "the second half of one function")]
    fn finish_loop(
        &mut self,
        kind: LoopKind,
        pair: bool,
        range: &Typed,
        item_type: Type,
        function: &Name,
        arguments: &[Expr],
        bodies: &[Typed],
    ) -> Typed {
        let transforms = matches!(kind, LoopKind::Map | LoopKind::TransformMap);
        let (predicate, transform) = match (transforms, bodies) {
            (false, [predicate]) => (Some(predicate), None),
            (true, [transform]) => (None, Some(transform)),
            (true, [predicate, transform]) => (Some(predicate), Some(transform)),
            _ => return self.fails(),
        };
        if let (Some(predicate), Some(expr)) = (predicate, arguments.get(if pair { 2 } else { 1 })) {
            let what = format!("the condition in `{}`", function.text);
            self.expect_bool(predicate, expr, &what);
        }
        let type_ = match kind {
            LoopKind::All | LoopKind::Exists | LoopKind::ExistsOne => Type::Bool,
            LoopKind::Filter => Type::list(item_type),
            LoopKind::Map => Type::list(transform.map_or(Type::Dyn, |typed| typed.type_.clone())),
            LoopKind::TransformMap => {
                let key = match &range.type_ {
                    Type::Map(key, _) => (**key).clone(),
                    Type::List(_) => Type::Int,
                    _ => Type::Dyn,
                };
                Type::map(key, transform.map_or(Type::Dyn, |typed| typed.type_.clone()))
            }
        };
        let decides = matches!(kind, LoopKind::All | LoopKind::Exists);
        let body_is_free = decides && predicate.is_some_and(|predicate| self.is_free(predicate.node));
        let all_free = self.is_free(range.node) && bodies.iter().all(|body| self.is_free(body.node));
        let index = u32::try_from(self.program.loops.len()).unwrap_or(u32::MAX);
        self.program.loops.push(Loop {
            kind,
            range: range.node,
            predicate: predicate.map(|typed| typed.node),
            transform: transform.map(|typed| typed.node),
            pair,
        });
        self.typed(Node::Loop(index), body_is_free || all_free, type_)
    }

    fn variable_name(&mut self, variable: &Expr, macro_name: &str) -> String {
        if let ExprKind::Name { name, rooted: false } = &variable.kind {
            return name.clone();
        }
        // Also where types are left to run time: without a name there is no macro.
        let problem = Problem::new(ProblemCode::LoopVariable, variable.span, [("name", macro_name)]);
        self.problems.push(problem);
        String::new()
    }

    /// `cel.bind(name, value, body)`
    pub(super) fn bind_macro(&mut self, variable: &Expr, value: &Expr, body: &Expr) -> Typed {
        let value = self.expr(value);
        self.places.repeats |= !self.is_free(value.node);
        let name = self.variable_name(variable, "cel.bind");
        self.bind(Local { name, type_: value.type_.clone(), place: None }, variable.span);
        let body = self.expr(body);
        self.locals.pop();
        // Its value may rest on facts, its use may not: taken to be free costs at most a trial.
        self.typed(Node::Bind { value: value.node, body: body.node }, true, body.type_)
    }
}
