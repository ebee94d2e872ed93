//! clamd as a further detector. It gets every file as a whole, and of what came out of it the parts that it could not have opened
//! by itself. Workers have no network: the process that holds them asks.
//!
//! Who asks for this detector wants its word: when it cannot be had, the file is *not inspected* and never clean.

mod client;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use khien_inspect::{Effect, Finding, Inspection, Location, MAX_EVIDENCE_LETTERS, Policy, Reason};
use serde::{Deserialize, Serialize};

use self::client::Said;
use crate::Upload;
use crate::settings::MAX_SECONDS;
use crate::wire::HandOver;

/// What findings of this detector are called, and it itself in reasons.
pub(crate) const ID: &str = "clamav";
/// See `ID`.
const NAME: &str = "clamd";

/// What the signatures begin with by which clamd says that it did not look to the end (`AlertExceedsMax`).
const BEYOND: &str = "Heuristics.Limits.Exceeded";
/// What the signatures of programs begin with that somebody may want (`DetectPUA`).
const UNWANTED: &str = "PUA.";

/// What a set of rules is called in whose name there should be a version of clamd, which does not answer.
const AWAY: &str = "clamd-away";

/// How long a verdict holds that clamd had a part in: its own signatures change without another version.
pub(crate) const REMEMBERED: Duration = Duration::from_mins(10);

/// Where clamd is, and how much it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClamdDetector {
    /// The path of its socket, or its host and port.
    pub socket: String,
    /// How long it may take over one file with all its parts, in seconds.
    #[serde(default = "usual_seconds")]
    pub seconds: u64,
    /// How many parts of one file it is asked about.
    #[serde(default = "usual_parts")]
    pub parts: usize,
    /// How many bytes all these parts have together at most; at most 256 MB.
    #[serde(default = "usual_part_bytes")]
    pub part_bytes: u64,
}

const fn usual_seconds() -> u64 {
    30
}

const fn usual_parts() -> usize {
    4096
}

const fn usual_part_bytes() -> u64 {
    64 * 1024 * 1024
}

impl ClamdDetector {
    /// The clamd at `socket`, with the usual bounds.
    pub fn new(socket: String) -> Self {
        Self { socket, seconds: usual_seconds(), parts: usual_parts(), part_bytes: usual_part_bytes() }
    }

    /// How long it may take over one file.
    pub fn time(&self) -> Duration {
        Duration::from_secs(self.seconds.min(MAX_SECONDS))
    }

    /// What workers hand back for it.
    pub(crate) fn hand_over(&self) -> HandOver {
        HandOver { count: self.parts, bytes: self.part_bytes }.bounded()
    }
}

/// A part of a file: the place of its node, and its bytes.
pub(crate) type Part = (usize, Vec<u8>);

/// What a worker handed back.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    /// Whether there were more than are handed back.
    pub(crate) is_beyond: bool,
}

/// The detector.
#[derive(Debug)]
pub(crate) struct Clamd {
    detector: ClamdDetector,
    /// What it said of itself when it was asked last.
    version: Mutex<Option<String>>,
}

/// The detector, asked about one file.
pub(crate) struct Asking<'c> {
    clamd: &'c Clamd,
    /// How much of its time is left. It runs only while clamd is asked: a file that a worker was long about is not too late.
    left: Duration,
    /// Its version, or why it does not answer.
    pub(crate) version: Result<String, String>,
}

impl Clamd {
    pub(crate) fn new(detector: ClamdDetector) -> Self {
        let clamd = Self { detector, version: Mutex::new(None) };
        // Whoever asks for the name of the rules before the first file gets the whole name.
        let _ = clamd.ask();
        clamd
    }

    pub(crate) fn detector(&self) -> &ClamdDetector {
        &self.detector
    }

    /// What it said of itself when it was asked last; none if it did not answer.
    pub(crate) fn version(&self) -> Option<String> {
        self.known().clone()
    }

    /// Begins to ask about a file.
    pub(crate) fn ask(&self) -> Asking<'_> {
        let (began, time) = (Instant::now(), self.detector.time());
        let version = client::version(&self.detector.socket, began + time).map_err(|error| error.to_string());
        *self.known() = version.as_ref().ok().cloned();
        Asking { clamd: self, left: time.saturating_sub(began.elapsed()), version }
    }

    fn known(&self) -> MutexGuard<'_, Option<String>> {
        self.version.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A version as a part of the name of rules: `ClamAV-1.4.3/27800`, without the day, which the number says too.
pub(crate) fn short(version: Option<&str>) -> String {
    let Some(version) = version else { return AWAY.to_owned() };
    let parts: Vec<&str> = version.splitn(3, '/').take(2).collect();
    parts.join("/").replace(' ', "-")
}

/// What clamd says of a file.
#[derive(Debug, Default)]
struct Heard {
    findings: Vec<Finding>,
    reasons: Vec<(usize, Reason)>,
}

impl Asking<'_> {
    /// The inspection with what clamd says of the file and of its parts, and whether it said all that was asked.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn add(
        &self,
        inspection: Inspection,
        upload: &mut Upload<'_>,
        parts: &Parts,
        policy: &Policy,
    ) -> io::Result<(Inspection, bool)> {
        let (mut heard, until) = (Heard::default(), Instant::now() + self.left);
        match &self.version {
            Err(why) => heard.reasons.push((0, away(why))),
            Ok(_) => {
                let of_file = client::look(self.place(), until, |take| upload.read(take))?;
                heard.take(0, of_file, policy);
                for (node, bytes) in &parts.parts {
                    let of_part = client::look(self.place(), until, |take| take(bytes))?;
                    heard.take(*node, of_part, policy);
                }
                if parts.is_beyond {
                    let bounds = self.clamd.detector.hand_over();
                    let why = format!("more than {} parts or {} bytes", bounds.count, bounds.bytes);
                    heard.reasons.push((0, away(&why)));
                }
            }
        }
        let is_whole = heard.reasons.is_empty();
        Ok((inspection.with(heard.findings, heard.reasons), is_whole))
    }

    fn place(&self) -> &str {
        &self.clamd.detector.socket
    }
}

fn away(why: &str) -> Reason {
    Reason::Unavailable { what: format!("{NAME} ({})", tame(why)) }
}

impl Heard {
    fn take(&mut self, node: usize, said: Said, policy: &Policy) {
        match said {
            Said::Nothing => {}
            Said::TooMuch => self.reasons.push((node, away("StreamMaxLength"))),
            Said::Failed(why) => self.reasons.push((node, away(&why))),
            Said::Found(name) if name.starts_with(BEYOND) => self.reasons.push((node, away(&name))),
            Said::Found(name) => self.findings.push(finding(node, &name, policy)),
        }
    }
}

fn finding(node: usize, name: &str, policy: &Policy) -> Finding {
    let usual = if name.starts_with(UNWANTED) { Effect::Suspicious } else { Effect::Blocked };
    let name = tame(name);
    Finding {
        id: ID.to_owned(),
        effect: policy.effects.get(ID).copied().unwrap_or(usual),
        node,
        location: Location::Whole,
        attack: None,
        title_vi: format!("ClamAV nhận ra chữ ký {name}"),
        title_en: format!("ClamAV knows it by the signature {name}"),
        fix_vi: "Không mở và không tải tệp này lên. Báo cán bộ công nghệ thông tin, và quét máy đã lưu tệp.".to_owned(),
        fix_en: "Do not open or upload this file. Tell the IT officer, and scan the machine that it was kept on."
            .to_owned(),
        evidence: name,
    }
}

/// A text of clamd, of bounded length and without control characters.
fn tame(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(MAX_EVIDENCE_LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use khien_inspect::Verdict;

    use super::*;

    #[test]
    fn a_version_is_short_in_the_name_of_rules() {
        assert_eq!(short(Some("ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026")), "ClamAV-1.4.3/27800");
        assert_eq!(short(Some("ClamAV 1.4.6")), "ClamAV-1.4.6");
        assert_eq!(short(None), "clamd-away");
    }

    #[test]
    fn what_clamd_says_has_its_effect() {
        let found = |name: &str| Said::Found(name.to_owned());
        let policy = Policy { effects: [(ID.to_owned(), Effect::Note)].into() };
        let none = Policy::default();
        let cases = [
            (Said::Nothing, &none, None, 0),
            (found("Eicar"), &none, Some(Effect::Blocked), 0),
            (found("PUA.Win.Packer"), &none, Some(Effect::Suspicious), 0),
            (found("Eicar"), &policy, Some(Effect::Note), 0),
            (found("Heuristics.Limits.Exceeded.MaxFileSize"), &policy, None, 1),
            (Said::TooMuch, &policy, None, 1),
            (Said::Failed("x".to_owned()), &policy, None, 1),
        ];
        for (said, policy, effect, reasons) in cases {
            let mut heard = Heard::default();
            heard.take(3, said.clone(), policy);
            assert_eq!(heard.findings.first().map(|finding| finding.effect), effect, "{said:?}");
            assert_eq!(heard.reasons.len(), reasons, "{said:?}");
        }
    }

    #[test]
    fn without_clamd_nothing_is_clean() {
        let clamd = Clamd::new(ClamdDetector::new("/nowhere/clamd.socket".to_owned()));
        assert_eq!(clamd.version(), None);
        let asking = clamd.ask();
        let inspection = Inspection::not_begun("a", 1, String::new(), String::new(), Reason::UnknownType);
        let said = asking.add(inspection, &mut Upload::of_bytes("a", b"x"), &Parts::default(), &Policy::default());
        let (inspection, is_whole) = said.unwrap();
        assert_eq!((inspection.verdict, is_whole), (Verdict::NotInspected, false));
        assert!(inspection.not_inspected().any(|(_, reason)| reason.en().starts_with("clamd (")), "{inspection:?}");
    }
}
