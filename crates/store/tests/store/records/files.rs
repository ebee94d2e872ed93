//! Files: kept once, in pieces, handed out only whole, gone when nobody refers to them.

use jiff::{SignedDuration, Timestamp};
use khien_store::files::{self, GRACE_DAYS, MAX_ATTACHED, MAX_FILE_BYTES, MAX_NAME, NewFile, Owner, OwnerKind};
use khien_store::transfer;
use khien_store::{Store, StoreError, retention};
use khien_test_support::fresh_databases;

use super::{begin, begin_at, enter_person};
use crate::support::{block_on, meddle, noon, on_each_engine, options};

fn task(id: &str) -> Owner {
    Owner::new(OwnerKind::Task, id)
}

fn file<'f>(name: &'f str, content: &'f [u8]) -> NewFile<'f> {
    NewFile { name, media_type: "text/plain", content }
}

/// Content of so many bytes in which every piece differs.
fn content(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|place| u8::try_from((place ^ (place >> 8) ^ (place >> 16)) & 0xff).unwrap()).collect()
}

async fn attach(store: &Store, owner: &Owner, file: &NewFile<'_>) -> Result<String, StoreError> {
    let mut change = begin(store).await;
    let id = files::attach(&mut change, owner, file, "an").await?;
    change.commit().await?;
    Ok(id)
}

fn day(count: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(24 * count)
}

#[test]
fn what_is_attached_comes_back_byte_for_byte() {
    on_each_engine(|store, url| async move {
        // Shorter than a piece, just one piece, a little more, and the most there may be.
        for bytes in [1, 48 * 1024, 48 * 1024 + 1, MAX_FILE_BYTES] {
            let held = content(bytes);
            let owner = task(&format!("t{bytes}"));
            let id = attach(&store, &owner, &file("Biên bản kiểm tra.txt", &held)).await.unwrap();
            let attached = files::find(&store, &id).await.unwrap().unwrap();
            assert_eq!(files::of(&store, &owner).await.unwrap(), std::slice::from_ref(&attached));
            assert_eq!((attached.size_bytes, attached.name.as_str()), (bytes as u64, "Biên bản kiểm tra.txt"));
            assert!(files::read(&store, &attached).await.unwrap() == held, "{bytes} bytes");
        }
        assert_eq!(files::of(&store, &Owner::new(OwnerKind::Ticket, "t1")).await.unwrap(), []);

        // What somebody laid hands on is never handed out.
        let one = files::of(&store, &task("t1")).await.unwrap().remove(0);
        for wrong in [
            "UPDATE file_pieces SET content = 'AQ==' WHERE file IN (SELECT digest FROM files WHERE size_bytes = 1)",
            "UPDATE file_pieces SET content = 'AAA=' WHERE file IN (SELECT digest FROM files WHERE size_bytes = 1)",
            "UPDATE file_pieces SET content = '?' WHERE file IN (SELECT digest FROM files WHERE size_bytes = 1)",
            "DELETE FROM file_pieces WHERE file IN (SELECT digest FROM files WHERE size_bytes = 1)",
        ] {
            meddle(&url, wrong).await;
            let refused = files::read(&store, &one).await;
            assert!(matches!(refused, Err(StoreError::Corrupt { .. })), "{wrong}: {refused:?}");
        }
    });
}

#[test]
fn bounds_hold_at_the_limit() {
    on_each_engine(|store, _| async move {
        let too_large = vec![0; MAX_FILE_BYTES + 1];
        let (longest, too_long) = ("ạ".repeat(MAX_NAME), "ạ".repeat(MAX_NAME + 1));
        for wrong in [file("a.txt", b""), file("a.txt", &too_large), file(" ", b"a"), file(&too_long, b"a")] {
            let refused = attach(&store, &task("t"), &wrong).await;
            assert!(matches!(refused, Err(StoreError::Invalid { .. })), "{refused:?}");
        }
        for _ in 0..MAX_ATTACHED {
            attach(&store, &task("t"), &file(&longest, b"a")).await.unwrap();
        }
        let refused = attach(&store, &task("t"), &file("a.txt", b"a")).await;
        assert_eq!(refused, Err(StoreError::TooMany { limit: MAX_ATTACHED }));
        let counts = transfer::counts(&store).await.unwrap();
        assert!(counts.contains(&("files".to_owned(), 1)), "what is the same is kept once: {counts:?}");
    });
}

#[test]
fn a_file_goes_some_days_after_nobody_refers_to_it() {
    on_each_engine(|store, _| async move {
        let first = attach(&store, &task("t1"), &file("a.txt", b"one")).await.unwrap();
        let second = attach(&store, &task("t2"), &file("b.txt", b"one")).await.unwrap();
        attach(&store, &task("t3"), &file("c.txt", b"three")).await.unwrap();
        let detach = async |id: &str, at: Timestamp| {
            let mut change = begin_at(&store, at).await;
            files::detach(&mut change, id).await?;
            change.commit().await
        };
        let forgotten = async |at: Timestamp| retention::forget(&store, at).await.unwrap().rows;
        let later = GRACE_DAYS + 1;
        detach(&first, day(1)).await.unwrap();
        assert_eq!(detach(&first, day(1)).await, Err(StoreError::NotFound));
        assert_eq!(forgotten(day(later)).await, [], "somebody else refers to it");
        detach(&second, day(1)).await.unwrap();
        assert_eq!(forgotten(day(GRACE_DAYS)).await, [], "the grace");
        assert_eq!(forgotten(day(later)).await, [("files", 1)]);
        assert_eq!(forgotten(day(later)).await, []);

        // Attached again it is there again; what is attached anew begins its grace anew.
        let again = attach(&store, &task("t1"), &file("a.txt", b"one")).await.unwrap();
        let attached = files::find(&store, &again).await.unwrap().unwrap();
        assert_eq!(files::read(&store, &attached).await.unwrap(), b"one");
        let mut change = begin_at(&store, day(later)).await;
        files::attach(&mut change, &task("t4"), &file("a.txt", b"one"), "an").await.unwrap();
        files::detach_all(&mut change, &task("t4")).await.unwrap();
        files::detach_all(&mut change, &task("t1")).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(forgotten(day(later + 1)).await, []);
        assert_eq!(forgotten(day(later + GRACE_DAYS + 1)).await, [("files", 1)]);
    });
}

#[test]
fn files_are_in_a_backup_and_in_a_move() {
    let held = content(200_000);
    for source in fresh_databases() {
        let backup = block_on(async {
            let store = Store::open(source.url(), &options()).await.unwrap();
            enter_person(&store, "an", "An").await;
            attach(&store, &task("t"), &file("a.txt", &held)).await.unwrap();
            let mut backup = Vec::new();
            transfer::backup(&store, &mut backup, noon(), &mut |_, _| ()).await.unwrap();
            store.close().await;
            backup
        });
        on_each_engine(|store, _| {
            let (backup, held) = (&backup, &held);
            async move {
                transfer::restore(&store, backup.as_slice(), false, noon(), &mut |_, _| ()).await.unwrap();
                let attached = files::of(&store, &task("t")).await.unwrap().remove(0);
                assert!(files::read(&store, &attached).await.unwrap() == *held);
            }
        });
    }
}
