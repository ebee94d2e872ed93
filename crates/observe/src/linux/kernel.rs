//! Which kernel runs, and whether a newer one waits for a restart.

use std::cmp::Ordering;

use khien_model::{Gap, GapCode};

use super::apt::version;
use super::context::Context;
use super::os::line_of;

/// Where kernels and their modules are installed, and what their names start with.
const KERNELS: [(&str, &str); 2] = [("boot", "vmlinuz-"), ("lib/modules", "")];

/// Whether a kernel newer than the running one is installed.
pub(crate) fn newer_is_installed(context: &Context) -> Result<bool, Gap> {
    context.running.clone()?;
    let running = line_of(&context.root, "proc/sys/kernel/osrelease")?;
    let mut denied = None;
    for (folder, prefix) in KERNELS {
        match context.root.list(folder) {
            Ok(Some(listed)) => {
                let names: Vec<String> = listed.entries.iter().map(super::super::root::Entry::name).collect();
                let kernels: Vec<&str> =
                    names.iter().filter_map(|name| name.strip_prefix(prefix)).filter(|name| is_release(name)).collect();
                if !kernels.is_empty() {
                    return newer_than(&running, &kernels);
                }
            }
            Ok(None) => {}
            Err(gap) => denied = denied.or(Some(gap)),
        }
    }
    // A container or a machine whose host gives it a kernel has none installed, so none that is newer.
    denied.map_or(Ok(false), Err)
}

/// Rescue images and copies of old kernels are not what boots.
fn is_release(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_digit())
        && !name.starts_with("0-rescue")
        && name.strip_suffix(".old").is_none()
}

fn newer_than(running: &str, installed: &[&str]) -> Result<bool, Gap> {
    let flavour = flavour_of(running);
    let mut same_flavour = installed.iter().filter(|kernel| flavour_of(kernel) == flavour).peekable();
    if same_flavour.peek().is_none() {
        let detail = format!("the running kernel {running} is of another kind than those installed");
        return Err(Gap::with_detail(GapCode::NotComputable, detail));
    }
    Ok(same_flavour.any(|kernel| version::compare(kernel.as_bytes(), running.as_bytes()) == Ordering::Greater))
}

/// What follows the version: `amd64`, `cloud-amd64`, `generic`. Fedora's kernels have none: `6.5.6-300.fc39.x86_64`.
fn flavour_of(release: &str) -> &str {
    release
        .match_indices('-')
        .filter_map(|(at, _)| release.get(at + 1..))
        .find(|rest| rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_compared_with_those_of_their_kind() {
        for (running, installed, expected) in [
            ("6.1.0-9-amd64", &["6.1.0-9-amd64", "6.1.0-28-amd64"][..], Some(true)),
            ("6.1.0-28-amd64", &["6.1.0-9-amd64", "6.1.0-28-amd64"], Some(false)),
            ("6.1.0-28-amd64", &["6.1.0-28-amd64", "6.1.0-30-cloud-amd64"], Some(false)),
            ("5.15.0-91-generic", &["5.15.0-91-generic", "5.15.0-101-generic"], Some(true)),
            ("6.5.6-300.fc39.x86_64", &["6.5.6-300.fc39.x86_64", "6.5.12-300.fc39.x86_64"], Some(true)),
            ("6.18.44-fc-v595", &["6.1.0-28-amd64"], None),
        ] {
            assert_eq!(newer_than(running, installed).ok(), expected, "{running}");
        }
        for (name, expected) in [("6.1.0-9-amd64", true), ("0-rescue-abc", false), ("5.4.old", false), ("extra", false)]
        {
            assert_eq!(is_release(name), expected, "{name}");
        }
    }
}
