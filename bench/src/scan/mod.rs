//! Looking into files, beside ClamAV with one signature in the same run: throughput over a mix of documents with our own rules
//! and with as many as a public set has, one file from a cold start, one document through a gate, the memory of the service,
//! bombs, and how often each says of a hidden program that there is nothing.

mod gate;
mod mix;
mod rules;
mod service;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::figures::{Bounds, beside, heading, note};
use crate::observe::{Cost, cost_of};
use mix::write_mix;

pub(crate) use gate::work;

/// What one core must look into each second, unpacking included.
const MB_PER_CORE_SECOND_MIN: f64 = 25.0;
/// One file, from the start of the program to its end.
const COLD_SECONDS_MAX: f64 = 0.2;
/// What a bomb may cost.
const BOMB_SECONDS_MAX: f64 = 1.0;
const BOMB_MEMORY_MB_MAX: f64 = 256.0;
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
    service::run(bounds, &khien, folder.path())?;
    vectors(bounds, &khien, folder.path())
}

fn throughput(bounds: &Bounds, khien: &Path, folder: &Path) -> Result<(), String> {
    let mix = folder.join("mix");
    fs::create_dir(&mix).map_err(|error| error.to_string())?;
    let (files, bytes) = write_mix(&mix).map_err(|error| format!("the mix: {error}"))?;
    heading(&format!("scan: {files} documents, {:.0} MB", megabytes(bytes)));
    let mix_path = mix.to_string_lossy();
    let ours = cost_of(khien, &["scan", "--recursive", &mix_path])?;
    let us = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    let with_more = cost_of(&us, &[gate::FOLDER, &mix_path])?;
    let one = mix.join("0.docx");
    let one = one.to_string_lossy();
    let own = format!("{} own rules", rules::own()?);
    let more = format!("{} rules", rules::with_more()?);
    note(&format!("\"{more}\": ours and synthetic ones of the form of public sets, made by this benchmark"));
    for (of, cost, program, arguments) in
        [(&own, ours, khien, ["scan", &*one]), (&more, with_more, us.as_path(), [gate::FOLDER, &*one])]
    {
        let rate = megabytes(bytes) / cost.cpu_seconds;
        note(&format!("{of}: {:.1} s of the processor, {:.1} s on the clock", cost.cpu_seconds, cost.wall_seconds));
        bounds.at_least(&format!("{of}: MB for each second of a core"), rate, MB_PER_CORE_SECOND_MIN, "MB/s");
        let cold = least_cost(program, &arguments)?;
        bounds.at_most(&format!("{of}: one file, cold start"), cold.wall_seconds, COLD_SECONDS_MAX, "s");
    }
    if Path::new(CLAMSCAN).exists() {
        let database = signature_of(folder, b"khien")?;
        let theirs = cost_of(Path::new(CLAMSCAN), &["--no-summary", "-ri", "-d", &database, &mix_path])?;
        beside(&format!("processor, {own}"), ours.cpu_seconds, "ClamAV", theirs.cpu_seconds, "s");
        beside(&format!("processor, {more}"), with_more.cpu_seconds, "ClamAV", theirs.cpu_seconds, "s");
    } else {
        note("ClamAV is not installed: nothing to compare with (Debian's package clamav)");
    }
    Ok(())
}

/// What the run of several costs that was disturbed least.
fn least_cost(program: &Path, arguments: &[&str]) -> Result<Cost, String> {
    let mut least: Option<Cost> = None;
    for _ in 0..RUNS {
        let cost = cost_of(program, arguments)?;
        least = Some(least.map_or(cost, |best| best.least(cost)));
    }
    least.ok_or_else(|| "nothing was measured".to_owned())
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
