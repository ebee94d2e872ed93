//! `khien up --demo`: a province that does not exist, to see the whole.

use khien_demo::{DemoProblem, SEED, fill};
use khien_server::state::AppState;
use khien_store::{StoreError, logins, settings};

use super::problem;
use crate::Session;
use crate::i18n::text;
use crate::output;
use crate::problem::Problem;
use crate::progress::Progress;

/// How many letters the password of the demonstration has.
const PASSWORD_LETTERS: usize = 16;

/// Makes the province in an empty installation. What to tell about it: who can sign in, with a password that is known to
/// nobody else.
pub(super) async fn demonstrate(state: &AppState, session: &Session) -> Result<String, Problem> {
    let texts = &session.texts;
    let failed = |detail: String, hints: Vec<String>| Problem::Worded {
        what: text!(texts, "up-demo-failed", detail = detail),
        hints,
    };
    let secret = khien_server::secrets::fresh().map_err(|trouble| problem::of_trouble(&trouble, texts))?;
    let password: String = secret.chars().filter(char::is_ascii_alphanumeric).take(PASSWORD_LETTERS).collect();
    let hash = state.sign_in.hasher.hash(&password).await.map_err(|why| failed(why.to_string(), Vec::new()))?;
    output::print(&format!("{}\n", texts.text("up-demo-begins")))?;
    let mut progress = Progress::default();
    let mut say = |day: i64, of: i64| progress.show(|| text!(texts, "up-demo-progress", day = day, of = of));
    let made = fill(&state.store, SEED, session.now, &hash, &mut say).await;
    progress.finish();
    let made = match made {
        Ok(made) => made,
        Err(DemoProblem::NotEmpty) => {
            let of_store = |error: StoreError| problem::of_store(&error, texts);
            let is_demo = settings::DEMO.get(&state.store).await.map_err(of_store)?;
            // Logins come last.
            let is_finished = logins::count_usable(&state.store).await.map_err(of_store)? > 0;
            return match (is_demo, is_finished) {
                (true, true) => Ok(format!("{}\n", texts.text("up-demo-known"))),
                (true, false) => Err(failed(texts.text("up-demo-half"), vec![texts.text("up-demo-half-hint")])),
                (false, _) => Err(failed(texts.text("up-demo-in-use"), vec![texts.text("up-demo-hint")])),
            };
        }
        Err(why) => return Err(failed(why.to_string(), Vec::new())),
    };
    let (units, people, devices) = (made.units, made.people, made.devices);
    let password = password.as_str();
    let mut said = text!(texts, "up-demo", units = units, people = people, devices = devices, password = password);
    for login in &made.logins {
        let role = state.texts(texts.language()).text(&format!("account-role-{}", login.role));
        said.push_str(&format!("\n  {:24} {} ({role})", login.login, login.name));
    }
    said.push_str(&format!("\n{}\n", texts.text("up-demo-administrator")));
    Ok(said)
}
