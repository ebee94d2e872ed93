//! `khien backup`, `restore`, `db move` and `audit verify` as a user runs them: what they say, what they leave behind, how
//! they end.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "tests")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use khien_store::logins::{self, Login};
use khien_store::people::{self, Person};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::{Actor, Store, StoreOptions, audit, invitations};

/// What the program said on both outputs, and how it ended.
#[expect(clippy::disallowed_methods, reason = "the test is about the program as a process")]
fn khien(folder: &Path, arguments: &[&str]) -> (String, i32) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_khien"));
    let command = command.current_dir(folder).env_clear().args(arguments).stdin(Stdio::null());
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (said, output.status.code().unwrap())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

async fn open(folder: &Path) -> Store {
    let url = format!("sqlite://{}", folder.join("khien.db").display());
    Store::open(&url, &StoreOptions::default()).await.unwrap()
}

/// A data folder with a database that knows somebody.
fn in_use(folder: &Path) {
    let now: Timestamp = "2026-11-20T08:00:00+07:00".parse().unwrap();
    fs::create_dir_all(folder).unwrap();
    block_on(async {
        let store = open(folder).await;
        let mut change = store.begin(Actor::System, now).await.unwrap();
        let person = Person {
            id: "an".into(),
            name: "Nguyễn Văn An".into(),
            position: None,
            email: None,
            language: None,
            created_at: now,
        };
        people::insert(&mut change, &person).await.unwrap();
        change.commit().await.unwrap();
        store.close().await;
    });
}

fn names(folder: &Path) -> Vec<String> {
    block_on(async {
        let store = open(folder).await;
        let names = people::all(&store).await.unwrap().into_iter().map(|person| person.name).collect();
        store.close().await;
        names
    })
}

#[test]
fn a_backup_comes_back_and_what_is_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    in_use(&at("old"));
    let (said, code) = khien(folder.path(), &["backup", "one.khien", "--data", "old", "--lang", "en"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("\"one.khien\" is whole") && said.contains("people") && said.contains("SHA-256"), "{said}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(at("one.khien")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "nobody else reads the hashes of passwords");
    }

    let (said, code) = khien(folder.path(), &["restore", "one.khien", "--data", "new"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("đã khôi phục"), "{said}");
    assert_eq!(names(&at("new")), ["Nguyễn Văn An"]);

    let (said, code) = khien(folder.path(), &["restore", "one.khien", "--data", "new", "--lang", "en"]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("in use") && said.contains("--replace"), "{said}");
    let (said, code) = khien(folder.path(), &["restore", "one.khien", "--data", "new", "--replace"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(names(&at("new")), ["Nguyễn Văn An"]);
}

#[test]
fn what_cannot_be_done_is_said_with_what_to_do_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    in_use(&folder.path().join("data"));
    fs::write(folder.path().join("letter.docx"), b"PK\x03\x04").unwrap();
    let made = khien(folder.path(), &["backup", "good.khien", "--data", "data"]);
    assert_eq!(made.1, 0, "{}", made.0);
    let good = fs::read(folder.path().join("good.khien")).unwrap();
    fs::write(folder.path().join("half.khien"), &good[..good.len() / 2]).unwrap();
    let cases: &[(&[&str], [&str; 2])] = &[
        (&["backup", "nowhere/x.khien", "--data", "data"], ["nowhere", "nowhere"]),
        (&["backup", "data", "--data", "data"], ["data", "data"]),
        (&["backup", "good.khien", "--data", "data"], ["đã có tệp", "there is a file"]),
        (&["backup", "x.khien", "--data", "nothing"], ["tìm cơ sở dữ liệu ở: nothing", "looked for in: nothing"]),
        (&["backup", "x.khien"], ["thêm --data THƯ-MỤC", "add --data FOLDER"]),
        (&["restore", "nothing.khien", "--data", "empty"], ["nothing.khien", "nothing.khien"]),
        (&["restore", "letter.docx", "--data", "empty"], ["không phải là bản sao lưu", "is not a backup"]),
        (&["restore", "half.khien", "--data", "empty"], ["bị hỏng", "is damaged"]),
        (&["db", "move", "--to", "sqlite://data/khien.db", "--data", "data"], ["chính nó", "to itself"]),
        (&["db", "move", "--to", "mysql://x", "--data", "data"], ["cơ sở dữ liệu", "database"]),
    ];
    for (arguments, expected) in cases {
        for (language, expected) in ["vi", "en"].into_iter().zip(expected) {
            let (said, code) = khien(folder.path(), &[*arguments, &["--lang", language]].concat());
            assert_eq!(code, 2, "{arguments:?}: {said}");
            assert!(said.contains(expected), "{arguments:?}: {said}");
        }
    }
    assert_eq!(fs::read(folder.path().join("good.khien")).unwrap(), good, "nothing was written over");
    let replaced = khien(folder.path(), &["backup", "good.khien", "--data", "data", "--replace"]);
    assert_eq!(replaced.1, 0, "{}", replaced.0);
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".tmp") || name == "x.khien"), "{left:?}");
    assert_eq!(names(&folder.path().join("data")), ["Nguyễn Văn An"]);
}

#[test]
fn a_move_shows_what_was_there_and_is_there_now() {
    let folder = tempfile::tempdir().unwrap();
    in_use(&folder.path().join("old"));
    fs::create_dir(folder.path().join("new")).unwrap();
    let arguments = ["db", "move", "--to", "sqlite://new/khien.db", "--data", "old", "--lang", "en"];
    let (said, code) = khien(folder.path(), &arguments);
    assert_eq!(code, 0, "{said}");
    let people = said.lines().find(|line| line.trim_start().starts_with("people ")).unwrap();
    assert_eq!(people.split_whitespace().collect::<Vec<_>>(), ["people", "1", "→", "1"]);
    assert_eq!(names(&folder.path().join("new")), ["Nguyễn Văn An"]);
    let (said, code) = khien(folder.path(), &arguments);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("Name an empty database"), "{said}");
}

/// Gives the person of [`in_use`] an account with a second factor, locked and closed.
fn locked_out(folder: &Path) {
    let now: Timestamp = "2026-11-20T08:00:00+07:00".parse().unwrap();
    block_on(async {
        let store = open(folder).await;
        let mut change = store.begin(Actor::System, now).await.unwrap();
        logins::insert(&mut change, &Login::new("an", "annv")).await.unwrap();
        logins::begin_totp(&mut change, "an", "JBSWY3DPEHPK3PXP").await.unwrap();
        logins::confirm_totp(&mut change, "an", 0).await.unwrap();
        logins::lock(&mut change, "an", now + SignedDuration::from_hours(1)).await.unwrap();
        logins::set_disabled(&mut change, "an", true).await.unwrap();
        let role = Role {
            id: "r".into(),
            person: "an".into(),
            kind: RoleKind::Administrator,
            unit: None,
            decision: None,
            qualified: None,
            valid_from: jiff::civil::date(2026, 1, 1),
            valid_to: None,
        };
        roles::grant(&mut change, &role).await.unwrap();
        change.commit().await.unwrap();
        store.close().await;
    });
}

#[test]
fn who_is_locked_out_comes_back_by_a_link_and_it_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    in_use(&data);
    let invite = |login: &str, more: &[&str]| {
        let arguments = ["invite", login, "--data", "data", "--public-url", "https://khien.example.vn", "--lang", "en"];
        khien(folder.path(), &[&arguments, more].concat())
    };
    let (said, code) = invite("annv", &[]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("nobody signs in as \"annv\"") && said.contains("There is no administrator yet"), "{said}");
    locked_out(&data);
    let (said, code) = invite("anv", &[]);
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("Did you mean: annv") && said.contains("Administrators of everything: annv"), "{said}");

    let (said, code) = invite("AnNV", &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Nguyễn Văn An") && said.contains("the second factor is still asked for"), "{said}");
    let (said, code) = invite("annv", &["--reset-second-factor"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("The second factor is gone"), "{said}");
    let secret =
        said.lines().find_map(|line| line.trim().strip_prefix("https://khien.example.vn/invitation/")).unwrap();
    block_on(async {
        let store = open(&data).await;
        let login = logins::find(&store, "an").await.unwrap().unwrap();
        assert_eq!((login.disabled_at, login.locked_until, login.totp_secret), (None, None, None));
        #[expect(clippy::disallowed_methods, reason = "the program went by the clock of this machine")]
        let now = Timestamp::now();
        let invitation = invitations::of_person(&store, "an", now).await.unwrap().unwrap();
        assert_eq!(invitation.secret_hash, khien_server::secrets::kept(secret), "the link printed last is the one");
        let written = audit::list(&store, &audit::Search::default(), 100).await.unwrap();
        let mine: Vec<&str> = written
            .iter()
            .filter(|entry| entry.actor == Actor::System && entry.at != "2026-11-20T08:00:00+07:00".parse().unwrap())
            .map(|entry| entry.action.as_str())
            .collect();
        for action in ["login.reopen", "login.unlock", "login.second_factor.remove", "login.invite"] {
            assert!(mine.contains(&action), "{action}: {mine:?}");
        }
        store.close().await;
    });
}

#[test]
fn a_log_that_is_whole_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    in_use(&folder.path().join("data"));
    let (said, code) = khien(folder.path(), &["audit", "verify", "--data", "data", "--lang", "en"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("1 entry, none changed"), "{said}");
}
