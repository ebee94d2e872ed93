//! Merged cells: only the first holds the text, and all of them show it.

use calamine::Dimensions;

use crate::FileProblem;
use crate::row::Gathering;

/// How many rows a region may have to be filled: one that is higher is a frame around a page, not a value of its rows.
const MAX_ROWS: u32 = 10_000;
/// How many columns of a region are filled: a heading over the whole page says nothing about the columns below it.
const MAX_COLUMNS: u32 = 12;

/// The merged regions of a sheet, in the order of their first rows.
#[derive(Default)]
pub(super) struct Merged {
    waiting: std::vec::IntoIter<Dimensions>,
    next: Option<Dimensions>,
    open: Vec<(Dimensions, String)>,
}

impl Merged {
    pub(super) fn new(mut regions: Vec<Dimensions>) -> Self {
        regions.retain(|Dimensions { start, end }| {
            let within = |first: u32, last: u32, most: u32| last.checked_sub(first).is_some_and(|more| more < most);
            within(start.0, end.0, MAX_ROWS) && within(start.1, end.1, MAX_COLUMNS)
        });
        regions.sort_by_key(|region| region.start);
        let mut waiting = regions.into_iter();
        Self { next: waiting.next(), waiting, open: Vec::new() }
    }

    /// Fills in the cells of `row`, all of whose own cells were put.
    pub(super) fn fill(&mut self, row: u32, gathering: &mut Gathering<'_>) -> Result<(), FileProblem> {
        self.open.retain(|(region, _)| region.end.0 >= row);
        while let Some(region) = self.next.filter(|region| region.start.0 <= row) {
            // A row without a single cell is not gathered; what begins there shows nothing.
            if region.start.0 == row {
                let text = gathering.current().cell(region.start.1 as usize).to_owned();
                if !text.is_empty() {
                    self.open.push((region, text));
                }
            }
            self.next = self.waiting.next();
        }
        if gathering.current().cells.is_empty() {
            return Ok(());
        }
        for (region, text) in &self.open {
            for column in region.start.1..=region.end.1 {
                if gathering.current().cell(column as usize).is_empty() {
                    gathering.put_tidy(row.saturating_add(1), column as usize, text.clone())?;
                }
            }
        }
        Ok(())
    }
}
