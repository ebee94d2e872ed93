//! Commands to go on with. What a report tells its reader to type next is about the same directive, subject and moment: it
//! repeats what was typed.

use khien_texts::labels::printable;

use crate::UNBROKEN_SPACE;

/// What was typed and has to be typed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowUp {
    /// The program.
    pub program: &'static str,
    /// Whether the program has `directive explain`.
    pub explains: bool,
    /// The words that chose the directive, as a shell takes them.
    pub directive: Vec<String>,
    /// The words that chose the moment.
    pub at: Vec<String>,
    /// The words that chose the subject.
    pub subject: Vec<String>,
    /// The words that chose the clauses.
    pub only: Vec<String>,
    /// Where the facts come from.
    pub source: Source,
    /// How one gets the rights of an administrator.
    pub rights: Rights,
}

/// Where facts come from, as far as it changes what to do about a missing one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Source {
    /// The running machine.
    #[default]
    ThisMachine,
    /// A system in a folder.
    Folder,
    /// A file that was collected before.
    File,
}

/// How one gets the rights of an administrator on this system.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rights {
    /// With `sudo` before the command.
    #[default]
    Sudo,
    /// In a window that was opened as administrator.
    AdministratorWindow,
}

impl FollowUp {
    /// Nothing has to be typed again but the command itself.
    pub const fn of(program: &'static str) -> Self {
        Self {
            program,
            explains: false,
            directive: Vec::new(),
            at: Vec::new(),
            subject: Vec::new(),
            only: Vec::new(),
            source: Source::ThisMachine,
            rights: Rights::Sudo,
        }
    }

    /// The same check once more, with `--all` or without.
    pub fn check(&self, all: bool) -> String {
        let mut words = vec![self.program.to_owned(), "check".to_owned()];
        for typed in [&self.directive, &self.subject, &self.at, &self.only] {
            words.extend(typed.iter().cloned());
        }
        if all {
            words.push("--all".to_owned());
        }
        unbroken(&words)
    }

    /// What there is to know about a control, as it was judged; `None` where the program does not tell.
    pub fn explain(&self, control: &str) -> Option<String> {
        if !self.explains {
            return None;
        }
        let mut words = [self.program, "directive", "explain", control].map(str::to_owned).to_vec();
        words.extend(self.directive.iter().chain(&self.at).cloned());
        Some(unbroken(&words))
    }
}

/// Words that stay on one line, so that they can be copied.
fn unbroken(words: &[String]) -> String {
    words.iter().map(|word| word.replace(' ', UNBROKEN_SPACE)).collect::<Vec<_>>().join(UNBROKEN_SPACE)
}

/// A word as a shell takes it.
pub fn quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:+,@%=".contains(letter);
    let word = printable(word);
    if !word.is_empty() && word.chars().all(is_plain) { word } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
