//! Windows Management Instrumentation.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use wmi::{IWbemClassWrapper, Variant, WMIConnection, WMIResult};

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

/// Where BitLocker answers, and what knows a volume there.
const ENCRYPTION: &str = r"ROOT\CIMV2\Security\MicrosoftVolumeEncryption";
const VOLUMES: &str = "SELECT * FROM Win32_EncryptableVolume";

/// A volume that BitLocker knows.
#[derive(Debug)]
pub struct EncryptedVolume {
    /// Its letter: `C:`.
    pub drive: String,
    /// `GetProtectionStatus`: 0 off, 1 on, 2 locked. The property of the same name is not kept up to date.
    pub protection: io::Result<u32>,
    /// `GetConversionStatus`: 0 decrypted, 1 encrypted, 2 to 5 on the way.
    pub conversion: io::Result<u32>,
}

/// What BitLocker says of each volume that has a letter.
pub fn encrypted_volumes(deadline: Duration) -> io::Result<Vec<EncryptedVolume>> {
    answered("bitlocker", deadline, || {
        let connection = WMIConnection::with_namespace_path(ENCRYPTION).map_err(io_error)?;
        let mut volumes = Vec::new();
        for volume in connection.exec_query(VOLUMES).map_err(io_error)?.take(MAX_ROWS) {
            let volume = volume.map_err(io_error)?;
            let Ok(Variant::String(drive)) = volume.get_property("DriveLetter") else { continue };
            let path = volume.path().map_err(io_error)?;
            let ask = |method, name| told(&connection, &path, method, name);
            volumes.push(EncryptedVolume {
                drive,
                protection: ask("GetProtectionStatus", "ProtectionStatus"),
                conversion: ask("GetConversionStatus", "ConversionStatus"),
            });
        }
        Ok(volumes)
    })
}

/// The number under `name` in what a method without arguments gives.
fn told(connection: &WMIConnection, path: &str, method: &str, name: &str) -> io::Result<u32> {
    let answer = connection.exec_method(path, method, None).map_err(io_error)?;
    let nothing = || io::Error::from(io::ErrorKind::InvalidData);
    let answer = answer.ok_or_else(nothing)?;
    let number = |name: &str| {
        let value: WMIResult<Variant> = IWbemClassWrapper::get_property(&answer, name);
        match value.map(property).map_err(io_error)? {
            Property::Number(number) => u32::try_from(number).map_err(|_| nothing()),
            _ => Err(nothing()),
        }
    };
    match number("ReturnValue")? {
        0 => number(name),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
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
