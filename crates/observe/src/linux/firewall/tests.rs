use super::*;
use crate::linux::testing::Machine;
use proptest::prelude::*;

type Answers = (String, Result<bool, GapCode>, Result<bool, GapCode>);

fn firewalls(machine: &Machine) -> (Vec<Answers>, Option<GapCode>) {
    let listing = match collect(&machine.context()).unwrap().firewalls {
        Observed::Known(listing) => listing,
        Observed::Unknown(gap) => panic!("{gap}"),
    };
    let answer = |observed: &Observed<bool>| match observed {
        Observed::Known(value) => Ok(*value),
        Observed::Unknown(gap) => Err(gap.code),
    };
    let items = listing
        .items
        .iter()
        .map(|one| (one.name.known().unwrap().clone(), answer(&one.active), answer(&one.refuses_inbound)))
        .collect();
    (items, listing.incomplete.map(|gap| gap.code))
}

fn one(name: &str, active: Result<bool, GapCode>, refuses: Result<bool, GapCode>) -> Vec<Answers> {
    vec![(name.to_owned(), active, refuses)]
}

#[test]
fn a_machine_without_a_firewall() {
    let machine = Machine::new().running();
    assert_eq!(firewalls(&machine), (vec![], None));
    machine.folder("sys/module/nf_tables");
    assert_eq!(firewalls(&machine), (vec![], Some(GapCode::NotObserved)));
}

#[test]
fn ufw_is_on_when_its_file_and_its_unit_say_so() {
    let machine = Machine::new();
    machine.file("etc/ufw/ufw.conf", "# /etc/ufw/ufw.conf\nENABLED=no\nLOGLEVEL=low\n");
    machine.file("etc/default/ufw", "IPV6=yes\nDEFAULT_INPUT_POLICY=\"DROP\"\n");
    machine.file("etc/systemd/system/x", "");
    assert_eq!(firewalls(&machine).0, one("ufw", Ok(false), Ok(true)));
    machine.file("etc/ufw/ufw.conf", "ENABLED=yes\n");
    assert_eq!(firewalls(&machine).0, one("ufw", Ok(false), Ok(true)));
    machine.enabled_unit("ufw.service");
    assert_eq!(firewalls(&machine).0, one("ufw", Ok(true), Ok(true)));
    machine.file("etc/default/ufw", "DEFAULT_INPUT_POLICY='ACCEPT' # open\n");
    assert_eq!(firewalls(&machine).0, one("ufw", Ok(true), Ok(false)));
    machine.file("etc/default/ufw", "");
    assert_eq!(firewalls(&machine).0, one("ufw", Ok(true), Err(GapCode::Malformed)));
}

#[test]
fn firewalld_refuses_unless_a_zone_accepts_everything() {
    let machine = Machine::new().running();
    machine.file("usr/sbin/firewalld", "");
    machine.file(
        "usr/lib/firewalld/zones/public.xml",
        "<?xml version=\"1.0\"?>\n<zone>\n <service name=\"ssh\"/>\n</zone>",
    );
    machine.file("usr/lib/firewalld/zones/trusted.xml", "<zone target=\"ACCEPT\"></zone>");
    machine.enabled_unit("firewalld.service");
    assert_eq!(firewalls(&machine).0, one("firewalld", Ok(false), Ok(true)));
    machine.process(70, "firewalld");
    assert_eq!(firewalls(&machine).0, one("firewalld", Ok(true), Ok(true)));
    machine
        .file("etc/firewalld/zones/trusted.xml", "<zone target='ACCEPT'><!-- <x> --><interface name='eth0'/></zone>");
    assert_eq!(firewalls(&machine).0, one("firewalld", Ok(true), Ok(false)));
    std::fs::remove_file(machine.path("etc/firewalld/zones/trusted.xml")).unwrap();
    machine.file("etc/firewalld/firewalld.conf", "DefaultZone=trusted\n");
    assert_eq!(firewalls(&machine).0, one("firewalld", Ok(true), Ok(false)));
    machine.file("etc/firewalld/firewalld.conf", "DefaultZone=gone\n");
    assert_eq!(firewalls(&machine).0, one("firewalld", Ok(true), Err(GapCode::Malformed)));
}

#[test]
fn rule_files_count_when_they_filter() {
    let machine = Machine::new();
    machine.file(
        "etc/nftables.conf",
        "flush ruleset\ntable inet filter { chain input { type filter hook input priority 0; } }\n",
    );
    machine.enabled_unit("nftables.service");
    assert_eq!(firewalls(&machine).0, []);
    machine.file(
        "etc/nftables.conf",
        "table inet filter { chain input { type filter hook input priority 0; policy drop; } }\n",
    );
    assert_eq!(firewalls(&machine).0, one("nftables", Ok(true), Ok(true)));
    machine.file("etc/nftables.conf", "{");
    assert_eq!(firewalls(&machine), (vec![], Some(GapCode::Malformed)));
    std::fs::remove_file(machine.path("etc/nftables.conf")).unwrap();
    machine.file("etc/iptables/rules.v4", "*filter\n:INPUT DROP [0:0]\nCOMMIT\n");
    assert_eq!(firewalls(&machine).0, one("iptables", Ok(false), Ok(true)));
}

proptest! {
    #[test]
    fn any_zone_is_read_without_panic(xml in "\\PC{0,60}|(<|>|zone|/| target=|\"|'|ACCEPT|!--|-->|interface){0,16}") {
        parse_zone(&xml);
    }
}
