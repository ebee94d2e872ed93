//! Stanzas of `Field: value` lines, as dpkg and APT write them (deb822(5)), read as a stream: only the fields that are
//! wanted are kept, and only their first line.

use std::io::{self, BufRead, Read as _};

/// How much of a line is kept. No version, package or architecture comes near.
const MAX_KEPT: u64 = 4 << 10;

/// Calls `each` with the wanted fields of every stanza, in the order of `wanted`; a field that is missing is empty.
/// `each` may stop the reading by giving an error.
pub(crate) fn for_each<const N: usize, E: From<io::Error>>(
    mut input: impl BufRead,
    wanted: [&str; N],
    mut each: impl FnMut([&[u8]; N]) -> Result<(), E>,
) -> Result<(), E> {
    let mut values: [Vec<u8>; N] = std::array::from_fn(|_| Vec::new());
    let mut line = Vec::new();
    let mut inside = false;
    loop {
        let first = input.fill_buf()?.first().copied();
        match first {
            None | Some(b'\n') => {
                if inside {
                    each(std::array::from_fn(|at| values.get(at).map_or(&[][..], Vec::as_slice)))?;
                    values.iter_mut().for_each(Vec::clear);
                    inside = false;
                }
                if first.is_none() {
                    return Ok(());
                }
                input.consume(1);
                continue;
            }
            Some(first) => {
                inside = true;
                if !wanted.iter().any(|field| field.as_bytes().first() == Some(&first)) {
                    input.skip_until(b'\n')?;
                    continue;
                }
            }
        }
        line.clear();
        input.by_ref().take(MAX_KEPT).read_until(b'\n', &mut line)?;
        if line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
        }
        for (field, value) in wanted.iter().zip(&mut values) {
            if let Some(b':') = line.get(field.len())
                && line.starts_with(field.as_bytes())
            {
                value.clear();
                value.extend_from_slice(line.get(field.len() + 1..).unwrap_or_default().trim_ascii());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8]) -> Vec<(String, String)> {
        let mut seen = Vec::new();
        for_each(content, ["Package", "Version"], |[package, version]| {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            seen.push((text(package), text(version)));
            Ok::<_, io::Error>(())
        })
        .unwrap();
        seen
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(package, version)| ((*package).to_owned(), (*version).to_owned())).collect()
    }

    #[test]
    fn wanted_fields_are_kept_and_continuations_are_not() {
        let content =
            b"\nPackage: a\nPackage-Type: deb\nDescription: x\n Version: 9\nVersion:  1.0 \n\n\nVersion: 2\nPackage: b";
        assert_eq!(read(content), pairs(&[("a", "1.0"), ("b", "2")]));
        assert_eq!(read(b""), pairs(&[]));
    }

    #[test]
    fn an_endless_line_costs_its_bound_only() {
        let mut content = b"Package: a\nVersion: ".to_vec();
        content.extend(std::iter::repeat_n(b'1', 100_000));
        content.extend(b"\nPackage: b\n");
        let seen = read(&content);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].0, "b");
        assert!(seen[0].1.len() as u64 <= MAX_KEPT);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(content: Vec<u8>) {
            read(&content);
        }
    }
}
