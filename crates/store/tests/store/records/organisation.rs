//! Units and who belongs to them.

use jiff::civil::date;
use khien_model::{Assignment, Founded, Reform, Subject, SubjectKind, Successor};
use khien_store::units;
use khien_store::{StoreError, assignments, holders};

use super::{begin, enter_person, register, set_up_units, unit};
use crate::support::on_each_engine;

fn pc(id: &str) -> Subject {
    Subject { kind: SubjectKind::Device, id: id.into() }
}

#[test]
fn the_register_comes_back_as_it_was_written() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        assert_eq!(units::register(&store).await.unwrap(), register());
        let mut changed = register();
        changed.units.push(unit("d3", "Chi cục Thi hành án dân sự quận Nam", Some("d1")));
        changed.units.swap(0, 2);
        let mut change = begin(&store).await;
        units::replace(&mut change, &changed).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(units::register(&store).await.unwrap(), changed);

        let mut change = begin(&store).await;
        let refused = units::replace(&mut change, &register()).await;
        assert!(matches!(refused, Err(StoreError::Invalid { ref what }) if what.contains("d3")), "{refused:?}");
        let mut circle = changed.clone();
        circle.units[0].parents[0].unit = "d2".into();
        circle.units[2].parents[0].unit = "d2".into();
        assert!(matches!(units::replace(&mut change, &circle).await, Err(StoreError::Invalid { .. })));
    });
}

#[test]
fn a_merger_moves_everybody_and_leaves_the_past_alone() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let mut change = begin(&store).await;
        assignments::assign(&mut change, &pc("one"), "d1", date(2024, 1, 1)).await.unwrap();
        assignments::assign(&mut change, &pc("two"), "d2", date(2024, 1, 1)).await.unwrap();
        change.commit().await.unwrap();
        let day = date(2025, 7, 1);
        let merger = Reform::Merge {
            old: vec!["d1".into(), "d2".into()],
            into: Successor::Founded(Founded {
                id: "r".into(),
                kind: None,
                name: "Phòng Thi hành án dân sự khu vực 1".into(),
                abbreviation: None,
                parent: Some("p".into()),
            }),
        };
        let mut change = begin(&store).await;
        let reformed = units::carry_out(&mut change, &merger, day).await.unwrap().unwrap();
        assert_eq!((reformed.moved.len(), reformed.ended.len()), (2, 2));
        change.commit().await.unwrap();

        let organisation = units::organisation(&store).await.unwrap();
        let home = |day| organisation.unit_of(&pc("one"), day).map(|unit| organisation.tree().unit(unit).id.clone());
        assert_eq!(home(date(2025, 6, 30)).as_deref(), Some("d1"));
        assert_eq!(home(day).as_deref(), Some("r"));
        assert_eq!(organisation.tree().register().successions.len(), 2);
        let homes = assignments::homes_on(&store, SubjectKind::Device, day).await.unwrap();
        assert_eq!(homes.into_values().collect::<Vec<_>>(), ["r", "r"]);

        let mut change = begin(&store).await;
        let gone = assignments::assign(&mut change, &pc("new"), "d1", day).await;
        assert!(matches!(gone, Err(StoreError::Invalid { .. })), "the unit has ended");
        let nowhere = units::carry_out(&mut change, &Reform::Close { unit: "x".into() }, day).await.unwrap();
        assert!(nowhere.is_err());
    });
}

#[test]
fn a_subject_is_in_one_place_at_a_time() {
    on_each_engine(|store, _| async move {
        set_up_units(&store).await;
        let mut change = begin(&store).await;
        for (unit, day) in [("d1", date(2024, 1, 1)), ("d2", date(2025, 1, 1)), ("d1", date(2024, 6, 1))] {
            assignments::assign(&mut change, &pc("one"), unit, day).await.unwrap();
        }
        change.commit().await.unwrap();
        let periods: Vec<_> = assignments::of(&store, &pc("one"))
            .await
            .unwrap()
            .into_iter()
            .map(|period| (period.unit, period.valid_from, period.valid_to))
            .collect();
        let turn = date(2024, 6, 1);
        assert_eq!(periods, [("d1".to_owned(), date(2024, 1, 1), Some(turn)), ("d1".to_owned(), turn, None)]);
        let overlapping =
            Assignment { subject: pc("one"), unit: "d2".into(), valid_from: date(2025, 1, 1), valid_to: None };
        let mut change = begin(&store).await;
        let refused = assignments::insert_all(&mut change, &[overlapping]).await;
        assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
        drop(change);
        let mut change = begin(&store).await;
        assignments::end(&mut change, &pc("one"), date(2026, 1, 1)).await.unwrap();
        change.commit().await.unwrap();
        assert!(units::organisation(&store).await.unwrap().unit_of(&pc("one"), date(2026, 1, 1)).is_none());
    });
}

#[test]
fn who_answers_for_a_device_changes_on_a_day() {
    on_each_engine(|store, _| async move {
        enter_person(&store, "an", "An").await;
        enter_person(&store, "binh", "Bình").await;
        let mut change = begin(&store).await;
        holders::add(&mut change, &pc("one"), "an", date(2024, 1, 1)).await.unwrap();
        holders::replace(&mut change, &pc("one"), "binh", date(2025, 1, 1)).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(holders::of_person_on(&store, "an", date(2024, 12, 31)).await.unwrap().len(), 1);
        assert_eq!(holders::of_person_on(&store, "an", date(2025, 1, 1)).await.unwrap(), []);
        let ever = holders::of_subject(&store, &pc("one")).await.unwrap();
        assert_eq!(ever.iter().map(|holder| holder.person.as_str()).collect::<Vec<_>>(), ["an", "binh"]);
    });
}
