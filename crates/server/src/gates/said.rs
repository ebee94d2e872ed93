//! What gates say, in plain words: how a gate fares, and why a file was decided about as it was.

use jiff::Timestamp;
use khien_protocol::{GateFile, GateVerdict, NotInspectedSaid, SuspiciousSaid};
use khien_store::gates::{Before, Gate, GateSaid, Weakness};
use khien_texts::{Language, text};

use crate::admin::desk::Desk;
use crate::admin::sheet::Cell;

/// What the id of a rule begins with.
const RULE: &str = "rule:";
/// How many days of rules are usual: beyond, their age is marked.
const OLD_RULES_DAYS: i64 = 30;

/// How a gate fares: a word, and why.
pub(super) fn standing(desk: &Desk<'_>, gate: &Gate) -> Cell {
    if let Some(at) = gate.ended_at {
        return Cell::Badge("quiet", text!(desk.texts, "gates-ended-at", moment = desk.moment(at)));
    }
    let (class, word) = match gate.weakness(desk.visit.now) {
        None => ("pass", desk.t("gates-in-force")),
        Some(Weakness::NeverHeard) => ("fail", desk.t("gates-never-heard")),
        Some(Weakness::Silent(since)) => ("fail", text!(desk.texts, "gates-silent", moment = desk.moment(since))),
        Some(Weakness::LetsPass) => ("fail", desk.t("gates-lets-pass")),
    };
    Cell::Badge(class, word)
}

/// What to do about a gate that does not protect its system.
pub(super) fn remedy(desk: &Desk<'_>, gate: &Gate) -> Option<String> {
    let key = match gate.weakness(desk.visit.now).filter(|_| gate.ended_at.is_none())? {
        Weakness::NeverHeard => "gates-never-heard-todo",
        Weakness::Silent(_) => "gates-silent-todo",
        Weakness::LetsPass => "gates-lets-pass-todo",
    };
    Some(desk.t(key))
}

/// What a gate does with what could not be looked into, and with what is suspicious.
pub(super) fn policy(desk: &Desk<'_>, said: &GateSaid) -> String {
    let suspicious = match said.policy.suspicious {
        SuspiciousSaid::Pass => "gates-suspicious-pass",
        SuspiciousSaid::Block => "gates-suspicious-block",
    };
    let unread = match said.policy.not_inspected {
        NotInspectedSaid::Block => "gates-unread-block",
        NotInspectedSaid::Tell => "gates-unread-tell",
        NotInspectedSaid::Pass => "gates-unread-pass",
    };
    format!("{} {}", desk.t(unread), desk.t(suspicious))
}

/// Which rules, and how old.
pub(super) fn rules(desk: &Desk<'_>, said: &GateSaid) -> Cell {
    let short: String = said.rules.id.chars().take(12).collect();
    let Some(made_at) = said.rules.made_at else {
        let program = said.program.as_str();
        return Cell::Text(text!(desk.texts, "gates-rules-of-program", program = program, id = short));
    };
    let days = days_between(made_at, desk.visit.now);
    let words = text!(desk.texts, "gates-rules-age", days = days, id = short);
    if days > OLD_RULES_DAYS { Cell::Badge("unknown", words) } else { Cell::Text(words) }
}

fn days_between(from: Timestamp, to: Timestamp) -> i64 {
    (to.as_second().saturating_sub(from.as_second()) / 86_400).max(0)
}

/// A verdict as a word with its class.
pub(super) fn verdict(desk: &Desk<'_>, verdict: GateVerdict) -> Cell {
    let class = match verdict {
        GateVerdict::Clean => "pass",
        GateVerdict::Suspicious | GateVerdict::NotInspected => "unknown",
        GateVerdict::Blocked => "fail",
    };
    Cell::Badge(class, desk.t(verdict_key(verdict)))
}

/// Whether a person had the file looked into before, and what came of it. Who that was is not told.
pub(super) fn before(desk: &Desk<'_>, before: Option<Before>) -> String {
    let Some(Before { at, verdict }) = before else { return desk.t("gates-not-scanned-before") };
    let verdict = desk.t(verdict_key(verdict));
    text!(desk.texts, "gates-scanned-before", moment = desk.moment(at), verdict = verdict)
}

/// The key of the word of a verdict.
pub(super) const fn verdict_key(verdict: GateVerdict) -> &'static str {
    match verdict {
        GateVerdict::Clean => "gates-clean",
        GateVerdict::Suspicious => "gates-suspicious",
        GateVerdict::NotInspected => "gates-not-inspected",
        GateVerdict::Blocked => "gates-blocked",
    }
}

/// What the id of a reason means, and what to do. Of the rules of packs the log keeps the names alone.
fn words(desk: &Desk<'_>, reason: &str) -> (String, String) {
    let is_vi = desk.texts.language() == Language::Vi;
    if let Some(told) = khien_gates::told(reason) {
        return if is_vi { (told.what_vi, told.fix_vi) } else { (told.what_en, told.fix_en) };
    }
    let rule = reason.strip_prefix(RULE).unwrap_or(reason);
    match khien_rules::shipped_meta(rule) {
        Some(meta) if is_vi => (meta.title_vi.clone(), meta.fix_vi.clone()),
        Some(meta) => (meta.title_en.clone(), meta.fix_en.clone()),
        None => (text!(desk.texts, "gates-by-rule", rule = rule), desk.t("gates-by-rule-todo")),
    }
}

/// Why a file was decided about as it was, and what to do.
pub(super) fn why(desk: &Desk<'_>, file: &GateFile) -> Cell {
    let Some(reason) = &file.reason else { return Cell::text("") };
    let mut cells = Vec::new();
    let (what, fix) = words(desk, reason);
    cells.push(Cell::Text(what));
    cells.push(Cell::Below(Box::new(Cell::Text(fix))));
    if file.passed && matches!(file.verdict, GateVerdict::Blocked | GateVerdict::NotInspected) {
        cells.push(Cell::Below(Box::new(Cell::Badge("fail", desk.t("gates-passed-todo")))));
    }
    Cell::Several(cells)
}
