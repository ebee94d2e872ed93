//! Operators: which types they take, and words that are not in a closed list.

use super::{Compiler, Typed};
use crate::ast::{BinaryOperator, Expr, ExprKind, Literal, Span, UnaryOperator};
use crate::problem::{Problem, ProblemCode};
use crate::program::{Node, NodeId};
use crate::types::Type;

impl Compiler<'_> {
    pub(super) fn unary(&mut self, operator: UnaryOperator, operand: &Expr, span: Span) -> Typed {
        let typed = self.expr(operand);
        let free = self.is_free(typed.node);
        if operator == UnaryOperator::Not {
            self.expect_bool(&typed, operand, "what `!` turns around");
            return self.typed(Node::Not(typed.node), free, Type::Bool);
        }
        if !matches!(typed.type_, Type::Int | Type::Double | Type::Duration | Type::Dyn) {
            let found = typed.type_.to_string();
            let arguments = [("operator", "-"), ("found", &*found)];
            let problem = Problem::new(ProblemCode::WrongOperands, span, arguments);
            self.problem(problem);
        }
        let result = self.typed(Node::Negate(typed.node), free, typed.type_);
        self.folded(result, &[typed.node], span)
    }

    /// Reports when something that decides is not true or false.
    pub(super) fn expect_bool(&mut self, typed: &Typed, expr: &Expr, what: &str) {
        if !matches!(typed.type_, Type::Bool | Type::Dyn) {
            let found = typed.type_.to_string();
            let arguments = [("what", what), ("found", &*found)];
            let problem = Problem::new(ProblemCode::NotBool, expr.span, arguments);
            self.problem(problem);
        }
    }

    pub(super) fn conditional(&mut self, condition: &Expr, then: &Expr, otherwise: &Expr) -> Typed {
        let decided = self.expr(condition);
        self.expect_bool(&decided, condition, "the condition before `?`");
        let (then, otherwise) = (self.expr(then), self.expr(otherwise));
        let free = self.is_free(decided.node) && (self.is_free(then.node) || self.is_free(otherwise.node));
        let type_ = then.type_.join(&otherwise.type_);
        let node = Node::Conditional { condition: decided.node, then: then.node, otherwise: otherwise.node };
        self.typed(node, free, type_)
    }

    pub(super) fn binary(
        &mut self,
        operator: BinaryOperator,
        left_expr: &Expr,
        right_expr: &Expr,
        span: Span,
    ) -> Typed {
        use BinaryOperator as B;
        let (left, right) = (self.expr(left_expr), self.expr(right_expr));
        let nodes = [left.node, right.node];
        let all_free = self.all_free(&nodes);
        match operator {
            B::And | B::Or => {
                let what = format!("each side of `{}`", operator.as_str());
                self.expect_bool(&left, left_expr, &what);
                self.expect_bool(&right, right_expr, &what);
                let free = self.is_free(left.node) || self.is_free(right.node);
                let decisive = operator == B::Or;
                let node = Node::Junction { left: left.node, right: right.node, decisive };
                self.typed(node, free, Type::Bool)
            }
            B::Equal | B::NotEqual => {
                self.check_equality(&left, &right, span);
                self.check_words(&left.type_, right_expr);
                self.check_words(&right.type_, left_expr);
                let negated = operator == B::NotEqual;
                let node = Node::Equal { left: left.node, right: right.node, negated };
                self.typed(node, all_free, Type::Bool)
            }
            B::In => {
                self.check_membership(&left, left_expr, &right, right_expr, span);
                let node = Node::In { item: left.node, within: right.node };
                self.typed(node, all_free, Type::Bool)
            }
            B::Less | B::LessOrEqual | B::Greater | B::GreaterOrEqual => {
                if !orderable(&left.type_, &right.type_) {
                    self.wrong_operands(operator, &left, &right, span);
                }
                let node = match self.subtracted_from_now(left.node) {
                    Some(moment) => Node::Age { operator, moment, limit: right.node },
                    None => Node::Order { operator, left: left.node, right: right.node },
                };
                self.typed(node, all_free, Type::Bool)
            }
            B::Add | B::Subtract | B::Multiply | B::Divide | B::Remainder => {
                let type_ = arithmetic_type(operator, &left.type_, &right.type_).unwrap_or_else(|| {
                    self.wrong_operands(operator, &left, &right, span);
                    Type::Dyn
                });
                let node = Node::Arithmetic { operator, left: left.node, right: right.node };
                let result = self.typed(node, all_free, type_);
                self.folded(result, &nodes, span)
            }
        }
    }

    /// What is subtracted, when an operation is `now - …`.
    fn subtracted_from_now(&self, node: NodeId) -> Option<NodeId> {
        let nodes = &self.program.nodes;
        match nodes.get(node as usize) {
            Some(&Node::Arithmetic { operator: BinaryOperator::Subtract, left, right }) => {
                matches!(nodes.get(left as usize), Some(Node::Now)).then_some(right)
            }
            _ => None,
        }
    }

    fn wrong_operands(&mut self, operator: BinaryOperator, left: &Typed, right: &Typed, span: Span) {
        let found = format!("{} and {}", left.type_, right.type_);
        let arguments = [("operator", operator.as_str()), ("found", &*found)];
        let mut problem = Problem::new(ProblemCode::WrongOperands, span, arguments);
        problem.hint = operand_hint(&left.type_, &right.type_).map(str::to_owned);
        self.problem(problem);
    }

    fn check_equality(&mut self, left: &Typed, right: &Typed, span: Span) {
        for side in [left, right] {
            if let Type::Record(_) = side.type_ {
                let found = side.type_.to_string();
                let problem = Problem::new(ProblemCode::WholeRecord, span, [("found", &*found)]);
                self.problem(problem);
                return;
            }
        }
        let numbers = is_number(&left.type_) && is_number(&right.type_);
        if !numbers && !left.type_.can_equal(&right.type_) {
            let (left_name, right_name) = (left.type_.to_string(), right.type_.to_string());
            let arguments = [("left", &*left_name), ("right", &*right_name)];
            let mut problem = Problem::new(ProblemCode::NeverEqual, span, arguments);
            problem.hint = if left.type_ == Type::Null || right.type_ == Type::Null {
                Some("whether a fact is known is asked with has(…)".to_owned())
            } else {
                operand_hint(&left.type_, &right.type_).map(str::to_owned)
            };
            self.problem(problem);
        }
    }

    /// A literal compared with a closed list of words must be one of them.
    fn check_words(&mut self, type_: &Type, expr: &Expr) {
        if let (Type::OneOf(words), ExprKind::Literal(Literal::Text(text))) = (type_, &expr.kind)
            && !words.contains(&&**text)
        {
            let word = crate::text_literal::quote(text);
            let problem = Problem::new(ProblemCode::WordNotInList, expr.span, [("word", &*word)]);
            let problem = problem.suggest(text, "", words.iter().copied());
            self.problem(problem);
        }
    }

    fn check_membership(&mut self, item: &Typed, item_expr: &Expr, within: &Typed, within_expr: &Expr, span: Span) {
        let own = match &within.type_ {
            Type::List(own) | Type::Map(own, _) => (**own).clone(),
            Type::Dyn => return,
            other => {
                let found = format!("{} and {other}", item.type_);
                let arguments = [("operator", "in"), ("found", &*found)];
                let problem = Problem::new(ProblemCode::WrongOperands, span, arguments);
                self.problem(problem.with_hint("behind `in` stands a list"));
                return;
            }
        };
        let numbers = is_number(&own) && is_number(&item.type_);
        if !numbers && !own.can_equal(&item.type_) {
            let (left, right) = (item.type_.to_string(), format!("an item of a {}", within.type_));
            let arguments = [("left", &*left), ("right", &*right)];
            let problem = Problem::new(ProblemCode::NeverEqual, span, arguments);
            self.problem(problem);
        }
        self.check_words(&own, item_expr);
        if let ExprKind::List(items) = &within_expr.kind {
            for literal in items {
                self.check_words(&item.type_, literal);
            }
        }
    }
}

fn is_number(type_: &Type) -> bool {
    matches!(type_, Type::Int | Type::Uint | Type::Double)
}

fn orderable(left: &Type, right: &Type) -> bool {
    match (left, right) {
        (Type::Dyn, other) | (other, Type::Dyn) => {
            !matches!(other, Type::List(_) | Type::Map(..) | Type::Null | Type::Record(_) | Type::Type)
        }
        (Type::Text | Type::OneOf(_), Type::Text | Type::OneOf(_))
        | (Type::Bool, Type::Bool)
        | (Type::Bytes, Type::Bytes)
        | (Type::Timestamp, Type::Timestamp)
        | (Type::Duration, Type::Duration) => true,
        _ => is_number(left) && is_number(right),
    }
}

fn arithmetic_type(operator: BinaryOperator, left: &Type, right: &Type) -> Option<Type> {
    use BinaryOperator as B;
    use Type as T;
    Some(match (operator, left, right) {
        (_, T::Dyn, _) | (_, _, T::Dyn) => T::Dyn,
        (_, T::Int, T::Int) => T::Int,
        (_, T::Uint, T::Uint) => T::Uint,
        (B::Add | B::Subtract | B::Multiply | B::Divide, T::Double, T::Double) => T::Double,
        (B::Add, T::Text | T::OneOf(_), T::Text | T::OneOf(_)) => T::Text,
        (B::Add, T::Bytes, T::Bytes) => T::Bytes,
        (B::Add, T::List(_), T::List(_)) => left.join(right),
        (B::Add | B::Subtract, T::Timestamp, T::Duration) | (B::Add, T::Duration, T::Timestamp) => T::Timestamp,
        (B::Subtract, T::Timestamp, T::Timestamp) | (B::Add | B::Subtract, T::Duration, T::Duration) => T::Duration,
        _ => return None,
    })
}

/// What probably was meant.
fn operand_hint(left: &Type, right: &Type) -> Option<&'static str> {
    match (left, right) {
        (Type::Duration, Type::Int) | (Type::Int, Type::Duration) => {
            Some("a length of time is written duration(\"7d\")")
        }
        (Type::Timestamp, Type::Text) | (Type::Text, Type::Timestamp) => {
            Some("a point in time is written timestamp(\"2026-07-01T00:00:00+07:00\")")
        }
        (Type::Timestamp, Type::Duration) | (Type::Duration, Type::Timestamp) => {
            Some("the age of a point in time is now - it")
        }
        (Type::List(_), Type::Int) => Some("the length of a list is size(list)"),
        (Type::Int, Type::Double) | (Type::Double, Type::Int) => Some("convert one side: double(x) or int(x)"),
        _ => None,
    }
}
