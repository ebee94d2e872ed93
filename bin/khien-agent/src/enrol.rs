//! Enrolment: the machine becomes known to a server, once.

use std::path::PathBuf;

use jiff::Timestamp;
use khien_protocol::{ENROL_PATH, EnrolRequest, EnrolResponse, NoticeAcceptance, Token};

use crate::client::Client;
use crate::server::Server;
use crate::service::since;
use crate::state::{Enrolment, State};
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
    let (hostname, machine) = collect::machine(&collect::look(now));
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
