//! The proxy that the machine goes through.

use std::ffi::c_void;
use std::time::Duration;

use windows::Win32::Foundation::{GlobalFree, HGLOBAL};
use windows::Win32::Networking::WinHttp::{
    WINHTTP_ACCESS_TYPE_NAMED_PROXY, WINHTTP_ACCESS_TYPE_NO_PROXY, WINHTTP_AUTO_DETECT_TYPE_DHCP,
    WINHTTP_AUTO_DETECT_TYPE_DNS_A, WINHTTP_AUTOPROXY_AUTO_DETECT, WINHTTP_AUTOPROXY_CONFIG_URL,
    WINHTTP_AUTOPROXY_OPTIONS, WINHTTP_CURRENT_USER_IE_PROXY_CONFIG, WINHTTP_PROXY_INFO, WinHttpCloseHandle,
    WinHttpGetDefaultProxyConfiguration, WinHttpGetIEProxyConfigForCurrentUser, WinHttpGetProxyForUrl, WinHttpOpen,
};
use windows::core::{Error, PCWSTR, PWSTR, Result, w};

use crate::apartment::answered;
use crate::text::{text_at, wide};

/// Proxies, and the hosts that are reached without one: both lists parted by semicolons or spaces.
type Lists = (String, String);

/// The proxy that leads to `url`, and the hosts that go past it: both lists parted by semicolons or spaces. `None` when there
/// is none, or none is found until the deadline. In this order:
///
/// 1. what the administrator wrote for the machine (`netsh winhttp set proxy`, Group Policy);
/// 2. the script that the settings of the Internet name for whom this runs as;
/// 3. the proxy that they name;
/// 4. the script that the network names (WPAD), where they say that it is looked for.
pub fn system_proxy(url: &str, deadline: Duration) -> Option<Lists> {
    let url = wide(url);
    // A script has to be fetched, and a network may keep who asks waiting.
    answered("proxy", deadline, move || Ok(of_machine().or_else(|| of_settings(&url)))).ok().flatten()
}

fn of_machine() -> Option<Lists> {
    let mut info = WINHTTP_PROXY_INFO::default();
    // SAFETY: the place for the answer is ours; `lists_in` frees what is in it.
    unsafe { WinHttpGetDefaultProxyConfiguration(&raw mut info) }.ok()?;
    lists_in(&info)
}

/// What an answer names, which is freed.
fn lists_in(info: &WINHTTP_PROXY_INFO) -> Option<Lists> {
    let (proxy, past) = (taken(info.lpszProxy), taken(info.lpszProxyBypass));
    (info.dwAccessType == WINHTTP_ACCESS_TYPE_NAMED_PROXY && !proxy.is_empty()).then_some((proxy, past))
}

fn of_settings(url: &[u16]) -> Option<Lists> {
    let mut settings = WINHTTP_CURRENT_USER_IE_PROXY_CONFIG::default();
    // SAFETY: the place for the answer is ours; the texts in it are freed below.
    unsafe { WinHttpGetIEProxyConfigForCurrentUser(&raw mut settings) }.ok()?;
    let (script, proxy) = (taken(settings.lpszAutoConfigUrl), taken(settings.lpszProxy));
    let past = taken(settings.lpszProxyBypass);
    let named = || (!proxy.is_empty()).then_some((proxy, past));
    if !script.is_empty() {
        // What cannot be fetched, or says nothing of use, leaves what is named beside it.
        return by_script(url, &Script::Named(wide(script))).unwrap_or_else(|_| named());
    }
    let of_network = || by_script(url, &Script::OfNetwork).ok().flatten();
    named().or_else(|| settings.fAutoDetect.as_bool().then(of_network).flatten())
}

/// Which script says what leads where.
enum Script {
    /// The one at this address, which ends in a zero.
    Named(Vec<u16>),
    /// The one that the network names.
    OfNetwork,
}

/// What the script says of `url`, which ends in a zero: `None` for "without a proxy". An error when there is no script, or none that
/// can be run.
fn by_script(url: &[u16], script: &Script) -> Result<Option<Lists>> {
    let session = Session::open()?;
    let mut options = match script {
        Script::Named(address) => WINHTTP_AUTOPROXY_OPTIONS {
            dwFlags: WINHTTP_AUTOPROXY_CONFIG_URL,
            lpszAutoConfigUrl: PCWSTR(address.as_ptr()),
            ..Default::default()
        },
        Script::OfNetwork => WINHTTP_AUTOPROXY_OPTIONS {
            dwFlags: WINHTTP_AUTOPROXY_AUTO_DETECT,
            dwAutoDetectFlags: WINHTTP_AUTO_DETECT_TYPE_DHCP | WINHTTP_AUTO_DETECT_TYPE_DNS_A,
            ..Default::default()
        },
    };
    let mut info = WINHTTP_PROXY_INFO::default();
    // SAFETY: the session is open; all texts end in a zero and live during the call; the place for the answer is ours, and
    // `lists_in` frees what is in it.
    unsafe { WinHttpGetProxyForUrl(session.0, PCWSTR(url.as_ptr()), &raw mut options, &raw mut info) }?;
    Ok(lists_in(&info))
}

/// A session of WinHTTP, in which nothing is sent but what fetches a script.
struct Session(*mut c_void);

impl Session {
    fn open() -> Result<Self> {
        // SAFETY: the name is a constant that ends in a zero; no proxy is handed over.
        let session =
            unsafe { WinHttpOpen(w!("khien-agent"), WINHTTP_ACCESS_TYPE_NO_PROXY, PCWSTR::null(), PCWSTR::null(), 0) };
        if session.is_null() { Err(Error::from_thread()) } else { Ok(Self(session)) }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: it was opened by `open` and is closed once. What it says of closing is nothing that anybody could act on.
        let _ = unsafe { WinHttpCloseHandle(self.0) };
    }
}

/// The text of an answer, which is freed.
fn taken(text: PWSTR) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: Windows filled in the pointer, and nobody changes what it leads to.
    let taken = unsafe { text_at(text) };
    // SAFETY: WinHTTP allocates texts with `GlobalAlloc` and leaves them to us; it is freed once. What it says of freeing is
    // nothing that anybody could act on.
    let _ = unsafe { GlobalFree(Some(HGLOBAL(text.0.cast()))) };
    taken
}
