//! clamd as a further detector: Debian's own, with one signature of ours.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use khien_tests::program::khien;
use serde_json::Value;

const CLAMD: &str = "/usr/sbin/clamd";
/// Debian's Python, which has Debian's `zstandard`.
const PYTHON: &str = "/usr/bin/python3";
/// How long clamd may take to load one signature.
const PATIENCE: Duration = Duration::from_mins(1);
/// The word that the signature finds: `khien-clamd-dau-hieu`.
const WORD: &str = "khien-clamd-dau-hieu";

/// Writes a ZIP with one entry by Zstandard (method 93), which ClamAV does not open.
const ZIP_ZSTD: &str = "
import struct, sys, zlib, zstandard
content = open(sys.argv[1], 'rb').read()
packed = zstandard.compress(content)
name = b'ben-trong.txt'
middle = struct.pack('<HHHHHIIIHH', 20, 0, 93, 0, 0x5b77, zlib.crc32(content), len(packed), len(content), len(name), 0)
local = b'PK\\x03\\x04' + middle + name + packed
central = b'PK\\x01\\x02' + struct.pack('<H', 20) + middle + struct.pack('<HHHII', 0, 0, 0, 0, 0) + name
end = b'PK\\x05\\x06' + struct.pack('<HHHHIIH', 0, 0, 1, 1, len(central), len(local), 0)
open(sys.argv[2], 'wb').write(local + central + end)
";

struct Clamd {
    child: Child,
    socket: PathBuf,
}

impl Clamd {
    fn start(folder: &Path) -> Self {
        let (socket, settings) = (folder.join("clamd.socket"), folder.join("clamd.conf"));
        fs::create_dir(folder.join("signatures")).unwrap();
        let word: String = WORD.bytes().map(|byte| format!("{byte:02x}")).collect();
        fs::write(folder.join("signatures/own.ndb"), format!("Khien.Test:0:*:{word}\n")).unwrap();
        let lines = format!(
            "DatabaseDirectory {0}/signatures\nLocalSocket {1}\nForeground yes\nUser root\nStreamMaxLength 1M\n",
            folder.display(),
            socket.display()
        );
        fs::write(&settings, lines).unwrap();
        let mut command = Command::new(CLAMD);
        command.arg("--config-file").arg(&settings).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut clamd = Self { child: command.spawn().unwrap(), socket };
        let started = Instant::now();
        while !clamd.socket.exists() {
            assert_eq!(clamd.child.try_wait().unwrap(), None, "clamd ended");
            assert!(started.elapsed() < PATIENCE, "clamd did not open its socket");
            std::thread::sleep(Duration::from_millis(20));
        }
        clamd
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the scanner says of a file, with its exit code.
fn scan(folder: &Path, file: &str) -> (Option<i32>, Value) {
    let mut command = khien();
    command.current_dir(folder).args(["scan", "--json", "--settings", "s.toml", "--rules", "goi", file]);
    let output = command.output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), json)
}

/// The path of the node in which clamd found its signature.
fn found(json: &Value) -> Option<String> {
    let inspection = &json["files"][0]["inspection"];
    let finding = inspection["findings"].as_array()?.iter().find(|finding| finding["id"] == "clamav")?;
    assert!(finding["evidence"].as_str().unwrap().contains("Khien.Test"), "{finding}");
    let node = usize::try_from(finding["node"].as_u64()?).ok()?;
    inspection["nodes"][node]["path"].as_str().map(str::to_owned)
}

#[test]
fn clamd_sees_the_file_and_what_it_cannot_open() {
    if !Path::new(CLAMD).exists() {
        println!("SKIPPED: {CLAMD} is not installed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let clamd = Clamd::start(at);
    let settings = format!("[clamd_detector]\nsocket = \"{}\"\n", clamd.socket.display());
    fs::write(at.join("s.toml"), settings).unwrap();
    fs::create_dir(at.join("goi")).unwrap();
    // So long that Zstandard does not leave the word in it as it is.
    let lines: String = (0..300).map(|number| format!("Dòng {number} của văn bản.\n")).collect();
    fs::write(at.join("co.txt"), format!("{lines}Văn bản có {WORD} ở trong.\n{lines}")).unwrap();
    fs::write(at.join("sach.txt"), "Văn bản bình thường.").unwrap();
    fs::write(at.join("lon.txt"), "Văn bản dài.\n".repeat(200_000)).unwrap();
    let zipped = Command::new(PYTHON).current_dir(at).args(["-c", ZIP_ZSTD, "co.txt", "co.zip"]).output().unwrap();
    assert!(zipped.status.success(), "{zipped:?}");

    let (code, clean) = scan(at, "sach.txt");
    assert_eq!((code, found(&clean)), (Some(0), None), "{clean:#}");
    assert!(clean["rules"].as_str().unwrap().contains("+ClamAV-"), "{clean:#}");
    let (code, whole) = scan(at, "co.txt");
    assert_eq!((code, found(&whole).as_deref()), (Some(1), Some("co.txt")), "{whole:#}");
    let (code, within) = scan(at, "co.zip");
    assert_eq!((code, found(&within).as_deref()), (Some(1), Some("co.zip › ben-trong.txt")), "{within:#}");
    let (code, large) = scan(at, "lon.txt");
    assert_eq!(code, Some(3));
    assert!(large.to_string().contains("StreamMaxLength"), "{large:#}");

    drop(clamd);
    let (code, away) = scan(at, "sach.txt");
    assert_eq!(code, Some(3));
    assert_eq!(away["files"][0]["inspection"]["verdict"], "not_inspected");
    assert!(away["files"][0]["inspection"].to_string().contains("clamd ("), "{away:#}");
}
