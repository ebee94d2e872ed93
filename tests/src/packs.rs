//! A pack of rules with one rule, as an operator makes, loads and unloads it.

use std::path::{Path, PathBuf};

use crate::program::khien;

/// What the rule of the pack finds; harmless, and found by nothing else.
pub const FOUND_BY_PACK: &str = "tu-khoa-thu-nghiem";
/// What the pack is called.
const NAME: &str = "thu";

/// A pack, and the folder that it can be loaded into.
#[derive(Debug)]
pub struct OperatorPack {
    folder: tempfile::TempDir,
    key: String,
}

impl OperatorPack {
    /// Makes the pack and an empty folder for packs.
    ///
    /// # Panics
    /// When `khien rules pack` fails.
    pub fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let source = folder.path().join("nguon");
        std::fs::create_dir(&source).expect("a folder");
        std::fs::create_dir(folder.path().join("goi")).expect("a folder");
        let rule = format!(
            "rule finds_word {{ meta: author = \"An\" khien_effect = \"blocked\" strings: $a = \"{FOUND_BY_PACK}\" \
             condition: $a }}\n"
        );
        std::fs::write(source.join("a.yar"), rule).expect("a file");
        std::fs::write(source.join("LICENSE"), "MIT License").expect("a file");
        let arguments = ["pack", "nguon", "--name", NAME, "--key", "k", "--new-key", "--json", "-o", "a.khien-rules"];
        let packed = rules(folder.path(), &arguments);
        let packed: serde_json::Value = serde_json::from_str(&packed).expect("JSON");
        let key = packed["signed_by"].as_str().expect("a key").to_owned();
        Self { folder, key }
    }

    /// The folder of packs.
    pub fn installed(&self) -> PathBuf {
        self.folder.path().join("goi")
    }

    /// The table of settings by which a program uses that folder and looks after it every second.
    pub fn settings(&self) -> String {
        format!("[rules]\nfolder = '{}'\nreload_seconds = 1\n", self.installed().display())
    }

    /// Loads it.
    ///
    /// # Panics
    /// When it is refused.
    pub fn load(&self) {
        rules(self.folder.path(), &["load", "a.khien-rules", "--rules", "goi", "--trust", &self.key]);
    }

    /// Takes it away again.
    ///
    /// # Panics
    /// When it is not there.
    pub fn unload(&self) {
        rules(self.folder.path(), &["unload", NAME, "--rules", "goi"]);
    }
}

/// What `khien rules` says.
fn rules(folder: &Path, arguments: &[&str]) -> String {
    let output = khien().current_dir(folder).arg("rules").args(arguments).output().expect("khien runs");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}
