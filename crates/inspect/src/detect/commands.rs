//! Programs of the system that run others: what commands in documents, shortcuts and scripts are known by.

/// Programs that run what they are given, without the ending `.exe`, in lower case.
const RUNNERS: &[&str] = &[
    "powershell",
    "pwsh",
    "cmd",
    "mshta",
    "wscript",
    "cscript",
    "rundll32",
    "regsvr32",
    "msiexec",
    "certutil",
    "bitsadmin",
    "msbuild",
    "installutil",
    "regasm",
    "regsvcs",
    "wmic",
    "forfiles",
    "pcalua",
    "conhost",
    "schtasks",
    "msdt",
    "hh",
    "curl",
    "ftp",
    "ssh",
    "scp",
    "odbcconf",
    "cmstp",
    "control",
    "ieexec",
    "presentationhost",
    "syncappvpublishingserver",
    "bash",
    "wsl",
    "python",
    "pythonw",
    "java",
    "javaw",
    "autoit3",
    "node",
    "explorer",
    "winrs",
    "finger",
    "tar",
    "expand",
    "extrac32",
    "esentutl",
    "desktopimgdownldr",
    "sh",
];

/// Of these the bare name is a common word: they count with `.exe`, or as the first word of a command.
const COMMON_WORDS: &[&str] = &[
    "control", "finger", "tar", "expand", "java", "node", "python", "explorer", "bash", "sh", "ftp", "hh", "ssh",
    "curl", "cmd",
];

/// What separates words of a command.
fn apart(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(letter, '"' | '\'' | '\\' | '/' | '(' | ')' | ',' | ';' | '|' | '&' | '=' | '!' | '<' | '>' | '`')
}

/// The first program that runs others in a command.
pub(crate) fn runner(command: &str) -> Option<&'static str> {
    let lower = command.to_lowercase().replace('^', "");
    let mut first = true;
    for word in lower.split(apart).filter(|word| !word.is_empty()) {
        let (bare, ending) = word.strip_suffix(".exe").map_or((word, false), |bare| (bare, true));
        let known = RUNNERS.iter().find(|runner| **runner == bare);
        if let Some(runner) = known.filter(|runner| ending || first || !COMMON_WORDS.contains(runner)) {
            return Some(runner);
        }
        first = false;
    }
    None
}

/// Endings of names of what runs when it is opened.
const RUNNING_ENDINGS: &[&str] = &[
    ".exe",
    ".scr",
    ".com",
    ".pif",
    ".bat",
    ".cmd",
    ".ps1",
    ".vbs",
    ".vbe",
    ".js",
    ".jse",
    ".wsf",
    ".wsh",
    ".hta",
    ".lnk",
    ".cpl",
    ".msi",
    ".msc",
    ".jar",
    ".dll",
    ".sct",
    ".url",
    ".appref-ms",
    ".application",
    ".chm",
    ".reg",
    ".inf",
    ".iso",
    ".img",
    ".vhd",
];

/// Whether a path or address ends as what runs does.
pub(crate) fn runs(path: &str) -> bool {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim().trim_end_matches(['"', '\'']).to_lowercase();
    RUNNING_ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// Whether a command starts a program: one that runs others, or a file that runs.
pub(crate) fn starts_program(command: &str) -> bool {
    runner(command).is_some()
        || command.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'' | '|' | '!')).any(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_known_however_they_are_written() {
        let cases = [
            ("c:\\windows\\system32\\cmd.exe /c calc", Some("cmd")),
            ("cmd /c calc", Some("cmd")),
            ("p^ow^ershell -w hidden", Some("powershell")),
            ("\"C:\\Windows\\System32\\MSHTA.EXE\" http://a", Some("mshta")),
            ("Excel.Sheet.8 C:\\control\\a.xls", None),
            ("Excel Sheet1!R1C1", None),
            ("", None),
        ];
        for (command, expected) in cases {
            assert_eq!(runner(command), expected, "{command}");
        }
        assert!(runs("http://example.vn/a.EXE?x=1"));
        assert!(!runs("http://example.vn/a.pdf"));
    }
}
