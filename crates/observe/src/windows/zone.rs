//! `Zone.Identifier`: the stream by which Windows marks a file that came from elsewhere.

/// Files from the Internet, and from sites that are not trusted.
const FIRST_FOREIGN_ZONE: u32 = 3;

/// What the mark of a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone {
    /// Whether the file came from the Internet.
    pub(crate) is_foreign: bool,
    /// The address it came from; empty when none was recorded.
    pub(crate) host_url: String,
}

/// Reads a mark. It is UTF-8, or UTF-16 from old programs; `None` when it names no zone.
pub(crate) fn parse(bytes: &[u8]) -> Option<Zone> {
    let text = text_of(bytes);
    let mut zone = None;
    let mut host_url = String::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
        match key.trim().to_ascii_lowercase().as_str() {
            "zoneid" => zone = value.trim().parse::<u32>().ok(),
            "hosturl" => value.trim().clone_into(&mut host_url),
            _ => {}
        }
    }
    zone.map(|zone| Zone { is_foreign: zone >= FIRST_FOREIGN_ZONE, host_url })
}

fn text_of(bytes: &[u8]) -> String {
    match bytes.strip_prefix(b"\xff\xfe") {
        Some(rest) => {
            let units = rest.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        None => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn marks_of_real_programs_are_understood() {
        let zone = |is_foreign, host_url: &str| Some(Zone { is_foreign, host_url: host_url.to_owned() });
        let utf16: Vec<u8> =
            "\u{feff}[ZoneTransfer]\r\nZoneId=4\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, expected) in [
            (&b"[ZoneTransfer]\r\nZoneId=3\r\n"[..], zone(true, "")),
            (
                b"[ZoneTransfer]\r\nZoneId=3\r\nReferrerUrl=https://a.example/\r\nHostUrl=https://b.example/x.exe?a=1\r\n",
                zone(true, "https://b.example/x.exe?a=1"),
            ),
            (b"\xef\xbb\xbf[ZoneTransfer]\nzoneid = 2\n", zone(false, "")),
            (&utf16, zone(true, "")),
            (b"[ZoneTransfer]\r\nHostUrl=about:internet\r\n", None),
            (b"ZoneId=three", None),
            (b"", None),
        ] {
            assert_eq!(parse(bytes), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_mark_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&bytes);
        }

        #[test]
        fn any_text_is_a_mark_or_none(text in "(\u{feff}|ZoneId|HostUrl|=|[0-9]{0,12}|\r?\n|\\PC){0,12}") {
            let _ = parse(text.as_bytes());
        }
    }
}
