//! Appointments: from which day to which, for which unit, by which decision.

use axum::extract::{Form as Sent, Path, State};
use khien_model::TreeOnDay;
use khien_store::roles::{self, Role, RoleKind};
use khien_store::{ids, people};
use khien_texts::moment::validity;
use serde::Deserialize;

use crate::access::reaches_roles_of;
use crate::admin::desk::{Desk, day_of_form, filled, unit_choices, unit_name};
use crate::admin::sheet::{Cell, Field, Form, Table};
use crate::page::Onward;
use crate::rights::{Action, Resource};
use crate::state::AppState;
use crate::trouble::Trouble;
use crate::visit::Visit;

/// The key of the name of a role.
pub(super) fn key(kind: RoleKind) -> String {
    format!("account-role-{}", kind.as_str())
}

/// The roles of a person, past and future ones too.
pub(super) async fn table(desk: &Desk<'_>, person: &str, on: &TreeOnDay<'_>) -> Result<Table, Trouble> {
    let mut rows = Vec::new();
    let is_within_reach = reaches_roles_of(desk.state, desk.visit, person, on).await?;
    for role in roles::of_person(&desk.state.store, person).await? {
        let unit = role.unit.as_deref().map_or_else(|| desk.t("role-everywhere"), |unit| unit_name(on, unit));
        let is_open = role.valid_to.is_none_or(|end| end > desk.today);
        let may_end = is_open && is_within_reach && desk.may(Action::Change, Resource::Role, role.unit.as_deref(), on);
        let may_record = may_end && asks_for_qualification(role.kind);
        let qualified = if may_record {
            Cell::Button(qualified_form(desk, &role))
        } else {
            Cell::Text(qualified_word(desk, &role))
        };
        let end = if may_end {
            let action = format!("/admin/people/{person}/roles/{}/end", role.id);
            Cell::Button(Form::post(desk.visit, action, desk.t("role-end"), vec![]).inline().dangerous())
        } else {
            Cell::text("")
        };
        rows.push(vec![
            Cell::Text(desk.t(&key(role.kind))),
            Cell::Text(unit),
            Cell::text(role.decision.clone().unwrap_or_default()),
            qualified,
            Cell::Text(validity(role.valid_from, role.valid_to, desk.texts)),
            end,
        ]);
    }
    Ok(Table {
        caption: desk.t("person-roles"),
        heads: ["role-name", "role-unit", "role-decision", "role-qualified", "role-validity", "role-action"]
            .map(|key| desk.t(key))
            .into(),
        rows,
        empty: desk.t("role-none"),
        around: vec![],
    })
}

/// Whether a role asks for a qualification that somebody records.
fn asks_for_qualification(kind: RoleKind) -> bool {
    matches!(kind, RoleKind::ItFocalOfficer | RoleKind::Assessor)
}

/// The words in a form for what is recorded of a qualification.
const QUALIFIED: [(&str, Option<bool>); 3] = [("unknown", None), ("yes", Some(true)), ("no", Some(false))];

fn qualified_word(desk: &Desk<'_>, role: &Role) -> String {
    if !asks_for_qualification(role.kind) {
        return String::new();
    }
    let word = QUALIFIED.iter().find(|(_, value)| *value == role.qualified).map_or("unknown", |(word, _)| word);
    desk.t(&format!("role-qualified-{word}"))
}

fn qualified_choices(desk: &Desk<'_>, chosen: Option<bool>) -> Vec<(String, String, bool)> {
    let choice = |(word, value): &(&str, Option<bool>)| {
        ((*word).to_owned(), desk.t(&format!("role-qualified-{word}")), *value == chosen)
    };
    QUALIFIED.iter().map(choice).collect()
}

fn qualified_form(desk: &Desk<'_>, role: &Role) -> Form {
    let action = format!("/admin/people/{}/roles/{}/qualified", role.person, role.id);
    // Forms of one page have ids of their own by their field: a person may have several roles.
    let field = Field::choice("qualified", desk.t("role-qualified"), qualified_choices(desk, role.qualified));
    Form::post(desk.visit, action, desk.t("admin-save"), vec![field]).inline().called(&role.id)
}

/// The form of a new role.
pub(super) fn form(desk: &Desk<'_>, person: &str, on: &TreeOnDay<'_>) -> Form {
    let kinds = RoleKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), desk.t(&key(*kind)), false)).collect();
    let is_offered = |unit: &str| desk.may(Action::Change, Resource::Role, Some(unit), on);
    let units = unit_choices(on, None, Some(desk.t("role-everywhere")), is_offered);
    Form::post(
        desk.visit,
        format!("/admin/people/{person}/roles"),
        desk.t("role-grant"),
        vec![
            Field::choice("kind", desk.t("role-name"), kinds),
            Field::choice("unit", desk.t("role-unit"), units).hint(desk.t("role-unit-hint")),
            Field::line("decision", desk.t("role-decision"), "").hint(desk.t("role-decision-hint")),
            Field::choice("qualified", desk.t("role-qualified"), qualified_choices(desk, None))
                .hint(desk.t("role-qualified-hint")),
            Field::date("from", desk.t("role-from"), desk.today.to_string()).required(),
            Field::date("to", desk.t("role-to"), "").hint(desk.t("role-to-hint")),
        ],
    )
}

/// Checks that whoever asks reaches every role of `person`.
pub(super) async fn check_reach(desk: &Desk<'_>, person: &str, on: &TreeOnDay<'_>) -> Result<(), Trouble> {
    let is_within_reach = reaches_roles_of(desk.state, desk.visit, person, on).await?;
    if is_within_reach { Ok(()) } else { Err(Trouble::NotAllowed) }
}

/// A role as it is sent.
#[derive(Debug, Deserialize)]
pub(crate) struct Granted {
    kind: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    decision: String,
    #[serde(default)]
    qualified: String,
    from: String,
    #[serde(default)]
    to: String,
}

/// Appoints.
pub(crate) async fn grant(
    State(state): State<AppState>,
    visit: Visit,
    Path(person): Path<String>,
    Sent(granted): Sent<Granted>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let (unit, back) = (filled(&granted.unit), format!("/admin/people/{person}"));
    let on = tree.on(desk.today);
    desk.check(Action::Change, Resource::Role, unit.as_deref(), &on)?;
    people::find(&state.store, &person).await?.ok_or(Trouble::NotFound)?;
    check_reach(&desk, &person, &on).await?;
    let bad = |detail: &str| Trouble::BadRequest { detail: detail.to_owned() };
    let kind: RoleKind = granted.kind.parse().map_err(|_| bad("no such role"))?;
    let whole = matches!(kind, RoleKind::Administrator | RoleKind::Assessor);
    if unit.is_none() && !whole {
        return Ok(Onward::to(back).saying("role-needs-unit", &visit));
    }
    let valid_from = day_of_form(&granted.from).ok_or_else(|| bad("the first day is no day"))?;
    let valid_to = match filled(&granted.to) {
        // The form names the last day; kept is the first day after it.
        Some(last) => Some(day_of_form(&last).and_then(|last| last.tomorrow().ok()).ok_or_else(|| bad("no last day"))?),
        None => None,
    };
    if valid_to.is_some_and(|to| to <= valid_from) {
        return Ok(Onward::to(back).saying("role-reversed", &visit));
    }
    let role = Role {
        id: ids::fresh(visit.now)?,
        person,
        kind,
        unit,
        decision: filled(&granted.decision),
        qualified: qualified_of_form(&granted.qualified).filter(|_| asks_for_qualification(kind)),
        valid_from,
        valid_to,
    };
    let mut change = desk.begin().await?;
    roles::grant(&mut change, &role).await?;
    change.commit().await?;
    Ok(Onward::to(back).saying("role-granted", &visit))
}

fn qualified_of_form(word: &str) -> Option<bool> {
    QUALIFIED.iter().find(|(known, _)| *known == word).and_then(|(_, value)| *value)
}

/// What is recorded of a qualification.
#[derive(Debug, Deserialize)]
pub(crate) struct Recorded {
    qualified: String,
}

/// Records whether somebody has the qualification that the role asks for.
pub(crate) async fn qualified(
    State(state): State<AppState>,
    visit: Visit,
    Path((person, id)): Path<(String, String)>,
    Sent(recorded): Sent<Recorded>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let role = roles::find(&state.store, &id).await?.filter(|role| role.person == person).ok_or(Trouble::NotFound)?;
    let on = tree.on(desk.today);
    desk.check(Action::Change, Resource::Role, role.unit.as_deref(), &on)?;
    check_reach(&desk, &person, &on).await?;
    if !asks_for_qualification(role.kind) {
        return Err(Trouble::BadRequest { detail: "this role asks for no qualification".to_owned() });
    }
    let mut change = desk.begin().await?;
    roles::set_qualified(&mut change, &id, qualified_of_form(&recorded.qualified)).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/people/{person}")).saying("role-qualified-recorded", &visit))
}

/// Ends an appointment today.
pub(crate) async fn end(
    State(state): State<AppState>,
    visit: Visit,
    Path((person, id)): Path<(String, String)>,
) -> Result<Onward, Trouble> {
    let desk = Desk::new(&state, &visit);
    let tree = desk.tree().await?;
    let role = roles::find(&state.store, &id).await?.filter(|role| role.person == person).ok_or(Trouble::NotFound)?;
    let on = tree.on(desk.today);
    desk.check(Action::Change, Resource::Role, role.unit.as_deref(), &on)?;
    check_reach(&desk, &person, &on).await?;
    if role.kind == RoleKind::Administrator && is_last_administrator(&desk, &id).await? {
        return Ok(Onward::to(format!("/admin/people/{person}")).saying("role-last-administrator", &visit));
    }
    let mut change = desk.begin().await?;
    roles::end(&mut change, &id, desk.today).await?;
    change.commit().await?;
    Ok(Onward::to(format!("/admin/people/{person}")).saying("role-ended", &visit))
}

/// Whether nobody else could appoint anybody afterwards.
async fn is_last_administrator(desk: &Desk<'_>, id: &str) -> Result<bool, Trouble> {
    let all = roles::all(&desk.state.store).await?;
    let is_other = |role: &Role| {
        role.id != id
            && role.kind == RoleKind::Administrator
            && role.unit.is_none()
            && role.validity().contains(desk.today)
            && role.valid_to.is_none()
    };
    Ok(!all.iter().any(is_other))
}
