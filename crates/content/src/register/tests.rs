//! The shipped register is in order, and what is not in order is refused.

use std::collections::BTreeSet;

use super::*;
use crate::{SHIPPED, shipped};

#[test]
fn the_shipped_register_fits_the_newest_directive() {
    let newest = shipped(SHIPPED[0]).expect("it loads").directive;
    assert_eq!(misfits(&register(), &newest), Vec::<String>::new());
}

/// A document that a directive cites is the same one here: two sources of one date drift apart.
#[test]
fn what_the_directives_cite_says_the_same_here() {
    let register = register();
    let mut cited = 0;
    for id in SHIPPED {
        for source in &shipped(id).expect("it loads").directive.documents {
            let document = &source.key;
            let Some(here) = register.find(document) else { continue };
            cited += 1;
            assert_eq!(here.number, source.number, "{id}: {document}");
            if let Issued::Day(day) = here.issued {
                assert_eq!(day, source.issued, "{id}: {document}");
            }
            if let Some(from) = source.valid_from {
                assert_eq!(here.in_force_from, Some(from), "{id}: {document}");
            }
            if let Some(to) = source.valid_to {
                assert_eq!(here.in_force_to, Some(to), "{id}: {document}");
            }
        }
    }
    assert!(cited > 25, "{cited}");
}

#[test]
fn every_document_that_clause_3_1_names_is_in_the_register() {
    let (register, newest) = (register(), shipped(SHIPPED[0]).expect("it loads").directive);
    let clause = newest.clauses.iter().find(|clause| clause.id == "3.1").expect("the clause");
    // The letter itself is no document to be studied beside itself.
    for basis in clause.basis.iter().filter(|basis| basis.document != "thads-chi-dao") {
        assert!(register.find(&basis.document).is_some(), "{}", basis.document);
    }
}

#[test]
fn the_register_tells_what_took_whose_place() {
    let register = register();
    let ids = |line: Vec<&RegisteredDocument>| line.into_iter().map(|document| document.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(register.line_of("tcvn-14423-2025")), ["tcvn-11930-2017", "tcvn-14423-2025", "tcvn-14423-2026"]);
    assert_eq!(ids(register.line_of("qd-290-btp")), ["qd-107-2005-btp", "qd-290-btp"]);
    let after = register.replaced_by("luat-24-2018");
    let after: Vec<_> = after.iter().map(|(document, on)| (document.number.as_str(), *on)).collect();
    assert_eq!(after, [("116/2025/QH15", Some(Date::constant(2026, 7, 1)))]);
    let of_control: BTreeSet<&str> =
        register.of_control("password-age").map(|(document, _)| document.number.as_str()).collect();
    assert!(of_control.contains("535/TCTHADS-NV3"), "{of_control:?}");
}

#[test]
fn documents_stand_with_the_latest_first() {
    let register = register();
    let days: Vec<Date> = register.documents().iter().map(|document| document.issued.earliest()).collect();
    assert!(days.is_sorted_by(|one, other| one >= other), "{days:?}");
    assert!(days.len() >= 45, "{}", days.len());
}

/// A file with one document, some of its lines changed.
fn file(changes: &[(&str, &str)]) -> String {
    let mut text = "khien: 1
documents:
  - id: luat-moi
    number: 1/2026/QH15
    kind: law
    title: {vi: Luật, en: Law}
    issuer: {vi: Quốc hội, en: Assembly}
    issued: 2026-01-05
    status: in_force
    as_of: 2026-11-22
    known_from: {checked: full_text, where: toàn văn}
    obligations: [{text: {vi: Làm, en: Do}, controls: [password-age]}]
"
    .to_owned();
    for (line, other) in changes {
        assert!(text.contains(line), "{line}");
        text = text.replace(line, other);
    }
    text
}

fn refusal(changes: &[(&str, &str)]) -> String {
    let mistakes = read_register("x.yaml", file(changes).as_bytes()).expect_err("it is refused");
    mistakes.join("\n")
}

#[test]
fn a_file_in_order_is_read() {
    let documents = read_register("x.yaml", file(&[]).as_bytes()).expect("it is in order");
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].issued, Issued::Day(Date::constant(2026, 1, 5)));
    let year = read_register("x.yaml", file(&[("issued: 2026-01-05", "issued: \"2026\"")]).as_bytes()).unwrap();
    assert_eq!(year[0].issued, Issued::Year(2026));
}

#[test]
fn what_is_not_in_order_is_refused_and_said() {
    let long = format!("vi: {}", "a".repeat(MAX_LETTERS + 1));
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[("khien: 1", "khien: 2")], "a form that this program does not read"),
        (&[("id: luat-moi", "id: Luật")], "lower-case letters"),
        (&[("kind: law", "kind: song")], "unknown variant"),
        (&[("issued: 2026-01-05", "issued: sometime")], "neither a day nor a year"),
        (&[("issued: 2026-01-05", "issued: \"1066\"")], "neither a day nor a year"),
        (&[("as_of: 2026-11-22", "as_of: 2025-11-22")], "noted before"),
        (&[("status: in_force", "status: in_force\n    in_force_from: 2025-01-01")], "counts before it was issued"),
        (&[("status: in_force", "status: in_force\n    in_force_from: 2027-01-01")], "in_force_from has not come"),
        (&[("status: in_force", "status: expired\n    in_force_to: 2026-01-05")], "ends before it begins"),
        (&[("status: in_force", "status: in_force\n    in_force_to: 2026-11-22")], "in_force_to has passed"),
        (&[("status: in_force", "status: expired\n    in_force_to: 2026-11-23")], "in_force_to has not come"),
        (&[("where: toàn văn", "where: toàn văn, url: 'http://x.vn'")], "https://"),
        (&[("vi: Luật", "vi: ''")], "a text is empty"),
        (&[("vi: Luật", &long)], "longer than"),
        (&[("where: toàn văn", "wher: toàn văn")], "unknown field"),
    ];
    for (changes, said) in cases {
        let refusal = refusal(changes);
        assert!(refusal.contains(said), "{changes:?}: {refusal}");
    }
    let duties = format!("obligations: [{}]", vec!["{text: {vi: a, en: b}, controls: []}"; MAX_OBLIGATIONS].join(","));
    let line = "obligations: [{text: {vi: Làm, en: Do}, controls: [password-age]}]";
    assert!(read_register("x.yaml", file(&[(line, &duties)]).as_bytes()).is_ok());
    let more = duties.replace("[{text", "[{text: {vi: a, en: b}, controls: []},{text");
    assert!(refusal(&[(line, &more)]).contains("obligations"));
}

fn document(id: &str, year: i16, replaces: &[&str]) -> RegisteredDocument {
    let mut document = read_register("x.yaml", file(&[]).as_bytes()).expect("it is in order").remove(0);
    document.id = id.to_owned();
    document.number = format!("{id}/{year}");
    document.issued = Issued::Year(year);
    document.status = DocumentStatus::Unclear;
    document.replaces = replaces.iter().map(|old| Replaced { document: (*old).to_owned(), on: None }).collect();
    document
}

#[test]
fn links_in_order_make_a_register() {
    let register = Register::new(vec![document("a", 2020, &[]), document("b", 2021, &["a"])]).expect("in order");
    assert_eq!(register.line_of("a").len(), 2);
    assert_eq!(register.line_of("none").len(), 0);
}

#[test]
fn links_that_are_wrong_are_refused_and_said() {
    let said = |documents: Vec<RegisteredDocument>| Register::new(documents).expect_err("it is refused").join("\n");
    let twice = said(vec![document("a", 2020, &[]), document("a", 2021, &[])]);
    assert!(twice.contains("the id stands twice"), "{twice}");
    let mut same = document("b", 2020, &[]);
    same.number = "a/2020".to_owned();
    let number = said(vec![document("a", 2020, &[]), same]);
    assert!(number.contains("the same number"), "{number}");
    let nowhere = said(vec![document("a", 2020, &["gone"])]);
    assert!(nowhere.contains("not in the register"), "{nowhere}");
    let itself = said(vec![document("a", 2020, &["a"])]);
    assert!(itself.contains("it replaces itself"), "{itself}");
    let circle = said(vec![document("a", 2020, &["c"]), document("b", 2020, &["a"]), document("c", 2020, &["b"])]);
    assert!(circle.matches("it replaces itself").count() == 3, "{circle}");
    let later = said(vec![document("a", 2020, &["b"]), document("b", 2021, &[])]);
    assert!(later.contains("issued later"), "{later}");
    let mut in_force = document("a", 2020, &[]);
    in_force.status = DocumentStatus::InForce;
    let in_force = said(vec![in_force, document("b", 2021, &["a"])]);
    assert!(in_force.contains("said to be in force"), "{in_force}");
    let mut early = document("b", 2021, &["a"]);
    early.replaces[0].on = Some(Date::constant(2020, 12, 31));
    let early = said(vec![document("a", 2020, &[]), early]);
    assert!(early.contains("before it was issued"), "{early}");
    let (mut ends, mut on) = (document("a", 2020, &[]), document("b", 2021, &["a"]));
    ends.in_force_to = Some(Date::constant(2022, 1, 1));
    on.replaces[0].on = Some(Date::constant(2022, 1, 2));
    let other_day = said(vec![ends, on]);
    assert!(other_day.contains("on another day"), "{other_day}");
}

#[test]
fn a_register_has_an_end() {
    let many = |count: usize| (0..count).map(|number| document(&format!("d{number}"), 2020, &[])).collect::<Vec<_>>();
    assert!(Register::new(many(MAX_DOCUMENTS)).is_ok());
    assert!(Register::new(many(MAX_DOCUMENTS + 1)).is_err());
}

#[test]
fn the_schema_is_up_to_date() {
    expect_test::expect_file!["../../../../content/schema/register.schema.json"].assert_eq(&register_schema_text());
}
