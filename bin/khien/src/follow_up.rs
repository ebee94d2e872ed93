//! Commands to go on with. What a report tells its reader to type next is about the same directive, subject and moment: it
//! repeats what was typed.

use std::path::Path;

use khien_texts::labels::printable;

use crate::cli::CheckArguments;
use crate::terminal::UNBROKEN_SPACE;

/// What was typed and has to be typed again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FollowUp {
    directive: Vec<String>,
    at: Vec<String>,
    subject: Vec<String>,
    only: Vec<String>,
    /// Where the facts come from.
    pub(crate) source: Source,
}

/// Where facts come from, as far as it changes what to do about a missing one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// The running machine.
    #[default]
    ThisMachine,
    /// A system in a folder.
    Folder,
    /// A file that was collected before.
    File,
}

impl FollowUp {
    /// What has to be typed again after these arguments.
    pub(crate) fn after(arguments: &CheckArguments) -> Self {
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
        Self {
            directive: arguments.directive.as_ref().map(|name| option("--directive", name)).unwrap_or_default(),
            at: arguments.at.as_ref().map(|at| option("--at", at)).unwrap_or_default(),
            subject,
            only,
            source,
        }
    }

    /// The same check once more, with `--all` or without.
    pub(crate) fn check(&self, all: bool) -> String {
        let mut words = vec!["khien".to_owned(), "check".to_owned()];
        for typed in [&self.directive, &self.subject, &self.at, &self.only] {
            words.extend(typed.iter().cloned());
        }
        if all {
            words.push("--all".to_owned());
        }
        unbroken(&words)
    }

    /// What there is to know about a control, as it was judged.
    pub(crate) fn explain(&self, control: &str) -> String {
        let mut words = ["khien", "directive", "explain", control].map(str::to_owned).to_vec();
        words.extend(self.directive.iter().chain(&self.at).cloned());
        unbroken(&words)
    }
}

/// Words that stay on one line, so that they can be copied.
fn unbroken(words: &[String]) -> String {
    words.iter().map(|word| word.replace(' ', UNBROKEN_SPACE)).collect::<Vec<_>>().join(UNBROKEN_SPACE)
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:+,@%=".contains(letter);
    let word = printable(word);
    if !word.is_empty() && word.chars().all(is_plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{Command, Parsed, parse};
    use crate::i18n::{Language, texts};

    fn after(words: &[&str]) -> FollowUp {
        let words: Vec<_> = words.iter().map(std::ffi::OsString::from).collect();
        match parse(&words, &texts(Language::Vi), 80) {
            Ok(Parsed::Command(Command::Check(arguments))) => FollowUp::after(&arguments),
            _ => panic!("this is a check"),
        }
    }

    fn shown(command: &str) -> String {
        command.replace(UNBROKEN_SPACE, " ")
    }

    #[test]
    fn nothing_typed_is_nothing_to_repeat() {
        let follow_up = after(&["khien", "check", "--all", "--format", "html", "--output", "a.html"]);
        assert_eq!(follow_up, FollowUp::default());
        assert_eq!(shown(&follow_up.check(true)), "khien check --all");
        assert_eq!(shown(&follow_up.explain("antivirus-running")), "khien directive explain antivirus-running");
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
        let follow_up = after(&line);
        assert_eq!(
            shown(&follow_up.check(false)),
            "khien check --directive a.yaml --facts máy.json --at 30/06/2026 --only 4.1 4.6"
        );
        assert_eq!(shown(&follow_up.explain("c")), "khien directive explain c --directive a.yaml --at 30/06/2026");
        assert_eq!(follow_up.source, Source::File);
    }

    #[test]
    fn a_shell_reads_each_word_as_it_was_typed() {
        let follow_up = after(&["khien", "check", "--root", "/mnt/ổ đĩa 'cũ'", "--at", "2026-06-30 08:00"]);
        assert_eq!(
            shown(&follow_up.check(false)),
            r"khien check --root '/mnt/ổ đĩa '\''cũ'\''' --at '2026-06-30 08:00'"
        );
        assert_eq!(quoted(""), "''");
        let hostile = after(&["khien", "check", "--root", "a\u{1b}[2J"]);
        assert!(!hostile.check(false).contains('\u{1b}'));
    }
}
