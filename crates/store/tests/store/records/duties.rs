//! Campaigns and leave: who is asked, what counts as read, what becomes known.

use jiff::civil::date;
use khien_model::{Subject, SubjectKind};
use khien_store::campaigns::{self, Attempt, Campaign, CampaignKind, SignedSheet};
use khien_store::directives;
use khien_store::facts;
use khien_store::leaves::{self, Leave, MAX_DAYS};
use khien_store::{Store, StoreError, assignments};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

fn person(id: &str) -> Subject {
    Subject { kind: SubjectKind::Person, id: id.into() }
}

async fn set_up(store: &Store) -> Campaign {
    set_up_units(store).await;
    for (id, unit) in [("an", "d1"), ("binh", "d2"), ("chi", "p")] {
        enter_person(store, id, id).await;
        let mut change = begin(store).await;
        assignments::assign(&mut change, &person(id), unit, date(2026, 1, 5)).await.unwrap();
        change.commit().await.unwrap();
    }
    let mut change = begin(store).await;
    let files = [("main.yaml".to_owned(), "khien: 1\n".to_owned())].into();
    let directive = directives::load(&mut change, "thads", "main.yaml", &files).await.unwrap();
    change.commit().await.unwrap();
    campaign("one", CampaignKind::Reading, directive)
}

fn campaign(id: &str, kind: CampaignKind, directive: String) -> Campaign {
    Campaign {
        id: id.into(),
        kind,
        unit: "p".into(),
        directive,
        clauses: vec![("1.1".into(), "a".into()), ("4.2".into(), "b".into())],
        due: date(2026, 12, 1),
        newcomer_days: 5,
        created_by: "chi".into(),
        created_at: noon(),
        closed_at: None,
    }
}

/// What is known of a person in one area, as JSON.
async fn known(store: &Store, id: &str, area: &str) -> serde_json::Value {
    let document = facts::document(store, &person(id)).await.unwrap().unwrap();
    let document = serde_json::to_value(document).unwrap();
    document.pointer(&format!("/person/facts/{area}/value")).cloned().unwrap_or_default()
}

async fn ask(store: &Store, campaign: &Campaign) {
    let mut change = begin_at(store, campaign.created_at).await;
    campaigns::begin(&mut change, campaign).await.unwrap();
    let people = ["an", "binh", "chi"].map(|id| (id.to_owned(), campaign.due));
    assert_eq!(campaigns::enrol(&mut change, campaign, &people).await.unwrap(), 3);
    change.commit().await.unwrap();
}

#[test]
fn reading_acknowledging_and_the_quiz_become_facts() {
    on_each_engine(|store, _| async move {
        let one = set_up(&store).await;
        ask(&store, &one).await;
        assert_eq!(campaigns::find(&store, "one").await.unwrap(), Some(one.clone()));
        assert_eq!(known(&store, "an", "duties").await["acknowledged"], false);
        let mut change = begin_at(&store, hours(1)).await;
        assert_eq!(campaigns::enrol(&mut change, &one, &[("an".into(), one.due)]).await.unwrap(), 0, "asked already");
        campaigns::read_clause(&mut change, "an", &one.clauses[0]).await.unwrap();
        let early = campaigns::acknowledge(&mut change, &one, "an").await.unwrap_err();
        assert!(matches!(early, StoreError::Invalid { .. }), "{early:?}");
        campaigns::read_clause(&mut change, "an", &one.clauses[1]).await.unwrap();
        let attempt = |number, passed| Attempt { number, answered_at: hours(1), passed, answers: vec![] };
        let early = campaigns::answer_quiz(&mut change, &one, "an", &attempt(0, true)).await.unwrap_err();
        assert!(matches!(early, StoreError::Invalid { .. }), "{early:?}");
        campaigns::acknowledge(&mut change, &one, "an").await.unwrap();
        campaigns::answer_quiz(&mut change, &one, "an", &attempt(0, false)).await.unwrap();
        let twice = campaigns::answer_quiz(&mut change, &one, "an", &attempt(0, true)).await.unwrap_err();
        assert!(matches!(twice, StoreError::Conflict { .. }), "{twice:?}");
        change.commit().await.unwrap();
        let duties = known(&store, "an", "duties").await;
        assert_eq!((&duties["acknowledged"], &duties["quiz_passed"]), (&true.into(), &false.into()));
        let mut change = begin_at(&store, hours(2)).await;
        campaigns::answer_quiz(&mut change, &one, "an", &attempt(1, true)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(known(&store, "an", "duties").await["quiz_passed"], true);
        assert_eq!(known(&store, "an", "training").await, serde_json::Value::Null, "reading is no training");
        assert_eq!(campaigns::attempts_of(&store, "one", "an").await.unwrap().len(), 2);

        // A training asks to read everything again, and counts as training.
        let mut two = campaign("two", CampaignKind::Training, one.directive.clone());
        two.created_at = hours(24);
        ask(&store, &two).await;
        let mine = campaigns::of_person(&store, "an").await.unwrap();
        assert_eq!(mine.iter().map(|(campaign, _)| campaign.id.as_str()).collect::<Vec<_>>(), ["two", "one"]);
        assert!(campaigns::read_of_person(&store, &mine[0].0, &mine[0].1).await.unwrap().is_empty());
        assert_eq!(campaigns::read_of_person(&store, &mine[1].0, &mine[1].1).await.unwrap().len(), 2);
        let mut change = begin_at(&store, hours(25)).await;
        for mark in &two.clauses {
            campaigns::read_clause(&mut change, "an", mark).await.unwrap();
        }
        campaigns::acknowledge(&mut change, &two, "an").await.unwrap();
        campaigns::answer_quiz(&mut change, &two, "an", &attempt(0, true)).await.unwrap();
        change.commit().await.unwrap();
        let last = known(&store, "an", "training").await["last_completed_at"].as_str().map(str::to_owned);
        assert_eq!(last.unwrap().parse::<jiff::Timestamp>().unwrap(), hours(25));

        // What is known is said again before it is stale, and only then.
        assert_eq!(campaigns::refresh(&store, hours(26)).await.unwrap(), 0);
        assert_eq!(campaigns::refresh(&store, hours(24 * 10)).await.unwrap(), 3);
        assert_eq!(campaigns::refresh(&store, hours(24 * 10)).await.unwrap(), 0);
    });
}

#[test]
fn only_what_changed_is_open_in_a_new_version() {
    on_each_engine(|store, _| async move {
        let one = set_up(&store).await;
        ask(&store, &one).await;
        let mut change = begin_at(&store, hours(1)).await;
        for mark in &one.clauses {
            campaigns::read_clause(&mut change, "an", mark).await.unwrap();
        }
        change.commit().await.unwrap();
        let mut two = campaign("two", CampaignKind::Reading, one.directive.clone());
        two.clauses = vec![("1.1".into(), "a".into()), ("4.2".into(), "worded anew".into())];
        two.created_at = hours(2);
        ask(&store, &two).await;
        let mine = campaigns::of_person(&store, "an").await.unwrap();
        assert_eq!(campaigns::read_of_person(&store, &mine[0].0, &mine[0].1).await.unwrap(), ["1.1"]);
        let mut change = begin_at(&store, hours(3)).await;
        campaigns::close(&mut change, "two").await.unwrap();
        assert!(matches!(campaigns::close(&mut change, "two").await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        assert_eq!(campaigns::of_person(&store, "an").await.unwrap().len(), 1);
    });
}

#[test]
fn members_follow_the_assignments_and_sheets_their_bounds() {
    on_each_engine(|store, _| async move {
        let one = set_up(&store).await;
        ask(&store, &one).await;
        let today = date(2026, 11, 18);
        let of = async |unit: &str| {
            let members = campaigns::members(&store, unit, today).await.unwrap();
            members.into_iter().map(|(person, _)| person).collect::<Vec<_>>()
        };
        assert_eq!(of("p").await, ["an", "binh", "chi"]);
        assert_eq!(of("d1").await, ["an"]);
        let mut change = begin(&store).await;
        assignments::end(&mut change, &person("an"), today).await.unwrap();
        assignments::assign(&mut change, &person("binh"), "d1", today).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!((of("p").await, of("d1").await), (vec!["binh".into(), "chi".into()], vec!["binh".into()]));
        let sheet = |signed_on| SignedSheet {
            id: "s".into(),
            campaign: "one".into(),
            reference: "03/VP".into(),
            signed_on,
            recorded_by: "chi".into(),
            recorded_at: hours(1),
        };
        let mut change = begin_at(&store, hours(1)).await;
        for (day, signers) in [
            (today, vec![]),
            (today, vec!["chi".to_owned()]),
            (date(2026, 11, 17), vec!["binh".to_owned()]),
            (date(2026, 11, 19), vec!["binh".to_owned()]),
            (today, vec!["binh".to_owned(); campaigns::MAX_SIGNERS + 1]),
        ] {
            let refused = campaigns::record_sheet(&mut change, &one, &sheet(day), &signers).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{day} {}: {refused:?}", signers.len());
        }
        campaigns::record_sheet(&mut change, &one, &sheet(today), &["binh".into()]).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(campaigns::sheets_of(&store, "one").await.unwrap(), [sheet(today)]);
        assert_eq!(known(&store, "binh", "duties").await["quiz_passed"], true);
        assert_eq!(campaigns::of_campaign(&store, "one").await.unwrap()["binh"].sheet.as_deref(), Some("s"));
    });
}

#[test]
fn leave_is_recorded_by_somebody_else_and_has_an_end() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let from = date(2026, 11, 18);
        let leave = |id: &str, by: &str, days: i32| Leave {
            id: id.into(),
            person: "an".into(),
            valid_from: from,
            valid_to: from.saturating_add(jiff::Span::new().days(days)),
            recorded_by: by.into(),
            recorded_at: noon(),
        };
        let mut change = begin(&store).await;
        for wrong in [leave("x", "an", 5), leave("x", "chi", 0), leave("x", "chi", MAX_DAYS + 1)] {
            assert!(matches!(leaves::record(&mut change, &wrong).await, Err(StoreError::Invalid { .. })), "{wrong:?}");
        }
        leaves::record(&mut change, &leave("a", "chi", MAX_DAYS)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(leaves::on(&store, date(2026, 11, 17)).await.unwrap(), []);
        assert_eq!(leaves::on(&store, from).await.unwrap(), [leave("a", "chi", MAX_DAYS)]);
        let mut change = begin(&store).await;
        leaves::end(&mut change, "a", date(2026, 11, 20)).await.unwrap();
        assert!(matches!(leaves::end(&mut change, "a", date(2026, 11, 21)).await, Err(StoreError::Conflict { .. })));
        change.commit().await.unwrap();
        assert_eq!(leaves::on(&store, date(2026, 11, 20)).await.unwrap(), []);
        assert_eq!(leaves::find(&store, "a").await.unwrap().unwrap().valid_to, date(2026, 11, 20));
        let mut change = begin(&store).await;
        leaves::record(&mut change, &leave("b", "chi", 3)).await.unwrap();
        leaves::end(&mut change, "b", from).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(leaves::find(&store, "b").await.unwrap(), None, "it had not begun");
    });
}
