//! Risky files that came from the network.

use jiff::Timestamp;

use crate::{Listing, Observed};

record! {
    /// Files of risky types that a browser recorded as downloaded and that are still there. No osquery table comes near.
    pub struct Downloads {
        /// Each such file of the last 90 days.
        pub risky: Observed<Listing<RiskyDownload>>,
    }

    /// One downloaded file of a risky type (programs, scripts, macro documents, archives, disk images).
    pub struct RiskyDownload {
        /// The file's name, without its folder.
        pub file_name: Observed<String>,
        /// Its extension, lower case, without the dot.
        pub extension: Observed<String>,
        /// The user who downloaded it.
        pub user: Observed<String>,
        /// The host it came from; empty when the browser recorded none.
        pub origin_host: Observed<String>,
        /// Whether that host is a protected ministry host or another government host (`gov.vn` and below).
        pub origin_government: Observed<bool>,
        /// When it was downloaded.
        pub downloaded_at: Observed<Timestamp>,
        /// Whether it can run: a program, a script, or a document with macros by its extension.
        pub executable: Observed<bool>,
    }
}
