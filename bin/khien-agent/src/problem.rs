//! What can go wrong, said in both languages with what to do about it.

use std::fmt;
use std::path::{Path, PathBuf};

use khien_protocol::{Bilingual, Digest, Refusal, TokenProblem};

use crate::server::BadServer;
use crate::state::ChipTrouble;

/// Why something could not be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The machine is not enrolled.
    NotEnrolled {
        /// Where its state would be.
        state: PathBuf,
    },
    /// The machine is enrolled already.
    AlreadyEnrolled {
        /// Where its state is.
        state: PathBuf,
        /// At which server.
        server: String,
        /// In which unit.
        unit: String,
    },
    /// Another process holds the state.
    StateInUse {
        /// Where it is.
        state: PathBuf,
    },
    /// A file of the state cannot be read or written.
    StateUnusable {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// A result was written as a page, and the system did not open it.
    NotOpened {
        /// Where it lies.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// A file of the state is not what it should be.
    StateBroken {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Others than its owner may read or change the key.
    KeyExposed {
        /// The key file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The machine's security chip, which sealed the key, does not open it.
    KeyInChip {
        /// The key file.
        path: PathBuf,
        /// Why.
        why: ChipTrouble,
    },
    /// The system gives no random bytes.
    NoRandomness,
    /// The enrolment token is none.
    Token(TokenProblem),
    /// The address of the server is none.
    Server {
        /// What was written.
        written: String,
        /// What is wrong with it.
        why: BadServer,
    },
    /// A certificate file cannot be used.
    Authority {
        /// Which one.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A certificate file is not the one that the token names.
    OtherAuthority {
        /// Which one.
        path: PathBuf,
        /// The digest of its certificate.
        found: Digest,
        /// The digest in the token.
        wanted: Digest,
    },
    /// The server's certificate does not come from the authority that it must come from.
    Untrusted {
        /// The server.
        server: String,
        /// What exactly.
        detail: String,
    },
    /// The server does not answer.
    Unreachable {
        /// The server.
        server: String,
        /// What the system says.
        detail: String,
    },
    /// The server did not do what was asked.
    Refused(Box<Refusal>),
    /// What came back is no answer of a Khiên server.
    UnexpectedAnswer {
        /// The server.
        server: String,
        /// What came back.
        detail: String,
    },
    /// The monitoring notice was not accepted.
    NoticeNotAccepted,
    /// No directive can be judged by.
    NoDirective {
        /// Why.
        detail: String,
    },
}

impl Problem {
    /// What is wrong, and what to do about it.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::NotEnrolled { state } => not_enrolled(state),
            Self::AlreadyEnrolled { state, server, unit } => already_enrolled(state, server, unit),
            Self::StateInUse { state } => in_use(state),
            Self::StateUnusable { path, detail } => unusable(path, detail),
            Self::NotOpened { path, detail } => not_opened(path, detail),
            Self::StateBroken { path, detail } => broken(path, detail),
            Self::KeyExposed { path, mode } => exposed(path, *mode),
            Self::KeyInChip { path, why } => key_in_chip(path, *why),
            Self::NoRandomness => Bilingual::new(
                "Hệ điều hành không cấp được số ngẫu nhiên để tạo khóa. Hãy khởi động lại máy rồi thử lại.",
                "The system gives no random bytes to make a key of. Restart the machine and try again.",
            ),
            Self::Token(problem) => problem.message(),
            Self::Server { written, why } => bad_server(written, *why),
            Self::Authority { path, detail } => bad_authority(path, detail),
            Self::OtherAuthority { path, found, wanted } => other_authority(path, *found, *wanted),
            Self::Untrusted { server, detail } => untrusted(server, detail),
            Self::Unreachable { server, detail } => unreachable_server(server, detail),
            Self::Refused(refusal) => refused(refusal),
            Self::UnexpectedAnswer { server, detail } => unexpected(server, detail),
            Self::NoticeNotAccepted => Bilingual::new(
                "Chưa thu thập gì, vì thông báo về việc theo dõi an ninh mạng chưa được chấp nhận. Hãy đọc thông báo rồi chạy lại; khi không có màn hình để trả lời, thêm “--accept-notice”.",
                "Nothing was collected, as the monitoring notice was not accepted. Read the notice and run this again; where there is no terminal to answer on, add “--accept-notice”.",
            ),
            Self::NoDirective { detail } => Bilingual::new(
                format!(
                    "Không có văn bản chỉ đạo nào dùng được để đánh giá: {detail}. Hãy cập nhật chương trình hoặc ghi danh máy này với máy chủ."
                ),
                format!(
                    "No directive can be judged by: {detail}. Update the program, or enrol this machine at a server."
                ),
            ),
        }
    }
}

fn not_enrolled(state: &Path) -> Bilingual {
    let state = state.display();
    Bilingual::new(
        format!(
            "Máy này chưa được ghi danh (không thấy dữ liệu ghi danh trong {state}). Hãy xin mã ghi danh của đơn vị rồi chạy: khien-agent enrol ĐỊA_CHỈ MÃ"
        ),
        format!(
            "This machine is not enrolled (nothing in {state} says so). Ask for an enrolment token of your unit, then run: khien-agent enrol URL TOKEN"
        ),
    )
}

fn already_enrolled(state: &Path, server: &str, unit: &str) -> Bilingual {
    let state = state.display();
    Bilingual::new(
        format!(
            "Máy này đã được ghi danh vào {unit} tại {server}. Muốn ghi danh lại từ đầu, hãy dừng dịch vụ rồi xóa thư mục {state}."
        ),
        format!(
            "This machine is enrolled in {unit} at {server} already. To start anew, stop the service and remove the folder {state}."
        ),
    )
}

fn in_use(state: &Path) -> Bilingual {
    let state = state.display();
    if cfg!(windows) {
        return Bilingual::new(
            format!(
                "Một chương trình khien-agent khác đang dùng {state}. Hãy dừng dịch vụ (“sc stop khien-agent” với quyền quản trị) rồi thử lại."
            ),
            format!(
                "Another khien-agent is using {state}. Stop the service (“sc stop khien-agent” as administrator) and try again."
            ),
        );
    }
    Bilingual::new(
        format!(
            "Một chương trình khien-agent khác đang dùng {state}. Hãy dừng dịch vụ (“sudo systemctl stop khien-agent”) rồi thử lại."
        ),
        format!(
            "Another khien-agent is using {state}. Stop the service (“sudo systemctl stop khien-agent”) and try again."
        ),
    )
}

fn unusable(path: &Path, detail: &str) -> Bilingual {
    let path = path.display();
    if cfg!(windows) {
        return Bilingual::new(
            format!(
                "Không dùng được {path}: {detail}. Hãy mở cửa sổ lệnh bằng “Run as administrator”, và kiểm tra ổ đĩa còn chỗ trống và cho phép ghi."
            ),
            format!(
                "{path} cannot be used: {detail}. Open the command window with “Run as administrator”, and see that the disk has room and can be written to."
            ),
        );
    }
    Bilingual::new(
        format!(
            "Không đọc hoặc ghi được {path}: {detail}. Hãy chạy với quyền quản trị (sudo), và kiểm tra ổ đĩa còn chỗ trống và cho phép ghi."
        ),
        format!(
            "{path} cannot be read or written: {detail}. Run this as administrator (sudo), and see that the disk has room and can be written to."
        ),
    )
}

fn not_opened(path: &Path, detail: &str) -> Bilingual {
    let path = path.display();
    Bilingual::new(
        format!(
            "Đã kiểm tra xong nhưng không mở được trình duyệt ({detail}). Hãy mở tệp này bằng một trình duyệt: {path}"
        ),
        format!("The check is done, but no browser could be opened ({detail}). Open this file with a browser: {path}"),
    )
}

fn broken(path: &Path, detail: &str) -> Bilingual {
    let path = path.display();
    Bilingual::new(
        format!(
            "Tệp {path} bị hỏng ({detail}). Hãy dừng dịch vụ, xóa thư mục chứa tệp này rồi ghi danh lại bằng mã mới."
        ),
        format!(
            "The file {path} is broken ({detail}). Stop the service, remove the folder it lies in, and enrol again with a new token."
        ),
    )
}

fn exposed(path: &Path, mode: u32) -> Bilingual {
    let path = path.display();
    Bilingual::new(
        format!(
            "Người khác trên máy đọc hoặc sửa được khóa {path} (quyền {mode:o}). Nếu khóa chưa từng bị sao chép, hãy chạy “sudo chmod 600 {path}”; nếu nghi ngờ, hãy xóa thư mục và ghi danh lại bằng mã mới."
        ),
        format!(
            "Others on this machine can read or change the key {path} (permissions {mode:o}). If it was never copied, run “sudo chmod 600 {path}”; when in doubt, remove the folder and enrol again with a new token."
        ),
    )
}

fn key_in_chip(path: &Path, why: ChipTrouble) -> Bilingual {
    let path = path.display();
    match why {
        ChipTrouble::NoKey | ChipTrouble::OtherKey => Bilingual::new(
            format!(
                "Không mở được khóa {path}: chip bảo mật (TPM) của máy này đã bị xóa hoặc thay ({why}), nên khóa không dùng được nữa. Hãy dừng dịch vụ, xóa thư mục chứa tệp này rồi ghi danh lại bằng mã mới, và thu hồi thiết bị cũ trên trang của máy chủ."
            ),
            format!(
                "The key {path} cannot be opened: the security chip (TPM) of this machine was cleared or replaced ({why}), so that it is of no use any more. Stop the service, remove the folder it lies in and enrol again with a new token, and revoke the old device on the server's page."
            ),
        ),
        ChipTrouble::Absent | ChipTrouble::Refused(_) | ChipTrouble::TimedOut => Bilingual::new(
            format!(
                "Không mở được khóa {path}: chip bảo mật (TPM) đã niêm phong khóa này không trả lời ({why}). Hãy khởi động lại máy và kiểm tra TPM có được bật trong BIOS/UEFI. Nếu chip đã bị xóa hoặc thay thì hãy dừng dịch vụ, xóa thư mục chứa tệp này rồi ghi danh lại bằng mã mới."
            ),
            format!(
                "The key {path} cannot be opened: the security chip (TPM) that sealed it does not answer ({why}). Restart the machine, and see that the TPM is switched on in its BIOS/UEFI. If the chip was cleared or replaced, stop the service, remove the folder the file lies in, and enrol again with a new token."
            ),
        ),
    }
}

fn bad_authority(path: &Path, detail: &str) -> Bilingual {
    let path = path.display();
    Bilingual::new(
        format!("Không dùng được chứng thư trong {path}: {detail}. Tệp phải chứa một chứng thư dạng PEM."),
        format!("The certificate in {path} cannot be used: {detail}. The file must hold one certificate in PEM."),
    )
}

fn other_authority(path: &Path, found: Digest, wanted: Digest) -> Bilingual {
    let path = path.display();
    Bilingual::new(
        format!(
            "Chứng thư trong {path} không phải là chứng thư mà mã ghi danh chỉ định (của tệp: {found}; của mã: {wanted}). Hãy lấy tệp và mã từ cùng một máy chủ."
        ),
        format!(
            "The certificate in {path} is not the one that the token names (the file's: {found}; the token's: {wanted}). Take the file and the token from the same server."
        ),
    )
}

fn untrusted(server: &str, detail: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "Không tin được {server}: chứng thư của máy chủ không phải do nơi được chỉ định cấp cho địa chỉ này ({detail}). Không có gì được gửi đi. Hãy kiểm tra địa chỉ; nếu địa chỉ đúng, có thể có thiết bị trung gian chặn kết nối, hãy báo quản trị viên."
        ),
        format!(
            "{server} is not trusted: its certificate was not issued for this address by the authority it must come from ({detail}). Nothing was sent. Check the address; if it is right, something may stand in between: tell the administrator."
        ),
    )
}

fn unreachable_server(server: &str, detail: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "Không kết nối được tới {server}: {detail}. Hãy kiểm tra mạng và địa chỉ máy chủ. Dữ kiện nào đã thu thập thì được giữ trên máy này và gửi khi có kết nối."
        ),
        format!(
            "{server} cannot be reached: {detail}. Check the network and the server's address. Facts that were already collected are kept on this machine and sent once there is a connection."
        ),
    )
}

fn unexpected(server: &str, detail: &str) -> Bilingual {
    Bilingual::new(
        format!(
            "{server} trả lời không giống một máy chủ Khiên: {detail}. Hãy kiểm tra địa chỉ, cổng, và phiên bản của máy chủ."
        ),
        format!(
            "{server} does not answer as a Khiên server does: {detail}. Check the address, the port, and the server's version."
        ),
    )
}

fn refused(refusal: &Refusal) -> Bilingual {
    let detail = refusal.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    let text = |message: &str, hint: &str| format!("{message}{detail} {hint}");
    Bilingual::new(text(&refusal.message.vi, &refusal.hint.vi), text(&refusal.message.en, &refusal.hint.en))
}

fn bad_server(written: &str, why: BadServer) -> Bilingual {
    match why {
        BadServer::NoUrl => Bilingual::new(
            format!("“{written}” không phải là địa chỉ máy chủ. Địa chỉ có dạng https://khien.tinh.example:8443"),
            format!("“{written}” is not the address of a server. An address looks like https://khien.example:8443"),
        ),
        BadServer::NotHttps => Bilingual::new(
            format!(
                "“{written}” không bắt đầu bằng https://. Dữ kiện không bao giờ được gửi qua kết nối mà người khác đọc được."
            ),
            format!("“{written}” does not begin with https://. Facts are never sent where others could read them."),
        ),
        BadServer::HasPath => Bilingual::new(
            format!("“{written}” có phần thừa sau tên máy chủ và cổng. Hãy bỏ phần đó đi."),
            format!("“{written}” has something after the server's name and port. Leave it out."),
        ),
        BadServer::HasUser => Bilingual::new(
            format!("“{written}” có tên người dùng trước tên máy chủ. Hãy bỏ phần đó đi."),
            format!("“{written}” has a user's name before the server's. Leave it out."),
        ),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message().en)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use khien_protocol::RefusalCode;

    use super::*;

    #[test]
    fn every_problem_says_what_to_do_in_both_languages() {
        let (path, detail) = (PathBuf::from("/var/lib/khien-agent/x"), "No space left on device".to_owned());
        let server = "https://khien.example".to_owned();
        let refusal = Refusal::with_detail(RefusalCode::Malformed, "at line 1", Timestamp::UNIX_EPOCH);
        let problems = [
            Problem::NotEnrolled { state: path.clone() },
            Problem::AlreadyEnrolled { state: path.clone(), server: server.clone(), unit: "Phòng 1".into() },
            Problem::StateInUse { state: path.clone() },
            Problem::StateUnusable { path: path.clone(), detail: detail.clone() },
            Problem::NotOpened { path: path.clone(), detail: detail.clone() },
            Problem::StateBroken { path: path.clone(), detail: detail.clone() },
            Problem::KeyExposed { path: path.clone(), mode: 0o644 },
            Problem::KeyInChip { path: path.clone(), why: ChipTrouble::NoKey },
            Problem::KeyInChip { path: path.clone(), why: ChipTrouble::OtherKey },
            Problem::KeyInChip { path: path.clone(), why: ChipTrouble::Absent },
            Problem::KeyInChip { path: path.clone(), why: ChipTrouble::Refused(-2_146_893_802) },
            Problem::KeyInChip { path: path.clone(), why: ChipTrouble::TimedOut },
            Problem::NoRandomness,
            Problem::Token(TokenProblem::Check),
            Problem::Server { written: "x".into(), why: BadServer::NoUrl },
            Problem::Server { written: "x".into(), why: BadServer::NotHttps },
            Problem::Server { written: "x".into(), why: BadServer::HasPath },
            Problem::Server { written: "x".into(), why: BadServer::HasUser },
            Problem::Authority { path: path.clone(), detail: detail.clone() },
            Problem::OtherAuthority { path, found: Digest::of(b"a"), wanted: Digest::of(b"b") },
            Problem::Untrusted { server: server.clone(), detail: detail.clone() },
            Problem::Unreachable { server: server.clone(), detail: detail.clone() },
            Problem::Refused(Box::new(refusal)),
            Problem::UnexpectedAnswer { server, detail: detail.clone() },
            Problem::NoticeNotAccepted,
            Problem::NoDirective { detail },
        ];
        let mut seen = std::collections::BTreeSet::new();
        for problem in problems {
            let message = problem.message();
            assert_ne!(message.vi, message.en, "{problem:?}");
            assert!(message.vi.len() > 40 && message.en.len() > 40, "{message:?}");
            assert!(seen.insert(message.vi), "{problem:?} says what another one says");
        }
    }
}
