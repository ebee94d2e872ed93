//! What the pages know besides the findings: the directive in force, the tree of units, and what of it somebody may see.

use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use khien_directive::Directive;
use khien_model::{Organisation, TreeOnDay, UnitIndex};
use khien_store::pages::Scope;
use khien_store::{JudgeContext, people};
use khien_texts::Bilingual;

use super::overview::DayChoice;
use crate::rights::{Action, Reach, Resource, Rights};
use crate::state::AppState;
use crate::trouble::Trouble;

/// What somebody is called; their id when nobody has it any more.
pub(crate) async fn name_of(state: &AppState, person: &str) -> Result<String, Trouble> {
    let found = people::find(&state.store, person).await?;
    Ok(found.map_or_else(|| person.to_owned(), |person| person.name))
}

/// The directive and the units.
pub(crate) struct Known {
    context: Arc<JudgeContext>,
    then: Then,
}

/// Which directive is meant.
enum Then {
    /// The one in force.
    Now,
    /// The one that was in force on a day of the past, if there was one.
    Past(Option<Arc<Directive>>),
}

/// What stands for the directive as long as none is in force: it asks nothing.
static NO_DIRECTIVE: LazyLock<Directive> = LazyLock::new(|| Directive {
    id: String::new(),
    title: Bilingual::same(""),
    issued: Date::ZERO,
    valid_from: Date::ZERO,
    valid_to: None,
    documents: Vec::new(),
    parameters: Vec::new(),
    clauses: Vec::new(),
});

impl Known {
    /// What is in force and who belongs where.
    pub(crate) async fn load(state: &AppState) -> Result<Self, Trouble> {
        Ok(Self { context: state.store.judge_context().await?, then: Then::Now })
    }

    /// The same for a day that has ended: the directive is the one that was in force when it did.
    pub(crate) async fn load_for(state: &AppState, day: &DayChoice, shown: Date) -> Result<Self, Trouble> {
        let known = Self::load(state).await?;
        if !day.is_past {
            return Ok(known);
        }
        let directive = state.past_directives.at(&state.store, khien_model::end_of_day(shown)).await?;
        Ok(Self { then: Then::Past(directive), ..known })
    }

    /// The directive in force on the day that is shown; an empty one when there is none.
    pub(crate) fn directive(&self) -> &Directive {
        let directive = match &self.then {
            Then::Now => self.context.directive(),
            Then::Past(directive) => directive.as_deref(),
        };
        directive.unwrap_or(&NO_DIRECTIVE)
    }

    /// The units and who belongs to them.
    pub(crate) fn organisation(&self) -> &Organisation {
        self.context.organisation()
    }

    /// The tree of one day.
    pub(crate) fn tree(&self, day: Date) -> TreeOnDay<'_> {
        self.organisation().tree().on(day)
    }

    /// The units in which `rights` allow this, on `day`.
    pub(crate) fn reached(&self, rights: &Rights, action: Action, resource: Resource, day: Date) -> Reached {
        let tree = self.tree(day);
        let reach = rights.reach(action, resource, &tree);
        let ids = match &reach {
            Reach::Everything | Reach::OwnThings => Vec::new(),
            Reach::Units(units) => units.iter().map(|unit| tree.tree().unit(*unit).id.clone()).collect(),
        };
        Reached { tops: reach.tops(&tree), reach, ids }
    }

    /// What the unit with the id `id` is called on `day`; its last name when it is gone by then.
    pub(crate) fn unit_name(&self, id: &str, day: Date) -> String {
        let tree = self.organisation().tree();
        let Some(unit) = tree.find(id) else { return id.to_owned() };
        let name = tree.name(unit, day).or_else(|| tree.unit(unit).names.last());
        name.map_or_else(|| id.to_owned(), |name| name.name.clone())
    }
}

/// The units that somebody may see.
pub(crate) struct Reached {
    pub(crate) reach: Reach,
    /// The topmost of them.
    pub(crate) tops: Vec<UnitIndex>,
    ids: Vec<String>,
}

impl Reached {
    /// For the queries of the store.
    pub(crate) fn scope(&self) -> Scope<'_> {
        match self.reach {
            Reach::Everything => Scope::Everything,
            Reach::Units(_) | Reach::OwnThings => Scope::Units(&self.ids),
        }
    }

    /// Whether no unit is reached.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self.reach, Reach::OwnThings)
    }

    /// Whether everything is.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.reach, Reach::Everything)
    }
}
