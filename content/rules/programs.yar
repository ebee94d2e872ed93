// Programs. Without the signatures of an antivirus program this is little: see docs/rules.md.
// Part of Khiên, Apache-2.0. How to write rules: docs/rules.md.

rule program_is_packed_with_upx {
    meta:
        title_vi = "Chương trình được nén bằng UPX, khó xem bên trong"
        title_en = "The program is packed with UPX, which hides what is in it"
        fix_vi = "Không chạy và không tải tệp này lên. Hệ thống nghiệp vụ chỉ nhận văn bản, không nhận chương trình."
        fix_en = "Do not run this file and do not upload it. Business systems take documents, not programs."
        khien_types = "pe,elf"
        khien_effect = "note"
        attack = "T1027.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $first = "UPX0"
        $second = "UPX1"
        $mark = "UPX!"
    condition:
        $mark and (($first and $second) or uint32be(0) == 0x7F454C46)
}

rule program_made_of_autoit_script {
    meta:
        title_vi = "Chương trình được đóng gói từ tập lệnh AutoIt, thường dùng để giấu mã độc"
        title_en = "The program is an AutoIt script in a shell, which is often used to hide malware"
        fix_vi = "Không chạy và không tải tệp này lên. Hệ thống nghiệp vụ chỉ nhận văn bản, không nhận chương trình."
        fix_en = "Do not run this file and do not upload it. Business systems take documents, not programs."
        khien_types = "pe"
        khien_effect = "suspicious"
        attack = "T1059.010"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $mark1 = "AU3!EA06"
        $mark2 = "AU3!EA05"
        $runtime = "This is a third-party compiled AutoIt script"
    condition:
        any of them
}

rule program_made_of_python_script {
    meta:
        title_vi = "Chương trình được đóng gói từ tập lệnh Python"
        title_en = "The program is a Python script in a shell"
        fix_vi = "Không chạy và không tải tệp này lên. Hệ thống nghiệp vụ chỉ nhận văn bản, không nhận chương trình."
        fix_en = "Do not run this file and do not upload it. Business systems take documents, not programs."
        khien_types = "pe"
        khien_effect = "note"
        attack = "T1059.006"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $mark = { 4D 45 49 0C 0B 0A 0B 0E }
        $folder = "_MEIPASS"
    condition:
        all of them
}

rule program_is_tool_of_intruders {
    meta:
        title_vi = "Tệp là công cụ tấn công phổ biến (lấy mật khẩu, điều khiển từ xa)"
        title_en = "The file is a well-known tool of intruders (passwords, remote control)"
        fix_vi = "Không chạy và không tải tệp này lên. Hệ thống nghiệp vụ chỉ nhận văn bản, không nhận chương trình."
        fix_en = "Do not run this file and do not upload it. Business systems take documents, not programs."
        khien_types = "pe,elf,script,text"
        khien_effect = "blocked"
        attack = "T1588.002"
        author = "Khiên"
        license = "Apache-2.0"
    strings:
        $m1 = "sekurlsa::logonpasswords" ascii wide nocase
        $m2 = "lsadump::sam" ascii wide nocase
        $m3 = "privilege::debug" ascii wide nocase
        $m4 = "kuhl_m_sekurlsa" ascii wide nocase
        $c1 = "ReflectiveLoader" ascii fullword
        $c2 = "beacon.dll" ascii wide nocase
        $c3 = "beacon.x64.dll" ascii wide nocase
        $t1 = "meterpreter" ascii wide nocase
        $t2 = "metsrv.dll" ascii wide nocase
        $t3 = "ext_server_stdapi" ascii wide nocase
    condition:
        3 of ($m*) or ($c1 and ($c2 or $c3)) or (2 of ($t*) and $c1)
}
