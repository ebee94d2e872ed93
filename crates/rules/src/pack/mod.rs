//! Packs of rules: what an office installs, carried on a stick if need be.
//!
//! ```text
//! magic (12) · public key (32) · signature (64) · length of manifest (4, big end first) · manifest (JSON) · files (deflate)
//!                                                 └───────── signed; its SHA-256 is the name of the content ─────────┘
//! ```
//!
//! Nothing is read of a pack before its signature is good, except the key that it names; a key that is not trusted ends the
//! reading. Rules are carried as text: the engine compiles 1,200 of them in 0.06 s, and a compiled form would have to be
//! trusted more than a text (see decision 0013).

mod collect;
mod key;
mod licence;
mod manifest;

use std::fmt;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ring::signature::{Ed25519KeyPair, KeyPair as _};

pub use self::collect::{Collected, belongs, collect, from_zip};
pub use self::key::PublisherKey;
pub use self::licence::{Licence, Sharing};
pub use self::manifest::{LicenceText, Manifest, ManifestFile, Source};
use crate::{Mode, Problem, RuleFile, RuleSet};

/// The largest pack, in bytes.
pub const MAX_PACK_BYTES: usize = 64 << 20;
/// The largest manifest, in bytes.
pub const MAX_MANIFEST_BYTES: usize = 4 << 20;
/// How many files a pack has at most.
pub const MAX_FILES: usize = 8_192;
/// The largest file, in bytes.
pub const MAX_FILE_BYTES: usize = 48 << 20;
/// How many bytes all files have together at most.
pub const MAX_TEXT_BYTES: usize = 96 << 20;
/// The longest path of a file, in bytes.
pub const MAX_PATH_BYTES: usize = 512;
/// How many sources a pack has at most.
pub const MAX_SOURCES: usize = 256;
/// How many bytes the texts of all licences have together at most.
pub const MAX_LICENCES_BYTES: usize = 1 << 20;

/// What a pack begins with. Its last byte is the version of the form.
const MAGIC: &[u8; 12] = b"khien-rules\x01";
/// How long a signature is.
const SIGNATURE_BYTES: usize = 64;
/// How long the length of the manifest is.
const LENGTH_BYTES: usize = 4;
/// What is signed before the content, so that a signature made for something else is worth nothing here.
const CONTEXT: &[u8] = b"khien rules pack 1\0";

/// What goes into a pack.
#[derive(Debug, Clone)]
pub struct Contents {
    /// What it is called, for people and in findings.
    pub name: String,
    /// When it was packed.
    pub created_at: Timestamp,
    /// Where its files come from.
    pub sources: Vec<Source>,
    /// The texts of their licences.
    pub licences: Vec<LicenceText>,
    /// Its files, each with the place of its source in `sources`.
    pub files: Vec<(usize, RuleFile)>,
    /// Whether it may be handed on to others. Then every licence in it must allow that.
    pub for_others: bool,
}

/// A pack whose signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its files, in the order of the manifest.
    pub files: Vec<RuleFile>,
    /// The SHA-256 of what is signed, in hexadecimal digits: the name of its content.
    pub content_id: String,
    /// Who signed it.
    pub publisher: PublisherKey,
}

impl Pack {
    /// The rules of the pack, and those left out because the engine cannot use them.
    pub fn load(&self) -> (Option<RuleSet>, Vec<Problem>) {
        RuleSet::compile(&self.files, Mode::Usable)
    }
}

/// Packs `contents` and signs them.
pub fn pack(contents: &Contents, key: &Ed25519KeyPair) -> Result<Vec<u8>, PackProblem> {
    let manifest = Manifest::of(contents)?;
    let json = serde_json::to_vec(&manifest).map_err(|error| PackProblem::Manifest { what: error.to_string() })?;
    if json.len() > MAX_MANIFEST_BYTES {
        return Err(PackProblem::too_large("manifest", json.len(), MAX_MANIFEST_BYTES));
    }
    let length =
        u32::try_from(json.len()).map_err(|_| PackProblem::too_large("manifest", json.len(), MAX_MANIFEST_BYTES))?;
    let mut content = length.to_be_bytes().to_vec();
    content.extend(json);
    // Writing to memory cannot fail; the encoder passes on what its writer says.
    let written = |error: std::io::Error| PackProblem::Damaged { what: error.to_string() };
    let mut encoder = DeflateEncoder::new(content, Compression::default());
    for (_, file) in &contents.files {
        encoder.write_all(file.text.as_bytes()).map_err(written)?;
    }
    let content = encoder.finish().map_err(written)?;
    let mut bytes = MAGIC.to_vec();
    bytes.extend(key.public_key().as_ref());
    bytes.extend(key.sign(&signed(&content)).as_ref());
    bytes.extend(content);
    if bytes.len() > MAX_PACK_BYTES {
        return Err(PackProblem::too_large("pack", bytes.len(), MAX_PACK_BYTES));
    }
    Ok(bytes)
}

/// Reads a pack, if one of `trusted` signed it.
pub fn verify(bytes: &[u8], trusted: &[PublisherKey]) -> Result<Pack, PackProblem> {
    if bytes.len() > MAX_PACK_BYTES {
        return Err(PackProblem::too_large("pack", bytes.len(), MAX_PACK_BYTES));
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or(PackProblem::NotAPack)?;
    let (key, rest) = rest.split_at_checked(PublisherKey::BYTES).ok_or(PackProblem::NotAPack)?;
    let (signature, content) = rest.split_at_checked(SIGNATURE_BYTES).ok_or(PackProblem::NotAPack)?;
    let publisher = PublisherKey::from_slice(key).ok_or(PackProblem::NotAPack)?;
    if !trusted.contains(&publisher) {
        return Err(PackProblem::Untrusted { publisher });
    }
    if !publisher.verifies(&signed(content), signature) {
        return Err(PackProblem::Signature);
    }
    let (manifest, files) = open(content)?;
    Ok(Pack { manifest, files, content_id: hexadecimal(digest(&SHA256, content).as_ref()), publisher })
}

/// Reads what was signed. Whoever is trusted can make mistakes, and their key can be stolen: it is bounded all the same.
fn open(content: &[u8]) -> Result<(Manifest, Vec<RuleFile>), PackProblem> {
    let damaged = |what: &str| PackProblem::Damaged { what: what.to_owned() };
    let (length, rest) = content.split_first_chunk::<LENGTH_BYTES>().ok_or_else(|| damaged("length"))?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| damaged("length"))?;
    if length > MAX_MANIFEST_BYTES {
        return Err(PackProblem::too_large("manifest", length, MAX_MANIFEST_BYTES));
    }
    let (manifest, packed) = rest.split_at_checked(length).ok_or_else(|| damaged("length"))?;
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|error| PackProblem::Manifest { what: error.to_string() })?;
    manifest.check()?;
    let total = manifest.total_bytes();
    let mut text = Vec::new();
    let mut decoder = DeflateDecoder::new(packed);
    // One byte more than is due, so that more than is due is seen.
    decoder.by_ref().take(total.saturating_add(1)).read_to_end(&mut text).map_err(|_| damaged("deflate"))?;
    if text.len() as u64 != total || decoder.total_in() != packed.len() as u64 {
        return Err(damaged("size"));
    }
    let mut rest = text.as_slice();
    let mut files = Vec::new();
    for file in &manifest.files {
        let size = usize::try_from(file.size).map_err(|_| damaged("size"))?;
        let (own, after) = rest.split_at_checked(size).ok_or_else(|| damaged("size"))?;
        if hexadecimal(digest(&SHA256, own).as_ref()) != file.sha256 {
            return Err(damaged(&file.path));
        }
        let text = std::str::from_utf8(own).map_err(|_| damaged(&file.path))?;
        files.push(RuleFile { path: file.path.clone(), text: text.to_owned() });
        rest = after;
    }
    Ok((manifest, files))
}

fn signed(content: &[u8]) -> Vec<u8> {
    [CONTEXT, content].concat()
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens what was signed, for the fuzzer: the reader behind the signature must hold by itself.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_was_signed_is_read_without_a_fall() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let _ = open(bytes);
            // A good length, so that more of the tries come as far as the manifest.
            let mut content = u32::try_from(bytes.len()).unwrap_or_default().to_be_bytes().to_vec();
            content.extend(bytes);
            let _ = open(&content);
        });
    }
}

/// Why something is no pack that can be used, or why none can be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackProblem {
    /// It does not begin like a pack.
    NotAPack,
    /// A key signed it that is not trusted here.
    Untrusted {
        /// The key.
        publisher: PublisherKey,
    },
    /// The signature is not that of the content.
    Signature,
    /// What was signed does not fit together.
    Damaged {
        /// What does not fit.
        what: String,
    },
    /// The manifest is not in order.
    Manifest {
        /// What is wrong.
        what: String,
    },
    /// A bound was reached.
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How much there is.
        found: usize,
        /// How much there may be.
        most: usize,
    },
    /// A licence does not allow to hand the rules on.
    Licence {
        /// The source, or the rule.
        of: String,
        /// The licence.
        licence: String,
    },
}

impl PackProblem {
    pub(crate) fn too_large(what: &'static str, found: usize, most: usize) -> Self {
        Self::TooLarge { what, found, most }
    }

    /// In Vietnamese: what is wrong, and what to do.
    pub fn vi(&self) -> String {
        match self {
            Self::NotAPack => "Đây không phải là gói quy tắc của Khiên.".to_owned(),
            Self::Untrusted { publisher } => format!(
                "Gói do khóa {publisher} ký, khóa này chưa được tin cậy ở đây. Nếu biết chắc ai giữ khóa, hãy thêm khóa vào danh sách tin cậy."
            ),
            Self::Signature => {
                "Chữ ký không khớp với nội dung: gói đã bị sửa hoặc bị hỏng khi sao chép. Hãy lấy lại gói.".to_owned()
            }
            Self::Damaged { what } => format!("Nội dung gói không khớp ({what}). Hãy lấy lại gói từ nơi phát hành."),
            Self::Manifest { what } => format!("Bản kê của gói không hợp lệ ({what})."),
            Self::TooLarge { what, found, most } => format!("Vượt giới hạn của gói ({what}: {found}, tối đa {most})."),
            Self::Licence { of, licence } => format!(
                "Giấy phép “{licence}” của {of} không cho phép chuyển quy tắc cho nơi khác. Hãy bỏ nguồn này, hoặc đóng gói chỉ để dùng nội bộ."
            ),
        }
    }

    /// In English: what is wrong, and what to do.
    pub fn en(&self) -> String {
        match self {
            Self::NotAPack => "This is no pack of rules.".to_owned(),
            Self::Untrusted { publisher } => format!(
                "The pack is signed with the key {publisher}, which is not trusted here. If you know who holds it, add it to the trusted keys."
            ),
            Self::Signature => {
                "The signature is not that of the content: the pack was changed, or damaged in copying. Get it again."
                    .to_owned()
            }
            Self::Damaged { what } => format!("The content of the pack does not fit together ({what}). Get it again."),
            Self::Manifest { what } => format!("The manifest of the pack is not in order ({what})."),
            Self::TooLarge { what, found, most } => {
                format!("A bound of packs is reached ({what}: {found}, at most {most}).")
            }
            Self::Licence { of, licence } => format!(
                "The licence \"{licence}\" of {of} does not allow to hand the rules on. Leave this source out, or pack for your own use."
            ),
        }
    }
}

impl fmt::Display for PackProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en())
    }
}

impl std::error::Error for PackProblem {}
