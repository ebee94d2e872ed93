//! Why something was not looked into.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Which bound was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The size of the file, in bytes.
    InputBytes,
    /// How much was unpacked, all together, in bytes.
    UnpackedBytes,
    /// How much larger it is than the file it came from.
    Ratio,
    /// The size of one thing, in bytes.
    NodeBytes,
    /// How deeply things lie in one another.
    Depth,
    /// How many things there are.
    Nodes,
    /// The length of a name, in bytes.
    NameBytes,
    /// How many passwords were tried.
    PasswordTries,
    /// How many findings there are.
    Findings,
    /// A bound of one reader: how many entries, tables or steps it takes.
    Reader,
    /// Time, in seconds: set by who calls the engine.
    Seconds,
}

/// Why something was not looked into, or not to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Reason {
    /// It asks for a password that is not known.
    Encrypted,
    /// It is packed in a way that is not read here; the text names the way.
    Unsupported {
        /// The method, version or feature, e.g. `zip method 99`.
        what: String,
    },
    /// Its form is damaged, or was made to look so; the text says what does not fit.
    Damaged {
        /// What does not fit, for a technician.
        what: String,
    },
    /// It is a part of something whose other parts are not here.
    Incomplete {
        /// Which part is missing.
        what: String,
    },
    /// A bound was reached.
    Limit {
        /// Which.
        limit: Limit,
        /// Its number.
        number: u64,
    },
    /// What kind of file it is was not recognised.
    UnknownType,
    /// The program that read it ended unexpectedly.
    ReaderCrashed,
    /// What should look into it could not be asked; the text names it.
    Unavailable {
        /// What, e.g. `clamd`.
        what: String,
    },
}

impl Reason {
    /// A [`Reason::Damaged`].
    pub fn damaged(what: impl Into<String>) -> Self {
        Self::Damaged { what: what.into() }
    }

    /// A [`Reason::Unsupported`].
    pub fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    /// A [`Reason::Incomplete`].
    pub fn incomplete(what: impl Into<String>) -> Self {
        Self::Incomplete { what: what.into() }
    }

    /// A [`Reason::Limit`].
    pub fn limit(limit: Limit, number: u64) -> Self {
        Self::Limit { limit, number }
    }

    /// In Vietnamese, one sentence without its full stop.
    pub fn vi(&self) -> String {
        match self {
            Self::Encrypted => "nội dung được bảo vệ bằng mật khẩu".to_owned(),
            Self::Unsupported { what } => format!("chưa hỗ trợ cách đóng gói này ({what})"),
            Self::Damaged { what } => format!("cấu trúc bị hỏng ({what})"),
            Self::Incomplete { what } => format!("thiếu phần còn lại ({what})"),
            Self::Limit { limit, number } => limit.vi(*number),
            Self::UnknownType => "không nhận ra loại tệp".to_owned(),
            Self::ReaderCrashed => "bộ đọc đã dừng đột ngột".to_owned(),
            Self::Unavailable { what } => format!("không hỏi được {what}"),
        }
    }

    /// In English, one sentence without its full stop.
    pub fn en(&self) -> String {
        match self {
            Self::Encrypted => "its content is protected by a password".to_owned(),
            Self::Unsupported { what } => format!("this way of packing is not read here ({what})"),
            Self::Damaged { what } => format!("its form is damaged ({what})"),
            Self::Incomplete { what } => format!("a part of it is not here ({what})"),
            Self::Limit { limit, number } => limit.en(*number),
            Self::UnknownType => "the kind of file was not recognised".to_owned(),
            Self::ReaderCrashed => "the reader ended unexpectedly".to_owned(),
            Self::Unavailable { what } => format!("{what} could not be asked"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.en())
    }
}

impl Limit {
    fn vi(self, number: u64) -> String {
        match self {
            Self::InputBytes => format!("tệp lớn hơn giới hạn {number} byte"),
            Self::UnpackedBytes => format!("giải nén ra nhiều hơn {number} byte"),
            Self::Ratio => format!("giải nén ra lớn hơn {number} lần so với tệp gốc"),
            Self::NodeBytes => format!("một thành phần lớn hơn {number} byte"),
            Self::Depth => format!("lồng nhau quá {number} lớp"),
            Self::Nodes => format!("có nhiều hơn {number} thành phần"),
            Self::NameBytes => format!("tên dài hơn {number} byte"),
            Self::PasswordTries => format!("đã thử {number} mật khẩu"),
            Self::Findings => format!("có nhiều hơn {number} dấu hiệu"),
            Self::Reader => format!("vượt giới hạn {number} của bộ đọc"),
            Self::Seconds => format!("chưa xong sau {number} giây"),
        }
    }

    fn en(self, number: u64) -> String {
        match self {
            Self::InputBytes => format!("the file is larger than {number} bytes"),
            Self::UnpackedBytes => format!("more than {number} bytes come out of it"),
            Self::Ratio => format!("what comes out of it is more than {number} times larger"),
            Self::NodeBytes => format!("one part is larger than {number} bytes"),
            Self::Depth => format!("parts lie in one another more than {number} deep"),
            Self::Nodes => format!("it has more than {number} parts"),
            Self::NameBytes => format!("a name is longer than {number} bytes"),
            Self::PasswordTries => format!("{number} passwords were tried"),
            Self::Findings => format!("more than {number} things were found"),
            Self::Reader => format!("a bound of the reader, {number}, was reached"),
            Self::Seconds => format!("it was not done after {number} seconds"),
        }
    }
}
