//! `khien rules verify` and `khien rules list`, and what is said of a pack.

use std::fmt::Write as _;

use jiff::Timestamp;
use khien_rules::{Licence, Pack, PackProblem, Problem as RuleProblem, Sharing, released_at, shipped, verify as read};
use khien_scan::MAX_RULES_AGE_DAYS;
use khien_scan::receipt::OUR_RULES;
use serde_json::{Value, json};

use super::folder::{Folder, Installed, pack_bytes};
use super::make::errors;
use super::{keys, words};
use crate::Session;
use crate::cli::{FolderArguments, VerifyArguments};
use crate::exit::Exit;
use crate::i18n::{Language, Texts, text};
use crate::output::{self, Answer, Outcome};

/// How many mistakes are shown, unless all are asked for.
const SHOWN: usize = 10;

/// `khien rules verify`.
pub(super) fn verify(arguments: &VerifyArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let bytes = pack_bytes(&arguments.pack)?;
    let mut trusted = keys(&arguments.key, texts)?;
    if trusted.is_empty() {
        let folders = Folder::in_use(arguments.folder.rules.as_deref());
        trusted.extend(folders.iter().filter_map(|folder| folder.trusted().ok()).flatten());
    }
    let (pack, problem) = match read(&bytes, &trusted) {
        Ok(pack) => (pack, None),
        // What it says is shown all the same, if whoever signed it signed this.
        Err(problem @ PackProblem::Untrusted { publisher }) => match read(&bytes, &[publisher]) {
            Ok(pack) => (pack, Some(problem)),
            Err(problem) => return Ok(refused(&problem, arguments.json, texts)),
        },
        Err(problem) => return Ok(refused(&problem, arguments.json, texts)),
    };
    let (set, problems) = pack.load();
    let rules = set.map_or(0, |set| set.len());
    let text = if arguments.json {
        let mut value = json_of(&pack, rules, &problems, session);
        value["trusted"] = json!(problem.is_none());
        format!("{value:#}\n")
    } else {
        let mut page = of_pack(&pack, rules, session);
        page.push_str(&mistakes(&problems, arguments.all, texts));
        let end = problem.as_ref().map_or_else(|| texts.text("rules-in-order"), |problem| words(problem, texts));
        let _ = writeln!(page, "{end}");
        if let Some(PackProblem::Untrusted { publisher }) = &problem {
            let _ = writeln!(page, "  {}", text!(texts, "rules-trust-command", key = publisher.to_string()));
        }
        page
    };
    let is_good = problem.is_none() && rules > 0;
    Ok(Answer { text, exit: if is_good { Exit::Good } else { Exit::Fails } })
}

fn refused(problem: &PackProblem, as_json: bool, texts: &Texts) -> Answer {
    let words = words(problem, texts);
    let text =
        if as_json { format!("{:#}\n", json!({ "trusted": false, "problem": words })) } else { format!("{words}\n") };
    Answer { text, exit: Exit::Fails }
}

/// A pack for a reader.
fn of_pack(pack: &Pack, rules: usize, session: &Session) -> String {
    let texts = &session.texts;
    let manifest = &pack.manifest;
    let mut page = text!(
        texts,
        "rules-pack",
        name = manifest.name.as_str(),
        made = khien_texts::moment::shown(manifest.created_at, texts),
        age = manifest.age_days(session.now),
        rules = rules,
        files = manifest.files.len(),
        id = pack.content_id.as_str(),
        key = pack.publisher.to_string()
    );
    page.push('\n');
    for source in &manifest.sources {
        let line = text!(
            texts,
            "rules-pack-source",
            name = source.name.as_str(),
            version = source.version.as_str(),
            licence = source.license.as_str(),
            author = source.attribution.as_str(),
            url = source.url.as_str()
        );
        let _ = writeln!(page, "  {line}");
        if Licence(&source.license).sharing() == Sharing::OwnUse {
            let _ = writeln!(page, "  {}", text!(texts, "rules-own-use", licence = source.license.as_str()));
        }
    }
    let whose = if manifest.for_others { "rules-for-others" } else { "rules-packed-own" };
    let _ = writeln!(page, "{}", texts.text(whose));
    page
}

/// A pack for programs.
pub(super) fn json_of(pack: &Pack, rules: usize, problems: &[RuleProblem], session: &Session) -> Value {
    let vietnamese = session.texts.language() == Language::Vi;
    let mistakes = problems.iter().map(|problem| {
        json!({
            "code": problem.code,
            "level": problem.level(),
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "text": if vietnamese { problem.vi() } else { problem.en() },
        })
    });
    json!({
        "name": pack.manifest.name,
        "id": pack.content_id,
        "made_at": pack.manifest.created_at,
        "age_days": pack.manifest.age_days(session.now),
        "for_others": pack.manifest.for_others,
        "signed_by": pack.publisher.to_string(),
        "sources": pack.manifest.sources,
        "files": pack.manifest.files.len(),
        "rules": rules,
        "problems": mistakes.collect::<Vec<_>>(),
    })
}

/// The rules that are left out, and why.
pub(super) fn mistakes(problems: &[RuleProblem], all: bool, texts: &Texts) -> String {
    let count = errors(problems).count();
    if count == 0 {
        return String::new();
    }
    let mut page = text!(texts, "rules-left-out", count = count);
    page.push('\n');
    let most = if all { usize::MAX } else { SHOWN };
    for problem in errors(problems).take(most) {
        let line = if texts.language() == Language::Vi { problem.vi() } else { problem.en() };
        let _ = writeln!(page, "  {line}");
    }
    if count > most {
        let _ = writeln!(page, "  {}", text!(texts, "scan-more", count = count - most));
    }
    page
}

/// `khien rules list`.
pub(super) fn list(arguments: &FolderArguments, as_json: bool, session: &Session) -> Outcome {
    let folders = Folder::in_use(arguments.rules.as_deref());
    let installed: Vec<Installed> = folders.iter().flat_map(Folder::packs).collect();
    let is_broken = installed.iter().any(|one| one.pack.is_err());
    let text = if as_json { listed_json(&installed, session) } else { listed(&folders, &installed, session) };
    Ok(Answer { text, exit: if is_broken { Exit::Fails } else { Exit::Good } })
}

fn age(made_at: Timestamp, now: Timestamp) -> u64 {
    u64::try_from(now.duration_since(made_at).as_hours() / 24).unwrap_or(0)
}

fn listed(folders: &[Folder], installed: &[Installed], session: &Session) -> String {
    let texts = &session.texts;
    let line = |name: &str, made_at: Timestamp, days: u64, rest: &str| {
        let made = khien_texts::moment::shown(made_at, texts);
        let mut line = text!(texts, "rules-listed", name = name, made = made, age = days, rest = rest);
        if days > MAX_RULES_AGE_DAYS {
            line.push_str("  ");
            line.push_str(&texts.text("rules-listed-old"));
        }
        line.push('\n');
        line
    };
    let ours = text!(texts, "rules-listed-ours", files = shipped().len());
    let mut page = line(OUR_RULES, released_at(), age(released_at(), session.now), &ours);
    for one in installed {
        match &one.pack {
            Ok(pack) => {
                let manifest = &pack.manifest;
                let rules = pack.load().0.map_or(0, |set| set.len());
                let licences: Vec<&str> = manifest.sources.iter().map(|source| source.license.as_str()).collect();
                let id: String = pack.content_id.chars().take(12).collect();
                let rest = text!(texts, "rules-listed-pack", rules = rules, licences = licences.join(", "), id = id);
                page.push_str(&line(&manifest.name, manifest.created_at, manifest.age_days(session.now), &rest));
            }
            Err(trouble) => {
                let why = trouble.words(texts);
                let _ = writeln!(page, "{}", text!(texts, "rules-listed-broken", name = one.name(), why = why));
            }
        }
    }
    for folder in folders {
        for key in folder.trusted().unwrap_or_default() {
            let place = output::shown(&folder.path);
            let _ = writeln!(page, "{}", text!(texts, "rules-listed-key", key = key.to_string(), folder = place));
        }
    }
    page
}

fn listed_json(installed: &[Installed], session: &Session) -> String {
    let packs = installed.iter().map(|one| match &one.pack {
        Ok(pack) => {
            let (set, problems) = pack.load();
            let mut value = json_of(pack, set.map_or(0, |set| set.len()), &problems, session);
            value["path"] = json!(one.path.to_string_lossy());
            value
        }
        Err(trouble) => json!({ "path": one.path.to_string_lossy(), "problem": trouble.words(&session.texts) }),
    });
    let ours = json!({ "made_at": released_at(), "age_days": age(released_at(), session.now) });
    format!("{:#}\n", json!({ "khien": ours, "packs": packs.collect::<Vec<_>>() }))
}
