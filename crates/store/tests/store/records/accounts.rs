//! Accounts of the ministry's systems: taken over, joined, judged, stated, followed.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use jiff::civil::date;
use khien_directive::Source as _;
use khien_model::facts::{Credential, Evidence, Lifecycle};
use khien_model::{Observed, State, Subject, SubjectKind, day_of};
use khien_store::accounts::{self, Account, Joined, Office, Owners, Plan, SeenAccount, plan};
use khien_store::connectors::{self, Connector, ConnectorKind, Counts, MAX_CONNECTORS, NextRun, Run, RunKind};
use khien_store::{Store, StoreError, assignments, directives, findings, holders, people, subjects};
use serde_json::json;

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

const MANY: usize = 5_000;

fn connector(id: &str, kind: ConnectorKind) -> Connector {
    Connector {
        id: id.into(),
        kind,
        name: format!("Nguồn {id}"),
        system: format!("{id}.test"),
        unit: "p".into(),
        settings: json!({}),
        sealed_secret: None,
        every_hours: if kind == ConnectorKind::Ldap { 4 } else { 0 },
        created_by: "an".into(),
        created_at: noon(),
        taken_over_at: None,
        next_run: None,
    }
}

fn person(id: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: id.into() }
}

/// Three people in two districts, the shipped directive in force, and one connector of each kind.
async fn set_up(store: &Store) {
    set_up_units(store).await;
    for (id, unit) in [("an", "d1"), ("binh", "d2"), ("chi", "d2")] {
        enter_person(store, id, id).await;
        let mut change = begin(store).await;
        assignments::assign(&mut change, &person(id), unit, date(2026, 1, 5)).await.unwrap();
        change.commit().await.unwrap();
    }
    let mut files = BTreeMap::new();
    let main = "thads-2026.yaml";
    let read = std::cell::RefCell::new(&mut files);
    let source = |name: &str| {
        let bytes = khien_content::ShippedFiles.read(name)?;
        read.borrow_mut().insert(name.to_owned(), String::from_utf8(bytes.clone()).expect("text"));
        Ok(bytes)
    };
    khien_directive::load(main, &source).expect("it loads");
    let mut change = begin(store).await;
    let digest = directives::load(&mut change, "thads-2026", main, &files).await.unwrap();
    directives::activate(&mut change, &digest).await.unwrap();
    for kind in ConnectorKind::ALL {
        connectors::insert(&mut change, &connector(kind.as_str(), *kind)).await.unwrap();
    }
    change.commit().await.unwrap();
}

fn seen(login: &str, enabled: bool, changed_at: Option<Timestamp>) -> SeenAccount {
    let credential = Credential {
        password_changed_at: changed_at.map_or_else(Observed::default, Observed::Known),
        evidence: changed_at.map_or_else(Observed::default, |_| Observed::Known(Evidence::Observed)),
        ..Credential::default()
    };
    let lifecycle = Lifecycle { enabled: Observed::Known(enabled), ..Lifecycle::default() };
    SeenAccount { login: login.into(), owner_name: None, mail: None, credential, lifecycle, member: None }
}

async fn planned(store: &Store, id: &str, seen: Vec<SeenAccount>) -> (Connector, Plan) {
    let connector = connectors::find(store, id).await.unwrap().unwrap();
    let known = accounts::of_connector(store, id).await.unwrap();
    let owners = Owners::of(&people::all(store).await.unwrap());
    let plan = plan(&connector, &known, seen, &owners);
    (connector, plan)
}

async fn take_over(store: &Store, id: &str, seen: Vec<SeenAccount>, now: Timestamp) -> Counts {
    let (connector, plan) = planned(store, id, seen).await;
    let office = Office::at(store, now).await.unwrap();
    let mut change = begin_at(store, now).await;
    accounts::take_in(&mut change, &connector, &plan.steps, now, &office).await.unwrap();
    accounts::vanish(&mut change, &plan.gone).await.unwrap();
    change.commit().await.unwrap();
    plan.counts
}

async fn state(store: &Store, account: &str, control: &str) -> Option<State> {
    let subject = Subject { kind: SubjectKind::Account, id: account.into() };
    let number = subjects::find(store, &subject).await.unwrap()?.number;
    let open = findings::open(store, number).await.unwrap();
    open.iter().find(|finding| finding.control == control).map(|finding| finding.state)
}

async fn account(store: &Store, id: &str) -> Account {
    accounts::find(store, id).await.unwrap().unwrap()
}

#[test]
fn what_a_directory_says_is_joined_judged_and_ended() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let fresh = Some(hours(-24));
        let old = Some(hours(-24 * 200));
        let first = vec![seen("an", true, fresh), seen("binh", true, old), seen("dich-vu", true, None)];
        let counts = take_over(&store, "ldap", first.clone(), noon()).await;
        assert_eq!(counts, Counts { read: 3, new: 3, unjoined: 1, ..Counts::default() });
        let an = account(&store, "an@ldap.test").await;
        assert_eq!((an.person.as_deref(), an.joined), (Some("an"), Joined::Login));
        let homes = assignments::homes_on(&store, SubjectKind::Account, day_of(noon())).await.unwrap();
        let of = |id: &str| homes.get(id).map(String::as_str);
        assert_eq!(
            (of("an@ldap.test"), of("binh@ldap.test"), of("dich-vu@ldap.test")),
            (Some("d1"), Some("d2"), Some("p"))
        );
        assert_eq!(holders::of_person_on(&store, "an", day_of(noon())).await.unwrap().len(), 1);
        for (id, age, left) in [
            ("an@ldap.test", State::Pass, State::Pass),
            ("binh@ldap.test", State::Fail, State::Pass),
            // Nothing is known of its password and of its owner: never a pass.
            ("dich-vu@ldap.test", State::Unknown, State::Unknown),
        ] {
            assert_eq!(state(&store, id, "password-age").await, Some(age), "{id}");
            assert_eq!(state(&store, id, "account-without-owner-disabled").await, Some(left), "{id}");
            assert_eq!(state(&store, id, "account-has-one-user").await, Some(State::Unknown), "{id}");
            assert_eq!(state(&store, id, "inactive-account-disabled").await, Some(State::Unknown), "{id}");
        }

        // By hand it is somebody's, and stays so.
        let mut change = begin_at(&store, hours(1)).await;
        accounts::join(&mut change, &account(&store, "dich-vu@ldap.test").await, "chi").await.unwrap();
        accounts::mark_shared(&mut change, &account(&store, "binh@ldap.test").await, Some(true)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state(&store, "dich-vu@ldap.test", "account-without-owner-disabled").await, Some(State::Pass));
        assert_eq!(state(&store, "binh@ldap.test", "account-has-one-user").await, Some(State::Fail));
        let counts = take_over(&store, "ldap", first, hours(2)).await;
        assert_eq!(counts, Counts { read: 3, ..Counts::default() }, "nothing differs");
        assert_eq!(state(&store, "binh@ldap.test", "account-has-one-user").await, Some(State::Fail));

        // One is gone; one is there again after a while.
        let counts = take_over(&store, "ldap", vec![seen("binh", true, fresh)], hours(3)).await;
        assert_eq!(counts, Counts { read: 1, changed: 1, gone: 2, ..Counts::default() });
        assert_eq!(state(&store, "an@ldap.test", "password-age").await, None, "no longer judged");
        assert_eq!(state(&store, "binh@ldap.test", "password-age").await, Some(State::Pass));
        assert_eq!(holders::of_person_on(&store, "an", day_of(noon())).await.unwrap(), []);
        assert!(account(&store, "an@ldap.test").await.gone_at.is_some());
        let counts =
            take_over(&store, "ldap", vec![seen("binh", true, fresh), seen("an", true, fresh)], hours(4)).await;
        assert_eq!(counts, Counts { read: 2, new: 1, ..Counts::default() });
        assert_eq!(state(&store, "an@ldap.test", "password-age").await, Some(State::Pass));
    });
}

#[test]
fn the_account_of_whoever_leaves_is_red_the_same_day() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        take_over(&store, "ldap", vec![seen("an", true, None), seen("binh", false, None)], noon()).await;
        assert_eq!(accounts::refresh(&store, hours(1)).await.unwrap(), 3, "three members of the system nobody can ask");
        assert_eq!(accounts::refresh(&store, hours(2)).await.unwrap(), 0);
        let mut change = begin_at(&store, hours(3)).await;
        for id in ["an", "binh"] {
            assignments::end(&mut change, &person(id), day_of(hours(3))).await.unwrap();
        }
        assignments::assign(&mut change, &person("chi"), "d1", day_of(hours(3))).await.unwrap();
        change.commit().await.unwrap();
        // Two accounts of two people who left, and that of somebody who moved.
        assert_eq!(accounts::refresh(&store, hours(4)).await.unwrap(), 5);
        let control = "account-without-owner-disabled";
        assert_eq!(state(&store, "an@ldap.test", control).await, Some(State::Fail));
        assert_eq!(state(&store, "binh@ldap.test", control).await, Some(State::Pass), "it is closed");
        assert_eq!(
            state(&store, "an@attestation.test", control).await,
            Some(State::Unknown),
            "nobody knows whether it is open"
        );
        let homes = assignments::homes_on(&store, SubjectKind::Account, day_of(hours(4))).await.unwrap();
        assert_eq!(homes.get("chi@attestation.test").map(String::as_str), Some("d1"), "it follows its owner");
        assert_eq!(
            homes.get("an@ldap.test").map(String::as_str),
            Some("p"),
            "it falls to whoever looks after the source"
        );
    });
}

#[test]
fn a_statement_of_the_owner_holds_as_long_as_the_directive_says() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        accounts::refresh(&store, noon()).await.unwrap();
        let id = "an@attestation.test";
        let an = account(&store, id).await;
        assert_eq!((an.person.as_deref(), an.joined), (Some("an"), Joined::Member));
        assert_eq!(state(&store, id, "password-age").await, Some(State::Unknown));
        let mut change = begin_at(&store, hours(1)).await;
        for (who, day) in [("binh", date(2026, 11, 1)), ("an", date(2026, 11, 19)), ("an", date(1999, 12, 31))] {
            let refused = accounts::attest(&mut change, &an, who, day).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{who} {day}: {refused:?}");
        }
        accounts::attest(&mut change, &an, "an", date(2026, 11, 18)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(state(&store, id, "password-age").await, Some(State::Pass));
        let stated = accounts::attestations_of(&store, id).await.unwrap();
        assert_eq!((stated.len(), stated[0].person.as_str(), stated[0].at), (1, "an", hours(1)));
        // It is said again before it is stale …
        for day in [20, 40, 60, 80] {
            accounts::refresh(&store, hours(24 * day)).await.unwrap();
            assert_eq!(state(&store, id, "password-age").await, Some(State::Pass), "{day} days later");
        }
        // … and after ninety days nothing is known any more.
        accounts::refresh(&store, hours(24 * 91 + 2)).await.unwrap();
        assert_eq!(state(&store, id, "password-age").await, Some(State::Unknown));
        let mut change = begin_at(&store, hours(24 * 92)).await;
        accounts::close(&mut change, &account(&store, id).await).await.unwrap();
        change.commit().await.unwrap();
        accounts::refresh(&store, hours(24 * 93)).await.unwrap();
        assert!(account(&store, id).await.gone_at.is_some(), "what somebody said is closed stays closed");

        // Where the source knows, nobody states anything.
        take_over(&store, "ldap", vec![seen("binh", true, Some(noon()))], hours(1)).await;
        let mut change = begin_at(&store, hours(2)).await;
        let known =
            accounts::attest(&mut change, &account(&store, "binh@ldap.test").await, "binh", date(2026, 11, 18)).await;
        assert!(matches!(known, Err(StoreError::Conflict { .. })), "{known:?}");
    });
}

#[test]
fn a_connector_has_its_bounds_and_its_schedule() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let one = connector("ldap", ConnectorKind::Ldap);
        let mut change = begin(&store).await;
        let twice = connectors::insert(&mut change, &Connector { id: "other".into(), ..one.clone() }).await;
        assert!(matches!(twice, Err(StoreError::Conflict { .. })), "{twice:?}");
        for wrong in [
            Connector { system: "a b".into(), ..connector("x", ConnectorKind::List) },
            Connector { system: "a@b".into(), ..connector("x", ConnectorKind::List) },
            Connector { name: " ".into(), ..connector("x", ConnectorKind::List) },
            Connector { every_hours: connectors::MAX_EVERY_HOURS + 1, ..connector("x", ConnectorKind::Ldap) },
        ] {
            assert!(
                matches!(connectors::insert(&mut change, &wrong).await, Err(StoreError::Invalid { .. })),
                "{wrong:?}"
            );
        }
        for number in ConnectorKind::ALL.len()..MAX_CONNECTORS {
            connectors::insert(&mut change, &connector(&format!("c{number}"), ConnectorKind::List)).await.unwrap();
        }
        let more = connectors::insert(&mut change, &connector("one-more", ConnectorKind::List)).await;
        assert_eq!(more, Err(StoreError::TooMany { limit: MAX_CONNECTORS }));
        assert_eq!(connectors::ask(&mut change, "list", RunKind::Take).await, Err(StoreError::NotFound));
        change.commit().await.unwrap();

        assert_eq!(connectors::due(&store, hours(1)).await.unwrap(), None, "nobody asked");
        let run = |at, kind, problem: Option<&str>| Run {
            id: format!("r{at}"),
            connector: "ldap".into(),
            kind,
            asked_by: "system".into(),
            started_at: at,
            ended_at: at,
            counts: Counts::default(),
            differences: vec![],
            problem: problem.map(|key| (key.to_owned(), "x".to_owned())),
        };
        let finish = async |run: Run| {
            let connector = connectors::find(&store, "ldap").await.unwrap().unwrap();
            let mut change = begin_at(&store, run.ended_at).await;
            connectors::finish(&mut change, &connector, &run).await.unwrap();
            change.commit().await.unwrap();
            connectors::find(&store, "ldap").await.unwrap().unwrap()
        };
        let mut change = begin(&store).await;
        connectors::ask(&mut change, "ldap", RunKind::Look).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(connectors::due(&store, noon()).await.unwrap().unwrap().id, "ldap");
        let looked = finish(run(noon(), RunKind::Look, None)).await;
        assert_eq!((looked.next_run, looked.taken_over_at), (None, None), "looking takes nothing over");
        let taken = finish(run(hours(1), RunKind::Take, None)).await;
        let next = |at| Some(NextRun { at, kind: RunKind::Take, by: "system".into() });
        assert_eq!((taken.next_run, taken.taken_over_at), (next(hours(5)), Some(hours(1))));
        let failed = finish(run(hours(5), RunKind::Take, Some("ldap-unreachable"))).await;
        assert_eq!((failed.next_run.clone(), failed.taken_over_at), (next(hours(6)), Some(hours(1))));
        // What somebody asks for while a reading goes on is not lost.
        let mut change = begin_at(&store, hours(7)).await;
        connectors::ask(&mut change, "ldap", RunKind::Look).await.unwrap();
        change.commit().await.unwrap();
        let mut change = begin_at(&store, hours(7)).await;
        connectors::finish(&mut change, &failed, &run(hours(7), RunKind::Take, None)).await.unwrap();
        change.commit().await.unwrap();
        let asked = connectors::find(&store, "ldap").await.unwrap().unwrap().next_run.unwrap();
        assert_eq!((asked.at, asked.kind), (hours(7), RunKind::Look));
        let runs = connectors::runs_of(&store, "ldap", 2).await.unwrap();
        assert_eq!(runs.iter().map(|run| run.started_at).collect::<Vec<_>>(), [hours(7), hours(5)]);
        assert_eq!(runs[1].problem, Some(("ldap-unreachable".into(), "x".into())));
    });
}

#[test]
fn thousands_of_accounts_are_taken_over() {
    on_each_engine(|store, url| async move {
        set_up(&store).await;
        let crowd =
            |changed: Timestamp| (0..MANY).map(|number| seen(&format!("cb{number:05}"), true, Some(changed))).collect();
        let engine = url.split(':').next().unwrap_or_default().to_owned();
        for (what, changed, at) in
            [("first", noon(), hours(1)), ("again", noon(), hours(2)), ("all changed", hours(1), hours(3))]
        {
            let started = Instant::now();
            let counts = take_over(&store, "ldap", crowd(changed), at).await;
            eprintln!("{engine}: {MANY} accounts, {what}: {} ms", started.elapsed().as_millis());
            assert_eq!(counts.read, MANY);
        }
        let counted = accounts::counted(&store).await.unwrap();
        assert_eq!(counted, [("ldap".to_owned(), MANY as u64, MANY as u64)]);
        assert_eq!(state(&store, "cb04999@ldap.test", "password-age").await, Some(State::Pass));
    });
}
