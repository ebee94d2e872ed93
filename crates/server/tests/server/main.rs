//! The server, asked over its router, over a real store: signing in and rights, the administrator's work, and every page.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod administration;
mod advisories;
mod album;
mod case_data;
mod documents;
mod gates;
mod incidents;
mod online_services;
mod pages;
mod place;
mod scans;
mod signing_in;
mod tickets;
