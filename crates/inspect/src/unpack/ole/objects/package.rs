//! Packages: a file with its name and the places it came from, in the stream of an object of OLE1.

use super::super::letters::{decode, to_nul, utf16};
use crate::bytes::{at_most, place_le, u16_le};

/// What a package that embeds a file begins with, behind its length.
const EMBEDS: u16 = 2;
/// How long a name in a package may be.
const MAX_NAME_BYTES: usize = 4096;

/// A file in a package.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package<'b> {
    /// What a reader is shown.
    pub(crate) label: String,
    /// Where it was, on the computer of whoever embedded it.
    pub(crate) path: String,
    /// Where it is put before it is opened.
    pub(crate) target: String,
    /// What it holds.
    pub(crate) data: &'b [u8],
    /// Why it is not all there is.
    pub(crate) cut: Option<&'static str>,
}

impl Package<'_> {
    /// The name of the file: what decides which program opens it.
    pub(crate) fn name(&self) -> &str {
        let last = |path: &'_ str| path.rfind(['\\', '/', ':']).map_or(0, |place| place + 1);
        let target = self.target.get(last(&self.target)..).unwrap_or_default();
        if !target.is_empty() {
            return target;
        }
        self.path.get(last(&self.path)..).filter(|name| !name.is_empty()).unwrap_or(&self.label)
    }
}

/// Reads the stream of a package; none if it is the one of something else.
pub(crate) fn package(stream: &[u8]) -> Option<Package<'_>> {
    if u16_le(stream, 4)? != EMBEDS {
        return None;
    }
    let text = |bytes: &[u8]| decode(bytes, 1258);
    let (label, place) = to_nul(stream, 6)?;
    let (path, place) = to_nul(stream, place)?;
    let length = place_le(stream, place.checked_add(4)?)?;
    let place = place.checked_add(8)?;
    let target = at_most(stream, place, length);
    let place = place.checked_add(length)?;
    let stated = place_le(stream, place)?;
    let data = at_most(stream, place.checked_add(4)?, stated);
    if [label, path, target].iter().any(|name| name.len() > MAX_NAME_BYTES) {
        return None;
    }
    let cut = (data.len() < stated).then_some("the package is shorter than it says");
    let mut package = Package {
        label: text(label),
        path: text(path),
        target: text(target.split(|byte| *byte == 0).next().unwrap_or_default()),
        data,
        cut,
    };
    // Newer ones repeat the names in UTF-16 behind the file: the target, the label, the path.
    let mut names = Vec::new();
    let mut place = place.checked_add(4)?.checked_add(stated)?;
    while let Some(letters) = place_le(stream, place).filter(|letters| names.len() < 3 && *letters <= MAX_NAME_BYTES) {
        names.push(utf16(at_most(stream, place + 4, letters * 2)));
        place += 4 + letters * 2;
    }
    if let [target, label, path] = names.as_slice()
        && !target.is_empty()
    {
        package.target.clone_from(target);
        package.label.clone_from(label);
        package.path.clone_from(path);
    }
    Some(package)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The stream of a package.
    pub(crate) fn written(label: &str, path: &str, data: &[u8]) -> Vec<u8> {
        let mut body = EMBEDS.to_le_bytes().to_vec();
        for name in [label, path] {
            body.extend(name.as_bytes());
            body.push(0);
        }
        body.extend([0, 0, 3, 0]);
        body.extend(u32::try_from(path.len() + 1).unwrap().to_le_bytes());
        body.extend(path.as_bytes());
        body.push(0);
        body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        body.extend(data);
        let mut stream = u32::try_from(body.len()).unwrap().to_le_bytes().to_vec();
        stream.extend(body);
        stream
    }

    #[test]
    fn a_package_has_a_name_and_a_file() {
        let stream = written("Hoa don.pdf", "C:\\Users\\a\\hoadon.pdf.exe", b"MZ harmless");
        let read = package(&stream).unwrap();
        assert_eq!(
            (read.name(), read.label.as_str(), read.data, read.cut),
            ("hoadon.pdf.exe", "Hoa don.pdf", &b"MZ harmless"[..], None)
        );
        assert!(package(&stream[..stream.len() - 1]).unwrap().cut.is_some());
        let mut wide = stream.clone();
        for name in ["C:\\hóa đơn.js", "hóa đơn.txt", "D:\\hóa đơn.js"] {
            let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            wide.extend(u32::try_from(units.len() / 2).unwrap().to_le_bytes());
            wide.extend(units);
        }
        assert_eq!(package(&wide).unwrap().name(), "hóa đơn.js");
    }

    #[test]
    fn any_bytes_are_a_package_or_not() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let mut stream = vec![0, 0, 0, 0, 2, 0];
            stream.extend(bytes);
            let _ = package(&stream).map(|package| package.name().len());
        });
    }
}
