//! The names in a check: facts of the subject and the variables of its loops.

use khien_expr::ast::{Expr, ExprKind};
use khien_model::reflect::{RecordShape, Shape};

use crate::Texts;
use crate::labels::field_key;

/// Between the steps of a way to a fact.
const STEP: &str = " › ";

/// A fact, a part of one, or the item that a loop looks at.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// What can be looked into; `None` for an item of a parameter.
    pub(super) shape: Option<Shape>,
    /// The keys of its names, from the area down; for an item without a shape the name itself.
    pub(super) name: String,
}

impl Place {
    /// What a reader calls it.
    pub(super) fn name_in(&self, texts: &Texts) -> String {
        let names = self.name.split(STEP).map(|key| texts.find(key, &[]).unwrap_or_else(|| key.to_owned()));
        names.collect::<Vec<_>>().join(STEP)
    }
}

/// What names mean at one place of the expression.
#[derive(Debug, Clone)]
pub(super) struct Scope<'s> {
    areas: &'static RecordShape,
    variables: Vec<(&'s str, Place)>,
}

impl<'s> Scope<'s> {
    /// Only the areas of facts.
    pub(super) fn new(areas: &'static RecordShape) -> Self {
        Self { areas, variables: Vec::new() }
    }

    /// With a loop variable that is an item of the list `list`.
    pub(super) fn with(&self, variable: &'s str, item: Place) -> Self {
        let mut inner = self.clone();
        inner.variables.push((variable, item));
        inner
    }

    /// The fact that `expr` names; `None` when it is something else.
    pub(super) fn place(&self, expr: &Expr) -> Option<Place> {
        match &expr.kind {
            ExprKind::Name { name, rooted } => {
                let variable = self.variables.iter().rev().find(|(variable, _)| variable == name && !rooted);
                if let Some((_, item)) = variable {
                    return Some(item.clone());
                }
                let (_, field) = self.areas.field(name)?;
                Some(Place { shape: Some(field.shape), name: field_key(self.areas, field) })
            }
            ExprKind::Select { operand, field } => {
                let of = self.place(operand)?;
                let Some(Shape::Record(record)) = of.shape else { return None };
                let (_, part) = record.field(&field.text)?;
                let key = field_key(record, part);
                // The item of a loop was named above: its parts are called by their own names.
                let is_item = matches!(&operand.kind, ExprKind::Name { name, .. } if self.is_variable(name));
                let name = if is_item { key } else { format!("{}{STEP}{key}", of.name) };
                Some(Place { shape: Some(part.shape), name })
            }
            _ => None,
        }
    }

    fn is_variable(&self, name: &str) -> bool {
        self.variables.iter().any(|(variable, _)| *variable == name)
    }
}
