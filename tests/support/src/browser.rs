//! A browser as tests start it.

use std::path::Path;
use std::process::Command;

/// Where Debian puts Chromium.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Chromium without a window, with a new `profile`, which reads files and asks nobody in the world.
///
/// # Errors
/// A sentence: what is missing on this machine.
pub(crate) fn chromium(profile: &Path) -> Result<Command, String> {
    if !Path::new(CHROMIUM).exists() {
        return Err("Chromium is not installed".to_owned());
    }
    let mut command = Command::new(CHROMIUM);
    command
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--allow-file-access-from-files", "--disable-web-security"])
        .arg(format!("--user-data-dir={}", profile.display()));
    Ok(command)
}

/// A page that stands alone: the style sheet inside.
pub(crate) fn alone(html: &str, style: &str) -> String {
    let link = html.lines().find(|line| line.starts_with("<link rel=\"stylesheet\"")).expect("a style sheet");
    html.replace(link, &format!("<style>{style}</style>"))
}
