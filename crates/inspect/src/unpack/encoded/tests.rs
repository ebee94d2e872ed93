use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use expect_test::expect;

use crate::FileType;
use crate::walk::testing::{inspected_as, program, told};

fn inspected(name: &str, text: &str, own: FileType) -> String {
    told(&inspected_as(name, text.as_bytes(), &[own], &[]))
}

#[test]
fn a_program_in_a_text_comes_out() {
    let text = format!("Kính gửi\n\n{}\n", STANDARD.encode(program()));
    expect![[r#"
        a.txt [text] 526
        a.txt › line 3 base64 [pe] 384
        Suspicious file-as-text @0 Line(3): TVoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAAAAFBFAABMAQAAAAAAAAAAAAAAAAAA4AACAQsBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        Blocked program @1 Whole: pe
        Note program-facts @1 Field("header"): EXE, x86, console, 0 sections, 0 functions of 0 libraries
    "#]].assert_eq(&inspected("a.txt", &text, FileType::Text));
}

#[test]
fn a_certificate_that_is_a_program_is_told() {
    let text = format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", STANDARD.encode(program()));
    expect![[r#"
        a.crt [pem] 567
        a.crt › line 1 CERTIFICATE [pe] 384
        Suspicious false-certificate @0 Line(1): -----BEGIN CERTIFICATE-----
        Blocked program @1 Whole: pe
        Note program-facts @1 Field("header"): EXE, x86, console, 0 sections, 0 functions of 0 libraries
    "#]]
    .assert_eq(&inspected("a.crt", &text, FileType::Pem));
}

#[test]
fn keys_are_data() {
    let text = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode([0x30; 400]));
    assert_eq!(inspected("a.key", &text, FileType::Pem), format!("a.key [pem] {}\n", text.len()));
}

#[test]
fn an_encoded_command_comes_out() {
    let wide: Vec<u8> = "Write-Host 'KHIEN-HARMLESS-TEST'".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = format!("powershell -nop -enc {}\r\n", STANDARD.encode(wide));
    let told = inspected("a.bat", &text, FileType::Batch);
    assert!(told.contains("a.bat › line 1 command.ps1"), "{told}");
}

#[test]
fn an_encoded_script_comes_out() {
    let bytes = super::script_encoder::tests::encoded(b"MsgBox \"KHIEN-HARMLESS-TEST\"");
    let told = told(&inspected_as("a.vbe", &bytes, &[FileType::EncodedScript], &[]));
    assert!(told.contains("a.vbe › script.vbs [") && told.contains("] 28"), "{told}");
    let page = [b"<script language=VBScript.Encode>".to_vec(), bytes, b"</script>".to_vec()].concat();
    let told = self::told(&inspected_as("a.hta", &page, &[FileType::Hta], &[]));
    assert!(told.contains("a.hta › script.vbs [") && told.contains("] 28"), "{told}");
}
