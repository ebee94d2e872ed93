//! Gates and the server together: a gate reports through times without the server, applications ask by HTTP with curl, alone
//! and behind nginx.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use khien_model::{day_of, facts};
use khien_server::{first_run, secrets};
use khien_store::gates::{self, Gate, GateProtocol, Logged, Search, Sums};
use khien_store::{Actor, Store, StoreOptions, systems};
use khien_tests::program::{Server, free_port, khien, now};
use serde_json::Value;

use crate::program::{cases, program};

/// How long something may take to become true.
const PATIENCE: Duration = Duration::from_mins(1);
const NGINX: &str = "/usr/sbin/nginx";

/// A server with one system, and what is kept behind it.
pub(crate) struct Office {
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    port: u16,
    pub(crate) server: Server,
}

impl Office {
    fn open() -> Self {
        Self::set("")
    }

    /// The same with these settings.
    pub(crate) fn set(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("khien.toml"), settings).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let port = free_port();
        let server = Server::start(folder.path(), None, port);
        Self { folder, runtime, port, server }
    }

    fn start_again(&mut self) {
        self.server = Server::start(self.folder.path(), None, self.port);
    }

    fn with<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        let url = format!("sqlite://{}", self.folder.path().join("khien.db").display());
        self.runtime.block_on(async {
            let store = Store::open(&url, &StoreOptions::default()).await.unwrap();
            let answer = work(&store).await;
            store.close().await;
            answer
        })
    }

    /// Puts a gate before a system and gives the file with its token.
    pub(crate) fn gate(&self, id: &str, protocol: GateProtocol) -> PathBuf {
        let secret = secrets::fresh().unwrap();
        let gate = Gate {
            id: id.to_owned(),
            system: format!("system-{id}"),
            name: id.to_owned(),
            protocol,
            secret_hash: secrets::kept(&secret),
            created_by: "tester".to_owned(),
            created_at: now(),
            ended_at: None,
            said: None,
            given_up: 0,
        };
        self.with(async |store| {
            let unit = first_run::unit(store, "Unit", now()).await.unwrap();
            let mut change = store.begin(Actor::System, now()).await.unwrap();
            systems::make(&mut change, &gate.system, "Kho tệp", &unit, day_of(now())).await.unwrap();
            gates::insert(&mut change, &gate).await.unwrap();
            change.commit().await.unwrap();
        });
        let path = self.folder.path().join(format!("{id}.token"));
        fs::write(&path, format!("{secret}\n")).unwrap();
        path
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn sums(&self, id: &str) -> Sums {
        self.with(async |store| gates::sums(store, day_of(now())).await.unwrap().remove(id).unwrap_or_default())
    }

    fn log(&self, id: &str) -> Vec<Logged> {
        self.with(async |store| gates::list(store, id, &Search::default()).await.unwrap().0)
    }

    fn uploads(&self, id: &str) -> facts::Uploads {
        self.with(async |store| {
            let subject = systems::subject(&format!("system-{id}"));
            let document = khien_store::facts::document(store, &subject).await.unwrap().unwrap();
            let document = serde_json::to_value(document).unwrap();
            serde_json::from_value(document.pointer("/system/facts/uploads/value").unwrap().clone()).unwrap()
        })
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "it does not come true: {what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends a body through the gate by REQMOD, and gives its answer.
pub(crate) fn upload(address: &str, path: &str, kind: &str, content: &[u8]) -> String {
    let http = format!("POST /{path} HTTP/1.1\r\nHost: h\r\nContent-Type: {kind}\r\n\r\n");
    let head = format!(
        "REQMOD icap://{address}/khien ICAP/1.0\r\nHost: {address}\r\nAllow: 204\r\nConnection: close\r\n\
         Encapsulated: req-hdr=0, req-body={}\r\n\r\n{http}{:x}\r\n",
        http.len(),
        content.len()
    );
    let began = Instant::now();
    let mut stream = loop {
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(error) => assert!(began.elapsed() < PATIENCE, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    stream.write_all(&[head.as_bytes(), content, b"\r\n0\r\n\r\n"].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_gate_reports_each_file_once_through_the_death_of_its_server() {
    let mut office = Office::open();
    let token = office.gate("icap", GateProtocol::Icap);
    let (address, spool) = (format!("127.0.0.1:{}", free_port()), office.folder.path().join("waiting"));
    let settings = office.folder.path().join("gate.toml");
    let written =
        format!("[report]\nto = \"http://{}\"\ntoken_file = {:?}\nspool = {:?}\n", office.server.address, token, spool);
    fs::write(&settings, written).unwrap();
    let start = || {
        let mut command = khien();
        command.args(["icap", "--listen", &address, "--settings"]).arg(&settings);
        Running(command.stdout(Stdio::null()).spawn().unwrap())
    };
    let mut gate = start();
    upload(&address, "a.txt", "text/plain", b"Xin chao.\n");
    until("the first file is in the log", || office.sums("icap").files == 1);
    assert_eq!(office.uploads("icap").gate_in_force.known(), Some(&true));
    // The server dies; files come all the same, and the gate dies too.
    office.server.kill();
    for number in 0..20 {
        let answer = upload(&address, &format!("b{number}.txt"), "text/plain", format!("{number}\n").as_bytes());
        assert!(answer.starts_with("ICAP/1.0 204 "), "{answer}");
    }
    until("what waits is on the disk", || {
        fs::read_to_string(spool.join("entries.jsonl")).unwrap_or_default().lines().count() >= 21
    });
    gate.0.kill().unwrap();
    gate.0.wait().unwrap();
    gate = start();
    upload(&address, "c.exe", "application/octet-stream", &program());
    office.start_again();
    until("everything has come", || office.sums("icap").files == 22);
    let sums = office.sums("icap");
    assert_eq!((sums.passed, sums.with_receipt, sums.blocked, sums.lost), (21, 21, 1, 0));
    let names: Vec<String> = office.log("icap").into_iter().map(|logged| logged.file.name).collect();
    assert_eq!(names.first().map(String::as_str), Some("c.exe"));
    // Asked to end, it says what waits before it does.
    upload(&address, "d.txt", "text/plain", b"The last.\n");
    let asked = Command::new("kill").args(["-TERM", &gate.0.id().to_string()]).status().unwrap();
    assert!(asked.success() && gate.0.wait().unwrap().success());
    assert_eq!(office.sums("icap").files, 23);
}

#[test]
fn a_form_through_icap_is_looked_into_file_by_file() {
    let address = format!("127.0.0.1:{}", free_port());
    let mut command = khien();
    command.args(["icap", "--listen", &address]);
    let _gate = Running(command.stdout(Stdio::null()).spawn().unwrap());
    let form = |names: &[(&str, &[u8])]| {
        let mut form = Vec::new();
        for (name, content) in names {
            let head = format!("--xYx\r\nContent-Disposition: form-data; name=\"f\"; filename=\"{name}\"\r\n\r\n");
            form.extend([head.as_bytes(), content, b"\r\n"].concat());
        }
        form.extend(b"--xYx--\r\n");
        form
    };
    let kind = "multipart/form-data; boundary=xYx";
    let good: &[(&str, &[u8])] = &[("a.txt", b"one\n"), ("b.txt", b"two\n"), ("c.txt", b"three\n")];
    let answer = upload(&address, "upload", kind, &form(good));
    assert!(answer.starts_with("ICAP/1.0 204 "), "{answer}");
    let program = program();
    let bad: &[(&str, &[u8])] = &[("a.txt", b"one\n"), ("hoa-don.pdf.exe", &program), ("c.txt", b"three\n")];
    let answer = upload(&address, "upload", kind, &form(bad));
    assert!(answer.contains("HTTP/1.1 403 Forbidden") && answer.contains("hoa-don.pdf.exe"), "{answer}");
    assert!(!answer.contains("boundary="), "people know the file by its name: {answer}");
    // What calls itself a form and is none was not looked into.
    let answer = upload(&address, "upload", kind, b"no form at all\n");
    assert!(answer.contains("X-Khien-Verdict: not_inspected\r\n"), "{answer}");
}

/// Asks with curl. Gives the status, the verdict in the header, and the answer.
pub(crate) fn curl(url: &str, token: &Path, arguments: &[String]) -> (u16, String, Value) {
    let token = fs::read_to_string(token).unwrap();
    let said = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "60", "--write-out"])
        .arg("\n%{http_code} %header{x-khien-verdict}")
        .args(["--header", &format!("Authorization: Bearer {}", token.trim())])
        .args(arguments)
        .arg(url)
        .output()
        .unwrap();
    let text = String::from_utf8(said.stdout).unwrap();
    let (body, end) = text.rsplit_once('\n').unwrap_or(("", &text));
    let (status, verdict) = end.split_once(' ').unwrap_or((end, ""));
    (status.parse().unwrap_or(0), verdict.trim().to_owned(), serde_json::from_str(body).unwrap_or_default())
}

/// An nginx before the server, as a portal has one.
fn nginx(folder: &Path, server: &Server, buffering: &str) -> (Running, String) {
    let port = free_port();
    let place = folder.join(format!("nginx-{buffering}"));
    fs::create_dir(&place).unwrap();
    let config = place.join("nginx.conf");
    let (folder, to) = (place.display(), server.address);
    let written = format!(
        "daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\nevents {{ }}\nhttp {{\n\
         access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n\
         fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n\
         server {{ listen 127.0.0.1:{port}; client_max_body_size 2m;\n\
         location = /api/v1/scan {{ proxy_pass http://{to}; proxy_http_version 1.1;\n\
         proxy_request_buffering {buffering}; }} }} }}\n"
    );
    fs::write(&config, written).unwrap();
    let mut child = Command::new(NGINX);
    child.arg("-p").arg(&place).arg("-e").arg(place.join("error.log")).arg("-c").arg(&config);
    let running = Running(child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    until("nginx answers", || TcpStream::connect(("127.0.0.1", port)).is_ok());
    (running, format!("http://127.0.0.1:{port}/api/v1/scan"))
}

/// Writes the files of the cases into a folder and gives the arguments that send all of them as a form.
fn as_form(folder: &Path) -> Vec<String> {
    let mut arguments = Vec::new();
    for (name, content, _) in cases() {
        let path = folder.join(name);
        fs::write(&path, content).unwrap();
        arguments.extend(["--form".to_owned(), format!("tep=@{}", path.display())]);
    }
    arguments
}

#[test]
fn applications_ask_by_http_alone_and_behind_nginx() {
    let office = Office::open();
    let token = office.gate("http", GateProtocol::Http);
    let files = tempfile::tempdir().unwrap();
    let form = as_form(files.path());
    let direct = format!("http://{}/api/v1/scan", office.server.address);
    let mut ways = vec![direct.clone()];
    let mut held = Vec::new();
    if Path::new(NGINX).exists() {
        for buffering in ["on", "off"] {
            let (running, url) = nginx(files.path(), &office.server, buffering);
            held.push(running);
            ways.push(url);
        }
    } else {
        println!("SKIPPED: {NGINX} is not installed");
    }
    for (round, url) in (1_u64..).zip(&ways) {
        let (status, verdict, answer) = curl(url, &token, &form);
        assert_eq!((status, verdict.as_str()), (200, "blocked"), "{url}: {answer:#}");
        for (place, (name, content, verdict)) in cases().into_iter().enumerate() {
            let file = &answer["files"][place];
            assert_eq!((file["name"].as_str(), file["verdict"].as_str()), (Some(name), Some(verdict)), "{answer:#}");
            assert_eq!(
                (file["size"].as_u64(), file["passes"].as_bool()),
                (Some(content.len() as u64), Some(verdict == "clean"))
            );
            let words = file["findings"][0]["fix"]["vi"].as_str();
            assert_eq!(words.is_some_and(|words| !words.is_empty()), verdict != "clean", "{file:#}");
        }
        assert!(answer["files"][2]["not_inspected"][0]["en"].is_string(), "{answer:#}");
        // As it is, by either way to name it.
        let raw = |more: &[&str]| {
            let path = files.path().join("bao-cao.txt");
            let mut arguments = vec!["--data-binary".to_owned(), format!("@{}", path.display())];
            arguments.extend(["--header".to_owned(), "Content-Type: application/octet-stream".to_owned()]);
            arguments.extend(more.iter().map(|more| (*more).to_owned()));
            arguments
        };
        let (status, verdict, answer) = curl(&format!("{url}?name=ten.txt&client=10.1.2.3"), &token, &raw(&[]));
        assert_eq!((status, verdict.as_str(), answer["files"][0]["name"].as_str()), (200, "clean", Some("ten.txt")));
        let named = raw(&["--header", "Content-Disposition: attachment; filename*=UTF-8''b%C3%A1o.txt"]);
        let (_, _, answer) = curl(url, &token, &named);
        assert_eq!(answer["files"][0]["name"], "báo.txt", "{answer:#}");
        // Chunked: nobody says beforehand how long it is.
        let (status, verdict, _) = curl(url, &token, &raw(&["--header", "Transfer-Encoding: chunked"]));
        assert_eq!((status, verdict.as_str()), (200, "clean"));
        // An application that forgets the file is not told that all is well; a file that is empty is one all the same.
        let (empty, no_file) = (files.path().join("rong.txt"), vec!["--form".to_owned(), "loai=cong-van".to_owned()]);
        fs::write(&empty, "").unwrap();
        let nothing = ["--request", "POST", "--header", "Content-Type: application/octet-stream"].map(str::to_owned);
        for forgotten in [nothing.to_vec(), no_file] {
            let (status, verdict, answer) = curl(url, &token, &forgotten);
            assert_eq!((status, verdict.as_str(), answer["code"].as_str()), (400, "", Some("no-file")), "{answer:#}");
            assert!(answer["hint"].as_str().is_some_and(|hint| hint.contains("multipart/form-data")), "{answer:#}");
        }
        let (status, ..) = curl(url, &token, &["--form".to_owned(), format!("tep=@{}", empty.display())]);
        assert_eq!(status, 200);
        assert_eq!(office.sums("http").files, round * 7);
    }
    let log = office.log("http");
    assert!(log.iter().any(|logged| logged.file.client.as_deref() == Some("10.1.2.3")));
    let uploads = office.uploads("http");
    assert_eq!((uploads.gate_in_force.known(), uploads.infected_uploaded.known()), (Some(&true), Some(&0)));
    // What it goes by, and who may ask.
    let (status, _, terms) = curl(&direct, &token, &[]);
    assert_eq!((status, terms["policy"]["not_inspected"].as_str()), (200, Some("block")), "{terms:#}");
    let wrong = files.path().join("wrong.token");
    fs::write(&wrong, "of-nobody").unwrap();
    let (status, _, answer) = curl(&direct, &wrong, &form);
    assert_eq!((status, answer["code"].as_str()), (401, Some("token-wrong")), "{answer:#}");
    let icap = office.gate("icap", GateProtocol::Icap);
    let (status, _, answer) = curl(&direct, &icap, &form);
    assert_eq!((status, answer["code"].as_str()), (403, Some("token-of-other")), "a gate that reports does not ask");
    let most = terms["max_bytes"].as_u64().unwrap();
    assert_eq!(told_to_be(&office.server, &token, most + 1), 413);
    if let Some(url) = ways.get(1) {
        // nginx has a bound of its own, and says so before our server is asked.
        let large = files.path().join("large.bin");
        fs::write(&large, vec![0; 3 * 1024 * 1024]).unwrap();
        let arguments = ["--form".to_owned(), format!("tep=@{}", large.display())];
        assert_eq!(curl(url, &token, &arguments).0, 413);
        assert_eq!(curl(&direct, &token, &arguments).0, 200);
    }
}

/// The status for a body that is said to be so long.
fn told_to_be(server: &Server, token: &Path, bytes: u64) -> u16 {
    let token = fs::read_to_string(token).unwrap();
    let mut stream = TcpStream::connect(server.address).unwrap();
    let head = format!(
        "POST /api/v1/scan HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/octet-stream\r\n\
         Content-Length: {bytes}\r\nConnection: close\r\n\r\n",
        server.address,
        token.trim()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).rsplit(' ').next().unwrap().parse().unwrap()
}
