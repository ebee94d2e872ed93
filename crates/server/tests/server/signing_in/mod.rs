//! Signing in, sessions and rights.

mod accounts;
mod attacks;
mod doors;
mod first;
mod openid;
mod second_factor;
mod sessions;
mod shown;
