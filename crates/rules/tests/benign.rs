//! Our own rules leave ordinary files alone.

#![allow(clippy::unwrap_used, reason = "a failure in a test is its message")]

use std::fs;
use std::path::{Path, PathBuf};

use khien_inspect::{FileType, Rules as _, identify};
use khien_rules::{Mode, RuleSet, shipped};

/// What is looked at of this repository: texts, pages, scripts and settings. Detectors, rules and their tests hold what is
/// looked for.
const ORDINARY: &[&str] =
    &["docs", "content", "packaging", "crates/server", "crates/texts", "crates/store", "bin/khien"];

/// What is not looked at: the rules themselves, and what is built.
const LEFT_OUT: &[&str] = &["content/rules", "target", ".git", "node_modules"];

/// The largest file that is looked at.
const MAX_BYTES: u64 = 64 << 20;

fn rules() -> RuleSet {
    RuleSet::compile(&shipped(), Mode::Whole).0.unwrap()
}

/// Every file beneath `folder`.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() && !LEFT_OUT.iter().any(|left_out| path.ends_with(left_out)) {
            files(&path, found);
        } else if kind.is_file() && entry.metadata().is_ok_and(|metadata| metadata.len() <= MAX_BYTES) {
            found.push(path);
        }
    }
}

/// Every type that goes with the ending of the name, and every one that is recognised: more than a scan would say.
fn types(name: &str, bytes: &[u8]) -> Vec<FileType> {
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let named = FileType::ALL.iter().copied().filter(|own| own.extensions().contains(&ending.as_str()));
    named.chain(identify(name, bytes)).collect()
}

/// Looks at all files beneath `root`, and says what was found in which.
fn look(rules: &RuleSet, root: &Path) -> (usize, u64, Vec<String>) {
    let mut paths = Vec::new();
    files(root, &mut paths);
    paths.sort();
    let (mut bytes_seen, mut hits) = (0, Vec::new());
    for path in &paths {
        let Ok(bytes) = fs::read(path) else { continue };
        bytes_seen += bytes.len() as u64;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        for hit in rules.scan(&bytes, &types(&name, &bytes), &name).unwrap() {
            let shown: String = hit.evidence.chars().take(60).collect();
            hits.push(format!("{} {:?} {}@{}: {shown:?}", path.display(), hit.effect, hit.rule, hit.offset));
        }
    }
    (paths.len(), bytes_seen, hits)
}

#[test]
fn nothing_is_found_in_the_files_of_this_repository() {
    let root = fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).unwrap();
    let rules = rules();
    let mut seen = 0;
    for folder in ORDINARY {
        let (count, _, hits) = look(&rules, &root.join(folder));
        assert_eq!(hits, Vec::<String>::new());
        assert!(count > 0, "{folder}");
        seen += count;
    }
    assert!(seen > 300, "{seen}");
}

/// Over folders of one's own: `KHIEN_BENIGN=/usr/share/doc:/usr/lib/python3 cargo nextest run -p khien-rules --no-capture
/// ordinary_folders`. What was found when it was last run: `docs/rules.md`.
#[test]
fn what_is_found_in_ordinary_folders() {
    let Ok(folders) = std::env::var("KHIEN_BENIGN") else {
        println!("SKIPPED: KHIEN_BENIGN names no folders");
        return;
    };
    let rules = rules();
    for folder in folders.split(':') {
        let (count, bytes, hits) = look(&rules, Path::new(folder));
        println!("{folder}: {count} files, {} MiB, {} hits", bytes >> 20, hits.len());
        for hit in hits {
            println!("  {hit}");
        }
    }
}
