//! `software`: what is installed, where it came from, and what nobody installed.

mod crack;
mod executables;
mod flatpak;
mod repositories;
mod snap;

use khien_model::facts::{Program, Software, SoftwareSource};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::apt::index::Apt;
use super::context::Context;
use super::rpm;

pub(crate) fn collect(context: &Context) -> Result<Software, Gap> {
    let walk = executables::walk(context);
    Ok(Software {
        programs: programs(context).into(),
        foreign_repositories: repositories::foreign(context).into(),
        crack_signs: Observed::Known(crack::signs(context, &walk)),
        unknown_executables: Observed::Known(walk.executables),
        // Windows and Office are what needs a licence.
        licences: Observed::Known(Listing::default()),
    })
}

/// Every package of every manager. A machine without any known manager is unknown, not empty.
fn programs(context: &Context) -> Result<Listing<Program>, Gap> {
    let mut programs = Listing::default();
    let mut managers = 0;
    let mut keep = |read: Result<Option<Listing<Program>>, Gap>| match read {
        Ok(Some(found)) => {
            managers += 1;
            programs.items.extend(found.items);
            found.incomplete.into_iter().for_each(|gap| programs.note_gap(gap));
        }
        Ok(None) => {}
        Err(gap) => {
            managers += 1;
            programs.note_gap(gap);
        }
    };
    let dpkg = context.apt().map(|apt| apt.map(of_dpkg));
    let is_lost = matches!(dpkg, Ok(None)) && context.os.is_or_like("debian");
    keep(dpkg);
    keep(rpm::read(&context.root).map(|packages| packages.map(of_rpm)));
    keep(snap::programs(&context.root));
    keep(flatpak::programs(context));
    if managers == 0 {
        return Err(Gap::with_detail(GapCode::Unsupported, "no package manager that is known keeps a database here"));
    }
    if is_lost {
        programs.note_gap(Gap::with_detail(GapCode::Unreadable, "the database of dpkg is not there"));
    }
    Ok(programs)
}

fn of_dpkg(apt: &Apt) -> Listing<Program> {
    let packages = apt.packages.items.iter().zip(&apt.listed);
    let program = |(package, listed): (&super::apt::dpkg::Package, &super::apt::index::Listed)| Program {
        name: Observed::Known(package.name.to_string()),
        version: Observed::Known(package.version.to_string()),
        publisher: match &*package.maintainer {
            "" => Observed::default(),
            maintainer => maintainer.into(),
        },
        source: SoftwareSource::Dpkg.into(),
        known_origin: match (listed.known, &apt.lists_gap) {
            (true, _) => true.into(),
            (false, None) => false.into(),
            // It may stand in a list that is not here.
            (false, Some(gap)) => Observed::Unknown(gap.clone()),
        },
    };
    Listing { items: packages.map(program).collect(), incomplete: apt.packages.incomplete.clone() }
}

fn of_rpm(packages: Listing<rpm::Package>) -> Listing<Program> {
    let program = |package: rpm::Package| Program {
        name: Observed::Known(package.name),
        version: Observed::Known(package.version),
        publisher: package.vendor.map_or_else(Observed::default, Observed::Known),
        source: SoftwareSource::Rpm.into(),
        known_origin: Observed::Known(package.signed),
    };
    Listing { items: packages.items.into_iter().map(program).collect(), incomplete: packages.incomplete }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    fn software(machine: &Machine) -> Software {
        collect(&machine.context()).unwrap()
    }

    #[test]
    fn a_machine_without_package_manager_is_unknown() {
        let found = software(&Machine::new());
        assert!(matches!(found.programs, Observed::Unknown(gap) if gap.code == GapCode::Unsupported));
    }

    #[test]
    fn a_debian_without_its_database_is_not_a_machine_without_programs() {
        let machine = Machine::new();
        machine.file("var/lib/snapd/snaps/hello_1.snap", "x");
        machine.link("snap/hello/current", "1");
        for status in [None, Some(""), Some("\0\0\0\0"), Some("garbage\n")] {
            if let Some(status) = status {
                machine.file("var/lib/dpkg/status", status);
            }
            let unsure = match software(&machine).programs {
                Observed::Known(programs) => programs.incomplete.is_some(),
                Observed::Unknown(_) => true,
            };
            assert!(unsure, "{status:?}");
        }
    }

    #[test]
    fn a_package_in_a_signed_list_is_of_known_origin() {
        let machine = Machine::new();
        let installed =
            |name: &str| format!("Package: {name}\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n\n");
        machine.file("var/lib/dpkg/status", ["bash", "unikey"].map(installed).concat());
        let origins = |machine: &Machine| {
            let found = software(machine);
            let programs = found.programs.known().unwrap().items.clone();
            programs.into_iter().map(|program| program.known_origin.known().copied()).collect::<Vec<_>>()
        };
        assert_eq!(origins(&machine), [None, None]);
        machine.file("etc/apt/sources.list", "deb http://deb.debian.org/debian bookworm main\n");
        let lists = "var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_";
        machine.file(&format!("{lists}InRelease"), "Origin: Debian\nSuite: stable\n");
        machine.file(&format!("{lists}main_binary-amd64_Packages"), "Package: bash\nVersion: 2\nArchitecture: amd64\n");
        assert_eq!(origins(&machine), [Some(true), Some(false)]);
    }
}
