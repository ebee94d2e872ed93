//! Reports: what is kept, what is judged, what is refused, and that nothing is acknowledged before it is on the disk.

use jiff::Timestamp;
use khien_model::State;
use khien_store::{CheckInOutcome, CheckInRefusal, devices, facts, findings, subjects};

use crate::office::Said::{Fact, Hash};
use crate::office::{NO_VOLUMES, Office, VOLUMES, WINDOWS, check_in, linux_until, subject, words};
use crate::support::{hours, meddle, noon, on_each_engine};

/// Supported for years.
fn linux() -> String {
    linux_until("2030-01-01T00:00:00Z".parse().unwrap())
}

#[test]
fn what_a_report_says_is_kept_judged_and_counted() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let need = office.report("pc-1", 2, hours(1), &[("os", Fact(&linux())), ("disk", Fact(VOLUMES))]).await;
        assert_eq!(need, Vec::<String>::new());
        let open = office.open("pc-1").await;
        assert_eq!(words(&open), "linux=pass supported=pass volumes=fail");
        let red = &open[2];
        assert_eq!((red.from, red.to, red.due, red.unit.as_str()), (hours(1), None, Some(hours(1)), "north"));
        assert_eq!(red.detail.because[0].path, "disk.volumes");
        assert_eq!(office.counts().await, ["north/4.1 1 1 0 0", "north/4.9 1 0 0 0"]);
        office.check_counts().await;
        // It is mended.
        office.report("pc-1", 3, hours(2), &[("os", Hash(&linux())), ("disk", Fact(NO_VOLUMES))]).await;
        assert_eq!(office.counts().await, ["north/4.1 2 0 0 0", "north/4.9 1 0 0 0"]);
        let number = office.number("pc-1").await;
        let timeline = findings::timeline(&store, number, Some("volumes")).await.unwrap();
        let states: Vec<_> = timeline.iter().map(|it| (it.state, it.from, it.to)).collect();
        assert_eq!(
            states,
            [(State::Pass, hours(2), None), (State::Fail, hours(1), Some(hours(2)))],
            "one interval ends where the next begins"
        );
        let then = findings::as_of(&store, number, hours(1)).await.unwrap();
        assert_eq!(words(&then), "linux=pass supported=pass volumes=fail");
        let changes = facts::changes(&store, number, Some("disk"), 10).await.unwrap();
        let changes: Vec<_> = changes.iter().map(|it| (it.changed_at, it.fact.as_deref())).collect();
        assert_eq!(changes, [(hours(2), Some(NO_VOLUMES)), (hours(1), Some(VOLUMES))]);
        let before = facts::as_of(&store, number, hours(1)).await.unwrap();
        assert_eq!(before.iter().map(|it| it.area.as_str()).collect::<Vec<_>>(), ["disk", "os"]);
    });
}

#[test]
fn hashes_alone_keep_facts_fresh() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let linux = linux();
        office.report("pc-1", 2, noon(), &[("os", Fact(&linux)), ("disk", Fact(NO_VOLUMES))]).await;
        let hashes = [("os", Hash(linux.as_str())), ("disk", Hash(NO_VOLUMES))];
        for day in 1..=9 {
            assert_eq!(
                office.report("pc-1", 2 + day, hours(20 * day.cast_signed()), &hashes).await,
                Vec::<String>::new()
            );
            office.sweep(hours(20 * day.cast_signed())).await;
            assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=pass");
        }
        let number = office.number("pc-1").await;
        assert_eq!(findings::timeline(&store, number, None).await.unwrap().len(), 3, "nothing ever changed");
        // Nobody reports any more: first the disk is stale, then the system.
        office.sweep(hours(20 * 9 + 25)).await;
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=unknown");
        office.sweep(hours(20 * 9 + 24 * 7 + 1)).await;
        assert_eq!(office.states("pc-1").await, "linux=unknown supported=unknown volumes=unknown");
        office.check_counts().await;
        // One report that changes nothing makes all of it known again, at once.
        office.report("pc-1", 50, hours(20 * 9 + 24 * 9), &hashes).await;
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=pass");
        office.check_counts().await;
    });
}

#[test]
fn a_counter_is_good_once_and_only_rises() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let areas = [("disk", Fact(VOLUMES))];
        office.report("pc-1", 5, hours(1), &areas).await;
        for counter in [0, 1, 4, 5] {
            let refusal = office.refused("pc-1", counter, hours(2), &[("disk", Fact(NO_VOLUMES))]).await;
            assert_eq!(refusal, CheckInRefusal::OldCounter { highest: 5 });
        }
        assert_eq!(office.states("pc-1").await, "linux=unknown supported=unknown volumes=fail");
        assert_eq!(office.refused("pc-2", 9, hours(2), &areas).await, CheckInRefusal::UnknownDevice);
        let highest = u64::MAX;
        assert!(matches!(office.refused("pc-1", highest, hours(2), &areas).await, CheckInRefusal::Malformed { .. }));
        let mut change = office.change(hours(3)).await;
        devices::revoke(&mut change, "pc-1", "lost").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(office.refused("pc-1", 6, hours(4), &areas).await, CheckInRefusal::Revoked);
    });
}

#[test]
fn two_reports_of_one_device_at_once_come_one_after_the_other() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let reports = (2..40).map(|counter| {
            let store = store.clone();
            let text = if counter % 2 == 0 { VOLUMES } else { NO_VOLUMES };
            tokio::spawn(
                async move { store.check_in(check_in("pc-1", counter, noon(), &[("disk", Fact(text))])).await },
            )
        });
        let mut accepted = 0;
        for report in reports.collect::<Vec<_>>() {
            accepted += i32::from(matches!(report.await.unwrap().unwrap(), CheckInOutcome::Accepted { .. }));
        }
        assert!(accepted > 0);
        assert_eq!(devices::find(&store, "pc-1").await.unwrap().unwrap().counter, 39);
        assert!(office.states("pc-1").await.ends_with("volumes=pass"), "the last one said so");
        office.check_counts().await;
    });
}

#[test]
fn a_hash_that_nobody_knows_is_asked_for_and_confirms_nothing() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let linux = linux();
        office.report("pc-1", 2, noon(), &[("os", Fact(&linux)), ("disk", Fact(NO_VOLUMES))]).await;
        // The disk has changed, but the fact did not come along.
        let need = office.report("pc-1", 3, hours(23), &[("os", Hash(&linux)), ("disk", Hash(VOLUMES))]).await;
        assert_eq!(need, ["disk"]);
        office.sweep(hours(25)).await;
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=unknown", "what we had is old now");
        let areas = [("os", Hash(linux.as_str())), ("disk", Fact(VOLUMES))];
        assert_eq!(office.report("pc-1", 4, hours(26), &areas).await, Vec::<String>::new());
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=fail");
        office.check_counts().await;
    });
}

#[test]
fn an_area_that_was_not_looked_at_grows_old_by_itself() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let linux = linux();
        office.report("pc-1", 2, noon(), &[("os", Fact(&linux)), ("disk", Fact(NO_VOLUMES))]).await;
        for step in 1..=5 {
            assert_eq!(
                office.report("pc-1", 2 + step, hours(6 * step.cast_signed()), &[("os", Hash(&linux))]).await,
                Vec::<String>::new()
            );
            office.sweep(hours(6 * step.cast_signed())).await;
        }
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=unknown");
    });
}

#[test]
fn a_fact_of_another_form_is_refused_with_its_area_and_leaves_no_trace() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let cases = [
            ("disk", r#"{"value":{"volumes":"many"},"source":"agent:linux"}"#),
            ("disk", r#"{"value":{"volumes":[]}}"#),
            ("disk", r#"{"source":"agent:linux"}"#),
            ("disk", r#"{"value":{"volumes":[]},"source":"x","observed_at":"2030-01-01T00:00:00Z"}"#),
            ("os", r#"{"value":{"family":"linux","secret":1},"source":"x"}"#),
        ];
        for (area, fact) in cases {
            let refusal = office
                .refused(
                    "pc-1",
                    9,
                    hours(1),
                    &[("session", Fact(r#"{"error":{"code":"unreadable"},"source":"x"}"#)), (area, Fact(fact))],
                )
                .await;
            let CheckInRefusal::Malformed { path, problem } = refusal else { panic!("{refusal:?}") };
            assert_eq!(path, area);
            assert!(!problem.is_empty());
        }
        let device = devices::find(&store, "pc-1").await.unwrap().unwrap();
        assert_eq!(device.counter, 1, "the counter is not used up");
        assert_eq!(facts::changes(&store, device.subject, None, 10).await.unwrap(), []);
        // What a later agent may know is kept out, and said.
        let areas = [("disk", Fact(VOLUMES)), ("quantum", Fact(r#"{"value":1,"source":"x"}"#))];
        let outcome = office.try_report("pc-1", 2, hours(1), &areas).await.unwrap();
        let expected = CheckInOutcome::Accepted { need: vec![], unknown_areas: vec!["quantum".into()] };
        assert_eq!(outcome, expected);
    });
}

#[test]
fn one_bad_report_does_not_spoil_those_written_with_it() {
    on_each_engine(|store, url| async move {
        let office = Office::found(&store).await;
        for number in 0..20 {
            office.enrol(&format!("pc-{number}"), "north").await;
        }
        // The database itself refuses one of them.
        if store.is_embedded() {
            meddle(
                &url,
                "CREATE TRIGGER bad BEFORE INSERT ON facts WHEN NEW.subject IN (SELECT subject FROM devices WHERE id = 'pc-7') \
                 BEGIN SELECT RAISE(ABORT, 'bad'); END",
            )
            .await;
        } else {
            meddle(
                &url,
                "CREATE FUNCTION bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.subject IN (SELECT subject FROM \
                 devices WHERE id = 'pc-7') THEN RAISE EXCEPTION 'bad'; END IF; RETURN NEW; END $$",
            )
            .await;
            meddle(&url, "CREATE TRIGGER bad BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION bad()").await;
        }
        let reports: Vec<_> = (0..20)
            .map(|number| {
                let (store, device) = (store.clone(), format!("pc-{number}"));
                tokio::spawn(
                    async move { store.check_in(check_in(&device, 2, hours(1), &[("disk", Fact(VOLUMES))])).await },
                )
            })
            .collect();
        for (number, report) in reports.into_iter().enumerate() {
            let answer = report.await.unwrap();
            assert_eq!(answer.is_ok(), number != 7, "pc-{number}: {answer:?}");
            let device = devices::find(&store, &format!("pc-{number}")).await.unwrap().unwrap();
            assert_eq!(device.counter, if number == 7 { 1 } else { 2 });
        }
        office.check_counts().await;
    });
}

#[test]
fn what_is_acknowledged_is_there_for_everybody() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        for number in 0..30 {
            office.enrol(&format!("pc-{number}"), "north").await;
        }
        let agents: Vec<_> = (0..30)
            .map(|number| {
                let (store, device) = (store.clone(), format!("pc-{number}"));
                tokio::spawn(async move {
                    for counter in 2..8 {
                        let text = if counter % 3 == 0 { VOLUMES } else { NO_VOLUMES };
                        let report = check_in(&device, counter, noon(), &[("disk", Fact(text))]);
                        store.check_in(report).await.unwrap();
                        // Another connection reads what was committed, nothing else.
                        assert_eq!(devices::find(&store, &device).await.unwrap().unwrap().counter, counter);
                        let document = facts::document(&store, &subject(&device)).await.unwrap().unwrap();
                        let json = serde_json::to_string(&document).unwrap();
                        assert_eq!(json.contains("[{}]"), text == VOLUMES, "{json}");
                    }
                })
            })
            .collect();
        for agent in agents {
            agent.await.unwrap();
        }
        office.check_counts().await;
    });
}

#[test]
fn times_never_run_backwards_when_the_clock_is_set_back() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let clock: [Timestamp; 6] = [hours(5), hours(1), hours(-100), hours(-100), hours(6), hours(2)];
        let says = [("disk", VOLUMES), ("os", WINDOWS), ("disk", NO_VOLUMES), ("disk", VOLUMES)];
        let mut counter = 1;
        for at in clock {
            for (area, text) in says {
                counter += 1;
                office.report("pc-1", counter, at, &[(area, Fact(text))]).await;
            }
            let mut change = office.change(at).await;
            subjects::mark(&mut change, &subject("pc-1")).await.unwrap();
            change.commit().await.unwrap();
            office.sweep(at).await;
        }
        let number = office.number("pc-1").await;
        let timeline = findings::timeline(&store, number, None).await.unwrap();
        assert!(timeline.len() > 6);
        for interval in &timeline {
            assert!(interval.to.is_none_or(|to| interval.from < to), "{interval:?}");
        }
        let changes = facts::changes(&store, number, Some("disk"), 100).await.unwrap();
        assert!(changes.windows(2).all(|pair| pair[0].changed_at > pair[1].changed_at));
        office.check_counts().await;
    });
}

#[test]
fn a_clock_that_was_wrong_for_a_while_leaves_no_trace() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        let linux = linux();
        let hashes = [("os", Hash(linux.as_str())), ("disk", Hash(NO_VOLUMES))];
        // The server's clock is far ahead, then somebody sets it right.
        office.report("pc-1", 2, hours(1_000), &[("os", Fact(&linux)), ("disk", Fact(NO_VOLUMES))]).await;
        office.report("pc-1", 3, hours(1_001), &hashes).await;
        let mut change = office.change(hours(1)).await;
        subjects::mark(&mut change, &subject("pc-1")).await.unwrap();
        change.commit().await.unwrap();
        office.sweep(hours(1)).await;
        assert_eq!(
            office.states("pc-1").await,
            "linux=unknown supported=unknown volumes=unknown",
            "seen in the future"
        );
        office.report("pc-1", 4, hours(2), &hashes).await;
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=pass");
        office.report("pc-1", 5, hours(3), &hashes).await;
        office.sweep(hours(26)).await;
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=pass", "confirmed at three");
        office.sweep(hours(28)).await;
        assert_eq!(office.states("pc-1").await, "linux=pass supported=pass volumes=unknown");
        office.check_counts().await;
    });
}

#[test]
fn what_turns_red_has_a_day_by_which_it_must_be_mended() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("os", Fact(WINDOWS))]).await;
        let open = office.open("pc-1").await;
        let due = open.iter().find(|it| it.control == "linux").unwrap().due;
        // Three working days after a Wednesday: the end of Monday in Vietnam.
        assert_eq!(due, Some("2026-11-24T00:00:00+07:00".parse().unwrap()));
        // Looked at again, it is still the day of the first time.
        office.report("pc-1", 3, hours(40), &[("os", Fact(WINDOWS)), ("disk", Fact(VOLUMES))]).await;
        let open = office.open("pc-1").await;
        let red = open.iter().find(|it| it.control == "linux").unwrap();
        assert_eq!((red.from, red.due), (noon(), due));
    });
}
