//! The encapsulated heads of HTTP, as far as they tell about the file. They go on as they came, byte by byte; what is odd in
//! them is no reason to refuse: real clients put a request line where the status line belongs.

use khien_inspect::Reason;

use crate::names;

/// What a file is called of which nothing tells the name.
const NAMELESS: &str = "file";

/// One head.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HttpHead {
    first: String,
    fields: Vec<(String, String)>,
}

impl HttpHead {
    /// Reads a head; lines that are no headers are left out.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default().to_owned();
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines {
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                fields.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        Self { first, fields }
    }

    /// The first header of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The address that is asked for, if this is the head of a request.
    fn address(&self) -> Option<&str> {
        let mut words = self.first.split(' ');
        let method = words.next()?;
        let address = words.next()?;
        (!method.starts_with("HTTP/") && words.next_back()?.starts_with("HTTP/")).then_some(address)
    }

    fn is_partial(&self) -> bool {
        let status_is_206 = self.first.starts_with("HTTP/") && self.first.split(' ').nth(1) == Some("206");
        let is_request = self.address().is_some();
        match self.get("Content-Range") {
            Some(range) => (status_is_206 || is_request) && !is_whole(range),
            None => status_is_206,
        }
    }
}

/// Whether `bytes 0-99/100` is all there is.
fn is_whole(range: &str) -> bool {
    let numbers = || {
        let (part, all) = range.trim().strip_prefix("bytes")?.trim_start().split_once('/')?;
        let (first, last) = part.split_once('-')?;
        let number = |text: &str| text.trim().parse::<u64>().ok();
        Some((number(first)?, number(last)?, number(all)?))
    };
    numbers().is_some_and(|(first, last, all)| first == 0 && last.checked_add(1) == Some(all))
}

/// Both heads.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    /// Of the request.
    pub request: HttpHead,
    /// Of the response.
    pub response: HttpHead,
}

impl Heads {
    /// The head of what carries the body.
    fn of_body(&self, is_response: bool) -> &HttpHead {
        if is_response { &self.response } else { &self.request }
    }

    /// What the file is called: by `Content-Disposition`, by the address, by the form that begins with `beginning`. How it is
    /// packed on its way is added, as the program that unpacks it goes by the name.
    pub fn name(&self, is_response: bool, beginning: &[u8]) -> String {
        let heads = [self.of_body(is_response), self.of_body(!is_response)];
        let mut dispositions = heads.iter().filter_map(|head| head.get("Content-Disposition"));
        let addresses = [&self.request, &self.response];
        let mut name = dispositions
            .find_map(names::of_disposition)
            .or_else(|| addresses.iter().find_map(|head| head.address()).and_then(names::of_address))
            .or_else(|| names::of_form(beginning))
            .unwrap_or_else(|| NAMELESS.to_owned());
        let codings = self.of_body(is_response).get("Content-Encoding").unwrap_or_default();
        for coding in codings.split(',') {
            let ending = match coding.trim().to_ascii_lowercase().as_str() {
                "gzip" | "x-gzip" => ".gz",
                "br" => ".br",
                "zstd" => ".zst",
                _ => continue,
            };
            if !name.to_ascii_lowercase().ends_with(ending) {
                name.push_str(ending);
            }
        }
        name
    }

    /// The `Content-Type` of the body.
    pub fn content_type(&self, is_response: bool) -> Option<String> {
        self.of_body(is_response).get("Content-Type").map(str::to_owned)
    }

    /// Why the body is not a whole file, if it says so.
    pub fn part_of_a_file(&self, is_response: bool) -> Option<Reason> {
        self.of_body(is_response).is_partial().then(|| Reason::incomplete("HTTP Content-Range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(request: &str, response: &str) -> Heads {
        Heads { request: HttpHead::parse(request.as_bytes()), response: HttpHead::parse(response.as_bytes()) }
    }

    #[test]
    fn names() {
        let cases = [
            (heads("GET http://h/a/x.bin HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n"), true, "x.bin"),
            (
                heads(
                    "GET /get?id=1 HTTP/1.1",
                    "HTTP/1.1 200 OK\r\ncontent-disposition: attachment;\r\n filename=\"a.pdf\"",
                ),
                true,
                "a.pdf",
            ),
            // ownCloud: a request line in the head of the response.
            (heads("", "GET /thu%20m%E1%BB%9Di.docx HTTP/1.0\r\nHost: h\r\n"), true, "thu mời.docx"),
            (heads("PUT /a.docx HTTP/1.1\r\nContent-Encoding: gzip, br\r\n", ""), false, "a.docx.gz.br"),
            (heads("PUT /a.GZ HTTP/1.1\r\nContent-Encoding: x-gzip\r\n", ""), false, "a.GZ"),
            (heads("POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=b\r\n", ""), false, "của tôi.xls"),
            (heads("odd", "HTTP/1.1 200"), true, "của tôi.xls"),
        ];
        let form = "--b\r\nContent-Disposition: form-data; name=f; filename=\"của tôi.xls\"\r\n\r\n";
        for (heads, is_response, name) in cases {
            assert_eq!(heads.name(is_response, form.as_bytes()), name);
        }
        assert_eq!(heads("", "").name(false, b""), NAMELESS);
    }

    #[test]
    fn parts_of_files() {
        let cases = [
            ("", "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/10", true, true),
            ("", "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-9/10", true, false),
            ("", "HTTP/1.1 206 Partial Content\r\nContent-Type: multipart/byteranges; boundary=x", true, true),
            ("", "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */10", true, false),
            ("", "HTTP/1.1 200 OK", true, false),
            ("PUT /a HTTP/1.1\r\nContent-Range: bytes 5-9/10", "", false, true),
            ("PUT /a HTTP/1.1\r\nContent-Range: bytes 0-9/*", "", false, true),
            ("PUT /a HTTP/1.1", "", false, false),
        ];
        for (request, response, is_response, expected) in cases {
            let said = heads(request, response).part_of_a_file(is_response);
            assert_eq!(said.is_some(), expected, "{request}{response}");
        }
    }
}
