//! The campaign that brought the directive to everybody: who has read it, who passed the quiz at the second try.

use std::collections::BTreeSet;

use jiff::Span;
use khien_content::quiz::{Quiz, quiz};
use khien_directive::Directive;
use khien_model::day_of;
use khien_store::campaigns::{self, Answered, Attempt, Campaign, CampaignKind};
use khien_store::leaves::{self, Leave};
use khien_store::{Actor, Change, Store, directives, ids};

use crate::DemoProblem;
use crate::days::{DAYS, Days, clock};
use crate::duties::PersonDuties;
use crate::province::TOP;
use crate::set_up::Province;

/// Every so many people one has failed the first quiz.
const FAILS_FIRST: usize = 4;
/// How long whoever is on leave today has been and will be away.
const LEAVE_DAYS: (i64, i64) = (40, 120);

/// The campaign, and how far everybody has come.
pub(crate) struct Reading {
    campaign: Campaign,
    directive: Directive,
    quiz: Quiz,
    acknowledged: BTreeSet<usize>,
    passed: BTreeSet<usize>,
}

impl Reading {
    /// Begins it on the first day, for everybody.
    pub(crate) async fn begin(store: &Store, days: Days, province: &Province) -> Result<Self, DemoProblem> {
        let fiction = |what: &str| DemoProblem::Fiction(what.to_owned());
        let directive = khien_content::in_force(days.now)
            .map_err(|_| fiction("a shipped directive does not load"))?
            .ok_or_else(|| fiction("no shipped directive applies today"))?;
        let version = directives::active(store).await?.ok_or_else(|| fiction("no directive is in force"))?;
        let at = days.at(DAYS, clock(8, 0));
        let mut change = store.begin(Actor::Person(province.person(0, 0).to_owned()), at).await?;
        let campaign = Campaign {
            id: ids::fresh(at)?,
            kind: CampaignKind::Reading,
            unit: TOP.to_owned(),
            directive: version.digest,
            clauses: campaigns::marks_of(&directive),
            due: day_of(at).saturating_add(Span::new().days(30)),
            newcomer_days: 5,
            created_by: province.person(0, 0).to_owned(),
            created_at: at,
            closed_at: None,
        };
        campaigns::begin(&mut change, &campaign).await?;
        let people: Vec<_> =
            province.people.iter().map(|official| (official.person.id.clone(), campaign.due)).collect();
        campaigns::enrol(&mut change, &campaign, &people).await?;
        change.commit().await?;
        let (acknowledged, passed) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { campaign, directive, quiz: quiz(), acknowledged, passed })
    }

    /// What one person has done by so many days before today.
    pub(crate) async fn of_person(
        &mut self,
        change: &mut Change,
        place: usize,
        person: &str,
        duties: &PersonDuties,
        ago: i64,
    ) -> Result<(), DemoProblem> {
        let mut is_news = false;
        if duties.has_read(ago) && self.acknowledged.insert(place) {
            for mark in &self.campaign.clauses {
                campaigns::read_clause(change, person, mark).await?;
            }
            campaigns::acknowledge(change, &self.campaign, person).await?;
            is_news = true;
        }
        if duties.has_passed(ago) && self.passed.insert(place) {
            let first_fails = place.is_multiple_of(FAILS_FIRST);
            if first_fails {
                campaigns::answer_quiz(change, &self.campaign, person, &self.attempt(change, person, 0, false)).await?;
            }
            let last = self.attempt(change, person, u64::from(first_fails), true);
            campaigns::answer_quiz(change, &self.campaign, person, &last).await?;
            is_news = true;
        }
        if !is_news {
            campaigns::say_again(change, person).await?;
        }
        Ok(())
    }

    /// A quiz with every answer right, or every answer wrong.
    fn attempt(&self, change: &Change, person: &str, number: u64, passed: bool) -> Attempt {
        let asked = self.campaign.clauses.iter().map(|(clause, _)| clause.clone()).collect();
        let seed = campaigns::quiz_seed(&self.campaign.id, person, number);
        let drawn = self.quiz.draw(seed, &asked, &self.directive);
        let answers = drawn.iter().map(|drawn| {
            let other = (drawn.right() + 1) % drawn.order.len().max(1);
            Answered { question: drawn.question.id.clone(), chosen: Some(if passed { drawn.right() } else { other }) }
        });
        Attempt { number, answered_at: change.now(), passed, answers: answers.collect() }
    }

    /// Of those who have not read it, the first two are on leave: their unit recorded it.
    pub(crate) async fn record_leaves(
        &self,
        store: &Store,
        days: Days,
        province: &Province,
    ) -> Result<(), DemoProblem> {
        const AWAY: usize = 2;
        let unread = province
            .people
            .iter()
            .enumerate()
            .filter(|(place, official)| !self.acknowledged.contains(place) && official.place > 0);
        let today = day_of(days.now);
        for (_, official) in unread.take(AWAY) {
            let head = province.person(official.office, 0).to_owned();
            let mut change = store.begin(Actor::Person(head.clone()), days.at(1, clock(9, 0))).await?;
            let leave = Leave {
                id: ids::fresh(change.now())?,
                person: official.person.id.clone(),
                valid_from: today.saturating_sub(Span::new().days(LEAVE_DAYS.0)),
                valid_to: today.saturating_add(Span::new().days(LEAVE_DAYS.1)),
                recorded_by: head,
                recorded_at: change.now(),
            };
            leaves::record(&mut change, &leave).await?;
            change.commit().await?;
        }
        Ok(())
    }
}
