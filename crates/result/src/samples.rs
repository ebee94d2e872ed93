//! Reports made by hand, with everything that a page must be able to show.

use jiff::SignedDuration;
use khien_directive::{Due, ToldSteps};
use khien_model::facts::{BrowserProfile, Browsers, DeviceFacts, Fact};
use khien_model::{
    AppliedExemption, Because, Evidence, Gap, GapCode, Listing, Observed, Severity, State, Subject, SubjectKind,
};
use serde_json::Value;

use crate::follow_up::FollowUp;
use crate::model::{ClauseReport, DecidingFact, DirectiveHead, FindingReport, Report};
use khien_texts::Bilingual;
use khien_texts::basis::CitedDocument;
use khien_texts::labels::{Label, Place};

const AT: &str = "2026-11-22T08:00:00+07:00";

/// A PC on which everything happens at once.
pub(super) fn badly_kept() -> Report {
    Report {
        directive: DirectiveHead {
            id: "thads-2026".into(),
            title: both(
                "Tăng cường an ninh mạng trong thi hành án dân sự",
                "Cyber-security in civil judgment enforcement",
            ),
            in_force: true,
            origin: None,
        },
        subject: Subject { kind: SubjectKind::Device, id: "pc-07".into() },
        system: Some("Debian GNU/Linux 12 (bookworm)".into()),
        at: AT.parse().expect("a moment"),
        collected_at: None,
        only: Vec::new(),
        follow_up: FollowUp { explains: true, ..FollowUp::of("khien") },
        clauses: vec![antivirus(), browsers(), shares(), patches()],
    }
}

/// A machine about which nobody can tell anything.
pub(super) fn nothing_known() -> Report {
    let mut clause = antivirus();
    clause.findings.truncate(1);
    for finding in &mut clause.findings {
        finding.state = State::Unknown;
        finding.offenders.clear();
        finding.because =
            vec![missing("os", Gap::with_detail(GapCode::Unsupported, "no operating system is recognised"))];
    }
    Report { clauses: vec![clause], system: None, ..badly_kept() }
}

/// A subject that the directive asks nothing of.
pub(super) fn nothing_asked() -> Report {
    Report {
        clauses: Vec::new(),
        subject: Subject { kind: SubjectKind::System, id: "upload".into() },
        system: None,
        ..badly_kept()
    }
}

fn antivirus() -> ClauseReport {
    ClauseReport {
        id: "4.1".into(),
        title: both("Cài đặt và cập nhật phần mềm diệt vi-rút", "Antivirus is installed and fresh"),
        basis: vec![law(), decree()],
        findings: vec![
            FindingReport {
                because: vec![fact("antivirus.products[0].running", false.into())],
                offenders: vec!["ClamAV".into()],
                ..finding(
                    "antivirus-running",
                    State::Fail,
                    Severity::Critical,
                    "Phần mềm diệt vi-rút đang chạy",
                    "Antivirus is running",
                )
            },
            FindingReport {
                because: vec![fact("antivirus.products[0].signatures_built_at", "2026-11-21T01:30:00Z".into())],
                holds_until: Some("2026-11-28T01:30:00Z".parse().expect("a moment")),
                ..finding(
                    "antivirus-fresh",
                    State::Pass,
                    Severity::High,
                    "Mẫu nhận diện vi-rút còn mới",
                    "Virus signatures are fresh",
                )
            },
        ],
    }
}

fn browsers() -> ClauseReport {
    let reasons = (0..14).map(|index| fact(&format!("browsers.profiles[{index}].saved_logins"), (index + 1).into()));
    ClauseReport {
        id: "4.5".into(),
        title: both("Đăng xuất sau khi dùng; không lưu mật khẩu trong trình duyệt", "Log out after use; no passwords saved in browsers"),
        basis: Vec::new(),
        findings: vec![
            FindingReport {
                because: reasons.collect(),
                offenders: vec!["lan: chrome".into(), "a\u{1b}[31mlert".into()],
                fix: ToldSteps {
                    vi: vec![
                        "Mở trình duyệt, vào Cài đặt › Mật khẩu, xóa hết mật khẩu đã lưu và tắt mục «Gợi ý lưu mật khẩu».".into(),
                        "Đổi mật khẩu của những tài khoản đã lưu.".into(),
                        "Chạy lại phần kiểm tra này.".into(),
                    ],
                    en: vec![
                        "In the browser's settings under Passwords, delete every saved password and turn off saving.".into(),
                        "Change the passwords that were saved.".into(),
                        "Run this check again.".into(),
                    ],
                },
                due: Due::After(SignedDuration::from_hours(24)),
                ..finding("browser-no-saved-logins", State::Fail, Severity::High, "Trình duyệt không lưu mật khẩu", "Browsers keep no passwords")
            },
            FindingReport {
                because: vec![missing("browsers.profiles", Gap::with_detail(GapCode::PermissionDenied, "/home/lan"))],
                ..finding("browser-logged-out", State::Unknown, Severity::Medium, "Không còn phiên đăng nhập trang của Bộ", "No lasting ministry sessions")
            },
        ],
    }
}

fn shares() -> ClauseReport {
    ClauseReport {
        id: "4.6".into(),
        title: both("Không chia sẻ thư mục trên máy tính", "No shared folders on PCs"),
        basis: vec![law()],
        findings: vec![FindingReport {
            because: vec![fact("shares.folders", serde_json::json!({ "items": 1 }))],
            exemption: Some(AppliedExemption {
                id: "MT-03".into(),
                approved_by: "Nguyễn Văn Bình".into(),
                reason: "Máy quét dùng chung của Văn phòng ghi tệp qua thư mục này".into(),
                until: "2027-01-01".parse().expect("a day"),
                without: State::Fail,
            }),
            ..finding(
                "no-shared-folders",
                State::Exempt,
                Severity::High,
                "Máy không chia sẻ thư mục",
                "The machine shares no folder",
            )
        }],
    }
}

fn patches() -> ClauseReport {
    ClauseReport {
        id: "4.9".into(),
        title: both("Cập nhật bản vá hệ điều hành", "Operating-system patches"),
        basis: Vec::new(),
        findings: vec![finding(
            "patches-installed",
            State::Pass,
            Severity::Critical,
            "Đã cài đủ bản vá bảo mật",
            "Security patches are installed",
        )],
    }
}

fn law() -> CitedDocument {
    let title = both("Luật An ninh mạng", "Law on Cybersecurity");
    CitedDocument { number: Some("116/2025/QH15".into()), title, articles: Vec::new() }
}

fn decree() -> CitedDocument {
    CitedDocument {
        number: Some("331/2026/NĐ-CP".into()),
        title: both(
            "Nghị định về bảo vệ an ninh mạng đối với hệ thống thông tin",
            "Decree on the protection of information systems",
        ),
        articles: vec!["Điều 31".into(), "Điều 35".into()],
    }
}

fn finding(control: &str, state: State, severity: Severity, vi: &str, en: &str) -> FindingReport {
    FindingReport {
        control: control.into(),
        title: both(vi, en),
        state,
        severity,
        because: Vec::new(),
        offenders: Vec::new(),
        offenders_left_out: 0,
        fix: ToldSteps {
            vi: vec!["Nhờ đầu mối CNTT bật lại dịch vụ.".into(), "Khởi động lại máy.".into()],
            en: vec!["Ask the IT focal officer to start the service.".into(), "Restart the machine.".into()],
        },
        due: Due::WorkingDays(3),
        holds_until: None,
        exemption: None,
    }
}

fn fact(path: &str, value: Value) -> DecidingFact {
    deciding(path, Evidence::Value(value))
}

fn missing(path: &str, gap: Gap) -> DecidingFact {
    deciding(path, Evidence::Reason(gap))
}

fn deciding(path: &str, evidence: Evidence) -> DecidingFact {
    let place = Place::find(path, &facts()).expect("a path into facts");
    DecidingFact { because: Because { path: path.into(), evidence }, label: Label::Fact(place) }
}

/// Facts that give the browser profiles their names.
fn facts() -> DeviceFacts {
    let profile = |user: &str| BrowserProfile {
        browser: khien_model::facts::BrowserKind::Chrome.into(),
        user: user.into(),
        profile: "Default".into(),
        ..BrowserProfile::default()
    };
    let browsers = Browsers {
        profiles: Observed::Known(Listing::complete(vec![profile("lan"), profile("Nguyễn Thị Ánh")])),
        ..Browsers::default()
    };
    let observed_at = AT.parse().expect("a moment");
    DeviceFacts {
        browsers: Some(Fact { outcome: Ok(browsers), observed_at, source: "test".into() }),
        ..DeviceFacts::default()
    }
}

fn both(vi: &str, en: &str) -> Bilingual {
    Bilingual::new(vi, en)
}
