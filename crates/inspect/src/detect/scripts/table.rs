//! What scripts do, by the words they do it with.

use crate::FileType::{self, Asp, AutoIt, Batch, Hta, Html, JavaScript, Perl, Php, PowerShell, Python, Shell, VbScript, Wsf, Xsl};
use crate::Kind;
use crate::kinds::scripts as kinds;

/// Anywhere in the script.
pub(super) const ANYWHERE: usize = usize::MAX;

/// In one command of a shell.
const COMMAND: usize = 200;

/// One thing that scripts do.
pub(super) struct Sign {
    pub(super) kind: &'static Kind,
    /// The languages it is done in.
    pub(super) of: &'static [FileType],
    /// One word of each of these stands in the script, in the form of [`super::plain::Plain`].
    pub(super) all: &'static [&'static [&'static str]],
    /// How far from the first one the others stand at most, in bytes.
    pub(super) near: usize,
}

const WINDOWS: &[FileType] = &[Batch, PowerShell, VbScript, JavaScript, Hta, Wsf, Html, AutoIt, Python, Xsl];
const SHELLS: &[FileType] = &[Batch, PowerShell];
const HOST: &[FileType] = &[VbScript, JavaScript, Hta, Wsf, Html, Xsl, Asp];
const UNIX: &[FileType] = &[Shell, Python, Perl, Php];

/// What fetches in PowerShell and Batch.
const FETCH: &[&str] = &[
    "downloadstring", "downloadfile", "downloaddata", "openread(", "invoke-webrequest", "iwr ", "invoke-restmethod", "irm ", "curl ", "curl.exe",
    "wget ", "start-bitstransfer", "bitsadmin", "certutil -urlcache", "certutil.exe -urlcache", "-urlcache", "net.webclient", "httpwebrequest",
    "httpclient", "msxml2.xmlhttp", "winhttp.winhttprequest",
];

/// What runs in PowerShell and Batch.
const RUN: &[&str] = &[
    "iex ", "iex(", "|iex", "| iex", "invoke-expression", "start-process", "saps ", "invoke-item", "reflection.assembly]::load",
    "[system.diagnostics.process]::start", "shellexecute", "start /b", "start \"\"", "rundll32", "regsvr32", "mshta", "wscript ", "cscript ", "&& start",
    "& start", ".exe & ", "call %", "scriptblock]::create", ".invoke(", "msiexec",
];

/// What fetches in the scripts of Windows and pages.
const HOST_FETCH: &[&str] = &[
    "msxml2.xmlhttp", "msxml2.serverxmlhttp", "microsoft.xmlhttp", "winhttp.winhttprequest", "urldownloadtofile", "internetexplorer.application",
    "downloadstring", "downloadfile", "invoke-webrequest", "bitsadmin", "certutil", "curl ",
];

/// What runs or keeps files there.
const HOST_RUN: &[&str] = &[
    ".run(", ".run ", ".exec(", ".exec ", "shellexecute", "savetofile", "execute(", "executeglobal", "eval(", "powershell", "cmd /c", "cmd.exe",
];

/// What makes an object of Windows.
const HOST_OBJECT: &[&str] = &["wscript.shell", "shell.application", "wscript.createobject", "activexobject", "createobject("];

/// Everything that is looked for.
pub(super) const SIGNS: &[Sign] = &[
    Sign { kind: &kinds::DOWNLOAD_AND_RUN, of: SHELLS, all: &[FETCH, RUN], near: ANYWHERE },
    Sign { kind: &kinds::DOWNLOAD_AND_RUN, of: HOST, all: &[HOST_OBJECT, HOST_FETCH, HOST_RUN], near: ANYWHERE },
    Sign { kind: &kinds::DOWNLOAD_AND_RUN, of: &[AutoIt], all: &[&["inetget(", "inetread("], &["run(", "runwait(", "shellexecute("]], near: ANYWHERE },
    Sign {
        kind: &kinds::FETCH_INTO_SHELL,
        of: UNIX,
        all: &[
            &["curl ", "wget ", "urlopen(", "requests.get(", "urlretrieve(", "lwp::", "fetch "],
            &["| sh", "|sh", "| bash", "|bash", "| sudo bash", "| sudo sh", "| python", "|python", "bash <(", "sh <(", "sh -c \"$(", "bash -c \"$(", "exec(", "eval \"$(", "eval $(", "chmod +x", "chmod 777"],
        ],
        near: COMMAND,
    },
    Sign {
        kind: &kinds::SCAN_BYPASS,
        of: WINDOWS,
        all: &[&["amsiutils", "amsiinitfailed", "amsiscanbuffer", "amsicontext", "amsi.dll", "amsisession", "amsiinitialize", "amsi.fail"]],
        near: ANYWHERE,
    },
    Sign {
        kind: &kinds::DEFENCE_OFF,
        of: WINDOWS,
        all: &[&[
            "set-mppreference -disable", "add-mppreference -exclusion", "disableantispyware", "disablerealtimemonitoring", "disableantivirus",
            "sc stop windefend", "sc config windefend start= disabled", "net stop windefend", "sc delete windefend", "uninstall-windowsfeature -name windows-defender",
            "advfirewall set allprofiles state off", "advfirewall set currentprofile state off", "firewall set opmode disable", "mpcmdrun.exe -removedefinitions", "tamperprotection",
        ]],
        near: ANYWHERE,
    },
    Sign {
        kind: &kinds::BACKUPS_DELETED,
        of: WINDOWS,
        all: &[&[
            "vssadmin delete shadows", "vssadmin.exe delete shadows", "shadowcopy delete", "wbadmin delete", "recoveryenabled no",
            "bootstatuspolicy ignoreallfailures", "resize shadowstorage",
        ]],
        near: ANYWHERE,
    },
    Sign { kind: &kinds::BACKUPS_DELETED, of: WINDOWS, all: &[&["win32_shadowcopy"], &["delete"]], near: ANYWHERE },
    Sign {
        kind: &kinds::CODE_IN_MEMORY,
        of: WINDOWS,
        all: &[
            &["virtualalloc", "ntallocatevirtualmemory", "heapalloc", "rtlmovememory", "[runtime.interopservices.marshal]::copy", "writeprocessmemory"],
            &["createthread", "createremotethread", "getdelegateforfunctionpointer", "queueuserapc", "callwindowproc", "enumsystemlocales", "cfunctype"],
        ],
        near: ANYWHERE,
    },
    Sign { kind: &kinds::CODE_IN_MEMORY, of: SHELLS, all: &[&["reflection.assembly]::load", "[system.reflection.assembly]::load(", "appdomain]::currentdomain.load"], &["frombase64string", "downloaddata", "gzipstream", "deflatestream"]], near: ANYWHERE },
    Sign { kind: &kinds::REVERSE_SHELL, of: &[Shell, Python, Perl, Php, PowerShell], all: &[&["/dev/tcp/", "/dev/udp/", "nc -e ", "ncat -e ", "nc.exe -e", "nc -c ", "mkfifo /tmp/"], &["sh", "cmd", "exec", "0>&1", "bash"]], near: COMMAND },
    Sign { kind: &kinds::REVERSE_SHELL, of: &[PowerShell, Batch], all: &[&["net.sockets.tcpclient", "net.sockets.tcplistener"], &["getstream"], &["iex ", "iex(", "invoke-expression", "cmd.exe", "powershell"]], near: ANYWHERE },
    Sign { kind: &kinds::REVERSE_SHELL, of: &[Python, Perl, Php], all: &[&["socket.socket", "use socket", "fsockopen", "socket("], &["dup2", "proc_open", "/bin/sh", "/bin/bash", "cmd.exe"], &["connect", "fsockopen", "subprocess", "exec"]], near: ANYWHERE },
    Sign {
        kind: &kinds::RUNS_THROUGH_SYSTEM,
        of: WINDOWS,
        all: &[&[
            "mshta http", "mshta.exe http", "mshta \"http", "mshta 'http", "mshta vbscript:", "mshta javascript:", "mshta \"javascript:", "mshta \"vbscript:", "/i:http", "scrobj.dll", "rundll32 javascript:", "rundll32.exe javascript:",
            "msiexec /i http", "msiexec /q /i http", "msiexec /qn /i http", "msiexec.exe /i http", "msiexec /quiet /i http", "cmstp.exe /s", "cmstp /s", "runhtmlapplication", "installutil.exe /u", "odbcconf /a", "wmic os get /format", "/format:\"http", "/format:http",
            "getobject(\"script:", "getobject('script:",
        ]],
        near: ANYWHERE,
    },
    Sign { kind: &kinds::DECODES_AND_RUNS, of: SHELLS, all: &[&["frombase64string"], &["iex ", "iex(", "|iex", "| iex", "invoke-expression", "scriptblock]::create", "reflection.assembly]::load"]], near: ANYWHERE },
    Sign { kind: &kinds::DECODES_AND_RUNS, of: SHELLS, all: &[&["certutil -decode", "certutil.exe -decode", "certutil -f -decode", "certutil -decodehex"]], near: ANYWHERE },
    Sign { kind: &kinds::DECODES_AND_RUNS, of: &[Shell], all: &[&["base64 -d", "base64 --decode", "base64 -di", "xxd -r", "openssl base64 -d"], &["| sh", "|sh", "| bash", "|bash", "eval ", "chmod +x"]], near: COMMAND },
    Sign { kind: &kinds::DECODES_AND_RUNS, of: &[Python], all: &[&["exec(", "eval("], &["b64decode(", "zlib.decompress(", "marshal.loads(", "bytes.fromhex(", "codecs.decode("], &["exec(", "eval("]], near: ANYWHERE },
    Sign { kind: &kinds::DECODES_AND_RUNS, of: &[Php], all: &[&["eval(", "assert(", "create_function("], &["base64_decode(", "gzinflate(", "gzuncompress(", "str_rot13(", "convert_uudecode(", "hex2bin("]], near: ANYWHERE },
    Sign { kind: &kinds::DECODES_AND_RUNS, of: &[VbScript, Hta, Wsf, Asp], all: &[&["execute(", "execute ", "executeglobal"], &["chr(", "strreverse(", "unescape("], &["nodetypedvalue", "bin.base64", "xor ", "split("]], near: ANYWHERE },
    Sign {
        kind: &kinds::TAKES_SECRETS,
        of: &[PowerShell, Batch, Python, VbScript, JavaScript],
        all: &[&["login data", "mimikatz", "sekurlsa::", "invoke-mimikatz", "lsass.dmp", "minidump lsass", "comsvcs.dll, minidump", "comsvcs.dll minidump", "cookies.sqlite", "cryptunprotectdata", "reg save hklm\\sam", "ntds.dit"]],
        near: ANYWHERE,
    },
    Sign {
        kind: &kinds::HIDDEN_WINDOW,
        of: WINDOWS,
        all: &[&[
            "-windowstyle hidden", "-windowstyle h ", "-w hidden", "-w h ", "-win hidden", "-wind hidden", "-w 1 ", "createnowindow", "@sw_hide", ", 0, false", ",0,false", ", vbhide", ",vbhide", "windowstate=\"minimize\"", "showwindow=\"hidden\"",
            "window.moveto(-", "window.resizeto(0", "windowstyle=hidden",
        ]],
        near: ANYWHERE,
    },
    Sign { kind: &kinds::POLICY_BYPASS, of: WINDOWS, all: &[&["-executionpolicy bypass", "-ep bypass", "-exec bypass", "-ex bypass", "-executionpolicy unrestricted", "-ep unrestricted", "executionpolicy -scope process bypass", "set-executionpolicy bypass", "set-executionpolicy unrestricted"]], near: ANYWHERE },
    Sign { kind: &kinds::ENCODED_COMMAND, of: WINDOWS, all: &[&["powershell", "pwsh"], &["-encodedcommand ", "-enc ", "-ec ", "-encod ", "-encodedc ", "-e jab", "-e sqb", "-e aqb", "-e qqb"]], near: ANYWHERE },
    Sign {
        kind: &kinds::PERSISTENCE,
        of: WINDOWS,
        all: &[&[
            "currentversion\\run", "schtasks /create", "schtasks.exe /create", "register-scheduledtask", "new-scheduledtask", "schedule.service", "start menu\\programs\\startup", "specialfolders(\"startup\"", "shell:startup",
            "__eventfilter", "commandlineeventconsumer", "new-service ", "sc create ", "winlogon\\shell", "winlogon\\userinit", "image file execution options", "@startupdir",
        ]],
        near: ANYWHERE,
    },
    Sign { kind: &kinds::PERSISTENCE, of: &[Shell, Python, Perl], all: &[&["crontab -", "/etc/cron", "/etc/rc.local", "systemctl enable", ".ssh/authorized_keys", "/etc/ld.so.preload", ">> ~/.bashrc", ">>~/.bashrc"]], near: ANYWHERE },
    Sign { kind: &kinds::WMI_PROCESS, of: WINDOWS, all: &[&["win32_process"], &["create"]], near: ANYWHERE },
    Sign { kind: &kinds::WMI_PROCESS, of: SHELLS, all: &[&["process call create"]], near: ANYWHERE },
    Sign { kind: &kinds::ACCOUNTS, of: WINDOWS, all: &[&["net user ", "net1 user ", "new-localuser"], &["/add", "new-localuser"]], near: ANYWHERE },
    Sign { kind: &kinds::ACCOUNTS, of: WINDOWS, all: &[&["net localgroup administrators", "add-localgroupmember"]], near: ANYWHERE },
    Sign { kind: &kinds::DESTROYS, of: SHELLS, all: &[&["format c:", "del /f /s /q c:\\", "del /s /q c:\\", "rd /s /q c:\\", "cipher /w:c", "remove-item -recurse -force c:\\", "rmdir /s /q c:\\"]], near: ANYWHERE },
    Sign { kind: &kinds::DESTROYS, of: &[Shell], all: &[&["rm -rf / ", "rm -rf /*", "rm -rf --no-preserve-root", ":(){ :|:& };:", "dd if=/dev/zero of=/dev/sd", "mkfs.ext4 /dev/sd", "shred -"]], near: ANYWHERE },
    Sign { kind: &kinds::RUNS_PROGRAM, of: HOST, all: &[HOST_OBJECT, &[".run(", ".run ", ".exec(", "shellexecute"]], near: ANYWHERE },
    Sign { kind: &kinds::RUNS_PROGRAM, of: &[AutoIt], all: &[&["run(", "runwait(", "shellexecute(", "dllcall("]], near: ANYWHERE },
];

/// What hands a request of a browser to a server page.
pub(super) const REQUESTS: &[&str] = &[
    "$_get", "$_post", "$_request", "$_cookie", "$_server[\"http_", "$_server['http_", "$_files", "php://input", "getallheaders(", "request.getparameter", "request.getheader", "request.form",
    "request.querystring", "request.item[", "request(", "request[", "request.headers",
];

/// What runs a text or command in a server page.
pub(super) const RUNS: &[&str] = &[
    "eval(", "eval ", "assert(", "system(", "exec(", "shell_exec(", "passthru(", "popen(", "proc_open(", "pcntl_exec(", "create_function(", "call_user_func", "array_map(", "preg_replace(\"/.*/e", "preg_replace('/.*/e", "include(", "require(", "usort(",
    "runtime.getruntime().exec(", "getruntime().exec(", "processbuilder(", "scriptengine", "defineclass(", "execute(", "execute ", "executeglobal", "wscript.shell", "process.start(", "processstartinfo", "assembly.load(", "activator.createinstance",
];

/// How far apart the two stand at most, in bytes.
pub(super) const NEAR: usize = 120;
