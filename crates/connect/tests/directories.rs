//! The connector against real servers: OpenLDAP's slapd and an Active Directory by Samba.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use khien_connect::account::Account;
use khien_connect::ldap::{Authorities, Bind, BindRefusal, Kind, Problem, Reading, Settings, Why, read};
use khien_model::{GapCode, Observed};
use khien_test_support::{ActiveDirectory, Slapd};

/// As many accounts as the national platform has users, nearly.
const MANY: usize = 5_000;

fn now() -> Timestamp {
    "2026-11-22T08:00:00+07:00".parse().expect("a moment")
}

fn at(text: &str) -> Observed<Timestamp> {
    Observed::Known(text.parse().expect("a moment"))
}

fn by_login(reading: &Reading) -> BTreeMap<&str, &Account> {
    reading.mapped.accounts.iter().map(|account| (account.login.as_str(), account)).collect()
}

fn settings(slapd: &Slapd) -> Settings {
    Settings {
        url: format!("ldaps://127.0.0.1:{}", slapd.tls_port),
        system: "thads.test".into(),
        bind: Some(Bind { name: Slapd::READER.into(), password: Slapd::PASSWORD.into() }),
        authorities: Authorities::Pem(slapd.certificate.clone()),
        ..Settings::default()
    }
}

const PEOPLE: &str = "\
dn: uid=lannt,dc=thads,dc=test
objectClass: inetOrgPerson
objectClass: shadowAccount
uid: lannt
cn: Nguyễn Thị Lan
sn: Nguyễn
mail: lan.nt@moj.gov.vn
employeeNumber: 1207
createTimestamp: 20240105010203Z
pwdChangedTime: 20261001020304Z
shadowExpire: -1
shadowMax: 90

dn: uid=binhtv,dc=thads,dc=test
objectClass: inetOrgPerson
uid: BinhTV
cn: Trần Văn Bình
sn: Trần
createTimestamp: 20240105010203Z
pwdAccountLockedTime: 000001010000Z

dn: cn=phòng họp,dc=thads,dc=test
objectClass: inetOrgPerson
cn: phòng họp
sn: phòng

";

#[tokio::test]
async fn a_plain_directory_is_read_over_both_ways_of_tls() {
    let slapd = match Slapd::start(PEOPLE) {
        Ok(slapd) => slapd,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    for url in [format!("ldaps://127.0.0.1:{}", slapd.tls_port), format!("ldap://127.0.0.1:{}", slapd.port)] {
        let reading = read(&Settings { url, ..settings(&slapd) }, now()).await.unwrap();
        assert_eq!((reading.kind, reading.base.as_str()), (Kind::Plain, Slapd::BASE));
        let found = by_login(&reading);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["binhtv", "lannt"]);
        let lan = found["lannt"];
        assert_eq!(lan.name.as_deref(), Some("Nguyễn Thị Lan"));
        assert_eq!(lan.owner_words().collect::<Vec<_>>(), ["lannt", "lan.nt", "1207"]);
        assert_eq!(lan.credential.password_changed_at, at("2026-10-01T02:03:04Z"));
        assert_eq!(lan.credential.initial_password_in_use, Observed::Known(false));
        assert_eq!(lan.credential.password_never_expires, Observed::Known(false));
        assert_eq!(lan.lifecycle.enabled, Observed::Known(true));
        let binh = found["binhtv"];
        assert_eq!(binh.lifecycle.enabled, Observed::Known(false));
        let unknown = Observed::unknown(GapCode::NotObserved, "pwdChangedTime, shadowLastChange");
        assert_eq!(binh.credential.password_changed_at, unknown);
        let skipped: Vec<Why> = reading.mapped.skipped.iter().map(|skipped| skipped.why).collect();
        assert_eq!(skipped, [Why::NoLogin]);
    }
}

#[tokio::test]
async fn whatever_goes_wrong_nothing_is_read_by_halves() {
    let slapd = match Slapd::start(PEOPLE) {
        Ok(slapd) => slapd,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let good = settings(&slapd);
    let problem = async |settings: Settings| read(&settings, now()).await.unwrap_err();
    let bind = |name: &str, password: &str| Some(Bind { name: name.into(), password: password.into() });
    let wrong = Settings { bind: bind(Slapd::READER, "sai"), ..good.clone() };
    assert_eq!(problem(wrong).await, Problem::Refused(BindRefusal::WrongPassword));
    let nowhere = Settings { base: Some("ou=none,dc=thads,dc=test".into()), ..good.clone() };
    assert_eq!(problem(nowhere).await, Problem::NoSuchBase { base: "ou=none,dc=thads,dc=test".into() });
    let visitor = Settings { bind: bind(Slapd::VISITOR, Slapd::PASSWORD), ..good.clone() };
    let few = Settings { filter: Some("(objectClass=*)".into()), ..visitor };
    assert!(matches!(problem(few).await, Problem::CutShort { .. }));
    // Somebody else's certificate is not the one that is trusted, however valid.
    let strangers = Settings { authorities: Authorities::System, ..good.clone() };
    assert!(matches!(problem(strangers).await, Problem::NotTrusted { .. }));
    let plain = Settings { url: format!("ldaps://127.0.0.1:{}", slapd.port), ..good.clone() };
    assert!(matches!(problem(plain).await, Problem::NotTrusted { .. } | Problem::Unreachable { .. }));
    let port = slapd.tls_port;
    drop(slapd);
    let gone = Settings { url: format!("ldaps://127.0.0.1:{port}"), ..good };
    assert!(matches!(problem(gone).await, Problem::Unreachable { .. }));
}

#[tokio::test]
async fn five_thousand_accounts_are_read_page_by_page() {
    let slapd = match Slapd::start(&Slapd::crowd(MANY)) {
        Ok(slapd) => slapd,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    let settings = settings(&slapd);
    let started = Instant::now();
    let reading = read(&settings, now()).await.unwrap();
    eprintln!("{MANY} accounts read in {} ms", started.elapsed().as_millis());
    assert_eq!(reading.mapped.accounts.len(), MANY);
    assert_eq!(by_login(&reading).len(), MANY);
    assert!(reading.mapped.skipped.is_empty());
}

#[tokio::test]
async fn an_active_directory_is_read() {
    let users: &[&[&str]] = &[
        &["user", "create", "lannt", "Xin-Chao-2026", "--given-name=Lan", "--mail-address=lan.nt@moj.gov.vn"],
        &["user", "create", "binhtv", "Xin-Chao-2026", "--must-change-at-next-login"],
        &["user", "create", "dungpq", "Xin-Chao-2026"],
        &["user", "disable", "dungpq"],
        &["user", "create", "yenhth", "Xin-Chao-2026"],
        &["user", "setexpiry", "yenhth", "--noexpiry"],
    ];
    let directory = match ActiveDirectory::start(users) {
        Ok(directory) => directory,
        Err(reason) => return eprintln!("SKIPPED: {reason}"),
    };
    for scheme in ["ldaps", "ldap"] {
        let settings = Settings {
            url: format!("{scheme}://{}", directory.address),
            system: "thads.test".into(),
            bind: Some(Bind { name: ActiveDirectory::READER.into(), password: ActiveDirectory::PASSWORD.into() }),
            authorities: Authorities::Pem(directory.certificate.clone()),
            ..Settings::default()
        };
        let nobody = read(&Settings { bind: None, ..settings.clone() }, now()).await.unwrap_err();
        assert_eq!(nobody, Problem::Refused(BindRefusal::NeedsName));
        // The users were made a moment ago by the clock of this machine, which `now` knows nothing of.
        let reading = read(&settings, now()).await.unwrap();
        assert_eq!((reading.kind, reading.base.as_str()), (Kind::ActiveDirectory, ActiveDirectory::BASE));
        let found = by_login(&reading);
        for login in ["administrator", "lannt", "binhtv", "dungpq", "yenhth"] {
            assert!(found.contains_key(login), "{login}: {:?}", found.keys());
        }
        assert_eq!(found["lannt"].mail.as_deref(), Some("lan.nt@moj.gov.vn"));
        assert!(found["lannt"].credential.password_changed_at.known().is_some());
        assert!(found["lannt"].credential.created_at.known().is_some());
        assert_eq!(found["lannt"].credential.initial_password_in_use, Observed::Known(true));
        assert_eq!(found["lannt"].credential.must_change_password, Observed::Known(false));
        assert_eq!(found["lannt"].lifecycle.enabled, Observed::Known(true));
        assert_eq!(found["binhtv"].credential.must_change_password, Observed::Known(true));
        assert_eq!(found["binhtv"].credential.password_changed_at.known(), None);
        assert_eq!(found["dungpq"].lifecycle.enabled, Observed::Known(false));
        assert_eq!(found["yenhth"].credential.password_never_expires, Observed::Known(true));
        assert_eq!(found["administrator"].lifecycle.administrator, Observed::Known(true));
    }
}
