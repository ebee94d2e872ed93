//! Directives: those shipped inside the program, and those in files.

use std::io::Read as _;
use std::path::Path;

use jiff::Timestamp;
use khien_directive::limits::MAX_FILE_BYTES;
use khien_directive::{Diagnostic, Directive, Level, Loaded, Source, load, render};

use crate::Session;
use crate::facts::nearest;
use crate::problem::Problem;

/// The files of `content/directives`, by name. Files that others include are among them.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/directives.rs"));

/// The ids of the shipped directives, newest first. The file is called like the id.
pub(crate) const SHIPPED: &[&str] = &["thads-2026", "thads-2024"];

/// The endings by which a name is taken for a file, whether or not it is there.
const FILE_ENDINGS: &[&str] = &["yaml", "yml"];

/// The shipped files as the loader asks for them.
struct ShippedFiles;

impl Source for ShippedFiles {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let file = FILES.iter().find(|(file, _)| *file == name);
        file.map(|(_, bytes)| bytes.to_vec()).ok_or_else(|| "not shipped with the program".to_owned())
    }
}

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

/// The shipped directive called `id`.
pub(crate) fn shipped(id: &str) -> Result<Loaded, Vec<Diagnostic>> {
    load(&format!("{id}.yaml"), &ShippedFiles)
}

/// The directive in the file at `path`, with what it includes.
pub(crate) fn from_file(path: &Path) -> Result<Result<Loaded, Vec<Diagnostic>>, Problem> {
    crate::input::require_file(path)?;
    let name = path.to_str().ok_or(Problem::ArgumentNotText)?;
    Ok(load(name, &Disk))
}

/// The newest shipped directive that applies at `at`.
fn in_force(at: Timestamp, session: &Session) -> Result<Directive, Problem> {
    for id in SHIPPED {
        let directive = shipped(id).map_err(|diagnostics| problem(&diagnostics, session))?.directive;
        if is_in_force(&directive, at) {
            return Ok(directive);
        }
    }
    Err(Problem::NoDirectiveAt { moment: at, known: SHIPPED.join(", ") })
}

/// Whether `directive` applies at `at`.
pub(crate) fn is_in_force(directive: &Directive, at: Timestamp) -> bool {
    directive.valid_from_at() <= at && directive.valid_to_at().is_none_or(|end| at < end)
}

/// The diagnostics of a directive that cannot be used.
fn problem(diagnostics: &[Diagnostic], session: &Session) -> Problem {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.level == Level::Error).count();
    let language = session.texts.language().into();
    let rendered: Vec<String> = diagnostics.iter().map(|diagnostic| render(diagnostic, language, false)).collect();
    Problem::BadDirective { diagnostics: rendered.join("\n"), errors }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_directive_loads_under_its_id() {
        for id in SHIPPED {
            let loaded = shipped(id).unwrap_or_else(|diagnostics| panic!("{id}: {diagnostics:#?}"));
            assert_eq!(loaded.directive.id, *id);
        }
    }

    #[test]
    fn every_file_that_declares_an_id_is_listed() {
        for (name, bytes) in FILES {
            let declares = String::from_utf8_lossy(bytes).lines().any(|line| line.starts_with("id:"));
            let listed = name.strip_suffix(".yaml").is_some_and(|id| SHIPPED.contains(&id));
            assert_eq!(declares, listed, "{name}");
        }
    }
}
