//! Who answers for a device, an account or a mailbox, when.

use std::collections::HashMap;

use jiff::civil::Date;
use khien_model::{Subject, SubjectKind, Validity};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::columns::{Columns as _, day_text, day_text_or_none};
use crate::values::{change_rows, write_rows};
use crate::{Change, Store, StoreError};

/// A person answers for a subject for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// For what.
    pub subject: Subject,
    /// Who.
    pub person: String,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one.
    pub valid_to: Option<Date>,
}

impl Holder {
    /// When it holds.
    pub fn validity(&self) -> Validity {
        Validity { from: self.valid_from, to: self.valid_to }
    }
}

fn holder(row: &AnyRow) -> Result<Holder, StoreError> {
    let Validity { from, to } = row.validity()?;
    Ok(Holder {
        subject: Subject { kind: row.parsed("kind")?, id: row.text("id")? },
        person: row.text("person")?,
        valid_from: from,
        valid_to: to,
    })
}

/// Says that `person` answers for `subject` from `from` on, beside whoever does already.
pub async fn add(change: &mut Change, subject: &Subject, person: &str, from: Date) -> Result<(), StoreError> {
    insert(change, &Holder { subject: subject.clone(), person: person.to_owned(), valid_from: from, valid_to: None })
        .await?;
    let detail = serde_json::json!({ "person": person, "valid_from": from });
    change.audit("holder.begin", subject.kind.as_str(), &subject.id, detail).await
}

/// Says that `person` alone answers for `subject` from `from` on.
pub async fn replace(change: &mut Change, subject: &Subject, person: &str, from: Date) -> Result<(), StoreError> {
    end_all(change, subject, from).await?;
    add(change, subject, person, from).await
}

/// Says that nobody answers for `subject` from `from` on.
pub async fn end_all(change: &mut Change, subject: &Subject, from: Date) -> Result<(), StoreError> {
    query("DELETE FROM holders WHERE kind = $1 AND id = $2 AND valid_from >= $3")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .bind(day_text(from))
        .execute(change.connection())
        .await?;
    query("UPDATE holders SET valid_to = $3 WHERE kind = $1 AND id = $2 AND (valid_to IS NULL OR valid_to > $3)")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .bind(day_text(from))
        .execute(change.connection())
        .await?;
    change.audit("holder.end", subject.kind.as_str(), &subject.id, serde_json::json!({ "valid_to": from })).await
}

/// Says of many subjects of one kind who alone answers for each from `from` on; `None`: nobody. The caller writes the audit
/// entry.
pub(crate) async fn replace_all(
    change: &mut Change,
    kind: SubjectKind,
    given: &[(Subject, Option<&str>)],
    from: Date,
) -> Result<(), StoreError> {
    let from = day_text(from);
    let past = |members: &str| {
        format!("DELETE FROM holders WHERE kind = '{kind}' AND valid_from >= '{from}' AND id IN {members}")
    };
    change_rows(change.connection(), given, past, |query, (subject, _)| query.bind(subject.id.as_str())).await?;
    let end = |members: &str| {
        format!(
            "UPDATE holders SET valid_to = '{from}' WHERE kind = '{kind}' AND (valid_to IS NULL OR valid_to > '{from}') \
             AND id IN {members}"
        )
    };
    change_rows(change.connection(), given, end, |query, (subject, _)| query.bind(subject.id.as_str())).await?;
    let held: Vec<(&Subject, &str)> =
        given.iter().filter_map(|(subject, person)| Some((subject, (*person)?))).collect();
    let sql = |rows: &str| format!("INSERT INTO holders (kind, id, person, valid_from) VALUES {rows}");
    write_rows(change.connection(), &held, 4, sql, |query, (subject, person)| {
        query.bind(subject.kind.as_str()).bind(subject.id.as_str()).bind(*person).bind(from.as_str())
    })
    .await
}

/// Writes one as it is, for what is set up in one go; the caller writes the audit entry.
pub async fn insert(change: &mut Change, holder: &Holder) -> Result<(), StoreError> {
    query(
        "INSERT INTO holders (kind, id, person, valid_from, valid_to) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (kind, id, person, valid_from) DO UPDATE SET valid_to = excluded.valid_to",
    )
    .bind(holder.subject.kind.as_str())
    .bind(&holder.subject.id)
    .bind(&holder.person)
    .bind(day_text(holder.valid_from))
    .bind(day_text_or_none(holder.valid_to))
    .execute(change.connection())
    .await?;
    Ok(())
}

/// Who ever answered for a subject, oldest first.
pub async fn of_subject(store: &Store, subject: &Subject) -> Result<Vec<Holder>, StoreError> {
    let rows = query("SELECT * FROM holders WHERE kind = $1 AND id = $2 ORDER BY valid_from, person")
        .bind(subject.kind.as_str())
        .bind(&subject.id)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(holder).collect()
}

/// What a person answers for on `day`.
pub async fn of_person_on(store: &Store, person: &str, day: Date) -> Result<Vec<Holder>, StoreError> {
    let rows = query("SELECT * FROM holders WHERE person = $1 ORDER BY kind, id, valid_from")
        .bind(person)
        .fetch_all(store.readers())
        .await?;
    let holders = rows.iter().map(holder).collect::<Result<Vec<_>, _>>()?;
    Ok(holders.into_iter().filter(|holder| holder.validity().contains(day)).collect())
}

/// Who answers for each subject of `kind` on `day`; of several for one subject, the one who does so the longest.
pub async fn all_on(store: &Store, kind: SubjectKind, day: Date) -> Result<HashMap<String, String>, StoreError> {
    let rows = query("SELECT * FROM holders WHERE kind = $1 ORDER BY valid_from, person")
        .bind(kind.as_str())
        .fetch_all(store.readers())
        .await?;
    let mut held = HashMap::new();
    for row in &rows {
        let holder = holder(row)?;
        if holder.validity().contains(day) {
            held.entry(holder.subject.id).or_insert(holder.person);
        }
    }
    Ok(held)
}
