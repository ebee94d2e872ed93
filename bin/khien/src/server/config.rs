//! Gathering settings, and `khien config`.

use std::path::PathBuf;

use khien_server::config::tables;
use khien_server::config::{Config, FIELDS, MAX_FILE_BYTES, Origin, Settings, VARIABLE_PREFIX};

use super::problem;
use crate::Session;
use crate::cli::{SettingsArguments, Typed};
use crate::i18n::text;
use crate::input;
use crate::output::{Answer, Outcome};
use crate::problem::Problem;

/// The file that is read when nobody names another and it is there.
const USUAL_FILE: &str = "/etc/khien/khien.toml";
/// The variable that names the file.
const FILE_VARIABLE: &str = "KHIEN_CONFIG";

/// Puts the settings together: what was typed over the environment over the file over `base`.
pub(super) fn gather(typed: impl Into<Typed>, base: Settings, session: &Session) -> Result<Config, Problem> {
    let typed = typed.into();
    let file = file_of(&typed);
    let text = match &file {
        Some(path) => Some(input::text_of(input::read_bytes(path, MAX_FILE_BYTES as u64)?, path)?),
        None => None,
    };
    let mut variables = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| name.starts_with(VARIABLE_PREFIX)) else { continue };
        let value = value.to_str().ok_or(Problem::ArgumentNotText)?;
        variables.push((name.to_owned(), value.to_owned()));
    }
    Config::gather(base, text.as_deref(), &variables, &typed.values)
        .map_err(|mistakes| problem::of_settings(&mistakes, file.as_deref(), &session.texts))
}

/// The settings of a server as a command needs them that looks after its data.
pub(crate) fn settings(typed: impl Into<Typed>, session: &Session) -> Result<Settings, Problem> {
    Ok(gather(typed, Settings::default(), session)?.settings)
}

fn file_of(typed: &Typed) -> Option<PathBuf> {
    let named = typed.file.clone().or_else(|| std::env::var_os(FILE_VARIABLE).map(PathBuf::from));
    named.or_else(|| Some(PathBuf::from(USUAL_FILE)).filter(|usual| usual.exists()))
}

/// `khien config check`: whether the settings can be used.
pub(crate) fn check(arguments: &SettingsArguments, session: &Session) -> Outcome {
    gather(arguments, Settings::default(), session)?;
    let said = match file_of(&arguments.into()) {
        Some(file) => text!(session.texts, "config-good-file", path = file.display().to_string()),
        None => session.texts.text("config-good"),
    };
    Ok(Answer::good(said + "\n"))
}

/// `khien config show`: every setting with where it comes from.
pub(crate) fn show(arguments: &SettingsArguments, session: &Session) -> Outcome {
    let config = gather(arguments, Settings::default(), session)?;
    let file = file_of(&arguments.into());
    let origin = |origin, variable: String| match origin {
        Origin::Default => session.texts.text("config-from-default"),
        Origin::File { line } => {
            let path = file.as_deref().map(|path| path.display().to_string()).unwrap_or_default();
            text!(session.texts, "config-from-file", path = path, line = line)
        }
        Origin::Variable => text!(session.texts, "config-from-variable", variable = variable),
        Origin::Typed => session.texts.text("config-from-typed"),
    };
    let line = |name: &str, value: String| {
        let value = if value.is_empty() { session.texts.text("config-unset") } else { value };
        format!("{name} = {value}")
    };
    let fields = FIELDS
        .iter()
        .map(|field| (line(field.name, field.shown(&config.settings)), origin(config.origin(field), field.variable())));
    let of_tables = tables::shown(&config).into_iter();
    // These stand in the file alone, there are no variables for them.
    let of_tables = of_tables.map(|(name, value, from)| (line(&name, value), origin(from, String::new())));
    let lines: Vec<(String, String)> = fields.chain(of_tables).collect();
    let width = lines.iter().map(|(value, _)| value.chars().count()).max().unwrap_or_default();
    let lines = lines.iter().map(|(value, origin)| format!("{value:width$}  # {origin}\n"));
    Ok(Answer::good(lines.collect()))
}

/// `khien config openapi`: what agents and programs may ask of the server, described for programs.
pub(crate) fn openapi(session: &Session) -> Outcome {
    let failed = |error: serde_json::Error| Problem::Worded {
        what: text!(session.texts, "server-trouble", detail = error.to_string()),
        hints: Vec::new(),
    };
    khien_server::api::openapi::text().map(Answer::good).map_err(failed)
}
