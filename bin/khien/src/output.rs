//! What a command answers, and how that reaches the user.

use std::io::{self, Write as _};
use std::path::Path;

use crate::exit::Exit;
use crate::problem::Problem;

/// The answer of a command, or what the user must put right.
pub(crate) type Outcome = Result<Answer, Problem>;

/// What a command has to say and how the program ends.
#[derive(Debug)]
pub(crate) struct Answer {
    /// For standard output.
    pub(crate) text: String,
    /// How the program ends.
    pub(crate) exit: Exit,
}

impl Answer {
    /// An answer with nothing wrong.
    pub(crate) fn good(text: String) -> Self {
        Self { text, exit: Exit::Good }
    }
}

/// Writes `text` to standard output. A reader that has seen enough (`khien check | head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Problem> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Problem::CannotWrite { path: "stdout".into(), detail: error.to_string() })
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes `text` to standard error. When that fails too, there is nobody left to tell.
pub(crate) fn complain(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes `text` to the file at `path`, whole or not at all: a reader never finds half a report.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Problem> {
    if path.is_dir() {
        return Err(Problem::IsFolder { path: path.to_owned() });
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    crate::input::require_folder(folder)?;
    // The error's own text names the temporary file, which tells the user nothing.
    let cannot = |error: io::Error| Problem::CannotWrite { path: path.to_owned(), detail: error.kind().to_string() };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    file.write_all(text.as_bytes()).map_err(cannot)?;
    file.persist(path).map_err(|error| cannot(error.error))?;
    Ok(())
}
