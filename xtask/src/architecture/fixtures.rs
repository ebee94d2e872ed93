//! Small checkouts for the tests of the rules.

use super::repository::{Dependency, Package, Repository};

/// A checkout with these files and no packages.
pub(super) fn repository(files: &[(&str, &str)]) -> Repository {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    Repository { files, ..Repository::default() }
}

/// A package without dependencies.
pub(super) fn package(name: &str, folder: &str) -> Package {
    Package { name: name.to_owned(), folder: folder.to_owned(), ..Package::default() }
}

/// The package with these dependencies.
pub(super) fn depends_on(mut package: Package, names: &[&str]) -> Package {
    package.dependencies = names
        .iter()
        .map(|name| Dependency { name: (*name).to_owned(), used_as: name.replace('-', "_"), for_tests: false })
        .collect();
    package
}
