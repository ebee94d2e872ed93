//! Rules about packages and what they depend on.

use super::Violation;
use super::repository::{Dependency, Package, Repository};
use super::rust_source;

/// The crates from the bottom to the top: a crate depends only on crates that stand before it.
const FROM_BOTTOM_TO_TOP: &[&str] = &[
    "khien-test-support",
    "khien-model",
    "khien-expr",
    "khien-directive",
    "khien-judge",
    "khien-windows-calls",
    "khien-observe",
    "khien-content",
    "khien-password",
    "khien-texts",
    "khien-result",
    "khien-tables",
    "khien-cases",
    "khien-documents",
    "khien-incidents",
    "khien-connect",
    "khien-inspect",
    "khien-rules",
    "khien-scan",
    "khien-mail",
    "khien-guard",
    "khien-protocol",
    "khien-store",
    "khien-demo",
    "khien-report",
    "khien-gates",
    "khien-server",
    "khien-agent",
    "khien",
    "khien-tests",
    "khien-bench",
    "xtask",
];

/// The crates whose results depend on their arguments alone.
pub(super) const PURE: &[&str] = &[
    "khien-model",
    "khien-expr",
    "khien-directive",
    "khien-judge",
    "khien-content",
    "khien-password",
    "khien-texts",
    "khien-result",
    "khien-tables",
    "khien-cases",
    "khien-documents",
    "khien-incidents",
    "khien-inspect",
    "khien-rules",
    "khien-protocol",
];

/// The endpoint agent, and the crates of ours that may be in it.
const AGENT: &str = "khien-agent";
const KNOWN_TO_AGENT: &[&str] = &[
    "khien-model",
    "khien-expr",
    "khien-directive",
    "khien-judge",
    "khien-windows-calls",
    "khien-observe",
    "khien-content",
    "khien-texts",
    "khien-result",
    "khien-protocol",
];

/// What makes a server out of a program: never in the agent, whoever brings it.
const FOR_SERVERS: &[&str] = &["axum", "hyper", "sqlx", "tokio"];

/// What reaches the network, a database or a runtime. One of these in a pure crate means that it is not pure any more.
const DOES_IO: &[&str] = &[
    "async-std",
    "axum",
    "curl",
    "hyper",
    "khien-observe",
    "khien-store",
    "lettre",
    "libsqlite3-sys",
    "mio",
    "nix",
    "notify",
    "reqwest",
    "rusqlite",
    "rustls",
    "socket2",
    "sqlx",
    "tempfile",
    "tokio",
    "ureq",
    "walkdir",
    "windows-sys",
];

/// What a pure crate links all the same: the crate, what it links, and why that does not matter.
const HARMLESS: &[(&str, &str, &str)] = &[
    ("khien-protocol", "windows-sys", "ring asks Windows for random numbers through it"),
    ("khien-tables", "nix", "zip sets times of files through it where it unpacks to a disk; we unpack to memory"),
    ("khien-tables", "windows-sys", "as nix, on Windows"),
    ("khien-cases", "nix", "it reads its lists through khien-tables"),
    ("khien-cases", "windows-sys", "it reads its lists through khien-tables"),
    ("khien-documents", "nix", "as khien-tables: zip brings it, and nothing is unpacked to a disk"),
    ("khien-documents", "windows-sys", "as nix, on Windows"),
    (
        "khien-inspect",
        "windows-sys",
        "ring and chrono, in the types of an archive reader, ask Windows for random numbers and time zones",
    ),
    (
        "khien-inspect",
        "nix",
        "as khien-tables: zip brings it, for its decoders of old methods; nothing is unpacked to a disk",
    ),
    ("khien-rules", "nix", "as khien-tables: zip brings it, and nothing is unpacked to a disk"),
    ("khien-rules", "windows-sys", "as khien-inspect"),
];

/// Where each workspace dependency has its reason.
const REASONS: &str = "docs/decisions/0002-dependencies.md";

/// Each crate depends only on crates below it.
pub(super) fn one_direction(repository: &Repository) -> Vec<Violation> {
    let height = |name: &str| FROM_BOTTOM_TO_TOP.iter().position(|known| *known == name);
    let mut violations = Vec::new();
    for package in &repository.packages {
        let Some(own_height) = height(&package.name) else {
            violations.push(Violation::new(&package.folder, "has no place in the order of crates (xtask knows it)"));
            continue;
        };
        let ours = package.dependencies.iter().filter(|dependency| is_ours(repository, &dependency.name));
        for dependency in ours.filter(|dependency| !is_itself(package, dependency)) {
            if height(&dependency.name).is_none_or(|other| other >= own_height) {
                violations.push(Violation::new(&package.folder, format!("depends on {}", dependency.name)));
            }
        }
    }
    violations
}

/// Whether a package names itself: its tests then use one of its features.
fn is_itself(package: &Package, dependency: &Dependency) -> bool {
    dependency.for_tests && dependency.name == package.name
}

fn is_ours(repository: &Repository, name: &str) -> bool {
    repository.packages.iter().any(|package| package.name == name)
}

/// Nothing that does I/O is linked into a pure crate, however far away.
pub(super) fn pure_crates_link_no_io(repository: &Repository) -> Vec<Violation> {
    let pure = repository.packages.iter().filter(|package| PURE.contains(&package.name.as_str()));
    pure.flat_map(|package| {
        let is_harmless =
            |name: &str| HARMLESS.iter().any(|(pure, linked, _)| *pure == package.name && *linked == name);
        let linked = DOES_IO.iter().filter(move |name| package.links.contains(**name) && !is_harmless(name));
        linked.map(|name| links(package, name))
    })
    .collect()
}

/// Of our crates the agent links only those it needs, and nothing that servers are made of.
pub(super) fn agent_knows_what_it_needs(repository: &Repository) -> Vec<Violation> {
    let is_wrong = |name: &str| {
        let is_stranger = is_ours(repository, name) && !KNOWN_TO_AGENT.contains(&name);
        is_stranger || FOR_SERVERS.contains(&name)
    };
    let agent = repository.packages.iter().filter(|package| package.name == AGENT);
    agent
        .flat_map(|package| package.links.iter().filter(|name| is_wrong(name)).map(move |name| links(package, name)))
        .collect()
}

fn links(package: &Package, name: &str) -> Violation {
    Violation::new(&package.folder, format!("links {name} (cargo tree -p {} -i {name})", package.name))
}

/// `khien` is the only program that plain `cargo run` can mean, and what is heavy is not built by default.
pub(super) fn cargo_run_means_khien(repository: &Repository) -> Vec<Violation> {
    let default: Vec<&Package> = repository.packages.iter().filter(|package| package.is_default).collect();
    let mut violations: Vec<Violation> = default
        .iter()
        .flat_map(|package| package.programs.iter().map(move |program| (package, program)))
        .filter(|(_, program)| *program != "khien")
        .map(|(package, program)| {
            Violation::new(&package.folder, format!("the program {program} is in default-members"))
        })
        .collect();
    if !default.iter().any(|package| package.programs.iter().any(|program| program == "khien")) {
        violations.push(Violation::new("Cargo.toml", "default-members has no program khien"));
    }
    violations
}

/// Every manifest says `[lints] workspace = true`.
pub(super) fn lints_are_inherited(repository: &Repository) -> Vec<Violation> {
    let manifests = repository.packages.iter().map(|package| format!("{}/Cargo.toml", package.folder));
    manifests
        .filter(|path| !repository.files.get(path).is_some_and(|text| inherits_lints(text)))
        .map(|path| Violation::new(path, "has no `[lints] workspace = true`"))
        .collect()
}

fn inherits_lints(manifest: &str) -> bool {
    let mut lines = manifest.lines().skip_while(|line| line.trim() != "[lints]").skip(1);
    lines.next().is_some_and(|line| line.trim() == "workspace = true")
}

/// Each dependency of the workspace from outside has a row in the decision record, and each row a dependency.
pub(super) fn dependencies_have_reasons(repository: &Repository) -> Vec<Violation> {
    let text_of = |path: &str| repository.files.get(path).map_or("", String::as_str);
    let declared: Vec<&str> = workspace_dependencies(text_of("Cargo.toml")).collect();
    let explained: Vec<&str> = first_cells(text_of(REASONS)).collect();
    let without_reason = declared
        .iter()
        .filter(|name| !explained.contains(name))
        .map(|name| Violation::new("Cargo.toml", format!("{name} has no row in {REASONS}")));
    let without_dependency = explained
        .iter()
        .filter(|name| !declared.contains(name))
        .map(|name| Violation::new(REASONS, format!("{name} is not a dependency of the workspace")));
    without_reason.chain(without_dependency).collect()
}

/// The names in `[workspace.dependencies]` that come from outside.
fn workspace_dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    manifest
        .lines()
        .skip_while(|line| line.trim() != "[workspace.dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#') && !line.contains("path ="))
        .filter_map(|line| line.split_once('=').map(|(name, _)| name.trim()))
}

/// The names in the first cells of the rows of a table: `` | `name` | … ``.
fn first_cells(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
}

/// Each dependency that a manifest declares is named in the code of its package.
pub(super) fn dependencies_are_used(repository: &Repository) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in &repository.packages {
        let sources: Vec<(&str, &str)> = repository.rust_under(&package.folder).collect();
        for dependency in package.dependencies.iter().filter(|dependency| !is_itself(package, dependency)) {
            let mut searched = sources.iter().filter(|(path, _)| {
                dependency.for_tests || !rust_source::is_for_tests(path) || is_tests_package(package)
            });
            if !searched.any(|(_, text)| uses(text, &dependency.used_as)) {
                violations.push(Violation::new(
                    format!("{}/Cargo.toml", package.folder),
                    format!("{} is not used", dependency.name),
                ));
            }
        }
    }
    violations
}

/// The packages that hold only tests and their helpers declare what they need as ordinary dependencies.
fn is_tests_package(package: &Package) -> bool {
    package.folder == "tests" || package.folder.starts_with("tests/")
}

/// What our own macros write into the code that calls them: the macro, and the crates it names there.
const NAMED_BY_MACROS: &[(&str, &[&str])] = &[("words!", &["schemars", "serde"])];

/// Whether a file names a crate, itself or through one of our macros.
fn uses(text: &str, name: &str) -> bool {
    let by_macro = NAMED_BY_MACROS.iter().any(|(call, names)| names.contains(&name) && text.contains(call));
    by_macro || has_word(text, name)
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part_of_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(word).any(|(start, _)| {
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text.get(start + word.len()..).and_then(|text| text.chars().next());
        !before.is_some_and(is_part_of_word) && !after.is_some_and(is_part_of_word)
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{depends_on, package, repository};
    use super::*;

    #[test]
    fn a_crate_may_depend_on_what_is_below_and_not_above_or_beside() {
        let mut repository = repository(&[]);
        repository.packages = vec![
            depends_on(package("khien-model", "crates/model"), &["khien-judge", "serde"]),
            depends_on(package("khien-judge", "crates/judge"), &["khien-model"]),
            package("khien-surprise", "crates/surprise"),
        ];
        assert_eq!(
            one_direction(&repository),
            [
                Violation::new("crates/model", "depends on khien-judge"),
                Violation::new("crates/surprise", "has no place in the order of crates (xtask knows it)"),
            ]
        );
    }

    #[test]
    fn a_pure_crate_links_nothing_that_does_io() {
        let mut repository = repository(&[]);
        let mut judge = package("khien-judge", "crates/judge");
        judge.links.insert("tokio".to_owned());
        judge.links.insert("serde".to_owned());
        let mut observe = package("khien-observe", "crates/observe");
        observe.links.insert("rusqlite".to_owned());
        repository.packages = vec![judge, observe];
        let broken = pure_crates_link_no_io(&repository);
        assert_eq!(broken, [Violation::new("crates/judge", "links tokio (cargo tree -p khien-judge -i tokio)")]);
    }

    #[test]
    fn the_agent_links_neither_the_store_nor_a_runtime_for_servers() {
        let mut repository = repository(&[]);
        let mut agent = package("khien-agent", "bin/khien-agent");
        agent.links = ["khien-judge", "khien-store", "ureq", "tokio"].map(str::to_owned).into();
        let mut server = package("khien-server", "crates/server");
        server.links = ["khien-store", "tokio"].map(str::to_owned).into();
        repository.packages =
            vec![package("khien-judge", "crates/judge"), package("khien-store", "crates/store"), server, agent];
        assert_eq!(
            agent_knows_what_it_needs(&repository),
            [
                Violation::new("bin/khien-agent", "links khien-store (cargo tree -p khien-agent -i khien-store)"),
                Violation::new("bin/khien-agent", "links tokio (cargo tree -p khien-agent -i tokio)"),
            ]
        );
    }

    #[test]
    fn khien_is_the_only_default_program() {
        let mut repository = repository(&[]);
        let mut khien = package("khien", "bin/khien");
        khien.programs = vec!["khien".to_owned()];
        let mut xtask = package("xtask", "xtask");
        xtask.programs = vec!["xtask".to_owned()];
        xtask.is_default = true;
        repository.packages = vec![khien, xtask];
        assert_eq!(
            cargo_run_means_khien(&repository),
            [
                Violation::new("xtask", "the program xtask is in default-members"),
                Violation::new("Cargo.toml", "default-members has no program khien"),
            ]
        );
        repository.packages[0].is_default = true;
        repository.packages[1].is_default = false;
        assert_eq!(cargo_run_means_khien(&repository), []);
    }

    #[test]
    fn a_manifest_without_the_lints_of_the_workspace_is_found() {
        let mut repository = repository(&[
            ("crates/a/Cargo.toml", "[package]\n[lints]\nworkspace = true\n"),
            ("crates/b/Cargo.toml", "[package]\n[lints.rust]\nunsafe_code = \"allow\"\n"),
        ]);
        repository.packages = vec![package("a", "crates/a"), package("b", "crates/b")];
        assert_eq!(
            lints_are_inherited(&repository),
            [Violation::new("crates/b/Cargo.toml", "has no `[lints] workspace = true`")]
        );
    }

    #[test]
    fn dependencies_and_reasons_match_both_ways() {
        let manifest = "[workspace.dependencies]\nkhien-model = { path = \"crates/model\" }\n# why\nserde = \"1\"\njiff = { version = \"0.2\" }\n\n[profile.dev]\nlto = true\n";
        let reasons = "| Crate | Why |\n| --- | --- |\n| `serde` | reads and writes |\n| `chrono` | times |\n";
        let repository = repository(&[("Cargo.toml", manifest), (REASONS, reasons)]);
        assert_eq!(
            dependencies_have_reasons(&repository),
            [
                Violation::new("Cargo.toml", format!("jiff has no row in {REASONS}")),
                Violation::new(REASONS, "chrono is not a dependency of the workspace"),
            ]
        );
    }

    #[test]
    fn a_dependency_that_only_tests_use_is_not_used() {
        let mut repository = repository(&[
            ("crates/a/src/lib.rs", "use serde_json::Value;"),
            ("crates/a/tests/t.rs", "use regex::Regex; use expect_test::expect;"),
            ("crates/b/src/lib.rs", "words! { pub enum Kind {} }"),
        ]);
        let mut a = depends_on(package("khien-model", "crates/a"), &["serde", "serde_json", "regex", "expect-test"]);
        a.dependencies[3].for_tests = true;
        repository.packages = vec![a, depends_on(package("khien-expr", "crates/b"), &["serde", "schemars"])];
        assert_eq!(
            dependencies_are_used(&repository),
            [
                Violation::new("crates/a/Cargo.toml", "serde is not used"),
                Violation::new("crates/a/Cargo.toml", "regex is not used"),
            ]
        );
    }
}
