//! Why a call of Windows gave nothing, by its number: the text to it is in the language of the system.

use khien_model::{Gap, GapCode};

/// Numbers for "no right": of Windows itself, of COM and of its management.
const NO_RIGHT: [i32; 3] = [5, 0x8007_0005_u32.cast_signed(), 0x8004_1003_u32.cast_signed()];

/// Numbers for "this Windows has no such thing": not supported, no such module or function; class not registered, not
/// implemented, no such interface; and of management: no such namespace, no such class, no such provider.
const NO_SUCH_THING: [i32; 9] = [
    50,
    126,
    127,
    0x8004_0154_u32.cast_signed(),
    0x8000_4001_u32.cast_signed(),
    0x8000_4002_u32.cast_signed(),
    0x8004_100e_u32.cast_signed(),
    0x8004_1010_u32.cast_signed(),
    0x8004_1011_u32.cast_signed(),
];

/// The reason why `call` gave nothing.
pub(crate) fn gap_of_number(call: &str, number: i32) -> Gap {
    let code = if NO_RIGHT.contains(&number) {
        GapCode::PermissionDenied
    } else if NO_SUCH_THING.contains(&number) {
        GapCode::Unsupported
    } else {
        GapCode::Unreadable
    };
    Gap::with_detail(code, format!("{call}: error {number:#x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_a_missing_right_from_a_missing_thing() {
        for (number, code, told) in [
            (5, GapCode::PermissionDenied, "NetShareEnum: error 0x5"),
            (-2_147_024_891, GapCode::PermissionDenied, "NetShareEnum: error 0x80070005"),
            (50, GapCode::Unsupported, "NetShareEnum: error 0x32"),
            (-2_147_221_164, GapCode::Unsupported, "NetShareEnum: error 0x80040154"),
            (-2_147_217_394, GapCode::Unsupported, "NetShareEnum: error 0x8004100e"),
            (1058, GapCode::Unreadable, "NetShareEnum: error 0x422"),
        ] {
            assert_eq!(gap_of_number("NetShareEnum", number), Gap::with_detail(code, told), "{number}");
        }
    }
}
