//! Facts: what was observed about a subject, area by area.
//!
//! Each kind of subject has a struct of areas ([`DeviceFacts`], [`AccountFacts`], …). An area is one documented struct,
//! observed as a whole at one moment from one source: a [`Fact`]. Facts hold points in time rather than ages, so that an
//! unchanged machine has unchanged facts; a check computes ages with `now`.
//!
//! Secrets are never facts: counts and booleans stand for passwords, cookies and messages.

mod account;
mod areas;
pub mod device;
mod envelope;
mod mailbox;
mod person;
mod system;
mod unit;

pub use account::*;
pub use areas::*;
pub use device::*;
pub use envelope::{AreaView, Fact, FactSet};
pub use mailbox::*;
pub use person::*;
pub use system::*;
pub use unit::*;
