// PDF: what starts, opens or sends something.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule pdf_starts_program {
    meta:
        title_vi = "Tệp PDF yêu cầu mở chương trình của Windows"
        title_en = "A PDF asks to open a program of Windows"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "pdf"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $launch = "/Launch"
        $target = /\/F\s{0,4}\(\s{0,4}[^)\r\n]{0,80}(cmd|powershell|mshta|wscript|cscript|rundll32|explorer)(\.exe)?\s{0,4}\)/ nocase
        $args = /\/P\s{0,4}\([^)]{0,300}(\/c |powershell|http|start )/ nocase
    condition:
        $launch and ($target or $args)
}

rule pdf_opens_its_attachment {
    meta:
        title_vi = "Tệp PDF tự xuất và mở tệp đính kèm bên trong"
        title_en = "A PDF takes out a file that it carries and opens it"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "pdf"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $export = "exportDataObject" nocase
        $launch = /nLaunch\s{0,4}[:=]\s{0,4}[12]/ nocase
    condition:
        $export and $launch
}

rule pdf_script_with_machine_code {
    meta:
        title_vi = "Đoạn lệnh trong PDF chứa mã máy dùng để khai thác lỗ hổng"
        title_en = "A script in a PDF holds machine code, as used to exploit a hole"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "pdf,javascript,text"
        khien_effect = "blocked"
        attack = "T1203"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $unescape = "unescape" nocase
        $code = /%u[0-9a-f]{4}%u[0-9a-f]{4}%u[0-9a-f]{4}%u[0-9a-f]{4}/ nocase
        $use1 = "Collab.collectEmailInfo"
        $use2 = "util.printf"
        $use3 = "getAnnots"
        $use4 = "media.newPlayer"
        $use5 = /(heap|spray|nop|sled|shellcode)[A-Za-z0-9_]{0,20}\s{0,2}[=+]/ nocase
    condition:
        $unescape and #code > 4 and any of ($use*)
}

rule pdf_hides_its_script {
    meta:
        title_vi = "Tệp PDF viết tên lệnh dưới dạng mã để giấu đoạn lệnh"
        title_en = "A PDF writes names in codes to hide that it has a script"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "pdf"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $script = /\/(J|#4a)(a|#61)(v|#76)(a|#61)(S|#53)(c|#63)(r|#72)(i|#69)(p|#70)(t|#74)/ nocase
        $launch = /\/(L|#4c)(a|#61)(u|#75)(n|#6e)(c|#63)(h|#68)/ nocase
        $open = /\/(O|#4f)(p|#70)(e|#65)(n|#6e)(A|#41)(c|#63)(t|#74)(i|#69)(o|#6f)(n|#6e)/ nocase
    condition:
        for any i in (1..#script): (!script[i] > 11) or for any i in (1..#launch): (!launch[i] > 7) or for any i in (1..#open): (!open[i] > 11)
}

rule pdf_leads_to_program {
    meta:
        title_vi = "Tệp PDF có liên kết dẫn thẳng tới tệp chương trình hoặc tệp nén"
        title_en = "A PDF has a link that leads to a program or an archive"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "pdf"
        khien_effect = "suspicious"
        attack = "T1566.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $ip = /\/URI\s{0,4}\(\s{0,4}https?:\/\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[^)\s]{0,200}\.(exe|scr|js|vbs|hta|lnk|iso|img|zip|rar|7z|bat|cmd|msi)\s{0,4}\)/ nocase
        $program = /\/URI\s{0,4}\(\s{0,4}https?:\/\/[^)\s]{1,300}\.(exe|scr|vbs|hta|lnk|bat|cmd|pif|jse|vbe)\s{0,4}\)/ nocase
    condition:
        any of them
}

rule pdf_sends_login_to_stranger {
    meta:
        title_vi = "Tệp PDF tự kết nối tới máy chủ lạ, làm lộ mật khẩu Windows"
        title_en = "A PDF connects to a foreign server by itself, which gives away the Windows password"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "pdf"
        khien_effect = "blocked"
        attack = "T1187"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $go = /\/S\s{0,4}\/GoTo(R|E)\b/
        $far = /\/F\s{0,4}\(\s{0,4}\\\\\\\\[A-Za-z0-9]/
    condition:
        $go and $far
}
