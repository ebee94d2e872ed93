//! The firewall of Windows, as it says itself.

use std::io;
use std::time::Duration;

use windows::Win32::NetworkManagement::WindowsFirewall::{
    INetFwPolicy2, NET_FW_ACTION_BLOCK, NET_FW_PROFILE_TYPE2, NET_FW_PROFILE2_DOMAIN, NET_FW_PROFILE2_PRIVATE,
    NET_FW_PROFILE2_PUBLIC, NetFwPolicy2,
};
use windows::Win32::System::Com::{CLSCTX_INPROC_SERVER, CoCreateInstance};
use windows::core::Result;

use crate::apartment::answered;
use crate::error_of;

/// The firewall in one kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirewallProfile {
    /// Whether it is switched on there.
    pub enabled: bool,
    /// Whether it refuses what no rule allows.
    pub refuses: bool,
}

/// The firewall in networks of a domain, private and public ones.
pub fn firewall_profiles(deadline: Duration) -> io::Result<[FirewallProfile; 3]> {
    answered("firewall", deadline, || profiles().map_err(|error| error_of(&error)))
}

fn profiles() -> Result<[FirewallProfile; 3]> {
    // SAFETY: this thread has joined COM; the class and the interface belong together.
    let policy: INetFwPolicy2 = unsafe { CoCreateInstance(&NetFwPolicy2, None, CLSCTX_INPROC_SERVER) }?;
    Ok([
        profile(&policy, NET_FW_PROFILE2_DOMAIN)?,
        profile(&policy, NET_FW_PROFILE2_PRIVATE)?,
        profile(&policy, NET_FW_PROFILE2_PUBLIC)?,
    ])
}

fn profile(policy: &INetFwPolicy2, kind: NET_FW_PROFILE_TYPE2) -> Result<FirewallProfile> {
    // SAFETY: the object lives as long as it is borrowed.
    unsafe {
        Ok(FirewallProfile {
            enabled: policy.get_FirewallEnabled(kind)?.as_bool(),
            refuses: policy.get_DefaultInboundAction(kind)? == NET_FW_ACTION_BLOCK,
        })
    }
}
