//! `remote_access` against a real OpenSSH: `sshd -T` says what it would do, and we say the same.
#![expect(clippy::unwrap_used, reason = "a machine that cannot be built fails its test")]
#![expect(clippy::disallowed_methods, reason = "it starts real programs, whose files carry the time of now")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use khien_observe::{Options, collect};
use khien_tests::is_installed;

const SSHD: &str = "/usr/sbin/sshd";

/// Configurations, each as the text of `sshd_config` and of one included file.
const CONFIGURATIONS: &[(&str, &str)] = &[
    ("", ""),
    ("PasswordAuthentication no\n", ""),
    ("PasswordAuthentication no\nUsePAM yes\n", ""),
    ("PasswordAuthentication no\nUsePAM yes\nKbdInteractiveAuthentication no\n", ""),
    ("PasswordAuthentication no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\n", ""),
    ("passwordauthentication=no\nchallengeresponseauthentication \"no\"\npermitrootlogin no # never\n", ""),
    ("PermitRootLogin prohibit-password\nPort 2222\nPort 2022\n", ""),
    (
        "Include INCLUDED\nPasswordAuthentication yes\nPermitRootLogin yes\n",
        "PasswordAuthentication no\nPermitRootLogin no\n",
    ),
    ("PasswordAuthentication yes\nInclude INCLUDED\n", "PasswordAuthentication no\nPermitRootLogin no\nUsePAM no\n"),
    ("Match all\nPasswordAuthentication no\nPermitRootLogin no\nKbdInteractiveAuthentication no\n", ""),
    ("AuthenticationMethods publickey,password publickey\n", ""),
    ("AuthenticationMethods publickey password\nUsePAM yes\n", ""),
];

/// What `sshd -T` prints: a keyword and its value a line.
struct Effective(String);

impl Effective {
    fn of(config: &Path, host_key: &Path) -> Self {
        let output = Command::new(SSHD)
            .args(["-T", "-f"])
            .arg(config)
            .arg("-h")
            .arg(host_key)
            .args(["-C", "user=root,host=localhost,addr=127.0.0.1"])
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "sshd -T: {complaint}");
        Self(String::from_utf8(output.stdout).unwrap())
    }

    fn values(&self, keyword: &str) -> Vec<&str> {
        self.0
            .lines()
            .filter_map(|line| line.split_once(' '))
            .filter(|(key, _)| *key == keyword)
            .map(|(_, v)| v)
            .collect()
    }

    fn is_on(&self, keyword: &str) -> bool {
        self.values(keyword).first().is_some_and(|value| *value != "no")
    }

    /// The rule of the manual page, over effective values.
    fn password_suffices(&self) -> bool {
        let password = self.is_on("passwordauthentication");
        let keyboard = self.is_on("kbdinteractiveauthentication") && self.is_on("usepam");
        match self.values("authenticationmethods").first() {
            None | Some(&"any") => password || keyboard,
            Some(methods) => methods
                .split(' ')
                .any(|list| (list == "password" && password) || (list == "keyboard-interactive" && keyboard)),
        }
    }
}

#[test]
fn a_real_sshd() {
    if !is_installed(SSHD) || !is_installed("/usr/bin/ssh-keygen") {
        return;
    }
    // sshd asks for this folder even when it only prints.
    let _ = fs::create_dir("/run/sshd");
    let keys = tempfile::tempdir().unwrap();
    let host_key = keys.path().join("key");
    let made =
        Command::new("/usr/bin/ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&host_key).status();
    assert!(made.unwrap().success());
    for (config, included) in CONFIGURATIONS {
        let folder = tempfile::tempdir().unwrap();
        let path = |path: &str| -> PathBuf { folder.path().join(path) };
        fs::create_dir_all(path("etc/ssh/sshd_config.d")).unwrap();
        fs::create_dir_all(path("usr/sbin")).unwrap();
        fs::write(path("etc/os-release"), "ID=debian\n").unwrap();
        fs::write(path("etc/passwd"), "root:x:0:0::/root:/bin/sh\n").unwrap();
        fs::write(path("usr/sbin/sshd"), "").unwrap();
        fs::write(path("etc/ssh/sshd_config.d/50-x.conf"), included).unwrap();
        // The same pattern as sshd reads it outside the folder, and as we read it inside.
        let outside = path("etc/ssh/sshd_config.d/*.conf").display().to_string();
        let reference = path("reference");
        fs::write(&reference, config.replace("INCLUDED", &outside)).unwrap();
        fs::write(path("etc/ssh/sshd_config"), config.replace("INCLUDED", "/etc/ssh/sshd_config.d/*.conf")).unwrap();
        let effective = Effective::of(&reference, &host_key);

        let options = Options { root: folder.path().to_owned(), ..Options::this_machine(Timestamp::now()) };
        let facts = collect(&options, &mut |_| {});
        let services = facts.remote_access.unwrap().outcome.unwrap().services.known().cloned().unwrap();
        let ssh = services.items.first().unwrap();
        assert_eq!(ssh.password_login.known(), Some(&effective.password_suffices()), "{config}");
        assert_eq!(ssh.administrator_login.known(), Some(&effective.is_on("permitrootlogin")), "{config}");
    }
}
