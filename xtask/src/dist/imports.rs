//! What a Windows program asks of the system it starts on, read from its table of imports.

use std::collections::BTreeMap;

use object::LittleEndian;
use object::read::pe::{Import, PeFile64};

use crate::tool::{Failure, Outcome};

/// The libraries of Windows 7 that the agent may need. A program that names another one does not start there.
const LIBRARIES: &[&str] = &[
    "advapi32.dll",
    "bcrypt.dll",
    "crypt32.dll",
    "iphlpapi.dll",
    "kernel32.dll",
    "msvcrt.dll",
    "ncrypt.dll",
    "netapi32.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "shell32.dll",
    "user32.dll",
    "userenv.dll",
    "winhttp.dll",
    "wintrust.dll",
    "ws2_32.dll",
    "wtsapi32.dll",
];

/// Functions that these libraries have only since Windows 8 or later, and that programs like to import.
const LATER_FUNCTIONS: &[&str] = &[
    "CopyFile2",
    "CreateFile2",
    "GetFileInformationByName",
    "GetSystemTimePreciseAsFileTime",
    "GetTempPath2W",
    "PrefetchVirtualMemory",
    "ProcessPrng",
    "SetThreadDescription",
    "WaitOnAddress",
    "WakeByAddressAll",
    "WakeByAddressSingle",
];

/// The functions that a program imports, by library.
pub(super) type Imports = BTreeMap<String, Vec<String>>;

/// Reads the imports of a 64-bit program.
pub(super) fn of(program: &[u8]) -> Outcome<Imports> {
    let unreadable = |error: object::Error| Failure(format!("not a program for 64-bit Windows: {error}"));
    let file = PeFile64::parse(program).map_err(unreadable)?;
    let mut imports = Imports::new();
    let Some(table) = file.import_table().map_err(unreadable)? else { return Ok(imports) };
    let mut libraries = table.descriptors().map_err(unreadable)?;
    while let Some(library) = libraries.next().map_err(unreadable)? {
        let name = table.name(library.name.get(LittleEndian)).map_err(unreadable)?;
        let functions = imports.entry(String::from_utf8_lossy(name).to_lowercase()).or_default();
        let mut thunks = table.thunks(library.original_first_thunk.get(LittleEndian)).map_err(unreadable)?;
        while let Some(thunk) = thunks.next::<object::pe::ImageNtHeaders64>().map_err(unreadable)? {
            functions.push(match table.import::<object::pe::ImageNtHeaders64>(thunk).map_err(unreadable)? {
                Import::Ordinal(number) => format!("#{number}"),
                Import::Name(_, name) => String::from_utf8_lossy(name).into_owned(),
            });
        }
    }
    Ok(imports)
}

/// What of it Windows 7 does not have.
pub(super) fn newer_than_windows_7(imports: &Imports) -> Vec<String> {
    let libraries = imports.keys().filter(|library| !LIBRARIES.contains(&library.as_str())).cloned();
    let functions = imports.iter().flat_map(|(library, functions)| {
        let later = functions.iter().filter(|function| LATER_FUNCTIONS.contains(&function.as_str()));
        later.map(move |function| format!("{library}: {function}"))
    });
    libraries.chain(functions).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_windows_7_lacks_is_named() {
        let imports: Imports = [
            ("kernel32.dll", &["CreateFileW", "SetThreadDescription"][..]),
            ("api-ms-win-core-synch-l1-2-0.dll", &["WaitOnAddress"]),
            ("ws2_32.dll", &["#1"]),
        ]
        .map(|(library, functions)| (library.to_owned(), functions.iter().map(|name| (*name).to_owned()).collect()))
        .into();
        assert_eq!(
            newer_than_windows_7(&imports),
            [
                "api-ms-win-core-synch-l1-2-0.dll",
                "api-ms-win-core-synch-l1-2-0.dll: WaitOnAddress",
                "kernel32.dll: SetThreadDescription"
            ]
        );
    }

    #[test]
    fn what_is_no_program_is_refused() {
        assert!(of(b"").is_err());
        assert!(
            of(b"MZ and nothing else that makes a program, however long it goes on after these two letters").is_err()
        );
    }
}
