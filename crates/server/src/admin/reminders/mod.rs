//! The weekly digest: what is red, to whoever answers for it, by e-mail. Off until somebody switches it on.

pub(crate) mod compose;
pub(crate) mod job;
pub(crate) mod mail;
#[cfg(test)]
mod tests;
