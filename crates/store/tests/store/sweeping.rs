//! What changes without a report: time, units, directives, exemptions, facts from elsewhere.

use jiff::civil::date;
use khien_model::{State, Subject, SubjectKind, day_of};
use khien_store::exemptions::{self, ExemptionRequest};
use khien_store::facts::{self, NewFact};
use khien_store::{Generation, Store, StoreError, assignments, findings, history, subjects, sweep, units};

use crate::office::Said::Fact;
use crate::office::{NO_VOLUMES, Office, VOLUMES, WINDOWS, linux_until, subject};
use crate::support::{hours, meddle, noon, on_each_engine, options};

#[test]
fn time_alone_turns_a_state_at_its_moment() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("os", Fact(&linux_until(hours(10))))]).await;
        assert!(office.states("pc-1").await.contains("supported=pass"));
        office.sweep(hours(9)).await;
        assert_eq!(subjects::next_judge_at(&store).await.unwrap(), Some(hours(10)));
        assert_eq!(office.sweep(hours(9)).await.judged, 0, "it is nobody's time");
        let swept = office.sweep(hours(10)).await;
        assert_eq!((swept.judged, swept.changed), (1, 1));
        assert!(office.states("pc-1").await.contains("supported=fail"));
        let red = findings::red_list(&store, &["north".into()]).await.unwrap();
        assert_eq!(red.len(), 1);
        assert_eq!((red[0].control.as_str(), red[0].from, red[0].due), ("supported", hours(10), Some(hours(10 + 72))));
        office.check_counts().await;
    });
}

#[test]
fn a_clock_set_back_takes_back_what_the_later_clock_let_pass() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, hours(10), &[("os", Fact(&linux_until(hours(20))))]).await;
        assert!(office.states("pc-1").await.contains("supported=pass"));
        office.sweep(hours(10)).await;
        office.sweep(hours(2)).await;
        let states = office.states("pc-1").await;
        assert_eq!(states, "linux=unknown supported=unknown volumes=unknown", "seen eight hours from now");
        office.sweep(hours(10)).await;
        assert!(office.states("pc-1").await.contains("supported=pass"), "the clock has caught up");
        assert_eq!(office.sweep(hours(11)).await.judged, 0);
        office.check_counts().await;
    });
}

#[test]
fn who_moves_takes_the_counts_along() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        for device in ["pc-1", "pc-2"] {
            office.enrol(device, "north").await;
            office.report(device, 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        }
        let mut change = office.change(hours(1)).await;
        assignments::assign(&mut change, &subject("pc-1"), "south", day_of(hours(48))).await.unwrap();
        change.commit().await.unwrap();
        office.sweep(hours(2)).await;
        assert_eq!(office.counts().await, ["north/4.1 0 2 2 0", "north/4.9 0 0 2 0"], "the day has not come");
        // On the day, time alone moves it. By then the disk is stale as well.
        office.sweep(hours(48)).await;
        let expected = ["north/4.1 0 0 2 0", "north/4.9 0 0 1 0", "south/4.1 0 0 2 0", "south/4.9 0 0 1 0"];
        assert_eq!(office.counts().await, expected);
        office.check_counts().await;
    });
}

#[test]
fn another_directive_closes_what_it_does_not_ask() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        office.order_less().await;
        assert_eq!(office.sweep(hours(1)).await.judged, 4, "the device and three units");
        assert_eq!(office.states("pc-1").await, "linux=unknown supported=unknown");
        office.check_counts().await;
        assert_eq!(office.sweep(hours(1)).await.judged, 0);
    });
}

#[test]
fn an_approved_exemption_exempts_until_it_ends() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        let request = ExemptionRequest {
            id: "mt-01".into(),
            covers: khien_model::Coverage::Subtree { unit: "province".into(), kind: None },
            lifts: khien_model::Requirement::Control("volumes".into()),
            unit: "province".into(),
            reason: "Máy chờ thanh lý".into(),
            valid_from: day_of(noon()),
            valid_to: day_of(hours(48)),
            asked_by: "an".into(),
        };
        let mut change = office.change(hours(1)).await;
        exemptions::ask(&mut change, &request).await.unwrap();
        exemptions::approve(&mut change, "mt-01", "binh", None).await.unwrap();
        change.commit().await.unwrap();
        office.sweep(hours(1)).await;
        let open = office.open("pc-1").await;
        assert_eq!(crate::office::words(&open), "linux=unknown supported=unknown volumes=exempt");
        assert_eq!(open[2].detail.exemption.as_ref().map(|it| it.id.as_str()), Some("mt-01"));
        assert_eq!(office.counts().await, ["north/4.1 0 0 1 1", "north/4.9 0 0 1 0"]);
        office.sweep(hours(48)).await;
        assert!(office.states("pc-1").await.ends_with("volumes=unknown"), "it ended, and the fact is stale");
        office.check_counts().await;
    });
}

#[test]
fn facts_of_other_subjects_are_judged_as_they_come() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        let lan = Subject { kind: SubjectKind::Account, id: "lan@moj".into() };
        let mut change = office.change(noon()).await;
        let enabled = |fact: Option<&str>| {
            vec![NewFact { area: "lifecycle".into(), fact: fact.map(str::to_owned), observed_at: noon() }]
        };
        let yes = r#"{"value":{"enabled":true},"source":"import:ldap"}"#;
        let missing = facts::put(&mut change, &lan, enabled(Some(yes))).await;
        assert_eq!(missing, Err(StoreError::NotFound));
        let number = subjects::enter(&mut change, &lan, "lan").await.unwrap();
        facts::put(&mut change, &lan, enabled(Some(yes))).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(crate::office::words(&findings::open(&store, number).await.unwrap()), "enabled=pass");
        let mut change = office.change(hours(1)).await;
        let wrong = facts::put(&mut change, &lan, enabled(Some(r#"{"value":{"enabled":1},"source":"x"}"#))).await;
        assert!(matches!(&wrong, Err(StoreError::Invalid { what }) if what.starts_with("lifecycle:")), "{wrong:?}");
        let elsewhere = vec![NewFact { area: "disk".into(), fact: None, observed_at: noon() }];
        assert!(matches!(facts::put(&mut change, &lan, elsewhere).await, Err(StoreError::Invalid { .. })));
        facts::put(&mut change, &lan, enabled(None)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(crate::office::words(&findings::open(&store, number).await.unwrap()), "enabled=unknown");
        let changes = facts::changes(&store, number, None, 10).await.unwrap();
        assert_eq!(changes.iter().map(|it| it.fact.as_deref()).collect::<Vec<_>>(), [None, Some(yes)]);
        office.check_counts().await;
    });
}

#[test]
fn who_is_taken_out_of_use_is_no_longer_counted() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        let mut change = office.change(hours(1)).await;
        subjects::retire(&mut change, &subject("pc-1")).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!((office.states("pc-1").await, office.counts().await), (String::new(), Vec::<String>::new()));
        let number = office.number("pc-1").await;
        assert_eq!(findings::as_of(&store, number, noon()).await.unwrap().len(), 3, "history stays");
        let mut change = office.change(hours(2)).await;
        subjects::take_back(&mut change, &subject("pc-1")).await.unwrap();
        change.commit().await.unwrap();
        assert!(office.states("pc-1").await.ends_with("volumes=fail"));
        office.check_counts().await;
    });
}

#[test]
fn several_servers_share_a_sweep() {
    on_each_engine(|store, url| async move {
        let office = Office::found(&store).await;
        for number in 0..30 {
            office.enrol(&format!("pc-{number}"), "north").await;
        }
        let other = Store::open(&url, &options()).await.unwrap();
        let sweeps = [store.clone(), other.clone()].map(|store| {
            tokio::spawn(async move {
                let mut judged = 0;
                for _ in 0..10 {
                    judged += sweep::sweep(&store, hours(1), 5).await.unwrap().judged;
                }
                judged
            })
        });
        let mut judged = 0;
        for sweep in sweeps {
            judged += sweep.await.unwrap();
        }
        other.close().await;
        assert_eq!(judged, 33, "each device and each unit once");
        office.check_counts().await;
        assert_eq!(office.counts().await, ["north/4.1 0 0 60 0", "north/4.9 0 0 30 0"]);
    });
}

#[test]
fn what_a_report_says_stands_though_everybody_is_swept_meanwhile() {
    const ROUNDS: u64 = 4;
    on_each_engine(|store, url| async move {
        let office = Office::found(&store).await;
        let devices: Vec<String> = (0..20).map(|number| format!("pc-{number}")).collect();
        for device in &devices {
            office.enrol(device, "north").await;
            office.report(device, 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        }
        let other = Store::open(&url, &options()).await.unwrap();
        for round in 1..=ROUNDS {
            let at = hours(round.cast_signed());
            let mut change = office.change(at).await;
            change.bump(Generation::Exemptions).await.unwrap();
            change.commit().await.unwrap();
            let sweeps = [store.clone(), other.clone()]
                .map(|store| tokio::spawn(async move { sweep::sweep(&store, at, usize::MAX).await.unwrap() }));
            let (said, expected) = if round % 2 == 1 { (NO_VOLUMES, "pass") } else { (VOLUMES, "fail") };
            for device in &devices {
                office.report(device, 2 + round, at, &[("disk", Fact(said))]).await;
            }
            for sweep in sweeps {
                assert!(!sweep.await.unwrap().is_cut_short);
            }
            for device in &devices {
                let expected = format!("linux=unknown supported=unknown volumes={expected}");
                assert_eq!(office.states(device).await, expected, "{device} in round {round}");
            }
            office.check_counts().await;
        }
        other.close().await;
        let number = office.number("pc-0").await;
        let volumes = findings::timeline(&store, number, Some("volumes")).await.unwrap();
        assert_eq!(volumes.len() as u64, 1 + ROUNDS, "one interval for each change");
    });
}

#[test]
fn days_are_written_and_can_be_counted_anew() {
    on_each_engine(|store, url| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(VOLUMES))]).await;
        office.sweep(hours(1)).await;
        // Nobody sweeps for two days; in between the disk is mended.
        office.report("pc-1", 3, hours(30), &[("disk", Fact(NO_VOLUMES))]).await;
        office.sweep(hours(50)).await;
        let first = date(2026, 11, 18);
        let days = async || history::days(&store, history::ALL_CLAUSES, first, date(2026, 11, 20)).await.unwrap();
        let written = days().await;
        let figures: Vec<String> = written
            .iter()
            .map(|it| format!("{} {} {} {} {}", it.day, it.unit, it.counts.pass, it.counts.fail, it.counts.unknown))
            .collect();
        let expected = ["2026-11-18 north 0 1 2", "2026-11-19 north 1 0 2", "2026-11-20 north 1 0 2"];
        assert_eq!(figures, expected);
        let of_clause = history::days(&store, "4.9", first, first).await.unwrap();
        assert_eq!(of_clause[0].counts.unknown, 1);
        meddle(&url, "DELETE FROM tally_days").await;
        history::rebuild_days(&store, first, date(2026, 11, 20)).await.unwrap();
        assert_eq!(days().await, written);
    });
}

#[test]
fn units_owe_what_is_asked_of_units_while_they_exist() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_of_units().await;
        office.sweep(hours(1)).await;
        assert_eq!(office.counts().await, ["north/1.2 0 0 1 0", "province/1.2 0 0 1 0", "south/1.2 0 0 1 0"]);
        let mut change = office.change(hours(1)).await;
        let mut register = units::register(&store).await.unwrap();
        let south = register.units.iter_mut().find(|unit| unit.id == "south").unwrap();
        let end = Some(day_of(hours(48)));
        south.valid_to = end;
        south.names[0].valid_to = end;
        south.parents[0].valid_to = end;
        units::replace(&mut change, &register).await.unwrap();
        change.commit().await.unwrap();
        office.sweep(hours(2)).await;
        assert_eq!(office.counts().await.len(), 3, "the day has not come");
        office.sweep(hours(48)).await;
        assert_eq!(office.counts().await, ["north/1.2 0 0 1 0", "province/1.2 0 0 1 0"]);
        office.check_counts().await;
    });
}

#[test]
fn lists_name_the_worst_and_the_longest_first() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        for (device, unit, hour) in [("pc-1", "north", 2), ("pc-2", "south", 1), ("pc-3", "north", 3)] {
            office.enrol(device, unit).await;
            office.report(device, 2, hours(hour), &[("disk", Fact(VOLUMES)), ("os", Fact(WINDOWS))]).await;
        }
        let names = |found: Vec<findings::Interval>| {
            found.iter().map(|it| format!("{} {}", it.name, it.control)).collect::<Vec<_>>()
        };
        let units = ["north".to_owned(), "south".to_owned()];
        let volumes = findings::of_control(&store, "volumes", State::Fail, &units).await.unwrap();
        assert_eq!(names(volumes), ["pc-2 volumes", "pc-1 volumes", "pc-3 volumes"]);
        let red = findings::red_list(&store, &units).await.unwrap();
        let expected = ["pc-2 linux", "pc-1 linux", "pc-3 linux", "pc-2 volumes", "pc-1 volumes", "pc-3 volumes"];
        assert_eq!(names(red), expected);
        let red = findings::red_list(&store, &units[1..]).await.unwrap();
        assert_eq!(names(red), ["pc-2 linux", "pc-2 volumes"]);
        let one = subjects::by_number(&store, office.number("pc-2").await).await.unwrap().unwrap();
        assert_eq!(one.subject, subject("pc-2"));
    });
}
