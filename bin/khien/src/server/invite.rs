//! `khien invite`: the way back in for whoever cannot sign in any more, from the machine of the server.
//!
//! Nobody is asked who they are: whoever can open the database can do anything with it. That it happened is in the audit log.

use jiff::SignedDuration;
use khien_server::config::is_this_machine;
use khien_server::sign_in::way_back::{self, WayBack};
use khien_texts::moment;

use super::{problem, runtime};
use crate::Session;
use crate::cli::InviteArguments;
use crate::data;
use crate::facts::nearest;
use crate::i18n::text;
use crate::output::{Answer, Outcome};
use crate::problem::Problem;

/// `khien invite LOGIN`.
pub(crate) fn invite(arguments: &InviteArguments, session: &Session) -> Outcome {
    let (texts, now) = (&session.texts, session.now);
    let settings = super::settings(&arguments.settings, session)?;
    let login = arguments.login.as_str();
    let way = runtime(session)?.block_on(async {
        let store = data::open(&settings.database_url(), false, texts).await?;
        let opened = way_back::open(&store, login, arguments.reset_second_factor, now).await;
        let known = way_back::administrators(&store, now).await;
        store.close().await;
        let trouble = |trouble: khien_server::Trouble| problem::of_trouble(&trouble, texts);
        let (opened, known) = (opened.map_err(trouble)?, known.map_err(trouble)?);
        opened.ok_or_else(|| {
            let mut hints = Vec::new();
            if let Some(meant) = nearest(login, known.iter().map(String::as_str)) {
                hints.push(text!(texts, "hint-did-you-mean", meant = meant));
            }
            let key = if known.is_empty() { "invite-hint-nobody" } else { "invite-hint-administrators" };
            hints.push(text!(texts, key, known = known.join(", ")));
            Problem::Worded { what: text!(texts, "invite-unknown", login = login), hints }
        })
    })?;
    let WayBack { person, path, hours, has_second_factor } = way;
    let until = now.saturating_add(SignedDuration::from_hours(hours)).unwrap_or(now);
    let link = format!("{}{path}", settings.reached_by());
    let until = moment::shown(until, texts);
    let mut said = text!(texts, "invite-link", name = person, moment = until, link = link.as_str());
    if is_this_machine(&link) {
        said.push('\n');
        said.push_str(&texts.text("invite-local-address"));
    }
    let second = match (arguments.reset_second_factor, has_second_factor) {
        (true, _) => Some("invite-second-factor-gone"),
        (false, true) => Some("invite-second-factor-stays"),
        (false, false) => None,
    };
    if let Some(key) = second {
        said.push('\n');
        said.push_str(&texts.text(key));
    }
    Ok(Answer::good(said + "\n"))
}
