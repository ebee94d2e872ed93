//! The quiz: some questions of the bank, marked at once, each with why its answer is right. It may be repeated.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use askama::Template;
use axum::extract::{Form as Sent, Path, State};
use khien_content::quiz::{Drawn, Quiz};
use khien_store::Actor;
use khien_store::campaigns::{self, Answered, Attempt};
use khien_texts::{Texts, text};

use super::reading::Reading;
use crate::page::{Crumb, Frame, Onward, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The questions that ship with the program.
static QUIZ: LazyLock<Quiz> = LazyLock::new(khien_content::quiz::quiz);

/// The questions of an attempt.
fn drawn(reading: &Reading, number: u64) -> Vec<Drawn<'static>> {
    let asked: BTreeSet<String> = reading.campaign.clauses.iter().map(|(clause, _)| clause.clone()).collect();
    QUIZ.draw(campaigns::quiz_seed(&reading.campaign.id, &reading.own.person, number), &asked, &reading.directive)
}

fn frame<'a>(state: &'a AppState, visit: &'a Visit, texts: &Texts, title: &str) -> Frame<'a> {
    Frame::new(state, visit, texts.text(title)).below(vec![
        Crumb::new(texts.text("my-title"), "/my"),
        Crumb::new(texts.text("duties-mine-title"), "/my/duties"),
    ])
}

#[derive(Template)]
#[template(path = "duties/quiz.html")]
struct View<'a> {
    frame: Frame<'a>,
    lead: String,
    number: u64,
    questions: Vec<QuestionView>,
}

struct QuestionView {
    id: String,
    question: String,
    answers: Vec<String>,
}

/// Shows the next quiz.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<axum::response::Response, Trouble> {
    use axum::response::IntoResponse as _;
    let reading = Reading::of(&state, &visit).await?.ok_or(Trouble::NotFound)?;
    if reading.own.acknowledged_at.is_none() || reading.own.quiz_passed_at.is_some() {
        return Ok(Onward::to("/my/duties").into_response());
    }
    let texts = state.texts(visit.language);
    let made = campaigns::attempts_of(&state.store, &reading.campaign.id, &reading.own.person).await?;
    let number = made.len() as u64;
    let drawn = drawn(&reading, number);
    let lead = text!(texts, "duties-quiz-about", asked = drawn.len(), needed = needed(drawn.len()));
    let questions = drawn.iter().map(|drawn| QuestionView {
        id: drawn.question.id.clone(),
        question: texts.pick(&drawn.question.question).to_owned(),
        answers: drawn.answers().map(|answer| texts.pick(answer).to_owned()).collect(),
    });
    let view =
        View { frame: frame(&state, &visit, texts, "duties-quiz-title"), lead, number, questions: questions.collect() };
    Ok(Page::new(&view)?.into_response())
}

/// How many of so many questions must be answered rightly.
fn needed(asked: usize) -> usize {
    QUIZ.to_pass.min(asked)
}

/// Marks a quiz and keeps it.
pub(super) async fn answer(
    State(state): State<AppState>,
    visit: Visit,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Onward, Trouble> {
    let reading = Reading::of(&state, &visit).await?.ok_or(Trouble::NotFound)?;
    let field = |name: &str| sent.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    let bad = || Trouble::BadRequest { detail: "number".to_owned() };
    let number: u64 = field("number").and_then(|number| number.parse().ok()).ok_or_else(bad)?;
    let drawn = drawn(&reading, number);
    let answers: Vec<Answered> = drawn
        .iter()
        .map(|drawn| Answered {
            question: drawn.question.id.clone(),
            chosen: field(&format!("q-{}", drawn.question.id)).and_then(|place| place.parse().ok()),
        })
        .collect();
    let right = drawn.iter().zip(&answers).filter(|(drawn, answered)| answered.chosen == Some(drawn.right())).count();
    let attempt = Attempt { number, answered_at: visit.now, passed: right >= needed(drawn.len()), answers };
    let person = &reading.own.person;
    let mut change = state.store.begin(Actor::Person(person.clone()), visit.now).await?;
    campaigns::answer_quiz(&mut change, &reading.campaign, person, &attempt).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/my/duties/quiz/{number}")))
}

#[derive(Template)]
#[template(path = "duties/result.html")]
struct ResultView<'a> {
    frame: Frame<'a>,
    lead: String,
    passed: bool,
    answers: Vec<AnswerView>,
}

struct AnswerView {
    question: String,
    is_right: bool,
    /// What was chosen, when it was wrong.
    chosen: Option<String>,
    right: String,
    why: String,
    clause_href: String,
    clause: String,
}

/// Shows what was right, and why.
pub(super) async fn result(
    State(state): State<AppState>,
    visit: Visit,
    Path(number): Path<String>,
) -> Result<Page, Trouble> {
    let reading = Reading::of(&state, &visit).await?.ok_or(Trouble::NotFound)?;
    let number: u64 = number.parse().map_err(|_| Trouble::NotFound)?;
    let made = campaigns::attempts_of(&state.store, &reading.campaign.id, &reading.own.person).await?;
    let attempt = made.into_iter().find(|attempt| attempt.number == number).ok_or(Trouble::NotFound)?;
    let texts = state.texts(visit.language);
    let mut answers = Vec::new();
    for drawn in drawn(&reading, number) {
        let question = drawn.question;
        let answered = attempt.answers.iter().find(|answered| answered.question == question.id);
        let chosen = answered.and_then(|answered| answered.chosen);
        let is_right = chosen == Some(drawn.right());
        let words = |place: usize| drawn.answers().nth(place).map(|answer| texts.pick(answer).to_owned());
        answers.push(AnswerView {
            question: texts.pick(&question.question).to_owned(),
            is_right,
            chosen: chosen.filter(|_| !is_right).and_then(words),
            right: words(drawn.right()).unwrap_or_default(),
            why: texts.pick(&question.why).to_owned(),
            clause_href: format!("/my/duties/clauses/{}", question.clause),
            clause: text!(texts, "duties-read-clause", clause = question.clause.as_str()),
        });
    }
    let right = answers.iter().filter(|answer| answer.is_right).count();
    let key = if attempt.passed { "duties-quiz-passed" } else { "duties-quiz-failed" };
    let lead = text!(texts, key, right = right, asked = answers.len(), needed = needed(answers.len()));
    let frame = frame(&state, &visit, texts, "duties-result-title");
    Page::new(&ResultView { frame, lead, passed: attempt.passed, answers })
}
