//! `browsers`: where the browsers of Windows keep profiles, and the rules of the machine and of each user.

use std::path::PathBuf;

use khien_model::facts::{BrowserKind, BrowserPolicy, Browsers};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::registry::{KeyPath, UserProfile};
use crate::browsers::{Engine, Look, Policy, Profile};
use crate::hosts::Hosts;

/// One browser.
struct Installation {
    browser: BrowserKind,
    engine: Engine,
    /// Folders of profiles beneath the folder of a user.
    data: &'static [&'static str],
    /// Programs that are there when it is installed for all.
    programs: &'static [&'static str],
    /// Keys that may hold its policies, beneath `SOFTWARE` of the machine and `Software` of a user; several, where sources
    /// disagree.
    policies: &'static [&'static str],
}

/// Every browser that is known.
const INSTALLATIONS: &[Installation] = &[
    Installation {
        browser: BrowserKind::Chrome,
        engine: Engine::Chromium,
        data: &[
            r"AppData\Local\Google\Chrome\User Data",
            r"AppData\Local\Google\Chrome Beta\User Data",
            r"AppData\Local\Google\Chrome Dev\User Data",
            r"AppData\Local\Google\Chrome SxS\User Data",
        ],
        programs: &[
            r"Program Files\Google\Chrome\Application\chrome.exe",
            r"Program Files (x86)\Google\Chrome\Application\chrome.exe",
        ],
        policies: &[r"Policies\Google\Chrome"],
    },
    Installation {
        browser: BrowserKind::Edge,
        engine: Engine::Chromium,
        data: &[
            r"AppData\Local\Microsoft\Edge\User Data",
            r"AppData\Local\Microsoft\Edge Beta\User Data",
            r"AppData\Local\Microsoft\Edge Dev\User Data",
            r"AppData\Local\Microsoft\Edge SxS\User Data",
        ],
        programs: &[
            r"Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
            r"Program Files\Microsoft\Edge\Application\msedge.exe",
        ],
        policies: &[r"Policies\Microsoft\Edge"],
    },
    Installation {
        browser: BrowserKind::CocCoc,
        engine: Engine::Chromium,
        data: &[r"AppData\Local\CocCoc\Browser\User Data"],
        programs: &[
            r"Program Files\CocCoc\Browser\Application\browser.exe",
            r"Program Files (x86)\CocCoc\Browser\Application\browser.exe",
        ],
        policies: &[r"Policies\CocCoc\CocCoc", r"Policies\CocCoc"],
    },
    Installation {
        browser: BrowserKind::Chromium,
        engine: Engine::Chromium,
        data: &[r"AppData\Local\Chromium\User Data"],
        programs: &[],
        policies: &[r"Policies\Chromium"],
    },
    Installation {
        browser: BrowserKind::Brave,
        engine: Engine::Chromium,
        data: &[r"AppData\Local\BraveSoftware\Brave-Browser\User Data"],
        programs: &[r"Program Files\BraveSoftware\Brave-Browser\Application\brave.exe"],
        policies: &[r"Policies\BraveSoftware\Brave"],
    },
    Installation {
        browser: BrowserKind::Vivaldi,
        engine: Engine::Chromium,
        data: &[r"AppData\Local\Vivaldi\User Data"],
        programs: &[r"Program Files\Vivaldi\Application\vivaldi.exe"],
        policies: &[r"Policies\Vivaldi"],
    },
    Installation {
        browser: BrowserKind::Opera,
        engine: Engine::Chromium,
        data: &[r"AppData\Roaming\Opera Software\Opera Stable"],
        programs: &[r"Program Files\Opera\opera.exe", r"Program Files (x86)\Opera\opera.exe"],
        policies: &[r"Policies\Opera Software\Opera Stable", r"Policies\Opera Software\Opera"],
    },
    Installation {
        browser: BrowserKind::Opera,
        engine: Engine::Chromium,
        data: &[r"AppData\Roaming\Opera Software\Opera GX Stable"],
        programs: &[],
        policies: &[r"Policies\Opera Software\Opera GX Stable", r"Policies\Opera Software\Opera GX"],
    },
    Installation {
        browser: BrowserKind::Yandex,
        engine: Engine::Chromium,
        data: &[r"AppData\Local\Yandex\YandexBrowser\User Data", r"AppData\Local\Yandex\YandexBrowserBeta\User Data"],
        programs: &[
            r"Program Files\Yandex\YandexBrowser\Application\browser.exe",
            r"Program Files (x86)\Yandex\YandexBrowser\Application\browser.exe",
        ],
        policies: &[r"Policies\YandexBrowser"],
    },
    Installation {
        browser: BrowserKind::Firefox,
        engine: Engine::Firefox,
        data: &[r"AppData\Roaming\Mozilla\Firefox", r"AppData\Roaming\Mozilla\Firefox\Profiles"],
        programs: &[r"Program Files\Mozilla Firefox\firefox.exe", r"Program Files (x86)\Mozilla Firefox\firefox.exe"],
        policies: &[r"Policies\Mozilla\Firefox"],
    },
];

/// A profile that is there, with what its user is ruled by.
struct Found {
    installation: &'static Installation,
    user: String,
    sid: String,
    folder: PathBuf,
}

pub(crate) fn collect(context: &Context) -> Result<Browsers, Gap> {
    let hosts = Hosts::shipped()?;
    let look = Look { reader: &*context.system.reader, scope: context.browsers, hosts, now: context.now };
    let found = profiles(context);
    let mut profiles = Listing { items: Vec::with_capacity(found.items.len()), incomplete: found.incomplete };
    for profile in &found.items {
        context.cancel.check()?;
        let Installation { browser, engine, .. } = *profile.installation;
        let seen = Profile { browser, engine, user: &profile.user, folder: &profile.folder };
        let policy = policy(context, profile.installation, Some(&profile.sid));
        profiles.items.push(seen.observe(&look, policy));
    }
    Ok(Browsers {
        policies: machine_policies(context, &found.items, profiles.incomplete.clone()),
        profiles: Observed::Known(profiles),
    })
}

fn profiles(context: &Context) -> Listing<Found> {
    let mut found = Listing::default();
    let users = match context.registry().profiles() {
        Ok(users) => users,
        Err(gap) => return Listing::incomplete(Vec::new(), gap),
    };
    users.incomplete.into_iter().for_each(|gap| found.note_gap(gap));
    for user in &users.items {
        match context.files().exists(&user.folder) {
            Ok(true) => {}
            Ok(false) => {
                let detail = format!("{}: the folder of the profile is not there", user.folder);
                found.note_gap(Gap::with_detail(GapCode::Unreadable, detail));
                continue;
            }
            Err(gap) => {
                found.note_gap(gap);
                continue;
            }
        }
        for installation in INSTALLATIONS {
            for data in installation.data {
                if let Err(gap) = add_profiles(context, installation, user, data, &mut found) {
                    found.note_gap(gap);
                }
            }
        }
    }
    found
}

fn add_profiles(
    context: &Context,
    installation: &'static Installation,
    user: &UserProfile,
    data: &str,
    found: &mut Listing<Found>,
) -> Result<(), Gap> {
    let Some(data) = context.files().find(&format!(r"{}\{data}", user.folder))? else {
        return Ok(());
    };
    let folders = installation.engine.profile_folders(&*context.system.reader, &data)?;
    folders.incomplete.into_iter().for_each(|gap| found.note_gap(gap));
    for folder in folders.items {
        // Firefox lists profiles that lie in a folder of their own.
        if found.items.iter().all(|other| other.folder != folder) {
            found.items.push(Found { installation, user: user.name(), sid: user.sid.clone(), folder });
        }
    }
    Ok(())
}

/// What rules over a user. Which of several keys the browser obeys nobody knows, so they have to say the same.
fn policy(context: &Context, installation: &Installation, sid: Option<&str>) -> Result<Policy, Gap> {
    let unsure = |why: String| Gap::with_detail(GapCode::Unsupported, why);
    let (first, others) = installation
        .policies
        .split_first()
        .ok_or_else(|| unsure("its maker says nowhere where it looks for policies on Windows".to_owned()))?;
    let policy = policy_in(context, installation.engine, first, sid)?;
    for other in others {
        if policy_in(context, installation.engine, other, sid)? != policy {
            return Err(unsure(format!("it is not known which it obeys of {}", installation.policies.join(", "))));
        }
    }
    Ok(policy)
}

/// What a key rules: that of the machine, then the user's own one.
fn policy_in(context: &Context, engine: Engine, path: &str, sid: Option<&str>) -> Result<Policy, Gap> {
    let mut policy = Policy::default();
    let machine = KeyPath::software(path);
    let user = sid.map(|sid| KeyPath::user(sid, &format!(r"Software\{path}")));
    for key in std::iter::once(machine).chain(user) {
        let forced = saving_enabled(context, engine, &key)?;
        policy.forced = policy.forced.or(forced);
        let default = saving_enabled(context, engine, &key.child("Recommended"))?;
        policy.default = policy.default.or(default);
    }
    Ok(policy)
}

/// Whether the policies in a key let passwords be saved; `None` when they do not say.
fn saving_enabled(context: &Context, engine: Engine, key: &KeyPath) -> Result<Option<bool>, Gap> {
    let flag = |name: &str| Ok::<_, Gap>(context.registry().number(key, name)?.map(|number| number != 0));
    let manager = flag("PasswordManagerEnabled")?;
    if engine == Engine::Chromium || manager == Some(false) {
        return Ok(manager);
    }
    Ok(flag("OfferToSaveLogins")?.or(manager))
}

/// What the machine forbids, one answer per browser that is installed or used. A profile that could not be seen may be of
/// another one.
fn machine_policies(context: &Context, found: &[Found], incomplete: Option<Gap>) -> Observed<Listing<BrowserPolicy>> {
    let is_there = |installation: &&Installation| {
        let used = found.iter().any(|profile| std::ptr::eq(profile.installation, *installation));
        used || installation.programs.iter().any(|program| context.files().exists(program).unwrap_or(false))
    };
    let of = |installation: &Installation| BrowserPolicy {
        browser: installation.browser.into(),
        saving_forbidden: policy(context, installation, None).map(|policy| policy.forced == Some(false)).into(),
    };
    Observed::Known(Listing { items: INSTALLATIONS.iter().filter(is_there).map(of).collect(), incomplete })
}
