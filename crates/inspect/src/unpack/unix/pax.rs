//! The records that stand before a file in tar since POSIX 2001: `27 path=a name of any length\n`.

/// The most records that are read of one header.
const MAX_RECORDS: usize = 10_000;

/// What the records say that matters here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Records {
    /// The name of the file.
    pub(super) path: Option<String>,
    /// Where a link leads.
    pub(super) target: Option<String>,
    /// How many bytes the file has in the archive.
    pub(super) size: Option<u64>,
    /// Whether it is stored without its holes.
    pub(super) sparse: bool,
    /// Whether the records are not of the form they should have.
    pub(super) damaged: bool,
}

impl Records {
    /// Adds the records in `bytes`: the later ones count.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        for _ in 0..MAX_RECORDS {
            if rest.iter().all(|byte| *byte == 0) {
                return;
            }
            let Some((key, value, behind)) = record(rest) else {
                self.damaged = true;
                return;
            };
            self.take(key, value);
            rest = behind;
        }
        self.damaged |= !rest.is_empty();
    }

    fn take(&mut self, key: &[u8], value: &[u8]) {
        let text = || crate::text::decoded(value).into_owned();
        match key {
            b"path" | b"GNU.sparse.name" => self.path = Some(text()),
            b"linkpath" => self.target = Some(text()),
            b"size" => {
                self.size = text().parse().ok();
                self.damaged |= self.size.is_none();
            }
            _ if key.starts_with(b"GNU.sparse.") || key == b"SCHILY.realsize" => self.sparse = true,
            _ => {}
        }
        self.sparse |= key == b"GNU.sparse.name";
    }
}

/// The first record: its key, its value, and what stands behind it.
fn record(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let space = bytes.iter().take(20).position(|byte| *byte == b' ')?;
    let length: usize = std::str::from_utf8(bytes.get(..space)?).ok()?.parse().ok()?;
    let body = bytes.get(space + 1..length)?.strip_suffix(b"\n")?;
    let equals = body.iter().position(|byte| *byte == b'=')?;
    Some((body.get(..equals)?, body.get(equals + 1..)?, bytes.get(length..)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::pax_record as record_of;

    #[test]
    fn records_are_read_by_their_lengths() {
        let bytes = [
            record_of("path", "công\nvăn.x"),
            record_of("linkpath", "a/b"),
            record_of("size", "123"),
            record_of("GNU.sparse.major", "1"),
            vec![0; 7],
        ];
        let mut records = Records::default();
        records.add(&bytes.concat());
        let expected = Records {
            path: Some("công\nvăn.x".to_owned()),
            target: Some("a/b".to_owned()),
            size: Some(123),
            sparse: true,
            damaged: false,
        };
        assert_eq!(records, expected);
    }

    #[test]
    fn what_is_no_record_is_said() {
        for bytes in [
            "x path=a\n",
            "99 path=a\n",
            "9 path=ab",
            "0 a=b\n",
            "6 abcd\n",
            "18446744073709551616 a=b\n",
            "11 size=-1\n",
        ] {
            let mut records = Records::default();
            records.add(bytes.as_bytes());
            assert!(records.damaged, "{bytes:?}");
        }
    }
}
