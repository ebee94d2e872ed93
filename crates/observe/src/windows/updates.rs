//! What Windows Update says, in the form in which the process that asks it hands it over.
//!
//! The search takes minutes on an old PC and leaks memory, so that it is made by a process of its own, which writes an
//! [`UpdateDocument`] and ends. What its values mean is said here.

use std::fmt;

use jiff::{SignedDuration, SignedDurationRound, Timestamp, Unit};
use khien_model::{Gap, GapCode, Listing};
use serde::{Deserialize, Serialize};

use super::refusal::gap_of_number;
use super::running::{AvailableUpdate, UpdateResults};

/// The longest document that is read, in bytes.
pub const MAX_UPDATE_DOCUMENT_BYTES: usize = 1 << 20;

/// How many updates a document has at most.
pub const MAX_UPDATES: usize = 1000;

/// The day that dates of COM count from, before 1970, in days: 1899-12-30.
const DAYS_BEFORE_1970: f64 = 25_569.0;

/// The last day that such a date can be, exclusive: the year 10000.
const END_OF_DAYS: f64 = 2_958_466.0;

const SECONDS_A_DAY: f64 = 86_400.0;

/// What mends nothing in Windows, by the categories of updates: the definitions of Defender, as a kind and as the product, which
/// come several times a day, and drivers.
const MENDS_NOTHING: [&str; 3] = [
    "e0789628-ce08-4437-be74-2495b842f43b",
    "8c3fcc84-7410-4a95-8b89-a166a0190486",
    "ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0",
];

/// The service that brings apps of the Store.
const STORE: &str = "855e8a7c-ecb4-4ca3-b045-1dfa50104289";

/// An update that was installed with success, by the history of a PC. Its title is left out: it is in the language of the system.
#[derive(Debug, Clone, PartialEq)]
pub struct InstalledUpdate {
    /// When, as a date of COM in UTC.
    pub date: f64,
    /// `ServiceID`: where it came from.
    pub service: String,
    /// `Categories`, by their `CategoryID`; empty where Windows does not tell them.
    pub categories: Vec<String>,
}

/// The date of the newest one that mended something. `LastInstallationSuccessDate` would be that of the definitions of Defender on a
/// PC that has not been mended for years. One without categories may be anything, and counts as nothing.
pub fn newest_mending(installed: &[InstalledUpdate]) -> Option<f64> {
    let mends = |update: &&InstalledUpdate| {
        let is_other = |category: &String| MENDS_NOTHING.iter().any(|other| category.eq_ignore_ascii_case(other));
        !update.service.eq_ignore_ascii_case(STORE)
            && !update.categories.is_empty()
            && !update.categories.iter().any(is_other)
    };
    installed.iter().filter(mends).map(|update| update.date).max_by(f64::total_cmp)
}

/// Who asks Windows Update.
pub trait UpdateSource: fmt::Debug + Send + Sync {
    /// What it says at `now`, or has said not long before.
    fn results(&self, now: Timestamp) -> Result<UpdateResults, Gap>;
}

/// What was answered to one question: a value, or the number of an error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// What was said.
    Value(T),
    /// Why nothing was said: an `HRESULT` or the number of an error of Windows.
    Error(i32),
}

/// Everything that Windows Update said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateDocument {
    /// `IAutomaticUpdatesResults::LastSearchSuccessDate`, as a date of COM in UTC; nothing when there was none.
    pub last_search_success: Answer<Option<f64>>,
    /// The date of what [`newest_mending`] finds in the history, in the same form.
    pub last_installed: Answer<Option<f64>>,
    /// What `IUpdateSearcher::Search` found not to be installed.
    pub missing: Answer<MissingUpdates>,
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MissingUpdates {
    /// The updates.
    pub updates: Vec<AvailableUpdate>,
    /// Why they are not all of them: how many there are, where those are more than [`MAX_UPDATES`].
    pub more: Option<u32>,
}

impl UpdateDocument {
    /// The document in these bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Gap> {
        let malformed = |what: &dyn fmt::Display| {
            Gap::with_detail(GapCode::Malformed, format!("what was asked of Windows Update: {what}"))
        };
        if bytes.len() > MAX_UPDATE_DOCUMENT_BYTES {
            return Err(malformed(&format!("more than {MAX_UPDATE_DOCUMENT_BYTES} bytes")));
        }
        let document: Self = serde_json::from_slice(bytes).map_err(|error| malformed(&error))?;
        match &document.missing {
            Answer::Value(missing) if missing.updates.len() > MAX_UPDATES => {
                Err(malformed(&format!("more than {MAX_UPDATES} updates")))
            }
            _ => Ok(document),
        }
    }

    /// What it means.
    pub fn results(self) -> UpdateResults {
        let missing = match self.missing {
            Answer::Value(missing) => Ok(Listing {
                items: missing.updates,
                incomplete: missing.more.map(|count| {
                    Gap::with_detail(GapCode::TooLarge, format!("{count} updates, at most {MAX_UPDATES} are listed"))
                }),
            }),
            Answer::Error(number) => Err(gap_of_number("IUpdateSearcher::Search", number)),
        };
        UpdateResults {
            last_search_success: moment(&self.last_search_success, "LastSearchSuccessDate"),
            last_installed: moment(&self.last_installed, "IUpdateSearcher::QueryHistory"),
            missing,
        }
    }
}

fn moment(answer: &Answer<Option<f64>>, name: &str) -> Result<Timestamp, Gap> {
    let never = || Gap::with_detail(GapCode::NotObserved, format!("{name}: Windows Update knows of no success"));
    match answer {
        Answer::Value(date) => date.and_then(date_of_com).ok_or_else(never),
        Answer::Error(number) => Err(gap_of_number(name, *number)),
    }
}

/// The moment of a date of COM that is in UTC: days since 1899-12-30 and the part of a day. The very first days stand for
/// "never"; what no calendar has is none.
fn date_of_com(days: f64) -> Option<Timestamp> {
    if !(1.0..END_OF_DAYS).contains(&days) {
        return None;
    }
    let since = SignedDuration::try_from_secs_f64((days - DAYS_BEFORE_1970) * SECONDS_A_DAY).ok()?;
    // A part of a day is written as a fraction, which no second is exactly.
    let since = since.round(SignedDurationRound::new().smallest(Unit::Second)).ok()?;
    Timestamp::UNIX_EPOCH.checked_add(since).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What the process on a Windows 10 wrote whose updates wait for a restart, but for the number of updates.
    const RECORDED: &str = r#"{
        "last_search_success": {"value": 46348.123456},
        "last_installed": {"value": 46341.5},
        "missing": {"value": {"updates": [
            {"id": "5a1f3c0e-0f4f-4f2c-9f5f-0a2f6f1f9d11", "articles": ["5031356"], "severity": "Critical",
             "cves": ["CVE-2023-36584"], "categories": ["0fa1201d-4330-4fa8-8ae9-b877473b6441"]},
            {"id": "b1a6c1de-3a52-4f0f-8b4c-2b8a4dd4a7a1", "articles": [], "severity": "", "cves": [], "categories": []}
        ], "more": null}}
    }"#;

    #[test]
    fn a_document_is_read() {
        let results = UpdateDocument::parse(RECORDED.as_bytes()).unwrap().results();
        let moment = |text: &str| Ok(text.parse().unwrap());
        assert_eq!(results.last_search_success, moment("2026-11-22T02:57:47Z"));
        assert_eq!(results.last_installed, moment("2026-11-15T12:00:00Z"));
        let missing = results.missing.unwrap();
        assert_eq!(missing.incomplete, None);
        assert_eq!(missing.items.len(), 2);
        assert_eq!(missing.items[0].cves, ["CVE-2023-36584"]);
    }

    #[test]
    fn a_refusal_keeps_its_number() {
        let text = r#"{"last_search_success": {"error": -2147221164}, "last_installed": {"value": null},
            "missing": {"error": -2145124318}}"#;
        let results = UpdateDocument::parse(text.as_bytes()).unwrap().results();
        let refused = Gap::with_detail(GapCode::Unsupported, "LastSearchSuccessDate: error 0x80040154");
        assert_eq!(results.last_search_success, Err(refused));
        assert_eq!(results.last_installed.unwrap_err().code, GapCode::NotObserved);
        let expected = Gap::with_detail(GapCode::Unreadable, "IUpdateSearcher::Search: error 0x80240022");
        assert_eq!(results.missing.unwrap_err(), expected);
    }

    #[test]
    fn definitions_drivers_and_apps_mend_nothing() {
        let windows = "A3C2375D-0C8A-42F9-BCE0-28333E198407";
        let of_microsoft = "9482f4b4-e343-43b6-b170-9a65bc822c77";
        let update = |date: f64, service: &str, categories: &[&str]| InstalledUpdate {
            date,
            service: service.to_owned(),
            categories: categories.iter().map(ToString::to_string).collect(),
        };
        let history = [
            update(46_350.5, of_microsoft, &["E0789628-CE08-4437-BE74-2495B842F43B"]),
            update(46_350.4, of_microsoft, &[windows, "8c3fcc84-7410-4a95-8b89-a166a0190486"]),
            update(46_350.3, of_microsoft, &["ebfc1fc5-71a4-4f7b-9aca-3b9a503104a0"]),
            update(46_350.2, "855E8A7C-ECB4-4CA3-B045-1DFA50104289", &[windows]),
            update(46_350.1, of_microsoft, &[]),
            update(46_310.0, of_microsoft, &[windows]),
            update(46_320.0, "", &["0fa1201d-4330-4fa8-8ae9-b877473b6441"]),
        ];
        assert_eq!(newest_mending(&history), Some(46_320.0));
        assert_eq!(newest_mending(&history[..5]), None);
        assert_eq!(newest_mending(&[]), None);
    }

    #[test]
    fn more_updates_than_are_listed_are_told() {
        let document = |count: usize, more: Option<u32>| UpdateDocument {
            last_search_success: Answer::Value(None),
            last_installed: Answer::Value(None),
            missing: Answer::Value(MissingUpdates { updates: vec![AvailableUpdate::default(); count], more }),
        };
        let written = |document: &UpdateDocument| serde_json::to_vec(document).unwrap();
        let full = UpdateDocument::parse(&written(&document(MAX_UPDATES, Some(1001)))).unwrap().results();
        let gap = full.missing.unwrap().incomplete.unwrap();
        assert_eq!(gap, Gap::with_detail(GapCode::TooLarge, "1001 updates, at most 1000 are listed"));
        let gap = UpdateDocument::parse(&written(&document(MAX_UPDATES + 1, None))).unwrap_err();
        assert_eq!(gap.code, GapCode::Malformed);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        for bytes in [&b""[..], b"{}", b"null", b"\xff\xfe", b"{\"missing\": {\"error\": 1}}"] {
            assert_eq!(UpdateDocument::parse(bytes).unwrap_err().code, GapCode::Malformed);
        }
        let padded = |length: usize| {
            let mut bytes = RECORDED.as_bytes().to_vec();
            bytes.resize(length, b' ');
            UpdateDocument::parse(&bytes)
        };
        padded(MAX_UPDATE_DOCUMENT_BYTES).unwrap();
        assert_eq!(padded(MAX_UPDATE_DOCUMENT_BYTES + 1).unwrap_err().code, GapCode::Malformed);
    }

    #[test]
    fn dates_of_com_are_moments() {
        for (days, expected) in [
            (25_569.0, Some("1970-01-01T00:00:00Z")),
            (46_349.25, Some("2026-11-23T06:00:00Z")),
            (46_349.999_988_425_93, Some("2026-11-23T23:59:59Z")),
            (2_958_464.5, Some("9999-12-30T12:00:00Z")),
            // The last day on which every place on Earth has that year is the last that can be told.
            (2_958_465.999_988, None),
            (0.0, None),
            (-1.5, None),
            (2_958_466.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            let expected: Option<Timestamp> = expected.map(|text| text.parse().unwrap());
            assert_eq!(date_of_com(days), expected, "{days}");
        }
    }

    proptest! {
        #[test]
        fn every_second_comes_back(seconds in -2_000_000_000_i64..=100_000_000_000) {
            #[expect(clippy::cast_precision_loss, reason = "such seconds are exact")]
            let days = seconds as f64 / SECONDS_A_DAY + DAYS_BEFORE_1970;
            prop_assert_eq!(date_of_com(days), Timestamp::from_second(seconds).ok());
        }
    }
}
