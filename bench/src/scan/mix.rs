//! Documents as an office has them, made up: the same each time.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// How large the mix is, in bytes on the disk.
const MIX_BYTES: u64 = 300 * super::MB;

/// Writes documents as an office has them until there are enough: how many, and how many bytes.
pub(super) fn write_mix(folder: &Path) -> std::io::Result<(usize, u64)> {
    let mut chance = Chance(2026);
    let (mut files, mut bytes) = (0, 0);
    while bytes < MIX_BYTES {
        let (ending, content) = match files % 6 {
            0 => (
                "docx",
                package(&mut chance, "word/document.xml", "word/media/image1.jpeg", "wordprocessingml.document.main"),
            ),
            1 => (
                "xlsx",
                package(&mut chance, "xl/workbook.xml", "xl/worksheets/sheet1.xml", "spreadsheetml.sheet.main"),
            ),
            2 => ("pdf", pdf(&mut chance)),
            3 => ("jpg", jpeg(&mut chance, 300_000)),
            4 => ("txt", chance.text(200_000).into_bytes()),
            _ => ("csv.gz", gzip(chance.text(600_000).as_bytes())?),
        };
        fs::write(folder.join(format!("{files}.{ending}")), &content)?;
        files += 1;
        bytes += content.len() as u64;
    }
    Ok((files, bytes))
}

/// A document of Word of one megabyte: a long text and a picture.
pub(super) fn large_document(chance: &mut Chance) -> Vec<u8> {
    let text = format!("<?xml version=\"1.0\"?><a>{}</a>", chance.text(1_250_000));
    let picture = jpeg(chance, 250_000);
    packed("word/document.xml", text.as_bytes(), "word/media/image1.jpeg", &picture, "wordprocessingml.document.main")
}

/// A package of Office with a text of some pages and a picture.
fn package(chance: &mut Chance, main: &str, second: &str, kind: &str) -> Vec<u8> {
    let text = format!("<?xml version=\"1.0\"?><a>{}</a>", chance.text(400_000));
    let other = if second.ends_with("jpeg") {
        jpeg(chance, 200_000)
    } else {
        format!("<?xml version=\"1.0\"?><a>{}</a>", chance.text(900_000)).into_bytes()
    };
    packed(main, text.as_bytes(), second, &other, kind)
}

/// A package of Office with these two parts.
fn packed(main: &str, text: &[u8], second: &str, other: &[u8], kind: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let types = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/></Types>"
    );
    for (name, content) in [("[Content_Types].xml", types.as_bytes()), (main, text), (second, other)] {
        // Writing to memory does not fail; a package cut short would be seen in the figures.
        let _ = zip.start_file(name, SimpleFileOptions::default()).and_then(|()| Ok(zip.write_all(content)?));
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}

/// A PDF of some pages with a scanned picture.
fn pdf(chance: &mut Chance) -> Vec<u8> {
    let mut out = b"%PDF-1.5\n".to_vec();
    let mut add = |number: usize, head: &str, stream: &[u8]| {
        out.extend(format!("{number} 0 obj\n<< {head} /Length {} >>\nstream\n", stream.len()).bytes());
        out.extend(stream);
        out.extend(b"\nendstream\nendobj\n");
    };
    for page in 0..10 {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        let _ = encoder.write_all(chance.text(30_000).as_bytes());
        add(page + 5, "/Filter /FlateDecode", &encoder.finish().unwrap_or_default());
    }
    add(20, "/Subtype /Image /Filter /DCTDecode", &jpeg(chance, 200_000));
    out.extend(
        b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n",
    );
    out.extend(b"trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    out
}

/// What a scanner sees of a photograph: the marks of a JPEG around bytes without any order.
fn jpeg(chance: &mut Chance, size: usize) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8, 0xff, 0xe0, 0, 16, b'J', b'F', b'I', b'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
    out.extend([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0]);
    // No 0xff within, which would begin a mark.
    out.extend((0..size).map(|_| chance.byte() & 0x7f));
    out.extend([0xff, 0xd9]);
    out
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Numbers that look like chance and are the same each time (splitmix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or_default()
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Words of one to nine letters.
    pub(super) fn text(&mut self, size: usize) -> String {
        let mut text = String::with_capacity(size + 16);
        while text.len() < size {
            let length = self.next() % 9 + 1;
            text.extend((0..length).map(|_| char::from(b'a' + self.byte() % 26)));
            text.push(if self.next().is_multiple_of(12) { '\n' } else { ' ' });
        }
        text
    }
}
