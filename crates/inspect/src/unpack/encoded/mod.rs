//! Files written as letters in texts and scripts, and scripts that were encoded by the tool of Microsoft.

pub(crate) mod blobs;
mod script_encoder;

use crate::detect::carried::{Carried, carried};
use crate::file_type::identify;
use crate::kinds::web;
use crate::walk::{Inside, Part};
use crate::{FileType, Limit, Location, Reason, text};

/// Hands on the files that are written as letters in a text.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let text = text::decoded(part.bytes);
    let (armour, more_armour) = blobs::armour(&text);
    for block in &armour {
        if let Some(bytes) = &block.bytes {
            armoured(&text, block, bytes, inside);
        }
    }
    let mut given: Vec<Vec<u8>> = Vec::new();
    let (blobs, more) = blobs::known(&text);
    for blob in blobs {
        if armour.iter().any(|block| block.at <= blob.at && blob.at < block.end) {
            continue;
        }
        given.push(blob.bytes.clone());
        give(&text, blob.at, blob.how, blob.bytes, inside);
    }
    let (commands, more_commands) = blobs::commands(&text);
    for (at, bytes) in commands {
        if !given.contains(&bytes) && is_text(&bytes) {
            let taken = inside.take(bytes);
            inside.child(&format!("line {} command.ps1", line(&text, at)), "base64", &taken);
        }
    }
    if more || more_armour || more_commands {
        Err(Reason::limit(Limit::Reader, blobs::MAX_BLOBS as u64))
    } else {
        Ok(())
    }
}

/// Hands on what was encoded by the tool of Microsoft.
pub(super) fn open_script(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let (scripts, reason) = script_encoder::decoded(part.bytes);
    let by_name = part.name.to_ascii_lowercase();
    let name = if by_name.ends_with(".jse") || by_name.ends_with(".js") { "script.js" } else { "script.vbs" };
    for script in scripts {
        let taken = inside.take(script);
        inside.child(name, "script encoder", &taken);
    }
    reason.map_or(Ok(()), Err)
}

/// The same within pages and other scripts, in which most have none.
pub(super) fn open_scripts_within(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    if script_encoder::begins(part.bytes) { open_script(part, inside) } else { Ok(()) }
}

/// Whether bytes are text.
fn is_text(bytes: &[u8]) -> bool {
    let letters = text::decoded(bytes);
    !letters.is_empty() && letters.chars().all(|letter| !letter.is_control() || letter.is_whitespace())
}

/// The line of a place, counted from 1.
pub(crate) fn line(text: &str, at: usize) -> u64 {
    text.as_bytes().get(..at).unwrap_or_default().iter().fold(1, |lines, byte| lines + u64::from(*byte == b'\n'))
}

/// Looks into what stands between `-----BEGIN` and `-----END`: certificates and keys are what they say.
fn armoured(text: &str, block: &blobs::Armour, bytes: &[u8], inside: &mut Inside<'_, '_>) {
    let types = identify("", bytes);
    let honest = types.iter().all(|own| matches!(own, FileType::Der | FileType::Pgp | FileType::Text));
    if honest {
        return;
    }
    let line = line(text, block.at);
    if block.label.to_uppercase().contains("CERTIFICATE") {
        inside.found(&web::FALSE_CERTIFICATE, Location::Line(line), format!("-----BEGIN {}-----", block.label));
    } else if carried(&types) == Carried::Program {
        inside.found(&web::FILE_AS_TEXT, Location::Line(line), format!("-----BEGIN {}-----", block.label));
    }
    let taken = inside.take(bytes.to_vec());
    inside.child(&format!("line {line} {}", block.label), "pem", &taken);
}

/// Hands on one file that was written as letters.
fn give(text: &str, at: usize, how: &'static str, bytes: Vec<u8>, inside: &mut Inside<'_, '_>) {
    let line = line(text, at);
    if carried(&identify("", &bytes)) == Carried::Program {
        inside.found(&web::FILE_AS_TEXT, Location::Line(line), crate::detect::signs::around(text, at));
    }
    let taken = inside.take(bytes);
    inside.child(&format!("line {line} {how}"), how, &taken);
}

#[cfg(test)]
mod tests;
