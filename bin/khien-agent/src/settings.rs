//! What the organisation chose for this machine, besides where it is enrolled.

use std::path::Path;

use khien_observe::BrowserScope;
use serde::{Deserialize, Serialize};

use crate::Problem;
use crate::state::write_readable;

/// The file of the settings.
pub(crate) const FILE: &str = "settings.json";

/// The settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// What is read of browsers.
    pub browsers: Browsers,
}

/// What is read of browsers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Browsers {
    /// Policies, and how much is saved.
    #[default]
    All,
    /// Policies alone.
    Policies,
}

impl Browsers {
    /// The words by which it is chosen on the command line and in the installer.
    pub(crate) const WORDS: [&str; 2] = ["all", "policies"];

    /// What a word chooses; nothing for any other.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        let [all, policies] = Self::WORDS;
        [(all, Self::All), (policies, Self::Policies)].into_iter().find(|(known, _)| *known == word).map(|(_, it)| it)
    }

    pub(crate) fn scope(self) -> BrowserScope {
        match self {
            Self::All => BrowserScope::All,
            Self::Policies => BrowserScope::PoliciesOnly,
        }
    }
}

impl Settings {
    /// What is kept to where the settings are there but cannot be understood: nothing that somebody may have forbidden.
    pub(crate) const CAUTIOUS: Self = Self { browsers: Browsers::Policies };

    /// Writes them into the state in `folder`. A service that runs there keeps to them from its next look on.
    pub fn write(&self, folder: &Path) -> Result<(), Problem> {
        write_readable(folder, FILE, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Readable;

    #[test]
    fn what_was_chosen_stays_chosen() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = Readable::at(folder.path());
        assert_eq!(state.settings().expect("none yet"), Settings::default());
        for word in Browsers::WORDS {
            let browsers = Browsers::of_word(word).expect("a word");
            Settings { browsers }.write(folder.path()).expect("written");
            assert_eq!(state.settings().expect("readable"), Settings { browsers });
            let written = std::fs::read_to_string(folder.path().join(FILE)).expect("text");
            assert!(written.contains(&format!("\"{word}\"")), "{written}");
        }
        assert_eq!(Browsers::of_word("none"), None);
    }

    #[test]
    fn settings_of_another_form_are_not_guessed() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), r#"{"browsers":"some"}"#).expect("written");
        assert!(matches!(Readable::at(folder.path()).settings(), Err(Problem::StateBroken { .. })));
    }
}
