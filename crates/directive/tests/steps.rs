//! The law of steps: whoever has a machine of whatever family is told at least one step, and never one for another family.

use khien_directive::{Code, Lang, Step, load};
use khien_model::facts::OsFamily;
use proptest::prelude::*;

/// A valid directive, with the steps that are replaced.
const VALID: &str = include_str!("diagnostics/valid.yaml");
const STEPS: &str = "fix: {vi: [Bật phần mềm diệt vi-rút.], en: [Turn the antivirus on.]}";

/// The directive with one step for each of `families`, in both languages.
fn directive_with(families: &[Option<OsFamily>]) -> String {
    let steps: Vec<String> = families
        .iter()
        .enumerate()
        .map(|(number, family)| match family {
            Some(family) => format!("{{{family}: step {number}}}"),
            None => format!("step {number}"),
        })
        .collect();
    let steps = steps.join(", ");
    assert!(VALID.contains(STEPS), "the steps that are replaced");
    VALID.replace(STEPS, &format!("fix: {{vi: [{steps}], en: [{steps}]}}"))
}

proptest! {
    #[test]
    fn a_directive_loads_exactly_when_every_family_has_a_step(
        families in prop::collection::vec(prop::option::of(prop::sample::select(OsFamily::ALL)), 1..6),
    ) {
        let text = directive_with(&families);
        let source = |_: &str| Ok(text.clone().into_bytes());
        let is_forgotten = |family: &OsFamily| !families.iter().any(|own| own.is_none_or(|own| own == *family));
        let forgotten = OsFamily::ALL.iter().filter(|family| is_forgotten(family)).count();
        match load("steps.yaml", &source) {
            Err(mistakes) => {
                prop_assert!(mistakes.iter().all(|mistake| mistake.code == Code::NoStepForFamily));
                prop_assert_eq!(mistakes.len(), forgotten * 2, "each family in each language");
                prop_assert!(forgotten > 0);
            }
            Ok(loaded) => {
                prop_assert_eq!(forgotten, 0);
                prop_assert_eq!(loaded.warnings, []);
                for (_, control) in loaded.directive.controls() {
                    for family in OsFamily::ALL {
                        let own: Vec<&str> = control
                            .fix
                            .get(Lang::Vi)
                            .iter()
                            .filter(|step: &&Step| step.family.is_none_or(|other| other == *family))
                            .map(|step| step.text.as_str())
                            .collect();
                        prop_assert!(!own.is_empty());
                        let told = control.fix.told(Some(*family));
                        prop_assert_eq!(told.get(Lang::Vi), own);
                    }
                    let everything = control.fix.told(None);
                    prop_assert_eq!(everything.get(Lang::En).len(), families.len());
                }
            }
        }
    }
}
