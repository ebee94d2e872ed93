//! People, roles, logins, codes, sessions.

use jiff::SignedDuration;
use jiff::civil::date;
use khien_store::audit::{self, Search};
use khien_store::logins::{self, Login};
use khien_store::openid_flows::{self, OpenidFlow};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::sessions::{self, Session, Strength};
use khien_store::{StoreError, people, recovery_codes};

use super::{begin, begin_at, enter_person, person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

#[test]
fn a_person_is_kept_in_one_form_and_an_address_is_nobody_elses() {
    on_each_engine(|store, _| async move {
        let mut change = begin(&store).await;
        // As macOS writes it, with capitals in the address.
        let mut an = person("an", " Nguye\u{302}\u{303}n Va\u{306}n An ");
        an.email = Some("An@MOJ.gov.vn".into());
        people::insert(&mut change, &an).await.unwrap();
        people::insert(&mut change, &person("binh", "Trần Thị Bình")).await.unwrap();
        change.commit().await.unwrap();

        let kept = people::find_by_email(&store, "AN@moj.gov.vn ").await.unwrap().unwrap();
        assert_eq!((kept.name.as_str(), kept.email.as_deref()), ("Nguyễn Văn An", Some("an@moj.gov.vn")));
        let names: Vec<String> = people::all(&store).await.unwrap().into_iter().map(|person| person.name).collect();
        assert_eq!(names, ["Nguyễn Văn An", "Trần Thị Bình"]);

        let mut change = begin(&store).await;
        let mut other = person("chi", "Lê Chi");
        other.email.clone_from(&kept.email);
        assert!(matches!(people::insert(&mut change, &other).await, Err(StoreError::Conflict { .. })));
        other.id = "binh".into();
        assert!(matches!(people::update(&mut change, &other).await, Err(StoreError::Conflict { .. })));
        other.id = "nobody".into();
        other.email = None;
        assert_eq!(people::update(&mut change, &other).await, Err(StoreError::NotFound));
        other.name = "a".repeat(people::MAX_NAME + 1);
        assert!(matches!(people::insert(&mut change, &other).await, Err(StoreError::Invalid { .. })));
    });
}

#[test]
fn roles_are_dated_and_ended_without_a_trace_of_days_that_never_came() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        enter_person(&store, "an", "An").await;
        let role = |id: &str, kind, unit: Option<&str>, from| Role {
            id: id.into(),
            person: "an".into(),
            kind,
            unit: unit.map(Into::into),
            decision: Some("12/QĐ-THADS".into()),
            qualified: None,
            valid_from: from,
            valid_to: None,
        };
        let mut change = begin(&store).await;
        let head = role("r1", RoleKind::UnitHead, Some("d1"), date(2024, 1, 1));
        roles::grant(&mut change, &head).await.unwrap();
        roles::grant(&mut change, &role("r2", RoleKind::Assessor, None, date(2027, 1, 1))).await.unwrap();
        let without_unit = role("r3", RoleKind::Official, None, date(2024, 1, 1));
        assert!(matches!(roles::grant(&mut change, &without_unit).await, Err(StoreError::Invalid { .. })));
        change.commit().await.unwrap();
        assert_eq!(roles::of_person(&store, "an").await.unwrap().len(), 2);
        assert_eq!(roles::of_unit_on(&store, "d1", date(2026, 1, 1)).await.unwrap(), std::slice::from_ref(&head));
        assert_eq!(roles::of_unit_on(&store, "d1", date(2023, 12, 31)).await.unwrap(), []);

        let mut change = begin(&store).await;
        roles::end(&mut change, "r1", date(2026, 1, 1)).await.unwrap();
        // It would have begun later: it never holds.
        roles::end(&mut change, "r2", date(2026, 1, 1)).await.unwrap();
        assert_eq!(roles::end(&mut change, "r9", date(2026, 1, 1)).await, Err(StoreError::NotFound));
        change.commit().await.unwrap();
        let ended = Role { valid_to: Some(date(2026, 1, 1)), ..head };
        assert_eq!(roles::of_person(&store, "an").await.unwrap(), [ended]);
        assert_eq!(roles::of_person_on(&store, "an", date(2026, 1, 1)).await.unwrap(), []);
    });
}

#[test]
fn passwords_failures_and_codes_are_counted_once() {
    on_each_engine(|store, _| async move {
        enter_person(&store, "an", "An").await;
        let mut change = begin(&store).await;
        logins::insert(&mut change, &Login::new("an", "AN@moj.gov.vn")).await.unwrap();
        for password in ["one", "two", "three", "four"] {
            logins::set_password(&mut change, "an", password, false, 2).await.unwrap();
        }
        assert_eq!(logins::record_failure(&mut change, "an").await.unwrap(), 1);
        assert_eq!(logins::record_failure(&mut change, "an").await.unwrap(), 2);
        logins::lock(&mut change, "an", hours(1)).await.unwrap();
        change.commit().await.unwrap();
        let login = logins::find_by_login(&store, " an@MOJ.gov.vn").await.unwrap().unwrap();
        assert_eq!((login.failures, login.locked_until), (2, Some(hours(1))));
        assert_eq!(login.password_hash.as_deref(), Some("four"));
        assert_eq!(login.earlier_passwords, ["three", "two"], "no more than the rule asks for");

        let mut change = begin(&store).await;
        logins::record_success(&mut change, "an", "password").await.unwrap();
        logins::begin_totp(&mut change, "an", "SECRET").await.unwrap();
        assert!(!logins::use_totp_step(&mut change, "an", 7).await.unwrap(), "it is not proven yet");
        logins::confirm_totp(&mut change, "an", 7).await.unwrap();
        assert!(!logins::use_totp_step(&mut change, "an", 7).await.unwrap(), "that code proved it");
        assert!(logins::use_totp_step(&mut change, "an", 8).await.unwrap());
        assert!(!logins::use_totp_step(&mut change, "an", 8).await.unwrap());
        recovery_codes::replace(&mut change, "an", &["a".into(), "b".into()]).await.unwrap();
        assert!(recovery_codes::use_code(&mut change, "an", "a").await.unwrap());
        assert!(!recovery_codes::use_code(&mut change, "an", "a").await.unwrap());
        change.commit().await.unwrap();
        assert_eq!(recovery_codes::left(&store, "an").await.unwrap(), 1);
        assert_eq!(logins::find(&store, "an").await.unwrap().unwrap().failures, 0);

        // Nothing of this leaves a secret in the audit log.
        let log = audit::list(&store, &Search::default(), 100).await.unwrap();
        let text = format!("{log:?}");
        assert!(["SECRET", "four", "three"].iter().all(|secret| !text.contains(secret)), "{text}");
    });
}

fn session(hash: &str) -> Session {
    Session {
        secret_hash: hash.into(),
        person: "an".into(),
        csrf: "x".into(),
        strength: Strength::SecondFactor,
        created_at: noon(),
        last_seen_at: noon(),
        expires_at: hours(12),
        user_agent: Some("Cốc Cốc".into()),
    }
}

#[test]
fn sessions_end_when_idle_when_old_and_when_the_login_is_closed() {
    on_each_engine(|store, _| async move {
        enter_person(&store, "an", "An").await;
        let mut change = begin(&store).await;
        logins::insert(&mut change, &Login::new("an", "an")).await.unwrap();
        for hash in ["s1", "s2", "s3"] {
            sessions::insert(&mut change, &session(hash)).await.unwrap();
        }
        change.commit().await.unwrap();
        let idle = SignedDuration::from_mins(90);
        assert_eq!(sessions::find(&store, "s1", hours(1), idle).await.unwrap(), Some(session("s1")));
        assert_eq!(sessions::find(&store, "s1", hours(2), idle).await.unwrap(), None, "idle");
        let mut change = begin_at(&store, hours(11)).await;
        sessions::touch(&mut change, "s1").await.unwrap();
        change.commit().await.unwrap();
        assert!(sessions::find(&store, "s1", hours(11), idle).await.unwrap().is_some());
        assert_eq!(sessions::find(&store, "s1", hours(12), idle).await.unwrap(), None, "used, but over");

        let mut change = begin(&store).await;
        sessions::end(&mut change, "s2").await.unwrap();
        assert_eq!(sessions::end_all(&mut change, "an", Some("s1")).await.unwrap(), 1);
        change.commit().await.unwrap();
        assert_eq!(sessions::of_person(&store, "an").await.unwrap().len(), 1);
        let mut change = begin(&store).await;
        logins::set_disabled(&mut change, "an", true).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(sessions::find(&store, "s1", hours(11), idle).await.unwrap(), None);
    });
}

#[test]
fn a_round_trip_to_the_provider_comes_back_once_and_in_time() {
    on_each_engine(|store, _| async move {
        let flow = |state: &str| OpenidFlow {
            state_hash: state.into(),
            nonce: "n".into(),
            verifier: "v".into(),
            return_to: "/".into(),
            created_at: noon(),
        };
        let mut change = begin(&store).await;
        openid_flows::begin(&mut change, &flow("s")).await.unwrap();
        openid_flows::begin(&mut change, &flow("late")).await.unwrap();
        change.commit().await.unwrap();
        let mut change = begin_at(&store, noon() + openid_flows::MAX_FLOW).await;
        assert_eq!(openid_flows::take(&mut change, "s").await.unwrap(), Some(flow("s")));
        assert_eq!(openid_flows::take(&mut change, "s").await.unwrap(), None);
        change.commit().await.unwrap();
        let too_late = noon() + openid_flows::MAX_FLOW + SignedDuration::from_secs(1);
        let mut change = begin_at(&store, too_late).await;
        assert_eq!(openid_flows::take(&mut change, "late").await.unwrap(), None);
    });
}
