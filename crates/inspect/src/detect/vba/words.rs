//! The names in VBA that run by themselves, and those that can do harm.

use super::text::Word;

/// How much a call weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// Honest macros of offices use it too.
    Mild,
    /// It starts programs, downloads, hides, or changes other macros.
    Grave,
}

/// Procedures that Office calls by itself.
const AUTO: &[&str] = &[
    "autoexec",
    "autoopen",
    "autoclose",
    "autoexit",
    "autonew",
    "auto_open",
    "auto_close",
    "auto_exec",
    "auto_activate",
    "auto_deactivate",
    "auto_exit",
    "auto_new",
    "auto_add",
    "auto_remove",
    "document_open",
    "document_close",
    "document_new",
    "document_sync",
    "document_contentcontrolonenter",
    "documentopen",
    "documentchange",
    "documentbeforeclose",
    "document_beforeclose",
    "document_beforesave",
    "documentbeforesave",
    "newdocument",
    "workbook_open",
    "workbook_close",
    "workbook_activate",
    "workbook_deactivate",
    "workbook_beforeclose",
    "workbook_beforesave",
    "workbook_windowactivate",
    "workbook_sheetactivate",
    "workbook_sheetcalculate",
    "workbook_sheetchange",
    "workbook_sheetselectionchange",
    "workbook_addininstall",
    "workbookopen",
    "worksheet_activate",
    "worksheet_calculate",
    "worksheet_change",
    "worksheet_selectionchange",
    "presentation_open",
    "presentationopen",
    "onslideshowpagechange",
    "onslideshowterminate",
    "slideshowbegin",
    "slideshownextslide",
    "app_documentopen",
    "app_workbookopen",
    "application_startup",
    "application_newmail",
    "application_newmailex",
    "application_itemsend",
];

/// Events of controls that come without a click.
const EVENTS: &[&str] = &[
    "_painted",
    "_painting",
    "_gotfocus",
    "_lostfocus",
    "_mousehover",
    "_mousemove",
    "_mouseenter",
    "_mouseleave",
    "_layout",
    "_change",
    "_changed",
    "_resize",
    "_resized",
    "_beforenavigate2",
    "_beforescriptexecute",
    "_documentcomplete",
    "_downloadbegin",
    "_downloadcomplete",
    "_filedownload",
    "_navigatecomplete2",
    "_navigateerror",
    "_progresschange",
    "_propertychange",
    "_propertychanged",
    "_setsecurelockicon",
    "_statustextchange",
    "_titlechange",
    "_onconnecting",
    "_clienttohostwindow",
    "_rowchanged",
    "_readystatechange",
];

/// Words of VBA itself and of the functions of Windows that it declares.
const NAMES: &[(&str, Grade)] = &[
    ("shell", Grade::Grave),
    ("executeexcel4macro", Grade::Grave),
    ("macscript", Grade::Grave),
    ("applescripttask", Grade::Grave),
    ("urldownloadtofile", Grade::Grave),
    ("urldownloadtofilea", Grade::Grave),
    ("urldownloadtofilew", Grade::Grave),
    ("shellexecute", Grade::Grave),
    ("shellexecutea", Grade::Grave),
    ("shellexecutew", Grade::Grave),
    ("winexec", Grade::Grave),
    ("createprocess", Grade::Grave),
    ("createprocessa", Grade::Grave),
    ("createprocessw", Grade::Grave),
    ("virtualalloc", Grade::Grave),
    ("virtualallocex", Grade::Grave),
    ("virtualprotect", Grade::Grave),
    ("ntallocatevirtualmemory", Grade::Grave),
    ("heapcreate", Grade::Grave),
    ("createthread", Grade::Grave),
    ("createremotethread", Grade::Grave),
    ("queueuserapc", Grade::Grave),
    ("writeprocessmemory", Grade::Grave),
    ("ntwritevirtualmemory", Grade::Grave),
    ("enumsystemlocales", Grade::Grave),
    ("enumwindows", Grade::Mild),
    ("callwindowproc", Grade::Mild),
    ("rtlmovememory", Grade::Mild),
    ("internetopen", Grade::Grave),
    ("internetopena", Grade::Grave),
    ("internetopenurl", Grade::Grave),
    ("internetopenurla", Grade::Grave),
    ("savetofile", Grade::Grave),
    ("responsebody", Grade::Grave),
    ("regwrite", Grade::Grave),
    ("shellrun", Grade::Grave),
    ("vbcomponents", Grade::Grave),
    ("codemodule", Grade::Grave),
    ("addfromstring", Grade::Grave),
    ("insertlines", Grade::Grave),
    ("accessvbom", Grade::Grave),
    ("vbawarnings", Grade::Grave),
    ("getobject", Grade::Mild),
    ("createobject", Grade::Mild),
    ("callbyname", Grade::Mild),
    ("environ", Grade::Mild),
    ("declare", Grade::Mild),
    ("sendkeys", Grade::Mild),
    ("kill", Grade::Mild),
    ("filecopy", Grade::Mild),
    ("createtextfile", Grade::Mild),
    ("strreverse", Grade::Mild),
];

/// Pieces of texts: classes of objects, programs, protocols.
const TEXTS: &[&str] = &[
    "wscript.shell",
    "shell.application",
    "wscript.network",
    "powershell",
    "pwsh",
    "cmd.exe",
    "cmd /c",
    "cmd /k",
    "cmd.exe/c",
    "mshta",
    "rundll32",
    "regsvr32",
    "certutil",
    "bitsadmin",
    "cscript",
    "wscript.exe",
    "wmic",
    "schtasks",
    "installutil",
    "msbuild.exe",
    "winmgmts",
    "win32_process",
    "schedule.service",
    "msxml2.xmlhttp",
    "msxml2.serverxmlhttp",
    "microsoft.xmlhttp",
    "winhttp.winhttprequest",
    "adodb.stream",
    "scriptcontrol",
    "internetexplorer.application",
    "htmlfile",
    "frombase64string",
    "downloadstring",
    "downloadfile",
    "invoke-expression",
    "invoke-webrequest",
    "urldownloadtofile",
    "virtualalloc",
    "createthread",
    "hkey_current_user\\software\\microsoft\\windows\\currentversion\\run",
    "\\currentversion\\run",
    "accessvbom",
    "vbawarnings",
    "new:72c24dd5",
    "new:13709620",
    "new:c08afd90",
    "new:9ba05972",
    "new:f935dc22",
    "amsiscanbuffer",
    "amsi.dll",
    "\\startup\\",
    "mz\u{90}",
];

/// The name of a procedure that runs by itself, if the statement begins one.
pub(super) fn auto(statement: &[Word]) -> Option<&str> {
    let kind = statement.iter().take(4).position(|word| word.is("sub") || word.is("function"))?;
    let leads = |word: &Word| ["public", "private", "friend", "static"].iter().any(|lead| word.is(lead));
    if !statement.iter().take(kind).all(leads) {
        return None;
    }
    let Some(Word::Name(name)) = statement.get(kind + 1) else { return None };
    let lower = name.to_lowercase();
    let auto = AUTO.contains(&lower.as_str()) || EVENTS.iter().any(|event| lower.ends_with(event));
    auto.then_some(name.as_str())
}

/// The gravest call in a statement.
pub(super) fn call(statement: &[Word]) -> Option<(Grade, &'static str)> {
    let mut gravest: Option<(Grade, &'static str)> = None;
    let mut keep = |grade: Grade, word: &'static str| {
        if gravest.is_none_or(|(kept, _)| kept < grade) {
            gravest = Some((grade, word));
        }
    };
    for (place, word) in statement.iter().enumerate() {
        match word {
            Word::Name(name) => {
                let lower = name.trim_end_matches('$').to_lowercase();
                let Some((known, grade)) = NAMES.iter().find(|(known, _)| *known == lower) else { continue };
                let before = place.checked_sub(1).and_then(|before| statement.get(before));
                let after = statement.get(place + 1);
                match *known {
                    "shell"
                        if !is_shell_call(place.checked_sub(2).and_then(|two| statement.get(two)), before, after) => {}
                    "createobject" | "getobject" => {
                        if is_computed(statement.get(place + 1..).unwrap_or_default()) {
                            keep(Grade::Grave, "CreateObject of a computed name");
                        } else {
                            keep(Grade::Mild, "CreateObject");
                        }
                    }
                    "shell" => keep(*grade, "Shell"),
                    known => keep(*grade, known),
                }
            }
            Word::Text(text) => {
                if let Some((grade, word)) = in_text(text) {
                    keep(grade, word);
                }
            }
            Word::Number(_) | Word::Sign(_) => {}
        }
    }
    gravest
}

/// Whether `Shell` is called, and is not a variable or a property of another thing.
fn is_shell_call(owner: Option<&Word>, before: Option<&Word>, after: Option<&Word>) -> bool {
    // `VBA.Shell` is the same; `form.Shell` is none.
    let of_vba = owner.is_some_and(|owner| owner.is("vba") || owner.is("interaction"));
    let of_another = (matches!(before, Some(Word::Sign('.'))) && !of_vba)
        || before.is_some_and(|word| word.is("dim") || word.is("as"));
    let argument = match after {
        Some(Word::Sign(sign)) => *sign == '(',
        Some(word) => !word.is("as"),
        None => false,
    };
    !of_another && argument
}

/// Whether what is handed to a call is not a single text.
fn is_computed(rest: &[Word]) -> bool {
    let mut words = rest.iter().filter(|word| !matches!(word, Word::Sign('(' | ',')));
    match (words.next(), words.next()) {
        (Some(Word::Text(_)), next) => matches!(next, Some(Word::Sign('&' | '+'))),
        // Said without a name, as in a declaration of one's own.
        (None, _) => false,
        (Some(Word::Sign(sign)), _) => *sign == '&',
        _ => true,
    }
}

/// What in a text can do harm.
pub(super) fn in_text(text: &str) -> Option<(Grade, &'static str)> {
    let lower = text.to_lowercase();
    TEXTS.iter().find(|known| lower.contains(**known)).map(|known| (Grade::Grave, *known))
}
