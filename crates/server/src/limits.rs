//! Every bound of the server, by name. Reaching one is said: in the answer, in the log, or in the metrics.

use std::time::Duration;

/// How many bytes the body of an ordinary form may have.
pub const MAX_FORM_BYTES: usize = 256 * 1024;
/// How many bytes an uploaded list or directive may have, with the rest of its form.
pub const MAX_UPLOAD_BYTES: usize = 16 * 1024 * 1024;
/// How many bytes a list of cases may have: the bound of [`khien_tables::Limits::CASES`]. It goes to the disk, not to memory.
pub const MAX_LIST_BYTES: usize = 96 * 1024 * 1024;
/// How many parts an upload may have.
pub const MAX_UPLOAD_PARTS: usize = 32;
/// How many bytes the body of a request to the administrators' API may have.
pub const MAX_API_BYTES: usize = 64 * 1024;
/// How many bytes a request without a body may nevertheless send.
pub const MAX_NO_BODY_BYTES: usize = 1024;

/// How long an ordinary request may take, reading its body included.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);
/// How long an upload may take: sixteen mebibytes on a slow line.
pub const UPLOAD_TIME: Duration = Duration::from_mins(3);

/// How long a list of cases may take to come, and to be checked where whoever sends it waits for the result.
pub const LIST_TIME: Duration = Duration::from_mins(10);
/// How many lists of cases are checked at once; others wait. Each takes a thread and the memory of a list's own texts.
pub const LISTS_AT_ONCE: usize = 2;

/// How many bytes a form with files to be looked into may have, all files together. How large one of them may be follows from
/// the settings of scanning.
pub const MAX_SCAN_BYTES: usize = 512 * 1024 * 1024;
/// How long such a form may take to come, over a slow line, and to be looked into.
pub const SCAN_TIME: Duration = Duration::from_mins(30);

/// How many files, or forms with files, may at once be on their way to being looked into: coming in, waiting, or under the eyes
/// of a worker. Each may have the largest size on the disk.
pub const SCAN_PLACES: usize = 32;

/// How many parts a form may have by which an application has files looked into.
pub const MAX_SCAN_FILES: usize = 20;

/// How many letters a cookie of ours may have; what is longer was not made here.
pub const MAX_COOKIE_LETTERS: usize = 128;
/// How many cookies of a request are looked at.
pub const MAX_COOKIES: usize = 64;
/// How many languages of `Accept-Language` are looked at.
pub const MAX_ACCEPTED_LANGUAGES: usize = 16;
/// How many letters a path may have to be a place to return to after signing in.
pub const MAX_RETURN_LETTERS: usize = 1024;

/// How long the cookie that remembers the language lives.
pub const LANGUAGE_COOKIE_TIME: Duration = Duration::from_hours(24 * 365);
/// How long the cookie of a visitor who is not signed in lives: as long as filling in the sign-in form may take.
pub const VISITOR_COOKIE_TIME: Duration = Duration::from_hours(12);
/// How long the word about what was just done waits for the next page.
pub const FLASH_COOKIE_TIME: Duration = Duration::from_mins(1);
/// How long a browser keeps a file whose name changes with its content.
pub const ASSET_CACHE_TIME: Duration = Duration::from_hours(24 * 365);
/// How long a browser remembers that this server is only spoken to over TLS.
pub const STRICT_TRANSPORT_TIME: Duration = Duration::from_hours(24 * 365);
