//! Reading several tables as they were at one moment, while others write.

use sqlx::AnyConnection;
use sqlx::{Any, Transaction};

use crate::{Store, StoreError};

/// A view of everything as of one moment. Dropping it ends it.
#[derive(Debug)]
pub(crate) struct Snapshot {
    transaction: Transaction<'static, Any>,
}

impl Store {
    /// Begins to read as of now.
    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let begin = self.core().engine.begin_snapshot();
        Ok(Snapshot { transaction: self.readers().begin_with(begin).await? })
    }
}

impl Snapshot {
    /// The connection to read through.
    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.transaction
    }
}
