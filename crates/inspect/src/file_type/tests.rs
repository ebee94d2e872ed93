//! For every type that has a mark: bytes built here, and what they are taken for.

use super::FileType::{self, *};
use super::identify;
use crate::build::{at, ole, pe, tar, wide, zip};

/// A name, bytes, and the types they are.
type Case = (&'static str, Vec<u8>, &'static [FileType]);

fn case(name: &'static str, bytes: impl AsRef<[u8]>, types: &'static [FileType]) -> Case {
    (name, bytes.as_ref().to_vec(), types)
}

fn packed() -> Vec<Case> {
    vec![
        case("a.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03", &[Gzip]),
        case("a.bz2", b"BZh91AY&SY", &[Bzip2]),
        case("a.xz", b"\xfd7zXZ\0\0\x04", &[Xz]),
        case("a", at(&[(0, b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0")], 20), &[Lzma]),
        case("a.lz", b"LZIP\x01\x0c", &[Lzip]),
        case("a.zst", b"\x28\xb5\x2f\xfd\x04", &[Zstd]),
        case("a.zst", b"\x50\x2a\x4d\x18\x02\0\0\0ab\x28\xb5\x2f\xfd", &[Zstd]),
        case("a.lz4", b"\x04\x22\x4d\x18\x60", &[Lz4]),
        case("a.lz4", b"\x02\x21\x4c\x18\x60", &[Lz4]),
        case("a.lz4", b"\x51\x2a\x4d\x18\x01\0\0\0a\x04\x22\x4d\x18", &[Lz4]),
        case("a.br", b"\x8b\x01\x80\xff\x00", &[Brotli]),
        case("a.Z", b"\x1f\x9d\x90\x61", &[Compress]),
        case("a.zip", zip(&[("a.txt", b"xin chao")]), &[Zip]),
        case("a.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", &[Zip]),
        case("a.rar", b"Rar!\x1a\x07\x01\0", &[Rar]),
        case("a.7z", b"7z\xbc\xaf\x27\x1c\0\x04", &[SevenZip]),
        case("a.tar", tar(&[("a.txt", b"x")], true), &[Tar]),
        case("a.tar", tar(&[("a.txt", b"x")], false), &[Tar]),
        case("a.cpio", b"070701000000", &[Cpio]),
        case("a.cpio", b"070707000000", &[Cpio]),
        case("a.cpio", at(&[(0, b"\xc7\x71"), (6, b"\xa4\x81"), (20, b"\x02\0"), (26, b"a\0")], 40), &[Cpio]),
        case("a.deb", b"!<arch>\ndebian-binary", &[Ar]),
        case("a.rpm", b"\xed\xab\xee\xdb\x03\0", &[Rpm]),
        case("a.cab", b"MSCF\0\0\0\0", &[Cab]),
        case("a.arj", b"\x60\xea\x2b\0\x22", &[Arj]),
        case("a.lzh", b"\x20\0-lh5-\0\0", &[Lha]),
        case("a.ace", b"\0\0\x31\0\0\0\0**ACE**\0", &[Ace]),
        case("a.chm", b"ITSF\x03\0\0\0", &[Chm]),
    ]
}

fn disks() -> Vec<Case> {
    let boot: &[(usize, &[u8])] =
        &[(0, b"\xeb\x3c\x90"), (11, b"\0\x02"), (13, &[4]), (16, &[2]), (21, &[0xf8]), (510, b"\x55\xaa")];
    let table: &[(usize, &[u8])] = &[(446, b"\x80\0\0\0\x07\0\0\0\0\x08\0\0\0\x10"), (510, b"\x55\xaa")];
    let hybrid: Vec<(usize, &[u8])> = [table, &[(0x8001, b"CD001")]].concat();
    vec![
        case("a.iso", at(&[(0x8001, b"CD001")], 0x9000), &[Iso]),
        case("a.iso", at(&[(0x8001, b"CD001"), (0x8801, b"BEA01")], 0x9000), &[Iso]),
        case("a.iso", at(&hybrid, 0x9000), &[Iso, DiskPartitions]),
        case("a.iso", at(&[(0x8001, b"BEA01")], 0x9000), &[Udf]),
        case("a.vhd", at(&[(1024, b"conectix")], 1536), &[Vhd]),
        case("a.vhdx", b"vhdxfile", &[Vhdx]),
        case("a.img", at(table, 1024), &[DiskPartitions]),
        case("a.img", at(boot, 1024), &[Fat]),
        case("a.vmdk", b"KDMV\x01\0", &[Vmdk]),
        case("a.dmg", at(&[(1024, b"koly")], 1536), &[Dmg]),
        case("a.wim", b"MSWIM\0\0\0", &[Wim]),
        case("a.qcow2", b"QFI\xfb\0\0\0\x03", &[Qcow2]),
        case("a.vdi", at(&[(0, b"<<<"), (0x40, b"\x7f\x10\xda\xbe")], 100), &[Vdi]),
        case("a.img", at(&[(0, b"\xeb\x52\x90NTFS    "), (510, b"\x55\xaa")], 1024), &[Ntfs]),
        case("a.img", at(&[(0x400, b"\x10\0\0\0"), (0x438, b"\x53\xef")], 0x500), &[Ext]),
        case("a.snap", at(&[(0, b"hsqs"), (28, b"\x04\0")], 96), &[Squashfs]),
    ]
}

fn documents() -> Vec<Case> {
    let office = |part: &'static str| zip(&[("[Content_Types].xml", b"<Types/>"), (part, b"<x/>")]);
    let with = |part: &'static str, more: &'static str| {
        zip(&[("[Content_Types].xml", b"<Types/>"), (part, b"<x/>"), (more, b"x")])
    };
    let open =
        |kind: &'static str| zip(&[("mimetype", format!("application/{kind}").as_bytes()), ("content.xml", b"<x/>")]);
    vec![
        case("a", ole(&["Unknown"]), &[Ole2]),
        case("a.doc", ole(&["1Table", "WordDocument"]), &[Doc]),
        case("a.xls", ole(&["Workbook"]), &[Xls]),
        case("a.ppt", ole(&["Current User", "PowerPoint Document"]), &[Ppt]),
        case("a.vsd", ole(&["VisioDocument"]), &[Vsd]),
        case("a.pub", ole(&["Quill"]), &[Pub]),
        case("a.msg", ole(&["__properties_version1.0"]), &[Msg]),
        case("a.msi", ole(&["\u{4840}\u{3f7f}"]), &[Msi]),
        case("a.docx", ole(&["EncryptionInfo", "EncryptedPackage"]), &[EncryptedOffice]),
        case("a.hwp", ole(&["\u{5}HwpSummaryInformation"]), &[Hwp]),
        case("a.doc", ole(&["WordDocument", "Workbook"]), &[Doc, Xls]),
        case("a.docx", office("word/document.xml"), &[Docx]),
        case("a.docm", with("word/document.xml", "word/vbaProject.bin"), &[Docm]),
        case("a.docx", with("word/document.xml", "word/vbaProject.bin"), &[Docm]),
        case("a.docm", office("word/document.xml"), &[Docm]),
        case("a.xlsx", office("xl/workbook.xml"), &[Xlsx]),
        case("a.xlsm", with("xl/workbook.xml", "xl/vbaProject.bin"), &[Xlsm]),
        case("a.xlsx", with("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), &[Xlsm]),
        case("a.xlsb", office("xl/workbook.bin"), &[Xlsb]),
        case("a.pptx", office("ppt/presentation.xml"), &[Pptx]),
        case("a.pptm", with("ppt/presentation.xml", "ppt/vbaProject.bin"), &[Pptm]),
        case("a.vsdx", office("visio/document.xml"), &[Vsdx]),
        case("a.xps", office("FixedDocSeq.fdseq"), &[Opc]),
        case("a.appx", office("AppxManifest.xml"), &[Appx]),
        case("a.vsix", office("extension.vsixmanifest"), &[Vsix]),
        case("a.jar", zip(&[("META-INF/MANIFEST.MF", b"x")]), &[Jar]),
        case("a.docx", with("word/document.xml", "META-INF/MANIFEST.MF"), &[Docx, Jar]),
        case("a.apk", zip(&[("AndroidManifest.xml", b"x"), ("META-INF/MANIFEST.MF", b"x")]), &[Apk]),
        case("a.odt", open("vnd.oasis.opendocument.text"), &[Odt]),
        case("a.ods", open("vnd.oasis.opendocument.spreadsheet"), &[Ods]),
        case("a.odp", open("vnd.oasis.opendocument.presentation"), &[Odp]),
        case("a.odg", open("vnd.oasis.opendocument.graphics"), &[Odf]),
        case("a.epub", open("epub+zip"), &[Epub]),
        case("a.pdf", b"%PDF-1.7\n", &[Pdf]),
        case("a.ps", b"%!PS-Adobe-3.0\n", &[PostScript]),
        case("a.rtf", b"{\\rtf1 x}", &[Rtf]),
        case("a.one", b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", &[OneNote]),
        case("a.slk", b"ID;PWXL;N;E\r\n", &[Sylk]),
        case("a.djvu", b"AT&TFORM\0\0\0\0", &[DjVu]),
        case("a.dwg", b"AC1027\0\0", &[Dwg]),
        case("a.dxf", b"  0\r\nSECTION\r\n", &[Dxf]),
        case("a.cdr", b"RIFF\0\0\0\0CDR9vrsn", &[Cdr]),
        case("a.hlp", b"?_\x03\0\0\0", &[WinHelp]),
    ]
}

fn letters() -> Vec<Case> {
    vec![
        case("a.eml", "Received: from x\r\nFrom: a@b\r\nTo: c@d\r\n\r\nKính gửi", &[Eml]),
        case("a", "From: a@b\nTo: c@d\nSubject: x\n\n", &[Eml]),
        case("a.mht", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n", &[Eml]),
        case("a.mbox", "From a@b Mon Nov 23 2026\nFrom: a@b\nTo: c@d\n\nx", &[Mbox]),
        case("winmail.dat", b"\x78\x9f\x3e\x22\0\0", &[Tnef]),
        case("a", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--", &[MultipartForm]),
        case("multipart/form-data; boundary=b", b"preamble\0\r\n--b\r\n", &[MultipartForm]),
        case(
            "a",
            b"--b\r\nContent-Type: x/y\r\nContent-Disposition: form-data; name=a\r\n\r\n\0\xff",
            &[MultipartForm],
        ),
        case("a.eml", b"Subject: xin\r\n\r\n\0\xff", &[Eml]),
        case("a", b"From a\nSubject: xin chao\n\n\0\xff", &[Mbox]),
        case("a", b"Subject: xin chao\r\n\r\n\0\xff", &[]),
        case("a.txt", "-- \r\nname\r\n", &[Text]),
        case("a.pst", b"!BDN\0\0", &[Pst]),
        case("a.ics", "BEGIN:VCALENDAR\r\n", &[Ics]),
        case("a.vcf", "BEGIN:VCARD\r\n", &[Vcf]),
        case("a.html", "<!DOCTYPE html><p>x", &[Html]),
        case("a", "<!-- x --><HTML><body>", &[Html]),
        case("a.html", "xin chào <b>bạn</b>", &[Html]),
        case("a.svg", "<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY a \"b\">]><svg:svg xmlns:svg=\"x\"/>", &[Svg]),
        case("a.xml", "<?xml version=\"1.0\"?><HSoThueDTu/>", &[Xml]),
        case("a.xml", "<?xml version=\"1.0\"?><?mso-application progid=\"Word.Document\"?><x/>", &[OfficeXml]),
        case(
            "a.xml",
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>",
            &[OfficeXml],
        ),
        case("a.xsl", "<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"/>", &[Xsl]),
        case("a.wsf", "<job><script language=\"VBScript\"></script></job>", &[Wsf]),
        case("a.sct", "<?XML version=\"1.0\"?><scriptlet></scriptlet>", &[Wsf]),
        case("a.msc", "<?xml version=\"1.0\"?><MMC_ConsoleFile/>", &[Msc]),
        case("a.json", "{\"a\": 1}", &[Json]),
        case("a", "[{\"a\": 1}]", &[Json]),
        case("a.csv", "a;b\n1;2\n", &[Csv]),
        case("a.txt", "Cộng hòa xã hội chủ nghĩa Việt Nam", &[Text]),
        case("a.txt", wide("Cộng hòa xã hội", true), &[Text]),
        case("a.txt", wide("Cong hoa xa hoi", false), &[Text]),
        // "Tiếng Việt" in windows-1258, TCVN3 and VNI.
        case("a.txt", b"Ti\xea\xecng Vi\xea\xf2t", &[Text]),
        case("a.txt", b"Ti\xd5ng Vi\xd6t, C\xc7n Th\xac", &[Text]),
        case("a.txt", b"Tie\xe1ng Vie\xe4t", &[Text]),
        // Text that goes on as something else.
        case(
            "a",
            b"--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n\0\x01\x02",
            &[MultipartForm],
        ),
        case("a", b"From: a@b\nTo: c@d\nSubject: x\n\n\0\x01\x02", &[Eml]),
        case("a", b"<!DOCTYPE html><script>x</script>\0\x01\x02", &[Html]),
        case("a", b"#!/bin/sh\nexec x\n\0\x01\x02", &[Shell]),
        case("a.bat", b"\0\x01\x02\x03", &[Batch]),
        case("a.php", b"\0\x01\x02\x03", &[Php]),
        case("a.md", "<p align=center>Khien</p>", &[Text]),
        // "日本語のテキストです。" in Shift_JIS, three times.
        case(
            "a.txt",
            b"\x93\xfa\x96\x7b\x8c\xea\x82\xcc\x83\x65\x83\x4c\x83\x58\x83\x67\x82\xc5\x82\xb7\x81\x42".repeat(3),
            &[Text],
        ),
        case("a", b"\0\x01\x02\x03", &[]),
        case("a", b"", &[]),
    ]
}

fn programs() -> Vec<Case> {
    vec![
        case("a.exe", pe(b""), &[Pe]),
        case("a.pdf", pe(b""), &[Pe]),
        case("a.exe", at(&[(0, b"MZ"), (8, b"\x04\0")], 64), &[Dos]),
        case("a.com", b"\xb4\x09\xcd\x21\xc3", &[Dos]),
        case("a.txt", "MZ la ten mot nguoi, khong phai chuong trinh cua DOS", &[Text]),
        case("a.so", b"\x7fELF\x02\x01\x01", &[Elf]),
        case("a", b"\xcf\xfa\xed\xfe\x07\0\0\x01", &[MachO]),
        case("a", b"\xca\xfe\xba\xbe\0\0\0\x02", &[MachO]),
        case("a.class", b"\xca\xfe\xba\xbe\0\0\0\x34", &[JavaClass]),
        case("a.dex", b"dex\n035\0", &[Dex]),
        case("a.wasm", b"\0asm\x01\0\0\0", &[Wasm]),
        case("a.pyc", b"\xcb\x0d\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xe3", &[PythonCompiled]),
        case("a.bat", "echo x", &[Batch]),
        case("a", "@echo off\r\ndel x", &[Batch]),
        case("a.ps1", "Write-Host x", &[PowerShell]),
        case("a", "$a = New-Object Net.WebClient; Invoke-Expression $a.DownloadString('x')", &[PowerShell]),
        case("a.txt", "Invoke-Expression, Invoke-WebRequest: $ là gì?", &[Text]),
        case("a.vbs", "MsgBox 1", &[VbScript]),
        case("a.jpg", "Set s = CreateObject(\"WScript.Shell\")", &[VbScript]),
        case("a", "var s = new ActiveXObject(\"WScript.Shell\");", &[JavaScript]),
        case("a.vbe", "#@~^DgAAAA==", &[EncodedScript]),
        case("a.js", "alert(1)", &[JavaScript]),
        case("a.hta", "<html><hta:application></html>", &[Hta]),
        case("a.html", "<html><HTA:APPLICATION></html>", &[Hta]),
        case("a", "#!/bin/sh\necho", &[Shell]),
        case("a", "#!/usr/bin/env -S python3 -u\n", &[Python]),
        case("a.py", "import os", &[Python]),
        case("a.pl", "print 1", &[Perl]),
        case("a.rb", "puts 1", &[Ruby]),
        case("a.lua", "print(1)", &[Lua]),
        case("a", b"\x1bLuaS\0", &[Lua]),
        case("a.jpg", "<?php system($_GET['c']);", &[Php]),
        case("a", "xin\n<?php echo 1;", &[Php]),
        case("a.txt", "<?php echo 1;", &[Php]),
        case("a.md", "Một trang PHP:\n<?php echo 1;", &[Text]),
        case("a.jsp", "<%@ page import=\"java.io\" %>", &[Jsp]),
        case("a.aspx", "<%@ Page Language=\"C#\" %>", &[Asp]),
        case("a.au3", "MsgBox(0)", &[AutoIt]),
        case("a.reg", "Windows Registry Editor Version 5.00\r\n", &[Reg]),
        case("a.reg", wide("\u{feff}Windows Registry Editor Version 5.00\r\n", true), &[Reg]),
        case("a.inf", "[Version]\r\nSignature=\"$CHICAGO$\"\r\n", &[Inf]),
        case("a.lnk", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0", &[Lnk]),
        case("a.url", "[InternetShortcut]\r\nURL=https://x\r\n", &[UrlShortcut]),
        case("a.desktop", "[Desktop Entry]\nExec=x\n", &[DesktopEntry]),
        case("a.iqy", "WEB\r\n1\r\nhttps://x", &[Iqy]),
        case("a.rdp", "screen mode id:i:2\r\nfull address:s:x\r\n", &[Rdp]),
        case("a.scf", "[Shell]\r\nCommand=2\r\n", &[Scf]),
        case("a.library-ms", "<?xml version=\"1.0\"?><libraryDescription/>", &[SearchConnector]),
        case("a.settingcontent-ms", "<?xml version=\"1.0\"?><PCSettings/>", &[SettingContent]),
        case("a.jnlp", "<?xml version=\"1.0\"?><jnlp spec=\"1.0\"/>", &[Jnlp]),
        case("a.application", "<asmv1:assembly xmlns:asmv1=\"urn:schemas-microsoft-com:asm.v1\"/>", &[ClickOnce]),
    ]
}

fn pictures() -> Vec<Case> {
    vec![
        case("a.png", b"\x89PNG\r\n\x1a\n", &[Png]),
        case("a.jpg", b"\xff\xd8\xff\xe0", &[Jpeg]),
        case("a.gif", b"GIF89a", &[Gif]),
        case("a.bmp", at(&[(0, b"BM"), (10, b"\x36\0\0\0\x28")], 60), &[Bmp]),
        case("a.tif", b"II*\0\x08\0\0\0", &[Tiff]),
        case("a.webp", b"RIFF\0\0\0\0WEBP", &[WebP]),
        case("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", &[Heif]),
        case("a.ico", at(&[(2, b"\x01\0\x01\0"), (14, b"\x10"), (18, b"\x16")], 64), &[Ico]),
        case("a.wmf", b"\xd7\xcd\xc6\x9a\0\0", &[Wmf]),
        case("a.emf", at(&[(0, b"\x01"), (40, b" EMF")], 64), &[Emf]),
        case("a.psd", b"8BPS\0\x01", &[Psd]),
        case("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", &[Jpeg2000]),
        case("a.wdp", b"II\xbc\x01\x20\0\0\0", &[JpegXr]),
        case("Object 1", b"VCLMTF\x01\0", &[Svm]),
        case("a.jxl", b"\0\0\0\x0cJXL \r\n\x87\n", &[JpegXl]),
        case("a.ppm", b"P6\n2 2\n255\n\0\0", &[Pnm]),
        case("a.xpm", "/* XPM */\nstatic", &[Xpm]),
        case("a.pcx", at(&[(0, b"\x0a\x05\x01\x08\0\0\0\0\x10\0\x10")], 200), &[Pcx]),
        case("a.xcf", b"gimp xcf file\0", &[Xcf]),
        case("a.icns", b"icns\0\0\0\x08", &[Icns]),
        case("a.mp4", b"\0\0\0\x18ftypmp42", &[Mp4]),
        case("a.mp3", b"ID3\x04\0\0", &[Mp3]),
        case("a.mp3", at(&[(0, b"\xff\xfb\x90\0"), (417, b"\xff\xfb\x90\0")], 500), &[Mp3]),
        case("a.wav", b"RIFF\0\0\0\0WAVE", &[Wav]),
        case("a.avi", b"RIFF\0\0\0\0AVI ", &[Avi]),
        case("a.mkv", b"\x1a\x45\xdf\xa3\x01", &[Matroska]),
        case("a.ogg", b"OggS\0\x02", &[Ogg]),
        case("a.flac", b"fLaC\0\0", &[Flac]),
        case("a.wmv", b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", &[Asf]),
        case("a.swf", b"CWS\x0a\x10\x20\0\0", &[Flash]),
        case("a.flv", b"FLV\x01\x05", &[Flv]),
        case("a.mpg", b"\0\0\x01\xba\x44", &[Mpeg]),
        case("a.aac", at(&[(0, b"\xff\xf1\x50\x80\x02\0"), (16, b"\xff\xf1\x50\x80\x02\0")], 40), &[Aac]),
        case("a.amr", b"#!AMR\n", &[Amr]),
        case("a.aiff", b"FORM\0\0\0\0AIFF", &[Aiff]),
        case("a.au", b".snd\0\0\0\x18", &[Au]),
        case("a.mid", b"MThd\0\0\0\x06\0\x01", &[Midi]),
    ]
}

fn data() -> Vec<Case> {
    vec![
        case("a.ttf", b"\0\x01\0\0\0\x0b\0\0\0\0\0\0GDEF", &[Font]),
        case("a.woff2", b"wOF2\0\x01\0\0", &[Font]),
        case("a.db", b"SQLite format 3\0", &[Sqlite]),
        case("a.mdb", b"\0\x01\0\0Standard Jet DB\0", &[Access]),
        case("a.dbf", at(&[(0, b"\x03\x7c\x0b\x17"), (8, b"\x41\0\x0b\0"), (64, b"\x0d")], 80), &[Dbf]),
        case("a.cer", at(&[(0, b"\x30\x82\x01\0\x30\x82")], 260), &[Der]),
        case("a.pem", "-----BEGIN CERTIFICATE-----\nMII", &[Pem]),
        case("a.asc", "-----BEGIN PGP MESSAGE-----\n", &[Pgp]),
        case("a.gpg", b"\x8c\x0d\x04\x09\x03", &[Pgp]),
        case("a.evtx", b"ElfFile\0\0", &[Evtx]),
        case("a.dat", at(&[(0, b"regf"), (20, b"\x01")], 64), &[RegistryHive]),
        case("a.pcap", b"\xd4\xc3\xb2\xa1\x02\0", &[Pcap]),
        case("a.kdbx", b"\x03\xd9\xa2\x9a\x67\xfb", &[KeePass]),
        case("a.jks", b"\xfe\xed\xfe\xed\0\0\0\x02", &[KeyStore]),
        case("a.mo", b"\xde\x12\x04\x95\0\0", &[Gettext]),
        case("a.icc", at(&[(3, b"\x80"), (36, b"acsp")], 128), &[Icc]),
        case("a.shp", at(&[(2, b"\x27\x0a"), (28, b"\xe8\x03")], 100), &[Shape]),
        case("a.pkl", b"\x80\x04\x95\x01\0\0\0\0\0\0\0N.", &[Pickle]),
        case("a.plist", b"bplist00", &[BinaryPlist]),
        case(".DS_Store", b"\0\0\0\x01Bud1\0\0", &[AppleMetadata]),
        case("._a.pdf", b"\0\x05\x16\x07\0\x02\0\0Mac OS X", &[AppleMetadata]),
        case("~$a.docx", at(&[(0, b"\x03Lan"), (54, b"\x03\0L\0a\0n\0")], 162), &[OfficeLock]),
        case("font1.odttf", at(&[(0, b"\x8b\x01\x80\xff\x00")], 64), &[Font]),
        case("Hanoi", b"TZif2\0", &[TimeZone]),
        case("xterm", b"\x1a\x01\x10\0\x20\0\x10\0xterm", &[TermInfo]),
        case("a.parquet", b"PAR1\x15\0PAR1", &[Parquet]),
        case("a.h5", b"\x89HDF\r\n\x1a\n", &[Hdf5]),
        case("a.npy", b"\x93NUMPY\x01\0", &[Npy]),
        case("a.torrent", b"d8:announce3:abce", &[Torrent]),
        case(
            "a.mpp",
            crate::build::ole_of(*b"\x3a\x8f\xb7\x74\xc8\xc8\xd1\x11\xbe\x11\x00\xc0\x4f\xb6\xfa\xf1", &["Props"]),
            &[Mpp],
        ),
    ]
}

/// The header of a field with a file, and the file.
const FORM: &[u8] = b"Content-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\nx";

fn polyglots() -> Vec<Case> {
    let jar = zip(&[("META-INF/MANIFEST.MF", b"x")]);
    let archive = zip(&[("a.txt", b"x")]);
    let behind = |begin: &[u8], rest: &[u8]| [begin, rest].concat();
    vec![
        case("a.jpg", behind(b"\xff\xd8\xff\xe0\0\x02\xff\xd9", &archive), &[Jpeg, Zip]),
        case("a.gif", behind(b"GIF89a\x01\0\x01\0\0\0\0;", &jar), &[Gif, Jar]),
        case("a.exe", pe(&archive), &[Pe, Zip]),
        case("a.exe", pe(b"Rar!\x1a\x07\x01\0"), &[Pe, Rar]),
        case("a.exe", pe(b";!@Install@!UTF-8!;!@InstallEnd@!7z\xbc\xaf\x27\x1c"), &[Pe, SevenZip]),
        case("a.msi", behind(&ole(&["\u{4840}\u{3f7f}"]), &jar), &[Msi, Jar]),
        case("a.gif", b"GIF89a/*<html><script>alert(1)</script>*/", &[Gif, Html]),
        case("a.jpg", b"\xff\xd8\xff\xfe\0\x20<?php system($_GET[0]); ?>\xff\xd9", &[Jpeg, Php]),
        case("a.jpg", b"\xff\xd8\xff\xe0%PDF-1.4 1 0 obj\n%%EOF", &[Jpeg, Pdf]),
        case("a.pdf", b"\r\n \n%PDF-1.4\n1 0 obj\n%%EOF", &[Pdf]),
        case("a.png", b"\x89PNG\r\n\x1a\n<x:xmpmeta><script", &[Png]),
        // What lies whole in an archive makes it nothing else.
        case("a.tar", tar(&[("a.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF")], true), &[Tar]),
        case("a.tar", tar(&[("a.zip", &archive)], true), &[Tar]),
        case("a.a", [b"!<arch>\n".as_slice(), &archive].concat(), &[Ar]),
        case(
            "a",
            b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n%PDF-1.4\n\0\n%%EOF\r\n--x--",
            &[MultipartForm],
        ),
        // A form to the server that takes it, and something else to whoever gets it as it is.
        case(
            "multipart/form-data; boundary=b",
            behind(b"GIF89a\x01\0\x01\0\0\0\0;\r\n--b\r\n", FORM),
            &[MultipartForm, Gif],
        ),
        case("multipart/form-data; boundary=b", behind(&archive, b"\r\n--b--\r\n"), &[MultipartForm, Zip]),
        case(
            "a.gif",
            [b"GIF89a\x01\0\x01\0\0\0\0;\r\n--b\r\n".as_slice(), FORM, b"\r\n--b--"].concat(),
            &[Gif, MultipartForm],
        ),
        case("a.gif", behind(b"GIF89a\x01\0\x01\0\0\0\0;\r\nb\r\n", FORM), &[Gif]),
        case("a.rar", [b"Rar!\x1a\x07\0".as_slice(), &archive].concat(), &[Rar, Zip]),
        case("a.txt", "The mark of a PDF is %PDF-1.4, says this text.", &[Text]),
    ]
}

fn all() -> Vec<Case> {
    [packed(), disks(), documents(), letters(), programs(), pictures(), data(), polyglots()].concat()
}

#[test]
fn everything_is_taken_for_what_it_is() {
    let wrong: Vec<String> = all()
        .into_iter()
        .filter(|(name, bytes, types)| identify(name, bytes) != *types)
        .map(|(name, bytes, types)| format!("{name} {types:?}: {:?}", identify(name, &bytes)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_type_has_a_case() {
    let cases = all();
    // Source text of VBA has neither a mark nor a name: only the readers of documents give it.
    let without: Vec<_> = FileType::ALL
        .iter()
        .filter(|own| **own != VbaSource && !cases.iter().any(|(_, _, types)| types.contains(own)))
        .collect();
    assert!(without.is_empty(), "{without:?}");
}

#[test]
fn no_beginning_of_anything_is_too_short_to_be_looked_at() {
    for (name, bytes, _) in all() {
        for length in (0..bytes.len().min(1600)).step_by(if bytes.len() > 600 { 5 } else { 1 }) {
            identify(name, &bytes[..length]);
        }
    }
}

#[test]
fn anything_is_looked_at() {
    bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(number, bytes)| {
        let cases = all();
        let (name, begin, _) = &cases[usize::from(*number) % cases.len()];
        identify(name, bytes);
        identify("", &[begin, bytes.as_slice()].concat());
    });
}
