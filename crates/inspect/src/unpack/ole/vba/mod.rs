//! VBA projects ([MS-OVBA]): the source of every module becomes a node, and what hides from a reader is told.

pub(super) mod compression;
pub(super) mod pcode;
mod project;
#[cfg(test)]
pub(super) mod writer;

use std::collections::BTreeSet;

use khien_model::text::nfc;

use super::Taken;
use super::compound::{Compound, Entry, EntryKind};
use super::letters::decode;
use crate::detect::vba::{Grade, Macros, analyse};
use crate::kinds::office::{
    VBA_AUTO_DANGEROUS, VBA_HIDDEN_MODULE, VBA_LOCKED, VBA_SOURCE_MISSING, VBA_STOMPED, VBA_UNVIEWABLE,
};
use crate::walk::{Inside, Part};
use crate::{FileType, Limit, Location, Reason};

use self::compression::{Decompressed, decompress, sought};
use self::project::{Directory, MAX_MODULES, Module, Settings, directory, settings};

/// How the source of a macro comes out.
const HOW: &str = "vba";
/// How much a `dir` stream and the source of one module may unpack to.
const MAX_SOURCE_BYTES: usize = 4 * 1024 * 1024;
/// How much the source of all modules of one file may unpack to.
const MAX_ALL_SOURCE_BYTES: usize = 64 * 1024 * 1024;
/// How much is read of one stream of a project.
const MAX_STREAM_BYTES: u64 = 16 * 1024 * 1024;
/// How many projects are looked at in one file.
const MAX_PROJECTS: usize = 64;

/// What is known of all modules of one project.
#[derive(Default)]
struct Sum {
    auto: Option<String>,
    grave: Option<String>,
    /// How much source was unpacked.
    unpacked: usize,
}

/// Looks for projects in a compound file.
pub(super) fn open(file: &Compound<'_>, inside: &mut Inside<'_, '_>, _: &mut Taken) {
    let streams = file.entries.iter().filter(|entry| entry.kind == EntryKind::Stream);
    let marks =
        streams.filter(|entry| ["dir", "_VBA_PROJECT"].iter().any(|mark| entry.name.eq_ignore_ascii_case(mark)));
    let storages: BTreeSet<&str> = marks.map(Entry::storage).collect();
    if storages.len() > MAX_PROJECTS {
        inside.reason(Reason::limit(Limit::Reader, MAX_PROJECTS as u64));
    }
    let mut unpacked = 0;
    for storage in storages.into_iter().take(MAX_PROJECTS) {
        unpacked = open_project(file, storage, unpacked, inside);
    }
}

/// `name` in `storage`.
fn within(storage: &str, name: &str) -> String {
    if storage.is_empty() { name.to_owned() } else { format!("{storage}/{name}") }
}

/// Opens one project; how much source was unpacked before, and after it.
fn open_project(file: &Compound<'_>, storage: &str, unpacked_before: usize, inside: &mut Inside<'_, '_>) -> usize {
    let packed = file.stream(&within(storage, "dir"), MAX_STREAM_BYTES);
    let unpacked = packed.and_then(|packed| decompress(&packed.bytes, MAX_SOURCE_BYTES));
    let listed = unpacked.as_ref().map(|unpacked| directory(&unpacked.bytes));
    let listed = listed.unwrap_or(Directory { page: 1252, modules: Vec::new(), whole: false });
    let root = storage.rsplit_once('/').map_or("", |(root, _)| root);
    let text = file.stream(&within(root, "PROJECT"), MAX_STREAM_BYTES);
    let shown = text.map(|text| settings(&decode(&text.bytes, listed.page)));
    let unlisted = unlisted(file, storage, &listed);
    if listed.modules.is_empty() && unlisted.is_empty() && unpacked.is_none() {
        // Another file may have a stream of that name.
        return unpacked_before;
    }
    if !listed.whole {
        inside.reason(Reason::damaged(format!("the list of modules in {storage} does not go to its end")));
    }
    if listed.modules.len() >= MAX_MODULES || unlisted.len() >= MAX_MODULES {
        inside.reason(Reason::limit(Limit::Reader, MAX_MODULES as u64));
    }
    let mut sum = Sum { unpacked: unpacked_before, ..Sum::default() };
    let mut read = BTreeSet::new();
    for module in &listed.modules {
        if read.insert(module.stream.to_lowercase()) {
            open_module(file, storage, module, listed.page, &mut sum, inside);
        }
    }
    for module in &unlisted {
        let path = within(storage, &module.stream);
        inside.found(&VBA_HIDDEN_MODULE, Location::Field(path), "its stream is not in the list of modules");
        open_module(file, storage, module, listed.page, &mut sum, inside);
    }
    if let Some(shown) = &shown {
        compare(storage, root, &listed, shown, inside);
    }
    if let (Some(auto), Some(grave)) = (sum.auto, sum.grave) {
        inside.found(&VBA_AUTO_DANGEROUS, Location::Field(storage.to_owned()), format!("{auto}; {grave}"));
    }
    sum.unpacked
}

/// Streams with source that the list of modules does not name.
fn unlisted(file: &Compound<'_>, storage: &str, listed: &Directory) -> Vec<Module> {
    let named: BTreeSet<String> = listed.modules.iter().map(|module| module.stream.to_lowercase()).collect();
    let streams = file.entries.iter().filter(|entry| entry.kind == EntryKind::Stream && entry.storage() == storage);
    let streams = streams.filter(|entry| {
        let name = entry.name.to_lowercase();
        !named.contains(&name) && name != "dir" && name != "_vba_project" && !name.starts_with("__srp_")
    });
    let hidden = streams.filter_map(|entry| {
        let offset = sought(&file.content(entry, MAX_STREAM_BYTES).bytes)?;
        Some(Module { name: entry.name.clone(), stream: entry.name.clone(), offset, class: false })
    });
    hidden.take(MAX_MODULES).collect()
}

/// Says what the editor is not shown.
fn compare(storage: &str, root: &str, listed: &Directory, shown: &Settings, inside: &mut Inside<'_, '_>) {
    let place = within(root, "PROJECT");
    if shown.locked {
        inside.found(&VBA_LOCKED, Location::Field(place.clone()), "CMG");
    }
    if shown.unviewable {
        inside.found(&VBA_UNVIEWABLE, Location::Field(place), "CMG");
    }
    // The one list has its names in the encoding of the project, in which marks stand apart from letters; the other in Unicode.
    let same = |name: &str| nfc(name).to_lowercase();
    let names: BTreeSet<String> = shown.modules.iter().map(|name| same(name)).collect();
    for module in &listed.modules {
        if !names.contains(&same(&module.name)) {
            let path = within(storage, &module.stream);
            inside.found(&VBA_HIDDEN_MODULE, Location::Field(path), format!("{} is not in PROJECT", module.name));
        }
    }
}

fn open_module(
    file: &Compound<'_>,
    storage: &str,
    module: &Module,
    page: u16,
    sum: &mut Sum,
    inside: &mut Inside<'_, '_>,
) {
    let path = within(storage, &module.stream);
    let Some(content) = file.stream(&path, MAX_STREAM_BYTES) else {
        inside.found(
            &VBA_SOURCE_MISSING,
            Location::Field(path),
            "the list of modules names it, there is no such stream",
        );
        return;
    };
    let stream = &content.bytes;
    let most = MAX_SOURCE_BYTES.min(MAX_ALL_SOURCE_BYTES.saturating_sub(sum.unpacked));
    if most == 0 {
        inside.reason(Reason::limit(Limit::Reader, MAX_ALL_SOURCE_BYTES as u64));
        return;
    }
    let stated = stream.get(module.offset..).and_then(|packed| decompress(packed, most));
    let begins = |unpacked: &Decompressed| unpacked.fault.is_none() || !unpacked.bytes.is_empty();
    let (offset, unpacked) = match stated.filter(begins) {
        Some(unpacked) => (module.offset, Some(unpacked)),
        None => {
            let place = sought(stream);
            let packed = place.and_then(|place| stream.get(place..));
            (place.unwrap_or(stream.len()), packed.and_then(|packed| decompress(packed, most)))
        }
    };
    let compiled = pcode::compiled(stream.get(..offset).unwrap_or_default(), page);
    let Some(Decompressed { bytes, fault }) = unpacked else {
        inside.found(&VBA_SOURCE_MISSING, Location::Field(path.clone()), "its source does not unpack");
        inside.reason(Reason::damaged(format!("the source of {path} does not unpack")));
        for text in compiled.texts.iter().take(1) {
            inside.found(&VBA_STOMPED, Location::Field(path.clone()), text);
        }
        return;
    };
    sum.unpacked = sum.unpacked.saturating_add(bytes.len());
    let source = decode(&bytes, page);
    let macros = analyse(&source);
    let missing = pcode::missing_from(&compiled, &source);
    if let Some(first) = missing.first() {
        inside.found(&VBA_STOMPED, Location::Field(path.clone()), first);
    } else if macros.lines == 0 && compiled.lines > EMPTY_MODULE_LINES {
        inside.found(&VBA_SOURCE_MISSING, Location::Field(path.clone()), format!("{} compiled lines", compiled.lines));
    }
    add(&macros, &module.name, sum);
    let name = format!("{}.{}", within(storage, &module.name), if module.class { "cls" } else { "bas" });
    let mut unpacked = inside.take(source.into_bytes());
    if let Some(fault) = fault {
        unpacked = unpacked.cut_short(Reason::damaged(fault));
    }
    inside.piece_of(FileType::VbaSource, &name, HOW, &unpacked);
}

/// Up to how many compiled lines a module without source may have: its options and attributes.
const EMPTY_MODULE_LINES: usize = 8;

fn add(macros: &Macros, module: &str, sum: &mut Sum) {
    if let Some(place) = macros.auto.first() {
        sum.auto.get_or_insert_with(|| format!("{module}:{} {}", place.line, place.what));
    }
    if let Some(call) = macros.gravest().filter(|call| call.grade == Grade::Grave) {
        sum.grave.get_or_insert_with(|| format!("{module}:{} {}", call.place.line, call.place.what));
    }
}

/// Hands on what the source of a macro puts together: texts, and bytes in digits.
pub(crate) fn open_source(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let macros = analyse(&String::from_utf8_lossy(part.bytes));
    if !macros.built.is_empty() {
        let lines: Vec<&str> = macros.built.iter().map(|place| place.what.as_str()).collect();
        let unpacked = inside.take(lines.join("\n").into_bytes());
        inside.piece("strings", "vba strings", &unpacked);
    }
    for (number, data) in macros.data.into_iter().enumerate() {
        let unpacked = inside.take(data);
        inside.piece(&format!("data-{}", number + 1), "vba data", &unpacked);
    }
    if macros.cut { Err(Reason::limit(Limit::Reader, MAX_SOURCE_BYTES as u64)) } else { Ok(()) }
}
