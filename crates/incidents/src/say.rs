//! What the parts, words and reports are called.

use khien_texts::{Language, Texts, moment, text};

use crate::clocks::{Clock, ClockState, Doubt, Step};
use crate::letters::{LetterKind, Missing, SenderPart};
use crate::sheet::{Part, Wrong};

/// The Fluent source of these words: a program puts it beside its own.
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::Vi => include_str!("../i18n/incidents.vi.ftl"),
        Language::En => include_str!("../i18n/incidents.en.ftl"),
    }
}

fn named(beginning: &str, word: &str) -> String {
    format!("{beginning}-{}", word.replace('_', "-"))
}

/// What a part is called.
pub fn part(part: Part, texts: &Texts) -> String {
    texts.text(&part_key(part))
}

fn part_key(part: Part) -> String {
    named("incident-part", part.as_str())
}

/// How a part is filled in, when that needs saying.
pub fn hint(part: Part, texts: &Texts) -> Option<String> {
    let has_hint = matches!(
        part,
        Part::Systems
            | Part::DiscoveredAt
            | Part::Severity
            | Part::PersonalData
            | Part::Data
            | Part::Done
            | Part::Planned
            | Part::Contact
    );
    has_hint.then(|| texts.text(&named("incident-hint", part.as_str())))
}

/// What the word `word` of a part is called.
pub fn choice(part: Part, word: &str, texts: &Texts) -> String {
    texts.text(&choice_key(part, word))
}

fn choice_key(part: Part, word: &str) -> String {
    named(&named("incident", part.as_str()), word)
}

/// What a report is called.
pub fn step(step: Step, texts: &Texts) -> String {
    texts.text(&named("incident-step", step.as_str()))
}

/// To whom a report goes.
pub fn receiver(step: Step, texts: &Texts) -> String {
    texts.text(&named("incident-to", step.as_str()))
}

/// How a clock stands; of a report that was made too late, by how much.
pub fn standing(clock: &Clock<'_>, texts: &Texts) -> String {
    match (clock.state, clock.due, clock.done) {
        (ClockState::Late, Some(due), Some(act)) => {
            let late = moment::length(act.done_at.duration_since(due), texts);
            text!(texts, "incident-state-made-late", late = late)
        }
        _ => state(clock.state, texts),
    }
}

/// How a clock stands.
pub fn state(state: ClockState, texts: &Texts) -> String {
    texts.text(&named("incident-state", state.as_str()))
}

/// Why it cannot be told.
pub fn doubt(doubt: Doubt, texts: &Texts) -> String {
    texts.text(&named("incident-doubt", doubt.as_str()))
}

/// What a letter is called.
pub fn letter(kind: LetterKind, texts: &Texts) -> String {
    texts.text(&named("incident-letter", kind.as_str()))
}

/// What a value is called that a letter lacks.
pub fn missing(missing: Missing, texts: &Texts) -> String {
    match missing {
        Missing::Sheet(lacking) => part(lacking, texts),
        Missing::Sender(lacking) => sender(lacking, texts),
    }
}

fn sender(part: SenderPart, texts: &Texts) -> String {
    texts.text(&named("incident-sender", part.as_str()))
}

/// What is wrong with what was typed.
pub fn wrong(wrong: Wrong, texts: &Texts) -> String {
    match wrong {
        Wrong::Missing => texts.text("incident-wrong-missing"),
        Wrong::TooLong(most) => text!(texts, "incident-wrong-too-long", most = most),
        Wrong::NoMoment => texts.text("incident-wrong-no-moment"),
        Wrong::Future => texts.text("incident-wrong-future"),
        Wrong::NoSuchWord => texts.text("incident-wrong-no-such-word"),
        Wrong::LongAgo => texts.text("incident-wrong-long-ago"),
        Wrong::AfterDiscovery => texts.text("incident-wrong-after-discovery"),
        Wrong::BeforeDiscovery => texts.text("incident-wrong-before-discovery"),
        Wrong::AfterReport => texts.text("incident-wrong-after-report"),
    }
}

#[cfg(test)]
mod tests {
    use khien_texts::audit;

    use super::*;
    use crate::sheet::Shape;

    #[test]
    fn both_languages_have_a_name_for_everything() {
        let sources = |language| [source(language)];
        let different = audit::differences(&sources(Language::Vi), &sources(Language::En));
        assert!(different.is_empty(), "these differ: {different:#?}");
        for language in Language::ALL {
            assert!(audit::not_composed(&sources(language)).is_empty());
            let texts = Texts::new(language, &sources(language));
            let mut names = Vec::new();
            for one in Part::ALL {
                names.push(part(*one, &texts));
                names.extend(hint(*one, &texts));
                if let Shape::Choice(words) = one.shape() {
                    names.extend(words.iter().map(|word| choice(*one, word, &texts)));
                }
            }
            for one in Step::ALL {
                names.extend([step(*one, &texts), receiver(*one, &texts)]);
            }
            names.extend(ClockState::ALL.iter().map(|one| state(*one, &texts)));
            names.extend(Doubt::ALL.iter().map(|one| doubt(*one, &texts)));
            names.extend(LetterKind::ALL.iter().map(|one| letter(*one, &texts)));
            names.extend(SenderPart::ALL.iter().map(|one| missing(Missing::Sender(*one), &texts)));
            // A text that is not there shows its key.
            let nameless: Vec<&String> = names.iter().filter(|name| name.starts_with("incident-")).collect();
            assert!(nameless.is_empty(), "{language:?}: {nameless:?}");
        }
    }
}
