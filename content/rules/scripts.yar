// Scripts of Windows and Unix, and commands that others carry.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule powershell_encoded_command {
    meta:
        title_vi = "Lệnh PowerShell được mã hóa để che giấu nội dung"
        title_en = "A command for PowerShell is encoded to hide what it does"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable,shortcut"
        khien_effect = "blocked"
        attack = "T1059.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $command = /powershell(\.exe)?["'^]?\s{1,4}[^\r\n]{0,200}-e(c|n|nc|ncodedcommand|ncoded)?\s{1,4}["']?[A-Za-z0-9+\/]{60}/ nocase
    condition:
        $command
}

rule powershell_downloads_and_runs {
    meta:
        title_vi = "PowerShell tải nội dung từ mạng về và chạy ngay ở chế độ ẩn"
        title_en = "PowerShell fetches something from the network and runs it, hidden"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable,shortcut"
        khien_effect = "suspicious"
        attack = "T1059.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $get1 = "DownloadString" nocase
        $get2 = "DownloadFile" nocase
        $get3 = "DownloadData" nocase
        $get4 = "Invoke-WebRequest" nocase
        $get5 = "Start-BitsTransfer" nocase
        $run1 = /\bIEX\b/ nocase
        $run2 = "Invoke-Expression" nocase
        $run3 = "Start-Process" nocase
        $hide1 = /-w(indowstyle)?\s{1,4}["']?(hidden|1)\b/ nocase
        $hide2 = /-nop(rofile)?\s{1,4}[^\r\n]{0,40}-(e|ep|exec|executionpolicy)\s{1,4}["']?bypass/ nocase
        $hide3 = "FromBase64String" nocase
    condition:
        any of ($get*) and any of ($run*) and any of ($hide*)
}

rule powershell_loads_program_from_memory {
    meta:
        title_vi = "PowerShell nạp chương trình thẳng từ bộ nhớ, không qua tệp"
        title_en = "PowerShell loads a program from memory, past every file"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable"
        khien_effect = "blocked"
        attack = "T1620"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $load = /\[(System\.)?Reflection\.Assembly\]::Load\s{0,4}\(/ nocase
        $bytes1 = "FromBase64String" nocase
        $bytes2 = "GzipStream" nocase
        $bytes3 = "DeflateStream" nocase
        $bytes4 = "DownloadData" nocase
    condition:
        $load and any of ($bytes*)
}

rule powershell_blinds_antivirus {
    meta:
        title_vi = "Tập lệnh vô hiệu hóa việc quét mã độc của Windows (AMSI)"
        title_en = "A script blinds the malware scan of Windows (AMSI)"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable,vba"
        khien_effect = "blocked"
        attack = "T1562.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $class = "AmsiUtils" nocase
        $field1 = "amsiInitFailed" nocase
        $field2 = "amsiContext" nocase
        $patch = "AmsiScanBuffer" nocase
        $write1 = "VirtualProtect" nocase
        $write2 = "WriteProcessMemory" nocase
        $write3 = "Marshal" nocase
    condition:
        ($class and any of ($field*)) or ($patch and any of ($write*))
}

rule powershell_runs_machine_code {
    meta:
        title_vi = "PowerShell cấp phát bộ nhớ và chạy mã máy"
        title_en = "PowerShell sets memory aside and runs machine code in it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable"
        khien_effect = "blocked"
        attack = "T1055"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $place = "VirtualAlloc" nocase
        $bytes = "[Byte[]]" nocase
        $run1 = "GetDelegateForFunctionPointer" nocase
        $run2 = "CreateThread" nocase
    condition:
        $place and $bytes and any of ($run*)
}

rule script_switches_off_defender {
    meta:
        title_vi = "Tập lệnh tắt hoặc loại trừ việc quét của Microsoft Defender"
        title_en = "A script switches Microsoft Defender off, or makes it look away"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,vba,hta"
        khien_effect = "blocked"
        attack = "T1562.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $preference = /(Set|Add)-MpPreference\s{1,4}[^\r\n]{0,80}-(Disable[A-Za-z]{3,40}|Exclusion(Path|Process|Extension))/ nocase
        $policy = /reg(\.exe)?\s{1,4}add\s{1,4}[^\r\n]{0,120}Windows Defender[^\r\n]{0,120}Disable(AntiSpyware|RealtimeMonitoring)/ nocase
        $stop = /(sc|net)(\.exe)?\s{1,4}stop\s{1,4}["']?WinDefend/ nocase
    condition:
        any of them
}

rule powershell_hides_its_texts {
    meta:
        title_vi = "PowerShell che giấu nội dung bằng cách ghép từng mã ký tự"
        title_en = "PowerShell hides its texts by putting them together from codes of letters"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $letter = /\[char\]\s{0,2}\(?\s{0,2}(0x)?[0-9a-f]{2,4}/ nocase
    condition:
        #letter > 30
}

rule vbscript_downloads_and_runs {
    meta:
        title_vi = "VBScript tải tệp về, ghi vào máy rồi chạy"
        title_en = "A VBScript fetches a file, saves it and runs it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "vbscript,hta,wsf,html,text"
        khien_effect = "blocked"
        attack = "T1059.005"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $get1 = "XMLHTTP" nocase
        $get2 = "WinHttpRequest" nocase
        $save1 = "ADODB.Stream" nocase
        $save2 = "SaveToFile" nocase
        $run1 = /\.Run\s{0,4}[("A-Za-z]/ nocase
        $run2 = "ShellExecute" nocase
        $run3 = /\.Exec\s{0,4}[("]/ nocase
        $make = "CreateObject" nocase
    condition:
        $make and any of ($get*) and any of ($save*) and any of ($run*)
}

rule vbscript_runs_hidden_text {
    meta:
        title_vi = "VBScript giải mã một đoạn văn bản rồi thi hành"
        title_en = "A VBScript decodes a text and then executes it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "vbscript,hta,wsf,html,text"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $run = /\bExecute(Global)?\s{0,4}\(?\s{0,4}(Chr[BW]?\s{0,2}\(|StrReverse\s{0,2}\(|Replace\s{0,2}\(|UnEscape\s{0,2}\(|Decode[A-Za-z0-9]{0,20}\s{0,2}\()/ nocase
    condition:
        $run
}

rule encoded_script_of_windows {
    meta:
        title_vi = "Tập lệnh đã mã hóa kiểu VBE hoặc JSE, không đọc được nội dung"
        title_en = "The script is encoded as VBE or JSE, so that nobody can read it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,text,web"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $begin = /#@~\^[A-Za-z0-9+\/]{6}==/
        $end = "==^#~@"
    condition:
        $begin and $end
}

rule javascript_of_windows_downloads_and_runs {
    meta:
        title_vi = "JavaScript dùng đối tượng của Windows để tải tệp về và chạy"
        title_en = "A JavaScript uses objects of Windows to fetch a file and run it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable"
        khien_effect = "blocked"
        attack = "T1059.007"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $make = "ActiveXObject" nocase
        $make2 = "WScript.CreateObject" nocase
        $get1 = "XMLHTTP" nocase
        $get2 = "WinHttpRequest" nocase
        $save = "SaveToFile" nocase
        $stream = "ADODB.Stream" nocase
        $run1 = /\.Run\s{0,2}\(/ nocase
        $run2 = "ShellExecute" nocase
        $shell = "WScript.Shell" nocase
    condition:
        any of ($make*) and any of ($get*) and ($save or $stream) and (any of ($run*) or $shell)
}

rule javascript_of_windows_starts_shell {
    meta:
        title_vi = "JavaScript gọi lệnh hệ thống thông qua WScript.Shell"
        title_en = "A JavaScript calls the command line through WScript.Shell"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "javascript,wsf,hta"
        khien_effect = "blocked"
        attack = "T1059.007"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $make = /new\s{1,4}ActiveXObject\s{0,2}\(\s{0,2}["']WScript\.Shell/ nocase
        $shell1 = "powershell" nocase
        $shell2 = /cmd(\.exe)?\s{1,4}\/[ck]/ nocase
        $shell3 = "mshta" nocase
        $shell4 = "rundll32" nocase
        $shell5 = "regsvr32" nocase
    condition:
        $make and any of ($shell*)
}

rule certutil_fetches_or_decodes {
    meta:
        title_vi = "Lệnh dùng certutil để tải hoặc giải mã tệp"
        title_en = "A command uses certutil to fetch or decode a file"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,vba,shortcut,text"
        khien_effect = "suspicious"
        attack = "T1140"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $use = /certutil(\.exe)?["']?\s{1,4}[^\r\n]{0,80}[-\/](urlcache|decode|decodehex)\b[^\r\n]{1,200}\.(exe|dll|txt|b64|bat|vbs|js|zip|cab|tmp|dat|pem|cer|png|jpg)\b/ nocase
    condition:
        $use
}

rule bitsadmin_fetches {
    meta:
        title_vi = "Lệnh dùng bitsadmin để tải tệp từ mạng"
        title_en = "A command uses bitsadmin to fetch a file from the network"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,vba,shortcut,text"
        khien_effect = "suspicious"
        attack = "T1197"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $use = /bitsadmin(\.exe)?["']?\s{1,4}[^\r\n]{0,80}\/(transfer|addfile)\s{1,4}[^\r\n]{0,80}https?:\/\// nocase
    condition:
        $use
}

rule windows_tool_runs_remote_code {
    meta:
        title_vi = "Lệnh dùng công cụ có sẵn của Windows để chạy mã từ xa"
        title_en = "A command has a tool of Windows run code from far away"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,vba,shortcut,html,xml"
        khien_effect = "blocked"
        attack = "T1218"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $mshta = /mshta(\.exe)?["']?\s{1,4}["']?(https?:|javascript:|vbscript:|about:|\\\\[A-Za-z0-9])/ nocase
        $regsvr = /regsvr32(\.exe)?["']?\s{1,4}[^\r\n]{0,60}\/i:\s{0,2}["']?(https?:|\\\\)[^\r\n]{0,200}scrobj/ nocase
        $rundll = /rundll32(\.exe)?["']?\s{1,4}["']?javascript:/ nocase
        $installutil = /rundll32(\.exe)?["']?\s{1,4}["']?\\\\[0-9A-Za-z.-]{4,60}\\/ nocase
    condition:
        any of them
}

rule script_deletes_shadow_copies {
    meta:
        title_vi = "Tập lệnh xóa bản sao lưu của Windows, như mã độc tống tiền thường làm"
        title_en = "A script deletes the shadow copies of Windows, as ransomware does"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,vba,hta,program"
        khien_effect = "blocked"
        attack = "T1490"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $vss = /vssadmin(\.exe)?["']?\s{1,4}(delete\s{1,4}shadows|resize\s{1,4}shadowstorage)/ nocase
        $wmic = /wmic(\.exe)?["']?\s{1,4}shadowcopy\s{1,4}delete/ nocase
        $wbadmin = /wbadmin(\.exe)?["']?\s{1,4}delete\s{1,4}(catalog|systemstatebackup)/ nocase
        $bcd = /bcdedit(\.exe)?["']?\s{1,4}\/set\s{1,4}[^\r\n]{1,40}(recoveryenabled\s{1,4}no|bootstatuspolicy\s{1,4}ignoreallfailures)/ nocase
        $class = /Win32_ShadowCopy[^\r\n]{0,80}(\.Delete|Remove-)/ nocase
    condition:
        any of them
}

rule application_of_html_starts_program {
    meta:
        title_vi = "Ứng dụng HTA khởi động chương trình trên máy"
        title_en = "An HTML application starts a program on the PC"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "hta,html"
        khien_effect = "blocked"
        attack = "T1218.005"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $script = "<script" nocase
        $hta = "<hta:application" nocase
        $shell1 = "WScript.Shell" nocase
        $shell2 = "Shell.Application" nocase
        $run1 = /\.Run\b/ nocase
        $run2 = /\.Exec\b/ nocase
        $run3 = "ShellExecute" nocase
    condition:
        $script and any of ($shell*) and any of ($run*) and ($hta or filesize < 2MB)
}

rule scriptlet_starts_program {
    meta:
        title_vi = "Tệp scriptlet khởi động chương trình khi được đăng ký"
        title_en = "A scriptlet starts a program when it is registered"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "wsf,xml,text"
        khien_effect = "blocked"
        attack = "T1218.010"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $scriptlet = "<scriptlet" nocase
        $registration = "<registration" nocase
        $script = "<script" nocase
        $shell1 = "WScript.Shell" nocase
        $shell2 = "ActiveXObject" nocase
        $shell3 = "Shell.Application" nocase
    condition:
        $scriptlet and $registration and $script and any of ($shell*)
}

rule stylesheet_starts_program {
    meta:
        title_vi = "Tệp định dạng XSL có đoạn lệnh khởi động chương trình"
        title_en = "A stylesheet (XSL) has a script that starts a program"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "xsl,xml,text"
        khien_effect = "blocked"
        attack = "T1220"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $sheet = "<xsl:stylesheet" nocase
        $sheet2 = "<stylesheet" nocase
        $script = "ms:script" nocase
        $script2 = "msxsl:script" nocase
        $shell1 = "WScript.Shell" nocase
        $shell2 = "ActiveXObject" nocase
        $shell3 = "Process.Start" nocase
    condition:
        any of ($sheet*) and any of ($script*) and any of ($shell*)
}

rule autoit_drops_and_runs {
    meta:
        title_vi = "Tập lệnh AutoIt bung tệp vào thư mục tạm rồi chạy"
        title_en = "An AutoIt script unpacks a file into a temporary folder and runs it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "autoit,text"
        khien_effect = "suspicious"
        attack = "T1059.010"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $install = /FileInstall\s{0,2}\(/ nocase
        $write = /FileWrite\s{0,2}\(/ nocase
        $temp1 = "@TempDir" nocase
        $temp2 = "@AppDataDir" nocase
        $run1 = /\bRun(Wait)?\s{0,2}\(/ nocase
        $run2 = /ShellExecute(Wait)?\s{0,2}\(/ nocase
    condition:
        ($install or $write) and any of ($temp*) and any of ($run*)
}

rule reverse_shell {
    meta:
        title_vi = "Tập lệnh mở đường điều khiển máy từ xa cho người ngoài"
        title_en = "A script opens the machine to control from outside"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script"
        khien_effect = "blocked"
        attack = "T1059.004"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $bash = /bash\s{1,4}-i\s{1,4}[>&0-9]{1,3}\s{0,2}\/dev\/(tcp|udp)\//
        $exec = /exec\s{1,4}[0-9]{1,3}<>\s{0,2}\/dev\/tcp\/[0-9A-Za-z.$-]{1,80}\/[0-9$]/
        $nc = /\bnc(at)?\s{1,4}[^\r\n|]{0,60}-e\s{1,4}\/bin\/(ba)?sh/
        $fifo = /mkfifo\s{1,4}[^\r\n]{1,80}\|\s{0,2}(nc|ncat|openssl s_client)\s/
        $python1 = /os\.dup2\s{0,2}\([A-Za-z_]{1,20}\.fileno\(\)\s{0,2},\s{0,2}[012]\s{0,2}\)/
        $python2 = /(pty\.spawn|subprocess\.(call|Popen|run))\s{0,2}\(\s{0,2}\[?\s{0,2}["']\/bin\/(ba)?sh/
        $powershell1 = "Net.Sockets.TCPClient" nocase
        $powershell2 = /iex\s{1,4}\$?[a-z]{1,20}\s{1,4}2>&1/ nocase
    condition:
        $bash or $exec or $nc or $fifo or ($python1 and $python2) or ($powershell1 and $powershell2)
}

rule script_mines_coins {
    meta:
        title_vi = "Tập lệnh dùng máy để đào tiền mã hóa"
        title_en = "A script uses the machine to mine crypto-currency"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "readable"
        khien_effect = "suspicious"
        attack = "T1496"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $pool = /stratum\+(tcp|ssl):\/\/[A-Za-z0-9.-]{4,80}:[0-9]{2,5}/
        $tool1 = "xmrig" nocase
        $tool2 = "--donate-level" nocase
        $tool3 = "nicehash" nocase
        $tool4 = "--coin" nocase
        $tool5 = "cryptonight" nocase
    condition:
        $pool and any of ($tool*)
}

rule python_runs_hidden_code {
    meta:
        title_vi = "Tập lệnh Python giải mã một đoạn ẩn rồi chạy"
        title_en = "A Python script decodes something hidden and runs it"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "python,text"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $run = /\bexec\s{0,2}\(\s{0,2}(__import__\s{0,2}\(\s{0,2}["'](base64|zlib|marshal|codecs)["']\s{0,2}\)|base64\.b64decode\s{0,2}\(|zlib\.decompress\s{0,2}\(|marshal\.loads\s{0,2}\(|bytes\.fromhex\s{0,2}\()/
        $blob = /["'][A-Za-z0-9+\/=\\]{100}/
    condition:
        $run and $blob
}

rule registry_file_starts_program_at_login {
    meta:
        title_vi = "Tệp registry cài chương trình tự chạy khi đăng nhập"
        title_en = "A registry file has a program start at every login"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "reg,text"
        khien_effect = "suspicious"
        attack = "T1547.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $head1 = "Windows Registry Editor Version 5.00"
        $head2 = "REGEDIT4"
        $key = /\[HKEY_(CURRENT_USER|LOCAL_MACHINE)\\[^\]\r\n]{0,80}\\CurrentVersion\\Run(Once)?\]/ nocase
        $value = /=\s{0,2}"[^"\r\n]{0,200}(powershell|mshta|wscript|cscript|rundll32|regsvr32|cmd(\.exe)? )/ nocase
    condition:
        any of ($head*) and $key and $value
}
