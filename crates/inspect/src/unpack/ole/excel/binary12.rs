//! The binary parts of workbooks since Excel 2007: sheets and the workbook itself, in records of their own kind.

use super::super::dde;
use super::super::letters::utf16;
use super::formula::{Form, Reader, address, may_be_macro};
use super::functions::Functions;
use super::macros::{Macros, Shown, call, is_auto};
use crate::bytes::{at_most, place_le, u8_at};
use crate::kinds::office::XLM_PROGRAM;
use crate::walk::{Inside, Part};
use crate::{Limit, Location, Reason};

/// The records that begin a sheet, a workbook and a link to outside.
const BEGIN_SHEET: u32 = 129;
const BEGIN_BOOK: u32 = 131;
const BEGIN_LINK: u32 = 360;
/// How many records of a part are read.
const MAX_RECORDS: usize = 8_000_000;
/// How many names are kept, to write them out in formulas.
const MAX_NAMES: usize = 65_536;
/// How many parts of formulas are read in one part.
const MAX_TOKENS: usize = 1_000_000;

/// One record: its number and its data.
struct Record<'r> {
    id: u32,
    data: &'r [u8],
    cut: bool,
}

/// The records of a part: number and length have seven bits in each byte.
fn records(part: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut place = 0_usize;
    std::iter::from_fn(move || {
        let first = u32::from(u8_at(part, place)?);
        place += 1;
        let mut id = first;
        if first & 0x80 != 0 {
            id = (first & 0x7F) | u32::from(u8_at(part, place)? & 0x7F) << 7;
            place += 1;
        }
        let mut length = 0_usize;
        for shift in [0, 7, 14, 21] {
            let byte = u8_at(part, place)?;
            place += 1;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let data = at_most(part, place, length);
        place = place.saturating_add(length);
        Some(Record { id, data, cut: data.len() < length })
    })
    .take(MAX_RECORDS + 1)
}

/// A text with its length in four bytes: where it ends.
fn text(data: &[u8], place: usize) -> Option<(String, usize)> {
    let length = place_le(data, place)?;
    if length == 0xFFFF_FFFF {
        return Some((String::new(), place + 4));
    }
    let end = place.checked_add(4)?.checked_add(length.checked_mul(2)?)?;
    Some((utf16(data.get(place + 4..end)?), end))
}

/// The parsed form of a formula at `place`.
fn tokens(data: &[u8], place: usize) -> Option<&[u8]> {
    Some(at_most(data, place.checked_add(4)?, place_le(data, place)?))
}

/// Looks at a part of a workbook, if it is one.
pub(crate) fn binary_part(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let Some(first) = records(part.bytes).next().map(|record| record.id) else { return };
    // Every other file that begins with these bytes lies outside of a package.
    if part.within.is_empty() || !part.types.is_empty() || !matches!(first, BEGIN_SHEET | BEGIN_BOOK | BEGIN_LINK) {
        return;
    }
    let functions = Functions::new();
    let macro_sheet = first == BEGIN_SHEET && part.name.to_lowercase().contains("macrosheet");
    let mut reader =
        Part12 { macros: Macros::default(), names: Vec::new(), row: 0, tokens: 0, macro_sheet, functions: &functions };
    if macro_sheet {
        reader.macros.add_sheet(part.name, Shown::Yes);
    }
    for (number, record) in records(part.bytes).enumerate() {
        if number == MAX_RECORDS {
            reader.macros.reason(Reason::limit(Limit::Reader, MAX_RECORDS as u64));
        }
        if record.cut {
            reader.macros.reason(Reason::damaged("the part ends within a record"));
        }
        reader.read(&record, inside);
    }
    tell_program(&reader.macros, inside);
    reader.macros.tell(part.name, inside);
}

/// A macro that starts programs: in this form, which is younger than such macros, it has no honest use. What makes it run
/// stands in another part.
pub(super) fn tell_program(macros: &Macros, inside: &mut Inside<'_, '_>) {
    let grave = macros.formulas.iter().find(|(_, text)| call(text).is_some_and(|(grave, _)| grave));
    if let Some((cell, text)) = grave {
        inside.found(&XLM_PROGRAM, Location::Field(cell.clone()), text);
    }
}

struct Part12<'f> {
    macros: Macros,
    names: Vec<String>,
    row: usize,
    tokens: usize,
    macro_sheet: bool,
    functions: &'f Functions,
}

impl Part12<'_> {
    fn read(&mut self, record: &Record<'_>, inside: &mut Inside<'_, '_>) {
        let data = record.data;
        match record.id {
            0 => self.row = place_le(data, 0).unwrap_or(0),
            // Formulas whose value is a text, a number, true or false, an error.
            8 => self.formula(data, text(data, 8).map(|(_, next)| next + 2)),
            9 => self.formula(data, Some(18)),
            10 | 11 => self.formula(data, Some(11)),
            39 => self.name(data),
            // The source of a link: 1 is DDE, with its program and its topic.
            BEGIN_LINK if data.first() == Some(&1) => {
                let program = text(data, 2);
                let topic = program.as_ref().and_then(|(_, next)| text(data, *next));
                if let (Some((program, _)), Some((topic, _))) = (program, topic) {
                    dde::tell(&format!("{program}|{topic}"), Location::Whole, inside);
                }
            }
            _ => {}
        }
    }

    fn formula(&mut self, data: &[u8], place: Option<usize>) {
        let Some(tokens) = place.and_then(|place| tokens(data, place)) else { return };
        if self.macro_sheet || may_be_macro(tokens) {
            let cell = address(self.row, place_le(data, 0).unwrap_or(0) & 0xFFFF);
            self.decompile(cell, tokens);
        }
    }

    fn name(&mut self, data: &[u8]) {
        let Some((name, next)) = text(data, 9) else { return };
        if self.names.len() < MAX_NAMES {
            self.names.push(name.clone());
        }
        let tokens = tokens(data, next).unwrap_or_default();
        if is_auto(&name) {
            self.macros.add_auto(&name);
        }
        if is_auto(&name) || may_be_macro(tokens) {
            self.decompile(format!("name {name}"), tokens);
        }
    }

    fn decompile(&mut self, cell: String, tokens: &[u8]) {
        if self.tokens >= MAX_TOKENS {
            self.macros.reason(Reason::limit(Limit::Reader, MAX_TOKENS as u64));
            return;
        }
        let formula = Reader::new(Form::Biff12, 1252, self.functions, &self.names).read(tokens);
        self.tokens = self.tokens.saturating_add(formula.tokens).saturating_add(1);
        if let Some(fault) = formula.fault {
            self.macros.reason(Reason::damaged(fault));
        }
        self.macros.add(cell, formula.text);
    }
}
