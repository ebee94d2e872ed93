//! What is wrong with a file of rules: a code, a place and what to do.

use std::fmt;

use serde::Serialize;

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The rule, or the file, cannot be used.
    Error,
    /// It can be used, but its author should look.
    Warning,
}

/// Which kind of problem. The codes are stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The file is no text of rules.
    Syntax,
    /// One rule has a mistake.
    Rule,
    /// `include` reads another file.
    Include,
    /// A global rule would switch off the rules of others.
    Global,
    /// `khien_types` has a word that is no type.
    Type,
    /// `khien_effect` has a word that is no effect.
    Effect,
    /// `attack` is no technique of ATT&CK.
    Attack,
    /// The value has another kind than text.
    NotText,
    /// The file, or all of them, are too large.
    TooLarge,
    /// There are too many files or rules.
    TooMany,
    /// Two files have the same path.
    SamePath,
    /// The engine has a remark.
    Remark,
}

impl Code {
    /// The code itself.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "R001",
            Self::Rule => "R002",
            Self::Include => "R003",
            Self::Global => "R004",
            Self::Type => "R010",
            Self::Effect => "R011",
            Self::Attack => "R012",
            Self::NotText => "R013",
            Self::TooLarge => "R020",
            Self::TooMany => "R021",
            Self::SamePath => "R022",
            Self::Remark => "R100",
        }
    }

    /// How bad it is.
    pub const fn level(self) -> Level {
        match self {
            Self::Remark => Level::Warning,
            _ => Level::Error,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Syntax => ("tệp quy tắc sai cú pháp", "the file is no text of rules"),
            Self::Rule => ("quy tắc có lỗi", "the rule has a mistake"),
            Self::Include => ("không được dùng lệnh include", "include is not allowed"),
            Self::Global => ("không được dùng quy tắc global", "global rules are not allowed"),
            Self::Type => ("khien_types có loại tệp không tồn tại", "khien_types names a type that does not exist"),
            Self::Effect => ("khien_effect có giá trị không hợp lệ", "khien_effect has a value that does not exist"),
            Self::Attack => ("attack không phải mã kỹ thuật ATT&CK", "attack is no technique of ATT&CK"),
            Self::NotText => ("giá trị phải là chuỗi ký tự", "the value must be a text"),
            Self::TooLarge => ("dung lượng vượt giới hạn", "too large"),
            Self::TooMany => ("số lượng vượt giới hạn", "too many"),
            Self::SamePath => ("hai tệp trùng đường dẫn", "two files have the same path"),
            Self::Remark => ("công cụ có lưu ý", "the engine remarks"),
        }
    }

    /// What to do about it, in Vietnamese and English.
    pub const fn hint(self) -> (&'static str, &'static str) {
        match self {
            Self::Syntax | Self::Rule => (
                "Sửa quy tắc tại vị trí này; công cụ không có các mô-đun magic, cuckoo, vt và time.",
                "Mend the rule at this place; the modules magic, cuckoo, vt and time do not exist here.",
            ),
            Self::Include => (
                "Chép nội dung của tệp kia vào đây, hoặc đưa cả hai tệp vào gói.",
                "Copy the other file's rules to here, or put both files into the pack.",
            ),
            Self::Global => (
                "Bỏ từ global, và gọi quy tắc này trong điều kiện của các quy tắc cần nó.",
                "Drop the word global, and name this rule in the conditions of the rules that need it.",
            ),
            Self::Type => (
                "Dùng một nhóm (office, readable, script, document, archive, …) hoặc mã loại tệp (pdf, rtf, lnk, …).",
                "Use a group (office, readable, script, document, archive, …) or the id of a type (pdf, rtf, lnk, …).",
            ),
            Self::Effect => ("Dùng blocked, suspicious hoặc note.", "Use blocked, suspicious or note."),
            Self::Attack => ("Ghi mã như T1566 hoặc T1566.001.", "Write it like T1566 or T1566.001."),
            Self::NotText => ("Đặt giá trị trong dấu ngoặc kép.", "Put the value in quotation marks."),
            Self::TooLarge | Self::TooMany => ("Chia thành nhiều gói.", "Make several packs of it."),
            Self::SamePath => ("Đổi tên một trong hai tệp.", "Rename one of the two files."),
            Self::Remark => ("Xem lại quy tắc tại vị trí này.", "Look at the rule at this place."),
        }
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1 in letters.
    pub column: usize,
    /// Which kind.
    pub code: Code,
    /// What exactly, in the words of the engine or of the file.
    pub detail: String,
}

impl Problem {
    /// A problem at the byte `at` of `text`.
    pub(crate) fn at(file: &str, text: &str, at: usize, code: Code, detail: impl Into<String>) -> Self {
        let (line, column) = position(text, at);
        Self { file: file.to_owned(), line, column, code, detail: detail.into() }
    }

    /// How bad it is.
    pub const fn level(&self) -> Level {
        self.code.level()
    }

    /// In Vietnamese: what, and what to do.
    pub fn vi(&self) -> String {
        format!("{}: {}: {}. {}", self.place(), self.code.words().0, self.detail, self.code.hint().0)
    }

    /// In English: what, and what to do.
    pub fn en(&self) -> String {
        format!("{}: {}: {}. {}", self.place(), self.code.words().1, self.detail, self.code.hint().1)
    }

    fn place(&self) -> String {
        format!("{}:{}:{}: [{}]", self.file, self.line, self.column, self.code.as_str())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en())
    }
}

/// The line and the column of the byte `at`, both counted from 1.
fn position(text: &str, at: usize) -> (usize, usize) {
    let (mut line, mut column) = (1, 1);
    for (_, letter) in text.char_indices().take_while(|(place, _)| *place < at) {
        if letter == '\n' {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    (line, column)
}
