//! Classes of objects that attackers use, and the monikers of links.

use super::super::bytes::utf16;

/// A class, as it stands in files.
pub(crate) type Identifier = [u8; 16];

/// Why a class matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Danger {
    /// The old equation editor: honest old documents have it.
    Equation,
    /// Its code has or had flaws, or it loads what attackers want loaded.
    Flawed,
    /// It runs commands or scripts.
    Runs,
}

/// The classes, written as in the registry.
const CLASSES: &[(&str, Danger, &str)] = &[
    ("0002CE02-0000-0000-C000-000000000046", Danger::Equation, "Equation 3.0 (CVE-2017-11882)"),
    ("0002CE03-0000-0000-C000-000000000046", Danger::Equation, "MathType Equation"),
    ("00021700-0000-0000-C000-000000000046", Danger::Equation, "Equation 2.0 (CVE-2017-11882)"),
    ("00020C01-0000-0000-C000-000000000046", Danger::Flawed, "OLE Package 2 (CVE-2014-4114)"),
    ("00022601-0000-0000-C000-000000000046", Danger::Flawed, "OLE Package 2"),
    ("00022602-0000-0000-C000-000000000046", Danger::Flawed, "OLE Package 2"),
    ("00022603-0000-0000-C000-000000000046", Danger::Flawed, "OLE Package 2"),
    ("BDD1F04B-858B-11D1-B16A-00C0F0283628", Danger::Flawed, "MSCOMCTL.ListViewCtrl (CVE-2012-0158)"),
    ("C74190B6-8589-11D1-B16A-00C0F0283628", Danger::Flawed, "MSCOMCTL.TreeCtrl (CVE-2012-0158)"),
    ("1EFB6596-857C-11D1-B16A-00C0F0283628", Danger::Flawed, "MSCOMCTL.TabStrip (CVE-2012-1856)"),
    ("66833FE6-8583-11D1-B16A-00C0F0283628", Danger::Flawed, "MSCOMCTL.Toolbar (CVE-2012-0158)"),
    ("996BF5E0-8044-4650-ADEB-0B013914E99C", Danger::Flawed, "MSCOMCTL.ListViewCtrl (CVE-2012-0158)"),
    ("9181DC5F-E07D-418A-ACA6-8EEA1ECB8E9E", Danger::Flawed, "MSCOMCTL.TreeCtrl (CVE-2012-0158)"),
    ("A08A033D-1A75-4AB6-A166-EAD02F547959", Danger::Flawed, "otkloadr.WRAssembly (CVE-2015-1641)"),
    ("D7053240-CE69-11CD-A777-00DD01143C57", Danger::Flawed, "Forms.CommandButton in a link"),
    ("CDDBCC7C-BE18-4A58-9CBF-D62A012272CE", Danger::Flawed, "osf.Sandbox (CVE-2015-1770)"),
    ("CDF1C8AA-2D25-43C7-8AFE-01F73A3C66DA", Danger::Flawed, "UmOutlookAddin (CVE-2015-1770)"),
    ("D27CDB6E-AE6D-11CF-96B8-444553540000", Danger::Flawed, "Shockwave Flash"),
    ("D27CDB70-AE6D-11CF-96B8-444553540000", Danger::Flawed, "Shockwave Flash"),
    ("1D2B4F40-1F10-11D1-9E88-00C04FDCAB92", Danger::Flawed, "ThumbCtl (CVE-2015-1671)"),
    ("22D6F312-B0F6-11D0-94AB-0080C74C7E95", Danger::Flawed, "Windows Media Player"),
    ("8856F961-340A-11D0-A96B-00C04FD705A2", Danger::Flawed, "Microsoft Web Browser"),
    ("EAB22AC3-30C1-11CF-A7EB-0000C05BAE0B", Danger::Flawed, "Shell Explorer"),
    ("25336920-03F9-11CF-8FD0-00AA00686F13", Danger::Flawed, "HTML document"),
    ("5512D110-5CC6-11CF-8D67-00AA00BDCE1D", Danger::Flawed, "Forms.HTML:Submitbutton (CVE-2026-21509)"),
    ("2C5BC43E-3369-4C33-AB0C-BE9469677AF4", Danger::Flawed, "InfoPath form"),
    ("F4754C9B-64F5-4B40-8AF4-679732AC0607", Danger::Flawed, "Word document (CVE-2015-2424)"),
    ("00020906-0000-0000-C000-000000000047", Danger::Flawed, "false class of Word"),
    ("72C24DD5-D70A-438B-8A42-98424B88AFB8", Danger::Runs, "WScript.Shell"),
    ("F935DC22-1CF0-11D0-ADB9-00C04FD58A0B", Danger::Runs, "WScript.Shell"),
    ("13709620-C279-11CE-A49E-444553540000", Danger::Runs, "Shell.Application"),
    ("9BA05972-F6A8-11CF-A442-00A0C90A8F39", Danger::Runs, "ShellWindows"),
    ("C08AFD90-F2A1-11D1-8455-00A0C91F3880", Danger::Runs, "ShellBrowserWindow"),
    ("0E59F1D5-1FBE-11D0-8FF2-00A0D10038BC", Danger::Runs, "ScriptControl"),
    ("06290BD0-48AA-11D2-8432-006008C3FBFC", Danger::Runs, "Scriptlet factory"),
    ("06290BD1-48AA-11D2-8432-006008C3FBFC", Danger::Runs, "Scriptlet"),
    ("06290BD2-48AA-11D2-8432-006008C3FBFC", Danger::Runs, "Scriptlet host encode"),
    ("06290BD3-48AA-11D2-8432-006008C3FBFC", Danger::Runs, "script moniker (CVE-2017-8570)"),
    ("ECABB0C7-7F19-11D2-978E-0000F8757E2A", Danger::Runs, "SOAP moniker (CVE-2017-8759)"),
    ("ECABB0C8-7F19-11D2-978E-0000F8757E2A", Danger::Runs, "new moniker"),
    ("ECABAFC6-7F19-11D2-978E-0000F8757E2A", Danger::Runs, "new moniker"),
    ("3050F4D8-98B5-11CF-BB82-00AA00BDCE0B", Danger::Runs, "HTML application (CVE-2017-0199)"),
    ("B54F3741-5B07-11CF-A4B0-00AA004A55E8", Danger::Runs, "VBScript"),
    ("F414C260-6AC0-11CF-B6D1-00AA00BBBB58", Danger::Runs, "JScript"),
];

/// How addresses begin that lead out of a document.
const ADDRESSES: &[&str] = &[
    "http://",
    "https://",
    "ftp://",
    "file://",
    "\\\\",
    "mhtml:",
    "script:",
    "javascript:",
    "vbscript:",
    "ms-",
    "ldap:",
];
/// How addresses begin and end that are run.
const RUN_BEGINNINGS: &[&str] = &["script:", "javascript:", "vbscript:", "mhtml:", "ms-msdt:", "search-ms:"];
const RUN_ENDINGS: &[&str] = &[".hta", ".sct", ".wsc", ".vbs", ".js", ".wsf", ".exe", ".scr"];
/// How long an address is shown.
const MAX_ADDRESS_LETTERS: usize = 2048;

/// A class as it stands in files: its first three groups with the lowest byte first.
pub(crate) fn identifier(written: &str) -> Option<Identifier> {
    let digits: Vec<u32> =
        written.chars().filter(|letter| *letter != '-').map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let mut own: Identifier = [0; 16];
    for (place, byte) in own.iter_mut().enumerate() {
        let (high, low) = (digits.get(place * 2)?, digits.get(place * 2 + 1)?);
        *byte = u8::try_from(high << 4 | low).ok()?;
    }
    for group in [0..4, 4..6, 6..8] {
        own.get_mut(group)?.reverse();
    }
    Some(own)
}

/// What is known of a class.
pub(crate) fn danger(class: &Identifier) -> Option<(Danger, &'static str)> {
    let known = CLASSES.iter().find(|(written, ..)| identifier(written).as_ref() == Some(class));
    known.map(|(_, danger, name)| (*danger, *name))
}

/// The classes of danger that are named anywhere in a link.
pub(super) fn monikers(link: &[u8]) -> impl Iterator<Item = (Danger, &'static str)> {
    let named = |written: &str| identifier(written).is_some_and(|class| crate::bytes::find(link, &class).is_some());
    CLASSES.iter().filter(move |(written, ..)| named(written)).map(|(_, danger, name)| (*danger, *name))
}

/// The first address in a link, in letters of one byte or two.
pub(super) fn address(link: &[u8]) -> Option<String> {
    let narrow: String = link.iter().map(|byte| char::from(*byte)).collect();
    let wide = [0, 1].into_iter().map(|shift| utf16(super::super::bytes::at_most(link, shift, usize::MAX)));
    std::iter::once(narrow).chain(wide).find_map(|text| {
        let lower = text.to_ascii_lowercase();
        let begin = ADDRESSES.iter().filter_map(|address| lower.find(address)).min()?;
        let rest = text.get(begin..)?;
        let address: String =
            rest.chars().take_while(|letter| !letter.is_control()).take(MAX_ADDRESS_LETTERS).collect();
        // A beginning alone leads nowhere.
        (address.len() > 6).then_some(address)
    })
}

/// Whether what an address leads to is run.
pub(super) fn is_script_address(address: &str) -> bool {
    let lower = address.to_lowercase();
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    RUN_BEGINNINGS.iter().any(|begin| lower.starts_with(begin)) || RUN_ENDINGS.iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_written_right() {
        for (written, ..) in CLASSES {
            assert!(identifier(written).is_some() && written.len() == 36, "{written}");
        }
        let equation = [2, 0xCE, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
        assert_eq!(danger(&equation).unwrap().0, Danger::Equation);
        assert_eq!(danger(&[0; 16]), None);
    }

    #[test]
    fn addresses_are_found_in_both_widths() {
        let wide: Vec<u8> = "\u{2}\u{5}http://khien.test/a.HTA?b\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(address(&wide).as_deref(), Some("http://khien.test/a.HTA?b"));
        assert_eq!(address(b"\x01\x00\\\\khien.test\\x\\y.doc\0").as_deref(), Some("\\\\khien.test\\x\\y.doc"));
        assert_eq!(address(b"nothing"), None);
        assert!(is_script_address("http://khien.test/a.HTA?b"));
        assert!(!is_script_address("http://khien.test/a.doc"));
    }
}
