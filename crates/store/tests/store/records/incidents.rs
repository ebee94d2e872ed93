//! Incidents: the fact sheet and its versions, the reports, and what is told first.

use khien_incidents::{FactSheet, NewAct, Severity, Step};
use khien_store::audit::{self, Search};
use khien_store::tickets::incidents::{self, MAX_ACTS};
use khien_store::tickets::{self, NewTicket, TicketKind};
use khien_store::{Store, StoreError};

use super::{begin, begin_at, enter_person, set_up_units};
use crate::support::{hours, noon, on_each_engine};

async fn set_up(store: &Store) {
    set_up_units(store).await;
    for id in ["an", "binh"] {
        enter_person(store, id, id).await;
    }
}

fn ticket(id: &str, kind: TicketKind) -> NewTicket {
    NewTicket {
        id: id.into(),
        kind,
        title: "Tệp bị đổi đuôi".into(),
        text: format!("Tệp bị đổi đuôi {id}"),
        person: "an".into(),
        unit: "d1".into(),
        about: None,
        answer_due_at: None,
    }
}

fn sheet() -> FactSheet {
    FactSheet::first("Tệp bị đổi đuôi", "PC-01", noon())
}

fn act(step: Step, at: jiff::Timestamp) -> NewAct {
    NewAct { step, done_at: at, done_by: "Bình".into(), how: "Điện thoại".into() }
}

async fn opened(store: &Store, id: &str) {
    let mut change = begin(store).await;
    incidents::open(&mut change, &ticket(id, TicketKind::Incident), &sheet()).await.unwrap().unwrap();
    change.commit().await.unwrap();
}

#[test]
fn a_sheet_is_filled_in_once_and_every_change_is_told() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        opened(&store, "1").await;
        let first = incidents::find(&store, "1").await.unwrap().unwrap();
        assert_eq!((first.version, &first.sheet), (1, &sheet()));
        // That it was reported here is the first report.
        let told: Vec<_> = first.acts.iter().map(|act| (act.step, act.done_at, act.done_by.as_str())).collect();
        assert_eq!(told, [(Step::FocalOfficer, noon(), "an")]);

        let graded = FactSheet { severity: Some(Severity::Serious), ..sheet() };
        let mut change = begin_at(&store, hours(1)).await;
        incidents::fill(&mut change, "1", 1, "binh", &graded).await.unwrap();
        // The same once more changes nothing, an older version is not written over a newer one.
        incidents::fill(&mut change, "1", 2, "binh", &graded).await.unwrap();
        let stale = incidents::fill(&mut change, "1", 1, "an", &sheet()).await;
        assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
        let future = FactSheet { discovered_at: hours(2), ..graded.clone() };
        let refused = incidents::fill(&mut change, "1", 2, "binh", &future).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
        change.commit().await.unwrap();
        let filled = incidents::find(&store, "1").await.unwrap().unwrap();
        assert_eq!((filled.version, filled.sheet, filled.changed_by.as_str()), (2, graded, "binh"));
        let log = audit::list(&store, &Search::default(), 100).await.unwrap();
        let fills: Vec<_> = log.iter().filter(|entry| entry.action == "incident.fill").collect();
        assert_eq!(fills.len(), 1);
        let detail = serde_json::to_value(&fills[0].detail).unwrap().to_string();
        assert!(detail.contains("severity") && detail.contains("serious") && !detail.contains("PC-01"), "{detail}");
    });
}

#[test]
fn reports_are_recorded_and_taken_back() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        opened(&store, "1").await;
        let mut change = begin_at(&store, hours(1)).await;
        incidents::record(&mut change, "1", "binh", &act(Step::Office, hours(1))).await.unwrap();
        for at in [hours(2), hours(-1)] {
            let refused = incidents::record(&mut change, "1", "binh", &act(Step::Detailed, at)).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{at}: {refused:?}");
        }
        incidents::withdraw(&mut change, "1", 1, "binh").await.unwrap();
        for number in [1, 2] {
            let gone = incidents::withdraw(&mut change, "1", number, "binh").await;
            assert_eq!(gone, Err(StoreError::NotFound), "{number}");
        }
        let nothing = incidents::record(&mut change, "no-such", "binh", &act(Step::Office, hours(1))).await;
        assert_eq!(nothing, Err(StoreError::NotFound));
        change.commit().await.unwrap();
        let known = incidents::find(&store, "1").await.unwrap().unwrap();
        let acts: Vec<_> = known.acts.iter().map(|act| (act.number, act.step, act.is_valid())).collect();
        assert_eq!(acts, [(0, Step::FocalOfficer, true), (1, Step::Office, false)]);

        let mut change = begin_at(&store, hours(1)).await;
        for _ in known.acts.len()..MAX_ACTS {
            incidents::record(&mut change, "1", "binh", &act(Step::Office, hours(1))).await.unwrap();
        }
        let more = incidents::record(&mut change, "1", "binh", &act(Step::Office, hours(1))).await;
        assert_eq!(more, Err(StoreError::TooMany { limit: MAX_ACTS }));
    });
}

#[test]
fn only_incidents_have_sheets_and_their_notices_go_first() {
    on_each_engine(|store, _| async move {
        set_up(&store).await;
        let mut change = begin(&store).await;
        tickets::open(&mut change, &ticket("q", TicketKind::Question)).await.unwrap();
        let question = incidents::open(&mut change, &ticket("x", TicketKind::Question), &sheet()).await;
        assert!(matches!(question, Err(StoreError::Invalid { .. })), "{question:?}");
        let question = incidents::fill(&mut change, "q", 0, "an", &sheet()).await;
        assert!(matches!(question, Err(StoreError::Invalid { .. })), "{question:?}");
        // One that came without a sheet gets one later.
        tickets::open(&mut change, &ticket("bare", TicketKind::Incident)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(incidents::find(&store, "bare").await.unwrap(), None);
        let mut change = begin_at(&store, hours(1)).await;
        incidents::fill(&mut change, "bare", 0, "binh", &sheet()).await.unwrap();
        incidents::open(&mut change, &ticket("late", TicketKind::Incident), &sheet()).await.unwrap().unwrap();
        let twice = incidents::open(&mut change, &ticket("late", TicketKind::Incident), &sheet()).await;
        assert_eq!(twice, Ok(None), "the same words");
        change.commit().await.unwrap();
        let order: Vec<String> =
            tickets::untold(&store, 10).await.unwrap().into_iter().map(|post| post.ticket).collect();
        assert_eq!(order, ["bare", "late", "q"]);
        let open: Vec<String> =
            incidents::open_ones(&store).await.unwrap().into_iter().map(|incident| incident.ticket).collect();
        assert_eq!(open, ["bare", "late"]);
        let mut change = begin_at(&store, hours(2)).await;
        tickets::close(&mut change, "late", "an").await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(incidents::open_ones(&store).await.unwrap().len(), 1);
    });
}
