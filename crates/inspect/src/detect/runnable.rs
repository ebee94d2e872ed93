//! Programs, scripts and shortcuts, whatever they are called: offices do not send them by upload.

use super::names::{runs_by_double_click, runs_by_name};
use crate::file_type::extension;
use crate::kinds::types as kinds;
use crate::walk::{Inside, Part};
use crate::{Category, FileType, Kind, Location};

/// Endings of JavaScript that Windows hands to its own interpreter; `mjs` and others it does not know.
const JAVASCRIPT_RUN: &[&str] = &["js", "jse"];

/// Endings whose interpreters run what is in a file, whatever else it is: a picture too.
const SCRIPT_ENDINGS: &[&str] = &["hta", "bat", "cmd", "vbe", "jse", "wsf"];

/// Endings of which web servers run whatever they find between their marks.
const SERVER_ENDINGS: &[&str] =
    &["php", "php3", "php4", "php5", "php7", "phtml", "phar", "pht", "jsp", "jspx", "asp", "aspx", "ashx", "asmx"];

/// Says what can be run.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    // What lies in a program was told with the program.
    if part.within.iter().any(|own| own.category() == Category::Program) {
        return;
    }
    let ending = extension(part.name).unwrap_or_default();
    let mut told = false;
    for own in part.types {
        if let Some(kind) = kind_of(*own, &ending, part) {
            inside.found(kind, Location::Whole, own.id());
            told = true;
        }
    }
    if !told && !part.bytes.is_empty() {
        if SERVER_ENDINGS.contains(&ending.as_str()) {
            inside.found(&kinds::SERVER_PAGE, Location::Name, part.name);
        } else if SCRIPT_ENDINGS.contains(&ending.as_str()) {
            inside.found(&kinds::SCRIPT, Location::Name, part.name);
        } else if runs_by_double_click(&ending) && !is_expected(part, &ending) {
            let kind = if runs_by_name(&ending) { &kinds::NAMED_PROGRAM } else { &kinds::RUNNABLE_NAME };
            inside.found(kind, Location::Name, part.name);
        }
    }
    let program = part.types.iter().any(|own| matches!(own, FileType::Pe | FileType::Elf));
    if program && part.types.iter().any(|own| own.category() == Category::Archive) {
        inside.found(&kinds::SELF_EXTRACTING, Location::Whole, ids(part.types));
    }
}

/// Says that a part of a format is a program. Two letters that begin one of DOS stand in many formats.
pub(super) fn look_for_programs(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let is_program = |own: &&FileType| own.category() == Category::Program && **own != FileType::Dos;
    let in_program = part.within.iter().any(|own| own.category() == Category::Program);
    if !part.within.is_empty()
        && !in_program
        && let Some(own) = part.types.iter().find(is_program)
    {
        inside.found(&kinds::PROGRAM, Location::Whole, own.id());
    }
}

/// Finds what would run by its name, if it were opened.
pub(super) fn look_unopened(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let ending = extension(part.name).unwrap_or_default();
    if runs_by_double_click(&ending) {
        let kind = if runs_by_name(&ending) { &kinds::UNOPENED_PROGRAM } else { &kinds::RUNNABLE_NAME };
        inside.found(kind, Location::Name, part.name);
    }
}

/// The ids of types, in a row.
pub(super) fn ids(types: &[FileType]) -> String {
    types.iter().map(|own| own.id()).collect::<Vec<_>>().join(", ")
}

/// A type that is called so and is not harmful by itself, as help files and pages whose name is an address.
fn is_expected(part: &Part<'_>, ending: &str) -> bool {
    part.types.iter().any(|own| own.extensions().contains(&ending) || (ending == "com" && *own == FileType::Html))
}

/// What is told of a type.
fn kind_of(own: FileType, ending: &str, part: &Part<'_>) -> Option<&'static Kind> {
    // Books bring scripts that their readers fence in.
    let in_book = part.within.contains(&FileType::Epub);
    Some(match own {
        FileType::JavaScript if JAVASCRIPT_RUN.contains(&ending) && !in_book => &kinds::SCRIPT,
        FileType::VbScript if matches!(ending, "bas" | "cls" | "frm" | "vba") => &kinds::SOURCE_SCRIPT,
        FileType::Batch
        | FileType::PowerShell
        | FileType::VbScript
        | FileType::EncodedScript
        | FileType::Hta
        | FileType::Wsf
        | FileType::AutoIt
        | FileType::Msc
        | FileType::Reg => &kinds::SCRIPT,
        FileType::Php | FileType::Jsp | FileType::Asp => &kinds::SERVER_PAGE,
        FileType::JavaScript
        | FileType::Shell
        | FileType::Python
        | FileType::Perl
        | FileType::Ruby
        | FileType::Lua
        | FileType::Inf => &kinds::SOURCE_SCRIPT,
        FileType::Lnk
        | FileType::SearchConnector
        | FileType::SettingContent
        | FileType::Scf
        | FileType::ClickOnce
        | FileType::Jnlp => &kinds::SHORTCUT,
        FileType::UrlShortcut | FileType::Rdp | FileType::Iqy => &kinds::FAR_SHORTCUT,
        // Every program of Linux desktops has one: it is told by what it does.
        FileType::DesktopEntry => return None,
        // Stylesheets come with electronic invoices; source of VBA comes out of documents.
        FileType::Xsl | FileType::VbaSource => return None,
        _ if own.category() == Category::Program => &kinds::PROGRAM,
        _ => return None,
    })
}
