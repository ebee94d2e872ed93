//! compress(1): LZW with codes of 9 to 16 bits, in groups of eight codes of the same width.

use std::io::{self, Read};

use super::Stream;
use crate::Reason;
use crate::walk::Counted;

/// The length of the header.
const HEADER: usize = 3;

/// The code that empties the table, where there is one.
const CLEAR: u16 = 256;

/// The narrowest and the widest codes.
const MIN_BITS: u32 = 9;
const MAX_BITS: u32 = 16;

/// The whole file.
pub(super) struct Whole<'p> {
    packed: Counted<'p>,
    /// All packed bytes behind the header.
    body: &'p [u8],
    /// Where the next code stands, in bits.
    at: usize,
    /// Where the group of codes of this width began, in bits.
    group: usize,
    bits: u32,
    max_bits: u32,
    /// Whether code 256 empties the table.
    clears: bool,
    prefixes: Vec<u16>,
    suffixes: Vec<u8>,
    last: Option<(u16, u8)>,
    /// Letters that are not handed on yet, the last one first.
    ready: Vec<u8>,
    /// An error that comes behind letters that are still to be handed on.
    failed: Option<io::Error>,
}

impl Whole<'_> {
    /// How many codes the table holds.
    fn known(&self) -> usize {
        self.suffixes.len()
    }

    fn empty(&mut self) {
        let first = if self.clears { 257 } else { 256 };
        self.prefixes = vec![0; first];
        self.suffixes = (0..first).map(|code| u8::try_from(code).unwrap_or(0)).collect();
    }

    /// Goes to the end of the group: the rest of it is padding.
    fn end_group(&mut self) {
        let width = self.bits as usize * 8;
        self.at = self.group + (self.at - self.group).div_ceil(width) * width;
        self.group = self.at;
    }

    /// The next code; none at the end.
    fn code(&mut self) -> Option<u16> {
        if self.known() >= 1 << self.bits && self.bits < self.max_bits {
            self.end_group();
            self.bits += 1;
        }
        let end = self.at.checked_add(self.bits as usize)?;
        if end > self.body.len() * 8 {
            return None;
        }
        let mut number = 0u32;
        for byte in 0..3 {
            number |= u32::from(self.body.get(self.at / 8 + byte).copied().unwrap_or(0)) << (8 * byte);
        }
        let code = number >> (self.at % 8) & ((1 << self.bits) - 1);
        self.at = end;
        u16::try_from(code).ok()
    }

    /// Reads one code into `ready`; says whether there was one.
    fn step(&mut self) -> io::Result<bool> {
        let Some(code) = self.code() else { return Ok(false) };
        if code == CLEAR && self.clears {
            self.end_group();
            self.bits = MIN_BITS;
            self.empty();
            self.last = None;
            return Ok(true);
        }
        let Some((before, first)) = self.last else {
            let letter = u8::try_from(code).map_err(|_| io::Error::other("the first code of LZW"))?;
            self.last = Some((code, letter));
            self.ready.push(letter);
            return Ok(true);
        };
        // A code that is just being made is what came before, and its first letter again.
        let mut letters = Vec::new();
        let mut here = code;
        if usize::from(code) == self.known() {
            letters.push(first);
            here = before;
        } else if usize::from(code) > self.known() {
            return Err(io::Error::other("a code of LZW that is not known"));
        }
        // Each prefix is lower than its code, so this ends.
        while here >= 256 {
            let place = usize::from(here);
            letters.push(*self.suffixes.get(place).unwrap_or(&0));
            here = *self.prefixes.get(place).unwrap_or(&0);
        }
        let letter = u8::try_from(here).unwrap_or(0);
        letters.push(letter);
        if self.known() < 1 << self.max_bits {
            self.prefixes.push(before);
            self.suffixes.push(letter);
        }
        self.last = Some((code, letter));
        self.ready = letters;
        Ok(true)
    }
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut count = 0;
        for target in buffer {
            while self.ready.is_empty() {
                let more = match self.step() {
                    Err(error) if count > 0 => {
                        self.failed = Some(error);
                        return Ok(count);
                    }
                    more => more?,
                };
                let taken = self.at.div_ceil(8).min(self.body.len());
                let counted = self.body.len() - self.packed.rest().len();
                io::BufRead::consume(&mut self.packed, taken.saturating_sub(counted));
                if !more {
                    return Ok(count);
                }
            }
            *target = self.ready.pop().unwrap_or(0);
            count += 1;
        }
        Ok(count)
    }
}

impl<'p> Stream<'p> for Whole<'p> {
    const ALONE: bool = true;

    fn begins(packed: &[u8]) -> bool {
        packed.starts_with(b"\x1f\x9d") && packed.len() >= HEADER
    }

    fn begin(mut packed: Counted<'p>) -> Result<Self, Reason> {
        let flags = packed.rest().get(2).copied().unwrap_or(0);
        let max_bits = u32::from(flags & 0x1f);
        if !(MIN_BITS..=MAX_BITS).contains(&max_bits) {
            return Err(Reason::unsupported(format!("compress with {max_bits} bits")));
        }
        packed.go_on_with(packed.rest().len().saturating_sub(HEADER));
        let mut whole = Self {
            body: packed.rest(),
            packed,
            at: 0,
            group: 0,
            bits: MIN_BITS,
            max_bits,
            clears: flags & 0x80 != 0,
            prefixes: Vec::new(),
            suffixes: Vec::new(),
            last: None,
            ready: Vec::new(),
            failed: None,
        };
        whole.empty();
        Ok(whole)
    }

    /// It has no end of its own: it goes to the end of the file.
    fn end(self) -> Result<usize, Reason> {
        Ok(0)
    }
}
