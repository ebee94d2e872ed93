//! Facts about a unit of the organisation (clauses 1.2 to 1.6, 5.1).

use jiff::{SignedDuration, Timestamp};

use crate::{Listing, Observed};

words! {
    /// A role that a directive asks a unit to fill.
    pub enum UnitRole {
        /// Head of the unit (người đứng đầu đơn vị).
        Head = "head",
        /// IT focal officer (đầu mối CNTT).
        ItFocalOfficer = "it_focal_officer",
        /// Independent assessor (bộ phận đánh giá độc lập).
        IndependentAssessor = "independent_assessor",
    }
}

record! {
    /// Digital-transformation and security tasks of the unit.
    pub struct Tasks {
        /// Whether a plan for the current year was approved.
        pub plan_approved: Observed<bool>,
        /// Every task assigned to the unit that is open or was due this year.
        pub assigned: Observed<Listing<UnitTask>>,
    }

    /// One task.
    pub struct UnitTask {
        /// Its short title.
        pub title: Observed<String>,
        /// Whether someone answers for it by name.
        pub has_owner: Observed<bool>,
        /// The deadline.
        pub due_at: Observed<Timestamp>,
        /// Whether it is done.
        pub done: Observed<bool>,
        /// How many files of evidence are attached.
        pub evidence_count: Observed<u32>,
    }

    /// Who holds which role, by dated decisions.
    pub struct Roles {
        /// The roles held now.
        pub held: Observed<Listing<RoleHolder>>,
    }

    /// One role held by one person.
    pub struct RoleHolder {
        /// The role.
        pub role: Observed<UnitRole>,
        /// The person's id.
        pub person: Observed<String>,
        /// Number and sign of the decision that appoints the person.
        pub decision: Observed<String>,
        /// Whether the person has the qualification the role asks for.
        pub qualified: Observed<bool>,
        /// When the person took up the role.
        pub since: Observed<Timestamp>,
    }

    /// The head's review of the unit's results.
    pub struct SignOff {
        /// When the head last signed off the unit's results.
        pub signed_off_at: Observed<Timestamp>,
    }

    /// Quality and timeliness of the case data in the case-management software. Source: an export checked by the rules
    /// F1 to F8; the names of parties are dropped at import.
    pub struct CaseData {
        /// When the export was made.
        pub exported_at: Observed<Timestamp>,
        /// Cases in the export that are not closed.
        pub open_cases: Observed<u32>,
        /// Cases that met every legal time limit that applies to them.
        pub timely_cases: Observed<u32>,
        /// Cases that missed a legal time limit, without those of which the unit has recorded that the software is the cause.
        pub late_cases: Observed<u32>,
        /// Cases that missed a legal time limit because of the software, as the unit has recorded: counted apart.
        pub late_by_system_cases: Observed<u32>,
        /// Cases whose timeliness cannot be told because a date is missing.
        pub undecided_cases: Observed<u32>,
        /// Cases that missed no limit and lack no date, to which a limit applies that no source at hand gives. While there are
        /// any, nobody knows that no case is late.
        pub unsourced_cases: Observed<u32>,
        /// Middle value of the time from an event to its entry. Known only from a list that says when each case was entered.
        pub median_entry_lag: Observed<SignedDuration>,
        /// The same at most: middle value of the time from the last event of a case to its last change, which is no earlier
        /// than the entry. The same as `median_entry_lag` where that is known.
        pub median_entry_lag_at_most: Observed<SignedDuration>,
        /// Open cases that nobody touched for longer than the office allows.
        pub stale_cases: Observed<u32>,
        /// Cases that lack a required field.
        pub incomplete_cases: Observed<u32>,
        /// Cases that contradict themselves (order of dates, amounts, duplicates).
        pub inconsistent_cases: Observed<u32>,
        /// When the head last recorded a review of the data.
        pub head_reviewed_at: Observed<Timestamp>,
    }

    /// Use of the online public services, by month.
    pub struct OnlineServices {
        /// The months reported, newest last.
        pub months: Observed<Listing<OnlineServiceMonth>>,
    }

    /// The figures of one month.
    pub struct OnlineServiceMonth {
        /// The first moment of the month (UTC+07:00).
        pub month_start: Observed<Timestamp>,
        /// Files received.
        pub received: Observed<u32>,
        /// Of these, received online.
        pub received_online: Observed<u32>,
        /// Of those settled, settled on time.
        pub settled_on_time: Observed<u32>,
        /// Settled in the month.
        pub settled: Observed<u32>,
        /// Files received that were digitised.
        pub digitised: Observed<u32>,
        /// Files received whose fees were paid online.
        pub paid_online: Observed<u32>,
    }

    /// Difficulties reported to the provincial office and their answers.
    pub struct Difficulties {
        /// Whether the unit has said, this month, that it has difficulties or none.
        pub reported_this_month: Observed<bool>,
        /// Reports that are open or were answered in the last twelve months.
        pub reports: Observed<Listing<DifficultyReport>>,
    }

    /// One reported difficulty.
    pub struct DifficultyReport {
        /// The number of the ticket.
        pub ticket: Observed<String>,
        /// When it was reported.
        pub reported_at: Observed<Timestamp>,
        /// Whether the office has answered.
        pub answered: Observed<bool>,
        /// When the answer is or was due.
        pub answer_due_at: Observed<Timestamp>,
    }
}
