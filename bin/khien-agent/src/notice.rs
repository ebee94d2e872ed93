//! The monitoring notice: what is collected, what never is, who sees it. Shown and accepted before the first look.

use jiff::Timestamp;
use khien_protocol::{Bilingual, NoticeAcceptance};

/// Which wording it is. A changed text gets a new version, so that it is known who accepted what.
pub const VERSION: &str = "2026-11";

/// The notice.
pub fn text() -> Bilingual {
    Bilingual::new(VIETNAMESE, ENGLISH)
}

/// That `by` accepts the notice, now.
pub fn accept(by: &str, now: Timestamp) -> NoticeAcceptance {
    NoticeAcceptance { version: VERSION.to_owned(), accepted_at: now, accepted_by: by.to_owned() }
}

const VIETNAMESE: &str = "\
THÔNG BÁO VỀ VIỆC THEO DÕI AN NINH MẠNG TRÊN MÁY TÍNH NÀY (bản 2026-11)

Chương trình khien-agent kiểm tra máy tính này theo văn bản chỉ đạo về an ninh mạng của cơ quan
và gửi kết quả về máy chủ của cơ quan. Người lao động được thông báo theo điểm c khoản 2 Điều 61
Nghị định 330/2026/NĐ-CP.

Những gì được thu thập:
- hệ điều hành, bản vá, phần mềm diệt vi-rút, tường lửa, mã hóa ổ đĩa, khóa màn hình;
- phần mềm đã cài, phần mềm điều khiển từ xa, thư mục chia sẻ, thiết bị lưu trữ USB;
- tên tài khoản trên máy và tuổi của mật khẩu;
- số mật khẩu lưu trong trình duyệt (chỉ số đếm) và tệp rủi ro đã tải về (tên tệp, tên trang web).

Những gì không bao giờ được thu thập:
- mật khẩu, cookie, nội dung thư, nội dung tệp, lịch sử duyệt web, phím bấm, ảnh màn hình.

Chương trình chỉ đọc: không thay đổi gì trên máy, không chạy chương trình nào khác, và máy chủ
không thể ra lệnh cho máy này. Kết quả chỉ dành cho người có trách nhiệm của đơn vị và cho chính
người sử dụng máy. Xem những gì máy này báo cáo: khien-agent check";

const ENGLISH: &str = "\
NOTICE OF CYBER-SECURITY MONITORING ON THIS COMPUTER (version 2026-11)

The program khien-agent checks this computer against the organisation's directive on
cyber-security and sends the result to the organisation's server. Employees are told so under
point c, clause 2, Article 61 of Decree 330/2026/NĐ-CP.

What is collected:
- operating system, updates, antivirus, firewall, disk encryption, screen lock;
- installed software, remote-control software, shared folders, USB storage;
- the names of accounts on this computer and the age of their passwords;
- how many passwords browsers keep (a count only) and risky downloaded files (name and website).

What is never collected:
- passwords, cookies, the contents of mail and files, browsing history, keystrokes, screenshots.

The program only reads: it changes nothing on this computer and starts no other program, and the
server cannot make it do anything. The result is for those responsible in the unit and for the
user of this computer. To see what this computer reports: khien-agent check";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_wordings_carry_the_version_and_the_legal_basis() {
        for text in [VIETNAMESE, ENGLISH] {
            assert!(text.contains(VERSION) && text.contains("330/2026/NĐ-CP"), "{text}");
        }
        let lines = |text: &str| text.lines().filter(|line| line.starts_with('-')).count();
        assert_eq!(lines(VIETNAMESE), lines(ENGLISH));
    }
}
