//! `cargo xtask codegen`: files in git that are made from the code, so that readers and editors need not build it.

mod fact_reference;

use std::fs;

use crate::tool::{Failure, Outcome, Tool, output_of};

/// What to do with a file that is not up to date.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Changes nothing and fails when a file is not up to date.
    #[arg(long)]
    pub(crate) check: bool,
}

/// A file and the arguments of `khien` that print it.
struct Printed {
    path: &'static str,
    arguments: &'static [&'static str],
}

/// The schema of facts.
const FACT_SCHEMA: &str = "content/schema/facts.schema.json";

const PRINTED: &[Printed] = &[
    Printed { path: FACT_SCHEMA, arguments: &["facts", "--schema"] },
    Printed { path: "content/schema/directive.schema.json", arguments: &["directive", "schema"] },
    Printed { path: "content/schema/openapi.json", arguments: &["config", "openapi"] },
];

/// The reference of facts, made from the schema of facts.
const FACT_REFERENCE: &str = "docs/facts.md";

/// Makes every generated file again, or checks that doing so would change nothing.
pub(crate) fn run(tool: &Tool, options: &Options) -> Outcome {
    let mut stale = Vec::new();
    for (path, fresh) in fresh_files(tool)? {
        let place = tool.root.join(path);
        let kept = fs::read_to_string(&place).unwrap_or_default();
        let Some(difference) = first_difference(&kept, &fresh) else {
            println!("ok      {path}");
            continue;
        };
        if options.check {
            println!("STALE   {path}: {difference}");
            stale.push(path);
        } else {
            let failed = |error: std::io::Error| Failure(format!("{path}: {error}"));
            if let Some(folder) = place.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            fs::write(&place, fresh).map_err(failed)?;
            println!("written {path}");
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(Failure(format!("not up to date: {}; run `cargo xtask codegen`", stale.join(", "))))
}

/// Every generated file as it should be.
fn fresh_files(tool: &Tool) -> Outcome<Vec<(&'static str, String)>> {
    let mut files = Vec::new();
    for generated in PRINTED {
        let mut command = tool.cargo(["run", "--quiet", "--package", "khien", "--"]);
        let text = output_of(command.args(generated.arguments))?;
        if text.trim().is_empty() {
            return Err(Failure(format!("`khien {}` printed nothing", generated.arguments.join(" "))));
        }
        if generated.path == FACT_SCHEMA {
            files.push((FACT_REFERENCE, fact_reference::write(&text)?));
        }
        files.push((generated.path, text));
    }
    Ok(files)
}

/// Where two texts part, in words; nothing when they are the same.
fn first_difference(kept: &str, fresh: &str) -> Option<String> {
    if kept == fresh {
        return None;
    }
    let mut lines = (1..).zip(kept.lines().zip(fresh.lines()));
    let parting = lines.find(|(_, (old, new))| old != new);
    Some(match parting {
        Some((number, (old, new))) => format!("line {number} is `{}` and should be `{}`", old.trim(), new.trim()),
        None => format!("has {} lines and should have {}", kept.lines().count(), fresh.lines().count()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_part_at_a_line_or_at_their_end() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n").unwrap(), "line 2 is `b` and should be `c`");
        assert_eq!(first_difference("a\n", "a\nb\n").unwrap(), "has 1 lines and should have 2");
        assert_eq!(first_difference("", "a\n").unwrap(), "has 0 lines and should have 1");
        assert_eq!(first_difference("a", "a\n").unwrap(), "has 1 lines and should have 1");
    }
}
