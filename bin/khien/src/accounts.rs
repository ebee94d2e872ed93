//! `khien accounts read`: what a directory says about accounts, without a server: a dry run of the connector.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use khien_connect::account::Account;
use khien_connect::ldap::{self, Authorities, Bind, Kind, Reading, Settings, Why};
use khien_connect::say;
use khien_model::Observed;

use crate::cli::AccountsReadArguments;
use crate::i18n::{Texts, text};
use crate::input::{read_bytes, text_of};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;
use crate::{Session, server};

/// The largest file with a password or with certificates, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// How many entries that are no account are named; the others are counted.
const MAX_NAMED: usize = 10;
/// Who looked, in the facts.
const SOURCE: &str = "ldap";

/// Carries out `khien accounts read`.
pub(crate) fn read(arguments: &AccountsReadArguments, session: &Session) -> Outcome {
    let texts = &session.texts;
    let settings = settings(arguments, texts)?;
    let reading = server::runtime(session)?
        .block_on(ldap::read(&settings, session.now))
        .map_err(|problem| of_connector(&problem, texts))?;
    if !arguments.json {
        return Ok(Answer::good(summary(&reading, &settings, texts)));
    }
    let mut lines = String::new();
    for account in &reading.mapped.accounts {
        let document = account.document(&settings.system, session.now, SOURCE);
        // Our own types have text keys only and no custom failure, the two things that can go wrong here.
        lines.push_str(&serde_json::to_string(&document).expect("facts are JSON"));
        lines.push('\n');
    }
    Ok(Answer::good(lines))
}

fn settings(arguments: &AccountsReadArguments, texts: &Texts) -> Result<Settings, Problem> {
    let mut settings = Settings {
        url: arguments.ldap.clone(),
        base: arguments.base.clone(),
        filter: arguments.filter.clone(),
        administrators: arguments.administrators.clone(),
        ..Settings::default()
    };
    if let Some(path) = &arguments.ca {
        settings.authorities = Authorities::Pem(text_of(read_bytes(path, MAX_FILE_BYTES)?, path)?);
    }
    let server = settings.server().map_err(|problem| of_connector(&problem.into(), texts))?;
    settings.system = arguments.system.clone().unwrap_or(server.host);
    settings.check().map_err(|problem| of_connector(&problem.into(), texts))?;
    if let Some(name) = &arguments.bind {
        let password = password(arguments.password_file.as_deref(), texts)?;
        settings.bind = Some(Bind { name: name.clone(), password });
    }
    Ok(settings)
}

/// The first line of the file, or what is typed without being shown.
fn password(file: Option<&Path>, texts: &Texts) -> Result<String, Problem> {
    if let Some(path) = file {
        let written = text_of(read_bytes(path, MAX_FILE_BYTES)?, path)?;
        return Ok(written.lines().next().unwrap_or_default().to_owned());
    }
    let cannot = |detail: String| Problem::Worded {
        what: text!(texts, "password-cannot-ask", detail = detail),
        hints: vec![texts.text("accounts-hint-password-file")],
    };
    if !io::stdin().is_terminal() {
        return Err(cannot(texts.text("accounts-no-terminal")));
    }
    rpassword::prompt_password(texts.text("accounts-password")).map_err(|error| cannot(error.to_string()))
}

fn of_connector(problem: &ldap::Problem, texts: &Texts) -> Problem {
    let said = say::problem(problem.key(), &problem.detail(), texts);
    Problem::Worded { what: said.what, hints: said.todo }
}

/// Something about an account that is so, is not so, or is not known.
type Asked = fn(&Account) -> Option<bool>;

fn flag(value: &Observed<bool>) -> Option<bool> {
    value.known().copied()
}

/// What would be known: counts, never a list of people.
fn summary(reading: &Reading, settings: &Settings, texts: &Texts) -> String {
    let accounts = &reading.mapped.accounts;
    let kind = match reading.kind {
        Kind::ActiveDirectory => "accounts-kind-active-directory",
        Kind::Plain => "accounts-kind-plain",
    };
    let kind = texts.text(kind);
    let mut page = text!(
        texts,
        "accounts-read",
        kind = kind,
        base = reading.base.as_str(),
        system = settings.system.as_str(),
        accounts = accounts.len()
    );
    page.push('\n');
    let asked: [(&str, Asked); 8] = [
        ("accounts-enabled", |account| flag(&account.lifecycle.enabled)),
        ("accounts-administrators", |account| flag(&account.lifecycle.administrator)),
        ("accounts-changed", |account| account.credential.password_changed_at.known().map(|_| true)),
        ("accounts-initial", |account| flag(&account.credential.initial_password_in_use)),
        ("accounts-must-change", |account| flag(&account.credential.must_change_password)),
        ("accounts-never-expires", |account| flag(&account.credential.password_never_expires)),
        ("accounts-used", |account| account.lifecycle.last_login_at.known().map(|_| true)),
        ("accounts-mail", |account| Some(account.mail.is_some())),
    ];
    for (key, asked) in asked {
        let answers = |wanted: Option<bool>| accounts.iter().filter(|account| asked(account) == wanted).count();
        let line = text!(texts, key, yes = answers(Some(true)), unknown = answers(None));
        // Writing to a String cannot fail; so everywhere below.
        let _ = writeln!(page, "  {line}");
    }
    for skipped in reading.mapped.skipped.iter().take(MAX_NAMED) {
        let key = match skipped.why {
            Why::NoLogin => "accounts-no-login",
            Why::OddLogin => "accounts-odd-login",
            Why::SameLogin => "accounts-same-login",
        };
        let _ = writeln!(page, "{}", text!(texts, key, name = skipped.name.as_str()));
    }
    let more = reading.mapped.skipped.len().saturating_sub(MAX_NAMED);
    if more > 0 {
        let _ = writeln!(page, "{}", text!(texts, "accounts-skipped-more", count = more));
    }
    for referral in &reading.referrals {
        let _ = writeln!(page, "{}", text!(texts, "accounts-referral", server = referral.as_str()));
    }
    let _ = writeln!(page, "{}", texts.text("accounts-nothing-kept"));
    page
}
