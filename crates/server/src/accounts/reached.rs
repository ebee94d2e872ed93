//! How a directory is reached, as a connector keeps it, and the password that lies sealed beside it.

use khien_connect::ldap::{Attributes, Authorities, Bind, Settings, SettingsProblem};
use khien_store::connectors::Connector;
use serde::{Deserialize, Serialize};

use crate::sealing::{self, SealProblem};
use crate::state::AppState;
use crate::trouble::Trouble;

/// How a directory is reached: the settings of the connector without the system and the password.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reached {
    pub(crate) url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) bind_name: Option<String>,
    #[serde(default)]
    pub(crate) authorities: Authorities,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) filter: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) attributes: Option<Attributes>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) administrators: Vec<String>,
}

/// Why a directory cannot be asked at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotReached {
    /// The settings are of another version of the program.
    Settings(String),
    /// The password cannot be opened.
    Secret(SealProblem),
}

impl NotReached {
    /// The key of the sentence that says so, and what stands in it.
    pub(crate) fn said(&self) -> (String, String) {
        match self {
            Self::Settings(detail) => ("connector-settings-unreadable".to_owned(), detail.clone()),
            Self::Secret(problem) => ("connector-secret-lost".to_owned(), problem.to_string()),
        }
    }
}

impl Reached {
    /// How `connector` is reached.
    pub(crate) fn of(connector: &Connector) -> Result<Self, NotReached> {
        serde_json::from_value(connector.settings.clone()).map_err(|error| NotReached::Settings(error.to_string()))
    }

    /// As a connector keeps it.
    pub(crate) fn kept(&self) -> Result<serde_json::Value, Trouble> {
        serde_json::to_value(self).map_err(|error| Trouble::Internal { detail: format!("settings: {error}") })
    }

    /// For the program that reads.
    pub(crate) fn settings(&self, system: &str, password: Option<String>) -> Settings {
        let bind = self.bind_name.clone().map(|name| Bind { name, password: password.unwrap_or_default() });
        Settings {
            url: self.url.clone(),
            system: system.to_owned(),
            bind,
            authorities: self.authorities.clone(),
            base: self.base.clone(),
            filter: self.filter.clone(),
            attributes: self.attributes.clone(),
            administrators: self.administrators.clone(),
        }
    }

    /// What is wrong with them; a password is taken for there.
    pub(crate) fn check(&self, system: &str) -> Result<(), SettingsProblem> {
        self.settings(system, Some("x".to_owned())).check().map(|_| ())
    }

    /// What a password is sealed for: it is good for this connector, this address and this name alone. Whoever changes one of
    /// them in the database gets no password sent there.
    fn purpose(&self, connector: &str) -> String {
        format!("{connector} {} {}", self.url, self.bind_name.as_deref().unwrap_or_default())
    }

    /// Seals the password of the connector `id`.
    pub(crate) fn seal(&self, state: &AppState, id: &str, password: &str) -> Result<String, Trouble> {
        sealing::seal(&state.settings.data, password, &self.purpose(id))
            .map_err(|problem| Trouble::Internal { detail: format!("a password cannot be sealed: {problem}") })
    }
}

/// Everything that is needed to read the directory of `connector`.
pub(crate) fn settings_of(state: &AppState, connector: &Connector) -> Result<Settings, NotReached> {
    let reached = Reached::of(connector)?;
    let password = match &connector.sealed_secret {
        None => None,
        Some(sealed) => {
            let opened = sealing::open(&state.settings.data, sealed, &reached.purpose(&connector.id));
            Some(opened.map_err(NotReached::Secret)?)
        }
    };
    Ok(reached.settings(&connector.system, password))
}
