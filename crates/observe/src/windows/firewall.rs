//! `firewall`: the firewall of Windows, in force when it is so for every kind of network.

use khien_model::facts::{Firewall, HostFirewall};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::{Context, START_DISABLED, both};
use super::registry::KeyPath;
use super::running::OtherFirewall;
use crate::text;

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
    // What the firewall says of itself is what its service goes by; policies stand above it.
    let told = context.running().firewall().ok();
    for (index, network) in NETWORKS.iter().enumerate() {
        let told = told.and_then(|told| told.get(index).copied());
        let is_on = setting(context, network, "EnableFirewall", told.map(|told| told.enabled));
        let default_refuses = setting(context, network, "DefaultInboundAction", told.map(|told| told.refuses_inbound));
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
    let mut firewalls = Listing::complete(vec![firewall]);
    if context.system.is_running.is_ok() {
        match context.running().other_firewalls() {
            Ok(others) => firewalls.items.extend(others.iter().map(other)),
            // A server has no Security Center, and what stands in for its firewall registers nowhere.
            Err(_) if context.is_server() == Ok(true) => {}
            Err(gap) => firewalls.note_gap(gap),
        }
    }
    Ok(Firewall { firewalls: Observed::Known(firewalls) })
}

/// The firewall of another maker, which switches that of Windows off.
fn other(firewall: &OtherFirewall) -> HostFirewall {
    let active = match firewall.state {
        0 => Observed::Known(true),
        1..=3 => Observed::Known(false),
        other => Observed::unknown(GapCode::Unsupported, format!("{other:#x} is no state of a product that is known")),
    };
    HostFirewall {
        name: text::nfc(&firewall.name).into_owned().into(),
        active,
        refuses_inbound: Observed::unknown(GapCode::Unsupported, "the product does not say so to Windows"),
    }
}

fn service_starts(context: &Context) -> Result<bool, Gap> {
    Ok(context.start_of_own_service(SERVICE)? != START_DISABLED)
}

/// A switch by the first that has it: a policy, the firewall itself, the settings of the PC. Without one it is on, as
/// Windows is made.
fn setting(context: &Context, network: &Network, name: &str, told: Option<bool>) -> Result<bool, Gap> {
    let registry = context.registry();
    for policy in network.policies {
        if let Some(number) = registry.number(&KeyPath::software(POLICY).child(policy), name)? {
            return Ok(number != 0);
        }
    }
    if let Some(told) = told {
        return Ok(told);
    }
    let local = KeyPath::control_set(LOCAL).child(network.local);
    if !registry.has(&local)? {
        return Err(Gap::with_detail(GapCode::NotObserved, format!("{local} is not there")));
    }
    Ok(registry.number(&local, name)? != Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::windows::registry::Value;
    use crate::windows::running::FirewallProfile;
    use crate::windows::testing::{Told, context_with};

    const ON: FirewallProfile = FirewallProfile { enabled: true, refuses_inbound: true };
    const OFF: FirewallProfile = FirewallProfile { enabled: false, refuses_inbound: false };

    #[test]
    fn a_policy_stands_above_the_firewall_and_that_above_the_settings() {
        let local = |name: &str| format!(r"HKLM\SYSTEM\CurrentControlSet\{LOCAL}\{name}");
        let policy = |name: &str| format!(r"HKLM\SOFTWARE\{POLICY}\{name}");
        let (all_off, public_off) = (Some([OFF, OFF, OFF]), Some([ON, ON, OFF]));
        for (told, key, value, expected) in [
            (None, local("PublicProfile"), 1, Ok((true, true))),
            (None, local("PublicProfile"), 0, Ok((false, true))),
            (Some([ON; 3]), local("PublicProfile"), 0, Ok((true, true))),
            (public_off, local("PublicProfile"), 1, Ok((false, false))),
            (public_off, policy("PublicProfile"), 1, Ok((true, false))),
            (all_off, policy("PublicProfile"), 1, Ok((false, false))),
            (Some([ON; 3]), policy("DomainProfile"), 0, Ok((false, true))),
        ] {
            let mut keys: Vec<(String, &str, Value)> = [
                (r"HKLM\SYSTEM\CurrentControlSet\Services\mpssvc".to_owned(), "Start", Value::Number(2)),
                (local("DomainProfile"), "EnableFirewall", Value::Number(1)),
                (local("StandardProfile"), "EnableFirewall", Value::Number(1)),
                (local("PublicProfile"), "EnableFirewall", Value::Number(1)),
            ]
            .into();
            keys.push((key.clone(), "EnableFirewall", Value::Number(value)));
            let running = Told { firewall: told, services: vec![SERVICE], ..Told::default() };
            let found = collect(&context_with(&keys, running)).unwrap().firewalls;
            let firewall = found.known().unwrap().items[0].clone();
            let of = |observed: &Observed<bool>| observed.known().copied().ok_or(());
            let seen = of(&firewall.active).and_then(|active| Ok((active, of(&firewall.refuses_inbound)?)));
            assert_eq!(seen, expected, "{told:?} {key} {value}");
        }
    }

    #[test]
    fn a_firewall_of_another_maker_is_listed_beside_that_of_windows() {
        let version = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
        let product = |state| OtherFirewall { name: "Kaspersky Endpoint Security".to_owned(), state };
        let listed = |edition: &str, others: Option<Vec<OtherFirewall>>| {
            let keys = [
                (r"HKLM\SYSTEM\CurrentControlSet\Services\mpssvc".to_owned(), "Start", Value::Number(2)),
                (version.to_owned(), "InstallationType", Value::Text(edition.into())),
            ];
            let running = Told { firewall: Some([OFF; 3]), other_firewalls: others, ..Told::default() };
            collect(&context_with(&keys, running)).unwrap().firewalls.known().unwrap().clone()
        };
        for (state, active) in [(0, Some(true)), (1, Some(false)), (2, Some(false)), (3, Some(false)), (4, None)] {
            let firewalls = listed("Client", Some(vec![product(state)]));
            assert_eq!(firewalls.items[0].active.known(), Some(&false));
            assert_eq!(firewalls.items[1].active.known().copied(), active, "{state}");
            assert_eq!(firewalls.items[1].refuses_inbound.known(), None, "it is asked of the product, not guessed");
            assert!(firewalls.incomplete.is_none());
        }
        // A PC whose Security Center does not answer may have one; a server has no Security Center.
        assert!(listed("Client", None).incomplete.is_some());
        assert!(listed("Server", None).incomplete.is_none());
    }
}
