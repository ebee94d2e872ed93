//! `firewall`: the firewalls that are configured to be in force. A rule set that filters nothing is not a firewall.

mod iptables;
mod nftables;

use std::path::Path;

use khien_model::facts::{Firewall, HostFirewall};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;
use super::units::Units;
use crate::keyfile;
use crate::root::{EntryKind, Root, shown};

/// The largest configuration file that is read.
const MAX_CONFIG_BYTES: u64 = 1 << 20;

/// Modules of the kernel that are there once somebody has loaded rules. Docker and virtual machines load some too.
const RULE_MODULES: [&str; 3] = ["sys/module/nf_tables", "sys/module/ip_tables", "sys/module/ip6_tables"];

#[expect(clippy::unnecessary_wraps, reason = "every collector has this form")]
pub(crate) fn collect(context: &Context) -> Result<Firewall, Gap> {
    let units = Units::read(&context.root);
    let mut firewalls = Listing::default();
    for look in [ufw, firewalld, by_nftables, by_iptables] {
        match look(context, &units) {
            Ok(found) => firewalls.items.extend(found),
            Err(gap) => firewalls.note_gap(gap),
        }
    }
    let in_force = firewalls.items.iter().any(|firewall| firewall.active == Observed::Known(true));
    if !in_force && let Some(gap) = rules_of_others(context) {
        firewalls.note_gap(gap);
    }
    Ok(Firewall { firewalls: Observed::Known(firewalls) })
}

type Found = Result<Option<HostFirewall>, Gap>;
type EnabledUnits = Result<Units, Gap>;

fn starts(units: &EnabledUnits, names: &[&str]) -> Result<bool, Gap> {
    units.as_ref().map(|units| units.any_enabled(names)).map_err(Clone::clone)
}

/// A rule set may be in the kernel that no configuration here explains: a script's, a container engine's.
fn rules_of_others(context: &Context) -> Option<Gap> {
    if context.running.is_err() {
        return None;
    }
    let loaded = RULE_MODULES.iter().find(|module| context.root.exists(module).unwrap_or(true))?;
    Some(Gap::with_detail(
        GapCode::NotObserved,
        format!("/{loaded}: the kernel may hold rules that no known firewall wrote"),
    ))
}

/// A shell file's `KEY=value`, quotes taken off.
fn shell_value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    keyfile::value(text, "", key).map(|value| {
        let value = value.split('#').next().unwrap_or_default().trim();
        value.trim_matches(['"', '\''])
    })
}

/// ufw: `ufw.conf` says whether it is on, `default/ufw` what it does with what no rule names.
fn ufw(context: &Context, units: &EnabledUnits) -> Found {
    let Some(text) = context.root.read_text("etc/ufw/ufw.conf", MAX_CONFIG_BYTES)? else {
        return Ok(None);
    };
    let enabled = shell_value(&text, "ENABLED").is_some_and(|value| value.eq_ignore_ascii_case("yes"));
    let active = if enabled { starts(units, &["ufw.service"]) } else { Ok(false) };
    let refuses = match context.root.read_text("etc/default/ufw", MAX_CONFIG_BYTES) {
        Ok(Some(defaults)) => match shell_value(&defaults, "DEFAULT_INPUT_POLICY") {
            Some("DROP" | "REJECT") => Ok(true),
            Some("ACCEPT") => Ok(false),
            _ => Err(Gap::with_detail(GapCode::Malformed, "/etc/default/ufw: no DEFAULT_INPUT_POLICY")),
        },
        Ok(None) => Err(Gap::with_detail(GapCode::Malformed, "/etc/default/ufw: not there")),
        Err(gap) => Err(gap),
    };
    Ok(Some(HostFirewall { name: "ufw".into(), active: active.into(), refuses_inbound: refuses.into() }))
}

/// firewalld: the default zone, and the zones that have interfaces of their own. A zone refuses unless its target is
/// `ACCEPT`.
fn firewalld(context: &Context, units: &EnabledUnits) -> Found {
    let root = &context.root;
    if !root.exists("usr/sbin/firewalld")? {
        return Ok(None);
    }
    let starts = starts(units, &["firewalld.service"]);
    // It is a program that runs: one that was stopped is not in force.
    let active = match (starts, context.runs(&["firewalld"])) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (starts, Ok(true)) => starts,
        (starts, Err(_)) if context.running.is_err() => starts,
        (_, Err(gap)) => Err(gap),
    };
    Ok(Some(HostFirewall {
        name: "firewalld".into(),
        active: active.into(),
        refuses_inbound: firewalld_refuses(root).into(),
    }))
}

fn firewalld_refuses(root: &Root) -> Result<bool, Gap> {
    let config = root.read_text("etc/firewalld/firewalld.conf", MAX_CONFIG_BYTES)?.unwrap_or_default();
    let default = keyfile::value(&config, "", "DefaultZone").unwrap_or("public").to_owned();
    let default_file = format!("{default}.xml");
    let mut refuses = None;
    for folder in ["etc/firewalld/zones", "usr/lib/firewalld/zones"] {
        let listed = root.list(folder)?.unwrap_or_default();
        for entry in listed.entries.iter().filter(|entry| entry.kind != EntryKind::Folder) {
            let path = Path::new(folder).join(&entry.file_name);
            if path.extension().is_none_or(|ending| ending != "xml") {
                continue;
            }
            let is_default = entry.file_name.to_str() == Some(&default_file);
            // The administrator's file of a zone replaces the shipped one; those of other zones bind interfaces.
            if (is_default && refuses.is_none()) || folder.starts_with("etc") {
                let zone = root.read_text(&path, MAX_CONFIG_BYTES)?.unwrap_or_default();
                let zone = parse_zone(&zone)
                    .ok_or_else(|| Gap::with_detail(GapCode::Malformed, format!("{}: no zone", shown(&path))))?;
                if is_default {
                    refuses = Some(zone.refuses);
                } else if zone.bound && !zone.refuses {
                    return Ok(false);
                }
            }
        }
    }
    refuses.ok_or_else(|| Gap::with_detail(GapCode::Malformed, format!("the zone {default} is not there")))
}

/// A zone of firewalld.
#[derive(Debug, PartialEq, Eq)]
struct Zone {
    refuses: bool,
    /// Whether interfaces or sources are bound to it.
    bound: bool,
}

/// Reads a zone file. Its format is XML that firewalld writes itself: one `zone` element with a `target` attribute.
fn parse_zone(xml: &str) -> Option<Zone> {
    let mut rest = xml;
    let mut zone = None;
    let mut bound = false;
    while let Some((_, from)) = rest.split_once('<') {
        if let Some(comment) = from.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (tag, after) = from.split_once('>')?;
        match tag.split(|letter: char| letter.is_whitespace() || letter == '/').next() {
            Some("zone") => zone = Some(attribute(tag, "target").is_none_or(|target| target != "ACCEPT")),
            Some("interface" | "source") => bound = true,
            _ => {}
        }
        rest = after;
    }
    zone.map(|refuses| Zone { refuses, bound })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, after) = tag.split_once(name)?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value.strip_prefix(quote)?.split(quote).next()
}

/// nftables.service loads Debian's or Fedora's rule file.
fn by_nftables(context: &Context, units: &EnabledUnits) -> Found {
    for path in ["etc/nftables.conf", "etc/sysconfig/nftables.conf"] {
        let Some(rules) = nftables::read(&context.root, Path::new(path))? else { continue };
        if rules.filters_input {
            return Ok(Some(HostFirewall {
                name: "nftables".into(),
                active: starts(units, &["nftables.service"]).into(),
                refuses_inbound: rules.refuses_input.into(),
            }));
        }
    }
    Ok(None)
}

/// Saved rules of iptables: Debian's netfilter-persistent, Fedora's iptables-services.
fn by_iptables(context: &Context, units: &EnabledUnits) -> Found {
    let places: [(&str, &[&str]); 2] = [
        ("etc/iptables/rules.v4", &["netfilter-persistent.service", "iptables.service"]),
        ("etc/sysconfig/iptables", &["iptables.service"]),
    ];
    for (path, services) in places {
        let Some(text) = context.root.read_text(path, MAX_CONFIG_BYTES)? else { continue };
        let rules = iptables::parse(&text);
        if rules.filters_input {
            return Ok(Some(HostFirewall {
                name: "iptables".into(),
                active: starts(units, services).into(),
                refuses_inbound: rules.refuses_input.into(),
            }));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
