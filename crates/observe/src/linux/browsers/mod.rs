//! `browsers`: what browsers keep, counted. No password, cookie or user name leaves the functions that count it.

mod chromium;
mod firefox;
mod policies;
mod prefs_js;
mod roots;

use khien_model::facts::{BrowserKind, BrowserPolicy, BrowserProfile, Browsers};
use khien_model::{Gap, Listing, Observed};

use self::policies::Policy;
use self::roots::{Engine, INSTALLATIONS, Installation};
use super::context::Context;
use crate::hosts::Hosts;

pub(crate) use self::chromium::time as chromium_time;
pub(crate) use self::roots::{FoundProfile, profiles};

/// Saved logins, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct LoginCounts {
    /// All of them.
    saved: u32,
    /// Those of protected hosts.
    protected: u32,
    /// Those of other hosts whose user name is an official address.
    official_elsewhere: u32,
}

pub(crate) fn collect(context: &Context) -> Result<Browsers, Gap> {
    let hosts = Hosts::shipped()?;
    let found = profiles(context);
    let rules: Vec<Rule> = INSTALLATIONS
        .iter()
        .filter(|installation| {
            let used = found.items.iter().any(|profile| std::ptr::eq(profile.installation, *installation));
            used || roots::is_installed(&context.root, installation)
        })
        .map(|installation| Rule { installation, policy: policies::of(&context.root, installation) })
        .collect();
    let mut profiles = Listing { items: Vec::with_capacity(found.items.len()), incomplete: found.incomplete };
    for profile in &found.items {
        context.cancel.check()?;
        let rule = rules.iter().find(|rule| std::ptr::eq(rule.installation, profile.installation));
        let policy = rule.map_or(Ok(Policy::default()), |rule| rule.policy.clone());
        profiles.items.push(observe(context, profile, hosts, policy));
    }
    Ok(Browsers {
        profiles: Observed::Known(profiles),
        policies: Observed::Known(Listing::complete(by_browser(&rules))),
    })
}

/// What one installation obeys.
struct Rule {
    installation: &'static Installation,
    policy: Result<Policy, Gap>,
}

/// One answer per browser. Where a browser is installed twice (as a package and as a snap), saving is forbidden when it
/// is in both.
fn by_browser(rules: &[Rule]) -> Vec<BrowserPolicy> {
    let mut answers: Vec<(BrowserKind, Observed<bool>)> = Vec::new();
    for rule in rules {
        let browser = rule.installation.browser;
        let forbidden = Observed::from(rule.policy.clone().map(|policy| policy.forced == Some(false)));
        match answers.iter_mut().find(|(kind, _)| *kind == browser) {
            Some((_, answer)) => *answer = both(answer, forbidden),
            None => answers.push((browser, forbidden)),
        }
    }
    answers
        .into_iter()
        .map(|(browser, saving_forbidden)| BrowserPolicy { browser: browser.into(), saving_forbidden })
        .collect()
}

fn both(one: &Observed<bool>, other: Observed<bool>) -> Observed<bool> {
    match (one.known(), other.known()) {
        (Some(false), _) | (_, Some(false)) => Observed::Known(false),
        (None, _) => one.clone(),
        (Some(true), _) => other,
    }
}

fn observe(context: &Context, profile: &FoundProfile, hosts: &Hosts, policy: Result<Policy, Gap>) -> BrowserProfile {
    let (root, folder, now) = (&context.root, &profile.folder, context.now);
    let (logins, sessions, setting) = match profile.installation.engine {
        Engine::Chromium => (
            chromium::saved_logins(root, folder, hosts),
            chromium::lasting_sessions(root, folder, hosts, now),
            chromium::user_setting(root, folder),
        ),
        Engine::Firefox => (
            firefox::saved_logins(root, folder, hosts),
            firefox::lasting_sessions(root, folder, hosts, now),
            firefox::user_setting(root, folder),
        ),
    };
    let count = |of: fn(&LoginCounts) -> u32| Observed::from(logins.as_ref().map(of).map_err(Clone::clone));
    BrowserProfile {
        browser: profile.installation.browser.into(),
        user: profile.user.clone().into(),
        profile: profile.name().into(),
        saved_logins: count(|logins| logins.saved),
        saved_logins_protected: count(|logins| logins.protected),
        saved_logins_official_elsewhere: match (&logins, profile.installation.engine) {
            (Ok(logins), Engine::Firefox) => firefox::official_elsewhere(logins),
            _ => count(|logins| logins.official_elsewhere),
        },
        lasting_sessions_protected: sessions.into(),
        offers_to_save: offers(policy, setting).into(),
    }
}

/// Whether the browser will offer to save passwords. It does unless it was told otherwise.
fn offers(policy: Result<Policy, Gap>, setting: Result<Option<bool>, Gap>) -> Result<bool, Gap> {
    let policy = policy?;
    match policy.forced {
        Some(forced) => Ok(forced),
        None => Ok(setting?.or(policy.default).unwrap_or(true)),
    }
}

#[cfg(test)]
mod tests;
