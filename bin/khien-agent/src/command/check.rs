//! `khien-agent check`: look and judge here, without a server.

use std::path::Path;

use jiff::Timestamp;
use khien_directive::{Directive, Lang, load};
use khien_judge::{judge, told_steps};
use khien_model::facts::FactDocument;
use khien_model::{Because, Evidence, Exemptions, Finding, Organisation, State};
use serde_json::Value;

use super::words::{self, text};
use super::{Exit, Voice, moment};
use crate::state::Readable;
use crate::{Problem, Settings, collect};

/// A directive, and whether the server judges by it.
struct Chosen {
    directive: Directive,
    is_from_server: bool,
}

/// Carries out the command: judges, and lists what passes too when `all` is wanted.
pub(super) fn run(folder: &Path, all: bool, now: Timestamp, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    let state = Readable::at(folder);
    let chosen = match fetched(&state) {
        Ok(Some(directive)) => Chosen { directive, is_from_server: true },
        Ok(None) => shipped(now, voice.lang)?,
        Err(Problem::StateUnusable { .. }) => {
            let hint = if cfg!(windows) { "check-no-state-windows" } else { "check-no-state" };
            voice.say(text(hint, voice.lang));
            voice.say("");
            shipped(now, voice.lang)?
        }
        Err(problem) => return Err(problem),
    };
    let (document, hostname) = look(&state, now)?;
    Ok(show(&chosen, &document, &hostname, all, now, voice))
}

/// Carries out the command as far as looking goes: prints what was seen.
pub(super) fn facts(folder: &Path, now: Timestamp, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    let (document, _) = look(&Readable::at(folder), now)?;
    voice.say(&serde_json::to_string_pretty(&document).expect(collect::FACTS_ARE_JSON));
    Ok(Exit::Good)
}

/// What is seen on this machine, and its name.
fn look(state: &Readable, now: Timestamp) -> Result<(FactDocument, String), Problem> {
    let settings = match state.settings() {
        // Who may not look into the state looks at what is theirs.
        Err(Problem::StateUnusable { .. }) => Settings::default(),
        settings => settings?,
    };
    let facts = collect::Looker::kept_in(state.folder()).look(settings, None, now);
    let (hostname, _) = collect::machine(&facts);
    // What the server calls this device; anybody may ask, not only who may read the state.
    let id = state.enrolment().ok().flatten().map_or_else(|| hostname.clone(), |enrolment| enrolment.device_id);
    Ok((collect::document(id, facts), hostname))
}

/// The directive that was fetched from the server.
fn fetched(state: &Readable) -> Result<Option<Directive>, Problem> {
    let Some(bundle) = state.directive()? else { return Ok(None) };
    let files = &bundle.files;
    let source = |name: &str| files.get(name).map(|text| text.clone().into_bytes()).ok_or_else(|| "missing".to_owned());
    match load(&bundle.main, &source) {
        Ok(loaded) => Ok(Some(loaded.directive)),
        Err(mistakes) => Err(no_directive(&mistakes)),
    }
}

fn shipped(now: Timestamp, lang: Lang) -> Result<Chosen, Problem> {
    let found = khien_content::in_force(now).map_err(|mistakes| no_directive(&mistakes))?;
    let none = || Problem::NoDirective { detail: text("check-none-in-force", lang).to_owned() };
    found.map(|directive| Chosen { directive, is_from_server: false }).ok_or_else(none)
}

fn no_directive(mistakes: &[khien_directive::Diagnostic]) -> Problem {
    let first = mistakes.first().map(|first| khien_directive::render(first, Lang::En, false));
    Problem::NoDirective { detail: first.unwrap_or_default() }
}

/// Judges and writes the result, worst first; says how it ended.
fn show(
    chosen: &Chosen,
    document: &FactDocument,
    hostname: &str,
    all: bool,
    now: Timestamp,
    voice: &mut Voice<'_>,
) -> Exit {
    let (lang, directive) = (voice.lang, &chosen.directive);
    let from = if chosen.is_from_server { text("check-from-server", lang) } else { text("check-shipped", lang) };
    voice.say(text("check-title", lang));
    voice.say(&format!("{}: {} ({}, {from})", text("check-directive", lang), directive.title.get(lang), directive.id));
    voice.say(&format!("{}: {hostname}", text("check-machine", lang)));
    voice.say(&format!("{}: {}", text("check-moment", lang), moment(now, lang)));

    let mut findings = judge(directive, document, &Exemptions::default(), &Organisation::default(), now);
    findings.sort_by_key(|finding| (rank(finding.state), finding.severity));
    for finding in findings.iter().filter(|finding| all || finding.state != State::Pass) {
        tell(finding, directive, document, voice);
    }
    voice.say("");
    let count = |state| findings.iter().filter(|finding| finding.state == state).count();
    for state in [State::Fail, State::Unknown, State::Exempt, State::Pass] {
        voice.say(&format!("{:4}  {}", count(state), words::state(state, lang).to_lowercase()));
    }
    if count(State::Fail) > 0 {
        Exit::Fails
    } else if count(State::Pass) + count(State::Exempt) == 0 {
        Exit::NothingJudged
    } else {
        Exit::Good
    }
}

/// Which findings come first.
const fn rank(state: State) -> u8 {
    match state {
        State::Fail => 0,
        State::Unknown => 1,
        State::Exempt => 2,
        State::Pass => 3,
    }
}

fn tell(finding: &Finding, directive: &Directive, document: &FactDocument, voice: &mut Voice<'_>) {
    let Some((_, control)) = directive.control(&finding.control) else { return };
    let lang = voice.lang;
    voice.say("");
    let (state, severity) = (words::state(finding.state, lang), words::severity(finding.severity, lang));
    voice.say(&format!("{state}  {} {} [{severity}]", finding.clause, control.title.get(lang)));
    if finding.state == State::Pass {
        return;
    }
    if !finding.because.is_empty() {
        voice.say(&format!("    {}", text("check-why", lang)));
        for because in &finding.because {
            voice.say(&format!("    • {}", reason(because, lang)));
        }
    }
    if !finding.offenders.is_empty() {
        voice.say(&format!("    {}", text("check-offending", lang)));
        for offender in &finding.offenders {
            voice.say(&format!("    • {}", one_line(offender)));
        }
        if finding.offenders_left_out > 0 {
            voice.say(&format!("    • {} {}", text("check-more", lang), finding.offenders_left_out));
        }
    }
    if finding.state == State::Fail {
        voice.say(&format!("    {}", text("check-fix", lang)));
        for (number, step) in told_steps(control, document).get(lang).iter().enumerate() {
            voice.say(&format!("    {}. {step}", number + 1));
        }
    }
}

/// A value that decided, or why it is missing: `antivirus.products[0].running: không`.
fn reason(because: &Because, lang: Lang) -> String {
    let told = match &because.evidence {
        Evidence::Reason(gap) if gap.detail.is_empty() => words::gap(gap.code, lang).to_owned(),
        Evidence::Reason(gap) => format!("{} ({})", words::gap(gap.code, lang), one_line(&gap.detail)),
        Evidence::Value(value) => told_value(value, lang),
    };
    format!("{}: {told}", because.path)
}

fn told_value(value: &Value, lang: Lang) -> String {
    match value {
        Value::Bool(true) => text("yes", lang).to_owned(),
        Value::Bool(false) => text("no", lang).to_owned(),
        Value::String(text) => format!("«{}»", one_line(text)),
        Value::Object(fields) => match (fields.get("items"), fields.get("present")) {
            (Some(count), _) => format!("{count} {}", text("items", lang)),
            (None, Some(Value::Bool(true))) => text("yes", lang).to_owned(),
            _ => value.to_string(),
        },
        _ => value.to_string(),
    }
}

/// A text from the machine that cannot move the cursor or begin a line of its own.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIRECTIVE: &str = "khien: 1\nid: a\ntitle: {vi: Chỉ thị thử, en: A trial}\nissued: 2026-01-05\n\
        valid_from: 2026-01-05\nclauses:\n  - id: \"4.1\"\n    title: {vi: a, en: a}\n    text: {vi: a, en: a}\n    \
        controls:\n";

    fn chosen() -> Chosen {
        let control = |id: &str, severity: &str, pass: &str| {
            format!(
                "      - {{id: {id}, subject: device, title: {{vi: Việc {id}, en: Task {id}}}, severity: {severity}, \
                 fresh_within: 7d, due: 5d, pass: '{pass}', fix: {{vi: [Làm {id}.], en: [Do {id}.]}}}}\n"
            )
        };
        let text = format!(
            "{DIRECTIVE}{}{}{}{}",
            control("good", "low", "os.hostname == \"pc-07\""),
            control("bad", "low", "os.hostname == \"pc-08\""),
            control("worse", "critical", "os.name == \"x\""),
            control("dark", "high", "antivirus.products.exists(p, p.running)"),
        );
        let source = |_: &str| Ok(text.clone().into_bytes());
        let directive = load("a.yaml", &source).unwrap_or_else(|mistakes| panic!("{mistakes:#?}")).directive;
        Chosen { directive, is_from_server: true }
    }

    fn shown(facts: &str, lang: Lang, all: bool) -> (Exit, String) {
        let document = format!(r#"{{"device": {{"id": "d-1", "facts": {facts}}}}}"#);
        let document = FactDocument::from_json(&document).expect("facts");
        let mut out = Vec::new();
        let now = "2026-11-22T08:00:00Z".parse().expect("a timestamp");
        let exit = show(&chosen(), &document, "pc-07", all, now, &mut Voice { lang, out: &mut out });
        (exit, String::from_utf8(out).expect("text"))
    }

    const FACTS: &str = r#"{
        "os": {"observed_at": "2026-11-22T08:00:00Z", "source": "t", "value": {"hostname": "pc-07", "name": "a\u001b[2Jb"}},
        "antivirus": {"observed_at": "2026-11-22T08:00:00Z", "source": "t", "error": {"code": "permission_denied", "detail": "/x"}}
    }"#;

    #[test]
    fn what_is_red_comes_first_with_why_and_how_to_mend_it() {
        let (exit, text) = shown(FACTS, Lang::En, false);
        assert_eq!(exit, Exit::Fails);
        expect_test::expect![[r#"
            CYBER-SECURITY CHECK
            Directive: A trial (a, from the server)
            Machine: pc-07
            Moment: 2026-11-22 15:00

            FAIL  4.1 Task worse [critical]
                Why:
                • os.name: «a�[2Jb»
                How to mend it:
                1. Do worse.

            FAIL  4.1 Task bad [low]
                Why:
                • os.hostname: «pc-07»
                How to mend it:
                1. Do bad.

            UNKNOWN  4.1 Task dark [high]
                Why:
                • antivirus: not enough rights to read it (/x)

               2  fail
               1  unknown
               0  exempt
               1  pass
        "#]]
        .assert_eq(&text);
        let (_, text) = shown(FACTS, Lang::Vi, true);
        expect_test::expect![[r#"
            KIỂM TRA AN NINH MẠNG
            Văn bản chỉ đạo: Chỉ thị thử (a, theo máy chủ)
            Máy: pc-07
            Thời điểm: 22/11/2026 15:00

            KHÔNG ĐẠT  4.1 Việc worse [nghiêm trọng]
                Vì sao:
                • os.name: «a�[2Jb»
                Cách khắc phục:
                1. Làm worse.

            KHÔNG ĐẠT  4.1 Việc bad [thấp]
                Vì sao:
                • os.hostname: «pc-07»
                Cách khắc phục:
                1. Làm bad.

            CHƯA XÁC ĐỊNH  4.1 Việc dark [cao]
                Vì sao:
                • antivirus: không đủ quyền đọc (/x)

            ĐẠT  4.1 Việc good [thấp]

               2  không đạt
               1  chưa xác định
               0  miễn trừ
               1  đạt
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn where_nothing_is_known_nothing_is_judged() {
        assert_eq!(shown("{}", Lang::Vi, false).0, Exit::NothingJudged);
    }

    #[test]
    fn without_a_server_the_shipped_directive_is_used() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(fetched(&Readable::at(folder.path())).expect("nothing there").is_none());
        let now = "2026-11-22T08:00:00Z".parse().expect("a timestamp");
        let chosen = shipped(now, Lang::Vi).expect("one is in force");
        assert!(!chosen.is_from_server && chosen.directive.id == "thads-2026");
        assert!(matches!(shipped(Timestamp::UNIX_EPOCH, Lang::Vi), Err(Problem::NoDirective { .. })));
    }
}
