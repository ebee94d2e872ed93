//! A diagnostic as text for a terminal.

use std::fmt::Write as _;

use super::{Diagnostic, Level, Place};
use crate::Lang;

/// The few colours of a terminal, or none.
struct Paint {
    strong: &'static str,
    error: &'static str,
    warning: &'static str,
    frame: &'static str,
    reset: &'static str,
}

const PLAIN: Paint = Paint { strong: "", error: "", warning: "", frame: "", reset: "" };
const COLOURED: Paint = Paint {
    strong: "\u{1b}[1m",
    error: "\u{1b}[1;31m",
    warning: "\u{1b}[1;33m",
    frame: "\u{1b}[1;34m",
    reset: "\u{1b}[0m",
};

/// The diagnostic as several lines of text, ending with a line end.
pub fn render(diagnostic: &Diagnostic, lang: Lang, color: bool) -> String {
    let paint = if color { COLOURED } else { PLAIN };
    let (mark, word) = match (diagnostic.level, lang) {
        (Level::Error, Lang::Vi) => (paint.error, "lỗi"),
        (Level::Error, Lang::En) => (paint.error, "error"),
        (Level::Warning, Lang::Vi) => (paint.warning, "cảnh báo"),
        (Level::Warning, Lang::En) => (paint.warning, "warning"),
    };
    let (strong, reset, frame) = (paint.strong, paint.reset, paint.frame);
    let message = diagnostic.message.get(lang);
    let mut text = format!("{mark}{word}[{}]{reset}{strong}: {message}{reset}\n", diagnostic.code);
    let last_line = diagnostic.labels.iter().map(|label| label.place.line).fold(diagnostic.place.line, usize::max);
    let margin = last_line.to_string().len();
    write_place(&mut text, &diagnostic.place, margin, mark, "", &paint);
    for label in &diagnostic.labels {
        write_place(&mut text, &label.place, margin, frame, label.message.get(lang), &paint);
    }
    if let Some(hint) = &diagnostic.hint {
        let word = match lang {
            Lang::Vi => "gợi ý",
            Lang::En => "hint",
        };
        push(&mut text, format_args!("{:margin$} {frame}={reset} {strong}{word}{reset}: {}\n", "", hint.get(lang)));
    }
    text
}

fn write_place(text: &mut String, place: &Place, margin: usize, mark: &str, message: &str, paint: &Paint) {
    let (frame, reset) = (paint.frame, paint.reset);
    let Place { file, line, column, excerpt, caret_start, caret_width } = place;
    push(text, format_args!("{:margin$}{frame}-->{reset} {file}:{line}:{column}\n", ""));
    push(text, format_args!("{:margin$} {frame}|{reset}\n", ""));
    push(text, format_args!("{frame}{line:>margin$} |{reset} {excerpt}\n"));
    let carets = "^".repeat(*caret_width);
    let space = if message.is_empty() { "" } else { " " };
    push(
        text,
        format_args!(
            "{:margin$} {frame}|{reset} {:caret_start$}{mark}{carets}{space}{message}{reset}\n",
            "",
            "",
            caret_start = *caret_start
        ),
    );
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(line);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Label};
    use crate::{Lang, Texts};

    fn place(line: usize, excerpt: &str, caret_start: usize, caret_width: usize) -> Place {
        Place {
            file: "a.yaml".to_owned(),
            line,
            column: caret_start + 1,
            excerpt: excerpt.to_owned(),
            caret_start,
            caret_width,
        }
    }

    fn diagnostic() -> Diagnostic {
        Diagnostic {
            code: Code::DuplicateId,
            level: Level::Error,
            place: place(120, "- id: đĩa", 6, 3),
            message: Texts::new("trùng", "twice"),
            hint: Some(Texts::new("đổi tên", "rename it")),
            labels: vec![Label { place: place(7, "- id: đĩa", 6, 3), message: Texts::new("lần đầu", "first") }],
        }
    }

    #[test]
    fn lines_are_framed_and_numbers_aligned() {
        expect_test::expect![[r"
            lỗi[KH1109]: trùng
               --> a.yaml:120:7
                |
            120 | - id: đĩa
                |       ^^^
               --> a.yaml:7:7
                |
              7 | - id: đĩa
                |       ^^^ lần đầu
                = gợi ý: đổi tên
        "]]
        .assert_eq(&render(&diagnostic(), Lang::Vi, false));
    }

    #[test]
    fn colours_change_nothing_else() {
        let coloured = render(&diagnostic(), Lang::En, true);
        let mut plain = String::new();
        for (at, part) in coloured.split('\u{1b}').enumerate() {
            plain.push_str(if at == 0 { part } else { part.split_once('m').map_or("", |(_, rest)| rest) });
        }
        assert!(coloured.contains("\u{1b}[1;31merror[KH1109]"), "{coloured:?}");
        assert_eq!(plain, render(&diagnostic(), Lang::En, false));
    }
}
