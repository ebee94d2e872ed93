//! What was found in files, for a reader.

use std::fmt::Write as _;
use std::path::Path;

use khien_inspect::{Effect, Finding, Inspection, Location, Reason, Verdict};

use super::Done;
use crate::i18n::{Language, Texts, text};
use crate::output;

/// How many findings and reasons of one file are shown, unless all are asked for.
const SHOWN: usize = 10;

/// One file: a line with the verdict, and below it why, where and what to do.
pub(super) fn file(path: &Path, inspection: &Inspection, all: bool, texts: &Texts) -> String {
    let mut page = text!(texts, "scan-file", file = output::shown(path), verdict = verdict(inspection.verdict, texts));
    page.push('\n');
    let mut told: Vec<String> = Vec::new();
    let mut findings: Vec<&Finding> = inspection.findings.iter().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.effect));
    let graver = findings.into_iter().filter(|finding| all || finding.effect > Effect::Note);
    told.extend(graver.map(|finding| of_finding(inspection, finding, texts)));
    told.extend(inspection.not_inspected().map(|(node, reason)| of_reason(&node.path, reason, texts)));
    let most = if all { usize::MAX } else { SHOWN };
    for one in told.iter().take(most) {
        page.push_str(one);
    }
    if told.len() > most {
        let _ = writeln!(page, "  {}", text!(texts, "scan-more", count = told.len() - most));
    }
    page
}

fn of_finding(inspection: &Inspection, finding: &Finding, texts: &Texts) -> String {
    let vietnamese = texts.language() == Language::Vi;
    let (title, fix) =
        if vietnamese { (&finding.title_vi, &finding.fix_vi) } else { (&finding.title_en, &finding.fix_en) };
    let node = inspection.nodes.get(finding.node).map_or("", |node| node.path.as_str());
    let mut told = format!("  {}\n", text!(texts, "scan-finding", node = node, title = title.as_str()));
    let place = place(&finding.location, texts);
    let seen = match (finding.evidence.is_empty(), place) {
        (true, None) => None,
        (false, None) => Some(text!(texts, "scan-evidence", evidence = finding.evidence.as_str())),
        (true, Some(place)) => Some(place),
        (false, Some(place)) => {
            Some(text!(texts, "scan-evidence-at", place = place, evidence = finding.evidence.as_str()))
        }
    };
    if let Some(seen) = seen {
        let _ = writeln!(told, "    {seen}");
    }
    if finding.effect > Effect::Note && !fix.is_empty() {
        let _ = writeln!(told, "    {}", text!(texts, "scan-todo", todo = fix.as_str()));
    }
    told
}

fn of_reason(node: &str, reason: &Reason, texts: &Texts) -> String {
    let why = if texts.language() == Language::Vi { reason.vi() } else { reason.en() };
    let mut told = format!("  {}\n", text!(texts, "scan-reason", node = node, why = why));
    let todo = match reason {
        Reason::Encrypted => Some("scan-todo-encrypted"),
        Reason::Limit { .. } => Some("scan-todo-limit"),
        Reason::Damaged { .. } | Reason::Incomplete { .. } => Some("scan-todo-damaged"),
        Reason::Unsupported { .. } | Reason::UnknownType => Some("scan-todo-unsupported"),
        Reason::Unavailable { .. } => Some("scan-todo-unavailable"),
        Reason::ReaderCrashed => None,
    };
    if let Some(todo) = todo {
        let _ = writeln!(told, "    {}", text!(texts, "scan-todo", todo = texts.text(todo)));
    }
    told
}

/// Where in a node; nothing where the node says it all.
fn place(location: &Location, texts: &Texts) -> Option<String> {
    match location {
        Location::Whole | Location::Name => None,
        Location::Offset(offset) => Some(text!(texts, "scan-at-offset", offset = offset.to_string())),
        Location::Line(line) => Some(text!(texts, "scan-at-line", line = line.to_string())),
        Location::Field(field) => Some(text!(texts, "scan-at-field", field = field.as_str())),
    }
}

/// The verdict in words.
pub(super) fn verdict(verdict: Verdict, texts: &Texts) -> &'static str {
    if texts.language() == Language::Vi { verdict.vi() } else { verdict.en() }
}

/// How many files there were of each verdict, and what was left out. One file alone has said it already.
pub(super) fn summary(done: &Done<'_>, texts: &Texts) -> String {
    let mut page = String::new();
    let all = done.scanned.len() + done.unread.len();
    if all > 1 {
        let count = |wanted| done.scanned.iter().filter(|one| one.inspection.verdict == wanted).count();
        let line = text!(
            texts,
            "scan-summary",
            files = all,
            clean = count(Verdict::Clean),
            suspicious = count(Verdict::Suspicious),
            unread = count(Verdict::NotInspected) + done.unread.len(),
            blocked = count(Verdict::Blocked)
        );
        let _ = writeln!(page, "\n{line}");
    }
    if all == 0 {
        let _ = writeln!(page, "{}", texts.text("scan-no-files"));
    }
    if !done.links.is_empty() {
        let _ = writeln!(page, "{}", text!(texts, "scan-links", count = done.links.len()));
    }
    page
}
