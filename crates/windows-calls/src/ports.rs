//! The tables of open ports, as Windows lays them out: what is in them is read elsewhere.

use std::io;

use windows::Win32::NetworkManagement::IpHelper::{GetExtendedTcpTable, TCP_TABLE_OWNER_PID_LISTENER};

/// The numbers of Windows for "all is well" and "more room is needed".
const NO_ERROR: u32 = 0;
const MORE_ROOM: u32 = 122;

/// The largest table that is taken, in bytes.
const MAX_TABLE_BYTES: u32 = 16 << 20;

/// How often room is made: the table may have grown since its length was told.
const ATTEMPTS: usize = 4;

/// The version of the network protocol, by the number of its family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// `AF_INET`.
    Version4 = 2,
    /// `AF_INET6`.
    Version6 = 23,
}

/// The table of what accepts TCP connections: `MIB_TCPTABLE_OWNER_PID` or `MIB_TCP6TABLE_OWNER_PID`.
pub fn listeners(protocol: Protocol) -> io::Result<Vec<u8>> {
    let mut length: u32 = 0;
    for _ in 0..ATTEMPTS {
        // Words, so that the numbers in it are aligned.
        let mut table = vec![0_u32; (length as usize).div_ceil(size_of::<u32>())];
        let room = (!table.is_empty()).then(|| table.as_mut_ptr().cast());
        // SAFETY: where there is room it is as long as the length that goes with it; the place for the length is ours.
        let error = unsafe {
            GetExtendedTcpTable(room, &raw mut length, false, protocol as u32, TCP_TABLE_OWNER_PID_LISTENER, 0)
        };
        match error {
            NO_ERROR => return Ok(table.iter().flat_map(|word| word.to_ne_bytes()).collect()),
            MORE_ROOM if length <= MAX_TABLE_BYTES => {}
            error => return Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
    Err(io::Error::from_raw_os_error(MORE_ROOM.cast_signed()))
}
