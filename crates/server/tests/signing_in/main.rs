//! Signing in, sessions and rights, over the real router and a real store.
#![allow(clippy::unwrap_used, reason = "tests")]

mod accounts;
mod attacks;
mod doors;
mod first;
mod openid;
mod place;
mod second_factor;
mod sessions;
mod shown;
