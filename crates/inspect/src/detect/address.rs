//! Where an address leads: what documents, pages and shortcuts say they fetch or open.

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leads {
    /// Nowhere else: into the same document, to a mail program or a telephone.
    Nowhere,
    /// To a file on the same machine.
    File,
    /// To a page or file of a web server.
    Web,
    /// To a share of another machine: opening it hands over the hash of the user's password.
    Share,
    /// To a program of the system that runs things.
    Handler,
    /// To a script in the address itself.
    Script,
    /// To data in the address itself.
    Data,
}

impl Leads {
    /// Whether it leaves the machine.
    pub(crate) fn far(self) -> bool {
        matches!(self, Self::Web | Self::Share)
    }
}

/// What addresses begin with that programs which run things take.
const HANDLERS: &[&str] = &[
    "mhtml:",
    "mk:",
    "its:",
    "ms-its:",
    "ms-itss:",
    "script:",
    "scriptlet:",
    "ms-msdt:",
    "search-ms:",
    "search:",
    "ms-officecmd:",
    "ms-appinstaller:",
    "ms-cxh-full:",
    "ms-settings-",
    "ms-powershell:",
    "shell:",
    "hcp:",
    "objref:",
    "clsid:",
    "soap:",
    "microsoft-edge-holographic:",
    "ms-quick-assist:",
    "ms-excel:ofv|u|file:",
    "vnd.libreoffice.command:",
];

/// What may stand anywhere in an address to the same end.
const HANDLERS_WITHIN: &[&str] = &["!x-usc:", "mhtml:", "soap:wsdl", "@ssl\\davwwwroot", "\\davwwwroot\\"];

/// What begins an address that is a script.
const SCRIPTS: &[&str] = &["javascript:", "vbscript:", "jscript:", "livescript:"];

/// What begins an address of another machine.
const WEB: &[&str] = &[
    "http:", "https:", "ftp:", "ftps:", "ws:", "wss:", "webcal:", "gopher:", "tftp:", "feed:", "smb:", "cifs:",
    "sftp:", "dav:", "davs:",
];

/// How many bytes of an address are looked at; only data are longer.
const MAX_LOOKED_AT: usize = 4096;

/// Where `address` leads.
pub(crate) fn leads(address: &str) -> Leads {
    let plain = plain(address);
    let plain = plain.as_str();
    let begins = |with: &[&str]| with.iter().any(|scheme| plain.starts_with(scheme));
    if begins(&["data:"]) {
        Leads::Data
    } else if begins(HANDLERS) || HANDLERS_WITHIN.iter().any(|within| plain.contains(within)) {
        Leads::Handler
    } else if begins(SCRIPTS) {
        Leads::Script
    } else if let Some(path) = plain.strip_prefix("file:") {
        file(path)
    } else if begins(WEB) {
        Leads::Web
    } else if plain.starts_with("\\\\") {
        file(plain)
    } else if drive(plain) {
        Leads::File
    } else {
        Leads::Nowhere
    }
}

/// Where the path of a file leads.
fn file(path: &str) -> Leads {
    let bare = path.trim_start_matches(['/', '\\']);
    let slashes = path.len() - bare.len();
    let host: &str = bare.split(['/', '\\']).next().unwrap_or_default();
    let here = drive(bare) || host.is_empty() || matches!(host, "localhost" | "127.0.0.1" | "?" | ".");
    // Three slashes are a path of this machine, as in `file:///usr/share`; two or four name another one.
    if here || slashes < 2 || (slashes == 3 && path.starts_with("///") && !path.contains('\\')) {
        Leads::File
    } else {
        Leads::Share
    }
}

/// Whether it begins with a drive, as `c:` or `c|`.
fn drive(path: &str) -> bool {
    let mut letters = path.chars();
    letters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && letters.next().is_some_and(|letter| matches!(letter, ':' | '|'))
        && letters.next().is_none_or(|letter| matches!(letter, '/' | '\\'))
}

/// Lower case, without white space at the edges and control characters, percent signs resolved once.
fn plain(address: &str) -> String {
    let start: String = address.chars().filter(|letter| !letter.is_control()).take(MAX_LOOKED_AT).collect();
    let start = start.trim().trim_start_matches(['"', '\'']);
    let start = start.strip_prefix("url:").or_else(|| start.strip_prefix("URL:")).unwrap_or(start);
    percent_decoded(start).to_lowercase()
}

/// `text` with each `%41` as its letter; what is no UTF-8 afterwards is replaced.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let pair = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = pair.filter(|_| first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(first));
        rest = if byte.is_some() { behind.get(2..).unwrap_or_default() } else { behind };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_where_they_lead() {
        let cases = [
            ("http://example.vn/a.dotm", Leads::Web),
            (" HTTPS://example.vn", Leads::Web),
            ("ht\ntp://example.vn", Leads::Web),
            ("\\\\10.0.0.1\\share\\a.dot", Leads::Share),
            ("file://server/a.dot", Leads::Share),
            ("file:///\\\\server\\a.dot", Leads::Share),
            ("file:////server/share/a.dot", Leads::Share),
            ("file:\\\\server\\a", Leads::Share),
            ("file:///C:/Users/a/Normal.dotm", Leads::File),
            ("file:///C:\\Users\\a\\Normal.dotm", Leads::File),
            ("file:///usr/share/a.png", Leads::File),
            ("C:\\a.xls", Leads::File),
            ("\\\\?\\C:\\a", Leads::File),
            ("mhtml:http://example.vn!x-usc:http://example.vn", Leads::Handler),
            ("http://example.vn/a!x-usc:http://b", Leads::Handler),
            ("ms%2Dmsdt:/id PCWDiagnostic", Leads::Handler),
            ("search-ms:query=a&crumb=location:\\\\b", Leads::Handler),
            ("javascript:alert(1)", Leads::Script),
            ("java\tscript:alert(1)", Leads::Script),
            ("data:text/html,a", Leads::Data),
            ("media/image1.png", Leads::Nowhere),
            ("mailto:a@example.vn", Leads::Nowhere),
            ("#Trang1", Leads::Nowhere),
            ("", Leads::Nowhere),
        ];
        for (address, expected) in cases {
            assert_eq!(leads(address), expected, "{address}");
        }
    }

    #[test]
    fn any_text_leads_somewhere() {
        bolero::check!().with_type::<String>().for_each(|text| {
            let _ = leads(text);
            let _ = leads(&format!("file:{text}"));
        });
    }
}
