//! Every statement that stands whole in the sources is understood by both engines, also one that no other test comes by.
//! What is put together from parts is carried out by the tests of what it does.

use std::fs;
use std::path::{Path, PathBuf};

use khien_store::Store;
use khien_test_support::Database;
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _};

use crate::support::{block_on, options};

/// The words with which a statement begins.
const VERBS: [&str; 5] = ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "];
/// Fewer than there are: a scanner that finds nothing proves nothing.
const LEAST_STATEMENTS: usize = 180;

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The texts between quotation marks in a source, as the program sees them, but for those that are put together with others
/// by `concat!`. Comments hold no quotation marks that are open, and no source of the store has a raw text.
fn texts(source: &str) -> Vec<String> {
    let (mut texts, mut text, mut is_open, mut before) = (Vec::new(), String::new(), false, String::new());
    let mut letters = source
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.chars().chain(['\n']))
        .peekable();
    while let Some(letter) = letters.next() {
        match (is_open, letter) {
            (false, '"') => is_open = true,
            // A quotation mark as a letter.
            (false, '\'') if letters.peek() == Some(&'"') => drop(letters.next()),
            (false, letter) => before.extend(Some(letter).filter(|letter| !letter.is_whitespace())),
            (true, '"') => {
                let whole = std::mem::take(&mut text);
                if !before.ends_with("concat!(") {
                    texts.push(whole);
                }
                before.clear();
                is_open = false;
            }
            (true, '\\') => match letters.next() {
                Some('\n') => while letters.next_if(|letter| letter.is_whitespace()).is_some() {},
                Some(escaped) => text.push(escaped),
                None => {}
            },
            (true, _) => text.push(letter),
        }
    }
    texts
}

#[test]
fn every_statement_is_understood_by_both_engines() {
    let mut statements = Vec::new();
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let source = fs::read_to_string(&file).unwrap();
        let product = source.split("#[cfg(test)]").next().unwrap();
        let whole =
            texts(product).into_iter().filter(|text| VERBS.iter().any(|verb| text.trim_start().starts_with(verb)));
        statements.extend(whole.filter(|text| !text.contains('{')).map(|text| (file.clone(), text)));
    }
    assert!(statements.len() >= LEAST_STATEMENTS, "only {} statements were found", statements.len());
    let mut misunderstood = Vec::new();
    for database in khien_test_support::fresh_databases() {
        block_on(prepare(&database, &statements, &mut misunderstood));
    }
    assert!(misunderstood.is_empty(), "{}", misunderstood.join("\n"));
}

async fn prepare(database: &Database, statements: &[(PathBuf, String)], misunderstood: &mut Vec<String>) {
    Store::open(database.url(), &options()).await.unwrap().close().await;
    let mut connection = AnyConnection::connect(database.url()).await.unwrap();
    for (file, statement) in statements {
        if let Err(error) = connection.prepare(AssertSqlSafe(statement.clone()).into_sql_str()).await {
            misunderstood.push(format!("{}: {statement}: {:?}: {error}", file.display(), database.engine()));
        }
    }
    connection.close().await.unwrap();
}
