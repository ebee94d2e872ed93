//! What can be typed: commands and options. Their descriptions stand in `i18n/*.ftl`, under `help-…`.

pub(crate) mod help;
pub(crate) mod misuse;
mod rules;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{ArgAction, Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

pub(crate) use self::rules::{
    FolderArguments, LoadArguments, PackArguments, PullArguments, RulesCommand, SourceArguments, VerifyArguments,
};
use crate::i18n::{LANGUAGE_VARIABLE, Language, Texts};
use crate::problem::Problem;

/// Where the help lists the options that every command has.
const AFTER_ALL_OTHERS: usize = 1000;

/// Everything that can be typed after `khien`.
#[derive(Debug, Parser)]
#[command(
    name = "khien",
    version,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true
)]
pub(crate) struct Arguments {
    #[arg(
        long,
        global = true,
        value_name = "vi|en",
        hide_possible_values = true,
        display_order = AFTER_ALL_OTHERS,
        value_parser = PossibleValuesParser::new(Language::ALL.map(Language::tag))
            .map(|tag| Language::from_tag(&tag).unwrap_or_default())
    )]
    pub(crate) lang: Option<Language>,
    #[arg(long, short = 'h', global = true, action = ArgAction::Help, display_order = AFTER_ALL_OTHERS)]
    help: Option<bool>,
    #[arg(long, short = 'V', action = ArgAction::Version, display_order = AFTER_ALL_OTHERS)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(CheckArguments),
    Facts(FactsArguments),
    Directive {
        #[command(subcommand)]
        command: DirectiveCommand,
    },
    Password {
        #[command(subcommand)]
        command: PasswordCommand,
    },
    Accounts {
        #[command(subcommand)]
        command: AccountsCommand,
    },
    Cases {
        #[command(subcommand)]
        command: CasesCommand,
    },
    Scan(Box<ScanArguments>),
    Icap(IcapArguments),
    Clamd(ClamdArguments),
    Receipt {
        #[command(subcommand)]
        command: ReceiptCommand,
    },
    Rules {
        #[command(subcommand)]
        command: RulesCommand,
    },
    Up(UpArguments),
    Serve(SettingsArguments),
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    Invite(InviteArguments),
    Backup(BackupArguments),
    Restore(RestoreArguments),
    Db {
        #[command(subcommand)]
        command: DbCommand,
    },
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
}

/// Where the database is. The file and the environment say the rest.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArguments {
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

/// What is typed about the settings of a server. The file and the environment say the rest.
#[derive(Debug, Args)]
pub(crate) struct SettingsArguments {
    #[command(flatten)]
    database: DatabaseArguments,
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    #[arg(long, value_name = "ADDR")]
    http: Option<String>,
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

/// What was typed of the settings: the file that has the others, and values by the name of the setting.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) file: Option<PathBuf>,
    pub(crate) values: Vec<(&'static str, String)>,
}

impl Typed {
    fn set(&mut self, name: &'static str, value: Option<String>) {
        self.values.extend(value.map(|value| (name, value)));
    }
}

impl From<&DatabaseArguments> for Typed {
    fn from(arguments: &DatabaseArguments) -> Self {
        let mut typed = Self { file: arguments.config.clone(), values: Vec::new() };
        typed.set("data", arguments.data.as_ref().map(|path| path.display().to_string()));
        typed.set("database", arguments.database.clone());
        typed
    }
}

impl From<&SettingsArguments> for Typed {
    fn from(arguments: &SettingsArguments) -> Self {
        let mut typed = Self::from(&arguments.database);
        typed.set("listen.https", arguments.listen.clone());
        typed.set("listen.http", arguments.http.clone());
        typed.set("public_url", arguments.public_url.clone());
        typed
    }
}

/// `khien up …`
#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    #[arg(long)]
    pub(crate) demo: bool,
    #[arg(long)]
    pub(crate) accept_notice: bool,
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

/// `khien config …`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Check(SettingsArguments),
    Show(SettingsArguments),
    Openapi,
}

/// `khien backup …`
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
}

/// `khien restore …`
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long)]
    pub(crate) replace: bool,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
}

/// `khien db …`
#[derive(Debug, Subcommand)]
pub(crate) enum DbCommand {
    Move(MoveArguments),
}

/// `khien db move …`
#[derive(Debug, Args)]
pub(crate) struct MoveArguments {
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    #[command(flatten)]
    pub(crate) database: DatabaseArguments,
}

/// `khien invite …`
#[derive(Debug, Args)]
pub(crate) struct InviteArguments {
    #[arg(value_name = "LOGIN")]
    pub(crate) login: String,
    #[arg(long)]
    pub(crate) reset_second_factor: bool,
    #[command(flatten)]
    pub(crate) settings: SettingsArguments,
}

/// `khien audit …`
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    Verify(DatabaseArguments),
}

/// `khien check …`
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) directive: Option<String>,
    #[arg(long, value_name = "DIR", conflicts_with = "facts")]
    pub(crate) root: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) facts: Option<PathBuf>,
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[arg(long, value_name = "CLAUSE", num_args = 1.., value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    #[arg(
        long,
        value_name = "text|json|html",
        default_value = "text",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) format: Format,
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    #[arg(long)]
    pub(crate) all: bool,
}

/// `khien cases …`
#[derive(Debug, Subcommand)]
pub(crate) enum CasesCommand {
    Check(CasesCheckArguments),
}

/// `khien cases check …`
#[derive(Debug, Args)]
pub(crate) struct CasesCheckArguments {
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "TITLE")]
    pub(crate) unit: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) directive: Option<String>,
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
    #[arg(long, value_name = "TIME")]
    pub(crate) exported: Option<String>,
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long)]
    pub(crate) all: bool,
}

/// `khien scan …`. Passwords are no arguments: arguments are seen by everybody on the machine.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch that is typed or not")]
pub(crate) struct ScanArguments {
    #[arg(value_name = "PATH", required_unless_present = "watch", conflicts_with = "watch")]
    pub(crate) paths: Vec<PathBuf>,
    #[arg(long, short = 'r')]
    pub(crate) recursive: bool,
    #[arg(long, conflicts_with_all = ["sarif", "watch"])]
    pub(crate) json: bool,
    #[arg(long, conflicts_with = "watch")]
    pub(crate) sarif: bool,
    #[arg(long)]
    pub(crate) all: bool,
    #[arg(long, value_name = "DIR")]
    pub(crate) quarantine: Option<PathBuf>,
    #[arg(long, value_name = "DIR", requires = "clean", requires = "quarantine")]
    pub(crate) watch: Option<PathBuf>,
    #[arg(long, value_name = "DIR", requires = "watch")]
    pub(crate) clean: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) passwords: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with = "watch")]
    pub(crate) receipt: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "receipt")]
    pub(crate) key: Option<PathBuf>,
}

/// What every gate is told.
#[derive(Debug, Args)]
pub(crate) struct GateArguments {
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) settings: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    pub(crate) report_to: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub(crate) spool: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub(crate) rules: Option<PathBuf>,
}

/// `khien icap …`
#[derive(Debug, Args)]
pub(crate) struct IcapArguments {
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:1344", hide_default_value = true)]
    pub(crate) listen: String,
    #[arg(long, value_name = "FILE", requires = "key")]
    pub(crate) certificate: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) gate: GateArguments,
}

/// `khien clamd …`
#[derive(Debug, Args)]
pub(crate) struct ClamdArguments {
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
    #[arg(long, value_name = "FILE", conflicts_with = "listen")]
    pub(crate) socket: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) gate: GateArguments,
}

/// `khien receipt …`
#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptCommand {
    Verify {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[arg(long, value_name = "KEY")]
        key: Option<OsString>,
    },
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a terminal.
    Text,
    /// For programs.
    Json,
    /// For a browser and for paper.
    Html,
}

/// `khien facts …`
#[derive(Debug, Args)]
pub(crate) struct FactsArguments {
    #[arg(long, value_name = "DIR", conflicts_with = "schema")]
    pub(crate) root: Option<PathBuf>,
    #[arg(long, value_name = "TIME", conflicts_with = "schema")]
    pub(crate) at: Option<String>,
    #[arg(long)]
    pub(crate) schema: bool,
}

/// `khien directive …`
#[derive(Debug, Subcommand)]
pub(crate) enum DirectiveCommand {
    List,
    Check {
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
    },
    Explain {
        #[arg(value_name = "CONTROL")]
        control: String,
        #[arg(long, value_name = "ID|FILE")]
        directive: Option<String>,
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
    Schema,
    Test {
        #[arg(value_name = "ID|FILE", required = true)]
        directives: Vec<String>,
    },
}

/// `khien password …`
#[derive(Debug, Subcommand)]
pub(crate) enum PasswordCommand {
    Check(PasswordCheckArguments),
}

/// `khien password check …`. The password itself is no argument: arguments are seen by everybody on the machine.
#[derive(Debug, Args)]
pub(crate) struct PasswordCheckArguments {
    #[arg(long, value_name = "NAME")]
    pub(crate) login: Option<String>,
    #[arg(long)]
    pub(crate) second_factor: bool,
    #[arg(long, value_name = "ID|FILE")]
    pub(crate) directive: Option<String>,
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<String>,
}

/// `khien accounts …`
#[derive(Debug, Subcommand)]
pub(crate) enum AccountsCommand {
    Read(AccountsReadArguments),
}

/// `khien accounts read …`. The password is no argument: arguments are seen by everybody on the machine.
#[derive(Debug, Args)]
pub(crate) struct AccountsReadArguments {
    #[arg(long, value_name = "URL")]
    pub(crate) ldap: String,
    #[arg(long, value_name = "NAME")]
    pub(crate) system: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) bind: Option<String>,
    #[arg(long, value_name = "FILE", requires = "bind")]
    pub(crate) password_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    #[arg(long, value_name = "DN")]
    pub(crate) base: Option<String>,
    #[arg(long, value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    #[arg(long, value_name = "DN")]
    pub(crate) administrators: Vec<String>,
    #[arg(long)]
    pub(crate) json: bool,
}

/// What became of the arguments.
pub(crate) enum Parsed {
    /// A command to carry out.
    Command(Box<Command>),
    /// A text that was asked for: help or the version.
    Text(String),
}

/// Reads the arguments, the program's name first.
pub(crate) fn parse(arguments: &[OsString], texts: &Texts, width: usize) -> Result<Parsed, Problem> {
    let command = help::localised(Arguments::command(), texts, width);
    let typed = typed_command(&command, arguments);
    let misused = |error: &clap::Error| {
        let problem = Box::new(misuse::problem(error));
        Problem::In { command: typed.clone(), problem }
    };
    let matches = match command.try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if !error.use_stderr() => return Ok(Parsed::Text(error.render().to_string())),
        Err(error) => return Err(misused(&error)),
    };
    match Arguments::from_arg_matches(&matches) {
        Ok(parsed) => Ok(Parsed::Command(Box::new(parsed.command))),
        Err(error) => Err(misused(&error)),
    }
}

/// As much of the command as was typed and exists: `khien db move`.
fn typed_command(command: &clap::Command, arguments: &[OsString]) -> String {
    let (mut at, mut typed) = (command, command.get_name().to_owned());
    for argument in arguments.iter().skip(1) {
        if let Some(below) = argument.to_str().and_then(|word| at.find_subcommand(word)) {
            typed.push(' ');
            typed.push_str(below.get_name());
            at = below;
        }
    }
    typed
}

/// The language to speak, found before anything else is read: the messages about wrong arguments need it too.
///
/// `--lang` wins over the variable. A wrong word falls back to Vietnamese here and is refused when the arguments are
/// parsed, or, for the variable, by the second value.
pub(crate) fn language(arguments: &[OsString], variable: Option<OsString>) -> (Language, Option<Problem>) {
    let mut typed = None;
    let mut words = arguments.iter().skip(1).filter_map(|argument| argument.to_str()).take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        if word == "--lang" {
            typed = words.next();
        } else if let Some(tag) = word.strip_prefix("--lang=") {
            typed = Some(tag);
        }
    }
    if let Some(tag) = typed {
        return (Language::from_tag(tag).unwrap_or_default(), None);
    }
    let Some(variable) = variable.filter(|value| !value.is_empty()) else { return (Language::default(), None) };
    if let Some(language) = variable.to_str().and_then(Language::from_tag) {
        return (language, None);
    }
    let value = variable.to_string_lossy().into_owned();
    (Language::default(), Some(Problem::BadLanguageVariable { variable: LANGUAGE_VARIABLE, value }))
}

#[cfg(test)]
mod tests;
