//! Reading the file: TOML, every key with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::tables::TABLES;
use super::{Given, Mistake, Place, Wrong};

/// The values of the file, each with its full name and its place. What is no TOML goes to `mistakes`.
pub(super) fn values(text: &str, mistakes: &mut Vec<Mistake>) -> Vec<(String, Place, Given)> {
    let table = match DeTable::parse(text) {
        Ok(table) => table,
        Err(error) => {
            let place = place(text, &error.span().unwrap_or_default());
            mistakes.push(Mistake::NotToml { place, detail: error.message().to_owned() });
            return Vec::new();
        }
    };
    let mut values = Vec::new();
    walk(text, "", table.get_ref(), &mut values);
    values
}

/// The table called `name`, which is read as a whole because the same stands in other files too. A mistake in it goes to
/// `mistakes`; one in the form of the file is told by [`values`].
pub(super) fn whole<T: DeserializeOwned>(text: &str, name: &str, mistakes: &mut Vec<Mistake>) -> Option<T> {
    let table = DeTable::parse(text).ok()?;
    let (_, value) = table.into_inner().into_iter().find(|(key, _)| key.get_ref() == name)?;
    let wrong = |error: toml::de::Error| {
        let place = error.span().map(|span| place(text, &span));
        Mistake::Value { place, name: name.to_owned(), wrong: Wrong::Form(error.message().to_owned()) }
    };
    T::deserialize(ValueDeserializer::from(value)).map_err(|error| mistakes.push(wrong(error))).ok()
}

/// Where the key stands that these names lead to.
pub(super) fn place_of(text: &str, names: &[&str]) -> Option<Place> {
    let parsed = DeTable::parse(text).ok()?;
    let (last, before) = names.split_last()?;
    let mut table = parsed.get_ref();
    for name in before {
        let (_, value) = table.iter().find(|(key, _)| key.get_ref() == name)?;
        let DeValue::Table(inner) = value.get_ref() else { return None };
        table = inner;
    }
    table.iter().find(|(key, _)| key.get_ref() == last).map(|(key, _)| place(text, &key.span()))
}

/// The lines of the values in the tables that are read as a whole, by full names.
pub(super) fn lines(text: &str) -> BTreeMap<String, usize> {
    let mut lines = BTreeMap::new();
    if let Ok(table) = DeTable::parse(text) {
        for (key, value) in table.get_ref() {
            if let (true, DeValue::Table(inner)) = (TABLES.contains(&key.get_ref().as_ref()), value.get_ref()) {
                lines_below(text, key.get_ref(), inner, &mut lines);
            }
        }
    }
    lines
}

fn lines_below(text: &str, before: &str, table: &DeTable<'_>, lines: &mut BTreeMap<String, usize>) {
    for (key, value) in table {
        let name = format!("{before}.{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => lines_below(text, &name, inner, lines),
            _ => {
                lines.insert(name, place(text, &key.span()).line);
            }
        }
    }
}

fn walk(text: &str, before: &str, table: &DeTable<'_>, values: &mut Vec<(String, Place, Given)>) {
    for (key, value) in table {
        let name = if before.is_empty() { key.get_ref().to_string() } else { format!("{before}.{}", key.get_ref()) };
        match value.get_ref() {
            // One table deep: what is deeper is no setting, and is said to be none.
            DeValue::Table(_) if before.is_empty() && TABLES.contains(&name.as_str()) => {}
            DeValue::Table(inner) if before.is_empty() && !inner.is_empty() => walk(text, &name, inner, values),
            other => values.push((name, place(text, &key.span()), given(other))),
        }
    }
}

fn given(value: &DeValue<'_>) -> Given {
    match value {
        DeValue::String(text) => Given::Text(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Given::Other, Given::Whole)
        }
        DeValue::Boolean(flag) => Given::Flag(*flag),
        DeValue::Array(parts) => {
            let texts = parts.iter().map(|part: &Spanned<DeValue<'_>>| part.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<Vec<String>>>().map_or(Given::Other, Given::List)
        }
        DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Table(_) => Given::Other,
    }
}

fn place(text: &str, span: &Range<usize>) -> Place {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Place { line, column }
}
