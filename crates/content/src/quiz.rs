//! The questions about the duties (`content/quizzes/`), and which of them somebody is asked.
//!
//! Which questions come, and in which order their answers stand, follows from a seed: the server asks and marks a quiz without
//! keeping it in between.

use std::collections::BTreeSet;

use khien_directive::{Directive, Lang, Texts, plain_value, render};
use schemars::JsonSchema;
use serde::Deserialize;

/// The form of the file that this program reads.
pub const VERSION: i64 = 1;
/// How many questions a file may have.
pub const MAX_QUESTIONS: usize = 500;
/// How many a quiz may ask: it takes five minutes at most.
pub const MAX_ASKED: usize = 20;
/// How many wrong answers stand beside the right one.
pub const WRONG_ANSWERS: std::ops::RangeInclusive<usize> = 2..=3;
/// The longest sentence, in letters: it is read on a phone.
pub const MAX_LETTERS: usize = 400;
/// The longest id, in letters.
pub const MAX_ID: usize = 64;

/// The questions that ship with the program.
const THADS: &[u8] = include_bytes!("../../../content/quizzes/thads.yaml");

/// A file of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quiz {
    /// Its id.
    pub id: String,
    /// How many questions are asked at once.
    pub asked: usize,
    /// How many of them must be answered rightly.
    pub to_pass: usize,
    /// All questions.
    pub questions: Vec<Question>,
}

/// One question. Exactly one answer is right: there is no place for a second one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The stable id.
    pub id: String,
    /// The clause that it is about.
    pub clause: String,
    /// The control of that clause whose duty it tests.
    pub control: String,
    /// The question.
    pub question: Texts,
    /// The right answer first, then the wrong ones.
    pub answers: Vec<Texts>,
    /// Why the right answer is right.
    pub why: Texts,
}

/// A question as it is put to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn<'q> {
    /// The question.
    pub question: &'q Question,
    /// The places of its answers in [`Question::answers`], in the order in which they are shown.
    pub order: Vec<usize>,
}

impl<'q> Drawn<'q> {
    /// The answers in the order in which they are shown.
    pub fn answers(&self) -> impl Iterator<Item = &'q Texts> {
        self.order.iter().filter_map(|place| self.question.answers.get(*place))
    }

    /// The place, as shown, of the right answer.
    pub fn right(&self) -> usize {
        self.order.iter().position(|place| *place == 0).unwrap_or_default()
    }
}

impl Quiz {
    /// The questions that the quiz of this `seed` asks somebody who has read the clauses `read`, in order.
    ///
    /// Questions about these clauses come first, so that a new version is asked about where it changed; are there fewer than
    /// a quiz asks, others of `directive` fill it up.
    pub fn draw(&self, seed: u64, read: &BTreeSet<String>, directive: &Directive) -> Vec<Drawn<'_>> {
        let mut chance = Chance(seed);
        let known = |question: &&Question| directive.clauses.iter().any(|clause| clause.id == question.clause);
        let (mut first, mut others): (Vec<&Question>, Vec<&Question>) =
            self.questions.iter().filter(known).partition(|question| read.contains(&question.clause));
        chance.shuffle(&mut first);
        chance.shuffle(&mut others);
        first.extend(others);
        first.truncate(self.asked);
        let drawn = first.into_iter().map(|question| {
            let mut order: Vec<usize> = (0..question.answers.len()).collect();
            chance.shuffle(&mut order);
            Drawn { question, order }
        });
        drawn.collect()
    }
}

/// Numbers that look random and follow from a seed (SplitMix64).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for end in (1..list.len()).rev() {
            let place = self.next() % (end as u64 + 1);
            list.swap(end, usize::try_from(place).unwrap_or_default());
        }
    }
}

/// The questions that ship with the program.
///
/// # Panics
/// When the embedded file, which is part of the program, is not in order.
pub fn quiz() -> Quiz {
    read_quiz("thads.yaml", THADS).expect("our own quiz is in order")
}

/// A file of questions as it is written.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Khiên quiz")]
struct QuizFile {
    /// The version of this form: 1.
    khien: i64,
    /// The id of the file: lower-case letters, digits, hyphens.
    id: String,
    /// How many questions are asked at once.
    asked: usize,
    /// How many of them must be answered rightly.
    to_pass: usize,
    /// The questions.
    questions: Vec<QuestionFile>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct QuestionFile {
    /// The stable id: lower-case letters, digits, hyphens.
    id: String,
    /// The clause that it is about, e.g. '4.2'.
    clause: String,
    /// The control of that clause whose duty it tests.
    control: String,
    question: BothFile,
    /// The one right answer.
    right: BothFile,
    /// Two or three wrong ones.
    wrong: Vec<BothFile>,
    /// Why the right answer is right.
    why: BothFile,
}

/// A sentence in both languages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BothFile {
    /// In Vietnamese.
    vi: String,
    /// In English.
    en: String,
}

impl BothFile {
    fn texts(self) -> Texts {
        let tidy = |text: &str| khien_model::text::nfc(text.trim()).into_owned();
        Texts::new(tidy(&self.vi), tidy(&self.en))
    }
}

/// Reads a file of questions; every mistake in a sentence that says where it is.
pub fn read_quiz(name: &str, bytes: &[u8]) -> Result<Quiz, Vec<String>> {
    let value = plain_value(name, bytes.to_vec())
        .map_err(|mistakes| mistakes.iter().map(|mistake| render(mistake, Lang::En, false)).collect::<Vec<_>>())?;
    let file: QuizFile = serde_json::from_value(value).map_err(|error| vec![format!("{name}: {error}")])?;
    let mut mistakes = Vec::new();
    if file.khien != VERSION {
        mistakes.push(format!("{name}: khien: {} is a form that this program does not read", file.khien));
    }
    if file.questions.len() > MAX_QUESTIONS {
        mistakes.push(format!("{name}: more than {MAX_QUESTIONS} questions"));
    }
    if file.asked == 0 || file.asked > MAX_ASKED.min(file.questions.len()) {
        mistakes.push(format!(
            "{name}: asked: {} is not between 1 and the questions there are ({MAX_ASKED} at most)",
            file.asked
        ));
    }
    if file.to_pass == 0 || file.to_pass > file.asked {
        mistakes.push(format!("{name}: to_pass: {} is not between 1 and what is asked", file.to_pass));
    }
    check_id(name, &file.id, &mut mistakes);
    let mut seen = BTreeSet::new();
    let mut questions = Vec::new();
    for question in file.questions.into_iter().take(MAX_QUESTIONS) {
        if !seen.insert(question.id.clone()) {
            mistakes.push(format!("{name}: question {}: the id stands twice", question.id));
        }
        questions.push(checked(name, question, &mut mistakes));
    }
    let quiz = Quiz { id: file.id, asked: file.asked, to_pass: file.to_pass, questions };
    if mistakes.is_empty() { Ok(quiz) } else { Err(mistakes) }
}

fn checked(name: &str, question: QuestionFile, mistakes: &mut Vec<String>) -> Question {
    let place = format!("{name}: question {}", question.id);
    check_id(&place, &question.id, mistakes);
    if !WRONG_ANSWERS.contains(&question.wrong.len()) {
        mistakes.push(format!("{place}: {} wrong answers; there are 2 or 3", question.wrong.len()));
    }
    let answers: Vec<Texts> = std::iter::once(question.right).chain(question.wrong).map(BothFile::texts).collect();
    let read = Question {
        id: question.id,
        clause: question.clause,
        control: question.control,
        question: question.question.texts(),
        answers,
        why: question.why.texts(),
    };
    for (number, answer) in read.answers.iter().enumerate() {
        let same = |other: &Texts| other.vi == answer.vi || other.en == answer.en;
        if read.answers.iter().take(number).any(same) {
            mistakes.push(format!("{place}: an answer stands twice: {:?}", answer.vi));
        }
    }
    for text in read.answers.iter().chain([&read.question, &read.why]).flat_map(|texts| [&texts.vi, &texts.en]) {
        if text.is_empty() || text.chars().count() > MAX_LETTERS {
            mistakes.push(format!("{place}: a text is empty or longer than {MAX_LETTERS} letters: {text:?}"));
        }
    }
    read
}

fn check_id(place: &str, id: &str, mistakes: &mut Vec<String>) {
    let known = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    if id.is_empty() || id.len() > MAX_ID || !id.bytes().all(known) {
        mistakes
            .push(format!("{place}: the id {id:?} is not of lower-case letters, digits and hyphens, {MAX_ID} at most"));
    }
}

/// Questions that do not fit `directive`: their clause or their control is not there. Each in a sentence.
pub fn misfits(quiz: &Quiz, directive: &Directive) -> Vec<String> {
    let mut misfits = Vec::new();
    for question in &quiz.questions {
        match directive.control(&question.control) {
            Some((clause, _)) if clause.id == question.clause => {}
            Some((clause, _)) => misfits.push(format!(
                "question {}: the control {} belongs to clause {}, not {}",
                question.id, question.control, clause.id, question.clause
            )),
            None => misfits.push(format!("question {}: there is no control {}", question.id, question.control)),
        }
    }
    misfits
}

/// The schema of such files, for editors, as the text of `content/schema/quiz.schema.json`.
pub fn quiz_schema_text() -> String {
    let schema = schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<QuizFile>();
    format!("{:#}\n", schema.to_value())
}

#[cfg(test)]
mod tests;
