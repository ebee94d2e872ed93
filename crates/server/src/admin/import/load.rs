//! What is there on a day, as the planning of an import looks at it.

use std::collections::HashMap;

use jiff::civil::Date;
use khien_model::{SubjectKind, TreeOnDay};
use khien_store::{Store, StoreError, assignments, holders, people, subjects, units};

use super::known::{Known, KnownDevice, KnownPerson, KnownUnit};

/// Everything that a list can be about, on `day`.
pub(crate) async fn known(store: &Store, day: Date) -> Result<Known, StoreError> {
    let tree = units::tree(store).await?;
    let homes = assignments::homes_on(store, SubjectKind::Person, day).await?;
    let people = people::all(store).await?.into_iter().map(|person| KnownPerson {
        unit: homes.get(&person.id).cloned(),
        id: person.id,
        name: person.name,
        position: person.position,
        email: person.email,
    });
    let people = people.collect();
    let homes = assignments::homes_on(store, SubjectKind::Device, day).await?;
    let holders: HashMap<String, String> = holders::all_on(store, SubjectKind::Device, day).await?;
    let devices = subjects::of_kind(store, SubjectKind::Device).await?.into_iter();
    let devices = devices.filter(|device| device.retired_at.is_none()).map(|device| KnownDevice {
        unit: homes.get(&device.subject.id).cloned(),
        holder: holders.get(&device.subject.id).cloned(),
        id: device.subject.id,
        name: device.name,
    });
    Ok(Known { units: known_units(&tree.on(day)), people, devices: devices.collect() })
}

fn known_units(tree: &TreeOnDay<'_>) -> Vec<KnownUnit> {
    let unit = |index: &khien_model::UnitIndex| {
        let unit = tree.tree().unit(*index);
        let name = tree.name(*index)?;
        Some(KnownUnit {
            id: unit.id.clone(),
            name: name.name.clone(),
            abbreviation: name.abbreviation.clone(),
            parent: tree.parent(*index).map(|parent| tree.tree().unit(parent).id.clone()),
            kind: unit.kind.clone(),
        })
    };
    tree.units().iter().filter_map(unit).collect()
}
