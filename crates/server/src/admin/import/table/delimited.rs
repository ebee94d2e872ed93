//! Text with a separator: `,` as the standard has it, `;` as Excel writes it in Vietnam, or tabs.

use super::{FileProblem, Gathering, Row};

/// The separators there are, the likelier first.
const SEPARATORS: [u8; 3] = [b';', b',', b'\t'];
/// How many lines are looked at to find the separator.
const SAMPLE_LINES: usize = 20;

pub(super) fn read(text: &str) -> Result<Vec<Row>, FileProblem> {
    // The reader counts lines by `\n` alone.
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.push('\n');
    let (separator, text) = declared(&text).unwrap_or_else(|| (likeliest(&text), &text));
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut gathering = Gathering::default();
    let mut record = csv::StringRecord::new();
    // A line break inside quotation marks makes a line, but no row.
    let mut inner_breaks = 0;
    while reader.read_record(&mut record).map_err(|_| FileProblem::NotAList)? {
        inner_breaks += record.iter().flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
        // The reader stands behind the end of the row's line; where the row began it says before it passes over empty ones.
        let line = reader.position().line().saturating_sub(1);
        let number = u32::try_from(line.saturating_sub(inner_breaks)).unwrap_or(u32::MAX);
        for (column, cell) in record.iter().enumerate() {
            gathering.put(number, column, cell)?;
        }
    }
    Ok(gathering.rows)
}

/// Excel's own first line `sep=;`, which it does not show as a row.
fn declared(text: &str) -> Option<(u8, &str)> {
    let (first, rest) = text.split_once('\n')?;
    let separator = first.trim_matches('"').strip_prefix("sep=")?;
    let [separator] = separator.as_bytes() else { return None };
    SEPARATORS.contains(separator).then_some((*separator, rest))
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
