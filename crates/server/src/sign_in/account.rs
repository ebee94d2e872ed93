//! One's own account: how one signs in, where one is signed in, and the way out.

use askama::Template;
use axum::extract::State;
use khien_model::{Organisation, day_of};
use khien_store::sessions::Session;
use khien_store::{Actor, logins, recovery_codes};
use khien_texts::{Texts, moment, text};

use super::{ACCOUNT_PATH, PATH, policy, steps};
use crate::cookies;
use crate::page::{Frame, Onward, Page};
use crate::rights::{Grant, Role};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "sign_in/account.html")]
struct AccountPage<'a> {
    frame: Frame<'a>,
    name: &'a str,
    login: &'a str,
    roles: Vec<String>,
    password: Option<(String, String)>,
    second_factor: bool,
    required: bool,
    codes_left: String,
    sessions: Vec<ShownSession>,
}

struct ShownSession {
    began: String,
    seen: String,
    browser: String,
    how: String,
    this: bool,
}

/// Shows it.
pub(super) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let person = visit.person()?;
    let texts = state.texts(visit.language);
    let login = logins::find(&state.store, &person.person).await?.ok_or(Trouble::SignInNeeded)?;
    let policy = policy(&state, visit.now).await?;
    let left = recovery_codes::left(&state.store, &person.person).await?;
    let sessions = khien_store::sessions::of_person(&state.store, &person.person).await?;
    let still_good = |session: &&Session| {
        visit.now < session.expires_at && visit.now.duration_since(session.last_seen_at) < policy.idle
    };
    let shown = |session: &Session| ShownSession {
        began: moment::shown(session.created_at, texts),
        seen: moment::shown(session.last_seen_at, texts),
        browser: browser(session.user_agent.as_deref())
            .map_or_else(|| texts.text("account-session-unknown-browser"), str::to_owned),
        how: texts.text(&format!("strength-{}", session.strength)),
        this: session.secret_hash == person.session.secret_hash,
    };
    let administrator = person.rights.has(Role::Administrator);
    let rules = &policy.rules;
    let max_age = if administrator { rules.max_age.min(rules.administrator_max_age) } else { rules.max_age };
    let password = login.password_hash.as_ref().and(login.password_changed_at).map(|changed_at| {
        let due = changed_at.saturating_add(max_age).unwrap_or(changed_at);
        (
            text!(texts, "account-password-since", moment = moment::shown(changed_at, texts)),
            text!(texts, "account-password-due", moment = moment::shown(due, texts)),
        )
    });
    let context = state.store.judge_context().await?;
    let organisation = context.organisation();
    Page::new(&AccountPage {
        frame: Frame::new(&state, &visit, texts.text("account-title")),
        name: &person.name,
        login: &login.login,
        roles: person.rights.grants().iter().map(|grant| role_shown(grant, organisation, &visit, texts)).collect(),
        password,
        second_factor: login.totp_confirmed_at.is_some(),
        required: steps::needs_second_factor(&person.rights, &policy),
        codes_left: text!(texts, "account-codes-left", count = left),
        sessions: sessions.iter().filter(still_good).map(shown).collect(),
    })
}

fn role_shown(grant: &Grant, organisation: &Organisation, visit: &Visit, texts: &Texts) -> String {
    let role = texts.text(&format!("account-role-{}", grant.role));
    let Some(unit) = &grant.unit else {
        let whole = matches!(grant.role, Role::Administrator | Role::Assessor);
        return if whole { format!("{role}: {}", texts.text("account-role-everything")) } else { role };
    };
    let tree = organisation.tree();
    let name = tree.find(unit).and_then(|unit| tree.name(unit, day_of(visit.now)));
    name.map_or(role.clone(), |name| format!("{role}: {}", name.name))
}

/// The name by which people know a browser, out of what it calls itself. Every Chromium calls itself Chrome and Safari too, so
/// the more particular names come first.
fn browser(user_agent: Option<&str>) -> Option<&'static str> {
    const NAMES: &[(&str, &str)] = &[
        ("coc_coc_browser", "Cốc Cốc"),
        ("Edg/", "Microsoft Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let user_agent = user_agent?;
    NAMES.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
}

/// Ends every session of the person but this one.
pub(super) async fn end_others(State(state): State<AppState>, visit: Visit) -> Result<Onward, Trouble> {
    let person = visit.person()?;
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    khien_store::sessions::end_all(&mut change, &person.person, Some(&person.session.secret_hash)).await?;
    change.commit().await?;
    Ok(Onward::to(ACCOUNT_PATH).saying("account-sessions-ended", &visit))
}

/// Ends every session of the person.
pub(super) async fn end_all(State(state): State<AppState>, visit: Visit) -> Result<Onward, Trouble> {
    let person = visit.person()?;
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    khien_store::sessions::end_all(&mut change, &person.person, None).await?;
    change.commit().await?;
    Ok(out(&visit))
}

/// Ends this session.
pub(super) async fn sign_out(State(state): State<AppState>, visit: Visit) -> Result<Onward, Trouble> {
    let person = visit.person()?;
    let mut change = state.store.begin(Actor::Person(person.person.clone()), visit.now).await?;
    khien_store::sessions::end(&mut change, &person.session.secret_hash).await?;
    change.commit().await?;
    Ok(out(&visit))
}

fn out(visit: &Visit) -> Onward {
    Onward::to(PATH).with_cookie(cookies::remove(cookies::SESSION, visit.secure)).saying("sign-in-signed-out", visit)
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn a_browser_is_called_what_people_call_it() {
        let chromium = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)";
        let cases = [
            (format!("{chromium} coc_coc_browser/124.0 Chrome/118.0 Safari/537.36"), Some("Cốc Cốc")),
            (format!("{chromium} Chrome/130.0 Safari/537.36 Edg/130.0"), Some("Microsoft Edge")),
            (format!("{chromium} Chrome/130.0 Safari/537.36"), Some("Chrome")),
            ("Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/140.0".to_owned(), Some("Firefox")),
            ("curl/8".to_owned(), None),
        ];
        for (user_agent, expected) in &cases {
            assert_eq!(browser(Some(user_agent)), *expected, "{user_agent}");
        }
        assert_eq!(browser(None), None);
    }
}
