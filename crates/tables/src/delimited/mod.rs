//! Text with a separator: `,` as the standard has it, `;` as Excel writes it in Vietnam, or tabs.

mod decode;
mod encoding;

use std::io::{Read, Seek, SeekFrom};

use self::decode::Decoded;
use self::encoding::Encoding;
use crate::row::{Gathering, Take};
use crate::{FileProblem, Font, Limits};

/// The separators there are, the likelier first.
const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];
/// How many lines are looked at to find the separator.
const SAMPLE_LINES: usize = 20;
/// How much of the file is looked at to find its encoding and separator.
const SAMPLE_BYTES: usize = 64 * 1024;

/// A text file, with its encoding and separator.
pub(crate) struct Delimited<S> {
    source: S,
    encoding: Encoding,
    separator: u8,
    /// How many lines at the beginning are no rows.
    declarations: u32,
}

impl<S: Read + Seek> Delimited<S> {
    pub(crate) fn open(mut source: S) -> Result<Self, FileProblem> {
        let mut sample = Vec::new();
        source.by_ref().take(SAMPLE_BYTES as u64).read_to_end(&mut sample)?;
        let encoding = encoding::recognize(&sample)?;
        let mut text = String::new();
        let decoded = Decoded::new(sample.get(encoding.mark_bytes()..).unwrap_or_default(), encoding);
        // The sample may end inside a letter: what comes before it is enough.
        let mut bytes = Vec::new();
        decoded.take(SAMPLE_BYTES as u64 * 2).read_to_end(&mut bytes)?;
        text.push_str(&String::from_utf8_lossy(&bytes));
        let (separator, declarations) = match declared(&text) {
            Some(separator) => (separator, 1),
            None => (likeliest(&text), 0),
        };
        Ok(Self { source, encoding, separator, declarations })
    }

    /// Whether the letters are single bytes of a code page. Then they are drawn by an old font, or lost.
    pub(crate) fn is_of_a_code_page(&self) -> bool {
        self.encoding == Encoding::CodePage
    }

    pub(crate) fn rows(&mut self, limits: Limits, font: Option<Font>, take: &mut Take<'_>) -> Result<(), FileProblem> {
        self.source.seek(SeekFrom::Start(self.encoding.mark_bytes() as u64))?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.separator)
            .has_headers(false)
            .flexible(true)
            .from_reader(Decoded::new(&mut self.source, self.encoding));
        let mut gathering = Gathering::new(limits, font, take);
        let mut record = csv::ByteRecord::new();
        // A line break inside quotation marks makes a line, but no row.
        let (mut inner_breaks, mut last) = (0, 0_u32);
        while !gathering.has_ended() && reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
            inner_breaks += record.iter().flatten().filter(|byte| **byte == b'\n').count() as u64;
            // The reader stands behind the end of the row's line; where the row began it says before it passes over empty ones.
            let line = reader.position().line().saturating_sub(1);
            let number = u32::try_from(line.saturating_sub(inner_breaks)).unwrap_or(u32::MAX);
            // The end of a quotation that is never closed is no break within it.
            let number = number.max(last.saturating_add(1));
            last = number;
            let Some(number) = number.checked_sub(self.declarations).filter(|number| *number > 0) else { continue };
            for (column, cell) in record.iter().enumerate() {
                let cell = std::str::from_utf8(cell).map_err(|_| FileProblem::NotUnicode)?;
                if cell.contains('\0') {
                    return Err(FileProblem::NotAList);
                }
                gathering.put(number, column, cell)?;
            }
            gathering.end_row(number)?;
        }
        Ok(())
    }
}

fn unreadable(error: &csv::Error) -> FileProblem {
    match error.kind() {
        csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => FileProblem::NotAList,
        csv::ErrorKind::Io(error) => FileProblem::Unreadable { detail: error.to_string() },
        _ => FileProblem::NotAList,
    }
}

/// Excel's own first line `sep=;`, which it does not show as a row.
fn declared(text: &str) -> Option<u8> {
    let (first, _) = text.split_once('\n')?;
    let separator = first.trim_matches('"').strip_prefix("sep=")?;
    let [separator] = separator.as_bytes() else { return None };
    SEPARATORS.contains(separator).then_some(*separator)
}

/// The separator that splits the most lines, and those into the most cells.
fn likeliest(text: &str) -> u8 {
    let mut best = (0, 0, SEPARATORS[0]);
    for separator in SEPARATORS {
        let counts: Vec<usize> = text.lines().take(SAMPLE_LINES).map(|line| outside_quotes(line, separator)).collect();
        let (lines, cells) = (counts.iter().filter(|count| **count > 0).count(), counts.iter().sum());
        if (lines, cells) > (best.0, best.1) {
            best = (lines, cells, separator);
        }
    }
    best.2
}

fn outside_quotes(line: &str, separator: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            *byte == separator && !quoted
        })
        .count()
}
