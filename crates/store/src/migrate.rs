//! The schema, step by step. Several servers may start at once: one of them migrates, the others wait and find it done.

use ring::digest::{SHA256, digest};
use sqlx::AnyConnection;
use sqlx::Row as _;

use crate::engine::{Engine, Pools};
use crate::{StoreError, audit};

/// One step. A step that was ever released is never changed.
pub(crate) struct Migration {
    version: i64,
    name: &'static str,
    pub(crate) text: &'static str,
}

/// All steps, in order.
pub(crate) const MIGRATIONS: &[Migration] = &[
    Migration { version: 1, name: "first", text: include_str!("../migrations/0001_first.sql") },
    Migration { version: 2, name: "duties", text: include_str!("../migrations/0002_duties.sql") },
    Migration { version: 3, name: "files", text: include_str!("../migrations/0003_files.sql") },
    Migration { version: 4, name: "tasks", text: include_str!("../migrations/0004_tasks.sql") },
    Migration { version: 5, name: "documents", text: include_str!("../migrations/0005_documents.sql") },
    Migration { version: 6, name: "tickets", text: include_str!("../migrations/0006_tickets.sql") },
    Migration { version: 7, name: "accounts", text: include_str!("../migrations/0007_accounts.sql") },
    Migration { version: 8, name: "cases", text: include_str!("../migrations/0008_cases.sql") },
    Migration { version: 9, name: "incidents", text: include_str!("../migrations/0009_incidents.sql") },
    Migration { version: 10, name: "advisories", text: include_str!("../migrations/0010_advisories.sql") },
    Migration { version: 11, name: "silence", text: include_str!("../migrations/0011_silence.sql") },
    Migration { version: 12, name: "scans", text: include_str!("../migrations/0012_scans.sql") },
    Migration { version: 13, name: "gates", text: include_str!("../migrations/0013_gates.sql") },
    Migration { version: 14, name: "scans_by_content", text: include_str!("../migrations/0014_scans_by_content.sql") },
];

/// Brings the schema up to what this program needs.
pub(crate) async fn migrate(engine: &Engine, pools: &Pools) -> Result<(), StoreError> {
    let mut transaction = engine.begin(pools).await?;
    engine.lock_schema(&mut transaction).await?;
    let table = "CREATE TABLE IF NOT EXISTS migrations \
                 (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL)";
    sqlx::raw_sql(table).execute(&mut *transaction).await?;
    let done = done(&mut transaction).await?;
    if let Some((version, _)) = done.get(MIGRATIONS.len()) {
        return Err(StoreError::invalid(format!(
            "the database was made by a newer version of Khiên (its schema is {version}, this program knows {}); install \
             that version",
            MIGRATIONS.len()
        )));
    }
    for (place, migration) in MIGRATIONS.iter().enumerate() {
        let fingerprint = audit::hex(digest(&SHA256, migration.text.as_bytes()).as_ref());
        match done.get(place) {
            Some((version, applied)) if *version == migration.version && *applied == fingerprint => {}
            Some((version, _)) => {
                return Err(StoreError::invalid(format!(
                    "step {version} of the database's schema is not the one of this program; it was made by another \
                     version of Khiên"
                )));
            }
            None => {
                sqlx::raw_sql(migration.text).execute(&mut *transaction).await?;
                sqlx::query("INSERT INTO migrations (version, name, digest) VALUES ($1, $2, $3)")
                    .bind(migration.version)
                    .bind(migration.name)
                    .bind(fingerprint)
                    .execute(&mut *transaction)
                    .await?;
                tracing::info!(version = migration.version, name = migration.name, "migrated the database");
            }
        }
    }
    Ok(transaction.commit().await?)
}

async fn done(connection: &mut AnyConnection) -> Result<Vec<(i64, String)>, StoreError> {
    let rows =
        sqlx::query("SELECT version, digest FROM migrations ORDER BY version").fetch_all(&mut *connection).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_numbered_from_one() {
        assert!(MIGRATIONS.iter().zip(1..).all(|(migration, number)| migration.version == number));
    }
}
