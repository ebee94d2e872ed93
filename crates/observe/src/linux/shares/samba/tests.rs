use super::*;
use crate::linux::testing::Machine;

/// `name path [open] [write]` of every share.
fn shown(folders: &Listing<SharedFolder>) -> Vec<String> {
    let known = |value: &khien_model::Observed<String>| value.known().cloned().unwrap_or_default();
    let flag = |value: &khien_model::Observed<bool>, word| if value.known() == Some(&true) { word } else { "" };
    folders
        .items
        .iter()
        .map(|folder| {
            let (name, path) = (known(&folder.name), known(&folder.path));
            format!("{name} {path}{}{}", flag(&folder.open_to_everyone, " open"), flag(&folder.writable, " write"))
        })
        .collect()
}

fn samba(settings: &str) -> Samba {
    let machine = Machine::new();
    machine.file("etc/samba/smb.conf", settings);
    read(&machine.context()).unwrap()
}

#[test]
fn sections_become_shares() {
    for (settings, expected) in [
        ("", &[][..]),
        (
            "[global]\n workgroup = X\n[homes]\n read only = no\n[printers]\n printable = yes\n[print$]\n path = /p\n",
            &[],
        ),
        ("[Tài liệu]\npath = /srv/tài liệu\n", &["Tài liệu /srv/tài liệu"]),
        ("[a]\nPath=\"/srv/a\"\nGuest OK = Yes\nread only = no\n", &["a /srv/a open write"]),
        ("[a]\npath = /a\npublic = 1\nwriteable = true\n", &["a /a open write"]),
        ("[a]\npath = /a\nguest ok = yes\nvalid users = an, bình\n", &["a /a"]),
        ("[a]\npath = /a\nwrite list = @staff\n", &["a /a write"]),
        ("[a]\npath = /a\navailable = no\n", &[]),
        ("[a]\npath = /a\nprint ok = yes\n", &[]),
        (
            "[global]\nguest ok = yes\nwritable = yes\n[a]\npath = /a\n[b]\npath = /b\nguest ok = no\nread only = yes\n",
            &["a /a open write", "b /b"],
        ),
        ("[homes]\nguest ok = yes\n", &["homes  open"]),
        ("# [x]\n; [y]\n[a]\npa\\\nth = /srv/\\\nlong\n", &["a /srv/long"]),
        ("[a]\npath = /one\n[A]\npath = /two\n", &["a /two"]),
        ("[t]\npath = /t\nguest ok = yes\n[u]\ncopy = T\npath = /u\n", &["t /t open", "u /u open"]),
        (
            "[global]\nserver role = active directory domain controller\n[sysvol]\npath = /s\n[netlogon]\npath = /n\n[x]\npath = /x\n",
            &["x /x"],
        ),
        ("[netlogon]\npath = /n\n", &["netlogon /n"]),
    ] {
        let found = samba(settings);
        assert_eq!(shown(&found.folders), expected, "{settings}");
        assert_eq!(found.folders.incomplete, None, "{settings}");
    }
}

#[test]
fn what_cannot_be_resolved_makes_the_list_incomplete() {
    for (settings, code) in [
        ("[global]\ninclude = registry\n", GapCode::Unsupported),
        ("[global]\nregistry shares = yes\n", GapCode::Unsupported),
        ("[global]\nconfig backend = registry\n", GapCode::Unsupported),
        ("include = /etc/samba/smb.conf.%m\n", GapCode::NotComputable),
        ("include = /etc/samba/smb.conf\n", GapCode::TooLarge),
        ("[a\npath = /a\n", GapCode::Malformed),
    ] {
        assert_eq!(samba(settings).folders.incomplete.map(|gap| gap.code), Some(code), "{settings}");
    }
    assert_eq!(samba("include = /nothing\nconfig backend = file\n").folders.incomplete, None);
}

#[test]
fn included_files_stand_where_they_are_named() {
    let machine = Machine::new();
    machine.file("etc/samba/smb.conf", "[global]\ninclude = /etc/samba/more.conf\n[b]\npath = /b\n");
    machine.file("etc/samba/more.conf", "guest ok = yes\n[a]\npath = /a\n");
    assert_eq!(shown(&read(&machine.context()).unwrap().folders), ["a /a open", "b /b open"]);
}

#[test]
fn shares_of_users() {
    let machine = Machine::new();
    machine.file("etc/samba/smb.conf", "[global]\nusershare max shares = 100\nusershare allow guests = yes\n");
    let share = |acl: &str, guests: &str| {
        format!(
            "#VERSION 2\npath=/home/an/Công việc\ncomment=\nusershare_acl={acl}\nguest_ok={guests}\nsharename=Công việc\n"
        )
    };
    machine.file("var/lib/samba/usershares/one", share("S-1-1-0:R", "y"));
    machine.file("var/lib/samba/usershares/two", share("S-1-1-0:R,S-1-5-21-1:F", "n"));
    machine.file("var/lib/samba/usershares/none", "path=/x\n");
    let found = read(&machine.context()).unwrap().folders;
    assert_eq!(shown(&found), ["Công việc /home/an/Công việc open", "Công việc /home/an/Công việc write"]);
    machine.file("etc/samba/smb.conf", "[global]\nusershare max shares = 0\n");
    assert_eq!(shown(&read(&machine.context()).unwrap().folders), Vec::<String>::new());
}

#[test]
fn the_outdated_protocol() {
    let version = |version: &str| format!("Package: samba\nStatus: install ok installed\nVersion: {version}\n");
    for (settings, installed, expected) in [
        ("server min protocol = NT1", "2:4.17.12", Some(true)),
        ("min protocol = smb2_10", "2:4.17.12", Some(false)),
        ("server min protocol = SMB3", "2:4.9.5", Some(false)),
        ("", "2:4.17.12", Some(false)),
        ("", "2:4.9.5+dfsg-5", Some(true)),
        ("include = registry", "2:4.17.12", None),
    ] {
        let machine = Machine::new();
        machine.file("etc/samba/smb.conf", format!("[global]\n{settings}\n"));
        machine.file("var/lib/dpkg/status", version(installed));
        let context = machine.context();
        assert_eq!(read(&context).unwrap().smb1_accepted(&context).ok(), expected, "{settings} {installed}");
    }
    let context = Machine::new().context();
    assert_eq!(read(&context).unwrap().smb1_accepted(&context), Ok(false));
}

proptest::proptest! {
    // Each case makes a machine: fewer than usual, of longer texts.
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_settings_are_read_without_panic(content in "(\\[|\\]|path|guest ok|include|copy|=|/|%|\\\\|\n|#|[a-c ế]){0,40}") {
        samba(&content);
        parse_user_share("x", &content, true);
    }
}

#[test]
fn damaged_settings_do_not_say_that_nothing_is_shared() {
    for content in [&b"\xff\xfe[\0x\0]\0"[..], b"\0\0\0\0", b"\x89PNG\r\n\x1a\n"] {
        let machine = Machine::new();
        machine.file("etc/samba/smb.conf", content);
        let samba = read(&machine.context()).unwrap();
        assert_eq!(samba.folders.incomplete.unwrap().code, GapCode::Malformed, "{content:?}");
    }
    let machine = Machine::new();
    machine.link("etc/samba/smb.conf", "/srv/config/smb.conf");
    assert_eq!(read(&machine.context()).unwrap_err().code, GapCode::Unreadable);
}
