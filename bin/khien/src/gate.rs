//! `khien icap` and `khien clamd`: gates in front of other systems, over the scanner of `khien scan`.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use khien_gates::clamd::{ClamdGate, ClamdListener, serve_clamd};
use khien_gates::icap::{IcapGate, UnknownProfile, serve_icap};
use khien_gates::report::{self, About, Client, ClientProblem, Reporter};
use khien_gates::{Answer, Event, Gate, GateName, Journal, Scanner as GateScanner, SpoolRoom, TlsProblem, Upload};
use khien_inspect::Reason;
use khien_protocol::{GateAsked, GateRules};
use khien_scan::receipt::newest;
use khien_scan::{ScanProblem, Scanner};
use khien_server::serve::asked_to_stop;
use serde_json::json;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::Session;
use crate::cli::{ClamdArguments, GateArguments, IcapArguments};
use crate::i18n::text;
use crate::output::{self, Answer as Told, Outcome};
use crate::problem::Problem;
use crate::scan::engine::{Current, on_terminal};
use crate::scan::{self, ScanSettings};
use crate::server::runtime;

/// Where a gate tells what became of files, beside its own output: the table `[report]` of its settings.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReportSettings {
    /// The address of the server.
    to: Option<String>,
    /// The file with the token of the gate.
    token_file: Option<PathBuf>,
    /// The authority of the server's certificate (PEM), where the machine does not know it.
    ca: Option<PathBuf>,
    /// The folder in which waits what the server has not taken yet.
    spool: Option<PathBuf>,
}

/// `khien icap`.
pub(crate) fn icap(arguments: &IcapArguments, session: &Session) -> Outcome {
    let settings = scan::settings(arguments.gate.settings.as_deref(), &session.texts)?;
    let tls = match (&arguments.certificate, &arguments.key) {
        (Some(certificate), Some(key)) => {
            Some(khien_gates::server_config(certificate, key).map_err(|problem| not_for_tls(problem, session))?)
        }
        _ => None,
    };
    let gate = gate(&arguments.gate, GateAsked::Icap, &settings, session)?;
    let gate = IcapGate::new(gate, settings.icap).map_err(|problem| unknown_profile(&problem, session))?;
    runtime(session)?.block_on(async {
        let listener = TcpListener::bind(&arguments.listen).await;
        let listener = listener.map_err(|error| cannot_listen(&arguments.listen, &error, session))?;
        let stop = asked_to_stop();
        ready(&arguments.listen, session)?;
        serve_icap(listener, tls, Arc::new(gate), stop).await;
        Ok(Told::good(String::new()))
    })
}

/// `khien clamd`.
pub(crate) fn clamd(arguments: &ClamdArguments, session: &Session) -> Outcome {
    if arguments.socket.is_none() && arguments.listen.is_none() {
        let what = session.texts.text("gate-clamd-needs-place");
        return Err(Problem::Worded { what, hints: vec![session.texts.text("gate-clamd-hint-place")] });
    }
    let settings = scan::settings(arguments.gate.settings.as_deref(), &session.texts)?;
    let gate = gate(&arguments.gate, GateAsked::Clamd, &settings, session)?;
    let gate = Arc::new(ClamdGate::new(gate, settings.clamd));
    runtime(session)?.block_on(async {
        let (listener, place) = match (&arguments.socket, &arguments.listen) {
            (Some(path), _) => {
                let place = path.display().to_string();
                (unix_socket(path).map_err(|error| cannot_listen(&place, &error, session))?, place)
            }
            (None, address) => {
                let place = address.clone().unwrap_or_default();
                let listener = TcpListener::bind(&place).await;
                (ClamdListener::Tcp(listener.map_err(|error| cannot_listen(&place, &error, session))?), place)
            }
        };
        let stop = asked_to_stop();
        ready(&place, session)?;
        serve_clamd(listener, gate, stop).await;
        if let Some(path) = &arguments.socket {
            // Whoever took it away meanwhile has done the same.
            let _ = std::fs::remove_file(path);
        }
        Ok(Told::good(String::new()))
    })
}

/// A certificate or a key that cannot be used.
fn not_for_tls(problem: TlsProblem, session: &Session) -> Problem {
    let path = problem.path;
    if let Err(error) = std::fs::File::open(&path) {
        return crate::input::problem(&path, &error);
    }
    let shown = path.display().to_string();
    let what = match problem.detail {
        None => text!(session.texts, "gate-tls-no-certificate", path = shown),
        Some(detail) => text!(session.texts, "gate-tls-unusable", path = shown, detail = detail),
    };
    Problem::Worded { what, hints: vec![session.texts.text("gate-tls-hint")] }
}

/// A service of the settings whose profile does not exist.
fn unknown_profile(problem: &UnknownProfile, session: &Session) -> Problem {
    let (service, profile) = (problem.service.name.as_str(), problem.service.profile.as_str());
    let what = text!(session.texts, "gate-unknown-profile", service = service, profile = profile);
    let known: Vec<&str> = khien_gates::icap::PROFILES.iter().map(|profile| profile.name).collect();
    let hint = text!(session.texts, "gate-hint-profile", known = known.join(", "));
    Problem::Worded { what, hints: vec![hint] }
}

/// A socket in the file system. One that a program left behind, and that nobody listens on, is taken away.
fn unix_socket(path: &Path) -> io::Result<ClamdListener> {
    use std::os::unix::fs::FileTypeExt as _;
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    tokio::net::UnixListener::bind(path).map(ClamdListener::Unix)
}

fn cannot_listen(place: &str, error: &io::Error, session: &Session) -> Problem {
    let texts = &session.texts;
    let what = |detail: String| text!(texts, "gate-cannot-listen", place = place, detail = detail);
    // What is not an address never came as far as the system.
    let is_address = place.contains('/') || place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let (what, hint) = match error.kind() {
        io::ErrorKind::AddrInUse => (what(texts.text("gate-place-taken")), "gate-hint-taken"),
        io::ErrorKind::InvalidInput if !is_address => (what(texts.text("gate-place-is-none")), "gate-hint-address"),
        io::ErrorKind::PermissionDenied => (what(texts.text("gate-place-not-allowed")), "server-hint-listen"),
        io::ErrorKind::AddrNotAvailable => (what(texts.text("gate-place-elsewhere")), "server-hint-listen"),
        io::ErrorKind::NotFound => (what(texts.text("gate-place-no-folder")), "gate-hint-folder"),
        _ => (what(error.to_string()), "server-hint-listen"),
    };
    Problem::Worded { what, hints: vec![texts.text(hint)] }
}

fn ready(place: &str, session: &Session) -> Result<(), Problem> {
    output::print(&format!("{}\n", text!(session.texts, "gate-ready", place = place)))
}

/// A gate with the scanner behind it.
fn gate(
    arguments: &GateArguments,
    asked: GateAsked,
    settings: &ScanSettings,
    session: &Session,
) -> Result<Gate<Threads>, Problem> {
    let current = Current::start(settings, arguments.rules.as_deref(), &session.texts, on_terminal)?;
    let time = current.engine().scanner.time();
    let scanner = Threads(current);
    let name = GateName::new(arguments.name.as_deref().unwrap_or(asked.as_str()));
    let room = Arc::new(SpoolRoom::new(std::env::temp_dir()));
    #[expect(clippy::disallowed_methods, reason = "a gate notes when each file came")]
    let clock = Timestamp::now;
    let teller = Telling { asked, name: &name, clock };
    let reporter = reporter(arguments, &teller, settings, &scanner.0, session)?;
    let journal = Arc::new(Lines { reporter });
    let gate = Gate::new(name, Arc::new(scanner), settings.gate, room, journal, clock);
    Ok(gate.with_scan_time(time * 2))
}

/// What a report says of the gate itself.
struct Telling<'g> {
    asked: GateAsked,
    name: &'g GateName,
    clock: fn() -> Timestamp,
}

/// Who tells the server, if the gate has one: what is typed counts before what stands in the file.
fn reporter(
    arguments: &GateArguments,
    gate: &Telling<'_>,
    settings: &ScanSettings,
    current: &Arc<Current>,
    session: &Session,
) -> Result<Option<Reporter>, Problem> {
    let wanted = &settings.report;
    let Some(server) = arguments.report_to.as_ref().or(wanted.to.as_ref()) else { return Ok(None) };
    let worded = |key: &str| Problem::Worded { what: session.texts.text(key), hints: vec![] };
    let token = arguments.token_file.as_ref().or(wanted.token_file.as_ref());
    let token = token.ok_or_else(|| worded("gate-report-no-token"))?;
    let authority = arguments.ca.as_ref().or(wanted.ca.as_ref());
    let client = Client::new(server, token, authority.map(PathBuf::as_path)).map_err(|problem| match problem {
        ClientProblem::Address => Problem::Worded {
            what: text!(session.texts, "gate-report-address", address = server.as_str()),
            hints: vec![],
        },
        ClientProblem::NoToken(path) => Problem::Worded {
            what: text!(session.texts, "gate-report-empty-token", path = path.display().to_string()),
            hints: vec![session.texts.text("gate-report-hint-token")],
        },
        // One that is not there, or may not be read, is said in the words of every other file.
        ClientProblem::File(path, detail) => match std::fs::File::open(&path) {
            Err(error) => crate::input::problem(&path, &error),
            Ok(_) => Problem::CannotRead { path, detail },
        },
    })?;
    let folder = arguments.spool.clone().or_else(|| wanted.spool.clone());
    let folder =
        folder.or_else(|| report::usual_folder(gate.name.as_str())).ok_or_else(|| worded("gate-report-no-folder"))?;
    log();
    let program = format!("khien {}", env!("CARGO_PKG_VERSION"));
    let current = Arc::clone(current);
    let rules = Box::new(move || {
        let engine = current.engine();
        GateRules { id: engine.scanner.rules_id(), made_at: newest(&engine.rule_sources()) }
    });
    let about = About { program, protocol: gate.asked, policy: settings.gate, rules };
    let reporter = Reporter::start(client, &folder, about, gate.clock);
    reporter.map(Some).map_err(|error| Problem::CannotWrite { path: folder, detail: error.to_string() })
}

/// What an administrator should know goes to standard error: standard output is the journal.
fn log() {
    let filter = EnvFilter::new("warn,khien=info");
    // Whoever set up another log keeps it.
    let colours = io::stderr().is_terminal();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(io::stderr).try_init();
}

/// The scanner, asked on threads of its own: it waits for its workers.
struct Threads(Arc<Current>);

impl GateScanner for Threads {
    async fn scan(&self, upload: Upload) -> Answer {
        let engine = self.0.engine();
        let scanned = tokio::task::spawn_blocking(move || look(&engine.scanner, &upload)).await;
        scanned.unwrap_or(Answer::NotScanned(Reason::ReaderCrashed))
    }

    fn rules_id(&self) -> String {
        self.0.engine().scanner.rules_id()
    }
}

/// What the type of a form begins with.
const FORM: &str = "multipart/form-data";

/// How the engine is told that a file is a form: it takes the type of the form, with its boundary, for the name.
fn name_of(upload: &Upload) -> &str {
    let is_form = |kind: &&str| kind.get(..FORM.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(FORM));
    upload.content_type.as_deref().map(str::trim_start).filter(is_form).unwrap_or(&upload.name)
}

fn look(scanner: &Scanner, upload: &Upload) -> Answer {
    let name = name_of(upload);
    let answer = scanned(scanner, upload, name);
    match answer {
        Answer::Inspected(inspection) if name != upload.name => {
            // People know the file by its name.
            let mut inspection = Arc::unwrap_or_clone(inspection);
            for node in &mut inspection.nodes {
                if let Some(rest) = node.path.strip_prefix(name) {
                    node.path = format!("{}{rest}", upload.name);
                }
            }
            Answer::Inspected(Arc::new(inspection))
        }
        answer => answer,
    }
}

fn scanned(scanner: &Scanner, upload: &Upload, name: &str) -> Answer {
    let scanned = match upload.body.file().map(std::fs::File::try_clone) {
        Some(Ok(mut file)) => khien_scan::Upload::of_file(name, &mut file)
            .map_err(ScanProblem::Unreadable)
            .and_then(|mut file| scanner.scan(&mut file)),
        Some(Err(error)) => Err(ScanProblem::Unreadable(error)),
        None => match upload.body.bytes() {
            Ok(bytes) => scanner.scan(&mut khien_scan::Upload::of_bytes(name, &bytes)),
            Err(error) => Err(ScanProblem::Unreadable(error)),
        },
    };
    scanned
        .map_or_else(|problem| Answer::NotScanned(Reason::Unavailable { what: problem.to_string() }), Answer::Inspected)
}

/// Writes a line of JSON for each file, and tells the server if there is one.
struct Lines {
    reporter: Option<Reporter>,
}

impl Journal for Lines {
    fn record(&self, event: &Event) {
        let line = json!({
            "at": event.at.to_string(),
            "gate": event.gate.as_str(),
            "client": event.client,
            "name": event.name,
            "size": event.size,
            "sha256": event.sha256,
            "rules": event.rules,
            "verdict": event.verdict,
            "passed": event.passed,
            "reason": event.reason,
            "milliseconds": u64::try_from(event.took.as_millis()).unwrap_or(u64::MAX),
        });
        // When nobody reads the lines any more, the files are still decided about.
        let _ = output::print(&format!("{line}\n"));
        if let Some(reporter) = &self.reporter {
            reporter.record(event);
        }
    }
}
