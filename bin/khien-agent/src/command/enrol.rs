//! `khien-agent enrol`: the notice, the answer to it, the enrolment.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use super::arguments::Enrol;
use super::words::text;
use super::{Exit, Voice, World};
use crate::enrol::{EnrolOptions, enrol};
use crate::{Problem, Settings, notice};

/// How much of an answer is read, in bytes.
const MAX_ANSWER_BYTES: u64 = 64;

/// What counts as yes.
const YES: &[&str] = &["có", "co", "yes", "y", "đồng ý"];

/// Who is asked when the system does not say.
const SOMEBODY: &str = "unknown";

/// Carries out the command.
pub(super) fn run(wanted: &Enrol, world: &World, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    accepted(wanted.accept_notice, voice)?;
    if let Some(browsers) = wanted.browsers {
        Settings { browsers }.write(&wanted.state)?;
    }
    let now = (world.clock)();
    let options = EnrolOptions {
        state: wanted.state.clone(),
        server: wanted.server.clone(),
        token: wanted.token.clone(),
        authority: wanted.authority.clone(),
        notice: notice::accept(&who(world), now),
    };
    let state = enrol(&options, now)?;
    if let Some(enrolment) = state.enrolment()? {
        let (unit, device) = (&enrolment.unit_name, &enrolment.device_id);
        voice.say(&format!("{} “{unit}” ({device}).", text("enrolled-in", voice.lang)));
    }
    let next = if cfg!(windows) { "enrolled-next-windows" } else { "enrolled-next" };
    voice.say(text(next, voice.lang));
    Ok(Exit::Good)
}

/// Shows the notice; fails unless it is accepted, by an option or by the person in front of the terminal.
pub(super) fn accepted(by_option: bool, voice: &mut Voice<'_>) -> Result<(), Problem> {
    voice.tell(&notice::text());
    voice.say("");
    if by_option || asked(voice) { Ok(()) } else { Err(Problem::NoticeNotAccepted) }
}

/// Whether the person in front of the terminal accepts. Where there is no terminal nobody does.
fn asked(voice: &mut Voice<'_>) -> bool {
    if !io::stdin().is_terminal() {
        return false;
    }
    let _ = write!(voice.out, "{}", text("accept-question", voice.lang));
    let _ = voice.out.flush();
    let mut answer = String::new();
    let read = io::stdin().lock().take(MAX_ANSWER_BYTES).read_line(&mut answer);
    read.is_ok() && is_yes(&answer)
}

fn is_yes(answer: &str) -> bool {
    let answer = khien_model::text::nfc(answer.trim()).to_lowercase();
    YES.contains(&answer.as_str())
}

/// The account that accepts: the one behind `sudo`, if there is one.
pub(super) fn who(world: &World) -> String {
    let names = ["SUDO_USER", "LOGNAME", "USER", "USERNAME"].into_iter();
    let known = names.filter_map(|name| (world.variable)(name)).filter_map(|name| name.into_string().ok());
    let usable = |name: &String| {
        !name.is_empty() && name.len() <= khien_protocol::limits::MAX_NAME_BYTES && !name.chars().any(char::is_control)
    };
    known.into_iter().find(usable).unwrap_or_else(|| SOMEBODY.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for yes in ["có\n", " CÓ ", "co\u{301}", "yes", "Y", "Đồng ý"] {
            assert!(is_yes(yes), "{yes}");
        }
        for no in ["", "\n", "không", "no", "yes no"] {
            assert!(!is_yes(no), "{no}");
        }
    }

    #[test]
    fn the_person_behind_sudo_accepts() {
        let world = |variable| World {
            arguments: Vec::new(),
            variable,
            clock: || jiff::Timestamp::UNIX_EPOCH,
            listen: |_| Ok(()),
        };
        assert_eq!(who(&world(|name| (name == "SUDO_USER").then(|| "lan".into()))), "lan");
        assert_eq!(who(&world(|name| Some(if name == "SUDO_USER" { "" } else { "root" }.into()))), "root");
        assert_eq!(who(&world(|_| None)), SOMEBODY);
    }
}
