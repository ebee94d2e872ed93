//! `downloads`: files of risky types that browsers recorded as downloaded, and that are still there.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::facts::{Downloads, RiskyDownload};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::browsers::{FoundProfile, profiles};
use super::context::Context;
use crate::browsers::{chromium_time, switched_off};
use crate::collect::BrowserScope;
use crate::hosts::{Hosts, host_of};
use crate::risky::{MAX_FILES, RiskyFiles, WINDOW, extension_of};
use crate::root::EntryKind;
use crate::sqlite::Snapshot;
use crate::text;

pub(crate) fn collect(context: &Context) -> Result<Downloads, Gap> {
    if context.browsers == BrowserScope::PoliciesOnly {
        return Err(switched_off());
    }
    let (hosts, risky) = (Hosts::shipped()?, RiskyFiles::shipped()?);
    let found = profiles(context);
    let mut listing = Listing { items: Vec::new(), incomplete: found.incomplete };
    for profile in &found.items {
        context.cancel.check()?;
        let recorded = if profile.is_chromium() {
            chromium_downloads(context, profile)
        } else {
            firefox_downloads(context, profile)
        };
        match recorded {
            Ok(downloads) => {
                for download in downloads {
                    match risky_download(context, profile, &download, hosts, risky) {
                        Ok(found) => listing.items.extend(found),
                        Err(gap) => listing.note_gap(gap),
                    }
                }
            }
            Err(gap) => listing.note_gap(gap),
        }
        if listing.items.len() > MAX_FILES {
            listing.items.truncate(MAX_FILES);
            listing.note_gap(Gap::with_detail(GapCode::TooLarge, format!("more than {MAX_FILES} files")));
            break;
        }
    }
    Ok(Downloads { risky: Observed::Known(listing) })
}

/// What a browser recorded of one file.
#[derive(Debug, PartialEq, Eq)]
struct Recorded {
    path: PathBuf,
    /// The host it came from; empty when none was recorded.
    host: String,
    at: Option<Timestamp>,
}

/// Chromium: `downloads` in `History`, and the last address of each in `downloads_url_chains`.
fn chromium_downloads(context: &Context, profile: &FoundProfile) -> Result<Vec<Recorded>, Gap> {
    let Some(snapshot) = Snapshot::take(&context.root, profile.folder.join("History"))? else {
        return Ok(Vec::new());
    };
    snapshot.expect_table("downloads", &["id", "target_path", "start_time", "state"])?;
    snapshot.expect_table("downloads_url_chains", &["id", "chain_index", "url"])?;
    let mut found = Vec::new();
    // State 1 is "complete". The greatest index of a chain is where the last redirection led.
    let query = "SELECT d.target_path, d.start_time, \
        (SELECT url FROM downloads_url_chains c WHERE c.id = d.id ORDER BY chain_index DESC LIMIT 1) \
        FROM downloads d WHERE d.state = 1 ORDER BY d.start_time";
    snapshot.each_row(query, |row| {
        let path = row.get_ref(0)?.as_bytes()?;
        let at = chromium_time(row.get(1)?);
        let url = row.get_ref(2)?.as_str_or_null()?.unwrap_or_default();
        if in_window(context, at) {
            let host = host_of(url).unwrap_or_default().to_ascii_lowercase();
            found.push(Recorded { path: path_of(path), host, at });
        }
        Ok(())
    })?;
    Ok(found)
}

/// Firefox: an annotation of the address, whose content is the file as a URL.
fn firefox_downloads(context: &Context, profile: &FoundProfile) -> Result<Vec<Recorded>, Gap> {
    let Some(snapshot) = Snapshot::take(&context.root, profile.folder.join("places.sqlite"))? else {
        return Ok(Vec::new());
    };
    snapshot.expect_table("moz_places", &["id", "url"])?;
    snapshot.expect_table("moz_annos", &["place_id", "anno_attribute_id", "content", "dateAdded"])?;
    snapshot.expect_table("moz_anno_attributes", &["id", "name"])?;
    let mut found = Vec::new();
    let query = "SELECT a.content, a.dateAdded, p.url FROM moz_annos a \
        JOIN moz_anno_attributes n ON n.id = a.anno_attribute_id AND n.name = 'downloads/destinationFileURI' \
        LEFT JOIN moz_places p ON p.id = a.place_id ORDER BY a.dateAdded";
    snapshot.each_row(query, |row| {
        let file = row.get_ref(0)?.as_str()?;
        let at = Timestamp::from_microsecond(row.get(1)?).ok();
        let url = row.get_ref(2)?.as_str_or_null()?.unwrap_or_default();
        if let Some(path) = path_of_url(file).filter(|_| in_window(context, at)) {
            found.push(Recorded { path, host: host_of(url).unwrap_or_default().to_ascii_lowercase(), at });
        }
        Ok(())
    })?;
    Ok(found)
}

fn in_window(context: &Context, at: Option<Timestamp>) -> bool {
    // A time that no calendar has says nothing against it.
    at.is_none_or(|at| context.now.duration_since(at) <= WINDOW)
}

/// A path as Chromium writes it. Browsers for Windows, under Wine, write theirs.
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

/// The path in a `file://` URL.
fn path_of_url(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("file://")?;
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = match (first, after) {
            (b'%', [high, low, ..]) => hexadecimal(*high).zip(hexadecimal(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    (bytes.first() == Some(&b'/')).then(|| path_of(&bytes))
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn risky_download(
    context: &Context,
    profile: &FoundProfile,
    recorded: &Recorded,
    hosts: &Hosts,
    risky: &RiskyFiles,
) -> Result<Option<RiskyDownload>, Gap> {
    let Some(name) = recorded.path.file_name() else {
        return Ok(None);
    };
    let extension = extension_of(name.as_bytes());
    let Some(executable) = risky.can_run(&extension) else {
        return Ok(None);
    };
    let Some(path) = on_this_machine(&profile.home, &recorded.path) else {
        return Ok(None);
    };
    match context.root.metadata(path)? {
        Some(metadata) if metadata.kind == EntryKind::File => {}
        _ => return Ok(None),
    }
    Ok(Some(RiskyDownload {
        file_name: text::name(name.as_bytes()).into(),
        extension: extension.into(),
        user: profile.user.clone().into(),
        origin_host: recorded.host.clone().into(),
        origin_government: hosts.is_government(&recorded.host).into(),
        downloaded_at: recorded.at.map_or_else(Observed::default, Observed::Known),
        executable: executable.into(),
    }))
}

/// An absolute path of the observed machine; a path of Windows is one beneath the user's Wine.
fn on_this_machine(home: &Path, path: &Path) -> Option<PathBuf> {
    if path.is_absolute() {
        return Some(path.to_owned());
    }
    let text = path.to_str()?;
    let (drive, rest) = text.split_once(":\\")?;
    match drive {
        "C" | "c" => Some(home.join(".wine/drive_c").join(rest.replace('\\', "/"))),
        // Wine shows the whole machine as drive Z.
        "Z" | "z" => Some(Path::new("/").join(rest.replace('\\', "/"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::{Machine, NOW};
    use jiff::SignedDuration;
    use proptest::prelude::*;
    use rusqlite::Connection;

    const HISTORY_SCHEMA: &str = "CREATE TABLE downloads (id INTEGER PRIMARY KEY, guid VARCHAR NOT NULL, \
        current_path LONGVARCHAR NOT NULL, target_path LONGVARCHAR NOT NULL, start_time INTEGER NOT NULL, \
        received_bytes INTEGER NOT NULL, total_bytes INTEGER NOT NULL, state INTEGER NOT NULL);\
        CREATE TABLE downloads_url_chains (id INTEGER NOT NULL, chain_index INTEGER NOT NULL, url LONGVARCHAR NOT NULL, \
        PRIMARY KEY (id, chain_index));";

    const PLACES_SCHEMA: &str = "CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url LONGVARCHAR);\
        CREATE TABLE moz_anno_attributes (id INTEGER PRIMARY KEY, name VARCHAR(32) UNIQUE NOT NULL);\
        CREATE TABLE moz_annos (id INTEGER PRIMARY KEY, place_id INTEGER NOT NULL, anno_attribute_id INTEGER, \
        content LONGVARCHAR, flags INTEGER DEFAULT 0, dateAdded INTEGER DEFAULT 0);";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn database(machine: &Machine, path: &str, schema: &str) -> Connection {
        std::fs::create_dir_all(machine.path(path).parent().unwrap()).unwrap();
        let connection = Connection::open(machine.path(path)).unwrap();
        connection.execute_batch(schema).unwrap();
        connection
    }

    /// The name, the host it came from, whether that is the government's, and whether it can run.
    type Answer = (String, String, bool, bool);

    fn found(machine: &Machine) -> (Vec<Answer>, Option<GapCode>) {
        let listing = match collect(&machine.context()).unwrap().risky {
            Observed::Known(listing) => listing,
            Observed::Unknown(gap) => panic!("{gap}"),
        };
        let items = listing.items.iter().map(|file| {
            let text = |observed: &Observed<String>| observed.known().unwrap().clone();
            let flag = |observed: &Observed<bool>| *observed.known().unwrap();
            (text(&file.file_name), text(&file.origin_host), flag(&file.origin_government), flag(&file.executable))
        });
        (items.collect(), listing.incomplete.map(|gap| gap.code))
    }

    #[test]
    fn chromium_records_where_a_file_came_from() {
        let machine = Machine::with_user();
        let history = database(&machine, "home/an/.config/google-chrome/Default/History", HISTORY_SCHEMA);
        machine.file("home/an/.config/google-chrome/Default/Preferences", "{}");
        let start = |ago: SignedDuration| (now() - ago).as_microsecond() + 11_644_473_600_000_000;
        let recent = start(SignedDuration::from_hours(1));
        let rows: &[(i64, &str, i64, i64, &[&str])] = &[
            (1, "/home/an/Tải về/Hoá đơn.pdf.EXE", recent, 1, &["https://bit.example/x", "https://CDN.example/a.exe"]),
            (2, "/home/an/Downloads/phanmem.zip", recent, 1, &["https://thads.moj.gov.vn/phanmem.zip"]),
            (3, "/home/an/Downloads/gone.exe", recent, 1, &["https://example.com/"]),
            (4, "/home/an/Downloads/half.exe", recent, 0, &["https://example.com/"]),
            (
                5,
                "/home/an/Downloads/old.exe",
                start(SignedDuration::from_hours(90 * 24 + 1)),
                1,
                &["https://example.com/"],
            ),
            (6, "/home/an/Downloads/photo.jpg", recent, 1, &["https://example.com/"]),
            (7, "/home/an/Downloads/unknown.docm", recent, 1, &[]),
        ];
        for (id, path, time, state, chain) in rows {
            history
                .execute("INSERT INTO downloads VALUES (?1, '', ?2, ?2, ?3, 1, 1, ?4)", (id, path, time, state))
                .unwrap();
            for (index, url) in chain.iter().enumerate() {
                history
                    .execute(
                        "INSERT INTO downloads_url_chains VALUES (?1, ?2, ?3)",
                        (id, i64::try_from(index).unwrap(), url),
                    )
                    .unwrap();
            }
            if *id != 3 {
                machine.file(path.trim_start_matches('/'), "x");
            }
        }
        drop(history);
        let file =
            |name: &str, host: &str, government, executable| (name.to_owned(), host.to_owned(), government, executable);
        let expected = vec![
            file("Hoá đơn.pdf.EXE", "cdn.example", false, true),
            file("phanmem.zip", "thads.moj.gov.vn", true, false),
            file("unknown.docm", "", false, true),
        ];
        assert_eq!(found(&machine), (expected, None));
        machine.file("home/an/.config/google-chrome/Default/History", "broken");
        assert_eq!(found(&machine), (vec![], Some(GapCode::Unreadable)));
    }

    #[test]
    fn firefox_annotates_addresses_with_files() {
        let machine = Machine::with_user();
        let places = database(&machine, "home/an/.mozilla/firefox/x.default/places.sqlite", PLACES_SCHEMA);
        machine.file("home/an/Downloads/Cài đặt.msi", "x");
        let time = now().as_microsecond();
        places
            .execute_batch(&format!(
                "INSERT INTO moz_places VALUES (1, 'https://downloads.example/setup');\
                 INSERT INTO moz_anno_attributes VALUES (3, 'downloads/destinationFileURI'), (4, 'downloads/metaData');\
                 INSERT INTO moz_annos VALUES (1, 1, 3, 'file:///home/an/Downloads/C%C3%A0i%20%C4%91%E1%BA%B7t.msi', 0, {time}), \
                 (2, 1, 4, '{{\"state\":1}}', 0, {time}), (3, 1, 3, 'http://x', 0, {time});"
            ))
            .unwrap();
        drop(places);
        let expected = vec![("Cài đặt.msi".to_owned(), "downloads.example".to_owned(), false, true)];
        assert_eq!(found(&machine), (expected, None));
    }

    #[test]
    fn windows_paths_are_found_beneath_wine() {
        let home = Path::new("home/an");
        for (path, expected) in [
            ("/home/an/a.exe", Some("/home/an/a.exe")),
            ("C:\\users\\an\\a.exe", Some("home/an/.wine/drive_c/users/an/a.exe")),
            ("Z:\\srv\\a.exe", Some("/srv/a.exe")),
            ("E:\\a.exe", None),
            ("a.exe", None),
        ] {
            assert_eq!(on_this_machine(home, Path::new(path)).as_deref(), expected.map(Path::new), "{path}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_a_url(url in "\\PC{0,40}|file://[/%0-9a-fA-F]{0,30}") {
            path_of_url(&url);
            extension_of(url.as_bytes());
        }
    }
}
