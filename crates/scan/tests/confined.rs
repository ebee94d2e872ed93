//! What a reader cannot do, whatever a hostile file makes of it. The rules of this test do on purpose what a hostile file
//! would have a reader do; each time the worker ends, the file is not inspected, and the next file is looked into as ever.
//!
//! Workers are this very program started again, so the test has a `main` of its own, and the allocator of `khien`: what an
//! allocator asks of the kernel is part of what a worker must be left.

#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "it is a test, though the lints cannot see it")]

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[cfg(not(target_os = "linux"))]
fn main() {}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    on_linux::main()
}

#[cfg(target_os = "linux")]
mod on_linux {
    use std::io::Write as _;
    use std::process::ExitCode;

    use khien_inspect::{FileType, Limit, Reason, RuleHit, Rules, Verdict};
    use khien_scan::{Scanner, Settings, Upload, worker};

    /// Pieces of memory that nothing is written to: together more than the gigabyte that the allocator sets aside.
    const PIECES: usize = 96;
    /// How large each is: small enough to be taken from what was set aside.
    const PIECE_BYTES: usize = 16 * 1024 * 1024;

    /// The tests, as the test runner asks for them.
    const TESTS: &[(&str, fn())] = &[
        ("a_reader_cannot_do_anything_but_read", a_reader_cannot_do_anything_but_read),
        ("a_reader_that_goes_on_for_ever_is_ended", a_reader_that_goes_on_for_ever_is_ended),
        ("a_reader_has_so_much_memory_and_no_more", a_reader_has_so_much_memory_and_no_more),
        (
            "a_reader_gets_memory_when_what_was_set_aside_is_used_up",
            a_reader_gets_memory_when_what_was_set_aside_is_used_up,
        ),
        ("verdicts_are_remembered", verdicts_are_remembered),
        ("rules_that_do_not_load_are_no_scanner", rules_that_do_not_load_are_no_scanner),
    ];

    pub(super) fn main() -> ExitCode {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let is_asked = |word: &str| arguments.iter().any(|argument| argument == word);
        if is_asked(worker::ARGUMENT) {
            return if worker::run(load).is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        if is_asked("--list") {
            let listed = if is_asked("--ignored") { &[] } else { TESTS };
            for (name, _) in listed {
                println!("{name}: test");
            }
            return ExitCode::SUCCESS;
        }
        let names: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
        let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| *wanted == name);
        for (_, test) in TESTS.iter().filter(|(name, _)| wanted(name)) {
            test();
        }
        ExitCode::SUCCESS
    }

    /// Rules that do what the file says.
    struct Obedient;

    fn load(rules: &[u8]) -> Result<Box<dyn Rules>, String> {
        if rules == b"broken" { Err("these rules are broken".to_owned()) } else { Ok(Box::new(Obedient)) }
    }

    impl Rules for Obedient {
        fn id(&self) -> &'static str {
            "obedient"
        }

        fn scan(&self, bytes: &[u8], _: &[FileType], _: &str) -> Result<Vec<RuleHit>, Reason> {
            match bytes {
                b"open" => drop(std::fs::File::open("/etc/hostname")),
                b"write" => drop(std::fs::write("/tmp/khien-confined", "x")),
                b"list" => drop(std::fs::read_dir("/")),
                b"connect" => drop(std::net::TcpStream::connect("127.0.0.1:9")),
                #[expect(clippy::disallowed_methods, reason = "what is tried here must not work")]
                b"start" => drop(std::process::Command::new("/bin/true").spawn()),
                b"thread" => drop(std::thread::Builder::new().spawn(|| {})),
                b"sleep" => std::thread::sleep(std::time::Duration::from_millis(1)),
                b"panic" => panic!("a mistake in a reader"),
                b"nonsense" => drop(std::io::stdout().write_all(b"\xff\xff\xff\xffnonsense")),
                b"loop" => loop {
                    std::hint::black_box(0);
                },
                b"memory" => {
                    let much = vec![1_u8; 300 * 1024 * 1024];
                    std::hint::black_box(&much);
                }
                b"more than was set aside" => {
                    let much: Vec<Vec<u8>> = (0..PIECES).map(|_| vec![0; PIECE_BYTES]).collect();
                    std::hint::black_box(&much);
                }
                _ => {}
            }
            Ok(Vec::new())
        }
    }

    fn scanner(settings: Settings) -> Scanner {
        Scanner::new(Settings { workers: 1, ..settings }, Vec::new()).unwrap()
    }

    /// The verdict on a file with this text, and the first reason.
    fn scanned(scanner: &Scanner, text: &str) -> (Verdict, Option<Reason>) {
        let inspection = scanner.scan(&mut Upload::of_bytes("a.txt", text.as_bytes())).unwrap();
        (inspection.verdict, inspection.not_inspected().next().map(|(_, reason)| reason.clone()))
    }

    fn a_reader_cannot_do_anything_but_read() {
        let scanner = scanner(Settings::default());
        for trick in ["open", "write", "list", "connect", "start", "thread", "sleep", "panic", "nonsense"] {
            let crashed = (Verdict::NotInspected, Some(Reason::ReaderCrashed));
            assert_eq!(scanned(&scanner, trick), crashed, "{trick}");
            assert_eq!(scanned(&scanner, &format!("after {trick}")), (Verdict::Clean, None), "{trick}");
        }
        assert!(!std::path::Path::new("/tmp/khien-confined").exists());
    }

    fn a_reader_that_goes_on_for_ever_is_ended() {
        let by_the_clock = scanner(Settings { seconds: 1, ..Settings::default() });
        let reason = Reason::limit(Limit::Seconds, 1);
        assert_eq!(scanned(&by_the_clock, "loop"), (Verdict::NotInspected, Some(reason)));
        assert_eq!(scanned(&by_the_clock, "x"), (Verdict::Clean, None));
        let by_the_processor = scanner(Settings { processor_seconds: 0, ..Settings::default() });
        let reason = Reason::limit(Limit::Seconds, 0);
        assert_eq!(scanned(&by_the_processor, "loop"), (Verdict::NotInspected, Some(reason)));
        assert_eq!(scanned(&by_the_processor, "x"), (Verdict::Clean, None));
    }

    fn a_reader_has_so_much_memory_and_no_more() {
        let small = scanner(Settings { memory_bytes: 200 * 1024 * 1024, ..Settings::default() });
        assert_eq!(scanned(&small, "memory"), (Verdict::NotInspected, Some(Reason::ReaderCrashed)));
        assert_eq!(scanned(&small, "x"), (Verdict::Clean, None));
        assert_eq!(scanned(&scanner(Settings::default()), "memory"), (Verdict::Clean, None));
    }

    /// The allocator sets a gigabyte of addresses aside. When that is used up it gets more from the kernel, and names
    /// it: a worker that were ended for that would end at a file of some size.
    fn a_reader_gets_memory_when_what_was_set_aside_is_used_up() {
        let large = scanner(Settings { memory_bytes: 2 * (PIECES * PIECE_BYTES) as u64, ..Settings::default() });
        assert_eq!(scanned(&large, "more than was set aside"), (Verdict::Clean, None));
    }

    fn verdicts_are_remembered() {
        let scanner = scanner(Settings::default());
        let scan = |name, text: &[u8]| scanner.scan(&mut Upload::of_bytes(name, text)).unwrap();
        let first = scan("a.txt", b"x");
        assert!(std::sync::Arc::ptr_eq(&first, &scan("a.txt", b"x")));
        // Another name may be another verdict.
        assert!(!std::sync::Arc::ptr_eq(&first, &scan("b.txt", b"x")));
        // A mistake of a reader may not come again.
        assert!(!std::sync::Arc::ptr_eq(&scan("a.txt", b"panic"), &scan("a.txt", b"panic")));
    }

    fn rules_that_do_not_load_are_no_scanner() {
        let problem = Scanner::new(Settings::default(), b"broken".to_vec()).unwrap_err();
        assert!(problem.to_string().contains("these rules are broken"), "{problem}");
    }
}
