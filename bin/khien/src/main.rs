//! `khien`: checks a machine against a cyber-security directive, in Vietnamese and English.
//!
//! This is the edge: arguments, the clock, files and the terminal are read here and passed down. What is true of a
//! machine is decided in the crates below, which know none of these.

#![forbid(unsafe_code)]

mod accounts;
mod cases;
mod check;
mod cli;
mod content;
mod data;
mod directive;
mod exit;
mod facts;
mod follow_up;
mod gate;
mod i18n;
mod input;
mod output;
mod password;
mod problem;
mod progress;
mod rules;
mod scan;
mod server;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use jiff::Timestamp;

use crate::cli::{
    AccountsCommand, AuditCommand, CasesCommand, Command, ConfigCommand, DbCommand, Parsed, PasswordCommand,
    ReceiptCommand,
};
use crate::exit::Exit;
use crate::i18n::{LANGUAGE_VARIABLE, Texts, texts};
use crate::output::{Answer, Outcome};
use crate::terminal::Terminal;

/// The server makes and drops many large texts on many threads, of which the system's allocator makes a tenth to a fifth of
/// its work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What every command needs to know of the world outside.
pub(crate) struct Session {
    /// The texts in the user's language.
    pub(crate) texts: Texts,
    /// The moment at which the program was started: the only look at the clock.
    pub(crate) now: Timestamp,
    /// What standard output can show.
    pub(crate) terminal: Terminal,
}

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    if scan::is_worker(&arguments) {
        return scan::work();
    }
    let (language, problem) = cli::language(&arguments, std::env::var_os(LANGUAGE_VARIABLE));
    // The only look at the clock: everything below is told what time it is.
    #[expect(clippy::disallowed_methods, reason = "the edge of the program is where the clock is read")]
    let now = Timestamp::now();
    let session = Session { texts: texts(language), now, terminal: terminal::of_stdout() };
    let outcome = problem.map_or_else(|| run(&arguments, &session), Err);
    let printed = outcome.and_then(|answer| output::print(&answer.text).map(|()| answer.exit));
    let exit = printed.unwrap_or_else(|problem| {
        output::complain(&problem.message(&session.texts));
        Exit::Misuse
    });
    exit.into()
}

fn run(arguments: &[OsString], session: &Session) -> Outcome {
    match cli::parse(arguments, &session.texts, session.terminal.width)? {
        Parsed::Text(text) => Ok(Answer::good(text)),
        Parsed::Command(command) => carry_out(*command, session),
    }
}

fn carry_out(command: Command, session: &Session) -> Outcome {
    match command {
        Command::Check(arguments) => check::run(&arguments, session),
        Command::Facts(arguments) => facts::run(&arguments, session),
        Command::Directive { command } => directive::run(&command, session),
        Command::Password { command: PasswordCommand::Check(arguments) } => password::check(&arguments, session),
        Command::Accounts { command: AccountsCommand::Read(arguments) } => accounts::read(&arguments, session),
        Command::Cases { command: CasesCommand::Check(arguments) } => cases::run(&arguments, session),
        Command::Scan(arguments) => scan::run(&arguments, session),
        Command::Icap(arguments) => gate::icap(&arguments, session),
        Command::Clamd(arguments) => gate::clamd(&arguments, session),
        Command::Receipt { command: ReceiptCommand::Verify { file, key } } => {
            scan::verify_receipt(&file, key.as_deref(), session)
        }
        Command::Rules { command } => rules::run(&command, session),
        Command::Up(arguments) => server::up(&arguments, session),
        Command::Serve(arguments) => server::serve(&arguments, session),
        Command::Config { command: ConfigCommand::Check(arguments) } => server::check(&arguments, session),
        Command::Config { command: ConfigCommand::Show(arguments) } => server::show(&arguments, session),
        Command::Config { command: ConfigCommand::Openapi } => server::openapi(session),
        Command::Invite(arguments) => server::invite(&arguments, session),
        Command::Backup(arguments) => data::backup(&arguments, session),
        Command::Restore(arguments) => data::restore(&arguments, session),
        Command::Db { command: DbCommand::Move(arguments) } => data::carry(&arguments, session),
        Command::Audit { command: AuditCommand::Verify(arguments) } => data::verify(&arguments, session),
    }
}
