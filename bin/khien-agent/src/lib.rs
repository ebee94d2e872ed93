//! The agent: it looks at the machine it runs on, tells its server what it saw, and judges offline by the same directive.
//!
//! ```text
//! collect ──▶ spool (disk) ──▶ deliver ──▶ server        nothing leaves the spool before the server has it on its disk
//!                │
//!                └─ latest facts ──▶ judge locally (`check`)
//! ```
//!
//! Pull only, facts only: no answer of the server can make the agent run, write or fetch anything but the directive that
//! it judges by. The program `khien-agent` is a thin shell over this library; `khien up` uses the same functions to enrol
//! and report the machine that the server runs on.
//!
//! [`enrol()`] makes the key and the [`State`]; [`report_once`] collects and delivers; [`run_loop`] does so until it is told
//! to [`Stop`].

#![forbid(unsafe_code)]

mod authority;
mod client;
mod collect;
pub mod command;
mod deliver;
mod enrol;
pub mod notice;
mod problem;
#[cfg(any(windows, test))]
mod proxy;
mod server;
mod service;
mod settings;
mod state;
mod texts;
#[cfg(any(windows, test))]
mod updates;
#[cfg(windows)]
mod windows;

pub use enrol::{EnrolOptions, enrol, enrol_as_planned, plan};
pub use khien_protocol::{Bilingual, NoticeAcceptance};
pub use problem::Problem;
pub use service::{Delivered, RunOptions, Stop, report_once, run_loop};
pub use settings::{Browsers, Settings};
pub use state::{ChipTrouble, Contact, Enrolment, Readable, State, Trouble};
