//! Compound files made by code, with what comes of each.

use expect_test::{Expect, expect};

use super::objects::tests::{equations, package_stream};
use super::vba::pcode::tests::cache_of;
use super::vba::writer::{Source, plain, project};
use super::writer::Written;
use crate::walk::testing::inspected_stated;
use crate::{FileType, Inspection, Verdict};

/// What an inspection comes to, a line for each node, reason and finding.
pub(super) fn told(inspection: &Inspection) -> String {
    let mut lines = vec![inspection.verdict.as_str().to_owned()];
    for node in &inspection.nodes {
        let types: Vec<&str> = node.types.iter().map(|own| own.id()).collect();
        let size = node.size.map_or_else(|| "?".to_owned(), |size| size.to_string());
        lines.push(format!("  {} [{}] {size}", node.path, types.join("+")));
        lines.extend(node.not_inspected.iter().map(|reason| format!("    ! {reason}")));
    }
    for finding in &inspection.findings {
        let place = serde_json::to_string(&finding.location).unwrap();
        lines.push(format!("  {:?} {} {place} {}", finding.effect, finding.id, finding.evidence));
    }
    lines.join("\n") + "\n"
}

fn check(file: &Written, expected: &Expect) {
    expected.assert_eq(&told(&inspected_stated(FileType::Ole2, "t", &file.bytes(), &[])));
}

#[test]
fn streams_are_nodes() {
    let long = b"KHIEN-HARMLESS-TEST ".repeat(400);
    let file = Written::new().stream("Short", "xin chào").stream("Storage/Long", long).stream("Storage/\u{5}Empty", "");
    check(
        &file,
        &expect![[r#"
            clean
              t [ole2] 11264
              t › Short [text] 9
              t › Storage/Long [text] 8000
              t › Storage/\u{5}Empty [] 0
        "#]],
    );
}

#[test]
fn harmless_macros_are_a_case_for_a_person() {
    let modules = [
        plain("ThisDocument", "Attribute VB_Name = \"ThisDocument\"\r\n"),
        plain("Tong", "Attribute VB_Name = \"Tong\"\r\nSub TinhTong()\r\n  Selection.Text = \"Tổng\"\r\nEnd Sub\r\n"),
    ];
    check(
        &project(Written::new().stream("WordDocument", "x"), "Macros", &modules),
        &expect![[r#"
        suspicious
          t [ole2] 4096
          t › Macros/VBA/ThisDocument.cls [vba] 36
          t › Macros/VBA/Tong.bas [vba] 86
          t › WordDocument [text] 1
          t › Macros/PROJECT [text] 80
          t › Macros/VBA/dir [] 113
          t › Macros/VBA/_VBA_PROJECT [] 7
          t › Macros/VBA/ThisDocument [] 44
          t › Macros/VBA/Tong [] 85
          Suspicious vba-macro {"line":2} Sub TinhTong ( )
    "#]],
    );
}

#[test]
fn a_macro_that_runs_by_itself_and_starts_programs_is_blocked() {
    let source = "Sub AutoOpen()\r\n  Dim s As String\r\n  s = \"KHIEN-\" & \"HARMLESS\" & Chr(45) & \"TEST\"\r\n  Start s\r\nEnd Sub\r\n";
    let other = "Sub Start(s)\r\n  CreateObject(\"WScr\" & \"ipt.Shell\").Run s\r\nEnd Sub\r\n";
    check(
        &project(Written::new(), "", &[plain("ThisDocument", source), plain("Mod", other)]),
        &expect![[r#"
        blocked
          t [ole2] 3584
          t › VBA/ThisDocument.cls [vba] 103
          t › VBA/ThisDocument.cls › strings [text] 39
          t › VBA/Mod.bas [vba] 67
          t › VBA/Mod.bas › strings [text] 13
          t › PROJECT [text] 79
          t › VBA/dir [] 114
          t › VBA/_VBA_PROJECT [] 7
          t › VBA/ThisDocument [] 109
          t › VBA/Mod [] 78
          Suspicious vba-macro {"line":1} Sub AutoOpen ( )
          Suspicious vba-auto-run {"line":1} AutoOpen
          Suspicious vba-macro {"line":1} Sub Start ( s )
          Suspicious vba-dangerous-call {"line":2} CreateObject of a computed name: CreateObject ( "WScr" & "ipt.Shell" ) . Run s
          Suspicious vba-dangerous-call {"line":2} wscript.shell: WScript.Shell
          Blocked vba-auto-dangerous {"field":"VBA"} ThisDocument:1 AutoOpen; Mod:2 CreateObject of a computed name: CreateObject ( "WScr" & "ipt.Shell" ) . Run s
    "#]],
    );
}

#[test]
fn exchanged_source_and_hidden_modules_are_told() {
    let cache = cache_of(&["KHIEN-HARMLESS-TEST", "cmd.exe /c echo"]);
    let stomped =
        Source { name: "Stomped", text: b"Attribute VB_Name = \"Stomped\"\r\nSub A()\r\nEnd Sub\r\n", cache: &cache };
    let file = project(Written::new(), "Macros", &[stomped]);
    let hidden =
        super::vba::compression::tests::compressed(b"Attribute VB_Name = \"Hidden\"\r\nSub B()\r\nEnd Sub\r\n");
    let file = file.stream("Macros/VBA/Hidden", [&[0; 30][..], &hidden].concat());
    check(
        &file,
        &expect![[r#"
        blocked
          t [ole2] 3584
          t › Macros/VBA/Stomped.bas [vba] 49
          t › Macros/VBA/Hidden.bas [vba] 48
          t › Macros/PROJECT [text] 62
          t › Macros/VBA/dir [] 94
          t › Macros/VBA/_VBA_PROJECT [] 7
          t › Macros/VBA/Stomped [] 201
          t › Macros/VBA/Hidden [] 86
          Blocked vba-stomped {"field":"Macros/VBA/Stomped"} KHIEN-HARMLESS-TEST
          Suspicious vba-macro {"line":2} Sub A ( )
          Suspicious vba-hidden-module {"field":"Macros/VBA/Hidden"} its stream is not in the list of modules
          Suspicious vba-macro {"line":2} Sub B ( )
    "#]],
    );
}

#[test]
fn packages_and_equations_are_told() {
    let (honest, broken) = equations();
    let equation = [2, 0xCE, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
    let url = "\u{1}http://khien.test/mau.doc\0".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let file = Written::new()
        .stream("ObjectPool/_1/\u{1}Ole10Native", package_stream("ghi chu.txt", "C:\\ghi chu.txt", b"xin chao"))
        .stream(
            "ObjectPool/_2/\u{1}Ole10Native",
            package_stream("Hoa don.pdf", "C:\\hoadon.js", b"KHIEN-HARMLESS-TEST"),
        )
        .stream("ObjectPool/_3/Equation Native", honest)
        .stream("ObjectPool/_4/Equation Native", broken)
        .stream("ObjectPool/_5/\u{1}Ole", url)
        .class("ObjectPool/_3", equation);
    check(
        &file,
        &expect![[r#"
            blocked
              t [ole2] 3584
              t › ghi chu.txt [text] 8
              t › hoadon.js [javascript] 19
              t › ObjectPool/_3/Equation Native [] 49
              t › ObjectPool/_4/Equation Native [] 106
              t › ObjectPool/_5/\u{1}Ole [] 54
              Note ole-package {"field":"ObjectPool/_1/\u0001Ole10Native"} C:\ghi chu.txt
              Note ole-package {"field":"ObjectPool/_2/\u0001Ole10Native"} C:\hoadon.js
              Blocked ole-package-program {"field":"ObjectPool/_2/\u0001Ole10Native"} hoadon.js
              Suspicious ole-package-name {"field":"ObjectPool/_2/\u0001Ole10Native"} Hoa don.pdf / hoadon.js
              Blocked script "whole" javascript
              Suspicious ole-equation {"field":"ObjectPool/_3/Equation Native"} Equation Native
              Blocked ole-equation-exploit {"field":"ObjectPool/_4/Equation Native"} Equation Native
              Suspicious ole-link {"field":"ObjectPool/_5/\u0001Ole"} http://khien.test/mau.doc
        "#]],
    );
}

#[test]
fn fields_of_word_that_ask_programs_are_told() {
    let text = |field: &str| {
        let mut bytes = vec![0xEC, 0xA5, 0xC1, 0];
        bytes.resize(1024, 0);
        bytes.extend(field.as_bytes());
        bytes
    };
    let command =
        text("Xin chao\r\u{13}DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k echo KHIEN\" \u{14}!\u{15}\r");
    let wide: Vec<u8> =
        "\u{13} DDE excel \"C:\\\\so lieu.xls\" R1C1 \u{14}1\u{15}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let page = text("\u{13} PAGE \u{14}1\u{15} DDEAUTO is a word");
    for (bytes, expected) in [
        (
            command,
            expect![[r#"
                blocked
                  t [ole2] 3584
                  t › WordDocument [] 1093
                  Blocked document-dde-command {"field":"WordDocument"} c:\\windows\\system32\\cmd.exe /k echo KHIEN
            "#]],
        ),
        (
            [text(""), wide].concat(),
            expect![[r#"
                suspicious
                  t [ole2] 3584
                  t › WordDocument [] 1100
                  Suspicious document-dde-link {"field":"WordDocument"} excel C:\\so lieu.xls R1C1
            "#]],
        ),
        (
            page,
            expect![[r#"
            clean
              t [ole2] 3584
              t › WordDocument [] 1052
        "#]],
        ),
    ] {
        check(&Written::new().stream("WordDocument", bytes), &expected);
    }
}

#[test]
fn messages_of_outlook_hand_on_what_is_attached() {
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let inner = "__attach_version1.0_#00000001/__substg1.0_3701000D";
    let file = Written::new()
        .stream("__properties_version1.0", [0; 32])
        .stream("__substg1.0_0037001F", wide("Hóa đơn"))
        .stream("__substg1.0_1000001F", wide("Kính gửi"))
        .stream("__substg1.0_10130102", "<html><body>Kính gửi</body></html>")
        .stream("__attach_version1.0_#00000000/__substg1.0_3707001F", wide("hóa đơn.txt"))
        .stream("__attach_version1.0_#00000000/__substg1.0_37010102", "KHIEN-HARMLESS-TEST")
        .stream(&format!("{inner}/__substg1.0_1000001F"), wide("trong thư"))
        .stream(&format!("{inner}/__attach_version1.0_#00000000/__substg1.0_37010102"), "KHIEN-HARMLESS-TEST");
    check(
        &file,
        &expect![[r#"
            clean
              t [ole2] 4096
              t › body.txt [text] 11
              t › body.html [html] 37
              t › hóa đơn.txt [text] 19
              t › __attach_version1.0_#00000001/__substg1.0_3701000D/body.txt [text] 10
              t › __attach_version1.0_#00000000 [text] 19
              t › __properties_version1.0 [] 32
              t › __substg1.0_0037001F [text] 14
              t › __attach_version1.0_#00000000/__substg1.0_3707001F [text] 22
        "#]],
    );
}

#[test]
fn presentations_hand_on_their_objects() {
    use std::io::Write;
    let object =
        project(Written::new(), "", &[plain("Mod", "Sub Auto_Open()\r\nShell \"KHIEN-HARMLESS-TEST\"\r\nEnd Sub\r\n")])
            .bytes();
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&object).unwrap();
    let packed = packed.finish().unwrap();
    let record = |version: u16, kind: u16, body: &[u8]| {
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &u32::try_from(body.len()).unwrap().to_le_bytes(), body]
            .concat()
    };
    let storage = record(0x10, 0x1011, &[&u32::try_from(object.len()).unwrap().to_le_bytes()[..], &packed].concat());
    let stream = record(
        0x0F,
        0x03E8,
        &[record(0, 0x03E9, &[1, 2, 3]), storage, record(0, 0x0FF3, &[0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0])]
            .concat(),
    );
    check(
        &Written::new().stream("PowerPoint Document", stream),
        &expect![[r#"
        blocked
          t [ole2] 2560
          t › PowerPoint Document object-1 [ole2] 3072
          t › PowerPoint Document object-1 › VBA/Mod.bas [vba] 55
          t › PowerPoint Document object-1 › PROJECT [text] 58
          t › PowerPoint Document object-1 › VBA/dir [] 86
          t › PowerPoint Document object-1 › VBA/_VBA_PROJECT [] 7
          t › PowerPoint Document object-1 › VBA/Mod [] 64
          t › PowerPoint Document [] 475
          Suspicious vba-macro {"line":1} Sub Auto_Open ( )
          Suspicious vba-auto-run {"line":1} Auto_Open
          Suspicious vba-dangerous-call {"line":2} Shell: Shell "KHIEN-HARMLESS-TEST"
          Blocked vba-auto-dangerous {"field":"VBA"} Mod:1 Auto_Open; Mod:2 Shell: Shell "KHIEN-HARMLESS-TEST"
          Suspicious ppt-run-program {"offset":451} InteractiveInfoAtom
    "#]],
    );
    let user = [&[0; 12][..], &0xF3D1_C4DF_u32.to_le_bytes()].concat();
    check(
        &Written::new().stream("PowerPoint Document", "x").stream("Current User", user),
        &expect![[r#"
            not_inspected
              t [ole2] 2560
              t › PowerPoint Document decrypted [] ?
                ! its form is damaged (the list of the parts of the presentation is cut)
              t › PowerPoint Document [text] 1
              t › Current User [] 16
        "#]],
    );
}

#[test]
fn actions_of_installers_are_told() {
    // One action, of the kind that starts a program that lies in the package.
    let texts = ["RunIt", "setup.exe", "/quiet"];
    let mut pool = vec![0, 0, 0, 0];
    for text in texts {
        pool.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        pool.extend([1, 0]);
    }
    let row = [1, 0, 2, 0, 2, 0, 3, 0];
    let file = Written::new()
        .stream("\u{4840}\u{3f3f}\u{4577}\u{446c}\u{3e6a}\u{44b2}\u{482f}", pool)
        .stream("\u{4840}\u{3f3f}\u{4577}\u{446c}\u{3b6a}\u{45e4}\u{4824}", texts.concat())
        .stream(&super::installer::tests::packed("!CustomAction"), row);
    check(
        &file,
        &expect![[r#"
        suspicious
          t [ole2] 2560
          t › !_StringPool [] 16
          t › !_StringData [text] 20
          t › !CustomAction [] 8
          Suspicious msi-custom-action {"field":"CustomAction"} RunIt: program setup.exe /quiet
    "#]],
    );
}

/// Every beginning of a good file and every change of one byte is told of, or leaves what was found.
#[test]
fn a_damaged_file_is_never_cleaner_without_a_word() {
    let file = project(Written::new(), "", &[plain("Mod", "Sub AutoOpen()\r\nShell \"x\"\r\nEnd Sub\r\n")]).bytes();
    let whole = inspected_stated(FileType::Ole2, "t", &file, &[]);
    assert_eq!(whole.verdict, Verdict::Blocked);
    for length in (8..file.len()).step_by(61) {
        let cut = inspected_stated(FileType::Ole2, "t", &file[..length], &[]);
        assert!(cut.verdict >= Verdict::NotInspected, "{length}: {}", told(&cut));
    }
    // The head and the directory, not the letters of the source.
    for place in 0..file.len() {
        let mut changed = file.clone();
        changed[place] ^= 0xFF;
        let _ = inspected_stated(FileType::Ole2, "t", &changed, &[]);
    }
}

#[test]
fn any_change_of_a_compound_file_is_read() {
    let file = project(Written::new(), "", &[plain("Mod", "Sub AutoOpen()\r\nShell \"x\"\r\nEnd Sub\r\n")])
        .stream("WordDocument", [0xEC, 0xA5, 0, 0, 0x13, b'D', b'D', b'E', b' ', b'x', 0x14, 0x15])
        .stream("\u{1}Ole10Native", package_stream("a", "b", b"c"))
        .bytes();
    bolero::check!().with_type::<Vec<(u16, u8)>>().for_each(|changes| {
        let mut changed = file.clone();
        for (place, value) in changes {
            let place = usize::from(*place) % changed.len();
            changed[place] = *value;
        }
        let _ = inspected_stated(FileType::Ole2, "t", &changed, &[]);
    });
}

#[test]
fn a_template_from_outside_is_told() {
    let template = |address: &str| {
        let letters: Vec<u8> = address.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let count = u16::try_from(letters.len() / 2).unwrap().to_le_bytes();
        let list = [&[0xFF, 0xFF, 2, 0, 0, 0, 0, 0][..], &count, &letters].concat();
        let mut text = vec![0xEC, 0xA5, 0xC1, 0];
        text.resize(1024, 0);
        text[0x19A..0x19E].copy_from_slice(&4_u32.to_le_bytes());
        text[0x19E..0x1A2].copy_from_slice(&u32::try_from(list.len()).unwrap().to_le_bytes());
        Written::new().stream("WordDocument", text).stream("0Table", [&[0; 4][..], &list].concat())
    };
    check(
        &template("https://khien.test/mau.dotm"),
        &expect![[r#"
        blocked
          t [ole2] 3584
          t › WordDocument [] 1024
          t › 0Table [] 68
          Blocked word-remote-template {"field":"WordDocument"} https://khien.test/mau.dotm
    "#]],
    );
    check(
        &template("C:\\Users\\a\\Normal.dot"),
        &expect![[r#"
        clean
          t [ole2] 3584
          t › WordDocument [] 1024
          t › 0Table [] 56
    "#]],
    );
}

#[test]
fn names_of_modules_with_marks_are_the_same_in_both_lists() {
    // "Tổng" as windows-1258 has it: the hook apart from its letter.
    let name = b"T\xf4\xd2ng";
    let mut dir = Vec::new();
    for (id, data) in [
        (3_u16, &1258_u16.to_le_bytes()[..]),
        (0x19, &name[..]),
        (0x47, &"Tổng".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        (0x1A, b"M"),
        (0x31, &[0; 4]),
        (0x2B, &[]),
        (0x10, &[]),
    ] {
        dir.extend([&id.to_le_bytes()[..], &u32::try_from(data.len()).unwrap().to_le_bytes(), data].concat());
    }
    let compressed = super::vba::compression::tests::compressed;
    let file = Written::new()
        .stream("PROJECT", [b"Module=", &name[..], b"\r\n"].concat())
        .stream("VBA/dir", compressed(&dir))
        .stream("VBA/M", compressed(b"Attribute VB_Name = \"T\xf4\xd2ng\"\r\nSub A()\r\nEnd Sub\r\n"));
    let inspection = inspected_stated(FileType::Ole2, "t", &file.bytes(), &[]);
    assert!(!inspection.findings.iter().any(|found| found.id == "vba-hidden-module"), "{}", told(&inspection));
    assert!(inspection.nodes.iter().any(|node| node.name == "VBA/Tổng.bas"), "{}", told(&inspection));
}

#[test]
fn encrypted_presentations_are_opened_with_known_passwords() {
    use super::encrypted::legacy::Legacy;
    use super::encrypted::legacy::tests::written;
    let record = |version: u16, kind: u16, body: &[u8]| {
        let length = u32::try_from(body.len()).unwrap().to_le_bytes();
        [&version.to_le_bytes()[..], &kind.to_le_bytes(), &length, body].concat()
    };
    let number = |number: usize| u32::try_from(number).unwrap().to_le_bytes();
    let info = written("mật khẩu", Some(128));
    let legacy = Legacy::read(&info).unwrap();
    // A document that holds one embedded object, then how it is encrypted, then the list of both.
    let object = Written::new().stream("CONTENTS", "KHIEN-HARMLESS-TEST").bytes();
    let mut stream = record(0x0F, 0x03E8, &record(0, 0x1011, &object));
    legacy.turn_one("mật khẩu", 1, &mut stream);
    let session = stream.len();
    stream.extend(record(0x0F, 0x2F14, &info));
    let list = stream.len();
    stream.extend(record(0, 0x1772, &[number(2 << 20 | 1), number(0), number(session)].concat()));
    let change = stream.len();
    let body = [number(0), number(3), number(0), number(list), number(1), number(3), number(1), number(2)].concat();
    stream.extend(record(0, 0x0FF5, &body));
    let user = [&[0; 8][..], &number(20), &number(0xF3D1_C4DF), &number(change)].concat();
    let file = Written::new().stream("PowerPoint Document", stream).stream("Current User", user).bytes();
    let closed = inspected_stated(FileType::Ppt, "t", &file, &["sai".to_owned()]);
    expect![[r#"
        not_inspected
          t [ppt] 5120
          t › PowerPoint Document decrypted [] ?
            ! its content is protected by a password
          t › PowerPoint Document [] 2752
          t › Current User [] 20
    "#]]
    .assert_eq(&told(&closed));
    let opened = inspected_stated(FileType::Ppt, "t", &file, &["sai".to_owned(), "mật khẩu".to_owned()]);
    expect![[r#"
        clean
          t [ppt] 5120
          t › PowerPoint Document part-1 object-1 [ole2] 2560
          t › PowerPoint Document part-1 object-1 › CONTENTS [text] 19
          t › PowerPoint Document decrypted [] 2576
          t › PowerPoint Document [] 2752
          t › Current User [] 20
          Note office-known-password {"field":"PowerPoint Document"} known password
    "#]]
    .assert_eq(&told(&opened));
    bolero::check!().with_type::<Vec<(u16, u8)>>().for_each(|changes| {
        let mut changed = file.clone();
        for (place, value) in changes {
            let place = usize::from(*place) % changed.len();
            changed[place] = *value;
        }
        let _ = inspected_stated(FileType::Ppt, "t", &changed, &["mật khẩu".to_owned()]);
    });
}
