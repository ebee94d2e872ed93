//! Which bytes of a file are accounted for.

use std::collections::BTreeMap;
use std::ops::Range;

/// A set of bytes, as ranges that neither touch nor overlap.
#[derive(Debug, Default)]
pub(super) struct Ranges {
    /// The end of each range by its start.
    ends: BTreeMap<usize, usize>,
}

impl Ranges {
    /// Adds the bytes of `range`.
    pub(super) fn add(&mut self, range: Range<usize>) {
        let Range { mut start, mut end } = range;
        if start >= end {
            return;
        }
        if let Some((before, reaches)) = self.ends.range(..=start).next_back()
            && *reaches >= start
        {
            start = *before;
            end = end.max(*reaches);
        }
        while let Some((next, reaches)) = self.ends.range(start..).next()
            && *next <= end
        {
            let next = *next;
            end = end.max(*reaches);
            self.ends.remove(&next);
        }
        self.ends.insert(start, end);
    }

    /// The bytes below `below` that are in no range, from the first to the last.
    pub(super) fn gaps(&self, below: usize) -> Vec<Range<usize>> {
        let mut gaps = Vec::new();
        let mut at = 0;
        for (start, end) in &self.ends {
            if *start >= below {
                break;
            }
            if at < *start {
                gaps.push(at..*start);
            }
            at = *end;
        }
        if at < below {
            gaps.push(at..below);
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::single_range_in_vec_init, reason = "one gap is one range")]
    fn ranges_that_touch_become_one() {
        let mut ranges = Ranges::default();
        for range in [10..20, 30..40, 20..25, 5..5, 50..60] {
            ranges.add(range);
        }
        assert_eq!(ranges.gaps(70), [0..10, 25..30, 40..50, 60..70]);
        ranges.add(22..55);
        assert_eq!(ranges.gaps(60), [0..10]);
        assert_eq!(ranges.gaps(5), [0..5]);
    }

    #[test]
    fn they_are_the_bytes_that_were_added() {
        bolero::check!().with_type::<Vec<(u8, u8)>>().for_each(|added| {
            let mut ranges = Ranges::default();
            let mut bytes = [false; 512];
            for (start, length) in added {
                let range = usize::from(*start)..usize::from(*start) + usize::from(*length);
                bytes[range.clone()].fill(true);
                ranges.add(range);
            }
            let mut left_out = [true; 512];
            for gap in ranges.gaps(512) {
                left_out[gap].fill(false);
            }
            assert_eq!(left_out, bytes);
        });
    }
}
