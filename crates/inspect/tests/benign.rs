//! The files of this project are honest: each is known for what it is, and none makes believe.

use std::fs;
use std::path::{Path, PathBuf};

use khien_inspect::{Context, Effect, Limits, NoRules, Policy, inspect};

/// Every file of `folder`, in the order of their names, but for what is built.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else {
            found.push(entry);
        }
    }
    found
}

#[test]
fn the_files_of_this_project_are_known_and_honest() {
    /// What a project of source code has, and offices do not upload.
    const CODE: &[&str] = &["script", "source-script", "server-page"];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let context = Context { rules: &NoRules, limits: &Limits::default(), policy: &Policy::default(), passwords: &[] };
    let mut seen = 0;
    let mut wrong = Vec::new();
    for folder in ["docs", "content", "crates/documents", "crates/server", "crates/tables", "crates/inspect"] {
        for path in files(&root.join(folder)) {
            // Tests hold hostile files, written as letters.
            if path.components().any(|part| part.as_os_str() == "tests") || path.ends_with("tests.rs") {
                continue;
            }
            let name = path.file_name().unwrap().to_str().unwrap();
            let inspection = inspect(name, &fs::read(&path).unwrap(), &context);
            seen += 1;
            let unknown = inspection.nodes.first().is_some_and(|node| node.types.is_empty() && node.size != Some(0));
            let told: Vec<_> = inspection
                .findings
                .iter()
                .filter(|finding| finding.effect > Effect::Note && !CODE.contains(&finding.id.as_str()))
                .map(|finding| format!("{}: {}", finding.id, finding.evidence))
                .collect();
            if unknown || !told.is_empty() {
                wrong.push(format!("{}: {told:?}", path.display()));
            }
        }
    }
    assert!(seen > 300, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
