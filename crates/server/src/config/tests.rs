use super::*;

fn gather(file: &str) -> Result<Config, Vec<Mistake>> {
    Config::gather(Settings::default(), Some(file), &[], &[])
}

fn variable(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn what_was_typed_comes_before_the_environment_and_that_before_the_file() {
    let file = "data = \"/srv/file\"\n[listen]\nhttps = \"127.0.0.1:1\"\n[log]\nlevel = \"warn\"\n";
    let variables = [variable("KHIEN_DATA", "/srv/variable"), variable("KHIEN_LISTEN_HTTPS", "127.0.0.1:2")];
    let typed = [("data", "/srv/typed".to_owned())];
    let config = Config::gather(Settings::default(), Some(file), &variables, &typed).expect("good settings");
    let shown = |name: &str| {
        let field = field(name).expect("a setting");
        (field.shown(&config.settings), config.origin(field))
    };
    assert_eq!(shown("data"), ("/srv/typed".into(), Origin::Typed));
    assert_eq!(shown("listen.https"), ("127.0.0.1:2".into(), Origin::Variable));
    assert_eq!(shown("log.level"), ("warn".into(), Origin::File { line: 5 }));
    assert_eq!(shown("log.format"), ("text".into(), Origin::Default));
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_place() {
    let file = "dta = \"/srv\"\n[listen]\nhttps = \"everywhere\"\n  htp = true\n[limits]\nconnections = 1\n[mail]\nport = \"x\"\n\
                security = \"ssl\"\n[tls]\nnames = [1]\n[log.deeper]\nlevel = \"x\"\n";
    let mistakes = gather(file).expect_err("mistakes");
    let at = |line, column| Place { line, column };
    let value =
        |line, column, name: &str, wrong| Mistake::Value { place: Some(at(line, column)), name: name.into(), wrong };
    let unknown = |line, column, name: &str| Mistake::Unknown { place: at(line, column), name: name.into() };
    let mut expected = vec![
        unknown(1, 1, "dta"),
        value(3, 1, "listen.https", Wrong::Address),
        unknown(4, 3, "listen.htp"),
        value(6, 1, "limits.connections", Wrong::Range(16, 1_000_000)),
        value(8, 1, "mail.port", Wrong::Kind("whole")),
        value(9, 1, "mail.security", Wrong::Word(&["tls", "starttls", "none"])),
        value(11, 1, "tls.names", Wrong::Kind("list")),
        unknown(12, 6, "log.deeper"),
    ];
    for mistake in mistakes {
        let place = expected.iter().position(|wanted| *wanted == mistake);
        expected.remove(place.unwrap_or_else(|| panic!("{mistake:?} was not expected")));
    }
    assert_eq!(expected, []);
}

#[test]
fn scanning_is_set_as_in_the_file_of_the_command() {
    let file =
        "[scan]\nworkers = 3\n[scan.limits]\ninput_bytes = 1000\n[scan.policy.effects]\nprogram = \"suspicious\"\n";
    let scan = gather(file).expect("good settings").settings.scan;
    assert_eq!((scan.workers, scan.limits.input_bytes, scan.policy.effects.len()), (3, 1000, 1));
    for (file, line) in [("[scan]\nwrokers = 3\n", 2), ("[log]\nlevel = \"x\"\n[scan]\nworkers = \"3\"\n", 4)] {
        let mistakes = gather(file).expect_err("a mistake");
        let [Mistake::Value { place: Some(place), name, wrong: Wrong::Form(_) }] = mistakes.as_slice() else {
            panic!("{mistakes:?}")
        };
        assert_eq!((place.line, name.as_str()), (line, "scan"), "{file}");
    }
}

#[test]
fn scanning_is_bounded_as_in_the_file_of_the_command() {
    let file = "[scan]\nseconds = 0\n[scan.policy.effects]\n  programm = \"note\"\n[rules]\nreload_seconds = 86401\n\
        [clamd_detector]\nsocket = \"/s\"\nseconds = 0\n";
    let mistakes = gather(file).expect_err("four mistakes");
    let range = |line: usize, name: &str, least: i64, most: i64| Mistake::Value {
        place: Some(Place { line, column: 1 }),
        name: name.to_owned(),
        wrong: Wrong::Range(least, most),
    };
    assert_eq!(
        mistakes,
        [
            range(2, "scan.seconds", 1, 3600),
            Mistake::Unknown { place: Place { line: 4, column: 3 }, name: "scan.policy.effects.programm".to_owned() },
            range(6, "rules.reload_seconds", 0, 86_400),
            range(9, "clamd_detector.seconds", 1, 3600),
        ]
    );
}

#[test]
fn what_scanning_goes_by_is_shown_with_where_it_comes_from() {
    let file =
        "[scan]\nworkers = 3\n[scan.policy.effects]\nprogram = \"suspicious\"\n[rules]\nfolder = \"/srv/quy-tac\"\n";
    let shown = |config: &Config| {
        let names =
            ["scan.workers", "scan.policy.effects.program", "rules.folder", "rules.max_age_days", "clamd_detector"];
        let all = tables::shown(config);
        let one =
            |name: &str| all.iter().find(|(found, ..)| found == name).map(|(_, value, from)| (value.clone(), *from));
        names.map(one)
    };
    let line = |line| Origin::File { line };
    let value = |value: &str, origin| Some((value.to_owned(), origin));
    assert_eq!(
        shown(&gather(file).expect("good settings")),
        [
            value("3", line(2)),
            value("\"suspicious\"", line(4)),
            value("\"/srv/quy-tac\"", line(6)),
            value("30", Origin::Default),
            value("", Origin::Default),
        ]
    );
    let config = gather("[clamd_detector]\nsocket = \"/run/clamd\"\n").expect("good settings");
    let detector = config.settings.clamd_detector.clone().expect("a detector");
    assert_eq!((detector.socket.as_str(), detector.seconds), ("/run/clamd", 30));
    let shown = tables::shown(&config);
    assert!(shown.contains(&("clamd_detector.socket".to_owned(), "\"/run/clamd\"".to_owned(), line(2))), "{shown:?}");
    assert!(shown.contains(&("clamd_detector.seconds".to_owned(), "30".to_owned(), Origin::Default)), "{shown:?}");
    assert!(shown.contains(&("rules.folder".to_owned(), String::new(), Origin::Default)), "{shown:?}");
    for file in ["[rules]\nfodler = \"x\"\n", "[clamd_detector]\nseconds = 3\n"] {
        assert!(matches!(gather(file).expect_err("a mistake").as_slice(), [Mistake::Value { .. }]), "{file}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_place() {
    let mistakes = gather("data = \"x\"\nlisten = = 1\n").expect_err("a mistake");
    let [Mistake::NotToml { place, detail }] = mistakes.as_slice() else { panic!("{mistakes:?}") };
    assert_eq!((place.line, place.column), (2, 10));
    assert!(!detail.is_empty());
}

#[test]
fn a_variable_that_is_no_setting_is_said() {
    let gathered = Config::gather(Settings::default(), None, &[variable("KHIEN_LISTN_HTTPS", "x")], &[]);
    assert_eq!(gathered, Err(vec![Mistake::UnknownVariable { name: "KHIEN_LISTN_HTTPS".into() }]));
    assert!(Config::gather(Settings::default(), None, &[variable("KHIEN_LANG", "vi")], &[]).is_ok());
}

#[test]
fn what_contradicts_itself_is_said() {
    let mistakes = |file: &str| gather(file).err().unwrap_or_default();
    let open = SocketAddr::from(([10, 0, 0, 1], 80));
    assert_eq!(mistakes("[listen]\nhttp = \"10.0.0.1:80\""), [Mistake::OpenHttp { address: open }]);
    assert_eq!(mistakes("[listen]\nhttp = \"10.0.0.1:80\"\nbehind_proxy = true"), []);
    assert_eq!(mistakes("[listen]\nhttp = \"[::1]:80\""), []);
    assert_eq!(mistakes("[listen]\nhttps = \"\""), [Mistake::NoListener]);
    assert_eq!(mistakes("[tls]\nkey = \"k\""), [Mistake::HalfTls]);
    assert_eq!(mistakes("[tls]\nkey = \"k\"\ncertificate = \"c\""), [Mistake::NoAuthority]);
    assert_eq!(mistakes("[openid]\nissuer = \"https://id.example\"\nclient_id = \"khien\""), [Mistake::HalfOpenId]);
    assert_eq!(mistakes("[mail]\nhost = \"mail.example\""), [Mistake::HalfMail]);
}

#[test]
fn values_are_bounded() {
    let longest = "a".repeat(MAX_VALUE_LETTERS);
    assert!(gather(&format!("[log]\nlevel = \"{longest}\"")).is_ok());
    let place = Some(Place { line: 2, column: 1 });
    let wrong = |name: &str, wrong| Err(vec![Mistake::Value { place, name: name.into(), wrong }]);
    assert_eq!(gather(&format!("[log]\nlevel = \"{longest}a\"")), wrong("log.level", Wrong::Length));
    let names = |count: usize| format!("[tls]\nnames = [{}]", vec!["\"a\""; count].join(","));
    assert!(gather(&names(MAX_LIST)).is_ok());
    assert_eq!(gather(&names(MAX_LIST + 1)), wrong("tls.names", Wrong::Length));
}

#[test]
fn addresses_are_taken_without_a_path() {
    let taken =
        |url: &str| gather(&format!("public_url = \"{url}\"")).ok().and_then(|config| config.settings.public_url);
    assert_eq!(taken("https://khien.example.vn:8443/").as_deref(), Some("https://khien.example.vn:8443"));
    assert_eq!(taken("http://[::1]:80").as_deref(), Some("http://[::1]:80"));
    for bad in ["khien.example.vn", "https://", "https://a/b", "https://lan@a", "ftp://a"] {
        assert_eq!(taken(bad), None, "{bad}");
    }
}

#[test]
fn secrets_are_not_shown() {
    let file = "database = \"postgres://khien:s3cret@db.example/khien\"\n[mail]\nhost = \"h\"\nfrom = \"a@b\"\npassword = \"s3cret\"\n";
    let config = gather(file).expect("good settings");
    let shown: Vec<String> = FIELDS.iter().map(|field| field.shown(&config.settings)).collect();
    assert!(shown.iter().all(|value| !value.contains("s3cret")), "{shown:?}");
    assert!(shown.contains(&format!("postgres://khien:{MASK}@db.example/khien")), "{shown:?}");
}

#[test]
fn every_setting_has_its_own_name_and_variable() {
    let mut names: Vec<String> = FIELDS.iter().flat_map(|field| [field.name.to_owned(), field.variable()]).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(FIELDS.iter().all(|field| !OTHER_VARIABLES.contains(&field.variable().as_str())));
}

#[test]
fn every_setting_is_documented_with_its_default() {
    let page = include_str!("../../../../docs/operations.md");
    for field in FIELDS {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", field.name)));
        let row = row.unwrap_or_else(|| panic!("{} is not in docs/operations.md", field.name));
        let default = field.shown(&Settings::default());
        assert!(
            default.is_empty() || row.contains(&format!("`{default}`")),
            "{}: the default is {default}",
            field.name
        );
        assert!(!field.secret || row.ends_with("secret |"), "{} is a secret", field.name);
    }
}

#[test]
fn addresses_that_lead_to_the_machine_itself_are_told_from_others() {
    for (url, is_this_machine) in [
        ("https://localhost:8443", true),
        ("https://localhost:8443/invitation/abc", true),
        ("http://127.0.0.1:8080", true),
        ("https://[::1]:8443", true),
        ("https://khien.thads.example", false),
        ("https://localhost.thads.example", false),
        ("https://10.0.0.5:8443", false),
        ("no address", false),
    ] {
        assert_eq!(super::is_this_machine(url), is_this_machine, "{url}");
    }
}
