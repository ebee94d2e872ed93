//! What the agent says while it works, in both languages.

use khien_protocol::Bilingual;

use crate::state::Enrolment;

/// The service began.
pub(crate) fn service_started(enrolment: &Enrolment) -> Bilingual {
    let (server, unit) = (&enrolment.server, &enrolment.unit_name);
    Bilingual::new(
        format!("Bắt đầu theo dõi máy này cho {unit}, gửi kết quả về {server}."),
        format!("Watching this machine for {unit}, reporting to {server}."),
    )
}

/// The service ended because it was told to.
pub(crate) fn service_stopped() -> Bilingual {
    Bilingual::new("Đã dừng theo yêu cầu.", "Stopped as asked.")
}

/// The server took reports.
pub(crate) fn delivered(reports: usize) -> Bilingual {
    Bilingual::new(format!("Máy chủ đã nhận {reports} báo cáo."), format!("The server took {reports} report(s)."))
}

/// The spool was full.
pub(crate) fn spool_merged(merged: usize, dropped: usize) -> Bilingual {
    Bilingual::new(
        format!(
            "Chỗ chứa báo cáo chờ gửi đã đầy: đã gộp {merged} lần hai báo cáo cũ nhất thành một và bỏ {dropped} giá trị cũ. Giá trị mới nhất của mọi mục vẫn còn."
        ),
        format!(
            "The spool is full: the two oldest reports became one {merged} time(s), and {dropped} older value(s) were dropped. The newest value of everything is kept."
        ),
    )
}

/// A report on the disk could not be read.
pub(crate) fn entry_unreadable() -> Bilingual {
    Bilingual::new(
        "Một báo cáo chờ gửi không đọc được (có thể do mất điện giữa chừng) và đã bị bỏ. Máy chủ sẽ hỏi lại những gì còn thiếu.",
        "A waiting report could not be read (the power may have gone) and was dropped. The server asks for what it lacks.",
    )
}

/// The server will never take a report.
pub(crate) fn report_refused(why: &Bilingual) -> Bilingual {
    Bilingual::new(
        format!("Máy chủ không nhận một báo cáo và báo cáo này đã bị bỏ: {}", why.vi),
        format!("The server does not take a report, which was dropped: {}", why.en),
    )
}

/// A directive was fetched.
pub(crate) fn directive_fetched(id: &str) -> Bilingual {
    Bilingual::new(
        format!("Đã nhận văn bản chỉ đạo “{id}” từ máy chủ để đánh giá cả khi không có mạng."),
        format!("The directive “{id}” was fetched from the server, to judge by it offline too."),
    )
}
