//! One change of what is remembered: everything in it, or nothing.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::AnyConnection;
use sqlx::{Any, Transaction};

use crate::audit::{self, Entry};
use crate::{Actor, Store, StoreError};

/// A change that somebody makes. What is written through it is there for others after [`commit`](Self::commit), and gone when
/// it is dropped before.
#[derive(Debug)]
pub struct Change {
    transaction: Transaction<'static, Any>,
    store: Store,
    actor: Actor,
    now: Timestamp,
    entries: Vec<Entry>,
}

/// What every judgement depends on. Each counts up when it changes, so that each of several servers knows when to load it
/// again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generation {
    /// The directive in force.
    Directive,
    /// Units, and who belongs to them.
    Organisation,
    /// What is exempted.
    Exemptions,
    /// Settings.
    Settings,
}

impl Generation {
    /// The name of its row in `generations`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Directive => "directive",
            Self::Organisation => "organisation",
            Self::Exemptions => "exemptions",
            Self::Settings => "settings",
        }
    }
}

impl Store {
    /// Begins a change. On SQLite only one can be open at a time: keep it short, and read what needs no lock before.
    pub async fn begin(&self, actor: Actor, now: Timestamp) -> Result<Change, StoreError> {
        let transaction = self.transaction().await?;
        Ok(Change { transaction, store: self.clone(), actor, now, entries: Vec::new() })
    }
}

impl Change {
    /// Who makes the change.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// When.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The store that is changed. Reading from it does not show what this change has written so far.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Says in the audit log what was done to which object. The entry is part of the change: it is written with it or not at
    /// all. `detail` holds no secret.
    #[expect(
        clippy::unused_async,
        reason = "writers await every step of a change; when an entry is written is our business"
    )]
    pub async fn audit(
        &mut self,
        action: &str,
        object_kind: &str,
        object_id: &str,
        detail: Value,
    ) -> Result<(), StoreError> {
        self.entries.push(Entry {
            at: self.now,
            actor: self.actor.clone(),
            action: action.to_owned(),
            object_kind: object_kind.to_owned(),
            object_id: object_id.to_owned(),
            detail,
        });
        Ok(())
    }

    /// Lets every server load this again before it judges next.
    pub async fn bump(&mut self, generation: Generation) -> Result<(), StoreError> {
        sqlx::query("UPDATE generations SET value = value + 1 WHERE name = $1")
            .bind(generation.name())
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    /// From here on the change is somebody else's: who a device is turns out while it enrols.
    pub(crate) fn act_as(&mut self, actor: Actor) {
        self.actor = actor;
    }

    /// Makes the change true.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        // The log is one chain: who writes to it holds its end. So it comes last, and nobody holds it for long.
        audit::append(&mut self.transaction, &self.entries).await?;
        Ok(self.transaction.commit().await?)
    }

    /// The connection in whose transaction the change is made.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}
