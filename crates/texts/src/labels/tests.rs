use khien_model::facts::{DeviceFacts, FactDocument};
use serde_json::json;

use super::*;
use crate::Language;

fn document() -> FactDocument {
    let facts = json!({"device": {"id": "pc-07", "facts": {
        "browsers": {
            "observed_at": "2026-11-22T01:00:00Z", "source": "test",
            "value": {"profiles": [
                {"browser": "chrome", "user": "lan", "profile": "Default", "saved_logins": 14},
                {"saved_logins": 2}
            ]}
        },
        "guard": {"observed_at": "2026-11-22T01:00:00Z", "source": "test", "value": {"protected_folders": ["/srv/hồ sơ"]}}
    }}});
    FactDocument::from_json(&facts.to_string()).expect("facts")
}

fn words(path: &str) -> Option<String> {
    let document = document();
    Place::find(path, document.facts()).map(|place| place.words(&Texts::new(Language::En, &[])))
}

#[test]
fn places_are_named_by_what_tells_them_apart() {
    let named = |path| words(path).expect("a place");
    assert_eq!(named("browsers"), "Browsers");
    assert_eq!(named("browsers.profiles"), "Browsers › browser profile");
    assert_eq!(
        named("browsers.profiles[0].saved_logins"),
        "Browsers › browser profile (chrome, lan, Default) › saved passwords"
    );
    assert_eq!(named("browsers.profiles[1].saved_logins"), "Browsers › browser profile no. 2 › saved passwords");
    assert_eq!(named("guard.protected_folders[0]"), "Ransomware guard › protected folders (/srv/hồ sơ)");
    // Nobody looked at these: they have names all the same.
    assert_eq!(named("browsers.profiles[7].user"), "Browsers › browser profile no. 8 › user");
    assert_eq!(named("os.name"), "Operating system › full name");
}

#[test]
fn what_is_no_fact_has_no_place() {
    for path in [
        "",
        "now",
        "param.x",
        "os.nonsense",
        "os.name.more",
        "os[0]",
        "browsers.profiles[x]",
        "browsers.profiles[1",
        "(check)",
    ] {
        assert_eq!(words(path), None, "{path}");
    }
}

#[test]
fn values_are_said_in_words() {
    let facts = DeviceFacts::default();
    let label = |path: &str| Place::find(path, &facts).map_or(Label::Path, Label::Fact);
    let said = |path: &str, value: Value, language| {
        evidence_words(&Evidence::Value(value), &label(path), &Texts::new(language, &[]))
    };
    for (path, value, vi, en) in [
        ("usb.autorun_off", json!(true), "có", "yes"),
        ("usb.autorun_off", json!(false), "không", "no"),
        ("patches.security_missing", json!(3), "3", "3"),
        ("os.support_ends_at", json!("2026-06-30T17:00:00Z"), "00:00 ngày 01/07/2026", "2026-07-01 00:00"),
        ("accounts.password_max_age", json!("PT2160H"), "90 ngày", "90 days"),
        ("os.name", json!("Debian"), "Debian", "Debian"),
        ("os.name", json!(""), "(trống)", "(empty)"),
        ("shares.folders", json!({"items": 1}), "cả thảy 1 mục", "1 in all"),
        ("shares.folders", json!({"items": 0}), "không có mục nào", "none"),
        ("shares", json!({"present": true}), "có", "yes"),
    ] {
        assert_eq!(said(path, value.clone(), Language::Vi), vi, "{path} {value}");
        assert_eq!(said(path, value.clone(), Language::En), en, "{path} {value}");
    }
}

#[test]
fn reasons_are_said_in_words() {
    let gap =
        |code, detail: &'static str| reason_words(&Gap::with_detail(code, detail), &Texts::new(Language::Vi, &[]));
    assert_eq!(gap(khien_model::GapCode::PermissionDenied, "/etc/shadow"), "không đủ quyền đọc (/etc/shadow)");
    assert_eq!(gap(khien_model::GapCode::NotObserved, ""), "không có dữ kiện");
}

#[test]
fn texts_from_outside_are_cut_and_made_harmless() {
    let exact: String = "ế".repeat(MAX_VALUE_CHARACTERS);
    assert_eq!(shortened(&exact), exact);
    assert_eq!(shortened(&format!("{exact}x")), format!("{exact}…"));
    assert_eq!(shortened("a\u{1b}[2Jb\nc\u{202e}d"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d");
}
