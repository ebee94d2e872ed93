//! A result as a page in the user's browser, without a window of a console.

use std::fs;
use std::path::PathBuf;

use crate::state::files;
use crate::{Bilingual, Problem};

/// The folder beneath the user's own data, and the page in it: the next one takes its place.
const FOLDER: &str = "Khien";
const PAGE: &str = "ket-qua-kiem-tra.html";

/// The title of a message.
const TITLE: &str = "Khiên";

/// Where what goes wrong is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// In the console that the command was typed in.
    Console,
    /// In a message: nobody typed a command.
    Message,
}

impl Window {
    /// Lets go of a console that was made for this process alone.
    pub(crate) fn find() -> Self {
        if khien_windows_calls::leave_own_console() { Self::Message } else { Self::Console }
    }

    /// Hands on what came out, and tells a problem where somebody sees it.
    pub(crate) fn tell<T>(self, outcome: Result<T, Problem>) -> Result<T, Problem> {
        outcome.inspect_err(|problem| {
            if self == Self::Message {
                let Bilingual { vi, en } = problem.message();
                khien_windows_calls::warn(TITLE, &format!("{vi}\n\n{en}"));
            }
        })
    }
}

/// Writes the page to a place of the user's own and opens it.
pub(crate) fn open(page: &str) -> Result<(), Problem> {
    let data = std::env::var_os("LOCALAPPDATA").filter(|folder| !folder.is_empty());
    let folder = data.map_or_else(std::env::temp_dir, PathBuf::from).join(FOLDER);
    fs::create_dir_all(&folder)
        .map_err(|error| Problem::StateUnusable { path: folder.clone(), detail: error.to_string() })?;
    let path = folder.join(PAGE);
    files::write(&path, page.as_bytes())?;
    khien_windows_calls::open_document(&path).map_err(|error| {
        let detail = format!("error {}", error.raw_os_error().unwrap_or_default());
        Problem::NotOpened { path, detail }
    })
}
