//! Rules about the letters in files.

use unicode_normalization::UnicodeNormalization as _;

use super::Violation;
use super::repository::Repository;

/// A source file longer than this is two files.
const LINES_IN_A_FILE_MAX: usize = 600;

/// Files that hold text in another normal form on purpose: they test what becomes of it.
const NOT_NFC: &[&str] = &["crates/directive/tests/diagnostics/file-nfd"];

/// What people write and other people read.
const TEXT: &[&str] =
    &[".css", ".ftl", ".html", ".js", ".json", ".jsonl", ".md", ".rs", ".sh", ".toml", ".txt", ".yaml", ".yml"];

/// Words by which unfinished work is marked; put together here so that this file is not found.
const LEFT_OVER: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME"), concat!("X", "XX"), concat!("HA", "CK")];

/// No source file is too long.
pub(super) fn files_are_short(repository: &Repository) -> Vec<Violation> {
    repository
        .ending_with(&[".rs"])
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LINES_IN_A_FILE_MAX)
        .map(|(path, lines)| Violation::new(path, format!("has {lines} lines")))
        .collect()
}

/// Text is in normal form C.
pub(super) fn text_is_nfc(repository: &Repository) -> Vec<Violation> {
    let written_otherwise = |path: &str| NOT_NFC.iter().any(|place| path.starts_with(place));
    let texts = repository.ending_with(TEXT).filter(|(path, _)| !written_otherwise(path));
    lines_where(texts, |line| {
        let normal: String = line.nfc().collect();
        (normal != line).then(|| format!("is not in normal form C; write: {}", normal.trim()))
    })
}

/// No mark of unfinished work.
pub(super) fn nothing_is_left_over(repository: &Repository) -> Vec<Violation> {
    lines_where(repository.ending_with(TEXT), |line| {
        let words = line.split(|letter: char| !letter.is_alphanumeric());
        words.into_iter().find(|word| LEFT_OVER.contains(word)).map(|word| format!("says {word}"))
    })
}

/// No `#[ignore]`.
pub(super) fn no_test_is_ignored(repository: &Repository) -> Vec<Violation> {
    lines_where(repository.ending_with(&[".rs"]), |line| {
        line.trim_start().starts_with("#[ignore").then(|| line.trim().to_owned())
    })
}

/// No path of the machine on which this runs.
pub(super) fn no_path_of_this_machine(repository: &Repository) -> Vec<Violation> {
    let all = repository.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    lines_where(all, |line| {
        let path = repository.paths_of_this_machine.iter().find(|path| line.contains(path.as_str()))?;
        Some(format!("contains {path}"))
    })
}

/// The lines about which there is something to say.
fn lines_where<'a>(
    files: impl Iterator<Item = (&'a str, &'a str)>,
    complaint: impl Fn(&str) -> Option<String>,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in files {
        for (index, line) in text.lines().enumerate() {
            violations.extend(complaint(line).map(|what| Violation::at_line(path, index + 1, what)));
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::repository;
    use super::*;

    #[test]
    fn a_file_may_have_its_600_lines_and_not_one_more() {
        let (most, too_long) = ("\n".repeat(LINES_IN_A_FILE_MAX), "\n".repeat(LINES_IN_A_FILE_MAX + 1));
        let repository = repository(&[("a.rs", &most), ("b.rs", &too_long), ("c.yaml", &too_long)]);
        assert_eq!(files_are_short(&repository), [Violation::new("b.rs", "has 601 lines")]);
    }

    #[test]
    fn decomposed_vietnamese_is_found() {
        let repository = repository(&[("a.md", "Khiên\nKhie\u{302}n\n"), ("b.bin", "Khie\u{302}n")]);
        let broken = text_is_nfc(&repository);
        assert_eq!(broken, [Violation::new("a.md:2", "is not in normal form C; write: Khiên")]);
    }

    #[test]
    fn marks_of_unfinished_work_are_found_as_words() {
        let [mark, other, ..] = LEFT_OVER else { panic!("two marks at least") };
        let text = format!("// {mark}: finish\n// Hackney, todos\n// ({other})\n");
        let repository = repository(&[("a.rs", &text)]);
        assert_eq!(
            nothing_is_left_over(&repository),
            [Violation::new("a.rs:1", format!("says {mark}")), Violation::new("a.rs:3", format!("says {other}"))]
        );
    }

    #[test]
    fn ignored_tests_are_found() {
        let text = "#[test]\n    #[ignore = \"slow\"]\nfn t() {}\n// #[ignore] is banned\n";
        let repository = repository(&[("a.rs", text)]);
        assert_eq!(no_test_is_ignored(&repository), [Violation::new("a.rs:2", "#[ignore = \"slow\"]")]);
    }

    #[test]
    fn a_path_of_this_machine_is_found_in_any_file() {
        let mut repository = repository(&[("a.golden", "ok\nread /srv/build/khien/Cargo.toml\n")]);
        repository.paths_of_this_machine = vec!["/srv/build/khien".to_owned()];
        assert_eq!(no_path_of_this_machine(&repository), [Violation::new("a.golden:2", "contains /srv/build/khien")]);
    }
}
