//! Who may do what: a table of role × resource × action under version control, and one function that asks it.
//!
//! [`TABLE`] says how far each role reaches for each thing that can be done; [`may`] compares that with where the thing
//! is. Nothing here reads a clock or a database: rights are made for one day out of dated appointments, so a role that
//! was taken away is gone at the next request.
//!
//! What the table cannot say stands in [`may`] and is tested there: the past is never changed, nobody decides about what
//! they asked for themselves or what concerns them, and whoever has no role reaches only their own things.

mod denied;
mod reach;
mod table;
#[cfg(test)]
mod tests;

use jiff::civil::Date;
use khien_model::{TreeOnDay, UnitIndex, Validity, words};

pub use denied::Denied;
/// What a person is appointed to, for a unit and everything below it.
pub use khien_store::roles::RoleKind as Role;
pub use reach::Reach;
pub use table::{Line, TABLE, golden};

words! {
    /// What is looked at or changed.
    pub enum Resource {
        /// The roll-up of units and clauses.
        Overview = "overview",
        /// One unit: its red list, who answers for it, its trend.
        Unit = "unit",
        /// The shape of the tree: units founded, renamed, moved, merged, split.
        Organisation = "organisation",
        /// A device, account, mailbox or system with its facts and findings.
        Subject = "subject",
        /// A person with their findings.
        Person = "person",
        /// Somebody's own list of what to do.
        WorkList = "work_list",
        /// What one control asks, on what basis, and how to meet it.
        Control = "control",
        /// Versions of the directive: loading, comparing, activating.
        Directive = "directive",
        /// Exemptions from controls.
        Exemption = "exemption",
        /// The monthly confirmation by the head of a unit.
        SignOff = "sign_off",
        /// Campaigns by which the directive is brought to everybody, and who is missing.
        Campaign = "campaign",
        /// Having read and understood the duties: one's own, and what the unit records for others (sheets, leave).
        Duties = "duties",
        /// Tasks of units: how far they are, what shows it, more time.
        Task = "task",
        /// Giving tasks to units, and taking them back.
        TaskAssignment = "task_assignment",
        /// The plan of a unit for a year.
        UnitPlan = "unit_plan",
        /// The register of legal documents and their texts, and who is to study them.
        Document = "document",
        /// Having studied legal documents: one's own, and what the unit records.
        Study = "study",
        /// Security advisories: posts, and the feeds that they come from.
        Advisory = "advisory",
        /// Having read advisories.
        AdvisoryReads = "advisory_reads",
        /// What a unit's lists of cases come to, and sending another list.
        CaseData = "case_data",
        /// The rows of a list that are to be corrected, and the counts by enforcement officer: for use inside the unit only.
        CaseDetail = "case_detail",
        /// Monthly figures on the online public services.
        OnlineServices = "online_services",
        /// Tokens by which other programs send lists of cases.
        UploadToken = "upload_token",
        /// Having files looked into before an upload: one's own scans, counts of those of a unit.
        Scan = "scan",
        /// What people say they have uploaded to information systems.
        OwnUpload = "own_upload",
        /// Systems that files are uploaded to, the gates before them, and what became of the files.
        Gate = "gate",
        /// "It is mended, check again" and "I need help".
        Request = "request",
        /// Who has which role, when.
        Role = "role",
        /// Names, passwords and second factors by which people sign in.
        Login = "login",
        /// Tokens by which devices enrol.
        EnrolmentToken = "enrolment_token",
        /// Lists of people, devices and units on their way in.
        Import = "import",
        /// Where the accounts of the ministry's systems are known from, and whose each account is.
        Connector = "connector",
        /// Settings of the installation.
        Setting = "setting",
        /// What was changed and seen, by whom.
        AuditLog = "audit_log",
    }
}

words! {
    /// What is done with it.
    pub enum Action {
        /// Look at it.
        View = "view",
        /// Make, change or remove it.
        Change = "change",
        /// Ask for it.
        Ask = "ask",
        /// Decide about what somebody asked for.
        Decide = "decide",
        /// Confirm it as the one who answers for the unit.
        Sign = "sign",
    }
}

words! {
    /// How far a right reaches.
    pub enum Scope {
        /// Nowhere.
        None = "-",
        /// What belongs to the person themselves.
        OwnPerson = "own person",
        /// The unit of the role, not what is below it.
        OwnUnit = "own unit",
        /// The unit of the role and everything below it; everything for a role without a unit.
        OwnSubtree = "own subtree",
        /// The whole installation, for roles that are not bound to a unit.
        Installation = "installation",
        /// Everything, whatever unit the role is bound to.
        Everything = "everything",
    }
}

/// A dated role, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appointment {
    /// The role.
    pub role: Role,
    /// The id of the unit it holds for, with everything below; `None`: for everything.
    pub unit: Option<String>,
    /// When it holds.
    pub validity: Validity,
}

/// A role that holds today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: Role,
    /// The id of the unit it holds for, with everything below; `None`: for everything.
    pub unit: Option<String>,
}

/// How far somebody has got with signing in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Standing {
    /// Nobody is signed in.
    #[default]
    Nobody,
    /// A password was right, and something is still due: a second factor, a new password.
    Unfinished,
    /// Signed in.
    Complete,
}

/// What one person may do on one day. The default is nobody, who may do nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    standing: Standing,
    person: String,
    today: Date,
    grants: Vec<Grant>,
}

/// Where a thing is: what [`may`] compares with the reach of a role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The unit it belongs to on the day that is looked at; `None` when it belongs to none or to the whole installation.
    pub unit: Option<UnitIndex>,
    /// The ids of the people whose data it is: the person themselves, the holders of a device.
    pub people: &'a [&'a str],
    /// Who asked for what is being decided.
    pub asked_by: Option<&'a str>,
}

impl<'a> Place<'a> {
    /// What belongs to the installation as a whole.
    pub const INSTALLATION: Place<'static> = Place { unit: None, people: &[], asked_by: None };

    /// What belongs to a unit.
    pub fn unit(unit: UnitIndex) -> Self {
        Self { unit: Some(unit), ..Self::default() }
    }

    /// What belongs to people, in the unit they are assigned to.
    pub fn people(unit: Option<UnitIndex>, people: &'a [&'a str]) -> Self {
        Self { unit, people, asked_by: None }
    }
}

/// What a route needs before its handler runs. The handler still asks [`may`] about the one thing it handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    /// Nothing: anybody may ask, signed in or not. Every such route is in a list under version control.
    Anyone,
    /// A password was given; something may still be due: second factor, change of the password.
    SigningIn,
    /// To be signed in, whatever the role: it is about one's own things only.
    SignedIn,
    /// A role that may do this to something.
    May(Action, Resource),
    /// To be an enrolled device: the request carries its signature, which the handler verifies.
    Device,
    /// To have a token for programs, which the handler looks at before it reads on.
    Token,
    /// To watch over the server itself: from this machine, or with the token of the settings.
    Operator,
}

impl std::fmt::Display for Right {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Anyone => formatter.write_str("anyone"),
            Self::SigningIn => formatter.write_str("signing in"),
            Self::SignedIn => formatter.write_str("signed in"),
            Self::May(action, resource) => write!(formatter, "{action} {resource}"),
            Self::Device => formatter.write_str("device"),
            Self::Token => formatter.write_str("token"),
            Self::Operator => formatter.write_str("operator"),
        }
    }
}

/// Whether `role` may look at days before today.
pub const fn looks_back(role: Role) -> bool {
    !matches!(role, Role::Official)
}

/// Whether whoever has `role` must give a second factor, whatever the settings say.
pub const fn needs_second_factor(role: Role) -> bool {
    matches!(role, Role::Administrator)
}

impl Rights {
    /// The rights of `person` today, out of their appointments.
    ///
    /// Everybody is an official with regard to their own things, but an assessor, who changes nothing.
    pub fn new(person: impl Into<String>, today: Date, appointments: impl IntoIterator<Item = Appointment>) -> Self {
        let mut grants: Vec<Grant> = appointments
            .into_iter()
            .filter(|appointment| appointment.validity.contains(today))
            .map(|appointment| Grant { role: appointment.role, unit: appointment.unit })
            .collect();
        if grants.iter().all(|grant| grant.role != Role::Official && grant.role != Role::Assessor) {
            grants.push(Grant { role: Role::Official, unit: None });
        }
        Self { standing: Standing::Complete, person: person.into(), today, grants }
    }

    /// The rights of somebody whose sign-in is not finished: none but to finish it.
    pub fn unfinished(person: impl Into<String>, today: Date) -> Self {
        Self { standing: Standing::Unfinished, person: person.into(), today, grants: Vec::new() }
    }

    /// How far signing in has got.
    pub fn standing(&self) -> Standing {
        self.standing
    }

    /// Whether `right` is had for something at least. Rights that do not come from roles ([`Right::Device`],
    /// [`Right::Token`], [`Right::Operator`]) are not decided here but by whoever handles such a request.
    pub fn allow(&self, right: Right) -> bool {
        match right {
            Right::Anyone | Right::Device | Right::Token | Right::Operator => true,
            Right::SigningIn => self.standing != Standing::Nobody,
            Right::SignedIn => self.standing == Standing::Complete,
            Right::May(action, resource) => self.could(action, resource),
        }
    }

    /// The id of the person.
    pub fn person(&self) -> &str {
        &self.person
    }

    /// The day for which these are the rights.
    pub fn today(&self) -> Date {
        self.today
    }

    /// The roles that hold today.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// Whether one of the roles that hold today is `role`.
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    /// Whether some role may do this to something: what a route and a menu ask before anything is looked up.
    pub fn could(&self, action: Action, resource: Resource) -> bool {
        self.grants.iter().any(|grant| match table::scope(grant.role, resource, action) {
            Scope::None => false,
            Scope::Installation => grant.unit.is_none(),
            Scope::OwnPerson | Scope::OwnUnit | Scope::OwnSubtree | Scope::Everything => true,
        })
    }
}

/// Whether `rights` allow `action` on the `resource` at `place`, in the tree of the day that is looked at.
///
/// A unit that did not exist on that day is reached through whoever took over from it: the head of a merged unit sees the
/// past of the units that were merged.
pub fn may(
    rights: &Rights,
    action: Action,
    resource: Resource,
    place: &Place<'_>,
    tree: &TreeOnDay<'_>,
) -> Result<(), Denied> {
    let denied = |why: fn(Action, Resource) -> Denied| Err(why(action, resource));
    let is_past = tree.day() < rights.today;
    if is_past && action != Action::View {
        return denied(|action, resource| Denied::PastIsFixed { action, resource });
    }
    let concerns_self = place.asked_by == Some(rights.person()) || place.people.contains(&rights.person());
    if action == Action::Decide && concerns_self {
        return denied(|action, resource| Denied::OwnCase { action, resource });
    }
    if !rights.could(action, resource) {
        return denied(|action, resource| Denied::NoRole { action, resource });
    }
    let mut only_today = false;
    for grant in &rights.grants {
        if reaches(rights, grant, action, resource, place, tree) {
            if !is_past || looks_back(grant.role) {
                return Ok(());
            }
            only_today = true;
        }
    }
    if only_today {
        return denied(|action, resource| Denied::OnlyToday { action, resource });
    }
    denied(|action, resource| Denied::OutOfReach { action, resource })
}

fn reaches(
    rights: &Rights,
    grant: &Grant,
    action: Action,
    resource: Resource,
    place: &Place<'_>,
    tree: &TreeOnDay<'_>,
) -> bool {
    match table::scope(grant.role, resource, action) {
        Scope::None => false,
        Scope::OwnPerson => place.people.contains(&rights.person()),
        Scope::OwnUnit => match (&grant.unit, place.unit) {
            (Some(own), Some(unit)) => tree.contains(unit) && tree.tree().unit(unit).id == *own,
            _ => false,
        },
        Scope::OwnSubtree => match (&grant.unit, place.unit) {
            (None, _) => true,
            (Some(own), Some(unit)) => reach::is_below(own, unit, tree, rights.today),
            (Some(_), None) => false,
        },
        Scope::Installation => grant.unit.is_none(),
        Scope::Everything => true,
    }
}
