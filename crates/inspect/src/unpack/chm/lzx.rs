//! LZX as in help files of Windows: frames of 32 KiB, and a new beginning every few of them.
//!
//! Written here because the decoders there are trust the offsets of uncompressed blocks, which whoever makes the file
//! chooses.

use crate::Reason;

/// How many bytes come out of one frame.
pub(super) const FRAME_BYTES: usize = 0x8000;

/// The longest code, in bits.
const MAX_CODE_BITS: usize = 16;

/// How many elements the tree of lengths has.
const LENGTHS: usize = 249;

/// Decodes the frames between two beginnings.
pub(super) struct Lzx {
    /// What came out since the beginning.
    out: Vec<u8>,
    /// How far back a match can reach.
    window: usize,
    recent: [usize; 3],
    main_lengths: Vec<u8>,
    length_lengths: Vec<u8>,
    block: Block,
    /// How many bytes of the block are still to come.
    left: usize,
    begun: bool,
}

/// What kind of block it is.
enum Block {
    None,
    Matches(Box<Trees>),
    Plain { odd: bool },
}

/// The codes of a block.
struct Trees {
    main: Tree,
    lengths: Tree,
    aligned: Option<Tree>,
}

impl Lzx {
    /// A decoder with a window of `window` bytes; none if there is no such window.
    pub(super) fn new(window: usize) -> Option<Self> {
        let slots = match window {
            0x8000 => 30,
            0x1_0000 => 32,
            0x2_0000 => 34,
            0x4_0000 => 36,
            0x8_0000 => 38,
            0x10_0000 => 42,
            0x20_0000 => 50,
            _ => return None,
        };
        Some(Self {
            out: Vec::new(),
            window,
            recent: [1; 3],
            main_lengths: vec![0; 256 + 8 * slots],
            length_lengths: vec![0; LENGTHS],
            block: Block::None,
            left: 0,
            begun: false,
        })
    }

    /// The next frame, which has `length` bytes.
    pub(super) fn frame(&mut self, packed: &[u8], length: usize) -> Result<&[u8], Reason> {
        let mut bits = Bits { rest: packed, word: 0, left: 0 };
        if !self.begun {
            self.begun = true;
            if bits.take(1)? == 1 {
                return Err(Reason::unsupported("LZX with translated calls"));
            }
        }
        // A match may have reached into this frame.
        let begin = self.out.len().saturating_sub(self.out.len() % FRAME_BYTES);
        let end = begin + length;
        while self.out.len() < end {
            if self.left == 0 {
                self.begin_block(&mut bits)?;
            }
            match &self.block {
                Block::None => return Err(broken()),
                Block::Plain { odd } => {
                    let count = self.left.min(end - self.out.len());
                    self.out.extend_from_slice(bits.bytes(count)?);
                    self.left -= count;
                    if self.left == 0 && *odd {
                        bits.skip_byte();
                    }
                }
                Block::Matches(trees) => {
                    let step = step(&mut bits, trees, &mut self.recent)?;
                    let before = self.out.len();
                    match step {
                        Step::Literal(byte) => self.out.push(byte),
                        Step::Match { offset, length } => repeat(&mut self.out, self.window, offset, length)?,
                    }
                    self.left = self.left.checked_sub(self.out.len() - before).ok_or_else(broken)?;
                }
            }
        }
        self.out.get(begin..end).ok_or_else(broken)
    }

    fn begin_block(&mut self, bits: &mut Bits<'_>) -> Result<(), Reason> {
        let kind = bits.take(3)?;
        self.left = bits.take(16)? << 8 | bits.take(8)?;
        self.block = match kind {
            1 | 2 => {
                let aligned = if kind == 2 {
                    let lengths = (0..8).map(|_| bits.short(3)).collect::<Result<Vec<u8>, Reason>>()?;
                    Some(Tree::new(&lengths)?)
                } else {
                    None
                };
                let (letters, matches) = self.main_lengths.split_at_mut_checked(256).ok_or_else(broken)?;
                read_lengths(bits, letters)?;
                read_lengths(bits, matches)?;
                read_lengths(bits, &mut self.length_lengths)?;
                let main = Tree::new(&self.main_lengths)?;
                Block::Matches(Box::new(Trees { main, lengths: Tree::new(&self.length_lengths)?, aligned }))
            }
            3 => {
                bits.align();
                for recent in &mut self.recent {
                    let number = <[u8; 4]>::try_from(bits.bytes(4)?).map_err(|_| broken())?;
                    *recent = usize::try_from(u32::from_le_bytes(number)).unwrap_or(usize::MAX);
                }
                Block::Plain { odd: self.left % 2 == 1 }
            }
            _ => return Err(broken()),
        };
        if self.left == 0 { Err(broken()) } else { Ok(()) }
    }
}

fn broken() -> Reason {
    Reason::damaged("LZX")
}

enum Step {
    Literal(u8),
    Match { offset: usize, length: usize },
}

/// Reads one letter or match.
fn step(bits: &mut Bits<'_>, trees: &Trees, recent: &mut [usize; 3]) -> Result<Step, Reason> {
    let Trees { main, lengths, aligned } = trees;
    let element = main.read(bits)?;
    if let Ok(letter) = u8::try_from(element) {
        return Ok(Step::Literal(letter));
    }
    let (slot, header) = ((element - 256) >> 3, (element - 256) & 7);
    let length = 2 + header + if header == 7 { lengths.read(bits)? } else { 0 };
    if slot < 3 {
        recent.swap(0, slot);
    } else {
        let extra = extra_bits(slot);
        let behind = match aligned {
            Some(aligned) if extra >= 3 => (bits.take(extra - 3)? << 3) + aligned.read(bits)?,
            _ => bits.take(extra)?,
        };
        let offset = base_of(slot) + behind - 2;
        *recent = [offset, recent[0], recent[1]];
    }
    Ok(Step::Match { offset: recent[0], length })
}

/// How many bits of an offset follow the slot it is in.
fn extra_bits(slot: usize) -> usize {
    if slot < 4 { 0 } else { (slot / 2 - 1).min(17) }
}

/// The first offset in a slot.
fn base_of(slot: usize) -> usize {
    (0..slot).map(|before| 1 << extra_bits(before)).sum()
}

fn repeat(out: &mut Vec<u8>, window: usize, offset: usize, length: usize) -> Result<(), Reason> {
    let from = out.len().checked_sub(offset).filter(|_| (1..=window).contains(&offset)).ok_or_else(broken)?;
    for place in from..from + length {
        let byte = out.get(place).copied().ok_or_else(broken)?;
        out.push(byte);
    }
    Ok(())
}

/// Reads the lengths of codes: each as its difference from the one before, in a small tree of its own.
fn read_lengths(bits: &mut Bits<'_>, lengths: &mut [u8]) -> Result<(), Reason> {
    let small = (0..20).map(|_| bits.short(4)).collect::<Result<Vec<u8>, Reason>>()?;
    let tree = Tree::new(&small)?;
    let mut place = 0;
    while place < lengths.len() {
        let code = tree.read(bits)?;
        let (count, code) = match code {
            17 => (4 + bits.take(4)?, None),
            18 => (20 + bits.take(5)?, None),
            19 => (4 + bits.take(1)?, Some(tree.read(bits)?)),
            _ => (1, Some(code)),
        };
        let own = lengths.get_mut(place..place + count).ok_or_else(broken)?;
        let length = match (code, own.first()) {
            (Some(code @ 0..=16), Some(before)) => (17 + usize::from(*before) - code) % 17,
            (None, _) => 0,
            _ => return Err(broken()),
        };
        own.fill(u8::try_from(length).unwrap_or_default());
        place += count;
    }
    Ok(())
}

/// Codes of different lengths, in their canonical order.
struct Tree {
    /// How many codes have each length.
    counts: [usize; MAX_CODE_BITS + 1],
    /// The elements, those with the shortest codes first.
    elements: Vec<usize>,
}

impl Tree {
    fn new(lengths: &[u8]) -> Result<Self, Reason> {
        let mut counts = [0; MAX_CODE_BITS + 1];
        let mut elements = Vec::new();
        let mut free = 1_usize;
        for bits in 1..=MAX_CODE_BITS {
            let own = lengths.iter().enumerate().filter(|(_, length)| usize::from(**length) == bits);
            let before = elements.len();
            elements.extend(own.map(|(element, _)| element));
            let count = elements.len() - before;
            free = (free * 2).checked_sub(count).ok_or_else(broken)?;
            if let Some(known) = counts.get_mut(bits) {
                *known = count;
            }
        }
        Ok(Self { counts, elements })
    }

    fn read(&self, bits: &mut Bits<'_>) -> Result<usize, Reason> {
        let (mut code, mut first, mut place) = (0_usize, 0_usize, 0_usize);
        for count in self.counts.iter().skip(1) {
            code = code << 1 | bits.take(1)?;
            first <<= 1;
            if code < first + count {
                return self.elements.get(place + code - first).copied().ok_or_else(broken);
            }
            first += count;
            place += count;
        }
        Err(broken())
    }
}

/// Bits in words of 16, the highest first.
struct Bits<'b> {
    rest: &'b [u8],
    word: u16,
    left: u32,
}

impl<'b> Bits<'b> {
    fn take(&mut self, count: usize) -> Result<usize, Reason> {
        let mut value = 0;
        for _ in 0..count {
            if self.left == 0 {
                let (two, rest) = self.rest.split_first_chunk::<2>().ok_or_else(broken)?;
                (self.word, self.left, self.rest) = (u16::from_le_bytes(*two), 16, rest);
            }
            self.left -= 1;
            value = value << 1 | usize::from(self.word >> self.left & 1);
        }
        Ok(value)
    }

    fn short(&mut self, count: usize) -> Result<u8, Reason> {
        u8::try_from(self.take(count)?).map_err(|_| broken())
    }

    /// Goes to the next word; from the beginning of a word past it.
    fn align(&mut self) {
        if self.left == 0 {
            self.rest = self.rest.get(2..).unwrap_or_default();
        }
        self.left = 0;
    }

    fn bytes(&mut self, count: usize) -> Result<&'b [u8], Reason> {
        let (bytes, rest) = self.rest.split_at_checked(count).ok_or_else(broken)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn skip_byte(&mut self) {
        self.rest = self.rest.get(1..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_have_their_offsets() {
        let expected = [0, 1, 2, 3, 4, 6, 8, 12, 16, 24];
        assert_eq!(std::array::from_fn(base_of), expected);
        assert_eq!(base_of(36), 262_144);
    }

    #[test]
    fn trees_that_cannot_be_are_refused() {
        assert!(Tree::new(&[1, 1, 1]).is_err());
        assert!(Tree::new(&[1, 2, 2]).is_ok());
    }

    #[test]
    fn fuzz() {
        bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(begin, bytes)| {
            // Half of them begin with a block that has codes.
            let head: &[u8] = if begin % 2 == 0 { &[0x00, 0x10, 0x00, 0x10] } else { &[] };
            let packed = [head, bytes.as_slice()].concat();
            let mut lzx = Lzx::new(FRAME_BYTES).expect("a window that is known");
            for length in [FRAME_BYTES, usize::from(*begin)] {
                if let Ok(frame) = lzx.frame(&packed, length) {
                    assert_eq!(frame.len(), length);
                }
            }
        });
    }
}
