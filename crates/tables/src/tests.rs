//! Files as Excel, LibreOffice and hostile hands write them.

use std::io::{Cursor, Write as _};

use expect_test::expect;
use khien_texts::{Language, Texts};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::*;

const LIST: Limits = Limits::LIST;

fn texts(language: Language) -> Texts {
    Texts::new(language, &[say::source(language)])
}

fn shown(table: &Table) -> String {
    table.rows.iter().map(|row| format!("{}: {}\n", row.number, row.cells.join(" | "))).collect()
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    format!("{mark}{text}").encode_utf16().flat_map(unit).collect()
}

#[test]
fn text_is_read_in_every_form_that_excel_writes() {
    let semicolons = "Họ và tên;Đơn vị\r\nNguyễn Văn An;Văn phòng\r\n";
    let decomposed = "Ho\u{323} va\u{300} te\u{302}n;\u{110}o\u{31b}n vi\u{323}\nNguye\u{302}\u{303}n Va\u{306}n An;Va\u{306}n pho\u{300}ng\n";
    let commas = "Họ và tên,Đơn vị\nNguyễn Văn An,Văn phòng\n";
    let tabs = "Họ và tên\tĐơn vị\nNguyễn Văn An\tVăn phòng\n";
    let files: [Vec<u8>; 9] = [
        semicolons.into(),
        format!("\u{feff}{semicolons}").into(),
        format!("sep=;\r\n{semicolons}").into(),
        decomposed.into(),
        commas.into(),
        utf16(tabs, u16::to_le_bytes, true),
        utf16(tabs, u16::to_be_bytes, true),
        utf16(tabs, u16::to_le_bytes, false),
        utf16(tabs, u16::to_be_bytes, false),
    ];
    for (place, file) in files.iter().enumerate() {
        let table = read(file).unwrap_or_else(|problem| panic!("file {place}: {problem:?}"));
        assert_eq!(shown(&table), "1: Họ và tên | Đơn vị\n2: Nguyễn Văn An | Văn phòng\n", "file {place}");
    }
}

#[test]
fn rows_have_the_numbers_of_the_spreadsheet() {
    let text = "Tên,Ghi chú\n\n\"Nguyễn\nVăn An\",\"a, b\"\n,,\nTrần Bình,\"\"\"x\"\"\"\n";
    expect![[r#"
        1: Tên | Ghi chú
        3: Nguyễn Văn An | a, b
        5: Trần Bình | "x"
    "#]]
    .assert_eq(&shown(&read(text.as_bytes()).expect("a list")));
}

#[test]
fn a_workbook_is_read_as_it_is_seen() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Trống").expect("a name");
    let sheet = workbook.add_worksheet();
    sheet.set_name("Công chức").expect("a name");
    sheet.write_string(2, 1, "Họ  và\u{a0}tên ").expect("a cell");
    sheet.write_number(3, 0, 1).expect("a cell");
    sheet.write_string(3, 1, "Nguye\u{302}\u{303}n Va\u{306}n An").expect("a cell");
    sheet.write_number(3, 2, 0.5).expect("a cell");
    let day = ExcelDateTime::from_ymd(2026, 7, 1).expect("a day");
    sheet.write_datetime_with_format(4, 3, &day, &Format::new().set_num_format("dd/mm/yyyy")).expect("a cell");
    sheet.write_boolean(9, 0, true).expect("a cell");
    let table = read(&workbook.save_to_buffer().expect("a workbook")).expect("a list");
    assert_eq!(table.sheet.as_deref(), Some("Công chức"));
    expect![[r#"
        3:  | Họ và tên
        4: 1 | Nguyễn Văn An | 0.5
        5:  |  |  | 01/07/2026
        10: TRUE
    "#]]
    .assert_eq(&shown(&table));
}

/// A workbook whose last cell stands at the end of the sheet: a dense copy of it would not fit into memory.
#[test]
fn cells_far_away_cost_nothing() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Họ tên").expect("a cell");
    sheet.write_string(1_048_575, 0, "Cuối").expect("a cell");
    let table = read(&workbook.save_to_buffer().expect("a workbook")).expect("a list");
    assert_eq!(shown(&table), "1: Họ tên\n1048576: Cuối\n");
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("a part");
        writer.write_all(content).expect("a part");
    }
    writer.finish().expect("an archive").into_inner()
}

/// Sixty-four mebibytes and one byte of zeros: some kilobytes to send.
fn bomb() -> Vec<u8> {
    let half = vec![0; usize::try_from(LIST.unpacked_bytes / 2).expect("it fits")];
    let parts: [(&str, &[u8]); 3] = [("xl/workbook.xml", &half), ("xl/worksheets/sheet1.xml", &half), ("one", b"0")];
    archive(&parts)
}

fn many_parts() -> Vec<u8> {
    let names: Vec<String> = (0..=LIST.parts).map(|number| number.to_string()).collect();
    archive(&names.iter().map(|name| (name.as_str(), &b""[..])).collect::<Vec<_>>())
}

#[test]
fn what_cannot_be_read_is_refused_with_what_to_do() {
    let windows_1258 = b"H\xf2 t\xean,\xd0on v\xf2\nNguy\xean,V\xe3n phong\n";
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("empty", vec![]),
        ("blank", b"\r\n ; ;\n\n".to_vec()),
        ("too large", vec![b'a'; usize::try_from(LIST.file_bytes).expect("it fits") + 1]),
        ("a bomb", bomb()),
        ("many parts", many_parts()),
        ("rows", "a\n".repeat(LIST.rows as usize + 1).into()),
        ("columns", format!("a{}b\n", ",".repeat(LIST.columns)).into()),
        ("a cell", format!("Họ tên,b\nx,{}\n", "ư".repeat(LIST.cell_letters + 1)).into()),
        ("old Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec()),
        ("half a workbook", archive(&[("xl/workbook.xml", b"<workbook")])),
        ("cut off", bomb().get(..100).expect("some bytes").to_vec()),
        ("a picture", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR".to_vec()),
        ("a code page", windows_1258.to_vec()),
        ("lost letters", "Họ tên;Đơn vị\nNguy?n V?n An;V?n phòng\nTr?n Bình;Phòng k? toán\nL? Hà;T? 1\n".into()),
        ("an old font", "Ägypten;Øre;Þing\n".into()),
        (
            "OpenDocument",
            archive(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", b"")]),
        ),
        ("binary", archive(&[("xl/workbook.bin", b"")])),
        (
            "a password",
            [&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"[..], &utf16("EncryptedPackage", u16::to_le_bytes, false)].concat(),
        ),
    ];
    let texts = texts(Language::Vi);
    let mut page = String::new();
    for (name, bytes) in cases {
        let problem = read(&bytes).expect_err(name);
        let said = say::file_problem(&problem, &texts);
        page.push_str(&format!("{name}: {}\n    {}\n", said.what, said.todo));
    }
    expect![[r#"
        empty: Tệp không có dòng nào.
            Hãy kiểm tra đã chọn đúng tệp và danh sách nằm ở trang tính đầu tiên.
        blank: Tệp không có dòng nào.
            Hãy kiểm tra đã chọn đúng tệp và danh sách nằm ở trang tính đầu tiên.
        too large: Tệp lớn hơn 8 MB.
            Hãy chia danh sách thành nhiều tệp nhỏ hơn và nhập lần lượt.
        a bomb: Tệp bung ra lớn hơn 64 MB hoặc có quá nhiều thành phần.
            Hãy chép phần danh sách sang một bảng tính mới, không kèm hình ảnh hay trang khác, rồi tải lên lại.
        many parts: Tệp bung ra lớn hơn 64 MB hoặc có quá nhiều thành phần.
            Hãy chép phần danh sách sang một bảng tính mới, không kèm hình ảnh hay trang khác, rồi tải lên lại.
        rows: Tệp có hơn 10000 dòng.
            Hãy chia danh sách thành nhiều tệp nhỏ hơn và nhập lần lượt.
        columns: Dòng 1 có hơn 64 cột.
            Hãy chép phần danh sách sang một bảng tính mới, không kèm hình ảnh hay trang khác, rồi tải lên lại.
        a cell: Ô B2 dài hơn 1000 ký tự.
            Hãy rút gọn nội dung ô đó; danh sách chỉ cần những cột được hỏi.
        old Excel: Đây là tệp Excel kiểu cũ (.xls).
            Hãy mở bằng Excel hoặc LibreOffice, chọn “Lưu thành” và chọn kiểu .xlsx, rồi tải lên lại.
        half a workbook: Tệp có dạng .xlsx nhưng bị hỏng, không mở được.
            Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại thành .xlsx rồi tải lên lại.
        cut off: Tệp có dạng .xlsx nhưng bị hỏng, không mở được.
            Hãy mở tệp bằng Excel hoặc LibreOffice, lưu lại thành .xlsx rồi tải lên lại.
        a picture: Đây không phải là danh sách .xlsx hoặc .csv.
            Hãy chọn đúng tệp .xlsx hoặc .csv.
        a code page: Tệp .csv này không dùng bảng mã Unicode, chữ tiếng Việt sẽ bị sai.
            Trong Excel, chọn “Lưu thành”, kiểu “CSV UTF-8”, hoặc lưu thành .xlsx rồi tải lên lại.
        lost letters: Chữ có dấu đã bị thay bằng dấu hỏi khi lưu tệp, ví dụ ở dòng 2: “Nguy?n V?n An”.
            Trong Excel, chọn “Lưu thành”, kiểu “CSV UTF-8”, hoặc lưu thành .xlsx rồi tải lên lại.
        an old font: Tệp dùng phông chữ cũ nhưng không rõ là TCVN3 hay VNI, ví dụ ở dòng 1: “Ägypten”.
            Hãy chuyển mã sang Unicode (UniKey: bấm Ctrl+Shift+F6, chọn bảng mã nguồn TCVN3 hoặc VNI, bảng mã đích Unicode), rồi tải lên lại.
        OpenDocument: Đây là bảng tính nhưng không phải kiểu .xlsx.
            Hãy mở bằng Excel hoặc LibreOffice, chọn “Lưu thành” và chọn kiểu .xlsx, rồi tải lên lại.
        binary: Đây là bảng tính nhưng không phải kiểu .xlsx.
            Hãy mở bằng Excel hoặc LibreOffice, chọn “Lưu thành” và chọn kiểu .xlsx, rồi tải lên lại.
        a password: Tệp được đặt mật khẩu nên không đọc được.
            Hãy mở tệp bằng Excel hoặc LibreOffice, gõ mật khẩu, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ sổ làm việc › Mã hóa bằng mật khẩu, để trống), lưu lại rồi tải lên.
    "#]].assert_eq(&page);
}

#[test]
fn old_fonts_are_converted_and_the_conversion_is_shown() {
    // As Excel saves a list in `.VnTime`: one byte for each letter, the soft hyphen among them.
    let latin = |text: &str| -> Vec<u8> {
        text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a byte")).collect()
    };
    let tcvn3 = "Hä vµ tªn;§¬n vÞ\nNguyÔn V¨n An;Tr\u{ad}ëng phßng\n";
    let vni = "Hoï vaø teân;Ñôn vò\nNguyeãn Vaên An;Tröôûng phoøng\n";
    for (file, font) in
        [(latin(tcvn3), Font::Tcvn3), (tcvn3.into(), Font::Tcvn3), (latin(vni), Font::Vni), (vni.into(), Font::Vni)]
    {
        let table = read(&file).expect("a list");
        assert_eq!(shown(&table), "1: Họ và tên | Đơn vị\n2: Nguyễn Văn An | Trưởng phòng\n");
        let converted = table.converted.expect("a conversion");
        assert_eq!((converted.font, converted.row, converted.column), (font, 1, 0));
        let said = say::conversion(&converted, &texts(Language::Vi));
        assert!(said.contains("A1") && said.contains("Họ và tên"), "{said}");
    }
}

#[test]
fn merged_cells_show_their_text_in_every_place() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = Format::new();
    sheet.merge_range(0, 0, 0, 15, "DANH SÁCH", &format).expect("a heading");
    sheet.merge_range(1, 0, 2, 0, "Đơn vị", &format).expect("a title");
    sheet.merge_range(1, 1, 1, 2, "Quyết định", &format).expect("a title");
    sheet.write_string(2, 1, "Số").expect("a cell");
    sheet.write_string(2, 2, "Ngày").expect("a cell");
    sheet.merge_range(3, 0, 4, 0, "KV1", &format).expect("a unit");
    sheet.write_string(3, 1, "1").expect("a cell");
    sheet.write_string(4, 1, "2").expect("a cell");
    let table = read(&workbook.save_to_buffer().expect("a workbook")).expect("a list");
    expect![[r#"
        1: DANH SÁCH
        2: Đơn vị | Quyết định | Quyết định
        3: Đơn vị | Số | Ngày
        4: KV1 | 1
        5: KV1 | 2
    "#]]
    .assert_eq(&shown(&table));
}

#[test]
fn a_formula_counts_with_the_value_that_was_stored() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_formula(0, 0, rust_xlsxwriter::Formula::new("=1+1").set_result("2")).expect("a cell");
    let table = read(&workbook.save_to_buffer().expect("a workbook")).expect("a list");
    assert_eq!(shown(&table), "1: 2\n");
}

/// A file of half a gigabyte that takes no room on the disk: it is refused by its size, before anything of it is read.
#[test]
fn half_a_gigabyte_is_refused_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("danh-sach.xlsx");
    let file = std::fs::File::create(&path).expect("a file");
    file.set_len(500 * 1024 * 1024).expect("a sparse file");
    let opened = Spreadsheet::open(std::fs::File::open(&path).expect("a file"), Limits::CASES);
    assert_eq!(opened.err(), Some(FileProblem::TooLarge { most: Limits::CASES.file_bytes }));
}

/// The part with the macros is measured like every other and never opened.
#[test]
fn a_workbook_with_macros_is_read_and_its_macros_are_not() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().write_string(0, 0, "Số thụ lý").expect("a cell");
    let plain = workbook.save_to_buffer().expect("a workbook");
    let mut with_macros = zip::ZipWriter::new_append(Cursor::new(plain)).expect("an archive");
    with_macros
        .start_file("xl/vbaProject.bin", zip::write::SimpleFileOptions::default())
        .and_then(|()| Ok(with_macros.write_all(b"\xd0\xcf\x11\xe0 Sub Auto_Open()")?))
        .expect("a part");
    let bytes = with_macros.finish().expect("an archive").into_inner();
    assert_eq!(shown(&read(&bytes).expect("a list")), "1: Số thụ lý\n");
}

#[test]
fn the_bounds_themselves_are_allowed() {
    let row = |cells: usize| vec!["a"; cells].join(",");
    let rows = format!("{}\n", row(2)).repeat(LIST.rows as usize);
    assert_eq!(read(rows.as_bytes()).expect("a list").rows.len(), LIST.rows as usize);
    assert_eq!(read(row(LIST.columns).as_bytes()).expect("a list").rows[0].cells.len(), LIST.columns);
    let long = "ư".repeat(LIST.cell_letters);
    assert_eq!(read(long.as_bytes()).expect("a list").rows[0].cell(0), long);
}

#[test]
fn foreign_names_and_questions_are_no_lost_letters() {
    let list = "Họ và tên;Ghi chú\nJürgen Müller;Có phải máy cũ?\nFrançois Noël;https://vi.du/?a=b\nNguyễn Văn An;Đúng\nTrần Bình;Đủ\n\
                Lê Hà;Tổ 1\nĐỗ Tú;Tổ 2\nBùi Ấn;Tổ 3\n";
    assert_eq!(read(list.as_bytes()).expect("a list").rows.len(), 8);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(\"|;|,|\t|\n|\r|sep=|[aăđ?ưN ]|\\PC){0,200}") {
        if let Ok(table) = read(text.as_bytes()) {
            prop_assert!(table.rows.iter().all(|row| row.cells.last().is_some_and(|last| !last.is_empty())));
            prop_assert!(table.rows.windows(2).all(|pair| pair[0].number < pair[1].number));
        }
    }

    #[test]
    fn no_damage_to_a_workbook_makes_it_panic(at in 0..4_000_usize, byte in any::<u8>(), cut in 0..4_000_usize) {
        let mut workbook = Workbook::new();
        workbook.add_worksheet().write_string(0, 0, "Họ tên").expect("a cell");
        let mut bytes = workbook.save_to_buffer().expect("a workbook");
        if let Some(damaged) = bytes.get_mut(at) {
            *damaged = byte;
        }
        bytes.truncate(bytes.len().saturating_sub(cut / 40));
        let _ = read(&bytes);
    }

    #[test]
    fn no_sheet_makes_it_panic(sheet in "(<row>|<row r=\"[0-9]{1,12}\">|<c r=\"[A-Z]{1,5}[0-9]{1,9}\">|<c t=\"[a-z]{1,4}\">|<v>[0-9]{1,6}</v>|<is><t>a</t></is>|</c>|</row>|&[a-z]{1,3};){0,20}") {
        let sheet = format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>");
        let bytes = archive(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("_rels/.rels", b"<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
            ("xl/workbook.xml", b"<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"),
            ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ]);
        let _ = read(&bytes);
    }
}
