//! The commands of the program. The world outside (arguments, clock, signals) is handed in by `main`.

mod arguments;
mod check;
mod enrol;
#[cfg(windows)]
mod install;
mod status;
mod words;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use jiff::Timestamp;
use khien_directive::Lang;
use khien_protocol::Bilingual;
use khien_texts::Language;

#[cfg(windows)]
pub(crate) use self::arguments::ASK_WINDOWS_UPDATE;
use self::arguments::{Asked, Command};
use crate::service::{RunOptions, Stop, report_once, run_loop};
use crate::state::State;
use crate::{Problem, texts};

/// What the program needs from outside.
pub struct World {
    /// What was typed, the program's name first.
    pub arguments: Vec<OsString>,
    /// Reads a variable of the environment.
    pub variable: fn(&str) -> Option<OsString>,
    /// Reads the clock.
    pub clock: fn() -> Timestamp,
    /// Lets the system's signals stop the service.
    pub listen: fn(&Stop) -> io::Result<()>,
}

/// How the program ends; the numbers are those of `khien check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// What was asked for was done, and nothing fails.
    Good = 0,
    /// Something fails.
    Fails = 1,
    /// Wrong use, bad input, or it could not be done.
    Misuse = 2,
    /// Nothing could be judged.
    NothingJudged = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Where a command writes to, in which language.
struct Voice<'a> {
    lang: Lang,
    out: &'a mut dyn Write,
}

impl Voice<'_> {
    /// Writes a line. Nobody is helped when the reader is gone.
    fn say(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    /// Writes lines that are whole already.
    fn write(&mut self, lines: &str) {
        let _ = self.out.write_all(lines.as_bytes());
    }

    fn tell(&mut self, text: &Bilingual) {
        let text = pick(text, self.lang).to_owned();
        self.say(&text);
    }
}

/// Carries out what was typed.
pub fn run(world: &World, out: &mut dyn Write, err: &mut dyn Write) -> Exit {
    let (lang, asked) = arguments::parse(world);
    let mut voice = Voice { lang, out };
    let outcome = match asked {
        Asked::Text(text) => {
            let _ = voice.out.write_all(text.as_bytes());
            return Exit::Good;
        }
        Asked::Mistake(text) => Err(text),
        Asked::Command(command) => carry_out(&command, world, &mut voice, err)
            .map_err(|problem| format!("{}: {}", words::text("error", lang), pick(&problem.message(), lang))),
    };
    outcome.unwrap_or_else(|complaint| {
        let _ = writeln!(err, "{complaint}");
        Exit::Misuse
    })
}

fn carry_out(command: &Command, world: &World, voice: &mut Voice<'_>, err: &mut dyn Write) -> Result<Exit, Problem> {
    match command {
        Command::Enrol(wanted) => enrol::run(wanted, world, voice),
        Command::Run { state, once } => serve(&State::open(state)?, *once, world, voice, err),
        #[cfg(windows)]
        Command::Serve { state } => crate::windows::serve(state.clone(), world.clock).map(|()| Exit::Good),
        #[cfg(windows)]
        Command::Install { state, enrol, browsers } => install::install(state, enrol.as_ref(), *browsers, world, voice),
        #[cfg(windows)]
        Command::Uninstall { state, purge } => install::uninstall(state, *purge, voice),
        #[cfg(windows)]
        Command::AskWindowsUpdate => match crate::windows::answer(voice.out) {
            Ok(()) => Ok(Exit::Good),
            Err(error) => Err(Problem::StateUnusable { path: "stdout".into(), detail: error.to_string() }),
        },
        Command::Status { state } => status::run(state, voice),
        Command::Check { state, shown } => check::run(state, *shown, (world.clock)(), voice),
    }
}

fn serve(
    state: &State,
    once: bool,
    world: &World,
    voice: &mut Voice<'_>,
    err: &mut dyn Write,
) -> Result<Exit, Problem> {
    let lang = voice.lang;
    // The journal of the system adds the time.
    let mut say = |text: &Bilingual| {
        let _ = writeln!(err, "{}", pick(text, lang));
    };
    if once {
        let delivered = report_once(state, (world.clock)(), &mut say)?;
        voice.tell(&texts::delivered(delivered.reports));
        return Ok(Exit::Good);
    }
    let stop = Stop::default();
    (world.listen)(&stop)
        .map_err(|error| Problem::StateUnusable { path: "signals".into(), detail: error.to_string() })?;
    run_loop(state, &RunOptions::default(), &world.clock, &stop, &mut say)?;
    Ok(Exit::Good)
}

/// The text in one language.
fn pick(text: &Bilingual, lang: Lang) -> &str {
    match lang {
        Lang::Vi => &text.vi,
        Lang::En => &text.en,
    }
}

/// The language, as the texts name it.
const fn language(lang: Lang) -> Language {
    match lang {
        Lang::Vi => Language::Vi,
        Lang::En => Language::En,
    }
}
