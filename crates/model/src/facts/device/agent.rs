//! The agent on this machine.

use crate::Observed;

words! {
    /// What keeps the agent's private key from being used on another machine.
    pub enum KeyProtection {
        /// The security chip (TPM) of the PC, and DPAPI: without both the key file is of no use.
        Tpm = "tpm",
        /// DPAPI with the key of the machine: a copy of the file is of no use elsewhere, a copy of the whole disk may be.
        Dpapi = "dpapi",
        /// The rights of its file alone: a copy of it is as good.
        File = "file",
    }
}

record! {
    /// The agent on this machine, as it knows itself; a machine without an agent has no such fact.
    pub struct Agent {
        /// What keeps its private key from being used on another machine, by the form of `key.pk8` in its state. Windows: the
        /// chip, where there is one that works, else DPAPI; Linux: the rights of the file.
        pub key_protection: Observed<KeyProtection>,
    }
}
