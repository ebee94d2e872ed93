//! The table: how far each role reaches for each action on each resource.

use Action::{Ask, Change, Decide, Sign, View};
use Scope::{
    Everything as All, Installation as Whole, None as No, OwnPerson as Own, OwnSubtree as Tree, OwnUnit as Unit,
};

use super::{Action, Resource, Role, Scope, looks_back, needs_second_factor};

/// One line of the table. What has no line is allowed to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What is looked at or changed.
    pub resource: Resource,
    /// What is done with it.
    pub action: Action,
    /// How far each role reaches, in the order of [`Role::ALL`].
    pub scopes: [Scope; Role::ALL.len()],
}

const fn line(resource: Resource, action: Action, scopes: [Scope; Role::ALL.len()]) -> Line {
    Line { resource, action, scopes }
}

/// Who may do what. `golden/rights.txt` is this table for people to read; the two are compared by a test.
#[rustfmt::skip]
pub const TABLE: &[Line] = &[
    //                                       administrator
    //                                       |     provincial_office
    //                                       |     |     unit_head
    //                                       |     |     |     it_focal_officer
    //                                       |     |     |     |     official
    //                                       |     |     |     |     |    assessor
    line(Resource::Overview,       View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    line(Resource::Unit,           View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    // Merging and splitting moves people and devices between units, so a role for one of them is not enough.
    line(Resource::Organisation,   View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    line(Resource::Organisation,   Change,  [Whole, No,  No,   No,   No,  No]),
    line(Resource::Subject,        View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Subject,        Change,  [Tree, No,   No,   Tree, No,  No]),
    line(Resource::Person,         View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Person,         Change,  [Tree, No,   No,   No,   No,  No]),
    line(Resource::WorkList,       View,    [Own,  Own,  Own,  Own,  Own, No]),
    // What is asked of everybody is for everybody to read.
    line(Resource::Control,        View,    [All,  All,  All,  All,  All, All]),
    line(Resource::Directive,      View,    [All,  All,  All,  All,  No,  All]),
    line(Resource::Directive,      Change,  [Whole, No,  No,   No,   No,  No]),
    line(Resource::Exemption,      View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Exemption,      Ask,     [Tree, Tree, Tree, Tree, No,  No]),
    line(Resource::Exemption,      Decide,  [Tree, Tree, No,   No,   No,  No]),
    line(Resource::SignOff,        View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    // Only the head of the very unit confirms its state; a head further up has a unit of their own.
    line(Resource::SignOff,        Sign,    [No,   No,   Unit, No,   No,  No]),
    // Whoever begins a campaign asks something of everybody; the unit records sheets and leave of its own people.
    line(Resource::Campaign,       View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    line(Resource::Campaign,       Change,  [Tree, Tree, No,   No,   No,  No]),
    line(Resource::Duties,         View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Duties,         Change,  [Tree, Tree, Tree, Tree, No,  No]),
    // Nobody acknowledges for somebody else.
    line(Resource::Duties,         Sign,    [Own,  Own,  Own,  Own,  Own, No]),
    // Whoever answers for a task says how far it is; the deadline is somebody else's.
    line(Resource::Task,           View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Task,           Change,  [Tree, Tree, Tree, Tree, Own, No]),
    line(Resource::Task,           Ask,     [Tree, Tree, Tree, Tree, Own, No]),
    line(Resource::Task,           Decide,  [Tree, Tree, No,   No,   No,  No]),
    line(Resource::TaskAssignment, Change,  [Tree, Tree, Tree, No,   No,  No]),
    line(Resource::UnitPlan,       View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    line(Resource::UnitPlan,       Change,  [Tree, Tree, No,   No,   No,  No]),
    // The law is for everybody to read; whoever gives it to be studied asks something of everybody.
    line(Resource::Document,       View,    [All,  All,  All,  All,  All, All]),
    line(Resource::Document,       Change,  [Tree, Tree, No,   No,   No,  No]),
    line(Resource::Study,          View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Study,          Change,  [Tree, Tree, Tree, Tree, No,  No]),
    // Nobody says of somebody else that they have read it.
    line(Resource::Study,          Sign,    [Own,  Own,  Own,  Own,  Own, No]),
    // Whoever publishes an advisory asks something of everybody; for whom it is follows from its audience.
    line(Resource::Advisory,       View,    [All,  All,  All,  All,  All, All]),
    line(Resource::Advisory,       Change,  [Tree, Tree, No,   No,   No,  No]),
    line(Resource::AdvisoryReads,  View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    // Nobody says of somebody else that they have read it.
    line(Resource::AdvisoryReads,  Sign,    [Own,  Own,  Own,  Own,  Own, No]),
    line(Resource::CaseData,       View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    line(Resource::CaseData,       Change,  [Tree, Tree, Tree, Tree, No,  No]),
    // Only the head of the very unit has looked at its data.
    line(Resource::CaseData,       Sign,    [No,   No,   Unit, No,   No,  No]),
    // Single cases and officers by name are the business of the very unit, not of whoever is above it.
    line(Resource::CaseDetail,     View,    [No,   No,   Unit, Unit, No,  No]),
    line(Resource::CaseDetail,     Change,  [No,   No,   Unit, Unit, No,  No]),
    line(Resource::OnlineServices, View,    [Tree, Tree, Tree, Tree, No,  Tree]),
    line(Resource::OnlineServices, Change,  [Tree, Tree, Tree, Tree, No,  No]),
    line(Resource::UploadToken,    View,    [Tree, Tree, No,   No,   No,  No]),
    line(Resource::UploadToken,    Change,  [Tree, Tree, No,   No,   No,  No]),
    // What somebody has looked into is theirs alone; whoever looks after a unit sees how many files came to what.
    line(Resource::Scan,           View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Scan,           Change,  [Own,  Own,  Own,  Own,  Own, No]),
    // Nobody says of somebody else what they have uploaded.
    line(Resource::OwnUpload,      View,    [Own,  Own,  Own,  Own,  Own, No]),
    line(Resource::OwnUpload,      Sign,    [Own,  Own,  Own,  Own,  Own, No]),
    // The log of a gate names files and where they came from.
    line(Resource::Gate,           View,    [Tree, Tree, No,   No,   No,  No]),
    line(Resource::Gate,           Change,  [Tree, Tree, No,   No,   No,  No]),
    line(Resource::Request,        View,    [Tree, Tree, Tree, Tree, Own, Tree]),
    line(Resource::Request,        Ask,     [Own,  Own,  Tree, Tree, Own, No]),
    line(Resource::Request,        Change,  [Tree, Tree, No,   Tree, No,  No]),
    line(Resource::Role,           View,    [Tree, Tree, Tree, No,   Own, Tree]),
    line(Resource::Role,           Change,  [Tree, No,   No,   No,   No,  No]),
    line(Resource::Login,          View,    [Tree, No,   No,   No,   Own, No]),
    line(Resource::Login,          Change,  [Tree, No,   No,   No,   No,  No]),
    line(Resource::EnrolmentToken, View,    [Tree, No,   No,   Tree, No,  No]),
    line(Resource::EnrolmentToken, Change,  [Tree, No,   No,   Tree, No,  No]),
    line(Resource::Import,         View,    [Whole, No,  No,   No,   No,  No]),
    line(Resource::Import,         Change,  [Whole, No,  No,   No,   No,  No]),
    line(Resource::Connector,      View,    [Whole, No,  No,   No,   No,  Whole]),
    line(Resource::Connector,      Change,  [Whole, No,  No,   No,   No,  No]),
    line(Resource::Setting,        View,    [Whole, No,  No,   No,   No,  Whole]),
    line(Resource::Setting,        Change,  [Whole, No,  No,   No,   No,  No]),
    line(Resource::AuditLog,       View,    [Whole, No,  No,   No,   No,  Whole]),
];

/// How far `role` reaches for `action` on `resource`.
pub(super) fn scope(role: Role, resource: Resource, action: Action) -> Scope {
    TABLE
        .iter()
        .find(|line| line.resource == resource && line.action == action)
        .and_then(|line| line.scopes.get(role as usize).copied())
        .unwrap_or(Scope::None)
}

/// The table as a text: what is kept in git and read in a review.
pub fn golden() -> String {
    let mut text = String::new();
    let width = |words: &[&str]| words.iter().map(|word| word.len()).max().unwrap_or(0);
    let resource_width = width(Resource::WORDS);
    let action_width = width(Action::WORDS);
    let scope_width = width(Scope::WORDS).max(width(Role::WORDS));
    let mut row = |resource: &str, action: &str, cells: &[&str]| {
        let mut line = format!("{resource:resource_width$}  {action:action_width$}");
        for cell in cells {
            line.push_str(&format!("  {cell:scope_width$}"));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    row("", "", Role::WORDS);
    for line in TABLE {
        row(line.resource.as_str(), line.action.as_str(), &line.scopes.map(Scope::as_str));
    }
    let yes_or_no = |asks: fn(Role) -> bool| -> Vec<&'static str> {
        Role::ALL.iter().map(|role| if asks(*role) { "yes" } else { "no" }).collect()
    };
    row("sees past days", "", &yes_or_no(looks_back));
    row("second factor", "", &yes_or_no(needs_second_factor));
    text
}
