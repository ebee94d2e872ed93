//! The letters, as they are printed.

use std::fmt::Write as _;

use expect_test::expect_file;
use khien_incidents::letters::SenderPart;
use khien_incidents::{
    FactSheet, IncidentKind, Letter, LetterKind, Part, Progress, Sender, Severity, Step, YesNo, letter, say,
};
use khien_texts::{Language, Texts};

use crate::{act, at, sheet};

const GAP: &str = "……………";

fn texts() -> Texts {
    Texts::new(Language::Vi, &[say::source(Language::Vi)])
}

fn whole() -> FactSheet {
    FactSheet {
        discovered_how: Some("Công chức mở tệp thấy thư đòi tiền".into()),
        started_at: Some(at("2026-11-21T03:10:00+07:00")),
        kind: Some(IncidentKind::Ransomware),
        severity: Some(Severity::Serious),
        units: Some("Phòng THADS khu vực 3".into()),
        personal_data: Some(YesNo::Yes),
        data: Some("Hồ sơ 20 việc thi hành án".into()),
        impact: Some("01 máy tính; thư mục dùng chung của phòng".into()),
        cause: Some("Mở tệp đính kèm trong thư giả mạo".into()),
        done: Some("09:05 rút dây mạng\n09:40 đổi mật khẩu tài khoản".into()),
        planned: Some("Khôi phục từ bản sao lưu ngày 20/11/2026".into()),
        progress: Some(Progress::Resolved),
        ended_at: Some(at("2026-11-22T16:00:00+07:00")),
        contact: Some("Lê Văn Cường, đầu mối CNTT, 0912 000 000".into()),
        ..sheet()
    }
}

fn sender() -> Sender {
    Sender {
        parent: Some("Cục Quản lý Thi hành án dân sự".into()),
        issuer: Some("Thi hành án dân sự tỉnh Ví Dụ".into()),
        place: Some("Ví Dụ".into()),
        receivers: vec!["Cục Quản lý Thi hành án dân sự".into(), "Cục Công nghệ thông tin, Bộ Tư pháp".into()],
        post: Some("Trưởng Thi hành án dân sự".into()),
        signer: Some("Nguyễn Văn An".into()),
    }
}

/// The letter as lines, a gap as dots.
fn written(letter: &Letter) -> String {
    let gap = |value: &Option<String>| value.clone().unwrap_or_else(|| GAP.to_owned());
    let mut text = format!("{}\n{}\nSố: {GAP}\nV/v {}\n", gap(&letter.parent), gap(&letter.issuer), letter.about);
    let _ = writeln!(text, "{}, {}", gap(&letter.place), letter.day);
    let receivers = if letter.receivers.is_empty() { GAP.to_owned() } else { letter.receivers.join("; ") };
    let (beginning, issuer, end) = &letter.opening;
    let _ = writeln!(text, "Kính gửi: {receivers}\n{beginning}{}{end}", gap(issuer));
    for (number, (name, value)) in letter.items.iter().enumerate() {
        let _ = writeln!(text, "{}. {name}: {}", number + 1, gap(value));
    }
    for report in &letter.reports {
        let _ = writeln!(text, "- {report}");
    }
    let _ = writeln!(text, "Nơi nhận: {}\n{}\n{}", letter.copies.join("; "), gap(&letter.post), gap(&letter.signer));
    let missing: Vec<String> = letter.missing.iter().map(|missing| say::missing(*missing, &texts())).collect();
    let _ = writeln!(text, "[thiếu: {}]", missing.join(", "));
    text
}

fn letter_of(kind: LetterKind, sheet: &FactSheet, sender: &Sender) -> Letter {
    let directive = khien_content::shipped("thads-2026").expect("it ships").directive;
    let mut acts = vec![
        act(0, Step::FirstNotice, "2026-11-21T20:00:00+07:00"),
        act(1, Step::FocalOfficer, "2026-11-21T09:05:00+07:00"),
        act(2, Step::Office, "2026-11-21T09:30:00+07:00"),
    ];
    acts[2].withdrawn_at = Some(at("2026-11-21T10:00:00+07:00"));
    letter(kind, sheet, &acts, sender, Some(&directive), &texts(), at("2026-11-23T08:00:00+07:00"))
}

#[test]
fn a_whole_sheet_makes_whole_letters() {
    for kind in LetterKind::ALL {
        let letter = letter_of(*kind, &whole(), &sender());
        assert_eq!(letter.missing, [], "{kind}");
        expect_file![format!("letters/{kind}.txt")].assert_eq(&written(&letter));
    }
}

#[test]
fn what_is_not_known_is_a_gap_and_is_named() {
    let letter = letter_of(LetterKind::Detailed, &sheet(), &Sender::default());
    expect_file!["letters/gaps.txt"].assert_eq(&written(&letter));
    // What is only as yet unfinished is missing in the last letter alone.
    let unfinished = FactSheet { progress: Some(Progress::Contained), ..whole() };
    let missing = |kind| letter_of(kind, &unfinished, &sender()).missing;
    assert_eq!(missing(LetterKind::Detailed), []);
    assert_eq!(missing(LetterKind::Closing), [khien_incidents::letters::Missing::Sheet(Part::Progress)]);
    let nobody = Sender { signer: None, ..sender() };
    let letter = letter_of(LetterKind::First, &whole(), &nobody);
    assert_eq!(letter.missing, [khien_incidents::letters::Missing::Sender(SenderPart::Signer)]);
}

#[test]
fn the_notice_about_personal_data_has_its_own_addressee_and_is_for_such_incidents_only() {
    let letter = letter_of(LetterKind::PersonalData, &whole(), &Sender { receivers: vec![], ..sender() });
    assert_eq!(letter.receivers, ["Cơ quan chuyên trách bảo vệ dữ liệu cá nhân"]);
    assert_eq!(letter.missing, []);
    for (answer, is_for) in [(Some(YesNo::Yes), true), (Some(YesNo::No), false), (None, false)] {
        let sheet = FactSheet { personal_data: answer, ..whole() };
        assert_eq!(LetterKind::PersonalData.is_for(&sheet), is_for, "{answer:?}");
        assert!(LetterKind::First.is_for(&sheet) && LetterKind::Detailed.is_for(&sheet), "{answer:?}");
    }
    let without = FactSheet { data: None, ..whole() };
    let letter = letter_of(LetterKind::PersonalData, &without, &sender());
    assert_eq!(letter.missing, [khien_incidents::letters::Missing::Sheet(Part::Data)]);
}

#[test]
fn days_are_written_as_official_letters_write_them() {
    let texts = texts();
    for (now, day) in [
        ("2026-01-05T08:00:00+07:00", "ngày 05 tháng 01 năm 2026"),
        ("2026-02-11T08:00:00+07:00", "ngày 11 tháng 02 năm 2026"),
        ("2026-03-09T23:59:00+07:00", "ngày 09 tháng 3 năm 2026"),
    ] {
        let letter = letter(LetterKind::First, &sheet(), &[], &sender(), None, &texts, at(now));
        assert_eq!(letter.day, day);
        assert_eq!(letter.opening.0, "", "no document, no basis");
    }
}
