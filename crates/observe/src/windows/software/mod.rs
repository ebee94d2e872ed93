//! `software`: what is installed, by the keys that uninstalling leaves, and traces of tools that break licences.

mod cracks;
mod executables;
mod places;

use std::collections::BTreeSet;

use khien_model::facts::{Licence, LicenceState, Program, Software, SoftwareSource};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::registry::{KeyPath, absent, is_person};
use super::running::ProductLicence;
use crate::text;

/// Where installers leave a key for each program.
const UNINSTALL: &str = r"Microsoft\Windows\CurrentVersion\Uninstall";

/// The same in the branch of a user.
const USER_UNINSTALL: &str = r"Software\Microsoft\Windows\CurrentVersion\Uninstall";

/// The app packages of all users.
const APP_PACKAGES: &str = r"Microsoft\Windows\CurrentVersion\Appx\AppxAllUserStore";

/// Those of one user, in the branch with what is registered for that user.
const USER_APPS: &str = r"Local Settings\Software\Microsoft\Windows\CurrentVersion\AppModel\Repository\Packages";

/// Windows 8, the first that has them.
const FIRST_WITH_APPS: u32 = 9_200;

/// Lists of them that are not of one user.
const APP_LISTS: [&str; 2] = ["Applications", "InboxApplications"];

pub(crate) fn collect(context: &Context) -> Result<Software, Gap> {
    let walk = executables::walk(context);
    let products = context.running().licences();
    Ok(Software {
        programs: programs(context).into(),
        foreign_repositories: Observed::Known(Listing::default()),
        crack_signs: cracks::signs(context, &walk, products.as_ref().ok()).into(),
        licences: licences(context, products).into(),
        unknown_executables: Observed::Known(walk.executables),
    })
}

/// What tells two entries of one program apart.
type Identity = (String, String, String);

fn programs(context: &Context) -> Result<Listing<Program>, Gap> {
    let mut programs = Listing::default();
    let mut seen = BTreeSet::new();
    for key in [KeyPath::software(UNINSTALL), KeyPath::software_32(UNINSTALL)] {
        // The view of 32-bit programs is absent on a 32-bit system; the other is there on every Windows.
        if !add_installed(context, &key, &mut programs, &mut seen)? && programs.items.is_empty() {
            programs.note_gap(Gap::with_detail(GapCode::NotObserved, format!("{key} is not there")));
        }
    }
    match context.registry().profiles() {
        Ok(profiles) => {
            profiles.incomplete.into_iter().for_each(|gap| programs.note_gap(gap));
            let has_apps = context.build().is_ok_and(|build| build >= FIRST_WITH_APPS);
            for profile in &profiles.items {
                context.cancel.check()?;
                let key = KeyPath::user(&profile.sid, USER_UNINSTALL);
                if let Err(gap) = add_installed(context, &key, &mut programs, &mut seen) {
                    programs.note_gap(gap);
                }
                let apps = KeyPath::user_classes(&profile.sid, USER_APPS);
                if has_apps && let Err(gap) = add_packages(context, &apps, &mut programs, &mut seen) {
                    programs.note_gap(gap);
                }
            }
        }
        Err(gap) => programs.note_gap(gap),
    }
    if let Err(gap) = add_apps(context, &mut programs, &mut seen) {
        programs.note_gap(gap);
    }
    Ok(programs)
}

/// Adds the programs of one list; `false` when there is no such list.
fn add_installed(
    context: &Context,
    list: &KeyPath,
    programs: &mut Listing<Program>,
    seen: &mut BTreeSet<Identity>,
) -> Result<bool, Gap> {
    let Some(names) = context.registry().subkeys(list)? else {
        return Ok(false);
    };
    names.incomplete.into_iter().for_each(|gap| programs.note_gap(gap));
    for name in &names.items {
        match installed(context, &list.child(name)) {
            Ok(Some((identity, program))) => {
                if seen.insert(identity) {
                    programs.items.push(program);
                }
            }
            Ok(None) => {}
            Err(gap) => programs.note_gap(gap),
        }
    }
    Ok(true)
}

/// One program; `None` for a part of another program, an update of one, or what was left without a name.
fn installed(context: &Context, key: &KeyPath) -> Result<Option<(Identity, Program)>, Gap> {
    let registry = context.registry();
    let Some(name) = registry.text(key, "DisplayName")?.filter(|name| !name.trim().is_empty()) else {
        return Ok(None);
    };
    let is_part = registry.text(key, "ParentKeyName")?.is_some();
    if is_part || registry.number(key, "SystemComponent")? == Some(1) {
        return Ok(None);
    }
    let plain = |text: String| text::nfc(text.trim()).into_owned();
    let (name, version) = (plain(name), registry.text(key, "DisplayVersion")?.map(plain));
    let publisher = registry.text(key, "Publisher")?.map(plain).filter(|publisher| !publisher.is_empty());
    let identity = (name.clone(), version.clone().unwrap_or_default(), publisher.clone().unwrap_or_default());
    let program = Program {
        name: name.into(),
        version: version.map_or_else(Observed::default, Observed::Known),
        publisher: publisher.map_or_else(Observed::default, Observed::Known),
        source: SoftwareSource::WindowsInstaller.into(),
        known_origin: Observed::unknown(GapCode::Unsupported, "Windows does not record where an installer came from"),
    };
    Ok(Some((identity, program)))
}

/// Adds app packages, which Windows installs only when their publisher's signature is valid.
fn add_apps(context: &Context, programs: &mut Listing<Program>, seen: &mut BTreeSet<Identity>) -> Result<(), Gap> {
    let (registry, store) = (context.registry(), KeyPath::software(APP_PACKAGES));
    let Some(lists) = registry.subkeys(&store)? else {
        return if context.build()? < FIRST_WITH_APPS { Ok(()) } else { Err(absent(&store)) };
    };
    lists.incomplete.into_iter().for_each(|gap| programs.note_gap(gap));
    for list in lists
        .items
        .iter()
        .filter(|list| is_person(list) || APP_LISTS.iter().any(|name| list.eq_ignore_ascii_case(name)))
    {
        add_packages(context, &store.child(list), programs, seen)?;
    }
    Ok(())
}

/// Adds the app packages of one list, which may be absent.
fn add_packages(
    context: &Context,
    list: &KeyPath,
    programs: &mut Listing<Program>,
    seen: &mut BTreeSet<Identity>,
) -> Result<(), Gap> {
    let Some(packages) = context.registry().subkeys(list)? else { return Ok(()) };
    packages.incomplete.into_iter().for_each(|gap| programs.note_gap(gap));
    for package in &packages.items {
        let Some((name, version, publisher)) = package_parts(package) else { continue };
        if seen.insert((name.to_owned(), version.to_owned(), publisher.to_owned())) {
            programs.items.push(Program {
                name: name.into(),
                version: version.into(),
                publisher: publisher.into(),
                source: SoftwareSource::WindowsApp.into(),
                known_origin: true.into(),
            });
        }
    }
    Ok(())
}

/// Name, version and the hash that stands for the publisher: `Name_1.2.3.4_x64__8wekyb3d8bbwe`.
fn package_parts(full_name: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = full_name.split_once('_')?;
    let (version, rest) = rest.split_once('_')?;
    let publisher = rest.rsplit('_').next()?;
    let is_version = version.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    (is_version && !name.is_empty() && !publisher.is_empty()).then_some((name, version, publisher))
}

fn licences(context: &Context, products: Result<Listing<ProductLicence>, Gap>) -> Result<Listing<Licence>, Gap> {
    let genuine = context.running().genuine();
    let products = match products {
        Ok(products) => products,
        Err(gap) => {
            // The short answer covers Windows alone.
            let Ok(genuine) = genuine else { return Err(gap) };
            let state = by_genuine(genuine)?;
            let windows = Licence { product: "Windows".into(), state: state.into() };
            return Ok(Listing { items: vec![windows], incomplete: Some(gap) });
        }
    };
    let licence = |product: &ProductLicence| {
        let by_status = match product.status {
            1 => Observed::Known(LicenceState::Licensed),
            2 | 3 | 4 | 6 => Observed::Known(LicenceState::Grace),
            0 | 5 => Observed::Known(LicenceState::Unlicensed),
            other => Observed::unknown(GapCode::Unsupported, format!("the state {other} of a licence")),
        };
        let is_broken = product.is_windows && matches!(genuine, Ok(NO_VALID_LICENCE | TAMPERED_WITH));
        let state = if is_broken { LicenceState::Unlicensed.into() } else { by_status };
        Licence { product: product.name.clone().into(), state }
    };
    Ok(Listing { items: products.items.iter().map(licence).collect(), incomplete: products.incomplete })
}

/// What Windows says of itself when it is not genuine.
const NO_VALID_LICENCE: u32 = 1;
const TAMPERED_WITH: u32 = 2;

fn by_genuine(state: u32) -> Result<LicenceState, Gap> {
    match state {
        0 => Ok(LicenceState::Licensed),
        NO_VALID_LICENCE | TAMPERED_WITH => Ok(LicenceState::Unlicensed),
        other => Err(Gap::with_detail(GapCode::NotObserved, format!("state {other}: Windows does not know"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_that_was_tampered_with_is_none() {
        use crate::windows::testing::{Told, context_with};
        let products = || {
            let product = |name: &str, status, is_windows| ProductLicence {
                name: name.to_owned(),
                status,
                is_windows,
                renewed_by: Vec::new(),
            };
            Some(Listing::complete(vec![product("Windows(R)", 1, true), product("Office 19", 5, false)]))
        };
        for (genuine, licences, expected) in [
            (Some(0), products(), "licensed unlicensed"),
            (Some(1), products(), "unlicensed unlicensed"),
            (Some(2), products(), "unlicensed unlicensed"),
            (Some(3), products(), "licensed unlicensed"),
            (None, products(), "licensed unlicensed"),
            (Some(0), None, "licensed, incomplete"),
            (Some(2), None, "unlicensed, incomplete"),
            (Some(3), None, "not_observed"),
            (None, None, "unsupported"),
        ] {
            let told = Told { genuine, licences, ..Told::default() };
            let context = context_with(&[], told);
            let seen = match super::licences(&context, context.running().licences()) {
                Ok(found) => {
                    let states = found.items.iter().map(|licence| licence.state.known().unwrap().as_str());
                    let states = states.collect::<Vec<_>>().join(" ");
                    if found.incomplete.is_some() { states + ", incomplete" } else { states }
                }
                Err(gap) => gap.code.as_str().to_owned(),
            };
            assert_eq!(seen, expected, "{genuine:?}");
        }
    }

    #[test]
    fn the_name_of_a_package_tells_its_parts() {
        for (full_name, expected) in [
            (
                "Microsoft.WindowsCalculator_11.2401.0.0_x64__8wekyb3d8bbwe",
                Some(("Microsoft.WindowsCalculator", "11.2401.0.0", "8wekyb3d8bbwe")),
            ),
            ("Zalo_1.0_neutral_~_abc", Some(("Zalo", "1.0", "abc"))),
            ("_1.0_x64__a", None),
            ("Name_x64_1__a", None),
            ("Name_1..0_x64__a", None),
            ("Name_1.0", None),
            ("", None),
        ] {
            assert_eq!(package_parts(full_name), expected, "{full_name}");
        }
    }
}
