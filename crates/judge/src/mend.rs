//! What the person in front of a machine is told to do.

use khien_directive::{Control, ToldSteps};
use khien_model::facts::{FactDocument, OsFamily};

/// The steps that mend `control` on the subject of `document`: those of its operating system when that is known, otherwise
/// all, each with the family it is for.
pub fn told_steps(control: &Control, document: &FactDocument) -> ToldSteps {
    control.fix.told(family_of(document))
}

/// The family of the operating system of a device. However old the fact is, a machine hardly becomes another kind of
/// machine, and the worst that can come of it is a step that does not fit.
fn family_of(document: &FactDocument) -> Option<OsFamily> {
    let FactDocument::Device(device) = document else { return None };
    let os = device.facts.os.as_ref()?.outcome.as_ref().ok()?;
    os.family.known().copied()
}

#[cfg(test)]
mod tests {
    use khien_directive::{Directive, Lang, load};

    use super::*;

    const PLAIN: &str = "Check again.";

    /// A directive with a control for devices and one for accounts, with the same steps.
    fn directive() -> Directive {
        let control = |id: &str, subject: &str, pass: &str| {
            let steps = format!("[{{windows: Open Settings.}}, {{linux: Open a terminal.}}, {PLAIN}]");
            format!(
                "      - {{id: {id}, subject: {subject}, title: {{vi: a, en: a}}, severity: low, fresh_within: 7d, due: 5d, \
                 pass: {pass}, fix: {{vi: {steps}, en: {steps}}}}}\n"
            )
        };
        let text = format!(
            "khien: 1\nid: steps\ntitle: {{vi: a, en: a}}\nissued: 2026-01-05\nvalid_from: 2026-01-05\nclauses:\n  \
             - id: \"4.1\"\n    title: {{vi: a, en: a}}\n    text: {{vi: a, en: a}}\n    controls:\n{}{}",
            control("of-device", "device", "size(disk.volumes) > 0"),
            control("of-account", "account", "lifecycle.enabled"),
        );
        let source = |_: &str| Ok(text.clone().into_bytes());
        load("steps.yaml", &source).unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).directive
    }

    fn told(directive: &Directive, id: &str, document: &str) -> Vec<String> {
        let (_, control) = directive.control(id).expect("the control");
        let document: FactDocument = serde_json::from_str(document).expect("facts");
        told_steps(control, &document).get(Lang::En).to_vec()
    }

    #[test]
    fn a_device_is_told_the_steps_of_its_own_system() {
        let directive = directive();
        let everything = vec!["Windows: Open Settings.", "Linux: Open a terminal.", PLAIN];
        let os = |os: &str| format!(r#"{{"device": {{"id": "pc-1", "facts": {{"os": {os}}}}}}}"#);
        let known = |family: &str| {
            os(&format!(
                r#"{{"observed_at": "2020-01-01T00:00:00Z", "source": "test", "value": {{"family": "{family}"}}}}"#
            ))
        };
        let cases = [
            (known("windows"), vec!["Open Settings.", PLAIN]),
            (known("linux"), vec!["Open a terminal.", PLAIN]),
            (os(r#"{"observed_at": "2020-01-01T00:00:00Z", "source": "test", "value": {}}"#), everything.clone()),
            (
                os(r#"{"observed_at": "2020-01-01T00:00:00Z", "source": "test", "error": {"code": "unreadable"}}"#),
                everything.clone(),
            ),
            (r#"{"device": {"id": "pc-1", "facts": {}}}"#.to_owned(), everything),
        ];
        for (document, expected) in cases {
            assert_eq!(told(&directive, "of-device", &document), expected, "{document}");
        }
    }

    #[test]
    fn what_is_no_device_is_told_everything() {
        let told = told(&directive(), "of-account", r#"{"account": {"id": "lan", "facts": {}}}"#);
        assert_eq!(told, ["Windows: Open Settings.", "Linux: Open a terminal.", PLAIN]);
    }
}
