//! The stream of a workbook of Excel 5 to 2003: sheets, names, formulas of macros, links.

use std::collections::BTreeMap;

use super::super::dde;
use super::super::letters::decode;
use super::formula::{Form, Reader, address, flagged_string, may_be_macro, short_string};
use super::functions::Functions;
use super::macros::{Macros, Shown, is_auto};
use crate::bytes::{at_most, u8_at, u16_le, u32_le};
use crate::walk::Inside;
use crate::{Limit, Location, Reason};

/// How many records of a workbook are read.
const MAX_RECORDS: usize = 8_000_000;
/// How many parts of formulas are read in one workbook.
const MAX_TOKENS: usize = 1_000_000;
/// How many links to programs are kept.
const MAX_LINKS: usize = 256;
/// How many names are kept.
const MAX_NAMES: usize = 65_536;
/// What stands between the program and the topic of a link.
const SEPARATOR: char = '\u{3}';
/// No record has this number.
const NO_RECORD: u16 = 0xFFFF;
/// What begins the path of another workbook, and what stands for the workbook itself.
const PATH: char = '\u{1}';
const ITSELF: char = '\u{2}';
/// What a part of a workbook says of itself if it is a sheet of macros.
const MACRO_SHEET: u16 = 0x40;
/// Names that stand for themselves by a number.
const BUILTIN: [&str; 14] = [
    "Consolidate_Area",
    "Auto_Open",
    "Auto_Close",
    "Extract",
    "Database",
    "Criteria",
    "Print_Area",
    "Print_Titles",
    "Recorder",
    "Data_Form",
    "Auto_Activate",
    "Auto_Deactivate",
    "Sheet_Title",
    "_FilterDatabase",
];

/// One record: its number and its data.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    /// Where its data begins.
    pub(super) place: usize,
    pub(super) id: u16,
    pub(super) data: &'r [u8],
    /// Whether its data ends before it should.
    pub(super) cut: bool,
}

/// The records of a stream.
pub(super) fn records(stream: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut place = 0_usize;
    std::iter::from_fn(move || {
        if place >= stream.len() {
            return None;
        }
        let (Some(id), Some(length)) = (u16_le(stream, place), u16_le(stream, place + 2).map(usize::from)) else {
            let record = Record { place, id: NO_RECORD, data: &[], cut: true };
            place = stream.len();
            return Some(record);
        };
        let data = at_most(stream, place + 4, length);
        let record = Record { place: place + 4, id, data, cut: data.len() < length };
        place += 4 + length;
        Some(record)
    })
    .take(MAX_RECORDS + 1)
}

/// A sheet that the workbook lists.
struct Listed {
    name: String,
    shown: Shown,
    macros: bool,
}

/// What is known of a workbook while its records are read.
struct Workbook<'f> {
    form: Form,
    page: u16,
    functions: &'f Functions,
    listed: BTreeMap<u32, Listed>,
    names: Vec<String>,
    macros: Macros,
    /// Programs and topics of links, with what they fetch.
    links: Vec<String>,
    tokens: usize,
    /// The sheet that is read: its name, and whether it is one of macros.
    sheet: (String, bool),
}

/// Looks at the stream of a workbook.
pub(super) fn look(stream: &[u8], place: &str, inside: &mut Inside<'_, '_>) {
    let functions = Functions::new();
    let mut workbook = Workbook {
        form: Form::Biff8,
        page: 1252,
        functions: &functions,
        listed: BTreeMap::new(),
        names: Vec::new(),
        macros: Macros::default(),
        links: Vec::new(),
        tokens: 0,
        sheet: (String::new(), false),
    };
    // Formulas may stand before the names they use: the names come first.
    for record in records(stream) {
        workbook.list(&record);
    }
    let mut last = 0;
    for (number, record) in records(stream).enumerate() {
        if number == MAX_RECORDS {
            workbook.macros.reason(Reason::limit(Limit::Reader, MAX_RECORDS as u64));
        }
        if record.cut {
            workbook.macros.reason(Reason::damaged("the workbook ends within a record"));
        }
        workbook.read(&record, last);
        if record.id != 0x003C {
            last = record.id;
        }
    }
    if workbook.listed.keys().any(|offset| usize::try_from(*offset).map_or(true, |offset| offset >= stream.len())) {
        workbook.macros.reason(Reason::damaged("a sheet lies behind the end of the workbook"));
    }
    for listed in workbook.listed.values().filter(|listed| listed.macros) {
        workbook.macros.add_sheet(&listed.name, listed.shown);
    }
    for link in &workbook.links {
        dde::tell(link, Location::Field(place.to_owned()), inside);
    }
    workbook.macros.tell(place, inside);
}

impl Workbook<'_> {
    /// Takes what later records refer to.
    fn list(&mut self, record: &Record<'_>) {
        let data = record.data;
        match record.id {
            0x0809 if matches!(u16_le(data, 2), Some(5)) => {
                self.form = if u16_le(data, 0) == Some(0x0500) { Form::Biff5 } else { Form::Biff8 };
            }
            0x0042 => self.page = u16_le(data, 0).unwrap_or(self.page),
            0x0085 => {
                let name = match self.form {
                    Form::Biff5 => decode(at_most(data, 7, usize::from(u8_at(data, 6).unwrap_or(0))), self.page),
                    Form::Biff8 | Form::Biff12 => short_string(data, 6).map(|(name, _)| name).unwrap_or_default(),
                };
                let shown = match u8_at(data, 4).map(|state| state & 3) {
                    Some(0) => Shown::Yes,
                    Some(1) => Shown::No,
                    _ => Shown::Never,
                };
                let listed = Listed { name, shown, macros: u8_at(data, 5) == Some(1) };
                self.listed.insert(u32_le(data, 0).unwrap_or(0), listed);
            }
            0x0018 | 0x0218 => {
                let name = self.name(data).unwrap_or_default();
                if self.names.len() < MAX_NAMES {
                    self.names.push(name);
                } else {
                    self.macros.reason(Reason::limit(Limit::Reader, MAX_NAMES as u64));
                }
            }
            _ => {}
        }
    }

    /// A defined name; one that Excel knows by a number is written out.
    fn name(&self, data: &[u8]) -> Option<String> {
        let (flags, letters) = (u16_le(data, 0)?, usize::from(u8_at(data, 3)?));
        let name = match self.form {
            Form::Biff5 => decode(at_most(data, 14, letters), self.page),
            Form::Biff8 | Form::Biff12 => flagged_string(data, 14, letters)?.0,
        };
        let builtin = name.chars().next().filter(|_| flags & 0x20 != 0);
        let known = builtin.and_then(|number| BUILTIN.get(usize::try_from(u32::from(number)).ok()?));
        Some(known.map_or(name, |known| (*known).to_owned()))
    }

    fn read(&mut self, record: &Record<'_>, last: u16) {
        let data = record.data;
        match record.id {
            0x0809 => self.begin(record),
            0x0018 | 0x0218 => self.defined(data),
            0x0006 | 0x0206 | 0x0406 => {
                let (row, column) = (u16_le(data, 0).unwrap_or(0), u16_le(data, 2).unwrap_or(0));
                self.formula(row, column, at_most(data, 22, usize::from(u16_le(data, 20).unwrap_or(0))));
            }
            // A formula that many cells share, and one of a range.
            0x04BC => {
                let (row, column) = (u16_le(data, 0).unwrap_or(0), u16::from(u8_at(data, 4).unwrap_or(0)));
                self.formula(row, column, at_most(data, 10, usize::from(u16_le(data, 8).unwrap_or(0))));
            }
            0x0221 => {
                let (row, column) = (u16_le(data, 0).unwrap_or(0), u16::from(u8_at(data, 4).unwrap_or(0)));
                self.formula(row, column, at_most(data, 14, usize::from(u16_le(data, 12).unwrap_or(0))));
            }
            // What the formula before came to: a text that a macro has put together.
            0x0207 if self.sheet.1 && matches!(last, 0x0006 | 0x0406) => {
                let letters = usize::from(u16_le(data, 0).unwrap_or(0));
                if let Some((text, _)) = flagged_string(data, 2, letters) {
                    self.macros.add(format!("{} value", self.sheet.0), format!("\"{text}\""));
                }
            }
            0x01AE => self.link(data),
            0x0023 => self.linked(data),
            0x0017 if self.form == Form::Biff5 => {
                let path = decode(at_most(data, 2, usize::from(u8_at(data, 0).unwrap_or(0))), self.page);
                self.add_link(&path);
            }
            _ => {}
        }
    }

    /// Begins a part: the list of sheets says what it is called, its own beginning says what it is.
    fn begin(&mut self, record: &Record<'_>) {
        let offset = u32::try_from(record.place.saturating_sub(4)).unwrap_or(u32::MAX);
        let listed = self.listed.get(&offset);
        let by_itself = u16_le(record.data, 2) == Some(MACRO_SHEET);
        let macros = by_itself || listed.is_some_and(|listed| listed.macros);
        let name = listed.map_or_else(|| format!("sheet at {offset}"), |listed| listed.name.clone());
        if by_itself {
            let shown = listed.map_or(Shown::Yes, |listed| listed.shown);
            self.macros.add_sheet(&name, shown);
        }
        self.sheet = (name, macros);
    }

    fn defined(&mut self, data: &[u8]) {
        let Some(name) = self.name(data) else { return };
        if is_auto(&name) {
            let hidden = u16_le(data, 0).is_some_and(|flags| flags & 1 != 0);
            self.macros.add_auto(&if hidden { format!("{name} (hidden)") } else { name.clone() });
        }
        let length = usize::from(u16_le(data, 4).unwrap_or(0));
        let letters = usize::from(u8_at(data, 3).unwrap_or(0));
        let begin = match self.form {
            Form::Biff5 => Some(14 + letters),
            Form::Biff8 | Form::Biff12 => flagged_string(data, 14, letters).map(|(_, next)| next),
        };
        let tokens = begin.map(|begin| at_most(data, begin, length)).unwrap_or_default();
        if is_auto(&name) || may_be_macro(tokens) {
            self.decompile(format!("name {name}"), tokens);
        }
    }

    fn formula(&mut self, row: u16, column: u16, tokens: &[u8]) {
        if self.sheet.1 || may_be_macro(tokens) {
            self.decompile(format!("{}!{}", self.sheet.0, address(usize::from(row), usize::from(column))), tokens);
        }
    }

    fn decompile(&mut self, place: String, tokens: &[u8]) {
        if self.tokens >= MAX_TOKENS {
            self.macros.reason(Reason::limit(Limit::Reader, MAX_TOKENS as u64));
            return;
        }
        let formula = Reader::new(self.form, self.page, self.functions, &self.names).read(tokens);
        self.tokens = self.tokens.saturating_add(formula.tokens).saturating_add(1);
        if let Some(fault) = formula.fault {
            self.macros.reason(Reason::damaged(fault));
        }
        self.macros.add(place, formula.text);
    }

    /// A link to another workbook, or to another program.
    fn link(&mut self, data: &[u8]) {
        let letters = usize::from(u16_le(data, 2).unwrap_or(0));
        // Two numbers stand for the workbook itself and for functions that were added.
        if !matches!(letters, 0x0401 | 0x3A01)
            && let Some((path, _)) = flagged_string(data, 4, letters)
        {
            self.add_link(&path);
        }
    }

    fn add_link(&mut self, path: &str) {
        // The path of another workbook has the same mark between its folders, and one more at its beginning.
        let is_path = path.starts_with([PATH, ITSELF]);
        if let Some((program, topic)) = path.split_once(SEPARATOR).filter(|_| !is_path) {
            if self.links.len() >= MAX_LINKS {
                self.macros.reason(Reason::limit(Limit::Reader, MAX_LINKS as u64));
                return;
            }
            self.links.push(format!("{program}|{topic}"));
        }
    }

    /// What a link fetches.
    fn linked(&mut self, data: &[u8]) {
        let Some(link) = self.links.last_mut() else { return };
        let name = match self.form {
            Form::Biff5 => decode(at_most(data, 7, usize::from(u8_at(data, 6).unwrap_or(0))), self.page),
            Form::Biff8 | Form::Biff12 => short_string(data, 6).map(|(name, _)| name).unwrap_or_default(),
        };
        if !name.is_empty() && !link.contains('!') && link.len() < 1024 {
            link.push_str(&format!("!{name}"));
        }
    }
}
