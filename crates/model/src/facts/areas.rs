//! Which areas each kind of subject has, and the document that carries them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Accounts, Advisories, Agent, Antivirus, AreaView, Browsers, CaseData, Credential, Difficulties, Disk, Downloads,
    Duties, Fact, FactSet, Firewall, Forwarding, Guard, Lifecycle, MailCheck, OnlineServices, Os, OwnUploads, Patches,
    RemoteAccess, Reporting, Roles, Session, Shares, SignIns, SignOff, SignUps, Software, StudiedDocuments, Tasks,
    Training, Uploads, Usb,
};
use crate::reflect::{FieldShape, RecordShape, Reflect};
use crate::{Subject, SubjectKind};

macro_rules! areas {
    ($(
        $(#[doc = $doc:literal])+
        pub struct $name:ident: $kind:ident {
            $(
                $(#[doc = $area_doc:literal])+
                pub $area:ident: $type:ty,
            )+
        }
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            pub struct $name {
                $(
                    $(#[doc = $area_doc])+
                    #[serde(default, skip_serializing_if = "Option::is_none")]
                    pub $area: Option<Fact<$type>>,
                )+
            }

            impl $name {
                /// The areas, in the order of [`FactSet::area`]'s index.
                pub const AREAS: &'static RecordShape = &RecordShape {
                    name: stringify!($name),
                    doc: concat!($($doc, "\n"),+),
                    fields: &[$(FieldShape {
                        name: stringify!($area),
                        doc: concat!($($area_doc, "\n"),+),
                        shape: <$type as Reflect>::SHAPE,
                    }),+],
                };
            }

            impl FactSet for $name {
                fn kind(&self) -> SubjectKind {
                    SubjectKind::$kind
                }
                fn shape(&self) -> &'static RecordShape {
                    Self::AREAS
                }
                fn area(&self, index: usize) -> Option<AreaView<'_>> {
                    let mut at = 0;
                    $(
                        if index == at {
                            return self.$area.as_ref().map(Fact::view);
                        }
                        at += 1;
                    )+
                    panic!("{} has {at} areas, none at index {index}", stringify!($name))
                }
            }
        )+

        /// The areas of a kind of subject.
        pub const fn areas_of(kind: SubjectKind) -> &'static RecordShape {
            match kind {
                $(SubjectKind::$kind => $name::AREAS,)+
            }
        }

        /// The facts of one subject, in a document: `{"device": {"id": …, "facts": {…}}}`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum FactDocument {
            $(
                #[doc = concat!("Facts about one subject of kind ", stringify!($kind), ".")]
                $kind(Box<SubjectFacts<$name>>),
            )+
        }

        impl FactDocument {
            /// Reads a document; the error says what is wrong at which line and column.
            pub fn from_json(text: &str) -> Result<Self, serde_json::Error> {
                serde_json::from_str(text)
            }

            /// A document without any fact yet.
            pub fn empty(subject: Subject) -> Self {
                match subject.kind {
                    $(SubjectKind::$kind => Self::$kind(Box::new(SubjectFacts {
                        id: subject.id,
                        facts: $name::default(),
                    })),)+
                }
            }

            /// Whom the facts are about.
            pub fn subject(&self) -> Subject {
                match self {
                    $(Self::$kind(subject) => Subject {
                        kind: SubjectKind::$kind,
                        id: subject.id.clone(),
                    },)+
                }
            }

            /// The facts themselves.
            pub fn facts(&self) -> &dyn FactSet {
                match self {
                    $(Self::$kind(subject) => &subject.facts,)+
                }
            }
        }
    };
}

/// The id of a subject and the facts about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SubjectFacts_{F}")]
pub struct SubjectFacts<F> {
    /// The subject's id, unique within its kind.
    pub id: String,
    /// What is known about it.
    pub facts: F,
}

areas! {
    /// What an agent sees on a PC or server.
    pub struct DeviceFacts: Device {
        /// The operating system and how long it is supported.
        pub os: Os,
        /// Updates: what is missing, when they last came, whether a restart is due.
        pub patches: Patches,
        /// Antivirus products, whether they run and how fresh their signatures are.
        pub antivirus: Antivirus,
        /// Folders this machine shares over the network.
        pub shares: Shares,
        /// Browsers and what they keep: counts of saved logins and lasting sessions.
        pub browsers: Browsers,
        /// Installed software, where it came from, and licences.
        pub software: Software,
        /// Local accounts and their passwords' age.
        pub accounts: Accounts,
        /// Screen lock and open sessions.
        pub session: Session,
        /// The host firewall.
        pub firewall: Firewall,
        /// Volumes and their encryption.
        pub disk: Disk,
        /// Removable storage.
        pub usb: Usb,
        /// Software that lets others control this machine.
        pub remote_access: RemoteAccess,
        /// Risky files that came from the network.
        pub downloads: Downloads,
        /// The ransomware guard.
        pub guard: Guard,
        /// Whether the agent on this machine is heard of.
        pub reporting: Reporting,
        /// The agent on this machine: how its key is protected.
        pub agent: Agent,
    }

    /// What is known about an account on one system.
    pub struct AccountFacts: Account {
        /// The password and how the account is protected.
        pub credential: Credential,
        /// Who uses it and whether it should still exist.
        pub lifecycle: Lifecycle,
        /// The devices it is used on.
        pub sign_ins: SignIns,
    }

    /// What is known about an official or employee.
    pub struct PersonFacts: Person {
        /// Knowing the duties: acknowledgement and quiz.
        pub duties: Duties,
        /// Reading the ministry's security pages.
        pub advisories: Advisories,
        /// Studying the legal documents.
        pub documents: StudiedDocuments,
        /// Training and phishing exercises.
        pub training: Training,
        /// Files uploaded to information systems, and their scan receipts.
        pub own_uploads: OwnUploads,
    }

    /// What is known about a unit of the organisation.
    pub struct UnitFacts: Unit {
        /// Planned and assigned tasks.
        pub tasks: Tasks,
        /// Who holds which role.
        pub roles: Roles,
        /// The head's periodic review and sign-off.
        pub sign_off: SignOff,
        /// Quality and timeliness of the case data.
        pub case_data: CaseData,
        /// Use of the online public services.
        pub online_services: OnlineServices,
        /// Studying the legal documents.
        pub documents: StudiedDocuments,
        /// Difficulties reported upward and their answers.
        pub difficulties: Difficulties,
    }

    /// What is known about an official mailbox.
    pub struct MailboxFacts: Mailbox {
        /// What the mail check found in received mail.
        pub mail_check: MailCheck,
        /// Mails that show the address was used to open private accounts.
        pub sign_ups: SignUps,
        /// Where mail is sent on to.
        pub forwarding: Forwarding,
    }

    /// What is known about an information system that files are uploaded to.
    pub struct SystemFacts: System {
        /// Whether uploads are scanned for malware first.
        pub uploads: Uploads,
    }
}

impl DeviceFacts {
    /// The one area that no observer fills and no report may bring: the server, and the agent about itself, say it out of their
    /// own records.
    pub const REPORTING: &'static str = "reporting";

    /// The area that no observer fills: the agent tells it of itself.
    pub const AGENT: &'static str = "agent";
}
