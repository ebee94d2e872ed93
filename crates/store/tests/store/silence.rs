//! Devices whose agent falls silent: a finding of its own, that time alone brings and any report takes away.

use khien_model::{Evidence, Subject, SubjectKind};
use khien_store::facts::{self, NewFact};
use khien_store::{CheckInOutcome, StoreError, assignments, devices, findings, subjects};

use crate::office::Said::{Fact, Hash};
use crate::office::{NO_VOLUMES, Office, WINDOWS, subject, words};
use crate::support::{hours, noon, on_each_engine};

/// After so many hours of silence the directive is not met: 60 hours hold.
const TOO_LONG: i64 = 61;

#[test]
fn who_falls_silent_is_red_by_time_alone_since_the_last_report() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_reports().await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, hours(5), &[("disk", Fact(NO_VOLUMES))]).await;
        assert_eq!(office.states("pc-1").await, "linux=unknown reports=pass supported=unknown volumes=pass");
        office.sweep(hours(5 + 60)).await;
        // The disk has grown stale long ago: that the device is silent never does.
        assert_eq!(office.states("pc-1").await, "linux=unknown reports=pass supported=unknown volumes=unknown");
        let swept = office.sweep(hours(5 + TOO_LONG)).await;
        assert_eq!((swept.judged, swept.changed), (1, 1));
        let red = findings::red_list(&store, &["north".into()]).await.unwrap();
        assert_eq!(red.len(), 1);
        assert_eq!((red[0].control.as_str(), red[0].from), ("reports", hours(5 + TOO_LONG)));
        let [because] = red[0].detail.because.as_slice() else { panic!("{:?}", red[0].detail) };
        assert_eq!(because.path, "reporting.silent_since");
        assert_eq!(because.evidence, Evidence::Value(hours(5).to_string().into()), "since the last report");
        // A year later it is the same finding, with the same words.
        office.sweep(hours(365 * 24)).await;
        assert_eq!(findings::red_list(&store, &["north".into()]).await.unwrap(), red);
        office.check_counts().await;
    });
}

#[test]
fn who_enrolled_and_never_reported_is_silent_since_then() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_reports_alone().await;
        office.enrol("pc-1", "north").await;
        office.sweep(noon()).await;
        assert_eq!(office.states("pc-1").await, "reports=pass");
        // A request that brings no report does not count as one.
        let mut change = office.change(hours(40)).await;
        devices::count(&mut change, "pc-1", 7).await.unwrap().unwrap();
        change.commit().await.unwrap();
        office.sweep(hours(TOO_LONG)).await;
        let open = office.open("pc-1").await;
        assert_eq!(words(&open), "reports=fail");
        assert_eq!(open[0].detail.because[0].evidence, Evidence::Value(noon().to_string().into()));
        office.check_counts().await;
    });
}

#[test]
fn any_report_takes_it_away_at_once() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_reports_alone().await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, noon(), &[("disk", Fact(NO_VOLUMES))]).await;
        office.sweep(hours(TOO_LONG)).await;
        assert_eq!(office.states("pc-1").await, "reports=fail");
        // It says nothing new, and was looked at before it fell silent; it came, and that is what counts.
        office.report("pc-1", 3, hours(TOO_LONG + 1), &[("disk", Hash(NO_VOLUMES))]).await;
        assert_eq!(office.states("pc-1").await, "reports=pass");
        office.check_counts().await;
        // From then on the next time is counted, however many reports come that only confirm.
        office.report("pc-1", 4, hours(TOO_LONG + 30), &[("disk", Hash(NO_VOLUMES))]).await;
        office.sweep(hours(TOO_LONG + 90)).await;
        assert_eq!(office.states("pc-1").await, "reports=pass");
        office.sweep(hours(TOO_LONG + 91)).await;
        assert_eq!(office.states("pc-1").await, "reports=fail");
        office.check_counts().await;
    });
}

#[test]
fn a_device_without_an_agent_is_not_known_to_be_silent() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_reports_alone().await;
        let listed = Subject { kind: SubjectKind::Device, id: "listed".into() };
        let mut change = office.change(noon()).await;
        subjects::enter(&mut change, &listed, "PC-NORTH-7").await.unwrap();
        assignments::assign(&mut change, &listed, "north", khien_model::day_of(noon())).await.unwrap();
        change.commit().await.unwrap();
        office.sweep(hours(24 * 30)).await;
        assert_eq!(office.states("listed").await, "reports=unknown");
        let document = facts::document(&store, &listed).await.unwrap().unwrap();
        assert!(serde_json::to_value(&document).unwrap()["device"]["facts"].get("reporting").is_none());
        office.check_counts().await;
    });
}

#[test]
fn a_report_from_before_the_clock_was_set_back_is_one_that_nobody_can_date() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_reports_alone().await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, hours(30), &[("disk", Fact(NO_VOLUMES))]).await;
        office.sweep(hours(30)).await;
        office.sweep(hours(2)).await;
        assert_eq!(office.states("pc-1").await, "reports=unknown");
        // The next one that comes can be dated.
        office.report("pc-1", 3, hours(3), &[("disk", Hash(NO_VOLUMES))]).await;
        assert_eq!(office.states("pc-1").await, "reports=pass");
        office.sweep(hours(3 + TOO_LONG)).await;
        assert_eq!(office.states("pc-1").await, "reports=fail");
        office.check_counts().await;
    });
}

#[test]
fn nobody_is_believed_who_says_of_themselves_that_they_report() {
    on_each_engine(|store, _| async move {
        let office = Office::found(&store).await;
        office.order_reports_alone().await;
        office.enrol("pc-1", "north").await;
        let claim = r#"{"value":{"silent_since":"2999-01-01T00:00:00Z"},"source":"agent:windows"}"#;
        let areas = [("os", Fact(WINDOWS)), ("reporting", Fact(claim))];
        let outcome = office.try_report("pc-1", 2, noon(), &areas).await.unwrap();
        let expected = CheckInOutcome::Accepted { need: vec![], unknown_areas: vec!["reporting".into()] };
        assert_eq!(outcome, expected);
        let mut change = office.change(noon()).await;
        let said = vec![NewFact { area: "reporting".into(), fact: Some(claim.into()), observed_at: noon() }];
        let refused = facts::put(&mut change, &subject("pc-1"), said).await;
        assert!(matches!(&refused, Err(StoreError::Invalid { what }) if what.starts_with("reporting:")), "{refused:?}");
        drop(change);
        office.sweep(hours(TOO_LONG)).await;
        assert_eq!(office.states("pc-1").await, "reports=fail");
    });
}
