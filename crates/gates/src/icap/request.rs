//! The head of an ICAP request.

use super::limits::{MAX_HEAD_BYTES, MAX_HEADERS};
use super::{Encapsulated, Mistake};

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// What is offered.
    Options,
    /// Whether a request of HTTP may go on.
    Reqmod,
    /// Whether a response of HTTP may go on.
    Respmod,
}

/// The head of an ICAP request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What it asks for.
    pub method: Method,
    /// The name of the service, without arguments.
    pub service: String,
    /// What comes behind the head; only `OPTIONS` may leave it out.
    pub encapsulated: Option<Encapsulated>,
    /// How many bytes of the body come before the client waits for an answer, if it does.
    pub preview: Option<u64>,
    /// Whether `204` may be answered in any case.
    pub allows_204: bool,
    /// Whether the client ends the connection after this request.
    pub closes: bool,
    /// The address for which the client asks (`X-Client-IP`).
    pub client: Option<String>,
}

/// How many bytes the head at the beginning of `input` takes, once it is whole.
///
/// # Errors
///
/// [`Mistake::HeadTooLong`].
pub fn head_length(input: &[u8]) -> Result<Option<usize>, Mistake> {
    let mut line_begin = 0;
    for (at, byte) in input.iter().enumerate().take(MAX_HEAD_BYTES) {
        if *byte != b'\n' {
            continue;
        }
        let line = input.get(line_begin..at).unwrap_or_default();
        if line.is_empty() || line == b"\r" {
            return Ok(Some(at + 1));
        }
        line_begin = at + 1;
    }
    if input.len() >= MAX_HEAD_BYTES { Err(Mistake::HeadTooLong) } else { Ok(None) }
}

impl Request {
    /// Reads a whole head.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(head: &[u8]) -> Result<Self, Mistake> {
        let text = String::from_utf8_lossy(head);
        let mut lines = text.lines().enumerate();
        let (_, first) = lines.next().ok_or(Mistake::RequestLine)?;
        let (method, service) = request_line(first)?;
        let mut request =
            Self { method, service, encapsulated: None, preview: None, allows_204: false, closes: false, client: None };
        let mut count = 0_usize;
        for (number, line) in lines.take_while(|(_, line)| !line.is_empty()) {
            count += 1;
            if count > MAX_HEADERS {
                return Err(Mistake::TooManyHeaders);
            }
            let wrong = Mistake::Header { line: number + 1 };
            let (name, value) = line.split_once(':').ok_or_else(|| wrong.clone())?;
            if name.is_empty() || !name.bytes().all(is_of_a_name) || value.chars().any(is_control) {
                return Err(wrong);
            }
            request.take(name, value.trim())?;
        }
        if request.encapsulated.is_none() && method != Method::Options {
            return Err(Mistake::NotEncapsulated);
        }
        Ok(request)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Mistake> {
        if name.eq_ignore_ascii_case("Encapsulated") {
            if self.encapsulated.is_some() {
                return Err(Mistake::Twice("Encapsulated"));
            }
            self.encapsulated = Some(Encapsulated::parse(value)?);
        } else if name.eq_ignore_ascii_case("Preview") {
            if self.preview.is_some() {
                return Err(Mistake::Twice("Preview"));
            }
            let is_number = !value.is_empty() && value.bytes().all(|digit| digit.is_ascii_digit());
            let number = is_number.then(|| value.parse().ok()).flatten();
            self.preview = Some(number.ok_or(Mistake::Value("Preview"))?);
        } else if name.eq_ignore_ascii_case("Allow") {
            self.allows_204 |= value.split(',').any(|word| word.trim() == "204");
        } else if name.eq_ignore_ascii_case("Connection") {
            self.closes |= value.split(',').any(|word| word.trim().eq_ignore_ascii_case("close"));
        } else if name.eq_ignore_ascii_case("X-Client-IP") && !value.is_empty() {
            self.client = Some(value.to_owned());
        }
        Ok(())
    }
}

/// The method and the service of `METHOD icap://host/service?arguments ICAP/1.0`.
fn request_line(line: &str) -> Result<(Method, String), Mistake> {
    let mut words = line.split_ascii_whitespace();
    let (Some(method), Some(address), Some(version), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Mistake::RequestLine);
    };
    match version.strip_prefix("ICAP/") {
        Some("1.0") => {}
        Some(_) => return Err(Mistake::Version),
        None => return Err(Mistake::RequestLine),
    }
    let method = match method {
        "OPTIONS" => Method::Options,
        "REQMOD" => Method::Reqmod,
        "RESPMOD" => Method::Respmod,
        _ => return Err(Mistake::Method),
    };
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address,
    };
    let service = path.split(['?', '#']).next().unwrap_or_default().trim_matches('/');
    Ok((method, service.to_owned()))
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn is_control(letter: char) -> bool {
    letter.is_control() && letter != '\t'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icap::encapsulated::Body;

    fn parse(lines: &str) -> Result<Request, Mistake> {
        Request::parse(lines.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn a_request_is_read() {
        let request = parse(
            "REQMOD icap://127.0.0.1:1344/avscan?allow204=on&force=on&sizelimit=off&mode=simple ICAP/1.0\nHost: x\n\
             allow: 206, 204,trailers\npreview: 0\nCONNECTION: Close\nX-Client-IP: 10.0.0.9\n\
             encapsulated: req-hdr=0, req-body=10\n\n",
        );
        let encapsulated = Encapsulated { request_head: Some(10), response_head: None, body: Some(Body::Request) };
        let expected = Request {
            method: Method::Reqmod,
            service: "avscan".to_owned(),
            encapsulated: Some(encapsulated),
            preview: Some(0),
            allows_204: true,
            closes: true,
            client: Some("10.0.0.9".to_owned()),
        };
        assert_eq!(request, Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let headers = |count: usize| format!("OPTIONS /a ICAP/1.0\n{}\n", "a: b\n".repeat(count));
        let (most, too_many) = (headers(MAX_HEADERS), headers(MAX_HEADERS + 1));
        let cases = [
            ("\n", Err(Mistake::RequestLine)),
            ("OPTIONS icap://h/a\n\n", Err(Mistake::RequestLine)),
            ("OPTIONS icap://h/a b ICAP/1.0\n\n", Err(Mistake::RequestLine)),
            ("GET / HTTP/1.1\n\n", Err(Mistake::RequestLine)),
            ("OPTIONS icap://h/a ICAP/2.0\n\n", Err(Mistake::Version)),
            ("LOGMOD icap://h/a ICAP/1.0\n\n", Err(Mistake::Method)),
            ("RESPMOD icap://h/a ICAP/1.0\n\n", Err(Mistake::NotEncapsulated)),
            ("OPTIONS icap://h/a ICAP/1.0\nHost: h\n folded\n\n", Err(Mistake::Header { line: 3 })),
            ("OPTIONS icap://h/a ICAP/1.0\nHost : h\n\n", Err(Mistake::Header { line: 2 })),
            ("OPTIONS icap://h/a ICAP/1.0\nHost: a\0b\n\n", Err(Mistake::Header { line: 2 })),
            ("OPTIONS icap://h/a ICAP/1.0\nHost: a\rb\n\n", Err(Mistake::Header { line: 2 })),
            ("OPTIONS /a ICAP/1.0\nPreview: 0\nPreview: 0\n\n", Err(Mistake::Twice("Preview"))),
            ("OPTIONS /a ICAP/1.0\nPreview: -1\n\n", Err(Mistake::Value("Preview"))),
            (
                "OPTIONS /a ICAP/1.0\nEncapsulated: null-body=0\nEncapsulated: null-body=0\n\n",
                Err(Mistake::Twice("Encapsulated")),
            ),
            ("OPTIONS icap://h/a ICAP/1.0\n\n", Ok("a")),
            ("OPTIONS icap://h ICAP/1.0\n\n", Ok("")),
            ("OPTIONS /a/b/?x ICAP/1.0\n\n", Ok("a/b")),
            (&most, Ok("a")),
            (&too_many, Err(Mistake::TooManyHeaders)),
        ];
        for (lines, expected) in cases {
            let read = parse(lines);
            let service = read.as_ref().map(|request| request.service.as_str()).map_err(Clone::clone);
            assert_eq!(service, expected, "{lines}");
        }
    }

    #[test]
    fn a_head_ends_with_an_empty_line_within_the_limit() {
        let head = |bytes: usize| format!("{}\r\n\r\n", "a".repeat(bytes - 4)).into_bytes();
        assert_eq!(head_length(&head(MAX_HEAD_BYTES)), Ok(Some(MAX_HEAD_BYTES)));
        assert_eq!(head_length(&head(MAX_HEAD_BYTES + 1)), Err(Mistake::HeadTooLong));
        assert_eq!(head_length(b"a\r\n\r\nb"), Ok(Some(5)));
        assert_eq!(head_length(b"a\n\nb"), Ok(Some(3)));
        assert_eq!(head_length(b"a\r\n\r"), Ok(None));
    }
}
