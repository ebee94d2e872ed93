//! The tables of `GetExtendedTcpTable`: which ports accept connections.

use std::collections::BTreeSet;

use khien_model::{Gap, GapCode};

/// How the rows of a table are made, in bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// The length of a row.
    length: usize,
    /// Where its local port stands.
    port: usize,
}

/// `MIB_TCPROW_OWNER_PID`: state, local address, local port, remote address, remote port, process.
pub(crate) const VERSION_4: Rows = Rows { length: 24, port: 8 };

/// `MIB_TCP6ROW_OWNER_PID`: local address and scope, local port, the same of the other side, state, process.
pub(crate) const VERSION_6: Rows = Rows { length: 56, port: 20 };

/// How many bytes the number of rows takes.
const COUNT_BYTES: usize = 4;

/// The local ports in a table. What is allocated may be longer than what it says to hold, never shorter.
pub(crate) fn ports_of(table: &[u8], rows: Rows) -> Result<BTreeSet<u16>, Gap> {
    let malformed = || Gap::with_detail(GapCode::Malformed, "the table of open ports is shorter than it says");
    let (count, table) = table.split_first_chunk::<COUNT_BYTES>().ok_or_else(malformed)?;
    let count = u32::from_ne_bytes(*count) as usize;
    let length = count.checked_mul(rows.length).ok_or_else(malformed)?;
    let table = table.get(..length).ok_or_else(malformed)?;
    let port = |row: &[u8]| {
        // The order of the network, in the first half of four bytes.
        row.get(rows.port..).and_then(|rest| rest.first_chunk::<2>()).map(|port| u16::from_be_bytes(*port))
    };
    Ok(table.chunks_exact(rows.length).filter_map(port).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What Windows 10 gave on a PC that shares nothing: two listeners of version 4, in room for three.
    const RECORDED: &[u8] = &[
        2, 0, 0, 0, //
        2, 0, 0, 0, 0, 0, 0, 0, 0x00, 0x87, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xa4, 0x03, 0, 0, //
        2, 0, 0, 0, 127, 0, 0, 1, 0x0d, 0x3d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x88, 0x13, 0, 0, //
        0, 0, 0, 0, 0, 0, 0, 0, 0x01, 0xbd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    #[test]
    fn ports_are_in_the_order_of_the_network() {
        assert_eq!(ports_of(RECORDED, VERSION_4).unwrap(), [135, 3389].into());
    }

    #[test]
    fn a_port_of_version_6_stands_elsewhere() {
        let mut table = vec![1, 0, 0, 0];
        let mut row = [0; 56];
        row[20..22].copy_from_slice(&445_u16.to_be_bytes());
        table.extend(row);
        assert_eq!(ports_of(&table, VERSION_6).unwrap(), [445].into());
        assert_eq!(ports_of(&[0, 0, 0, 0], VERSION_6).unwrap(), BTreeSet::new());
    }

    #[test]
    fn a_table_that_is_cut_off_is_none() {
        for length in [0, 3, 4, 27, 51] {
            assert_eq!(ports_of(&RECORDED[..length], VERSION_4).unwrap_err().code, GapCode::Malformed, "{length}");
        }
        assert_eq!(ports_of(&[0xff; 40], VERSION_6).unwrap_err().code, GapCode::Malformed);
    }

    proptest! {
        #[test]
        fn no_table_is_too_odd(table in proptest::collection::vec(any::<u8>(), 0..200)) {
            for rows in [VERSION_4, VERSION_6] {
                let ports = ports_of(&table, rows).unwrap_or_default();
                prop_assert!(ports.len() <= table.len() / rows.length);
            }
        }
    }
}
