// Shortcuts of Windows, the web and Linux.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule shortcut_starts_powershell {
    meta:
        title_vi = "Lối tắt gọi PowerShell với lệnh ẩn"
        title_en = "A shortcut calls PowerShell with a hidden command"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "lnk"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $shell = "powershell" ascii wide nocase
        $how1 = "hidden" ascii wide nocase
        $how2 = "bypass" ascii wide nocase
        $how3 = /-e(c|nc|ncodedcommand)?\s{1,4}[A-Za-z0-9+\/]{20}/ ascii wide nocase
        $how4 = "http" ascii wide nocase
        $how5 = "iex" ascii wide nocase fullword
        $how6 = "-join" ascii wide nocase
        $how7 = "FromBase64String" ascii wide nocase
    condition:
        uint32be(0) == 0x4C000000 and $shell and any of ($how*)
}

rule shortcut_starts_script_host {
    meta:
        title_vi = "Lối tắt gọi công cụ chạy tập lệnh của Windows"
        title_en = "A shortcut calls a tool of Windows that runs scripts"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "lnk"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $tool = /(mshta|wscript|cscript|regsvr32|certutil|bitsadmin|forfiles|pcalua|hh|msiexec)(\.exe)?/ ascii wide nocase
        $what1 = "http" ascii wide nocase
        $what2 = "javascript:" ascii wide nocase
        $what3 = "vbscript:" ascii wide nocase
        $what4 = /\.(js|jse|vbs|vbe|hta|wsf|sct|dll|ocx|tmp|dat)\b/ ascii wide nocase
        $what5 = "-decode" ascii wide nocase
    condition:
        uint32be(0) == 0x4C000000 and $tool and any of ($what*)
}

rule shortcut_runs_command_as_document {
    meta:
        title_vi = "Lối tắt chạy lệnh nhưng mang biểu tượng của văn bản"
        title_en = "A shortcut runs a command and wears the icon of a document"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "lnk"
        khien_effect = "blocked"
        attack = "T1036"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $cmd = /cmd(\.exe)?/ ascii wide nocase
        $run = /\/[ck]\s/ ascii wide nocase
        $icon1 = "imageres.dll" ascii wide nocase
        $icon2 = "shell32.dll" ascii wide nocase
        $icon3 = "winword" ascii wide nocase
        $icon4 = /acro(rd32|bat)/ ascii wide nocase
        $icon5 = "excel.exe" ascii wide nocase
        $icon6 = /\.(pdf|docx?|xlsx?)/ ascii wide nocase
        $do = /(copy|start|xcopy|rundll32|expand|curl|findstr|certutil|ren|move|md)\b/ ascii wide nocase
    condition:
        uint32be(0) == 0x4C000000 and $cmd and $run and $do and any of ($icon*)
}

rule web_shortcut_starts_far_program {
    meta:
        title_vi = "Lối tắt web mở tệp chương trình từ máy chủ lạ"
        title_en = "A web shortcut opens a program on a foreign server"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "url_shortcut,text"
        khien_effect = "blocked"
        attack = "T1204.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $head = "[InternetShortcut]" nocase
        $target = /URL\s{0,2}=\s{0,2}(file:|\\\\|https?:)[^\r\n]{1,300}\.(exe|cmd|bat|js|jse|vbs|vbe|hta|lnk|scr|cpl|url|wsf|msi|zip|jar)\s{0,4}[\r\n]/ nocase
        $far = /URL\s{0,2}=\s{0,2}(file:\/\/?\/?\/?[0-9A-Za-z.-]{3,80}(@[0-9A-Za-z]{2,8})?[\\\/]|\\\\)/ nocase
    condition:
        $head and $target and $far
}

rule web_shortcut_icon_gives_login_away {
    meta:
        title_vi = "Lối tắt web lấy biểu tượng từ máy chủ lạ, làm lộ mật khẩu Windows"
        title_en = "A web shortcut takes its icon from a foreign server, which gives away the Windows password"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "url_shortcut,text"
        khien_effect = "suspicious"
        attack = "T1187"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $head = "[InternetShortcut]" nocase
        $icon = /IconFile\s{0,2}=\s{0,2}(\\\\|file:\/\/)[0-9A-Za-z.-]{3}/ nocase
    condition:
        all of them
}

rule library_leads_to_far_folder {
    meta:
        title_vi = "Tệp thư viện của Windows trỏ tới thư mục ở máy chủ lạ"
        title_en = "A library file of Windows leads to a folder of a foreign server"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "search_connector,xml,text"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $library1 = "<libraryDescription" nocase
        $library2 = "<searchConnectorDescription" nocase
        $far = /<(url|simpleLocation)>\s{0,8}(<url>\s{0,8})?(\\\\|https?:\/\/|file:\/\/)/ nocase
    condition:
        any of ($library*) and $far
}

rule settings_file_starts_program {
    meta:
        title_vi = "Tệp cài đặt của Windows được dùng để khởi động chương trình"
        title_en = "A settings file of Windows is used to start a program"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "setting_content,xml,text"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $link = /<DeepLink>[^<]{0,300}(cmd|powershell|mshta|rundll32|wscript)[^<]{0,300}<\/DeepLink>/ nocase
    condition:
        $link
}

rule desktop_entry_starts_hidden_command {
    meta:
        title_vi = "Lối tắt của Linux tải và chạy lệnh từ mạng"
        title_en = "A shortcut of Linux fetches a command from the network and runs it"
        fix_vi = "Không nhấp vào tệp này và không tải lên. Lối tắt không phải là văn bản: hãy xin người gửi chính tệp văn bản."
        fix_en = "Do not click this file and do not upload it. A shortcut is no document: ask the sender for the document itself."
        khien_types = "desktop_entry,text"
        khien_effect = "suspicious"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $head = "[Desktop Entry]"
        $run = /Exec\s{0,2}=[^\r\n]{0,200}(curl|wget|base64)[^\r\n]{0,300}(\|\s{0,2}(ba|z|da)?sh|chmod|xdg-open)/
    condition:
        all of them
}
