//! What the source of VBA macros does: which parts run by themselves, what they call, which texts they hide.

pub(crate) mod text;
mod words;

use crate::kinds::office::{VBA_AUTO_RUN, VBA_DANGEROUS_CALL, VBA_MACRO, VBA_OBFUSCATED};
use crate::walk::{Inside, Part};
use crate::{Location, MAX_EVIDENCE_LETTERS};

use self::text::Text;
pub(crate) use self::words::Grade;

/// How many places of one kind are kept from one module.
const MAX_PLACES: usize = 32;
/// From how many texts built of numbers or reversed letters on a macro is said to hide them.
const MIN_HIDDEN_TEXTS: usize = 4;

/// Something in the source: the line, counted from 1, and what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u64,
    pub(crate) what: String,
}

/// A call that can do harm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) place: Place,
    pub(crate) grade: Grade,
}

/// What the source of one module does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Macros {
    /// Its first line that does anything.
    pub(crate) code: Option<Place>,
    /// How many lines do anything.
    pub(crate) lines: usize,
    /// What runs by itself.
    pub(crate) auto: Vec<Place>,
    /// What can do harm.
    pub(crate) calls: Vec<Call>,
    /// Texts that the source builds instead of stating them.
    pub(crate) built: Vec<Place>,
    /// How many of them are made of numbers or reversed.
    pub(crate) hidden: usize,
    /// Bytes that the source states in digits or letters.
    pub(crate) data: Vec<Vec<u8>>,
    /// Whether the texts were too many to be built to the end.
    pub(crate) cut: bool,
}

impl Macros {
    /// The gravest call.
    pub(crate) fn gravest(&self) -> Option<&Call> {
        self.calls.iter().find(|call| call.grade == Grade::Grave).or(self.calls.first())
    }
}

/// Reads the source of one module.
pub(crate) fn analyse(source: &str) -> Macros {
    let mut macros = Macros::default();
    let mut text = Text::default();
    for (line, statement) in text::statements(source) {
        if statement.first().is_none_or(|word| word.is("attribute") || word.is("option")) {
            continue;
        }
        let shown = text::shown(&statement);
        macros.lines += 1;
        macros.code.get_or_insert_with(|| Place { line, what: shown.clone() });
        if let Some(name) = words::auto(&statement)
            && macros.auto.len() < MAX_PLACES
        {
            macros.auto.push(Place { line, what: name.to_owned() });
        }
        if let Some((grade, word)) = words::call(&statement) {
            add_call(&mut macros, line, grade, word, &shown);
        }
        text.read(line, &statement);
    }
    macros.cut = text.is_cut();
    macros.hidden = text.hidden();
    let (built, data) = text.finish();
    for place in &built {
        if let Some((grade, word)) = words::in_text(&place.what) {
            add_call(&mut macros, place.line, grade, word, &place.what);
        }
    }
    macros.built = built;
    macros.data = data;
    macros
}

/// Keeps a call; of too many, the grave ones.
fn add_call(macros: &mut Macros, line: u64, grade: Grade, word: &str, shown: &str) {
    let excerpt: String = shown.chars().take(MAX_EVIDENCE_LETTERS / 2).collect();
    let call = Call { place: Place { line, what: format!("{word}: {excerpt}") }, grade };
    if macros.calls.contains(&call) {
        return;
    }
    if macros.calls.len() < MAX_PLACES {
        macros.calls.push(call);
    } else if grade == Grade::Grave
        && let Some(mild) = macros.calls.iter_mut().find(|kept| kept.grade == Grade::Mild)
    {
        *mild = call;
    }
}

/// Looks at a module.
pub(crate) fn look(part: &Part<'_>, inside: &mut Inside<'_, '_>) {
    let macros = analyse(&String::from_utf8_lossy(part.bytes));
    if let Some(code) = &macros.code {
        inside.found(&VBA_MACRO, Location::Line(code.line), &code.what);
    }
    for place in &macros.auto {
        inside.found(&VBA_AUTO_RUN, Location::Line(place.line), &place.what);
    }
    for call in &macros.calls {
        inside.found(&VBA_DANGEROUS_CALL, Location::Line(call.place.line), &call.place.what);
    }
    if macros.hidden >= MIN_HIDDEN_TEXTS
        && let Some(first) = macros.built.first()
    {
        inside.found(&VBA_OBFUSCATED, Location::Line(first.line), &first.what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(source: &str) -> String {
        let macros = analyse(source);
        let auto =
            macros.auto.iter().map(|place| format!("{}:{}", place.line, place.what)).collect::<Vec<_>>().join(" ");
        let calls = macros.calls.iter().map(|call| format!("{:?} {}:{}", call.grade, call.place.line, call.place.what));
        let built = macros.built.iter().map(|place| format!("{}:{}", place.line, place.what));
        let data = macros.data.iter().map(|data| format!("{}", data.escape_ascii()));
        let all: Vec<String> = calls
            .chain(built.map(|built| format!("built {built}")))
            .chain(data.map(|data| format!("data {data}")))
            .collect();
        format!("lines {} auto [{auto}]\n{}", macros.lines, all.join("\n"))
    }

    #[test]
    fn what_a_macro_does_is_told_with_its_line() {
        let cases = [
            ("Attribute VB_Name = \"A\"\r\nOption Explicit\r\n' Shell\r\n", "lines 0 auto []\n"),
            ("Sub Sum()\r\n  Range(\"A1\").Value = 1 + 2\r\nEnd Sub\r\n", "lines 3 auto []\n"),
            (
                "Private Sub Document_Open()\nShell \"calc\"\nEnd Sub",
                "lines 3 auto [1:Document_Open]\nGrave 2:Shell: Shell \"calc\"",
            ),
            (
                "Sub AUTOOPEN()\nx = \"pow\" & _\n  \"ersh\" & Chr(101) & ChrW$(&H6C) & StrReverse(\"l\")\nEnd Sub",
                "lines 3 auto [1:AUTOOPEN]\nMild 2:strreverse: x = \"pow\" & \"ersh\" & Chr ( 101 ) & ChrW$ ( 108 ) & StrReverse ( \"l\" )\nGrave 2:powershell: powershell\nbuilt 2:powershell",
            ),
            (
                "Set d = CreateObject(\"Scripting.Dictionary\")\nSet s = CreateObject(name)",
                "lines 2 auto []\nMild 1:CreateObject: Set d = CreateObject ( \"Scripting.Dictionary\" )\nGrave 2:CreateObject of a computed name: Set s = CreateObject ( name )",
            ),
            ("VBA.Shell \"x\"\nform.Shell = 1", "lines 2 auto []\nGrave 1:Shell: VBA . Shell \"x\""),
            ("Sub InkEdit1_GotFocus()\nEnd Sub", "lines 2 auto [1:InkEdit1_GotFocus]\n"),
            ("Private Sub Rem1()\nRem Shell \"x\"\nrem\nEnd Sub", "lines 2 auto []\n"),
        ];
        for (source, expected) in cases {
            assert_eq!(summary(source), expected, "{source}");
        }
    }

    #[test]
    fn bytes_in_digits_come_out() {
        let hex: String = "KHIEN-HARMLESS-TEST ".repeat(4).bytes().map(|byte| format!("{byte:02x}")).collect();
        let (first, second) = hex.split_at_checked(60).unwrap();
        let macros = analyse(&format!("x = \"{first}\"\nx = x & \"{second}\"\n"));
        assert_eq!(macros.data, vec!["KHIEN-HARMLESS-TEST ".repeat(4).into_bytes()]);
        let numbers = (0..40).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
        assert_eq!(analyse(&format!("a = Array({numbers})")).data, vec![(0..40).collect::<Vec<u8>>()]);
    }

    #[test]
    fn any_text_is_read() {
        bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
            let _ = analyse(&String::from_utf8_lossy(bytes));
        });
    }
}
