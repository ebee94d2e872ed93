//! `browsers`: where the browsers of Linux keep profiles, and the rules of the machine.

mod policies;
mod roots;

use khien_model::facts::{BrowserKind, BrowserPolicy, Browsers};
use khien_model::{Gap, Listing, Observed};

use self::roots::{INSTALLATIONS, Installation};
use super::context::Context;
use crate::browsers::{Look, Policy, both_forbid};
use crate::hosts::Hosts;

pub(crate) use self::roots::{FoundProfile, profiles};

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
    let look = Look { reader: &context.root, scope: context.browsers, hosts, now: context.now };
    let mut profiles = Listing { items: Vec::with_capacity(found.items.len()), incomplete: found.incomplete };
    for profile in &found.items {
        context.cancel.check()?;
        let rule = rules.iter().find(|rule| std::ptr::eq(rule.installation, profile.installation));
        let policy = rule.map_or(Ok(Policy::default()), |rule| rule.policy.clone());
        profiles.items.push(profile.profile().observe(&look, policy));
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
            Some((_, answer)) => *answer = both_forbid(answer, forbidden),
            None => answers.push((browser, forbidden)),
        }
    }
    answers
        .into_iter()
        .map(|(browser, saving_forbidden)| BrowserPolicy { browser: browser.into(), saving_forbidden })
        .collect()
}

#[cfg(test)]
mod tests;
