//! The letters of a feed, whatever encoding it says it is in.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::FeedProblem;

/// How far into a feed its own word for its encoding may stand, in bytes.
const DECLARED_WITHIN: usize = 200;

/// The text of a feed. What begins with a byte order mark is what it says; what is good UTF-8 is that, whatever is declared,
/// since many servers declare what they do not send; otherwise the server's word counts, then that of the feed.
pub(super) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, FeedProblem> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decoded(encoding, bytes.get(length..).unwrap_or_default());
    }
    match bytes {
        [b'<', 0, ..] => return decoded(UTF_16LE, bytes),
        [0, b'<', ..] => return decoded(UTF_16BE, bytes),
        _ => {}
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let named = charset.map(str::to_owned).or_else(|| declared(bytes));
    let Some(name) = named else { return decoded(UTF_8, bytes) };
    let encoding = Encoding::for_label(name.as_bytes()).ok_or_else(|| FeedProblem::Encoding { name: name.clone() })?;
    decoded(encoding, bytes)
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, FeedProblem> {
    match encoding.decode_without_bom_handling(bytes) {
        (text, false) => Ok(text.into_owned()),
        (_, true) => Err(FeedProblem::Encoding { name: encoding.name().to_owned() }),
    }
}

/// The encoding in `<?xml version="1.0" encoding="windows-1258"?>`.
fn declared(bytes: &[u8]) -> Option<String> {
    let head = bytes.get(..bytes.len().min(DECLARED_WITHIN)).unwrap_or_default();
    let head: String = head.iter().map(|byte| char::from(*byte)).collect();
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.split(quote).nth(1).map(str::to_owned)
}

/// The text without its declaration, which no longer says what it is.
pub(super) fn without_declaration(text: &str) -> &str {
    let text = text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    match text.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>")) {
        Some((declaration, rest)) if declaration.starts_with(char::is_whitespace) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(declaration: &str, bytes: &[u8]) -> Vec<u8> {
        [format!("<?xml version=\"1.0\" encoding=\"{declaration}\"?><rss>").as_bytes(), bytes, b"</rss>"].concat()
    }

    #[test]
    fn encodings_are_told_apart() {
        let utf16 = |text: &str, to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let little = utf16("<rss>Đà Nẵng</rss>", u16::to_le_bytes);
        let big = utf16("<rss>Đà Nẵng</rss>", u16::to_be_bytes);
        let marked = [&[0xfe, 0xff], big.as_slice()].concat();
        // In windows-1258 the tone stands after its letter.
        let windows = of("windows-1258", b"\xd0\xe0 N\xe3\xdeng");
        let cases: Vec<(&str, Vec<u8>, Option<&str>, &str)> = vec![
            ("UTF-8", of("UTF-8", "Đà Nẵng".as_bytes()), None, "Đà Nẵng"),
            ("wrongly declared", of("windows-1258", "Đà Nẵng".as_bytes()), Some("iso-8859-1"), "Đà Nẵng"),
            ("windows-1258", windows.clone(), None, "Đà Nẵng"),
            ("windows-1258 by the server", of("utf-8", b"\xd0\xe0 N\xe3\xdeng"), Some("windows-1258"), "Đà Nẵng"),
            ("UTF-16, little end first", little, None, "Đà Nẵng"),
            ("UTF-16, big end first", big, Some("utf-16"), "Đà Nẵng"),
            ("UTF-16 with a mark", marked, None, "Đà Nẵng"),
        ];
        for (what, bytes, charset, expected) in cases {
            let text = decode(&bytes, charset).unwrap_or_else(|problem| panic!("{what}: {problem}"));
            let text = khien_model::text::nfc(&text);
            assert!(text.contains(expected), "{what}: {text}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let problem = |name: &str| Err(FeedProblem::Encoding { name: name.to_owned() });
        assert_eq!(decode(b"<rss>\xff</rss>", None), problem("UTF-8"));
        assert_eq!(decode(&of("klingon", b"\xff"), None), problem("klingon"));
        assert_eq!(decode(b"<\0\xd8", None), problem("UTF-16LE"));
    }

    #[test]
    fn the_declaration_goes() {
        for (text, expected) in [
            ("<?xml version='1.0' encoding='x'?><rss/>", "<rss/>"),
            ("\u{feff}\n<?xml version='1.0'?>\n<rss/>", "\n<rss/>"),
            ("<rss/>", "<rss/>"),
            ("<?xml-stylesheet href='a'?><rss/>", "<?xml-stylesheet href='a'?><rss/>"),
            ("<?xml", "<?xml"),
        ] {
            assert_eq!(without_declaration(text), expected);
        }
    }
}
