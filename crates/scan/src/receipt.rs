//! Receipts: who had which files looked into when, by which rules, and what came of it; signed, so that it can be shown later.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use khien_inspect::{Inspection, Verdict};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// The form of receipts that is written and read here.
const VERSION: u32 = 1;

/// The largest receipt, in bytes: a million files would not fit, and nobody would read it.
pub const MAX_RECEIPT_BYTES: usize = 16 * 1024 * 1024;

/// How long a public key is, in bytes (RFC 8032, 5.1.5).
const PUBLIC_KEY_BYTES: usize = 32;

/// What our own rules are called among those that looked at files.
pub const OUR_RULES: &str = "khien";
/// What the signatures of clamd are called there.
pub const CLAMAV: &str = "clamav";

/// What stands among what was found in a file that was not looked into whole.
const NOT_INSPECTED: &str = "not-inspected";

/// One set of rules or signatures that looked at files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSource {
    /// What it is called: [`OUR_RULES`], the name of a pack, or [`CLAMAV`].
    pub name: String,
    /// Its version, or the id of its content.
    pub id: String,
    /// When it was made (RFC 3339); unknown for signatures that tell no day.
    pub made_at: Option<String>,
    /// How old it was when the files were looked into, in whole days.
    pub age_days: Option<u64>,
}

impl RuleSource {
    /// The same with its age at `now`: whole days since it was made. A clock that was wrong makes nothing younger than new.
    #[must_use]
    pub fn aged(self, now: Timestamp) -> Self {
        let days = |made_at: Timestamp| u64::try_from(now.duration_since(made_at).as_hours() / 24).unwrap_or(0);
        Self { age_days: self.made().map(days), ..self }
    }

    /// When it was made.
    fn made(&self) -> Option<Timestamp> {
        self.made_at.as_deref()?.parse().ok()
    }
}

/// When the newest of the rules was made. Signatures of clamd, which change every day, are none.
pub fn newest(sources: &[RuleSource]) -> Option<Timestamp> {
    sources.iter().filter(|source| source.name != CLAMAV).filter_map(RuleSource::made).max()
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    version: u32,
    /// When the last of the files was looked into (RFC 3339).
    pub scanned_at: String,
    /// Who had it done: the name by which the person is known to the machine.
    pub by: String,
    /// On which machine.
    pub machine: String,
    /// The program and its version.
    pub program: String,
    /// The id of the rules.
    pub rules: String,
    /// Which rules they are, and how old.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rule_sources: Vec<RuleSource>,
    /// The files.
    pub files: Vec<ReceiptFile>,
}

/// One file of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptFile {
    /// Its name, without folders.
    pub name: String,
    /// Its size, in bytes; unknown for what was never read.
    pub size: Option<u64>,
    /// SHA-256, in lower-case hexadecimal digits; empty, and left out of the JSON, for what was never read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// What was said of it.
    pub verdict: Verdict,
    /// The ids of what was found, and `not-inspected`.
    pub found: Vec<String>,
    /// Why it was never read, in the words that were said to the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// A receipt with its signature.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    receipt: Receipt,
    /// The Ed25519 key that signed, and the signature over the receipt as JSON without blanks, both in Base64.
    key: String,
    signature: String,
}

/// Why a receipt is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptProblem {
    /// Larger than [`MAX_RECEIPT_BYTES`].
    TooLarge,
    /// It is no receipt; what does not fit, for a technician.
    NoReceipt(String),
    /// Its signature is not that of its key: something in it was changed.
    Changed,
    /// The key that signs is none, or could not be made.
    BadKey,
}

impl fmt::Display for ReceiptProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(formatter, "larger than {MAX_RECEIPT_BYTES} bytes"),
            Self::NoReceipt(detail) => write!(formatter, "no receipt: {detail}"),
            Self::Changed => formatter.write_str("the signature does not fit: something was changed"),
            Self::BadKey => formatter.write_str("no key to sign with"),
        }
    }
}

impl std::error::Error for ReceiptProblem {}

impl ReceiptFile {
    /// What a receipt says of one file.
    pub fn of(inspection: &Inspection) -> Self {
        let file = inspection.nodes.first();
        let mut found: Vec<String> = inspection.findings.iter().map(|finding| finding.id.clone()).collect();
        if inspection.not_inspected().next().is_some() {
            found.push(NOT_INSPECTED.to_owned());
        }
        found.sort();
        found.dedup();
        Self {
            name: file.map(|file| file.name.clone()).unwrap_or_default(),
            size: file.and_then(|file| file.size),
            sha256: inspection.sha256.clone(),
            verdict: inspection.verdict,
            found,
            unread: None,
        }
    }

    /// What a receipt says of something that was asked for and never read.
    pub fn unread(name: String, why: String) -> Self {
        let found = vec![NOT_INSPECTED.to_owned()];
        Self { name, size: None, sha256: String::new(), verdict: Verdict::NotInspected, found, unread: Some(why) }
    }
}

impl Receipt {
    /// A receipt for `files`.
    pub fn new(
        scanned_at: String,
        by: String,
        machine: String,
        program: String,
        rules: String,
        files: Vec<ReceiptFile>,
    ) -> Self {
        Self { version: VERSION, scanned_at, by, machine, program, rules, rule_sources: Vec::new(), files }
    }

    /// The same, with the rules that looked and how old they were.
    #[must_use]
    pub fn with_rule_sources(self, rule_sources: Vec<RuleSource>) -> Self {
        Self { rule_sources, ..self }
    }

    /// The receipt with a signature by the key (PKCS #8), as JSON for people and programs.
    ///
    /// # Errors
    ///
    /// When the key is none.
    pub fn signed(self, key: &[u8]) -> Result<String, ReceiptProblem> {
        let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key).map_err(|_| ReceiptProblem::BadKey)?;
        let signature = STANDARD.encode(key.sign(&self.to_sign()));
        let signed = Signed { receipt: self, key: STANDARD.encode(key.public_key().as_ref()), signature };
        let text =
            serde_json::to_string_pretty(&signed).map_err(|error| ReceiptProblem::NoReceipt(error.to_string()))?;
        Ok(format!("{text}\n"))
    }

    /// Reads a receipt and looks that nothing in it was changed. Gives it with the key that signed, in Base64: whose key that
    /// is, is for the reader to know.
    ///
    /// # Errors
    ///
    /// Why it is not believed.
    pub fn verified(text: &[u8]) -> Result<(Self, String), ReceiptProblem> {
        if text.len() > MAX_RECEIPT_BYTES {
            return Err(ReceiptProblem::TooLarge);
        }
        let no_receipt = |detail: String| ReceiptProblem::NoReceipt(detail);
        let signed: Signed = serde_json::from_slice(text).map_err(|error| no_receipt(error.to_string()))?;
        if signed.receipt.version != VERSION {
            return Err(no_receipt(format!("version {}", signed.receipt.version)));
        }
        let decoded = |text: &str| STANDARD.decode(text).map_err(|error| no_receipt(error.to_string()));
        let (key, signature) = (decoded(&signed.key)?, decoded(&signed.signature)?);
        UnparsedPublicKey::new(&ED25519, key)
            .verify(&signed.receipt.to_sign(), &signature)
            .map_err(|_| ReceiptProblem::Changed)?;
        Ok((signed.receipt, signed.key))
    }

    /// Whether this has the form of a receipt, changed or not: nothing else has, so that nothing else is lost where it is replaced.
    pub fn has_form(text: &[u8]) -> bool {
        text.len() <= MAX_RECEIPT_BYTES && serde_json::from_slice::<Signed>(text).is_ok()
    }

    /// The verdict of the gravest of the files. One that names none says of nothing that it is clean.
    pub fn verdict(&self) -> Verdict {
        self.files.iter().map(|file| file.verdict).max().unwrap_or(Verdict::NotInspected)
    }

    /// The bytes that are signed: the fields in their order, without blanks.
    fn to_sign(&self) -> Vec<u8> {
        // Texts, numbers and lists always come out as JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }
}

/// A new key to sign receipts with (PKCS #8).
///
/// # Errors
///
/// When the system has no random numbers.
pub fn new_key() -> Result<Vec<u8>, ReceiptProblem> {
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(|_| ReceiptProblem::BadKey)?;
    Ok(document.as_ref().to_vec())
}

/// The public key that belongs to a key (PKCS #8), in Base64 as receipts have it.
///
/// # Errors
///
/// When the key is none.
pub fn public_key(key: &[u8]) -> Result<String, ReceiptProblem> {
    let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key).map_err(|_| ReceiptProblem::BadKey)?;
    Ok(STANDARD.encode(key.public_key().as_ref()))
}

/// The public key that is written in `text`, in Base64 as receipts have it; blanks around it do not count.
pub fn public_key_in(text: &str) -> Option<String> {
    let key = STANDARD.decode(text.trim()).ok()?;
    (key.len() == PUBLIC_KEY_BYTES).then(|| STANDARD.encode(key))
}

#[cfg(test)]
mod tests {
    use khien_inspect::Reason;

    use super::*;

    fn receipt() -> Receipt {
        let inspection =
            Inspection::not_begun("báo cáo.zip", 9, "00ff".to_owned(), "none".to_owned(), Reason::Encrypted);
        let text = |text: &str| text.to_owned();
        Receipt::new(
            text("2026-11-23T08:00:00Z"),
            text("an.nv"),
            text("pc-1"),
            text("khien 1"),
            text("none"),
            vec![ReceiptFile::of(&inspection)],
        )
        .with_rule_sources(vec![RuleSource {
            name: text("khien"),
            id: text("1"),
            made_at: Some(text("2026-11-20T00:00:00Z")),
            age_days: Some(3),
        }])
    }

    #[test]
    fn what_was_signed_is_believed() {
        let text = receipt().signed(&new_key().unwrap()).unwrap();
        let (read, _) = Receipt::verified(text.as_bytes()).unwrap();
        assert_eq!(read, receipt());
        let key = new_key().unwrap();
        let signed = receipt().signed(&key).unwrap();
        assert_eq!(Receipt::verified(signed.as_bytes()).unwrap().1, public_key(&key).unwrap());
        assert_eq!(public_key(b"no key"), Err(ReceiptProblem::BadKey));
        let public = public_key(&key).unwrap();
        assert_eq!(public_key_in(&format!(" {public}\n")), Some(public.clone()));
        for no_key in ["", "khóa", "AAAA", public.trim_end_matches('=')] {
            assert_eq!(public_key_in(no_key), None, "{no_key}");
        }
        assert_eq!(read.files.first().unwrap().found, ["not-inspected"]);
        // Another program may have written it with other blanks, or its fields in another order.
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(Receipt::verified(value.to_string().as_bytes()).is_ok());
    }

    #[test]
    fn what_was_never_read_stands_in_it_and_makes_nothing_clean() {
        let mut clean = receipt();
        clean.files[0].verdict = Verdict::Clean;
        assert_eq!(clean.verdict(), Verdict::Clean);
        clean.files.push(ReceiptFile::unread("bc.txt".to_owned(), "không có quyền đọc".to_owned()));
        assert_eq!(clean.verdict(), Verdict::NotInspected);
        let text = clean.clone().signed(&new_key().unwrap()).unwrap();
        assert_eq!(text.matches("sha256").count(), 1, "{text}");
        assert_eq!(Receipt::verified(text.as_bytes()).unwrap().0, clean);
        let changed = text.replace("không có quyền đọc", "-");
        assert_eq!(Receipt::verified(changed.as_bytes()), Err(ReceiptProblem::Changed));
        clean.files.clear();
        assert_eq!(clean.verdict(), Verdict::NotInspected);
    }

    #[test]
    fn only_a_receipt_has_its_form() {
        let text = receipt().signed(&new_key().unwrap()).unwrap();
        let changed = text.replace("an.nv", "an.nx");
        for (text, is_receipt) in [(text.as_str(), true), (&changed, true), ("", false), ("{}", false), ("PK", false)] {
            assert_eq!(Receipt::has_form(text.as_bytes()), is_receipt, "{text}");
        }
        assert!(!Receipt::has_form(&vec![b' '; MAX_RECEIPT_BYTES + 1]));
    }

    #[test]
    fn whatever_was_changed_is_not_believed() {
        let text = receipt().signed(&new_key().unwrap()).unwrap();
        for (is, was) in [
            ("clean", "not_inspected"),
            ("an.nx", "an.nv"),
            ("00fe", "00ff"),
            ("2025", "2026"),
            ("\"age_days\": 1", "\"age_days\": 3"),
        ] {
            let changed = text.replacen(was, is, 1);
            assert_ne!(changed, text);
            assert_eq!(Receipt::verified(changed.as_bytes()), Err(ReceiptProblem::Changed), "{is}");
        }
        for cut in 0..text.trim_end().len() {
            assert!(Receipt::verified(&text.as_bytes()[..cut]).is_err(), "{cut}");
        }
    }

    #[test]
    fn rules_are_as_old_as_the_day_says() {
        let source = |name: &str, made_at: Option<&str>| RuleSource {
            name: name.to_owned(),
            id: String::new(),
            made_at: made_at.map(str::to_owned),
            age_days: None,
        };
        let now: Timestamp = "2026-11-25T12:00:00Z".parse().unwrap();
        let cases = [
            (Some("2026-11-23T12:00:00Z"), Some(2)),
            (Some("2026-11-23T12:00:01Z"), Some(1)),
            (Some("2026-11-30T00:00:00Z"), Some(0)),
            (Some("hôm qua"), None),
            (None, None),
        ];
        for (made_at, days) in cases {
            assert_eq!(source("gói", made_at).aged(now).age_days, days, "{made_at:?}");
        }
        let all = [source("a", cases[1].0), source("b", cases[0].0), source("c", None), source(CLAMAV, cases[2].0)];
        assert_eq!(newest(&all).map(|made| made.to_string()).as_deref(), Some("2026-11-23T12:00:01Z"));
        assert_eq!(newest(&all[2..]), None);
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        let large = vec![b' '; MAX_RECEIPT_BYTES + 1];
        assert_eq!(Receipt::verified(&large), Err(ReceiptProblem::TooLarge));
        assert!(matches!(Receipt::verified(&large[1..]), Err(ReceiptProblem::NoReceipt(_))));
    }
}
