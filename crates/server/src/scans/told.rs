//! What was found in a file, as it is kept and shown: bounded, in both languages, the gravest first.

use khien_gates::{reason_id, way_out};
use khien_inspect::{Effect, Finding, Inspection, Location, Node, Reason};
use khien_store::scans::{Both, MAX_TEXT, MAX_TOLD, Thing, Told};

/// The word for what could not be looked into, beside those of effects.
const NOT_INSPECTED: &str = "not_inspected";

/// What is told of one file.
pub(super) fn told(inspection: &Inspection) -> Told {
    let path = |node: usize| inspection.nodes.get(node).map_or("", |node| node.path.as_str());
    let findings = inspection.findings.iter().map(|finding| of_finding(finding, path(finding.node)));
    let mut things: Vec<Thing> = findings.chain(inspection.not_inspected().map(of_reason)).collect();
    // Stable: among equals the order of the file stays.
    things.sort_by_key(|thing| std::cmp::Reverse(gravity(&thing.weight)));
    let more = things.len().saturating_sub(MAX_TOLD);
    things.truncate(MAX_TOLD);
    let types = inspection.nodes.first().map(|node| node.types.iter().map(|kind| kind.id().to_owned()).collect());
    Told { things, more: more as u64, parts: inspection.nodes.len() as u64, types: types.unwrap_or_default() }
}

/// What decides comes first, as in the verdict.
fn gravity(weight: &str) -> u8 {
    match weight {
        "blocked" => 3,
        NOT_INSPECTED => 2,
        "suspicious" => 1,
        _ => 0,
    }
}

fn of_finding(finding: &Finding, path: &str) -> Thing {
    let weight = match finding.effect {
        Effect::Note => "note",
        Effect::Suspicious => "suspicious",
        Effect::Blocked => "blocked",
    };
    Thing {
        weight: weight.to_owned(),
        id: cut(&finding.id),
        path: cut(path),
        place: place(&finding.location),
        evidence: cut(&finding.evidence),
        what: both(&finding.title_vi, &finding.title_en),
        fix: both(&finding.fix_vi, &finding.fix_en),
    }
}

fn of_reason((node, reason): (&Node, &Reason)) -> Thing {
    let (fix_vi, fix_en) = way_out(reason);
    Thing {
        weight: NOT_INSPECTED.to_owned(),
        id: cut(&reason_id(reason)),
        path: cut(&node.path),
        place: None,
        evidence: String::new(),
        what: both(&format!("Chưa kiểm tra được: {}", reason.vi()), &format!("Not inspected: {}", reason.en())),
        fix: both(fix_vi, fix_en),
    }
}

/// Where in a part; nothing where the part says it all.
fn place(location: &Location) -> Option<Both> {
    match location {
        Location::Whole => None,
        Location::Name => Some(both("trong tên tệp", "in the name")),
        Location::Offset(offset) => Some(both(&format!("ở byte thứ {offset}"), &format!("at byte {offset}"))),
        Location::Line(line) => Some(both(&format!("ở dòng {line}"), &format!("at line {line}"))),
        Location::Field(field) => Some(both(&format!("trong {field}"), &format!("in {field}"))),
    }
}

fn both(vi: &str, en: &str) -> Both {
    Both { vi: cut(vi), en: cut(en) }
}

/// As much of a text as is kept.
fn cut(text: &str) -> String {
    if text.chars().count() <= MAX_TEXT {
        return text.to_owned();
    }
    text.chars().take(MAX_TEXT - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use khien_inspect::{Context, Limits, NoRules, Policy, inspect};

    use super::*;

    #[test]
    fn what_decides_comes_first_and_no_more_is_kept_than_the_bound_says() {
        let context =
            Context { rules: &NoRules, limits: &Limits::default(), policy: &Policy::default(), passwords: &[] };
        let program = told(&inspect("hoa-don.pdf.exe", b"MZ\0\0", &context));
        assert_eq!(program.things.first().map(|thing| thing.weight.as_str()), Some("blocked"), "{program:?}");
        assert!(program.things.iter().all(|thing| !thing.what.vi.is_empty() && !thing.what.en.is_empty()));
        let mut many = inspect("a.exe", b"MZ\0\0", &context);
        let one = many.findings.first().cloned().expect("a finding");
        many.findings = vec![one; MAX_TOLD + 2];
        for finding in &mut many.findings {
            finding.evidence = "ạ".repeat(MAX_TEXT + 1);
        }
        let reasons = many.not_inspected().count();
        let kept = told(&many);
        assert_eq!((kept.things.len(), kept.more), (MAX_TOLD, 2 + reasons as u64));
        assert!(kept.things.iter().all(|thing| thing.evidence.chars().count() <= MAX_TEXT));
    }
}
