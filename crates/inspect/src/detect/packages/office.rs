//! Parts of documents of Office since 2007, and the documents in one XML file of 2003.

use super::fields::{self, Fields};
use super::{Signs, read};
use crate::detect::{address, commands};
use crate::kinds::packages;
use crate::walk::Part;
use crate::xml::{Element, Step};
use crate::{Location, Reason, text};

/// The longest formula that is looked at, in bytes.
const MAX_FORMULA: usize = 8192;

/// How many hidden sheets are named.
const MAX_SHEETS: usize = 50;

/// Looks at the part called `name`, in lower case.
pub(super) fn look(name: &str, part: &Part<'_>, signs: &mut Signs) -> Result<(), Reason> {
    let file = name.rsplit('/').next().unwrap_or_default();
    let bin = file.ends_with(".bin");
    if bin && (name.contains("/embeddings/") || file.starts_with("oleobject")) {
        signs.add(&packages::EMBEDDED_OBJECT, Location::Name, name);
    } else if bin && name.contains("/activex/") {
        signs.add(&packages::ACTIVE_X, Location::Name, name);
    }
    let markup = name.ends_with(".xml") || name.ends_with(".vml");
    if markup { look_xml(&text::decoded(part.bytes), signs) } else { Ok(()) }
}

/// Looks at XML of Office.
pub(super) fn look_xml(text: &str, signs: &mut Signs) -> Result<(), Reason> {
    let mut state = State::default();
    let outcome = read(text, signs, &mut |step, at, signs| state.step(step, at, signs));
    state.fields.finish(&Location::Offset(text.len() as u64), signs);
    if !state.hidden_sheets.is_empty() {
        let names = state.hidden_sheets.join(", ");
        signs.add(&packages::HIDDEN_SHEETS, Location::Field("sheets".to_owned()), names);
    }
    outcome
}

/// What the text that comes belongs to.
#[derive(Default, PartialEq, Eq)]
enum Reading {
    #[default]
    Nothing,
    Instruction,
    Shown,
    Formula,
}

/// Where in the text the reading is.
#[derive(Default)]
struct State {
    fields: Fields,
    reading: Reading,
    formula: String,
    hidden_sheets: Vec<String>,
}

impl State {
    fn step(&mut self, step: &Step<'_>, at: u64, signs: &mut Signs) {
        match step {
            Step::Open(element) => self.open(element, at, signs),
            Step::Close(name) => self.close(name, at, signs),
            Step::Text(text) => match self.reading {
                Reading::Instruction => self.fields.instruction(text),
                Reading::Shown => self.fields.text(text),
                Reading::Formula if self.formula.len() < MAX_FORMULA => self.formula.push_str(text),
                Reading::Formula | Reading::Nothing => {}
            },
            Step::Definition(definition) => {
                signs.add(&packages::UNEXPECTED_DTD, Location::Offset(at), *definition);
            }
        }
    }

    fn open(&mut self, element: &Element<'_>, at: u64, signs: &mut Signs) {
        let place = || Location::Offset(at);
        let value = |name: &str| element.get(name).unwrap_or_default();
        match element.name {
            "fldChar" => match value("fldCharType") {
                "begin" => self.fields.begin(),
                "separate" => self.fields.separate(),
                "end" => self.fields.end(place(), signs),
                _ => {}
            },
            "fldSimple" => fields::judge(value("instr"), place(), signs),
            "instrText" | "delInstrText" => self.reading = Reading::Instruction,
            "t" => self.reading = Reading::Shown,
            "f" | "formula" | "formula1" | "formula2" => {
                self.reading = Reading::Formula;
                self.formula.clear();
            }
            "ddeLink" => dde(value("ddeService"), value("ddeTopic"), place(), signs),
            "sheet" if matches!(value("state"), "hidden" | "veryHidden") && self.hidden_sheets.len() < MAX_SHEETS => {
                self.hidden_sheets.push(value("name").to_owned());
            }
            _ => opened(element, &place(), signs),
        }
    }

    fn close(&mut self, name: &str, at: u64, signs: &mut Signs) {
        match name {
            "instrText" | "delInstrText" | "t" => self.reading = Reading::Nothing,
            "f" | "formula" | "formula1" | "formula2" => {
                self.reading = Reading::Nothing;
                if self.formula.to_uppercase().contains("WEBSERVICE(") {
                    signs.add(&packages::FAR_CONTENT, Location::Offset(at), self.formula.as_str());
                }
                if let Some((program, topic)) = dde_formula(&self.formula) {
                    dde(program, topic, Location::Offset(at), signs);
                }
            }
            _ => {}
        }
    }
}

/// An element that says all by itself.
fn opened(element: &Element<'_>, place: &Location, signs: &mut Signs) {
    let value = |name: &str| element.get(name).unwrap_or_default();
    let far = |name: &str| address::leads(value(name)).far();
    let found = match element.name {
        "customUI" if !value("onLoad").is_empty() => Some((&packages::RIBBON_ON_LOAD, value("onLoad"))),
        "ocx" => Some((&packages::ACTIVE_X, value("classid"))),
        "altChunk" => Some((&packages::MERGED_DOCUMENT, value("id"))),
        "OLEObject" => Some((object(element), value("ProgID"))),
        "hlinkClick" | "hlinkHover" | "hlinkMouseOver" if runs_from_slide(value("action")) => {
            Some((&packages::SLIDE_RUNS_PROGRAM, value("action")))
        }
        // Word 2003 XML names its template itself, and VML the sources of its pictures.
        "attachedTemplate" if far("val") => Some((&packages::FAR_TEMPLATE, value("val"))),
        "imagedata" | "fill" if far("src") => Some((&packages::FAR_CONTENT, value("src"))),
        "webPr" if far("url") => Some((&packages::FAR_CONTENT, value("url"))),
        _ => None,
    };
    if let Some((kind, text)) = found {
        signs.add(kind, place.clone(), text);
    }
}

/// What kind of thing an object is, by its class.
fn object(element: &Element<'_>) -> &'static crate::Kind {
    let class = element.get("ProgID").unwrap_or_default().to_lowercase();
    let linked = element.get("Type").unwrap_or_default().eq_ignore_ascii_case("Link");
    match class.as_str() {
        "package" => &packages::PACKAGED_FILE,
        "htmlfile" | "scriptletfile" | "scriptlet" => &packages::DANGEROUS_CLASS,
        _ if linked => &packages::LOCAL_LINK,
        _ => &packages::EMBEDDED_OBJECT,
    }
}

/// Says what a link of DDE does.
pub(super) fn dde(program: &str, topic: &str, location: Location, signs: &mut Signs) {
    let runs = commands::starts_program(program) || commands::runner(topic).is_some();
    let kind = if runs { &packages::DDE_COMMAND } else { &packages::DDE_LINK };
    signs.add(kind, location, format!("{program}|{topic}"));
}

/// The parts of a formula `=cmd|'/c calc'!A0`.
pub(crate) fn dde_formula(formula: &str) -> Option<(&str, &str)> {
    let (program, rest) = formula.split_once('|')?;
    let quoted = rest.trim_start().strip_prefix('\'').and_then(|rest| rest.split_once('\''));
    let (topic, _) = quoted.or_else(|| rest.split_once('!'))?;
    let program = program.rsplit(['=', '+', '-', '@', '(', ',', ';', '*', '/']).next().unwrap_or_default();
    let program = program.trim().trim_matches('\'');
    let of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | ':' | '\\');
    (!program.is_empty() && program.chars().all(of_name)).then_some((program, topic))
}

/// Whether an action of a slide runs something.
fn runs_from_slide(action: &str) -> bool {
    let lower = action.to_lowercase();
    lower.starts_with("ppaction://program") || lower.starts_with("ppaction://macro")
}
