//! Judging subjects before their rows are held, as they were at one moment: who judges many holds up nobody meanwhile, and
//! several lots of subjects are read and judged at the same time, whichever engine it is.
//!
//! What was concluded counts only where nothing has moved since: facts and findings of a subject never change without its
//! row changing with them (each judgement is later than the one before), and what concerns everybody has its generation.

use std::collections::HashMap;

use jiff::Timestamp;
use sqlx::AnyConnection;

use super::decide::Threads;
use super::read::{lock_free, standings};
use super::{Judged, Standing, Verdict, judge, pass, weigh, with_facts};
use crate::context::{Generations, context};
use crate::store::Core;
use crate::times::micros;
use crate::{Store, StoreError};

/// Some subjects, and what is concluded about them if nothing moves.
#[derive(Debug)]
pub(crate) struct Foreseen {
    generations: Generations,
    /// In the order of their numbers.
    numbers: Vec<i64>,
    subjects: HashMap<i64, (Standing, Verdict)>,
}

/// Reads and judges those of the subjects for which it is time.
pub(crate) async fn foresee(store: Store, numbers: Vec<i64>, now: Timestamp) -> Result<Foreseen, StoreError> {
    let mut snapshot = store.snapshot().await?;
    let connection = snapshot.connection();
    let context = context(store.core(), connection).await?;
    let generations = context.generations();
    let mut due = standings(connection, &numbers).await?;
    due.retain(|standing| standing.is_due(now));
    let numbers = due.iter().map(|standing| standing.number).collect();
    let subjects = with_facts(connection, due.clone()).await?;
    // Other lots are judged meanwhile: to hand this one around would only cost.
    let verdicts = weigh(store.core(), connection, context, subjects, now, Threads::One).await?;
    let subjects = due.into_iter().zip(verdicts).map(|(standing, verdict)| (standing.number, (standing, verdict)));
    Ok(Foreseen { generations, numbers, subjects: subjects.collect() })
}

impl Foreseen {
    /// Whether it is nobody's time.
    pub(crate) fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// Holds the rows of the subjects, but for those that somebody else holds, and writes what was concluded. Where something
    /// has moved, the subject is judged again as it is now, unless somebody else has done so. The tally is left to the caller.
    pub(crate) async fn settle(
        mut self,
        core: &Core,
        connection: &mut AnyConnection,
        now: Timestamp,
    ) -> Result<Judged, StoreError> {
        let held = lock_free(core, connection, &self.numbers).await?;
        let is_same_for_all = Generations::read(connection).await? == self.generations;
        let (mut verdicts, mut moved) = (Vec::with_capacity(held.len()), Vec::new());
        for standing in held {
            let foreseen = self.subjects.remove(&standing.number);
            match foreseen.filter(|(before, _)| is_same_for_all && *before == standing) {
                Some((_, verdict)) => verdicts.push(verdict),
                None if standing.is_due(now) => moved.push(standing),
                None => {}
            }
        }
        let mut judged = pass(connection, &verdicts).await?;
        if !moved.is_empty() {
            let subjects = with_facts(connection, moved).await?;
            judged.add(judge(core, connection, subjects, now).await?);
        }
        Ok(judged)
    }
}

impl Standing {
    /// Whether time alone may have changed something.
    fn is_due(&self, now: Timestamp) -> bool {
        self.next_judge_at <= micros(now) && !self.is_retired
    }
}

#[cfg(test)]
mod tests {
    use khien_test_support::fresh_databases;

    use super::*;
    use crate::StoreOptions;
    use crate::judging::judge_numbers;

    /// One subject for which it is time, with one finding. There is no directive: whoever judges it closes the finding.
    const STORY: &[&str] = &[
        "INSERT INTO subjects (number, kind, id, name, name_folded, created_at, counted_unit, next_judge_at, judge_on_report)
         VALUES (1, 'device', 'pc-1', 'Máy 1', 'may 1', 0, 'a', 0, 0)",
        "INSERT INTO findings (subject, control, clause, valid_from, valid_to, state, severity, due, detail)
         VALUES (1, 'linux', '4.1', 10, 9223372036854775807, 'fail', 'high', NULL, '')",
        "INSERT INTO tally (unit, clause, pass, fail, unknown, exempt) VALUES ('a', '4.1', 0, 1, 0, 0)",
    ];

    /// What happens between the look ahead and the writing.
    #[derive(Debug, Clone, Copy)]
    enum Meanwhile {
        Nothing,
        /// Somebody else judges it.
        Judged,
        /// Somebody else judges it, and then it is to be judged again.
        JudgedAndMarked,
        /// Something changes for everybody.
        Ordered,
    }

    async fn let_happen(store: &Store, meanwhile: Meanwhile, now: Timestamp) {
        let mut transaction = store.transaction().await.unwrap();
        if matches!(meanwhile, Meanwhile::Judged | Meanwhile::JudgedAndMarked) {
            judge_numbers(store.core(), &mut transaction, &[1], now).await.unwrap();
        }
        let also = match meanwhile {
            Meanwhile::Nothing | Meanwhile::Judged => "SELECT 1",
            Meanwhile::JudgedAndMarked => "UPDATE subjects SET next_judge_at = 0",
            Meanwhile::Ordered => "UPDATE generations SET value = value + 1 WHERE name = 'directive'",
        };
        sqlx::query(also).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_was_foreseen_counts_only_where_nothing_has_moved() {
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        // How many subjects are judged when it is written, how many findings change then.
        let expected = [
            (Meanwhile::Nothing, (1, 1)),
            (Meanwhile::Judged, (0, 0)),
            (Meanwhile::JudgedAndMarked, (1, 0)),
            (Meanwhile::Ordered, (1, 1)),
        ];
        for (meanwhile, expected) in expected {
            for database in fresh_databases() {
                let store = Store::open(database.url(), &StoreOptions::default()).await.unwrap();
                let mut writer = store.transaction().await.unwrap();
                for sql in STORY {
                    sqlx::query(*sql).execute(&mut *writer).await.unwrap();
                }
                writer.commit().await.unwrap();
                let foreseen = foresee(store.clone(), vec![1], now).await.unwrap();
                assert!(!foreseen.is_empty());
                let_happen(&store, meanwhile, now).await;
                let mut writer = store.transaction().await.unwrap();
                let judged = foreseen.settle(store.core(), &mut writer, now).await.unwrap();
                crate::judging::write_tally(&mut writer, &judged.deltas).await.unwrap();
                writer.commit().await.unwrap();
                assert_eq!((judged.subjects, judged.changed), expected, "{meanwhile:?}");
                assert_eq!(crate::tally::recount(&store).await.unwrap(), [], "{meanwhile:?}");
                assert!(foresee(store.clone(), vec![1], now).await.unwrap().is_empty(), "{meanwhile:?}");
                store.close().await;
            }
        }
    }
}
