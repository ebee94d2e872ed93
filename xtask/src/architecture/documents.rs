//! Rules about the documents.

use super::Violation;
use super::repository::Repository;

const ARCHITECTURE: &str = "ARCHITECTURE.md";
const CODE_MAP: &str = "## Code map";
const DECISIONS: &str = "docs/decisions";

/// Every folder that the code map names is there, and every package is in it.
pub(super) fn code_map_is_true(repository: &Repository) -> Vec<Violation> {
    let text = repository.files.get(ARCHITECTURE).map_or("", String::as_str);
    let map: Vec<(usize, &str)> = folders_in_code_map(text).collect();
    let gone = map
        .iter()
        .filter(|(_, folder)| !repository.has(folder))
        .map(|(line, folder)| Violation::at_line(ARCHITECTURE, *line, format!("there is no folder {folder}")));
    let unknown = repository
        .packages
        .iter()
        .filter(|package| !map.iter().any(|(_, folder)| folder.trim_end_matches('/') == package.folder))
        .map(|package| Violation::new(ARCHITECTURE, format!("the code map does not name {}/", package.folder)));
    gone.chain(unknown).collect()
}

/// The folders named in the code map as `` `folder/` ``, with their lines.
fn folders_in_code_map(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| line.trim() != CODE_MAP).skip(1);
    let section = lines.take_while(|(_, line)| !line.starts_with("## "));
    section.flat_map(|(index, line)| {
        // Between the first and the second backtick, the third and the fourth, and so on.
        let code = line.split('`').skip(1).step_by(2);
        code.filter(|code| code.ends_with('/')).map(move |code| (index + 1, code))
    })
}

/// Records are `NNNN-name.md`, numbered without gaps, titled with their number, and listed in the index.
pub(super) fn decisions_are_listed(repository: &Repository) -> Vec<Violation> {
    let index_path = format!("{DECISIONS}/README.md");
    let index = repository.files.get(&index_path).map_or("", String::as_str);
    let mut violations = Vec::new();
    let records = repository.under(DECISIONS).filter(|(path, _)| **path != *index_path);
    for (position, (path, text)) in records.enumerate() {
        let name = path.rsplit('/').next().unwrap_or(path);
        let number = format!("{:04}", position + 1);
        if !name.starts_with(&format!("{number}-")) {
            violations.push(Violation::new(path, format!("should be record {number}")));
        }
        if !text.starts_with(&format!("# {number}: ")) {
            violations.push(Violation::at_line(path, 1, format!("does not begin with `# {number}: `")));
        }
        if !index.contains(&format!("({name})")) {
            violations.push(Violation::new(&index_path, format!("does not list {name}")));
        }
    }
    violations
}

/// Links to files of the checkout point at files that are there.
pub(super) fn links_lead_somewhere(repository: &Repository) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in repository.ending_with(&[".md"]) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (index, line) in text.lines().enumerate() {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target));
            for target in targets.filter(|target| !target.contains(':') && !target.starts_with('#')) {
                let file = target.split('#').next().unwrap_or(target);
                if resolve(folder, file).is_none_or(|file| !repository.has(&file)) {
                    violations.push(Violation::at_line(
                        path,
                        index + 1,
                        format!("leads to {target}, which is not there"),
                    ));
                }
            }
        }
    }
    violations
}

/// A link seen from a folder, as a path from the root. Nothing when it leaves the checkout.
fn resolve(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{package, repository};
    use super::*;

    #[test]
    fn the_code_map_names_what_is_there_and_all_of_it() {
        let map = "# Architecture\n`elsewhere/`\n## Code map\n- `crates/model/`: words (`jiff`)\n- `crates/gone/`\n## After\n`later/`\n";
        let mut repository = repository(&[(ARCHITECTURE, map), ("crates/model/src/lib.rs", "")]);
        repository.packages = vec![package("khien-model", "crates/model"), package("xtask", "xtask")];
        assert_eq!(
            code_map_is_true(&repository),
            [
                Violation::new("ARCHITECTURE.md:5", "there is no folder crates/gone/"),
                Violation::new("ARCHITECTURE.md", "the code map does not name xtask/"),
            ]
        );
    }

    #[test]
    fn records_have_their_number_their_title_and_their_place_in_the_index() {
        let repository = repository(&[
            ("docs/decisions/README.md", "[one](0001-one.md)"),
            ("docs/decisions/0001-one.md", "# 0001: One\n"),
            ("docs/decisions/0003-three.md", "# Three\n"),
        ]);
        assert_eq!(
            decisions_are_listed(&repository),
            [
                Violation::new("docs/decisions/0003-three.md", "should be record 0002"),
                Violation::new("docs/decisions/0003-three.md:1", "does not begin with `# 0002: `"),
                Violation::new("docs/decisions/README.md", "does not list 0003-three.md"),
            ]
        );
    }

    #[test]
    fn dead_links_are_found_and_links_outside_are_left_alone() {
        let repository = repository(&[
            (
                "docs/a.md",
                "[up](../README.md#tour) [web](https://example.org) [here](#x)\n[gone](b.md) [out](../../x.md)",
            ),
            ("README.md", "[docs](docs/)"),
        ]);
        assert_eq!(
            links_lead_somewhere(&repository),
            [
                Violation::new("docs/a.md:2", "leads to b.md, which is not there"),
                Violation::new("docs/a.md:2", "leads to ../../x.md, which is not there"),
            ]
        );
    }
}
