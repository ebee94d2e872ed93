//! The last days of security updates, from `content/end-of-support.json`.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::{Gap, GapCode, Observed};
use serde::Deserialize;

const END_OF_SUPPORT: &str = include_str!("../../../content/end-of-support.json");

/// One row of the table.
#[derive(Debug, Deserialize)]
pub(crate) struct SupportedRelease {
    id: String,
    version: String,
    pub(crate) support_ends: Date,
    pub(crate) extended_support_ends: Option<Date>,
}

#[derive(Deserialize)]
struct SupportTable {
    releases: Vec<SupportedRelease>,
}

/// The row of a release: the first of `versions` that has one.
pub(crate) fn release(id: &str, versions: &[&str]) -> Result<SupportedRelease, Gap> {
    let table: SupportTable = serde_json::from_str(END_OF_SUPPORT)
        .map_err(|error| Gap::with_detail(GapCode::ObserverFailed, format!("end-of-support.json: {error}")))?;
    let mut rows: Vec<SupportedRelease> = table.releases.into_iter().filter(|row| row.id == id).collect();
    let at = versions.iter().find_map(|wanted| rows.iter().position(|row| row.version == *wanted));
    at.map(|index| rows.swap_remove(index)).ok_or_else(|| {
        let version = versions.first().copied().unwrap_or_default();
        Gap::with_detail(GapCode::NotObserved, format!("{id} {version} is not in end-of-support.json"))
    })
}

/// Support lasts through its last day.
pub(crate) fn end_of_day(date: Date) -> Observed<Timestamp> {
    match date.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC) {
        Ok(end) => end.timestamp().into(),
        Err(error) => Observed::unknown(GapCode::ObserverFailed, format!("end-of-support.json: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let table: SupportTable = serde_json::from_str(END_OF_SUPPORT).unwrap();
        let mut seen = std::collections::BTreeSet::new();
        for row in &table.releases {
            assert!(seen.insert((&row.id, &row.version)), "{row:?} twice");
            assert!(row.extended_support_ends.is_none_or(|extended| extended > row.support_ends), "{row:?}");
        }
        assert!(table.releases.len() > 60);
    }
}
