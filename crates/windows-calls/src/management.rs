//! Windows Management Instrumentation.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use wmi::{Variant, WMIConnection};

use crate::apartment::answered;

/// How many rows of an answer are taken.
const MAX_ROWS: usize = 10_000;

/// A property of a row, in one of the forms that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Property {
    /// A text.
    Text(String),
    /// A whole number.
    Number(u64),
    /// Yes or no.
    Flag(bool),
    /// Nothing, or something of another form.
    Other,
}

/// The rows of a query, each with its properties by name. The error is a number (an `HRESULT`) or [`io::ErrorKind::TimedOut`].
pub fn query(namespace: &str, query: &str, deadline: Duration) -> io::Result<Vec<HashMap<String, Property>>> {
    let (namespace, query) = (namespace.to_owned(), query.to_owned());
    answered("management", deadline, move || ask(&namespace, &query))
}

fn ask(namespace: &str, query: &str) -> io::Result<Vec<HashMap<String, Property>>> {
    let connection = WMIConnection::with_namespace_path(namespace).map_err(io_error)?;
    let rows: Vec<HashMap<String, Variant>> = connection.raw_query(query).map_err(io_error)?;
    let row = |row: HashMap<String, Variant>| row.into_iter().map(|(name, value)| (name, property(value))).collect();
    Ok(rows.into_iter().take(MAX_ROWS).map(row).collect())
}

fn property(value: Variant) -> Property {
    match value {
        Variant::String(text) => Property::Text(text),
        Variant::Bool(flag) => Property::Flag(flag),
        Variant::UI1(number) => Property::Number(number.into()),
        Variant::UI2(number) => Property::Number(number.into()),
        Variant::UI4(number) => Property::Number(number.into()),
        Variant::UI8(number) => Property::Number(number),
        // WMI hands unsigned numbers of 32 bits over as signed ones.
        Variant::I4(number) => Property::Number(number.cast_unsigned().into()),
        Variant::I2(number) => Property::Number(number.cast_unsigned().into()),
        _ => Property::Other,
    }
}

fn io_error(error: wmi::WMIError) -> io::Error {
    match error {
        wmi::WMIError::HResultError { hres } => io::Error::from_raw_os_error(hres),
        other => io::Error::other(other.to_string()),
    }
}
