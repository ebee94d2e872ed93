use expect_test::expect;

use super::ole1::tests::{embedded, linked, packed};
use crate::FileType;
use crate::unpack::ole::equations;
use crate::walk::testing::{ids, inspected_as, program, told};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn inspected(text: &str) -> crate::Inspection {
    inspected_as("a.rtf", text.as_bytes(), &[FileType::Rtf], &[])
}

/// A document with one object, its digits given.
fn with_object(words: &str, digits: &str) -> String {
    format!("{{\\rtf1\\ansi {{\\object\\objemb{words}{{\\*\\objdata {digits}}}{{\\result a}}}}}}")
}

#[test]
fn a_packed_program_comes_out() {
    let digits = hex(&embedded("Package", &packed("hoa-don.exe", &program())));
    expect![[r#"
        a.rtf [rtf] 986
        a.rtf › hoa-don.exe [pe] 384
        Suspicious packaged-file @0 Offset(51): hoa-don.exe (C:\a\b)
        Blocked program @1 Whole: pe
        Note program-facts @1 Field("header"): EXE, x86, console, 0 sections, 0 functions of 0 libraries
    "#]]
    .assert_eq(&told(&inspected(&with_object("{\\*\\objclass Package}", &digits))));
}

#[test]
fn digits_come_out_however_they_are_scattered() {
    let plain = hex(&embedded("pAckAge", &packed("a.exe", &program())));
    let spaced: String = plain.chars().flat_map(|digit| [digit, ' ', '\r', '\n']).collect();
    let controls: String = plain.chars().flat_map(|digit| [digit.to_string(), "\\par ".to_owned()]).collect();
    let groups: String = plain.chars().flat_map(|digit| [digit.to_string(), "{\\*\\abc 0123}".to_owned()]).collect();
    let garbage: String = plain.chars().flat_map(|digit| [digit.to_string(), "xyz#".to_owned()]).collect();
    let escaped: String = plain.chars().flat_map(|digit| [digit.to_string(), "\\'41".to_owned()]).collect();
    let (start, rest) = plain.split_at_checked(40).unwrap();
    let counted: String =
        rest.as_bytes().chunks(2).map(|pair| format!("\\'{}", String::from_utf8_lossy(pair))).collect();
    let counted = format!("{start}{counted}");
    let halves = format!("{start}0\\'00{rest}");
    let raw = [b"{\\rtf1{\\object{\\*\\objdata ".to_vec(), start.as_bytes().to_vec()].concat();
    let mut binary = raw;
    let bytes = embedded("pAckAge", &packed("a.exe", &program()));
    binary.extend(format!("\\bin{} ", bytes.len() - 20).bytes());
    binary.extend(bytes.get(20..).unwrap());
    binary.extend(b"}}}");
    let mut documents: Vec<Vec<u8>> = [plain, spaced, controls, groups, garbage, escaped, counted, halves]
        .iter()
        .map(|digits| with_object("", digits).into_bytes())
        .collect();
    documents.push(binary);
    for (number, document) in documents.iter().enumerate() {
        let inspection = inspected_as("a.rtf", document, &[FileType::Rtf], &[]);
        let names: Vec<&str> = inspection.nodes.iter().map(|node| node.name.as_str()).collect();
        assert_eq!(names, ["a.rtf", "a.exe"], "{number}: {}", String::from_utf8_lossy(document));
        assert_eq!(inspection.nodes[1].types, [FileType::Pe], "{number}");
    }
}

#[test]
fn objects_are_told_by_their_class() {
    let ole2 = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 8]].concat();
    let address: Vec<u8> = "http://example.vn/a.hta\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let moniker = [super::WEB_ADDRESS, &[48, 0, 0, 0], &address].concat();
    let cases = [
        (embedded("Equation.3", b"\x1c\0\0\0"), "ole-equation"),
        (embedded("eQuATiOn.2", b"\x1c\0\0\0"), "ole-equation"),
        (embedded("Word.Document.8", &[b"1234".as_slice(), super::EQUATION].concat()), "ole-equation"),
        // What is an OLE2 file is told there, whatever bytes are in it.
        (embedded("Word.Document.8", &[ole2.as_slice(), super::EQUATION].concat()), ""),
        (embedded("Equation.3", &equations().0), "ole-equation"),
        (embedded("Equation.3", &equations().1), "ole-equation-exploit"),
        (embedded("htmlfile", b"abc"), "dangerous-object-class"),
        (embedded("Word.Document.8", b"abc"), ""),
        (embedded("OLE2Link", &[ole2, moniker].concat()), "far-object"),
        (linked("Excel.Sheet.8", "http://example.vn/a.xls"), "far-object"),
        (linked("Excel.Sheet.8", "C:\\a.xls"), "local-link"),
    ];
    for (bytes, expected) in cases {
        let inspection = inspected(&with_object("", &hex(&bytes)));
        assert_eq!(ids(&inspection).join(" "), expected, "{}", told(&inspection));
    }
    let updating = inspected(&with_object("\\objupdate", &hex(&embedded("A.B", b"abc"))));
    assert_eq!(ids(&updating), ["self-loading-object"]);
    let pushed = inspected(&with_object("\\objupdate", &hex(&embedded("Equation.3", &equations().0))));
    assert_eq!(ids(&pushed), ["ole-equation-exploit", "self-loading-object"]);
}

#[test]
fn fields_templates_and_headers_are_told() {
    let cases = [
        (
            "{\\rtf1{\\field{\\*\\fldinst DDEAUTO c:\\\\\\\\windows\\\\\\\\cmd.exe \"/c calc\"}{\\fldrslt a}}}",
            "document-dde-command",
        ),
        (
            "{\\rtf1{\\field{\\*\\fldinst {\\b DDE}{\\i AUTO c}{\\f1 md}{ /c calc}}{\\fldrslt a}}}",
            "document-dde-command",
        ),
        ("{\\rtf1{\\field{\\*\\fldinst \\'44\\'44\\u69?EAUTO cmd /c a}}}", ""),
        ("{\\rtf1{\\field{\\*\\fldinst \\'44\\'44\\u69 AUTO cmd /c a}}}", "document-dde-command"),
        ("{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"https://moj.gov.vn\"}{\\fldrslt a}}}", ""),
        ("{\\rtf1{\\*\\template http://example.vn/a.dotm}}", "far-template"),
        ("{\\rtf1{\\*\\template C:\\\\a\\\\Normal.dot}}", "local-template"),
        ("{\\rt{\\*\\abc}}", "odd-rtf-header"),
        ("{\\rtfx a}", "odd-rtf-header"),
        ("{\\rtf1 a}\r\n\0", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(ids(&inspected(text)).join(" "), expected, "{text}");
    }
}

#[test]
fn what_stands_behind_the_end_is_looked_into() {
    let document = [b"{\\rtf1 a}".to_vec(), program()].concat();
    expect![[r#"
        a.rtf [rtf] 393
        a.rtf › behind the end [pe] 384
        Suspicious data-after-rtf @0 Offset(9): MZ\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}@\u{0}\u{0}\u{0}
        Blocked program @1 Whole: pe
        Note program-facts @1 Field("header"): EXE, x86, console, 0 sections, 0 functions of 0 libraries
    "#]].assert_eq(&told(&inspected_as("a.rtf", &document, &[FileType::Rtf], &[])));
}

#[test]
fn pictures_and_stores_come_out() {
    let png = hex(b"\x89PNG\r\n\x1a\nKHIEN");
    let text = format!("{{\\rtf1{{\\pict\\pngblip\\picw1 {{\\*\\blipuid 0123}}{png}}}{{\\*\\datastore 504b0304}}}}");
    expect![[r#"
        a.rtf [rtf] 95
        a.rtf › picture.png [png] 13
        a.rtf › datastore [zip] 4 !a part of it is not here (the end record of the ZIP) !its form is damaged (nothing in it is a ZIP)
    "#]]
    .assert_eq(&told(&inspected(&text)));
}

#[test]
fn bounds_are_said() {
    let deep = "{\\rtf1".to_owned() + &"{".repeat(super::reader::MAX_DEPTH);
    assert!(told(&inspected(&deep)).contains("a bound of the reader, 10000"));
    let many = format!("{{\\rtf1{}}}", "{\\pict 00}".repeat(super::reader::MAX_BLOBS + 1));
    assert!(told(&inspected(&many)).contains("a bound of the reader, 5000"));
    assert!(told(&inspected("{\\rtf1 {a")).contains("2 groups are not closed"));
}

/// Whatever is cut off or changed: nothing ends the reader, and a cut document is not clean.
#[test]
fn no_change_makes_it_silent() {
    let document =
        with_object("\\objupdate{\\*\\objclass Package}", &hex(&embedded("Package", &packed("a.exe", b"MZ"))));
    for end in 1..document.len() {
        let inspection = inspected(document.get(..end).unwrap());
        assert_ne!(inspection.verdict, crate::Verdict::Clean, "{end}");
    }
    for at in 0..document.len() {
        let mut bytes = document.clone().into_bytes();
        bytes[at] = b'}';
        let _ = inspected_as("a.rtf", &bytes, &[FileType::Rtf], &[]);
    }
}

#[test]
fn any_bytes_are_a_document() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let document = [b"{\\rtf1{\\object{\\*\\objdata ".as_slice(), bytes].concat();
        let _ = inspected_as("a.rtf", &document, &[FileType::Rtf], &[]);
    });
}
