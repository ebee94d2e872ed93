//! Linux: one file per area, and beside them what several areas look at.
#![allow(
    clippy::unnecessary_wraps,
    reason = "every collector has one form, whether its area can fail as a whole or not"
)]

mod apt;
mod context;
mod dconf;
mod desktops;
mod homes;
mod kernel;
mod os_release;
mod processes;
mod rpm;
mod units;
mod users;
mod wildcard;

#[cfg(test)]
mod testing;

mod accounts;
mod antivirus;
mod browsers;
mod disk;
mod downloads;
mod firewall;
mod guard;
mod os;
mod patches;
mod remote_access;
mod session;
mod shares;
mod software;
mod usb;

use std::sync::Arc;

use khien_model::facts::DeviceFacts;
use khien_model::{Gap, GapCode};

use self::context::Context;
use crate::collect::{Area, Label, Options, Progress, area, fail_all, run};

const SOURCE: &str = "agent:linux";

/// Every area and its collector.
static AREAS: &[Area<Context>] = &[
    area!(os: os::collect),
    area!(patches: patches::collect),
    area!(antivirus: antivirus::collect),
    area!(shares: shares::collect),
    area!(browsers: browsers::collect),
    area!(software: software::collect),
    area!(accounts: accounts::collect),
    area!(session: session::collect),
    area!(firewall: firewall::collect),
    area!(disk: disk::collect),
    area!(usb: usb::collect),
    area!(remote_access: remote_access::collect),
    area!(downloads: downloads::collect),
    area!(guard: guard::collect),
];

pub(crate) fn collect(options: &Options, progress: &mut dyn FnMut(Progress)) -> DeviceFacts {
    let label = Label { observed_at: options.now, source: SOURCE };
    let context = match Context::open(options) {
        Ok(context) => Arc::new(context),
        Err(gap) => return fail_all(AREAS, label, &gap),
    };
    let facts = run(&context, AREAS, label, options.area_deadline, progress);
    context.cancel.cancel();
    facts
}

/// A runtime fact of a disk that is not running.
pub(crate) fn not_running() -> Gap {
    Gap::with_detail(GapCode::Unsupported, "this disk is not the running system")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_area_that_can_be_observed_has_its_collector_in_the_order_of_the_model() {
        let collected: Vec<&str> = AREAS.iter().map(|area| area.name).collect();
        let known = DeviceFacts::AREAS.fields.iter().map(|area| area.name);
        let told_otherwise = [DeviceFacts::REPORTING, DeviceFacts::AGENT];
        let known: Vec<&str> = known.filter(|name| !told_otherwise.contains(name)).collect();
        assert_eq!(collected, known);
    }
}
