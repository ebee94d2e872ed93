//! Windows Update.

use std::io;

use windows::Win32::Foundation::VARIANT_BOOL;
use windows::Win32::System::Com::{CLSCTX_INPROC_SERVER, CoCreateInstance};
use windows::Win32::System::UpdateAgent::{
    AutomaticUpdates, IAutomaticUpdates2, IAutomaticUpdatesResults, ICategoryCollection, IStringCollection, IUpdate,
    IUpdate2, IUpdateHistoryEntry, IUpdateHistoryEntry2, IUpdateSearcher, IUpdateSession, UpdateSession, orcSucceeded,
    orcSucceededWithErrors, uoInstallation,
};
use windows::Win32::System::Variant::{VARIANT, VT_DATE};
use windows::core::{BSTR, Interface as _, Result};

use crate::apartment::join_apartment;
use crate::error_of;

/// What is looked for: what a person could install now.
const WANTED: &str = "IsInstalled=0 and IsHidden=0 and Type='Software'";

/// The name under which Windows notes who asked.
const ASKING: &str = "khien-agent";

/// How many texts of one update are taken.
const MAX_TEXTS: i32 = 256;

/// How many entries of the history are taken, the newest ones: an antivirus may add three a day.
const MAX_HISTORY: i32 = 1000;

/// What Windows Update said.
#[derive(Debug)]
pub struct WindowsUpdate {
    /// When it was last looked for updates with success, as a date of COM in UTC.
    pub last_search_success: io::Result<Option<f64>>,
    /// What was installed with success, the newest first.
    pub installed: io::Result<Vec<Installed>>,
    /// What is not installed, and how many such updates there are.
    pub missing: io::Result<(Vec<Update>, u32)>,
}

/// An entry of the history: an update that was installed. Its title is left out: it is translated.
#[derive(Debug, Clone, PartialEq)]
pub struct Installed {
    /// When, as a date of COM in UTC.
    pub date: f64,
    /// The service that it came from.
    pub service: String,
    /// The identifiers of `Categories`.
    pub categories: Vec<String>,
}

/// An update. Its title is left out: it is translated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// `Identity.UpdateID`.
    pub id: String,
    /// `KBArticleIDs`.
    pub articles: Vec<String>,
    /// `MsrcSeverity`.
    pub severity: String,
    /// `CveIDs`.
    pub cves: Vec<String>,
    /// The identifiers of `Categories`.
    pub categories: Vec<String>,
}

/// Asks Windows Update, and takes at most `max` updates. It may take minutes, or never come back: whoever asks is a process
/// that can be ended.
pub fn windows_update(max: u32) -> WindowsUpdate {
    join_apartment();
    let results = results().map_err(|error| error_of(&error));
    let date = |of: &dyn Fn(&IAutomaticUpdatesResults) -> Result<VARIANT>| match &results {
        Ok(results) => of(results).map(|date| date_in(&date)).map_err(|error| error_of(&error)),
        Err(error) => Err(io::Error::from_raw_os_error(error.raw_os_error().unwrap_or_default())),
    };
    WindowsUpdate {
        // SAFETY: the object lives as long as `results`.
        last_search_success: date(&|results| unsafe { results.LastSearchSuccessDate() }),
        installed: installed().map_err(|error| error_of(&error)),
        missing: missing(max).map_err(|error| error_of(&error)),
    }
}

fn results() -> Result<IAutomaticUpdatesResults> {
    // SAFETY: this thread has joined COM; the class and the interface belong together.
    let updates: IAutomaticUpdates2 = unsafe { CoCreateInstance(&AutomaticUpdates, None, CLSCTX_INPROC_SERVER) }?;
    // SAFETY: the object lives as long as `updates`.
    unsafe { updates.Results() }
}

/// The date in a value; `None` for any other value, which stands for "never".
fn date_in(value: &VARIANT) -> Option<f64> {
    // SAFETY: the kind of a value can always be read, and the date is read only when it is one.
    unsafe {
        let inner = &value.Anonymous.Anonymous;
        (inner.vt == VT_DATE).then(|| inner.Anonymous.date)
    }
}

fn searcher() -> Result<IUpdateSearcher> {
    // SAFETY: this thread has joined COM; the class and the interface belong together.
    let session: IUpdateSession = unsafe { CoCreateInstance(&UpdateSession, None, CLSCTX_INPROC_SERVER) }?;
    // SAFETY: the object lives as long as `session`. A session without a name is as good.
    let _ = unsafe { session.SetClientApplicationID(&BSTR::from(ASKING)) };
    // SAFETY: as above.
    unsafe { session.CreateUpdateSearcher() }
}

/// What the history of this PC says, which needs no server of updates.
fn installed() -> Result<Vec<Installed>> {
    let searcher = searcher()?;
    // SAFETY: the object lives as long as `searcher`.
    let count = unsafe { searcher.GetTotalHistoryCount() }?.min(MAX_HISTORY);
    if count <= 0 {
        // Asking for none of them is an error.
        return Ok(Vec::new());
    }
    // SAFETY: as above; so many entries are there, but for what is removed meanwhile.
    let entries = unsafe { searcher.QueryHistory(0, count) }?;
    // SAFETY: the object lives as long as `entries`.
    let count = unsafe { entries.Count() }?.min(MAX_HISTORY);
    let listed = (0..count).map(|index| {
        // SAFETY: as above; the number is below the count.
        entry(&unsafe { entries.get_Item(index) }?)
    });
    listed.filter_map(Result::transpose).collect()
}

/// An entry, when something was installed and it went well.
fn entry(entry: &IUpdateHistoryEntry) -> Result<Option<Installed>> {
    // SAFETY: the object, and what it hands out here, live as long as it is borrowed.
    unsafe {
        if entry.Operation()? != uoInstallation || entry.ResultCode()? != orcSucceeded {
            return Ok(None);
        }
        // Windows before its Update Agent 7 does not know them.
        let kinds = entry.cast::<IUpdateHistoryEntry2>().and_then(|entry| categories(&entry.Categories()?));
        Ok(Some(Installed {
            date: entry.Date()?,
            service: entry.ServiceID().map(|service| service.to_string()).unwrap_or_default(),
            categories: kinds.unwrap_or_default(),
        }))
    }
}

fn missing(max: u32) -> Result<(Vec<Update>, u32)> {
    let searcher = searcher()?;
    // What Windows found when it last looked by itself costs nobody's line; only a PC without that is made to look.
    search(&searcher, false, max).or_else(|_| search(&searcher, true, max))
}

fn search(searcher: &IUpdateSearcher, online: bool, max: u32) -> Result<(Vec<Update>, u32)> {
    // SAFETY: the object lives as long as it is borrowed.
    unsafe { searcher.SetOnline(VARIANT_BOOL::from(online)) }?;
    // SAFETY: as above.
    let found = unsafe { searcher.Search(&BSTR::from(WANTED)) }?;
    // SAFETY: as above, for what was found.
    let code = unsafe { found.ResultCode() }?;
    if code != orcSucceeded && code != orcSucceededWithErrors {
        return Err(windows::core::Error::from_hresult(windows::Win32::Foundation::E_FAIL));
    }
    // SAFETY: as above.
    let updates = unsafe { found.Updates() }?;
    // SAFETY: as above, for the updates.
    let count = u32::try_from(unsafe { updates.Count() }?).unwrap_or_default();
    let listed = (0..count.min(max)).map(|index| {
        // SAFETY: as above; the number is below the count.
        update(&unsafe { updates.get_Item(index.cast_signed()) }?)
    });
    Ok((listed.collect::<Result<_>>()?, count))
}

fn update(update: &IUpdate) -> Result<Update> {
    // SAFETY: the object, and what it hands out here, live as long as it is borrowed.
    unsafe {
        Ok(Update {
            id: update.Identity()?.UpdateID()?.to_string(),
            articles: texts(&update.KBArticleIDs()?)?,
            severity: update.MsrcSeverity()?.to_string(),
            // Windows before its Update Agent 7 does not know them.
            cves: update.cast::<IUpdate2>().and_then(|update| texts(&update.CveIDs()?)).unwrap_or_default(),
            categories: categories(&update.Categories()?)?,
        })
    }
}

fn texts(list: &IStringCollection) -> Result<Vec<String>> {
    // SAFETY: the object lives as long as it is borrowed.
    let count = unsafe { list.Count() }?.min(MAX_TEXTS);
    // SAFETY: as above; the number is below the count.
    (0..count).map(|index| Ok(unsafe { list.get_Item(index) }?.to_string())).collect()
}

fn categories(list: &ICategoryCollection) -> Result<Vec<String>> {
    // SAFETY: the object lives as long as it is borrowed.
    let count = unsafe { list.Count() }?.min(MAX_TEXTS);
    // SAFETY: as above; the number is below the count.
    (0..count).map(|index| Ok(unsafe { list.get_Item(index)?.CategoryID() }?.to_string())).collect()
}
