use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;

use crate::FileType;
use crate::walk::testing::{ids, inspected_as, program, told};

fn page(text: &str) -> crate::Inspection {
    inspected_as("a.html", text.as_bytes(), &[FileType::Html], &[])
}

#[test]
fn a_file_that_a_script_makes_is_blocked_however_it_is_written() {
    let letters = STANDARD.encode(program());
    let (first, second) = letters.split_at_checked(200).unwrap();
    let hex: String = program().iter().map(|byte| format!("{byte:02x}")).collect();
    let escapes: String = program().iter().map(|byte| format!("\\x{byte:02x}")).collect();
    let percents: String = program().iter().map(|byte| format!("%{byte:02x}")).collect();
    let numbers: String = program().iter().map(|byte| format!("{byte},")).collect();
    let reversed: String = letters.trim_end_matches('=').chars().rev().collect();
    let writings = [
        format!("var a='{letters}';"),
        format!("var a='{first}'+\"{second}\";"),
        format!("var a=['{first}','{second}'].join('');"),
        format!("var a='{first}';\na+='{second}';"),
        format!("var a='{hex}';"),
        format!("var a='{escapes}';"),
        format!("var a=unescape('{percents}');"),
        format!("var a=new Uint8Array([{numbers}]);"),
        format!("var a='{reversed}';"),
        format!("var a='data:application/octet-stream;base64,{letters}';"),
    ];
    for writing in writings {
        let text = format!(
            "<html><script>{writing} var b=new Blob([a]); l.href=URL.createObjectURL(b); l.download='a'; l.click()</script>"
        );
        let inspection = page(&text);
        assert!(ids(&inspection).contains(&"smuggled-file"), "{writing}\n{}", told(&inspection));
        assert_eq!(inspection.nodes[1].types, [FileType::Pe], "{writing}");
    }
}

#[test]
fn a_download_without_a_script_is_blocked() {
    let text =
        format!("<a download='a.exe' href='data:application/octet-stream;base64,{}'>a</a>", STANDARD.encode(program()));
    expect![[r#"
        a.html [html] 582
        a.html › line 1 data address [pe] 384
        Blocked program @1 Whole: pe
        Note program-facts @1 Field("header"): EXE, x86, console, 0 sections, 0 functions of 0 libraries
        Blocked smuggled-file @0 Line(1): data:application/octet-stream;base64,TVoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAFBFAABMAQAAAAAAAAAAAAAAAAAA4AACAQsBAAA
    "#]].assert_eq(&told(&page(&text)));
}

#[test]
fn pages_are_told_by_what_they_do() {
    let unknown: Vec<u8> =
        (0..2000u32).map(|number| (number.wrapping_mul(2_654_435_761) >> 13).to_le_bytes()[0]).collect();
    let unknown = STANDARD.encode(unknown);
    let download = "URL.createObjectURL(b)";
    let cases = [
        (format!("<script>a='{unknown}';{download}</script>"), "smuggled-data"),
        (format!("<script>a='{unknown}'</script>"), ""),
        ("<iframe src='search-ms:query=a&crumb=location:\\\\a\\b'>".to_owned(), "page-calls-handler"),
        ("<script>a</script><a href='ms-msdt:/id'>a</a>".to_owned(), "page-calls-handler"),
        ("<img src='file://10.0.0.1/a.png'>".to_owned(), "page-takes-from-share"),
        ("<img src='\\\\10.0.0.1\\a.png'>".to_owned(), "page-takes-from-share"),
        ("<img src='file:///C:/a.png'>".to_owned(), ""),
        ("<a href='file://server/so-lieu.xlsx'>a</a>".to_owned(), ""),
        ("<meta http-equiv=Refresh content='0; url=http://example.vn'>".to_owned(), "page-only-redirects"),
        ("<meta http-equiv=refresh content=\"0;URL='file://10.0.0.1/a'\">".to_owned(), "page-takes-from-share"),
        ("<meta http-equiv=refresh content='0; url=trang-2.html'>".to_owned(), ""),
        ("<script>window.location.href='https://example.vn/a'</script>".to_owned(), "page-only-redirects"),
        ("<iframe src='data:text/html,<b>a</b>'></iframe>".to_owned(), "page-in-address"),
        ("<iframe src='http://example.vn/a.exe?b'></iframe>".to_owned(), "page-fetches-program"),
        ("<iframe src='http://example.vn/a.html'></iframe>".to_owned(), ""),
        ("<hta:application id=a>".to_owned(), "application-in-page"),
        ("<form action='https://example.vn/a'><input type=Password></form>".to_owned(), "password-form"),
        ("<form action='dang-nhap'><input type=password></form>".to_owned(), ""),
        ("<input type=password><script>fetch('https://example.vn')</script>".to_owned(), "password-form"),
        (
            "<input type=password><script>fetch('https://api.telegram.org/bot1/sendMessage')</script>".to_owned(),
            "password-to-chat",
        ),
        ("<img src='data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ'>".to_owned(), ""),
    ];
    for (text, expected) in cases {
        let inspection = page(&text);
        assert_eq!(ids(&inspection).join(" "), expected, "{text}\n{}", told(&inspection));
    }
}

#[test]
fn pictures_are_told_by_what_they_hold() {
    let cases = [
        ("<svg><script>alert(1)</script></svg>", "script-in-picture"),
        ("<svg onload='a()'></svg>", "script-in-picture"),
        ("<svg><a xlink:href='javascript:a()'/></svg>", "script-in-picture"),
        ("<svg><foreignObject><form action='b'></form></foreignObject></svg>", "page-in-picture"),
        ("<svg><foreignObject><p>a</p></foreignObject></svg>", ""),
        ("<svg><path d='M0 0'/><style>a{}</style></svg>", ""),
    ];
    for (text, expected) in cases {
        let inspection = inspected_as("a.svg", text.as_bytes(), &[FileType::Svg], &[]);
        assert_eq!(ids(&inspection).join(" "), expected, "{text}");
    }
}

#[test]
fn any_text_is_a_page_or_script() {
    bolero::check!().with_type::<String>().for_each(|text| {
        let page = format!("<a {text}><script>var a='{text}';{text}</script><style>{text}");
        let _ = inspected_as("a.html", page.as_bytes(), &[FileType::Html], &[]);
        let _ = inspected_as("a.svg", text.as_bytes(), &[FileType::Svg], &[]);
        let _ = inspected_as("a.js", text.as_bytes(), &[FileType::JavaScript], &[]);
    });
}
