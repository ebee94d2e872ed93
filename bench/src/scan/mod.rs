//! Looking into files, beside ClamAV with one signature in the same run: throughput over a mix of documents, one file from a
//! cold start, bombs, and how often each says of a hidden program that there is nothing.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::figures::{Bounds, beside, heading, note};
use crate::observe::{Cost, cost_of};

/// What one core must look into each second, unpacking included.
const MB_PER_CORE_SECOND_MIN: f64 = 25.0;
/// One file, from the start of the program to its end.
const COLD_SECONDS_MAX: f64 = 0.2;
/// What a bomb may cost.
const BOMB_SECONDS_MAX: f64 = 1.0;
const BOMB_MEMORY_MB_MAX: f64 = 256.0;
/// How large the mix is, in bytes on the disk.
const MIX_BYTES: u64 = 300 * MB;
const MB: u64 = 1_000_000;
/// How often the short ones are measured; the best run was disturbed least.
const RUNS: usize = 5;
/// ClamAV's scanner without its service.
const CLAMSCAN: &str = "/usr/bin/clamscan";
/// Debian's Python, which has what makes the vectors.
const PYTHON: &str = "/usr/bin/python3";

/// Measures `khien scan`, and `clamscan` where it is installed.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    let khien = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?.with_file_name("khien");
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    throughput(bounds, &khien, folder.path())?;
    vectors(bounds, &khien, folder.path())
}

fn throughput(bounds: &Bounds, khien: &Path, folder: &Path) -> Result<(), String> {
    let mix = folder.join("mix");
    fs::create_dir(&mix).map_err(|error| error.to_string())?;
    let (files, bytes) = write_mix(&mix).map_err(|error| format!("the mix: {error}"))?;
    heading(&format!("scan: {files} documents, {:.0} MB", megabytes(bytes)));
    let mix_path = mix.to_string_lossy();
    let ours = cost_of(khien, &["scan", "--recursive", &mix_path])?;
    let rate = megabytes(bytes) / ours.cpu_seconds;
    note(&format!("{:.1} s of the processor, {:.1} s on the clock", ours.cpu_seconds, ours.wall_seconds));
    bounds.at_least("MB for each second of a core", rate, MB_PER_CORE_SECOND_MIN, "MB/s");
    let one = mix.join("0.docx");
    let mut cold: Option<Cost> = None;
    for _ in 0..RUNS {
        let cost = cost_of(khien, &["scan", &one.to_string_lossy()])?;
        cold = Some(cold.map_or(cost, |best| best.least(cost)));
    }
    let cold = cold.ok_or("nothing was measured")?;
    bounds.at_most("one file, from a cold start", cold.wall_seconds, COLD_SECONDS_MAX, "s");
    if Path::new(CLAMSCAN).exists() {
        let database = signature_of(folder, b"khien")?;
        let theirs = cost_of(Path::new(CLAMSCAN), &["--no-summary", "-ri", "-d", &database, &mix_path])?;
        beside("time of the processor, beside one signature", ours.cpu_seconds, "ClamAV", theirs.cpu_seconds, "s");
    } else {
        note("ClamAV is not installed: nothing to compare with (Debian's package clamav)");
    }
    Ok(())
}

/// How often each says of the vectors of the tests that there is nothing, and what the bombs among them cost.
fn vectors(bounds: &Bounds, khien: &Path, folder: &Path) -> Result<(), String> {
    let made = folder.join("vectors");
    fs::create_dir(&made).map_err(|error| error.to_string())?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/peers/vectors.py");
    let output = Command::new(PYTHON).arg(script).arg(&made).output().map_err(|error| format!("{PYTHON}: {error}"))?;
    if !output.status.success() {
        note(&format!("the vectors cannot be made here: {}", String::from_utf8_lossy(&output.stderr)));
        return Ok(());
    }
    let manifest = fs::read(made.join("manifest.json")).map_err(|error| error.to_string())?;
    let manifest: Value = serde_json::from_slice(&manifest).map_err(|error| error.to_string())?;
    let empty = Vec::new();
    let all = manifest["vectors"].as_array().unwrap_or(&empty);
    // Those that show what a password does are no silent ones.
    let without_passwords = all.iter().filter(|vector| vector["passwords"].as_array().is_some_and(Vec::is_empty));
    let paths: Vec<PathBuf> =
        without_passwords.filter_map(|vector| Some(made.join(vector["file"].as_str()?))).collect();
    heading(&format!("scan: one harmless program in {} files", paths.len()));
    let ours = silent(Command::new(khien).args(["scan", "--lang", "en"]), &paths, ": clean")?;
    bounds.at_most("called clean, with a program in it", ours, 0.0, "files");
    if Path::new(CLAMSCAN).exists() {
        let program = fs::read(made.join("program-without-ending")).map_err(|error| error.to_string())?;
        let database = signature_of(folder, &program)?;
        let theirs = silent(Command::new(CLAMSCAN).args(["--no-summary", "-d", &database]), &paths, ": OK")?;
        note(&format!("ClamAV with the signature of the program says OK to {theirs} of them, by its usual settings"));
    }
    for bomb in all.iter().filter(|vector| vector["class"] == "bombs") {
        let name = bomb["file"].as_str().unwrap_or_default();
        let cost = cost_of(khien, &["scan", &made.join(name).to_string_lossy()])?;
        bounds.at_most(&format!("bomb {name}, processor"), cost.cpu_seconds, BOMB_SECONDS_MAX, "s");
        bounds.at_most(&format!("bomb {name}, memory"), cost.memory_mb, BOMB_MEMORY_MB_MAX, "MB");
    }
    Ok(())
}

/// How many of `files` a scanner calls by the word for clean.
fn silent(scanner: &mut Command, files: &[PathBuf], word: &str) -> Result<f64, String> {
    let output = scanner.args(files).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mut count = 0.0;
    for line in said.lines().filter(|line| line.ends_with(word)) {
        note(line);
        count += 1.0;
    }
    Ok(count)
}

/// A database of ClamAV with one signature: the SHA-256 of these bytes.
fn signature_of(folder: &Path, bytes: &[u8]) -> Result<String, String> {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let hash: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let path = folder.join("one.hsb");
    fs::write(&path, format!("{hash}:{}:Khien.Test:73\n", bytes.len())).map_err(|error| error.to_string())?;
    Ok(path.to_string_lossy().into_owned())
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes of files are far below what a double holds exactly")]
    let (bytes, mb) = (bytes as f64, MB as f64);
    bytes / mb
}

/// Writes documents as an office has them until there are enough: how many, and how many bytes.
fn write_mix(folder: &Path) -> std::io::Result<(usize, u64)> {
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

/// A package of Office with a text of some pages and a picture.
fn package(chance: &mut Chance, main: &str, second: &str, kind: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let types = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/{main}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/></Types>"
    );
    let text = format!("<?xml version=\"1.0\"?><a>{}</a>", chance.text(400_000));
    let other = if second.ends_with("jpeg") {
        jpeg(chance, 200_000)
    } else {
        format!("<?xml version=\"1.0\"?><a>{}</a>", chance.text(900_000)).into_bytes()
    };
    for (name, content) in [("[Content_Types].xml", types.as_bytes()), (main, text.as_bytes()), (second, &other)] {
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
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Words of one to nine letters.
    fn text(&mut self, size: usize) -> String {
        let mut text = String::with_capacity(size + 16);
        while text.len() < size {
            let length = self.next() % 9 + 1;
            text.extend((0..length).map(|_| char::from(b'a' + self.byte() % 26)));
            text.push(if self.next().is_multiple_of(12) { '\n' } else { ' ' });
        }
        text
    }
}
