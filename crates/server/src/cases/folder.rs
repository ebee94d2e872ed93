//! The watched folder: a list that is put there is taken once its size rests, checked, and moved to `done` or `failed` with
//! a report beside it. A folder inside it that is called like the id of a unit is for lists of that unit alone.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use khien_model::day_of;
use khien_store::cases::{self, Upload, UploadSource, UploadState};
use khien_store::{Actor, ids, units};
use khien_texts::{Language, text};
use tokio::fs;
use tokio::sync::watch;
use tracing::{info, warn};

use super::check::{self, Outcome, Taking, WhyNot};
use super::compare::WhenInDoubt;
use super::mapping::Beginning;
use super::upload::kept_name;
use crate::limits::MAX_LIST_BYTES;
use crate::state::AppState;
use crate::trouble::Trouble;

/// How often it is looked into the folder. A file whose size and time are the same at two looks rests.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// How many files are seen in one look; the others wait.
const MAX_FILES: usize = 200;
/// What lists are called at the end.
const ENDINGS: [&str; 4] = ["xlsx", "xlsm", "csv", "txt"];
/// Where a list goes that was checked, one that was not, and one that is being checked.
const DONE: &str = "done";
const FAILED: &str = "failed";
const TAKEN: &str = "taken";

/// What was seen of each file.
type Seen = BTreeMap<PathBuf, (u64, Option<SystemTime>)>;

/// Looks into the folder until told to stop.
pub(crate) async fn watch(state: AppState, folder: PathBuf, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = put_back(&folder).await {
        warn!(folder = %folder.display(), %error, "the watched folder cannot be used");
    }
    let mut seen = Seen::new();
    loop {
        match look(&state, &folder, &mut seen).await {
            Ok(0) => {}
            Ok(taken) => info!(taken, "lists of cases were taken out of the watched folder"),
            Err(error) => warn!(folder = %folder.display(), %error, "the watched folder cannot be read"),
        }
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Puts back what a server that died had taken.
async fn put_back(folder: &Path) -> io::Result<()> {
    for sub in [DONE, FAILED, TAKEN] {
        fs::create_dir_all(folder.join(sub)).await?;
    }
    let mut entries = fs::read_dir(folder.join(TAKEN)).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name();
        // The unit stands before the name: `unit!name`.
        let name = name.to_string_lossy();
        let (unit, name) = name.split_once('!').unwrap_or(("", &name));
        let place = if unit.is_empty() { folder.join(name) } else { folder.join(unit).join(name) };
        fs::rename(entry.path(), place).await?;
    }
    Ok(())
}

/// Looks once and takes what rests. How many lists were taken.
pub(super) async fn look(state: &AppState, folder: &Path, seen: &mut Seen) -> io::Result<usize> {
    let tree = units::tree(&state.store).await.map_err(io::Error::other)?;
    let today = tree.on(day_of((state.clock)()));
    let mut places = vec![(None, folder.to_owned())];
    for unit in today.units() {
        let id = tree.unit(*unit).id.clone();
        let place = folder.join(&id);
        let is_plain =
            Path::new(&id).file_name() == Some(OsStr::new(&id)) && ![DONE, FAILED, TAKEN].contains(&id.as_str());
        if is_plain && fs::metadata(&place).await.is_ok_and(|metadata| metadata.is_dir()) {
            places.push((Some(id), place));
        }
    }
    let (mut now_seen, mut resting) = (Seen::new(), Vec::new());
    for (unit, place) in places {
        let mut entries = fs::read_dir(&place).await?;
        while let Some(entry) = entries.next_entry().await? {
            let (path, metadata) = (entry.path(), entry.metadata().await?);
            let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
            if !metadata.is_file() || !ENDINGS.contains(&ending.as_str()) || now_seen.len() == MAX_FILES {
                continue;
            }
            let mark = (metadata.len(), metadata.modified().ok());
            if seen.get(&path) == Some(&mark) {
                resting.push((unit.clone(), path, mark));
            } else {
                now_seen.insert(path, mark);
            }
        }
    }
    *seen = now_seen;
    let mut taken = 0;
    for (unit, path, (size, written)) in resting {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mine = folder.join(TAKEN).join(format!("{}!{name}", unit.as_deref().unwrap_or_default()));
        // Of several servers over one folder the first takes the file.
        if fs::rename(&path, &mine).await.is_err() {
            continue;
        }
        taken += 1;
        let written = written.and_then(|written| Timestamp::try_from(written).ok());
        let outcome = take(state, &mine, &name, unit, size, written).await;
        let (sub, report) = match outcome {
            Ok(outcome) if outcome.problem.is_empty() => (DONE, report(state, &name, &outcome)),
            Ok(outcome) => (FAILED, failure(&outcome)),
            Err(trouble) => {
                let texts = state.texts(Language::Vi);
                (FAILED, format!("{}\n{}\n", trouble.what(texts), trouble.todo(texts)))
            }
        };
        let stamp = (state.clock)().as_second();
        let place = folder.join(sub).join(format!("{stamp}-{name}"));
        fs::rename(&mine, &place).await?;
        fs::write(place.with_extension(format!("{}.report.txt", ending_of(&place))), report).await?;
    }
    Ok(taken)
}

fn ending_of(path: &Path) -> String {
    path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default()
}

async fn take(
    state: &AppState,
    path: &Path,
    name: &str,
    unit: Option<String>,
    size: u64,
    written: Option<Timestamp>,
) -> Result<Outcome, Trouble> {
    if size > MAX_LIST_BYTES as u64 {
        return Err(Trouble::TooLarge { limit_bytes: MAX_LIST_BYTES });
    }
    let now = (state.clock)();
    let failed = |problem: &khien_cases::CheckProblem| {
        let said =
            Language::ALL.map(|language| (language.tag().to_owned(), check::said(problem, state.texts(language))));
        Outcome { problem: said.into(), ..Outcome::default() }
    };
    let beginning = match Beginning::read(path.to_owned()).await? {
        Ok(beginning) => beginning,
        Err(problem) => return Ok(failed(&problem)),
    };
    let profile = cases::profile(&state.store, unit.as_deref(), &beginning.titles.cells).await?;
    let mapping = profile.filter(|profile| beginning.columns(profile).is_ok()).unwrap_or_default();
    if let Err(problem) = beginning.columns(&mapping) {
        return Ok(failed(&problem));
    }
    let upload = Upload {
        id: ids::fresh(now)?,
        source: UploadSource::Folder,
        file_name: kept_name(name),
        unit,
        // A list that was only copied is as old as it was.
        exported_at: written.unwrap_or(now).min(now),
        mapping,
        state: UploadState::Checking,
        rows_read: 0,
        changed_at: now,
        outcome: None,
        server: state.server.to_string(),
        created_by: None,
        created_at: now,
    };
    let mut change = state.store.begin(Actor::System, now).await?;
    cases::insert(&mut change, &upload).await?;
    change.commit().await?;
    check::carry_out(state, upload, path.to_owned(), &Taking::Everything, WhenInDoubt::RefuseOlder, Actor::System).await
}

/// Why a list was not checked, as it stands beside the list.
fn failure(outcome: &Outcome) -> String {
    Language::ALL
        .iter()
        .filter_map(|language| outcome.problem_in(*language))
        .map(|(what, todo)| format!("{what}\n{todo}\n"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// What a list came to, as it stands beside the list: numbers and rows, nothing of what the rows say.
fn report(state: &AppState, name: &str, outcome: &Outcome) -> String {
    let texts = state.texts(Language::Vi);
    let mut lines = vec![
        name.to_owned(),
        text!(texts, "case-done", cases = outcome.cases, units = outcome.units.len()),
        outcome.units.join(", "),
    ];
    for part in &outcome.not_taken {
        let key = match part.why {
            WhyNot::UnknownUnit => "case-unknown-unit",
            WhyNot::OutOfReach => "case-out-of-reach",
        };
        lines.push(text!(texts, key, row = part.row, cases = part.cases));
    }
    lines.extend(outcome.compared.iter().map(|compared| compared.said(&compared.unit, texts)));
    lines.push(text!(texts, "case-folder-more", url = state.public_url.as_ref()));
    lines.join("\n") + "\n"
}
