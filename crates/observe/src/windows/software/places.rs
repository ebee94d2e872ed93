//! Where programs may lie that no installer keeps account of: the folders of profiles, and the drives beside the folders that
//! Windows guards for itself.

use khien_model::{Gap, GapCode, Listing, Observed};

use crate::windows::context::{Context, current_version};
use crate::windows::registry::{KeyPath, Value, absent};

/// Where people put files, and where programs install themselves without asking an administrator: looked at before the rest of a
/// profile, so that a bound leaves out what matters less.
const FIRST: [&str; 6] =
    ["Desktop", "Downloads", "Documents", r"AppData\Local\Temp", r"AppData\Local\Programs", r"AppData\Roaming"];

/// What is left out of the rest of a profile: what was looked at before, and beneath `AppData` the tens of thousands of files that
/// browsers and apps keep for themselves.
const NOT_AGAIN: &[&str] = &["Desktop", "Downloads", "Documents", "AppData"];

/// The folders on the drive of Windows that only administrators write into, or that Windows keeps for its own repair, and those that
/// are looked at as profiles.
const OF_WINDOWS: &[&str] = &[
    "Windows",
    "Program Files",
    "Program Files (x86)",
    "Program Files (Arm)",
    "Users",
    "$Recycle.Bin",
    "System Volume Information",
    "Recovery",
    "Windows.old",
    "$WINDOWS.~BT",
    "$Windows.~WS",
    "$WinREAgent",
];

/// The folders that Windows has on every other drive.
const OF_ANY_DRIVE: &[&str] = &["$Recycle.Bin", "System Volume Information"];

/// The profile that belongs to nobody, and that everybody may write into.
const PUBLIC: &str = r"Users\Public";

/// The drives by their letters, as Windows remembers them: `\DosDevices\D:`, and what the bytes of a drive begin with that a table of
/// partitions of the newer form describes.
const MOUNTED_DEVICES: &str = "MountedDevices";
const LETTER: &str = r"\DosDevices\";
const NEW_PARTITION: &[u8] = b"DMIO:ID:";

/// How many bytes tell of a drive of the older form: the number of the disk and where the drive begins on it. Everything else is
/// a text that names a device: a stick, a disc, a reader of cards.
const OLD_PARTITION_BYTES: usize = 12;

/// A folder to begin at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Place {
    /// Its path, without a separator at the end: a drive is `D:`.
    pub(super) path: String,
    /// Whose profile it belongs to.
    pub(super) user: Observed<String>,
    /// The names in it that are not looked at.
    pub(super) without: &'static [&'static str],
}

impl Place {
    /// The path as one names the folder itself: the root of a drive has a separator.
    pub(super) fn folder(&self) -> String {
        if is_letter(&self.path) { format!(r"{}\", self.path) } else { self.path.clone() }
    }
}

/// The folders of all profiles, the ones that matter most first.
pub(super) fn in_profiles(context: &Context) -> Listing<Place> {
    let profiles = match context.registry().profiles() {
        Ok(profiles) => profiles,
        Err(gap) => return Listing::incomplete(Vec::new(), gap),
    };
    let mut places = Listing { items: Vec::new(), incomplete: profiles.incomplete };
    let mut rest = Vec::new();
    for profile in &profiles.items {
        match context.files().exists(&profile.folder) {
            Ok(true) => {}
            Ok(false) => {
                let detail = format!("{}: the folder of the profile is not there", profile.folder);
                places.note_gap(Gap::with_detail(GapCode::Unreadable, detail));
            }
            Err(gap) => places.note_gap(gap),
        }
        let folder = profile.folder.trim_end_matches('\\');
        let user: Observed<String> = profile.name().into();
        let place = |name: &str| Place { path: format!(r"{folder}\{name}"), user: user.clone(), without: &[] };
        places.items.extend(FIRST.map(place));
        rest.push(Place { path: folder.to_owned(), user: user.clone(), without: NOT_AGAIN });
    }
    places.items.extend(rest);
    places
}

/// The drive of Windows and every other fixed drive.
pub(super) fn on_drives(context: &Context) -> Listing<Place> {
    let nobodys = |path: String, without| Place {
        path,
        user: Observed::unknown(GapCode::NotObserved, "it lies in no profile"),
        without,
    };
    let (system, root) = match system_drive(context) {
        Ok(system) => {
            let root = vec![nobodys(format!(r"{system}\{PUBLIC}"), &[]), nobodys(system.clone(), OF_WINDOWS)];
            (system, root)
        }
        Err(gap) => return Listing::incomplete(Vec::new(), gap),
    };
    let mut places = Listing::complete(root);
    let others = match context.system.is_running {
        Ok(()) => context.running().fixed_drives().map(Listing::complete),
        Err(_) => not_mounted(context, &system).map(|gap| Listing { items: Vec::new(), incomplete: gap }),
    };
    match others {
        Ok(others) => {
            others.incomplete.into_iter().for_each(|gap| places.note_gap(gap));
            let others = others.items.into_iter().filter(|drive| !drive.eq_ignore_ascii_case(&system));
            places.items.extend(others.map(|drive| nobodys(drive, OF_ANY_DRIVE)));
        }
        Err(gap) => places.note_gap(gap),
    }
    places
}

/// The letter of the drive that Windows lies on, by where it says its own folder is.
fn system_drive(context: &Context) -> Result<String, Gap> {
    let folder = context.registry().text(&current_version(), "SystemRoot")?;
    let drive = folder.as_deref().and_then(|folder| folder.split(['\\', '/']).next()).filter(|drive| is_letter(drive));
    Ok(drive.unwrap_or("C:").to_ascii_uppercase())
}

fn is_letter(drive: &str) -> bool {
    matches!(drive.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

/// The other fixed drives of a PC of which one drive lies here: that they are not looked at is said.
fn not_mounted(context: &Context, system: &str) -> Result<Option<Gap>, Gap> {
    let key = KeyPath::system(MOUNTED_DEVICES);
    let values = context.registry().values(&key)?.ok_or_else(|| absent(&key))?;
    if let Some(gap) = values.incomplete {
        return Ok(Some(gap));
    }
    let is_fixed = |bytes: &[u8]| bytes.len() == OLD_PARTITION_BYTES || bytes.starts_with(NEW_PARTITION);
    let mut drives: Vec<String> = values
        .items
        .iter()
        .filter(|(_, value)| matches!(value, Value::Bytes(bytes) if is_fixed(bytes)))
        .filter_map(|(name, _)| name.strip_prefix(LETTER).filter(|drive| is_letter(drive)))
        .filter(|drive| !drive.eq_ignore_ascii_case(system))
        .map(str::to_ascii_uppercase)
        .collect();
    drives.sort_unstable();
    Ok((!drives.is_empty()).then(|| {
        let detail = format!("{}: the PC knows this drive, which is not in this folder", drives.join(", "));
        Gap::with_detail(GapCode::Unsupported, detail)
    }))
}
