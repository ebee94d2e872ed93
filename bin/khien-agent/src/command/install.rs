//! `khien-agent install` and `uninstall`: the service of Windows.

use std::path::Path;

use super::arguments::Enrol;
use super::words::text;
use super::{Exit, Voice, World, enrol};
use crate::enrol::EnrolOptions;
use crate::windows::{self, Installation, Started};
use crate::{Browsers, Problem, Settings, notice};

/// Makes the service. With a server and a token it enrols this machine when it starts, once the notice was accepted: in a
/// roll-out by the administrator who deploys it, after the users have been told.
pub(super) fn install(
    state: &Path,
    planned: Option<&Enrol>,
    browsers: Option<Browsers>,
    world: &World,
    voice: &mut Voice<'_>,
) -> Result<Exit, Problem> {
    let enrolment = match planned {
        None => None,
        Some(wanted) => {
            enrol::accepted(wanted.accept_notice, voice)?;
            Some(EnrolOptions {
                state: state.to_owned(),
                server: wanted.server.clone(),
                token: wanted.token.clone(),
                authority: wanted.authority.clone(),
                notice: notice::accept(&enrol::who(world), (world.clock)()),
            })
        }
    };
    if let Some(browsers) = browsers {
        Settings { browsers }.write(state)?;
    }
    let started = windows::install(&Installation { state: state.to_owned(), enrolment })?;
    let said = match started {
        Started::Now => "installed",
        Started::WithWindows => "installed-starts-later",
    };
    voice.say(text(said, voice.lang));
    Ok(Exit::Good)
}

/// Removes the service, and with `purge` the state.
pub(super) fn uninstall(state: &Path, purge: bool, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    windows::uninstall(state, purge)?;
    voice.say(text(if purge { "uninstalled-purged" } else { "uninstalled" }, voice.lang));
    Ok(Exit::Good)
}
