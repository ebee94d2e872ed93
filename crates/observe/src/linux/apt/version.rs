//! The order of Debian versions (deb-version(7)), as dpkg compares them.

use std::cmp::Ordering;

/// Compares two versions, `[epoch:]upstream[-revision]`.
pub(crate) fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let (left, right) = (Parts::of(left), Parts::of(right));
    number_order(left.epoch, right.epoch)
        .then_with(|| part_order(left.upstream, right.upstream))
        .then_with(|| part_order(left.revision, right.revision))
}

struct Parts<'a> {
    epoch: &'a [u8],
    upstream: &'a [u8],
    revision: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(version: &'a [u8]) -> Self {
        let colon = version.iter().position(|byte| *byte == b':');
        let (epoch, rest) = match colon.and_then(|at| version.split_at_checked(at)) {
            Some((epoch, rest)) => (epoch, rest.get(1..).unwrap_or_default()),
            None => (&b"0"[..], version),
        };
        let dash = rest.iter().rposition(|byte| *byte == b'-');
        let (upstream, revision) = match dash.and_then(|at| rest.split_at_checked(at)) {
            Some((upstream, revision)) => (upstream, revision.get(1..).unwrap_or_default()),
            None => (rest, &b""[..]),
        };
        Self { epoch, upstream, revision }
    }
}

/// Alternating runs of non-digits and digits, compared pairwise.
fn part_order(mut left: &[u8], mut right: &[u8]) -> Ordering {
    loop {
        let order =
            text_order(take(&mut left, |byte| !byte.is_ascii_digit()), take(&mut right, |byte| !byte.is_ascii_digit()));
        let order =
            order.then_with(|| number_order(take(&mut left, u8::is_ascii_digit), take(&mut right, u8::is_ascii_digit)));
        if order.is_ne() || (left.is_empty() && right.is_empty()) {
            return order;
        }
    }
}

/// Takes the longest start of `bytes` that fulfils `wanted`.
fn take<'a>(bytes: &mut &'a [u8], wanted: impl Fn(&u8) -> bool) -> &'a [u8] {
    let end = bytes.iter().position(|byte| !wanted(byte)).unwrap_or(bytes.len());
    let (start, rest) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    *bytes = rest;
    start
}

/// `~` sorts before the end, the end before letters, letters before all else.
fn text_order(left: &[u8], right: &[u8]) -> Ordering {
    let weight = |byte: Option<&u8>| match byte {
        None => 0,
        Some(b'~') => -1,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    };
    (0..left.len().max(right.len()))
        .map(|at| weight(left.get(at)).cmp(&weight(right.get(at))))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Digits of any length as numbers.
fn number_order(left: &[u8], right: &[u8]) -> Ordering {
    let significant = |digits: &mut &[u8]| {
        take(digits, |byte| *byte == b'0');
    };
    let (mut left, mut right) = (left, right);
    significant(&mut left);
    significant(&mut right);
    left.len().cmp(&right.len()).then_with(|| left.cmp(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of dpkg's own `t-version` and of deb-version(7), with those that naive orders get wrong.
    const TABLE: &[(&str, &str, &str)] = &[
        ("0", "=", "0"),
        ("0", "=", "0:0-0"),
        ("1.0", "=", "0:1.0"),
        ("1.0-0", "=", "1.0"),
        ("1.00", "=", "1.0"),
        ("0:9", "<", "1:0"),
        ("9:9", "<", "10:1"),
        ("1.2", "<", "1.10"),
        ("1.0~rc1", "<", "1.0"),
        ("1.0~~", "<", "1.0~~a"),
        ("1.0~~a", "<", "1.0~"),
        ("1.0~", "<", "1.0"),
        ("1.0", "<", "1.0a"),
        ("1.0a", "<", "1.0+b"),
        ("1.0", "<", "1.0-1"),
        ("1.0-1", "<", "1.0-1.1"),
        ("1.0-1+deb12u1", "<", "1.0-1+deb12u2"),
        ("1.0-1~bpo12+1", "<", "1.0-1"),
        ("1.0-1", "<", "1.0-1+b1"),
        ("2.36-9+deb12u9", "<", "2.36-9+deb12u10"),
        ("1:9.2p1-2+deb12u3", "<", "1:9.2p1-2+deb12u5"),
        ("7.6p2-4", ">", "7.6-0"),
        ("1.0.3-3", ">", "1.0-1"),
        ("1.0.4-2", ">", "1.0pre7-2"),
        ("1.1.0+cvs20060620-1+2.6.15-8", "=", "1.1.0+cvs20060620-1+2.6.15-8"),
        ("3.0~rc1-1", "<", "3.0-1"),
        ("20240203~12.0.1+dfsg-1", ">", "20230311+deb12u1"),
        ("18446744073709551616", ">", "18446744073709551615"),
        ("1.0000000000000000000000001", "=", "1.1"),
    ];

    #[test]
    fn versions_sort_as_in_dpkg() {
        for (left, relation, right) in TABLE {
            let order = match *relation {
                "<" => Ordering::Less,
                ">" => Ordering::Greater,
                _ => Ordering::Equal,
            };
            assert_eq!(compare(left.as_bytes(), right.as_bytes()), order, "{left} {relation} {right}");
            assert_eq!(compare(right.as_bytes(), left.as_bytes()), order.reverse(), "{right} vs {left}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_is_an_order(a in "[0-9a-c~+.:-]{0,9}", b in "[0-9a-c~+.:-]{0,9}", c in "[0-9a-c~+.:-]{0,9}") {
            let mut three = [a.as_bytes(), b.as_bytes(), c.as_bytes()];
            three.sort_by(|left, right| compare(left, right));
            for (first, second) in [(0, 1), (1, 2), (0, 2)] {
                proptest::prop_assert!(compare(three[first], three[second]).is_le());
                proptest::prop_assert_eq!(compare(three[second], three[first]), compare(three[first], three[second]).reverse());
            }
        }

        #[test]
        fn any_bytes_compare_without_panic(a: Vec<u8>, b: Vec<u8>) {
            compare(&a, &b);
        }
    }
}
