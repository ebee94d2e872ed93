//! What APT and dpkg know: installed packages, package lists, sources, settings. `patches` and `software` share it.

pub(crate) mod conf;
pub(crate) mod dpkg;
pub(crate) mod index;
pub(crate) mod lists;
pub(crate) mod preferences;
pub(crate) mod sources;
mod stanza;
pub(crate) mod version;
