// What is written for people: names and texts that make them open something. In Vietnamese and English.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule program_named_like_official_letter {
    meta:
        title_vi = "Chương trình mang tên hóa đơn, giấy mời, quyết định hoặc công văn"
        title_en = "A program bears the name of an invoice, an invitation, a decision or an official letter"
        fix_vi = "Không chạy và không tải tệp này lên. Hệ thống nghiệp vụ chỉ nhận văn bản, không nhận chương trình."
        fix_en = "Do not run this file and do not upload it. Business systems take documents, not programs."
        khien_effect = "blocked"
        attack = "T1036"
        author = "Khiên"
        license = "Apache-2.0"
    condition:
        filename matches /\.(exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|cpl|msi|ps1|iso|img|vhdx?)$/i and (filename icontains "hoa don" or filename icontains "hoadon" or filename icontains "hoa-don" or filename icontains "hoa_don" or filename icontains "hóa đơn" or filename icontains "hoá đơn" or filename icontains "Hóa Đơn" or filename icontains "giay moi" or filename icontains "giaymoi" or filename icontains "giay-moi" or filename icontains "giay_moi" or filename icontains "giấy mời" or filename icontains "quyet dinh" or filename icontains "quyetdinh" or filename icontains "quyet-dinh" or filename icontains "quyet_dinh" or filename icontains "quyết định" or filename icontains "cong van" or filename icontains "congvan" or filename icontains "cong-van" or filename icontains "cong_van" or filename icontains "công văn" or filename icontains "thong bao" or filename icontains "thongbao" or filename icontains "thong-bao" or filename icontains "thong_bao" or filename icontains "thông báo" or filename icontains "trieu tap" or filename icontains "trieu-tap" or filename icontains "trieu_tap" or filename icontains "triệu tập" or filename icontains "bao cao" or filename icontains "bao-cao" or filename icontains "bao_cao" or filename icontains "báo cáo" or filename icontains "ke hoach" or filename icontains "kế hoạch")
}

rule archive_holds_program_named_like_official_letter {
    meta:
        title_vi = "Tệp nén chứa chương trình mang tên hóa đơn, giấy mời, quyết định hoặc công văn"
        title_en = "An archive holds a program that bears the name of an invoice, an invitation, a decision or an official letter"
        fix_vi = "Không giải nén và không tải tệp này lên. Hãy xin người gửi gửi lại riêng từng văn bản, không nén."
        fix_en = "Do not unpack this file and do not upload it. Ask the sender for the documents one by one, not packed."
        khien_types = "archive,disk_image"
        khien_effect = "blocked"
        attack = "T1566.001"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $plain = /(hoa[ _-]?don|giay[ _-]?moi|quyet[ _-]?dinh|cong[ _-]?van|thong[ _-]?bao|giay[ _-]?trieu[ _-]?tap|bao[ _-]?cao)[^\x00-\x1f\/\\]{0,100}\.(exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|cpl|msi)\b/ nocase
        $marks = /(Hóa đơn|hóa đơn|Hoá đơn|hoá đơn|[Gg]iấy mời|[Qq]uyết định|[Cc]ông văn|[Tt]hông báo|[Bb]áo cáo)[^\x00-\x1f\/\\]{0,100}\.(exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|cpl|msi)\b/
    condition:
        any of them
}

rule script_opens_official_letter_as_decoy {
    meta:
        title_vi = "Tập lệnh mở một văn bản giả làm mồi nhử trong khi chạy lệnh khác"
        title_en = "A script opens a letter as a decoy while it runs something else"
        fix_vi = "Không mở và không tải tệp này lên. Nếu đây là công cụ của đơn vị, hãy nhờ đầu mối công nghệ thông tin xác nhận nguồn gốc trước."
        fix_en = "Do not open this file and do not upload it. If it is a tool of your unit, have its IT officer confirm where it comes from first."
        khien_types = "script,shortcut,vba"
        khien_effect = "suspicious"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $decoy = /(start|Start-Process|Invoke-Item|\.Run|ii)\b[^\r\n]{0,60}(hoa[ _-]?don|giay[ _-]?moi|quyet[ _-]?dinh|cong[ _-]?van|thong[ _-]?bao|bao[ _-]?cao|ke[ _-]?hoach)[^\r\n]{0,100}\.(pdf|docx?|xlsx?)/ ascii wide nocase
        $also1 = "http" ascii wide nocase
        $also2 = "base64" ascii wide nocase
        $also3 = "rundll32" ascii wide nocase
        $also4 = "hidden" ascii wide nocase
        $also5 = /\.(exe|dll|scr)\b/ ascii wide nocase
    condition:
        $decoy and any of ($also*)
}

rule document_asks_to_enable_macros {
    meta:
        title_vi = "Văn bản dụ người đọc bật macro để xem nội dung"
        title_en = "A document tells its reader to enable macros to see its content"
        fix_vi = "Không bật macro và không tải tệp này lên. Hãy gửi lại văn bản ở dạng PDF, hoặc DOCX, XLSX không có macro."
        fix_en = "Do not enable macros and do not upload this file. Send the document as PDF, or as DOCX or XLSX without macros."
        khien_types = "office,xml"
        khien_effect = "suspicious"
        attack = "T1204.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $ask1 = /(bấm|nhấn|chọn|kích)[^<\r\n]{0,60}Enable (Content|Editing|Macro)/ nocase
        $ask2 = /(click|press|select|choose)[^<\r\n]{0,60}[^A-Za-z<]{0,4}Enable (Content|Macros)/ nocase
        $ask3 = /(hãy|vui lòng|bạn cần|cần phải)[^<\r\n]{0,40} bật (macro|nội dung)/ nocase
        $why1 = "document is protected" nocase
        $why2 = "protected document" nocase
        $why3 = "earlier version of" nocase
        $why4 = "older version of" nocase
        $why5 = "được bảo vệ"
        $why6 = "phiên bản cũ"
        $why7 = "không hiển thị"
        $why8 = "để xem nội dung"
    condition:
        any of ($ask*) and any of ($why*)
}

rule page_of_letter_asks_for_password {
    meta:
        title_vi = "Trang giả văn bản, hóa đơn yêu cầu nhập mật khẩu thư để xem"
        title_en = "A page that looks like a letter or an invoice asks for the mail password"
        fix_vi = "Không mở tệp này bằng trình duyệt và không tải lên. Nếu tệp đến qua thư, hãy báo đầu mối công nghệ thông tin."
        fix_en = "Do not open this file in a browser and do not upload it. If it came by mail, tell the IT officer of your unit."
        khien_types = "html"
        khien_effect = "suspicious"
        attack = "T1566.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $input = /type\s{0,2}=\s{0,2}["']?password/ nocase
        $say1 = /(xem|tải|mở)\s{1,2}(tài liệu|hóa đơn|hoá đơn|văn bản|công văn|giấy mời)/ nocase
        $say2 = /(sign in|log in|login)\s[^<\r\n]{0,40}(to view|to access|to download)[^<\r\n]{0,40}(document|invoice|file)/ nocase
        $mail1 = /name\s{0,2}=\s{0,2}["']?(e?mail|user(name)?|login)/ nocase
        $out1 = /action\s{0,2}=\s{0,2}["']?https?:\/\// nocase
        $out2 = /\$\.(post|ajax)\s{0,2}\(/
        $out3 = /fetch\s{0,2}\(\s{0,2}["'`]https?:/
        $out4 = "XMLHttpRequest"
    condition:
        $input and any of ($say*) and $mail1 and any of ($out*)
}

rule note_of_ransomware {
    meta:
        title_vi = "Tệp giống thư đòi tiền chuộc của mã độc tống tiền"
        title_en = "The file looks like the letter of ransomware"
        fix_vi = "Không làm theo hướng dẫn trong tệp và không chuyển tiền. Hãy ngắt máy đang có tệp này khỏi mạng và báo ngay đơn vị phụ trách an ninh mạng."
        fix_en = "Do not follow what the file asks and do not pay. Take the machine it comes from off the network and tell those in charge of security at once."
        khien_types = "text,html,hta,program,script"
        khien_effect = "suspicious"
        attack = "T1486"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $files = /(all )?(of )?your (important )?(files|documents|data|network)( have been| has been| are| were| is) (encrypted|locked|stolen)/ nocase
        $files2 = /(tệp|dữ liệu) của (bạn|quý vị)[^\r\n]{0,20} (đã bị|bị) mã hóa/ nocase
        $pay1 = "bitcoin" nocase
        $pay2 = "monero" nocase
        $pay3 = /[a-z2-7]{16,56}\.onion/ nocase
        $pay4 = "Tor Browser" nocase
        $pay5 = "ransom" nocase
        $back1 = "decrypt" nocase
        $back2 = "private key" nocase
        $back3 = "giải mã"
    condition:
        any of ($files*) and 2 of ($pay*) and any of ($back*)
}
