//! `khien facts`, and the facts that `khien check` is handed or collects.

mod mistake;
mod wrong_kind;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use khien_model::facts::{DeviceFacts, FactDocument, SubjectFacts};
use khien_observe::Options;

use crate::Session;
use crate::cli::FactsArguments;
use crate::i18n::{Texts, text};
use crate::input::{MAX_FACTS_BYTES, read_bytes, require_folder, text_of};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;
use khien_texts::moment;

pub(crate) use mistake::{Kind as MistakeKind, Mistake, nearest};
pub(crate) use wrong_kind::WrongKind;

/// The folder that stands for the running machine.
const THIS_MACHINE: &str = "/";

/// Carries out `khien facts`.
pub(crate) fn run(arguments: &FactsArguments, session: &Session) -> Outcome {
    if arguments.schema {
        return Ok(Answer::good(khien_model::schema::facts_schema_text()));
    }
    let at = match (&arguments.at, &arguments.root) {
        (Some(_), None) => return Err(Problem::MomentWithoutRoot),
        (Some(written), Some(_)) => moment_of(written)?,
        (None, _) => session.now,
    };
    let document = collect(arguments.root.as_deref(), at, session)?;
    Ok(Answer::good(pretty(&document)))
}

/// The moment that `--at` means.
pub(crate) fn moment_of(written: &str) -> Result<Timestamp, Problem> {
    moment::parse(written).ok_or_else(|| Problem::BadMoment { written: written.to_owned() })
}

/// The facts in a file.
pub(crate) fn read(path: &Path) -> Result<FactDocument, Problem> {
    let bytes = read_bytes(path, MAX_FACTS_BYTES)?;
    if let Some(kind) = WrongKind::of_bytes(&bytes) {
        return Err(Problem::WrongKindOfFile { path: path.to_owned(), kind });
    }
    let source = text_of(bytes, path)?;
    // Windows programs like to put a byte order mark before UTF-8, which JSON does not allow.
    let source = source.strip_prefix('\u{feff}').unwrap_or(&source);
    FactDocument::from_json(source).map_err(|error| match WrongKind::of_json(source) {
        Some(kind) => Problem::WrongKindOfFile { path: path.to_owned(), kind },
        None => Problem::BadFacts { path: path.to_owned(), mistake: Box::new(Mistake::new(&error, source)) },
    })
}

/// Looks at this machine, or at the one under `root`.
pub(crate) fn collect(root: Option<&Path>, observed_at: Timestamp, session: &Session) -> Result<FactDocument, Problem> {
    if let Some(root) = root {
        require_folder(root)?;
    }
    let mut options = Options::this_machine(observed_at);
    options.root = root.map_or_else(|| PathBuf::from(THIS_MACHINE), Path::to_path_buf);
    let mut progress = ProgressLine::new(&session.texts);
    let facts = khien_observe::collect(&options, &mut |step| progress.show(step));
    progress.erase();
    Ok(FactDocument::Device(Box::new(SubjectFacts { id: id_of(&facts), facts })))
}

/// A machine is called by its host name.
fn id_of(facts: &DeviceFacts) -> String {
    let os = facts.os.as_ref().and_then(|fact| fact.outcome.as_ref().ok());
    os.and_then(|os| os.hostname.known())
        .filter(|name| !name.is_empty())
        .map_or_else(|| khien_result::UNNAMED.to_owned(), Clone::clone)
}

/// When the oldest of the facts was collected.
pub(crate) fn collected_at(document: &FactDocument) -> Option<Timestamp> {
    let facts = document.facts();
    let areas = (0..facts.shape().fields.len()).filter_map(|index| facts.area(index));
    areas.map(|area| area.observed_at).min()
}

fn pretty(value: &impl serde::Serialize) -> String {
    // Our own types have text keys only and no custom failure, the two things that can go wrong here.
    let mut json = serde_json::to_string_pretty(value).expect("facts and schemas are JSON");
    json.push('\n');
    json
}

/// One line on a terminal that says how far the collection is. Silent elsewhere.
struct ProgressLine<'t> {
    texts: &'t Texts,
    is_terminal: bool,
}

impl<'t> ProgressLine<'t> {
    fn new(texts: &'t Texts) -> Self {
        Self { texts, is_terminal: io::stderr().is_terminal() }
    }

    fn show(&mut self, step: khien_observe::Progress) {
        let key = format!("{}-{}", DeviceFacts::AREAS.name, step.area);
        let area = self.texts.find(&key, &[]).unwrap_or_else(|| step.area.to_owned());
        self.write(&text!(self.texts, "progress", done = step.done, total = step.total, area = area));
    }

    fn erase(&mut self) {
        self.write("");
    }

    fn write(&mut self, line: &str) {
        if self.is_terminal {
            // Nobody is harmed when the terminal does not take the line.
            let _ = write!(io::stderr(), "\r\x1b[K{line}");
            let _ = io::stderr().flush();
        }
    }
}
