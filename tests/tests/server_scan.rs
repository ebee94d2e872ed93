//! The page on which files are looked into, asked of the program itself: its workers are confined, its receipts are believed by
//! `khien receipt verify`, and of the file nothing stays.

use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use khien_server::secrets;
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::sessions::{self, Session, Strength};
use khien_store::{Actor, Store, StoreOptions};
use khien_tests::packs::{FOUND_BY_PACK, OperatorPack};
use khien_tests::program::{Server, free_port, khien, now};

/// The hash of no password.
const NO_PASSWORD: &str = "$argon2id$none";

/// Somebody who is signed in: the secret of the session, and what their forms carry.
struct SignedIn {
    secret: String,
    csrf: String,
    client: ureq::Agent,
}

/// Enters somebody who has just signed in.
fn sign_in(data: &Path) -> SignedIn {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
    let (secret, csrf) = (secrets::fresh().expect("chance"), secrets::fresh().expect("chance"));
    let signed_in = SignedIn { secret, csrf, client: config.into() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite://{}", data.join("khien.db").display());
        let store = Store::open(&url, &StoreOptions::default()).await.expect("a store");
        let now = now();
        let mut change = store.begin(Actor::System, now).await.expect("a change");
        let person = Person {
            id: "an".to_owned(),
            name: "Nguyễn Thị An".to_owned(),
            position: None,
            email: None,
            language: None,
            created_at: now,
        };
        people::insert(&mut change, &person).await.expect("a person");
        logins::insert(&mut change, &Login::new("an", "an")).await.expect("a login");
        logins::set_password(&mut change, "an", NO_PASSWORD, false, 0).await.expect("a password");
        let session = Session {
            secret_hash: secrets::kept(&signed_in.secret),
            person: "an".to_owned(),
            csrf: signed_in.csrf.clone(),
            strength: Strength::SecondFactor,
            created_at: now,
            last_seen_at: now,
            expires_at: now + SignedDuration::from_hours(8),
            user_agent: None,
        };
        sessions::insert(&mut change, &session).await.expect("a session");
        change.commit().await.expect("it is kept");
        store.close().await;
    });
    signed_in
}

impl SignedIn {
    fn get(&self, server: &Server, path: &str) -> (u16, String) {
        let request = self.client.get(format!("http://{}{path}", server.address));
        let mut answer = request.header("cookie", format!("khien_session={}", self.secret)).call().expect("an answer");
        (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
    }

    /// Has a file looked into and gives where its result is.
    fn scan(&self, server: &Server, name: &str, bytes: &[u8]) -> String {
        let mut form = format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; \
             name=\"files\"; filename=\"{name}\"\r\n\r\n",
            self.csrf
        )
        .into_bytes();
        form.extend_from_slice(bytes);
        form.extend_from_slice(b"\r\n--b--\r\n");
        let request = self.client.post(format!("http://{}/scan", server.address));
        let request = request.header("cookie", format!("khien_session={}", self.secret));
        let mut answer =
            request.header("content-type", "multipart/form-data; boundary=b").send(&form).expect("an answer");
        let location = answer.headers().get("location").map(|value| value.to_str().expect("ASCII").to_owned());
        location.unwrap_or_else(|| {
            panic!("{}: {}", answer.status(), answer.body_mut().read_to_string().unwrap_or_default())
        })
    }
}

#[test]
fn a_file_is_looked_into_and_forgotten_and_its_receipt_is_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path(), None, free_port());
    let an = sign_in(folder.path());
    let large = b"mot dong chu\n".repeat(1_400_000);
    for (name, bytes, class) in [
        ("bao-cao.txt", b"x\n".as_slice(), "pass"),
        ("hoa-don.pdf.exe", b"MZ\x90\0\x03", "fail"),
        // Too large for memory: it waits on the disk. A slow machine may be out of time over it.
        ("lon.txt", &large, ""),
    ] {
        let address = an.scan(&server, name, bytes);
        let (status, page) = an.get(&server, &address);
        assert_eq!(status, 200, "{page}");
        assert!(page.contains(&format!("class=\"panel verdict {class}")), "{name}: {page}");
        let receipt = folder.path().join("phieu.json");
        fs::write(&receipt, an.get(&server, &format!("{address}/receipt.json")).1).expect("a file");
        let verified = khien().args(["receipt", "verify"]).arg(&receipt).output().expect("khien runs");
        if !class.is_empty() {
            assert_eq!(verified.status.code(), Some(i32::from(class == "fail")), "{verified:?}");
        }
        assert!(String::from_utf8_lossy(&verified.stdout).contains(name), "{verified:?}");
    }
    assert_eq!(fs::read_dir(folder.path().join("spool")).expect("a folder").count(), 0);
}

#[test]
fn the_page_looks_with_the_packs_of_the_operator_and_its_receipt_names_them() {
    let (folder, pack) = (tempfile::tempdir().expect("a folder"), OperatorPack::make());
    fs::write(folder.path().join("khien.toml"), pack.settings()).expect("a file");
    let server = Server::start(folder.path(), None, free_port());
    let an = sign_in(folder.path());
    let text = format!("Báo cáo có {FOUND_BY_PACK} trong đó.\n");
    // The class of the verdict, the page and the receipt.
    let looked = || {
        let address = an.scan(&server, "bao-cao.txt", text.as_bytes());
        let page = an.get(&server, &address).1;
        let class = page.split("class=\"panel verdict ").nth(1).expect("a verdict");
        let class = class.split('"').next().unwrap_or_default().to_owned();
        let printed = an.get(&server, &format!("{address}/receipt")).1;
        (class, page, printed, an.get(&server, &format!("{address}/receipt.json")).1)
    };
    let until = |wanted: &str| {
        let began = std::time::Instant::now();
        loop {
            let looked = looked();
            if looked.0 == wanted {
                return looked;
            }
            assert!(began.elapsed() < std::time::Duration::from_mins(1), "never {wanted}: {}", looked.1);
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    };
    let (_, page, printed, receipt) = until("pass");
    assert!(!page.contains("Quy tắc thu") && !printed.contains("Quy tắc thu") && !receipt.contains("\"thu\""));
    pack.load();
    let (_, page, printed, receipt) = until("fail");
    for said in [&page, &printed] {
        assert!(said.contains("Quy tắc thu") && said.contains("0 ngày tuổi"), "{said}");
    }
    let path = folder.path().join("phieu.json");
    fs::write(&path, receipt).expect("a file");
    let verified = khien().args(["receipt", "verify"]).arg(&path).output().expect("khien runs");
    assert_eq!(verified.status.code(), Some(1), "{verified:?}");
    assert!(String::from_utf8_lossy(&verified.stdout).contains("Quy tắc thu"), "{verified:?}");
    pack.unload();
    until("pass");
}
