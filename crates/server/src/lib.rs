//! The server over HTTP: what agents report comes in, what people see goes out, and jobs run beside both.
//!
//! Everything that can be asked for stands in one table ([`routes::TABLE`]): method, path, the right it needs. The router,
//! the description of the API, the table of rights and the test that knocks at every door are made from it.
//!
//! ```text
//! connection ─▶ edge (request id, limits, security headers) ─▶ gate (session, language, right, forged forms) ─▶ handler
//!                                                                    one per route, from its row in the table
//! ```
//!
//! A handler takes a [`Visit`] (who asks, with which rights, in which language, when) and the [`AppState`], and answers
//! with a [`Page`](page::Page), JSON, or a [`Trouble`]: what happened and what to do about it.

#![forbid(unsafe_code)]

pub mod access;
mod accounts;
pub mod admin;
mod advisories;
pub mod api;
pub mod assets;
mod attachments;
mod cases;
pub mod config;
pub mod cookies;
mod documents;
mod duties;
mod edge;
pub mod first_run;
mod form_parts;
pub mod forms;
mod gates;
pub mod health;
mod jobs;
mod keys;
pub mod limits;
pub mod metrics;
pub mod page;
pub mod pages;
pub mod rights;
pub mod routes;
pub mod scans;
pub mod sealing;
pub mod secrets;
pub mod serve;
mod services;
pub mod sign_in;
pub mod spool;
pub mod state;
mod tasks;
pub mod texts;
mod tickets;
pub mod tls;
pub mod trouble;
pub mod visit;

pub use crate::routes::router;
pub use crate::state::AppState;
pub use crate::trouble::Trouble;
pub use crate::visit::Visit;
