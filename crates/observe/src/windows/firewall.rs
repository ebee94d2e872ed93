//! `firewall`: the firewall of Windows, in force when it is so for every kind of network.

use khien_model::facts::{Firewall, HostFirewall};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::{Context, START_DISABLED, both};
use super::registry::KeyPath;

/// The settings of the PC, a key for each kind of network.
const LOCAL: &str = r"Services\SharedAccess\Parameters\FirewallPolicy";

/// The policies, which overrule them.
const POLICY: &str = r"Policies\Microsoft\WindowsFirewall";

/// The keys of one kind of network: in the settings, and in the policies (of now, and of old).
struct Network {
    local: &'static str,
    policies: &'static [&'static str],
}

const NETWORKS: [Network; 3] = [
    Network { local: "DomainProfile", policies: &["DomainProfile"] },
    Network { local: "StandardProfile", policies: &["PrivateProfile", "StandardProfile"] },
    Network { local: "PublicProfile", policies: &["PublicProfile"] },
];

/// The service of the firewall.
const SERVICE: &str = "mpssvc";

pub(crate) fn collect(context: &Context) -> Result<Firewall, Gap> {
    let mut active = service_starts(context);
    let mut refuses = Ok(true);
    for network in &NETWORKS {
        let is_on = setting(context, network, "EnableFirewall").map(|number| number != Some(0));
        let default_refuses = setting(context, network, "DefaultInboundAction").map(|number| number != Some(0));
        active = both(active, is_on);
        refuses = both(refuses, default_refuses);
    }
    if context.system.is_running.is_ok() {
        active = both(active, context.running().service_runs(SERVICE));
    }
    let firewall = HostFirewall {
        name: "Windows Defender Firewall".into(),
        active: active.into(),
        refuses_inbound: refuses.into(),
    };
    Ok(Firewall { firewalls: Observed::Known(Listing::complete(vec![firewall])) })
}

fn service_starts(context: &Context) -> Result<bool, Gap> {
    Ok(context.start_of_own_service(SERVICE)? != START_DISABLED)
}

/// A setting by the first that has it; without one the firewall is on and refuses, as Windows is made.
fn setting(context: &Context, network: &Network, name: &str) -> Result<Option<u64>, Gap> {
    let registry = context.registry();
    for policy in network.policies {
        if let Some(number) = registry.number(&KeyPath::software(POLICY).child(policy), name)? {
            return Ok(Some(number));
        }
    }
    let local = KeyPath::control_set(LOCAL).child(network.local);
    if !registry.has(&local)? {
        return Err(Gap::with_detail(GapCode::NotObserved, format!("{local} is not there")));
    }
    registry.number(&local, name)
}
