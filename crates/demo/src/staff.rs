//! The people: who they are, where they work, what they are appointed to.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use khien_model::{Assignment, Subject, SubjectKind};
use khien_store::people::Person;
use khien_store::roles::{Role, RoleKind};

use crate::chance::Chance;
use crate::names;
use crate::province::{BEGINNING, OFFICES, Office, REFORM, TOP, district, unit_id};

/// Addresses of a domain that no mail reaches: nobody outside gets mail from a demonstration.
const DOMAIN: &str = "thads-an-lac.example";

/// Units without an IT focal officer: a vacancy, and an appointment that ran out. Clause 1.3 has something to show.
const WITHOUT_FOCAL_OFFICER: &[&str] = &["kv4", "kt"];

/// The unit whose head left: the deputy is not appointed yet.
const WITHOUT_HEAD: &str = "kv6";

/// One of the people.
#[derive(Debug)]
pub(crate) struct Official {
    pub(crate) person: Person,
    /// The place of the office in [`OFFICES`].
    pub(crate) office: usize,
    /// The place among the people of the office: 0 is the head.
    pub(crate) place: usize,
}

impl Official {
    /// The id of the account and of the mailbox: the local part of the address.
    pub(crate) fn account(&self) -> String {
        self.person.id.clone()
    }

    /// The person as a subject.
    pub(crate) fn subject(&self) -> Subject {
        Subject { kind: SubjectKind::Person, id: self.person.id.clone() }
    }

    /// The account as a subject.
    pub(crate) fn account_subject(&self) -> Subject {
        Subject { kind: SubjectKind::Account, id: self.account() }
    }
}

/// Everybody, office by office.
pub(crate) fn everybody(chance: &mut Chance, created_at: Timestamp) -> Vec<Official> {
    let mut people: Vec<Official> = Vec::new();
    for (office_place, office) in OFFICES.iter().enumerate() {
        for place in 0..office.people {
            let id = format!("cb{:03}", people.len() + 1);
            let person = Person {
                name: names::name(chance),
                position: Some(position(office, place, chance).to_owned()),
                email: Some(format!("{id}@{DOMAIN}")),
                language: None,
                created_at,
                id,
            };
            people.push(Official { person, office: office_place, place });
        }
    }
    people
}

fn position(office: &Office, place: usize, chance: &mut Chance) -> &'static str {
    const ENFORCEMENT: &[&str] = &[
        "Chấp hành viên sơ cấp",
        "Chấp hành viên sơ cấp",
        "Chấp hành viên trung cấp",
        "Thẩm tra viên",
        "Thư ký thi hành án",
        "Thư ký thi hành án",
        "Thư ký trung cấp thi hành án",
        "Chuyên viên",
    ];
    const SUPPORT: &[&str] =
        &["Chuyên viên", "Chuyên viên", "Văn thư", "Lưu trữ viên", "Cán sự", "Lái xe", "Bảo vệ", "Nhân viên hợp đồng"];
    const FINANCE: &[&str] =
        &["Kế toán viên", "Kế toán viên", "Thủ quỹ", "Thủ kho", "Chuyên viên", "Kế toán viên trung cấp"];
    match (office.id, place) {
        (TOP, 0) => "Trưởng Thi hành án dân sự tỉnh",
        (TOP, _) => "Phó Trưởng Thi hành án dân sự tỉnh",
        ("vp", 0) => "Chánh Văn phòng",
        ("vp", 1) => "Chuyên viên công nghệ thông tin",
        ("vp", 2) => "Phó Chánh Văn phòng",
        (_, 0) => "Trưởng phòng",
        (_, 2) => "Phó Trưởng phòng",
        ("vp", _) => chance.one_of(SUPPORT),
        ("tckt", _) => chance.one_of(FINANCE),
        ("kt", _) if chance.percent(50) => "Thẩm tra viên",
        _ => chance.one_of(ENFORCEMENT),
    }
}

/// Where everybody worked before the reform: it moves them on.
pub(crate) fn first_assignments(people: &[Official]) -> Vec<Assignment> {
    let mut assignments = Vec::new();
    for official in people {
        let office = &OFFICES[official.office];
        let unit = match office.districts {
            [] => office.id.to_owned(),
            several => district(several[official.place % several.len()].0),
        };
        for subject in [official.subject(), official.account_subject()] {
            assignments.push(Assignment { subject, unit: unit.clone(), valid_from: BEGINNING, valid_to: None });
        }
    }
    assignments
}

/// Who is appointed to what. The second person of each unit looks after its computers, beside other work.
pub(crate) fn roles(people: &[Official]) -> Vec<Role> {
    let mut roles = Vec::new();
    for official in people {
        let office = &OFFICES[official.office];
        let mut appoint = |kind, unit: Option<String>, from: Date, to| {
            let number = roles.len() + 1;
            roles.push(Role {
                id: format!("bn{number:03}"),
                person: official.person.id.clone(),
                kind,
                unit,
                decision: Some(format!("{}/QĐ-THADS", 40 + number)),
                // Some focal officers have the post, but not the course.
                qualified: match kind {
                    RoleKind::UnitHead => Some(true),
                    RoleKind::ItFocalOfficer => Some(!official.person.id.ends_with('7')),
                    _ => None,
                },
                valid_from: from,
                valid_to: to,
            });
        };
        let unit = unit_id(office);
        appoint(RoleKind::Official, Some(unit.clone()), REFORM, None);
        match (office.id, official.place) {
            (WITHOUT_HEAD, 0) => appoint(RoleKind::UnitHead, Some(unit), REFORM, Some(date(2026, 10, 1))),
            (_, 0) => appoint(RoleKind::UnitHead, Some(unit), REFORM, None),
            ("kt", 1) => appoint(RoleKind::ItFocalOfficer, Some(unit), REFORM, Some(date(2026, 7, 1))),
            (id, 1) if WITHOUT_FOCAL_OFFICER.contains(&id) => {}
            (_, 1) => appoint(RoleKind::ItFocalOfficer, Some(unit), date(2025, 8, 15), None),
            _ => {}
        }
        match (office.id, official.place) {
            ("vp", 0 | 2) => appoint(RoleKind::ProvincialOffice, Some(TOP.to_owned()), REFORM, None),
            ("vp", 1) => appoint(RoleKind::Administrator, None, REFORM, None),
            ("kt", 3) => appoint(RoleKind::Assessor, None, date(2026, 1, 1), None),
            _ => {}
        }
    }
    roles
}

/// Who signs in to see what a role sees: the role, and who has it.
pub(crate) fn who_signs_in(people: &[Official]) -> Vec<(RoleKind, &Official)> {
    let of = |office: &str, place: usize| {
        people.iter().find(|official| OFFICES[official.office].id == office && official.place == place)
    };
    let wanted = [
        (RoleKind::Administrator, of("vp", 1)),
        (RoleKind::ProvincialOffice, of("vp", 0)),
        (RoleKind::UnitHead, of("kv2", 0)),
        (RoleKind::ItFocalOfficer, of("kv2", 1)),
        (RoleKind::Official, of("kv2", 5)),
        (RoleKind::Assessor, of("kt", 3)),
    ];
    wanted.into_iter().filter_map(|(kind, official)| Some((kind, official?))).collect()
}
