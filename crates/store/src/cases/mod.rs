//! Case data out of exported lists: what a list comes to for each unit, causes, reviews; and what becomes known by it.
//!
//! The rows of a list are not kept. Of a row that must be corrected there is its number, the number of the case and what is
//! wrong with it.

mod causes;
mod facts;
mod profiles;
mod results;
mod reviews;
mod uploads;

pub use causes::{Cause, MAX_CAUSE_NOTE, MAX_CAUSES, causes_of, record_cause, take_cause_back};
pub use facts::say_again;
pub use profiles::{keep_profile, profile};
pub use results::{CaseResult, Figures, MAX_RESULTS, keep, latest_of_all, of_unit, of_upload};
pub use reviews::{MAX_REVIEW_NOTE, Review, latest_reviews, review, reviews_of};
pub use uploads::{
    MAX_FILE_NAME, MAX_OUTCOME_BYTES, Profile, Upload, UploadSource, UploadState, ask, confirm, discard, fail, find,
    insert, recent, say_progress, start,
};
