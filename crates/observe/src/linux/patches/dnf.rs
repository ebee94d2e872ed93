//! Updates where dnf installs them. What dnf downloaded about repositories is not compared with what is installed: which
//! updates are missing is unknown, and said to be.

use std::path::PathBuf;

use jiff::Timestamp;
use khien_model::facts::{Patches, UpdateChannel};
use khien_model::{Gap, GapCode, Observed};

use crate::linux::context::Context;
use crate::linux::rpm;
use crate::root::{EntryKind, Root};
use crate::sqlite::Snapshot;

/// Where dnf keeps what it downloaded: version 4 and version 5.
const CACHES: [&str; 2] = ["var/cache/dnf", "var/cache/libdnf5"];

/// What dnf 4 did.
const HISTORY_4: &str = "var/lib/dnf/history.sqlite";

/// What dnf 5 did.
const HISTORY_5: &str = "usr/lib/sysimage/libdnf5/transaction_history.sqlite";

/// The newest finished transaction that upgraded something. In dnf 4, state 1 is "done" and action 6 is "upgrade".
const LAST_UPGRADE_4: &str =
    "SELECT max(dt_end) FROM trans WHERE state = 1 AND id IN (SELECT trans_id FROM trans_item WHERE action = 6)";

/// The same in dnf 5, where states and actions are words in tables of their own.
const LAST_UPGRADE_5: &str = "SELECT max(trans.dt_end) FROM trans JOIN trans_state ON trans_state.id = trans.state_id \
     WHERE trans_state.name = 'Ok' AND trans.id IN (SELECT trans_item.trans_id FROM trans_item \
     JOIN trans_item_action ON trans_item_action.id = trans_item.action_id WHERE trans_item_action.name = 'Upgrade')";

/// The links by which systemd starts dnf's automatic job, by version.
const TIMERS: [&str; 4] =
    ["dnf-automatic.timer", "dnf-automatic-install.timer", "dnf5-automatic.timer", "dnf5-automatic-install.timer"];

/// The bound of dnf's settings.
const MAX_SETTINGS: u64 = 256 << 10;

/// Whether dnf installs updates here.
pub(super) fn manages(context: &Context) -> Result<bool, Gap> {
    Ok((context.os.is_or_like("fedora") || context.os.is_or_like("rhel")) && rpm::is_there(&context.root)?)
}

pub(super) fn patches(context: &Context) -> Patches {
    let not_compared =
        Gap::with_detail(GapCode::Unsupported, "dnf's repository data is not compared with what is installed");
    Patches {
        channel: UpdateChannel::Dnf.into(),
        last_checked_at: last_checked(context).into(),
        last_installed_at: last_installed(&context.root).into(),
        missing: Observed::Unknown(not_compared.clone()),
        security_missing: Observed::Unknown(not_compared),
        reboot_pending: Observed::default(),
        automatic: automatic(&context.root).into(),
    }
}

/// When the newest repository data was downloaded.
fn last_checked(context: &Context) -> Result<Timestamp, Gap> {
    let mut newest = None;
    for cache in CACHES {
        let Some(folder) = context.root.list(cache)? else {
            continue;
        };
        for entry in folder.entries.iter().filter(|entry| entry.kind == EntryKind::Folder) {
            let data = PathBuf::from(cache).join(&entry.file_name).join("repodata/repomd.xml");
            if let Some(metadata) = context.root.metadata(data)? {
                newest = newest.max(metadata.modified_at);
            }
        }
    }
    let newest =
        newest.ok_or_else(|| Gap::with_detail(GapCode::NotObserved, "dnf has downloaded no repository data"))?;
    super::not_in_future(newest, context.now, "dnf's repository data")
}

fn last_installed(root: &Root) -> Result<Timestamp, Gap> {
    let (history, query) = if let Some(history) = Snapshot::take(root, HISTORY_5)? {
        history.expect_table("trans", &["id", "dt_end", "state_id"])?;
        history.expect_table("trans_item", &["trans_id", "action_id"])?;
        (history, LAST_UPGRADE_5)
    } else {
        let history = Snapshot::take(root, HISTORY_4)?
            .ok_or_else(|| Gap::with_detail(GapCode::NotObserved, "dnf has no history here"))?;
        history.expect_table("trans", &["id", "dt_end", "state"])?;
        history.expect_table("trans_item", &["trans_id", "action"])?;
        (history, LAST_UPGRADE_4)
    };
    let mut last: Option<i64> = None;
    history.each_row(query, |row| {
        last = row.get(0)?;
        Ok(())
    })?;
    let last = last.ok_or_else(|| Gap::with_detail(GapCode::NotObserved, "dnf's history records no upgrade"))?;
    Timestamp::from_second(last)
        .map_err(|error| Gap::with_detail(GapCode::Malformed, format!("dnf's history: {error}")))
}

/// Whether the timer is on, and installs rather than only downloads.
fn automatic(root: &Root) -> Result<bool, Gap> {
    let mut on = Vec::new();
    for timer in TIMERS {
        if root.read_link(format!("etc/systemd/system/timers.target.wants/{timer}"))?.is_some() {
            on.push(timer);
        }
    }
    if on.iter().any(|timer| timer.contains("-install")) {
        return Ok(true);
    }
    if on.is_empty() {
        return Ok(false);
    }
    let settings = root.read_text("etc/dnf/automatic.conf", MAX_SETTINGS)?.unwrap_or_default();
    Ok(applies_updates(&settings))
}

/// `apply_updates` of automatic.conf; no by default.
fn applies_updates(settings: &str) -> bool {
    let mut values = settings.lines().filter_map(|line| line.trim().split_once('='));
    let last = values.rfind(|(key, _)| key.trim() == "apply_updates");
    last.is_some_and(|(_, value)| matches!(value.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    #[test]
    fn the_last_finished_upgrade_counts() {
        let machine = Machine::new();
        machine.folder("var/lib/dnf");
        let history = rusqlite::Connection::open(machine.path(HISTORY_4)).unwrap();
        history
            .execute_batch(
                "CREATE TABLE trans (id INTEGER PRIMARY KEY, dt_end INTEGER, state INTEGER);
                 CREATE TABLE trans_item (trans_id INTEGER, action INTEGER);
                 INSERT INTO trans VALUES (1, 1000, 1), (2, 2000, 1), (3, 3000, 2), (4, 4000, 1);
                 INSERT INTO trans_item VALUES (1, 6), (2, 6), (3, 6), (4, 1);",
            )
            .unwrap();
        drop(history);
        assert_eq!(last_installed(&machine.context().root), Ok(Timestamp::from_second(2000).unwrap()));
    }

    #[test]
    fn updates_install_themselves_only_when_told_to() {
        for (settings, expected) in [
            ("[commands]\napply_updates = yes\n", true),
            ("apply_updates=no", false),
            ("# apply_updates = yes", false),
            ("", false),
            ("apply_updates = no\napply_updates = True", true),
        ] {
            assert_eq!(applies_updates(settings), expected, "{settings}");
        }
    }
}
