//! ClamAV: its daemon, its on-access scanner, and the header of its signature files.
//!
//! A signature file starts with 512 bytes of text: `ClamAV-VDB:16 Jan 2026 05-36 -0500:27520:2079213:90:md5:signature:builder:seconds`.

use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use khien_model::facts::{AntivirusProduct, SignatureState};
use khien_model::{Gap, GapCode};

use crate::linux::context::Context;
use crate::root::{Root, gap_of_io};

/// Where signatures are kept when `clamd.conf` does not say otherwise.
const DEFAULT_FOLDER: &str = "var/lib/clamav";

/// Where `clamd.conf` may be, and the bound of it.
const SETTINGS: [&str; 3] = ["etc/clamav/clamd.conf", "etc/clamd.d/scan.conf", "etc/clamd.conf"];
const MAX_SETTINGS: u64 = 256 << 10;

/// The programs of ClamAV. Its libraries alone, which other programs bring along, are no antivirus.
const PROGRAMS: [&str; 4] = ["usr/sbin/clamd", "usr/bin/clamscan", "usr/local/sbin/clamd", "usr/local/bin/clamscan"];

/// The length of the header of a signature file.
const HEADER: u64 = 512;

/// The bound of a signature file: only its header is read.
const MAX_SIGNATURES: u64 = 4 << 30;

/// What the header of a signature file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header {
    built_at: Timestamp,
    version: String,
}

/// `None` when ClamAV is not here.
pub(super) fn product(context: &Context) -> Result<Option<AntivirusProduct>, Gap> {
    let running = context.runs(&["clamd"]);
    let mut there = running == Ok(true);
    for program in PROGRAMS {
        there |= context.root.exists(program)?;
    }
    if !there {
        return Ok(None);
    }
    let daily = newest_header(&context.root);
    let on_access = context.runs(&["clamonacc"]);
    Ok(Some(AntivirusProduct {
        name: "ClamAV".into(),
        real_time: match (&running, on_access) {
            // The on-access scanner asks the daemon: alone it scans nothing.
            (Ok(true), on_access) => on_access.into(),
            (running, _) => running.clone().into(),
        },
        running: running.into(),
        signature_state: SignatureState::Dated.into(),
        signatures_built_at: daily.clone().map(|header| header.built_at).into(),
        signature_version: daily.map(|header| header.version).into(),
        // It has neither a console nor a licence that runs out.
        centrally_managed: false.into(),
        licence_expired: false.into(),
    }))
}

/// The header of `daily`, whose updates come every day. `main` is rebuilt every few years: its age says nothing.
fn newest_header(root: &Root) -> Result<Header, Gap> {
    let folder = signature_folder(root)?;
    let mut newest: Option<Header> = None;
    // An incremental update turns the compressed file into an uncompressed one; both may lie there.
    for name in ["daily.cld", "daily.cvd"] {
        let path = format!("{folder}/{name}");
        let Some(file) = root.open_file(&path, MAX_SIGNATURES)? else {
            continue;
        };
        let mut header = Vec::new();
        file.take(HEADER).read_to_end(&mut header).map_err(|error| gap_of_io(Path::new(&path), &error))?;
        let header = parse(&header).map_err(|what| Gap::with_detail(GapCode::Malformed, format!("/{path}: {what}")))?;
        if newest.as_ref().is_none_or(|newest| newest.built_at < header.built_at) {
            newest = Some(header);
        }
    }
    newest.ok_or_else(|| Gap::with_detail(GapCode::NotObserved, format!("no daily.cvd or daily.cld in /{folder}")))
}

fn signature_folder(root: &Root) -> Result<String, Gap> {
    for path in SETTINGS {
        if let Some(settings) = root.read_text(path, MAX_SETTINGS)? {
            return Ok(database_directory(&settings).unwrap_or_else(|| DEFAULT_FOLDER.to_owned()));
        }
    }
    Ok(DEFAULT_FOLDER.to_owned())
}

fn database_directory(settings: &str) -> Option<String> {
    let mut values = settings.lines().filter_map(|line| line.trim().strip_prefix("DatabaseDirectory"));
    let folder = values.next_back()?.trim().trim_matches('/');
    (!folder.is_empty()).then(|| folder.to_owned())
}

fn parse(header: &[u8]) -> Result<Header, &'static str> {
    let text = header.strip_prefix(b"ClamAV-VDB:").ok_or("no ClamAV-VDB header")?;
    let text: Vec<&[u8]> = text.split(|byte| *byte == b':').collect();
    // Some tools write the time with a colon of its own, `05:36`, instead of `05-36`.
    let field = |at: usize| text.get(at).and_then(|field| std::str::from_utf8(field).ok());
    let (time, version) = match field(0).ok_or("no time")? {
        start if start.matches(' ').count() == 3 => (format!("{start}:{}", field(1).ok_or("no minutes")?), field(2)),
        whole => (whole.replacen('-', ":", 1), field(1)),
    };
    let built_at = jiff::fmt::strtime::parse("%d %b %Y %H:%M %z", time.trim())
        .and_then(|parsed| parsed.to_timestamp())
        .map_err(|_| "a time that is none")?;
    let version = version.filter(|version| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit()));
    Ok(Header { built_at, version: version.ok_or("a version that is no number")?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;
    use khien_model::Observed;
    use khien_model::facts::Antivirus;

    #[test]
    fn headers_give_time_and_version() {
        for (header, expected) in [
            (
                "ClamAV-VDB:16 Jan 2026 05:36 -0500:27520:2079213:90:aa:bb:builder:1768559760",
                Ok(("2026-01-16T10:36:00Z", "27520")),
            ),
            ("ClamAV-VDB:07 Aug 2010 12-37 +0200:11525:1:60:aa:bb:b:1", Ok(("2010-08-07T10:37:00Z", "11525"))),
            ("ClamAV-VDB:16 Jan 2026 05:36 -0500:", Err("a version that is no number")),
            ("ClamAV-VDB:16 Thg1 2026 05:36 -0500:1:", Err("a time that is none")),
            ("ClamAV-VDB:", Err("a time that is none")),
            ("<html>blocked</html>", Err("no ClamAV-VDB header")),
            ("", Err("no ClamAV-VDB header")),
        ] {
            let expected = expected
                .map(|(built_at, version)| Header { built_at: built_at.parse().unwrap(), version: version.to_owned() });
            assert_eq!(parse(header.as_bytes()), expected, "{header}");
        }
    }

    fn clamav(machine: &Machine) -> AntivirusProduct {
        let Antivirus { products } = super::super::collect(&machine.context()).unwrap();
        products.known().unwrap().items[0].clone()
    }

    #[test]
    fn the_newer_of_both_files_counts() {
        let machine = Machine::new().running();
        machine.file("usr/sbin/clamd", "");
        machine.file("var/lib/clamav/daily.cvd", "ClamAV-VDB:16 Jan 2026 05:36 -0500:27520:1:90:a:b:c:1");
        machine.file("var/lib/clamav/daily.cld", "ClamAV-VDB:18 Jan 2026 05:36 -0500:27522:1:90:a:b:c:1");
        assert_eq!(clamav(&machine).signature_version, "27522".into());
        assert_eq!((clamav(&machine).running, clamav(&machine).real_time), (false.into(), false.into()));
        machine.process(9, "clamonacc");
        assert_eq!(clamav(&machine).real_time, false.into());
        machine.process(8, "clamd");
        assert_eq!((clamav(&machine).running, clamav(&machine).real_time), (true.into(), true.into()));
    }

    #[test]
    fn without_signatures_their_age_is_unknown() {
        let machine = Machine::new().running();
        machine.file("usr/bin/clamscan", "");
        machine.file("etc/clamav/clamd.conf", "# x\nDatabaseDirectory /srv/signatures/\n");
        let gap = |product: AntivirusProduct| match product.signatures_built_at {
            Observed::Unknown(gap) => gap,
            Observed::Known(_) => panic!("known"),
        };
        assert_eq!(gap(clamav(&machine)).detail, "no daily.cvd or daily.cld in /srv/signatures");
        machine.file("srv/signatures/daily.cvd", "<html>");
        assert_eq!(gap(clamav(&machine)).code, GapCode::Malformed);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(rest: Vec<u8>, time in "\\PC{0,30}") {
            let _ = parse(&[b"ClamAV-VDB:", &rest[..]].concat());
            let _ = parse(format!("ClamAV-VDB:{time}:1:").as_bytes());
        }
    }
}
