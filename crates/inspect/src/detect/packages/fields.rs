//! Fields of Word: instructions that run when a document is opened or its fields are updated. RTF has the same.

use crate::detect::address::{Leads, leads};
use crate::detect::commands;
use crate::detect::signs::Signs;
use crate::kinds::packages;
use crate::{Kind, Location};

/// How deeply fields may lie in one another.
const MAX_DEPTH: usize = 64;

/// The longest instruction that is kept, in bytes.
const MAX_INSTRUCTION: usize = 64 * 1024;

/// The field that starts a link of DDE by itself.
const AUTOMATIC: &str = "DDEAUTO";

/// One field that is open.
#[derive(Default)]
struct Field {
    instruction: String,
    result: String,
    in_result: bool,
}

impl Field {
    /// What a piece goes into.
    fn growing(&mut self) -> &mut String {
        if self.in_result { &mut self.result } else { &mut self.instruction }
    }
}

/// The fields of a document as they come: what is nested is put into what it is nested in, as Word does.
#[derive(Default)]
pub(crate) struct Fields {
    open: Vec<Field>,
    /// Fields that open beyond the limit of depth.
    beyond: usize,
}

impl Fields {
    /// A field begins.
    pub(crate) fn begin(&mut self) {
        if self.open.len() < MAX_DEPTH {
            self.open.push(Field::default());
        } else {
            self.beyond += 1;
        }
    }

    /// Its instruction ends, its result follows.
    pub(crate) fn separate(&mut self) {
        if let Some(field) = self.open.last_mut().filter(|_| self.beyond == 0) {
            field.in_result = true;
        }
    }

    /// A piece of instruction. Outside of any field it is judged by itself when the text ends.
    pub(crate) fn instruction(&mut self, text: &str) {
        if self.open.is_empty() {
            self.begin();
        }
        if let Some(field) = self.open.last_mut() {
            put(field.growing(), text);
        }
    }

    /// A piece of text that is seen.
    pub(crate) fn text(&mut self, text: &str) {
        if let Some(field) = self.open.last_mut().filter(|field| field.in_result) {
            put(&mut field.result, text);
        }
    }

    /// The field ends: judges it and puts its result into the instruction of the field around it.
    pub(crate) fn end(&mut self, location: Location, signs: &mut Signs) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(field) = self.open.pop() else { return };
        judge(&field.instruction, location, signs);
        if let Some(around) = self.open.last_mut() {
            put(around.growing(), &quoted(&field.instruction).unwrap_or(field.result));
        }
    }

    /// The text ends: what was not closed is judged as it is.
    pub(crate) fn finish(&mut self, location: &Location, signs: &mut Signs) {
        self.beyond = 0;
        while !self.open.is_empty() {
            self.end(location.clone(), signs);
        }
    }
}

fn put(into: &mut String, text: &str) {
    let room = MAX_INSTRUCTION.saturating_sub(into.len());
    into.push_str(text.get(..text.floor_char_boundary(room)).unwrap_or_default());
}

/// What a field `QUOTE 99 109 100` stands for: the letters of these codes.
fn quoted(instruction: &str) -> Option<String> {
    let mut words = instruction.split_whitespace();
    if !words.next()?.eq_ignore_ascii_case("QUOTE") {
        return None;
    }
    let mut letters = String::new();
    for word in words {
        match word.parse::<u32>().ok().and_then(char::from_u32) {
            Some(letter) => letters.push(letter),
            None => letters.push_str(word.trim_matches('"')),
        }
    }
    Some(letters)
}

/// Says what the instruction of a field does, if it is more than showing something.
pub(crate) fn judge(instruction: &str, location: Location, signs: &mut Signs) {
    let bare: String = instruction.chars().filter(|letter| *letter != '\u{feff}').collect();
    let bare = bare.trim();
    let (name, rest) = named(bare);
    let found: Option<&'static Kind> = match name.as_str() {
        "DDE" | AUTOMATIC if commands::starts_program(&rest.replace("\\\\", "\\")) => Some(&packages::DDE_COMMAND),
        "DDE" | AUTOMATIC => Some(&packages::DDE_LINK),
        "INCLUDETEXT" | "INCLUDEPICTURE" | "INCLUDE" | "LINK" | "IMPORT" | "RD" | "DATABASE" => fetched(rest),
        "HYPERLINK" => match leads(first_address(rest)) {
            Leads::Handler | Leads::Script => Some(&packages::ODD_HYPERLINK),
            _ => None,
        },
        _ => None,
    };
    if let Some(kind) = found {
        signs.add(kind, location, bare);
    }
}

/// The name of a field, in upper case, and what follows it. Word takes `DDEAUTO` also with what follows written to it.
fn named(bare: &str) -> (String, &str) {
    if let Some(start) = bare.get(..AUTOMATIC.len()).filter(|start| start.eq_ignore_ascii_case(AUTOMATIC)) {
        return (AUTOMATIC.to_owned(), bare.get(start.len()..).unwrap_or_default());
    }
    let (name, rest) = bare.split_once([' ', '\t', '\r', '\n', '"']).unwrap_or((bare, ""));
    (name.to_uppercase(), rest)
}

/// What a field that fetches something does.
fn fetched(rest: &str) -> Option<&'static Kind> {
    let mut found = None;
    for word in rest.split(['"', ' ']) {
        // Backslashes are doubled in fields: a share begins with four, or two if its writer did not care.
        let share = word.starts_with("\\\\");
        match leads(&word.replace("\\\\", "\\")) {
            Leads::Handler | Leads::Script => return Some(&packages::HANDLER_LINK),
            leads if leads.far() || share => found = Some(&packages::FAR_CONTENT),
            _ => {}
        }
    }
    found
}

/// The address of a field `HYPERLINK "address" \o "tip"`.
fn first_address(rest: &str) -> &str {
    rest.trim_start().trim_start_matches('"').split('"').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_judged_by_what_they_do() {
        let cases: [(&str, Option<&Kind>); 11] = [
            (r#"DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc.exe""#, Some(&packages::DDE_COMMAND)),
            (r#" dde "powershell" "-w hidden""#, Some(&packages::DDE_COMMAND)),
            (r#"DDEAUTO"C:\\a\\x.exe" "y""#, Some(&packages::DDE_COMMAND)),
            (r#"DDE Excel "C:\\a\\b.xlsx" "Sheet1!R1C1""#, Some(&packages::DDE_LINK)),
            (r#"INCLUDEPICTURE "http://example.vn/a.png" \* MERGEFORMAT"#, Some(&packages::FAR_CONTENT)),
            (r#"INCLUDETEXT "\\\\10.0.0.1\\a\\b.doc""#, Some(&packages::FAR_CONTENT)),
            (r#"LINK htmlfile "mhtml:http://example.vn!x-usc:http://example.vn""#, Some(&packages::HANDLER_LINK)),
            (r#"INCLUDEPICTURE "C:\\a.png""#, None),
            (r#"HYPERLINK "https://moj.gov.vn" \o "a""#, None),
            (r#"HYPERLINK "javascript:a""#, Some(&packages::ODD_HYPERLINK)),
            ("PAGE \\* MERGEFORMAT", None),
        ];
        for (instruction, expected) in cases {
            let mut signs = Signs::default();
            judge(instruction, Location::Whole, &mut signs);
            match expected {
                Some(kind) => assert!(signs.has(kind), "{instruction}"),
                None => assert!(signs.is_empty(), "{instruction}"),
            }
        }
    }

    #[test]
    fn codes_of_a_nested_field_become_letters() {
        let (mut fields, mut signs) = (Fields::default(), Signs::default());
        fields.begin();
        fields.begin();
        fields.instruction("QUOTE 68 68 69 65 85 84 79");
        fields.end(Location::Whole, &mut signs);
        fields.instruction(" ");
        fields.begin();
        fields.instruction("QUOTE 99 109 100 ");
        fields.instruction("46 101 120 101");
        fields.end(Location::Whole, &mut signs);
        fields.instruction(" /c calc");
        fields.end(Location::Whole, &mut signs);
        assert!(signs.has(&packages::DDE_COMMAND));
    }

    #[test]
    fn fields_beyond_the_depth_do_not_unbalance_the_others() {
        let (mut fields, mut signs) = (Fields::default(), Signs::default());
        fields.begin();
        fields.instruction("DDEAUTO cmd ");
        for _ in 0..MAX_DEPTH * 3 {
            fields.begin();
        }
        for _ in 0..MAX_DEPTH * 3 {
            fields.end(Location::Whole, &mut signs);
        }
        fields.end(Location::Whole, &mut signs);
        assert!(signs.has(&packages::DDE_COMMAND));
    }
}
