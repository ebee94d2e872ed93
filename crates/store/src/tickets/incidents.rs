//! Incidents: tickets with a fact sheet, and the reports that were made about them.

use jiff::Timestamp;
use khien_incidents::{Act, FactSheet, NewAct, Step};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, query};

use super::{NewTicket, TicketKind, held, open as open_ticket};
use crate::checks::refused;
use crate::columns::{Columns as _, json_text, micros};
use crate::{Change, Store, StoreError};

/// The most reports that are recorded of one incident.
pub const MAX_ACTS: usize = 100;
/// Who tells the office and the focal officer of an incident that is opened here.
const BY_THIS_PROGRAM: &str = "Khiên";

/// What is known of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The ticket.
    pub ticket: String,
    /// Counts up with every change of the sheet.
    pub version: u64,
    /// The fact sheet.
    pub sheet: FactSheet,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
    /// The reports that were made, those that were mistakes included.
    pub acts: Vec<Act>,
}

/// Opens a ticket for an incident and gives its number; `None` when the person has reported the same already. That it was
/// reported here is the first report: to the IT focal officer.
pub async fn open(change: &mut Change, new: &NewTicket, sheet: &FactSheet) -> Result<Option<String>, StoreError> {
    if new.kind != TicketKind::Incident {
        return Err(refused("kind", "only an incident has a fact sheet"));
    }
    in_order(sheet, &[], change.now())?;
    let Some(number) = open_ticket(change, new).await? else { return Ok(None) };
    let now = micros(change.now());
    query("INSERT INTO incidents (ticket, version, sheet, changed_by, changed_at) VALUES ($1, 1, $2, $3, $4)")
        .bind(&new.id)
        .bind(json_text(sheet)?)
        .bind(&new.person)
        .bind(now)
        .execute(change.connection())
        .await?;
    let name = query("SELECT name FROM people WHERE id = $1")
        .bind(&new.person)
        .fetch_one(change.connection())
        .await?
        .text("name")?;
    let how = format!("{BY_THIS_PROGRAM} {number}");
    let told = NewAct { step: Step::FocalOfficer, done_at: change.now(), done_by: name, how };
    add_act(change, &new.id, &new.person, &told, 0).await?;
    Ok(Some(number))
}

fn in_order(sheet: &FactSheet, acts: &[Act], now: Timestamp) -> Result<(), StoreError> {
    match sheet.mistakes(acts, now).first() {
        None => Ok(()),
        Some(mistake) => Err(refused(mistake.part.as_str(), &format!("{:?}", mistake.wrong))),
    }
}

/// Writes the sheet anew, when it is still the one of `version`; the audit log tells what was changed. A ticket that has none
/// yet (version 0) gets one.
pub async fn fill(
    change: &mut Change,
    ticket: &str,
    version: u64,
    by: &str,
    sheet: &FactSheet,
) -> Result<(), StoreError> {
    let owner = held(change, ticket).await?;
    if owner.kind != TicketKind::Incident {
        return Err(refused("kind", "only an incident has a fact sheet"));
    }
    let known = read(change.connection(), ticket).await?;
    let (now, at) = (change.now(), micros(change.now()));
    if known.as_ref().map_or(0, |known| known.version) != version {
        return Err(StoreError::Conflict { what: "the fact sheet was changed meanwhile".into() });
    }
    in_order(sheet, known.as_ref().map_or(&[] as &[Act], |known| known.acts.as_slice()), now)?;
    let changes: serde_json::Map<String, Value> = match &known {
        None => serde_json::Map::new(),
        Some(known) => {
            let changes = known.sheet.changes(sheet);
            changes.into_iter().map(|(part, was, is)| (part.to_string(), json!([was, is]))).collect()
        }
    };
    if known.is_some() && changes.is_empty() {
        return Ok(());
    }
    query(
        "INSERT INTO incidents (ticket, version, sheet, changed_by, changed_at) VALUES ($1, 1, $2, $3, $4)
         ON CONFLICT (ticket) DO UPDATE SET version = incidents.version + 1, sheet = excluded.sheet,
             changed_by = excluded.changed_by, changed_at = excluded.changed_at",
    )
    .bind(ticket)
    .bind(json_text(sheet)?)
    .bind(by)
    .bind(at)
    .execute(change.connection())
    .await?;
    let detail = json!({ "by": by, "version": version + 1, "changed": changes });
    change.audit("incident.fill", "ticket", ticket, detail).await
}

/// Records a report that was made. Of an incident without a fact sheet none is recorded.
pub async fn record(change: &mut Change, ticket: &str, by: &str, act: &NewAct) -> Result<(), StoreError> {
    held(change, ticket).await?;
    let known = read(change.connection(), ticket).await?.ok_or(StoreError::NotFound)?;
    if let Some((field, wrong)) = act.mistake(&known.sheet, change.now()) {
        return Err(refused(field, &format!("{wrong:?}")));
    }
    if known.acts.len() >= MAX_ACTS {
        return Err(StoreError::TooMany { limit: MAX_ACTS });
    }
    add_act(change, ticket, by, act, known.acts.len()).await
}

async fn add_act(change: &mut Change, ticket: &str, by: &str, act: &NewAct, number: usize) -> Result<(), StoreError> {
    let now = micros(change.now());
    query(
        "INSERT INTO incident_acts (ticket, number, step, done_at, done_by, how, recorded_by, recorded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(ticket)
    .bind(i64::try_from(number).unwrap_or(i64::MAX))
    .bind(act.step.as_str())
    .bind(micros(act.done_at))
    .bind(&act.done_by)
    .bind(&act.how)
    .bind(by)
    .bind(now)
    .execute(change.connection())
    .await?;
    let detail = json!({ "by": by, "step": act.step, "done_at": act.done_at, "done_by": act.done_by, "how": act.how });
    change.audit("incident.report", "ticket", ticket, detail).await
}

/// Takes back a report that was recorded by mistake; it can still be read, and its clock runs again.
pub async fn withdraw(change: &mut Change, ticket: &str, number: u64, by: &str) -> Result<(), StoreError> {
    held(change, ticket).await?;
    let now = micros(change.now());
    let gone =
        query("UPDATE incident_acts SET withdrawn_at = $3 WHERE ticket = $1 AND number = $2 AND withdrawn_at IS NULL")
            .bind(ticket)
            .bind(i64::try_from(number).unwrap_or(i64::MAX))
            .bind(now)
            .execute(change.connection())
            .await?;
    if gone.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
    change.audit("incident.withdraw", "ticket", ticket, json!({ "by": by, "number": number })).await
}

/// What is known of the incident of a ticket.
pub async fn find(store: &Store, ticket: &str) -> Result<Option<Incident>, StoreError> {
    let mut connection = store.reader().await?;
    read(&mut connection, ticket).await
}

/// What is known of the incidents that are not closed, by ticket: an answer ends no clock.
pub async fn open_ones(store: &Store) -> Result<Vec<Incident>, StoreError> {
    let rows = query(
        "SELECT incidents.ticket AS ticket FROM incidents JOIN tickets ON tickets.id = incidents.ticket
         WHERE tickets.state <> 'closed' ORDER BY tickets.asked_at, tickets.id LIMIT $1",
    )
    .bind(super::MAX_LISTED)
    .fetch_all(store.readers())
    .await?;
    let mut connection = store.reader().await?;
    let mut incidents = Vec::new();
    for row in &rows {
        incidents.extend(read(&mut connection, &row.text("ticket")?).await?);
    }
    Ok(incidents)
}

async fn read(connection: &mut AnyConnection, ticket: &str) -> Result<Option<Incident>, StoreError> {
    let row = query("SELECT * FROM incidents WHERE ticket = $1").bind(ticket).fetch_optional(&mut *connection).await?;
    let Some(row) = row else { return Ok(None) };
    let acts = query("SELECT * FROM incident_acts WHERE ticket = $1 ORDER BY number")
        .bind(ticket)
        .fetch_all(connection)
        .await?;
    Ok(Some(Incident {
        ticket: row.text("ticket")?,
        version: row.count("version")?,
        sheet: row.json("sheet")?,
        changed_by: row.text("changed_by")?,
        changed_at: row.moment("changed_at")?,
        acts: acts.iter().map(act).collect::<Result<_, _>>()?,
    }))
}

fn act(row: &AnyRow) -> Result<Act, StoreError> {
    Ok(Act {
        number: row.count("number")?,
        step: row.parsed("step")?,
        done_at: row.moment("done_at")?,
        done_by: row.text("done_by")?,
        how: row.text("how")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
        withdrawn_at: row.moment_or_none("withdrawn_at")?,
    })
}
