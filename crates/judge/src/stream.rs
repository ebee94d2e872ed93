//! Judging many subjects on all processors, in bounded memory.

use khien_model::facts::FactDocument;
use rayon::prelude::*;

use crate::{Judge, RollUp};

/// How many subjects are held in memory at once while a stream of them is judged.
pub const CHUNK_SUBJECTS: usize = 1_024;

impl<'j> Judge<'j> {
    /// Works on a stream of subjects with all processors and delivers the results in the order of the stream.
    ///
    /// `work` gets whatever the stream holds (a document, a row to be read into one), so that reading is spread over the
    /// processors as well. At most [`CHUNK_SUBJECTS`] items and their results are in memory at once.
    pub fn stream<I, T>(
        &self,
        subjects: impl IntoIterator<Item = I>,
        work: impl Fn(&Self, I) -> T + Sync,
        mut deliver: impl FnMut(T),
    ) where
        I: Send,
        T: Send,
    {
        let mut subjects = subjects.into_iter();
        let mut results = Vec::with_capacity(CHUNK_SUBJECTS);
        loop {
            let chunk: Vec<I> = subjects.by_ref().take(CHUNK_SUBJECTS).collect();
            if chunk.is_empty() {
                return;
            }
            chunk.into_par_iter().map(|item| work(self, item)).collect_into_vec(&mut results);
            results.drain(..).for_each(&mut deliver);
        }
    }

    /// The roll-up of many subjects on the day of judgement, on all processors. The order of the subjects is irrelevant.
    pub fn roll_up<'d>(&self, documents: impl IntoParallelIterator<Item = &'d FactDocument>) -> RollUp<'j> {
        let empty = || self.empty_roll_up();
        documents
            .into_par_iter()
            .fold(empty, |mut roll_up, document| {
                self.count(document, &mut roll_up);
                roll_up
            })
            .reduce(empty, |mut one, other| {
                one.merge(&other);
                one
            })
    }

    /// A roll-up over the clauses of the directive on the day of judgement, with nothing counted yet.
    pub fn empty_roll_up(&self) -> RollUp<'j> {
        let clauses = self.directive.clauses.iter().map(|clause| clause.id.clone());
        RollUp::new(self.organisation(), self.today(), clauses)
    }

    /// Counts the state of every control about one subject. `roll_up` was made by [`empty_roll_up`](Self::empty_roll_up).
    pub fn count(&self, document: &FactDocument, roll_up: &mut RollUp<'_>) {
        let home = self.home(&document.subject());
        for judgement in self.judgements(document) {
            roll_up.record(home, judgement.clause_index, judgement.state);
        }
    }
}
