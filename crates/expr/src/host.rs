//! Whether a host belongs to a domain.

/// Whether `host` is `domain` or below it: letters of either case, a dot at the end or not, never a look-alike
/// (`evilmoj.gov.vn` is not within `moj.gov.vn`). Nothing is within an empty domain.
pub(crate) fn within(host: &str, domain: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let well_formed = |name: &str| name.split('.').all(|label| !label.is_empty());
    if !well_formed(domain) || !well_formed(host) {
        return false;
    }
    let mut host_labels = host.rsplit('.');
    domain.rsplit('.').all(|label| host_labels.next().is_some_and(|own| own.eq_ignore_ascii_case(label)))
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn equal_or_below() {
        for host in ["moj.gov.vn", "mail.moj.gov.vn", "A.B.MOJ.gov.vn", "moj.gov.vn.", "mail.moj.gov.vn."] {
            assert!(within(host, "moj.gov.vn"), "{host}");
            assert!(within(host, "MOJ.GOV.VN."), "{host}");
        }
    }

    #[test]
    fn look_alikes_are_outside() {
        for host in [
            "evilmoj.gov.vn",
            "moj.gov.vn.evil.com",
            "gov.vn",
            "moj.gov.vn..",
            ".moj.gov.vn",
            "moj-gov.vn",
            "",
            ".",
            "mọj.gov.vn",
            "mail..moj.gov.vn",
            "user@moj.gov.vn.x",
        ] {
            assert!(!within(host, "moj.gov.vn"), "{host}");
        }
        assert!(!within("moj.gov.vn", ""));
        assert!(!within("moj.gov.vn", "."));
        assert!(!within("", ""));
    }
}
