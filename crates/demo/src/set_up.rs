//! The beginning: directive, units, people, roles, tokens; and at the end, logins.

use std::cell::RefCell;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use khien_directive::Source;
use khien_model::{SubjectKind, day_of};
use khien_store::directives::{self, DirectiveFiles};
use khien_store::holders::{self, Holder};
use khien_store::logins::{self, Login};
use khien_store::roles::{self, Role, RoleKind};
use khien_store::settings;
use khien_store::tokens::{self, EnrolmentToken};
use khien_store::{Actor, Change, Store, assignments, people, subjects, units};

use crate::chance::Chance;
use crate::days::{DAYS, Days, clock};
use crate::duties::{PersonDuties, UnitDuties};
use crate::province::{OFFICES, REFORM, old_register, reforms, unit_id};
use crate::staff::{self, Official};
use crate::story::{self, Story};
use crate::{DemoLogin, DemoProblem};

/// Days before the first report on which everything was set up.
const BEFORE: i64 = 5;

/// Everything that is made up.
pub(crate) struct Province {
    pub(crate) people: Vec<Official>,
    pub(crate) roles: Vec<Role>,
    pub(crate) stories: Vec<Story>,
    pub(crate) unit_duties: Vec<UnitDuties>,
    pub(crate) person_duties: Vec<PersonDuties>,
}

impl Province {
    /// The id of the person at this place of an office.
    pub(crate) fn person(&self, office: usize, place: usize) -> &str {
        let found = self.people.iter().find(|official| official.office == office && official.place == place);
        found.map_or("", |official| &official.person.id)
    }

    /// Whether a person heads a unit on that day.
    pub(crate) fn is_head(&self, person: &str, day: Date) -> bool {
        let heads = self.roles.iter().filter(|role| role.kind == RoleKind::UnitHead && role.person == person);
        heads.map(Role::validity).any(|validity| validity.contains(day))
    }
}

/// Sets everything up, some days before the first device enrols.
pub(crate) async fn set_up(store: &Store, chance: &mut Chance, days: Days) -> Result<Province, DemoProblem> {
    let at = days.at(DAYS + BEFORE, clock(8, 0));
    let people = staff::everybody(chance, at);
    let roles = staff::roles(&people);
    let unit_duties = OFFICES.iter().map(|_| UnitDuties::new(chance)).collect();
    let person_duties = people.iter().map(|_| PersonDuties::new(chance)).collect();
    let stories = story::all(chance, days);

    let mut change = store.begin(Actor::System, at).await?;
    settings::DEMO.set(&mut change, &true).await?;
    settings::SET_UP.set(&mut change, &true).await?;
    settings::ORGANISATION_NAME.set(&mut change, &OFFICES[0].name.to_owned()).await?;
    settings::LETTER_PARENT.set(&mut change, &"Cục Quản lý Thi hành án dân sự".to_owned()).await?;
    settings::LETTER_PLACE.set(&mut change, &"An Lạc".to_owned()).await?;
    let receivers = "Cục Quản lý Thi hành án dân sự; Cục Công nghệ thông tin, Bộ Tư pháp";
    settings::INCIDENT_RECEIVERS.set(&mut change, &receivers.to_owned()).await?;
    settings::INCIDENT_CALL.set(&mut change, &"Văn phòng, 0900 000 001".to_owned()).await?;
    load_directive(&mut change, days).await?;
    units::replace(&mut change, &old_register()).await?;
    for official in &people {
        people::insert(&mut change, &official.person).await?;
        subjects::enter(&mut change, &official.subject(), &official.person.name).await?;
        subjects::enter(&mut change, &official.account_subject(), &official.account()).await?;
        let holder = Holder {
            subject: official.account_subject(),
            person: official.person.id.clone(),
            valid_from: day_of(at),
            valid_to: None,
        };
        holders::insert(&mut change, &holder).await?;
    }
    assignments::insert_all(&mut change, &staff::first_assignments(&people)).await?;
    for reform in reforms() {
        let outcome = units::carry_out(&mut change, &reform, REFORM).await?;
        outcome.map_err(|problem| DemoProblem::Fiction(problem.to_string()))?;
    }
    for office in OFFICES {
        let subject = khien_model::Subject { kind: SubjectKind::Unit, id: unit_id(office) };
        subjects::enter(&mut change, &subject, office.name).await?;
    }
    for role in &roles {
        roles::grant(&mut change, role).await?;
    }
    make_tokens(&mut change, days).await?;
    change.commit().await?;
    Ok(Province { people, roles, stories, unit_duties, person_duties })
}

/// Notes which files a directive is made of.
#[derive(Default)]
struct Recorder(RefCell<DirectiveFiles>);

impl Source for Recorder {
    fn read(&self, name: &str) -> Result<Vec<u8>, String> {
        let bytes = khien_content::ShippedFiles.read(name)?;
        let text = String::from_utf8(bytes.clone()).map_err(|error| error.to_string())?;
        self.0.borrow_mut().insert(name.to_owned(), text);
        Ok(bytes)
    }
}

/// Puts the shipped directive in force that applies today, with the files that it includes.
async fn load_directive(change: &mut Change, days: Days) -> Result<(), DemoProblem> {
    let fiction = |what: &str| DemoProblem::Fiction(what.to_owned());
    let directive = khien_content::in_force(days.now)
        .map_err(|_| fiction("a shipped directive does not load"))?
        .ok_or_else(|| fiction("no shipped directive applies today"))?;
    let main = format!("{}.yaml", directive.id);
    let read = Recorder::default();
    khien_directive::load(&main, &read).map_err(|_| fiction("a shipped directive does not load"))?;
    let files = read.0.into_inner();
    let digest = directives::load(change, &directive.id, &main, &files).await?;
    directives::activate(change, &digest).await?;
    Ok(())
}

/// The id of the token of an office.
pub(crate) fn token_id(office: usize) -> String {
    format!("ma-{}", OFFICES[office].id)
}

/// What stands for the hash of its secret: nobody has the secret, so nobody else enrols by it.
pub(crate) fn token_hash(office: usize) -> String {
    khien_protocol::Digest::of(token_id(office).as_bytes()).to_string()
}

async fn make_tokens(change: &mut Change, days: Days) -> Result<(), DemoProblem> {
    for (place, office) in OFFICES.iter().enumerate() {
        let token = EnrolmentToken {
            id: token_id(place),
            secret_hash: token_hash(place),
            unit: unit_id(office),
            note: Some(format!("Cài đặt trợ lý cho {}", office.name)),
            created_by: "cb006".to_owned(),
            created_at: change.now(),
            expires_at: days
                .at(60, 0)
                .max(change.now().saturating_add(SignedDuration::from_hours(24 * 60)).unwrap_or(days.now)),
            uses_allowed: u64::try_from(office.devices.max(20)).unwrap_or(20),
            uses: 0,
            revoked_at: None,
        };
        tokens::insert(change, &token).await?;
    }
    Ok(())
}

/// Opens a login for each role. The password is set now: one from the time before the first report would be too old, and
/// whoever wants to look around would have to change it first.
pub(crate) async fn open_logins(
    store: &Store,
    now: Timestamp,
    people: &[Official],
    password_hash: &str,
) -> Result<Vec<DemoLogin>, DemoProblem> {
    let mut change = store.begin(Actor::System, now).await?;
    let mut opened = Vec::new();
    for (role, official) in staff::who_signs_in(people) {
        let login = Login::new(&official.person.id, role.as_str());
        logins::insert(&mut change, &login).await?;
        logins::set_password(&mut change, &official.person.id, password_hash, false, 0).await?;
        opened.push(DemoLogin { login: login.login, name: official.person.name.clone(), role });
    }
    change.commit().await?;
    Ok(opened)
}
