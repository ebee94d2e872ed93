//! What the design promises about the code, each promise checked by one rule: a name, the reason, and the check.

mod crates;
mod documents;
#[cfg(test)]
mod fixtures;
mod repository;
mod rust_source;
mod sources;
mod text;

use std::fmt;

use self::repository::Repository;
use crate::tool::{Failure, Outcome, Tool};

/// One promise. The check returns every place where it is broken.
pub(crate) struct Rule {
    name: &'static str,
    reason: &'static str,
    check: fn(&Repository) -> Vec<Violation>,
}

/// A place where a rule is broken.
#[derive(Debug, PartialEq, Eq)]
struct Violation {
    /// A file with its line, a package, a directory.
    place: String,
    /// What stands there.
    what: String,
}

impl Violation {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }

    fn at_line(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self::new(format!("{path}:{line}"), what)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.what)
    }
}

/// All rules, from the outline of the workspace to the letters in its files.
const RULES: &[Rule] = &[
    Rule {
        name: "crates depend in one direction",
        reason: "a crate that knows only what is below it can be understood, tested and shipped without the rest",
        check: crates::one_direction,
    },
    Rule {
        name: "pure crates link no I/O",
        reason: "what is judged, worded and signed must come out the same everywhere: no network, database or runtime",
        check: crates::pure_crates_link_no_io,
    },
    Rule {
        name: "pure crates do no I/O and read no clock",
        reason: "what is judged depends on (directive, facts, exemptions, now) and on nothing else, so it can be replayed; \
                 what agent and server say to each other depends on the messages and the moment that is handed in",
        check: sources::pure_crates_do_no_io,
    },
    Rule {
        name: "the agent knows only what it needs",
        reason: "it runs on every machine, as root: it judges and reports, and holds neither a database nor a server",
        check: crates::agent_knows_what_it_needs,
    },
    Rule {
        name: "only store knows SQL",
        reason: "one set of queries for both databases; observe reads the databases of browsers through one module",
        check: sources::only_store_knows_sql,
    },
    Rule {
        name: "no text that Windows translates is read",
        reason: "the same PC in Vietnamese, German and English must have the same facts",
        check: sources::no_translated_text_is_read,
    },
    Rule {
        name: "observe reads only through its root folder",
        reason: "a link, a pipe or a huge file on the inspected disk must not lead the program astray",
        check: sources::observe_reads_through_its_root,
    },
    Rule {
        name: "unsafe code is forbidden outside windows-calls and guard",
        reason: "memory safety is argued in two crates that are small enough to review, and decide nothing",
        check: sources::unsafe_is_forbidden,
    },
    Rule {
        name: "no program is started by what we ship",
        reason: "output of programs is localized and slow, and an agent that starts programs can be made to start others; \
                 two files start their own program again, and nothing else",
        check: sources::no_program_is_started,
    },
    Rule {
        name: "cargo run means khien",
        reason: "the two commands of the README must work in a fresh clone without a flag",
        check: crates::cargo_run_means_khien,
    },
    Rule {
        name: "every package inherits the lints",
        reason: "an exception from a lint is written where it is made, not by leaving a package out",
        check: crates::lints_are_inherited,
    },
    Rule {
        name: "every dependency says why it is here",
        reason: "a dependency is a promise to follow its updates; docs/decisions/0002-dependencies.md says what it is worth",
        check: crates::dependencies_have_reasons,
    },
    Rule {
        name: "every declared dependency is used",
        reason: "what is declared and not used is still downloaded, built and reviewed",
        check: crates::dependencies_are_used,
    },
    Rule {
        name: "the code map is true",
        reason: "ARCHITECTURE.md is the first page a newcomer reads",
        check: documents::code_map_is_true,
    },
    Rule {
        name: "decision records are numbered and listed",
        reason: "why something is as it is must be found by the next person who wants to change it",
        check: documents::decisions_are_listed,
    },
    Rule {
        name: "links between documents lead somewhere",
        reason: "a dead link costs a reader more than no link",
        check: documents::links_lead_somewhere,
    },
    Rule {
        name: "no source file is longer than 600 lines",
        reason: "a file is about one thing; the listing of its folder is the table of contents",
        check: text::files_are_short,
    },
    Rule {
        name: "text is in Unicode normal form C",
        reason: "the same Vietnamese word in two forms is two words to every comparison and every search",
        check: text::text_is_nfc,
    },
    Rule {
        name: "nothing is left over",
        reason: "what is unfinished belongs in an issue, where it is seen",
        check: text::nothing_is_left_over,
    },
    Rule {
        name: "no test is ignored",
        reason: "a test that cannot run here says `SKIPPED: why` and is counted; an ignored one is forgotten",
        check: text::no_test_is_ignored,
    },
    Rule {
        name: "no path of the machine it was built on",
        reason: "such a path works for one person and tells about them",
        check: text::no_path_of_this_machine,
    },
];

/// Checks all rules, one line each, and fails with the number of broken ones.
pub(crate) fn check(tool: &Tool) -> Outcome {
    let repository = Repository::load(tool)?;
    let mut broken = 0;
    for rule in RULES {
        let violations = (rule.check)(&repository);
        if violations.is_empty() {
            println!("ok      {}", rule.name);
            continue;
        }
        broken += 1;
        println!("BROKEN  {}: {}", rule.name, rule.reason);
        for violation in violations {
            println!("        {violation}");
        }
    }
    match broken {
        0 => Ok(()),
        1 => Err(Failure::new("1 rule of the architecture is broken")),
        many => Err(Failure(format!("{many} rules of the architecture are broken"))),
    }
}
