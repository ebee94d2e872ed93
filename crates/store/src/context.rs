//! What every judgement depends on besides facts: the directive in force, units and who belongs to them, exemptions. It is
//! kept in memory until one of its generations counts up.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use jiff::SignedDuration;
use khien_directive::Directive;
use khien_model::{Assignment, AssignmentProblem, Exemption, Exemptions, Organisation, SubjectKind, UnitTree};
use sqlx::{AnyConnection, Row as _};

use crate::store::Core;
use crate::times::day;
use crate::{Generation, Store, StoreError, assignments, leaves, units};

/// What every judgement depends on, as of one moment.
#[derive(Debug)]
pub struct JudgeContext {
    generations: Generations,
    directive: Option<ActiveDirective>,
    organisation: Organisation,
    exemptions: Exemptions,
}

/// The directive in force.
#[derive(Debug)]
pub struct ActiveDirective {
    /// The digest over its files.
    pub digest: String,
    /// The directive.
    pub directive: Directive,
}

/// How often each part has changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Generations {
    directive: i64,
    organisation: i64,
    exemptions: i64,
}

impl JudgeContext {
    /// The directive in force; `None` when there is none, and then nothing is judged.
    pub fn directive(&self) -> Option<&Directive> {
        self.directive.as_ref().map(|active| &active.directive)
    }

    /// The same with its digest.
    pub fn active(&self) -> Option<&ActiveDirective> {
        self.directive.as_ref()
    }

    /// The units and who belongs to them.
    pub fn organisation(&self) -> &Organisation {
        &self.organisation
    }

    /// What is exempted.
    pub fn exemptions(&self) -> &Exemptions {
        &self.exemptions
    }

    /// How often each part had changed when it was loaded.
    pub(crate) fn generations(&self) -> Generations {
        self.generations
    }

    /// After this time some control takes a fact about such a subject for stale.
    pub(crate) fn shortest_freshness(&self, kind: SubjectKind) -> Option<SignedDuration> {
        let controls = self.directive().into_iter().flat_map(Directive::controls);
        controls.filter(|(_, control)| control.subject == kind).map(|(_, control)| control.fresh_within).min()
    }
}

impl Generations {
    pub(crate) async fn read(connection: &mut AnyConnection) -> Result<Self, StoreError> {
        let mut generations = Self::default();
        for row in &sqlx::query("SELECT name, value FROM generations").fetch_all(&mut *connection).await? {
            let name: &str = row.try_get(0)?;
            let place = match name {
                _ if name == Generation::Directive.name() => &mut generations.directive,
                _ if name == Generation::Organisation.name() => &mut generations.organisation,
                _ if name == Generation::Exemptions.name() => &mut generations.exemptions,
                _ => continue,
            };
            *place = row.try_get(1)?;
        }
        Ok(generations)
    }

    /// Rises whenever one of them does.
    pub(crate) const fn sum(self) -> i64 {
        self.directive + self.organisation + self.exemptions
    }
}

impl Store {
    /// The directive in force, the units and the exemptions, as of now. Cheap while they do not change.
    pub async fn judge_context(&self) -> Result<Arc<JudgeContext>, StoreError> {
        let mut connection = self.reader().await?;
        context(self.core(), &mut connection).await
    }
}

/// The context as `connection` sees it.
pub(crate) async fn context(core: &Core, connection: &mut AnyConnection) -> Result<Arc<JudgeContext>, StoreError> {
    let generations = Generations::read(connection).await?;
    let known = core.context.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(context) = known.filter(|context| context.generations == generations) {
        return Ok(context);
    }
    let organisation = organisation(connection).await?;
    let directive = directive(connection).await?;
    let asked = directive.as_ref().map(|active| &active.directive);
    let exemptions = exemptions(connection, &organisation, asked).await?;
    let context = Arc::new(JudgeContext { generations, directive, organisation, exemptions });
    let mut place = core.context.write().unwrap_or_else(PoisonError::into_inner);
    // A transaction that began earlier may come here later.
    if place.as_ref().is_none_or(|known| known.generations.sum() <= generations.sum()) {
        *place = Some(context.clone());
    }
    Ok(context)
}

async fn directive(connection: &mut AnyConnection) -> Result<Option<ActiveDirective>, StoreError> {
    let sql = "SELECT digest, main, files FROM directives WHERE activated_at IS NOT NULL AND retired_at IS NULL";
    let Some(row) = sqlx::query(sql).fetch_optional(&mut *connection).await? else { return Ok(None) };
    let digest: String = row.try_get(0)?;
    let files: BTreeMap<String, String> = serde_json::from_str(row.try_get(2)?)
        .map_err(|error| StoreError::corrupt(format!("the files of the directive {digest}: {error}")))?;
    let source = |name: &str| {
        files.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "it is not among the files".to_owned())
    };
    let loaded = khien_directive::load(row.try_get(1)?, &source).map_err(|mistakes| {
        let first = mistakes.first().map(|first| first.message.en.clone()).unwrap_or_default();
        StoreError::invalid(format!("this version of Khiên cannot read the directive in force ({digest}): {first}"))
    })?;
    Ok(Some(ActiveDirective { digest, directive: loaded.directive }))
}

/// Whoever writes assignments checks them against the units of that moment. Should one contradict the units all the same, it
/// alone is left out, and said: everybody else is judged where they belong.
async fn organisation(connection: &mut AnyConnection) -> Result<Organisation, StoreError> {
    let tree = UnitTree::new(units::read(connection).await?).map_err(|problems| {
        StoreError::corrupt(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })?;
    let assignments = assignments::read(connection).await?;
    Organisation::new(tree.clone(), assignments.clone()).or_else(|problems| {
        let mut left_out: Vec<Assignment> = Vec::new();
        for problem in problems {
            tracing::warn!(%problem, "an assignment is left out");
            left_out.push(assignment_of(problem));
        }
        let others = assignments.into_iter().filter(|assignment| !left_out.contains(assignment));
        Organisation::new(tree, others).map_err(|problems| {
            StoreError::corrupt(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        })
    })
}

fn assignment_of(problem: AssignmentProblem) -> Assignment {
    match problem {
        AssignmentProblem::NoSuchUnit(assignment)
        | AssignmentProblem::Reversed(assignment)
        | AssignmentProblem::UnitNotValid(assignment)
        | AssignmentProblem::Overlap(assignment)
        | AssignmentProblem::IsUnit(assignment) => assignment,
    }
}

/// An exemption that is not in order exempts nobody, and this is said; the others do.
async fn exemptions(
    connection: &mut AnyConnection,
    organisation: &Organisation,
    directive: Option<&Directive>,
) -> Result<Exemptions, StoreError> {
    let sql = "SELECT id, asked_by, decided_by, reason, covers, lifts, valid_from, valid_to FROM exemptions \
               WHERE state = 'approved' ORDER BY asked_at, id";
    let mut list: Vec<Exemption> = Vec::new();
    for row in &sqlx::query(sql).fetch_all(&mut *connection).await? {
        let id: String = row.try_get(0)?;
        let unreadable = |error: serde_json::Error| StoreError::corrupt(format!("the exemption {id}: {error}"));
        let exemption = Exemption {
            requested_by: row.try_get(1)?,
            approved_by: row.try_get::<Option<String>, _>(2)?.unwrap_or_default(),
            reason: row.try_get(3)?,
            covers: serde_json::from_str(row.try_get(4)?).map_err(unreadable)?,
            lifts: serde_json::from_str(row.try_get(5)?).map_err(unreadable)?,
            valid_from: day(row.try_get(6)?)?,
            valid_to: day(row.try_get(7)?)?,
            id: id.clone(),
        };
        match Exemptions::new(vec![exemption.clone()], organisation) {
            Ok(_) => list.push(exemption),
            Err(problems) => tracing::warn!(?problems, "an exemption is left out"),
        }
    }
    list.extend(leaves::as_exemptions(connection, directive).await?);
    Exemptions::new(list, organisation).map_err(|problems| {
        StoreError::corrupt(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    })
}
