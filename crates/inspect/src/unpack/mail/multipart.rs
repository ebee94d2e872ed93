//! Parts between boundaries, as in mails and forms: byte for byte.

use crate::bytes::find;

/// How many parts one body may have.
pub(super) const MAX_PARTS: usize = 10_000;

/// A body taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Multipart<'b> {
    /// What stands before the first part.
    pub(super) preamble: &'b [u8],
    /// The parts with their headers.
    pub(super) parts: Vec<&'b [u8]>,
    /// What stands behind the last part.
    pub(super) epilogue: &'b [u8],
    /// The last part is closed.
    pub(super) closed: bool,
    /// There are more parts.
    pub(super) cut: bool,
}

/// Takes `body` apart.
pub(super) fn split<'b>(body: &'b [u8], boundary: &[u8]) -> Multipart<'b> {
    let mut multipart = Multipart { preamble: body, ..Multipart::default() };
    // Where the part begins that is not ended yet.
    let mut begin: Option<usize> = None;
    let mut at = 0;
    while let Some((place, after, last)) = next(body, at, boundary) {
        let before = without_end_of_line(body.get(begin.unwrap_or(0)..place).unwrap_or_default());
        match begin {
            None => multipart.preamble = before,
            Some(_) if multipart.parts.len() >= MAX_PARTS => {
                multipart.cut = true;
                return multipart;
            }
            Some(_) => multipart.parts.push(before),
        }
        at = after;
        if last {
            multipart.closed = true;
            multipart.epilogue = body.get(after..).unwrap_or_default();
            return multipart;
        }
        begin = Some(after);
    }
    if let Some(begin) = begin {
        multipart.parts.push(body.get(begin..).unwrap_or_default());
    }
    multipart
}

/// The next line with the boundary at or behind `at`: where it begins, where what follows it begins, and whether it is the
/// last one.
fn next(body: &[u8], at: usize, boundary: &[u8]) -> Option<(usize, usize, bool)> {
    let mut from = at;
    loop {
        let rest = body.get(from..)?;
        let found = from + find(rest, b"--")?;
        from = found + 1;
        let begins_line = found == 0 || matches!(body.get(found - 1), Some(b'\n' | b'\r'));
        let Some(behind) = body.get(found + 2..).and_then(|rest| rest.strip_prefix(boundary)).filter(|_| begins_line)
        else {
            continue;
        };
        let (last, behind) = behind.strip_prefix(b"--").map_or((false, behind), |behind| (true, behind));
        let spaces = behind.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let behind = behind.get(spaces..).unwrap_or_default();
        let after = match behind {
            [] => behind,
            [b'\r', b'\n', after @ ..] | [b'\n' | b'\r', after @ ..] => after,
            // Behind the last boundary anything may stand.
            _ if last => behind,
            _ => continue,
        };
        return Some((found, body.len() - after.len(), last));
    }
}

fn without_end_of_line(bytes: &[u8]) -> &[u8] {
    let Some(rest) = bytes.strip_suffix(b"\n") else { return bytes.strip_suffix(b"\r").unwrap_or(bytes) };
    rest.strip_suffix(b"\r").unwrap_or(rest)
}

/// The boundary that the first line of a body shows, if it does.
pub(super) fn shown_boundary(body: &[u8]) -> Option<&[u8]> {
    let mut rest = body;
    while !rest.is_empty() {
        let (line, behind) = super::header::line(rest);
        if let Some(boundary) = line.strip_prefix(b"--").map(<[u8]>::trim_ascii_end).filter(|own| !own.is_empty()) {
            return Some(boundary);
        }
        rest = behind;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_taken_byte_for_byte() {
        let body = b"before\r\n--b\r\n\r\na\n\r\n\r\n--bc\n--b \t\nc\0--b\r\n--b--\r\nafter";
        let multipart = split(body, b"b");
        assert_eq!(multipart.preamble, b"before");
        assert_eq!(multipart.parts, [&b"\r\na\n\r\n\r\n--bc"[..], b"c\0--b"]);
        assert_eq!((multipart.epilogue, multipart.closed), (&b"after"[..], true));
    }

    #[test]
    fn what_is_not_closed_goes_to_the_end() {
        let multipart = split(b"--b\nx\n--b\ny\n", b"b");
        assert_eq!((multipart.parts, multipart.closed), (vec![&b"x"[..], b"y\n"], false));
        assert_eq!(split(b"none here", b"b").preamble, b"none here");
    }

    #[test]
    fn parts_are_taken_to_the_limit() {
        for (count, cut) in [(MAX_PARTS, false), (MAX_PARTS + 1, true)] {
            let body = [b"--b\nx\n".repeat(count).as_slice(), b"--b--"].concat();
            assert_eq!(split(&body, b"b").cut, cut, "{count}");
        }
    }
}
