//! PDFs built by hand: what comes out of them, and what is said of them.

use std::io::Write;

use expect_test::{Expect, expect};

use crate::unpack::testing_mail::{PAYLOAD, holders, inspected, inspected_with, survives_damage, told};
use crate::{Reason, Verdict};

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn stream(number: u32, dictionary: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj\n<< {dictionary} /Length {} >>\nstream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream\nendobj\n"].concat()
}

/// A file of these objects, without any table of offsets.
fn pdf(parts: &[&[u8]]) -> Vec<u8> {
    [b"%PDF-1.7\n", parts.concat().as_slice(), b"trailer << /Root 1 0 R >>\n%%EOF\n"].concat()
}

/// A file with an attachment written as qpdf writes it: the checksum in hexadecimal digits before the filter.
fn with_attachment(name: &str) -> Vec<u8> {
    let packed = zlib(PAYLOAD);
    pdf(&[
        b"1 0 obj << /Type /Catalog /Names << /EmbeddedFiles << /Names [ (a) 2 0 R ] >> >> >> endobj\n",
        format!("2 0 obj << /EF << /F 3 0 R /UF 3 0 R >> /F ({name}) /Type /Filespec /UF ({name}) >> endobj\n")
            .as_bytes(),
        &stream(
            3,
            "/Params << /CheckSum <5d41402abc4b2a76b9719d911017c592> /Size 40 >> /Type /EmbeddedFile /Filter /FlateDecode",
            &packed,
        ),
    ])
}

#[test]
fn attachments_come_out_byte_for_byte() {
    let packed = zlib(PAYLOAD);
    let hexadecimal: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    let specification =
        b"2 0 obj << /Type /Filespec /EF << /F 3 0 R >> /F (\xfe\xff\0a\x1e\xa1\0.\0t\0x\0t) >> endobj\n";
    let cases: &[(&str, Vec<u8>)] = &[
        ("plain", stream(3, "", PAYLOAD)),
        ("flate", stream(3, "/Filter [/Fl]", &packed)),
        ("cascade", stream(3, "/Filter [/ASCIIHexDecode /FlateDecode]", hexadecimal.as_bytes())),
        ("obscured", stream(3, "/Fi#6cter /#46lateDecode", &packed)),
        (
            "length elsewhere",
            [
                b"3 0 obj << /Length 9 0 R >> stream\r\n",
                PAYLOAD,
                format!("\r\nendstream endobj 9 0 obj {} endobj\n", PAYLOAD.len()).as_bytes(),
            ]
            .concat(),
        ),
        ("wrong length", [b"3 0 obj << /Length 3 >> stream\n", PAYLOAD, b"\nendstream endobj\n"].concat()),
    ];
    for (case, object) in cases {
        let inspection = inspected("a.pdf", &pdf(&[specification, object]));
        assert_eq!(holders(&inspection, PAYLOAD), ["aạ.txt"], "{case}: {}", told(&inspection));
    }
    let inspection = inspected("a.pdf", &with_attachment("hoa don.bin"));
    assert_eq!(holders(&inspection, PAYLOAD), ["hoa don.bin"]);
}

#[test]
fn attachments_in_packed_objects_and_old_revisions_come_out() {
    let objects = b"2 0 << /Type /Filespec /EF << /F 3 0 R >> /F (packed.bin) >>";
    let packed = zlib(objects);
    let file = pdf(&[
        &stream(3, "/Type /EmbeddedFile", PAYLOAD),
        &stream(4, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &packed),
        b"%%EOF\n3 0 obj null endobj\n",
    ]);
    assert_eq!(holders(&inspected("a.pdf", &file), PAYLOAD), ["packed.bin"]);
}

#[track_caller]
fn said(objects: &str, expected: &Expect) {
    let inspection = inspected("a.pdf", &pdf(&[objects.as_bytes()]));
    let findings: Vec<String> = inspection
        .findings
        .iter()
        .map(|found| format!("{:?} {} {}\n", found.effect, found.id, found.evidence))
        .collect();
    expected.assert_eq(&findings.concat());
}

#[test]
fn actions_are_told() {
    said(
        "1 0 obj << /Type /Catalog /OpenAction [ 3 0 R /Fit ] >> endobj 3 0 obj << /Type /Page /Annots [ << /A << /S /URI /URI (https://moj.gov.vn) >> >> ] >> endobj",
        &expect![[r#""#]],
    );
    said("1 0 obj << /OpenAction 2 0 R >> endobj 2 0 obj << /S /Named /N /Print >> endobj", &expect![[r#""#]]);
    said(
        "1 0 obj << /OpenAction 2 0 R >> endobj 2 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj",
        &expect![[r#"
        Suspicious pdf-javascript app.alert(1)
        Suspicious pdf-automatic-action /JavaScript app.alert(1)
    "#]],
    );
    said(
        "1 0 obj << /OpenAction << /S /GoTo /D [3 0 R /Fit] /Next 2 0 R >> >> endobj 2 0 obj << /S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c calc) >> >> endobj",
        &expect![[r#"
        Suspicious pdf-automatic-action /Launch cmd.exe /c calc
        Blocked pdf-launch /Launch cmd.exe /c calc
    "#]],
    );
    said(
        "2 0 obj << /S /Launch /F (ban do.pdf) >> endobj",
        &expect![[r#"
        Suspicious pdf-launch-document /Launch ban do.pdf
    "#]],
    );
    said(
        "2 0 obj << /S /SubmitForm /F << /FS /URL /F (https://moj.gov.vn/x) >> >> endobj",
        &expect![[r#"
        Suspicious pdf-submits-form /SubmitForm https://moj.gov.vn/x
    "#]],
    );
    said(
        r"2 0 obj << /S /GoToR /F (\\\\10.0.0.9\\s\\x.pdf) /D [0 /Fit] >> endobj",
        &expect![[r#"
        Blocked pdf-far-file \\10.0.0.9\s\x.pdf
    "#]],
    );
    said(
        "2 0 obj << /S /URI /URI (http://x.vn/Setup.exe) >> endobj 3 0 obj << /S /URI /URI (java\tscript:alert\\(1\\)) >> endobj",
        &expect![[r#"
        Note pdf-link-to-program http://x.vn/Setup.exe
        Suspicious pdf-link-runs-script java\u{9}script:alert(1)
    "#]],
    );
}

#[test]
fn scripts_and_what_is_hidden_are_told() {
    said(
        "2 0 obj << /#53 /Java#53cript /JS (util.printf\\(\"%45000f\", 1\\)) >> endobj",
        &expect![[r#"
        Suspicious pdf-javascript util.printf("%45000f", 1)
        Blocked pdf-javascript-exploit util.printf("%45000
        Suspicious pdf-obscured-name /JavaScript
    "#]],
    );
    said(
        "2 0 obj << /S /JavaScript /JS (this.exportDataObject\\({ cName: 'a', nLaunch: 2 }\\)) >> endobj",
        &expect![[r#"
        Suspicious pdf-javascript this.exportDataObject({ cName: 'a', nLaunch: 2 })
        Blocked pdf-javascript-opens-attachment this.exportDataObject({ cName: 'a', nLaunch: 2 })
    "#]],
    );
    said(
        "2 0 obj << /FT /Tx /AA << /F << /S /JavaScript /JS (AFNumber_Format\\(2, 0, 0, 0, \"\", true\\);) >> >> >> endobj",
        &expect![[r#"
        Note pdf-form-script AFNumber_Format(2, 0, 0, 0, "", true);
    "#]],
    );
    said(
        "2 0 obj << /Subtype /RichMedia >> endobj 3 0 obj << /Filter [/FlateDecode /FlateDecode /FlateDecode /FlateDecode] /Length 1 >> stream\nx\nendstream endobj",
        &expect![[r#"
        Suspicious pdf-rich-media /RichMedia
        Suspicious pdf-many-filters FlateDecode FlateDecode FlateDecode FlateDecode
    "#]],
    );
    said(
        "1 0 obj << /AcroForm << /XFA [ (a) 2 0 R (b) 3 0 R ] >> >> endobj 2 0 obj << >> stream\n<xdp><scr\nendstream endobj 3 0 obj << >> stream\nipt contentType='application/x-javascript'>\nendstream endobj",
        &expect![[r#"
        Note pdf-xfa /XFA
        Suspicious pdf-xfa-script <script contenttype='application/x-javascript'>
    "#]],
    );
    said(
        "%%EOF\n%PDF-1.4\n1 0 obj << >> endobj",
        &expect![[r#"
        Suspicious pdf-second-header 2 × %PDF-
    "#]],
    );
}

#[test]
fn what_comes_out_is_told() {
    let file = pdf(&[
        b"1 0 obj << /OpenAction 2 0 R /Pages << /Contents 5 0 R >> >> endobj\n",
        b"2 0 obj << /S /JavaScript /JS 4 0 R >> endobj\n",
        &stream(4, "/Filter /FlateDecode", &zlib(b"app.alert('x')")),
        &stream(5, "", b"BT (page) Tj ET"),
        &stream(6, "/Filter /DCTDecode", b"\xff\xd8\xff"),
        &stream(7, "/Filter /FlateDecode", &zlib(b"for nobody")),
        &stream(8, "/Filter /Strange", b"x"),
    ]);
    expect![[r#"
        not_inspected
        a.pdf [] 541
          * pdf-javascript (Field("object 2")): app.alert('x')
          * pdf-automatic-action (Field("object 2")): /JavaScript app.alert('x')
          object 2.js [pdf javascript] 14
          object 7 [pdf stream] 10
          object 8 [pdf stream] 1
            ! this way of packing is not read here (PDF filter Strange)
    "#]]
    .assert_eq(&told(&inspected("a.pdf", &file)));
}

/// Written by qpdf; each holds the payload as `a ệ.bin`.
const ENCRYPTED: &[(&[u8], &str)] = &[
    (include_bytes!("samples/revision_2.pdf"), ""),
    (include_bytes!("samples/revision_3_password.pdf"), "secret"),
    (include_bytes!("samples/revision_4_rc4.pdf"), ""),
    (include_bytes!("samples/revision_4_aes.pdf"), ""),
    (include_bytes!("samples/revision_5.pdf"), ""),
    (include_bytes!("samples/revision_6.pdf"), ""),
    (include_bytes!("samples/revision_6_password.pdf"), "bí mật"),
];

#[test]
fn encrypted_files_open_with_what_is_known() {
    for (place, (bytes, user)) in ENCRYPTED.iter().enumerate() {
        for password in [*user, "owner"] {
            let inspection = inspected_with("a.pdf", bytes, &["wrong", password]);
            assert_eq!(holders(&inspection, PAYLOAD), ["a ệ.bin"], "{place} {password}: {}", told(&inspection));
        }
        let inspection = inspected_with("a.pdf", bytes, &["wrong"]);
        let said = inspection.not_inspected().any(|(_, reason)| *reason == Reason::Encrypted);
        assert_eq!(said, !user.is_empty(), "{place}");
    }
}

#[test]
fn fuzz_changes() {
    let packed = zlib(b"2 0 << /Type /Filespec /EF << /F 3 0 R >> /F (packed.bin) >>");
    let whole = pdf(&[
        b"1 0 obj << /OpenAction 5 0 R /AcroForm << /XFA [(a) 6 0 R] >> >> endobj\n",
        &stream(
            3,
            "/Type /EmbeddedFile /Filter /LZWDecode /DecodeParms << /Predictor 12 /Columns 3 >>",
            b"\x80\x0b\x60\x50",
        ),
        &stream(4, "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &packed),
        b"5 0 obj << /S /JavaScript /JS (a\\(\\)) /Next [ << /S /Launch /F (a.exe) >> ] >> endobj\n",
        &stream(6, "/Filter [/A85 /RL]", b"<~87cURD]i,\"Ebo80~>"),
    ]);
    bolero::check!().with_type::<Vec<(u16, Vec<u8>)>>().for_each(|changes| {
        let mut file = whole.clone();
        for (place, bytes) in changes {
            let begin = usize::from(*place) % file.len();
            file.splice(begin..(begin + bytes.len()).min(file.len()), bytes.iter().copied());
        }
        inspected("a.pdf", &file);
    });
}

#[test]
fn fuzz() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        inspected("a.pdf", &[b"%PDF-1.7\n1 0 obj <<", bytes.as_slice()].concat());
    });
}

#[test]
fn encryption_that_is_not_known_is_said() {
    let file = b"%PDF-1.7\n5 0 obj << /Filter /Adobe.PubSec /V 4 >> endobj trailer << /Encrypt 5 0 R >>";
    assert_eq!(inspected_with("a.pdf", file, &["x"]).verdict, Verdict::NotInspected);
}

#[test]
fn damage_does_no_harm() {
    survives_damage("a.pdf", &with_attachment("a"));
}
