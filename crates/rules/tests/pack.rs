//! Packs: what goes in comes out, and whatever was changed is refused.

#![allow(clippy::unwrap_used, reason = "a failure in a test is its message")]

use std::io::Write as _;
use std::sync::LazyLock;

use jiff::{Timestamp, ToSpan as _};
use khien_inspect::Rules as _;
use khien_rules::{
    Contents, LicenceText, MAX_FILES, MAX_LICENCES_BYTES, MAX_SOURCES, PackProblem, PublisherKey, RuleFile, Source,
    collect, from_zip, pack, verify,
};
use proptest::prelude::*;
use ring::signature::Ed25519KeyPair;

/// A key for tests, from a fixed seed.
fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

fn public(seed: u8) -> PublisherKey {
    PublisherKey::of(&key(seed)).unwrap()
}

fn source(license: &str) -> Source {
    Source {
        name: "Bộ quy tắc thử".into(),
        url: "https://vidu.vn/quy-tac".into(),
        version: "2026-11".into(),
        license: license.into(),
        attribution: "An".into(),
    }
}

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.into(), text: text.into() }
}

fn at() -> Timestamp {
    "2026-11-01T00:00:00Z".parse().unwrap()
}

fn contents() -> Contents {
    Contents {
        name: "thu".into(),
        created_at: at(),
        sources: vec![source("MIT")],
        licences: vec![LicenceText { source: 0, path: "LICENSE".into(), text: "MIT License".into() }],
        files: vec![
            (0, file("a/một.yar", "rule một_không_được { condition: true }")),
            (0, file("b.yar", "rule b { strings: $a = \"x\" condition: $a }")),
        ],
        for_others: true,
    }
}

static PACK: LazyLock<Vec<u8>> = LazyLock::new(|| pack(&contents(), &key(1)).unwrap());

#[test]
fn what_goes_in_comes_out() {
    let read = verify(&PACK, &[public(2), public(1)]).unwrap();
    assert_eq!(read.publisher, public(1));
    assert_eq!(read.files, contents().files.into_iter().map(|(_, file)| file).collect::<Vec<_>>());
    assert_eq!((read.manifest.name.as_str(), &read.manifest.sources), ("thu", &contents().sources));
    assert_eq!(read.manifest.licences, contents().licences, "licences travel with the rules");
    assert_eq!(read.content_id.len(), 64);
    assert_eq!(*PACK, pack(&contents(), &key(1)).unwrap(), "the same content makes the same pack");
    let (rules, problems) = read.load();
    assert_eq!(problems.len(), 1, "one file has a name that is none");
    assert_eq!(rules.unwrap().scan(b"x", &[], "").unwrap().len(), 1);
}

#[test]
fn the_age_of_rules_is_known() {
    let manifest = verify(&PACK, &[public(1)]).unwrap().manifest;
    assert_eq!(manifest.age_days(at()), 0);
    assert_eq!(manifest.age_days(at() + 71.hours()), 2);
    assert_eq!(manifest.age_days(at() + 216.hours()), 9);
    assert_eq!(manifest.age_days(at() - 48.hours()), 0);
}

#[test]
fn a_pack_of_somebody_else_is_refused() {
    assert_eq!(verify(&PACK, &[public(2)]), Err(PackProblem::Untrusted { publisher: public(1) }));
    assert_eq!(verify(&PACK, &[]), Err(PackProblem::Untrusted { publisher: public(1) }));
    assert_eq!(verify(b"PK\x03\x04", &[public(1)]), Err(PackProblem::NotAPack));
}

/// Every byte, each by one bit: a quick loop finds what chance would miss.
#[test]
fn no_byte_can_be_changed() {
    for place in 0..PACK.len() {
        let mut bytes = PACK.clone();
        *bytes.get_mut(place).unwrap() ^= 1 << (place % 8);
        assert!(verify(&bytes, &[public(1)]).is_err(), "byte {place}");
    }
}

#[test]
fn nothing_can_be_cut_off_or_added() {
    for length in 0..PACK.len() {
        assert!(verify(PACK.get(..length).unwrap(), &[public(1)]).is_err(), "{length}");
    }
    assert_eq!(verify(&[PACK.as_slice(), b"\0"].concat(), &[public(1)]), Err(PackProblem::Signature));
}

proptest! {
    #[test]
    fn a_changed_pack_is_refused(place in any::<prop::sample::Index>(), by in 1_u8..) {
        let mut bytes = PACK.clone();
        let place = place.index(bytes.len());
        if let Some(byte) = bytes.get_mut(place) {
            *byte ^= by;
        }
        prop_assert!(verify(&bytes, &[public(1)]).is_err());
    }

    #[test]
    fn any_files_go_through(texts in prop::collection::vec("\\PC{0,200}", 0..8)) {
        let files = texts.iter().enumerate().map(|(number, text)| (0, file(&format!("{number}.yar"), text))).collect();
        let contents = Contents { files, ..contents() };
        let read = verify(&pack(&contents, &key(1)).unwrap(), &[public(1)]).unwrap();
        prop_assert_eq!(read.files, contents.files.into_iter().map(|(_, file)| file).collect::<Vec<_>>());
    }
}

#[test]
fn what_may_not_be_handed_on_is_only_packed_for_own_use() {
    for license in ["Elastic License 2.0", "CC-BY-NC-4.0", "không rõ"] {
        let kept = Contents { sources: vec![source(license)], ..contents() };
        let problem = pack(&kept, &key(1)).unwrap_err();
        assert_eq!(problem, PackProblem::Licence { of: "Bộ quy tắc thử".into(), licence: license.into() });
        assert!(problem.vi().contains("nội bộ") && problem.en().contains("own use"));
        let own = pack(&Contents { for_others: false, ..kept }, &key(1)).unwrap();
        assert!(!verify(&own, &[public(1)]).unwrap().manifest.for_others);
    }
    let text = "rule a { meta: license = \"Elastic License v2\" condition: true }";
    let hidden = Contents { files: vec![(0, file("a.yar", text))], ..contents() };
    assert_eq!(
        pack(&hidden, &key(1)),
        Err(PackProblem::Licence { of: "a.yar: a".into(), licence: "Elastic License v2".into() })
    );
}

#[test]
fn what_does_not_fit_together_is_not_packed() {
    let refused = |contents: Contents| pack(&contents, &key(1)).unwrap_err();
    assert!(matches!(refused(Contents { name: String::new(), ..contents() }), PackProblem::Manifest { .. }));
    for path in ["../a.yar", "/a.yar", "a\\b.yar", ""] {
        let files = vec![(0, file(path, ""))];
        assert!(matches!(refused(Contents { files, ..contents() }), PackProblem::Manifest { .. }), "{path}");
    }
    let twice = vec![(0, file("a.yar", "")), (0, file("a.yar", ""))];
    assert!(matches!(refused(Contents { files: twice, ..contents() }), PackProblem::Manifest { .. }));
    let unknown = vec![(1, file("a.yar", ""))];
    assert!(matches!(refused(Contents { files: unknown, ..contents() }), PackProblem::Manifest { .. }));
    let numbered = |count: usize| (0..count).map(|number| (0, file(&number.to_string(), ""))).collect::<Vec<_>>();
    let many = refused(Contents { files: numbered(MAX_FILES + 1), ..contents() });
    assert_eq!(many, PackProblem::TooLarge { what: "files", found: MAX_FILES + 1, most: MAX_FILES });
    assert!(pack(&Contents { files: numbered(MAX_FILES), ..contents() }, &key(1)).is_ok());
    let licence =
        |source: usize, size: usize| vec![LicenceText { source, path: "LICENSE".into(), text: "x".repeat(size) }];
    let long = refused(Contents { licences: licence(0, MAX_LICENCES_BYTES + 1), ..contents() });
    let bound = PackProblem::TooLarge { what: "licences", found: MAX_LICENCES_BYTES + 1, most: MAX_LICENCES_BYTES };
    assert_eq!(long, bound);
    assert!(pack(&Contents { licences: licence(0, MAX_LICENCES_BYTES), ..contents() }, &key(1)).is_ok());
    assert!(matches!(refused(Contents { licences: licence(1, 1), ..contents() }), PackProblem::Manifest { .. }));
    let sources = vec![source("MIT"); MAX_SOURCES + 1];
    assert!(matches!(refused(Contents { sources, ..contents() }), PackProblem::TooLarge { what: "sources", .. }));
}

#[test]
fn rules_are_collected_out_of_folders_and_archives() {
    let files = [
        ("rules/b.yar", "rule b { condition: true }"),
        ("rules/a.YARA", "rule a { condition: true }"),
        ("LICENSE.md", "MIT"),
        ("README.md", "not this"),
    ];
    let of_folder = collect(files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))).unwrap();
    let paths: Vec<&str> = of_folder.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["rules/a.YARA", "rules/b.yar"]);
    assert_eq!(of_folder.licences, [file("LICENSE.md", "MIT")]);

    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, text) in files {
        archive.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.start_file("../../evil.yar", zip::write::SimpleFileOptions::default()).unwrap();
    let bytes = archive.finish().unwrap().into_inner();
    assert_eq!(from_zip(&bytes).unwrap(), of_folder, "what leads out of the archive is left out");
    assert!(matches!(from_zip(b"no zip"), Err(PackProblem::Damaged { .. })));
}

#[test]
fn old_encodings_are_read_and_told() {
    let latin = collect([("a.yar".to_owned(), b"// caf\xe9\nrule a { condition: true }".to_vec())]).unwrap();
    assert!(!latin.all_utf8);
    assert_eq!(latin.files, [file("a.yar", "// café\nrule a { condition: true }")]);
}

#[test]
fn a_key_is_text_and_back() {
    assert_eq!(public(7).to_string().parse::<PublisherKey>().unwrap(), public(7));
    assert!("AAAA".parse::<PublisherKey>().is_err());
}

/// A fuzz target: as a plain test it runs some seconds' worth of inputs; `cargo bolero test` runs it with a fuzzer.
#[test]
fn nothing_from_outside_makes_the_readers_fall() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let _ = verify(bytes, &[public(1)]);
        let _ = from_zip(bytes);
        let _ = collect([("a.yar".to_owned(), bytes.clone())]);
    });
}
