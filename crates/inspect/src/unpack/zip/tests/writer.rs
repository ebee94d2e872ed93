//! Writes ZIPs, also such as no honest program writes.

use std::io::Write;

use crate::bytes::crc32;

/// One entry, as its headers will have it.
#[derive(Clone)]
pub(super) struct Item {
    pub(super) name: Vec<u8>,
    /// The name in the local header, if it is another one.
    pub(super) local_name: Option<Vec<u8>>,
    pub(super) extra: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) local_method: Option<u16>,
    pub(super) checksum: u32,
    pub(super) packed: Vec<u8>,
    pub(super) unpacked: u32,
    /// The size in the local header, if it is another one.
    pub(super) local_packed: Option<u32>,
    /// What follows the content.
    pub(super) tail: Vec<u8>,
    pub(super) mode: u32,
    wide: bool,
}

impl Item {
    /// Packed content with everything that describes it.
    pub(super) fn packed(name: &str, method: u16, packed: &[u8], content: &[u8]) -> Self {
        Self {
            name: name.as_bytes().to_vec(),
            local_name: None,
            extra: Vec::new(),
            flags: 0x800,
            method,
            local_method: None,
            checksum: crc32(content),
            packed: packed.to_vec(),
            unpacked: u32::try_from(content.len()).unwrap(),
            local_packed: None,
            tail: Vec::new(),
            mode: 0o100_644,
            wide: false,
        }
    }

    pub(super) fn stored(name: &str, content: &[u8]) -> Self {
        Self::packed(name, 0, content, content)
    }

    pub(super) fn deflated(name: &str, content: &[u8]) -> Self {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content).unwrap();
        Self::packed(name, 8, &encoder.finish().unwrap(), content)
    }

    pub(super) fn folder(name: &str) -> Self {
        Self::stored(name, b"")
    }

    /// With sizes behind the content.
    pub(super) fn streamed(mut self) -> Self {
        self.flags |= 8;
        self.tail = b"PK\x07\x08".to_vec();
        self.tail.extend(self.checksum.to_le_bytes());
        self.tail.extend(u32::try_from(self.packed.len()).unwrap().to_le_bytes());
        self.tail.extend(self.unpacked.to_le_bytes());
        self
    }

    /// With its sizes in the field of ZIP64.
    pub(super) fn wide(mut self) -> Self {
        self.wide = true;
        self.extra.extend([1, 0, 16, 0]);
        self.extra.extend(u64::from(self.unpacked).to_le_bytes());
        self.extra.extend((self.packed.len() as u64).to_le_bytes());
        self
    }

    fn fields(&self, method: u16, packed: u32, streamed: bool) -> Vec<u8> {
        let mut fields = Vec::new();
        fields.extend(self.flags.to_le_bytes());
        fields.extend(method.to_le_bytes());
        fields.extend([0; 4]);
        let (checksum, packed, unpacked) = match (streamed, self.wide) {
            (true, _) => (0, 0, 0),
            (_, true) => (self.checksum, u32::MAX, u32::MAX),
            _ => (self.checksum, packed, self.unpacked),
        };
        for number in [checksum, packed, unpacked] {
            fields.extend(number.to_le_bytes());
        }
        fields
    }
}

/// A ZIP that is being written.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    pub(super) directory: Vec<u8>,
    pub(super) count: u16,
}

impl Writer {
    /// Writes the local header and content; gives its place.
    pub(super) fn add_local(&mut self, item: &Item) -> u32 {
        let at = u32::try_from(self.bytes.len()).unwrap();
        let name = item.local_name.as_ref().unwrap_or(&item.name);
        self.bytes.extend(b"PK\x03\x04\x14\0");
        let packed = item.local_packed.unwrap_or_else(|| u32::try_from(item.packed.len()).unwrap());
        self.bytes.extend(item.fields(item.local_method.unwrap_or(item.method), packed, item.flags & 8 != 0));
        self.bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        self.bytes.extend(u16::try_from(item.extra.len()).unwrap().to_le_bytes());
        self.bytes.extend(name);
        self.bytes.extend(&item.extra);
        self.bytes.extend(&item.packed);
        self.bytes.extend(&item.tail);
        at
    }

    /// Writes a record of the directory for a header at `at`.
    pub(super) fn add_central(&mut self, item: &Item, at: u32) {
        self.count += 1;
        self.directory.extend(b"PK\x01\x02\x14\x03\x14\0");
        self.directory.extend(item.fields(item.method, u32::try_from(item.packed.len()).unwrap(), false));
        self.directory.extend(u16::try_from(item.name.len()).unwrap().to_le_bytes());
        self.directory.extend(u16::try_from(item.extra.len()).unwrap().to_le_bytes());
        self.directory.extend([0; 6]);
        self.directory.extend((item.mode << 16).to_le_bytes());
        self.directory.extend(at.to_le_bytes());
        self.directory.extend(&item.name);
        self.directory.extend(&item.extra);
    }

    pub(super) fn add(&mut self, item: &Item) {
        let at = self.add_local(item);
        self.add_central(item, at);
    }

    pub(super) fn finished(mut self, comment: &[u8]) -> Vec<u8> {
        let at = u32::try_from(self.bytes.len()).unwrap();
        self.bytes.append(&mut self.directory);
        let length = u32::try_from(self.bytes.len()).unwrap() - at;
        self.end(self.count, length, at, comment);
        self.bytes
    }

    /// With the end record of ZIP64.
    pub(super) fn finished_wide(mut self) -> Vec<u8> {
        let at = self.bytes.len() as u64;
        self.bytes.append(&mut self.directory);
        let end = self.bytes.len() as u64;
        self.bytes.extend(b"PK\x06\x06");
        self.bytes.extend(44_u64.to_le_bytes());
        self.bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        for number in [u64::from(self.count), u64::from(self.count), end - at, at] {
            self.bytes.extend(number.to_le_bytes());
        }
        self.bytes.extend(b"PK\x06\x07\0\0\0\0");
        self.bytes.extend(end.to_le_bytes());
        self.bytes.extend(1_u32.to_le_bytes());
        self.end(u16::MAX, u32::MAX, u32::MAX, b"");
        self.bytes
    }

    fn end(&mut self, count: u16, length: u32, at: u32, comment: &[u8]) {
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(count.to_le_bytes());
        self.bytes.extend(count.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
        self.bytes.extend(comment);
    }
}

/// A ZIP in good order.
pub(super) fn zip(items: &[Item]) -> Vec<u8> {
    let mut writer = Writer::default();
    for item in items {
        writer.add(item);
    }
    writer.finished(b"")
}
