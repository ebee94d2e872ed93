// Pages, SVG pictures and links.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule page_makes_file_on_the_pc {
    meta:
        title_vi = "Trang HTML tự tạo tệp trên máy người xem (HTML smuggling)"
        title_en = "A page makes a file on the reader's PC by itself (HTML smuggling)"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html,svg,hta,mail"
        khien_effect = "blocked"
        attack = "T1027.006"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $blob1 = /new\s{1,4}Blob\s{0,2}\(/
        $blob2 = "msSaveOrOpenBlob"
        $blob3 = "msSaveBlob"
        $url = "createObjectURL"
        $decode1 = "atob" fullword
        $decode2 = "Uint8Array"
        $decode3 = "fromCharCode"
        $magic1 = "TVqQAAMAAAA"
        $magic2 = "TVpQAAIAAAA"
        $magic3 = /UEsDB(BQ|Ao)A[A-Za-z0-9+\/]{40}/
        $magic4 = "0M8R4KGxGuE"
        $magic5 = /N3q8ryc[cA-Za-z0-9+\/]{40}/
        $magic6 = /UmFyIRoH[A-Za-z0-9+\/]{40}/
        $magic7 = "TAAAAAEUAgAAAAAAwAAAAAAAAE"
        $magic8 = "TVNDRgAAAA"
    condition:
        any of ($blob*) and ($url or $blob2 or $blob3) and any of ($decode*) and any of ($magic*)
}

rule picture_with_script {
    meta:
        title_vi = "Hình ảnh SVG có đoạn lệnh giải mã hoặc chuyển trang"
        title_en = "An SVG picture has a script that decodes something or leads elsewhere"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "svg"
        khien_effect = "suspicious"
        attack = "T1027.017"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $script = "<script" nocase
        $event = /\son(load|error|click)\s{0,2}=\s{0,2}["'][^"'\r\n]{0,200}(location|eval|atob|window\.open)/ nocase
        $do1 = /\beval\s{0,2}\(/
        $do2 = /\batob\s{0,2}\(/
        $do3 = /(window|document|top|self)\.location/
        $do4 = "createObjectURL"
        $do5 = /\bString\.fromCharCode\s{0,2}\(/
    condition:
        $event or ($script and any of ($do*))
}

rule link_holds_program {
    meta:
        title_vi = "Liên kết trong trang chứa sẵn tệp chương trình hoặc tệp nén"
        title_en = "A link in a page holds a program or an archive"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html,svg,mail"
        khien_effect = "suspicious"
        attack = "T1027.006"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $link = /href\s{0,2}=\s{0,2}["']data:application\/(octet-stream|zip|x-zip-compressed|x-msdownload|x-iso9660-image|hta|x-7z-compressed|x-rar-compressed)[^"',]{0,40};base64,/ nocase
    condition:
        $link
}

rule page_has_reader_paste_command {
    meta:
        title_vi = "Trang giả xác minh, dụ người xem dán lệnh vào máy (ClickFix)"
        title_en = "A page that pretends to verify people has them paste a command (ClickFix)"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html"
        khien_effect = "blocked"
        attack = "T1204.004"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $copy1 = "clipboard.writeText"
        $copy2 = /execCommand\s{0,2}\(\s{0,2}["']copy["']/
        $command1 = /powershell[^\r\n"'`]{0,40}-(w|e|c|nop|ep|ex|enc|command)/ nocase
        $command2 = /mshta\s{1,4}https?:/ nocase
        $command3 = /cmd(\.exe)?\s{1,4}\/c\s/ nocase
        $command4 = /msiexec\s{1,4}[^\r\n"'`]{0,20}\/i\s{1,4}https?:/ nocase
        $command5 = /\bi(wr|ex)\b[^\r\n"'`]{0,80}https?:/ nocase
        $say1 = /Win(dows)?(<[^>]{1,60}>|\s){0,6}\s{0,2}\+\s{0,2}(<[^>]{1,60}>|\s){0,6}R\b/ nocase
        $say2 = "not a robot" nocase
        $say3 = "you are human" nocase
        $say4 = "Ctrl + V" nocase
        $say5 = "không phải là robot" nocase
        $say6 = "xác minh" nocase
    condition:
        any of ($copy*) and any of ($command*) and any of ($say*)
}

rule page_sends_password_to_chat {
    meta:
        title_vi = "Trang đăng nhập gửi mật khẩu tới Telegram hoặc Discord"
        title_en = "A login page sends passwords to Telegram or Discord"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html,svg"
        khien_effect = "blocked"
        attack = "T1566.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $input = /type\s{0,2}=\s{0,2}["']?password/ nocase
        $bot1 = /api\.telegram\.org\/bot[0-9$'"`+{]/ nocase
        $bot2 = /discord(app)?\.com\/api\/webhooks\// nocase
    condition:
        $input and any of ($bot*)
}

rule login_page_of_authority_copied {
    meta:
        title_vi = "Trang đăng nhập mang tên cơ quan nhà nước nhưng gửi mật khẩu tới trang PHP lạ"
        title_en = "A login page bears the name of an authority and sends passwords to a PHP page"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html"
        khien_effect = "suspicious"
        attack = "T1566.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $input = /type\s{0,2}=\s{0,2}["']?password/ nocase
        $name1 = "moj.gov.vn" nocase
        $name2 = "thads" nocase fullword
        $name3 = "Bộ Tư pháp"
        $name4 = "Thi hành án dân sự"
        $name5 = "Cổng Dịch vụ công"
        $name6 = "VNeID"
        $name7 = "dichvucong.gov.vn" nocase
        $form = /<form[^>]{1,300}action\s{0,2}=\s{0,2}["']?(https?:\/\/)?[^"'>\s]{0,150}\.php\b/ nocase
        $fetch = /(fetch|\.open)\s{0,2}\(\s{0,2}["'](POST["']\s{0,2},\s{0,2}["'])?https?:\/\/[^"']{1,150}\.php\b/ nocase
    condition:
        $input and any of ($name*) and ($form or $fetch)
}

rule link_starts_search_on_far_folder {
    meta:
        title_vi = "Liên kết mở cửa sổ tìm kiếm của Windows trỏ tới thư mục ở máy chủ lạ"
        title_en = "A link opens the search of Windows on a folder of a foreign server"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html,xml,pdf,url_shortcut,text,mail"
        khien_effect = "blocked"
        attack = "T1204.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $search = /search(-ms)?:[^"'<>\r\n]{0,200}crumb=location(:|%3a)[^"'<>\r\n]{0,20}(\\\\|%5c%5c|https?|file)/ nocase
    condition:
        $search
}

rule link_abuses_diagnostic_tool {
    meta:
        title_vi = "Liên kết gọi công cụ chẩn đoán của Windows để chạy mã (CVE-2022-30190)"
        title_en = "A link calls the diagnostic tool of Windows to run code (CVE-2022-30190)"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html,xml,rtf,text,mail"
        khien_effect = "blocked"
        attack = "T1203"
        author = "Khiên"
        license = "Apache-2.0"
        reference = "CVE-2022-30190"
    strings:
        $link = /ms-msdt:[^"'<>\r\n]{0,80}PCWDiagnostic[^"'<>\r\n]{0,400}IT_BrowseForFile/ nocase
    condition:
        $link
}

rule document_part_fetches_template {
    meta:
        title_vi = "Thành phần của văn bản Office nạp mẫu hoặc đối tượng từ máy chủ lạ"
        title_en = "A part of an Office document loads a template or an object from a foreign server"
        fix_vi = "Không tải tệp này lên. Hãy xin bản do phần mềm văn phòng xuất ra, không có nội dung tự chạy."
        fix_en = "Do not upload this file. Ask for a copy made by an office program, without anything that runs by itself."
        khien_types = "xml,text"
        khien_effect = "suspicious"
        attack = "T1221"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $relation = /Type\s{0,2}=\s{0,2}["'][^"']{10,120}\/(attachedTemplate|oleObject|frame|subDocument)["'][^>]{0,200}Target\s{0,2}=\s{0,2}["'](https?:|file:\/\/\/?\\\\|mhtml:|\\\\)/ nocase
        $relation2 = /Target\s{0,2}=\s{0,2}["'](https?:|file:\/\/\/?\\\\|mhtml:|\\\\)[^"']{1,400}["'][^>]{0,200}Type\s{0,2}=\s{0,2}["'][^"']{10,120}\/(attachedTemplate|oleObject|frame|subDocument)["']/ nocase
        $external = /TargetMode\s{0,2}=\s{0,2}["']External["']/ nocase
    condition:
        $external and any of ($relation*)
}
