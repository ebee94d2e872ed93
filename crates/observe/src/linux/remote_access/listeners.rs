//! Which TCP ports other machines can reach, from `/proc/net/tcp` and `/proc/net/tcp6`.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use khien_model::{Gap, GapCode};

use crate::linux::context::Context;

/// The largest table that is read: a busy server has some ten thousand connections of 150 bytes.
const MAX_TABLE_BYTES: u64 = 8 << 20;

const TABLES: [&str; 2] = ["proc/net/tcp", "proc/net/tcp6"];

/// The kernel's number for `LISTEN`.
const LISTENING: &str = "0A";

/// The ports on which something listens, loopback aside.
pub(super) fn reachable_ports(context: &Context) -> Result<BTreeSet<u16>, Gap> {
    context.running.clone()?;
    let mut ports = BTreeSet::new();
    let mut found = false;
    for table in TABLES {
        // A machine without IPv6 has no second table.
        if let Some(text) = context.root.read_text(table, MAX_TABLE_BYTES)? {
            found = true;
            ports.extend(listeners(&text).filter(|(address, _)| !is_local(*address)).map(|(_, port)| port));
        }
    }
    if !found {
        return Err(Gap::with_detail(GapCode::Unreadable, "/proc/net/tcp: not there"));
    }
    Ok(ports)
}

fn listeners(table: &str) -> impl Iterator<Item = (IpAddr, u16)> {
    table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let local = fields.next()?;
        let state = fields.nth(1)?;
        let (address, port) = local.split_once(':')?;
        let listens = state == LISTENING;
        listens.then_some((parse_address(address)?, u16::from_str_radix(port, 16).ok()?))
    })
}

/// An address as the kernel prints it: 32-bit words in the byte order of the machine.
fn parse_address(hexadecimal: &str) -> Option<IpAddr> {
    let number = u128::from_str_radix(hexadecimal, 16).ok()?;
    match hexadecimal.len() {
        8 => Some(IpAddr::V4(Ipv4Addr::from(u32::try_from(number).ok()?.to_ne_bytes()))),
        32 => {
            let mut bytes = [0; 16];
            for (word, place) in number.to_be_bytes().chunks_exact(4).zip(bytes.chunks_exact_mut(4)) {
                let word = u32::from_be_bytes(word.try_into().ok()?);
                place.copy_from_slice(&word.to_ne_bytes());
            }
            Some(IpAddr::V6(Ipv6Addr::from(bytes)))
        }
        _ => None,
    }
}

fn is_local(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
#[cfg(target_endian = "little")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_what_others_can_reach_counts() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n\
            \x20  0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n\
            \x20  1: 0100007F:170C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2\n\
            \x20  2: 0A00000A:0D3D 0200000A:C000 01 00000000:00000000 00:00000000 00000000     0        0 3\n\
            \x20  3: 00000000000000000000000000000000:0D3D 00000000000000000000000000000000:0000 0A 0 0 0\n\
            \x20  4: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A 0 0 0\n\
            \x20  5: 0000000000000000FFFF00000100007F:0277 00000000000000000000000000000000:0000 0A 0 0 0\n\
            broken\n   6: 00:zz 0 0A\n";
        let found: Vec<_> = listeners(table).map(|(address, port)| (address.to_string(), port)).collect();
        assert_eq!(
            found,
            [
                ("0.0.0.0".to_owned(), 22),
                ("127.0.0.1".to_owned(), 5900),
                ("::".to_owned(), 3389),
                ("::1".to_owned(), 631),
                ("::ffff:127.0.0.1".to_owned(), 631),
            ]
        );
        let reachable: Vec<_> =
            listeners(table).filter(|(address, _)| !is_local(*address)).map(|(_, port)| port).collect();
        assert_eq!(reachable, [22, 3389]);
    }

    proptest! {
        #[test]
        fn any_table_is_read_without_panic(table in "\\PC{0,60}|x\n([0-9A-F: ]{0,50}\n){0,6}") {
            listeners(&table).for_each(drop);
        }
    }
}
