//! What the screen can show: how wide it is, and whether it takes colours.

use anstyle::{AnsiColor, Style};

/// Lines longer than this are hard to read, however wide the window is.
pub const MAX_WIDTH: usize = 100;

/// Below this, wrapping makes columns of single words.
pub const MIN_WIDTH: usize = 40;

/// A space at which no line breaks: it holds a command together and is shown as a plain space.
pub const UNBROKEN_SPACE: &str = "\u{a0}";

/// What standard output can show.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// How many columns a line may have.
    pub width: usize,
    /// Whether it takes colours.
    pub coloured: bool,
}

/// How a word stands out.
#[derive(Debug, Clone, Copy)]
pub enum Emphasis {
    /// A heading.
    Strong,
    /// Something wrong.
    Bad,
    /// Something undecided.
    Unsure,
    /// Something excused.
    Excused,
    /// Something in order.
    Good,
    /// Something beside the point.
    Faint,
}

impl Emphasis {
    fn style(self) -> Style {
        match self {
            Self::Strong => Style::new().bold(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
            Self::Unsure => AnsiColor::Yellow.on_default().bold(),
            Self::Excused => AnsiColor::Cyan.on_default(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Faint => Style::new().dimmed(),
        }
    }
}

impl Terminal {
    /// `text` in lines no wider than the window, the first beginning with `first`, the others with `rest`.
    ///
    /// Lines break at spaces only: `116/2025/QH15` and `/etc/shadow` stay whole. A command, held together by
    /// [`UNBROKEN_SPACE`], stays whole even where it is wider than the window.
    pub fn wrap(&self, first: &str, rest: &str, text: &str) -> Vec<String> {
        let options = textwrap::Options::new(self.width)
            .initial_indent(first)
            .subsequent_indent(rest)
            .break_words(!text.contains(UNBROKEN_SPACE))
            .word_separator(textwrap::WordSeparator::AsciiSpace)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        textwrap::wrap(text, options).into_iter().map(|line| line.replace(UNBROKEN_SPACE, " ")).collect()
    }

    /// `text`, standing out where colours are taken.
    pub fn paint(&self, emphasis: Emphasis, text: &str) -> String {
        if !self.coloured {
            return text.to_owned();
        }
        let style = emphasis.style();
        format!("{}{text}{}", style.render(), style.render_reset())
    }
}
