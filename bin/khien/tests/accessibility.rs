//! The HTML report in a real browser: axe-core finds nothing, in both languages, light and dark, wide and narrow.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian puts Chromium.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Pages of results made by hand, with everything that one can show.
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/result/src/golden");

/// Runs axe-core with everything unfolded and leaves the result in the page.
const RUN: &str = r#"
for (const details of document.querySelectorAll("details")) details.open = true;
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
axe.run(document, { runOnly: rules }).then(result => {
    const short = result.violations.map(found => found.id + ": " + found.nodes.map(node => node.html).join(" | "));
    const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth;
    if (wide) short.push("the page is wider than the window");
    const answer = document.createElement("pre");
    answer.textContent = "AXE passed " + result.passes.length + " found " + JSON.stringify(short) + " AXE";
    document.body.append(answer);
});
"#;

fn axe() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/node_modules/axe-core/axe.min.js");
    fs::read_to_string(file).ok()
}

/// The page with axe-core inside. Its own policy forbids scripts, so the policy is taken out, and only that.
fn with_axe(page: &str, axe: &str) -> String {
    let policy = page.lines().find(|line| line.contains("Content-Security-Policy")).expect("the page has a policy");
    let scripts = format!("<script>{axe}</script><script>{RUN}</script></body>");
    page.replace(policy, "").replace("</body>", &scripts)
}

/// What axe-core says about the page in a browser with these flags.
#[expect(clippy::disallowed_methods, reason = "the test is about the page in a real browser")]
fn ask(page: &Path, flags: &[&str]) -> String {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(CHROMIUM)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--dump-dom"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--virtual-time-budget=20000", "--timeout=60000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(flags)
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("Chromium starts");
    let document = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = document.split("<pre>AXE ").nth(1).and_then(|rest| rest.split(" AXE</pre>").next());
    said.unwrap_or_else(|| panic!("axe-core did not run: {}", String::from_utf8_lossy(&output.stderr))).to_owned()
}

#[expect(clippy::disallowed_methods, reason = "the test is about the program as a process")]
fn report(language: &str, target: &Path) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let status = Command::new(env!("CARGO_BIN_EXE_khien"))
        .current_dir(fixtures)
        .args(["check", "--directive", "letter.yaml", "--facts", "pc.json", "--at", "2026-11-22T08:00:00+07:00"])
        .args(["--format", "html", "--lang", language, "--output"])
        .arg(target)
        .status()
        .expect("the program starts");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn axe_finds_nothing_in_a_report() {
    let (Some(axe), true) = (axe(), Path::new(CHROMIUM).exists()) else {
        println!("SKIPPED: Chromium or axe-core (tests/browser) is not installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let golden = Path::new(GOLDEN);
    for language in ["vi", "en"] {
        let fresh = folder.path().join(format!("fresh.{language}.html"));
        report(language, &fresh);
        for page in [fresh, golden.join(format!("badly-kept.{language}.html"))] {
            let target: PathBuf = folder.path().join("page.html");
            fs::write(&target, with_axe(&fs::read_to_string(&page).expect("a page"), &axe)).expect("a copy");
            for flags in
                [&["--window-size=1200,900"][..], &["--window-size=500,900", "--blink-settings=preferredColorScheme=0"]]
            {
                let said = ask(&target, flags);
                let (passed, found) = said.split_once(" found ").expect("a result");
                assert_eq!(found, "[]", "{} {flags:?}", page.display());
                let passed: usize = passed.trim_start_matches("passed ").parse().expect("a number");
                assert!(passed >= 20, "only {passed} rules applied to {}", page.display());
            }
        }
    }
}

#[test]
fn axe_would_find_something() {
    let (Some(axe), true) = (axe(), Path::new(CHROMIUM).exists()) else {
        println!("SKIPPED: Chromium or axe-core (tests/browser) is not installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let golden = Path::new(GOLDEN).join("badly-kept.vi.html");
    let page = fs::read_to_string(golden).expect("a page").replace("--ink: #1b1f24", "--ink: #e0e0e0");
    let target = folder.path().join("page.html");
    fs::write(&target, with_axe(&page, &axe)).expect("a copy");
    let said = ask(&target, &["--window-size=1200,900"]);
    assert!(said.contains("color-contrast"), "{said}");
}
