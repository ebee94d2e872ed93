//! Parts of OpenDocument files, and the same in one XML file.

use super::office::dde;
use super::{Signs, around, read};
use crate::detect::address::{Leads, leads, percent_decoded};
use crate::kinds::packages;
use crate::walk::Part;
use crate::xml::{Element, Step};
use crate::{Kind, Location, Reason, text};

/// Folders of a package that hold scripts.
const SCRIPT_FOLDERS: &[&str] = &["basic/", "scripts/"];

/// Parts in these folders that only list what is there.
const LISTS: &[&str] = &["/script-lb.xml", "/script-lc.xml"];

/// What scripts of documents start programs or fetch files with, in lower case without white space.
const RUNS: &[&str] = &[
    "shell(",
    "systemshellexecute",
    "createobject(\"wscript",
    "createobject(\"shell",
    "os.system(",
    "os.popen(",
    "subprocess.",
    "runtime.getruntime()",
    "urlretrieve(",
    "urlopen(",
    "xmlhttp",
    "oleobjectfactory",
    "__import__(",
    "winexec",
    "powershell",
    "cmd.exe",
];

/// Looks at the part called `name`, in lower case.
pub(super) fn look(name: &str, part: &Part<'_>, signs: &mut Signs) -> Result<(), Reason> {
    let text = text::decoded(part.bytes);
    let script = SCRIPT_FOLDERS.iter().any(|folder| name.starts_with(folder));
    let listing = LISTS.iter().any(|list| name.ends_with(list));
    let markup = [".xml", ".xba", ".xdl"].iter().any(|ending| name.ends_with(ending));
    if markup {
        return look_xml(&text, signs);
    }
    if script && !listing && !part.bytes.is_empty() {
        script_text(&text, Location::Whole, signs);
    }
    Ok(())
}

/// Looks at XML of OpenDocument.
pub(super) fn look_xml(text: &str, signs: &mut Signs) -> Result<(), Reason> {
    let mut module: Option<String> = None;
    read(text, signs, &mut |step, at, signs| match step {
        Step::Open(element) => {
            if matches!(element.name.as_str(), "module" | "source-code") {
                module = Some(String::new());
            }
            open(element, &Location::Offset(at), signs);
        }
        Step::Text(text) => {
            if let Some(module) = module.as_mut() {
                module.push_str(text);
            }
        }
        Step::Close("module" | "source-code") => {
            if let Some(module) = module.take().filter(|module| !module.trim().is_empty()) {
                script_text(&module, Location::Offset(at), signs);
            }
        }
        Step::Close(_) => {}
        Step::Definition(definition) => {
            // LibreOffice itself writes definitions that only name themselves; entities are what is odd.
            if definition.to_ascii_uppercase().contains("<!ENTITY") {
                signs.add(&packages::UNEXPECTED_DTD, Location::Offset(at), *definition);
            }
        }
    })
}

/// Says what the text of a script does.
fn script_text(script: &str, location: Location, signs: &mut Signs) {
    let bare: String = script.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    match RUNS.iter().find_map(|run| bare.find(run)) {
        Some(at) => signs.add(&packages::DOCUMENT_SCRIPT_RUNS, location, around(&bare, at)),
        None => signs.add(&packages::DOCUMENT_SCRIPT, location, around(script, 0)),
    }
}

fn open(element: &Element, place: &Location, signs: &mut Signs) {
    let value = |name: &str| element.get(name).unwrap_or_default();
    let href = value("href");
    match element.name.as_str() {
        "event-listener" | "event" if !href.is_empty() => {
            let kind = script_address(href).unwrap_or(&packages::DOCUMENT_EVENT);
            signs.add(kind, place.clone(), format!("{}: {href}", value("event-name")));
        }
        "dde-source" | "dde-connection-decl" => {
            dde(value("dde-application"), value("dde-topic"), place.clone(), signs);
        }
        "template" => linked(href, &packages::FAR_TEMPLATE, place, signs),
        "object" | "object-ole" | "floating-frame" | "plugin" | "applet" => {
            linked(href, &packages::FAR_OBJECT, place, signs);
        }
        "section-source" | "table-source" | "cell-range-source" | "image" | "fill-image" | "sound" | "script" => {
            linked(href, &packages::FAR_CONTENT, place, signs);
        }
        "a" => {
            let odd = matches!(leads(href), Leads::Handler | Leads::Script) || href.starts_with("macro:");
            if let Some(kind) = script_address(href).or(odd.then_some(&packages::ODD_HYPERLINK)) {
                signs.add(kind, place.clone(), href);
            }
        }
        _ => {}
    }
    if let Some(formula) = element.get("formula") {
        calculated(formula, place, signs);
    }
}

/// Says what a formula of a table does besides calculating.
fn calculated(formula: &str, place: &Location, signs: &mut Signs) {
    let bare: String = formula.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect();
    if let Some((_, arguments)) = bare.split_once("=dde(") {
        let mut words = arguments.split('"').filter(|word| !matches!(*word, "" | ";" | ","));
        dde(words.next().unwrap_or_default(), words.next().unwrap_or_default(), place.clone(), signs);
    } else if bare.contains("webservice(") {
        signs.add(&packages::FAR_CONTENT, place.clone(), formula);
    }
}

/// What an address of a script is.
fn script_address(href: &str) -> Option<&'static Kind> {
    let plain = percent_decoded(href).to_lowercase();
    if !plain.starts_with("vnd.sun.star.script:") {
        return None;
    }
    let outside = ["../", "..\\"].iter().any(|up| plain.contains(up));
    Some(if outside { &packages::SCRIPT_OUTSIDE } else { &packages::DOCUMENT_EVENT })
}

/// Says where a link that is fetched by itself leads; `far` is what it is called if it leaves the machine.
fn linked(href: &str, far: &'static Kind, place: &Location, signs: &mut Signs) {
    match leads(href) {
        Leads::Handler | Leads::Script => signs.add(&packages::HANDLER_LINK, place.clone(), href),
        leads if leads.far() => signs.add(far, place.clone(), href),
        Leads::File => signs.add(&packages::LOCAL_LINK, place.clone(), href),
        _ => {}
    }
}
