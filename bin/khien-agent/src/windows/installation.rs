//! `install` and `uninstall`: the service, its source of events, and the state.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use khien_windows_calls::{ServiceDescription, Started};

use super::SERVICE;
use crate::enrol::{EnrolOptions, forget_plan, plan};
use crate::state::{Readable, remove_folder};
use crate::{Problem, state};

/// The name of the service for people.
const DISPLAY_NAME: &str = "Khiên – kiểm tra an ninh mạng";

/// What it does, for people.
const DESCRIPTION: &str = "Kiểm tra máy này theo văn bản chỉ đạo về an ninh mạng và báo cáo về máy chủ của cơ quan. \
     Chỉ đọc, không thay đổi gì trên máy. (Khiên agent: checks this computer and reports; it changes nothing.)";

/// What is installed.
pub(crate) struct Installation {
    /// Where the state goes.
    pub(crate) state: PathBuf,
    /// How the service is to enrol this machine when it starts; `None` when somebody enrols it by hand.
    pub(crate) enrolment: Option<EnrolOptions>,
}

/// Makes the state folder and the service, and starts it. When that fails no token is left behind.
pub(crate) fn install(wanted: &Installation) -> Result<Started, Problem> {
    state::make_folder(&wanted.state)?;
    if let Some(options) = &wanted.enrolment {
        plan(options)?;
    }
    let program = std::env::current_exe().map_err(|error| system(Path::new("khien-agent.exe"), &error))?;
    let arguments = ["run", "--service", "--state"].map(OsString::from).into_iter();
    let description = ServiceDescription {
        name: SERVICE,
        display_name: DISPLAY_NAME.to_owned(),
        description: DESCRIPTION.to_owned(),
        program: program.clone(),
        arguments: arguments.chain([wanted.state.clone().into_os_string()]).collect(),
    };
    let installed = khien_windows_calls::register_source().and_then(|()| khien_windows_calls::install(&description));
    installed.map_err(|error| {
        // The first error is the one to tell.
        let _ = forget_plan(&wanted.state);
        system(&program, &error)
    })
}

/// Stops and removes the service; with `purge` the state too, and what the security chip keeps for it, so that nothing of the
/// agent is left.
pub(crate) fn uninstall(state: &Path, purge: bool) -> Result<(), Problem> {
    let service = Path::new(SERVICE);
    khien_windows_calls::uninstall(SERVICE).map_err(|error| system(service, &error))?;
    // A source that is not there was never made, or is gone already.
    let _ = khien_windows_calls::unregister_source();
    if !purge {
        return Ok(());
    }
    Readable::at(state).forget_chip_key();
    remove_folder(state)
}

fn system(what: &Path, error: &std::io::Error) -> Problem {
    Problem::StateUnusable { path: what.to_owned(), detail: error.to_string() }
}
