//! `khien serve`: the server until it is told to stop.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use khien_server::config::{LogFormat, Settings, host_name};
use khien_server::serve::{Listeners, Serving, asked_to_stop, start_on};
use khien_server::state::{AppState, system_clock};
use khien_server::{first_run, tls};
use khien_store::{Store, StoreOptions};
use tracing_subscriber::EnvFilter;

use super::{config, lock, problem, scanning};
use crate::Session;
use crate::cli::SettingsArguments;
use crate::i18n::text;
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;

/// The file with the link for the first administrator. Standard output of a service goes into a log that others read.
const INVITATION_FILE: &str = "first-administrator.txt";

/// `khien serve`.
pub(crate) fn serve(arguments: &SettingsArguments, session: &Session) -> Outcome {
    let settings = config::gather(arguments, Settings::default(), session)?.settings;
    log(&settings, session)?;
    runtime(session)?.block_on(async {
        let ready = prepare(settings, session).await?;
        let trouble = |trouble: khien_server::Trouble| problem::of_trouble(&trouble, &session.texts);
        first_run::directive(&ready.state.store, session.now).await.map_err(trouble)?;
        if let Some(path) = first_run::invitation(&ready.state.store, session.now).await.map_err(trouble)? {
            let file = ready.state.settings.data.join(INVITATION_FILE);
            write_secret(&file, &format!("{}{path}\n", ready.state.public_url))
                .map_err(|error| cannot(&file, &error))?;
            let said = text!(session.texts, "serve-invitation", path = file.display().to_string());
            output::print(&format!("{said}\n"))?;
        }
        let public_url = ready.state.public_url.to_string();
        let asked = asked_to_stop();
        let serving = ready.start(session).await?;
        output::print(&format!("{}\n", text!(session.texts, "serve-ready", address = public_url)))?;
        asked.await;
        serving.stop().await;
        Ok(Answer::good(format!("{}\n", session.texts.text("serve-stopped"))))
    })
}

/// A server that could begin to listen.
pub(super) struct Ready {
    pub(super) state: AppState,
    pub(super) certificates: Option<tls::Certificates>,
    listeners: Listeners,
}

impl Ready {
    pub(super) async fn start(self, session: &Session) -> Result<Serving, Problem> {
        let started = start_on(self.listeners, self.state, self.certificates).await;
        started.map_err(|problem| problem::of_start(&problem, &session.texts))
    }
}

/// Takes the ports, opens the database and finds or makes the certificates. The ports come first: whoever starts a second
/// server learns it at once, and nothing has been touched.
pub(super) async fn prepare(settings: Settings, session: &Session) -> Result<Ready, Problem> {
    let listeners = Listeners::open(&settings).map_err(|problem| problem::of_start(&problem, &session.texts))?;
    make_folder(&settings.data).map_err(|error| cannot(&settings.data, &error))?;
    lock::share(&settings.data, session)?;
    let certificates = match settings.https {
        Some(_) => Some(
            tls::certificates(&settings, session.now).map_err(|problem| problem::of_tls(&problem, &session.texts))?,
        ),
        None => None,
    };
    let options = StoreOptions { calendar: Some(Arc::new(khien_content::calendar())), ..StoreOptions::default() };
    let store = Store::open(&settings.database_url(), &options).await;
    let store = store.map_err(|error| problem::of_store(&error, &session.texts))?;
    let authority = certificates.as_ref().map(|certificates| certificates.authority);
    let server = format!("{}-{}", host_name().unwrap_or_else(|| "server".to_owned()), std::process::id());
    let scans = scanning::scans(&settings, session.texts.language());
    let mut state = AppState::new(store, settings, authority, &server, system_clock());
    state.scans = Arc::new(scans);
    Ok(Ready { state, certificates, listeners })
}

/// Makes the data folder if it is not there: findings lie in it, so it is for its owner alone.
pub(crate) fn make_folder(path: &Path) -> std::io::Result<()> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}

/// What runs the server.
pub(crate) fn runtime(session: &Session) -> Result<tokio::runtime::Runtime, Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Problem::Worded {
        what: text!(session.texts, "server-trouble", detail = error.to_string()),
        hints: Vec::new(),
    })
}

/// Lets the log go to standard error.
pub(super) fn log(settings: &Settings, session: &Session) -> Result<(), Problem> {
    let filter = EnvFilter::try_new(&settings.log_level).map_err(|error| Problem::Worded {
        what: text!(session.texts, "settings-log-level", detail = error.to_string()),
        hints: Vec::new(),
    })?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

fn cannot(path: &Path, error: &std::io::Error) -> Problem {
    Problem::CannotWrite { path: PathBuf::from(path), detail: error.to_string() }
}

/// Writes what only the owner may read.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
