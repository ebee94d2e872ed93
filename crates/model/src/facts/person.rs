//! Facts about an official or employee (clauses 1.1, 2.4, 3.1, 4.2, 4.7).

use jiff::Timestamp;

use crate::{Listing, Observed};

words! {
    /// How hard a phishing exercise was to recognise (after the deception levels of CISA's Con-PCA).
    pub enum ExerciseDifficulty {
        /// Obvious signs.
        Low = "low",
        /// Some signs.
        Moderate = "moderate",
        /// Well made and aimed at the reader's work.
        High = "high",
    }
}

record! {
    /// Knowing the duties of the directive. Source: the web pages, or a signed sheet recorded by the unit.
    pub struct Duties {
        /// When the duties were given to this person to read.
        pub assigned_at: Observed<Timestamp>,
        /// Whether this person acknowledged having read the version in force.
        pub acknowledged: Observed<bool>,
        /// When, if so.
        pub acknowledged_at: Observed<Timestamp>,
        /// Whether the quiz on the version in force was passed.
        pub quiz_passed: Observed<bool>,
        /// When, if so.
        pub quiz_passed_at: Observed<Timestamp>,
    }

    /// Reading the ministry's security pages.
    pub struct Advisories {
        /// How many published advisories for this person are unread.
        pub unread: Observed<u32>,
        /// When the oldest unread one was published; for somebody who came or was away then, when they came or were back.
        /// Left out when none is unread.
        pub oldest_unread_published_at: Observed<Timestamp>,
        /// When this person last read one.
        pub last_read_at: Observed<Timestamp>,
    }

    /// Studying the listed legal documents, by a person or by a unit as a whole.
    pub struct StudiedDocuments {
        /// How many documents are to be studied.
        pub required: Observed<u32>,
        /// How many of them have been.
        pub studied: Observed<u32>,
        /// Those still to be studied.
        pub outstanding: Observed<Listing<OutstandingDocument>>,
    }

    /// One document still to be studied.
    pub struct OutstandingDocument {
        /// Number and sign, e.g. `116/2025/QH15`.
        pub number: Observed<String>,
        /// When it was given to be studied.
        pub assigned_at: Observed<Timestamp>,
    }

    /// Security training and phishing exercises.
    pub struct Training {
        /// When this person last completed training on files, links and senders.
        pub last_completed_at: Observed<Timestamp>,
        /// The exercises of the last twelve months. Never used to rank named persons.
        pub exercises: Observed<Listing<PhishingExercise>>,
    }

    /// One phishing exercise.
    pub struct PhishingExercise {
        /// When the exercise mail was delivered.
        pub held_at: Observed<Timestamp>,
        /// How hard it was.
        pub difficulty: Observed<ExerciseDifficulty>,
        /// Whether the link or file was opened by the person (not by a scanner).
        pub opened: Observed<bool>,
        /// Whether it was reported as suspicious.
        pub reported: Observed<bool>,
    }

    /// Files this person uploaded to information systems in the last 30 days, and their scan receipts. Source: what the person
    /// writes down on the page `/scan/uploads`, and the receipts of the page `/scan`. osquery has no table for it.
    pub struct OwnUploads {
        /// Files uploaded. Zero for a person who uploads nothing; unknown until the person has said that the list is whole.
        pub uploaded: Observed<u32>,
        /// Of these, files with a scan receipt of the same content from before the upload. A file that could not be inspected
        /// has none.
        pub with_receipt: Observed<u32>,
        /// Of these, files that were uploaded although the scan found malware.
        pub infected_uploaded: Observed<u32>,
    }
}
