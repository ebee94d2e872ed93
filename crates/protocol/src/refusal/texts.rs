//! What each refusal says to a person, in both languages.

use super::{Bilingual, RefusalCode};

/// The message and the hint of a code.
pub(super) fn of(code: RefusalCode) -> (Bilingual, Bilingual) {
    let [message_vi, message_en, hint_vi, hint_en] = table(code);
    (Bilingual::new(message_vi, message_en), Bilingual::new(hint_vi, hint_en))
}

/// What is said about clocks that are too far apart.
pub(super) fn clock_skew(theirs: &str, ours: &str) -> Bilingual {
    Bilingual::new(
        format!("Đồng hồ của máy này lệch so với máy chủ: máy này ghi {theirs}, máy chủ ghi {ours} (giờ Việt Nam)."),
        format!(
            "This machine's clock differs from the server's: this machine says {theirs}, the server {ours} (Vietnamese time)."
        ),
    )
}

/// Message in Vietnamese and English, hint in Vietnamese and English.
const fn table(code: RefusalCode) -> [&'static str; 4] {
    match code {
        RefusalCode::Replay
        | RefusalCode::OldCounter
        | RefusalCode::WrongKey
        | RefusalCode::SignatureMissing
        | RefusalCode::UnknownDevice
        | RefusalCode::Revoked
        | RefusalCode::AlreadyEnrolled => about_the_device(code),
        RefusalCode::TokenMalformed
        | RefusalCode::TokenUnknown
        | RefusalCode::TokenExpired
        | RefusalCode::TokenUsedUp
        | RefusalCode::TokenRevoked
        | RefusalCode::NoticeOutdated => about_enrolment(code),
        _ => about_the_request(code),
    }
}

const fn about_the_device(code: RefusalCode) -> [&'static str; 4] {
    match code {
        RefusalCode::Replay => [
            "Máy chủ đã nhận đúng yêu cầu này từ trước.",
            "The server has accepted this very request before.",
            "Không cần làm gì nếu chỉ gặp một lần. Nếu lặp lại, có thể máy này đã được sao chép từ máy khác: hãy xóa thư mục trạng thái của chương trình trên máy sao chép rồi ghi danh lại.",
            "Nothing needs to be done if it happens once. If it repeats, this machine may be a copy of another one: remove the program's state folder on the copy and enrol it again.",
        ],
        RefusalCode::OldCounter => [
            "Số thứ tự của yêu cầu này nhỏ hơn số máy chủ đã nhận.",
            "The counter of this request is lower than one that the server has accepted.",
            "Máy này có thể vừa được khôi phục từ bản sao lưu, hoặc là bản sao của một máy khác. Hãy xóa thư mục trạng thái của chương trình rồi ghi danh lại bằng mã mới.",
            "This machine may have been restored from a backup, or be a copy of another one. Remove the program's state folder and enrol it again with a new token.",
        ],
        RefusalCode::WrongKey => [
            "Chữ ký của yêu cầu không khớp với khóa của thiết bị.",
            "The signature of the request is not that of the device's key.",
            "Nếu giữa máy này và máy chủ có thiết bị trung gian sửa nội dung, hãy cho kết nối tới máy chủ đi thẳng. Nếu không, hãy ghi danh lại bằng mã mới.",
            "If something between this machine and the server changes requests, let them pass unchanged. Otherwise enrol again with a new token.",
        ],
        RefusalCode::SignatureMissing => [
            "Yêu cầu không có chữ ký của thiết bị.",
            "The request carries no signature of a device.",
            "Địa chỉ này chỉ dành cho chương trình khien-agent. Để xem kết quả, hãy mở trang chủ của máy chủ.",
            "This address is for the program khien-agent only. To see results, open the server's home page.",
        ],
        RefusalCode::UnknownDevice => [
            "Máy chủ không biết thiết bị này.",
            "The server does not know this device.",
            "Hãy ghi danh lại: xin mã ghi danh mới của đơn vị rồi chạy “khien-agent enrol”.",
            "Enrol it again: ask for a new enrolment token of the unit, then run “khien-agent enrol”.",
        ],
        RefusalCode::Revoked => [
            "Thiết bị này đã được quản trị viên đưa ra khỏi danh sách theo dõi.",
            "An administrator has taken this device out of use.",
            "Nếu thiết bị vẫn được sử dụng, hãy đề nghị quản trị viên cấp mã ghi danh mới.",
            "If the device is still in use, ask the administrator for a new enrolment token.",
        ],
        _ => [
            "Thiết bị có khóa này đã được ghi danh.",
            "The device with this key is enrolled already.",
            "Không cần ghi danh lại. Nếu muốn chuyển thiết bị sang đơn vị khác, quản trị viên đổi đơn vị trên trang của thiết bị.",
            "It need not be enrolled again. To move it to another unit, the administrator changes the unit on the device's page.",
        ],
    }
}

const fn about_enrolment(code: RefusalCode) -> [&'static str; 4] {
    match code {
        RefusalCode::TokenMalformed => [
            "Mã ghi danh không đúng dạng.",
            "The enrolment token is not in its form.",
            "Hãy sao chép lại toàn bộ mã, bắt đầu từ “KHIEN1-”.",
            "Copy the whole token again, from “KHIEN1-” on.",
        ],
        RefusalCode::TokenUnknown => [
            "Máy chủ này không cấp mã ghi danh đó.",
            "This server has not given out that enrolment token.",
            "Hãy kiểm tra địa chỉ máy chủ và mã trên cùng một tờ hướng dẫn, hoặc xin mã mới.",
            "See that the server's address and the token are from the same instruction sheet, or ask for a new token.",
        ],
        RefusalCode::TokenExpired => [
            "Mã ghi danh đã hết hạn.",
            "The enrolment token has expired.",
            "Hãy đề nghị quản trị viên hoặc đầu mối CNTT của đơn vị cấp mã mới.",
            "Ask the administrator or the unit's IT focal officer for a new one.",
        ],
        RefusalCode::TokenUsedUp => [
            "Mã ghi danh đã được dùng hết số lần cho phép.",
            "The enrolment token has been used as often as it may be.",
            "Nếu bạn chưa dùng mã này, có thể mã đã bị sao chép: hãy báo quản trị viên. Sau đó xin mã mới.",
            "If you have not used it, somebody may have copied it: tell the administrator. Then ask for a new one.",
        ],
        RefusalCode::TokenRevoked => [
            "Mã ghi danh đã bị thu hồi.",
            "The enrolment token was called back.",
            "Hãy đề nghị quản trị viên hoặc đầu mối CNTT của đơn vị cấp mã mới.",
            "Ask the administrator or the unit's IT focal officer for a new one.",
        ],
        _ => [
            "Thông báo về việc theo dõi an ninh mạng đã được sửa đổi sau khi máy này chấp nhận.",
            "The monitoring notice has changed since it was accepted on this machine.",
            "Hãy cập nhật chương trình khien-agent, đọc thông báo mới và ghi danh lại.",
            "Update the program khien-agent, read the new notice and enrol again.",
        ],
    }
}

const fn about_the_request(code: RefusalCode) -> [&'static str; 4] {
    match code {
        RefusalCode::ClockSkew => [
            "Đồng hồ của máy này lệch quá nhiều so với máy chủ.",
            "This machine's clock is too far from the server's.",
            "Hãy đặt lại ngày, giờ và múi giờ của máy, tốt nhất là bật đồng bộ giờ tự động (“sudo timedatectl set-ntp true”). Nếu chính máy chủ sai giờ, hãy báo quản trị viên.",
            "Set the machine's date, time and time zone, best by turning on automatic time (“sudo timedatectl set-ntp true”). If the server is the one that is wrong, tell the administrator.",
        ],
        RefusalCode::BodyTooLarge => [
            "Nội dung gửi lên dài hơn giới hạn cho phép.",
            "What was sent is longer than allowed.",
            "Hãy báo quản trị viên: máy này có nhiều dữ kiện bất thường hoặc chương trình cần được cập nhật.",
            "Tell the administrator: this machine has unusually many facts, or the program needs an update.",
        ],
        RefusalCode::Malformed => [
            "Yêu cầu không đúng dạng.",
            "The request is not in its form.",
            "Hãy cập nhật chương trình khien-agent cho cùng phiên bản với máy chủ; nếu vẫn lỗi, gửi phần chi tiết cho quản trị viên.",
            "Update the program khien-agent to the server's version; if that does not help, send the detail to the administrator.",
        ],
        RefusalCode::DigestMismatch => [
            "Nội dung nhận được không khớp với mã băm đi kèm.",
            "What arrived is not what its digest says.",
            "Nội dung đã bị thay đổi hoặc hỏng trên đường truyền. Chương trình sẽ gửi lại; nếu lặp lại, hãy kiểm tra thiết bị trung gian trên mạng.",
            "It was changed or damaged on the way. The program sends it again; if it repeats, look at what stands between on the network.",
        ],
        RefusalCode::NotFound => [
            "Máy chủ không có gì ở địa chỉ này.",
            "The server has nothing at this address.",
            "Hãy kiểm tra địa chỉ máy chủ, và chương trình khien-agent có cùng phiên bản với máy chủ hay không.",
            "Check the server's address, and whether the program khien-agent is of the server's version.",
        ],
        RefusalCode::TooManyRequests => [
            "Có quá nhiều yêu cầu từ địa chỉ này.",
            "Too many requests came from this address.",
            "Hãy đợi vài phút rồi thử lại; chương trình tự thử lại khi đang chạy như dịch vụ.",
            "Wait some minutes and try again; the program does so by itself when it runs as a service.",
        ],
        _ => [
            "Máy chủ tạm thời không lưu được dữ liệu.",
            "The server cannot store anything at the moment.",
            "Không cần làm gì trên máy này: dữ kiện được giữ lại và gửi sau. Quản trị viên xem nhật ký của máy chủ.",
            "Nothing needs to be done on this machine: its facts are kept and sent later. The administrator looks at the server's log.",
        ],
    }
}
