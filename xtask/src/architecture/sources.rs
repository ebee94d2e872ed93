//! Rules about what the code mentions.

use super::Violation;
use super::crates::PURE;
use super::repository::{Package, Repository};
use super::rust_source::{self, Mention};

/// What reads or changes the world outside, or the clock.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::process",
    "std::env",
    "std::os",
    "io::stdin",
    "io::stdout",
    "io::stderr",
    "fs::File",
    "File::open",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "TimeZone::system",
    "rand::rng",
    "rand::random",
];

/// What lies in a pure crate and never runs in a program, and why.
const NOT_IN_PROGRAMS: &[(&str, &str)] = &[
    ("crates/content/build.rs", "it runs while the crate is built, and lists the directives to put in"),
    ("crates/texts/src/audit.rs", "a feature for tests, which read the sources of the program that shows the texts"),
];

/// How SQL is spoken.
const SQL: &[&str] = &["rusqlite", "sqlx", "libsqlite3_sys", "tokio_postgres"];

/// Who may speak it, and why.
const KNOWS_SQL: &[(&str, &str)] = &[
    ("crates/store/", "it is the store"),
    ("crates/observe/src/sqlite.rs", "it opens databases that other programs own, and only to read them"),
    ("bench/", "SQLite is a peer there"),
];

/// How files are reached past the root folder.
const FILES: &[&str] = &["std::fs", "rustix::fs", "fs::File", "File::open", "fs::read_dir"];

/// Where the facts of Windows are made.
const WINDOWS: &str = "crates/observe/src/windows";

/// Values and properties that Windows fills with text in the language of the system.
const TRANSLATED: &[&str] = &[
    "Caption",
    "Comments",
    "CSDVersion",
    "FriendlyName",
    "LocalizedName",
    "MUIVerb",
    "ProductName",
    "Remark",
    "StatusText",
    "Title",
];

/// Who may do so in `observe`, and why.
const REACHES_FILES: &[(&str, &str)] = &[
    ("crates/observe/src/root.rs", "it is the root folder"),
    ("crates/observe/src/windows/live/files.rs", "it is to the running Windows what the root folder is elsewhere"),
    ("crates/observe/src/root/", "it is the root folder"),
    ("crates/observe/src/sqlite.rs", "it makes private copies of databases outside the inspected root"),
];

/// The crates in which `unsafe` may be written, each block with a SAFETY comment (clippy sees to it).
const MAY_BE_UNSAFE: &[&str] = &["khien-windows-calls", "khien-guard"];

/// The one file that starts a program, why, and the one place in it where it does: its own program, by its own path.
const STARTS_ITSELF: &[(&str, &str)] = &[
    ("bin/khien-agent/src/windows/child.rs", "it starts the agent itself, because a search of Windows Update may hang"),
    (
        "crates/scan/src/worker/start.rs",
        "it starts the program itself, because a reader of hostile files must be confined",
    ),
];
const OWN_PROGRAM: &str = "Command::new(std::env::current_exe()?)";

/// The folders of what is shipped.
const SHIPPED: &[&str] = &["crates", "bin"];

/// A pure crate mentions nothing that does I/O or reads a clock.
pub(super) fn pure_crates_do_no_io(repository: &Repository) -> Vec<Violation> {
    let pure = repository.packages.iter().filter(|package| PURE.contains(&package.name.as_str()));
    let impure = pure.flat_map(|package: &Package| {
        mentioning(repository, &package.folder, |mention| IMPURE.iter().any(|impure| mention.contains(impure)))
    });
    outside(impure, NOT_IN_PROGRAMS)
}

/// SQL is spoken where it may be.
pub(super) fn only_store_knows_sql(repository: &Repository) -> Vec<Violation> {
    let speaks = |mention: &Mention| SQL.iter().any(|library| mention.contains(library));
    let spoken = SHIPPED.iter().flat_map(|folder| mentioning(repository, folder, speaks));
    outside(spoken, KNOWS_SQL)
}

/// `observe` opens nothing but through its root folder.
pub(super) fn observe_reads_through_its_root(repository: &Repository) -> Vec<Violation> {
    let reaches = |mention: &Mention| FILES.iter().any(|way| mention.contains(way));
    outside(mentioning(repository, "crates/observe", reaches).into_iter(), REACHES_FILES)
}

/// What makes facts of Windows asks for nothing that is translated, and compares with nothing that can be: its texts have
/// the letters of English only.
pub(super) fn no_translated_text_is_read(repository: &Repository) -> Vec<Violation> {
    let mut violations = Vec::new();
    for (path, text) in repository.rust_under(WINDOWS).filter(|(path, _)| !rust_source::is_for_tests(path)) {
        let code = text.lines().take_while(|line| *line != "#[cfg(test)]").enumerate();
        for (index, line) in code.filter(|(_, line)| !line.trim_start().starts_with("//")) {
            // What stands at odd places between quotation marks is a text, wherever marks in it may shift that.
            for literal in line.split('"').skip(1).step_by(2) {
                let mut words = literal.split(|letter: char| !letter.is_alphanumeric());
                if words.any(|word| TRANSLATED.contains(&word)) || !literal.is_ascii() {
                    violations.push(Violation::at_line(path, index + 1, literal));
                }
            }
        }
    }
    violations
}

/// The violations that do not lie in one of these places.
fn outside(violations: impl Iterator<Item = Violation>, places: &[(&str, &str)]) -> Vec<Violation> {
    violations.filter(|violation| !places.iter().any(|(place, _)| violation.place.starts_with(place))).collect()
}

/// Each library and program forbids unsafe code, but for the crates that may have it.
pub(super) fn unsafe_is_forbidden(repository: &Repository) -> Vec<Violation> {
    let safe = repository.packages.iter().filter(|package| !MAY_BE_UNSAFE.contains(&package.name.as_str()));
    safe.flat_map(|package| &package.roots)
        .filter(|root| {
            let text = repository.files.get(*root).map_or("", String::as_str);
            !rust_source::has_inner_lint_level(text, "forbid", "unsafe_code")
        })
        .map(|root| Violation::new(root, "does not begin with `#![forbid(unsafe_code)]`"))
        .collect()
}

/// What is shipped starts no other program; in one file it starts itself.
pub(super) fn no_program_is_started(repository: &Repository) -> Vec<Violation> {
    let starts = |mention: &Mention| mention.contains("process::Command") || mention.contains("CommandExt");
    let started = SHIPPED.iter().flat_map(|folder| mentioning(repository, folder, starts));
    let mut violations = outside(started, STARTS_ITSELF);
    for (path, _) in STARTS_ITSELF {
        let Some(text) = repository.files.get(*path) else { continue };
        let (starts, own) = (text.matches("Command::new").count(), text.matches(OWN_PROGRAM).count());
        if (starts, own) != (1, 1) {
            violations.push(Violation::new(*path, format!("starts something else than `{OWN_PROGRAM}`, once")));
        }
    }
    violations
}

/// Every mention outside tests, under a folder, that is wanted. A file that cannot be read as Rust is a violation too:
/// it would otherwise pass unseen.
fn mentioning(repository: &Repository, folder: &str, wanted: impl Fn(&Mention) -> bool) -> Vec<Violation> {
    let mut violations = Vec::new();
    let sources = repository.rust_under(folder).filter(|(path, _)| !rust_source::is_for_tests(path));
    for (path, text) in sources {
        match rust_source::mentions(text) {
            Ok(mentions) => {
                let found = mentions.iter().filter(|mention| wanted(mention));
                violations.extend(found.map(|mention| Violation::at_line(path, mention.line, mention.written())));
            }
            Err(error) => violations.push(Violation::at_line(path, error.span().start().line, error.to_string())),
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{package, repository};
    use super::*;

    #[test]
    fn what_windows_translates_is_not_read() {
        let text = "/// Not the \"Caption\".\nconst OS: &str = \"CurrentBuild\";\n\
            const A: &str = \"SELECT Caption FROM Win32_OperatingSystem\";\nconst B: &str = \"Máy chủ\";\n\
            #[cfg(test)]\nconst C: &str = \"Caption\";\n";
        let repository = repository(&[
            ("crates/observe/src/windows/os.rs", text),
            ("crates/observe/src/windows/os/tests.rs", text),
            ("crates/observe/src/linux/os.rs", text),
        ]);
        assert_eq!(
            no_translated_text_is_read(&repository),
            [
                Violation::new("crates/observe/src/windows/os.rs:3", "SELECT Caption FROM Win32_OperatingSystem"),
                Violation::new("crates/observe/src/windows/os.rs:4", "Máy chủ"),
            ]
        );
    }

    #[test]
    fn a_pure_crate_reads_no_file_and_no_clock() {
        let mut repository = repository(&[
            ("crates/judge/src/lib.rs", "use std::fmt;\nfn f() -> u8 { std::fs::read(\"a\") }\n"),
            ("crates/judge/src/when.rs", "use jiff::Timestamp;\n\nfn f() { Timestamp::now(); }\n"),
            ("crates/judge/tests/golden.rs", "use std::fs;"),
            ("crates/content/build.rs", "use std::fs;"),
            ("crates/content/src/lib.rs", "use std::env;"),
            ("crates/observe/src/lib.rs", "use std::fs;"),
        ]);
        repository.packages = [("khien-judge", "judge"), ("khien-content", "content"), ("khien-observe", "observe")]
            .map(|(name, folder)| package(name, &format!("crates/{folder}")))
            .into();
        assert_eq!(
            pure_crates_do_no_io(&repository),
            [
                Violation::new("crates/judge/src/lib.rs:2", "std::fs::read"),
                Violation::new("crates/judge/src/when.rs:3", "Timestamp::now"),
                Violation::new("crates/content/src/lib.rs:1", "std::env"),
            ]
        );
    }

    #[test]
    fn a_file_that_does_not_parse_does_not_pass_unseen() {
        let mut repository = repository(&[("crates/judge/src/lib.rs", "fn f( {")]);
        repository.packages = vec![package("khien-judge", "crates/judge")];
        assert_eq!(pure_crates_do_no_io(&repository).len(), 1);
    }

    #[test]
    fn sql_is_spoken_in_the_store_and_in_one_module_of_observe() {
        let text = "use rusqlite::Connection;";
        let repository = repository(&[
            ("crates/store/src/people.rs", text),
            ("crates/observe/src/sqlite.rs", text),
            ("crates/observe/src/browsers.rs", text),
            ("bin/khien/src/main.rs", "fn f() { rusqlite::version(); }"),
            ("bench/src/expr.rs", text),
        ]);
        assert_eq!(
            only_store_knows_sql(&repository),
            [
                Violation::new("crates/observe/src/browsers.rs:1", "rusqlite::Connection"),
                Violation::new("bin/khien/src/main.rs:1", "rusqlite::version"),
            ]
        );
    }

    #[test]
    fn observe_opens_nothing_past_its_root() {
        let repository = repository(&[
            ("crates/observe/src/root.rs", "use std::fs::File;"),
            ("crates/observe/src/root/resolve.rs", "fn f() { rustix::fs::openat2(1); }"),
            ("crates/observe/src/linux/os.rs", "fn f() {\n std::fs::read_to_string(\"/etc/os-release\"); }"),
            ("crates/observe/src/linux/usb.rs", "use crate::root::File;"),
        ]);
        assert_eq!(
            observe_reads_through_its_root(&repository),
            [Violation::new("crates/observe/src/linux/os.rs:2", "std::fs::read_to_string")]
        );
    }

    #[test]
    fn a_root_without_forbid_is_found() {
        let mut repository = repository(&[
            ("crates/model/src/lib.rs", "#![forbid(unsafe_code)]"),
            ("crates/judge/src/lib.rs", "#![deny(unsafe_code)]"),
            ("crates/windows-calls/src/lib.rs", ""),
        ]);
        for name in ["model", "judge", "windows-calls"] {
            let mut package = package(&format!("khien-{name}"), &format!("crates/{name}"));
            package.roots = vec![format!("crates/{name}/src/lib.rs")];
            repository.packages.push(package);
        }
        assert_eq!(
            unsafe_is_forbidden(&repository),
            [Violation::new("crates/judge/src/lib.rs", "does not begin with `#![forbid(unsafe_code)]`")]
        );
    }

    #[test]
    fn what_is_shipped_starts_no_program() {
        let repository = repository(&[
            ("crates/observe/src/os.rs", "use std::process::{Command, ExitCode};"),
            ("bin/khien/src/main.rs", "use std::process::ExitCode;"),
            ("xtask/src/main.rs", "use std::process::Command;"),
        ]);
        assert_eq!(
            no_program_is_started(&repository),
            [Violation::new("crates/observe/src/os.rs:1", "std::process::Command")]
        );
    }

    #[test]
    fn one_file_starts_this_very_program_and_no_other() {
        let own = "use std::process::Command;\nfn f() { Command::new(std::env::current_exe()?).spawn(); }";
        let found =
            |text: &str| no_program_is_started(&repository(&[("bin/khien-agent/src/windows/child.rs", text)])).len();
        assert_eq!(found(own), 0);
        assert_eq!(found(&own.replace("std::env::current_exe()?", "\"cmd\"")), 1);
        assert_eq!(found(&format!("{own}\nfn g() {{ Command::new(\"cmd\"); }}")), 1);
        let elsewhere = repository(&[("bin/khien-agent/src/windows/service.rs", own)]);
        assert_eq!(no_program_is_started(&elsewhere).len(), 1);
    }
}
