//! What is found, in which order, and what is not.

use expect_test::expect;
use khien_model::text::{fold, nfd};
use proptest::prelude::*;

use super::*;

fn index(entries: &[&[(u8, &str)]]) -> Index {
    let entry = |fields: &&[(u8, &str)]| {
        fields.iter().map(|(weight, text)| Field { weight: *weight, text: (*text).to_owned() }).collect()
    };
    Index::new(entries.iter().map(entry).collect())
}

fn found(index: &Index, query: &str) -> Vec<usize> {
    index.search(query, 10).0.iter().map(|hit| hit.entry).collect()
}

/// An excerpt with what was found in brackets.
fn shown(index: &Index, query: &str) -> String {
    let (hits, _) = index.search(query, 1);
    let pieces = index.excerpt(hits.first().expect("a hit"), 0);
    pieces.iter().map(|piece| if piece.is_hit { format!("[{}]", piece.text) } else { piece.text.clone() }).collect()
}

#[test]
fn marks_and_capitals_do_not_matter() {
    let index = index(&[&[(1, "Nghị định về ĐIỆN TỬ")]]);
    for query in ["nghị định", "nghi dinh", "NGHỊ ĐỊNH", "dien tu", "điện tử", &nfd("nghị định"), "Định nghị"]
    {
        assert_eq!(found(&index, query), [0], "{query}");
    }
    assert!(found(&index, "nghỉ phép").is_empty());
}

#[test]
fn words_broken_by_stray_spaces_are_put_together() {
    let index = index(&[&[(1, "Ngh ị định này quy định về văn b ản giấy t ờ")], &[(1, "Nghị định khác")]]);
    assert_eq!(shown(&index, "văn bản"), "Ngh ị định này quy định về [văn b ản] giấy t ờ");
    let mut both = found(&index, "nghị định");
    both.sort_unstable();
    assert_eq!(both, [0, 1]);
    assert_eq!(found(&index, "giay to"), [0]);
    // What is typed may be broken too, or lack its spaces.
    assert_eq!(found(&index, "v ăn bản"), [0]);
    assert_eq!(found(&index, "vanban"), [0]);
    assert_eq!(found(&index, "nghidinhkhac"), [1]);
}

#[test]
fn pieces_begin_and_end_where_words_do() {
    let index = index(&[&[(1, "ban toàn quyền")]]);
    assert!(found(&index, "an toàn").is_empty());
    assert!(found(&index, "toàn quy").is_empty());
    assert_eq!(found(&index, "ban toàn"), [0]);
}

#[test]
fn nothing_reaches_from_one_part_into_the_next() {
    let index = index(&[&[(5, "Luật An"), (1, "ninh mạng")]]);
    assert!(found(&index, "anninh").is_empty());
    assert_eq!(found(&index, "an ninh"), [0]);
}

#[test]
fn numbers_of_documents_are_found_however_they_are_cut() {
    let index = index(&[&[(8, "331/2026/NĐ-CP")], &[(8, "33/CĐ-TTg")]]);
    for query in ["331", "331/2026", "331/2026/NĐ-CP", "331 2026 nd cp", "nđ-cp"] {
        assert_eq!(found(&index, query), [0], "{query}");
    }
    assert_eq!(found(&index, "33"), [1]);
}

#[test]
fn titles_count_more_than_texts_and_the_same_marks_come_first() {
    let index = index(&[
        &[(5, "Quyết định"), (1, "mật khẩu mật khẩu")],
        &[(5, "Về mật khẩu"), (1, "không có gì")],
        &[(5, "Về mặt khau"), (1, "không có gì")],
    ]);
    assert_eq!(found(&index, "mật khẩu"), [1, 2, 0]);
    assert_eq!(index.search("mật khẩu", 1).1, 3);
}

#[test]
fn words_together_count_more_than_words_apart() {
    let index = index(&[&[(1, "mạng lưới có an ninh tốt và an ninh")], &[(1, "an ninh mạng")]]);
    assert_eq!(found(&index, "an ninh mạng"), [1, 0]);
}

#[test]
fn all_words_must_be_there() {
    let index = index(&[&[(1, "an ninh")], &[(1, "an ninh mạng")]]);
    assert_eq!(found(&index, "an ninh mạng"), [1]);
    for nothing in ["", " ", "---", "?!", "\u{301}"] {
        assert!(found(&index, nothing).is_empty(), "{nothing:?}");
    }
}

#[test]
fn an_excerpt_shows_what_was_found_with_a_few_words_around() {
    let long = format!("{} mật khẩu phải được đổi {}", "chữ ".repeat(200), "khác ".repeat(200));
    let index = index(&[&[(1, &long)]]);
    expect!["… chữ chữ chữ chữ chữ chữ chữ chữ chữ  [mật] [khẩu] phải được đổi khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác khác …"].assert_eq(&shown(&index, "khẩu mật"));
    let (hits, _) = index.search("mật khẩu", 1);
    assert!(index.is_in(&hits[0], 0) && !index.is_in(&hits[0], 1));
    assert!(index.excerpt(&hits[0], 7).is_empty());
}

#[test]
fn bounds_hold_at_the_limit() {
    let (most, more) = (format!("{}cuối", "a ".repeat(MAX_WORDS - 1)), format!("{}cuối", "a ".repeat(MAX_WORDS)));
    assert_eq!(found(&index(&[&[(1, &most)]]), "cuối"), [0]);
    assert!(found(&index(&[&[(1, &more)]]), "cuối").is_empty());
    let small = index(&[&[(1, "a b c d e g h i k l m n")]]);
    let terms: Vec<&str> = "a b c d e g h i k l m n".split(' ').collect();
    assert_eq!(terms.len(), MAX_TERMS);
    assert_eq!(found(&small, &terms.join(" ")), [0]);
    assert_eq!(found(&small, &format!("{} missing", terms.join(" "))), [0], "a word too many is not looked for");
    let letters = "b".repeat(MAX_QUERY_LETTERS);
    assert_eq!(found(&index(&[&[(1, &letters)]]), &format!("{letters}b")), [0]);
    assert!(Index::new(vec![]).is_empty());
}

/// Words as they stand in texts of law.
fn text() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("(ngh|v|đ|t|qu|[bcdhklmn])?[aăâeêioôơuưyạảấậẻẽếệịọốộớợụủứựỳ](n|ng|m|p|c|ch)?", 1..40)
}

proptest! {
    /// However a word is broken, it is found, and what is marked is the word.
    #[test]
    fn a_word_is_found_however_it_is_broken(words in text(), which in any::<prop::sample::Index>(), breaks in any::<u64>()) {
        let word = which.get(&words).clone();
        let broken: Vec<String> = words.iter().map(|word| {
            let letters = word.chars().enumerate().map(|(place, letter)| {
                if place > 0 && breaks >> (place % 64) & 1 == 1 { format!(" {letter}") } else { letter.to_string() }
            });
            letters.collect()
        }).collect();
        let index = index(&[&[(1, &broken.join(" "))]]);
        let (hits, count) = index.search(&word, 5);
        prop_assert_eq!(count, 1);
        let pieces = index.excerpt(&hits[0], 0);
        let marked: String = pieces.iter().filter(|piece| piece.is_hit).map(|piece| piece.text.as_str()).collect();
        let squeezed = fold(&marked).replace(' ', "");
        prop_assert!(squeezed.contains(&fold(&word)), "{} {}", squeezed, word);
    }

    /// Whatever stands in a text and whatever is typed: nothing breaks, and an excerpt is a part of the text.
    #[test]
    fn anything_may_be_typed(text in "\\PC{0,60}", query in "\\PC{0,20}") {
        let index = index(&[&[(1, &text)]]);
        let text = nfc(&text).into_owned();
        for hit in index.search(&query, 5).0 {
            let pieces = index.excerpt(&hit, 0);
            let whole: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            let plain = whole.strip_prefix("… ").unwrap_or(&whole);
            let plain = plain.strip_suffix(" …").unwrap_or(plain);
            prop_assert!(text.contains(plain) || text.contains(&whole), "{:?} is not in {:?}", whole, text);
            prop_assert!(pieces.iter().any(|piece| piece.is_hit));
        }
    }

    /// The Unicode form of text and query never matters.
    #[test]
    fn the_unicode_form_never_matters(words in text(), which in any::<prop::sample::Index>()) {
        let (plain, word) = (words.join(" "), which.get(&words).clone());
        let one = index(&[&[(1, &plain)]]).search(&word, 5);
        let other = index(&[&[(1, &nfd(&plain))]]).search(&nfd(&word), 5);
        prop_assert_eq!(one, other);
    }
}
