//! Workbooks made by code, with what comes of each.

use expect_test::{Expect, expect};

use super::super::encrypted::legacy::Legacy;
use super::super::encrypted::legacy::tests::written as legacy_info;
use super::super::tests::told;
use super::super::writer::Written;
use super::filepass::tests::{turned, xor_pass};
use crate::walk::testing::{inspected_stated, inspected_within};
use crate::{FileType, Verdict};

fn record(id: u16, data: &[u8]) -> Vec<u8> {
    [&id.to_le_bytes()[..], &u16::try_from(data.len()).unwrap().to_le_bytes(), data].concat()
}

fn begin(kind: u16) -> Vec<u8> {
    record(0x0809, &[&0x0600_u16.to_le_bytes()[..], &kind.to_le_bytes(), &[0; 12]].concat())
}

/// `="KHI"&CHAR(69)&"N"` handed to `EXEC`, and what halts.
fn exec_tokens() -> Vec<u8> {
    let text = |text: &str| [&[0x17, u8::try_from(text.len()).unwrap(), 0][..], text.as_bytes()].concat();
    [text("KHI"), vec![0x1E, 69, 0, 0x41, 0x6F, 0, 0x08], text("N"), vec![0x08, 0x42, 1, 0x6E, 0]].concat()
}

fn formula(row: u16, tokens: &[u8]) -> Vec<u8> {
    let length = u16::try_from(tokens.len()).unwrap();
    record(0x0006, &[&row.to_le_bytes()[..], &[0; 18], &length.to_le_bytes(), tokens].concat())
}

/// The stream of a workbook with one sheet of macros; `shown` and `kind` as its list of sheets says; further records stand
/// behind the first.
fn workbook(first: &[u8], shown: u8, kind: u8, tokens: &[u8]) -> Vec<u8> {
    let name = [&[0x21, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1][..], &[0x3A, 0, 0, 0, 0, 0, 0]].concat();
    let mut globals = [begin(5), first.to_vec()].concat();
    let sheet = [&[0, 0, 0, 0, shown, kind, 6, 0][..], b"Macro1"].concat();
    let place = globals.len() + record(0x85, &sheet).len() + record(0x18, &name).len() + record(0x0A, &[]).len();
    let mut sheet = sheet;
    sheet[..4].copy_from_slice(&u32::try_from(place).unwrap().to_le_bytes());
    globals.extend([record(0x85, &sheet), record(0x18, &name), record(0x0A, &[])].concat());
    [
        globals,
        begin(if kind == 1 { 0x40 } else { 0x10 }),
        formula(0, tokens),
        formula(1, &[0x42, 0, 0x36, 0]),
        record(0x0A, &[]),
    ]
    .concat()
}

fn check(stream: &[u8], expected: &Expect) {
    let file = Written::new().stream("Workbook", stream).bytes();
    expected.assert_eq(&told(&inspected_stated(FileType::Xls, "t", &file, &[])));
}

#[test]
fn a_hidden_sheet_of_macros_that_runs_by_itself_is_blocked() {
    check(
        &workbook(&[], 2, 1, &exec_tokens()),
        &expect![[r#"
        blocked
          t [xls] 2560
          t › Workbook [] 171
          t › Workbook macros.txt [text] 70
          Suspicious xlm-macro-sheet {"field":"Workbook"} Macro1
          Suspicious xlm-hidden-sheet {"field":"Workbook"} Macro1
          Suspicious xlm-auto-run {"field":"Workbook"} Auto_Open (hidden)
          Suspicious xlm-dangerous-call {"field":"Macro1!A1"} EXEC("KHIEN")
          Blocked xlm-auto-dangerous {"field":"Macro1!A1"} Auto_Open (hidden); EXEC("KHIEN")
    "#]],
    );
}

#[test]
fn an_ordinary_sheet_is_clean() {
    // A1+1: the name that runs by itself is left out too.
    let sheet = [&[0, 0, 0, 0, 0, 0, 6, 0][..], b"Sheet1"].concat();
    let stream = [
        begin(5),
        record(0x85, &sheet),
        record(0x0A, &[]),
        begin(0x10),
        formula(0, &[0x44, 0, 0, 0, 0, 0x1E, 1, 0, 3]),
    ]
    .concat();
    check(
        &stream,
        &expect![[r#"
        clean
          t [xls] 2560
          t › Workbook [] 97
    "#]],
    );
}

#[test]
fn links_to_programs_are_told() {
    let path = b"cmd\x03/c echo KHIEN-HARMLESS-TEST";
    let book = [&[0, 0, u8::try_from(path.len()).unwrap(), 0, 0][..], path].concat();
    let item = [&[0, 0, 0, 0, 0, 0, 2, 0][..], b"A0"].concat();
    check(
        &[begin(5), record(0x01AE, &book), record(0x23, &item)].concat(),
        &expect![[r#"
            blocked
              t [xls] 2560
              t › Workbook [] 74
              Blocked document-dde-command {"field":"Workbook"} cmd|/c echo KHIEN-HARMLESS-TEST!A0
        "#]],
    );
}

#[test]
fn links_to_other_workbooks_are_no_links_to_programs() {
    let path = b"\x01\x01C\x03so lieu\x03[bao cao.xls]";
    let book = [&[1, 0, u8::try_from(path.len()).unwrap(), 0, 0][..], path].concat();
    let file = Written::new().stream("Workbook", [begin(5), record(0x01AE, &book)].concat()).bytes();
    assert_eq!(inspected_stated(FileType::Xls, "t", &file, &[]).verdict, Verdict::Clean);
}

#[test]
fn encrypted_workbooks_are_opened_with_what_excel_tries() {
    let password = "VelvetSweatshop";
    for bits in [None, Some(40), Some(128)] {
        let info = legacy_info(password, bits);
        let pass = record(0x2F, &[&[1, 0][..], &info].concat());
        let stream = turned(&workbook(&pass, 1, 1, &exec_tokens()), password, Some(&Legacy::read(&info).unwrap()));
        let file = Written::new().stream("Workbook", stream).bytes();
        let inspection = inspected_stated(FileType::Xls, "t", &file, &[]);
        assert_eq!(inspection.verdict, Verdict::Blocked, "{bits:?} {}", told(&inspection));
    }
    let pass = record(0x2F, &xor_pass(password));
    let stream = turned(&workbook(&pass, 1, 1, &exec_tokens()), password, None);
    check(
        &stream,
        &expect![[r#"
        blocked
          t [xls] 2560
          t › Workbook [] 181
          t › Workbook decrypted [] 181
          t › Workbook macros.txt [text] 70
          Note office-known-password {"field":"Workbook"} VelvetSweatshop
          Suspicious xlm-macro-sheet {"field":"Workbook"} Macro1
          Suspicious xlm-hidden-sheet {"field":"Workbook"} Macro1
          Suspicious xlm-auto-run {"field":"Workbook"} Auto_Open (hidden)
          Suspicious xlm-dangerous-call {"field":"Macro1!A1"} EXEC("KHIEN")
          Blocked xlm-auto-dangerous {"field":"Macro1!A1"} Auto_Open (hidden); EXEC("KHIEN")
    "#]],
    );
}

#[test]
fn encrypted_workbooks_without_a_password_are_said_to_be() {
    let info = legacy_info("bí mật", None);
    let pass = record(0x2F, &[&[1, 0][..], &info].concat());
    let stream = turned(&workbook(&pass, 1, 1, &exec_tokens()), "bí mật", Some(&Legacy::read(&info).unwrap()));
    check(
        &stream,
        &expect![[r#"
        not_inspected
          t [xls] 2560
          t › Workbook [] 229
          t › Workbook decrypted [] ?
            ! its content is protected by a password
    "#]],
    );
    let file = Written::new().stream("Workbook", &stream).bytes();
    let opened = inspected_stated(FileType::Xls, "t", &file, &["sai".into(), "bí mật".into()]);
    assert_eq!(opened.verdict, Verdict::Blocked);
    assert!(!told(&opened).contains("bí mật"));
}

/// A record of the binary parts of newer workbooks.
fn record12(id: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = if id < 128 {
        vec![u8::try_from(id).unwrap()]
    } else {
        vec![u8::try_from(id & 0x7F | 0x80).unwrap(), u8::try_from(id >> 7).unwrap()]
    };
    let length = data.len();
    bytes.extend(if length < 128 {
        vec![u8::try_from(length).unwrap()]
    } else {
        vec![u8::try_from(length & 0x7F | 0x80).unwrap(), u8::try_from(length >> 7).unwrap()]
    });
    bytes.extend(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&u32::try_from(units.len() / 2).unwrap().to_le_bytes()[..], &units].concat()
}

#[test]
fn binary_parts_of_newer_workbooks_are_read() {
    let tokens = [&[0x17, 5, 0][..], &wide("KHIEN")[4..], &[0x42, 1, 0x6E, 0]].concat();
    let parsed = [&u32::try_from(tokens.len()).unwrap().to_le_bytes()[..], &tokens, &[0; 4]].concat();
    let cell = [&[2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0][..], &parsed].concat();
    let sheet = [record12(129, &[]), record12(0, &[4, 0, 0, 0]), record12(10, &cell), record12(130, &[])].concat();
    let within = [FileType::Xlsb];
    let inspection = inspected_within(&within, None, "xl/macrosheets/sheet1.bin", &sheet, &[]);
    expect![[r#"
        blocked
          xl/macrosheets/sheet1.bin [] 50
          xl/macrosheets/sheet1.bin › xl/macrosheets/sheet1.bin macros.txt [text] 18
          Blocked xlm-program {"field":"C5"} EXEC("KHIEN")
          Suspicious xlm-macro-sheet {"field":"xl/macrosheets/sheet1.bin"} xl/macrosheets/sheet1.bin
          Suspicious xlm-dangerous-call {"field":"C5"} EXEC("KHIEN")
    "#]]
    .assert_eq(&told(&inspection));
    let reference = [0x3A, 0, 0, 0, 0, 0, 0, 0, 0];
    let name = [
        &[1, 0, 0, 0, 0, 0, 0, 0, 0][..],
        &wide("_xlnm.Auto_Open"),
        &u32::try_from(reference.len()).unwrap().to_le_bytes(),
        &reference[..],
    ]
    .concat();
    let book = [record12(131, &[]), record12(39, &name)].concat();
    expect![[r#"
        suspicious
          xl/workbook.bin [] 61
          xl/workbook.bin › xl/workbook.bin macros.txt [text] 31
          Suspicious xlm-auto-run {"field":"xl/workbook.bin"} _xlnm.Auto_Open
    "#]]
    .assert_eq(&told(&inspected_within(&within, None, "xl/workbook.bin", &book, &[])));
    let plain = [record12(129, &[]), record12(0, &[0; 4]), record12(130, &[])].concat();
    assert_eq!(inspected_within(&within, None, "xl/worksheets/sheet1.bin", &plain, &[]).verdict, Verdict::Clean);
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let part = [&[0x81, 1, 0][..], bytes].concat();
        let _ = inspected_within(&within, None, "xl/macrosheets/a.bin", &part, &[]);
    });
}

#[test]
fn parts_in_xml_are_read() {
    let sheet = "<?xml version=\"1.0\"?><xm:macrosheet xmlns:xm=\"x\"><sheetData><row r=\"1\"><c r=\"A1\"><f>EXEC(&quot;KHIEN&quot;)</f></c>\
                 <c r=\"A2\"><f>HALT()</f></c></row></sheetData></xm:macrosheet>";
    let within = [FileType::Xlsm];
    let part = |bytes: &str| told(&inspected_within(&within, Some(FileType::Xml), "xl/x.xml", bytes.as_bytes(), &[]));
    expect![[r#"
        blocked
          xl/x.xml [xml] 176
          xl/x.xml › xl/x.xml macros.txt [text] 30
          Blocked xlm-program {"field":"A1"} EXEC("KHIEN")
          Suspicious xlm-macro-sheet {"field":"xl/x.xml"} xl/x.xml
          Suspicious xlm-dangerous-call {"field":"A1"} EXEC("KHIEN")
    "#]]
    .assert_eq(&part(sheet));
    let book = "<workbook><definedNames><definedName name=\"_xlnm.Auto_Open\" hidden=\"1\">Macro1!$A$1</definedName></definedNames></workbook>";
    expect![[r#"
        suspicious
          xl/x.xml [xml] 122
          xl/x.xml › xl/x.xml macros.txt [text] 34
          Suspicious xlm-auto-run {"field":"xl/x.xml"} _xlnm.Auto_Open
    "#]]
    .assert_eq(&part(book));
    assert!(
        part("<workbook><definedNames><definedName name=\"Ds\">Sheet1!$A$1</definedName></definedNames></workbook>")
            .starts_with("clean")
    );
}

#[test]
fn tables_of_text_that_run_macros_are_told() {
    let macros = "ID;P\nO;E\nNN;NAuto_open;ER101C1;KOut Flank;F\nC;X1;Y101;K0;EEXEC(\"KHIEN-HARMLESS-TEST\")\nC;X1;Y102;K0;EHALT()\nE\n";
    let table = |text: &str| told(&inspected_stated(FileType::Sylk, "a.slk", text.as_bytes(), &[]));
    expect![[r#"
        blocked
          a.slk [sylk] 109
          a.slk › a.slk macros.txt [text] 52
          Suspicious xlm-macro-sheet {"field":"a.slk"} SYLK
          Suspicious xlm-auto-run {"field":"a.slk"} Auto_open
          Suspicious xlm-dangerous-call {"field":"R101C1"} EXEC("KHIEN-HARMLESS-TEST")
          Blocked xlm-auto-dangerous {"field":"R101C1"} Auto_open; EXEC("KHIEN-HARMLESS-TEST")
    "#]]
    .assert_eq(&table(macros));
    expect![[r#"
        blocked
          a.slk [sylk] 37
          Blocked document-dde-command {"line":2} cmd|'/c echo'!A0
    "#]]
    .assert_eq(&table("ID;P\nC;Y1;X1;K0;E=cmd|'/c echo'!A0\nE\n"));
    assert!(table("ID;PWXL;N;E\nC;Y1;X1;K1\nC;X2;K2;ER[0]C[-1]+1\nE\n").starts_with("clean"));
}

#[test]
fn any_change_of_a_workbook_is_read() {
    let stream = workbook(&record(0x2F, &xor_pass("VelvetSweatshop")), 1, 1, &exec_tokens());
    let plain = workbook(&[], 1, 1, &exec_tokens());
    bolero::check!().with_type::<(bool, Vec<(u16, u8)>)>().for_each(|(encrypted, changes)| {
        let mut changed = if *encrypted { stream.clone() } else { plain.clone() };
        for (place, value) in changes {
            let place = usize::from(*place) % changed.len();
            changed[place] = *value;
        }
        let file = Written::new().stream("Workbook", changed).bytes();
        let _ = inspected_stated(FileType::Xls, "t", &file, &[]);
    });
}

#[test]
fn a_cut_workbook_is_said_to_be() {
    let stream = workbook(&[], 1, 1, &exec_tokens());
    for length in 20..stream.len() {
        let file = Written::new().stream("Workbook", &stream[..length]).bytes();
        let cut = inspected_stated(FileType::Xls, "t", &file, &[]);
        let on_a_border = super::workbook::records(&stream).any(|record| record.place - 4 == length);
        assert!(on_a_border || cut.verdict >= Verdict::NotInspected, "{length}");
    }
}
