//! What the rules look at: the files that git knows or would add, and the packages that cargo sees.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

use crate::tool::{Failure, Outcome, Tool, output_of};

/// A snapshot of the checkout.
#[derive(Default)]
pub(super) struct Repository {
    /// Text files by their path from the root, with `/` between folders.
    pub(super) files: BTreeMap<String, String>,
    /// Files that are not text, by their paths: pictures.
    pub(super) pictures: BTreeSet<String>,
    /// The packages of the workspace.
    pub(super) packages: Vec<Package>,
    /// Paths of this machine that must not stand in any file.
    pub(super) paths_of_this_machine: Vec<String>,
}

/// A package of the workspace.
#[derive(Default, Clone)]
pub(super) struct Package {
    pub(super) name: String,
    /// Its folder from the root, without a closing `/`.
    pub(super) folder: String,
    /// What its manifest names, development and build dependencies included.
    pub(super) dependencies: Vec<Dependency>,
    /// The files at which its libraries and programs begin.
    pub(super) roots: Vec<String>,
    /// Names of its programs.
    pub(super) programs: Vec<String>,
    /// Every crate that is linked into it, however far away.
    pub(super) links: BTreeSet<String>,
    /// Whether plain `cargo run` and `cargo build` mean it.
    pub(super) is_default: bool,
}

/// One line of a manifest.
#[derive(Default, Clone)]
pub(super) struct Dependency {
    pub(super) name: String,
    /// The name under which the code uses it.
    pub(super) used_as: String,
    /// Whether it is only for tests.
    pub(super) for_tests: bool,
}

impl Repository {
    /// Reads the checkout.
    pub(super) fn load(tool: &Tool) -> Outcome<Self> {
        let listing = output_of(tool.program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
        let (mut files, mut pictures) = (BTreeMap::new(), BTreeSet::new());
        for path in listing.lines() {
            // A file that is not UTF-8 is not text; a deleted one is not there any more.
            if let Ok(text) = std::fs::read_to_string(tool.root.join(path)) {
                files.insert(path.to_owned(), text);
            } else if tool.root.join(path).is_file() {
                pictures.insert(path.to_owned());
            }
        }
        let metadata = output_of(&mut tool.cargo(["metadata", "--format-version", "1", "--locked"]))?;
        let metadata: Metadata = serde_json::from_str(&metadata)
            .map_err(|error| Failure(format!("cargo metadata is not as expected: {error}")))?;
        Ok(Self { files, pictures, packages: metadata.packages(), paths_of_this_machine: paths_of_this_machine(tool) })
    }

    /// The text files under a folder.
    pub(super) fn under(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = format!("{folder}/");
        self.files
            .iter()
            .filter(move |(path, _)| path.starts_with(&prefix))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// The Rust files under a folder.
    pub(super) fn rust_under(&self, folder: &str) -> impl Iterator<Item = (&str, &str)> {
        let prefix = format!("{folder}/");
        self.ending_with(&[".rs"]).filter(move |(path, _)| path.starts_with(&prefix))
    }

    /// The files whose name ends with one of these.
    pub(super) fn ending_with(&self, endings: &'static [&'static str]) -> impl Iterator<Item = (&str, &str)> {
        self.files
            .iter()
            .filter(|(path, _)| endings.iter().any(|ending| path.ends_with(ending)))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Whether a path from the root is a file or a folder of the checkout.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.files.contains_key(path) || self.pictures.contains(path) || self.under(path).next().is_some()
    }
}

/// The checkout and the folder into which is built. Short paths (`/`, `/src`) would be found everywhere.
fn paths_of_this_machine(tool: &Tool) -> Vec<String> {
    let is_telling = |path: &&Path| path.is_absolute() && path.components().count() > 2;
    [tool.root.as_path(), &tool.target_folder()]
        .into_iter()
        .filter(is_telling)
        .map(|path| path.display().to_string())
        .collect()
}

/// The part of `cargo metadata` that the rules need.
#[derive(Deserialize)]
struct Metadata {
    workspace_root: String,
    workspace_members: BTreeSet<String>,
    workspace_default_members: BTreeSet<String>,
    packages: Vec<MetadataPackage>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct MetadataPackage {
    id: String,
    name: String,
    manifest_path: String,
    dependencies: Vec<MetadataDependency>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct MetadataDependency {
    name: String,
    rename: Option<String>,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: String,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl Metadata {
    fn packages(&self) -> Vec<Package> {
        let members = self.packages.iter().filter(|package| self.workspace_members.contains(&package.id));
        members.map(|package| self.package(package)).collect()
    }

    fn package(&self, package: &MetadataPackage) -> Package {
        let from_root = |path: &str| {
            let path = Path::new(path);
            path.strip_prefix(&self.workspace_root).unwrap_or(path).to_string_lossy().replace('\\', "/")
        };
        let of_kind = |kinds: &'static [&'static str]| {
            package.targets.iter().filter(|target| target.kind.iter().any(|kind| kinds.contains(&kind.as_str())))
        };
        Package {
            name: package.name.clone(),
            folder: from_root(&package.manifest_path).trim_end_matches("/Cargo.toml").to_owned(),
            dependencies: package.dependencies.iter().map(MetadataDependency::dependency).collect(),
            roots: of_kind(&["lib", "bin"]).map(|target| from_root(&target.src_path)).collect(),
            programs: of_kind(&["bin"]).map(|target| target.name.clone()).collect(),
            links: self.links_of(&package.id),
            is_default: self.workspace_default_members.contains(&package.id),
        }
    }

    /// Follows the edges that end in a program: not those for tests, not those for building.
    fn links_of(&self, start: &str) -> BTreeSet<String> {
        let mut seen = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(id) = open.pop() {
            let edges = self.resolve.nodes.iter().filter(|node| node.id == id).flat_map(|node| &node.deps);
            for edge in edges.filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none())) {
                if seen.insert(&edge.pkg) {
                    open.push(&edge.pkg);
                }
            }
        }
        seen.remove(start);
        let linked = self.packages.iter().filter(|package| seen.contains(package.id.as_str()));
        linked.map(|package| package.name.clone()).collect()
    }
}

impl MetadataDependency {
    fn dependency(&self) -> Dependency {
        Dependency {
            name: self.name.clone(),
            used_as: self.rename.as_deref().unwrap_or(&self.name).replace('-', "_"),
            for_tests: self.kind.as_deref() == Some("dev"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METADATA: &str = r#"{
        "workspace_root": "/somewhere",
        "workspace_members": ["a", "b"],
        "workspace_default_members": ["a"],
        "packages": [
            {"id": "a", "name": "khien-a", "manifest_path": "/somewhere/crates/a/Cargo.toml",
             "dependencies": [{"name": "middle-one", "rename": null, "kind": null},
                              {"name": "helper", "rename": "aid", "kind": "dev"}],
             "targets": [{"name": "khien_a", "kind": ["lib"], "src_path": "/somewhere/crates/a/src/lib.rs"},
                         {"name": "golden", "kind": ["test"], "src_path": "/somewhere/crates/a/tests/golden.rs"}]},
            {"id": "b", "name": "b", "manifest_path": "/somewhere/bin/b/Cargo.toml", "dependencies": [],
             "targets": [{"name": "b", "kind": ["bin"], "src_path": "/somewhere/bin/b/src/main.rs"}]},
            {"id": "m", "name": "middle-one", "manifest_path": "/x/Cargo.toml", "dependencies": [], "targets": []},
            {"id": "t", "name": "tokio", "manifest_path": "/x/Cargo.toml", "dependencies": [], "targets": []},
            {"id": "h", "name": "helper", "manifest_path": "/x/Cargo.toml", "dependencies": [], "targets": []}
        ],
        "resolve": {"nodes": [
            {"id": "a", "deps": [{"pkg": "m", "dep_kinds": [{"kind": null}]}, {"pkg": "h", "dep_kinds": [{"kind": "dev"}]}]},
            {"id": "m", "deps": [{"pkg": "t", "dep_kinds": [{"kind": "build"}, {"kind": null}]},
                                 {"pkg": "h", "dep_kinds": [{"kind": "build"}]}]},
            {"id": "b", "deps": []}, {"id": "t", "deps": [{"pkg": "m", "dep_kinds": [{"kind": null}]}]}, {"id": "h", "deps": []}
        ]}
    }"#;

    #[test]
    fn links_are_followed_to_the_end_but_not_through_tests_and_build_scripts() {
        let metadata: Metadata = serde_json::from_str(METADATA).unwrap();
        let packages = metadata.packages();
        assert_eq!(packages[0].links, BTreeSet::from(["middle-one".to_owned(), "tokio".to_owned()]));
        assert!(packages[1].links.is_empty());
    }

    #[test]
    fn packages_are_read_with_paths_from_the_root() {
        let metadata: Metadata = serde_json::from_str(METADATA).unwrap();
        let packages = metadata.packages();
        assert_eq!(packages.len(), 2);
        assert_eq!(packages[0].folder, "crates/a");
        assert_eq!(packages[0].roots, ["crates/a/src/lib.rs"]);
        assert!(packages[0].is_default && !packages[1].is_default);
        assert_eq!(packages[1].programs, ["b"]);
        assert_eq!(packages[0].dependencies[1].used_as, "aid");
        assert!(packages[0].dependencies[1].for_tests);
    }

    #[test]
    fn folders_and_files_are_there_and_others_are_not() {
        let files = BTreeMap::from([("crates/a/src/lib.rs".to_owned(), String::new())]);
        let pictures = BTreeSet::from(["docs/a.png".to_owned()]);
        let repository = Repository { files, pictures, ..Repository::default() };
        assert!(repository.has("docs/a.png") && !repository.has("docs/b.png"));
        assert!(repository.has("crates/a/") && repository.has("crates/a/src/lib.rs"));
        assert!(!repository.has("crates/ab") && !repository.has("crates/a/src/li"));
    }
}
