//! The tables and their columns, as the migrations make them: the one list that cannot be out of date.

use std::sync::LazyLock;

use crate::migrate::MIGRATIONS;

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in order: the name, and whether it holds numbers.
    pub columns: Vec<(String, bool)>,
    /// The columns of its primary key.
    pub key: Vec<String>,
}

/// Every table, in the order in which they are made: what a table refers to stands before it.
pub(super) fn tables() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> =
        LazyLock::new(|| read(&MIGRATIONS.iter().map(|migration| migration.text).collect::<Vec<_>>()));
    &TABLES
}

/// The version of the schema: how many steps made it.
pub(super) fn version() -> u64 {
    MIGRATIONS.len() as u64
}

/// The table called `name`.
pub(super) fn table(name: &str) -> Option<&'static Table> {
    tables().iter().find(|table| table.name == name)
}

/// Reads what migrations make. They are ours, and a test compares what is read here with what the engines say.
fn read(migrations: &[&str]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut is_open = false;
    for line in migrations.iter().flat_map(|text| text.lines()) {
        let line = line.trim();
        let words: Vec<&str> = line.split([' ', ',', '(', ')', ';']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            _ if line.starts_with("--") => {}
            ["CREATE", "TABLE", name, ..] => {
                tables.push(Table { name: (*name).to_owned(), columns: Vec::new(), key: Vec::new() });
                is_open = true;
            }
            ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] => {
                if let Some(table) = tables.iter_mut().find(|table| table.name == *name) {
                    table.columns.push(((*column).to_owned(), *kind == "BIGINT"));
                }
            }
            ["DROP", "TABLE", name, ..] => tables.retain(|table| table.name != *name),
            _ if line.starts_with(')') => is_open = false,
            ["PRIMARY", "KEY", key @ ..] if is_open => {
                if let Some(table) = tables.last_mut() {
                    table.key = key.iter().map(|column| (*column).to_owned()).collect();
                }
            }
            [column, kind @ ("BIGINT" | "TEXT"), rest @ ..] if is_open => {
                if let Some(table) = tables.last_mut() {
                    table.columns.push(((*column).to_owned(), *kind == "BIGINT"));
                    if rest.windows(2).any(|pair| pair == ["PRIMARY", "KEY"]) {
                        table.key = vec![(*column).to_owned()];
                    }
                }
            }
            _ => {}
        }
    }
    tables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_as_they_are_made() {
        let tables = read(&[
            "-- CREATE TABLE nothing (\nCREATE TABLE a (\n    -- id\n    id TEXT NOT NULL PRIMARY KEY,\n    n BIGINT\n);",
            "CREATE TABLE b (\n    a TEXT NOT NULL REFERENCES a (id),\n    d TEXT NOT NULL,\n    PRIMARY KEY (a, d)\n);\n\
             CREATE INDEX b_d ON b (d);\nALTER TABLE a ADD COLUMN note TEXT;",
        ]);
        let column = |name: &str, is_number| (name.to_owned(), is_number);
        assert_eq!(
            tables,
            [
                Table {
                    name: "a".into(),
                    columns: vec![column("id", false), column("n", true), column("note", false)],
                    key: vec!["id".into()]
                },
                Table {
                    name: "b".into(),
                    columns: vec![column("a", false), column("d", false)],
                    key: vec!["a".into(), "d".into()]
                },
            ]
        );
    }

    #[test]
    fn every_table_of_ours_has_a_key_among_its_columns() {
        assert!(tables().len() > 30);
        for table in tables() {
            assert!(!table.key.is_empty(), "{}", table.name);
            for key in &table.key {
                assert!(table.columns.iter().any(|(column, _)| column == key), "{}: {key}", table.name);
            }
        }
    }
}
