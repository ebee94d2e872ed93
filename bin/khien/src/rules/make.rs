//! `khien rules pull` and `khien rules pack`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path};

use khien_rules::{
    Contents, Licence, LicenceText, Mode, Pack, Problem as RuleProblem, PublisherKey, RuleFile, RuleSet, Sharing,
    verify,
};
use khien_scan::{receipt, sha256_of};
use ring::signature::Ed25519KeyPair;
use serde_json::{Value, json};

use super::gather::{self, Gathered, RECORD};
use super::{show, worded, words};
use crate::Session;
use crate::cli::{PackArguments, PullArguments};
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::output::{self, Answer, Outcome};
use crate::problem::Problem;

/// The longest name of a folder or of a prefix that is made of a name, in bytes.
const MAX_SLUG_BYTES: usize = 60;

/// `khien rules pull`: fetches rules into a folder, with a record of where they come from.
pub(super) fn pull(arguments: &PullArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let gathered = gather::all(&arguments.from, session.now, texts)?;
    let mut page = String::new();
    let mut sources = Vec::new();
    for one in &gathered {
        let folder = arguments.out.join(slug(&one.record.source.name));
        for file in one.collected.files.iter().chain(&one.collected.licences) {
            write(&folder, file)?;
        }
        let record = serde_json::to_value(&one.record).unwrap_or_default();
        output::write_file(&folder.join(RECORD), &format!("{record:#}\n"))?;
        page.push_str(&of_source(one, texts));
        let place = output::shown(&folder);
        let _ = writeln!(page, "  {}", text!(texts, "rules-pulled", folder = place));
        sources
            .push(json!({ "source": record, "files": one.collected.files.len(), "folder": folder.to_string_lossy() }));
    }
    if arguments.json {
        page = format!("{:#}\n", json!({ "sources": sources }));
    }
    Ok(Answer::good(page))
}

/// Writes a file beneath `folder`; nothing leads out of it.
fn write(folder: &Path, file: &RuleFile) -> Result<(), Problem> {
    let relative = Path::new(&file.path);
    if !relative.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(());
    }
    let path = folder.join(relative);
    if let Some(above) = path.parent() {
        let cannot = |error: std::io::Error| Problem::CannotWrite { path: above.to_owned(), detail: error.to_string() };
        fs::create_dir_all(above).map_err(cannot)?;
    }
    output::write_file(&path, &file.text)
}

/// A name as a folder: letters, digits and plain signs.
fn slug(name: &str) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() || "._".contains(letter) { letter } else { '-' };
    let slug: String = name.to_lowercase().chars().map(plain).take(MAX_SLUG_BYTES).collect();
    let slug = slug.trim_matches(['-', '.']);
    if slug.is_empty() { sha256_of(name.as_bytes()).chars().take(16).collect() } else { slug.to_owned() }
}

/// What is known of a source, for a reader.
fn of_source(one: &Gathered, texts: &Texts) -> String {
    let source = &one.record.source;
    let mut page = text!(
        texts,
        "rules-source",
        name = source.name.as_str(),
        version = source.version.as_str(),
        url = source.url.as_str(),
        licence = source.license.as_str(),
        author = source.attribution.as_str(),
        files = one.collected.files.len()
    );
    page.push('\n');
    if let Some(sha256) = &one.record.sha256 {
        let _ = writeln!(page, "  {}", text!(texts, "rules-sha256", sha256 = sha256.as_str()));
    }
    for licence in &one.collected.licences {
        let named = Licence::named_in(&licence.text).unwrap_or("?");
        let line = text!(texts, "rules-licence-file", path = licence.path.as_str(), licence = named);
        let _ = writeln!(page, "  {line}");
    }
    match one.sharing() {
        Sharing::Allowed => {}
        Sharing::OwnUse => {
            let _ = writeln!(page, "  {}", text!(texts, "rules-own-use", licence = source.license.as_str()));
        }
        Sharing::Unknown => {
            let _ = writeln!(page, "  {}", texts.text("rules-licence-unknown"));
        }
    }
    if !one.collected.all_utf8 {
        let _ = writeln!(page, "  {}", texts.text("rules-latin1"));
    }
    page
}

/// `khien rules pack`: makes a signed pack, and says which rules are in it and which are not.
pub(super) fn pack(arguments: &PackArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let gathered = gather::all(&arguments.from, session.now, texts)?;
    let contents = contents(&gathered, arguments, session);
    let files: Vec<RuleFile> = contents.files.iter().map(|(_, file)| file.clone()).collect();
    let (set, problems) = RuleSet::compile(&files, Mode::Usable);
    let Some(set) = set.filter(|set| !set.is_empty()) else {
        let mut page = show::mistakes(&problems, arguments.all, texts);
        let _ = writeln!(page, "{}", texts.text("rules-none-usable"));
        return Ok(Answer { text: page, exit: Exit::Fails });
    };
    let key = key(arguments, texts)?;
    let bytes = match khien_rules::pack(&contents, &key) {
        Ok(bytes) => bytes,
        Err(problem @ khien_rules::PackProblem::Licence { .. }) => {
            return Ok(Answer { text: format!("{}\n", words(&problem, texts)), exit: Exit::Fails });
        }
        Err(problem) => return Err(worded(&problem, texts)),
    };
    let bad_key = || Problem::CannotRead { path: arguments.key.clone(), detail: texts.text("rules-no-signing-key") };
    let publisher = PublisherKey::of(&key).ok_or_else(bad_key)?;
    // Read back as whoever gets it will read it.
    let pack = verify(&bytes, &[publisher]).map_err(|problem| worded(&problem, texts))?;
    write_pack(&arguments.out, &bytes)?;
    let path = output::shown(&arguments.out);
    let text = if arguments.json {
        let mut value = show::json_of(&pack, set.len(), &problems, session);
        value["path"] = json!(path);
        value["licences_of_rules"] = licences(&set);
        format!("{value:#}\n")
    } else {
        let mut page: String = gathered.iter().map(|one| of_source(one, texts)).collect();
        page.push_str(&of_rules(&set, texts));
        page.push_str(&show::mistakes(&problems, arguments.all, texts));
        page.push_str(&packed(&pack, &path, set.len(), texts));
        page
    };
    Ok(Answer::good(text))
}

fn packed(pack: &Pack, path: &str, rules: usize, texts: &Texts) -> String {
    let mut page = text!(
        texts,
        "rules-packed",
        path = path,
        rules = rules,
        id = pack.content_id.as_str(),
        key = pack.publisher.to_string()
    );
    page.push('\n');
    if !pack.manifest.for_others {
        let _ = writeln!(page, "{}", texts.text("rules-packed-own"));
    }
    page
}

fn contents(gathered: &[Gathered], arguments: &PackArguments, session: &Session) -> Contents {
    let stem = || arguments.out.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut contents = Contents {
        name: arguments.name.clone().unwrap_or_else(stem),
        created_at: session.now,
        sources: Vec::new(),
        licences: Vec::new(),
        files: Vec::new(),
        for_others: arguments.for_others,
    };
    for (number, one) in gathered.iter().enumerate() {
        // Two sources may have files of the same names.
        let prefix = if gathered.len() > 1 { format!("{}/", slug(&one.record.source.name)) } else { String::new() };
        contents.sources.push(one.record.source.clone());
        let named = |file: &RuleFile| RuleFile { path: format!("{prefix}{}", file.path), text: file.text.clone() };
        contents.files.extend(one.collected.files.iter().map(|file| (number, named(file))));
        let licence =
            |file: &RuleFile| LicenceText { source: number, path: file.path.clone(), text: file.text.clone() };
        contents.licences.extend(one.collected.licences.iter().map(licence));
    }
    contents
}

/// How many rules have which licence of their own.
fn counted(set: &RuleSet) -> BTreeMap<&str, usize> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for licence in set.metas().filter_map(|(_, meta)| meta.license.as_deref()) {
        *counted.entry(licence).or_default() += 1;
    }
    counted
}

fn licences(set: &RuleSet) -> Value {
    json!(counted(set))
}

fn of_rules(set: &RuleSet, texts: &Texts) -> String {
    let mut page = String::new();
    for (licence, count) in counted(set) {
        let _ = writeln!(page, "{}", text!(texts, "rules-own-licence", licence = licence, count = count));
        if Licence(licence).sharing() == Sharing::OwnUse {
            let _ = writeln!(page, "  {}", text!(texts, "rules-own-use", licence = licence));
        }
    }
    page
}

/// The key that signs; a new one, for its owner alone, if that was asked for.
fn key(arguments: &PackArguments, texts: &Texts) -> Result<Ed25519KeyPair, Problem> {
    let bad = || Problem::CannotRead { path: arguments.key.clone(), detail: texts.text("rules-no-signing-key") };
    let bytes = if arguments.new_key {
        // A key that others trust must not be lost; whoever types the same line twice means the key that is there.
        if arguments.key.exists() {
            let what = text!(texts, "rules-key-exists", path = arguments.key.display().to_string());
            return Err(Problem::Worded { what, hints: vec![texts.text("rules-key-exists-todo")] });
        }
        let key = receipt::new_key().map_err(|_| bad())?;
        crate::scan::write_key(&arguments.key, &key)?;
        key
    } else {
        crate::scan::read_key(&arguments.key)?
    };
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&bytes).map_err(|_| bad())
}

/// Writes a pack whole or not at all.
pub(super) fn write_pack(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    let cannot = |error: std::io::Error| Problem::CannotWrite { path: path.to_owned(), detail: error.to_string() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    crate::input::require_folder(folder)?;
    let mut file = output::temporary_in(folder).map_err(cannot)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(cannot)?;
    file.persist(path).map_err(|error| cannot(error.error))?;
    Ok(())
}

/// The mistakes that leave rules out, without remarks.
pub(super) fn errors(problems: &[RuleProblem]) -> impl Iterator<Item = &RuleProblem> {
    problems.iter().filter(|problem| problem.level() == khien_rules::Level::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_a_folder() {
        for (name, expected) in [("YARA Forge core", "yara-forge-core"), ("a/b", "a-b"), ("../x", "x"), (".x-", "x")] {
            assert_eq!(slug(name), expected);
        }
        // Nothing is left of it that could be a name.
        assert_eq!(slug("../..").len(), 16);
        assert_eq!(slug(&"x".repeat(200)).len(), MAX_SLUG_BYTES);
    }
}
