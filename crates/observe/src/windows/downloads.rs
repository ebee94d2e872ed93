//! `downloads`: files of risky types in the folders of profiles that carry the mark of the Internet.

use std::collections::VecDeque;

use khien_model::facts::{Downloads, RiskyDownload};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::files::FileEntry;
use super::zone;
use crate::hosts::{Hosts, host_of};
use crate::risky::{MAX_FILES, RiskyFiles, WINDOW, extension_of};
use crate::text;

/// The stream with the mark, and the largest that is read.
const STREAM: &str = "Zone.Identifier";
const MAX_STREAM_BYTES: u64 = 16 << 10;

/// Where people put what they download.
const PLACES: [&str; 3] = ["Downloads", "Desktop", "Documents"];

/// How many files and folders are looked at, all profiles together.
const MAX_LOOKED_AT: usize = 20_000;

/// How deep below such a place.
const MAX_DEPTH: usize = 4;

pub(crate) fn collect(context: &Context) -> Result<Downloads, Gap> {
    let (hosts, risky) = (Hosts::shipped()?, RiskyFiles::shipped()?);
    let profiles = context.registry().profiles()?;
    let mut listing = Listing { items: Vec::new(), incomplete: profiles.incomplete };
    let mut waiting: VecDeque<(String, String, usize)> = VecDeque::new();
    for profile in &profiles.items {
        match context.files().exists(&profile.folder) {
            Ok(true) => {}
            Ok(false) => {
                let detail = format!("{}: the folder of the profile is not there", profile.folder);
                listing.note_gap(Gap::with_detail(GapCode::Unreadable, detail));
            }
            Err(gap) => listing.note_gap(gap),
        }
        let folder = profile.folder.trim_end_matches('\\');
        waiting.extend(PLACES.map(|place| (format!(r"{folder}\{place}"), profile.name(), 0)));
    }
    let mut looked_at = 0;
    while let Some((folder, user, depth)) = waiting.pop_front() {
        context.cancel.check()?;
        let entries = match context.files().list(&folder) {
            Ok(entries) => entries.unwrap_or_default(),
            Err(gap) => {
                listing.note_gap(gap);
                continue;
            }
        };
        entries.incomplete.into_iter().for_each(|gap| listing.note_gap(gap));
        for entry in entries.items.iter().filter(|entry| !entry.is_link) {
            looked_at += 1;
            if looked_at > MAX_LOOKED_AT || listing.items.len() == MAX_FILES {
                let detail = format!("more than {MAX_LOOKED_AT} files, or {MAX_FILES} risky ones");
                listing.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
                return Ok(Downloads { risky: Observed::Known(listing) });
            }
            let path = format!(r"{folder}\{}", entry.name);
            if entry.is_folder {
                if depth == MAX_DEPTH {
                    let detail = format!("{path}: folders nest deeper than {MAX_DEPTH}");
                    listing.note_gap(Gap::with_detail(GapCode::TooLarge, detail));
                } else {
                    waiting.push_back((path, user.clone(), depth + 1));
                }
                continue;
            }
            match risky_download(context, entry, &path, &user, hosts, risky) {
                Ok(found) => listing.items.extend(found),
                Err(gap) => listing.note_gap(gap),
            }
        }
    }
    Ok(Downloads { risky: Observed::Known(listing) })
}

/// The file at `path`, when it is of a risky type, new enough, and marked.
fn risky_download(
    context: &Context,
    entry: &FileEntry,
    path: &str,
    user: &str,
    hosts: &Hosts,
    risky: &RiskyFiles,
) -> Result<Option<RiskyDownload>, Gap> {
    let extension = extension_of(entry.name.as_bytes());
    let Some(executable) = risky.can_run(&extension) else {
        return Ok(None);
    };
    // A time that no calendar has says nothing against it.
    if entry.modified_at.is_some_and(|at| context.now.duration_since(at) > WINDOW) {
        return Ok(None);
    }
    let Some(mark) = context.files().stream(path, STREAM, MAX_STREAM_BYTES)? else {
        return Ok(None);
    };
    let Some(zone) = zone::parse(&mark).filter(|zone| zone.is_foreign) else {
        return Ok(None);
    };
    let host = host_of(&zone.host_url).unwrap_or_default().to_ascii_lowercase();
    Ok(Some(RiskyDownload {
        file_name: text::nfc(&entry.name).into_owned().into(),
        extension: extension.into(),
        user: user.into(),
        origin_government: hosts.is_government(&host).into(),
        origin_host: host.into(),
        // A download keeps the time at which it was written.
        downloaded_at: entry.modified_at.map_or_else(Observed::default, Observed::Known),
        executable: executable.into(),
    }))
}
