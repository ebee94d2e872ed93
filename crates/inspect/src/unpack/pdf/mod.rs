//! PDF: attachments, scripts, forms in XML, and the streams that no viewer shows.
//!
//! No table of offsets is believed: every object is taken, wherever it stands and whichever revision it belongs to.

mod crypt;
mod file;
mod filter;
pub(crate) mod object;
mod scan;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::file::range_of;
pub(crate) use self::file::{Pdf, each_dictionary};
pub(crate) use self::filter::MAX_FILTERS;
use self::object::{Dictionary, Object, readable};
pub(crate) use self::scan::Stored;
use crate::walk::{Inside, Part};
use crate::{Limit, Reason, detect};

/// How many attachments, scripts and forms are looked into, each.
const MAX_PARTS: usize = 4_000;

/// How many streams of unknown use are looked into.
const MAX_UNKNOWN_STREAMS: usize = 2_000;

/// Opens a PDF and tells what it does by itself.
pub(super) fn open(part: &Part<'_>, inside: &mut Inside<'_, '_>) -> Result<(), Reason> {
    let pdf = Pdf::read(part.bytes, inside);
    if pdf.sealed {
        // What is not encrypted (names, numbers, how objects hang together) still tells what the file does.
        detect::pdf::look(&pdf, &[], inside);
        return Ok(());
    }
    let (seen, shown, forms) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut parts = Parts { pdf: &pdf, seen, shown, forms };
    let scripts = parts.scripts(inside);
    detect::pdf::look(&pdf, &scripts, inside);
    parts.forms(inside);
    parts.attachments(inside);
    parts.unknown_streams(inside);
    Ok(())
}

/// A script of a PDF.
pub(crate) struct Script {
    /// The number of the object that it is in.
    pub(crate) number: u32,
    /// What it says.
    pub(crate) text: String,
}

/// Takes parts out of a PDF, each once.
struct Parts<'f, 'p> {
    pdf: &'f Pdf<'p>,
    /// The places of the objects that were looked into.
    seen: BTreeSet<usize>,
    /// The names and bytes that were looked into: of each revision the same once only.
    shown: BTreeSet<(String, usize, usize)>,
    /// The places of the packets of forms that were looked into.
    forms: BTreeSet<usize>,
}

impl Parts<'_, '_> {
    /// Every script, each text once.
    fn scripts(&mut self, inside: &mut Inside<'_, '_>) -> Vec<Script> {
        let mut scripts: Vec<Script> = Vec::new();
        let mut known = BTreeSet::new();
        for stored in &self.pdf.objects {
            let mut sources = Vec::new();
            each_dictionary(&stored.object, &mut |dictionary| {
                sources.extend(dictionary.entries.iter().filter(|(key, _)| key == b"JS").map(|(_, source)| source));
            });
            for source in sources {
                for text in self.texts(source, inside) {
                    if scripts.len() >= MAX_PARTS {
                        inside.reason(Reason::limit(Limit::Reader, MAX_PARTS as u64));
                        return scripts;
                    }
                    if known.insert(text.clone()) {
                        let unpacked = inside.take(text.clone().into_bytes());
                        inside.piece(&format!("object {}.js", stored.number), "pdf javascript", &unpacked);
                        scripts.push(Script { number: stored.number, text });
                    }
                }
            }
        }
        scripts
    }

    /// What a string or stream says as text, in every revision; of a stream that was asked for before nothing.
    fn texts(&mut self, source: &Object, inside: &mut Inside<'_, '_>) -> Vec<String> {
        let Object::Reference(number) = source else {
            return source.text().map(readable).into_iter().collect();
        };
        let mut texts = Vec::new();
        for (place, stored) in self.pdf.all(*number) {
            if let Some(text) = stored.object.text() {
                texts.push(readable(text));
            } else if stored.stream.is_some() {
                if !self.seen.insert(place) {
                    continue;
                }
                let stream = self.pdf.stream(stored, inside);
                if let Some(reason) = stream.unpacked.cut() {
                    inside.reason(reason.clone());
                }
                texts.push(readable(stream.unpacked.bytes()));
            }
        }
        texts
    }

    /// Forms in XML (XFA): all streams of one in a row are one document.
    fn forms(&mut self, inside: &mut Inside<'_, '_>) {
        let mut forms = 0;
        for holder in &self.pdf.objects {
            let mut sources = Vec::new();
            each_dictionary(&holder.object, &mut |dictionary| sources.extend(dictionary.get("XFA")));
            for source in sources {
                let packets = match self.pdf.resolve(source) {
                    Object::Array(packets) => packets.as_slice(),
                    _ => std::slice::from_ref(source),
                };
                let mut form = Vec::new();
                for packet in packets {
                    let Object::Reference(number) = packet else { continue };
                    for (place, stored) in self.pdf.all(*number).filter(|(_, stored)| stored.stream.is_some()) {
                        if !self.forms.insert(place) {
                            continue;
                        }
                        self.seen.insert(place);
                        let stream = self.pdf.stream(stored, inside);
                        if let Some(reason) = stream.unpacked.cut() {
                            inside.reason(reason.clone());
                        }
                        form.extend_from_slice(stream.unpacked.bytes());
                    }
                }
                if form.is_empty() {
                    continue;
                }
                forms += 1;
                if forms > MAX_PARTS {
                    inside.reason(Reason::limit(Limit::Reader, MAX_PARTS as u64));
                    return;
                }
                detect::pdf::form(holder.number, &form, inside);
                let unpacked = inside.take(form);
                inside.piece(&format!("object {}.xml", holder.number), "pdf xfa", &unpacked);
            }
        }
    }

    /// Embedded files: those that a file specification names, then those that only say what they are.
    fn attachments(&mut self, inside: &mut Inside<'_, '_>) {
        let mut named: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for holder in &self.pdf.objects {
            each_dictionary(&holder.object, &mut |dictionary| {
                let Some(files) = dictionary.get("EF").and_then(|own| self.pdf.resolve(own).dictionary()) else {
                    return;
                };
                let names = self.names(dictionary);
                for (_, file) in &files.entries {
                    let Object::Reference(number) = file else { continue };
                    for (place, _) in self.pdf.all(*number).filter(|(_, stored)| stored.stream.is_some()) {
                        let known = named.entry(place).or_default();
                        for name in &names {
                            if !known.contains(name) && known.len() < MAX_FILTERS {
                                known.push(name.clone());
                            }
                        }
                    }
                }
            });
        }
        for (place, stored) in self.pdf.objects.iter().enumerate() {
            let own_type = stored.object.dictionary().is_some_and(|own| own.is("Type", "EmbeddedFile"));
            if stored.stream.is_some() && own_type {
                named.entry(place).or_default();
            }
        }
        for (count, (place, mut names)) in named.into_iter().enumerate() {
            if count >= MAX_PARTS {
                inside.reason(Reason::limit(Limit::Reader, MAX_PARTS as u64));
                return;
            }
            let Some(stored) = self.pdf.objects.get(place) else { continue };
            if names.is_empty() {
                names.push(format!("embedded file {}", stored.number));
            }
            self.attachment(place, &names, inside);
        }
    }

    /// The names that a file specification gives: that in Unicode first, others only if they end differently.
    fn names(&self, dictionary: &Dictionary) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for key in ["UF", "F", "DOS", "Unix", "Mac"] {
            let Some(text) = dictionary.get(key).and_then(|own| self.pdf.resolve(own).text()) else { continue };
            let name = readable(text);
            let ending = |name: &str| name.rsplit('.').next().map(str::to_lowercase);
            if !names.iter().any(|known| ending(known) == ending(&name)) {
                names.push(name);
            }
        }
        names
    }

    fn attachment(&mut self, place: usize, names: &[String], inside: &mut Inside<'_, '_>) {
        let Some(stored) = self.pdf.objects.get(place) else { return };
        self.seen.insert(place);
        let range = range_of(stored);
        let new = |name: &&String, shown: &mut BTreeSet<_>| shown.insert(((*name).clone(), range.start, range.end));
        let names: Vec<&String> = names.iter().filter(|name| new(name, &mut self.shown)).collect();
        if names.is_empty() {
            return;
        }
        let stream = self.pdf.stream(stored, inside);
        for name in names {
            inside.child(name, "pdf embedded file", &stream.unpacked);
        }
    }

    /// Streams whose use is not known: not pages, pictures, fonts or what else a viewer draws.
    fn unknown_streams(&mut self, inside: &mut Inside<'_, '_>) {
        let drawn = self.drawn();
        let mut count = 0;
        for (place, stored) in self.pdf.objects.iter().enumerate() {
            let Some(dictionary) = stored.object.dictionary().filter(|_| stored.stream.is_some()) else { continue };
            if self.seen.contains(&place) || drawn.contains(&stored.number) || is_drawn(dictionary) {
                continue;
            }
            if count >= MAX_UNKNOWN_STREAMS {
                inside.reason(Reason::limit(Limit::Reader, MAX_UNKNOWN_STREAMS as u64));
                return;
            }
            count += 1;
            let stream = self.pdf.stream(stored, inside);
            if !stream.picture {
                inside.piece(&format!("object {}", stored.number), "pdf stream", &stream.unpacked);
            }
        }
    }

    /// The numbers of the objects that are referred to as something that is drawn.
    fn drawn(&self) -> BTreeSet<u32> {
        let mut drawn = BTreeSet::new();
        for stored in &self.pdf.objects {
            each_dictionary(&stored.object, &mut |dictionary| {
                for (key, value) in &dictionary.entries {
                    if DRAWN_KEYS.iter().any(|known| known.as_bytes() == key) {
                        let new = match value {
                            Object::Reference(number) => drawn.insert(*number),
                            _ => true,
                        };
                        let members = if new { self.pdf.resolve(value).members() } else { &[] };
                        drawn.extend(members.iter().filter_map(|member| match member {
                            Object::Reference(number) => Some(*number),
                            _ => None,
                        }));
                    }
                }
            });
        }
        drawn
    }
}

/// What refers to streams that a viewer draws with, or reads for itself.
const DRAWN_KEYS: &[&str] = &[
    "Contents",
    "FontFile",
    "FontFile2",
    "FontFile3",
    "ToUnicode",
    "CIDToGIDMap",
    "CIDSet",
    "Encoding",
    "Metadata",
    "SMask",
    "Mask",
    "ICCBased",
    "DestOutputProfile",
    "N",
    "D",
    "R",
    "Thumb",
    "Function",
    "TR",
    "TR2",
    "BG",
    "BG2",
    "UCR",
    "UCR2",
    "HT",
    "ColorSpace",
    "CS",
    "Shading",
    "Pattern",
    "CharProcs",
    "Alternates",
    "Lookup",
    "JBIG2Globals",
    "PieceInfo",
];

/// Whether a stream says of itself that it is drawn, or read by viewers for themselves.
fn is_drawn(dictionary: &Dictionary) -> bool {
    const TYPES: &[&str] = &["XObject", "Metadata", "XRef", "ObjStm", "Pattern", "CMap", "Font", "Halftone", "Page"];
    const SUBTYPES: &[&str] =
        &["Image", "Form", "XML", "Type1C", "CIDFontType0C", "OpenType", "U3D", "PRC", "Type1", "TrueType"];
    const KEYS: &[&str] = &["FunctionType", "ShadingType", "PatternType", "Length1", "Alternate", "BBox", "First"];
    let named =
        |key, known: &[&str]| dictionary.name(key).is_some_and(|own| known.iter().any(|known| known.as_bytes() == own));
    named("Type", TYPES) || named("Subtype", SUBTYPES) || KEYS.iter().any(|key| dictionary.has(key))
}
