//! `khien rules load`, `unload` and `trust`: what this machine scans with.

use std::fs;
use std::path::PathBuf;

use khien_rules::{Pack, PackProblem, files_of, installed, verify};
use khien_scan::sha256_of;

use super::folder::{ENDING, Folder, pack_bytes};
use super::make::write_pack;
use super::{key, keys, show, words};
use crate::Session;
use crate::cli::{FolderArguments, LoadArguments};
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;

/// The longest name of a pack that its file is called by, in bytes.
const MAX_NAME_BYTES: usize = 100;

/// `khien rules load`. The pack takes the place of the one of the same name in one step.
pub(super) fn load(arguments: &LoadArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let bytes = pack_bytes(&arguments.pack)?;
    let folder = Folder::to_install(arguments.folder.rules.as_deref(), texts)?;
    let kept = folder.trusted().map_err(|trouble| Problem::Worded { what: trouble.words(texts), hints: Vec::new() })?;
    let mut trusted = kept.clone();
    trusted.extend(keys(&arguments.trust, texts)?.into_iter().filter(|key| !kept.contains(key)));
    let pack = match verify(&bytes, &trusted) {
        Ok(pack) => pack,
        Err(problem) => return Ok(refused(&problem, texts)),
    };
    let beside: Vec<Pack> = folder.packs().into_iter().filter_map(|installed| installed.pack.ok()).collect();
    let same = beside.iter().find(|installed| installed.manifest.name == pack.manifest.name);
    if same.is_some_and(|same| same.content_id == pack.content_id) {
        return Ok(Answer::good(format!("{}\n", text!(texts, "rules-loaded-already", name = name(&pack)))));
    }
    if let Some(newer) = same.filter(|same| same.manifest.created_at > pack.manifest.created_at && !arguments.force) {
        let made = |pack: &Pack| khien_texts::moment::shown(pack.manifest.created_at, texts);
        let line = text!(texts, "rules-older", name = name(&pack), made = made(&pack), newer = made(newer));
        return Ok(Answer { text: format!("{line}\n"), exit: Exit::Fails });
    }
    let others = beside.iter().filter(|installed| installed.manifest.name != pack.manifest.name);
    let together: Vec<Pack> = others.cloned().chain([pack.clone()]).collect();
    let usable = pack.load().0.map_or(0, |set| set.len());
    if let Err(problems) = installed(&files_of(&together)) {
        let text = show::mistakes(&problems, false, texts);
        return Ok(Answer { text, exit: Exit::Fails });
    }
    if usable == 0 {
        return Ok(Answer { text: format!("{}\n", texts.text("rules-none-usable")), exit: Exit::Fails });
    }
    folder.make()?;
    if trusted != kept {
        folder.set_trusted(&trusted)?;
    }
    let place = folder.path.join(file_name(&pack.manifest.name));
    write_pack(&place, &bytes)?;
    let shown = output::shown(&place);
    let age = pack.manifest.age_days(session.now);
    let line = text!(texts, "rules-loaded", name = name(&pack), rules = usable, age = age, path = shown);
    Ok(Answer::good(format!("{line}\n")))
}

fn name(pack: &Pack) -> String {
    khien_texts::labels::shortened(&pack.manifest.name)
}

fn refused(problem: &PackProblem, texts: &Texts) -> Answer {
    let mut text = format!("{}\n", words(problem, texts));
    if let PackProblem::Untrusted { publisher } = problem {
        text.push_str(&format!("  {}\n", text!(texts, "rules-trust-todo", key = publisher.to_string())));
    }
    Answer { text, exit: Exit::Fails }
}

/// What the file of a pack is called: by the pack's name if that is plain, else by its hash.
fn file_name(name: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    let is_fit = name.len() <= MAX_NAME_BYTES && !name.starts_with('.') && name.chars().all(is_plain);
    let stem = if is_fit { name.to_owned() } else { sha256_of(name.as_bytes()).chars().take(16).collect() };
    format!("{stem}.{ENDING}")
}

/// `khien rules unload`, by the name of the pack or of its file: one that is broken has no other.
pub(super) fn unload(name: &str, arguments: &FolderArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let folder = Folder::to_install(arguments.rules.as_deref(), texts)?;
    let files: Vec<PathBuf> = folder.packs().into_iter().filter(|one| one.name() == name).map(|one| one.path).collect();
    let named = folder.path.join(format!("{}.{ENDING}", name.trim_end_matches(&format!(".{ENDING}"))));
    let files = if files.is_empty() && named.is_file() { vec![named] } else { files };
    let files: Vec<PathBuf> = files.into_iter().filter(|path| path.is_file()).collect();
    if files.is_empty() {
        let what = text!(texts, "rules-not-loaded", name = khien_texts::labels::shortened(name));
        return Err(Problem::Worded { what, hints: vec![texts.text("rules-not-loaded-todo")] });
    }
    for path in files {
        fs::remove_file(&path).map_err(|error| Problem::CannotWrite { path, detail: error.to_string() })?;
    }
    let name = khien_texts::labels::shortened(name);
    Ok(Answer::good(format!("{}\n", text!(texts, "rules-unloaded", name = name))))
}

/// `khien rules trust`.
pub(super) fn trust(typed: &str, remove: bool, arguments: &FolderArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let key = key(typed, texts)?;
    let folder = Folder::to_install(arguments.rules.as_deref(), texts)?;
    let known =
        folder.trusted().map_err(|trouble| Problem::Worded { what: trouble.words(texts), hints: Vec::new() })?;
    let mut keys: Vec<_> = known.iter().copied().filter(|known| *known != key).collect();
    if !remove {
        keys.push(key);
    }
    folder.set_trusted(&keys)?;
    let words = if remove { "rules-untrusted" } else { "rules-trusted" };
    Ok(Answer::good(format!("{}\n", text!(texts, words, key = key.to_string()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_lies_in_its_folder_whatever_it_is_called() {
        assert_eq!(file_name("signature-base"), "signature-base.khien-rules");
        for name in ["../../etc/passwd", ".hidden", "bộ quy tắc", "a/b", "", &"x".repeat(MAX_NAME_BYTES + 1)] {
            let file = file_name(name);
            assert!(!file.contains('/') && file.len() < 120, "{file}");
        }
    }
}
