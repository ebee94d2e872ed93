//! Comparing version numbers the way people read them.

use std::cmp::Ordering;

/// Compares two versions: runs of digits by their number, other text by its letters; `~` sorts before everything (a
/// pre-release), and missing parts count as zero: `1.2` equals `1.2.0`, `1.10` is above `1.9`, `2.0~rc1` below `2.0`.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (parts(left), parts(right));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (Some(part), None) => part.against_nothing(),
            (None, Some(part)) => part.against_nothing().reverse(),
            (Some(left), Some(right)) => left.compare(&right),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[derive(Debug)]
enum Part<'v> {
    /// A run of digits without leading zeros.
    Number(&'v str),
    /// A run of letters.
    Letters(&'v str),
    /// `~`
    Before,
}

impl Part<'_> {
    fn against_nothing(&self) -> Ordering {
        match self {
            Self::Number("") | Self::Before if !matches!(self, Self::Before) => Ordering::Equal,
            Self::Before => Ordering::Less,
            _ => Ordering::Greater,
        }
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.len().cmp(&right.len()).then_with(|| left.cmp(right)),
            (Self::Letters(left), Self::Letters(right)) => left.cmp(right),
            (Self::Before, Self::Before) => Ordering::Equal,
            (Self::Before, _) | (Self::Letters(_), Self::Number(_)) => Ordering::Less,
            (_, Self::Before) | (Self::Number(_), Self::Letters(_)) => Ordering::Greater,
        }
    }
}

fn parts(version: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = version;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '~');
        let first = rest.chars().next()?;
        let run = |accept: fn(char) -> bool| rest.find(|c| !accept(c)).unwrap_or(rest.len());
        let length = match first {
            '~' => 1,
            _ if first.is_ascii_digit() => run(|c| c.is_ascii_digit()),
            _ => run(|c| c.is_alphanumeric() && !c.is_ascii_digit()),
        };
        let (part, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(match first {
            '~' => Part::Before,
            _ if first.is_ascii_digit() => Part::Number(part.trim_start_matches('0')),
            _ => Part::Letters(part),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn versions_in_ascending_order() {
        let ascending = [
            "",
            "0.9",
            "1.0~beta",
            "1.0~rc1",
            "1.0",
            "1.0.1",
            "1.0.9",
            "1.0.10",
            "1.2",
            "1.2a",
            "1.2b",
            "1.10",
            "2",
            "10.0.19045.4046",
            "10.0.19045.4170",
            "10.0.22631",
        ];
        for (at, left) in ascending.iter().enumerate() {
            for (other, right) in ascending.iter().enumerate() {
                assert_eq!(compare(left, right), at.cmp(&other), "{left:?} against {right:?}");
            }
        }
    }

    #[test]
    fn equal_versions() {
        for (left, right) in [("1.2", "1.2.0"), ("1.02", "1.2"), ("1-2", "1.2"), ("", "0"), ("7", "7.0.0")] {
            assert_eq!(compare(left, right), std::cmp::Ordering::Equal, "{left:?} against {right:?}");
        }
    }
}
