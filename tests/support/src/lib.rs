//! What tests of several crates share and no crate of the product knows: fresh databases on both engines, a throw-away
//! PostgreSQL to make them in, the peers of the server (an identity provider, a mail server, directories, a web server with feeds, a validator of OpenAPI), and a
//! browser that looks at pages.
//!
//! A crate of its own, because both `crates/store` (whose own tests run on both engines) and `khien-tests` (which depends
//! on the store) need it. It knows nothing of Khiên and stands below every other crate.
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods, reason = "tests start their peers and wait for them")]
#![allow(clippy::print_stderr, reason = "a test says on the terminal what it could not do")]

mod axe;
mod browser;
mod clamd_script;
mod databases;
mod directory;
mod driven;
mod dropping_script;
mod feed_server;
mod identity_provider;
mod mail_server;
mod openapi;
mod password_script;
mod peer;
mod postgres;
mod reading_script;
mod squid;

pub use self::axe::{ShownPage, axe_complaints};
pub use self::clamd_script::{ask_clamd, clamd_library};
pub use self::databases::{Database, Engine, fresh_databases};
pub use self::directory::{ActiveDirectory, Slapd};
pub use self::dropping_script::drop_files;
pub use self::feed_server::FeedServer;
pub use self::identity_provider::IdentityProvider;
pub use self::mail_server::MailServer;
pub use self::openapi::validate_openapi;
pub use self::password_script::judge_passwords;
pub use self::postgres::{POSTGRES_VARIABLE, Postgres};
pub use self::reading_script::{Reading, read_to_the_end};
pub use self::squid::Squid;
