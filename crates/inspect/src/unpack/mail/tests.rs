//! Mails, mailboxes and forms built by hand: what comes out of them.

use expect_test::expect;

use crate::unpack::testing_mail::{PAYLOAD, holders, inspected, survives_damage, told};
use crate::{Reason, Verdict};

/// The payload in the ways of transfer.
const BASE64: &str = "S0hJRU4tSEFSTUxFU1MtVEVTVCAADQr//iBlbmRzIGhlcmU=";
const QUOTED: &str = "KHIEN-HARMLESS-TEST =00=0D=0A=FF=FE ends here";
const UUENCODED: &str = "begin 644 t.bin\r\nC2TA)14XM2$%234Q%4U,M5$535\"  #0K__B!E;F1S(&AE<F4 \r\n`\r\nend\r\n";

const HEADER: &str = "From: a@moj.gov.vn\r\nTo: b@moj.gov.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\n";

/// A mail with one attachment, whose header is `fields` and whose body is `body`.
fn mail(fields: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=\"b 1\"\r\n\r\n--b 1\r\n\
        Content-Type: text/plain; charset=utf-8\r\n\r\nXin chào\r\n--b 1\r\n{fields}\r\n\r\n"
    );
    [head.as_bytes(), body, b"\r\n--b 1--\r\n"].concat()
}

/// A mail with the payload in this way of transfer.
fn sent(way: &str, body: &str) -> Vec<u8> {
    let fields = format!("Content-Disposition: attachment; filename=\"t.bin\"\r\nContent-Transfer-Encoding: {way}");
    mail(&fields, body.as_bytes())
}

#[test]
fn attachments_come_out_byte_for_byte() {
    let named = "Content-Disposition: attachment; filename=\"t.bin\"";
    let typed = "Content-Type: application/x-y; name*=utf-8''t%2Ebin\r\nContent-Transfer-Encoding: base64";
    let without_boundary = format!(
        "{HEADER}Content-Type: multipart/mixed\r\n\r\n--zz\r\n{named}\r\nContent-Transfer-Encoding: base64\r\n\r\n\
        {BASE64}\r\n--zz--\r\n"
    );
    let old_path = mail(
        "Content-Disposition: attachment; filename=\"C:\\Temp\\t.bin\"\r\nContent-Transfer-Encoding: base64",
        BASE64.as_bytes(),
    );
    let digest = format!(
        "{HEADER}Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\n{HEADER}{named}\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n{BASE64}\r\n--d--\r\n"
    );
    let not_closed = sent("base64", BASE64);
    let cases: &[(&str, Vec<u8>)] = &[
        ("base64", sent("BASE64", BASE64)),
        ("base64 with junk", sent("base64 (x)", &format!("!{}", BASE64.replace('L', "L\r\n \0")))),
        ("quoted-printable", sent("quoted-printable", &QUOTED.replace("ends", "=\r\nends"))),
        ("binary", mail(&format!("{named}\r\nContent-Transfer-Encoding: binary"), PAYLOAD)),
        ("no way told", mail(named, PAYLOAD)),
        ("uuencode", sent("x-uuencode", UUENCODED)),
        ("name in the type", mail(typed, BASE64.as_bytes())),
        ("uuencode in the text", [HEADER.as_bytes(), b"\r\nHi\r\n", UUENCODED.as_bytes()].concat()),
        ("no boundary told", without_boundary.into_bytes()),
        ("base64 with a footer", sent("base64", &format!("{BASE64}\r\n____\r\nDanh sach thu\r\n"))),
        ("in a digest", digest.into_bytes()),
        ("old path", old_path),
        ("two ways told", sent("7bit\r\nContent-Transfer-Encoding: base64", BASE64)),
        ("not closed", not_closed.strip_suffix(b"--b 1--\r\n").unwrap().to_vec()),
    ];
    for (case, bytes) in cases {
        let inspection = inspected("thu.eml", bytes);
        assert_eq!(holders(&inspection, PAYLOAD), ["t.bin"], "{case}: {}", told(&inspection));
    }
}

#[test]
fn mails_in_mails_and_mailboxes_come_out() {
    let inner =
        mail("Content-Disposition: attachment; filename=t.bin\r\nContent-Transfer-Encoding: base64", BASE64.as_bytes());
    let outer = mail("Content-Type: message/rfc822", &inner);
    let mailbox = [
        b"From a Mon Jan  1 00:00:00 2026\r\n",
        inner.as_slice(),
        b"\r\nFrom b Mon Jan  1 00:00:00 2026\r\n",
        outer.as_slice(),
    ]
    .concat();
    let inspection = inspected("hop.mbox", &mailbox);
    assert_eq!(holders(&inspection, PAYLOAD), ["t.bin", "t.bin"]);
    expect![[r#"
        not_inspected
        hop.mbox [] 959
          mail 1.eml [mbox] 333
            body 1.txt [mail] 9
            t.bin [mail base64] 35
              ! the kind of file was not recognised
          mail 2.eml [mbox] 560
            body 1.txt [mail] 9
            part 2.eml [mail] 116
              part 1 [mail] 0
            body 3.txt [mail] 9
            t.bin [mail base64] 35
              ! the kind of file was not recognised
            body 5.txt [mail] 11
    "#]]
    .assert_eq(&told(&inspection));
}

#[test]
fn contradictions_are_told() {
    let two =
        mail("Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment; filename=a.exe", b"x");
    let inspection = inspected("thu.eml", &two);
    let ids: Vec<&str> =
        inspection.findings.iter().map(|found| found.id.as_str()).filter(|id| id.starts_with("mail-")).collect();
    assert_eq!(ids, ["mail-attachment-two-names"]);
    let names: Vec<&str> = inspection.nodes.iter().map(|node| node.name.as_str()).collect();
    assert_eq!(names, ["thu.eml", "body 1.txt", "a.exe", "a.pdf"]);
}

#[test]
fn encrypted_mail_is_said() {
    let cases = [
        mail("Content-Type: application/octet-stream", b"-----BEGIN PGP MESSAGE-----\r\n\r\nx"),
        [HEADER.as_bytes(), b"\r\nHi\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nx"].concat(),
    ];
    for bytes in cases {
        let inspection = inspected("thu.eml", &bytes);
        assert!(inspection.not_inspected().any(|(_, reason)| *reason == Reason::Encrypted), "{}", told(&inspection));
    }
}

#[test]
fn the_password_in_the_mail_opens_its_attachment() {
    let locked = include_bytes!("../pdf/samples/revision_6_password.pdf");
    let locked = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, locked);
    let named = "Content-Disposition: attachment; filename=a.pdf\r\nContent-Transfer-Encoding: base64";
    let head = format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
        <p>Mật khẩu: <b>\"bí mật\"</b></p>\r\n--b\r\n{named}\r\n\r\n"
    );
    let file = [head.as_bytes(), locked.as_bytes(), b"\r\n--b--\r\n"].concat();
    assert_eq!(holders(&inspected("thu.eml", &file), PAYLOAD), ["a ệ.bin"]);
    // The words of one mail are not those of the next.
    let mailbox = [b"From a\r\n".as_slice(), &file, b"\r\nFrom b\r\n", &mail(named, locked.as_bytes())].concat();
    let inspection = inspected("hop.mbox", &mailbox);
    assert_eq!(holders(&inspection, PAYLOAD), ["a ệ.bin"]);
    assert!(
        inspection
            .not_inspected()
            .any(|(node, reason)| *reason == Reason::Encrypted && node.path.contains("mail 2.eml"))
    );
}

fn field(parameters: &str) -> Vec<u8> {
    format!("------WebKitFormBoundaryA\r\nContent-Disposition: form-data{parameters}\r\n\r\n").into_bytes()
}

#[test]
fn files_of_forms_come_out_byte_for_byte() {
    let form = [
        field("; name=\"note\"").as_slice(),
        "Xin chào\r\n".as_bytes(),
        &field("; name=\"f\"; filename=\"hóa %22đơn.bin\"\r\nContent-Type: application/octet-stream"),
        PAYLOAD,
        b"\r\n",
        &field("; name=\"g\"; filename=\"2.bin\""),
        PAYLOAD,
        b"\r\n------WebKitFormBoundaryA--\r\n",
    ]
    .concat();
    for name in ["upload", "multipart/form-data; boundary=----WebKitFormBoundaryA"] {
        let inspection = inspected(name, &form);
        assert_eq!(holders(&inspection, PAYLOAD), ["hóa \"đơn.bin", "2.bin"], "{}", told(&inspection));
    }
    let cut = inspected("upload", form.get(..form.len() - 30).unwrap());
    assert_eq!(cut.verdict, Verdict::NotInspected);
}

#[test]
fn files_of_invitations_come_out() {
    let (one, two) = BASE64.split_at_checked(20).unwrap();
    let calendar = format!(
        "BEGIN:VCALENDAR\r\nATTACH;FILENAME=\"a:b.bin\";ENCODING=BASE64;VALUE=BINARY:{one}\r\n {two}\r\n\
        ATTACH:data:text/plain;base64,{BASE64}\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(holders(&inspected("hop.ics", calendar.as_bytes()), PAYLOAD), ["a:b.bin", "attach"]);
}

#[test]
fn damage_does_no_harm() {
    survives_damage(
        "a.eml",
        &mail("Content-Disposition: attachment; filename*=utf-8''t\r\nContent-Transfer-Encoding: base64", b"QUJD"),
    );
    survives_damage("a", b"--b\r\nContent-Disposition: form-data; name=a; filename=b\r\n\r\nx\r\n--b--\r\n");
}

#[test]
fn fuzz_changes() {
    let whole = mail(
        "Content-Type: multipart/digest; boundary*0=\"c\"\r\n\r\n--c\r\n\r\nSubject: =?utf-8?B?eA==?= =?x?Q?=30?=\r\n\
        Content-Disposition: attachment; filename*0*=utf-8''a%20; filename*1=b\r\n\
        Content-Transfer-Encoding: quoted-printable",
        b"a=\r\n=41\r\n--c--\r\nbegin 644 x\r\n#0V%T\r\n`\r\nend\r\n",
    );
    bolero::check!().with_type::<Vec<(u16, Vec<u8>)>>().for_each(|changes| {
        let mut file = whole.clone();
        for (place, bytes) in changes {
            let begin = usize::from(*place) % file.len();
            file.splice(begin..(begin + bytes.len()).min(file.len()), bytes.iter().copied());
        }
        inspected("a.eml", &file);
    });
}

#[test]
fn fuzz() {
    bolero::check!().with_type::<(u8, Vec<u8>)>().for_each(|(kind, bytes)| {
        let (name, begin): (&str, &[u8]) = match kind % 6 {
            0 => ("a.eml", b"From: a\r\nTo: b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"),
            1 => ("a.mbox", b"From a\r\nFrom: a\r\nTo: b\r\n\r\n"),
            2 => ("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00"),
            3 => ("a", b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b\"\r\n\r\n"),
            4 => ("a.ics", b"BEGIN:VCALENDAR\r\n"),
            _ => ("a.p7m", b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80"),
        };
        inspected(name, &[begin, bytes.as_slice()].concat());
    });
}
