//! The proxy that the machine goes through.

use windows::Win32::Foundation::{GlobalFree, HGLOBAL};
use windows::Win32::Networking::WinHttp::{
    WINHTTP_ACCESS_TYPE_NAMED_PROXY, WINHTTP_PROXY_INFO, WinHttpGetDefaultProxyConfiguration,
};
use windows::core::PWSTR;

use crate::text::text_at;

/// The proxy of the machine as its administrator wrote it (`netsh winhttp set proxy`, Group Policy), and the hosts that go
/// past it: both lists parted by semicolons or spaces. `None` when there is none.
pub fn system_proxy() -> Option<(String, String)> {
    let mut info = WINHTTP_PROXY_INFO::default();
    // SAFETY: the place for the answer is ours; both texts in it are freed below.
    unsafe { WinHttpGetDefaultProxyConfiguration(&raw mut info) }.ok()?;
    // SAFETY: Windows filled in both pointers or left them null, and nobody changes what they lead to.
    let (proxy, past) = unsafe { (text_at(info.lpszProxy), text_at(info.lpszProxyBypass)) };
    free(info.lpszProxy);
    free(info.lpszProxyBypass);
    (info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY && !proxy.is_empty()).then_some((proxy, past))
}

fn free(text: PWSTR) {
    if !text.is_null() {
        // SAFETY: WinHTTP allocates both texts with `GlobalAlloc` and leaves them to us. What it says of freeing is nothing
        // that anybody could act on.
        let _ = unsafe { GlobalFree(Some(HGLOBAL(text.0.cast()))) };
    }
}
