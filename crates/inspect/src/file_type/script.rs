//! Scripts: by their first line, by their name, by words that only they have.

use super::FileType;

/// How much of a text is looked at for words, in letters.
const WORDS_REACH: usize = 8 * 1024;

/// Endings of text for people: words of a script in such a file are talk about scripts.
const FOR_PEOPLE: &[&str] = &[
    "txt", "md", "log", "csv", "tsv", "rst", "tex", "srt", "json", "yaml", "yml", "toml", "ini", "conf", "cfg", "po",
    "pot", "c", "h", "cpp", "hpp", "cc", "rs", "go", "java", "cs", "ts", "tsx", "vue", "css", "scss", "sql", "diff",
    "patch", "eml", "html", "htm", "xml", "adoc", "org", "m4", "am", "in", "cmake", "rules", "yar", "yara",
];

/// The interpreter that the first line asks for.
pub(super) fn by_first_line(text: &str) -> Option<FileType> {
    const INTERPRETERS: &[(&str, FileType)] = &[
        ("python", FileType::Python),
        ("perl", FileType::Perl),
        ("php", FileType::Php),
        ("node", FileType::JavaScript),
        ("nodejs", FileType::JavaScript),
        ("deno", FileType::JavaScript),
        ("gjs", FileType::JavaScript),
        ("ruby", FileType::Ruby),
        ("lua", FileType::Lua),
        ("pwsh", FileType::PowerShell),
    ];
    let line = text.strip_prefix("#!")?.lines().next()?.trim();
    let mut words = line.split_ascii_whitespace();
    let program = words.next()?.rsplit('/').next()?;
    let program =
        if program == "env" { words.find(|word| !word.starts_with('-'))?.rsplit('/').next()? } else { program };
    let own = INTERPRETERS.iter().find(|(name, _)| program.starts_with(name)).map(|(_, own)| *own);
    // Whatever else is run by its first line is as good as a shell.
    Some(own.unwrap_or(FileType::Shell))
}

/// Scripts that are run by what they are called: any text with such a name is one.
pub(super) fn by_name(extension: &str, text: &str) -> Option<FileType> {
    Some(match extension {
        "bat" | "cmd" => FileType::Batch,
        "ps1" | "psm1" | "psd1" | "ps1xml" => FileType::PowerShell,
        "vbs" | "vba" | "bas" | "cls" | "frm" => FileType::VbScript,
        "vbe" | "jse" => FileType::EncodedScript,
        "js" | "mjs" | "cjs" => FileType::JavaScript,
        "hta" => FileType::Hta,
        "wsf" | "wsc" | "sct" | "wsh" => FileType::Wsf,
        "sh" | "bash" | "zsh" | "ksh" | "csh" => FileType::Shell,
        "py" | "pyw" => FileType::Python,
        "pl" | "pm" => FileType::Perl,
        "rb" => FileType::Ruby,
        "lua" => FileType::Lua,
        "php" | "phtml" | "php3" | "php4" | "php5" | "php7" | "phps" | "phar" | "pht" => FileType::Php,
        "jsp" | "jspx" | "jspf" => FileType::Jsp,
        "asp" | "aspx" | "ashx" | "asmx" | "asax" | "cshtml" => FileType::Asp,
        "cer" if text.starts_with("<%") => FileType::Asp,
        "au3" => FileType::AutoIt,
        "xsl" | "xslt" => FileType::Xsl,
        "msc" => FileType::Msc,
        _ => return None,
    })
}

/// Marks of pages of servers, which servers run wherever they stand in a file.
pub(super) fn by_marks(text: &str) -> Option<FileType> {
    const MARKS: &[(&str, FileType)] = &[
        ("<?php", FileType::Php),
        ("<%@ page", FileType::Jsp),
        ("<%@page", FileType::Jsp),
        ("<%@ Page", FileType::Asp),
        ("<%@ WebHandler", FileType::Asp),
        ("<%@ Language", FileType::Asp),
    ];
    let line = |mark: &str| text.lines().take(40).any(|line| line.trim_start().starts_with(mark));
    MARKS.iter().find(|(mark, _)| line(mark)).map(|(_, own)| *own)
}

/// Scripts without a name that says so, by words that text for people seldom has at the beginning.
pub(super) fn by_words(extension: &str, text: &str) -> Option<FileType> {
    if FOR_PEOPLE.contains(&extension) {
        return None;
    }
    let reach = text.floor_char_boundary(WORDS_REACH);
    let lower = text.get(..reach).unwrap_or(text).to_lowercase();
    let first = lower.lines().next().unwrap_or_default().trim();
    if first.starts_with("@echo off")
        || first.starts_with("@powershell")
        || first.starts_with("@cmd ")
        || first == "@echo on"
    {
        return Some(FileType::Batch);
    }
    let count = |words: &[&str]| words.iter().filter(|word| lower.contains(**word)).count();
    let shell = ["wscript.shell", "scripting.filesystemobject", "msxml2.xmlhttp", "adodb.stream", "shell.application"];
    if count(&shell) > 0 && (lower.contains("createobject(") || lower.contains("activexobject(")) {
        let java = lower.contains("activexobject(") || lower.contains("var ") && lower.contains(';');
        return Some(if java { FileType::JavaScript } else { FileType::VbScript });
    }
    let commands = [
        "invoke-expression",
        "invoke-webrequest",
        "new-object ",
        "-executionpolicy",
        "frombase64string",
        "$env:",
        "write-host",
        "set-executionpolicy",
        "start-process",
        "downloadstring(",
        "get-wmiobject",
        "param(",
    ];
    if count(&commands) >= 2 && lower.contains('$') {
        return Some(FileType::PowerShell);
    }
    let batch = ["%~dp0", "setlocal", "goto :eof", "errorlevel", "%comspec%", "@echo off", "taskkill ", "reg add "];
    (count(&batch) >= 2 && lower.contains('%')).then_some(FileType::Batch)
}
