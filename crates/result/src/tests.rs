use expect_test::{ExpectFile, expect_file};
use unicode_width::UnicodeWidthStr as _;

use crate::model::Report;
use crate::terminal::Terminal;
use crate::{html, json, samples, say, text};
use khien_texts::{Language, Texts};

fn texts(language: Language) -> Texts {
    Texts::new(language, &[say::source(language)])
}

const PLAIN: Terminal = Terminal { width: 80, coloured: false };

fn check_text(report: &Report, language: Language, terminal: Terminal, all: bool, golden: &ExpectFile) {
    let shown = text::render(report, &texts(language), terminal, all);
    golden.assert_eq(&shown);
}

#[test]
fn a_report_in_vietnamese() {
    check_text(&samples::badly_kept(), Language::Vi, PLAIN, false, &expect_file!["golden/badly-kept.vi.txt"]);
}

#[test]
fn a_report_in_english_with_passes() {
    check_text(&samples::badly_kept(), Language::En, PLAIN, true, &expect_file!["golden/badly-kept.en.txt"]);
}

#[test]
fn a_report_where_nothing_is_known() {
    check_text(&samples::nothing_known(), Language::Vi, PLAIN, false, &expect_file!["golden/nothing-known.vi.txt"]);
}

#[test]
fn a_report_about_nothing() {
    check_text(&samples::nothing_asked(), Language::En, PLAIN, false, &expect_file!["golden/nothing-asked.en.txt"]);
}

#[test]
fn colours_change_no_letter_and_no_line() {
    for language in [Language::Vi, Language::En] {
        let texts = texts(language);
        let plain = text::render(&samples::badly_kept(), &texts, PLAIN, true);
        let coloured = text::render(&samples::badly_kept(), &texts, Terminal { coloured: true, ..PLAIN }, true);
        assert_ne!(plain, coloured);
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
    }
}

#[test]
fn nothing_is_wider_than_the_window() {
    let texts = texts(Language::Vi);
    for width in [40, 60, 80, 100] {
        let terminal = Terminal { width, coloured: false };
        for line in text::render(&samples::badly_kept(), &texts, terminal, true).lines() {
            // Paths and commands are never broken, so that they can be copied.
            let is_one_word = !line.trim().trim_start_matches("• ").contains(' ');
            let is_command = line.contains(": khien ") || line.trim_start().starts_with("khien ");
            assert!(line.width() <= width || is_one_word || is_command, "{width}: {line}");
        }
    }
}

#[test]
fn what_a_machine_calls_itself_cannot_move_the_cursor() {
    let texts = texts(Language::Vi);
    let mut report = samples::badly_kept();
    report.subject.id = "pc\u{1b}]0;x\u{7}\u{202e}".into();
    report.system = Some("Debian\u{1b}[2J\r\n".into());
    let shown = text::render(&report, &texts, PLAIN, true);
    assert!(!shown.contains(['\u{1b}', '\u{7}', '\r', '\u{202e}']), "{shown}");
}

#[test]
fn the_json_of_a_report() {
    expect_file!["golden/badly-kept.json"].assert_eq(&json::render(&samples::badly_kept()));
}

#[test]
fn json_says_everything_in_the_promised_names() {
    let document: serde_json::Value = serde_json::from_str(&json::render(&samples::badly_kept())).expect("JSON");
    let keys = |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    for key in ["directive", "subject", "at", "summary", "findings"] {
        assert!(keys(&document).contains(&key.to_owned()), "{key}");
    }
    assert_eq!(document["summary"], serde_json::json!({ "pass": 2, "fail": 2, "unknown": 1, "exempt": 1 }));
    let findings = document["findings"].as_array().expect("a list");
    assert_eq!(findings.len(), 6);
    for finding in findings {
        for key in ["clause", "control", "state", "severity", "because", "offenders", "fix"] {
            assert!(keys(finding).contains(&key.to_owned()), "{key}");
        }
        for because in finding["because"].as_array().expect("a list") {
            assert!(because.get("value").is_some() != because.get("reason").is_some(), "{because}");
        }
    }
}

#[test]
fn the_page_of_a_report() {
    let page = html::render(&samples::badly_kept(), &texts(Language::Vi));
    expect_file!["golden/badly-kept.vi.html"].assert_eq(&page);
    let page = html::render(&samples::badly_kept(), &texts(Language::En));
    expect_file!["golden/badly-kept.en.html"].assert_eq(&page);
}

#[test]
fn the_page_is_alone_and_inert() {
    let mut report = samples::badly_kept();
    report.subject.id = "<script>alert(1)</script>\"'".into();
    for clause in &mut report.clauses {
        for finding in &mut clause.findings {
            finding.offenders = vec!["</li><img src=x onerror=alert(1)>".into()];
        }
    }
    let page = html::render(&report, &texts(Language::Vi));
    for forbidden in
        ["<script", "<img", "<link", "<iframe", " onerror=\"", " style=", "http://", "https://", "url(", "@import"]
    {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
}
