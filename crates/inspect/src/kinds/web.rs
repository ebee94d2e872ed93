//! What is found in web pages, pictures of SVG, and texts with files written as letters.

use super::words::{CHECK_WITH_SENDER, DELETE_AND_REPORT, NOTHING_TO_DO, kinds};
use crate::Words;

/// For pages that ask for a password.
const DO_NOT_SIGN_IN: Words = Words {
    vi: "Không nhập mật khẩu vào trang này. Vào hệ thống bằng địa chỉ bạn vẫn dùng và báo cho đầu mối công nghệ thông tin.",
    en: "Do not type a password into this page. Go to the system by the address you always use and tell the IT focal officer.",
};

kinds! {
    /// A file put together by a script in a page and handed to the browser as a download.
    SMUGGLED_FILE = "smuggled-file" Blocked Some("T1027.006"),
        { "Trang web giấu một tệp trong mã và tự tạo thành tệp tải về khi mở.", "The page hides a file in its code and makes a download of it when it is opened." }
        DELETE_AND_REPORT;
    /// A page that makes a download out of data that are not understood.
    SMUGGLED_DATA = "smuggled-data" Suspicious Some("T1027.006"),
        { "Trang web tự tạo tệp tải về từ dữ liệu mã hóa trong mã.", "The page makes a download of encoded data in its code." }
        CHECK_WITH_SENDER;
    /// A file written as letters in a page or text.
    FILE_AS_TEXT = "file-as-text" Suspicious Some("T1027.009"),
        { "Trong văn bản có một tệp chương trình hoặc tệp nén được viết dưới dạng chữ.", "The text holds a program or archive written as letters." }
        CHECK_WITH_SENDER;
    /// A certificate that is none.
    FALSE_CERTIFICATE = "false-certificate" Suspicious Some("T1140"),
        { "Khối “chứng thư số” trong văn bản thực ra là một tệp khác.", "What is marked as a certificate is another file." }
        DELETE_AND_REPORT;
    /// A page that calls a program of the system which runs things.
    PAGE_CALLS_HANDLER = "page-calls-handler" Blocked Some("T1203"),
        { "Trang web gọi một giao thức của Windows có thể chạy chương trình.", "The page calls a protocol of Windows that can run programs." }
        DELETE_AND_REPORT;
    /// A page that takes something from a share.
    PAGE_TAKES_FROM_SHARE = "page-takes-from-share" Suspicious Some("T1187"),
        { "Khi mở, trang web kết nối tới thư mục chia sẻ ở máy khác, có thể làm lộ mật khẩu Windows.", "When it is opened, the page connects to a share of another machine, which can give away the password of Windows." }
        CHECK_WITH_SENDER;
    /// A page that only leads elsewhere.
    PAGE_ONLY_REDIRECTS = "page-only-redirects" Suspicious Some("T1204.001"),
        { "Trang web không có nội dung, chỉ tự chuyển người mở sang địa chỉ khác.", "The page has no content: it only sends whoever opens it to another address." }
        CHECK_WITH_SENDER;
    /// A form with a password that goes elsewhere.
    PASSWORD_FORM = "password-form" Suspicious Some("T1566.001"),
        { "Trang web gửi kèm hỏi mật khẩu và gửi tới một máy chủ khác.", "The attached page asks for a password and sends it to another server." }
        DO_NOT_SIGN_IN;
    /// A page that hands out what is typed through a chat service.
    PASSWORD_TO_CHAT = "password-to-chat" Blocked Some("T1566.001"),
        { "Trang web gửi mật khẩu người dùng nhập vào tới một dịch vụ nhắn tin.", "The page sends the password that is typed to a chat service." }
        DO_NOT_SIGN_IN;
    /// A script in a picture.
    SCRIPT_IN_PICTURE = "script-in-picture" Suspicious Some("T1027.017"),
        { "Hình ảnh SVG có chứa mã kịch bản.", "The SVG picture holds a script." }
        CHECK_WITH_SENDER;
    /// A page in a picture.
    PAGE_IN_PICTURE = "page-in-picture" Suspicious Some("T1027.017"),
        { "Hình ảnh SVG có chứa một trang web.", "The SVG picture holds a web page." }
        CHECK_WITH_SENDER;
    /// A page that runs as an application when a program of Windows opens it.
    APPLICATION_IN_PAGE = "application-in-page" Suspicious Some("T1218.005"),
        { "Trang web tự khai là ứng dụng HTA của Windows, chạy với toàn quyền của người mở.", "The page says it is an HTA application of Windows, which runs with all rights of its user." }
        DELETE_AND_REPORT;
    /// A page in an address.
    PAGE_IN_ADDRESS = "page-in-address" Suspicious Some("T1027"),
        { "Trang web chứa một trang khác viết thẳng trong địa chỉ.", "The page holds another page written into an address." }
        CHECK_WITH_SENDER;
    /// A script that hides what it does.
    OBFUSCATED_SCRIPT = "obfuscated-script" Suspicious Some("T1027"),
        { "Mã kịch bản được làm rối để che giấu việc nó làm.", "The script is scrambled to hide what it does." }
        CHECK_WITH_SENDER;
    /// A script that was only packed to be small.
    PACKED_SCRIPT = "packed-script" Note None,
        { "Mã kịch bản được nén bằng công cụ đóng gói.", "The script was packed by a tool that makes scripts small." }
        NOTHING_TO_DO;
}
