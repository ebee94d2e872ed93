//! HTTP Message Signatures (RFC 9421) with Content-Digest (RFC 9530), Ed25519.
//!
//! Covered are `@method`, `@path`, `content-digest`, `content-type` and `khien-counter`: the whole of what a request asks.
//! `@authority` is not covered, on purpose. A proxy in front of the server may rewrite it, and it would add nothing: a key
//! is made for one enrolment at one server, so that a request is of no use anywhere else. A query is refused rather than
//! covered, as no request has one.

mod base;
mod head;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

pub use self::head::RequestHead;
use crate::limits::{MAX_CLOCK_SKEW, MAX_COUNTER};
use crate::structured::{self, Bare, InnerList, Item, Member};
use crate::{CONTENT_TYPE, Digest, PublicKey, Refusal, RefusalCode, SigningKey};

/// The header with the counter of a request: a whole number that is higher in every request.
pub const COUNTER_HEADER: &str = "khien-counter";

/// The `tag` of our signatures, by which they are told from those that proxies add.
pub const SIGNATURE_TAG: &str = "khien-agent";

/// The `alg` of our signatures.
pub const SIGNATURE_ALGORITHM: &str = "ed25519";

/// The name of our signature among others in the headers.
const LABEL: &str = "khien";

/// The components that are covered, in their order.
const COVERED: [&str; 5] = ["@method", "@path", "content-digest", "content-type", COUNTER_HEADER];

/// How long an Ed25519 signature is.
const SIGNATURE_BYTES: usize = 64;

/// The headers of a signed request: name and value.
pub type Headers = Vec<(&'static str, String)>;

/// What a signature that holds says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Whose it is.
    pub key: PublicKey,
    /// The counter of the request.
    pub counter: u64,
    /// When the sender says that it signed.
    pub created: Timestamp,
}

/// Signs a request. The headers returned are to be sent with it, as they are.
pub fn sign(key: &SigningKey, method: &str, path: &str, body: &[u8], counter: u64, now: Timestamp) -> Headers {
    let digest = content_digest(body);
    let counter = counter.to_string();
    let values = [method, path, &digest, CONTENT_TYPE, &counter];
    let parameters = vec![
        ("created".to_owned(), Bare::Integer(now.as_second())),
        ("keyid".to_owned(), Bare::Text(key.public_key().to_string())),
        ("alg".to_owned(), Bare::Text(SIGNATURE_ALGORITHM.to_owned())),
        ("tag".to_owned(), Bare::Text(SIGNATURE_TAG.to_owned())),
    ];
    let items = COVERED.map(|name| Item { value: Bare::Text(name.to_owned()), parameters: Vec::new() });
    let input = InnerList { items: items.into(), parameters };
    let lines: Vec<(&str, &str)> = COVERED.into_iter().zip(values).collect();
    let signature = Bare::Bytes(key.sign(base::signature_base(&lines, &input).as_bytes()));
    vec![
        ("content-type", CONTENT_TYPE.to_owned()),
        ("content-digest", digest),
        (COUNTER_HEADER, counter),
        ("signature-input", format!("{LABEL}={input}")),
        ("signature", format!("{LABEL}={signature}")),
    ]
}

/// The key that a request claims to be signed with. Nothing is verified yet: it only tells which device to look up.
pub fn key_of(head: &RequestHead<'_>, now: Timestamp) -> Result<PublicKey, Refusal> {
    Claim::of(head).map(|claim| claim.key).map_err(|mistake| mistake.refusal(now))
}

/// Checks the signature of a request against the key of the device that it claims to be from.
///
/// What is left to the caller: that the device is known and not revoked, and that the counter is higher than the last one
/// ([`Refusal::unless_higher`]), in the transaction that stores what the request brings.
pub fn verify(head: &RequestHead<'_>, body: &[u8], key: &PublicKey, now: Timestamp) -> Result<Verified, Refusal> {
    let claim = Claim::of(head).map_err(|mistake| mistake.refusal(now))?;
    if head.content_type != Some(CONTENT_TYPE) {
        let detail = format!("content-type must be {CONTENT_TYPE}");
        return Err(Refusal::with_detail(RefusalCode::Malformed, detail, now));
    }
    if head.content_digest != Some(content_digest(body).as_str()) {
        return Err(Refusal::new(RefusalCode::DigestMismatch, now));
    }
    let lines = head.lines();
    let base = base::signature_base(&lines, &claim.input);
    if claim.key != *key || !key.verifies(base.as_bytes(), &claim.signature) {
        return Err(Refusal::new(RefusalCode::WrongKey, now));
    }
    if claim.created.duration_since(now).unsigned_abs() > MAX_CLOCK_SKEW {
        return Err(Refusal::clock_skew(claim.created, now));
    }
    Ok(Verified { key: claim.key, counter: claim.counter, created: claim.created })
}

/// The value of Content-Digest for `body`.
fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(Digest::of(body).as_bytes()))
}

/// What the headers say, before any of it is verified.
struct Claim {
    input: InnerList,
    signature: Vec<u8>,
    key: PublicKey,
    created: Timestamp,
    counter: u64,
}

/// Why headers are no signature of ours.
enum HeadMistake {
    /// There is none.
    Missing,
    /// It is not in its form.
    Malformed(String),
}

impl HeadMistake {
    fn refusal(self, now: Timestamp) -> Refusal {
        match self {
            Self::Missing => Refusal::new(RefusalCode::SignatureMissing, now),
            Self::Malformed(detail) => Refusal::with_detail(RefusalCode::Malformed, detail, now),
        }
    }
}

fn malformed<T>(detail: impl Into<String>) -> Result<T, HeadMistake> {
    Err(HeadMistake::Malformed(detail.into()))
}

impl Claim {
    fn of(head: &RequestHead<'_>) -> Result<Self, HeadMistake> {
        let (Some(input), Some(signature)) = (head.signature_input, head.signature) else {
            return Err(HeadMistake::Missing);
        };
        let (label, input) = our_input(input)?;
        let signature = signature_named(signature, &label)?;
        check_components(&input)?;
        let mut claim = Parameters::default();
        for (name, value) in &input.parameters {
            claim.take(name, value)?;
        }
        let (Some(created), Some(key), true) = (claim.created, claim.key, claim.is_of_our_algorithm) else {
            return malformed("signature-input must have created, keyid and alg");
        };
        let Some(counter) = head.counter.and_then(counter_of) else {
            return malformed(format!("{COUNTER_HEADER} must be a whole number from 1 to {MAX_COUNTER}"));
        };
        Ok(Self { input, signature, key, created, counter })
    }
}

/// The parameters of a signature, as far as they have been read.
#[derive(Default)]
struct Parameters {
    created: Option<Timestamp>,
    key: Option<PublicKey>,
    is_of_our_algorithm: bool,
}

impl Parameters {
    fn take(&mut self, name: &str, value: &Bare) -> Result<(), HeadMistake> {
        match (name, value) {
            ("created", Bare::Integer(seconds)) => {
                let Ok(created) = Timestamp::from_second(*seconds) else { return malformed("created is out of range") };
                self.created = Some(created);
            }
            ("keyid", Bare::Text(text)) => {
                let Ok(key) = text.parse() else { return malformed("keyid must be an Ed25519 key in base64") };
                self.key = Some(key);
            }
            ("alg", Bare::Text(text)) if text == SIGNATURE_ALGORITHM => self.is_of_our_algorithm = true,
            ("tag", Bare::Text(_)) => {}
            _ => return malformed(format!("signature-input has the parameter {name}={value}")),
        }
        Ok(())
    }
}

/// Our signature's label and list among those in Signature-Input.
fn our_input(text: &str) -> Result<(String, InnerList), HeadMistake> {
    let inputs = structured::dictionary(text)
        .map_err(|mistake| HeadMistake::Malformed(format!("signature-input, {mistake}")))?;
    let tag = Bare::Text(SIGNATURE_TAG.to_owned());
    let mut ours = inputs.into_iter().filter_map(|(label, member)| match member {
        Member::List(list) if list.parameters.iter().any(|(name, value)| name == "tag" && *value == tag) => {
            Some((label, list))
        }
        _ => None,
    });
    match (ours.next(), ours.next()) {
        (None, _) => Err(HeadMistake::Missing),
        (Some(input), None) => Ok(input),
        (Some(_), Some(_)) => malformed(format!("signature-input has two signatures with tag={tag}")),
    }
}

/// The signature under `label` in Signature.
fn signature_named(text: &str, label: &str) -> Result<Vec<u8>, HeadMistake> {
    let signatures =
        structured::dictionary(text).map_err(|mistake| HeadMistake::Malformed(format!("signature, {mistake}")))?;
    let found = signatures.into_iter().find(|(name, _)| name == label);
    match found.map(|(_, member)| member) {
        None => Err(HeadMistake::Missing),
        Some(Member::Item(Item { value: Bare::Bytes(bytes), parameters }))
            if parameters.is_empty() && bytes.len() == SIGNATURE_BYTES =>
        {
            Ok(bytes)
        }
        Some(_) => malformed(format!("signature must have {SIGNATURE_BYTES} bytes under {label}")),
    }
}

/// Exactly [`COVERED`] is covered, in this order: a signature over less would leave something open, and one over more
/// could not be computed.
fn check_components(input: &InnerList) -> Result<(), HeadMistake> {
    let is_covered = |item: &Item, name: &str| item.parameters.is_empty() && item.value == Bare::Text(name.to_owned());
    let all = input.items.len() == COVERED.len()
        && input.items.iter().zip(COVERED).all(|(item, name)| is_covered(item, name));
    if all { Ok(()) } else { malformed(format!("signature-input must cover {}", COVERED.join(", "))) }
}

/// The number in a counter header.
fn counter_of(text: &str) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|counter| is_plain && (1..=MAX_COUNTER).contains(counter))
}

#[cfg(test)]
mod tests;
