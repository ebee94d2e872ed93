//! The commands, as they stand on the line: `zNAME\0`, `nNAME\n`, or the old form `NAME\n`.

use std::fmt;

/// The longest command with its arguments, in bytes: beyond it the connection ends with `ERROR`.
pub const MAX_COMMAND_BYTES: usize = 8 * 1024;

/// By what a command ends; answers end by the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A zero byte.
    Zero,
    /// The end of the line.
    Line,
}

impl End {
    /// The byte.
    pub const fn byte(self) -> u8 {
        match self {
            Self::Zero => b'\0',
            Self::Line => b'\n',
        }
    }
}

/// What a client wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Whether somebody is there.
    Ping,
    /// Which program and rules.
    Version,
    /// The same, and which commands.
    VersionCommands,
    /// How busy it is.
    Stats,
    /// A file follows in chunks.
    Instream,
    /// An open file follows.
    Fildes,
    /// Several commands follow, each answered by its number.
    IdSession,
    /// The end of such a session.
    End,
    /// A path is to be read (`SCAN`, `CONTSCAN`, `MULTISCAN`, `ALLMATCHSCAN`).
    Path(String),
    /// Something that only who runs the gate may ask for (`RELOAD`, `SHUTDOWN`).
    Forbidden(&'static str),
    /// Anything else.
    Unknown,
}

/// The words that stand alone.
const WORDS: &[(&str, Command)] = &[
    ("PING", Command::Ping),
    ("VERSION", Command::Version),
    ("VERSIONCOMMANDS", Command::VersionCommands),
    ("STATS", Command::Stats),
    ("INSTREAM", Command::Instream),
    ("FILDES", Command::Fildes),
    ("IDSESSION", Command::IdSession),
    ("END", Command::End),
    ("RELOAD", Command::Forbidden("RELOAD")),
    ("SHUTDOWN", Command::Forbidden("SHUTDOWN")),
];

/// The words behind which a path stands.
const WITH_PATH: &[&str] = &["SCAN", "CONTSCAN", "MULTISCAN", "ALLMATCHSCAN"];

/// The one command of the old form behind which chunks may follow without the end of a line.
const OLD_INSTREAM: &[u8] = b"INSTREAM";

/// What input begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// A command, by what it ends, and how many bytes it takes.
    Command(Command, End, usize),
    /// More bytes are needed.
    More,
}

/// What is wrong with a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mistake {
    /// It is longer than [`MAX_COMMAND_BYTES`].
    TooLong,
}

impl fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(formatter, "the command is longer than {MAX_COMMAND_BYTES} bytes"),
        }
    }
}

/// What `input` begins with. `is_all`: nothing more will come, so that the old form ends where it ends.
///
/// # Errors
///
/// [`Mistake`].
pub fn next(input: &[u8], is_all: bool) -> Result<Next, Mistake> {
    let (end, skipped, is_old) = match input.first() {
        None => return Ok(Next::More),
        Some(b'z') => (End::Zero, 1, false),
        Some(b'n') => (End::Line, 1, false),
        Some(_) => (End::Line, 0, true),
    };
    let text = input.get(skipped..).unwrap_or_default();
    if is_old
        && let Some(rest) = text.strip_prefix(OLD_INSTREAM)
        && rest.first().is_some_and(|byte| !b"\r\n".contains(byte) && !byte.is_ascii_alphanumeric())
    {
        // The size of a chunk begins with a zero byte as long as chunks are smaller than 16 MB.
        return Ok(Next::Command(Command::Instream, end, OLD_INSTREAM.len()));
    }
    let stop = text.iter().take(MAX_COMMAND_BYTES).position(|byte| *byte == end.byte());
    let (line, taken) = match stop {
        Some(stop) => (text.get(..stop).unwrap_or_default(), skipped + stop + 1),
        None if text.len() >= MAX_COMMAND_BYTES => return Err(Mistake::TooLong),
        None if is_all && is_old => (text, input.len()),
        None => return Ok(Next::More),
    };
    let line = String::from_utf8_lossy(line);
    Ok(Next::Command(command(line.trim_end_matches(['\r', '\n'])), end, taken))
}

fn command(line: &str) -> Command {
    if let Some((_, command)) = WORDS.iter().find(|(word, _)| *word == line) {
        return command.clone();
    }
    match line.split_once(' ') {
        Some((word, path)) if WITH_PATH.contains(&word) => Command::Path(path.to_owned()),
        _ => Command::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands() {
        let is = |command, end, taken| Ok(Next::Command(command, end, taken));
        let more = || Ok(Next::More);
        let longest = format!("zSCAN {}\0", "a".repeat(MAX_COMMAND_BYTES - 6));
        let too_long = format!("zSCAN {}\0", "a".repeat(MAX_COMMAND_BYTES - 5));
        let cases: &[(&[u8], Result<Next, Mistake>)] = &[
            (b"", more()),
            (b"z", more()),
            (b"zPING", more()),
            (b"zPING\0zVERSION\0", is(Command::Ping, End::Zero, 6)),
            (b"nPING\n", is(Command::Ping, End::Line, 6)),
            (b"PING\n", is(Command::Ping, End::Line, 5)),
            (b"PING\r\n", is(Command::Ping, End::Line, 6)),
            (b"PING", more()),
            (b"zINSTREAM\0\0\0\0\x05", is(Command::Instream, End::Zero, 10)),
            (b"INSTREAM\n\0\0\0\x05", is(Command::Instream, End::Line, 9)),
            (b"INSTREAM\0\0\0\x05", is(Command::Instream, End::Line, 8)),
            (b"INSTREAM", more()),
            (b"zSCAN /etc/pass wd\0", is(Command::Path("/etc/pass wd".to_owned()), End::Zero, 19)),
            (b"nMULTISCAN /\n", is(Command::Path("/".to_owned()), End::Line, 13)),
            (b"zSHUTDOWN\0", is(Command::Forbidden("SHUTDOWN"), End::Zero, 10)),
            (b"zping\0", is(Command::Unknown, End::Zero, 6)),
            (b"zVERSIONCOMMANDS\0", is(Command::VersionCommands, End::Zero, 17)),
            (b"\xff\n", is(Command::Unknown, End::Line, 2)),
            (too_long.as_bytes(), Err(Mistake::TooLong)),
        ];
        for (input, expected) in cases {
            assert_eq!(next(input, false), *expected, "{}", String::from_utf8_lossy(input));
        }
        assert!(matches!(next(longest.as_bytes(), false), Ok(Next::Command(Command::Path(_), ..))));
        assert_eq!(next(b"PING", true), is(Command::Ping, End::Line, 4));
        assert_eq!(next(b"zPING", true), more());
    }
}
