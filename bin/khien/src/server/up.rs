//! `khien up`: everything on one machine, from nothing.
//!
//! The browser on this machine comes over plain HTTP to a loopback address, which browsers treat as safe, so that nobody
//! meets a warning; agents and other machines come over TLS with the installation's own authority. This machine is enrolled
//! like any other: over TLS, by a token, with the authority pinned.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use khien_agent::{Bilingual, EnrolOptions, NoticeAcceptance, Readable, RunOptions, State, Stop, notice};
use khien_server::config::Settings;
use khien_server::first_run;
use khien_server::serve::{Serving, asked_to_stop};
use khien_server::state::{AppState, Clock};

use super::demonstration::demonstrate;
use super::run::{Ready, log, prepare, runtime};
use super::{config, problem};
use crate::Session;
use crate::cli::UpArguments;
use crate::i18n::{Language, text};
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;

/// Where agents and other machines come in.
const HTTPS: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 8443);
/// Where the browser of this machine comes in.
const HTTP: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8480);
/// A newcomer's terminal shows what is wrong and nothing else.
const LOG_LEVEL: &str = "warn";
/// The folder of the agent within the data folder.
const AGENT_FOLDER: &str = "agent";

/// `khien up`.
pub(crate) fn up(arguments: &UpArguments, session: &Session) -> Outcome {
    let settings = config::gather(&arguments.settings, base()?, session)?.settings;
    log(&settings, session)?;
    let runtime = runtime(session)?;
    let agent = settings.data.join(AGENT_FOLDER);
    let asked = {
        let _within = runtime.enter();
        asked_to_stop()
    };
    let mut asked = std::pin::pin!(asked);
    let begun = runtime.block_on(async {
        tokio::select! {
            begun = begin(settings, arguments, session) => Some(begun),
            // Making a province takes a while; whoever does not want to wait need not.
            () = asked.as_mut() => None,
        }
    });
    let Some(begun) = begun else { return Ok(Answer::good(format!("{}\n", session.texts.text("serve-stopped")))) };
    let (serving, state, unit) = begun?;
    let enrolled =
        enrol(&runtime, arguments, session, &Here { serving: &serving, state: &state, unit: &unit, folder: &agent })?;
    let stop = Stop::default();
    let reporting =
        enrolled.map(|enrolled| report(enrolled, stop.clone(), state.clock.clone(), session.texts.language()));
    output::print(&format!("{}\n", session.texts.text("up-stop-by")))?;
    runtime.block_on(async {
        asked.await;
        stop.stop();
        serving.stop().await;
    });
    if let Some(reporting) = reporting {
        // What it had to say is said.
        let _ = reporting.join();
    }
    Ok(Answer::good(format!("{}\n", session.texts.text("serve-stopped"))))
}

/// The settings where nobody says otherwise.
fn base() -> Result<Settings, Problem> {
    Ok(Settings {
        data: data_folder().ok_or(Problem::MissingArgument { argument: "--data".to_owned() })?,
        https: Some(HTTPS),
        http: Some(HTTP),
        log_level: LOG_LEVEL.to_owned(),
        ..Settings::default()
    })
}

/// Where programs of this user keep their data.
fn data_folder() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let shared = variable("XDG_DATA_HOME").or_else(|| variable("HOME").map(|home| home.join(".local/share")));
    shared.or_else(|| variable("LOCALAPPDATA")).map(|shared| shared.join("khien"))
}

/// Opens everything, sets up what is missing, listens, and says where to look.
async fn begin(
    settings: Settings,
    arguments: &UpArguments,
    session: &Session,
) -> Result<(Serving, AppState, String), Problem> {
    let (texts, now) = (&session.texts, session.now);
    let trouble = |trouble: khien_server::Trouble| problem::of_trouble(&trouble, texts);
    let ready: Ready = prepare(settings, session).await?;
    let state = ready.state.clone();
    let authority_path = ready.certificates.as_ref().map(|certificates| certificates.authority_path.clone());
    let mut said = String::new();
    first_run::directive(&state.store, now).await.map_err(trouble)?;
    if arguments.demo {
        said.push_str(&demonstrate(&state, session).await?);
    }
    let unit = first_run::unit(&state.store, &texts.text("up-first-unit"), now).await.map_err(trouble)?;
    let invitation = first_run::invitation(&state.store, now).await.map_err(trouble)?;
    let serving = ready.start(session).await?;
    let page = serving.http.map(|address| format!("http://localhost:{}", address.port()));
    let page = page.unwrap_or_else(|| state.public_url.to_string());
    said.push_str(&format!("{}\n", text!(texts, "up-ready", address = page.as_str())));
    if let Some(path) = invitation {
        let link = format!("{page}{path}");
        let hours = first_run::INVITATION_HOURS;
        said.push_str(&format!("{}\n", text!(texts, "up-invitation", link = link, hours = hours)));
    }
    if serving.https.is_some() {
        said.push_str(&format!("{}\n", text!(texts, "up-others", address = &*state.public_url)));
    }
    if let Some(path) = authority_path {
        said.push_str(&format!("{}\n", text!(texts, "up-authority", path = path.display().to_string())));
    }
    said.push_str(&format!("{}\n", text!(texts, "up-data", path = state.settings.data.display().to_string())));
    output::print(&said)?;
    Ok((serving, state, unit))
}

/// This machine and the server on it.
struct Here<'a> {
    serving: &'a Serving,
    state: &'a AppState,
    unit: &'a str,
    folder: &'a Path,
}

/// Enrols this machine if it is not yet, when somebody accepts the notice. `None`: nobody did.
fn enrol(
    runtime: &tokio::runtime::Runtime,
    arguments: &UpArguments,
    session: &Session,
    here: &Here<'_>,
) -> Result<Option<State>, Problem> {
    let language = session.texts.language();
    let failed = |why: &khien_agent::Problem| Problem::Worded {
        what: text!(session.texts, "up-agent-failed", detail = said(&why.message(), language)),
        hints: Vec::new(),
    };
    let known = Readable::at(here.folder).enrolment().map_err(|why| failed(&why))?;
    if known.is_some() {
        return State::open(here.folder).map(Some).map_err(|why| failed(&why));
    }
    let (Some(address), Some(authority)) = (here.serving.https, here.state.authority) else { return Ok(None) };
    let Some(notice) = accepted(arguments, session)? else { return Ok(None) };
    let now = (here.state.clock)();
    let token = runtime
        .block_on(first_run::own_token(&here.state.store, here.unit, authority, now))
        .map_err(|trouble| problem::of_trouble(&trouble, &session.texts))?;
    let options = EnrolOptions {
        state: here.folder.to_owned(),
        server: format!("https://{}", reached(address)),
        token: token.to_string(),
        authority: None,
        notice,
    };
    let state = khien_agent::enrol(&options, now).map_err(|why| failed(&why))?;
    let mut complaints = String::new();
    let mut say = |what: &Bilingual| complaints.push_str(&format!("{}\n", said(what, language)));
    let delivered = khien_agent::report_once(&state, (here.state.clock)(), &mut say);
    output::complain(&complaints);
    delivered.map_err(|why| failed(&why))?;
    output::print(&format!("{}\n", session.texts.text("up-enrolled")))?;
    Ok(Some(state))
}

/// How this machine reaches an address that it listens on.
fn reached(address: SocketAddr) -> SocketAddr {
    let loopback = |address: SocketAddr| match address {
        SocketAddr::V4(_) => std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
        SocketAddr::V6(_) => std::net::IpAddr::V6(std::net::Ipv6Addr::LOCALHOST),
    };
    if address.ip().is_unspecified() { SocketAddr::new(loopback(address), address.port()) } else { address }
}

/// Who accepts the monitoring notice for this machine: whoever typed so, or whoever sits at the terminal and agrees.
/// Without a terminal nobody is asked, and nothing is collected.
fn accepted(arguments: &UpArguments, session: &Session) -> Result<Option<NoticeAcceptance>, Problem> {
    let texts = &session.texts;
    let who = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(|name| std::env::var(name).ok());
    let who = who.filter(|who| !who.is_empty()).unwrap_or_else(|| "operator".to_owned());
    let text = said(&notice::text(), texts.language());
    if arguments.accept_notice {
        output::print(&format!("\n{text}\n\n{}\n", text!(texts, "up-notice-accepted", who = who.as_str())))?;
        return Ok(Some(notice::accept(&who, session.now)));
    }
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        output::print(&format!("{}\n", texts.text("up-notice-unasked")))?;
        return Ok(None);
    }
    output::print(&format!("\n{text}\n\n{} ", texts.text("up-notice-question")))?;
    let _ = io::stdout().flush();
    let mut answer = String::new();
    // An answer that cannot be read is none.
    let _ = io::stdin().lock().read_line(&mut answer);
    let yes = ["c", "có", "co", "y", "yes"].contains(&answer.trim().to_lowercase().as_str());
    if yes {
        return Ok(Some(notice::accept(&who, session.now)));
    }
    output::print(&format!("{}\n", texts.text("up-notice-refused")))?;
    Ok(None)
}

fn said(both: &Bilingual, language: Language) -> String {
    match language {
        Language::Vi => both.vi.clone(),
        Language::En => both.en.clone(),
    }
}

/// Reports this machine again and again, in a thread of its own: collecting blocks.
fn report(state: State, stop: Stop, clock: Clock, language: Language) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut say = |what: &Bilingual| tracing::info!("{}", said(what, language));
        if let Err(why) = khien_agent::run_loop(&state, &RunOptions::default(), &*clock, &stop, &mut say) {
            output::complain(&format!("{}\n", said(&why.message(), language)));
        }
    })
}
