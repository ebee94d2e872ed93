//! The files a directive is made of: where they come from, and where in them something stands.

use crate::limits::MAX_FILE_BYTES;

/// Where files come from. This crate does no I/O: the command line reads from a folder, tests from memory.
///
/// Any `Fn(&str) -> Result<Vec<u8>, String>` is a source.
pub trait Source {
    /// The bytes of the file called `name`, or the reason why there are none.
    ///
    /// An implementation should stop reading one byte after [`MAX_FILE_BYTES`].
    fn read(&self, name: &str) -> Result<Vec<u8>, String>;
}

impl<F: Fn(&str) -> Result<Vec<u8>, String>> Source for F {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        self(name)
    }
}

/// A range of bytes in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    /// The index of the file in [`Files`].
    pub(crate) file: u16,
    /// The first byte.
    pub(crate) start: u32,
    /// The byte after the last.
    pub(crate) end: u32,
}

impl Span {
    /// Files are at most [`MAX_FILE_BYTES`] long, so that offsets fit; a longer one saturates.
    pub(crate) fn new(file: u16, start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: narrow(start), end: narrow(end) }
    }
}

const _: () = assert!(MAX_FILE_BYTES < u32::MAX as usize);

/// One file as text: without a byte order mark, in NFC.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
    /// Where each line begins.
    line_starts: Vec<usize>,
}

impl File {
    pub(crate) fn new(name: &str, text: String) -> Self {
        let bytes = text.as_bytes();
        let mut line_starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            let ends_line = *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'));
            if ends_line {
                line_starts.push(index + 1);
            }
        }
        Self { name: name.to_owned(), text, line_starts }
    }

    /// The line that holds the byte at `offset`, counted from 1.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Where line number `line` begins.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// The text of line number `line`, without its end.
    pub(crate) fn line(&self, line: usize) -> &str {
        let start = self.line_start(line);
        let end = self.line_starts.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or("").trim_end_matches(['\r', '\n'])
    }

    /// `offset` moved down to where a character begins.
    pub(crate) fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// All files of one directive, in the order in which they were first read.
#[derive(Debug, Default)]
pub(crate) struct Files {
    files: Vec<File>,
}

impl Files {
    /// Adds a file and returns its index.
    pub(crate) fn add(&mut self, file: File) -> u16 {
        let index = u16::try_from(self.files.len()).unwrap_or(u16::MAX);
        self.files.push(file);
        index
    }

    pub(crate) fn get(&self, index: u16) -> Option<&File> {
        self.files.get(usize::from(index))
    }

    /// The text a span covers.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.get(span.file).and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }
}
