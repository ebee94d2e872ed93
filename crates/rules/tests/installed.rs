//! Our rules and those of packs become one set, also by way of bytes.

#![allow(clippy::unwrap_used, reason = "a failure in a test is its message")]

use jiff::Timestamp;
use khien_inspect::{FileType, Rules as _};
use khien_rules::{
    Code, Contents, Pack, PublisherKey, RuleFile, Source, files_of, installed, load, pack, to_bytes, verify,
};
use ring::signature::Ed25519KeyPair;

fn packed(name: &str, text: &str) -> Pack {
    let key = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let source = Source {
        name: "thử".into(),
        url: "https://vidu.vn".into(),
        version: "1".into(),
        license: "MIT".into(),
        attribution: "An".into(),
    };
    let contents = Contents {
        name: name.into(),
        created_at: Timestamp::UNIX_EPOCH,
        sources: vec![source],
        licences: Vec::new(),
        files: vec![(0, RuleFile { path: "a.yar".into(), text: text.into() })],
        for_others: true,
    };
    verify(&pack(&contents, &key).unwrap(), &[PublisherKey::of(&key).unwrap()]).unwrap()
}

#[test]
fn packs_stand_beside_our_own_rules() {
    let alone = installed(&[]).unwrap().0;
    // Two packs may have the same name, the same paths and the same rules.
    let packs = [
        packed("gói", "rule theirs { strings: $a = \"xyzzy\" condition: $a }"),
        packed("gói", "rule theirs { strings: $a = \"xyzzy\" condition: $a } rule broken { condition: nothing }"),
    ];
    let files = files_of(&packs);
    let (set, problems) = installed(&files).unwrap();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), [Code::Rule]);
    assert_eq!(set.len(), alone.len() + 2);
    assert_ne!(set.id(), alone.id());
    let hits = set.scan(b"xyzzy vssadmin delete shadows", &[FileType::Batch], "").unwrap();
    assert_eq!(
        hits.iter().map(|hit| hit.rule.as_str()).collect::<Vec<_>>(),
        ["script_deletes_shadow_copies", "theirs"]
    );

    let bytes = to_bytes(&files);
    assert_eq!(load(&bytes).unwrap().id(), set.id());
    assert_eq!(load(b"").unwrap().id(), alone.id());
    for length in 1..bytes.len() {
        let cut = load(bytes.get(..length).unwrap()).map(|rules| rules.id().to_owned());
        // Cut between two files it is a smaller set, under another name.
        assert_ne!(cut.as_deref(), Ok(set.id()), "{length}");
    }
}

#[test]
fn nobody_takes_the_place_of_our_own_rules() {
    let ours = khien_rules::shipped().first().unwrap().path.clone();
    let problems = installed(&[RuleFile { path: ours, text: String::new() }]).unwrap_err();
    assert_eq!(problems.first().unwrap().code, Code::SamePath);
}
