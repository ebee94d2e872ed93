//! What a VBA project says of itself: the `dir` stream with its list of modules, and the text of the `PROJECT` stream.

use super::super::letters::{decode, utf16};
use crate::bytes::{at_most, place_le, u16_le};

/// How many modules of a project are read.
pub(super) const MAX_MODULES: usize = 1024;
/// How many records of a `dir` stream are read.
const MAX_RECORDS: usize = 65_536;

/// One module in the `dir` stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Module {
    /// What it is called in the source of others.
    pub(super) name: String,
    /// The stream that it lies in.
    pub(super) stream: String,
    /// Where in the stream its source begins.
    pub(super) offset: usize,
    /// Whether it belongs to a document, sheet, form or class.
    pub(super) class: bool,
}

/// The list of modules.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Directory {
    /// The number of the encoding of names and source.
    pub(super) page: u16,
    /// The modules.
    pub(super) modules: Vec<Module>,
    /// Whether the list goes to its end.
    pub(super) whole: bool,
}

/// Reads the unpacked `dir` stream, as far as it goes.
pub(super) fn directory(bytes: &[u8]) -> Directory {
    let mut page = 1252;
    let mut modules: Vec<Module> = Vec::new();
    let mut place = 0_usize;
    let mut whole = false;
    for _ in 0..MAX_RECORDS {
        let (Some(id), Some(stated)) = (u16_le(bytes, place), place_le(bytes, place + 2)) else { break };
        // The record of the version says 4 and has 6.
        let length = if id == 0x0009 { 6 } else { stated };
        let data = at_most(bytes, place + 6, length);
        match id {
            0x0003 => page = u16_le(data, 0).unwrap_or(page),
            0x0019 if modules.len() < MAX_MODULES => {
                modules.push(Module { name: decode(data, page), ..Module::default() });
            }
            0x0010 => whole = true,
            _ => {}
        }
        if let Some(module) = modules.last_mut() {
            match id {
                0x0047 => module.name = utf16(data),
                0x001A => module.stream = decode(data, page),
                0x0032 if !data.is_empty() => module.stream = utf16(data),
                0x0031 => module.offset = place_le(data, 0).unwrap_or(0),
                0x0022 => module.class = true,
                _ => {}
            }
        }
        if whole {
            break;
        }
        let Some(next) = place.checked_add(6).and_then(|place| place.checked_add(length)) else { break };
        place = next;
    }
    for module in &mut modules {
        if module.stream.is_empty() {
            module.stream.clone_from(&module.name);
        }
    }
    Directory { page, modules, whole }
}

/// What the text of the `PROJECT` stream says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// The names of the modules that the editor shows.
    pub(super) modules: Vec<String>,
    /// Whether the editor asks for a password before it shows them.
    pub(super) locked: bool,
    /// Whether the state of that lock cannot be made out, so that the editor refuses to show anything.
    pub(super) unviewable: bool,
}

/// Reads the text of the `PROJECT` stream.
pub(super) fn settings(text: &str) -> Settings {
    let mut settings = Settings::default();
    for line in text.lines() {
        let Some((key, value)) = line.split_once('=') else { continue };
        match key.trim() {
            "Module" | "Class" | "BaseClass" => settings.modules.push(value.trim().to_owned()),
            "Document" => settings.modules.push(value.split('/').next().unwrap_or_default().trim().to_owned()),
            "CMG" => match unlocked(value.trim().trim_matches('"')) {
                Some(state) => settings.locked = state,
                None => settings.unviewable = true,
            },
            _ => {}
        }
    }
    settings
}

/// Whether a project is locked, out of the encrypted number of `CMG` ([MS-OVBA] 2.4.3.3).
fn unlocked(digits: &str) -> Option<bool> {
    let bytes = hexadecimal(digits)?;
    let (seed, version, key) = (*bytes.first()?, *bytes.get(1)?, *bytes.get(2)?);
    if seed ^ version != 2 {
        return None;
    }
    let ignored = usize::from((seed & 6) / 2);
    let (mut plain_before, mut before, mut before_that) = (seed ^ key, key, version);
    let mut plain = Vec::new();
    for byte in bytes.iter().skip(3) {
        let letter = byte ^ before_that.wrapping_add(plain_before);
        (before_that, before, plain_before) = (before, *byte, letter);
        plain.push(letter);
    }
    let length = place_le(&plain, ignored)?;
    let data = plain.get(ignored + 4..)?;
    (length == 4 && data.len() == 4).then(|| data.iter().any(|byte| *byte != 0))
}

/// The bytes that hexadecimal digits stand for.
pub(super) fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_told_from_its_absence() {
        // Examples of [MS-OVBA] 3.1.1 and of a project that was locked for viewing.
        let open = settings(
            "ID=\"{0}\"\r\nDocument=ThisDocument/&H00000000\r\nModule=NewMacros\r\nCMG=\"0705D8E3D8EDDBF1DBF1DBF1DBF1\"\r\n",
        );
        assert_eq!(
            open,
            Settings { modules: vec!["ThisDocument".into(), "NewMacros".into()], locked: false, unviewable: false }
        );
        assert!(settings("CMG=\"\"").unviewable);
        assert!(settings("CMG=\"zz\"").unviewable);
    }

    #[test]
    fn any_dir_stream_is_read_as_far_as_it_goes() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            assert!(directory(bytes).modules.len() <= MAX_MODULES);
            let _ = settings(&String::from_utf8_lossy(bytes));
        });
    }
}
