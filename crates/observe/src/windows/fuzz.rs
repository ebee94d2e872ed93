//! Fuzz targets for what of Windows stays inside this crate; `tests/fuzz.rs` has those that need no more than what is public.
//! As plain tests they run some seconds' worth of inputs; `cargo bolero test` runs them with a fuzzer.

use super::running::SecurityState;
use super::{antivirus, descriptor, sam, zone};

#[test]
fn any_bytes_are_a_security_descriptor_or_a_gap() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let _ = (descriptor::access(bytes), descriptor::identifier(bytes));
    });
}

/// A head that leads to the list behind it, so that entries are reached at once.
#[test]
fn any_list_of_rights_is_read_or_a_gap() {
    bolero::check!().with_type::<(u16, Vec<u8>)>().for_each(|(count, entries)| {
        let mut bytes = vec![1, 0, 4, 0x80];
        bytes.extend([0; 12]);
        bytes.extend(20_u32.to_le_bytes());
        bytes.extend([2, 0]);
        bytes.extend(u16::try_from(entries.len() + 8).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend((count % 8).to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(entries);
        let _ = descriptor::access(&bytes);
    });
}

#[test]
fn any_bytes_are_a_mark_of_the_internet_or_none() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let _ = zone::parse(bytes);
    });
}

#[test]
fn any_number_is_a_state_of_a_product_or_a_gap() {
    bolero::check!().with_type::<(u32, u32)>().for_each(|(state, signatures)| {
        for state in
            [SecurityState::Management(*state), SecurityState::Center { state: *state, signatures: *signatures }]
        {
            let _ = (antivirus::state_of(state), antivirus::signatures_of(state));
        }
    });
}

#[test]
fn any_bytes_are_values_of_accounts_or_none() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let _ = (sam::Record::parse(bytes), sam::name_of(bytes), sam::policy_of(bytes), sam::machine_of(bytes));
        let _ = sam::Members::parse(bytes, "S-1-5-21-1-2-3");
    });
}

/// Tables of places that lead into what follows them.
#[test]
fn any_places_lead_to_a_name_or_members_or_nowhere() {
    bolero::check!().with_type::<(u8, u8, u8, Vec<u8>)>().for_each(|(at, length, count, data)| {
        let mut user = vec![0; 0xcc];
        (user[12], user[16]) = (*at, *length);
        user.extend(data);
        let mut group = vec![0; 0x34];
        (group[40], group[44], group[48]) = (*at, *length, *count);
        group.extend(data);
        let _ = (sam::name_of(&user), sam::Members::parse(&group, "S-1-5-21-1-2-3"));
    });
}
