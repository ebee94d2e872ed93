// Archives and disk images, by the names in them: those are found even where the content cannot be opened.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule archive_has_program_named_like_document {
    meta:
        title_vi = "Tệp nén chứa chương trình có tên giống văn bản (hai phần mở rộng)"
        title_en = "An archive has a program that is named like a document (two extensions)"
        fix_vi = "Không giải nén và không tải tệp này lên. Hãy xin người gửi gửi lại riêng từng văn bản, không nén."
        fix_en = "Do not unpack this file and do not upload it. Ask the sender for the documents one by one, not packed."
        khien_types = "archive,disk_image"
        khien_effect = "blocked"
        attack = "T1036.007"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $name = /\.(pdf|docx?|xlsx?|pptx?|rtf|jpe?g|png)[ ._-]{0,120}\.(exe|scr|com|pif|bat|cmd|jse|vbs|vbe|wsf|hta|lnk|cpl|msi)[^A-Za-z0-9_.]/ nocase
    condition:
        $name
}

rule archive_opens_program_beside_document {
    meta:
        title_vi = "Tệp nén lợi dụng lỗ hổng WinRAR để chạy tệp lạ khi mở văn bản (CVE-2023-38831)"
        title_en = "An archive uses a hole of WinRAR to run a file when a document is opened (CVE-2023-38831)"
        fix_vi = "Không giải nén và không tải tệp này lên. Hãy xin người gửi gửi lại riêng từng văn bản, không nén."
        fix_en = "Do not unpack this file and do not upload it. Ask the sender for the documents one by one, not packed."
        khien_types = "archive"
        khien_effect = "blocked"
        attack = "T1203"
        author = "Khiên"
        license = "Apache-2.0"
        reference = "CVE-2023-38831"
    strings:
        $name = /\.(pdf|docx?|xlsx?|jpe?g|png|txt) \/[^\x00-\x1f\/]{1,120}\.(pdf|docx?|xlsx?|jpe?g|png|txt) \.(cmd|bat|exe|vbs|js|lnk)/ nocase
    condition:
        $name
}

rule archive_writes_outside_its_folder {
    meta:
        title_vi = "Tệp nén tìm cách ghi tệp ra ngoài thư mục giải nén"
        title_en = "An archive tries to write outside the folder it is unpacked to"
        fix_vi = "Không giải nén và không tải tệp này lên. Hãy xin người gửi gửi lại riêng từng văn bản, không nén."
        fix_en = "Do not unpack this file and do not upload it. Ask the sender for the documents one by one, not packed."
        khien_types = "archive"
        khien_effect = "blocked"
        attack = "T1203"
        author = "Khiên"
        license = "Apache-2.0"
        reference = "CVE-2025-8088"
    strings:
        $stream = /:\.\.\\(\.\.\\){1,12}[A-Za-z]/
        $startup = /\.\.[\\\/][^\x00-\x1f]{0,120}(Start Menu|Startup)[\\\/]/ nocase
        $unix = /(\.\.\/){3,12}(etc|root|home|tmp|var|usr)\//
    condition:
        any of them
}

rule disk_image_has_shortcut_and_library {
    meta:
        title_vi = "Tệp ảnh đĩa chứa lối tắt cùng thư viện chương trình"
        title_en = "A disk image has a shortcut beside a program library"
        fix_vi = "Không giải nén và không tải tệp này lên. Hãy xin người gửi gửi lại riêng từng văn bản, không nén."
        fix_en = "Do not unpack this file and do not upload it. Ask the sender for the documents one by one, not packed."
        khien_types = "iso,udf,vhd,vhdx,fat,disk"
        khien_effect = "suspicious"
        attack = "T1553.005"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $shortcut = /[A-Za-z0-9_~ -]{1,40}\.lnk(;1)?/ ascii wide nocase
        $library = /[A-Za-z0-9_~ -]{1,40}\.(dll|cpl|ocx)(;1)?/ ascii wide nocase
    condition:
        $shortcut and $library
}

rule archive_note_gives_password_for_program {
    meta:
        title_vi = "Văn bản kèm mật khẩu giải nén và yêu cầu tắt chương trình diệt vi-rút"
        title_en = "A text gives the password of an archive and asks to switch the antivirus off"
        fix_vi = "Không giải nén và không tải tệp này lên. Hãy xin người gửi gửi lại riêng từng văn bản, không nén."
        fix_en = "Do not unpack this file and do not upload it. Ask the sender for the documents one by one, not packed."
        khien_types = "text,mail,html"
        khien_effect = "suspicious"
        attack = "T1027.013"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $password1 = /(mật khẩu|pass(word)?)\s{0,4}(giải nén|mở tệp|archive|zip|rar|file)\s{0,4}(là|is)?\s{0,4}[:=]/ nocase
        $off1 = /(tắt|vô hiệu hóa|vô hiệu hoá)\s{1,4}[^\r\n]{0,40}(virus|vi-rút|vi rút|Defender|antivirus)/ nocase
        $off2 = /(disable|turn off|deactivate)\s{1,4}[^\r\n]{0,40}(antivirus|anti-virus|Defender|real-time protection)/ nocase
        $setup = /(crack|keygen|patch|loader|setup|activator|kích hoạt)/ nocase
    condition:
        $password1 and any of ($off*) and $setup
}
