//! Programs in the folders of profiles, which no installer keeps account of: a bounded walk.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use khien_model::facts::UnknownExecutable;
use khien_model::{Gap, GapCode, Listing, Observed};

use crate::cracks::is_suspicious;
use crate::text;
use crate::windows::context::Context;

/// How many files and folders are looked at, all profiles together.
pub(super) const MAX_LOOKED_AT: usize = 20_000;

/// How deep below a profile.
const MAX_DEPTH: usize = 8;

/// How many programs are listed.
const MAX_EXECUTABLES: usize = 500;

/// How long signatures are checked, within the deadline of the area. What was checked is remembered, so that the next look
/// gets further.
const SIGNATURE_TIME: Duration = Duration::from_secs(8);

/// Where people put files, and where programs install themselves without asking an administrator.
const PLACES: [&str; 6] =
    ["Desktop", "Downloads", "Documents", r"AppData\Local\Temp", r"AppData\Local\Programs", r"AppData\Roaming"];

/// How the names of programs end.
const PROGRAMS: [&str; 4] = ["exe", "scr", "com", "pif"];

/// What the walk saw.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) executables: Listing<UnknownExecutable>,
    /// Files named like tools that break licences, whatever they are.
    pub(super) suspicious: Vec<String>,
    /// Why not everything was looked at.
    pub(super) incomplete: Option<Gap>,
    looked_at: usize,
    /// Where the programs lie, as the disk spells it.
    places: Vec<String>,
}

/// A folder that waits to be looked into.
struct Waiting {
    path: String,
    user: String,
    depth: usize,
}

/// Walks through all profiles, each folder before those below it. Links and junctions are not followed.
pub(super) fn walk(context: &Context) -> Walk {
    let mut walk = Walk::default();
    let mut waiting = VecDeque::new();
    match context.registry().profiles() {
        Ok(profiles) => {
            walk.incomplete = profiles.incomplete;
            for profile in &profiles.items {
                match context.files().exists(&profile.folder) {
                    Ok(true) => {}
                    Ok(false) => {
                        let detail = format!("{}: the folder of the profile is not there", profile.folder);
                        walk.note_gap(Gap::with_detail(GapCode::Unreadable, detail));
                    }
                    Err(gap) => walk.note_gap(gap),
                }
                let place = |place: &&str| Waiting {
                    path: format!(r"{}\{place}", profile.folder.trim_end_matches('\\')),
                    user: profile.name(),
                    depth: 0,
                };
                waiting.extend(PLACES.iter().map(place));
            }
        }
        Err(gap) => walk.note_gap(gap),
    }
    while let Some(folder) = waiting.pop_front() {
        match walk.look_into(context, &folder) {
            Ok(below) if folder.depth < MAX_DEPTH => waiting.extend(below),
            Ok(below) if below.is_empty() => {}
            Ok(_) => {
                let detail = format!("{}: folders nest deeper than {MAX_DEPTH}", folder.path);
                walk.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
            }
            Err(gap) if matches!(gap.code, GapCode::TooLarge | GapCode::TimedOut) => {
                walk.note_gap(gap);
                break;
            }
            Err(gap) => walk.note_gap(gap),
        }
    }
    walk.executables.incomplete.clone_from(&walk.incomplete);
    if context.system.is_running.is_ok() {
        walk.check_signatures(context);
    }
    walk
}

impl Walk {
    /// Asks Windows for the signature of each program, until the time for it is up or Windows gives no answer.
    fn check_signatures(&mut self, context: &Context) {
        let began = Instant::now();
        let mut why_not = None;
        for (executable, place) in self.executables.items.iter_mut().zip(&self.places) {
            if why_not.is_none() && (began.elapsed() >= SIGNATURE_TIME || context.cancel.check().is_err()) {
                let detail = format!("no time is left after {} s of signatures", SIGNATURE_TIME.as_secs());
                why_not = Some(Gap::with_detail(GapCode::TimedOut, detail));
            }
            let signed = why_not.clone().map_or_else(|| context.running().is_signed(place), Err);
            if let Err(gap) = &signed
                && gap.code == GapCode::TimedOut
            {
                why_not = Some(gap.clone());
            }
            executable.signed = signed.into();
        }
    }

    fn note_gap(&mut self, gap: Gap) {
        self.incomplete.get_or_insert(gap);
    }

    /// Looks at the files of one folder and gives the folders in it.
    fn look_into(&mut self, context: &Context, folder: &Waiting) -> Result<Vec<Waiting>, Gap> {
        context.cancel.check()?;
        let Some(entries) = context.files().list(&folder.path)? else {
            return Ok(Vec::new());
        };
        entries.incomplete.into_iter().for_each(|gap| self.note_gap(gap));
        let mut below = Vec::new();
        for entry in entries.items {
            self.looked_at += 1;
            if self.looked_at > MAX_LOOKED_AT {
                let detail = format!("more than {MAX_LOOKED_AT} files in the folders of profiles");
                return Err(Gap::with_detail(GapCode::TooLarge, detail));
            }
            let path = format!(r"{}\{}", folder.path, entry.name);
            if entry.is_link {
                continue;
            }
            if entry.is_folder {
                below.push(Waiting { path, user: folder.user.clone(), depth: folder.depth + 1 });
                continue;
            }
            if is_suspicious(&entry.name) {
                self.suspicious.push(text::nfc(&path).into_owned());
            }
            let ending = entry.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
            if !ending.is_some_and(|ending| PROGRAMS.contains(&ending.as_str())) {
                continue;
            }
            if self.executables.items.len() == MAX_EXECUTABLES {
                let detail = format!("more than {MAX_EXECUTABLES} programs in the folders of profiles");
                return Err(Gap::with_detail(GapCode::TooLarge, detail));
            }
            self.executables.items.push(UnknownExecutable {
                path: text::nfc(&path).into_owned().into(),
                user: folder.user.clone().into(),
                modified_at: entry.modified_at.map_or_else(Observed::default, Observed::Known),
                signed: Observed::unknown(GapCode::Unsupported, "signatures are checked by the running system only"),
            });
            self.places.push(path);
        }
        Ok(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::testing::{Told, context_with};

    fn walk_of(places: &[&str]) -> Walk {
        let executable = |_: &&str| UnknownExecutable::default();
        Walk {
            executables: Listing::complete(places.iter().map(executable).collect()),
            places: places.iter().map(ToString::to_string).collect(),
            ..Walk::default()
        }
    }

    #[test]
    fn signatures_are_asked_for_until_windows_does_not_answer() {
        let hangs = || Gap::with_detail(GapCode::TimedOut, "WinVerifyTrust: no answer within 5 s");
        let refused = || Gap::with_detail(GapCode::PermissionDenied, "c.exe");
        let signed: Vec<(&str, Result<bool, Gap>)> =
            [("a.exe", Ok(true)), ("b.exe", Ok(false)), ("c.exe", Err(refused())), ("d.exe", Err(hangs()))].into();
        let mut walk = walk_of(&["a.exe", "b.exe", "c.exe", "d.exe", "e.exe"]);
        // Nothing is told of the last one: asking for it would be another reason.
        walk.check_signatures(&context_with(&[], Told { signed, ..Told::default() }));
        let seen: Vec<_> = walk.executables.items.iter().map(|executable| executable.signed.clone()).collect();
        let expected: [Observed<bool>; 5] =
            [true.into(), false.into(), Err(refused()).into(), Err(hangs()).into(), Err(hangs()).into()];
        assert_eq!(seen, expected);
    }
}
