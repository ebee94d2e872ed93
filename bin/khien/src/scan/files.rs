//! Which files are meant by the paths that were typed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::Problem;

/// The most files that one command takes.
const MAX_FILES: usize = 1_000_000;

/// Something that was asked for, or lies in a folder that was, and is not looked into.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    pub(crate) path: PathBuf,
    pub(crate) problem: Problem,
}

impl Unread {
    fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem }
    }
}

/// What the paths that were typed mean.
#[derive(Debug, Default)]
pub(crate) struct Listed {
    /// The files, in the order in which they are looked into.
    pub(crate) files: Vec<PathBuf>,
    /// What cannot be looked into, and why.
    pub(crate) unread: Vec<Unread>,
    /// The links within folders. They are not followed: what they lead to may lie anywhere.
    pub(crate) links: Vec<PathBuf>,
}

/// Every file that `paths` mean, folder by folder in the order of names. What cannot be looked into stands beside them, so that
/// the others are looked into all the same.
///
/// # Errors
///
/// More files than one command takes.
pub(crate) fn list(paths: &[PathBuf], recursive: bool) -> Result<Listed, Problem> {
    let mut listed = Listed::default();
    for path in paths {
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => listed.files.push(path.clone()),
            Ok(metadata) if metadata.is_dir() && recursive => folder(path, &mut listed),
            Ok(metadata) if metadata.is_dir() => {
                listed.unread.push(Unread::new(path, Problem::FolderWithoutRecursive { path: path.clone() }));
            }
            Ok(_) => listed.unread.push(Unread::new(path, Problem::NoRegularFile { path: path.clone() })),
            Err(error) => listed.unread.push(Unread::new(path, crate::input::problem(path, &error))),
        }
    }
    if listed.files.len() > MAX_FILES {
        return Err(Problem::TooManyFiles { limit: MAX_FILES });
    }
    Ok(listed)
}

/// The files in one folder and in all below it.
fn folder(top: &Path, listed: &mut Listed) {
    let mut waiting = vec![top.to_owned()];
    while let Some(folder) = waiting.pop() {
        let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => {
                listed.unread.push(Unread::new(&folder, crate::input::problem(&folder, &error)));
                continue;
            }
        };
        let mut entries: Vec<_> = entries.iter().map(|entry| (entry.path(), entry.file_type())).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let mut below = Vec::new();
        for (path, kind) in entries {
            match kind {
                Ok(kind) if kind.is_dir() => below.push(path),
                Ok(kind) if kind.is_file() => listed.files.push(path),
                Ok(kind) if kind.is_symlink() => listed.links.push(path),
                // To open a pipe waits for who writes into it, and to open a device may do anything.
                Ok(_) => listed.unread.push(Unread::new(&path, Problem::NoRegularFile { path: path.clone() })),
                Err(error) => listed.unread.push(Unread::new(&path, crate::input::problem(&path, &error))),
            }
        }
        below.reverse();
        waiting.append(&mut below);
        if listed.files.len() > MAX_FILES {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_listed_in_the_order_of_names_and_links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b/2", "b/1", "a", "c/d/3"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let pipe = folder.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let listed = list(&[folder.path().to_owned()], true).unwrap();
        let below = |path: &PathBuf| path.strip_prefix(folder.path()).unwrap().to_owned();
        let names: Vec<_> = listed.files.iter().map(below).collect();
        assert_eq!(names, ["a", "b/1", "b/2", "c/d/3"].map(PathBuf::from));
        assert_eq!(listed.links, [folder.path().join("loop")]);
        assert_eq!(listed.unread, [Unread::new(&pipe, Problem::NoRegularFile { path: pipe.clone() })]);
    }

    #[test]
    fn what_cannot_be_looked_into_keeps_nothing_from_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        fs::write(place("a"), "x").unwrap();
        let listed = list(&[place("missing"), folder.path().to_owned(), place("a")], false).unwrap();
        assert_eq!(listed.files, [place("a")]);
        let problems: Vec<_> = listed.unread.into_iter().map(|one| one.problem).collect();
        let (missing, is_folder) = (place("missing"), folder.path().to_owned());
        assert_eq!(problems, [Problem::Missing { path: missing }, Problem::FolderWithoutRecursive { path: is_folder }]);
    }
}
