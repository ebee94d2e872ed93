//! Making and changing a source of accounts.

use axum::extract::{Form as Sent, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use khien_connect::ldap::{Attributes, Authorities, SettingsProblem};
use khien_store::connectors::{self, Connector, ConnectorKind};
use khien_store::{StoreError, ids};
use khien_texts::text;
use serde::Deserialize;

use super::list::kind_name;
use super::{found, way};
use crate::accounts::reached::Reached;
use crate::admin::desk::{Desk, filled, unit_choices};
use crate::admin::sheet::{Block, Cell, Field, Form, Link};
use crate::page::{Onward, Page};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The hours between two readings that are offered; 0: by hand only.
const EVERY_HOURS: &[u32] = &[0, 1, 4, 12, 24, 168];
/// How often a directive is read unless somebody says otherwise.
const USUAL_HOURS: &str = "4";
/// How many groups of administrators are named at most.
const MAX_GROUPS: usize = 20;

/// What stands in the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
}

/// What is typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    kind: String,
    name: String,
    system: String,
    unit: String,
    every_hours: String,
    url: String,
    certificates: String,
    bind_name: String,
    password: String,
    base: String,
    filter: String,
    login: String,
    owner_name: String,
    mail: String,
    employee: String,
    administrators: String,
}

impl Typed {
    /// A connector as it would be typed; never its password.
    fn of(connector: &Connector, reached: &Reached) -> Self {
        let attribute =
            |of: fn(&Attributes) -> &String| reached.attributes.as_ref().map(of).cloned().unwrap_or_default();
        Self {
            kind: connector.kind.to_string(),
            name: connector.name.clone(),
            system: connector.system.clone(),
            unit: connector.unit.clone(),
            every_hours: connector.every_hours.to_string(),
            url: reached.url.clone(),
            certificates: match &reached.authorities {
                Authorities::System => String::new(),
                Authorities::Pem(pem) => pem.clone(),
            },
            bind_name: reached.bind_name.clone().unwrap_or_default(),
            password: String::new(),
            base: reached.base.clone().unwrap_or_default(),
            filter: reached.filter.clone().unwrap_or_default(),
            login: attribute(|attributes| &attributes.login),
            owner_name: attribute(|attributes| &attributes.name),
            mail: attribute(|attributes| &attributes.mail),
            employee: attribute(|attributes| &attributes.employee),
            administrators: reached.administrators.join("\n"),
        }
    }

    /// How the directory is reached. Attributes are all named or none.
    fn reached(&self) -> Reached {
        let named = [&self.login, &self.owner_name, &self.mail, &self.employee].map(|name| name.trim().to_owned());
        let attributes = named.iter().any(|name| !name.is_empty()).then(|| {
            let [login, name, mail, employee] = named;
            Attributes { login, name, mail, employee }
        });
        let authorities = match filled(&self.certificates) {
            Some(pem) => Authorities::Pem(pem),
            None => Authorities::System,
        };
        Reached {
            url: self.url.trim().to_owned(),
            bind_name: filled(&self.bind_name),
            authorities,
            base: filled(&self.base),
            filter: filled(&self.filter),
            attributes,
            administrators: self.administrators.lines().filter_map(filled).take(MAX_GROUPS).collect(),
        }
    }
}

/// The form for a new one.
pub(crate) async fn new(
    State(state): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let kind: ConnectorKind = asked.kind.parse().unwrap_or(ConnectorKind::Ldap);
    let typed = Typed { every_hours: USUAL_HOURS.to_owned(), ..Typed::default() };
    form_page(&desk, kind, None, &typed, &[]).await
}

/// The form for one that is there.
pub(crate) async fn show(State(state): State<AppState>, visit: Visit, Path(id): Path<String>) -> Result<Page, Trouble> {
    let desk = Desk::new(&state, &visit);
    let connector = found(&desk, &id).await?;
    // What cannot be read is typed anew.
    let typed = Typed::of(&connector, &Reached::of(&connector).unwrap_or_default());
    form_page(&desk, connector.kind, Some(&connector), &typed, &[]).await
}

async fn form_page(
    desk: &Desk<'_>,
    kind: ConnectorKind,
    connector: Option<&Connector>,
    typed: &Typed,
    mistakes: &[(String, String)],
) -> Result<Page, Trouble> {
    let tree = desk.tree().await?;
    let units = unit_choices(&tree.on(desk.today), filled(&typed.unit).as_deref(), None, |_| true);
    let mut fields =
        vec![Field::line("name", desk.t("connector-name"), &typed.name).required().hint(desk.t("connector-name-hint"))];
    if connector.is_none() {
        fields.insert(0, Field::hidden("kind", kind.as_str()));
        let system = Field::line("system", desk.t("connector-system"), &typed.system).required();
        fields.push(system.hint(desk.t("connector-system-hint")));
    }
    fields.push(
        Field::choice("unit", desk.t("connector-unit"), units).hint(desk.t(&format!("connector-unit-hint-{kind}"))),
    );
    if kind == ConnectorKind::Ldap {
        fields.extend(ldap_fields(desk, connector, typed));
    }
    let (action, title) = match connector {
        Some(connector) => (format!("/admin/connectors/{}/edit", connector.id), desk.t("connector-change")),
        None => ("/admin/connectors".to_owned(), desk.t(&format!("connector-new-{kind}"))),
    };
    let form = Form::post(desk.visit, action, desk.t("admin-save"), fields).with_mistakes(mistakes);
    let mut blocks = vec![Block::Text(desk.t(&format!("connector-about-{kind}")))];
    if let Some(connector) = connector {
        blocks.push(Block::Facts(vec![
            (desk.t("connector-kind"), Cell::Text(kind_name(desk, kind))),
            (desk.t("connector-system"), Cell::Code(connector.system.clone())),
        ]));
    }
    if !mistakes.is_empty() {
        blocks.push(Block::Mistakes(desk.t("admin-mistakes"), form.summary()));
    }
    blocks.push(Block::Form(form));
    let to_list = [Link::new("/admin/connectors", desk.t("connectors-title"))];
    let page = match connector {
        Some(connector) => desk.page(title, &way(desk, connector), &blocks)?,
        None => desk.page(title, &to_list, &blocks)?,
    };
    Ok(if mistakes.is_empty() { page } else { page.with_status(StatusCode::UNPROCESSABLE_ENTITY) })
}

fn ldap_fields(desk: &Desk<'_>, connector: Option<&Connector>, typed: &Typed) -> Vec<Field> {
    let hours = EVERY_HOURS.iter().map(|hours| {
        let said = text!(desk.texts, "connector-every", hours = *hours);
        (hours.to_string(), said, typed.every_hours == hours.to_string())
    });
    let has_secret = connector.is_some_and(|connector| connector.sealed_secret.is_some());
    let secret = if has_secret { "connector-password-kept" } else { "connector-password-hint" };
    let line = |name: &str, value: &str, hint: &str| {
        Field::line(name, desk.t(&format!("connector-field-{}", name.replace('_', "-"))), value).hint(desk.t(hint))
    };
    vec![
        line("url", &typed.url, "connector-url-hint").required(),
        Field::lines("certificates", desk.t("connector-certificates"), &typed.certificates)
            .hint(desk.t("connector-certificates-hint")),
        line("bind_name", &typed.bind_name, "connector-bind-hint"),
        Field::password("password", desk.t("connector-password")).hint(desk.t(secret)),
        line("base", &typed.base, "connector-base-hint"),
        line("filter", &typed.filter, "connector-filter-hint"),
        line("login", &typed.login, "connector-attributes-hint"),
        line("owner_name", &typed.owner_name, "connector-attribute-usual-name"),
        line("mail", &typed.mail, "connector-attribute-usual-mail"),
        line("employee", &typed.employee, "connector-attribute-usual-employee"),
        Field::lines("administrators", desk.t("connector-administrators"), &typed.administrators)
            .hint(desk.t("connector-administrators-hint")),
        Field::choice("every_hours", desk.t("connector-schedule"), hours.collect())
            .hint(desk.t("connector-schedule-hint")),
    ]
}

/// Which field a mistake in the settings belongs to.
const fn field_of(problem: SettingsProblem) -> &'static str {
    match problem {
        SettingsProblem::Url | SettingsProblem::TooLong => "url",
        SettingsProblem::System => "system",
        SettingsProblem::Filter => "filter",
        SettingsProblem::Attribute => "login",
        SettingsProblem::Certificate => "certificates",
        SettingsProblem::NoPassword => "password",
    }
}

/// What is wrong with what was typed.
async fn mistakes(
    desk: &Desk<'_>,
    kind: ConnectorKind,
    before: Option<&Connector>,
    typed: &Typed,
) -> Result<Vec<(String, String)>, Trouble> {
    let mut mistakes = Vec::new();
    let mut say = |field: &str, what: String| mistakes.push((field.to_owned(), what));
    if filled(&typed.name).is_none() {
        say("name", desk.t("connector-name-missing"));
    } else if typed.name.trim().chars().count() > connectors::MAX_NAME {
        say("name", text!(desk.texts, "person-too-long", most = connectors::MAX_NAME));
    }
    let tree = desk.tree().await?;
    if tree.find(&typed.unit).is_none_or(|unit| !tree.on(desk.today).contains(unit)) {
        say("unit", desk.t("connector-unit-missing"));
    }
    let system = before.map_or(typed.system.trim(), |connector| &connector.system);
    let is_system = !system.is_empty()
        && system.chars().count() <= connectors::MAX_SYSTEM
        && !system.contains(|letter: char| letter.is_whitespace() || letter.is_control() || letter == '@');
    if !is_system {
        say("system", desk.t("connector-system-wrong"));
    }
    if kind != ConnectorKind::Ldap {
        return Ok(mistakes);
    }
    let reached = typed.reached();
    if let (Err(problem), true) = (reached.check(system), is_system) {
        let problem_of = khien_connect::ldap::Problem::from(problem);
        let said = khien_connect::say::problem(problem_of.key(), &problem_of.detail(), desk.texts);
        say(field_of(problem), [vec![said.what], said.todo].concat().join(" "));
    }
    if reached.bind_name.is_some() && typed.password.is_empty() && !is_kept(before, &reached) {
        say("password", desk.t("connector-password-anew"));
    }
    if !EVERY_HOURS.iter().any(|hours| hours.to_string() == typed.every_hours) {
        say("every_hours", desk.t("connector-schedule-hint"));
    }
    Ok(mistakes)
}

/// Whether the password that is kept is good for what is typed: it was sealed for one address and one name.
fn is_kept(before: Option<&Connector>, typed: &Reached) -> bool {
    let Some(connector) = before.filter(|connector| connector.sealed_secret.is_some()) else { return false };
    Reached::of(connector).is_ok_and(|kept| kept.url == typed.url && kept.bind_name == typed.bind_name)
}

/// Puts what was typed into a connector.
fn fill(desk: &Desk<'_>, connector: &mut Connector, before: Option<&Connector>, typed: &Typed) -> Result<(), Trouble> {
    connector.name = filled(&typed.name).unwrap_or_default();
    connector.unit.clone_from(&typed.unit);
    if connector.kind != ConnectorKind::Ldap {
        return Ok(());
    }
    let reached = typed.reached();
    connector.every_hours = typed.every_hours.parse().unwrap_or_default();
    connector.sealed_secret = match (&reached.bind_name, typed.password.is_empty()) {
        (None, _) => None,
        (Some(_), false) => Some(reached.seal(desk.state, &connector.id, &typed.password)?),
        (Some(_), true) => before.and_then(|before| before.sealed_secret.clone()),
    };
    connector.settings = reached.kept()?;
    Ok(())
}

/// Makes one.
pub(crate) async fn make(
    State(state): State<AppState>,
    visit: Visit,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let kind: ConnectorKind = typed.kind.parse().map_err(|_| Trouble::BadRequest { detail: "kind".to_owned() })?;
    let mistakes = mistakes(&desk, kind, None, &typed).await?;
    if !mistakes.is_empty() {
        return Ok(form_page(&desk, kind, None, &typed, &mistakes).await?.into_response());
    }
    let mut connector = Connector {
        id: ids::fresh(visit.now)?,
        kind,
        name: String::new(),
        system: typed.system.trim().to_lowercase(),
        unit: String::new(),
        settings: serde_json::json!({}),
        sealed_secret: None,
        every_hours: 0,
        created_by: desk.person()?.to_owned(),
        created_at: visit.now,
        taken_over_at: None,
        next_run: None,
    };
    fill(&desk, &mut connector, None, &typed)?;
    let mut change = desk.begin().await?;
    match connectors::insert(&mut change, &connector).await {
        Ok(()) => change.commit().await?,
        Err(StoreError::Conflict { .. }) => {
            drop(change);
            let taken = [("system".to_owned(), desk.t("connector-system-taken"))];
            return Ok(form_page(&desk, kind, None, &typed, &taken).await?.into_response());
        }
        Err(error) => return Err(error.into()),
    }
    Ok(Onward::to(format!("/admin/connectors/{}", connector.id)).saying("connector-made", &visit).into_response())
}

/// Changes one.
pub(crate) async fn save(
    State(state): State<AppState>,
    visit: Visit,
    Path(id): Path<String>,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Trouble> {
    let desk = Desk::new(&state, &visit);
    let before = found(&desk, &id).await?;
    let mistakes = mistakes(&desk, before.kind, Some(&before), &typed).await?;
    if !mistakes.is_empty() {
        return Ok(form_page(&desk, before.kind, Some(&before), &typed, &mistakes).await?.into_response());
    }
    let mut connector = before.clone();
    fill(&desk, &mut connector, Some(&before), &typed)?;
    let mut change = desk.begin().await?;
    connectors::update(&mut change, &connector).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/connectors/{id}")).saying("admin-saved", &visit).into_response())
}
