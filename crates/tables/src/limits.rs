//! How much of a table is read.

const MEBIBYTE: u64 = 1024 * 1024;

/// The bounds of a table. Reaching one is a [`FileProblem`](crate::FileProblem), never a table that was cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How large the file may be.
    pub file_bytes: u64,
    /// How large the parts of a workbook may be together when they are unpacked.
    pub unpacked_bytes: u64,
    /// How large the texts that the cells of a workbook share may be when they are unpacked: they stay in memory.
    pub shared_bytes: u64,
    /// How many parts a workbook may have.
    pub parts: usize,
    /// How many regions of merged cells its sheets may have.
    pub merged_regions: usize,
    /// How many rows may have something in them, titles and headings included.
    pub rows: u32,
    /// How many columns a row may have.
    pub columns: usize,
    /// How many letters a cell may have.
    pub cell_letters: usize,
}

impl Limits {
    /// For lists of people, devices, units and accounts. Seven thousand people with ten columns are less than 2 MB.
    pub const LIST: Self = Self {
        file_bytes: 8 * MEBIBYTE,
        unpacked_bytes: 64 * MEBIBYTE,
        shared_bytes: 64 * MEBIBYTE,
        parts: 1_000,
        merged_regions: 10_000,
        rows: 10_000,
        columns: 64,
        cell_letters: 1_000,
    };

    /// For the cases of a province over several years, which are read row by row.
    pub const CASES: Self = Self {
        file_bytes: 96 * MEBIBYTE,
        unpacked_bytes: 768 * MEBIBYTE,
        shared_bytes: 128 * MEBIBYTE,
        parts: 1_000,
        merged_regions: 10_000,
        rows: 300_000,
        columns: 128,
        cell_letters: 4_000,
    };
}
