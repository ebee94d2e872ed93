//! The seam between the gates and whoever looks into files.

use std::fmt;
use std::sync::Arc;

use khien_inspect::{Inspection, Reason};

use crate::Spool;

/// What looks into a file on behalf of a gate.
pub trait Scanner: Send + Sync + 'static {
    /// Looks into one file.
    fn scan(&self, upload: Upload) -> impl Future<Output = Answer> + Send;

    /// Names the rules that files are looked at with: another set, another id. Clients that keep verdicts ask again then.
    fn rules_id(&self) -> String;
}

/// A file that asks to pass.
#[derive(Debug, Clone)]
pub struct Upload {
    /// What it is called, as far as the client told; the name alone, without folders.
    pub name: String,
    /// Its `Content-Type` where the client told it: for a form, the boundary of its parts is in there.
    pub content_type: Option<String>,
    /// What it holds.
    pub body: Spool,
    /// At which gate.
    pub gate: GateName,
    /// From where: the address that the client names, or else its own.
    pub client: Option<String>,
}

/// What the scanner says.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It looked.
    Inspected(Arc<Inspection>),
    /// It could not look: the reader crashed, it took too long, or nobody was there to ask.
    NotScanned(Reason),
}

/// The name of a gate, by which its system is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GateName(Arc<str>);

impl GateName {
    /// A name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GateName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
