//! Which files are meant by the paths that were typed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::Problem;

/// The most files that one command takes.
const MAX_FILES: usize = 1_000_000;

/// Every file that `paths` mean, folder by folder in the order of names. Links within folders are not followed: what they
/// lead to may lie anywhere. What cannot be read is a problem of its own, so that the others are looked into all the same.
///
/// # Errors
///
/// A path that is not there, or a folder without `recursive`.
pub(crate) fn list(paths: &[PathBuf], recursive: bool, problems: &mut Vec<Problem>) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for path in paths {
        let metadata = fs::metadata(path).map_err(|error| crate::input::problem(path, &error))?;
        if !metadata.is_dir() {
            files.push(path.clone());
        } else if recursive {
            folder(path, &mut files, problems);
        } else {
            return Err(Problem::FolderWithoutRecursive { path: path.clone() });
        }
    }
    if files.len() > MAX_FILES {
        return Err(Problem::TooManyFiles { limit: MAX_FILES });
    }
    Ok(files)
}

/// The files in one folder and in all below it.
fn folder(top: &Path, files: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let mut waiting = vec![top.to_owned()];
    while let Some(folder) = waiting.pop() {
        let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => {
                problems.push(crate::input::problem(&folder, &error));
                continue;
            }
        };
        let mut entries: Vec<_> = entries.iter().map(|entry| (entry.path(), entry.file_type())).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let mut below = Vec::new();
        for (path, kind) in entries {
            match kind {
                Ok(kind) if kind.is_dir() => below.push(path),
                Ok(kind) if kind.is_file() => files.push(path),
                // A link, a device or a pipe has nothing in it that could be uploaded from here.
                Ok(_) => {}
                Err(error) => problems.push(crate::input::problem(&path, &error)),
            }
        }
        below.reverse();
        waiting.append(&mut below);
        if files.len() > MAX_FILES {
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
        #[cfg(unix)]
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let mut problems = Vec::new();
        let files = list(&[folder.path().to_owned()], true, &mut problems).unwrap();
        let names: Vec<_> = files.iter().map(|path| path.strip_prefix(folder.path()).unwrap().to_owned()).collect();
        assert_eq!(names, ["a", "b/1", "b/2", "c/d/3"].map(PathBuf::from));
        assert!(problems.is_empty());
        let refused = list(&[folder.path().to_owned()], false, &mut problems).unwrap_err();
        assert_eq!(refused, Problem::FolderWithoutRecursive { path: folder.path().to_owned() });
    }
}
