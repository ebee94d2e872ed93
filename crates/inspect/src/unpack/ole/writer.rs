//! Writes compound files, for tests: what the reader reads is made here, never kept as a file.

/// One stream with its path; the class of a storage is given with [`Written::class`].
#[derive(Default)]
pub(crate) struct Written {
    streams: Vec<(String, Vec<u8>)>,
    classes: Vec<(String, [u8; 16])>,
}

const SECTOR: usize = 512;
const NONE: u32 = 0xFFFF_FFFF;
const END: u32 = 0xFFFF_FFFE;

struct Item {
    name: String,
    kind: u8,
    class: [u8; 16],
    children: Vec<usize>,
    start: u32,
    size: usize,
}

impl Written {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    #[must_use]
    pub(crate) fn stream(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.streams.push((path.to_owned(), bytes.as_ref().to_vec()));
        self
    }

    #[must_use]
    pub(crate) fn class(mut self, path: &str, class: [u8; 16]) -> Self {
        self.classes.push((path.to_owned(), class));
        self
    }

    /// The bytes of the file: version 3, streams below 4096 bytes in small sectors.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut items = vec![Item {
            name: "Root Entry".into(),
            kind: 5,
            class: [0; 16],
            children: Vec::new(),
            start: END,
            size: 0,
        }];
        let mut sectors: Vec<u8> = Vec::new();
        let (mut table, mut small, mut small_table) = (Vec::new(), Vec::new(), Vec::new());
        for (path, bytes) in &self.streams {
            let mut at = 0;
            let names: Vec<&str> = path.split('/').collect();
            for (depth, name) in names.iter().enumerate() {
                let kind = if depth + 1 == names.len() { 2 } else { 1 };
                let known = items[at].children.iter().copied().find(|child| kind == 1 && items[*child].name == *name);
                at = known.unwrap_or_else(|| {
                    items.push(Item {
                        name: (*name).into(),
                        kind,
                        class: [0; 16],
                        children: Vec::new(),
                        start: END,
                        size: 0,
                    });
                    let new = items.len() - 1;
                    items[at].children.push(new);
                    new
                });
            }
            items[at].size = bytes.len();
            if bytes.len() < 4096 {
                items[at].start = put(bytes, 64, &mut small, &mut small_table);
            } else {
                items[at].start = put(bytes, SECTOR, &mut sectors, &mut table);
            }
        }
        for (path, class) in &self.classes {
            let mut at = 0;
            for name in path.split('/').filter(|name| !name.is_empty()) {
                at = items[at].children.iter().copied().find(|child| items[*child].name == name).unwrap();
            }
            items[at].class = *class;
        }
        items[0].size = small.len();
        items[0].start = put(&small, SECTOR, &mut sectors, &mut table);
        let small_bytes: Vec<u8> = small_table.iter().flat_map(|next: &u32| next.to_le_bytes()).collect();
        let small_start = put(&small_bytes, SECTOR, &mut sectors, &mut table);
        let directory = directory(&items);
        let directory_start = put(&directory, SECTOR, &mut sectors, &mut table);
        let mut table_sectors = 1;
        while table_sectors * 128 < table.len() + table_sectors {
            table_sectors += 1;
        }
        assert!(table_sectors <= 109, "a file of a test is small");
        let first_table = table.len();
        table.resize(table.len() + table_sectors, 0xFFFF_FFFD);
        table.resize(table_sectors * 128, NONE);
        sectors.extend(table.iter().flat_map(|next| next.to_le_bytes()));
        let mut file =
            header(directory_start, small_start, small_bytes.len().div_ceil(SECTOR), first_table, table_sectors);
        file.extend(sectors);
        file
    }
}

/// Puts a stream into sectors and chains them; the first of them.
fn put(bytes: &[u8], size: usize, sectors: &mut Vec<u8>, table: &mut Vec<u32>) -> u32 {
    if bytes.is_empty() {
        return END;
    }
    let first = table.len();
    let count = bytes.len().div_ceil(size);
    sectors.extend(bytes);
    sectors.resize((first + count) * size, 0);
    for number in 1..=count {
        table.push(if number == count { END } else { u32::try_from(first + number).unwrap() });
    }
    u32::try_from(first).unwrap()
}

fn directory(items: &[Item]) -> Vec<u8> {
    let mut right = vec![NONE; items.len()];
    let mut child = vec![NONE; items.len()];
    for (number, item) in items.iter().enumerate() {
        // The format wants shorter names first, then by letters: all to the right of one another.
        let mut children = item.children.clone();
        children.sort_by_key(|child| (items[*child].name.encode_utf16().count(), items[*child].name.to_uppercase()));
        if let Some(first) = children.first() {
            child[number] = u32::try_from(*first).unwrap();
        }
        for pair in children.windows(2) {
            right[pair[0]] = u32::try_from(pair[1]).unwrap();
        }
    }
    let mut directory = Vec::new();
    for (number, item) in items.iter().enumerate() {
        let mut entry: Vec<u8> = item.name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = entry.len() + 2;
        assert!(length <= 64, "{} is too long", item.name);
        entry.resize(64, 0);
        entry.extend(u16::try_from(length).unwrap().to_le_bytes());
        entry.extend([item.kind, 1]);
        entry.extend([NONE, right[number], child[number]].iter().flat_map(|number| number.to_le_bytes()));
        entry.extend(item.class);
        entry.extend([0; 20]);
        entry.extend(item.start.to_le_bytes());
        entry.extend((item.size as u64).to_le_bytes());
        directory.extend(entry);
    }
    while !directory.len().is_multiple_of(SECTOR) {
        let mut empty = vec![0; 128];
        empty[68..80].fill(0xFF);
        directory.extend(empty);
    }
    directory
}

fn header(directory: u32, small: u32, small_sectors: usize, first_table: usize, tables: usize) -> Vec<u8> {
    let mut header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    header.extend([0; 16]);
    header.extend([0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header.extend([0; 10]);
    let count = |number: usize| u32::try_from(number).unwrap();
    let small = if small_sectors == 0 { END } else { small };
    for number in [count(tables), directory, 0, 4096, small, count(small_sectors), END, 0] {
        header.extend(number.to_le_bytes());
    }
    for slot in 0..109 {
        let sector = if slot < tables { count(first_table + slot) } else { NONE };
        header.extend(sector.to_le_bytes());
    }
    header
}
