// Macros of Office documents, and what spreadsheets run. VBA is looked at as source text, as it comes out of a document.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule macro_starts_program_by_itself {
    meta:
        title_vi = "Macro tự chạy khi mở văn bản và khởi động chương trình khác"
        title_en = "A macro that runs when the document is opened starts another program"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $auto1 = "AutoOpen" nocase fullword
        $auto2 = "Auto_Open" nocase fullword
        $auto3 = "AutoExec" nocase fullword
        $auto4 = "Document_Open" nocase fullword
        $auto5 = "DocumentOpen" nocase fullword
        $auto6 = "Workbook_Open" nocase fullword
        $auto7 = "Workbook_Activate" nocase fullword
        $auto8 = "Document_Close" nocase fullword
        $auto9 = "Auto_Close" nocase fullword
        $run1 = /\bShell\s{0,4}\(/ nocase
        $run2 = /\bShell\s{1,4}("|[A-Z_]{1,30}\s{0,2}[,&\r\n])/ nocase
        $run3 = "WScript.Shell" nocase
        $run4 = "Shell.Application" nocase
        $run5 = "ShellExecute" nocase
    condition:
        any of ($auto*) and any of ($run*)
}

rule macro_downloads_and_saves {
    meta:
        title_vi = "Macro tải tệp từ mạng về và ghi vào máy"
        title_en = "A macro fetches a file from the network and saves it"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript"
        khien_effect = "blocked"
        attack = "T1105"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $get1 = "XMLHTTP" nocase
        $get2 = "WinHttpRequest" nocase
        $get3 = "URLDownloadToFile" nocase
        $get4 = "InternetOpenUrl" nocase
        $save1 = "SaveToFile" nocase
        $save2 = "ADODB.Stream" nocase
        $save3 = "responseBody" nocase
        $save4 = /Open\s{1,4}[^\r\n]{1,80}\sFor\s{1,4}Binary/ nocase
        $vba1 = "Sub " nocase
        $vba2 = "Function " nocase
    condition:
        $get3 or (any of ($get*) and any of ($save*) and any of ($vba*))
}

rule macro_starts_powershell {
    meta:
        title_vi = "Macro gọi PowerShell hoặc cmd với lệnh ẩn"
        title_en = "A macro calls PowerShell or cmd with a hidden command"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba"
        khien_effect = "blocked"
        attack = "T1059.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $shell1 = /powershell(\.exe)?[^\r\n]{0,60}\s-(e|ec|enc|w|nop|ep|exec|c|command|windowstyle|noprofile)/ nocase
        $shell2 = /cmd(\.exe)?\s{1,4}\/c\s{1,4}[^\r\n]{0,120}(powershell|certutil|bitsadmin|mshta|curl|regsvr32|rundll32|wscript)/ nocase
    condition:
        any of them
}

rule macro_starts_process_by_wmi {
    meta:
        title_vi = "Macro khởi động chương trình thông qua WMI để tránh bị theo dõi"
        title_en = "A macro starts a program through WMI, where it is watched less"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript"
        khien_effect = "blocked"
        attack = "T1047"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $wmi = "winmgmts:" nocase
        $process = "Win32_Process" nocase
        $create = /\.(Create|ExecMethod_?)\b/ nocase
    condition:
        all of them
}

rule macro_runs_code_in_memory {
    meta:
        title_vi = "Macro nạp mã máy vào bộ nhớ và chạy"
        title_en = "A macro puts machine code into memory and runs it"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba"
        khien_effect = "blocked"
        attack = "T1055"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $declare = /Declare\s{1,4}(PtrSafe\s{1,4})?(Function|Sub)/ nocase
        $place1 = "VirtualAlloc" nocase
        $place2 = "HeapCreate" nocase
        $place3 = "NtAllocateVirtualMemory" nocase
        $copy1 = "RtlMoveMemory" nocase
        $copy2 = "WriteProcessMemory" nocase
        $copy3 = "NtWriteVirtualMemory" nocase
        $start1 = "CreateThread" nocase
        $start2 = "CreateRemoteThread" nocase
        $start3 = "EnumSystemCodePages" nocase
        $start4 = "CallWindowProc" nocase
        $start5 = "QueueUserAPC" nocase
    condition:
        $declare and any of ($place*) and (any of ($copy*) or any of ($start*))
}

rule macro_hides_its_texts {
    meta:
        title_vi = "Macro che giấu nội dung bằng cách ghép từng ký tự"
        title_en = "A macro hides its texts by putting them together letter by letter"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $letter = /Chr[BW]?\$?\s{0,2}\(\s{0,2}(&H)?[0-9A-F]{1,4}/ nocase
    condition:
        #letter > 40
}

rule macro_turns_names_around {
    meta:
        title_vi = "Macro đảo ngược chuỗi để giấu tên đối tượng mà nó tạo"
        title_en = "A macro writes names backwards to hide which object it makes"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $turn = /CreateObject\s{0,4}\(\s{0,4}StrReverse/ nocase
        $names1 = "llehS.tpircSW" nocase
        $names2 = "PTTHLMX" nocase
        $names3 = "maertS.bdodA" nocase
        $reverse = "StrReverse" nocase
    condition:
        $turn or ($reverse and any of ($names*))
}

rule macro_drops_program {
    meta:
        title_vi = "Macro ghi tệp chương trình vào thư mục tạm rồi mở"
        title_en = "A macro writes a program into a folder for temporary files and opens it"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $folder1 = /Environ\$?\s{0,4}\(\s{0,4}"(temp|tmp|appdata|localappdata|public|programdata)"/ nocase
        $folder2 = "GetSpecialFolder(2)" nocase
        $write1 = "SaveToFile" nocase
        $write2 = "CreateTextFile" nocase
        $write3 = /\bPut\s{1,4}#?[0-9A-Za-z]{1,20}\s{0,4},/ nocase
        $kind = /\.(exe|dll|scr|bat|cmd|vbs|vbe|js|jse|hta|ps1|cpl)["'\s]/ nocase
        $open1 = /\bShell\b/ nocase
        $open2 = ".Run" nocase
        $open3 = "ShellExecute" nocase
    condition:
        any of ($folder*) and any of ($write*) and $kind and any of ($open*)
}

rule macro_lowers_security_of_office {
    meta:
        title_vi = "Macro tắt cảnh báo bảo mật của bộ Office trong registry"
        title_en = "A macro switches off the security warnings of Office in the registry"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba,vbscript,script"
        khien_effect = "blocked"
        attack = "T1112"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $write = "RegWrite" nocase
        $setting1 = "VBAWarnings" nocase
        $setting2 = "AccessVBOM" nocase
        $setting3 = "DisableInternetFilesInPV" nocase
        $setting4 = "DisableUnsafeLocationsInPV" nocase
    condition:
        $write and any of ($setting*)
}

rule macro_copies_itself {
    meta:
        title_vi = "Macro tự sao chép sang văn bản khác như vi-rút"
        title_en = "A macro copies itself into other documents, as a virus does"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "vba"
        khien_effect = "blocked"
        attack = "T1137.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $project = "VBProject" nocase
        $parts = "VBComponents" nocase
        $copy1 = "AddFromString" nocase
        $copy2 = "InsertLines" nocase
        $copy3 = "OrganizerCopy" nocase
        $copy4 = /\.(Export|Import)\b/ nocase
        $where1 = "NormalTemplate" nocase
        $where2 = "ActiveDocument" nocase
        $where3 = "StartupPath" nocase
        $where4 = "ThisWorkbook" nocase
    condition:
        $project and $parts and any of ($copy*) and 2 of ($where*)
}

rule table_in_sylk_runs_program {
    meta:
        title_vi = "Bảng tính dạng SYLK có công thức chạy chương trình"
        title_en = "A table in SYLK form has a formula that runs a program"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "sylk,text"
        khien_effect = "blocked"
        attack = "T1059"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $run = /;E(EXEC|CALL|REGISTER)\s{0,2}\(/ nocase
    condition:
        uint32be(0) == 0x49443B50 and $run
}

rule cell_runs_program_by_dde {
    meta:
        title_vi = "Ô bảng tính hoặc trường văn bản gọi chương trình qua DDE"
        title_en = "A cell or a field calls a program through DDE"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "office,csv,xml,text"
        khien_effect = "blocked"
        attack = "T1559.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $field = /DDE(AUTO)?\s{1,4}["']?[^\r\n<]{0,80}(cmd|powershell|mshta|regsvr32|rundll32|wscript|msexcel)(\.exe)?\b/ nocase
        $cell = /[=+@-](cmd|powershell|mshta|regsvr32|rundll32|wscript)(\.exe)?\|\s{0,2}'[^'\r\n]{1,300}'!/ nocase
    condition:
        any of them
}
