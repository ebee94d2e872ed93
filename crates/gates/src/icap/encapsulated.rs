//! The header `Encapsulated` (RFC 3507, 4.4.1): what comes behind the head, and where each part begins.

use super::Mistake;
use super::limits::MAX_HTTP_HEAD_BYTES;

/// What comes behind the head of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encapsulated {
    /// How many bytes the head of an HTTP request takes, if there is one.
    pub request_head: Option<usize>,
    /// How many bytes the head of an HTTP response takes, if there is one.
    pub response_head: Option<usize>,
    /// The body, if there is one.
    pub body: Option<Body>,
}

/// Whose body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Of the HTTP request.
    Request,
    /// Of the HTTP response.
    Response,
    /// Of the ICAP request `OPTIONS` itself.
    Options,
}

/// The name of the header, in mistakes.
const NAME: &str = "Encapsulated";

impl Encapsulated {
    /// Reads the value of the header.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(value: &str) -> Result<Self, Mistake> {
        let wrong = Mistake::Value(NAME);
        let mut parts: Vec<(String, usize)> = Vec::new();
        for part in value.split(',') {
            let (name, offset) = part.split_once('=').ok_or_else(|| wrong.clone())?;
            let (name, offset) = (name.trim().to_ascii_lowercase(), offset.trim());
            if offset.is_empty() || !offset.bytes().all(|digit| digit.is_ascii_digit()) {
                return Err(wrong);
            }
            let offset: usize = offset.parse().map_err(|_| wrong.clone())?;
            if offset > MAX_HTTP_HEAD_BYTES {
                return Err(Mistake::HttpHeadTooLong);
            }
            if parts.last().map_or(offset != 0, |(_, before)| offset < *before) {
                return Err(wrong);
            }
            parts.push((name, offset));
        }
        let mut read = Self { request_head: None, response_head: None, body: None };
        let mut at = parts.iter().peekable();
        while let Some((name, offset)) = at.next() {
            // Each head reaches to where the next part begins.
            let length = at.peek().map(|(_, next)| next.saturating_sub(*offset));
            match (name.as_str(), length) {
                ("req-hdr", Some(length)) if read.request_head.is_none() && read.response_head.is_none() => {
                    read.request_head = Some(length);
                }
                ("res-hdr", Some(length)) if read.response_head.is_none() => read.response_head = Some(length),
                ("null-body", None) => {}
                ("req-body", None) => read.body = Some(Body::Request),
                ("res-body", None) => read.body = Some(Body::Response),
                ("opt-body", None) => read.body = Some(Body::Options),
                _ => return Err(wrong),
            }
        }
        Ok(read)
    }

    /// How many bytes of heads come before the body.
    pub fn heads(&self) -> usize {
        self.request_head.unwrap_or(0).saturating_add(self.response_head.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        let is = |request_head, response_head, body| Ok(Encapsulated { request_head, response_head, body });
        let wrong = || Err(Mistake::Value(NAME));
        let cases = [
            ("req-hdr=0, null-body=170", is(Some(170), None, None)),
            ("req-hdr=0, req-body=412", is(Some(412), None, Some(Body::Request))),
            ("req-hdr=0, res-hdr=137, res-body=296", is(Some(137), Some(159), Some(Body::Response))),
            ("REQ-HDR=0,Res-Hdr=137 , res-body = 296", is(Some(137), Some(159), Some(Body::Response))),
            ("res-hdr=0, res-body=10", is(None, Some(10), Some(Body::Response))),
            ("res-body=0", is(None, None, Some(Body::Response))),
            ("null-body=0", is(None, None, None)),
            ("opt-body=0", is(None, None, Some(Body::Options))),
            ("req-hdr=0, null-body=0", is(Some(0), None, None)),
            ("req-hdr=0, null-body=262144", is(Some(262_144), None, None)),
            ("req-hdr=0, null-body=262145", Err(Mistake::HttpHeadTooLong)),
            ("req-hdr=0, null-body=99999999999999999999999", wrong()),
            ("req-hdr=1, null-body=10", wrong()),
            ("res-hdr=0, req-hdr=10, res-body=20", wrong()),
            ("req-hdr=0, res-hdr=20, res-body=10", wrong()),
            ("req-hdr=0", wrong()),
            ("req-body=0, req-hdr=10", wrong()),
            ("null-body=0, null-body=0", wrong()),
            ("req-hdr=0, req-hdr=1, null-body=2", wrong()),
            ("req-hdr=+0, null-body=2", wrong()),
            ("", wrong()),
            ("other=0", wrong()),
        ];
        for (value, expected) in cases {
            assert_eq!(Encapsulated::parse(value), expected, "{value}");
        }
    }
}
