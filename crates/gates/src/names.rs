//! What a file is called, as far as HTTP tells: `Content-Disposition`, the address, the form.

use khien_model::text::nfc;

/// How far into a form the name of its first file is looked for, in bytes.
const FORM_HEAD_BYTES: usize = 8 * 1024;

/// The name alone, without folders of any system, in NFC.
pub fn tame_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default().trim_matches('\0');
    (!last.is_empty() && last != "." && last != "..").then(|| nfc(last).into_owned())
}

/// The file name in a `Content-Disposition` (RFC 6266): `filename*` before `filename`.
pub fn of_disposition(value: &str) -> Option<String> {
    let parameters = parameters(value);
    let find = |wanted: &str| parameters.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let extended = find("filename*").and_then(|value| {
        // charset'language'percent-encoded (RFC 8187); another charset than UTF-8 reads as what is left of it.
        let mut parts = value.splitn(3, '\'');
        let (_charset, _language, encoded) = (parts.next()?, parts.next()?, parts.next()?);
        Some(percent_decoded(encoded))
    });
    extended.or_else(|| find("filename").map(percent_decoded)).as_deref().and_then(tame_name)
}

/// The file name in an address or a path: its last part, percent-decoded.
pub(crate) fn of_address(address: &str) -> Option<String> {
    let path = match address.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => address,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    tame_name(&percent_decoded(path.rsplit('/').find(|part| !part.is_empty())?))
}

/// The name of the first file in a form (`multipart/form-data`) that begins with `bytes`.
pub(crate) fn of_form(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..FORM_HEAD_BYTES).unwrap_or(bytes)).into_owned();
    head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        if name.trim().eq_ignore_ascii_case("content-disposition") { of_disposition(value) } else { None }
    })
}

/// `name=value` behind the first `;`, names in lower case, values without their quotes.
fn parameters(value: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut letters = value.chars().peekable();
    while letters.by_ref().any(|letter| letter == ';') {
        let mut name = String::new();
        while let Some(letter) = letters.next_if(|letter| *letter != '=' && *letter != ';') {
            name.push(letter);
        }
        if letters.next_if_eq(&'=').is_none() {
            continue;
        }
        while letters.next_if(|letter| letter.is_whitespace()).is_some() {}
        let mut value = String::new();
        if letters.next_if_eq(&'"').is_some() {
            while let Some(letter) = letters.next() {
                match letter {
                    '"' => break,
                    // Old browsers send folders with single backslashes; only a quote or a backslash is escaped.
                    '\\' => value.push(letters.next_if(|next| *next == '"' || *next == '\\').unwrap_or('\\')),
                    letter => value.push(letter),
                }
            }
        } else {
            while let Some(letter) = letters.next_if(|letter| *letter != ';') {
                value.push(letter);
            }
        }
        found.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    found
}

/// `%41` as `A`; what is not UTF-8 then is replaced, what is no escape stays.
pub(crate) fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digit = |place: usize| bytes.get(place).and_then(|byte| char::from(*byte).to_digit(16));
        match (byte, digit(at.saturating_add(1)), digit(at.saturating_add(2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// `text` in printable ASCII, everything else percent-encoded: what a header may hold.
pub(crate) fn for_header(text: &str) -> String {
    let mut tame = String::new();
    for byte in text.bytes() {
        if (b' '..=b'~').contains(&byte) && byte != b'%' {
            tame.push(char::from(byte));
        } else {
            tame.push_str(&format!("%{byte:02X}"));
        }
    }
    tame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_dispositions() {
        let cases = [
            (r#"attachment; filename="báo cáo.docx""#, Some("báo cáo.docx")),
            ("attachment;filename=a.pdf;size=3", Some("a.pdf")),
            (r#"attachment; filename="a.txt"; filename*=UTF-8''b%C3%A1o%20c%C3%A1o.pdf"#, Some("báo cáo.pdf")),
            (r#"form-data; name="x;filename=no"; filename="C:\Users\An\hoa don.exe""#, Some("hoa don.exe")),
            (r#"attachment; filename="a\"b.txt""#, Some("a\"b.txt")),
            (r#"attachment; filename="../../etc/passwd""#, Some("passwd")),
            // NFD comes in, NFC is kept.
            ("attachment; filename=\"ba\u{301}o.pdf\"", Some("báo.pdf")),
            (r#"attachment; filename="open"#, Some("open")),
            (r#"attachment; filename="" "#, None),
            ("attachment; filename", None),
            ("inline", None),
        ];
        for (value, name) in cases {
            assert_eq!(of_disposition(value).as_deref(), name, "{value}");
        }
    }

    #[test]
    fn names_in_addresses() {
        let cases = [
            ("http://host/dir/b%C3%A1o%20c%C3%A1o.pdf?x=/y.exe#z", Some("báo cáo.pdf")),
            ("/a/b.zip", Some("b.zip")),
            ("/a/b.zip/", Some("b.zip")),
            ("http://host.example", None),
            ("/", None),
            ("/%", Some("%")),
            ("/a%2fb%5Cc.exe", Some("c.exe")),
            ("/%2e%2e", None),
        ];
        for (address, name) in cases {
            assert_eq!(of_address(address).as_deref(), name, "{address}");
        }
    }

    #[test]
    fn the_first_file_of_a_form() {
        let form = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--x\r\n\
                    content-disposition: form-data; name=\"f\"; filename=\"a.doc\"\r\n\r\n…";
        assert_eq!(of_form(form.as_bytes()).as_deref(), Some("a.doc"));
        assert_eq!(of_form(b"filename=\"x\""), None);
    }

    #[test]
    fn headers_hold_printable_ascii() {
        assert_eq!(for_header("a b\r\nX: báo%"), "a b%0D%0AX: b%C3%A1o%25");
    }
}
