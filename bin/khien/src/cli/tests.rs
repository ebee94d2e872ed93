use super::*;
use crate::i18n::texts;

fn words(line: &str) -> Vec<OsString> {
    line.split(' ').map(OsString::from).collect()
}

#[test]
fn the_arguments_are_consistent() {
    for language in [Language::Vi, Language::En] {
        help::localised(Arguments::command(), &texts(language), 80).debug_assert();
    }
}

#[test]
fn the_language_is_found_before_anything_else() {
    let speak = |line: &str, variable: Option<&str>| language(&words(line), variable.map(OsString::from));
    assert_eq!(speak("khien check", None), (Language::Vi, None));
    assert_eq!(speak("khien --lang en check", None), (Language::En, None));
    assert_eq!(speak("khien check --nonsense --lang=en", None), (Language::En, None));
    assert_eq!(speak("khien check", Some("en")), (Language::En, None));
    assert_eq!(speak("khien check --lang vi", Some("en")), (Language::Vi, None));
    assert_eq!(speak("khien check -- --lang en", Some("")), (Language::Vi, None));
    // A wrong word on the line is the argument parser's to refuse; a wrong variable is refused here.
    assert_eq!(speak("khien --lang fr", None), (Language::Vi, None));
    assert!(matches!(speak("khien", Some("fr")), (Language::Vi, Some(Problem::BadLanguageVariable { .. }))));
}

#[test]
fn clauses_may_be_given_in_any_usual_way() {
    let only = |line: &str| {
        let Ok(Parsed::Command(command)) = parse(&words(line), &texts(Language::Vi), 80) else { panic!("{line}") };
        let Command::Check(arguments) = *command else { panic!("{line} is a check") };
        arguments.only
    };
    assert_eq!(only("khien check --only 4.1 4.6"), ["4.1", "4.6"]);
    assert_eq!(only("khien check --only 4.1,4.6"), ["4.1", "4.6"]);
    assert_eq!(only("khien check --only 4.1 --only 4.6 --all"), ["4.1", "4.6"]);
    assert!(only("khien check").is_empty());
}
