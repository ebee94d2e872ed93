//! Programs in the folders of profiles and on the drives, which no installer keeps account of: a bounded walk.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use khien_model::facts::UnknownExecutable;
use khien_model::{Gap, GapCode, Listing, Observed};

use super::places::{self, Place};
use crate::cracks::is_suspicious;
use crate::text;
use crate::windows::context::Context;

/// How far a walk goes. The bounds of profiles and of drives are apart, so that a drive full of pictures hides no profile.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Where, in words.
    what: &'static str,
    /// How many files and folders are looked at.
    entries: usize,
    /// How many programs are listed.
    programs: usize,
    /// How deep below where it begins.
    depth: usize,
    /// How long, within the deadline of the area.
    time: Duration,
}

/// The folders of profiles, all together.
const IN_PROFILES: Bounds = Bounds {
    what: "in the folders of profiles",
    entries: 50_000,
    programs: 500,
    depth: 8,
    time: Duration::from_secs(5),
};

/// The drives, all together.
const ON_DRIVES: Bounds =
    Bounds { what: "on the drives", entries: 100_000, programs: 500, depth: 12, time: Duration::from_secs(4) };

/// How long signatures are checked, within the deadline of the area. What was checked is remembered, so that the next look
/// gets further.
const SIGNATURE_TIME: Duration = Duration::from_secs(6);

/// How the names of programs end.
const PROGRAMS: [&str; 4] = ["exe", "scr", "com", "pif"];

/// What the walk saw.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) executables: Listing<UnknownExecutable>,
    /// Files named like tools that break licences, whatever they are.
    pub(super) suspicious: Vec<String>,
    /// Why not everything was looked at in profiles, where tools that break licences are loaded down to and started.
    pub(super) incomplete_in_profiles: Option<Gap>,
    /// Why not everything was looked at.
    incomplete: Option<Gap>,
    /// Where the programs lie, as the disk spells it.
    places: Vec<String>,
    /// How many of them lie in profiles: those that follow lie elsewhere.
    in_profiles: usize,
}

/// A folder that waits to be looked into.
#[derive(Debug)]
struct Waiting {
    place: Place,
    depth: usize,
}

/// Walks through all profiles, then over the drives. Links and junctions are not followed.
pub(super) fn walk(context: &Context) -> Walk {
    let mut walk = Walk::default();
    walk.over(context, places::in_profiles(context), IN_PROFILES);
    walk.in_profiles = walk.places.len();
    walk.incomplete_in_profiles.clone_from(&walk.incomplete);
    walk.over(context, places::on_drives(context), ON_DRIVES);
    walk.executables.incomplete.clone_from(&walk.incomplete);
    if context.system.is_running.is_ok() {
        walk.check_signatures(context);
        walk.leave_out_signed();
    }
    walk
}

impl Walk {
    /// Looks at each folder before those below it, until there is none or a bound is reached.
    fn over(&mut self, context: &Context, places: Listing<Place>, bounds: Bounds) {
        places.incomplete.into_iter().for_each(|gap| self.note_gap(gap));
        let (began, programs_before) = (Instant::now(), self.places.len());
        let mut looked_at = 0;
        let mut waiting: VecDeque<_> = places.items.into_iter().map(|place| Waiting { place, depth: 0 }).collect();
        while let Some(folder) = waiting.pop_front() {
            if began.elapsed() >= bounds.time {
                let detail = format!("more {} than is read in {} s", bounds.what, bounds.time.as_secs());
                return self.note_gap(Gap::with_detail(GapCode::TimedOut, detail));
            }
            let below = match self.look_into(context, &folder, bounds, &mut looked_at, programs_before) {
                Ok(below) => below,
                Err(gap) if matches!(gap.code, GapCode::TooLarge | GapCode::TimedOut) => return self.note_gap(gap),
                Err(gap) => {
                    self.note_gap(gap);
                    continue;
                }
            };
            if folder.depth < bounds.depth {
                waiting.extend(below);
            } else if !below.is_empty() {
                let detail = format!("{}: folders nest deeper than {}", folder.place.folder(), bounds.depth);
                self.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
            }
        }
    }

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

    /// Leaves out what is signed outside of profiles: drivers and installers, of which a drive may hold hundreds.
    fn leave_out_signed(&mut self) {
        let mut index = 0;
        self.executables.items.retain(|executable| {
            index += 1;
            index <= self.in_profiles || executable.signed.known() != Some(&true)
        });
    }

    fn note_gap(&mut self, gap: Gap) {
        self.incomplete.get_or_insert(gap);
    }

    /// Looks at the files of one folder and gives the folders in it.
    fn look_into(
        &mut self,
        context: &Context,
        folder: &Waiting,
        bounds: Bounds,
        looked_at: &mut usize,
        programs_before: usize,
    ) -> Result<Vec<Waiting>, Gap> {
        context.cancel.check()?;
        let Place { path: above, user, without } = &folder.place;
        let Some(entries) = context.files().list(&folder.place.folder())? else {
            return Ok(Vec::new());
        };
        let too_many = |count: usize, of: &str| {
            Gap::with_detail(GapCode::TooLarge, format!("more than {count} {of} {}", bounds.what))
        };
        entries.incomplete.into_iter().for_each(|gap| self.note_gap(gap));
        let mut below = Vec::new();
        for entry in entries.items {
            *looked_at += 1;
            if *looked_at > bounds.entries {
                return Err(too_many(bounds.entries, "files"));
            }
            let path = format!(r"{above}\{}", entry.name);
            if entry.is_link {
                continue;
            }
            if entry.is_folder {
                if !without.iter().any(|name| entry.name.eq_ignore_ascii_case(name)) {
                    let place = Place { path, user: user.clone(), without: &[] };
                    below.push(Waiting { place, depth: folder.depth + 1 });
                }
                continue;
            }
            if is_suspicious(&entry.name) {
                self.suspicious.push(text::nfc(&path).into_owned());
            }
            let ending = entry.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
            if !ending.is_some_and(|ending| PROGRAMS.contains(&ending.as_str())) {
                continue;
            }
            if self.places.len() == programs_before + bounds.programs {
                return Err(too_many(bounds.programs, "programs"));
            }
            self.executables.items.push(UnknownExecutable {
                path: text::nfc(&path).into_owned().into(),
                user: user.clone(),
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
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::windows::files::{FileEntry, Files};
    use crate::windows::registry::Value;
    use crate::windows::testing::{Told, context_with};

    /// Folders by their paths. What is there ends with a separator when it is a folder, with `@` when it is a link.
    #[derive(Debug)]
    struct Tree(BTreeMap<String, Vec<FileEntry>>);

    impl Tree {
        fn of(paths: &[&str]) -> Self {
            let mut folders: BTreeMap<String, Vec<FileEntry>> = BTreeMap::new();
            for path in paths {
                let mut above = String::new();
                for name in path.split_inclusive('\\') {
                    let is_folder = name.ends_with('\\');
                    let plain = name.trim_end_matches(['\\', '@']);
                    if !above.is_empty() {
                        let entry = FileEntry {
                            name: plain.to_owned(),
                            is_folder,
                            is_link: name.ends_with('@'),
                            modified_at: None,
                        };
                        let folder = folders.entry(above.trim_end_matches('\\').to_owned()).or_default();
                        if !folder.contains(&entry) {
                            folder.push(entry);
                        }
                    }
                    above.push_str(name);
                    if is_folder {
                        folders.entry(above.trim_end_matches('\\').to_owned()).or_default();
                    }
                }
            }
            Self(folders)
        }
    }

    impl Files for Tree {
        fn read(&self, _: &str, _: u64) -> Result<Option<Vec<u8>>, Gap> {
            Ok(None)
        }
        fn list(&self, path: &str) -> Result<Option<Listing<FileEntry>>, Gap> {
            let entries = self.0.get(path.trim_end_matches('\\'));
            Ok(entries.map(|entries| Listing::complete(entries.clone())))
        }
        fn exists(&self, path: &str) -> Result<bool, Gap> {
            Ok(self.0.contains_key(path))
        }
        fn find(&self, _: &str) -> Result<Option<PathBuf>, Gap> {
            Ok(None)
        }
        fn stream(&self, _: &str, _: &str, _: u64) -> Result<Option<Vec<u8>>, Gap> {
            Ok(None)
        }
    }

    /// A PC with one profile, on which these files lie.
    fn pc(paths: &[&str], told: Told) -> Context {
        let version = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
        let profile = format!(r"{version}\ProfileList\S-1-5-21-1-2-3-1001");
        let values = [
            (version.to_owned(), "SystemRoot", Value::Text(r"C:\Windows".to_owned())),
            (profile, "ProfileImagePath", Value::Text(r"C:\Users\lan".to_owned())),
        ];
        let mut context = context_with(&values, told);
        context.system.files = Arc::new(Tree::of(paths));
        context
    }

    fn drives(letters: &[&str]) -> Option<Vec<String>> {
        Some(letters.iter().map(ToString::to_string).collect())
    }

    fn paths_of(walk: &Walk) -> Vec<&str> {
        walk.executables.items.iter().filter_map(|executable| Some(executable.path.known()?.as_str())).collect()
    }

    #[test]
    fn programs_are_found_wherever_no_installer_puts_them() {
        let there = [
            r"C:\Users\lan\Desktop\a.exe",
            r"C:\Users\lan\b.exe",
            r"C:\Users\lan\Music\c.SCR",
            r"C:\Users\lan\AppData\Local\Vendor\not.exe",
            r"C:\Users\lan\AppData\Roaming\d.exe",
            r"C:\Users\Public\e.com",
            r"C:\Users\gone\not.exe",
            r"C:\f.exe",
            r"C:\ProgramData\Vendor\g.exe",
            r"C:\Tools\signed.exe",
            r"C:\Tools\Program Files\h.exe",
            r"C:\Tools\again.exe@",
            r"C:\WINDOWS\not.exe",
            r"C:\Program Files\not.exe",
            r"C:\Program Files (x86)\not.exe",
            r"C:\$RECYCLE.BIN\not.exe",
            r"C:\System Volume Information\not.exe",
            r"D:\i.exe",
            r"D:\Program Files\j.exe",
            r"D:\$Recycle.Bin\not.exe",
            r"E:\not.exe",
        ];
        let own = [r"C:\Users\lan\Desktop\a.exe", r"C:\Users\lan\AppData\Roaming\d.exe", r"C:\Users\lan\b.exe"];
        let elsewhere = [
            r"C:\Users\Public\e.com",
            r"C:\f.exe",
            r"D:\i.exe",
            r"D:\Program Files\j.exe",
            r"C:\ProgramData\Vendor\g.exe",
            r"C:\Tools\Program Files\h.exe",
        ];
        let unsigned = elsewhere.iter().chain(&[r"C:\Users\lan\Music\c.SCR"]).map(|path| (*path, Ok(false)));
        let signed = own.iter().chain(&[r"C:\Tools\signed.exe"]).map(|path| (*path, Ok(true)));
        let told =
            Told { signed: unsigned.chain(signed).collect(), fixed_drives: drives(&["C:", "D:"]), ..Told::default() };
        let walk = walk(&pc(&there, told));
        let expected: Vec<_> = own.iter().chain(&[r"C:\Users\lan\Music\c.SCR"]).chain(&elsewhere).copied().collect();
        assert_eq!(paths_of(&walk), expected);
        assert_eq!(walk.executables.incomplete, None);
        let user = |index: usize| walk.executables.items[index].user.known().map(String::as_str);
        assert_eq!((user(0), user(4)), (Some("lan"), None));
    }

    #[test]
    fn drives_that_are_not_told_are_missing_from_the_list() {
        let walk = walk(&pc(&[r"C:\Users\lan\", r"C:\f.exe"], Told::default()));
        assert_eq!(paths_of(&walk), [r"C:\f.exe"]);
        assert_eq!(walk.executables.incomplete.map(|gap| gap.code), Some(GapCode::Unsupported));
    }

    #[test]
    fn a_walk_ends_at_its_bounds_and_says_so() {
        let wide = Bounds { what: "there", entries: 4, programs: 2, depth: 2, time: Duration::from_mins(1) };
        let place = || {
            let user = "lan".to_owned().into();
            Listing::complete(vec![Place { path: "D:".to_owned(), user, without: &[] }])
        };
        for (paths, bounds, expected) in [
            (&[r"D:\a\b\c.exe", r"D:\d.exe"][..], wide, None),
            (&[r"D:\a\b\c.exe", r"D:\d.exe", r"D:\e"], wide, Some("more than 4 files there")),
            (&[r"D:\a.exe", r"D:\b.exe"], wide, None),
            (&[r"D:\a.exe", r"D:\b.exe", r"D:\c.exe"], wide, Some("more than 2 programs there")),
            (&[r"D:\a\b\c\"], wide, Some(r"D:\a\b: folders nest deeper than 2")),
            (&[r"D:\a.exe"], Bounds { time: Duration::ZERO, ..wide }, Some("more there than is read in 0 s")),
        ] {
            let context = pc(paths, Told::default());
            let mut walk = Walk::default();
            walk.over(&context, place(), bounds);
            let said = walk.incomplete.map(|gap| gap.detail);
            assert_eq!(said.as_deref(), expected, "{paths:?}");
        }
    }

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
