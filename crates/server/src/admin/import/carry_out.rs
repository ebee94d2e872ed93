//! Carrying a plan out, within one change: all of it or nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use khien_model::{Founded, Reform, Subject, SubjectKind, UnitRegister, reform};
use khien_store::people::Person;
use khien_store::{Change, StoreError, assignments, holders, ids, people, subjects, units};

use super::plan::{DeviceRow, ParentUnit, PersonRow, Plan, Record, Step, UnitRow};

/// Writes what `plan` changes, from `day` on.
pub(crate) async fn carry_out(change: &mut Change, plan: &Plan, day: Date) -> Result<(), StoreError> {
    let units: Vec<(&Step, &UnitRow)> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.record {
            Record::Unit(unit) => Some((step, unit)),
            Record::Person(_) | Record::Device(_) => None,
        })
        .collect();
    if !units.is_empty() {
        write_units(change, &units, day).await?;
    }
    for step in &plan.steps {
        match &step.record {
            Record::Person(person) => write_person(change, step.id.as_deref(), person, day).await?,
            Record::Device(device) => write_device(change, step.id.as_deref(), device, day).await?,
            Record::Unit(_) => {}
        }
    }
    Ok(())
}

async fn write_person(change: &mut Change, id: Option<&str>, row: &PersonRow, day: Date) -> Result<(), StoreError> {
    let before = match id {
        Some(id) => Some(people::find(change.store(), id).await?.ok_or(StoreError::NotFound)?),
        None => None,
    };
    let person = match &before {
        Some(before) => Person {
            name: row.name.clone(),
            position: row.position.clone().or_else(|| before.position.clone()),
            email: row.email.clone().or_else(|| before.email.clone()),
            ..before.clone()
        },
        None => Person {
            id: ids::fresh(change.now())?,
            name: row.name.clone(),
            position: row.position.clone(),
            email: row.email.clone(),
            language: None,
            created_at: change.now(),
        },
    };
    match before {
        Some(before) if before == person => {}
        Some(_) => people::update(change, &person).await?,
        None => people::insert(change, &person).await?,
    }
    let subject = Subject { kind: SubjectKind::Person, id: person.id.clone() };
    subjects::enter(change, &subject, &person.name).await?;
    match &row.unit {
        Some(unit) => assign(change, &subject, unit, day).await,
        None => Ok(()),
    }
}

async fn write_device(change: &mut Change, id: Option<&str>, row: &DeviceRow, day: Date) -> Result<(), StoreError> {
    let id = id.map_or_else(|| ids::fresh(change.now()), |id| Ok(id.to_owned()))?;
    let subject = Subject { kind: SubjectKind::Device, id };
    subjects::enter(change, &subject, &row.name).await?;
    if let Some(unit) = &row.unit {
        assign(change, &subject, unit, day).await?;
    }
    match &row.holder {
        Some(holder) => holders::replace(change, &subject, holder, day).await,
        None => Ok(()),
    }
}

/// Assigns whoever does not belong there already: an assignment that stays keeps its first day.
async fn assign(change: &mut Change, subject: &Subject, unit: &str, day: Date) -> Result<(), StoreError> {
    let dated = assignments::of(change.store(), subject).await?;
    if dated.iter().any(|assignment| assignment.unit == unit && assignment.validity().contains(day)) {
        return Ok(());
    }
    assignments::assign(change, subject, unit, day).await
}

async fn write_units(change: &mut Change, steps: &[(&Step, &UnitRow)], day: Date) -> Result<(), StoreError> {
    let mut register = units::register(change.store()).await?;
    let mut founded: BTreeMap<u32, String> = BTreeMap::new();
    for (step, unit) in steps {
        let after = match &step.id {
            Some(id) => {
                set_kind(&mut register, id, unit.kind.as_deref());
                let abbreviation = unit.abbreviation.clone().or_else(|| abbreviation_on(&register, id, day));
                let rename = Reform::Rename { unit: id.clone(), name: unit.name.clone(), abbreviation };
                reform(&register, &[], &rename, day)
            }
            None => {
                let id = ids::fresh(change.now())?;
                founded.insert(step.row, id.clone());
                let parent = match &unit.parent {
                    Some(ParentUnit::Known(id)) => Some(id.clone()),
                    Some(ParentUnit::Row(row)) => founded.get(row).cloned(),
                    None => None,
                };
                let (kind, name) = (unit.kind.clone(), unit.name.clone());
                let founded = Founded { id, kind, name, abbreviation: unit.abbreviation.clone(), parent };
                reform(&register, &[], &Reform::Found(founded), day)
            }
        };
        let after = after.map_err(|problem| StoreError::Invalid { what: format!("row {}: {problem}", step.row) })?;
        register = after.register;
    }
    units::replace(change, &register).await?;
    for (step, unit) in steps {
        if let Some(id) = step.id.as_ref().or_else(|| founded.get(&step.row)) {
            let subject = Subject { kind: SubjectKind::Unit, id: id.clone() };
            subjects::enter(change, &subject, &unit.name).await?;
        }
    }
    Ok(())
}

fn set_kind(register: &mut UnitRegister, id: &str, kind: Option<&str>) {
    if let Some(kind) = kind {
        register.units.iter_mut().filter(|unit| unit.id == id).for_each(|unit| unit.kind = Some(kind.to_owned()));
    }
}

fn abbreviation_on(register: &UnitRegister, id: &str, day: Date) -> Option<String> {
    let unit = register.units.iter().find(|unit| unit.id == id)?;
    unit.names.iter().find(|name| name.validity().contains(day))?.abbreviation.clone()
}
