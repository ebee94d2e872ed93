//! Settings of the installation, each with its bounds and where its value comes from.

use axum::extract::{Form as Sent, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use khien_store::settings::{self, Bounds, Setting};
use khien_store::{Change, StoreError};
use khien_texts::text;

use super::desk::Desk;
use super::reminders::mail;
use super::sheet::{Block, Cell, Field, Form, Table};
use crate::page::{Onward, Page};
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The whole numbers that are set here, in the order of the page.
const NUMBERS: &[Setting<i64>] = &[
    settings::DIGEST_WEEKDAY,
    settings::DIGEST_HOUR,
    settings::SESSION_IDLE_MINUTES,
    settings::SESSION_HOURS,
    settings::KEEP_FACT_CHANGES_DAYS,
    settings::KEEP_FINDINGS_DAYS,
    settings::KEEP_TALLY_DAYS,
    settings::KEEP_REQUESTS_DAYS,
    settings::KEEP_IMPORTS_DAYS,
    settings::KEEP_CASE_ROWS_DAYS,
    settings::KEEP_TICKETS_DAYS,
    settings::KEEP_GATE_EVENTS_DAYS,
    settings::KEEP_STUDIES_DAYS,
    settings::KEEP_SCANS_DAYS,
];

/// The texts that are set here, in the order of the page: the name of the organisation, and what letters need.
const TEXTS: &[Setting<String>] = &[
    settings::ORGANISATION_NAME,
    settings::LETTER_PARENT,
    settings::LETTER_PLACE,
    settings::INCIDENT_RECEIVERS,
    settings::INCIDENT_CALL,
];

fn bounds_of(name: &str) -> Option<(i64, i64)> {
    settings::ALL.iter().find_map(|(known, bounds)| match bounds {
        Bounds::Whole(least, most) if *known == name => Some((*least, *most)),
        _ => None,
    })
}

fn letters_of(name: &str) -> usize {
    let letters = settings::ALL.iter().find_map(|(known, bounds)| match bounds {
        Bounds::Letters(letters) if *known == name => Some(*letters),
        _ => None,
    });
    letters.unwrap_or(usize::MAX)
}

/// The key of the name of a setting.
fn key(name: &str) -> String {
    format!("setting-{}", name.replace('_', "-"))
}

/// Shows them.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    settings_page(&Desk::new(&state, &visit), &[], &[]).await
}

async fn settings_page(
    desk: &Desk<'_>,
    sent: &[(String, String)],
    mistakes: &[(String, String)],
) -> Result<Page, Trouble> {
    let store = &desk.state.store;
    let written = |name: &str, value: String| {
        sent.iter().find(|(field, _)| field == name).map_or(value, |(_, sent)| sent.clone())
    };
    let mut fields = Vec::new();
    for setting in TEXTS {
        let value = written(setting.name, setting.get(store).await?);
        fields.push(Field::line(setting.name, desk.t(&key(setting.name)), value));
    }
    fields.push(
        Field::tick(
            settings::DIGEST_ON.name,
            desk.t(&key(settings::DIGEST_ON.name)),
            settings::DIGEST_ON.get(store).await?,
        )
        .hint(desk.t(if mail::is_configured(desk.state) {
            "settings-mail-is-set"
        } else {
            "settings-mail-is-not-set"
        })),
    );
    let reminders = settings::PASSWORD_REMINDERS_ON;
    fields.push(Field::tick(reminders.name, desk.t(&key(reminders.name)), reminders.get(store).await?));
    for setting in NUMBERS {
        let (least, most) = bounds_of(setting.name).unwrap_or((0, i64::MAX));
        let value = written(setting.name, setting.get(store).await?.to_string());
        let hint = text!(desk.texts, "settings-bounds", least = least, most = most, usual = setting.default_value());
        fields.push(Field::whole(setting.name, desk.t(&key(setting.name)), least, most, value).required().hint(hint));
    }
    let mut blocks = Vec::new();
    if desk.visit.rights.could(Action::Change, Resource::Setting) {
        let form = Form::post(desk.visit, "/admin/settings", desk.t("admin-save"), fields).with_mistakes(mistakes);
        if !mistakes.is_empty() {
            blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
        }
        blocks.push(Block::Form(form));
        blocks.push(Block::Heading(desk.t("settings-mail-test")));
        blocks.push(Block::Text(desk.t("settings-mail-test-about")));
        blocks.push(Block::Form(Form::post(
            desk.visit,
            "/admin/settings/test-mail",
            desk.t("settings-mail-send"),
            vec![],
        )));
    } else {
        let mut facts = Vec::new();
        for setting in TEXTS {
            facts.push((desk.t(&key(setting.name)), Cell::Text(setting.get(store).await?)));
        }
        for setting in NUMBERS {
            facts.push((desk.t(&key(setting.name)), Cell::Text(setting.get(store).await?.to_string())));
        }
        blocks.push(Block::Facts(facts));
    }
    blocks.extend(jobs(desk).await?);
    blocks.push(Block::Heading(desk.t("settings-file")));
    blocks.push(Block::Text(desk.t("settings-file-about")));
    let given = crate::config::FIELDS.iter().map(|field| {
        let shown = field.shown(&desk.state.settings);
        (field.name.to_owned(), if shown.is_empty() { Cell::Text(desk.t("settings-unset")) } else { Cell::Code(shown) })
    });
    blocks.push(Block::Facts(given.collect()));
    let page = desk.page(desk.t("settings-title"), &[], &blocks)?;
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

/// What the server does by itself, when next, and what stood in the way.
async fn jobs(desk: &Desk<'_>) -> Result<[Block; 3], Trouble> {
    let open = khien_store::jobs::open(&desk.state.store).await?;
    let rows = open.iter().map(|job| {
        vec![
            Cell::Text(desk.t(&format!("job-{}", job.kind))),
            Cell::Text(desk.moment(job.run_at)),
            Cell::text(job.last_error.clone().unwrap_or_default()),
        ]
    });
    let table = Table {
        caption: desk.t("settings-jobs"),
        heads: ["job-kind", "job-next", "job-trouble"].map(|key| desk.t(key)).into(),
        rows: rows.collect(),
        empty: desk.t("job-none"),
        around: vec![],
    };
    Ok([Block::Heading(desk.t("settings-jobs")), Block::Text(desk.t("settings-jobs-about")), Block::Table(table)])
}

/// Sets them: all that were sent, or none when one is out of bounds.
pub(crate) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let value = |name: &str| sent.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value.trim());
    let mut mistakes = Vec::new();
    let mut texts = Vec::new();
    for setting in TEXTS {
        let written = khien_model::text::nfc(value(setting.name)).into_owned();
        let most_letters = letters_of(setting.name);
        if written.chars().count() > most_letters {
            let what = text!(desk.texts, "person-too-long", most = most_letters);
            mistakes.push((setting.name.to_owned(), what));
        }
        texts.push((setting, written));
    }
    let mut numbers = Vec::new();
    for setting in NUMBERS {
        let (least, most) = bounds_of(setting.name).unwrap_or((0, i64::MAX));
        match value(setting.name).parse::<i64>().ok().filter(|number| (least..=most).contains(number)) {
            Some(number) => numbers.push((setting, number)),
            None => {
                let what = text!(desk.texts, "settings-out-of-bounds", least = least, most = most);
                mistakes.push((setting.name.to_owned(), what));
            }
        }
    }
    if !mistakes.is_empty() {
        return Ok(settings_page(&desk, &sent, &mistakes).await?.into_response());
    }
    let mut change = desk.begin().await?;
    for (setting, written) in texts {
        set(&mut change, setting, written).await?;
    }
    set(&mut change, &settings::DIGEST_ON, !value(settings::DIGEST_ON.name).is_empty()).await?;
    let reminds = !value(settings::PASSWORD_REMINDERS_ON.name).is_empty();
    set(&mut change, &settings::PASSWORD_REMINDERS_ON, reminds).await?;
    for (setting, number) in numbers {
        set(&mut change, setting, number).await?;
    }
    change.commit().await?;
    Ok(Onward::to("/admin/settings").saying("admin-saved", &visit).into_response())
}

/// Writes a setting that is not what it was: the audit log tells changes only.
async fn set<T>(change: &mut Change, setting: &Setting<T>, value: T) -> Result<(), StoreError>
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq,
{
    if setting.get(change.store()).await? == value {
        return Ok(());
    }
    setting.set(change, &value).await
}

/// Sends a message to whoever presses the button, and says what the mail server said.
pub(crate) async fn test_mail(State(state): State<AppState>, visit: Visit) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let person = khien_store::people::find(&state.store, desk.person()?).await?.ok_or(Trouble::NotFound)?;
    let block = match (person.email, mail::is_configured(&state)) {
        (None, _) => Block::Notice("fail", desk.t("settings-mail-no-address")),
        (_, false) => Block::Notice("fail", desk.t("settings-mail-is-not-set")),
        (Some(address), true) => {
            let letter = mail::Letter {
                to: address.clone(),
                to_name: person.name,
                subject: desk.t("mail-test-subject"),
                text: text!(desk.texts, "mail-test-text", url = state.public_url.to_string()),
                html: None,
                id: visit.request_id.clone(),
            };
            match mail::send(&state.settings.mail, &letter).await {
                Ok(()) => Block::Notice("pass", text!(desk.texts, "settings-mail-went", address = address)),
                Err(problem) => {
                    Block::Notice("fail", text!(desk.texts, "settings-mail-failed", problem = problem.to_string()))
                }
            }
        }
    };
    let way = [super::sheet::Link::new("/admin/settings", desk.t("settings-title"))];
    desk.page(desk.t("settings-mail-test"), &way, &[block])
}
