//! Pages in a real browser: what axe-core says about them, light and dark, wide and narrow.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::browser::{alone, chromium};

/// The environment variable that names a folder in which the pages stay, to be looked at.
const SHOW: &str = "KHIEN_SHOW_PAGES";
/// Fewer rules apply only to a page that is not there.
const LEAST_RULES: u64 = 15;
/// How many pages one browser looks at: it is ended after [`LONGEST`], whatever else the machine has to do.
const PAGES_AT_ONCE: usize = 30;
/// How long one browser may take, in milliseconds.
const LONGEST: u32 = 400_000;

/// How many browsers look at the same time: the machine of our checks has two cores.
const BROWSERS: usize = 2;

/// A window in which pages are looked at.
struct Window {
    width: u32,
    flags: &'static [&'static str],
    /// Whether the pages of every language are looked at: words change how wide something is, but no colours.
    in_every_language: bool,
}

/// Light and dark; half a screen, which is a whole one at a zoom of 200 %; a phone, which is as narrow as a window of 1280 at a
/// zoom of 400 %.
const WINDOWS: &[Window] = &[
    Window { width: 1280, flags: &[], in_every_language: true },
    Window { width: 1280, flags: &["--blink-settings=preferredColorScheme=0"], in_every_language: false },
    Window { width: 640, flags: &[], in_every_language: false },
    Window { width: 320, flags: &[], in_every_language: true },
];

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
    const result = await frame.contentWindow.axe.run(page, { runOnly: rules, resultTypes: ["violations"] });
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

/// A page to look at.
#[derive(Debug, Clone)]
pub struct ShownPage {
    /// What it is called: a file name without its ending.
    pub name: String,
    /// The page as the server sends it.
    pub html: String,
}

/// Everything that axe-core finds wrong with `pages`, whose style sheet is `style`. With `KHIEN_SHOW_PAGES=FOLDER` they stay
/// in that folder, as files that any browser opens.
///
/// # Errors
/// A sentence: what is missing on this machine.
///
/// # Panics
/// When Chromium or axe-core does not do its work.
pub fn axe_complaints(pages: &[ShownPage], style: &str) -> Result<Vec<String>, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../browser/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(script)
        .map_err(|_| "axe-core is not installed (npm ci --ignore-scripts --prefix tests/browser)".to_owned())?;
    let temporary = tempfile::tempdir().expect("a folder");
    chromium(temporary.path())?;
    let folder = std::env::var_os(SHOW).map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    fs::create_dir_all(&folder).expect("a folder");
    for page in pages {
        fs::write(folder.join(format!("{}.html", page.name)), alone(&page.html, style)).expect("a file");
    }
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for window in WINDOWS {
        let is_looked_at = |page: &&ShownPage| window.in_every_language || page.html.contains("<html lang=\"vi\"");
        let pages: Vec<&ShownPage> = pages.iter().filter(is_looked_at).collect();
        tasks.extend(pages.chunks(PAGES_AT_ONCE).map(|pages| Task { window, pages: pages.to_vec() }));
    }
    let left = Mutex::new(tasks.iter().enumerate());
    let next = || left.lock().expect("no browser panics").next();
    let work = || {
        let mut done = Vec::new();
        while let Some((number, task)) = next() {
            done.push((number, task.complaints(&folder, number, &axe)));
        }
        done
    };
    let mut found: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let browsers: Vec<_> = (0..BROWSERS).map(|_| scope.spawn(work)).collect();
        browsers.into_iter().flat_map(|browser| browser.join().expect("a browser that does its work")).collect()
    });
    found.sort();
    Ok(found.into_iter().flat_map(|(_, complaints)| complaints).collect())
}

/// Pages that one browser looks at in one window.
struct Task<'p> {
    window: &'static Window,
    pages: Vec<&'p ShownPage>,
}

impl Task<'_> {
    fn complaints(&self, folder: &Path, number: usize, axe: &str) -> Vec<String> {
        let Window { width, flags, .. } = self.window;
        let answers = ask(&runner(folder, number, &self.pages, axe), *width, flags);
        assert_eq!(answers.len(), self.pages.len(), "every page is looked at");
        let mut complaints = Vec::new();
        for answer in answers {
            let passed = answer["passed"].as_u64().unwrap_or_default();
            assert!(passed >= LEAST_RULES, "only {passed} rules applied: {answer}");
            for found in answer["found"].as_array().expect("a list") {
                complaints.push(format!("{} {width} {flags:?}: {found}", answer["name"]));
            }
        }
        complaints
    }
}

/// The page that looks at the others.
fn runner(folder: &Path, number: usize, pages: &[&ShownPage], axe: &str) -> PathBuf {
    let names: Vec<String> = pages.iter().map(|page| format!("{}.html", page.name)).collect();
    let names = serde_json::to_string(&names).expect("JSON");
    let axe = serde_json::to_string(axe).expect("JSON").replace("</", "<\\/");
    let head = format!("<script>const AXE = {axe}; const PAGES = {names};</script>");
    // Several tests may show their pages in one folder.
    let file = folder.join(format!("runner-{}-{number}.html", std::process::id()));
    fs::write(&file, format!("<!DOCTYPE html><meta charset=\"utf-8\"><body>{head}<script>{RUN}</script>"))
        .expect("a file");
    file
}

/// What axe-core says about the pages in a browser with these flags.
fn ask(runner: &Path, width: u32, flags: &[&str]) -> Vec<serde_json::Value> {
    let profile = tempfile::tempdir().expect("a folder");
    let output = chromium(profile.path())
        .expect("it was there")
        .arg("--dump-dom")
        .arg("--virtual-time-budget=600000")
        .arg(format!("--timeout={LONGEST}"))
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
