//! Looks at the name of a node: what makes one file look like another, and what leads out of a folder.

mod endings;
mod letters;
mod paths;
#[cfg(test)]
mod tests;

pub(crate) use self::endings::{runs_by_double_click, runs_by_name};
use crate::kinds::names as kinds;
use crate::walk::{Inside, Part};
use crate::{Kind, Location};

/// The most letters of a name that lists of files show.
const MAX_SHOWN_LETTERS: usize = 200;

/// Looks at the name of a node that came with one of its own.
pub(super) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    // Some browsers send the whole path of the file on the PC.
    let chosen = part.within.is_empty();
    for kind in kinds_of(part.name).into_iter().filter(|kind| !chosen || kind.id != kinds::ABSOLUTE_PATH.id) {
        inside.found(kind, Location::Name, part.name);
    }
}

/// What is found in a name, in the order of this list.
fn kinds_of(name: &str) -> Vec<&'static Kind> {
    let last = paths::last(name);
    let mut found: Vec<&'static Kind> = Vec::new();
    let mut found_if = |is: bool, kind: &'static Kind| {
        if is {
            found.push(kind);
        }
    };
    found_if(endings::is_double(last), &kinds::DOUBLE_EXTENSION);
    found_if(endings::is_behind_spaces(last), &kinds::SPACES_BEFORE_EXTENSION);
    found_if(endings::is_imitation(last), &kinds::IMITATED_DOCUMENT);
    found_if(endings::is_class(last), &kinds::CLASS_EXTENSION);
    found_if(letters::turns(name), &kinds::TURNED_NAME);
    found_if(letters::has_unseen(name), &kinds::UNSEEN_LETTERS);
    found_if(letters::has_controls(name), &kinds::CONTROL_CHARACTERS);
    found_if(letters::mixes_scripts(name), &kinds::MIXED_LETTERS);
    found_if(paths::ends_with_dot(name), &kinds::TRAILING_DOT);
    found_if(paths::is_device(name), &kinds::DEVICE_NAME);
    found_if(paths::leaves(name), &kinds::LEAVES_FOLDER);
    found_if(paths::is_absolute(name), &kinds::ABSOLUTE_PATH);
    found_if(paths::is_stream(name), &kinds::HIDDEN_STREAM);
    if last.chars().count() > MAX_SHOWN_LETTERS {
        let program = endings::last(last).is_some_and(|ending| runs_by_double_click(&ending));
        found.push(if program { &kinds::LONG_NAME_OF_PROGRAM } else { &kinds::LONG_NAME });
    }
    found
}
