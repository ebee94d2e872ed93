//! Facts about a PC or server (clause 4), one file per area.

mod accounts;
mod agent;
mod antivirus;
mod browsers;
mod disk;
mod downloads;
mod firewall;
mod guard;
mod os;
mod patches;
mod remote_access;
mod reporting;
mod session;
mod shares;
mod software;
mod usb;

pub use accounts::*;
pub use agent::*;
pub use antivirus::*;
pub use browsers::*;
pub use disk::*;
pub use downloads::*;
pub use firewall::*;
pub use guard::*;
pub use os::*;
pub use patches::*;
pub use remote_access::*;
pub use reporting::*;
pub use session::*;
pub use shares::*;
pub use software::*;
pub use usb::*;
