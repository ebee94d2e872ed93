//! Names, good and bad.

use super::kinds_of;

/// The ids of what is found in a name.
fn ids(name: &str) -> Vec<&'static str> {
    kinds_of(name).iter().map(|kind| kind.id).collect()
}

#[test]
fn names_that_make_believe_are_found() {
    let spaced = format!("Báo cáo.pdf{}.exe", " ".repeat(40));
    let underscored = format!("Bao cao.docx{}.scr", "_".repeat(30));
    let long = format!("{}.js", "a".repeat(201));
    let cases: &[(&str, &[&str])] = &[
        ("hoadon.pdf.exe", &["double-extension"]),
        ("Hóa đơn.PDF.Exe", &["double-extension"]),
        ("quyet-dinh.doc.js", &["double-extension"]),
        ("anh.jpg.lnk", &["double-extension"]),
        ("anh.jpg.php", &["double-extension"]),
        ("a.docx.exe. ", &["double-extension", "trailing-dot-or-space"]),
        (&spaced, &["double-extension", "spaces-before-extension"]),
        (&underscored, &["spaces-before-extension"]),
        ("hoa\u{202e}fdp.exe", &["turned-name"]),
        ("hoa\u{2066}don.txt", &["turned-name"]),
        ("hoa\u{200b}don.txt", &["unseen-letters"]),
        ("don\u{3164}.txt", &["unseen-letters"]),
        ("p\u{430}ypal.pdf", &["mixed-letters"]),
        ("invoice.\u{440}df", &["mixed-letters"]),
        ("\u{ff45}xe.txt", &["mixed-letters"]),
        ("a.txt.", &["trailing-dot-or-space"]),
        ("a.txt ", &["trailing-dot-or-space"]),
        ("thu /a.txt", &["trailing-dot-or-space"]),
        ("CON", &["device-name"]),
        ("nul.txt", &["device-name"]),
        ("thu/com1.log", &["device-name"]),
        ("../a.txt", &["leaves-folder"]),
        ("a/../../b", &["leaves-folder"]),
        ("a\\..\\..\\b", &["leaves-folder"]),
        ("/etc/passwd", &["absolute-path"]),
        ("C:\\Windows\\a.txt", &["absolute-path"]),
        ("\\\\may\\thu\\a.txt", &["absolute-path"]),
        ("a.txt:b.exe", &["hidden-stream"]),
        ("a.txt::$DATA", &["hidden-stream"]),
        ("a\nb.txt", &["control-characters"]),
        ("invoice_pdf.exe", &["imitated-document"]),
        ("HoaDonPDF.scr", &["imitated-document"]),
        ("x.{645FF040-5081-101B-9F08-00AA002F954E}", &["class-extension"]),
        (&long, &["long-name-of-program"]),
    ];
    for (name, expected) in cases {
        assert_eq!(ids(name), *expected, "{name:?}");
    }
}

#[test]
fn what_runs_by_its_name_runs_by_a_double_click() {
    for ending in super::endings::RUN_BY_NAME {
        assert!(super::runs_by_double_click(ending), "{ending}");
    }
    assert!(!super::runs_by_name("url") && !super::runs_by_name("dll") && !super::runs_by_name("docx"));
}

#[test]
fn honest_names_are_left_alone() {
    let decomposed = khien_model::text::nfd("Quyết định về việc thi hành án dân sự số 12.docx");
    for name in [
        "bao.cao.v1.2.docx",
        "QĐ-12.2024.pdf",
        "libfoo.so.1.2",
        "a.tar.gz",
        "jquery.min.js",
        "app.html.js",
        "Công văn số 123/2024.pdf",
        "Tờ trình (bản cuối).docx",
        "word/_rels/document.xml.rels",
        "[Content_Types].xml",
        "Kính gửi: Chi cục THADS.docx",
        "Biên bản họp 10:30 ngày 12.5.2024.docx",
        "www.vnexpress.net.com",
        "cấu hình.json",
        "μTorrent.txt",
        "Москва.txt",
        "Αθήνα.pdf",
        "日本語.txt",
        "👨\u{200d}👩\u{200d}👧.png",
        "...",
        ".",
        "./a.txt",
        "a/../b.txt",
        "connect.txt",
        "com10.txt",
        "setup.exe",
        "docx-to-pdf.py",
        "a  b.docx",
        "",
        &decomposed,
    ] {
        assert_eq!(ids(name), [""; 0], "{name:?}");
    }
}

#[test]
fn the_bounds_are_where_they_are_said_to_be() {
    let of = |letters: usize| ids(&format!("{}.pdf", "ă".repeat(letters - 4)));
    assert_eq!((of(200), of(201)), (vec![], vec!["long-name"]));
    let spaces = |count: usize| ids(&format!("a{}.exe", " ".repeat(count)));
    assert_eq!((spaces(5), spaces(6)), (vec![], vec!["spaces-before-extension"]));
}

#[test]
fn any_name_is_looked_at() {
    bolero::check!().with_type::<String>().for_each(|name| {
        let _ = kinds_of(name);
        assert!(kinds_of(&format!("{name}.pdf.exe")).iter().any(|kind| kind.id == "double-extension"), "{name:?}");
    });
}
