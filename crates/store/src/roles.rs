//! Roles: who may and must do what in which part of the tree, when, by which decision.

use jiff::civil::Date;
use khien_model::{Validity, words};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::{bounded_option, refused};
use crate::columns::{Columns as _, day_text, day_text_or_none};
use crate::{Change, Store, StoreError, unit_facts};

/// The longest number of a decision, in letters.
pub const MAX_DECISION: usize = 120;

words! {
    /// What a person is appointed to.
    pub enum RoleKind {
        /// Runs the installation (quản trị).
        Administrator = "administrator",
        /// The office of the province, which reports (văn phòng).
        ProvincialOffice = "provincial_office",
        /// The head of a unit (người đứng đầu).
        UnitHead = "unit_head",
        /// The IT focal officer of a unit (đầu mối CNTT).
        ItFocalOfficer = "it_focal_officer",
        /// An official or employee (công chức, người lao động).
        Official = "official",
        /// An independent assessor: reads, for any past date (đánh giá độc lập).
        Assessor = "assessor",
    }
}

/// One appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// The id.
    pub id: String,
    /// Who.
    pub person: String,
    /// To what.
    pub kind: RoleKind,
    /// The unit in which, and below which, it holds; `None` for the whole organisation.
    pub unit: Option<String>,
    /// The number of the decision that appoints.
    pub decision: Option<String>,
    /// Whether the person has the qualification that the role asks for; `None`: nobody has recorded it.
    pub qualified: Option<bool>,
    /// The first day.
    pub valid_from: Date,
    /// The first day after the last one.
    pub valid_to: Option<Date>,
}

impl Role {
    /// When it holds.
    pub fn validity(&self) -> Validity {
        Validity { from: self.valid_from, to: self.valid_to }
    }
}

pub(crate) fn role(row: &AnyRow) -> Result<Role, StoreError> {
    let Validity { from, to } = row.validity()?;
    Ok(Role {
        id: row.text("id")?,
        person: row.text("person")?,
        kind: row.parsed("role")?,
        unit: row.text_or_none("unit")?,
        decision: row.text_or_none("decision")?,
        qualified: row.number_or_none("qualified")?.map(|qualified| qualified != 0),
        valid_from: from,
        valid_to: to,
    })
}

/// Appoints. Only an administrator and an assessor may hold for the whole organisation.
pub async fn grant(change: &mut Change, role: &Role) -> Result<(), StoreError> {
    bounded_option("decision", role.decision.as_deref(), MAX_DECISION)?;
    if !role.validity().is_ordered() {
        return Err(refused("valid_to", "the period has no day"));
    }
    if role.unit.is_none() && !matches!(role.kind, RoleKind::Administrator | RoleKind::Assessor) {
        return Err(refused("unit", &format!("the role {} needs a unit", role.kind)));
    }
    query(
        "INSERT INTO roles (id, person, role, unit, decision, qualified, valid_from, valid_to)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&role.id)
    .bind(&role.person)
    .bind(role.kind.as_str())
    .bind(role.unit.as_deref())
    .bind(role.decision.as_deref())
    .bind(role.qualified.map(i64::from))
    .bind(day_text(role.valid_from))
    .bind(day_text_or_none(role.valid_to))
    .execute(change.connection())
    .await?;
    unit_facts::say_roles(change, role.kind, role.unit.as_deref()).await?;
    let detail = serde_json::json!({
        "person": role.person, "role": role.kind, "unit": role.unit, "decision": role.decision,
        "qualified": role.qualified, "valid_from": role.valid_from, "valid_to": role.valid_to,
    });
    change.audit("role.grant", "role", &role.id, detail).await
}

/// Ends an appointment: `day` is the first day on which it no longer holds. One that had not begun by then is taken back
/// altogether.
pub async fn end(change: &mut Change, id: &str, day: Date) -> Result<(), StoreError> {
    let known = held(change, id).await?;
    let ended = query("UPDATE roles SET valid_to = $2 WHERE id = $1 AND valid_from < $2")
        .bind(id)
        .bind(day_text(day))
        .execute(change.connection())
        .await?;
    if ended.rows_affected() == 0 {
        query("DELETE FROM roles WHERE id = $1").bind(id).execute(change.connection()).await?;
    }
    unit_facts::say_roles(change, known.kind, known.unit.as_deref()).await?;
    change.audit("role.end", "role", id, serde_json::json!({ "valid_to": day })).await
}

/// Records whether the person has the qualification that the role asks for; `None`: it is not known.
pub async fn set_qualified(change: &mut Change, id: &str, qualified: Option<bool>) -> Result<(), StoreError> {
    let known = held(change, id).await?;
    query("UPDATE roles SET qualified = $2 WHERE id = $1")
        .bind(id)
        .bind(qualified.map(i64::from))
        .execute(change.connection())
        .await?;
    unit_facts::say_roles(change, known.kind, known.unit.as_deref()).await?;
    change.audit("role.qualified", "role", id, serde_json::json!({ "from": known.qualified, "to": qualified })).await
}

/// The appointment as this change sees it.
async fn held(change: &mut Change, id: &str) -> Result<Role, StoreError> {
    let row = query("SELECT * FROM roles WHERE id = $1").bind(id).fetch_optional(change.connection()).await?;
    role(&row.ok_or(StoreError::NotFound)?)
}

/// The appointment with the id `id`.
pub async fn find(store: &Store, id: &str) -> Result<Option<Role>, StoreError> {
    let row = query("SELECT * FROM roles WHERE id = $1").bind(id).fetch_optional(store.readers()).await?;
    row.as_ref().map(role).transpose()
}

/// Every appointment of a person, past and future ones too.
pub async fn of_person(store: &Store, person: &str) -> Result<Vec<Role>, StoreError> {
    let rows = query("SELECT * FROM roles WHERE person = $1 ORDER BY valid_from, id")
        .bind(person)
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(role).collect()
}

/// The appointments of a person that hold on `day`.
pub async fn of_person_on(store: &Store, person: &str, day: Date) -> Result<Vec<Role>, StoreError> {
    Ok(of_person(store, person).await?.into_iter().filter(|role| role.validity().contains(day)).collect())
}

/// The appointments at a unit itself that hold on `day`.
pub async fn of_unit_on(store: &Store, unit: &str, day: Date) -> Result<Vec<Role>, StoreError> {
    let rows = query("SELECT * FROM roles WHERE unit = $1 ORDER BY valid_from, id")
        .bind(unit)
        .fetch_all(store.readers())
        .await?;
    let roles = rows.iter().map(role).collect::<Result<Vec<_>, _>>()?;
    Ok(roles.into_iter().filter(|role| role.validity().contains(day)).collect())
}

/// Every appointment, past and future ones too.
pub async fn all(store: &Store) -> Result<Vec<Role>, StoreError> {
    let rows = query("SELECT * FROM roles ORDER BY unit, role, valid_from, id").fetch_all(store.readers()).await?;
    rows.iter().map(role).collect()
}
