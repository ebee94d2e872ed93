//! The file of a backup: lines of JSON, compressed with gzip, the same for both engines.
//!
//! ```text
//! {"format":"khien-backup","version":1,"schema":1,"made_at":"…","counts":{"people":240,…}}
//! {"table":"people","columns":["id","name",…]}
//! ["cb001","Nguyễn Văn An",…]
//! …
//! {"sha256":"…"}                                    over every byte before this line
//! ```

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use sqlx::AnyConnection;

use super::rows::{self, JsonRow, PAGE_ROWS, Sum};
use super::schema::{self, Table};
use super::{Counts, Progress, TransferProblem, Transferred};
use crate::audit::hex;
use crate::subjects;

/// What every backup begins with.
const FORMAT: &str = "khien-backup";

/// From this version of the schema on a subject says since when its agent is silent.
const SILENCE_SINCE_SCHEMA: u64 = 11;
/// The version of the form of the file.
const VERSION: u64 = 1;

/// The longest line: an uploaded list with everything in it escaped.
const MAX_LINE_BYTES: u64 = 128 * 1024 * 1024;

/// The two bytes that every gzip file begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u64,
    schema: u64,
    made_at: Timestamp,
    counts: Counts,
}

/// A line that is not a row.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Mark {
    Table { table: String, columns: Vec<String> },
    End { sha256: String },
}

/// Writes lines and keeps their digest.
struct LineWriter<W: Write> {
    out: GzEncoder<BufWriter<W>>,
    digest: Context,
}

impl<W: Write> LineWriter<W> {
    fn line(&mut self, line: &impl Serialize) -> Result<(), TransferProblem> {
        let mut text = serde_json::to_string(line).map_err(|error| damaged(error.to_string()))?;
        text.push('\n');
        self.digest.update(text.as_bytes());
        Ok(self.out.write_all(text.as_bytes())?)
    }
}

fn damaged(what: impl Into<String>) -> TransferProblem {
    TransferProblem::Damaged { what: what.into() }
}

/// Writes every table that `connection` shows.
pub(super) async fn write<W: Write + Send>(
    connection: &mut AnyConnection,
    file: W,
    now: Timestamp,
    progress: Progress<'_>,
) -> Result<Transferred, TransferProblem> {
    let mut counts = Counts::new();
    for table in schema::tables() {
        counts.insert(table.name.clone(), rows::count(connection, &table.name).await?);
    }
    let out = GzEncoder::new(BufWriter::new(file), Compression::default());
    let mut lines = LineWriter { out, digest: Context::new(&SHA256) };
    let header =
        Header { format: FORMAT.to_owned(), version: VERSION, schema: schema::version(), made_at: now, counts };
    lines.line(&header)?;
    let mut tables = Vec::new();
    for table in schema::tables() {
        let columns = table.columns.iter().map(|(column, _)| column.clone()).collect();
        lines.line(&Mark::Table { table: table.name.clone(), columns })?;
        let (mut written, mut after) = (0, None);
        while let Some(page) = rows::page(connection, table, after.as_deref()).await? {
            for row in &page {
                lines.line(row)?;
            }
            written += page.len() as u64;
            progress(&table.name, written);
            after = page.last().map(|row| table.key_of(row));
        }
        tables.push((table.name.clone(), written));
    }
    let LineWriter { mut out, digest } = lines;
    let sha256 = hex(digest.finish().as_ref());
    let mut end =
        serde_json::to_string(&Mark::End { sha256: sha256.clone() }).map_err(|error| damaged(error.to_string()))?;
    end.push('\n');
    out.write_all(end.as_bytes())?;
    out.finish()?.flush()?;
    Ok(Transferred { tables, sha256, made_at: now })
}

/// Reads lines and keeps the digest of all but the last.
struct LineReader<R: Read> {
    input: BufReader<GzDecoder<R>>,
    digest: Context,
    number: u64,
    line: Vec<u8>,
}

impl<R: Read> LineReader<R> {
    /// The next line without its end; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<&str>, TransferProblem> {
        self.line.clear();
        self.number += 1;
        let number = self.number;
        let read = (&mut self.input).take(MAX_LINE_BYTES).read_until(b'\n', &mut self.line);
        let read = read.map_err(|error| of_gzip(number, &error))?;
        if read == 0 {
            return Ok(None);
        }
        if self.line.pop() != Some(b'\n') {
            return Err(damaged(format!("line {number} does not end")));
        }
        let text = std::str::from_utf8(&self.line).map_err(|_| damaged(format!("line {number} is not UTF-8")))?;
        Ok(Some(text))
    }

    fn count_in(&mut self) {
        self.digest.update(&self.line);
        self.digest.update(b"\n");
    }
}

/// Damage shows as an error of the decompressor; anything else is the disk's.
fn of_gzip(line: u64, error: &std::io::Error) -> TransferProblem {
    match error.kind() {
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof
            if line == 1 =>
        {
            TransferProblem::NotABackup
        }
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof => {
            damaged(format!("line {line}: {error}"))
        }
        kind => TransferProblem::File { kind, detail: error.to_string() },
    }
}

/// The head of the file: what it is, and whether this program can read it.
fn header<R: Read>(lines: &mut LineReader<R>) -> Result<Header, TransferProblem> {
    let Some(first) = lines.next()? else { return Err(TransferProblem::NotABackup) };
    let header: Header = serde_json::from_str(first).map_err(|_| TransferProblem::NotABackup)?;
    lines.count_in();
    if header.format != FORMAT {
        return Err(TransferProblem::NotABackup);
    }
    for (found, known) in [(header.version, VERSION), (header.schema, schema::version())] {
        if found > known {
            return Err(TransferProblem::Newer { found, known });
        }
    }
    Ok(header)
}

/// Fills the tables of `connection` with what is in `file`, and compares afterwards.
pub(super) async fn read<R: Read + Send>(
    connection: &mut AnyConnection,
    mut file: R,
    progress: Progress<'_>,
) -> Result<Transferred, TransferProblem> {
    let mut magic = [0; 2];
    match file.read_exact(&mut magic) {
        Ok(()) if magic == GZIP => {}
        Ok(()) => return Err(TransferProblem::NotABackup),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Err(TransferProblem::NotABackup),
        Err(error) => return Err(error.into()),
    }
    let input = BufReader::new(GzDecoder::new(GZIP.as_slice().chain(file)));
    let mut lines = LineReader { input, digest: Context::new(&SHA256), number: 0, line: Vec::new() };
    let header = header(&mut lines)?;
    let mut filling: Option<Filling> = None;
    let mut sums: Vec<(&'static Table, Sum)> = Vec::new();
    loop {
        let number = lines.number + 1;
        let Some(line) = lines.next()? else { return Err(damaged(format!("it ends before line {number}"))) };
        if line.starts_with('[') {
            let row: JsonRow =
                serde_json::from_str(line).map_err(|error| damaged(format!("line {number}: {error}")))?;
            let filling = filling.as_mut().ok_or_else(|| damaged(format!("line {number}: a row of no table")))?;
            filling.add(connection, row, number, &mut *progress).await?;
            lines.count_in();
            continue;
        }
        let mark: Mark = serde_json::from_str(line).map_err(|error| damaged(format!("line {number}: {error}")))?;
        if let Some(filled) = filling.take() {
            sums.push(filled.finish(connection, &mut *progress).await?);
        }
        match mark {
            Mark::Table { table, columns } => {
                lines.count_in();
                filling = Some(Filling::begin(&table, &columns, number)?);
            }
            Mark::End { sha256 } => {
                let counted = hex(lines.digest.clone().finish().as_ref());
                if counted != sha256 {
                    return Err(damaged("its contents are not those that were written (SHA-256)"));
                }
                if lines.next()?.is_some() {
                    return Err(damaged(format!("something follows its end at line {}", number + 1)));
                }
                let read = compared(connection, &header, &sums, sha256).await?;
                if header.schema < SILENCE_SINCE_SCHEMA {
                    subjects::date_silence(connection).await?;
                }
                return Ok(read);
            }
        }
    }
}

/// What was written is read back and compared, and the counts with those of the header.
async fn compared(
    connection: &mut AnyConnection,
    header: &Header,
    sums: &[(&'static Table, Sum)],
    sha256: String,
) -> Result<Transferred, TransferProblem> {
    let mut tables = Vec::new();
    for table in schema::tables() {
        let sum = sums.iter().find(|(other, _)| other.name == table.name).map_or_else(Sum::default, |(_, sum)| *sum);
        // A table that a later step of the schema made is not in an older backup.
        let expected = header.counts.get(&table.name).copied().unwrap_or_default();
        if sum.rows != expected {
            return Err(damaged(format!("{} has {} rows, {expected} were written", table.name, sum.rows)));
        }
        if rows::sum(connection, table).await? != sum {
            return Err(TransferProblem::Differs { table: table.name.clone() });
        }
        tables.push((table.name.clone(), sum.rows));
    }
    Ok(Transferred { tables, sha256, made_at: header.made_at })
}

/// A table that is being filled.
struct Filling {
    table: &'static Table,
    /// For each column of the table its place in the rows of the file.
    places: Vec<Option<usize>>,
    width: usize,
    waiting: Vec<JsonRow>,
    sum: Sum,
}

impl Filling {
    fn begin(name: &str, columns: &[String], line: u64) -> Result<Self, TransferProblem> {
        // Names from the file are only looked up: what is asked of the database is made of our own.
        let unknown = |what: &str| damaged(format!("line {line}: {what:?} is not in the schema"));
        let table = schema::table(name).ok_or_else(|| unknown(name))?;
        let is_known = |column: &&String| !table.columns.iter().any(|(known, _)| known == *column);
        if let Some(column) = columns.iter().find(is_known) {
            return Err(unknown(column));
        }
        let places = table.columns.iter().map(|(known, _)| columns.iter().position(|column| column == known)).collect();
        Ok(Self { table, places, width: columns.len(), waiting: Vec::new(), sum: Sum::default() })
    }

    async fn add(
        &mut self,
        connection: &mut AnyConnection,
        row: JsonRow,
        line: u64,
        progress: Progress<'_>,
    ) -> Result<(), TransferProblem> {
        if row.len() != self.width {
            return Err(damaged(format!("line {line}: {} values, {} columns", row.len(), self.width)));
        }
        let value = |place: &Option<usize>| place.and_then(|place| row.get(place).cloned()).unwrap_or_default();
        let ordered: JsonRow = self.places.iter().map(value).collect();
        if !rows::fits(self.table, &ordered) {
            return Err(damaged(format!("line {line}: a value does not fit its column of {}", self.table.name)));
        }
        self.waiting.push(ordered);
        if i64::try_from(self.waiting.len()).is_ok_and(|waiting| waiting >= PAGE_ROWS) {
            self.flush(connection, progress).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, connection: &mut AnyConnection, progress: Progress<'_>) -> Result<(), TransferProblem> {
        rows::write(connection, self.table, &self.waiting).await?;
        self.sum.add(&self.waiting);
        self.waiting.clear();
        progress(&self.table.name, self.sum.rows);
        Ok(())
    }

    async fn finish(
        mut self,
        connection: &mut AnyConnection,
        progress: Progress<'_>,
    ) -> Result<(&'static Table, Sum), TransferProblem> {
        if !self.waiting.is_empty() {
            self.flush(connection, progress).await?;
        }
        Ok((self.table, self.sum))
    }
}
