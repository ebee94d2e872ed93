//! `khien backup`, `khien restore`, `khien db move`, `khien audit verify`: everything that the server remembers.

mod problem;

use std::fs::{self, File};
use std::io::{BufReader, Write as _};
use std::path::Path;

use khien_server::config::{Settings, is_database_address};
use khien_store::audit::{self, Chain};
use khien_store::transfer::{self, Transferred};
use khien_store::{Store, StoreOptions};

use crate::Session;
use crate::cli::{BackupArguments, DatabaseArguments, MoveArguments, RestoreArguments};
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;
use crate::progress::Progress;
use crate::{input, server};

/// Opens a database; only a command that fills one makes it.
pub(crate) async fn open(url: &str, create: bool, texts: &Texts) -> Result<Store, Problem> {
    if !is_database_address(url) {
        let what = text!(texts, "database-no-address", given = url);
        return Err(Problem::Worded { what, hints: vec![texts.text("settings-value-database")] });
    }
    let options = StoreOptions { create, ..StoreOptions::default() };
    Store::open(url, &options).await.map_err(|error| server::of_store(&error, texts))
}

/// Opens the database that is there already; where it was looked for is said when there is none.
async fn open_kept(settings: &Settings, texts: &Texts) -> Result<Store, Problem> {
    open(&settings.database_url(), false, texts).await.map_err(|problem| match problem {
        Problem::Worded { what, mut hints } => {
            let place = match settings.database {
                // An address may hold a password.
                Some(_) => texts.text("database-place-told"),
                None => settings.data.display().to_string(),
            };
            hints.insert(0, text!(texts, "database-hint-place", place = place));
            Problem::Worded { what, hints }
        }
        other => other,
    })
}

/// Says which table is being carried and how far it has got.
fn tick(progress: &mut Progress, texts: &Texts, table: &str, rows: u64) {
    progress.show(|| text!(texts, "data-progress", table = table, rows = rows));
}

/// How many rows of each table that has any, one on a line.
fn counts(transferred: &Transferred) -> String {
    let width = transferred.tables.iter().map(|(table, _)| table.len()).max().unwrap_or_default();
    let filled = transferred.tables.iter().filter(|(_, rows)| *rows > 0);
    filled.map(|(table, rows)| format!("  {table:width$}  {rows:>9}\n")).collect()
}

fn total(transferred: &Transferred) -> u64 {
    transferred.tables.iter().map(|(_, rows)| rows).sum()
}

/// `khien backup FILE`. The file appears when it is whole; whoever reads it reads password hashes, so only its owner may.
pub(crate) fn backup(arguments: &BackupArguments, session: &Session) -> Outcome {
    let (texts, file) = (&session.texts, arguments.file.as_path());
    if file.is_dir() {
        return Err(Problem::IsFolder { path: file.to_owned() });
    }
    // Perhaps it is the only good one, from before what went wrong.
    if !arguments.replace && fs::symlink_metadata(file).is_ok() {
        let what = text!(texts, "backup-exists", path = file.display().to_string());
        return Err(Problem::Worded { what, hints: vec![texts.text("backup-hint-exists")] });
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    input::require_folder(folder)?;
    let settings = server::settings(&arguments.database, session)?;
    let cannot = |error: &std::io::Error| problem::of_file(file, error.kind(), &error.to_string(), texts);
    let mut half = tempfile::NamedTempFile::new_in(folder).map_err(|error| cannot(&error))?;
    let mut progress = Progress::default();
    let made = server::runtime(session)?.block_on(async {
        let store = open_kept(&settings, texts).await?;
        let mut say = |table: &str, rows: u64| tick(&mut progress, texts, table, rows);
        let made = transfer::backup(&store, half.as_file_mut(), session.now, &mut say).await;
        store.close().await;
        made.map_err(|why| problem::of_transfer(&why, file, texts))
    });
    progress.finish();
    let made = made?;
    half.as_file_mut().flush().and_then(|()| half.as_file().sync_all()).map_err(|error| cannot(&error))?;
    half.persist(file).map_err(|error| cannot(&error.error))?;
    let bytes = fs::metadata(file).map_or(0, |metadata| metadata.len());
    let (path, kib) = (file.display().to_string(), bytes.div_ceil(1024));
    let mut said = text!(texts, "backup-made", path = path, kib = kib, rows = total(&made));
    said.push('\n');
    said.push_str(&counts(&made));
    said.push_str(&text!(texts, "backup-sum", sha256 = made.sha256.as_str()));
    said.push('\n');
    said.push_str(&text!(texts, "backup-not-in-it", path = settings.data.display().to_string()));
    said.push('\n');
    Ok(Answer::good(said))
}

/// `khien restore FILE`.
pub(crate) fn restore(arguments: &RestoreArguments, session: &Session) -> Outcome {
    let (texts, path) = (&session.texts, arguments.file.as_path());
    input::require_file(path)?;
    let file = File::open(path).map_err(|error| problem::of_file(path, error.kind(), &error.to_string(), texts))?;
    let settings = server::settings(&arguments.database, session)?;
    server::make_folder(&settings.data)
        .map_err(|error| problem::of_file(&settings.data, error.kind(), &error.to_string(), texts))?;
    let _alone = server::alone(&settings.data, session)?;
    let mut progress = Progress::default();
    let restored = server::runtime(session)?.block_on(async {
        let store = open(&settings.database_url(), true, texts).await?;
        let mut say = |table: &str, rows: u64| tick(&mut progress, texts, table, rows);
        let file = BufReader::new(file);
        let restored = transfer::restore(&store, file, arguments.replace, session.now, &mut say).await;
        let place = store.place().to_owned();
        store.close().await;
        restored.map(|restored| (restored, place)).map_err(|why| problem::of_transfer(&why, path, texts))
    });
    progress.finish();
    let (restored, place) = restored?;
    let made_at = khien_texts::moment::shown(restored.made_at, texts);
    let mut said = text!(texts, "restore-done", place = place, rows = total(&restored), at = made_at);
    said.push('\n');
    said.push_str(&counts(&restored));
    Ok(Answer::good(said))
}

/// `khien db move --to URL`.
pub(crate) fn carry(arguments: &MoveArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let settings = server::settings(&arguments.database, session)?;
    let mut progress = Progress::default();
    let moved = server::runtime(session)?.block_on(async {
        let from = open_kept(&settings, texts).await?;
        let to = open(&arguments.to, true, texts).await?;
        if from.place() == to.place() {
            let what = text!(texts, "move-same", place = from.place());
            return Err(Problem::Worded { what, hints: Vec::new() });
        }
        let mut say = |table: &str, rows: u64| tick(&mut progress, texts, table, rows);
        let moved = transfer::carry(&from, &to, session.now, &mut say).await;
        let places = (from.place().to_owned(), to.place().to_owned());
        from.close().await;
        to.close().await;
        moved.map(|moved| (moved, places)).map_err(|why| problem::of_transfer(&why, Path::new(""), texts))
    });
    progress.finish();
    let (moved, (from, to)) = moved?;
    let mut said = text!(texts, "move-done", from = from, to = to, rows = total(&moved));
    said.push('\n');
    said.push_str(&both_counts(&moved));
    said.push_str(&texts.text("move-next"));
    said.push('\n');
    Ok(Answer::good(said))
}

/// How many rows of each table there were and are: the target was read back and compared row by row.
fn both_counts(moved: &Transferred) -> String {
    let width = moved.tables.iter().map(|(table, _)| table.len()).max().unwrap_or_default();
    let filled = moved.tables.iter().filter(|(_, rows)| *rows > 0);
    filled.map(|(table, rows)| format!("  {table:width$}  {rows:>9} → {rows:>9}\n")).collect()
}

/// `khien audit verify`.
pub(crate) fn verify(arguments: &DatabaseArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let settings = server::settings(arguments, session)?;
    let chain = server::runtime(session)?.block_on(async {
        let store = open_kept(&settings, texts).await?;
        let chain = audit::verify(&store).await;
        store.close().await;
        chain.map_err(|error| server::of_store(&error, texts))
    })?;
    Ok(match chain {
        // An empty log proves nothing: it may be the wrong database.
        Chain::Whole { entries: 0, .. } => {
            Answer { text: format!("{}\n", texts.text("audit-empty")), exit: Exit::Undecided }
        }
        Chain::Whole { entries, last_hash } => {
            let said = text!(texts, "audit-whole", entries = entries);
            Answer::good(format!("{said}\n{}\n", text!(texts, "audit-last", hash = last_hash)))
        }
        Chain::Broken { number, what } => {
            let what = match what {
                "it is missing" => texts.text("audit-missing"),
                "it was changed" => texts.text("audit-changed"),
                _ => texts.text("audit-not-following"),
            };
            let said = text!(texts, "audit-broken", number = number, what = what);
            Answer { text: format!("{said}\n"), exit: Exit::Fails }
        }
    })
}
