//! What `docs/language.md` shows is of the language: its expressions compile against the facts, and the results it gives of
//! its examples are those that are computed.

use jiff::Timestamp;
use khien_expr::{Inputs, Scope, Type, Verdict, compile, parse};
use khien_model::SubjectKind;
use khien_model::facts::areas_of;

/// The parameters that the page speaks of. Their names are examples.
fn scope(kind: SubjectKind) -> Scope {
    Scope::facts(areas_of(kind))
        .with_param("password_max_age", Type::Duration)
        .with_param("allowed_names", Type::list(Type::Text))
}

fn page() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/language.md");
    std::fs::read_to_string(path).expect("the description of the language")
}

/// The text of a section, without its heading.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, rest) = page.split_once(heading).expect("the section");
    rest.split("\n## ").next().unwrap_or(rest)
}

/// Compiles for the first kind of subject that has what the expression names.
fn compiles(source: &str) -> Result<(), String> {
    let ast = parse(source).map_err(|problems| format!("{source}: {problems:?}"))?;
    let mut complaints = Vec::new();
    for kind in SubjectKind::ALL {
        match compile(&ast, &scope(*kind), &Type::Dyn) {
            Ok(_) => return Ok(()),
            Err(problems) => complaints.push(format!("{source}, of a {kind:?}: {problems:?}")),
        }
    }
    Err(complaints.join("\n"))
}

#[test]
fn the_checks_and_recipes_are_of_the_language() {
    let page = page();
    let checks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("```")).map(|(block, _)| block);
    let mut expressions: Vec<String> =
        checks.filter_map(|block| block.trim().strip_prefix("pass: ")).map(str::to_owned).collect();
    assert!(!expressions.is_empty(), "the page has no check");
    let recipes = section(&page, "## Recipes\n").lines().filter(|line| line.starts_with("| ")).skip(2);
    for line in recipes {
        let (_, code) = line.split_once(" | `").expect("a recipe has two columns");
        let code = code.strip_suffix("` |").expect("a recipe is one expression");
        expressions.push(code.replace("\\|", "|"));
    }
    assert!(expressions.len() >= 8, "only {} expressions", expressions.len());
    let wrong: Vec<String> = expressions.iter().filter_map(|source| compiles(source).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_of_functions_have_the_results_shown() {
    let page = page();
    let functions = section(&page, "## Functions\n");
    let mut examples = 0;
    for (at, arrow) in functions.match_indices("` → `") {
        let before = functions.get(..at).and_then(|text| text.rsplit('`').next()).expect("an example");
        let after = functions.get(at + arrow.len()..).and_then(|text| text.split('`').next()).expect("a result");
        let source = format!("{before} == {after}");
        let ast = parse(&source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        let program =
            compile(&ast, &Scope::plain(), &Type::Bool).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        let verdict = program.evaluate(&Inputs::without_facts(Timestamp::UNIX_EPOCH)).verdict;
        assert_eq!(verdict, Verdict::True, "{source}");
        examples += 1;
    }
    assert!(examples >= 10, "only {examples} examples");
}
