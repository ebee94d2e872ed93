//! The functions and commands of Excel by their numbers.

use std::collections::BTreeMap;

/// One line for each: its number in hexadecimal digits, its name, and how many arguments it takes if that is fixed.
const TABLE: &str = include_str!("functions.txt");

/// The functions by their numbers.
pub(crate) struct Functions {
    known: BTreeMap<u16, (&'static str, Option<usize>)>,
}

impl Functions {
    pub(crate) fn new() -> Self {
        let line = |line: &'static str| {
            let mut words = line.split(' ');
            let id = u16::from_str_radix(words.next()?, 16).ok()?;
            Some((id, (words.next()?, words.next()?.parse().ok())))
        };
        Self { known: TABLE.lines().filter_map(line).collect() }
    }

    /// What it is called.
    pub(crate) fn name(&self, id: u16) -> Option<&'static str> {
        self.known.get(&id).map(|(name, _)| *name)
    }

    /// How many arguments it takes, if that is fixed.
    pub(crate) fn arguments(&self, id: u16) -> Option<usize> {
        self.known.get(&id).and_then(|(_, arguments)| *arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_read_to_its_end() {
        let functions = Functions::new();
        assert_eq!(functions.known.len(), TABLE.lines().count());
        assert_eq!(
            (functions.name(0x6E), functions.name(0x8060), functions.arguments(0x6F)),
            (Some("EXEC"), Some("FORMULA"), Some(1))
        );
    }
}
