// RTF: objects and templates. Objects stand in it as hexadecimal digits, so that is what is looked for.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule rtf_equation_object {
    meta:
        title_vi = "Văn bản RTF có đối tượng công thức cũ, thường dùng để khai thác lỗ hổng CVE-2017-11882"
        title_en = "An RTF document has an old equation object, as used for the hole CVE-2017-11882"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "rtf,doc,text"
        khien_effect = "blocked"
        attack = "T1203"
        author = "Khiên"
        license = "Apache-2.0"
        reference = "CVE-2017-11882"
    strings:
        $data = "\\objdata" nocase
        $hex = "4571756174696f6e2e33" nocase
        $class = /\\objclass\s{1,4}Equation\.3/ nocase
    condition:
        uint32be(0) == 0x7B5C7274 and (($data and $hex) or $class)
}

rule rtf_link_fetches_code {
    meta:
        title_vi = "Văn bản RTF có liên kết OLE tự tải mã từ mạng (CVE-2017-0199)"
        title_en = "An RTF document has an OLE link that fetches code from the network (CVE-2017-0199)"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "rtf,doc,text"
        khien_effect = "blocked"
        attack = "T1221"
        author = "Khiên"
        license = "Apache-2.0"
        reference = "CVE-2017-0199"
    strings:
        $data = "\\objdata" nocase
        $link = "4f4c45324c696e6b" nocase
        $moniker = "e0c9ea79f9bace118c8200aa004ba90b" nocase
    condition:
        uint32be(0) == 0x7B5C7274 and $data and ($link or $moniker)
}

rule rtf_carries_program {
    meta:
        title_vi = "Văn bản RTF nhúng chương trình hoặc tập lệnh bên trong"
        title_en = "An RTF document carries a program or a script"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "rtf,doc,text"
        khien_effect = "blocked"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $data = "\\objdata" nocase
        $package = "5061636b61676500" nocase
        $exe = /2e(657865|736372|6a7300|6a7365|766273|766265|626174|636d64|687461|6c6e6b|707331|646c6c|696e66)/ nocase
    condition:
        uint32be(0) == 0x7B5C7274 and $data and $package and $exe
}

rule rtf_template_from_network {
    meta:
        title_vi = "Văn bản RTF nạp mẫu từ máy chủ lạ khi mở"
        title_en = "An RTF document loads its template from a foreign server when opened"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "rtf,doc,text"
        khien_effect = "blocked"
        attack = "T1221"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $template = /\{\\\*\\template\s{1,8}(https?:|ftp:|file:|\\\\\\\\|\\\\)[^}\r\n]{4}/ nocase
    condition:
        uint32be(0) == 0x7B5C7274 and $template
}

rule rtf_object_updates_itself {
    meta:
        title_vi = "Văn bản RTF có đối tượng tự cập nhật khi mở"
        title_en = "An RTF document has an object that updates itself when opened"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "rtf,doc,text"
        khien_effect = "suspicious"
        attack = "T1203"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $update = "\\objupdate" nocase
        $data = "\\objdata" nocase
    condition:
        uint32be(0) == 0x7B5C7274 and all of them
}

rule rtf_head_is_disguised {
    meta:
        title_vi = "Phần đầu của văn bản RTF bị làm sai lệch để tránh bị nhận dạng"
        title_en = "The head of an RTF document is changed so that it is not recognised"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "rtf,text"
        khien_effect = "suspicious"
        attack = "T1027"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $data = "\\objdata" nocase
        $good = "{\\rtf1"
    condition:
        uint32be(0) == 0x7B5C7274 and $data and not $good at 0
}
