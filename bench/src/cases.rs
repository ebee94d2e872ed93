//! A province's list of cases, checked by `khien cases check` in a process of its own: the way of the server too.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use jiff::civil::{Date, date};
use jiff::{Span, ToSpan as _};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::figures::{Bounds, heading, note};
use crate::observe::cost_of;

/// How many cases a province has over some years.
const ROWS: u32 = 200_000;
/// What reading and judging them may cost.
const SECONDS_MAX: f64 = 10.0;
const MEMORY_MB_MAX: f64 = 300.0;
/// The titles, those of the parties among them.
const TITLES: [&str; 16] = [
    "STT",
    "Số thụ lý",
    "Ngày thụ lý",
    "Số bản án",
    "Ngày bản án",
    "Ngày nhận bản án",
    "Số QĐ",
    "Ngày QĐ",
    "Chấp hành viên",
    "Đơn vị",
    "Ngày thông báo",
    "Tình trạng",
    "Ngày cập nhật cuối",
    "Phải thu",
    "Đã thu",
    "Người phải thi hành án",
];

/// A cell, as it is written in either form.
enum Cell {
    Text(String),
    Day(Date),
    Number(f64),
}

/// The row with this number: the same in every run, some of it late, some of it wrong.
fn row(number: u32) -> [Cell; TITLES.len()] {
    let received = date(2021, 1, 4).saturating_add(Span::new().days(i64::from(number % 1_900)));
    let after = |days: i64| Cell::Day(received.saturating_add(days.days()));
    let text = |text: String| Cell::Text(text);
    let states = ["Đang thi hành", "Thi hành xong", "Chưa có điều kiện thi hành", "Hoãn thi hành án", "Đình chỉ"];
    let owed = f64::from(number % 9_973) * 10_000.0;
    [
        Cell::Number(f64::from(number)),
        text(format!("{}/TL-THADS", number % 40_000)),
        after(i64::from(number % 9)),
        text(format!("{}/{}/DS-ST", number % 700, received.year())),
        after(-30),
        after(0),
        text(format!("{}/QĐ-CCTHADS", number % 50_000)),
        after(i64::from(number % 9)),
        text(format!("Nguyễn Thị Chấp Hành {}", number % 240)),
        text(format!("Phòng Thi hành án dân sự khu vực {}", number % 12 + 1)),
        after(i64::from(number % 13)),
        text(states[(number % 5) as usize].to_owned()),
        after(i64::from(number % 300)),
        Cell::Number(owed),
        Cell::Number(owed / 3.0),
        text(format!("Trần Văn Đương Sự {number}")),
    ]
}

/// Writes the list as Excel does, row by row.
fn write_workbook(path: &Path) -> Result<(), String> {
    let failed = |error: rust_xlsxwriter::XlsxError| format!("{}: {error}", path.display());
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let day_format = Format::new().set_num_format("dd/mm/yyyy");
    for (column, title) in (0..).zip(TITLES) {
        sheet.write_string(0, column, title).map_err(failed)?;
    }
    for number in 1..=ROWS {
        for (column, cell) in (0..).zip(row(number)) {
            match cell {
                Cell::Text(text) => sheet.write_string(number, column, text).map_err(failed)?,
                Cell::Number(value) => sheet.write_number(number, column, value).map_err(failed)?,
                Cell::Day(day) => {
                    let (year, month, day) =
                        (day.year().cast_unsigned(), day.month().cast_unsigned(), day.day().cast_unsigned());
                    let day = ExcelDateTime::from_ymd(year, month, day).map_err(failed)?;
                    sheet.write_datetime_with_format(number, column, &day, &day_format).map_err(failed)?
                }
            };
        }
    }
    workbook.save(path).map_err(failed)
}

fn write_text(path: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut file = BufWriter::new(File::create(path).map_err(failed)?);
    writeln!(file, "{}", TITLES.join(";")).map_err(failed)?;
    for number in 1..=ROWS {
        let cells = row(number).map(|cell| match cell {
            Cell::Text(text) => text,
            Cell::Day(day) => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Cell::Number(value) => format!("{value:.0}"),
        });
        writeln!(file, "{}", cells.join(";")).map_err(failed)?;
    }
    file.flush().map_err(failed)
}

/// Makes the list in both forms and measures what checking it costs.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    heading("cases: 200,000 rows, checked in a process of its own");
    let khien = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?.with_file_name("khien");
    let folder = tempfile::tempdir().map_err(|error| format!("a folder: {error}"))?;
    for (name, write) in [("xlsx", write_workbook as fn(&Path) -> Result<(), String>), ("csv", write_text)] {
        let path = folder.path().join("danh-sach").with_extension(name);
        write(&path)?;
        let kilobytes = std::fs::metadata(&path).map_err(|error| error.to_string())?.len() / 1_000;
        let list = path.to_string_lossy().into_owned();
        let cost = cost_of(&khien, &["cases", "check", &list, "--at", "2026-11-23T08:00:00+07:00", "--json"])?;
        note(&format!("{name}: {kilobytes} kB"));
        bounds.at_most(&format!("{name}, wall time"), cost.wall_seconds, SECONDS_MAX, "s");
        bounds.at_most(&format!("{name}, peak memory"), cost.memory_mb, MEMORY_MB_MAX, "MB");
    }
    Ok(())
}
