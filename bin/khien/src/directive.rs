//! `khien directive …`: list, check, explain and test directives.

mod explain;

use std::fmt::Write as _;
use std::path::PathBuf;

use khien_directive::{Diagnostic, Directive, Level, Loaded, render, run_examples};

use crate::Session;
use crate::cli::DirectiveCommand;
use crate::content;
use crate::exit::Exit;
use crate::i18n::{Texts, text};
use crate::output::{Answer, Outcome};
use crate::problem::Problem;
use khien_texts::labels::shortened;
use khien_texts::moment;

/// Carries out `khien directive …`.
pub(crate) fn run(command: &DirectiveCommand, session: &Session) -> Outcome {
    match command {
        DirectiveCommand::List => list(session),
        DirectiveCommand::Check { files } => check(files, session),
        DirectiveCommand::Explain { control, directive, at } => {
            explain::run(control, directive.as_deref(), at.as_deref(), session)
        }
        DirectiveCommand::Schema => Ok(Answer::good(khien_directive::schema::schema_text())),
        DirectiveCommand::Test { directives } => test(directives, session),
    }
}

fn list(session: &Session) -> Outcome {
    let texts = &session.texts;
    let mut page = String::new();
    for id in khien_content::SHIPPED {
        let directive = content::directive(Some(id), session.now, session)?;
        let applies = if khien_content::is_in_force(&directive, session.now) {
            format!(" – {}", texts.text("list-now"))
        } else {
            String::new()
        };
        let validity = moment::validity(directive.valid_from, directive.valid_to, texts);
        let size = size(&directive, "list-controls", "", texts);
        let title = texts.pick(&directive.title);
        // Writing to a String cannot fail; so everywhere below.
        let _ = writeln!(page, "{id}  {title}\n    {validity}{applies}\n    {size}");
    }
    Ok(Answer::good(page))
}

fn size(directive: &Directive, key: &str, file: &str, texts: &Texts) -> String {
    let (clauses, controls) = (directive.clauses.len(), directive.controls().count());
    text!(texts, key, file = file, clauses = clauses, controls = controls)
}

fn check(files: &[PathBuf], session: &Session) -> Outcome {
    let (texts, language) = (&session.texts, session.texts.language().into());
    let (mut page, mut errors, mut warnings) = (String::new(), 0, 0);
    let mut show = |page: &mut String, diagnostics: &[Diagnostic]| {
        for diagnostic in diagnostics {
            match diagnostic.level {
                Level::Error => errors += 1,
                Level::Warning => warnings += 1,
            }
            page.push_str(&render(diagnostic, language, session.terminal.coloured));
            page.push('\n');
        }
    };
    for file in files {
        match content::from_file(file)? {
            Ok(Loaded { directive, warnings }) => {
                show(&mut page, &warnings);
                let name = shortened(&file.to_string_lossy());
                page.push_str(&size(&directive, "check-good", &name, texts));
                page.push('\n');
            }
            Err(diagnostics) => show(&mut page, &diagnostics),
        }
    }
    if errors + warnings > 0 {
        page.push_str(&text!(texts, "check-errors", errors = errors, warnings = warnings, files = files.len()));
        page.push('\n');
    }
    Ok(Answer { text: page, exit: if errors > 0 { Exit::Misuse } else { Exit::Good } })
}

fn test(directives: &[String], session: &Session) -> Outcome {
    let texts = &session.texts;
    let (mut page, mut exit) = (String::new(), Exit::Good);
    for name in directives {
        let directive = content::directive(Some(name), session.now, session)?;
        let outcomes = run_examples(&directive);
        let total = outcomes.len();
        let mut failed = 0;
        for outcome in outcomes.iter().filter(|outcome| !outcome.is_as_expected()) {
            failed += 1;
            let state = |word: &str| texts.text(&format!("state-{word}"));
            page.push_str(&text!(
                texts,
                "test-example",
                control = outcome.control.id.as_str(),
                name = outcome.example.name.as_str(),
                expected = state(outcome.example.expect.as_str()),
                actual = state(outcome.actual.as_str()),
            ));
            page.push('\n');
            for (path, value) in &outcome.because {
                let _ = writeln!(page, "    {path} = {}", shortened(value));
            }
        }
        let key = if failed == 0 { "test-good" } else { "test-bad" };
        page.push_str(&text!(texts, key, directive = directive.id.as_str(), failed = failed, examples = total));
        page.push('\n');
        if failed > 0 {
            exit = Exit::Fails;
        }
    }
    Ok(Answer { text: page, exit })
}

/// The control called `id`, or what was probably meant.
fn no_such_control(directive: &Directive, id: &str) -> Problem {
    let known = directive.controls().map(|(_, control)| control.id.as_str());
    Problem::UnknownControl {
        control: id.to_owned(),
        suggestion: crate::facts::nearest(id, known).map(str::to_owned),
        directive: directive.id.clone(),
    }
}
