//! What our own rules say of themselves.

use std::collections::BTreeSet;

use khien_inspect::Effect;
use khien_rules::{Licence, Sharing, shipped};

use crate::RULES;

/// A file for tests attacks nobody.
const HARMLESS: &str = "antivirus_test_file";

#[test]
fn every_rule_says_what_it_found_and_what_to_do() {
    for (_, meta) in RULES.metas() {
        let rule = &meta.rule;
        for text in [&meta.title_vi, &meta.title_en, &meta.fix_vi, &meta.fix_en] {
            assert!(text.chars().count() >= 20, "{rule}: {text}");
        }
        // The words for rules that have none are for packs of others.
        assert!(!meta.title_vi.contains(rule.as_str()), "{rule} has no title of its own");
        assert!(!meta.title_vi.is_ascii(), "{rule}: {}", meta.title_vi);
        assert!(!meta.title_vi.ends_with('.') && !meta.title_en.ends_with('.'), "{rule}: a title is no sentence");
        assert!(meta.fix_vi.ends_with('.') && meta.fix_en.ends_with('.'), "{rule}: what to do is a sentence");
        assert!(meta.attack.is_some() || meta.rule == HARMLESS, "{rule} has no technique");
        assert!(meta.author.as_deref() == Some("Khiên") && meta.license.as_deref() == Some("Apache-2.0"), "{rule}");
    }
}

#[test]
fn names_are_unique_over_all_files() {
    let names: BTreeSet<&str> = RULES.metas().map(|(_, meta)| meta.rule.as_str()).collect();
    assert_eq!(names.len(), RULES.len());
    assert!(RULES.metas().any(|(_, meta)| meta.effect == Effect::Note));
}

/// What we ship is ours. Rules under a licence like that of Elastic would have to be taken out of every copy again.
#[test]
fn no_rule_of_others_is_shipped() {
    for (_, meta) in RULES.metas() {
        assert_eq!(Licence(meta.license.as_deref().unwrap_or_default()).sharing(), Sharing::Allowed, "{}", meta.rule);
    }
    for file in shipped() {
        let text = file.text.to_lowercase();
        for foreign in ["elastic", "detection rule license", "reversinglabs", "florian roth", "copyright"] {
            assert!(!text.contains(foreign), "{}: {foreign}", file.path);
        }
    }
}

/// Every file of `content/rules` is built in.
#[test]
fn the_table_of_files_is_the_folder() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content/rules");
    let lie_there: BTreeSet<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    let built_in: BTreeSet<String> = shipped().iter().map(|file| file.path.replacen("khien/", "", 1)).collect();
    assert_eq!(lie_there, built_in);
}

/// A pattern without an end lets a hostile file make the scan take the square of its size.
#[test]
fn no_pattern_is_without_an_end() {
    for file in shipped() {
        for (number, line) in file.text.lines().enumerate() {
            let Some((_, pattern)) = line.split_once("= /") else { continue };
            let mut is_escaped = false;
            let mut is_class = false;
            for letter in pattern.chars() {
                match letter {
                    _ if is_escaped => is_escaped = false,
                    '\\' => is_escaped = true,
                    '[' => is_class = true,
                    ']' => is_class = false,
                    '*' | '+' if !is_class => panic!("{}:{}: {letter} in {pattern}", file.path, number + 1),
                    _ => {}
                }
            }
        }
    }
}
