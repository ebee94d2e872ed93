//! Rows of any table: read page by page along the primary key, written many at once, summed up.

use ring::digest::{SHA256, digest};
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::schema::Table;
use crate::StoreError;
use crate::values::{self, Bound, members, write_rows};

/// How many rows are held at once.
pub(super) const PAGE_ROWS: i64 = 500;

/// A row as JSON: numbers, texts and nulls in the order of the columns.
pub(super) type JsonRow = Vec<Value>;

impl Table {
    fn column_list(&self) -> String {
        self.columns.iter().map(|(column, _)| column.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The values of a row that make its primary key.
    pub(super) fn key_of(&self, row: &[Value]) -> JsonRow {
        let place = |key: &String| self.columns.iter().position(|(column, _)| column == key);
        self.key.iter().filter_map(place).filter_map(|place| row.get(place).cloned()).collect()
    }
}

/// The rows after the one with the key `after`, in the order of the key; `None` when there are no more.
pub(super) async fn page(
    connection: &mut AnyConnection,
    table: &Table,
    after: Option<&[Value]>,
) -> Result<Option<Vec<JsonRow>>, StoreError> {
    let (columns, name, key) = (table.column_list(), &table.name, table.key.join(", "));
    let condition = match after {
        Some(after) => format!("WHERE ({key}) > {}", members(after.len(), 2)),
        None => String::new(),
    };
    let sql = format!("SELECT {columns} FROM {name} {condition} ORDER BY {key} LIMIT $1");
    let mut query = values::query(sql).bind(PAGE_ROWS);
    for value in after.unwrap_or_default() {
        query = bind(query, value);
    }
    let rows = query.fetch_all(connection).await?;
    let rows = rows.iter().map(|row| json_row(table, row)).collect::<Result<Vec<_>, _>>()?;
    Ok((!rows.is_empty()).then_some(rows))
}

fn json_row(table: &Table, row: &AnyRow) -> Result<JsonRow, StoreError> {
    let columns = table.columns.iter().enumerate();
    columns
        .map(|(place, (_, is_number))| {
            Ok(if *is_number {
                row.try_get::<Option<i64>, _>(place)?.map_or(Value::Null, Value::from)
            } else {
                row.try_get::<Option<String>, _>(place)?.map_or(Value::Null, Value::from)
            })
        })
        .collect()
}

/// Binds a value: a number, a text, or a null that is written as such.
fn bind<'q>(query: Bound<'q>, value: &Value) -> Bound<'q> {
    match value {
        Value::Number(number) => query.bind(number.as_i64()),
        Value::String(text) => query.bind(text.clone()),
        _ => query.bind(None::<String>),
    }
}

/// Writes rows, whose values fit the columns.
pub(super) async fn write(connection: &mut AnyConnection, table: &Table, rows: &[JsonRow]) -> Result<(), StoreError> {
    let (columns, name) = (table.column_list(), &table.name);
    let sql = |placeholders: &str| format!("INSERT INTO {name} ({columns}) VALUES {placeholders}");
    let bind_row = |query, row: &JsonRow| {
        row.iter().zip(&table.columns).fold(query, |query: Bound<'_>, (value, (_, is_number))| match value {
            Value::Null if *is_number => query.bind(None::<i64>),
            other => bind(query, other),
        })
    };
    write_rows(connection, rows, table.columns.len(), sql, bind_row).await
}

/// Whether each value is of the kind that its column holds.
pub(super) fn fits(table: &Table, row: &[Value]) -> bool {
    let fits = |(value, (_, is_number)): (&Value, &(String, bool))| match value {
        Value::Null => true,
        Value::Number(number) => *is_number && number.is_i64(),
        Value::String(_) => !*is_number,
        _ => false,
    };
    row.len() == table.columns.len() && row.iter().zip(&table.columns).all(fits)
}

/// How many rows a table has. The name is one of the schema's.
pub(super) async fn count(connection: &mut AnyConnection, table: &str) -> Result<u64, StoreError> {
    let row = values::query(format!("SELECT COUNT(*) FROM {table}")).fetch_one(connection).await?;
    let count: i64 = row.try_get(0)?;
    u64::try_from(count).map_err(|_| StoreError::corrupt(format!("{table} has {count} rows")))
}

/// Takes every row out of a table.
pub(super) async fn clear(connection: &mut AnyConnection, table: &Table) -> Result<(), StoreError> {
    values::query(format!("DELETE FROM {}", table.name)).execute(connection).await?;
    Ok(())
}

/// What the rows of a table amount to, in whatever order they come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// How many.
    pub(super) rows: u64,
    digests: u128,
}

impl Sum {
    /// Adds rows.
    pub(super) fn add(&mut self, rows: &[JsonRow]) {
        for row in rows {
            let text = Value::Array(row.clone()).to_string();
            let hash = digest(&SHA256, text.as_bytes());
            let first = hash.as_ref().first_chunk::<16>().copied().unwrap_or_default();
            self.digests = self.digests.wrapping_add(u128::from_be_bytes(first));
            self.rows += 1;
        }
    }
}

/// What the rows of a table amount to.
pub(super) async fn sum(connection: &mut AnyConnection, table: &Table) -> Result<Sum, StoreError> {
    let (mut sum, mut after) = (Sum::default(), None);
    while let Some(page) = page(connection, table, after.as_deref()).await? {
        sum.add(&page);
        after = page.last().map(|row| table.key_of(row));
    }
    Ok(sum)
}
