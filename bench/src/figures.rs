//! Figures, each printed beside what it is measured against.

use std::cell::Cell;

/// Begins a group.
pub(crate) fn heading(title: &str) {
    println!("\n{title}");
}

/// Something that is good to know and is measured against nothing.
pub(crate) fn note(text: &str) {
    println!("  {text}");
}

/// A figure beside that of a peer, measured in the same run.
pub(crate) fn beside(what: &str, value: f64, peer: &str, of_peer: f64, unit: &str) {
    let (times, value, of_peer) = (of_peer / value, amount(value, unit), amount(of_peer, unit));
    println!("  {what:<44} {value:>12}  {peer:<6} {of_peer:>12}  {times:>7.1} times less");
}

/// Figures with a bound. Remembers whether one of them missed it.
#[derive(Default)]
pub(crate) struct Bounds {
    missed: Cell<usize>,
}

impl Bounds {
    /// A figure that must not be above its bound.
    pub(crate) fn at_most(&self, what: &str, value: f64, bound: f64, unit: &str) {
        self.print(what, value, bound, unit, value <= bound);
    }

    /// A figure that must not be below its bound.
    pub(crate) fn at_least(&self, what: &str, value: f64, bound: f64, unit: &str) {
        self.print(what, value, bound, unit, value >= bound);
    }

    fn print(&self, what: &str, value: f64, bound: f64, unit: &str, is_kept: bool) {
        if !is_kept {
            self.missed.set(self.missed.get() + 1);
        }
        let verdict = if is_kept { "kept" } else { "MISSED" };
        // Of nothing at all there is no share.
        let share = if bound > 0.0 { format!("{:>7.2} of it", value / bound) } else { " ".repeat(13) };
        let (value, bound) = (amount(value, unit), amount(bound, unit));
        println!("  {what:<44} {value:>12}  bound  {bound:>12}  {share}  {verdict}");
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
        let bounds = Bounds::default();
        bounds.at_most("at the bound", 1.0, 1.0, "s");
        assert_eq!(bounds.missed(), 0);
        bounds.at_most("above it", 1.01, 1.0, "s");
        assert_eq!(bounds.missed(), 1);
        bounds.at_least("at the bound", 1.0, 1.0, "/s");
        assert_eq!(bounds.missed(), 1);
        bounds.at_least("below it", 0.99, 1.0, "/s");
        assert_eq!(bounds.missed(), 2);
    }

    #[test]
    fn amounts_have_the_digits_they_are_worth() {
        assert_eq!(amount(1234.5, "MB"), "1234 MB");
        assert_eq!(amount(12.345, "s"), "12.35 s");
        assert_eq!(amount(0.12345, "µs"), "0.1235 µs");
    }
}
