//! The rules of the machine about saving passwords.

use std::path::Path;

use khien_model::{Gap, GapCode};
use serde_json::Value;

use super::roots::{Installation, Policies};
use crate::browsers::{Policy, json_gap};
use crate::root::{EntryKind, Root, shown};

/// The largest policy file that is read.
const MAX_POLICY_BYTES: u64 = 4 << 20;

/// How many policy files one folder may have.
const MAX_POLICY_FILES: usize = 200;

/// The policy that this installation obeys.
pub(super) fn of(root: &Root, installation: &Installation) -> Result<Policy, Gap> {
    match installation.policies {
        Policies::Folders(folders) => chromium(root, folders),
        Policies::Files { system, distribution } => firefox(root, system, distribution),
        Policies::Undocumented(why) => Err(Gap::with_detail(GapCode::Unsupported, why)),
    }
}

fn chromium(root: &Root, folders: &[&str]) -> Result<Policy, Gap> {
    let mut policy = Policy::default();
    for folder in folders {
        policy.forced = in_folder(root, &Path::new(folder).join("managed"))?.or(policy.forced);
        policy.default = in_folder(root, &Path::new(folder).join("recommended"))?.or(policy.default);
    }
    Ok(policy)
}

/// `PasswordManagerEnabled` in the files of a folder. The last file in the order of names wins.
fn in_folder(root: &Root, folder: &Path) -> Result<Option<bool>, Gap> {
    let Some(listed) = root.list(folder)? else {
        return Ok(None);
    };
    if let Some(gap) = listed.incomplete {
        return Err(gap);
    }
    let files = listed.entries.iter().filter(|entry| matches!(entry.kind, EntryKind::File | EntryKind::Link));
    let mut enabled = None;
    for (number, entry) in files.enumerate() {
        let path = folder.join(&entry.file_name);
        if number == MAX_POLICY_FILES {
            return Err(Gap::with_detail(
                GapCode::TooLarge,
                format!("{}: more than {MAX_POLICY_FILES} files", shown(folder)),
            ));
        }
        if let Some(document) = read_json(root, &path)? {
            enabled = boolean(&document, &["PasswordManagerEnabled"], &path)?.or(enabled);
        }
    }
    Ok(enabled)
}

fn firefox(root: &Root, system: &[&str], distribution: &[&str]) -> Result<Policy, Gap> {
    for path in system.iter().chain(distribution) {
        let path = Path::new(path);
        if let Some(document) = read_json(root, path)? {
            return in_firefox_document(&document, path);
        }
    }
    Ok(Policy::default())
}

fn in_firefox_document(document: &Value, path: &Path) -> Result<Policy, Gap> {
    let read = |names: &[&str]| boolean(document, names, path);
    let offers = read(&["policies", "OfferToSaveLogins"])?;
    let manager = read(&["policies", "PasswordManagerEnabled"])?;
    let preference = &["policies", "Preferences", "signon.rememberSignons"];
    let locked = document.pointer("/policies/Preferences/signon.rememberSignons/Status").and_then(Value::as_str)
        == Some("locked");
    let by_preference = read(&[preference.as_slice(), &["Value"]].concat())?;
    let forced_by_preference = by_preference.filter(|_| locked);
    let forced = match [manager, offers, forced_by_preference] {
        // Each of them alone stops the saving.
        rules if rules.contains(&Some(false)) => Some(false),
        // Only these two force the question; `PasswordManagerEnabled` = true changes nothing.
        [_, offers, preference] => offers.or(preference),
    };
    let default = read(&["policies", "OfferToSaveLoginsDefault"])?.or(by_preference.filter(|_| !locked));
    Ok(Policy { forced, default })
}

fn read_json(root: &Root, path: &Path) -> Result<Option<Value>, Gap> {
    let Some(bytes) = root.read(path, MAX_POLICY_BYTES)? else {
        return Ok(None);
    };
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(text).map(Some).map_err(|error| json_gap(path, &error))
}

/// The boolean behind `names`. A value that is no boolean is ignored by the browser with a complaint that only the user
/// sees: the administrator meant something else, so it is not taken for "not set".
fn boolean(document: &Value, names: &[&str], path: &Path) -> Result<Option<bool>, Gap> {
    let mut value = document;
    for name in names {
        let Value::Object(fields) = value else {
            return Err(Gap::with_detail(GapCode::Malformed, format!("{}: no object around {name}", shown(path))));
        };
        match fields.get(*name) {
            Some(inner) => value = inner,
            None => return Ok(None),
        }
    }
    if let Value::Bool(value) = value {
        return Ok(Some(*value));
    }
    let name = names.last().copied().unwrap_or_default();
    Err(Gap::with_detail(GapCode::Malformed, format!("{}: {name} is neither true nor false", shown(path))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn firefox_policy(json: &str) -> Result<Policy, GapCode> {
        let document = serde_json::from_str(json).unwrap();
        in_firefox_document(&document, Path::new("policies.json")).map_err(|gap| gap.code)
    }

    #[test]
    fn firefox_is_told_in_several_ways() {
        let forced = |value| Ok(Policy { forced: value, default: None });
        for (json, expected) in [
            (r"{}", forced(None)),
            (r#"{"policies":{}}"#, forced(None)),
            (r#"{"policies":{"PasswordManagerEnabled":false}}"#, forced(Some(false))),
            (r#"{"policies":{"PasswordManagerEnabled":true}}"#, forced(None)),
            (r#"{"policies":{"OfferToSaveLogins":false}}"#, forced(Some(false))),
            (r#"{"policies":{"OfferToSaveLogins":true}}"#, forced(Some(true))),
            (r#"{"policies":{"OfferToSaveLogins":true,"PasswordManagerEnabled":false}}"#, forced(Some(false))),
            (r#"{"policies":{"OfferToSaveLoginsDefault":false}}"#, Ok(Policy { forced: None, default: Some(false) })),
            (
                r#"{"policies":{"Preferences":{"signon.rememberSignons":{"Value":false,"Status":"locked"}}}}"#,
                forced(Some(false)),
            ),
            (
                r#"{"policies":{"Preferences":{"signon.rememberSignons":{"Value":false,"Status":"default"}}}}"#,
                Ok(Policy { forced: None, default: Some(false) }),
            ),
            (r#"{"policies":{"OfferToSaveLogins":"false"}}"#, Err(GapCode::Malformed)),
            (r#"{"policies":[]}"#, Err(GapCode::Malformed)),
            (r"[]", Err(GapCode::Malformed)),
        ] {
            assert_eq!(firefox_policy(json), expected, "{json}");
        }
    }

    #[test]
    fn the_last_policy_file_wins_and_a_broken_one_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let managed = folder.path().join("etc/opt/chrome/policies/managed");
        std::fs::create_dir_all(&managed).unwrap();
        let root = Root::open(folder.path()).unwrap();
        let read = || chromium(&root, &["etc/opt/chrome/policies"]).map(|policy| policy.forced).map_err(|gap| gap.code);
        assert_eq!(read(), Ok(None));
        std::fs::write(managed.join("10.json"), r#"{"PasswordManagerEnabled": true}"#).unwrap();
        assert_eq!(read(), Ok(Some(true)));
        std::fs::write(managed.join("20.json"), "\u{feff}{\"PasswordManagerEnabled\": false}").unwrap();
        std::fs::write(managed.join("30.json"), r#"{"HomepageLocation": "https://moj.gov.vn"}"#).unwrap();
        assert_eq!(read(), Ok(Some(false)));
        std::fs::write(managed.join("40.json"), r#"{"PasswordManagerEnabled": 0}"#).unwrap();
        assert_eq!(read(), Err(GapCode::Malformed));
        std::fs::write(managed.join("40.json"), "{").unwrap();
        assert_eq!(read(), Err(GapCode::Malformed));
    }

    proptest! {
        #[test]
        fn any_document_is_read_without_panic(text in "[\\[\\]{}\":,a-z0-9]{0,40}|\\{\"policies\":.{0,20}\\}") {
            if let Ok(document) = serde_json::from_str::<Value>(&text) {
                let _ = in_firefox_document(&document, Path::new("x"));
            }
        }
    }
}
