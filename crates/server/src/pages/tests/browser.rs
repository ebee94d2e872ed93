//! Every page in a real browser: axe-core finds nothing, in both languages, light and dark, from a wide window to a phone.
//!
//! With `KHIEN_SHOW_PAGES=FOLDER` the pages stay in that folder, as files that any browser opens.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::PAGES;
use super::world::World;

/// Where Debian puts Chromium.
const CHROMIUM: &str = "/usr/bin/chromium";
/// The environment variable that names the folder in which the pages stay.
const SHOW: &str = "KHIEN_SHOW_PAGES";

/// Runs axe-core over each page in turn, in a frame of its own, with everything unfolded.
const RUN: &str = r#"
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const answers = [];
async function look(name) {
    const frame = document.createElement("iframe");
    frame.width = location.hash.slice(1); frame.height = 900; frame.title = name;
    const loaded = new Promise(done => frame.onload = done);
    frame.src = name;
    document.body.append(frame);
    await loaded;
    const page = frame.contentDocument;
    for (const details of page.querySelectorAll("details")) details.open = true;
    const script = page.createElement("script");
    script.textContent = AXE;
    page.head.append(script);
    const result = await frame.contentWindow.axe.run(page, { runOnly: rules });
    const found = result.violations.map(found => found.id + ": " + found.nodes.slice(0, 3).map(node => node.html).join(" | "));
    if (page.documentElement.scrollWidth > page.documentElement.clientWidth) found.push("the page is wider than the window");
    answers.push({ name, passed: result.passes.length, found });
    frame.remove();
}
(async () => {
    for (const name of PAGES) await look(name);
    const answer = document.createElement("pre");
    answer.textContent = "AXE " + JSON.stringify(answers) + " AXE";
    document.body.append(answer);
})();
"#;

fn axe() -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/browser/node_modules/axe-core/axe.min.js");
    fs::read_to_string(file).ok()
}

/// A page that stands alone: the style sheet inside.
fn alone(html: &str) -> String {
    let style = concat!("<style>", include_str!("../../../assets/khien.css"), "</style>");
    let link = html.lines().find(|line| line.starts_with("<link rel=\"stylesheet\"")).expect("a style sheet");
    html.replace(link, style)
}

/// Writes every page in both languages into `folder`; their names.
async fn written(folder: &Path) -> Vec<String> {
    let world = World::found().await;
    let mut names = Vec::new();
    // Something to see where requests and sign-offs stand.
    let about = "subject_kind=device&subject_id=PC-KV1-01&control=no-saved-passwords";
    let text = "text=T%C3%B4i%20kh%C3%B4ng%20t%C3%ACm%20th%E1%BA%A5y%20n%C3%BAt%20x%C3%B3a.";
    world.post("lan", "/my/requests", &format!("kind=help&{about}&{text}")).await;
    world.post("huong", "/units/kv1/sign-off", "note=Hai%20m%C3%A1y%20%C4%91ang%20ch%E1%BB%9D%20thay.").await;
    for (number, (person, path)) in PAGES.iter().enumerate() {
        for language in ["vi", "en"] {
            let address = format!("{path}{}lang={language}", if path.contains('?') { '&' } else { '?' });
            let html = alone(&world.get(person, &address).await.html);
            let slug: String =
                path.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
            let name = format!("{number:02}{slug}.{language}.html");
            fs::write(folder.join(&name), html).expect("a file");
            names.push(name);
        }
    }
    names
}

/// What axe-core says about the pages in a browser with these flags.
#[expect(clippy::disallowed_methods, reason = "the test is about pages in a real browser")]
fn ask(runner: &Path, width: u32, flags: &[&str]) -> Vec<serde_json::Value> {
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(CHROMIUM)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--dump-dom"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--allow-file-access-from-files", "--disable-web-security"])
        .args(["--virtual-time-budget=600000", "--timeout=300000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(flags)
        .arg(format!("file://{}#{width}", runner.display()))
        .output()
        .expect("Chromium starts");
    let document = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = document.split("<pre>AXE ").nth(1).and_then(|rest| rest.split(" AXE</pre>").next());
    let said = said.unwrap_or_else(|| panic!("axe-core did not run: {}", String::from_utf8_lossy(&output.stderr)));
    let said = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    serde_json::from_str(&said).expect("JSON")
}

/// The page that looks at the others.
fn runner(folder: &Path, names: &[String], axe: &str) -> PathBuf {
    let quoted = |text: &str| serde_json::to_string(text).expect("JSON").replace("</", "<\\/");
    let names = serde_json::to_string(names).expect("JSON");
    let html = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><body><script>const AXE = {}; const PAGES = {names};</script><script>{RUN}</script>",
        quoted(axe)
    );
    let file = folder.join("runner.html");
    fs::write(&file, html).expect("a file");
    file
}

#[tokio::test]
async fn axe_finds_nothing_on_any_page() {
    let (Some(axe), true) = (axe(), Path::new(CHROMIUM).exists()) else {
        println!("SKIPPED: Chromium or axe-core (tests/browser) is not installed");
        return;
    };
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = std::env::var_os(SHOW).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    fs::create_dir_all(&folder).expect("a folder");
    let names = written(&folder).await;
    let runner = runner(&folder, &names, &axe);
    let mut complaints = Vec::new();
    // A phone is 320 wide, and so is a window of 1280 at a zoom of 400 %.
    for (width, flags) in
        [(1280, &[][..]), (1280, &["--blink-settings=preferredColorScheme=0"]), (640, &[]), (320, &[])]
    {
        let answers = ask(&runner, width, flags);
        assert_eq!(answers.len(), names.len(), "every page is looked at");
        for answer in answers {
            let passed = answer["passed"].as_u64().unwrap_or_default();
            assert!(passed >= 20, "only {passed} rules applied: {answer}");
            for found in answer["found"].as_array().expect("a list") {
                complaints.push(format!("{} {width} {flags:?}: {found}", answer["name"]));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
