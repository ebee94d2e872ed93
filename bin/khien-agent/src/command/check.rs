//! `khien-agent check`: look and judge here, without a server.

use std::path::Path;

use jiff::Timestamp;
use khien_directive::{Directive, Lang, load};
use khien_judge::judge;
use khien_model::facts::FactDocument;
use khien_model::{Exemptions, Organisation, Subject};
use khien_result::{Conclusion, FollowUp, Origin, Report, Rights, Terminal};
use khien_texts::Texts;

use super::arguments::{Form, Shown};
use super::words::text;
use super::{Exit, Voice, language};
use crate::state::Readable;
use crate::{Problem, Settings, collect};

/// Lines as wide as any window shows them.
const WIDTH: usize = 80;

/// A directive, and whether the server judges by it.
struct Chosen {
    directive: Directive,
    origin: Origin,
}

/// Carries out the command. A page is opened without a window of our own.
#[cfg(windows)]
pub(super) fn run(folder: &Path, shown: Shown, now: Timestamp, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    if shown != Shown::Result(Form::Opened) {
        return show(folder, shown, now, voice);
    }
    let window = crate::windows::Window::find();
    window.tell(show(folder, shown, now, voice))
}

#[cfg(not(windows))]
pub(super) use show as run;

/// Looks, judges and shows.
pub(super) fn show(folder: &Path, shown: Shown, now: Timestamp, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    let state = Readable::at(folder);
    match shown {
        Shown::Facts => {
            let (document, _) = look(&state, now)?;
            voice.say(&serde_json::to_string_pretty(&document).expect(collect::FACTS_ARE_JSON));
            Ok(Exit::Good)
        }
        Shown::Result(form) => show_result(&state, form, now, voice),
    }
}

fn show_result(state: &Readable, form: Form, now: Timestamp, voice: &mut Voice<'_>) -> Result<Exit, Problem> {
    let (chosen, is_shut_out) = choose(state, now, voice.lang)?;
    let (document, hostname) = look(state, now)?;
    let report = report(&chosen, &document, hostname, now);
    let texts = texts(voice.lang);
    match form {
        Form::Text { all } => {
            if is_shut_out {
                let hint = if cfg!(windows) { "check-no-state-windows" } else { "check-no-state" };
                voice.say(text(hint, voice.lang));
                voice.say("");
            }
            let terminal = Terminal { width: WIDTH, coloured: false };
            voice.write(&khien_result::text::render(&report, &texts, terminal, all));
        }
        Form::Page => voice.write(&khien_result::html::render(&report, &texts)),
        #[cfg(windows)]
        Form::Opened => crate::windows::open(&khien_result::html::render(&report, &texts))?,
        Form::Json => voice.write(&khien_result::json::render(&report)),
    }
    Ok(exit_of(&report))
}

/// The directive to judge by. Says too whether the state may not be read, so that the shipped one is used.
fn choose(state: &Readable, now: Timestamp, lang: Lang) -> Result<(Chosen, bool), Problem> {
    match fetched(state) {
        Ok(Some(directive)) => Ok((Chosen { directive, origin: Origin::Server }, false)),
        Ok(None) => Ok((shipped(now, lang)?, false)),
        Err(Problem::StateUnusable { .. }) => Ok((shipped(now, lang)?, true)),
        Err(problem) => Err(problem),
    }
}

/// What is seen on this machine, and its name.
fn look(state: &Readable, now: Timestamp) -> Result<(FactDocument, String), Problem> {
    let settings = match state.settings() {
        // Who may not look into the state looks at what is theirs.
        Err(Problem::StateUnusable { .. }) => Settings::default(),
        settings => settings?,
    };
    let mut facts = collect::Looker::kept_in(state.folder()).look(settings, None, now);
    facts.reporting = collect::reporting(state, now);
    facts.agent = collect::agent(state, now);
    let (hostname, _) = collect::machine(&facts);
    // What the server calls this device; anybody may ask, not only who may read the state.
    let id = state.enrolment().ok().flatten().map_or_else(|| hostname.clone(), |enrolment| enrolment.device_id);
    Ok((collect::document(id, facts), hostname))
}

/// Judges.
fn report(chosen: &Chosen, document: &FactDocument, hostname: String, now: Timestamp) -> Report {
    let directive = &chosen.directive;
    let findings = judge(directive, document, &Exemptions::default(), &Organisation::default(), now);
    let rights = if cfg!(windows) { Rights::AdministratorWindow } else { Rights::Sudo };
    let mut report = Report::of(directive, document, findings, now, FollowUp { rights, ..FollowUp::of("khien-agent") });
    report.directive.origin = Some(chosen.origin);
    // Who sits before the machine knows it by its name.
    report.subject = Subject { id: hostname, ..report.subject };
    report
}

fn texts(lang: Lang) -> Texts {
    let language = language(lang);
    Texts::new(language, &[khien_result::say::source(language)])
}

fn exit_of(report: &Report) -> Exit {
    match report.summary().conclusion() {
        Conclusion::Good => Exit::Good,
        Conclusion::Fails => Exit::Fails,
        Conclusion::NothingJudged => Exit::NothingJudged,
    }
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
    found.map(|directive| Chosen { directive, origin: Origin::Program }).ok_or_else(none)
}

fn no_directive(mistakes: &[khien_directive::Diagnostic]) -> Problem {
    let first = mistakes.first().map(|first| khien_directive::render(first, Lang::En, false));
    Problem::NoDirective { detail: first.unwrap_or_default() }
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
        Chosen { directive, origin: Origin::Server }
    }

    fn shown(facts: &str, lang: Lang, all: bool) -> (Exit, String) {
        let document = format!(r#"{{"device": {{"id": "d-1", "facts": {facts}}}}}"#);
        let document = FactDocument::from_json(&document).expect("facts");
        let now = "2026-11-22T08:00:00Z".parse().expect("a timestamp");
        let report = report(&chosen(), &document, "pc-07".to_owned(), now);
        let terminal = Terminal { width: WIDTH, coloured: false };
        (exit_of(&report), khien_result::text::render(&report, &texts(lang), terminal, all))
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
            Cyber-security check
            Directive  A trial (a), from the server
            Subject    device pc-07 – a�[2Jb
            Moment     2026-11-22 15:00 (Vietnamese time)

            Clause 4.1. a

            ✗ FAIL  Task worse [critical]
                Why:
                • Operating system › full name: a�[2Jb
                  os.name
                How to mend it: Do worse.
                To be mended: within 5 days

            ✗ FAIL  Task bad [low]
                Why:
                • Operating system › host name: pc-07
                  os.hostname
                How to mend it: Do bad.
                To be mended: within 5 days

            ? UNKNOWN  Task dark [high]
                Why:
                • Antivirus: not enough rights to read it (/x)
                  antivirus
                What to do: Run it again with administrator rights: sudo khien-agent check

               2  fail
               1  unknown
               0  exempt
               1  pass
            2 of 4 controls fail. Mend the critical ones first.
            To see them: khien-agent check --all
        "#]]
        .assert_eq(&text);
        let (_, text) = shown(FACTS, Lang::Vi, true);
        expect_test::expect![[r#"
            Kết quả kiểm tra an ninh mạng
            Văn bản chỉ đạo  Chỉ thị thử (a), theo máy chủ
            Đối tượng        thiết bị pc-07 – a�[2Jb
            Thời điểm        15:00 ngày 22/11/2026 (giờ Việt Nam)

            Điều khoản 4.1. a

            ✗ KHÔNG ĐẠT  Việc worse [mức độ nghiêm trọng]
                Vì sao:
                • Hệ điều hành › tên đầy đủ: a�[2Jb
                  os.name
                Cách khắc phục: Làm worse.
                Hạn khắc phục: trong 5 ngày

            ✗ KHÔNG ĐẠT  Việc bad [mức độ thấp]
                Vì sao:
                • Hệ điều hành › tên máy: pc-07
                  os.hostname
                Cách khắc phục: Làm bad.
                Hạn khắc phục: trong 5 ngày

            ? CHƯA XÁC ĐỊNH  Việc dark [mức độ cao]
                Vì sao:
                • Phần mềm diệt vi-rút: không đủ quyền đọc (/x)
                  antivirus
                Cần làm: Chạy lại với quyền quản trị: sudo khien-agent check
            ✓ ĐẠT  Việc good (good)
                Kết quả còn đúng đến: 15:00 ngày 29/11/2026

               2  không đạt
               1  chưa xác định
               0  miễn trừ
               1  đạt
            2 trong 4 nội dung không đạt. Hãy khắc phục nội dung nghiêm trọng trước.
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
        assert!(chosen.origin == Origin::Program && chosen.directive.id == "thads-2026");
        assert!(matches!(shipped(Timestamp::UNIX_EPOCH, Lang::Vi), Err(Problem::NoDirective { .. })));
    }
}
