//! Shortcuts of Windows (MS-SHLLINK): read as far as they go.

use crate::bytes::{find, place_le, u16_le, u32_le};

/// The size of the header, and what stands after it.
const HEADER: usize = 76;

/// Bits of the flags.
const HAS_ID_LIST: u32 = 1;
const HAS_LINK_INFO: u32 = 1 << 1;
const STRINGS: [u32; 5] = [1 << 2, 1 << 3, 1 << 4, 1 << 5, 1 << 6];
const IS_UNICODE: u32 = 1 << 7;

/// How many items of a list and blocks of data are read.
const MAX_ITEMS: usize = 256;

/// The signature of blocks that hold a path with variables, as `%ComSpec%`, and of the one for the icon.
const ENVIRONMENT: u32 = 0xa000_0001;
const ICON_ENVIRONMENT: u32 = 0xa000_0007;
const TRACKER: u32 = 0xa000_0003;

/// In such a block: where the path stands in UTF-16, behind one in the letters of the system.
const WIDE_PATH: usize = 8 + 260;
const NARROW_PATH: usize = 8;

/// Where the name of the machine stands in the block of the tracker.
const MACHINE: usize = 16;

/// What a shortcut says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ShellLink {
    /// What it leads to, by each way in which it says so.
    pub(crate) local: String,
    pub(crate) network: String,
    pub(crate) items: String,
    pub(crate) environment: String,
    pub(crate) relative: String,
    /// What it shows, where it runs, what it gives the program, its icon.
    pub(crate) description: String,
    pub(crate) folder: String,
    pub(crate) arguments: String,
    pub(crate) icon: String,
    /// The machine it was made on.
    pub(crate) machine: String,
    /// How its window shows: 7 is minimised.
    pub(crate) shows: u32,
    /// Where the shortcut ends.
    pub(crate) end: usize,
    /// What of it could not be read.
    pub(crate) broken: Option<&'static str>,
}

impl ShellLink {
    /// What it leads to, by the way that Windows takes first.
    pub(crate) fn target(&self) -> &str {
        [&self.environment, &self.local, &self.network, &self.items, &self.relative]
            .into_iter()
            .find(|path| !path.is_empty())
            .map_or("", String::as_str)
    }

    /// Every way in which it says what it leads to.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &str> {
        [&self.environment, &self.local, &self.network, &self.items, &self.relative].into_iter().map(String::as_str)
    }
}

/// Bytes with a place to read at.
struct At<'l> {
    bytes: &'l [u8],
    at: usize,
}

impl<'l> At<'l> {
    fn take(&mut self, count: usize) -> Option<&'l [u8]> {
        let end = self.at.checked_add(count)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn short(&mut self) -> Option<usize> {
        u16_le(self.take(2)?, 0).map(usize::from)
    }
}

/// The same as a place.
fn place(bytes: &[u8], at: usize) -> Option<usize> {
    place_le(bytes, at).filter(|place| *place > 0)
}

/// Letters of the system up to the first zero.
fn narrow(bytes: &[u8], at: usize) -> String {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    crate::text::decoded(rest.get(..end).unwrap_or_default()).into_owned()
}

/// Letters in UTF-16 up to the first zero.
fn wide(bytes: &[u8], at: usize) -> String {
    let (units, _) = bytes.get(at..).unwrap_or_default().as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0).collect();
    String::from_utf16_lossy(&units)
}

/// Reads a shortcut.
pub(crate) fn read(bytes: &[u8]) -> ShellLink {
    let mut link = ShellLink { end: bytes.len().min(HEADER), ..ShellLink::default() };
    let Some(flags) = u32_le(bytes, 20) else {
        link.broken = Some("header");
        return link;
    };
    link.shows = u32_le(bytes, 60).unwrap_or(0);
    let mut at = At { bytes, at: HEADER };
    let read = parts(&mut at, flags, &mut link);
    link.end = at.at.min(bytes.len());
    link.broken = read.err();
    link
}

fn parts(at: &mut At<'_>, flags: u32, link: &mut ShellLink) -> Result<(), &'static str> {
    if flags & HAS_ID_LIST != 0 {
        let list = at.short().and_then(|size| at.take(size)).ok_or("list of items")?;
        link.items = items(list);
    }
    if flags & HAS_LINK_INFO != 0 {
        let size = place_le(at.bytes, at.at).ok_or("place")?;
        info(at.take(size.max(4)).ok_or("place")?, link);
    }
    let into: [&mut String; 5] =
        [&mut link.description, &mut link.relative, &mut link.folder, &mut link.arguments, &mut link.icon];
    for (flag, into) in STRINGS.into_iter().zip(into) {
        if flags & flag == 0 {
            continue;
        }
        let letters = at.short().ok_or("texts")?;
        if flags & IS_UNICODE == 0 {
            *into = narrow(at.take(letters).ok_or("texts")?, 0);
        } else {
            *into = wide(at.take(letters.saturating_mul(2)).ok_or("texts")?, 0);
        }
    }
    for _ in 0..MAX_ITEMS {
        // A size below 4 ends the blocks; some writers leave even that out.
        let Some(size) = place_le(at.bytes, at.at) else { return Ok(()) };
        if size < 4 {
            at.at += 4;
            return Ok(());
        }
        block(at.take(size).ok_or("blocks of data")?, link);
    }
    Err("blocks of data")
}

/// One block of data behind the texts.
fn block(block: &[u8], link: &mut ShellLink) {
    match u32_le(block, 4) {
        Some(ENVIRONMENT) => {
            let path = wide(block, WIDE_PATH);
            link.environment =
                if path.is_empty() { narrow(block.get(..WIDE_PATH).unwrap_or(block), NARROW_PATH) } else { path };
        }
        Some(ICON_ENVIRONMENT) => {
            let path = wide(block, WIDE_PATH);
            let path =
                if path.is_empty() { narrow(block.get(..WIDE_PATH).unwrap_or(block), NARROW_PATH) } else { path };
            if !path.is_empty() {
                link.icon = path;
            }
        }
        Some(TRACKER) => link.machine = narrow(block, MACHINE),
        _ => {}
    }
}

/// The path in the place of a shortcut.
fn info(info: &[u8], link: &mut ShellLink) {
    let header = u32_le(info, 4).unwrap_or(0);
    let flags = u32_le(info, 8).unwrap_or(0);
    let suffix = place(info, 24).map(|at| narrow(info, at)).unwrap_or_default();
    // From this size of header on there are places of the same in UTF-16.
    let wide_at = |at: usize| if header >= 0x24 { place(info, at).map(|at| wide(info, at)) } else { None };
    if flags & 1 != 0 {
        let base = wide_at(28).filter(|base| !base.is_empty()).or_else(|| place(info, 16).map(|at| narrow(info, at)));
        let suffix = wide_at(32).unwrap_or_else(|| suffix.clone());
        link.local = base.unwrap_or_default() + &suffix;
    }
    if flags & 2 != 0
        && let Some(network) = place(info, 20).and_then(|at| info.get(at..))
    {
        let name = place(network, 8).map(|at| narrow(network, at)).unwrap_or_default();
        let separator = if name.is_empty() || suffix.is_empty() || name.ends_with('\\') { "" } else { "\\" };
        link.network = format!("{name}{separator}{suffix}");
    }
}

/// The path that a list of items stands for, as far as its items have names.
fn items(list: &[u8]) -> String {
    let mut path = String::new();
    let mut at = At { bytes: list, at: 0 };
    for _ in 0..MAX_ITEMS {
        let Some(size) = at.short().filter(|size| *size > 2) else { break };
        let Some(item) = at.take(size - 2) else { break };
        let name = item_name(item);
        if name.is_empty() {
            continue;
        }
        if !path.is_empty() && !path.ends_with('\\') {
            path.push('\\');
        }
        path.push_str(&name);
    }
    path
}

/// The name of one item: a drive, a folder or file, a place of a network, an address.
fn item_name(item: &[u8]) -> String {
    let kind = item.first().copied().unwrap_or(0);
    match kind & 0x70 {
        0x20 if kind & 0x0f != 0 && kind != 0x2e => narrow(item, 1),
        0x30 => {
            let long = long_name(item);
            let short = if kind & 4 != 0 { wide(item, 12) } else { narrow(item, 12) };
            if long.is_empty() { short } else { long }
        }
        0x40 => narrow(item, 3),
        0x60 => {
            let address = wide(item, 6);
            if address.is_ascii() && address.contains(':') { address } else { narrow(item, 6) }
        }
        _ => String::new(),
    }
}

/// The long name in the block `0xbeef0004` of an item.
fn long_name(item: &[u8]) -> String {
    const MARK: [u8; 4] = 0xbeef_0004_u32.to_le_bytes();
    let Some(mark) = find(item, &MARK) else { return String::new() };
    let Some(start) = mark.checked_sub(4) else { return String::new() };
    let version = u16_le(item, start + 2).unwrap_or(3);
    let name = match version {
        ..7 => 20,
        7 => 38,
        8 => 42,
        _ => 46,
    };
    wide(item, start + name)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    fn text(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut bytes = u16::try_from(units.len()).unwrap().to_le_bytes().to_vec();
        bytes.extend(units.into_iter().flat_map(u16::to_le_bytes));
        bytes
    }

    fn path(path: &str) -> Vec<u8> {
        let mut narrow = path.as_bytes().to_vec();
        narrow.resize(260, 0);
        let mut wide: Vec<u8> = path.encode_utf16().flat_map(u16::to_le_bytes).collect();
        wide.resize(520, 0);
        [narrow, wide].concat()
    }

    /// A place on this machine.
    fn local(path: &str) -> Vec<u8> {
        let mut body = Vec::new();
        for number in [28u32, 1, 0, 28, 0] {
            body.extend(number.to_le_bytes());
        }
        body.extend(u32::try_from(28 + path.len() + 1).unwrap().to_le_bytes());
        body.extend(path.as_bytes());
        body.extend([0, 0]);
        let size = u32::try_from(body.len() + 4).unwrap();
        [size.to_le_bytes().to_vec(), body].concat()
    }

    /// A shortcut: its target, its arguments, its icon, a path with variables.
    pub(in crate::unpack::lnk) fn written(target: &str, arguments: &str, icon: &str, environment: &str) -> Vec<u8> {
        let mut bytes = vec![0x4c, 0, 0, 0, 1, 0x14, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];
        let flags = HAS_LINK_INFO | STRINGS[3] | STRINGS[4] | IS_UNICODE;
        bytes.extend(flags.to_le_bytes());
        bytes.resize(HEADER, 0);
        bytes[60] = 1;
        bytes.extend([local(target), text(arguments), text(icon)].concat());
        if !environment.is_empty() {
            bytes.extend(788u32.to_le_bytes());
            bytes.extend(ENVIRONMENT.to_le_bytes());
            bytes.extend(path(environment));
        }
        bytes.extend([0; 4]);
        bytes
    }

    #[test]
    fn what_was_written_is_read() {
        let bytes = written("C:\\a\\b.exe", "/c tệp", "C:\\c.ico", "%ComSpec%");
        let link = read(&bytes);
        assert_eq!(
            (link.local.as_str(), link.arguments.as_str(), link.icon.as_str()),
            ("C:\\a\\b.exe", "/c tệp", "C:\\c.ico")
        );
        assert_eq!((link.target(), link.end, link.broken), ("%ComSpec%", bytes.len(), None));
    }

    #[test]
    fn lists_of_items_are_paths() {
        let mut list = Vec::new();
        let mut item = |bytes: &[u8]| {
            list.extend(u16::try_from(bytes.len() + 2).unwrap().to_le_bytes());
            list.extend(bytes);
        };
        item(&[&[0x1f, 0x50][..], &[0xe0; 16]].concat());
        item(b"/C:\\\0");
        item(
            &[
                b"\x31\0\0\0\0\0\0\0\0\0\x10\0WINDOW~1\0\0".as_slice(),
                &[30, 0, 3, 0, 4, 0, 0xef, 0xbe],
                &[0; 12],
                b"W\0i\0n\0\0\0",
            ]
            .concat(),
        );
        item(b"\x32\0\0\0\0\0\0\0\0\0\x20\0CMD.EXE\0");
        assert_eq!(items(&list), "C:\\Win\\CMD.EXE");
    }

    #[test]
    fn every_beginning_is_read_or_broken() {
        let bytes = written("C:\\a\\b.exe", "/c a", "C:\\c.ico", "%ComSpec%");
        for end in 0..bytes.len() - 4 {
            let link = read(bytes.get(..end).unwrap());
            let whole = link.environment == "%ComSpec%" || link.icon == "C:\\c.ico";
            assert!(link.broken.is_some() || whole, "{end}");
        }
    }

    #[test]
    fn any_bytes_are_a_shortcut() {
        bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(flags, rest)| {
            let mut bytes = written("a", "b", "c", "");
            bytes.truncate(HEADER);
            bytes[20] = *flags;
            bytes.extend(rest);
            let _ = read(&bytes);
            let _ = read(rest);
            let _ = items(rest);
        });
    }
}
