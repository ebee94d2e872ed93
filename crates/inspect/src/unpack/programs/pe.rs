//! Programs of Windows: headers, sections, imports, resources, what stands behind them. Read as far as they go.

/// How many sections, libraries, functions and resources are read.
const MAX_SECTIONS: usize = 96;
const MAX_LIBRARIES: usize = 512;
const MAX_FUNCTIONS: usize = 8192;
pub(super) const MAX_RESOURCES: usize = 8192;

/// The longest name of a library or function.
const MAX_NAME: usize = 256;

/// How much of a section is measured, in bytes.
const MAX_MEASURED: usize = 1024 * 1024;

/// How deeply resources lie: type, name, language.
const RESOURCE_DEPTH: usize = 4;

/// Numbers in the table of directories.
const IMPORTS: usize = 1;
const RESOURCES: usize = 2;
const SECURITY: usize = 4;
const DOT_NET: usize = 14;

/// One section.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: String,
    address: usize,
    size: usize,
    from: usize,
    pub(super) length: usize,
    pub(super) runs: bool,
    /// Bits of information in a byte, times 100; 800 is random.
    pub(super) entropy: u32,
}

/// A program.
#[derive(Debug)]
pub(super) struct Pe<'p> {
    bytes: &'p [u8],
    pub(super) machine: u16,
    pub(super) subsystem: u16,
    pub(super) library: bool,
    pub(super) wide: bool,
    pub(super) dot_net: bool,
    pub(super) sections: Vec<Section>,
    pub(super) libraries: Vec<String>,
    pub(super) functions: Vec<String>,
    /// The signature: where it lies.
    pub(super) signature: Option<(usize, usize)>,
    directories: Vec<(usize, usize)>,
    /// Where the sections end in the file.
    pub(super) end: usize,
}

/// Letters up to the first zero.
fn name(bytes: &[u8], at: usize) -> Option<String> {
    let rest = bytes.get(at..)?;
    let rest = rest.get(..MAX_NAME).unwrap_or(rest);
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(String::from_utf8_lossy(rest.get(..end)?).into_owned())
}

/// Reads a program; nothing if it has no header of one.
pub(super) fn read(bytes: &[u8]) -> Option<Pe<'_>> {
    let header = place_le(bytes, 0x3c)?;
    if bytes.get(header..header.checked_add(4)?)? != b"PE\0\0" {
        return None;
    }
    let coff = header + 4;
    let count = usize::from(u16_le(bytes, coff + 2)?).min(MAX_SECTIONS);
    let optional_size = usize::from(u16_le(bytes, coff + 16)?);
    let optional = coff + 20;
    let wide = u16_le(bytes, optional)? == 0x20b;
    let table = optional + if wide { 112 } else { 96 };
    let directories = (0..16)
        .map(|number| {
            let at = table + number * 8;
            let within = at + 8 <= optional + optional_size;
            within.then(|| Some((place_le(bytes, at)?, place_le(bytes, at + 4)?))).flatten().unwrap_or_default()
        })
        .collect();
    let mut program = Pe {
        bytes,
        machine: u16_le(bytes, coff)?,
        subsystem: u16_le(bytes, optional + 68).unwrap_or(0),
        library: u16_le(bytes, coff + 18)? & 0x2000 != 0,
        wide,
        dot_net: false,
        sections: sections(bytes, optional + optional_size, count),
        libraries: Vec::new(),
        functions: Vec::new(),
        signature: None,
        directories,
        end: 0,
    };
    program.end =
        program.sections.iter().map(|own| own.from.saturating_add(own.length)).max().unwrap_or(0).min(bytes.len());
    program.dot_net = program.directory(DOT_NET).is_some();
    program.signature = program.directory(SECURITY).filter(|(at, size)| at.saturating_add(*size) <= bytes.len());
    program.read_imports();
    Some(program)
}

fn sections(bytes: &[u8], table: usize, count: usize) -> Vec<Section> {
    let mut sections = Vec::new();
    for number in 0..count {
        let at = table + number * 40;
        let Some(head) = bytes.get(at..at + 40) else { break };
        let field = |place: usize| place_le(head, place).unwrap_or(0);
        let (from, length) = (field(20), field(16));
        let content = bytes.get(from..).unwrap_or_default();
        let content = content.get(..length).unwrap_or(content);
        let label = head.get(..8).unwrap_or_default();
        let end = label.iter().position(|byte| *byte == 0).unwrap_or(label.len());
        sections.push(Section {
            name: String::from_utf8_lossy(label.get(..end).unwrap_or_default()).into_owned(),
            address: field(12),
            size: field(8).max(length),
            from,
            length: content.len(),
            runs: field(36) & 0x2000_0000 != 0,
            entropy: entropy(content.get(..MAX_MEASURED).unwrap_or(content)),
        });
    }
    sections
}

/// Bits of information in a byte, times 100.
pub(super) fn entropy(bytes: &[u8]) -> u32 {
    if bytes.is_empty() {
        return 0;
    }
    let mut counts = [0u32; 256];
    for &byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(byte)) {
            *count += 1;
        }
    }
    // At most MAX_MEASURED bytes are counted: every number here is exact in 53 bits.
    let all = f64::from(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    let bits: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / all;
            -share * share.log2()
        })
        .sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 800")]
    let rounded = (bits * 100.0).round() as u32;
    rounded
}

impl<'p> Pe<'p> {
    fn directory(&self, number: usize) -> Option<(usize, usize)> {
        self.directories.get(number).copied().filter(|(at, size)| *at > 0 && *size > 0)
    }

    /// Where an address in memory lies in the file.
    fn place(&self, address: usize) -> Option<usize> {
        let section = self
            .sections
            .iter()
            .find(|own| address.checked_sub(own.address).is_some_and(|within| within < own.size))?;
        section.from.checked_add(address - section.address)
    }

    fn read_imports(&mut self) {
        let Some(table) = self.directory(IMPORTS).and_then(|(address, _)| self.place(address)) else { return };
        for number in 0..MAX_LIBRARIES {
            let at = table.saturating_add(number * 20);
            let Some(label) = place_le(self.bytes, at.saturating_add(12)).filter(|label| *label > 0) else { break };
            let Some(library) = self.place(label).and_then(|at| name(self.bytes, at)) else { break };
            self.libraries.push(library.to_lowercase());
            let thunks =
                place_le(self.bytes, at).filter(|thunks| *thunks > 0).or_else(|| place_le(self.bytes, at + 16));
            if let Some(thunks) = thunks.and_then(|thunks| self.place(thunks)) {
                self.read_functions(thunks);
            }
        }
    }

    fn read_functions(&mut self, thunks: usize) {
        let step = if self.wide { 8 } else { 4 };
        for number in 0..MAX_FUNCTIONS {
            let at = thunks.saturating_add(number * step);
            let Some(thunk) = place_le(self.bytes, at).filter(|thunk| *thunk > 0) else { break };
            let by_number = if self.wide {
                place_le(self.bytes, at + 4).is_some_and(|high| high & 0x8000_0000 != 0)
            } else {
                thunk & 0x8000_0000 != 0
            };
            if by_number {
                continue;
            }
            if self.functions.len() >= MAX_FUNCTIONS {
                break;
            }
            let Some(function) = self.place(thunk).and_then(|at| name(self.bytes, at.saturating_add(2))) else { break };
            self.functions.push(function);
        }
    }

    /// What the resources hold; whether there are more than are read.
    pub(super) fn resources(&self) -> (Vec<&'p [u8]>, bool) {
        let mut found = Vec::new();
        let mut left = MAX_RESOURCES;
        if let Some(root) = self.directory(RESOURCES).and_then(|(address, _)| self.place(address)) {
            self.folder(root, root, 0, &mut left, &mut found);
        }
        (found, left == 0)
    }

    fn folder(&self, root: usize, at: usize, depth: usize, left: &mut usize, found: &mut Vec<&'p [u8]>) {
        let count = |place: usize| u16_le(self.bytes, at.saturating_add(place)).map_or(0, usize::from);
        for number in 0..count(12) + count(14) {
            if depth >= RESOURCE_DEPTH || *left == 0 {
                return;
            }
            *left -= 1;
            let Some(offset) = place_le(self.bytes, at.saturating_add(16 + number * 8 + 4)) else { return };
            let below = root.saturating_add(offset & 0x7fff_ffff);
            if offset & 0x8000_0000 != 0 {
                self.folder(root, below, depth + 1, left, found);
                continue;
            }
            let content = place_le(self.bytes, below)
                .and_then(|address| self.place(address))
                .zip(place_le(self.bytes, below.saturating_add(4)));
            if let Some(content) = content.and_then(|(from, size)| self.bytes.get(from..from.checked_add(size)?)) {
                found.push(content);
            }
        }
    }

    /// What stands behind the sections and is not the signature.
    pub(super) fn behind(&self) -> Option<(usize, &'p [u8])> {
        if self.end == 0 {
            return None;
        }
        let mut from = self.end;
        let mut to = self.bytes.len();
        if let Some((at, size)) = self.signature {
            if at <= from.saturating_add(8) {
                from = from.max(at.saturating_add(size));
            } else {
                to = to.min(at);
            }
        }
        self.bytes.get(from..to).filter(|rest| !rest.is_empty()).map(|rest| (from, rest))
    }
}
use crate::bytes::{place_le, u16_le};
