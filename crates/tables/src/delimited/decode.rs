//! The bytes of a file as UTF-8 with `\n` at the ends of lines, a piece at a time.

use std::io::{self, BufRead, BufReader, Read};

use super::encoding::Encoding;

/// What Windows-1252 draws at 0x80 to 0x9F; the other bytes are the letters of the same number.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Reads a file in its encoding and gives UTF-8. What is UTF-8 already goes through unexamined: whoever makes text of it
/// sees what is wrong with it.
pub(super) struct Decoded<R> {
    source: BufReader<R>,
    encoding: Encoding,
    /// Decoded bytes that found no room yet, and how many of them were given.
    ready: Vec<u8>,
    given: usize,
    after_return: bool,
    high: Option<u16>,
    has_ended: bool,
}

impl<R: Read> Decoded<R> {
    /// `source` stands behind the byte order mark, if there is one.
    pub(super) fn new(source: R, encoding: Encoding) -> Self {
        let source = BufReader::new(source);
        Self { source, encoding, ready: vec![], given: 0, after_return: false, high: None, has_ended: false }
    }

    /// Decodes the next piece of the file; nothing is ready after its end.
    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.given = 0;
        while self.ready.is_empty() {
            let piece = self.source.fill_buf()?;
            if piece.is_empty() {
                // Half a letter at the end.
                if self.high.is_some() {
                    return Err(not_text());
                }
                // Where a row stands is told by the lines that have ended, so the last one ends too.
                if !std::mem::replace(&mut self.has_ended, true) {
                    self.ready.push(b'\n');
                }
                return Ok(());
            }
            let piece = piece.to_vec();
            let used = match self.encoding {
                Encoding::Utf8 { .. } => {
                    for byte in &piece {
                        self.put_byte(*byte);
                    }
                    piece.len()
                }
                Encoding::CodePage => {
                    for byte in &piece {
                        self.put(code_page_letter(*byte));
                    }
                    piece.len()
                }
                Encoding::Utf16Le { .. } => self.wide(&piece, u16::from_le_bytes)?,
                Encoding::Utf16Be { .. } => self.wide(&piece, u16::from_be_bytes)?,
            };
            self.source.consume(used);
        }
        Ok(())
    }

    /// Decodes UTF-16; gives how many bytes it used.
    fn wide(&mut self, piece: &[u8], unit: fn([u8; 2]) -> u16) -> io::Result<usize> {
        let (pairs, rest) = piece.as_chunks::<2>();
        if pairs.is_empty() {
            // The buffer held one byte; its fellow follows, or the file ends in the middle.
            let mut second = [0];
            self.source.consume(1);
            self.source.read_exact(&mut second).map_err(|_| not_text())?;
            let first = rest.first().copied().unwrap_or_default();
            self.put_unit(unit([first, second[0]]))?;
            return Ok(0);
        }
        for pair in pairs {
            self.put_unit(unit(*pair))?;
        }
        Ok(pairs.len() * 2)
    }

    fn put_unit(&mut self, unit: u16) -> io::Result<()> {
        let units = self.high.take().into_iter().chain([unit]);
        match char::decode_utf16(units).collect::<Result<Vec<char>, _>>() {
            Ok(letters) => letters.into_iter().for_each(|letter| self.put(letter)),
            // The first half of a letter beyond the first plane.
            Err(_) if (0xd800..0xdc00).contains(&unit) => self.high = Some(unit),
            Err(_) => return Err(not_text()),
        }
        Ok(())
    }

    fn put(&mut self, letter: char) {
        let mut bytes = [0; 4];
        for byte in letter.encode_utf8(&mut bytes).bytes() {
            self.put_byte(byte);
        }
    }

    /// Ends of lines become `\n`: the reader of records counts lines by it alone.
    fn put_byte(&mut self, byte: u8) {
        match byte {
            b'\n' if self.after_return => {}
            b'\r' => self.ready.push(b'\n'),
            byte => self.ready.push(byte),
        }
        self.after_return = byte == b'\r';
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.ready.len() {
            self.refill()?;
        }
        let waiting = self.ready.get(self.given..).unwrap_or_default();
        let count = waiting.len().min(into.len());
        for (place, byte) in into.iter_mut().zip(waiting) {
            *place = *byte;
        }
        self.given += count;
        Ok(count)
    }
}

fn code_page_letter(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|place| WINDOWS_1252.get(usize::from(place)));
    special.copied().unwrap_or(char::from(byte))
}

fn not_text() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not UTF-16")
}
