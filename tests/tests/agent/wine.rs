//! A Windows PC for a test: Wine with a fresh disk, thrown away at the end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use khien_tests::{is_installed, workspace};
use tempfile::TempDir;

/// Names the folder with the agent for Windows; `cargo xtask test` builds it and sets this.
const BUILT: &str = "KHIEN_TEST_WINDOWS";

/// Where Debian has the programs of Wine, which are not on the path.
const WINE: &str = "/usr/lib/wine/wine64";
const WINE_SERVER: &str = "/usr/lib/wine/wineserver64";

/// How long a program may take, the making of a disk included.
const DEADLINE: Duration = Duration::from_mins(3);

/// How long a PC stays awake at most.
const SECONDS_AWAKE: &str = "600";

/// What a PC says when it is awake.
const AWAKE: &str = "awake";

/// How often it is looked whether a program has ended.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A PC.
pub(crate) struct Pc {
    disk: TempDir,
    /// Where the built agent lies.
    built: PathBuf,
    /// Wine ends its services with the last program that is none: this one stays.
    awake: Option<Child>,
}

impl Pc {
    /// Makes one; says why not where that is impossible.
    #[expect(clippy::print_stdout, reason = "a test that misses its peer says so")]
    pub(crate) fn new() -> Option<Self> {
        let Some(built) = std::env::var_os(BUILT).map(PathBuf::from).filter(|folder| folder.is_dir()) else {
            println!("SKIPPED: the agent for Windows is not built ({BUILT} is set by cargo xtask test)");
            return None;
        };
        if !is_installed(WINE) || !is_installed(WINE_SERVER) {
            return None;
        }
        let disk = tempfile::tempdir().expect("a folder");
        let mut pc = Self { disk, built, awake: None };
        pc.start();
        Some(pc)
    }

    /// Makes the disk, as the first program on it does, and waits until that program speaks: two programs that both find no
    /// disk would be in each other's way.
    fn start(&mut self) {
        let said = tempfile::NamedTempFile::new().expect("a file");
        let stays = format!("echo {AWAKE}& ping -n {SECONDS_AWAKE} 127.0.0.1");
        let mut command = self.wine(WINE);
        command.args(["cmd", "/c", &stays]).stdin(Stdio::null()).stderr(Stdio::null());
        let started = command.stdout(said.reopen().expect("the file")).spawn().expect("wine starts");
        let awake = self.awake.insert(started);
        let began = Instant::now();
        while !std::fs::read_to_string(said.path()).expect("text").contains(AWAKE) {
            let ended = awake.try_wait().expect("a child");
            assert!(ended.is_none() && began.elapsed() < DEADLINE, "no disk was made: {ended:?}");
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// The agent as it was built.
    pub(crate) fn agent(&self) -> String {
        of_linux(&self.built.join("khien-agent.exe"))
    }

    /// The installer; says so where there is none.
    pub(crate) fn installer(&self) -> Option<String> {
        let installer = self.built.join("khien-agent.msi");
        // Where there is no wixl none is made.
        is_installed(&installer.display().to_string()).then(|| of_linux(&installer))
    }

    /// An installer of the same program that calls itself another version; says so where it cannot be made.
    pub(crate) fn installer_of(&self, version: &str) -> Option<String> {
        let _ = self.installer()?;
        if !is_installed("wixl") {
            return None;
        }
        let installer = self.disk.path().join(format!("khien-agent-{version}.msi"));
        // It looks for the program beside the description.
        let description = self.disk.path().join("khien-agent.wxs");
        std::fs::copy(workspace("packaging/windows/khien-agent.wxs"), &description).expect("the description");
        std::fs::copy(self.built.join("khien-agent.exe"), self.disk.path().join("khien-agent.exe")).expect("a copy");
        let mut wixl = wixl();
        wixl.args(["--arch", "x64", "-D", &format!("Version={version}"), "-o"]).arg(&installer).arg(&description);
        let made = wixl.current_dir(self.disk.path()).output().expect("wixl starts");
        assert!(made.status.success(), "{made:?}");
        Some(of_linux(&installer))
    }

    /// A place on the disk `C:`.
    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.disk.path().join("drive_c").join(path)
    }

    /// The folder of the user whom Wine has.
    pub(crate) fn home(&self) -> PathBuf {
        let users = std::fs::read_dir(self.place("users")).expect("users");
        let mut names = users.map(|user| user.expect("a user").path());
        names.find(|path| !path.ends_with("Public")).expect("somebody besides the public")
    }

    /// Starts a program, for a test that does not wait for its end.
    pub(crate) fn begin(&self, words: &[&str]) -> Child {
        let mut command = self.wine(WINE);
        command.args(words).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("wine starts")
    }

    /// Runs a program to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        let out = tempfile::NamedTempFile::new().expect("a file");
        let err = tempfile::NamedTempFile::new().expect("a file");
        let mut child = self
            .wine(WINE)
            .args(words)
            .stdin(Stdio::null())
            .stdout(out.reopen().expect("the file"))
            .stderr(err.reopen().expect("the file"))
            .spawn()
            .expect("wine starts");
        let began = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            if began.elapsed() > DEADLINE {
                child.kill().expect("a child");
                panic!("{words:?} does not end: {}", std::fs::read_to_string(err.path()).expect("text"));
            }
            std::thread::sleep(LOOK_EVERY);
        };
        // A service keeps the files open, so they are read rather than waited for.
        let read = |file: &tempfile::NamedTempFile| std::fs::read(file.path()).expect("readable");
        Output { status, stdout: read(&out), stderr: read(&err) }
    }

    #[expect(clippy::disallowed_methods, reason = "Wine is a program")]
    fn wine(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env_remove("DISPLAY")
            .env("WINEPREFIX", self.disk.path())
            .env("WINEDEBUG", "-all")
            // Nobody is asked whether to download what browsers and .NET need.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
        command
    }
}

#[expect(clippy::disallowed_methods, reason = "wixl is a program")]
fn wixl() -> Command {
    Command::new("wixl")
}

/// What Wine calls a file of Linux.
fn of_linux(path: &Path) -> String {
    format!("Z:{}", path.display()).replace('/', r"\")
}

impl Drop for Pc {
    fn drop(&mut self) {
        // Everything that still runs on this disk ends, and nothing elsewhere.
        let ended = self.wine(WINE_SERVER).args(["--kill"]).status();
        if ended.is_ok_and(|status| status.success()) {
            let _ = self.wine(WINE_SERVER).args(["--wait"]).status();
        }
        if let Some(awake) = &mut self.awake {
            let _ = awake.kill().and_then(|()| awake.wait());
        }
    }
}
