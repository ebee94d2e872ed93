//! What can be typed, described and complained about in the reader's language.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ErrorKind};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use khien_directive::Lang;

use super::World;
use super::words::text;
use crate::Browsers;

/// Where the state is when nothing else is said.
#[cfg(not(windows))]
fn default_state() -> PathBuf {
    "/var/lib/khien-agent".into()
}

#[cfg(windows)]
use crate::windows::default_state;

/// The command that the agent starts itself with to ask Windows Update; nobody types it.
pub(crate) const ASK_WINDOWS_UPDATE: &str = "ask-windows-update";

/// The variable that sets the language.
const LANGUAGE_VARIABLE: &str = "KHIEN_LANG";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Help or version, to be printed.
    Text(String),
    /// Something that cannot be carried out, and why.
    Mistake(String),
    /// A command.
    Command(Command),
}

/// A command with its arguments.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Enrol(Enrol),
    Run {
        state: PathBuf,
        once: bool,
    },
    #[cfg(windows)]
    Serve {
        state: PathBuf,
    },
    #[cfg(windows)]
    Install {
        state: PathBuf,
        enrol: Option<Enrol>,
        browsers: Option<Browsers>,
    },
    #[cfg(windows)]
    Uninstall {
        state: PathBuf,
        purge: bool,
    },
    #[cfg(windows)]
    AskWindowsUpdate,
    Status {
        state: PathBuf,
    },
    Check {
        state: PathBuf,
        shown: Shown,
    },
}

/// The forms of a result.
const FORMATS: [&str; 3] = ["text", "html", "json"];

/// What a check shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// What was seen, and nothing of what it means.
    Facts,
    /// What it means.
    Result(Form),
}

/// How a result is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// What it means for a person at a terminal; with `all` what passes as well.
    Text {
        /// Whether what passes is listed.
        all: bool,
    },
    /// What it means, as one page to read and print.
    Page,
    /// That page, in the user's browser.
    #[cfg(windows)]
    Opened,
    /// What it means, for programs.
    Json,
}

/// `khien-agent enrol …`
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Enrol {
    pub(super) state: PathBuf,
    pub(super) server: String,
    pub(super) token: String,
    pub(super) accept_notice: bool,
    pub(super) authority: Option<PathBuf>,
    /// What is read of browsers; `None` leaves it as it is.
    pub(super) browsers: Option<Browsers>,
}

/// The language and what was asked for.
pub(super) fn parse(world: &World) -> (Lang, Asked) {
    let (lang, bad) = language(world);
    if let Some(written) = bad {
        return (lang, Asked::Mistake(mistake(lang, &format!("{} “{written}”.", text("bad-language", lang)))));
    }
    let asked = match parser(lang).try_get_matches_from(&world.arguments) {
        Ok(matches) => command_of(&matches)
            .map_or_else(|| Asked::Mistake(mistake(lang, text("missing-command", lang))), Asked::Command),
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            Asked::Text(error.render().to_string())
        }
        Err(error) => Asked::Mistake(mistake(lang, &complaint(&error, lang))),
    };
    (lang, asked)
}

/// The language asked for, on the command line before the environment, and a variable that is no language.
fn language(world: &World) -> (Lang, Option<String>) {
    let mut words = world.arguments.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--lang") {
            Some("") => words.next().map(std::borrow::Cow::into_owned),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        if let Some(lang) = value.and_then(|value| value.parse().ok()) {
            return (lang, None);
        }
    }
    let variable: Option<OsString> = (world.variable)(LANGUAGE_VARIABLE).filter(|value| !value.is_empty());
    match variable.map(|value| value.to_string_lossy().into_owned()) {
        None => (Lang::Vi, None),
        Some(value) => value.parse().map_or((Lang::Vi, Some(value)), |lang| (lang, None)),
    }
}

/// Describes commands and arguments in one language.
#[derive(Clone, Copy)]
struct Describer {
    lang: Lang,
}

impl Describer {
    fn say(self, key: &'static str) -> &'static str {
        text(key, self.lang)
    }

    fn usage(self, rest: &str) -> String {
        format!("khien-agent {rest}{}", self.say("value-options"))
    }

    fn command(self, name: &'static str, about: &'static str, usage: String) -> clap::Command {
        let heading = self.say("heading-usage");
        clap::Command::new(name)
            .about(self.say(about))
            .help_template(format!("{{about}}\n\n{heading}\n  {{usage}}\n\n{{all-args}}{{after-help}}\n"))
            .subcommand_help_heading(self.say("heading-commands"))
            .override_usage(usage)
            .disable_help_flag(true)
            .disable_help_subcommand(true)
            .disable_version_flag(true)
    }

    fn flag(self, name: &'static str, help: &'static str) -> Arg {
        let flag = Arg::new(name).long(name).help(self.say(help)).action(ArgAction::SetTrue);
        flag.help_heading(self.say("heading-options"))
    }

    fn value(self, name: &'static str, value: &'static str, help: &'static str) -> Arg {
        let value = Arg::new(name).long(name).value_name(self.say(value)).help(self.say(help));
        value.help_heading(self.say("heading-options"))
    }

    fn argument(self, name: &'static str, value: &'static str, help: &'static str) -> Arg {
        let argument = Arg::new(name).required(true).value_name(self.say(value)).help(self.say(help));
        argument.help_heading(self.say("heading-arguments"))
    }

    /// What of browsers is looked at. An installer hands in what nobody set as empty text.
    fn browsers(self, or_nothing: &[&'static str]) -> Arg {
        let words = Browsers::WORDS.into_iter().chain(or_nothing.iter().copied());
        self.value("browsers", "value-command", "help-browsers")
            .value_name(Browsers::WORDS.join("|"))
            .value_parser(PossibleValuesParser::new(words))
            .hide_possible_values(true)
    }

    fn enrol(self) -> clap::Command {
        let usage = self.usage(&format!("enrol {} {} ", self.say("value-url"), self.say("value-token")));
        self.command("enrol", "enrol", usage)
            .arg(self.argument("url", "value-url", "enrol-url").display_order(0))
            .arg(self.argument("token", "value-token", "enrol-token").display_order(1))
            .arg(self.flag("accept-notice", "enrol-accept"))
            .arg(self.value("ca", "value-file", "enrol-ca").value_parser(value_parser!(PathBuf)))
            .arg(self.browsers(&[]))
    }

    fn check(self) -> clap::Command {
        let format = self
            .value("format", "value-format", "check-format")
            .value_parser(PossibleValuesParser::new(FORMATS))
            .hide_possible_values(true);
        let check = self
            .command("check", "check", self.usage("check "))
            .arg(self.flag("all", "check-all"))
            .arg(format)
            .arg(self.flag("facts", "check-facts").conflicts_with_all(["all", "format"]));
        if cfg!(windows) {
            check.arg(self.flag("open", "check-open").conflicts_with_all(["all", "format", "facts"]))
        } else {
            check
        }
    }

    fn install(self) -> clap::Command {
        self.command("install", "install", self.usage("install "))
            .arg(self.value("server", "value-url", "enrol-url"))
            .arg(self.value("token", "value-token", "enrol-token"))
            .arg(self.flag("accept-notice", "enrol-accept"))
            .arg(self.value("ca", "value-file", "enrol-ca"))
            .arg(self.browsers(&[""]))
    }
}

fn parser(lang: Lang) -> clap::Command {
    let describe = Describer { lang };
    let usage = format!("khien-agent {} {}", describe.say("value-options"), describe.say("value-command"));
    let run = describe
        .command("run", "run", describe.usage("run "))
        .arg(describe.flag("once", "run-once"))
        .arg(describe.flag("service", "run-service").hide(true));
    let parser = describe
        .command("khien-agent", "about", usage)
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(describe.say("after"))
        .arg(
            describe
                .value("lang", "value-command", "help-lang")
                .value_name("vi|en")
                .value_parser(PossibleValuesParser::new(["vi", "en"]))
                .hide_possible_values(true)
                .global(true),
        )
        .arg(
            describe
                .value("state", "value-dir", if cfg!(windows) { "help-state-windows" } else { "help-state" })
                .value_parser(value_parser!(PathBuf))
                .global(true),
        )
        .arg(describe.flag("help", "help-help").short('h').action(ArgAction::Help).global(true))
        .arg(describe.flag("version", "help-version").short('V').action(ArgAction::Version))
        .subcommand(describe.enrol())
        .subcommand(run)
        .subcommand(describe.command("status", "status", describe.usage("status ")))
        .subcommand(describe.check());
    if !cfg!(windows) {
        return parser;
    }
    let uninstall = describe.command("uninstall", "uninstall", describe.usage("uninstall "));
    parser
        .subcommand(describe.install())
        .subcommand(uninstall.arg(describe.flag("purge", "uninstall-purge")))
        .subcommand(clap::Command::new(ASK_WINDOWS_UPDATE).hide(true))
}

fn command_of(matches: &ArgMatches) -> Option<Command> {
    let (name, below) = matches.subcommand()?;
    let state = below.get_one::<PathBuf>("state").cloned().unwrap_or_else(default_state);
    let words = |name| below.get_one::<String>(name).cloned().unwrap_or_default();
    let browsers = || Browsers::of_word(&words("browsers"));
    match name {
        "enrol" => Some(Command::Enrol(Enrol {
            state,
            server: words("url"),
            token: words("token"),
            accept_notice: below.get_flag("accept-notice"),
            authority: below.get_one::<PathBuf>("ca").cloned(),
            browsers: browsers(),
        })),
        #[cfg(windows)]
        "run" if below.get_flag("service") => Some(Command::Serve { state }),
        #[cfg(windows)]
        "install" => {
            let authority = Some(PathBuf::from(words("ca"))).filter(|file| !file.as_os_str().is_empty());
            let (server, token) = (words("server"), words("token"));
            let accept_notice = below.get_flag("accept-notice");
            let is_planned = !(server.is_empty() && token.is_empty());
            let enrol = Enrol { state: state.clone(), server, token, accept_notice, authority, browsers: None };
            Some(Command::Install { state, enrol: is_planned.then_some(enrol), browsers: browsers() })
        }
        #[cfg(windows)]
        "uninstall" => Some(Command::Uninstall { state, purge: below.get_flag("purge") }),
        #[cfg(windows)]
        ASK_WINDOWS_UPDATE => Some(Command::AskWindowsUpdate),
        "run" => Some(Command::Run { state, once: below.get_flag("once") }),
        "status" => Some(Command::Status { state }),
        "check" => {
            let shown = match below.get_one::<String>("format").map(String::as_str) {
                _ if below.get_flag("facts") => Shown::Facts,
                #[cfg(windows)]
                _ if below.get_flag("open") => Shown::Result(Form::Opened),
                Some("html") => Shown::Result(Form::Page),
                Some("json") => Shown::Result(Form::Json),
                _ => Shown::Result(Form::Text { all: below.get_flag("all") }),
            };
            Some(Command::Check { state, shown })
        }
        _ => None,
    }
}

/// What the parser complains about, without its English.
fn complaint(error: &clap::Error, lang: Lang) -> String {
    let said = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = said(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => format!("{} “{argument}”.", text("unknown-argument", lang)),
        ErrorKind::InvalidSubcommand => {
            format!("{} “{}”.", text("unknown-command", lang), said(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("{} {argument}.", text("missing-argument", lang)),
        ErrorKind::InvalidValue if said(ContextKind::InvalidValue).is_empty() => {
            format!("{} {argument}.", text("missing-value", lang))
        }
        ErrorKind::InvalidValue => {
            format!("{} “{}” ({argument}).", text("bad-value", lang), said(ContextKind::InvalidValue))
        }
        _ => format!("{} {argument}", text("wrong-use", lang)).trim_end().to_owned() + ".",
    }
}

fn mistake(lang: Lang, what: &str) -> String {
    format!("{}: {what}\n{}", text("error", lang), text("hint-help", lang))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(words: &[&str]) -> (Lang, Asked) {
        let arguments = std::iter::once("khien-agent").chain(words.iter().copied()).map(OsString::from).collect();
        parse(&World { arguments, variable: |_| None, clock: || jiff::Timestamp::UNIX_EPOCH, listen: |_| Ok(()) })
    }

    #[test]
    fn the_parser_is_in_order() {
        parser(Lang::Vi).debug_assert();
        parser(Lang::En).debug_assert();
    }

    #[test]
    fn commands_are_read() {
        let state = default_state;
        let enrol = Enrol {
            state: "/s".into(),
            server: "https://a".into(),
            token: "T".into(),
            accept_notice: true,
            authority: Some("/c".into()),
            browsers: Some(Browsers::Policies),
        };
        for (words, expected) in [
            (&["run"][..], Command::Run { state: state(), once: false }),
            (&["run", "--once", "--state", "/s"], Command::Run { state: "/s".into(), once: true }),
            (&["--state=/s", "status"], Command::Status { state: "/s".into() }),
            (&["check"], Command::Check { state: state(), shown: Shown::Result(Form::Text { all: false }) }),
            (&["check", "--all"], Command::Check { state: state(), shown: Shown::Result(Form::Text { all: true }) }),
            (&["check", "--format", "html"], Command::Check { state: state(), shown: Shown::Result(Form::Page) }),
            (&["check", "--format=json"], Command::Check { state: state(), shown: Shown::Result(Form::Json) }),
            (&["check", "--facts"], Command::Check { state: state(), shown: Shown::Facts }),
            (
                &["enrol", "https://a", "T", "--accept-notice", "--ca=/c", "--state=/s", "--browsers=policies"],
                Command::Enrol(enrol),
            ),
        ] {
            assert_eq!(asked(words), (Lang::Vi, Asked::Command(expected)), "{words:?}");
        }
    }

    #[test]
    fn mistakes_are_said_in_the_readers_language() {
        let said = |words: &[&str]| match asked(words).1 {
            Asked::Mistake(text) => text.lines().next().unwrap_or_default().to_owned(),
            other => panic!("{words:?}: {other:?}"),
        };
        let all: Vec<String> = [
            &[][..],
            &["--lang", "en"],
            &["look"],
            &["--lang", "en", "look"],
            &["run", "--twice"],
            &["--lang=en", "run", "--twice"],
            &["enrol", "https://a"],
            &["enrol", "--lang", "en"],
            &["status", "--state"],
            &["status", "--lang", "fr"],
            &["enrol", "https://a", "T", "--browsers", "some"],
        ]
        .map(said)
        .into();
        expect_test::expect![[r#"
            Lỗi: chưa nói phải làm gì (enrol, run, status hoặc check).
            Error: it was not said what to do (enrol, run, status or check).
            Lỗi: không có lệnh “look”.
            Error: there is no command “look”.
            Lỗi: không có tùy chọn “--twice”.
            Error: there is no option “--twice”.
            Lỗi: còn thiếu <MÃ>.
            Error: there is missing <URL>, <TOKEN>.
            Lỗi: cần có giá trị đi kèm --state <THƯ_MỤC>.
            Lỗi: giá trị không dùng được “fr” (--lang <vi|en>).
            Lỗi: giá trị không dùng được “some” (--browsers <all|policies>)."#]]
        .assert_eq(&all.join("\n"));
    }

    #[test]
    fn help_is_in_the_readers_language() {
        for (words, golden) in [
            (&["--help"][..], expect_test::expect_file!["../../tests/help/vi.txt"]),
            (&["--help", "--lang", "en"], expect_test::expect_file!["../../tests/help/en.txt"]),
            (&["enrol", "--help"], expect_test::expect_file!["../../tests/help/enrol.vi.txt"]),
            (&["enrol", "--help", "--lang", "en"], expect_test::expect_file!["../../tests/help/enrol.en.txt"]),
        ] {
            let Asked::Text(text) = asked(words).1 else { panic!("{words:?}") };
            golden.assert_eq(&text);
        }
    }
}
