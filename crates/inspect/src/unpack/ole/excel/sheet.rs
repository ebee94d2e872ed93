//! Macro sheets and the workbook itself, as parts in XML of workbooks since Excel 2007.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::binary12::tell_program;
use super::macros::{Macros, Shown, is_auto};
use crate::Reason;
use crate::walk::{Inside, Part};

/// What stands near the beginning of the parts that are looked at.
const MARKS: &[&[u8]] = &[b"macrosheet", b"definedName", b"workbook"];
/// How far that is.
const BEGINNING_BYTES: usize = 64 * 1024;
/// How many letters of a formula are kept.
const MAX_LETTERS: usize = 16 * 1024;

/// Looks at a part of a workbook in XML, if it is a macro sheet or the workbook itself.
pub(crate) fn xml_part(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let begin = super::super::bytes::at_most(part.bytes, 0, BEGINNING_BYTES);
    if part.within.is_empty() || !MARKS.iter().any(|mark| crate::bytes::find(begin, mark).is_some()) {
        return;
    }
    let text = String::from_utf8_lossy(part.bytes);
    let mut reader = Reader::from_str(&text);
    let mut sheet = Sheet { macros: Macros::default(), root: None, cell: String::new(), formula: None, defined: None };
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => sheet.begin(&tag, part.name),
            Ok(Event::End(tag)) => sheet.end(tag.local_name().as_ref()),
            Ok(Event::Empty(tag)) => {
                sheet.begin(&tag, part.name);
                sheet.end(tag.local_name().as_ref());
            }
            Ok(Event::Text(words)) => sheet.text(&words.xml10_content()),
            Ok(Event::CData(words)) => sheet.text(&words.xml10_content()),
            Ok(Event::GeneralRef(name)) => match name.resolve_char_ref() {
                Ok(Some(letter)) => sheet.text(letter.encode_utf8(&mut [0; 4])),
                _ => sheet.text(resolve_predefined_entity(&name).unwrap_or_default()),
            },
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => {
                if sheet.is_known() {
                    sheet.macros.reason(Reason::damaged("a sheet of macros is no XML"));
                }
                break;
            }
        }
    }
    if sheet.is_known() {
        if sheet.root == Some(Root::MacroSheet) {
            tell_program(&sheet.macros, inside);
        }
        sheet.macros.tell(part.name, inside);
    }
}

/// What a part is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    MacroSheet,
    Workbook,
    Other,
}

struct Sheet {
    macros: Macros,
    root: Option<Root>,
    cell: String,
    /// The text of the formula that is read.
    formula: Option<String>,
    /// The defined name whose formula is read.
    defined: Option<String>,
}

impl Sheet {
    fn is_known(&self) -> bool {
        matches!(self.root, Some(Root::MacroSheet | Root::Workbook))
    }

    fn begin(&mut self, tag: &BytesStart<'_>, part: &str) {
        let local = tag.local_name();
        let local = local.as_ref();
        if self.root.is_none() {
            let root = match local {
                "macrosheet" => Root::MacroSheet,
                "workbook" => Root::Workbook,
                _ => Root::Other,
            };
            self.root = Some(root);
            if root == Root::MacroSheet {
                self.macros.add_sheet(part, Shown::Yes);
            }
        }
        let value = |name: &str| {
            let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name);
            found.map(|attribute| attribute.value.into_owned())
        };
        match (self.root, local) {
            (Some(Root::MacroSheet), "c") => self.cell = value("r").unwrap_or_default(),
            (Some(Root::MacroSheet), "f") => self.formula = Some(String::new()),
            (Some(Root::Workbook), "definedName") => {
                let name = value("name").unwrap_or_default();
                if is_auto(&name) {
                    self.macros.add_auto(&name);
                    self.defined = Some(name);
                    self.formula = Some(String::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, local: &str) {
        if matches!(local, "f" | "definedName")
            && let Some(formula) = self.formula.take()
        {
            let place = self.defined.take().map_or_else(|| self.cell.clone(), |name| format!("name {name}"));
            self.macros.add(place, formula);
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(formula) = self.formula.as_mut().filter(|formula| formula.len() < MAX_LETTERS) {
            formula.push_str(text);
        }
    }
}
