//! Lists as people write them, and what is said about their mistakes.

use expect_test::{Expect, expect};
use khien_tables::Table;
use khien_tables::titles::{List, guess};
use khien_texts::Language;
use proptest::prelude::*;

use super::people::{is_address, tidy_name};
use super::*;
use crate::admin::import::known::{KnownDevice, KnownPerson, KnownUnit};
use crate::admin::import::say;
use crate::admin::tests::texts;

fn known() -> Known {
    let unit = |id: &str, name: &str, abbreviation: Option<&str>, parent: Option<&str>| KnownUnit {
        id: id.into(),
        name: name.into(),
        abbreviation: abbreviation.map(Into::into),
        parent: parent.map(Into::into),
        kind: None,
    };
    let person = |id: &str, name: &str, email: Option<&str>, unit: &str| KnownPerson {
        id: id.into(),
        name: name.into(),
        position: Some("Kế toán".into()),
        email: email.map(Into::into),
        unit: Some(unit.into()),
    };
    let device = |id: &str, name: &str, unit: &str, holder: Option<&str>| KnownDevice {
        id: id.into(),
        name: name.into(),
        unit: Some(unit.into()),
        holder: holder.map(Into::into),
    };
    Known {
        units: vec![
            unit("tinh", "THADS tỉnh Ví Dụ", Some("THADS"), None),
            unit("vp", "Văn phòng", Some("VP"), Some("tinh")),
            unit("kv1", "Phòng THADS khu vực 1", Some("KV1"), Some("tinh")),
        ],
        people: vec![
            person("an", "Nguyễn Văn An", Some("nvan@example.vn"), "vp"),
            person("binh1", "Trần Thị Bình", None, "vp"),
            person("binh2", "Trần Thị Bình", None, "kv1"),
        ],
        devices: vec![
            device("d1", "PC-01", "vp", Some("an")),
            device("d2", "PC-02", "vp", None),
            device("d3", "PC-02", "kv1", None),
        ],
    }
}

fn table(text: &str) -> Table {
    khien_tables::read(text.as_bytes()).expect("a list")
}

fn planned(kind: Kind, text: &str) -> Plan {
    let table = table(text);
    let list = List::new(&table, kind.fields()).expect("titles");
    plan(kind, &list, &guess(&list.titles, kind.fields()), &known())
}

fn shown(plan: &Plan, kind: Kind) -> String {
    let texts = texts(Language::Vi);
    let mut page = String::new();
    for step in &plan.steps {
        let what = step.id.as_ref().map_or_else(|| "mới".to_owned(), |id| format!("sửa {id}"));
        page.push_str(&format!("{} {what}: {}\n", step.row, step.name));
        for Difference { field, before, after } in &step.differences {
            page.push_str(&format!("    {}: {before} → {after}\n", say::field(kind, field, &texts)));
        }
    }
    for problem in &plan.problems {
        let said = say::row_problem(problem, &texts);
        page.push_str(&format!(
            "{} ({}): {} {}\n",
            say::place(problem),
            say::field(kind, problem.field, &texts),
            said.what,
            said.todo
        ));
    }
    page.push_str(&format!("không đổi: {}, lỗi: {}\n", plan.unchanged, plan.problem_count));
    page
}

#[track_caller]
fn assert_plan(kind: Kind, text: &str, expected: &Expect) {
    expected.assert_eq(&shown(&planned(kind, text), kind));
}

#[test]
fn people_are_added_changed_and_left_alone() {
    assert_plan(
        Kind::People,
        "TT;Họ và tên;Thư điện tử;Chức vụ;Đơn vị\n\
         1;Nguyễn Văn An;NVAn@example.vn;Chấp hành viên;KV1\n\
         2;Trần Thị Bình;;;van phong\n\
         3;ÔNG LÊ VĂN CƯỜNG;lvcuong@example.vn;;Văn phòng\n\
         4;Nguyễn Văn An;nvan2@example.vn;;Văn phòng\n\
         5;Trần Thị Bình;ttbinh@example.vn;Kế toán;KV1\n",
        &expect![[r#"
            2 sửa an: Nguyễn Văn An
                Chức vụ: Kế toán → Chấp hành viên
                Đơn vị: Văn phòng → Phòng THADS khu vực 1
            4 mới: Lê Văn Cường
                Họ và tên:  → Lê Văn Cường
                Thư điện tử:  → lvcuong@example.vn
                Đơn vị:  → Văn phòng
            5 mới: Nguyễn Văn An
                Họ và tên:  → Nguyễn Văn An
                Thư điện tử:  → nvan2@example.vn
                Đơn vị:  → Văn phòng
            6 sửa binh2: Trần Thị Bình
                Thư điện tử:  → ttbinh@example.vn
            không đổi: 1, lỗi: 0
        "#]],
    );
}

#[test]
fn mistakes_in_a_list_of_people_are_told_row_by_row() {
    assert_plan(
        Kind::People,
        "Họ và tên;Thư điện tử;Chức vụ;Đơn vị\n\
         ;x@example.vn;;VP\n\
         Lê Hà;không có;;VP\n\
         Lê Hà;;;Văn phòngg\n\
         Lê Hà;;;Kế toán\n\
         Trần Thị Bình;;;\n\
         Đỗ Tú;dotu@example.vn;#REF!;VP\n\
         Đỗ Tú;DOTU@example.vn;;VP\n\
         Bùi Ấn;buian@example.vn;;VP\n\
         Bùi Ấn;buian@EXAMPLE.vn;;VP\n",
        &expect![[r#"
            8 mới: Đỗ Tú
                Họ và tên:  → Đỗ Tú
                Thư điện tử:  → dotu@example.vn
                Đơn vị:  → Văn phòng
            9 mới: Bùi Ấn
                Họ và tên:  → Bùi Ấn
                Thư điện tử:  → buian@example.vn
                Đơn vị:  → Văn phòng
            A2 (Họ và tên): Ô này đang để trống. Hãy điền vào, hoặc xóa cả dòng nếu không dùng.
            B3 (Thư điện tử): “không có” không phải là địa chỉ thư điện tử. Hãy viết đầy đủ, ví dụ nvan@moj.gov.vn; nếu chưa có thì để trống.
            D4 (Đơn vị): Không có đơn vị nào tên là “Văn phòngg”. Có phải là “Văn phòng” không? Hãy sửa lại trong bảng tính.
            D5 (Đơn vị): Không có đơn vị nào tên là “Kế toán”. Hãy viết theo tên hoặc tên viết tắt trong cây đơn vị, hoặc lập đơn vị trước.
            A6 (Họ và tên): Đã có 2 người tên “Trần Thị Bình”, không rõ là ai. Hãy ghi địa chỉ thư điện tử để phân biệt.
            C7 (Chức vụ): Bảng tính báo lỗi #REF! ở ô này. Hãy sửa công thức hoặc gõ thẳng giá trị vào ô.
            B10 (Thư điện tử): Dòng này lặp lại dòng 9. Hãy xóa một trong hai dòng, hoặc ghi thêm để phân biệt (thư điện tử, đơn vị).
            không đổi: 0, lỗi: 7
        "#]],
    );
}

#[test]
fn devices_find_their_units_and_users() {
    assert_plan(
        Kind::Devices,
        "Tên máy,Đơn vị,Người sử dụng\n\
         pc-01,Văn phòng,nvan@example.vn\n\
         PC-02,KV1,Nguyễn Văn An\n\
         PC-03,Văn phòng,\n\
         PC-02,,\n\
         PC-04,Văn phòng,nvann@example.vn\n\
         PC-05,Văn phòng,Trần Thị Bình\n\
         PC-06,Văn phòng,Nguyễn Văn Anh\n\
         Máy bà Hoa,Văn phòng,\n\
         pc-03,KV1,\n",
        &expect![[r#"
            3 sửa d3: PC-02
                Người sử dụng:  → Nguyễn Văn An
            4 mới: PC-03
                Tên máy:  → PC-03
                Đơn vị:  → Văn phòng
            A5 (Tên máy): Dòng này lặp lại dòng 3. Hãy xóa một trong hai dòng, hoặc ghi thêm để phân biệt (thư điện tử, đơn vị).
            C6 (Người sử dụng): Không có ai tên hoặc có hộp thư là “nvann@example.vn”. Có phải là “nvan@example.vn” không? Hãy sửa lại trong bảng tính.
            C7 (Người sử dụng): Có 2 người cùng tên “Trần Thị Bình”. Hãy dùng địa chỉ thư điện tử thay cho họ tên.
            C8 (Người sử dụng): Không có ai tên hoặc có hộp thư là “Nguyễn Văn Anh”. Có phải là “Nguyễn Văn An” không? Hãy sửa lại trong bảng tính.
            A9 (Tên máy): “Máy bà Hoa” không phải là tên máy tính. Tên máy chỉ gồm chữ không dấu, chữ số, gạch nối; xem tại Cài đặt › Hệ thống › Giới thiệu.
            A10 (Tên máy): Dòng này lặp lại dòng 4. Hãy xóa một trong hai dòng, hoặc ghi thêm để phân biệt (thư điện tử, đơn vị).
            không đổi: 1, lỗi: 6
        "#]],
    );
}

#[test]
fn units_stand_behind_their_parents() {
    assert_plan(
        Kind::Units,
        "Tên đơn vị,Viết tắt,Đơn vị cấp trên,Loại\n\
         Tổ 1,,KV2,tổ\n\
         Phòng THADS khu vực 2,KV2,THADS,phòng\n\
         Văn phòng,VPT,THADS tỉnh Ví Dụ,\n\
         Văn phòng,,Phòng THADS khu vực 2,\n\
         Phòng THADS khu vực 1,KV1,THADS,\n",
        &expect![[r#"
            3 mới: Phòng THADS khu vực 2
                Tên đơn vị:  → Phòng THADS khu vực 2
                Viết tắt:  → KV2
                Loại:  → phòng
                Đơn vị cấp trên:  → THADS tỉnh Ví Dụ
            4 sửa vp: Văn phòng
                Viết tắt: VP → VPT
            2 mới: Tổ 1
                Tên đơn vị:  → Tổ 1
                Loại:  → tổ
                Đơn vị cấp trên:  → Phòng THADS khu vực 2
            5 mới: Văn phòng
                Tên đơn vị:  → Văn phòng
                Đơn vị cấp trên:  → Phòng THADS khu vực 2
            không đổi: 1, lỗi: 0
        "#]],
    );
    assert_plan(
        Kind::Units,
        "Tên đơn vị,Đơn vị cấp trên\n\
         A,B\n\
         B,C\n\
         C,A\n\
         D,THADS tỉnh Ví Du\n\
         D,THADS tỉnh Ví Du\n\
         E,Cục nào đó\n",
        &expect![[r#"
            5 mới: D
                Tên đơn vị:  → D
                Đơn vị cấp trên:  → THADS tỉnh Ví Dụ
            A6 (Tên đơn vị): Dòng này lặp lại dòng 5. Hãy xóa một trong hai dòng, hoặc ghi thêm để phân biệt (thư điện tử, đơn vị).
            B7 (Đơn vị cấp trên): Không có đơn vị nào tên là “Cục nào đó”. Hãy viết theo tên hoặc tên viết tắt trong cây đơn vị, hoặc lập đơn vị trước.
            B2 (Đơn vị cấp trên): Các đơn vị trực thuộc lẫn nhau thành vòng tròn. Hãy sửa cột đơn vị cấp trên.
            B3 (Đơn vị cấp trên): Các đơn vị trực thuộc lẫn nhau thành vòng tròn. Hãy sửa cột đơn vị cấp trên.
            B4 (Đơn vị cấp trên): Các đơn vị trực thuộc lẫn nhau thành vòng tròn. Hãy sửa cột đơn vị cấp trên.
            không đổi: 0, lỗi: 5
        "#]],
    );
}

#[test]
fn a_list_that_was_carried_out_changes_nothing() {
    let plan =
        planned(Kind::People, "Họ và tên;Thư điện tử;Chức vụ;Đơn vị\nNguyễn Văn An;nvan@example.vn;Kế toán;VP\n");
    assert_eq!((plan.steps.len(), plan.unchanged, plan.problem_count), (0, 1, 0));
}

#[test]
fn many_mistakes_are_counted_and_the_first_are_listed() {
    let rows = "Lê Hà;x;\n".repeat(MAX_PROBLEMS + 5);
    let plan = planned(Kind::People, &format!("Họ và tên;Thư điện tử;Đơn vị\n{rows}"));
    assert_eq!((plan.problems.len(), plan.problem_count), (MAX_PROBLEMS, MAX_PROBLEMS + 5));
}

#[test]
fn names_are_written_as_names() {
    let cases = [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("Ông Nguyễn Văn An", "Nguyễn Văn An"),
        ("Đ/c Trần Bình", "Trần Bình"),
        ("Đồng chí Trần Bình", "Trần Bình"),
        ("BÀ: LÊ THỊ HÀ", "Lê Thị Hà"),
        ("Ông Văn", "Ông Văn"),
        ("H'Hen Niê", "H'Hen Niê"),
        ("Anh Đức Minh", "Anh Đức Minh"),
        ("đỗ thị mai", "đỗ thị mai"),
    ];
    for (written, expected) in cases {
        assert_eq!(tidy_name(written), expected);
    }
}

#[test]
fn addresses_have_the_form_of_addresses() {
    for good in ["nvan@moj.gov.vn", "a.b-c_d+e@x-y.vn"] {
        assert!(is_address(good), "{good}");
    }
    for bad in
        ["", "@", "a@", "@b.vn", "a@b", "a b@c.vn", "a@b..vn", "a@-b.vn", "a@b.vn\n", "a@b@c.vn", ".a@b.vn", "ă@b.vn"]
    {
        assert!(!is_address(bad), "{bad}");
    }
}

proptest! {
    #[test]
    fn every_row_is_counted_once(rows in prop::collection::vec("(Lê Hà|A|);(x@y\\.vn|z|);(VP|KV1|B|)", 0..20)) {
        for kind in Kind::ALL {
            let title = match kind {
                Kind::People => "Họ và tên;Thư điện tử;Đơn vị",
                Kind::Devices => "Tên máy;Người sử dụng;Đơn vị",
                Kind::Units => "Tên đơn vị;Viết tắt;Đơn vị cấp trên",
                Kind::Accounts => "Tên đăng nhập;Thư điện tử;Họ và tên",
            };
            let filled = rows.iter().filter(|row| row.as_str() != ";;").count();
            let plan = planned(kind, &format!("{title}\n{}\n", rows.join("\n")));
            let wrong: std::collections::BTreeSet<u32> = plan.problems.iter().map(|problem| problem.row).collect();
            prop_assert_eq!(plan.steps.len() + plan.accounts.len() + plan.unchanged + wrong.len(), filled);
        }
    }
}
