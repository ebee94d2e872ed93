//! Chunks, as HTTP/1.1 has them, with the `ieof` of ICAP (RFC 3507, 4.5): read from whatever is there, piece by piece.

use super::Mistake;
use super::limits::{MAX_CHUNK_LINE_BYTES, MAX_TRAILERS};

/// Reads one chunked body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chunked {
    state: State,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
enum State {
    #[default]
    Size,
    Data(u64),
    EndOfData,
    Trailer {
        lines: usize,
        ieof: bool,
    },
}

/// What the next bytes are.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// Bytes of the body.
    Data(&'a [u8]),
    /// Bytes between the chunks.
    Between,
    /// The end of the body; `ieof` says that no more would come after a preview either.
    End {
        /// See there.
        ieof: bool,
    },
    /// More bytes are needed; none were used.
    More,
}

impl Chunked {
    /// What `input` begins with, and how many bytes of it that takes.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn step<'a>(&mut self, input: &'a [u8]) -> Result<(usize, Step<'a>), Mistake> {
        match self.state {
            State::Size => {
                let Some((taken, line)) = line(input)? else { return Ok((0, Step::More)) };
                let (size, ieof) = size(line)?;
                self.state = if size == 0 { State::Trailer { lines: 0, ieof } } else { State::Data(size) };
                Ok((taken, Step::Between))
            }
            State::Data(left) => {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                let Some(data) = input.get(..here).filter(|data| !data.is_empty()) else { return Ok((0, Step::More)) };
                let left = left.saturating_sub(here as u64);
                self.state = if left == 0 { State::EndOfData } else { State::Data(left) };
                Ok((here, Step::Data(data)))
            }
            State::EndOfData => match input {
                [b'\r', b'\n', ..] => self.next_size(2),
                [b'\n', ..] => self.next_size(1),
                [] | [b'\r'] => Ok((0, Step::More)),
                _ => Err(Mistake::ChunkEnd),
            },
            State::Trailer { lines, ieof } => {
                let Some((taken, line)) = line(input)? else { return Ok((0, Step::More)) };
                if line.is_empty() {
                    self.state = State::Size;
                    return Ok((taken, Step::End { ieof }));
                }
                if lines >= MAX_TRAILERS {
                    return Err(Mistake::TooManyTrailers);
                }
                self.state = State::Trailer { lines: lines + 1, ieof };
                Ok((taken, Step::Between))
            }
        }
    }

    fn next_size<'a>(&mut self, taken: usize) -> Result<(usize, Step<'a>), Mistake> {
        self.state = State::Size;
        Ok((taken, Step::Between))
    }
}

/// The first line of `input` without its end, and how many bytes it takes with it.
fn line(input: &[u8]) -> Result<Option<(usize, &[u8])>, Mistake> {
    let end = input.iter().take(MAX_CHUNK_LINE_BYTES).position(|byte| *byte == b'\n');
    match end {
        Some(end) => {
            let line = input.get(..end).unwrap_or_default();
            Ok(Some((end + 1, line.strip_suffix(b"\r").unwrap_or(line))))
        }
        None if input.len() >= MAX_CHUNK_LINE_BYTES => Err(Mistake::ChunkLineTooLong),
        None => Ok(None),
    }
}

/// The size in front of a chunk, and whether `ieof` stands behind it.
fn size(line: &[u8]) -> Result<(u64, bool), Mistake> {
    let text = std::str::from_utf8(line).map_err(|_| Mistake::ChunkSize)?;
    let mut parts = text.split(';').map(str::trim);
    let digits = parts.next().unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(Mistake::ChunkSize);
    }
    let size = u64::from_str_radix(digits, 16).map_err(|_| Mistake::ChunkSize)?;
    Ok((size, parts.any(|extension| extension.eq_ignore_ascii_case("ieof"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A whole body and whether it ended with `ieof`; nothing while its end is missing.
    type Read<B> = Result<Option<(B, bool)>, Mistake>;

    /// Reads the body that is all of `input`.
    fn read(mut input: &[u8]) -> Read<Vec<u8>> {
        let mut chunked = Chunked::default();
        let mut body = Vec::new();
        loop {
            let (taken, step) = chunked.step(input)?;
            input = &input[taken..];
            match step {
                Step::Data(data) => body.extend_from_slice(data),
                Step::Between => {}
                Step::End { ieof } => {
                    assert!(input.is_empty(), "{input:?}");
                    return Ok(Some((body, ieof)));
                }
                Step::More => return Ok(None),
            }
        }
    }

    #[test]
    fn bodies() {
        let long = format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(MAX_CHUNK_LINE_BYTES - 4));
        let too_long = format!("1;{}\r\nx\r\n0\r\n\r\n", "e".repeat(MAX_CHUNK_LINE_BYTES - 3));
        let trailers = |count: usize| format!("0\r\n{}\r\n", "a: b\r\n".repeat(count));
        let (most, too_many) = (trailers(MAX_TRAILERS), trailers(MAX_TRAILERS + 1));
        let cases: &[(&[u8], Read<&[u8]>)] = &[
            (b"0\r\n\r\n", Ok(Some((b"", false)))),
            (b"0; ieof\r\n\r\n", Ok(Some((b"", true)))),
            (b"0;IEOF\r\n\r\n", Ok(Some((b"", true)))),
            (b"3\r\nabc\r\n0; ieof\r\n\r\n", Ok(Some((b"abc", true)))),
            (b"3;x=\"y\"\r\nabc\r\n0A\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n", Ok(Some((b"abc0123456789", false)))),
            (b"3\nabc\n0\n\n", Ok(Some((b"abc", false)))),
            (b"3\r\nab", Ok(None)),
            (b"0\r\n", Ok(None)),
            (b"3\r\nabcd\r\n", Err(Mistake::ChunkEnd)),
            (b"\r\n", Err(Mistake::ChunkSize)),
            (b"-1\r\n", Err(Mistake::ChunkSize)),
            (b"+1\r\n", Err(Mistake::ChunkSize)),
            (b"0x1\r\n", Err(Mistake::ChunkSize)),
            (b"ffffffffffffffff\r\nx", Ok(None)),
            (b"10000000000000000\r\n", Err(Mistake::ChunkSize)),
            (long.as_bytes(), Ok(Some((b"x", false)))),
            (too_long.as_bytes(), Err(Mistake::ChunkLineTooLong)),
            (most.as_bytes(), Ok(Some((b"", false)))),
            (too_many.as_bytes(), Err(Mistake::TooManyTrailers)),
        ];
        for (input, expected) in cases {
            let expected = expected.clone().map(|read| read.map(|(body, ieof)| (body.to_vec(), ieof)));
            assert_eq!(read(input), expected, "{}", String::from_utf8_lossy(input));
        }
    }
}
