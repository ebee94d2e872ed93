//! Files -> [`Directive`]: decode, parse, put includes together, read the fields, compile the expressions.

mod facts;
mod include;
mod merge;
mod read;
mod reader;
mod resolve;
mod steps;

use crate::diagnostic::{Diagnostic, Level, Report};
use crate::source::Files;
use crate::{Directive, Source};

/// A directive without errors, and what its author should still look at.
#[derive(Debug)]
pub struct Loaded {
    /// The directive.
    pub directive: Directive,
    /// Diagnostics of level [`Level::Warning`], in the order of the files.
    pub warnings: Vec<Diagnostic>,
}

/// Reads the directive in the file called `name`.
///
/// On failure all mistakes are given at once, errors and warnings, in the order in which they stand in the files; at
/// least one of them is an error.
pub fn load(name: &str, source: &dyn Source) -> Result<Loaded, Vec<Diagnostic>> {
    let mut files = Files::default();
    let mut report = Report::default();
    let tree = include::read_tree(name, source, &mut files, &mut report);
    let directive = tree.and_then(|tree| {
        let mut reader = reader::Reader { files: &files, report: &mut report };
        let draft = reader.directive(&tree)?;
        resolve::resolve(draft, &mut reader)
    });
    let errors = report.errors();
    let diagnostics = report.finish(&files);
    match directive {
        Some(directive) if errors == 0 => {
            debug_assert!(diagnostics.iter().all(|diagnostic| diagnostic.level == Level::Warning));
            Ok(Loaded { directive, warnings: diagnostics })
        }
        _ => {
            debug_assert!(errors > 0, "a directive that cannot be read has an error");
            Err(diagnostics)
        }
    }
}
