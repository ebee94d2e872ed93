//! What can go wrong, in the words of whoever runs the place. No error of the SQL library leaves this crate.

use std::fmt;

/// Why something could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The database cannot be used now; what was asked for may work later, unchanged.
    Unavailable {
        /// What stands in the way.
        reason: Unavailable,
        /// In the words of the engine.
        detail: String,
    },
    /// The database holds something that this program did not write.
    Corrupt {
        /// What is damaged, and what to do.
        what: String,
    },
    /// Somebody else did it first, or it contradicts what is there.
    Conflict {
        /// What it collides with.
        what: String,
    },
    /// There is no such thing.
    NotFound,
    /// More than is allowed at once.
    TooMany {
        /// How much is allowed.
        limit: usize,
    },
    /// It makes no sense.
    Invalid {
        /// Why not.
        what: String,
    },
}

/// Why the database cannot be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// It does not answer.
    Away,
    /// Its disk is full.
    DiskFull,
    /// It may only be read.
    ReadOnly,
    /// Somebody else holds it for too long.
    Locked,
    /// More was handed in than can be written.
    Busy,
}

impl Unavailable {
    /// What to do about it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Away => "check that the database is running and can be reached",
            Self::DiskFull => "make room on the disk that holds the database",
            Self::ReadOnly => {
                "let this program write to the database: check the rights on the file and its folder, or whether the server is a standby"
            }
            Self::Locked => "find the other program that uses the database and stop it",
            Self::Busy => "try again in a moment",
        }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Away => "the database does not answer",
            Self::DiskFull => "the disk of the database is full",
            Self::ReadOnly => "the database may only be read",
            Self::Locked => "the database is locked by somebody else",
            Self::Busy => "more reports come in than can be written",
        })
    }
}

impl StoreError {
    /// A stable code for logs and for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable { reason: Unavailable::Away, .. } => "store-away",
            Self::Unavailable { reason: Unavailable::DiskFull, .. } => "store-disk-full",
            Self::Unavailable { reason: Unavailable::ReadOnly, .. } => "store-read-only",
            Self::Unavailable { reason: Unavailable::Locked, .. } => "store-locked",
            Self::Unavailable { reason: Unavailable::Busy, .. } => "store-busy",
            Self::Corrupt { .. } => "store-corrupt",
            Self::Conflict { .. } => "conflict",
            Self::NotFound => "not-found",
            Self::TooMany { .. } => "too-many",
            Self::Invalid { .. } => "invalid",
        }
    }

    /// Something that this program did not write.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }

    /// Something that makes no sense.
    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }

    /// The same, naming the database it happened in. Of use where somebody has to do something with that very file.
    pub(crate) fn about(self, place: &str) -> Self {
        match self {
            Self::Unavailable { reason, detail } if !detail.contains(place) => {
                Self::Unavailable { reason, detail: format!("{place}: {detail}") }
            }
            Self::Corrupt { what } if !what.contains(place) => Self::Corrupt { what: format!("{place}: {what}") },
            other => other,
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable { reason, detail } => write!(formatter, "{reason} ({detail}); {}", reason.hint()),
            Self::Corrupt { what } => {
                write!(formatter, "the database is damaged ({what}); put a backup back with `khien restore`")
            }
            Self::Conflict { what } => write!(formatter, "this contradicts what is there: {what}"),
            Self::NotFound => formatter.write_str("there is no such thing"),
            Self::TooMany { limit } => write!(formatter, "more than {limit} at once"),
            Self::Invalid { what } => formatter.write_str(what),
        }
    }
}

impl std::error::Error for StoreError {}

/// The primary result code of SQLite is the low byte of what it gives.
const SQLITE_PRIMARY: u32 = 0xff;

/// PostgreSQL's codes have five characters, SQLite's are shorter numbers.
const SQLSTATE_LENGTH: usize = 5;

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let away = |detail: String| Self::Unavailable { reason: Unavailable::Away, detail };
        match &error {
            sqlx::Error::Database(database) => {
                let detail = database.message().to_owned();
                let code = database.code().unwrap_or_default();
                if code.len() == SQLSTATE_LENGTH { of_postgres(&code, detail) } else { of_sqlite(&code, detail) }
            }
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Configuration(problem) => Self::Invalid { what: problem.to_string() },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::BeginFailed => away(error.to_string()),
            _ => Self::Corrupt { what: error.to_string() },
        }
    }
}

fn of_sqlite(code: &str, detail: String) -> StoreError {
    let number: u32 = code.parse().unwrap_or_default();
    let unavailable = |reason, detail| StoreError::Unavailable { reason, detail };
    match number & SQLITE_PRIMARY {
        5 | 6 => unavailable(Unavailable::Locked, detail),
        8 => unavailable(Unavailable::ReadOnly, detail),
        13 => unavailable(Unavailable::DiskFull, detail),
        // Rights are missing, the file cannot be opened, or the disk fails: nothing is known to be damaged.
        3 | 10 | 14 => unavailable(Unavailable::Away, detail),
        11 | 26 => StoreError::Corrupt { what: detail },
        19 => StoreError::Conflict { what: detail },
        _ => StoreError::Corrupt { what: format!("{detail} (SQLite says {code})") },
    }
}

fn of_postgres(code: &str, detail: String) -> StoreError {
    let unavailable = |reason, detail| StoreError::Unavailable { reason, detail };
    match code {
        "53100" => unavailable(Unavailable::DiskFull, detail),
        "25006" => unavailable(Unavailable::ReadOnly, detail),
        // Two transactions waited for each other, or one waited too long: the same again will do.
        "40001" | "40P01" | "55P03" | "57014" => unavailable(Unavailable::Locked, detail),
        "XX001" | "XX002" => StoreError::Corrupt { what: detail },
        _ if code.starts_with("23") => StoreError::Conflict { what: detail },
        _ if code.starts_with("08") || code.starts_with("53") || code.starts_with("57P") => {
            unavailable(Unavailable::Away, detail)
        }
        _ if code.starts_with("28") || code == "3D000" => StoreError::Invalid { what: detail },
        _ => StoreError::Corrupt { what: format!("{detail} (PostgreSQL says {code})") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_words_become_ours() {
        let unavailable = |reason| StoreError::Unavailable { reason, detail: "x".into() };
        let corrupt = || StoreError::Corrupt { what: "x".into() };
        let cases = [
            (of_sqlite("13", "x".into()), unavailable(Unavailable::DiskFull)),
            (of_sqlite("1032", "x".into()), unavailable(Unavailable::ReadOnly)),
            (of_sqlite("517", "x".into()), unavailable(Unavailable::Locked)),
            (of_sqlite("26", "x".into()), corrupt()),
            (of_sqlite("2067", "x".into()), StoreError::Conflict { what: "x".into() }),
            (of_postgres("53100", "x".into()), unavailable(Unavailable::DiskFull)),
            (of_postgres("57P01", "x".into()), unavailable(Unavailable::Away)),
            (of_postgres("25006", "x".into()), unavailable(Unavailable::ReadOnly)),
            (of_postgres("40P01", "x".into()), unavailable(Unavailable::Locked)),
            (of_postgres("XX001", "x".into()), corrupt()),
            (of_postgres("23505", "x".into()), StoreError::Conflict { what: "x".into() }),
        ];
        for (got, expected) in cases {
            assert_eq!(got, expected);
        }
    }

    #[test]
    fn a_message_says_what_to_do() {
        let full = StoreError::Unavailable { reason: Unavailable::DiskFull, detail: "database or disk is full".into() };
        assert_eq!(
            full.about("/var/lib/khien/khien.db").to_string(),
            "the disk of the database is full (/var/lib/khien/khien.db: database or disk is full); make room on the disk \
             that holds the database"
        );
        let damaged = StoreError::corrupt("file is not a database").about("/var/lib/khien/khien.db").to_string();
        assert!(damaged.contains("/var/lib/khien/khien.db") && damaged.contains("khien restore"), "{damaged}");
    }
}
