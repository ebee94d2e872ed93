//! Links that ask another program for data (DDE), and by it can start any program.

use super::letters::{decode, utf16};
use crate::bytes::{at_most, u8_at};
use crate::kinds::office::{DDE_COMMAND, DDE_LINK};
use crate::walk::Inside;
use crate::{Limit, Location, Reason};

/// The marks in the text of Word that begin a field, end its command, and end it.
const FIELD: u8 = 0x13;
const COMMAND_END: u8 = 0x14;
const FIELD_END: u8 = 0x15;
/// How many bytes of the command of a field are read.
const MAX_COMMAND_BYTES: usize = 4096;
/// How many fields within a field are followed.
const MAX_FIELDS: usize = 65_536;
/// Programs that take data over DDE as they were made to.
const DATA_PROGRAMS: &[&str] = &["excel", "winword", "word", "msaccess", "soffice"];
/// What no table of data is called.
const COMMANDS: &[&str] = &[
    "cmd",
    "powershell",
    "pwsh",
    "mshta",
    "rundll32",
    "regsvr32",
    "wscript",
    "cscript",
    "certutil",
    "bitsadmin",
    "msiexec",
    ".exe",
    "http:",
    "https:",
    "javascript:",
    "\\system32",
    "/c ",
    "wmic",
    "forfiles",
    "pcalua",
    "explorer",
    "installutil",
];

/// Says what a link asks for: program, topic and item.
pub(super) fn tell(link: &str, location: Location, inside: &mut Inside<'_, '_>) {
    let lower = link.to_lowercase();
    let program = lower.split([' ', '|', '"']).find(|word| !word.is_empty()).unwrap_or_default();
    let data = DATA_PROGRAMS.contains(&program.rsplit(['\\', '/']).next().unwrap_or_default().trim_end_matches(".exe"));
    let rest = if data { lower.replacen(program, "", 1) } else { lower.clone() };
    let command = COMMANDS.iter().any(|command| rest.contains(command));
    inside.found(if command { &DDE_COMMAND } else { &DDE_LINK }, location, link);
}

/// Looks at the fields in a text of Word, of letters in one byte or two.
pub(super) fn fields(text: &[u8], path: &str, inside: &mut Inside<'_, '_>) {
    let places: Vec<usize> = text
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == FIELD)
        .map(|(place, _)| place)
        .take(MAX_FIELDS + 1)
        .collect();
    if places.len() > MAX_FIELDS {
        inside.reason(Reason::limit(Limit::Reader, MAX_FIELDS as u64));
    }
    for place in places.into_iter().take(MAX_FIELDS) {
        let wide = u8_at(text, place + 1) == Some(0);
        let Some(command) = command(text, place, wide) else { continue };
        let (first, rest) = command.split_once([' ', '"', '\t']).unwrap_or((&command, ""));
        if matches!(first.to_uppercase().as_str(), "DDE" | "DDEAUTO") {
            let cleaned: String = rest.chars().filter(|letter| *letter != '"').collect();
            tell(cleaned.trim(), Location::Field(path.to_owned()), inside);
        }
    }
}

/// The command of the field at `place`: those of fields within it are in it too, with their marks left out.
fn command(text: &[u8], place: usize, wide: bool) -> Option<String> {
    let step = if wide { 2 } else { 1 };
    let body = at_most(text, place + step, MAX_COMMAND_BYTES);
    let mut depth = 0_usize;
    let mut end = body.len();
    for (number, letter) in body.chunks_exact(step).enumerate() {
        if letter.get(1).is_some_and(|high| *high != 0) {
            continue;
        }
        match letter.first() {
            Some(&FIELD) => depth += 1,
            Some(&FIELD_END) if depth > 0 => depth -= 1,
            Some(&(COMMAND_END | FIELD_END)) if depth == 0 => {
                end = number * step;
                break;
            }
            // Behind a paragraph of zeros there is no text.
            Some(0) => return None,
            _ => {}
        }
    }
    let body = at_most(body, 0, end);
    let letters = if wide { utf16(body) } else { decode(body, 1258) };
    let letters: String = letters.chars().filter(|letter| !matches!(letter, '\u{13}'..='\u{15}')).collect();
    Some(letters.trim().to_owned())
}
