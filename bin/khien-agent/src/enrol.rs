//! Enrolment: the machine becomes known to a server, once.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_protocol::{ENROL_PATH, EnrolRequest, EnrolResponse, NoticeAcceptance, Token};
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::server::Server;
use crate::service::since;
use crate::state::{Enrolment, Readable, State};
use crate::{Problem, authority, collect};

/// What is needed to enrol.
#[derive(Debug, Clone)]
pub struct EnrolOptions {
    /// Where the state goes.
    pub state: PathBuf,
    /// The server's address.
    pub server: String,
    /// The enrolment token as text.
    pub token: String,
    /// A file with the certificate of the authority, for servers that do not present it.
    pub authority: Option<PathBuf>,
    /// Who accepted the monitoring notice.
    pub notice: NoticeAcceptance,
}

/// Enrols this machine: finds the authority that the token names, makes the key, asks the server.
///
/// When the answer was lost on the way the same command may be given again: the key is kept, and the server knows it.
pub fn enrol(options: &EnrolOptions, now: Timestamp) -> Result<State, Problem> {
    let token: Token = options.token.parse().map_err(Problem::Token)?;
    let server: Server =
        options.server.parse().map_err(|why| Problem::Server { written: options.server.clone(), why })?;
    let state = State::create(&options.state)?;
    if let Some(known) = state.enrolment()? {
        return Err(Problem::AlreadyEnrolled {
            state: options.state.clone(),
            server: known.server.to_string(),
            unit: known.unit_name,
        });
    }
    let authority = match &options.authority {
        Some(file) => authority::of_file(file, token.fingerprint())?,
        None => authority::of_server(&server, token.fingerprint())?,
    };
    state.set_authority(&authority::to_pem(&authority))?;
    let key = state.key_or_new()?;
    let looker = collect::Looker::default();
    let (hostname, machine) = collect::machine(&looker.look(state.settings()?, state.copies(), now));
    let request = EnrolRequest {
        token: token.to_string(),
        public_key: key.public_key(),
        hostname,
        machine,
        notice: options.notice.clone(),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let clock = since(now);
    let client = Client::new(&server, &authority, &key, state.counter(), &clock);
    let answer: EnrolResponse = client.post(ENROL_PATH, &request)?;
    state.set_enrolment(&Enrolment {
        server,
        device_id: answer.device_id,
        unit_name: answer.unit_name,
        enrolled_at: now,
        notice: options.notice.clone(),
        report_every_seconds: answer.report_every_seconds,
    })?;
    Ok(state)
}

/// An enrolment that is carried out later: by the service when it starts, once there is a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Planned {
    server: String,
    token: String,
    /// Whether the certificate of the authority lies beside the plan.
    has_authority: bool,
    notice: NoticeAcceptance,
}

/// Lays down how this machine is to be enrolled. What can be wrong with it before anybody is asked is said at once; a machine
/// that is enrolled already stays as it is, so that an update of the program may say the same again.
pub fn plan(options: &EnrolOptions) -> Result<(), Problem> {
    let token: Token = options.token.parse().map_err(Problem::Token)?;
    let server: Server =
        options.server.parse().map_err(|why| Problem::Server { written: options.server.clone(), why })?;
    let state = State::create(&options.state)?;
    if state.enrolment()?.is_some() {
        return Ok(());
    }
    if let Some(file) = &options.authority {
        let authority = authority::of_file(file, token.fingerprint())?;
        state.set_planned_authority(&authority::to_pem(&authority))?;
    }
    state.set_planned(&Planned {
        server: server.to_string(),
        token: options.token.clone(),
        has_authority: options.authority.is_some(),
        notice: options.notice.clone(),
    })
}

/// Takes a plan back.
#[cfg(windows)]
pub(crate) fn forget_plan(folder: &Path) -> Result<(), Problem> {
    State::create(folder)?.forget_plan()
}

/// Enrols this machine as it was planned; `None` when nothing was.
pub fn enrol_as_planned(folder: &Path, now: Timestamp) -> Result<Option<State>, Problem> {
    let readable = Readable::at(folder);
    let Some(planned) = readable.planned()? else { return Ok(None) };
    let options = EnrolOptions {
        state: folder.to_owned(),
        server: planned.server,
        token: planned.token,
        authority: planned.has_authority.then(|| readable.planned_authority_path()),
        notice: planned.notice,
    };
    let state = enrol(&options, now)?;
    // The token is not needed any more, and nobody is to find it.
    state.forget_plan()?;
    Ok(Some(state))
}
