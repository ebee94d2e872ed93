//! Many subjects at once: in order, and never more in memory than the bound.

use std::cell::Cell;

use khien_judge::{CHUNK_SUBJECTS, Judge};
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Organisation, Subject, SubjectKind};

use crate::support::base;
use crate::support::directive::small_directive;

#[test]
fn a_stream_stays_in_order_and_within_its_bound() {
    let (directive, none, organisation) = (small_directive(), Exemptions::default(), Organisation::default());
    let judge = Judge::new(&directive, &none, &organisation, base());
    let subjects = 3 * CHUNK_SUBJECTS + 1;
    let in_memory = Cell::new(0_usize);
    let most = Cell::new(0_usize);
    let ids = (0..subjects).inspect(|_| {
        in_memory.set(in_memory.get() + 1);
        most.set(most.get().max(in_memory.get()));
    });
    let work = |judge: &Judge<'_>, number: usize| {
        let document = FactDocument::empty(Subject { kind: SubjectKind::Device, id: number.to_string() });
        (number, judge.judgements(&document).count())
    };
    let mut delivered = Vec::new();
    judge.stream(ids, work, |result| {
        in_memory.set(in_memory.get() - 1);
        delivered.push(result);
    });
    let controls = judge.controls_about(SubjectKind::Device);
    let expected: Vec<(usize, usize)> = (0..subjects).map(|number| (number, controls)).collect();
    assert_eq!(delivered, expected);
    assert_eq!(most.get(), CHUNK_SUBJECTS);
}
