//! A tree back to text. Parsing the text again yields the same tree.

use std::fmt::{self, Display, Formatter, Write as _};

use crate::ast::{Ast, BinaryOperator, Expr, ExprKind, Literal, Name, UnaryOperator};
use crate::text_literal;

impl Display for Ast {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.root.fmt(formatter)
    }
}

impl Display for Expr {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        print(self, &mut text);
        formatter.write_str(&text)
    }
}

/// Binds tighter than every operator.
const TIGHTEST: u8 = 7;
const PREFIX: u8 = 6;

fn precedence(expr: &Expr) -> u8 {
    match &expr.kind {
        ExprKind::Conditional { .. } => 0,
        ExprKind::Binary { operator, .. } => operator.precedence(),
        ExprKind::Unary { .. } => PREFIX,
        _ => TIGHTEST,
    }
}

fn print(expr: &Expr, out: &mut String) {
    match &expr.kind {
        ExprKind::Literal(literal) => print_literal(literal, out),
        ExprKind::Name { name, rooted } => {
            if *rooted {
                out.push('.');
            }
            out.push_str(name);
        }
        ExprKind::Select { operand, field } => {
            print_above(operand, TIGHTEST - 1, out);
            out.push('.');
            print_field(field, out);
        }
        ExprKind::Index { operand, index } => {
            print_above(operand, TIGHTEST - 1, out);
            print_list("[", std::slice::from_ref(&**index), "]", out);
        }
        ExprKind::Call { target, function, arguments } => {
            if let Some(target) = target {
                print_above(target, TIGHTEST - 1, out);
                out.push('.');
            }
            out.push_str(&function.text);
            print_list("(", arguments, ")", out);
        }
        ExprKind::Unary { operator, operand } => print_prefixed(*operator, operand, out),
        ExprKind::Binary { operator, left, right } => print_binary(*operator, left, right, out),
        ExprKind::Conditional { condition, then, otherwise } => {
            print_above(condition, 0, out);
            out.push_str(" ? ");
            print_above(then, 0, out);
            out.push_str(" : ");
            print(otherwise, out);
        }
        ExprKind::List(items) => print_list("[", items, "]", out),
        ExprKind::Map(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                print(key, out);
                out.push_str(": ");
                print(value, out);
            }
            out.push('}');
        }
    }
}

/// In parentheses unless it binds tighter than `above`.
fn print_above(expr: &Expr, above: u8, out: &mut String) {
    if precedence(expr) > above {
        print(expr, out);
    } else {
        out.push('(');
        print(expr, out);
        out.push(')');
    }
}

fn print_binary(operator: BinaryOperator, left: &Expr, right: &Expr, out: &mut String) {
    print_above(left, operator.precedence() - 1, out);
    out.push(' ');
    out.push_str(operator.as_str());
    out.push(' ');
    print_above(right, operator.precedence(), out);
}

fn print_prefixed(operator: UnaryOperator, operand: &Expr, out: &mut String) {
    out.push_str(match operator {
        UnaryOperator::Not => "!",
        UnaryOperator::Negate => "-",
    });
    let mut text = String::new();
    print_above(operand, PREFIX - 1, &mut text);
    // `-` right before a number would become part of the number.
    let joins = operator == UnaryOperator::Negate && text.starts_with(|c: char| c.is_ascii_digit());
    if joins {
        out.push('(');
        out.push_str(&text);
        out.push(')');
    } else {
        out.push_str(&text);
    }
}

fn print_field(field: &Name, out: &mut String) {
    let mut characters = field.text.chars();
    let plain = characters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && characters.all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !matches!(&*field.text, "true" | "false" | "null" | "in");
    if plain {
        out.push_str(&field.text);
    } else {
        out.push('`');
        out.push_str(&field.text);
        out.push('`');
    }
}

fn print_list(open: &str, items: &[Expr], close: &str, out: &mut String) {
    out.push_str(open);
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        print(item, out);
    }
    out.push_str(close);
}

fn print_literal(literal: &Literal, out: &mut String) {
    let written = match literal {
        Literal::Null => write!(out, "null"),
        Literal::Bool(value) => write!(out, "{value}"),
        Literal::Int(value) => write!(out, "{value}"),
        Literal::Uint(value) => write!(out, "{value}u"),
        // `{:?}` is the shortest text that reads back as the same number, and always has a dot or an exponent.
        Literal::Double(value) => write!(out, "{value:?}"),
        Literal::Text(value) => write!(out, "{}", text_literal::quote(value)),
        Literal::Bytes(value) => write!(out, "{}", text_literal::quote_bytes(value)),
    };
    debug_assert!(written.is_ok(), "writing into a String cannot fail");
}
