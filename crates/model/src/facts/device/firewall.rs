//! The host firewall.

use crate::{Listing, Observed};

record! {
    /// The host firewall. Nearest osquery tables: `iptables`, `windows_firewall_rules`, `security_profile_info`.
    pub struct Firewall {
        /// Every firewall found. A rule set that is empty is not a firewall.
        pub firewalls: Observed<Listing<HostFirewall>>,
    }

    /// One firewall.
    pub struct HostFirewall {
        /// Its name: `nftables`, `ufw`, `firewalld`, `Windows Defender Firewall`.
        pub name: Observed<String>,
        /// Whether it is set to be in force, and nothing says that it is not.
        pub active: Observed<bool>,
        /// Whether connections from outside are refused unless a rule allows them.
        pub refuses_inbound: Observed<bool>,
    }
}
