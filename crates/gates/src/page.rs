//! The page that a person sees in place of a file that was blocked.

use askama::Template;
use khien_inspect::Verdict;

use crate::{Decision, Said};

/// The page, in Vietnamese and English.
#[derive(Template)]
#[template(path = "blocked.html")]
struct Blocked<'a> {
    name: &'a str,
    not_inspected: bool,
    said: &'a [Said],
    threat: &'a str,
}

/// The page about the file called `name`.
pub(crate) fn blocked(name: &str, decision: &Decision) -> String {
    let page = Blocked {
        name,
        not_inspected: decision.verdict == Verdict::NotInspected,
        said: &decision.said,
        threat: decision.threat.as_deref().unwrap_or_default(),
    };
    // Writing to a String fails only if a value's own `Display` does, and these are texts.
    page.render().unwrap_or_else(|_| "Tệp không được phép đi qua. / The file was blocked.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_name_becomes_markup() {
        let said = Said {
            path: "<script>.zip › a".to_owned(),
            what_vi: "Có & mã".to_owned(),
            what_en: "x".to_owned(),
            fix_vi: "y".to_owned(),
            fix_en: "z".to_owned(),
        };
        let decision = Decision {
            verdict: Verdict::Blocked,
            passes: false,
            threat: Some("Khien.x".to_owned()),
            reason: None,
            said: vec![said],
            not_inspected: Vec::new(),
        };
        let page = blocked("<b>\"'", &decision);
        assert!(!page.contains("<b>") && !page.contains("<script>"), "{page}");
        assert!(page.contains("&#60;script&#62;.zip › a"), "{page}");
    }
}
