//! The pages of the administrator: people, devices, units, lists out of spreadsheets, directives, settings.

pub mod import;
#[cfg(test)]
mod tests;
