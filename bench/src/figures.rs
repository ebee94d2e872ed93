//! Figures, each printed beside what it is measured against.

use std::cell::Cell;

/// Prints figures and remembers whether one of them missed its bound.
#[derive(Default)]
pub(crate) struct Figures {
    missed: Cell<usize>,
}

impl Figures {
    /// Begins a group.
    pub(crate) fn heading(&self, title: &str) {
        println!("\n{title}");
    }

    /// Something that is good to know and is measured against nothing.
    pub(crate) fn note(&self, text: &str) {
        println!("  {text}");
    }

    /// A figure that must not be above its bound.
    pub(crate) fn at_most(&self, what: &str, value: f64, bound: f64, unit: &str) {
        let kept = value <= bound;
        if !kept {
            self.missed.set(self.missed.get() + 1);
        }
        let verdict = if kept { "kept" } else { "MISSED" };
        let share = value / bound;
        println!(
            "  {what:<44} {:>12}  bound {:>12}  {share:>6.2} of it  {verdict}",
            amount(value, unit),
            amount(bound, unit)
        );
    }

    /// A figure beside that of a peer, measured in the same run.
    pub(crate) fn beside(&self, what: &str, value: f64, peer: &str, of_peer: f64, unit: &str) {
        let times = of_peer / value;
        println!(
            "  {what:<44} {:>12}  {peer:<5} {:>12}  {times:>6.1} times less",
            amount(value, unit),
            amount(of_peer, unit)
        );
    }

    /// How many figures missed their bound.
    pub(crate) fn missed(&self) -> usize {
        self.missed.get()
    }
}

/// A number with as many digits as it is worth.
fn amount(value: f64, unit: &str) -> String {
    let digits = if value >= 100.0 {
        0
    } else if value >= 1.0 {
        2
    } else {
        4
    };
    format!("{value:.digits$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_bound_is_remembered() {
        let figures = Figures::default();
        figures.at_most("at the bound", 1.0, 1.0, "s");
        assert_eq!(figures.missed(), 0);
        figures.at_most("above it", 1.01, 1.0, "s");
        assert_eq!(figures.missed(), 1);
    }

    #[test]
    fn amounts_have_the_digits_they_are_worth() {
        assert_eq!(amount(1234.5, "MB"), "1234 MB");
        assert_eq!(amount(12.345, "s"), "12.35 s");
        assert_eq!(amount(0.12345, "µs"), "0.1235 µs");
    }
}
