//! The shipped questions are in order, and what is not in order is refused.

use std::collections::{BTreeMap, BTreeSet};

use khien_model::SubjectKind;

use super::*;
use crate::{SHIPPED, shipped};

fn directive(id: &str) -> Directive {
    shipped(id).expect("it loads").directive
}

#[test]
fn the_shipped_questions_fit_every_shipped_directive() {
    let quiz = quiz();
    assert!(quiz.questions.len() >= 40 && quiz.asked == 5, "{}", quiz.questions.len());
    for id in SHIPPED {
        assert_eq!(misfits(&quiz, &directive(id)), Vec::<String>::new(), "{id}");
    }
}

/// A clause asks something of a person when it is about the person, or about what a person uses.
#[test]
fn every_clause_that_asks_something_of_a_person_has_questions() {
    let quiz = quiz();
    for id in SHIPPED {
        for clause in &directive(id).clauses {
            let asks = clause
                .controls
                .iter()
                .any(|control| !matches!(control.subject, SubjectKind::Unit | SubjectKind::System));
            let questions = quiz.questions.iter().filter(|question| question.clause == clause.id).count();
            assert!(!asks || questions >= 2, "{id}: clause {} has {questions} questions", clause.id);
        }
    }
}

#[test]
fn a_quiz_follows_from_its_seed_and_asks_about_what_was_read() {
    let (quiz, directive) = (quiz(), directive("thads-2026"));
    let all: BTreeSet<String> = directive.clauses.iter().map(|clause| clause.id.clone()).collect();
    assert_eq!(quiz.draw(7, &all, &directive), quiz.draw(7, &all, &directive));
    assert_ne!(quiz.draw(7, &all, &directive), quiz.draw(8, &all, &directive));
    let changed = BTreeSet::from(["4.2".to_owned(), "4.3".to_owned()]);
    let one = BTreeSet::from(["4.6".to_owned()]);
    let (mut seen, mut first) = (BTreeSet::new(), BTreeMap::new());
    for seed in 0..2_000 {
        let drawn = quiz.draw(seed, &all, &directive);
        assert_eq!(drawn.len(), quiz.asked);
        let ids: BTreeSet<&str> = drawn.iter().map(|drawn| drawn.question.id.as_str()).collect();
        assert_eq!(ids.len(), quiz.asked, "nothing is asked twice");
        for drawn in &drawn {
            let shown: Vec<&Texts> = drawn.answers().collect();
            assert_eq!(shown.len(), drawn.question.answers.len());
            assert_eq!(shown.get(drawn.right()).copied(), drawn.question.answers.first());
            *first.entry(drawn.right()).or_insert(0) += 1;
            seen.insert(drawn.question.id.clone());
        }
        assert!(quiz.draw(seed, &changed, &directive).iter().all(|drawn| changed.contains(&drawn.question.clause)));
        let filled = quiz.draw(seed, &one, &directive);
        let about = filled.iter().filter(|drawn| drawn.question.clause == "4.6").count();
        assert_eq!((filled.len(), about), (quiz.asked, 2), "both questions there are, then others");
    }
    assert_eq!(seen.len(), quiz.questions.len(), "every question comes up");
    assert!((0..3).all(|place| first.get(&place).is_some_and(|count| *count > 2_000)), "{first:?}");
}

const GOOD: &str = "khien: 1\nid: a\nasked: 1\nto_pass: 1\nquestions:\n  - id: q\n    clause: '1.1'\n    control: c\n    \
    question: {vi: Hỏi, en: Ask}\n    right: {vi: Đúng, en: Right}\n    wrong:\n      - {vi: Sai, en: Wrong}\n      - {vi: Nhầm, en: Mistaken}\n    \
    why: {vi: Vì thế, en: So}\n";

#[test]
fn what_is_not_in_order_is_refused_with_its_place() {
    let said = |text: &str| {
        read_quiz("a.yaml", text.as_bytes()).map_or_else(|mistakes| mistakes.join("\n"), |_| String::new())
    };
    assert_eq!(said(GOOD), "");
    for (from, to, word) in [
        ("khien: 1", "khien: 2", "does not read"),
        ("asked: 1", "asked: 2", "asked"),
        ("asked: 1", "asked: 0", "asked"),
        ("to_pass: 1", "to_pass: 2", "to_pass"),
        ("id: q", "id: Q", "the id \"Q\""),
        ("      - {vi: Nhầm, en: Mistaken}\n", "", "1 wrong answers"),
        ("vi: Nhầm", "vi: Đúng", "stands twice"),
        ("vi: Vì thế", "vi: ''", "is empty"),
        ("why: {", "because: {", "unknown field `because`"),
        ("    right: {vi: Đúng, en: Right}\n", "", "missing field `right`"),
        ("questions:", "questions: [", "a.yaml"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let said = said(&GOOD.replace(from, to));
        assert!(said.contains(word), "{to}: {said}");
    }
}

#[test]
fn bounds_hold_at_the_limit() {
    let with = |letters: usize| GOOD.replace("vi: Hỏi", &format!("vi: {}", "ạ".repeat(letters)));
    assert!(read_quiz("a.yaml", with(MAX_LETTERS).as_bytes()).is_ok());
    assert!(read_quiz("a.yaml", with(MAX_LETTERS + 1).as_bytes()).is_err());
    let question = GOOD.split_once("questions:\n").expect("questions").1;
    let many = |count: usize| {
        let head = GOOD.split_once("questions:\n").expect("questions").0;
        let list: String = (0..count).map(|number| question.replace("id: q", &format!("id: q{number}"))).collect();
        read_quiz("a.yaml", format!("{head}questions:\n{list}").as_bytes())
    };
    assert_eq!(many(MAX_QUESTIONS).map(|quiz| quiz.questions.len()), Ok(MAX_QUESTIONS));
    assert!(many(MAX_QUESTIONS + 1).is_err());
}

#[test]
fn a_question_that_does_not_fit_is_named() {
    let mut quiz = quiz();
    for (place, control) in [(0, "nothing"), (1, "antivirus-running")] {
        if let Some(question) = quiz.questions.get_mut(place) {
            control.clone_into(&mut question.control);
        }
    }
    assert_eq!(misfits(&quiz, &directive("thads-2026")).len(), 2);
}

#[test]
fn the_schema_is_the_one_that_editors_read() {
    expect_test::expect_file!["../../../../content/schema/quiz.schema.json"].assert_eq(&quiz_schema_text());
}
