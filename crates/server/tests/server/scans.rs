//! Files that people have looked into: what comes in, what is said of it, what is kept and what is not.

use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use khien_model::{Subject, SubjectKind};
use khien_scan::Settings;
use khien_scan::receipt::Receipt;
use khien_server::limits::SCAN_PLACES;
use khien_server::rights::Role;
use khien_server::scans::service::Scans;
use khien_server::{router, secrets, serve};
use khien_store::scans::MAX_FILES;
use khien_store::{facts, subjects};
use khien_test_support::drop_files;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::place::{Answer, Browser, Place, here};

/// How many bytes a file of these tests may have.
const MOST_BYTES: u64 = 64 * 1024;

/// A server that looks into files, with an official of unit `mot` and a head above.
async fn place() -> Place {
    let mut place = Place::new().await;
    let mut settings = Settings::default();
    settings.limits.input_bytes = MOST_BYTES;
    let start = here(&settings);
    place.state.scans = Arc::new(Scans::started_by(settings, place.data.path(), start));
    place.router = router(place.state.clone());
    place.person("an", "mot", &[]).await;
    place.person("binh", "mot", &[]).await;
    place.person("chi", "tinh", &[(Role::UnitHead, Some("tinh"))]).await;
    place.person("dung", "hai", &[(Role::Assessor, None)]).await;
    place
        .change(async |change| {
            let person = Subject { kind: SubjectKind::Person, id: "an".to_owned() };
            subjects::enter(change, &person, "an").await.unwrap();
        })
        .await;
    place
}

/// A browser of `person` that has opened the form.
async fn at_the_form(place: &Place, person: &str) -> Browser {
    let mut browser = place.signed_in(person, None).await;
    assert_eq!(browser.get("/scan?lang=en").await.status, StatusCode::OK);
    browser
}

/// What is shown of these files.
async fn shown(browser: &mut Browser, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> (String, Answer) {
    let files: Vec<(&str, &str, &[u8])> = files.iter().map(|(name, bytes)| ("files", *name, *bytes)).collect();
    let answer = browser.upload("/scan", fields, &files).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let address = answer.location().to_owned();
    let answer = browser.get(&address).await;
    assert_eq!(answer.status, StatusCode::OK);
    (address, answer)
}

/// `hoa-don.txt` in a ZIP with the password `mat-khau`, as Info-ZIP locks it.
const LOCKED: &str = "504b03040a00090000009ab0775d4282e54b13000000070000000b000000686f612d646f6e2e7478744d8d29dc8545e2bdf3\
     44a82977219b353c97b4504b07084282e54b1300000007000000504b01021e030a00090000009ab0775d4282e54b13000000\
     070000000b0000000000000001000000a48100000000686f612d646f6e2e747874504b05060000000001000100390000004c\
     0000000000";

fn locked() -> Vec<u8> {
    let byte = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
    LOCKED.as_bytes().chunks(2).map(byte).collect()
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

fn docx() -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let parts = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#,
        ),
        (
            "word/document.xml",
            r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Báo cáo</w:t></w:r></w:p></w:body></w:document>"#,
        ),
    ];
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A file, what is sent beside it, the class of its verdict, and what is shown.
type Case<'c> = (&'c str, &'c [u8], &'c [(&'c str, &'c str)], &'c str, &'c str);

/// The verdict that a page shows, by its class.
fn verdict(page: &str) -> &str {
    let (_, rest) = page.split_once("class=\"panel verdict ").expect("a verdict");
    rest.split('"').next().unwrap()
}

/// Whether nothing waits in the spool.
fn spool_is_empty(place: &Place) -> bool {
    fs::read_dir(place.data.path().join("spool")).is_ok_and(|mut entries| entries.next().is_none())
}

#[tokio::test]
async fn each_file_is_told_what_it_is_and_what_to_do() {
    let place = place().await;
    let mut browser = at_the_form(&place, "an").await;
    let locked = locked();
    let program = zipped("hoa-don.pdf.exe", b"MZ\x90\0\x03");
    let words = |bytes: u64| {
        b"mot dong chu\n".iter().copied().cycle().take(usize::try_from(bytes).unwrap()).collect::<Vec<u8>>()
    };
    let (large, largest) = (words(MOST_BYTES + 1), words(MOST_BYTES));
    let docx = docx();
    let cases: &[Case<'_>] = &[
        ("bao-cao.docx", &docx, &[], "pass", "nothing dangerous"),
        ("thu.zip", &program, &[], "fail", "thu.zip › hoa-don.pdf.exe"),
        ("khoa.zip", &locked, &[], "unknown", "Remove the password"),
        ("khoa.zip", &locked, &[("passwords", "sai\r\nmat-khau")], "pass", "khoa.zip"),
        ("large.txt", &large, &[], "unknown", "larger than 65536 bytes"),
        ("largest.txt", &largest, &[], "pass", "largest.txt"),
        ("crash.txt", b"x", &[], "unknown", "the reader ended unexpectedly"),
        // NFD comes in, NFC is shown; what would be markup is text.
        ("ba\u{301}o ca\u{301}o.txt", b"x\n", &[], "pass", "báo cáo.txt"),
        ("<b>&amp;.txt", b"x\n", &[], "pass", "&#60;b&#62;"),
    ];
    for (name, bytes, fields, class, shows) in cases {
        let (_, page) = shown(&mut browser, fields, &[(name, bytes)]).await;
        assert_eq!(verdict(&page.body), *class, "{name}: {}", page.body);
        assert!(page.body.contains(shows), "{name} does not show {shows:?}: {}", page.body);
    }
    // Nothing in it is nothing to fear, and is said to be a file all the same.
    let (_, page) = shown(&mut browser, &[], &[("empty.txt", b"")]).await;
    assert!(page.body.contains("empty.txt"));
    assert!(spool_is_empty(&place));
}

#[tokio::test]
async fn the_gravest_of_several_files_counts_and_no_more_than_the_bound_are_taken() {
    let place = place().await;
    let mut browser = at_the_form(&place, "an").await;
    let files: &[(&str, &[u8])] = &[("a.txt", b"x\n"), ("b.pdf.exe", b"MZ\x90\0"), ("c.txt", b"y\n")];
    let (address, page) = shown(&mut browser, &[], files).await;
    assert_eq!(verdict(&page.body), "fail");
    assert!(files.iter().all(|(name, _)| page.body.contains(name)));
    let receipt = browser.get(&format!("{address}/receipt.json")).await;
    let (receipt, _) = Receipt::verified(receipt.body.as_bytes()).unwrap();
    assert_eq!(receipt.files.len(), 3);

    let many: Vec<(&str, &str, &[u8])> = (0..=MAX_FILES).map(|_| ("files", "a.txt", b"x\n".as_slice())).collect();
    let answer = browser.upload("/scan", &[], &many[1..]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let answer = browser.upload("/scan", &[], &many).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("No more than 20 files"), "{}", answer.body);
    let answer = browser.upload("/scan", &[], &[("files", "", b"")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("No file was chosen"));
    assert!(spool_is_empty(&place));
}

#[tokio::test]
async fn a_receipt_is_believed_and_signed_with_one_key() {
    let place = place().await;
    let mut browser = at_the_form(&place, "an").await;
    let mut keys = Vec::new();
    for name in ["a.txt", "b.txt"] {
        let (address, page) = shown(&mut browser, &[], &[(name, b"x\n")]).await;
        assert!(page.body.contains(&format!("{address}/receipt")));
        let answer = browser.get(&format!("{address}/receipt.json")).await;
        assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let (receipt, key) = Receipt::verified(answer.body.as_bytes()).unwrap();
        let sha256 = "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac";
        assert_eq!(receipt.by, "Nguyễn Thị an (Đơn vị mot)");
        assert_eq!(receipt.files[0].sha256, sha256);
        assert_eq!(receipt.files[0].name, name);
        let ages: Vec<_> = receipt.rule_sources.iter().map(|source| (source.name.as_str(), source.age_days)).collect();
        assert_eq!(ages, [("khien", Some(2)), ("co-quan", Some(52)), ("clamav", None)]);
        let printed = browser.get(&format!("{address}/receipt")).await;
        for page in [&page, &printed] {
            for said in [
                "khien-1, 2 days old (of 2026-11-20)",
                "co-quan-1, 52 days old (of 2026-10-01)",
                "clamav-1, of unknown age",
            ] {
                assert!(page.body.contains(said), "{said}: {}", page.body);
            }
        }
        assert!(page.body.contains("The rules co-quan were 52 days old"), "{}", page.body);
        assert!(!page.body.contains("The rules khien were"));
        for shows in ["class=\"letter", "Nguyễn Thị an", "Đơn vị mot", sha256, name, &key.replace('+', "&#43;")]
        {
            let is_shown = printed.body.contains(shows) || printed.body.contains(&shows.replace("&#43;", "+"));
            assert!(is_shown, "{shows}: {}", printed.body);
        }
        keys.push(key);
    }
    assert_eq!(keys[0], keys[1]);
    // The key of the data folder is gone, as after a restore on another machine: another key signs, and what was signed holds.
    fs::remove_file(place.data.path().join("sealing.key")).unwrap();
    let (address, _) = shown(&mut browser, &[], &[("c.txt", b"x\n")]).await;
    let answer = browser.get(&format!("{address}/receipt.json")).await;
    assert_ne!(Receipt::verified(answer.body.as_bytes()).unwrap().1, keys[0]);
}

#[tokio::test]
async fn what_somebody_has_looked_into_is_theirs_alone() {
    let place = place().await;
    let mut browser = at_the_form(&place, "an").await;
    let (address, _) = shown(&mut browser, &[], &[("bi-mat.exe", b"MZ\x90\0")]).await;
    let listed = browser.get("/scan?lang=en").await;
    assert!(listed.body.contains("bi-mat.exe") && listed.body.contains(&address));
    for other in ["binh", "chi"] {
        let mut browser = at_the_form(&place, other).await;
        for path in [address.clone(), format!("{address}/receipt"), format!("{address}/receipt.json")] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{other} {path}");
        }
        let listed = browser.get("/scan?lang=en").await;
        assert!(!listed.body.contains("bi-mat"), "{other}");
        // Who looks after the unit sees how many there were.
        assert_eq!(listed.body.contains("Đơn vị mot"), other == "chi", "{}", listed.body);
    }
    // Whoever assesses changes nothing: there is no form, and nothing is taken.
    let mut assessor = at_the_form(&place, "dung").await;
    assert!(!assessor.get("/scan").await.body.contains("enctype"));
    let answer = assessor.upload("/scan", &[], &[("files", "a.txt", b"x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let names = place.audited().await.iter().any(|record| format!("{record:?}").contains("bi-mat"));
    assert!(!names, "no name of a file is in the audit log");
}

#[tokio::test]
async fn of_a_form_that_is_none_of_ours_or_finds_no_place_nothing_is_kept() {
    let place = place().await;
    let mut browser = at_the_form(&place, "an").await;
    let csrf = std::mem::replace(&mut browser.csrf, secrets::fresh().unwrap());
    let file = [("files", "a.txt", b"x\n".as_slice())];
    assert_eq!(browser.upload("/scan", &[], &file).await.status, StatusCode::FORBIDDEN);
    browser.csrf = csrf;
    let held: Vec<_> = (0..SCAN_PLACES).map(|_| place.state.scans.enter().unwrap()).collect();
    let busy = browser.upload("/scan", &[], &file).await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(busy.headers.contains_key("retry-after"));
    drop(held);
    assert!(!browser.get("/scan").await.body.contains("a.txt"), "nothing was kept");
}

/// A connection to a server that listens, cut in the middle of a file too large for memory.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_form_that_breaks_off_nothing_is_kept() {
    const SENT: usize = 40 * 1024 * 1024;
    let mut place = Place::with(khien_server::config::Settings {
        http: Some("127.0.0.1:0".parse().unwrap()),
        https: None,
        ..khien_server::config::Settings::default()
    })
    .await;
    place.state.scans = Arc::new(Scans::started_by(Settings::default(), place.data.path(), here(&Settings::default())));
    place.person("an", "mot", &[]).await;
    let serving = serve::start(place.state.clone(), None).await.unwrap();
    let mut browser = place.browser();
    browser.secure = false;
    browser.sign_in("an", crate::place::PASSWORD).await;
    browser.get("/scan").await;
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; \
         name=\"files\"; filename=\"a.txt\"\r\n\r\n",
        browser.csrf
    );
    let head = format!(
        "POST /scan HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\nContent-Type: multipart/form-data; boundary=b\r\n\
         Content-Length: {}\r\n\r\n",
        cookies.join("; "),
        100 * 1024 * 1024
    );
    let mut connection = tokio::net::TcpStream::connect(serving.http.unwrap()).await.unwrap();
    connection.write_all((head + &form).as_bytes()).await.unwrap();
    connection.write_all(&vec![b'x'; SENT]).await.unwrap();
    let is_free = || (0..SCAN_PLACES).map(|_| place.state.scans.enter()).collect::<Result<Vec<_>, _>>().is_ok();
    assert!(!is_free(), "it is coming in");
    // A file beyond what waits in memory lies on the disk, but has no name there.
    assert!(spool_is_empty(&place));
    drop(connection);
    let mut waited = 0;
    while !is_free() {
        waited += 1;
        assert!(waited < 200, "its place is still taken");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(spool_is_empty(&place));
    assert!(!browser.get("/scan").await.body.contains("a.txt"), "nothing was kept");
    serving.stop().await;
}

#[tokio::test]
async fn files_are_dropped_on_the_form_and_sent_with_its_button() {
    let place = place().await;
    let page = at_the_form(&place, "an").await.get("/scan?lang=en").await.body;
    let (style, script) = (include_str!("../../assets/khien.css"), include_str!("../../assets/scan.js"));
    let dropped = tokio::task::spawn_blocking(move || drop_files(&page, style, script)).await.unwrap();
    let dropped = match dropped {
        Ok(dropped) => dropped,
        Err(reason) => return println!("SKIPPED: {reason}"),
    };
    assert_eq!(dropped["chosen"], "báo cáo.docxb.zip");
    assert_eq!(dropped["before"], 0, "nothing is sent before the button is pressed");
    let sent = dropped["sent"].as_array().unwrap();
    let [sent] = sent.as_slice() else { panic!("what is too large is not sent: {dropped}") };
    assert_eq!(sent["files"], serde_json::json!(["báo cáo.docx 10", "b.zip 20"]));
    assert_eq!(
        (&sent["method"], &sent["csrf"], &sent["bar"], &sent["disabled"]),
        (&Value::from("POST"), &Value::from(true), &Value::from(50), &Value::from(true))
    );
    assert!(sent["to"].as_str().unwrap().ends_with("/scan"));
    assert!(dropped["broken"].as_str().unwrap().contains("could not be sent"), "{dropped}");
    assert!(dropped["refused"].as_str().unwrap().contains("lớn.iso: larger than"), "{dropped}");
}

/// What is known of the uploads of `an`.
async fn known(place: &Place) -> [Option<u64>; 3] {
    let person = Subject { kind: SubjectKind::Person, id: "an".to_owned() };
    let document = facts::document(&place.state.store, &person).await.unwrap().unwrap();
    let document: Value = serde_json::to_value(document).unwrap();
    let value = document.pointer("/person/facts/own_uploads/value").cloned().unwrap_or_default();
    ["uploaded", "with_receipt", "infected_uploaded"].map(|field| value[field].as_u64())
}

#[tokio::test]
async fn what_one_has_uploaded_becomes_known_by_ones_own_word() {
    let place = place().await;
    let mut browser = at_the_form(&place, "an").await;
    let clean = shown(&mut browser, &[], &[("sach.txt", b"x\n")]).await.0.replace("/scan/", "");
    let bad = shown(&mut browser, &[], &[("xau.pdf.exe", b"MZ\x90\0")]).await.0.replace("/scan/", "");
    let day = "2026-11-22";
    let said = [("system", "Phần mềm Thụ lý"), ("day", day)];
    assert_eq!(known(&place).await, [None, None, None]);
    // Nothing at all, by one's own word.
    browser.post("/scan/uploads/whole", &[]).await;
    assert_eq!(known(&place).await, [Some(0), Some(0), Some(0)]);
    let answer = browser.post("/scan/uploads", &[said.as_slice(), &[("scan", &clean), ("number", "0")]].concat()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(known(&place).await, [Some(1), Some(1), Some(0)]);
    browser.post("/scan/uploads", &[said.as_slice(), &[("scan", &bad), ("number", "0")]].concat()).await;
    assert_eq!(known(&place).await, [Some(2), Some(2), Some(1)]);
    browser.post("/scan/uploads", &[said.as_slice(), &[("file_name", "quen.pdf")]].concat()).await;
    assert_eq!(known(&place).await, [Some(3), Some(2), Some(1)]);
    let page = browser.get("/scan/uploads?lang=en").await;
    for shows in ["sach.txt", "xau.pdf.exe", "quen.pdf", "no receipt", "were blocked and put on a system"] {
        assert!(page.body.contains(shows), "{shows}: {}", page.body);
    }
    // What was said by mistake is taken back, by whoever said it alone.
    let ids: Vec<String> = page
        .body
        .split("action=\"/scan/uploads/")
        .filter_map(|part| part.split_once("/withdraw\"").map(|(id, _)| id.to_owned()))
        .collect();
    assert_eq!(ids.len(), 3);
    let mut other = at_the_form(&place, "binh").await;
    let path = format!("/scan/uploads/{}/withdraw", ids[0]);
    assert_eq!(other.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    for id in &ids {
        assert_eq!(browser.post(&format!("/scan/uploads/{id}/withdraw"), &[]).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(known(&place).await, [Some(0), Some(0), Some(0)]);
    // What is missing or out of bounds is said beside its field, and a scan of somebody else is none.
    let wrong = browser.post("/scan/uploads", &[("system", ""), ("day", "2026-11-23"), ("file_name", "a")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.body.matches("aria-invalid").count(), 2, "{}", wrong.body);
    let stolen = other.post("/scan/uploads", &[said.as_slice(), &[("scan", &clean), ("number", "0")]].concat()).await;
    assert_eq!(stolen.status, StatusCode::NOT_FOUND);
}
