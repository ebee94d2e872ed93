//! Backups, restoring, and moving from one engine to the other.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use khien_store::audit::{self, Chain};
use khien_store::transfer::{self, TransferProblem, Transferred};
use khien_store::{Store, people, units};
use khien_test_support::{Database, Engine, fresh_databases};
use sqlx::{AnyConnection, Connection as _, Row as _, query};

use crate::office::Said::Fact;
use crate::office::{NO_VOLUMES, Office};
use crate::records::{begin, enter_person, register, set_up_units};
use crate::support::{block_on, hours, meddle, noon, on_each_engine, options};

/// Something in a good many tables.
async fn fill(store: &Store) {
    set_up_units(store).await;
    for number in 0..700 {
        enter_person(store, &format!("cb{number:04}"), &format!("Nguyễn Thị \"Số\" {number}\n")).await;
    }
    let mut change = begin(store).await;
    let files = [("main.yaml".to_owned(), "khien: 1\n".repeat(5_000))].into();
    khien_store::directives::load(&mut change, "thads", "main.yaml", &files).await.unwrap();
    change.commit().await.unwrap();
}

async fn backup(store: &Store) -> (Vec<u8>, Transferred) {
    let mut file = Vec::new();
    let mut heard = Vec::new();
    let made =
        transfer::backup(store, &mut file, noon(), &mut |table, rows| heard.push((table.to_owned(), rows))).await;
    assert!(heard.contains(&("people".into(), 700)), "{heard:?}");
    (file, made.unwrap())
}

async fn restore(store: &Store, file: &[u8], replace: bool) -> Result<Transferred, TransferProblem> {
    transfer::restore(store, file, replace, hours(1), &mut |_, _| ()).await
}

async fn is_as_it_was(store: &Store) {
    assert_eq!(people::all(store).await.unwrap().len(), 700);
    assert_eq!(units::register(store).await.unwrap(), register());
    let person = people::find(store, "cb0001").await.unwrap().unwrap();
    assert_eq!(person.name, "Nguyễn Thị \"Số\" 1");
    // The log goes on where it stood, with one entry more that says what happened.
    assert!(matches!(audit::verify(store).await.unwrap(), Chain::Whole { entries: 703, .. }));
}

#[test]
fn a_backup_of_one_engine_is_restored_on_every_engine() {
    for source in fresh_databases() {
        let (file, made) = block_on(async {
            let store = Store::open(source.url(), &options()).await.unwrap();
            fill(&store).await;
            let made = backup(&store).await;
            store.close().await;
            made
        });
        on_each_engine(|store, _| {
            let (file, made) = (file.clone(), made.clone());
            async move {
                let restored = restore(&store, &file, false).await.unwrap();
                assert_eq!(restored, made, "the counts, the digest and the time are those of the backup");
                is_as_it_was(&store).await;
                let again = restore(&store, &file, false).await.unwrap_err();
                assert!(matches!(again, TransferProblem::NotEmpty { .. }), "{again:?}");
                restore(&store, &file, true).await.unwrap();
                is_as_it_was(&store).await;
            }
        });
    }
}

#[test]
fn everything_moves_from_each_engine_to_each() {
    for source in fresh_databases() {
        for target in fresh_databases() {
            block_on(async {
                let from = Store::open(source.url(), &options()).await.unwrap();
                if people::all(&from).await.unwrap().is_empty() {
                    fill(&from).await;
                }
                let to = Store::open(target.url(), &options()).await.unwrap();
                let before = transfer::counts(&from).await.unwrap();
                let moved = transfer::carry(&from, &to, hours(1), &mut |_, _| ()).await.unwrap();
                assert_eq!(moved.tables, before);
                is_as_it_was(&to).await;
                let again = transfer::carry(&from, &to, hours(1), &mut |_, _| ()).await.unwrap_err();
                assert!(matches!(again, TransferProblem::NotEmpty { .. }), "{again:?}");
                from.close().await;
                to.close().await;
            });
        }
    }
}

fn unpacked(file: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

#[test]
fn what_is_no_whole_backup_changes_nothing() {
    type Expected = Box<dyn Fn(&TransferProblem) -> bool>;
    let source = Database::sqlite();
    let file = block_on(async {
        let store = Store::open(source.url(), &options()).await.unwrap();
        fill(&store).await;
        let (file, _) = backup(&store).await;
        store.close().await;
        file
    });
    let text = unpacked(&file);
    let last_line = text.trim_end().rfind('\n').unwrap() + 1;
    let (without_last_line, _) = text.split_at_checked(last_line).unwrap();
    let damaged = |what: &'static str| move |problem: &TransferProblem| matches!(problem, TransferProblem::Damaged { what: said } if said.contains(what));
    let cases: Vec<(Vec<u8>, Expected)> = vec![
        (b"PK\x03\x04 a spreadsheet".to_vec(), Box::new(|problem| *problem == TransferProblem::NotABackup)),
        (Vec::new(), Box::new(|problem| *problem == TransferProblem::NotABackup)),
        (packed("{}\n"), Box::new(|problem| *problem == TransferProblem::NotABackup)),
        (
            packed("hello"),
            Box::new(|problem| matches!(problem, TransferProblem::NotABackup | TransferProblem::Damaged { .. })),
        ),
        (file[..file.len() / 2].to_vec(), Box::new(|problem| matches!(problem, TransferProblem::Damaged { .. }))),
        (packed(without_last_line), Box::new(damaged("it ends before line"))),
        (packed(&format!("{text}[1]\n")), Box::new(damaged("something follows its end"))),
        (packed(&text.replacen("Nguyễn", "Nguyên", 1)), Box::new(damaged("SHA-256"))),
        (packed(&text.replacen("\"people\":700", "\"people\":701", 1)), Box::new(damaged("SHA-256"))),
        (packed(&text.replacen("\"name_folded\"", "\"password\"", 1)), Box::new(damaged("not in the schema"))),
        (
            packed(&text.replacen("\"table\":\"people\"", "\"table\":\"pg_user\"", 1)),
            Box::new(damaged("not in the schema")),
        ),
        (
            packed(&text.replacen("\"version\":1", "\"version\":2", 1)),
            Box::new(|problem| *problem == TransferProblem::Newer { found: 2, known: 1 }),
        ),
        (
            packed(&text.replacen("\"schema\":", "\"schema\":9", 1)),
            Box::new(|problem| matches!(problem, TransferProblem::Newer { found: 90.., .. })),
        ),
    ];
    on_each_engine(|store, _| {
        let cases = &cases;
        async move {
            enter_person(&store, "an", "An").await;
            let before = transfer::counts(&store).await.unwrap();
            for (place, (file, expected)) in cases.iter().enumerate() {
                let problem = restore(&store, file, true).await.unwrap_err();
                assert!(expected(&problem), "case {place}: {problem:?}");
                assert_eq!(transfer::counts(&store).await.unwrap(), before, "case {place}");
            }
        }
    });
}

/// The same backup, changed by hand and sealed again.
fn resealed(text: &str) -> Vec<u8> {
    let body = text.trim_end().rfind('\n').unwrap() + 1;
    let (body, _) = text.split_at_checked(body).unwrap();
    let mut digest = String::new();
    for byte in ring::digest::digest(&ring::digest::SHA256, body.as_bytes()).as_ref() {
        write!(digest, "{byte:02x}").unwrap();
    }
    packed(&format!("{body}{{\"sha256\":\"{digest}\"}}\n"))
}

#[test]
fn devices_of_a_backup_from_before_silence_was_kept_are_silent_since_they_were_last_heard_of() {
    on_each_engine(|store, url| async move {
        let office = Office::found(&store).await;
        office.order_reports_alone().await;
        office.enrol("pc-1", "north").await;
        office.report("pc-1", 2, hours(3), &[("disk", Fact(NO_VOLUMES))]).await;
        meddle(&url, "UPDATE subjects SET silent_since = NULL").await;
        let mut file = Vec::new();
        transfer::backup(&store, &mut file, noon(), &mut |_, _| ()).await.unwrap();
        let text = unpacked(&file);
        let (_, rest) = text.split_once("\"schema\":").unwrap();
        let (schema, _) = rest.split_once(',').unwrap();
        let older = text.replacen(&format!("\"schema\":{schema}"), "\"schema\":10", 1);
        restore(&store, &resealed(&older), true).await.unwrap();
        office.sweep(hours(3 + 61)).await;
        assert_eq!(office.states("pc-1").await, "reports=fail");
        office.check_counts().await;
    });
}

#[test]
fn a_backup_shows_one_moment_while_others_write() {
    on_each_engine(|store, _| async move {
        fill(&store).await;
        let mut file = Vec::new();
        // Between two pages somebody enters a person.
        let (heard_at, enter) = std::sync::mpsc::channel();
        let writer = {
            let store = store.clone();
            let runtime = tokio::runtime::Handle::current();
            std::thread::spawn(move || {
                enter.recv().unwrap();
                runtime.block_on(enter_person(&store, "late", "Người đến muộn"));
            })
        };
        let mut writer = Some(writer);
        let made = transfer::backup(&store, &mut file, noon(), &mut |table, _| {
            if table == "units"
                && let Some(writer) = writer.take()
            {
                heard_at.send(()).unwrap();
                writer.join().unwrap();
            }
        })
        .await
        .unwrap();
        assert!(made.tables.contains(&("people".into(), 700)));
        assert_eq!(people::all(&store).await.unwrap().len(), 701);
        assert!(!unpacked(&file).contains("muộn"));
    });
}

/// The list of tables is made of what the migrations say; here the engines say what the migrations made.
#[test]
fn the_list_of_tables_is_what_the_engines_have() {
    on_each_engine(|store, url| async move {
        let sql = if store.is_embedded() {
            "SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' ORDER BY m.name, p.cid"
        } else {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) \
             FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
        };
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let rows = query(sql).fetch_all(&mut connection).await.unwrap();
        let mut there: Vec<(String, String, bool)> = rows
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get::<String, _>(2).eq_ignore_ascii_case("bigint")))
            .filter(|(table, _, _): &(String, String, bool)| table != "migrations")
            .collect();
        let mut listed: Vec<(String, String, bool)> = transfer::tables()
            .iter()
            .flat_map(|table| {
                table.columns.iter().map(|(column, is_number)| (table.name.clone(), column.clone(), *is_number))
            })
            .collect();
        there.sort();
        listed.sort();
        assert_eq!(there, listed);
        connection.close().await.unwrap();
    });
    assert_eq!(fresh_databases()[0].engine(), Engine::Sqlite);
}
