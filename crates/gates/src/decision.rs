//! What follows from what the scanner says: whether the file goes on, and what is told to whom.

use khien_inspect::{Effect, Finding, Inspection, Limit, Node, Reason, Verdict};
use serde_json::Value;

use crate::{Answer, GatePolicy};

/// How many things a person is told about one file; more would not be read.
pub(crate) const MAX_SAID: usize = 20;

/// What every name of a threat begins with.
const THREAT_PREFIX: &str = "Khien";

/// The longest name of a threat, in letters.
const MAX_THREAT_LETTERS: usize = 120;

/// What was decided about one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is said of the file.
    pub verdict: Verdict,
    /// Whether it goes on.
    pub passes: bool,
    /// The name of what was found or kept it from being looked into, in ASCII without spaces; nothing if it is clean.
    pub threat: Option<String>,
    /// The id of that, as receipts and policies have it.
    pub reason: Option<String>,
    /// What a person is told, the gravest first.
    pub said: Vec<Said>,
    /// Why something was not looked into, if something was not.
    pub not_inspected: Vec<Reason>,
}

/// One thing that a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Where in the file.
    pub path: String,
    /// What it is.
    pub what_vi: String,
    /// See `what_vi`.
    pub what_en: String,
    /// What to do.
    pub fix_vi: String,
    /// See `fix_vi`.
    pub fix_en: String,
}

impl Decision {
    /// What follows from `answer` under `policy` for a file called `name`. `beyond`: what the gate itself knows about why the
    /// file cannot be looked into as a whole.
    pub fn of(name: &str, answer: &Answer, beyond: &[Reason], policy: &GatePolicy) -> Self {
        let mut decision = match answer {
            Answer::Inspected(inspection) => Self::of_inspection(inspection),
            Answer::NotScanned(reason) => Self::nothing().with_reasons(name, std::slice::from_ref(reason)),
        };
        if !beyond.is_empty() {
            decision = decision.with_reasons(name, beyond);
        }
        decision.passes = policy.passes(decision.verdict);
        decision.said.truncate(MAX_SAID);
        decision
    }

    fn nothing() -> Self {
        Self {
            verdict: Verdict::Clean,
            passes: false,
            threat: None,
            reason: None,
            said: Vec::new(),
            not_inspected: Vec::new(),
        }
    }

    fn of_inspection(inspection: &Inspection) -> Self {
        let mut found: Vec<&Finding> =
            inspection.findings.iter().filter(|finding| finding.effect != Effect::Note).collect();
        // Stable: among equals the order of the nodes stays.
        found.sort_by_key(|finding| std::cmp::Reverse(finding.effect));
        let unread: Vec<(&Node, &Reason)> = inspection.not_inspected().collect();
        let mut decision = Self::nothing();
        decision.verdict = inspection.verdict;
        decision.not_inspected = unread.iter().map(|(_, reason)| (*reason).clone()).collect();
        let path_of = |node: usize| inspection.nodes.get(node).map_or("", |node| node.path.as_str());
        let findings = found.iter().map(|finding| Said {
            path: path_of(finding.node).to_owned(),
            what_vi: finding.title_vi.clone(),
            what_en: finding.title_en.clone(),
            fix_vi: finding.fix_vi.clone(),
            fix_en: finding.fix_en.clone(),
        });
        let reasons = unread.iter().map(|(node, reason)| said_of(&node.path, reason));
        let first_finding = found.first().map(|finding| finding.id.clone());
        let first_reason = decision.not_inspected.first().map(reason_id);
        // What decided comes first.
        if inspection.verdict == Verdict::NotInspected {
            decision.said = reasons.chain(findings).take(MAX_SAID).collect();
            decision.reason = first_reason.or(first_finding);
        } else {
            decision.said = findings.chain(reasons).take(MAX_SAID).collect();
            decision.reason = first_finding;
        }
        decision.named()
    }

    /// With reasons why the file as a whole could not be looked into.
    fn with_reasons(mut self, name: &str, reasons: &[Reason]) -> Self {
        let gravest = self.verdict == Verdict::Blocked;
        let said: Vec<Said> = reasons.iter().map(|reason| said_of(name, reason)).collect();
        let at = if gravest { self.said.len() } else { 0 };
        self.said.splice(at..at, said);
        self.not_inspected.splice(0..0, reasons.iter().cloned());
        if !gravest {
            self.verdict = Verdict::NotInspected;
            self.reason = reasons.first().map(reason_id);
        }
        self.named()
    }

    /// With the name of the threat that follows from its reason.
    fn named(mut self) -> Self {
        self.threat = match self.verdict {
            Verdict::Clean => None,
            _ => Some(threat(self.reason.as_deref().unwrap_or(self.verdict.as_str()))),
        };
        self
    }
}

/// The id of a reason: `not-inspected:` and why, for a bound with which.
pub fn reason_id(reason: &Reason) -> String {
    let data = serde_json::to_value(reason).unwrap_or_default();
    let word = |key: &str| data.get(key).and_then(Value::as_str);
    let mut id = format!("not-inspected:{}", word("why").unwrap_or("unknown"));
    if let Some(limit) = word("limit") {
        id.push(':');
        id.push_str(limit);
    }
    id
}

/// What stands in an id as the reason of a decision, in words: what it is and what to do. Nothing for what has no words of its
/// own, as single rules.
pub fn told(id: &str) -> Option<Said> {
    let Some(parts) = id.strip_prefix("not-inspected:") else {
        let kind = khien_inspect::kinds::by_id(id)?;
        return Some(Said {
            path: String::new(),
            what_vi: kind.title.vi.to_owned(),
            what_en: kind.title.en.to_owned(),
            fix_vi: kind.fix.vi.to_owned(),
            fix_en: kind.fix.en.to_owned(),
        });
    };
    // An id names no part, method or number.
    let (why, limit) = parts.split_once(':').unwrap_or((parts, ""));
    let reason = match why {
        "encrypted" => Reason::Encrypted,
        "unknown_type" => Reason::UnknownType,
        "reader_crashed" => Reason::ReaderCrashed,
        "unsupported" => Reason::unsupported(""),
        "damaged" => Reason::damaged(""),
        "incomplete" => Reason::incomplete(""),
        "unavailable" => Reason::Unavailable { what: String::new() },
        "limit" => Reason::limit(serde_json::from_value(Value::from(limit)).ok()?, 0),
        _ => return None,
    };
    let (what_vi, what_en) = in_short(&reason);
    let (fix_vi, fix_en) = way_out(&reason);
    let owned = str::to_owned;
    Some(Said {
        path: String::new(),
        what_vi: format!("Không kiểm tra được: {what_vi}."),
        what_en: format!("Not inspected: {what_en}."),
        fix_vi: owned(fix_vi),
        fix_en: owned(fix_en),
    })
}

/// A reason without what is particular to one file.
const fn in_short(reason: &Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Encrypted => ("nội dung được bảo vệ bằng mật khẩu", "it is protected by a password"),
        Reason::Unsupported { .. } => ("cách đóng gói chưa được hỗ trợ", "it is packed in a way that is not read here"),
        Reason::Damaged { .. } => ("tệp bị hỏng hoặc bị làm cho giống hỏng", "it is damaged, or made to look so"),
        Reason::Incomplete { .. } => ("tệp không trọn vẹn", "a part of it is missing"),
        Reason::Limit { limit: Limit::Seconds, .. } => ("quá thời gian kiểm tra", "it took too long"),
        Reason::Limit { .. } => ("tệp vượt giới hạn kiểm tra", "it goes beyond a limit of the inspection"),
        Reason::UnknownType => ("không nhận ra loại tệp", "its type is not recognised"),
        Reason::ReaderCrashed => ("chương trình đọc tệp dừng đột ngột", "the program that read it ended unexpectedly"),
        Reason::Unavailable { .. } => ("không hỏi được bộ kiểm tra", "what should look into it could not be asked"),
    }
}

/// The name of a threat out of an id: each part in the form that clients of antivirus programs know, `Khien.Part.Part`.
fn threat(id: &str) -> String {
    let mut name = THREAT_PREFIX.to_owned();
    if let Some(parts) = id.strip_prefix("not-inspected:") {
        name.push_str(".NotInspected");
        for part in parts.split(':') {
            name.push('.');
            name.extend(part.split('_').flat_map(capitalised));
        }
    } else {
        name.push('.');
        name.push_str(id);
    }
    let tame = |letter: char| match letter {
        ':' | '/' | ' ' => '.',
        letter if letter.is_ascii_alphanumeric() || ".-_".contains(letter) => letter,
        _ => '_',
    };
    name.chars().take(MAX_THREAT_LETTERS).map(tame).collect()
}

fn capitalised(word: &str) -> impl Iterator<Item = char> {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters)
}

fn said_of(path: &str, reason: &Reason) -> Said {
    let (fix_vi, fix_en) = way_out(reason);
    Said {
        path: path.to_owned(),
        what_vi: format!("Không kiểm tra được: {}.", reason.vi()),
        what_en: format!("Not inspected: {}.", reason.en()),
        fix_vi: fix_vi.to_owned(),
        fix_en: fix_en.to_owned(),
    }
}

/// What a person can do about a file that could not be looked into, in Vietnamese and English.
pub fn way_out(reason: &Reason) -> (&'static str, &'static str) {
    match reason {
        Reason::Encrypted => (
            "Hãy bỏ mật khẩu rồi gửi lại, hoặc gửi dưới dạng PDF không có mật khẩu.",
            "Remove the password and send it again, or send it as a PDF without a password.",
        ),
        Reason::Incomplete { .. } => (
            "Hãy gửi trọn vẹn tệp trong một lần, kèm đủ các phần của tệp nén.",
            "Send the whole file at once, with all parts of the archive.",
        ),
        Reason::Damaged { .. } => {
            ("Hãy mở tệp, lưu lại thành tệp mới rồi gửi lại.", "Open the file, save it as a new one, and send that.")
        }
        Reason::Unsupported { .. } => (
            "Hãy giải nén và gửi từng tệp bên trong, hoặc nén lại dưới dạng ZIP thông thường.",
            "Unpack it and send the files in it one by one, or pack them again as an ordinary ZIP.",
        ),
        Reason::Limit { limit: Limit::Seconds, .. } => (
            "Hãy thử lại sau; nếu vẫn không được, hãy gửi từng tệp bên trong.",
            "Try again later; if that does not help, send the files in it one by one.",
        ),
        Reason::Limit { .. } => (
            "Hãy gửi từng tệp bên trong, hoặc chia thành các tệp nhỏ hơn.",
            "Send the files in it one by one, or divide it into smaller files.",
        ),
        Reason::UnknownType => (
            "Hãy gửi tệp ở định dạng thông dụng như PDF, DOCX, XLSX hoặc ảnh.",
            "Send the file in a usual format, such as PDF, DOCX, XLSX or a picture.",
        ),
        _ => (
            "Hãy thử lại sau; nếu vẫn không được, hãy báo cán bộ phụ trách công nghệ thông tin.",
            "Try again later; if that does not help, tell whoever looks after the computers.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{Action, NotInspected};
    use khien_inspect::Location;

    fn node(path: &str, not_inspected: Vec<Reason>) -> Node {
        let name = path.to_owned();
        Node {
            path: path.to_owned(),
            name,
            parent: None,
            how: "".into(),
            types: vec![],
            size: None,
            sha256: None,
            not_inspected,
        }
    }

    fn finding(id: &str, effect: Effect) -> Finding {
        let word = || "x".to_owned();
        Finding {
            id: id.to_owned(),
            effect,
            node: 0,
            location: Location::Whole,
            evidence: word(),
            attack: None,
            title_vi: word(),
            title_en: word(),
            fix_vi: word(),
            fix_en: word(),
        }
    }

    fn inspected(verdict: Verdict, findings: Vec<Finding>, reasons: Vec<Reason>) -> Answer {
        let nodes = vec![node("a.zip", reasons)];
        Answer::Inspected(Arc::new(Inspection {
            verdict,
            sha256: String::new(),
            rules: String::new(),
            nodes,
            findings,
        }))
    }

    #[test]
    fn the_name_of_a_threat_says_what_decided() {
        let suspicious = || finding("name-two-extensions", Effect::Suspicious);
        let cases = [
            (inspected(Verdict::Clean, vec![finding("a", Effect::Note)], vec![]), None),
            (inspected(Verdict::Suspicious, vec![suspicious()], vec![]), Some("Khien.name-two-extensions")),
            (
                inspected(Verdict::Blocked, vec![suspicious(), finding("rule:Bad thing ắ", Effect::Blocked)], vec![]),
                Some("Khien.rule.Bad.thing._"),
            ),
            (
                inspected(Verdict::NotInspected, vec![suspicious()], vec![Reason::Encrypted]),
                Some("Khien.NotInspected.Encrypted"),
            ),
            (
                inspected(Verdict::NotInspected, vec![], vec![Reason::limit(Limit::UnpackedBytes, 1)]),
                Some("Khien.NotInspected.Limit.UnpackedBytes"),
            ),
            (Answer::NotScanned(Reason::ReaderCrashed), Some("Khien.NotInspected.ReaderCrashed")),
        ];
        for (answer, threat) in cases {
            let decision = Decision::of("a.zip", &answer, &[], &GatePolicy::default());
            assert_eq!(decision.threat.as_deref(), threat);
            assert_eq!(decision.passes, matches!(decision.verdict, Verdict::Clean | Verdict::Suspicious));
        }
    }

    #[test]
    fn every_reason_has_words() {
        let reasons = [
            Reason::Encrypted,
            Reason::unsupported("x"),
            Reason::damaged("x"),
            Reason::incomplete("x"),
            Reason::limit(Limit::InputBytes, 1),
            Reason::limit(Limit::Seconds, 1),
            Reason::UnknownType,
            Reason::ReaderCrashed,
            Reason::Unavailable { what: "x".into() },
        ];
        for reason in reasons {
            let told = told(&reason_id(&reason)).unwrap();
            assert_eq!((told.fix_vi.as_str(), told.fix_en.as_str()), way_out(&reason));
        }
        for kind in khien_inspect::kinds::ALL.iter().copied().flatten() {
            assert_eq!(told(kind.id).unwrap().what_vi, kind.title.vi);
        }
        assert_eq!((told("rule:X"), told("not-inspected:later")), (None, None));
    }

    #[test]
    fn what_the_gate_knows_makes_clean_not_inspected_and_leaves_blocked() {
        let part = [Reason::incomplete("HTTP 206")];
        let policy = GatePolicy { suspicious: Action::Block, not_inspected: NotInspected::Block };
        let clean = Decision::of("a", &inspected(Verdict::Clean, vec![], vec![]), &part, &policy);
        assert_eq!((clean.verdict, clean.passes), (Verdict::NotInspected, false));
        let bad = inspected(Verdict::Blocked, vec![finding("bad", Effect::Blocked)], vec![]);
        let blocked = Decision::of("a", &bad, &part, &policy);
        assert_eq!(
            (blocked.verdict, blocked.threat.as_deref(), blocked.said.len()),
            (Verdict::Blocked, Some("Khien.bad"), 2)
        );
    }
}
