//! Commands to go on with after `khien check`: they repeat what was typed.

use std::path::Path;

use khien_result::{FollowUp, Source, quoted};

use crate::cli::CheckArguments;

/// What has to be typed again after these arguments.
pub(crate) fn after(arguments: &CheckArguments) -> FollowUp {
    let option = |name: &str, value: &str| vec![name.to_owned(), quoted(value)];
    let path = |name: &str, path: &Path| option(name, &path.to_string_lossy());
    let (source, subject) = match (&arguments.facts, &arguments.root) {
        (Some(file), _) => (Source::File, path("--facts", file)),
        (None, Some(root)) => (Source::Folder, path("--root", root)),
        (None, None) => (Source::ThisMachine, Vec::new()),
    };
    let mut only: Vec<String> = arguments.only.iter().map(|clause| quoted(clause)).collect();
    if !only.is_empty() {
        only.insert(0, "--only".to_owned());
    }
    FollowUp {
        explains: true,
        directive: arguments.directive.as_ref().map(|name| option("--directive", name)).unwrap_or_default(),
        at: arguments.at.as_ref().map(|at| option("--at", at)).unwrap_or_default(),
        subject,
        only,
        source,
        ..FollowUp::of("khien")
    }
}

#[cfg(test)]
mod tests {
    use khien_result::UNBROKEN_SPACE;

    use super::*;
    use crate::cli::{Command, Parsed, parse};
    use crate::i18n::{Language, texts};

    fn typed(words: &[&str]) -> FollowUp {
        let words: Vec<_> = words.iter().map(std::ffi::OsString::from).collect();
        let Ok(Parsed::Command(command)) = parse(&words, &texts(Language::Vi), 80) else { panic!("this is a command") };
        let Command::Check(arguments) = *command else { panic!("this is a check") };
        after(&arguments)
    }

    fn shown(command: &str) -> String {
        command.replace(UNBROKEN_SPACE, " ")
    }

    fn explained(follow_up: &FollowUp, control: &str) -> String {
        shown(&follow_up.explain(control).expect("khien explains"))
    }

    #[test]
    fn nothing_typed_is_nothing_to_repeat() {
        let follow_up = typed(&["khien", "check", "--all", "--format", "html", "--output", "a.html"]);
        assert_eq!(follow_up, FollowUp { explains: true, ..FollowUp::of("khien") });
        assert_eq!(shown(&follow_up.check(true)), "khien check --all");
        assert_eq!(explained(&follow_up, "antivirus-running"), "khien directive explain antivirus-running");
    }

    #[test]
    fn what_chose_the_findings_is_repeated() {
        let line = [
            "khien",
            "check",
            "--only",
            "4.1,4.6",
            "--facts",
            "máy.json",
            "--directive",
            "a.yaml",
            "--at",
            "30/06/2026",
        ];
        let follow_up = typed(&line);
        assert_eq!(
            shown(&follow_up.check(false)),
            "khien check --directive a.yaml --facts máy.json --at 30/06/2026 --only 4.1 4.6"
        );
        assert_eq!(explained(&follow_up, "c"), "khien directive explain c --directive a.yaml --at 30/06/2026");
        assert_eq!(follow_up.source, Source::File);
    }

    #[test]
    fn a_shell_reads_each_word_as_it_was_typed() {
        let follow_up = typed(&["khien", "check", "--root", "/mnt/ổ đĩa 'cũ'", "--at", "2026-06-30 08:00"]);
        assert_eq!(
            shown(&follow_up.check(false)),
            r"khien check --root '/mnt/ổ đĩa '\''cũ'\''' --at '2026-06-30 08:00'"
        );
        assert_eq!(quoted(""), "''");
        let hostile = typed(&["khien", "check", "--root", "a\u{1b}[2J"]);
        assert!(!hostile.check(false).contains('\u{1b}'));
    }
}
