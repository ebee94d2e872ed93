use super::*;
use crate::windows::registry::hives;
use crate::windows::testing::FakeFiles;

/// Profiles with hives: An's is in order, Bình's is in use, Chi's is no hive, Dũng has none.
fn profiles() -> FakeFiles {
    FakeFiles::new(|path, limit| {
        assert_eq!(limit, MAX_HIVE_BYTES);
        match path {
            r"C:\Users\An\NTUSER.DAT" => Ok(Some(hives::hive("[Software]\n\"A\"=\"1\"\n"))),
            r"C:\Users\Bình\NTUSER.DAT" => {
                Err(Gap::with_detail(GapCode::Unreadable, format!("{path}: another program keeps it to itself")))
            }
            r"C:\Users\Chi\NTUSER.DAT" => Ok(Some(b"no hive".to_vec())),
            _ => Ok(None),
        }
    })
}

/// The list of profiles; the identifiers are the names.
#[expect(clippy::unnecessary_wraps, reason = "the form of Registry::profiles")]
fn list() -> Result<Listing<UserProfile>, Gap> {
    let profile = |name: &str| UserProfile { sid: name.to_owned(), folder: format!(r"C:\Users\{name}") };
    Ok(Listing::complete(["An", "Bình", "Chi", "Dũng"].map(profile).into()))
}

fn hives_of(bound: usize) -> (Arc<FakeFiles>, UserHives) {
    let files = Arc::new(profiles());
    (Arc::clone(&files), UserHives { bound, ..UserHives::new(files) })
}

#[test]
fn who_is_logged_off_has_settings_or_a_reason_why_not() {
    let (_, users) = hives_of(MAX_HELD_BYTES);
    let hive = users.of("An", UserHive::Settings, list).unwrap();
    let key = hive.find(&["Software".to_owned()]).unwrap().unwrap();
    assert_eq!(hive.value(key, "a").unwrap(), Some(crate::windows::registry::Value::Text("1".to_owned())));
    for (sid, code, detail) in [
        ("Bình", GapCode::Unreadable, r"C:\Users\Bình\NTUSER.DAT: another program keeps it to itself"),
        ("Chi", GapCode::Malformed, r"C:\Users\Chi\NTUSER.DAT: too short to be a hive"),
        ("Dũng", GapCode::Unreadable, r"C:\Users\Dũng\NTUSER.DAT: the hive is not there"),
        ("Em", GapCode::Unreadable, "no profile of Em"),
    ] {
        assert_eq!(users.of(sid, UserHive::Settings, list).unwrap_err(), Gap::with_detail(code, detail));
    }
    let (_, users) = hives_of(MAX_HELD_BYTES);
    let unknown = || Err(Gap::new(GapCode::PermissionDenied));
    assert_eq!(users.of("Hà", UserHive::Settings, unknown).unwrap_err().code, GapCode::PermissionDenied);
}

#[test]
fn a_hive_is_read_once_as_long_as_all_that_are_held_are_small() {
    let size = UserHives::new(Arc::new(profiles())).of("An", UserHive::Settings, list).unwrap().size();
    for (bound, reads) in [(size, 2), (size - 1, 3)] {
        let (files, users) = hives_of(bound);
        for _ in 0..2 {
            // The last one is held however large it is.
            assert!(users.of("An", UserHive::Settings, list).is_ok());
            assert!(users.of("An", UserHive::Settings, list).is_ok());
            // That there is none is remembered too.
            assert!(users.of("Dũng", UserHive::Settings, list).is_err());
        }
        assert_eq!(files.reads(), reads, "{bound}");
    }
}
