//! Calls of functions: which one is meant, and whether it takes these arguments.

use super::macros::{loop_macro, macro_form};
use super::{Compiler, Typed};
use crate::ast::{Expr, ExprKind, Literal, Name, Span};
use crate::eval::compile_pattern;
use crate::functions::{Function, MACROS, SIGNATURES, Signature, Style};
use crate::problem::{Problem, ProblemCode};
use crate::program::{Node, NodeId};
use crate::types::Type;

impl Compiler<'_> {
    pub(super) fn call(&mut self, target: Option<&Expr>, function: &Name, arguments: &[Expr], span: Span) -> Typed {
        let Some(target) = target else {
            let name = function.text.strip_prefix('.').unwrap_or(&function.text);
            if name == "has" {
                return self.has(arguments, span);
            }
            return self.function(name, None, arguments, function.span, span);
        };
        if let Some(namespace) = self.namespace(target) {
            if (namespace, &*function.text) == ("cel", "bind")
                && let [variable, value, body] = arguments
            {
                return self.bind_macro(variable, value, body);
            }
            let name = format!("{namespace}.{}", function.text);
            return self.function(&name, None, arguments, function.span, span);
        }
        if let Some(found) = loop_macro(&function.text, arguments.len()) {
            return self.run_loop(target, found, function, arguments);
        }
        if let Some(expected) = macro_form(&function.text) {
            let arguments = [("name", &*function.text), ("expected", expected)];
            let problem = Problem::new(ProblemCode::MacroArguments, span, arguments);
            self.problem(problem);
            return self.fails();
        }
        self.function(&function.text, Some(target), arguments, function.span, span)
    }

    /// The namespace of functions that a target is, unless a variable has its name.
    fn namespace<'e>(&self, target: &'e Expr) -> Option<&'e str> {
        let ExprKind::Name { name, rooted: false } = &target.kind else { return None };
        let is_variable = self.locals.iter().any(|local| local.name == *name)
            || self.scope.variables.iter().any(|(own, _)| own == name);
        (!is_variable && matches!(&**name, "math" | "strings" | "cel")).then_some(name)
    }

    fn function(
        &mut self,
        name: &str,
        target: Option<&Expr>,
        arguments: &[Expr],
        name_span: Span,
        span: Span,
    ) -> Typed {
        let is_member = target.is_some();
        let of_name = |signature: &&Signature| {
            let fits = if is_member { Style::Member } else { Style::Plain };
            signature.name == name && (signature.style == fits || signature.style == Style::Either)
        };
        let Some(first) = SIGNATURES.iter().find(of_name) else {
            // The arguments are left alone: a misspelt macro would make its variable an unknown name too.
            if let Some(target) = target {
                self.expr(target);
            }
            self.unknown_function(name, is_member, name_span);
            return self.fails();
        };
        let written: Vec<&Expr> = target.into_iter().chain(arguments).collect();
        let compiled: Vec<Typed> = written.iter().map(|argument| self.expr(argument)).collect();
        // `math.greatest(a, b, c)` takes any number: they become a list.
        if matches!(first.function, Function::Greatest | Function::Least) && written.len() > 1 {
            return self.variadic(first.function, &compiled, name, span);
        }
        let types: Vec<&Type> = compiled.iter().map(|typed| &typed.type_).collect();
        let matching: Vec<&Signature> =
            SIGNATURES.iter().filter(of_name).filter(|signature| accepts(signature, &types)).collect();
        let Some(found) = matching.first() else {
            self.wrong_arguments(name, &types, span);
            // Where types are left to run time, the call fails when it runs.
            return self.fails();
        };
        let type_ = matching
            .iter()
            .map(|signature| signature.result.to_type())
            .reduce(|left, right| left.join(&right))
            .unwrap_or(Type::Dyn);
        if let (Function::Matches, [text, _], [_, pattern]) = (found.function, &*compiled, &*written)
            && let ExprKind::Literal(Literal::Text(source)) = &pattern.kind
        {
            return self.literal_pattern(text.node, source, pattern.span);
        }
        let nodes: Vec<NodeId> = compiled.iter().map(|typed| typed.node).collect();
        let (first, count) = self.operands(&nodes);
        let free = self.all_free(&nodes);
        let typed = self.typed(Node::Call { function: found.function, first, count }, free, type_);
        self.folded(typed, &nodes, span)
    }

    fn literal_pattern(&mut self, text: NodeId, source: &str, span: Span) -> Typed {
        match compile_pattern(source) {
            Ok(pattern) => {
                let index = u32::try_from(self.program.patterns.len()).unwrap_or(u32::MAX);
                self.program.patterns.push(pattern);
                let free = self.is_free(text);
                self.typed(Node::Matches { text, pattern: index }, free, Type::Bool)
            }
            Err(error) => {
                // The last line says what is wrong; those before show where, which the span does better.
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or("").trim_start_matches("error: ");
                let problem = Problem::new(ProblemCode::InvalidPattern, span, [("reason", reason)]);
                self.problem(problem);
                self.fails()
            }
        }
    }

    fn variadic(&mut self, function: Function, compiled: &[Typed], name: &str, span: Span) -> Typed {
        let types: Vec<&Type> = compiled.iter().map(|typed| &typed.type_).collect();
        let numbers = types.iter().all(|type_| matches!(type_, Type::Int | Type::Uint | Type::Double | Type::Dyn));
        if !numbers {
            self.wrong_arguments(name, &types, span);
            return self.fails();
        }
        let type_ = types
            .iter()
            .skip(1)
            .fold(types.first().map_or(Type::Dyn, |first| (*first).clone()), |left, right| left.join(right));
        let nodes: Vec<NodeId> = compiled.iter().map(|typed| typed.node).collect();
        let free = self.all_free(&nodes);
        let (first, count) = self.operands(&nodes);
        let list = self.emit(Node::List { first, count }, free);
        let (first, count) = self.operands(&[list]);
        let typed = self.typed(Node::Call { function, first, count }, free, type_);
        self.folded(typed, &nodes, span)
    }

    fn unknown_function(&mut self, name: &str, is_member: bool, span: Span) {
        let problem = Problem::new(ProblemCode::UnknownFunction, span, [("name", name)]);
        let other_style = SIGNATURES.iter().find(|signature| signature.name == name);
        let problem = match other_style {
            Some(_) if is_member => problem.with_hint(format!("it is called as `{name}(…)`")),
            Some(_) => problem.with_hint(format!("it is called as `value.{name}(…)`")),
            None => {
                let mut names: Vec<&str> =
                    SIGNATURES.iter().map(|signature| signature.name).chain(MACROS.iter().copied()).collect();
                names.dedup();
                problem.suggest(name, "", names)
            }
        };
        self.problem(problem);
    }

    fn wrong_arguments(&mut self, name: &str, types: &[&Type], span: Span) {
        let found: Vec<String> = types.iter().map(ToString::to_string).collect();
        let found = found.join(", ");
        let arguments = [("name", name), ("found", &*found)];
        let problem = Problem::new(ProblemCode::WrongArguments, span, arguments);
        let forms: Vec<String> = SIGNATURES.iter().filter(|signature| signature.name == name).map(form).collect();
        self.problem(problem.with_hint(format!("it takes {}", forms.join(" or "))));
    }
}

fn accepts(signature: &Signature, types: &[&Type]) -> bool {
    signature.arguments.len() == types.len()
        && signature.arguments.iter().zip(types).all(|(kind, type_)| kind.accepts(type_))
}

/// A signature as text, e.g. `(string, string)`.
fn form(signature: &Signature) -> String {
    let kinds: Vec<String> = signature.arguments.iter().map(|kind| kind.to_type().to_string()).collect();
    format!("({})", kinds.join(", "))
}
