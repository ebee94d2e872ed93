use std::fs;
use std::os::unix::fs::symlink;

use super::*;

/// A root both ways: resolved by the kernel and by our own walk.
fn both_ways(folder: &Path) -> [Root; 2] {
    let kernel = Root::open(folder).unwrap();
    let walk = Root::open(folder).unwrap();
    walk.resolver.walk_only();
    [kernel, walk]
}

fn code<T: std::fmt::Debug>(result: Result<T, Gap>) -> GapCode {
    result.unwrap_err().code
}

#[test]
fn links_stay_inside_the_root() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "outside").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path();
    fs::create_dir_all(base.join("etc/sub")).unwrap();
    fs::write(base.join("etc/real"), "inside").unwrap();
    symlink("/etc/real", base.join("etc/absolute")).unwrap();
    symlink("../real", base.join("etc/sub/relative")).unwrap();
    symlink("../../../../../../../../etc/real", base.join("etc/up")).unwrap();
    symlink(outside.path().join("secret"), base.join("etc/out")).unwrap();
    symlink("/etc", base.join("etc/sub/folder")).unwrap();
    for root in both_ways(base) {
        for inside in ["etc/absolute", "/etc/sub/relative", "etc/up", "etc/sub/folder/real", "etc/../../etc/real"] {
            assert_eq!(root.read_text(inside, 100), Ok(Some("inside".to_owned())), "{inside}");
        }
        for absent in ["etc/out", "nothing", "etc/real/below", "../../../../etc/hostname"] {
            assert_eq!(root.read_text(absent, 100), Ok(None), "{absent}");
        }
        assert_eq!(root.read_link("etc/absolute"), Ok(Some(PathBuf::from("/etc/real"))));
        assert_eq!(root.read_link("etc/real"), Ok(None));
        assert_eq!(root.exists(""), Ok(true));
    }
}

#[test]
fn circles_of_links_end_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    symlink("b", folder.path().join("a")).unwrap();
    symlink("a", folder.path().join("b")).unwrap();
    symlink("self/x", folder.path().join("self")).unwrap();
    for root in both_ways(folder.path()) {
        assert_eq!(code(root.read("a", 10)), GapCode::Unreadable);
        assert_eq!(code(root.list("self")), GapCode::Unreadable);
    }
}

#[test]
fn as_many_links_as_allowed_are_followed_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("0"), "end").unwrap();
    for link in 1..=resolve::MAX_LINKS + 1 {
        symlink((link - 1).to_string(), folder.path().join(link.to_string())).unwrap();
    }
    for root in both_ways(folder.path()) {
        assert_eq!(root.exists(resolve::MAX_LINKS.to_string()), Ok(true));
        assert_eq!(code(root.exists((resolve::MAX_LINKS + 1).to_string())), GapCode::Unreadable);
    }
}

#[test]
fn only_regular_files_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path();
    rustix::fs::mknodat(rustix::fs::CWD, base.join("pipe"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(base.join("socket")).unwrap();
    fs::create_dir(base.join("folder")).unwrap();
    for root in both_ways(base) {
        for special in ["pipe", "socket", "folder"] {
            assert_eq!(code(root.read(special, 10)), GapCode::Unreadable, "{special}");
        }
        let kinds: Vec<_> = root.list("").unwrap().unwrap().entries.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [EntryKind::Folder, EntryKind::Special, EntryKind::Special]);
    }
    let system = Root::open(Path::new("/")).unwrap();
    assert!(system.is_running_system());
    assert_eq!(code(system.read("dev/null", 10)), GapCode::Unreadable);
}

#[test]
fn a_file_is_read_up_to_its_bound_and_not_beyond() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("five"), "12345").unwrap();
    fs::File::create(folder.path().join("sparse")).unwrap().set_len(10 << 30).unwrap();
    for root in both_ways(folder.path()) {
        assert_eq!(root.read("five", 5), Ok(Some(b"12345".to_vec())));
        assert_eq!(code(root.read("five", 4)), GapCode::TooLarge);
        assert_eq!(code(root.read("sparse", 1 << 20)), GapCode::TooLarge);
    }
    // A file of /proc says that it is empty: only reading finds out.
    let system = Root::open(Path::new("/")).unwrap();
    assert_eq!(code(system.read("proc/cpuinfo", 10)), GapCode::TooLarge);
    assert!(system.read("proc/self/status", 1 << 16).unwrap().unwrap().len() > 100);
}

#[test]
fn a_folder_is_listed_in_order_and_up_to_its_bound() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..=MAX_ENTRIES {
        fs::write(folder.path().join(format!("{number:05}")), "").unwrap();
    }
    let root = Root::open(folder.path()).unwrap();
    let listed = root.list("/").unwrap().unwrap();
    assert_eq!(listed.entries.len(), MAX_ENTRIES);
    assert_eq!(listed.incomplete.unwrap().code, GapCode::TooLarge);
    fs::remove_file(folder.path().join("00000")).unwrap();
    let listed = root.list("/").unwrap().unwrap();
    assert_eq!(listed.incomplete, None);
    assert_eq!(listed.entries[0].name(), "00001");
    assert!(root.list("nothing").unwrap().is_none());
}

#[test]
fn a_root_that_is_no_folder_is_refused() {
    assert_eq!(code(Root::open(Path::new("/nonexistent/khien"))), GapCode::Unreadable);
    assert_eq!(code(Root::open(Path::new("/etc/passwd"))), GapCode::Unreadable);
}

/// The observed disk is reached through [`Root`] and nothing else: the files of the areas name no other way to read.
#[test]
fn areas_read_through_the_root_only() {
    let mut waiting = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src/linux")];
    let mut looked_at = 0;
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let of_tests = ["tests.rs", "testing.rs"].iter().any(|name| path.ends_with(name));
        let content = fs::read_to_string(&path).unwrap();
        let product = content.split("#[cfg(test)]\nmod tests {").next().unwrap();
        looked_at += 1;
        for other_way in ["std::fs", "File::open", "rustix::fs::", "Connection::open", "canonicalize"] {
            let found = product.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(other_way));
            assert!(of_tests || !found, "{}: {other_way}", path.display());
        }
    }
    assert!(looked_at > 20);
}

#[test]
fn streams_are_read_where_they_are_shown_and_missed_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.exe"), "x").unwrap();
    let root = Root::open(folder.path()).unwrap();
    assert_eq!(root.stream("none", "Zone.Identifier", 10), Ok(None));
    assert_eq!(root.stream("a.exe", "Zone.Identifier", 10).unwrap_err().code, GapCode::Unsupported);
    let file = std::fs::File::open(folder.path().join("a.exe")).unwrap();
    let set = rustix::fs::fsetxattr(&file, "user.Zone.Identifier", b"ZoneId=3", rustix::fs::XattrFlags::empty());
    if set.is_ok() {
        assert_eq!(root.stream("a.exe", "Zone.Identifier", 8), Ok(Some(b"ZoneId=3".to_vec())));
        assert_eq!(root.stream("a.exe", "Zone.Identifier", 7).unwrap_err().code, GapCode::TooLarge);
    }
}
