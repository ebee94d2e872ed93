//! LZX, as cabinets and help files of Windows have it (MS-PATCH and the cabinet SDK).

use std::fmt;

/// How much one frame comes to at most, in bytes.
pub(super) const FRAME_BYTES: usize = 32 * 1024;
/// The smallest and the largest window, as powers of two.
const WINDOW_BITS: std::ops::RangeInclusive<u8> = 15..=21;
/// How many position slots each window has, from the smallest one.
const SLOTS: [usize; 7] = [30, 32, 34, 36, 38, 42, 50];
/// The most position slots.
const MAX_SLOTS: usize = 50;
/// How many bytes stand for themselves.
const LITERALS: usize = 256;
/// How many lengths have a code of their own.
const LENGTHS: usize = 249;
/// How many symbols the tree has that packs other trees.
const PRE_SYMBOLS: usize = 20;
/// The longest code, in bits.
const MAX_CODE: usize = 16;
/// How many frames are searched for calls of x86.
const TRANSLATED_FRAMES: u64 = 32_768;
/// At the end of a frame, so many bytes are never taken for a call.
const UNTRANSLATED_END: usize = 10;
/// The instruction of x86 that calls.
const CALL: u8 = 0xe8;

/// What does not fit in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mistake(&'static str);

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "lzx: {}", self.0)
    }
}

impl std::error::Error for Mistake {}

/// Bits of 16-bit words, the highest one first.
struct Bits<'p> {
    bytes: &'p [u8],
    at: usize,
    held: u32,
    count: u32,
}

impl<'p> Bits<'p> {
    fn of(bytes: &'p [u8]) -> Self {
        Self { bytes, at: 0, held: 0, count: 0 }
    }

    fn read(&mut self, count: u32) -> Result<u32, Mistake> {
        if count > 16 {
            let high = self.read(count - 16)?;
            return Ok((high << 16) | self.read(16)?);
        }
        if self.count < count {
            let low = self.byte()?;
            let word = u32::from(u16::from_le_bytes([low, self.bytes.get(self.at).copied().unwrap_or_default()]));
            self.at += 1;
            self.held = (self.held << 16) | word;
            self.count += 16;
        }
        self.count -= count;
        let value = (self.held >> self.count) & ((1 << count) - 1);
        self.held &= (1 << self.count) - 1;
        Ok(value)
    }

    fn byte(&mut self) -> Result<u8, Mistake> {
        let byte = self.bytes.get(self.at).copied().ok_or(Mistake("it ends too early"))?;
        self.at += 1;
        Ok(byte)
    }

    /// Gives up the rest of the word; a word that is just full is given up as well.
    fn align(&mut self) {
        if self.count == 0 {
            self.at += 2;
        }
        self.held = 0;
        self.count = 0;
    }

    fn number(&mut self) -> Result<usize, Mistake> {
        let bytes = [self.byte()?, self.byte()?, self.byte()?, self.byte()?];
        Ok(u32::from_le_bytes(bytes) as usize)
    }
}

/// A tree of codes, by how many codes each length has.
#[derive(Default)]
struct Tree {
    counts: [u16; MAX_CODE + 1],
    symbols: Vec<u16>,
}

impl Tree {
    fn of(lengths: &[u8]) -> Result<Self, Mistake> {
        let mut counts = [0_u16; MAX_CODE + 1];
        for length in lengths {
            *counts.get_mut(usize::from(*length)).ok_or(Mistake("a code is too long"))? += 1;
        }
        counts[0] = 0;
        let mut free = 1_i64;
        for count in counts.iter().skip(1) {
            free = free * 2 - i64::from(*count);
            if free < 0 {
                return Err(Mistake("there are too many codes"));
            }
        }
        let mut symbols: Vec<u16> = (0..=u16::MAX).take(lengths.len()).collect();
        symbols.retain(|symbol| lengths.get(usize::from(*symbol)) != Some(&0));
        symbols.sort_by_key(|symbol| lengths.get(usize::from(*symbol)).copied());
        Ok(Self { counts, symbols })
    }

    fn read(&self, bits: &mut Bits<'_>) -> Result<usize, Mistake> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for count in self.counts.iter().skip(1) {
            code |= bits.read(1)?;
            let count = u32::from(*count);
            if code < first + count {
                let symbol = self.symbols.get((index + code - first) as usize);
                return symbol.map(|symbol| usize::from(*symbol)).ok_or(Mistake("a code has no meaning"));
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        Err(Mistake("a code has no meaning"))
    }
}

/// The kind of the current block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Verbatim,
    Aligned,
    Plain,
}

/// A stream that is being unpacked.
pub(super) struct Lzx {
    window: Vec<u8>,
    at: usize,
    slots: usize,
    recent: [usize; 3],
    main_lengths: [u8; LITERALS + 8 * MAX_SLOTS],
    length_lengths: [u8; LENGTHS],
    main: Tree,
    length: Tree,
    aligned: Tree,
    kind: Kind,
    /// How much the current block still comes to.
    left: usize,
    /// What a copy wrote beyond the frame that it began in.
    beyond: Vec<u8>,
    /// A byte of padding follows the current block.
    is_odd: bool,
    has_begun: bool,
    /// The size by which calls were translated, if they were.
    translated: Option<i32>,
    frames: u64,
}

impl Lzx {
    /// A stream with a window of two to the power of `bits`; absent if there is no such window.
    pub(super) fn new(bits: u8) -> Option<Self> {
        let place = bits.checked_sub(*WINDOW_BITS.start()).filter(|_| WINDOW_BITS.contains(&bits))?;
        Some(Self {
            window: vec![0; 1 << bits],
            at: 0,
            slots: *SLOTS.get(usize::from(place))?,
            recent: [1; 3],
            main_lengths: [0; LITERALS + 8 * MAX_SLOTS],
            length_lengths: [0; LENGTHS],
            main: Tree::default(),
            length: Tree::default(),
            aligned: Tree::default(),
            kind: Kind::Verbatim,
            left: 0,
            beyond: Vec::new(),
            is_odd: false,
            has_begun: false,
            translated: None,
            frames: 0,
        })
    }

    /// Unpacks the next frame, which comes to `length` bytes.
    pub(super) fn frame(&mut self, packed: &[u8], length: usize) -> Result<Vec<u8>, Mistake> {
        if length > FRAME_BYTES {
            return Err(Mistake("a frame is too long"));
        }
        let mut bits = Bits::of(packed);
        if !self.has_begun {
            self.has_begun = true;
            if bits.read(1)? == 1 {
                self.translated = Some(bits.read(32)?.cast_signed());
            }
        }
        // Copies of some writers go on into the next frame, and beyond the end of the last one.
        let mut frame = std::mem::take(&mut self.beyond);
        while frame.len() < length {
            if self.left == 0 {
                self.begin_block(&mut bits)?;
            }
            let most = self.left.min(length - frame.len());
            let before = frame.len();
            if self.kind == Kind::Plain {
                for _ in 0..most {
                    let byte = bits.byte()?;
                    self.put(byte, &mut frame);
                }
            } else {
                self.element(&mut bits, &mut frame)?;
            }
            self.left -= frame.len() - before;
            if self.left == 0 && self.is_odd {
                self.is_odd = false;
                bits.at += 1;
            }
        }
        self.beyond = frame.split_off(length.min(frame.len()));
        self.translate(&mut frame);
        self.frames += 1;
        Ok(frame)
    }

    fn put(&mut self, byte: u8, frame: &mut Vec<u8>) {
        frame.push(byte);
        if let Some(place) = self.window.get_mut(self.at) {
            *place = byte;
        }
        self.at = (self.at + 1) & (self.window.len() - 1);
    }

    /// Reads the head of a block.
    fn begin_block(&mut self, bits: &mut Bits<'_>) -> Result<(), Mistake> {
        let kind = bits.read(3)?;
        self.left = bits.read(24)? as usize;
        if self.left == 0 {
            return Err(Mistake("a block is empty"));
        }
        self.kind = match kind {
            1 => Kind::Verbatim,
            2 => Kind::Aligned,
            3 => {
                bits.align();
                self.recent = [bits.number()?, bits.number()?, bits.number()?];
                self.is_odd = self.left % 2 == 1;
                self.kind = Kind::Plain;
                return Ok(());
            }
            _ => return Err(Mistake("a block is of no known kind")),
        };
        if self.kind == Kind::Aligned {
            let mut lengths = [0; 8];
            for length in &mut lengths {
                *length = small(bits.read(3)?);
            }
            self.aligned = Tree::of(&lengths)?;
        }
        let end = LITERALS + 8 * self.slots;
        let (literals, rest) = self.main_lengths.split_at_mut(LITERALS);
        read_lengths(bits, literals)?;
        read_lengths(bits, rest.get_mut(..8 * self.slots).unwrap_or_default())?;
        self.main = Tree::of(self.main_lengths.get(..end).unwrap_or_default())?;
        read_lengths(bits, &mut self.length_lengths)?;
        self.length = Tree::of(&self.length_lengths)?;
        Ok(())
    }

    /// Reads one byte or one copy, which ends with its block at the latest.
    fn element(&mut self, bits: &mut Bits<'_>, frame: &mut Vec<u8>) -> Result<(), Mistake> {
        let symbol = self.main.read(bits)?;
        let Some(symbol) = symbol.checked_sub(LITERALS) else {
            self.put(small(u32::try_from(symbol).unwrap_or_default()), frame);
            return Ok(());
        };
        let mut length = symbol & 7;
        if length == 7 {
            length += self.length.read(bits)?;
        }
        length += 2;
        let distance = self.distance(bits, symbol >> 3)?;
        if distance == 0 || distance > self.window.len() {
            return Err(Mistake("a copy reaches too far back"));
        }
        if length > self.left {
            return Err(Mistake("a copy goes beyond its block"));
        }
        let mask = self.window.len() - 1;
        for _ in 0..length {
            let from = self.at.wrapping_sub(distance) & mask;
            let byte = self.window.get(from).copied().unwrap_or_default();
            self.put(byte, frame);
        }
        Ok(())
    }

    fn distance(&mut self, bits: &mut Bits<'_>, slot: usize) -> Result<usize, Mistake> {
        let [first, second, third] = self.recent;
        self.recent = match slot {
            0 => return Ok(first),
            1 => [second, first, third],
            2 => [third, second, first],
            _ => {
                let extra = extra_bits(slot);
                let offset = match extra {
                    3.. if self.kind == Kind::Aligned => {
                        let high = bits.read(extra - 3)? as usize;
                        (high << 3) + self.aligned.read(bits)?
                    }
                    _ => bits.read(extra)? as usize,
                };
                let base: usize = (0..slot).map(|below| 1_usize << extra_bits(below)).sum();
                [base + offset - 2, first, second]
            }
        };
        Ok(self.recent[0])
    }

    /// Turns the targets of calls back into distances.
    fn translate(&self, frame: &mut [u8]) {
        let Some(size) = self.translated.filter(|_| self.frames < TRANSLATED_FRAMES) else { return };
        let begin = i32::try_from(self.frames * FRAME_BYTES as u64).unwrap_or(i32::MAX);
        let end = frame.len().saturating_sub(UNTRANSLATED_END);
        let mut at = 0;
        while at < end {
            if frame.get(at) != Some(&CALL) {
                at += 1;
                continue;
            }
            let here = begin.saturating_add(i32::try_from(at).unwrap_or(i32::MAX));
            if let Some(target) = frame.get_mut(at + 1..at + 5) {
                let value = <[u8; 4]>::try_from(&*target).map(i32::from_le_bytes).unwrap_or_default();
                if value >= -here && value < size {
                    let back = if value >= 0 { value.wrapping_sub(here) } else { value.wrapping_add(size) };
                    target.copy_from_slice(&back.to_le_bytes());
                }
            }
            at += 5;
        }
    }
}

/// How many bits stand behind a position slot.
fn extra_bits(slot: usize) -> u32 {
    if slot < 4 { 0 } else { u32::try_from(slot / 2 - 1).unwrap_or(u32::MAX).min(17) }
}

/// A number that is known to fit in a byte.
fn small(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// Reads how long codes are, as differences to how long they were.
fn read_lengths(bits: &mut Bits<'_>, lengths: &mut [u8]) -> Result<(), Mistake> {
    let mut pre = [0; PRE_SYMBOLS];
    for length in &mut pre {
        *length = small(bits.read(4)?);
    }
    let tree = Tree::of(&pre)?;
    let mut at = 0;
    let changed = |known: u8, symbol: usize| small(u32::try_from((17 + usize::from(known) - symbol) % 17).unwrap_or(0));
    while at < lengths.len() {
        let symbol = tree.read(bits)?;
        let known = lengths.get(at).copied().unwrap_or_default();
        let (run, value) = match symbol {
            17 => (bits.read(4)? + 4, 0),
            18 => (bits.read(5)? + 20, 0),
            19 => {
                let run = bits.read(1)? + 4;
                let symbol = tree.read(bits)?;
                if symbol > 16 {
                    return Err(Mistake("a length of a code is too long"));
                }
                (run, changed(known, symbol))
            }
            _ => (1, changed(known, symbol)),
        };
        let end = at + run as usize;
        lengths.get_mut(at..end).ok_or(Mistake("there are too many lengths of codes"))?.fill(value);
        at = end;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_stream_is_unpacked() {
        bolero::check!().with_type::<(u8, Vec<Vec<u8>>)>().for_each(|(bits, frames)| {
            let Some(mut lzx) = Lzx::new(15 + bits % 7) else { return };
            for frame in frames {
                if lzx.frame(frame, FRAME_BYTES).is_err() {
                    return;
                }
            }
        });
    }

    #[test]
    fn there_are_seven_windows() {
        let windows: Vec<u8> = (0..=u8::MAX).filter(|bits| Lzx::new(*bits).is_some()).collect();
        assert_eq!(windows, [15, 16, 17, 18, 19, 20, 21]);
    }

    #[test]
    fn an_empty_block_is_a_mistake() {
        // No translation, a verbatim block, of no bytes.
        let mut lzx = Lzx::new(15).unwrap();
        assert_eq!(lzx.frame(&[0, 0x10, 0, 0, 0, 0], 1), Err(Mistake("a block is empty")));
    }
}
