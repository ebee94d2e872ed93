//! Writes VBA projects, for tests.

use super::super::writer::Written;
use super::compression::tests::compressed;

/// A module of a test: its name, its source, what stands compiled in front of it.
pub(crate) struct Source<'s> {
    pub(crate) name: &'s str,
    pub(crate) text: &'s [u8],
    pub(crate) cache: &'s [u8],
}

/// A module without a compiled form.
pub(crate) fn plain<'s>(name: &'s str, source: &'s str) -> Source<'s> {
    Source { name, text: source.as_bytes(), cache: &[] }
}

fn record(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

/// The unpacked `dir` stream.
pub(crate) fn directory(modules: &[Source<'_>]) -> Vec<u8> {
    let count = u16::try_from(modules.len()).unwrap();
    let mut bytes = [
        record(1, &[1, 0, 0, 0]),
        record(2, &[9, 4, 0, 0]),
        record(3, &1258_u16.to_le_bytes()),
        record(4, b"VBAProject"),
        // The record whose length is wrong by the format.
        vec![9, 0, 4, 0, 0, 0, 1, 2, 3, 4, 5, 6],
        record(15, &count.to_le_bytes()),
    ]
    .concat();
    for module in modules {
        bytes.extend(record(0x19, module.name.as_bytes()));
        bytes.extend(record(0x1A, module.name.as_bytes()));
        bytes.extend(record(0x31, &u32::try_from(module.cache.len()).unwrap().to_le_bytes()));
        bytes.extend(record(if module.name.starts_with("This") { 0x22 } else { 0x21 }, &[]));
        bytes.extend(record(0x2B, &[]));
    }
    bytes.extend(record(0x10, &[]));
    bytes
}

/// A project in the storage `root`.
pub(crate) fn project(mut file: Written, root: &str, modules: &[Source<'_>]) -> Written {
    let within = |name: &str| if root.is_empty() { name.to_owned() } else { format!("{root}/{name}") };
    let lines: String = modules.iter().map(|module| format!("Module={}\r\n", module.name)).collect();
    file = file.stream(&within("PROJECT"), format!("ID=\"{{0}}\"\r\n{lines}CMG=\"0705D8E3D8EDDBF1DBF1DBF1DBF1\"\r\n"));
    file = file.stream(&within("VBA/dir"), compressed(&directory(modules)));
    file = file.stream(&within("VBA/_VBA_PROJECT"), [0xCC, 0x61, 0xFF, 0xFF, 0, 0, 0]);
    for module in modules {
        let stream = [module.cache, &compressed(module.text)].concat();
        file = file.stream(&within(&format!("VBA/{}", module.name)), stream);
    }
    file
}
