//! Directives: those shipped inside the program, and those in files.

use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use khien_content::{SHIPPED, shipped};
use khien_directive::limits::MAX_FILE_BYTES;
use khien_directive::{Diagnostic, Directive, Level, Loaded, Source, load, render};

use crate::Session;
use crate::facts::nearest;
use crate::problem::Problem;

/// The endings by which a name is taken for a file, whether or not it is there.
const FILE_ENDINGS: &[&str] = &["yaml", "yml"];

/// Files on the disk.
struct Disk;

impl Source for Disk {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let limit = MAX_FILE_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        let file = std::fs::File::open(name).map_err(|error| error.to_string())?;
        file.take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    }
}

/// The directive that `named` asks for: an id, a file, or the shipped one in force at `at`.
pub(crate) fn directive(named: Option<&str>, at: Timestamp, session: &Session) -> Result<Directive, Problem> {
    let loaded = match named {
        None => return in_force(at, session),
        Some(id) if SHIPPED.contains(&id) => shipped(id),
        Some(name) => {
            let path = Path::new(name);
            let looks_like_file = path.components().count() > 1
                || path.extension().is_some_and(|ending| FILE_ENDINGS.iter().any(|known| ending == *known));
            if !path.exists() && !looks_like_file {
                return Err(Problem::UnknownDirective {
                    name: name.to_owned(),
                    suggestion: nearest(name, SHIPPED.iter().copied()).map(str::to_owned),
                    known: SHIPPED.join(", "),
                });
            }
            from_file(path)?
        }
    };
    loaded.map(|loaded| loaded.directive).map_err(|diagnostics| problem(&diagnostics, session))
}

/// The directive in the file at `path`, with what it includes.
pub(crate) fn from_file(path: &Path) -> Result<Result<Loaded, Vec<Diagnostic>>, Problem> {
    crate::input::require_file(path)?;
    let name = path.to_str().ok_or(Problem::ArgumentNotText)?;
    Ok(load(name, &Disk))
}

/// The newest shipped directive that applies at `at`.
fn in_force(at: Timestamp, session: &Session) -> Result<Directive, Problem> {
    khien_content::in_force(at)
        .map_err(|diagnostics| problem(&diagnostics, session))?
        .ok_or_else(|| Problem::NoDirectiveAt { moment: at, known: SHIPPED.join(", ") })
}

/// The diagnostics of a directive that cannot be used.
fn problem(diagnostics: &[Diagnostic], session: &Session) -> Problem {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).count();
    let language = session.texts.language().into();
    let rendered: Vec<String> = diagnostics.iter().map(|diagnostic| render(diagnostic, language, false)).collect();
    Problem::BadDirective { diagnostics: rendered.join("\n"), errors }
}
