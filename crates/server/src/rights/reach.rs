//! What a list may show: the units that the rights of a person reach.

use jiff::civil::Date;
use khien_model::{TreeOnDay, UnitIndex};

use super::{Action, Resource, Rights, Scope, looks_back, table};

/// The units in which a person may do something: for lists, menus and the choice of the first unit to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// All units, and what belongs to none.
    Everything,
    /// These units, each named singly, parents first.
    Units(Vec<UnitIndex>),
    /// No unit: at most the person's own things.
    OwnThings,
}

impl Reach {
    /// Whether `unit` is reached.
    pub fn contains(&self, unit: Option<UnitIndex>) -> bool {
        match (self, unit) {
            (Self::Everything, _) => true,
            (Self::Units(units), Some(unit)) => units.contains(&unit),
            (Self::Units(_), None) | (Self::OwnThings, _) => false,
        }
    }

    /// The reached units that have no reached unit above them: where somebody starts to look.
    pub fn tops(&self, tree: &TreeOnDay<'_>) -> Vec<UnitIndex> {
        match self {
            Self::Everything => tree.roots().collect(),
            Self::Units(units) => units
                .iter()
                .copied()
                .filter(|unit| tree.parent(*unit).is_none_or(|parent| !units.contains(&parent)))
                .collect(),
            Self::OwnThings => Vec::new(),
        }
    }
}

impl Rights {
    /// The units of the tree's day in which this may be done.
    pub fn reach(&self, action: Action, resource: Resource, tree: &TreeOnDay<'_>) -> Reach {
        let is_past = tree.day() < self.today;
        let mut reached = vec![false; tree.tree().units().len()];
        for grant in &self.grants {
            if is_past && (action != Action::View || !looks_back(grant.role)) {
                continue;
            }
            match (table::scope(grant.role, resource, action), &grant.unit) {
                (Scope::Everything, _) | (Scope::Installation | Scope::OwnSubtree, None) => return Reach::Everything,
                (Scope::OwnUnit, Some(own)) => {
                    for unit in tree.units().iter().filter(|unit| tree.tree().unit(**unit).id == *own) {
                        reached[unit.place()] = true;
                    }
                }
                (Scope::OwnSubtree, Some(own)) => {
                    for unit in tree.units().iter().filter(|unit| is_below(own, **unit, tree, self.today)) {
                        reached[unit.place()] = true;
                    }
                }
                (Scope::None | Scope::OwnPerson | Scope::OwnUnit | Scope::Installation, _) => {}
            }
        }
        let units: Vec<UnitIndex> = tree.units().iter().copied().filter(|unit| reached[unit.place()]).collect();
        if units.is_empty() { Reach::OwnThings } else { Reach::Units(units) }
    }
}

/// Whether `unit` is the unit with the id `own` or below it on the tree's day. When the own unit did not exist on that
/// day, what it took over counts: `unit` or something above it has it among its successors today.
pub(super) fn is_below(own: &str, unit: UnitIndex, tree: &TreeOnDay<'_>, today: Date) -> bool {
    let Some(own) = tree.tree().find(own) else { return false };
    if tree.contains(own) {
        return tree.is_within(unit, own);
    }
    tree.path(unit).into_iter().any(|above| tree.tree().successors(above, today).contains(&own))
}
