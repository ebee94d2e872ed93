//! Files come in, are looked into, and are gone.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_inspect::Verdict;
use khien_model::SubjectKind;
use khien_scan::receipt::ReceiptFile;
use khien_store::scans::{self, MAX_NAME, Scan, ScanFile};
use khien_store::{assignments, ids};
use khien_texts::text;

use super::service::Incoming;
use super::told::told;
use super::{address, list, receipts};
use crate::admin::desk::{Desk, unit_name};
use crate::forms::Files;
use crate::page::Onward;
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The field with the passwords to try, one on each line.
pub(super) const PASSWORDS: &str = "passwords";
/// The field with the files.
pub(super) const FILES: &str = "files";

/// Has the files looked into that were sent, one after the other, keeps what came of them and shows it.
pub(super) async fn take(State(state): State<AppState>, visit: Visit, sent: Files) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let mistake = if sent.are_too_many {
        Some(text!(desk.texts, "scans-too-many", count = scans::MAX_FILES))
    } else if sent.files.is_empty() {
        Some(desk.t("scans-no-file"))
    } else {
        None
    };
    if let Some(mistake) = mistake {
        let page = list::page(&desk, 1, Some(&mistake)).await?;
        return Ok(page.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
    }
    let passwords = passwords(sent.field(PASSWORDS), state.scans.settings().limits.password_tries);
    let Files { files, place, .. } = sent;
    let (mut kept, mut receipted) = (Vec::new(), Vec::new());
    let (mut rules, mut sources) = (String::new(), Vec::new());
    let mut gravest = Verdict::Clean;
    for (name, received) in files {
        let name = if name.is_empty() { "?".to_owned() } else { name };
        let (size, sha256) = (received.size, received.sha256.clone());
        let incoming = Incoming { name: name.clone(), content_type: None, passwords: passwords.clone(), received };
        let looked = place.look(incoming).await;
        let inspection = &looked.inspection;
        gravest = gravest.max(inspection.verdict);
        if !inspection.rules.is_empty() {
            rules.clone_from(&inspection.rules);
        }
        // Rules may be loaded between two files: all that looked are named.
        for source in looked.rules.sources {
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        receipted.push(ReceiptFile::of(inspection));
        kept.push(ScanFile {
            name: name.chars().take(MAX_NAME).collect(),
            size,
            sha256,
            verdict: inspection.verdict.as_str().to_owned(),
            milliseconds: u64::try_from(looked.took.as_millis()).unwrap_or(u64::MAX),
            told: told(inspection),
        });
    }
    let (scanned_at, person) = ((state.clock)(), visit.person()?);
    let tree = desk.tree().await?;
    let homes: HashMap<String, String> = assignments::homes_on(&state.store, SubjectKind::Person, desk.today).await?;
    let unit = homes.get(&person.person).cloned();
    let by = match &unit {
        Some(unit) => format!("{} ({})", person.name, unit_name(&tree.on(desk.today), unit)),
        None => person.name.clone(),
    };
    let sources = sources.into_iter().map(|source| source.aged(scanned_at)).collect();
    let receipt = receipts::signed(&state, &by, scanned_at, (&rules, sources), receipted).await;
    let id = ids::fresh(scanned_at)?;
    let verdict = gravest.as_str().to_owned();
    let scan = Scan { id, person: person.person.clone(), unit, scanned_at, rules, verdict, receipt };
    let mut change = desk.begin().await?;
    scans::insert(&mut change, &scan, &kept).await?;
    change.commit().await?;
    Ok(Onward::to(address(&scan.id)).into_response())
}

/// The passwords to try, one on each line: one more than are tried, so that it is said when there are more. They are tried and
/// forgotten.
fn passwords(written: &str, most: usize) -> Vec<String> {
    let lines = written.lines().map(|line| line.trim_end_matches('\r'));
    lines.filter(|line| !line.is_empty()).take(most.saturating_add(1)).map(str::to_owned).collect()
}
