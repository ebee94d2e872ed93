//! The steps that mend something, and which of them a reader is told.

use khien_model::facts::OsFamily;

use crate::Lang;

/// One step that mends something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The only family of operating systems it is for; `None` for every machine.
    pub family: Option<OsFamily>,
    /// What to do.
    pub text: String,
}

impl Step {
    /// A step for every machine.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { family: None, text: text.into() }
    }

    /// A step for machines of one family.
    pub fn tagged(family: OsFamily, text: impl Into<String>) -> Self {
        Self { family: Some(family), text: text.into() }
    }

    /// Whether it is for machines of `family`.
    pub fn is_for(&self, family: OsFamily) -> bool {
        self.family.is_none_or(|own| own == family)
    }

    /// The text with the name of its family before it: `Windows: …`.
    fn introduced(&self) -> String {
        match self.family {
            Some(family) => format!("{}: {}", family_name(family), self.text),
            None => self.text.clone(),
        }
    }
}

/// What people call a family of operating systems, in either language.
fn family_name(family: OsFamily) -> &'static str {
    match family {
        OsFamily::Windows => "Windows",
        OsFamily::Linux => "Linux",
    }
}

/// Steps that mend something, in both languages, for machines of every family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// In Vietnamese; at least one for each family.
    pub vi: Vec<Step>,
    /// In English; at least one for each family.
    pub en: Vec<Step>,
}

impl Steps {
    /// The steps in one language.
    pub fn get(&self, lang: Lang) -> &[Step] {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }

    /// What the reader is told: on a machine of a known family its own steps, otherwise all of them, each with the family
    /// that it is for.
    pub fn told(&self, family: Option<OsFamily>) -> ToldSteps {
        ToldSteps { vi: told(&self.vi, family), en: told(&self.en, family) }
    }
}

fn told(steps: &[Step], family: Option<OsFamily>) -> Vec<String> {
    match family {
        Some(family) => steps.iter().filter(|step| step.is_for(family)).map(|step| step.text.clone()).collect(),
        None => steps.iter().map(Step::introduced).collect(),
    }
}

/// Steps as a reader is told them, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ToldSteps {
    /// In Vietnamese.
    pub vi: Vec<String>,
    /// In English.
    pub en: Vec<String>,
}

impl ToldSteps {
    /// The steps in one language.
    pub fn get(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps() -> Steps {
        use OsFamily::{Linux, Windows};
        let one = vec![
            Step::plain("Back up."),
            Step::tagged(Windows, "Open Settings."),
            Step::tagged(Linux, "Open a terminal."),
            Step::tagged(Windows, "Restart."),
            Step::plain("Check again."),
        ];
        Steps { vi: one.iter().map(|step| Step { text: format!("vi {}", step.text), ..*step }).collect(), en: one }
    }

    #[test]
    fn a_known_machine_gets_its_own_steps_without_the_name_of_its_family() {
        let windows = steps().told(Some(OsFamily::Windows));
        assert_eq!(windows.get(Lang::En), ["Back up.", "Open Settings.", "Restart.", "Check again."]);
        assert_eq!(windows.get(Lang::Vi), ["vi Back up.", "vi Open Settings.", "vi Restart.", "vi Check again."]);
        let linux = steps().told(Some(OsFamily::Linux));
        assert_eq!(linux.get(Lang::En), ["Back up.", "Open a terminal.", "Check again."]);
    }

    #[test]
    fn for_an_unknown_machine_every_step_says_whom_it_is_for() {
        let all = steps().told(None);
        let expected =
            ["Back up.", "Windows: Open Settings.", "Linux: Open a terminal.", "Windows: Restart.", "Check again."];
        assert_eq!(all.get(Lang::En), expected);
    }

    #[test]
    fn the_families_share_out_the_steps_and_lose_none() {
        for step in steps().get(Lang::En) {
            let told = OsFamily::ALL.iter().filter(|family| step.is_for(**family)).count();
            assert_eq!(told, if step.family.is_some() { 1 } else { OsFamily::ALL.len() }, "{step:?}");
        }
    }
}
