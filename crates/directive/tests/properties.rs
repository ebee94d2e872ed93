//! Laws: whatever the bytes are, loading ends without a panic, and what is refused has an error that says why.

use std::fs;
use std::path::Path;

use khien_directive::limits::MAX_DIAGNOSTICS;
use khien_directive::{Diagnostic, Lang, Level, load, render};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn valid() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/valid.yaml");
    fs::read(path).expect("the valid golden")
}

/// Loads `bytes` and holds the outcome to the laws.
fn check(bytes: &[u8]) {
    let source = |_: &str| Ok(bytes.to_vec());
    match load("made.yaml", &source) {
        Ok(loaded) => {
            assert!(
                loaded.warnings.iter().all(|diagnostic| diagnostic.level == Level::Warning),
                "an error was let through"
            );
            check_diagnostics(&loaded.warnings);
        }
        Err(diagnostics) => {
            assert!(diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error), "refused without an error");
            check_diagnostics(&diagnostics);
        }
    }
}

fn check_diagnostics(diagnostics: &[Diagnostic]) {
    assert!(diagnostics.len() <= MAX_DIAGNOSTICS + 1);
    for diagnostic in diagnostics {
        let text = render(diagnostic, Lang::Vi, false) + &render(diagnostic, Lang::En, false);
        let moves_the_cursor = |character: char| character.is_control() && character != '\n';
        assert!(!diagnostic.place.excerpt.chars().any(moves_the_cursor), "{text}");
        assert!(!diagnostic.message.vi.is_empty() && !diagnostic.message.en.is_empty(), "{text}");
    }
    let places: Vec<(usize, usize)> =
        diagnostics.iter().map(|diagnostic| (diagnostic.place.line, diagnostic.place.column)).collect();
    assert!(places.is_sorted(), "not in the order of the file: {places:?}");
}

/// Pieces that matter to YAML and to the check language.
const PIECES: &[&str] = &[
    "\n",
    " ",
    "  ",
    "\t",
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "!x ",
    "---\n",
    "#",
    "?",
    "~",
    "null",
    "true",
    "-1",
    "1e999",
    "\u{0}",
    "\u{202e}",
    "e\u{302}\u{301}",
    "đ",
    "電",
    "\r\n",
    "\r",
    "\u{feff}",
    "&&",
    "param.",
    "control[\"antivirus-running\"]",
    "khien: 1\n",
    "include: [made.yaml]\n",
    "id: x\n",
    "9999-99-99",
];

/// How an expression can be written in YAML.
#[derive(Debug, Clone, Copy)]
enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Folded,
    Literal,
}

/// Words of expressions, none of which is special to YAML where it stands here.
const WORDS: &[&str] = &[
    "os.version",
    "==",
    "&&",
    "||",
    "(",
    ")",
    "\"đĩa cứng\"",
    "\"電腦\"",
    "'ổ'",
    "\"a\\tb\"",
    "7",
    "p",
    "§",
    "exists",
];

/// The valid file with an expression written in `style`, each inner list of words on a line of its own.
fn with_expression(lines: &[Vec<&str>], style: Style, line_end: &str) -> String {
    let indentation = "            ";
    let texts: Vec<String> = lines.iter().map(|words| words.join(" ")).collect();
    let text = texts.join(&format!("\n{indentation}"));
    let scalar = match style {
        // A quote at the beginning would begin a quoted scalar.
        Style::Plain => format!("x {text}"),
        Style::SingleQuoted => format!("'{}'", text.replace('\'', "\'\'")),
        Style::DoubleQuoted => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        Style::Folded => format!(">-\n{indentation}{text}"),
        Style::Literal => format!("|\n{indentation}{text}"),
    };
    let file = String::from_utf8(valid()).expect("UTF-8");
    let old = file.lines().find(|line| line.trim_start().starts_with("pass:")).expect("an expression");
    file.replace(old, &format!("        pass: {scalar}")).replace('\n', line_end)
}

proptest! {
    #[test]
    fn the_caret_stands_under_the_wrong_character_however_the_expression_is_written(
        lines in vec(vec(select(WORDS), 1..6), 1..5),
        style in select(&[Style::Plain, Style::SingleQuoted, Style::DoubleQuoted, Style::Folded, Style::Literal][..]),
        line_end in select(&["\n", "\r\n"][..]),
    ) {
        let text = with_expression(&lines, style, line_end);
        let source = |_: &str| Ok(text.as_bytes().to_vec());
        let found = load("made.yaml", &source).err().unwrap_or_default();
        let marked: Vec<&Diagnostic> = found.iter().filter(|diagnostic| diagnostic.message.en.contains('§')).collect();
        let written = lines.iter().flatten().filter(|word| **word == "§").count();
        prop_assert!(marked.len() >= written, "{} of {written} were found in {text}", marked.len());
        for diagnostic in marked {
            let line = text.lines().nth(diagnostic.place.line - 1).unwrap_or("");
            prop_assert_eq!(line.chars().nth(diagnostic.place.column - 1), Some('§'), "{}", render(diagnostic, Lang::En, false));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn arbitrary_pieces_never_panic(pieces in vec(select(PIECES), 0..60)) {
        check(pieces.concat().as_bytes());
    }

    #[test]
    fn mutated_files_never_panic(edits in vec((any::<Index>(), 0..12_usize, select(PIECES)), 1..6)) {
        let mut bytes = valid();
        for (place, removed, inserted) in edits {
            let start = place.index(bytes.len() + 1);
            let end = (start + removed).min(bytes.len());
            bytes.splice(start..end, inserted.bytes());
        }
        check(&bytes);
    }

    #[test]
    fn half_written_files_never_load(cut in any::<Index>()) {
        let bytes = valid();
        // The controls come last, and a file cut within its last line may by chance still be whole.
        let cut = cut.index(bytes.len() / 2);
        let half = bytes.get(..cut).expect("within the file").to_vec();
        check(&half);
        let source = move |_: &str| Ok(half.clone());
        prop_assert!(load("half.yaml", &source).is_err());
    }
}
