//! All migrations in order make the schema that is written down, the same on both engines. A change of the schema is a change
//! of that file, which a reader of the history sees.

use std::fmt::Write as _;

use expect_test::expect_file;
use khien_test_support::{Database, Engine};
use sqlx::{AnyConnection, Connection as _, Row as _};

use crate::support::{block_on, on};

/// What SQLite knows of itself.
const SQLITE: [&str; 2] = [
    "SELECT m.name, p.name, upper(p.type), CAST(p.\"notnull\" AS BIGINT), CAST(p.pk AS BIGINT) \
     FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY m.name, p.name",
    "SELECT m.tbl_name, m.name, CAST(l.\"unique\" AS BIGINT), CAST(l.partial AS BIGINT), \
     (SELECT string_agg(i.name, ', ' ORDER BY i.seqno) FROM pragma_index_info(m.name) i) \
     FROM sqlite_master m JOIN pragma_index_list(m.tbl_name) l ON l.name = m.name \
     WHERE m.type = 'index' AND m.sql IS NOT NULL ORDER BY m.tbl_name, m.name",
];

/// What PostgreSQL knows of itself, in the same columns.
const POSTGRES: [&str; 2] = [
    "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), upper(CAST(c.data_type AS TEXT)), \
     CAST(CASE WHEN c.is_nullable = 'NO' THEN 1 ELSE 0 END AS BIGINT), \
     CAST(COALESCE((SELECT k.ordinal_position FROM information_schema.table_constraints t \
       JOIN information_schema.key_column_usage k ON k.constraint_name = t.constraint_name AND k.table_name = t.table_name \
       WHERE t.constraint_type = 'PRIMARY KEY' AND t.table_name = c.table_name AND k.column_name = c.column_name), 0) AS BIGINT) \
     FROM information_schema.columns c WHERE c.table_schema = 'public' \
     ORDER BY CAST(c.table_name AS TEXT) COLLATE \"C\", CAST(c.column_name AS TEXT) COLLATE \"C\"",
    "SELECT CAST(t.relname AS TEXT), CAST(i.relname AS TEXT), CAST(CASE WHEN x.indisunique THEN 1 ELSE 0 END AS BIGINT), \
     CAST(CASE WHEN x.indpred IS NULL THEN 0 ELSE 1 END AS BIGINT), \
     (SELECT string_agg(CAST(a.attname AS TEXT), ', ' ORDER BY array_position(x.indkey, a.attnum)) \
       FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = ANY(x.indkey)) \
     FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
     JOIN pg_namespace n ON n.oid = t.relnamespace WHERE n.nspname = 'public' \
     AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = x.indexrelid) \
     ORDER BY CAST(t.relname AS TEXT) COLLATE \"C\", CAST(i.relname AS TEXT) COLLATE \"C\"",
];

fn described(database: &Database) -> String {
    let mut text = String::new();
    on(database, |_| async {});
    let [columns, indexes] = match database.engine() {
        Engine::Sqlite => SQLITE,
        Engine::Postgres => POSTGRES,
    };
    block_on(async {
        let mut connection = AnyConnection::connect(database.url()).await.unwrap();
        let mut table = String::new();
        for row in sqlx::query(columns).fetch_all(&mut connection).await.unwrap() {
            let name: String = row.get(0);
            if name != table {
                let _ = writeln!(text, "\n{name}");
                table = name;
            }
            let null = if row.get::<i64, _>(3) == 1 { " NOT NULL" } else { "" };
            let key = match row.get::<i64, _>(4) {
                0 => String::new(),
                place => format!(" key {place}"),
            };
            let _ = writeln!(text, "    {} {}{null}{key}", row.get::<String, _>(1), row.get::<String, _>(2));
        }
        text.push_str("\nindexes\n");
        for row in sqlx::query(indexes).fetch_all(&mut connection).await.unwrap() {
            let unique = if row.get::<i64, _>(2) == 1 { " unique" } else { "" };
            let partial = if row.get::<i64, _>(3) == 1 { " partial" } else { "" };
            let (table, name, of) = (row.get::<String, _>(0), row.get::<String, _>(1), row.get::<String, _>(4));
            let _ = writeln!(text, "    {table}: {name} ({of}){unique}{partial}");
        }
        connection.close().await.unwrap();
    });
    text.trim_start().to_owned()
}

#[test]
fn migrations_in_order_make_the_schema_that_is_written_down() {
    let sqlite = described(&Database::sqlite());
    expect_file!["../../schema.txt"].assert_eq(&sqlite);
    match Database::postgres() {
        Ok(database) => assert_eq!(described(&database), sqlite),
        Err(reason) => eprintln!("SKIPPED: on SQLite only: {reason}"),
    }
}
