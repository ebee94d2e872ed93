//! A real web server (nginx) that hands out feeds, and is thrown away.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::directory::{Held, certificate, free_port, wait_for, write};

const ADDRESS: &str = "127.0.0.1";

/// A running nginx. What is put into it is found under its name; some addresses do something of their own:
/// `/moved` leads to `/feed.xml`, `/round` to itself, `/elsewhere` to another scheme, `/gone`, `/failing` and `/closed` answer
/// with 410, 500 and 403, `/slow/NAME` is handed out a few bytes a second, `/windows/NAME` as windows-1258.
#[derive(Debug)]
pub struct FeedServer {
    /// Its port without TLS.
    pub port: u16,
    /// Its port with TLS.
    pub tls_port: u16,
    /// The certificate to be trusted, in PEM.
    pub certificate: String,
    files: PathBuf,
    _held: Held,
    folder: TempDir,
}

impl FeedServer {
    /// Starts a server that has nothing yet.
    ///
    /// # Errors
    /// A sentence: what is missing on this machine.
    pub fn start() -> Result<Self, String> {
        let folder = tempfile::Builder::new()
            .prefix("khien-feeds-")
            .tempdir()
            .map_err(|error| format!("no temporary folder: {error}"))?;
        let path = folder.path();
        let certificate = certificate(path, ADDRESS)?;
        let files = path.join("files");
        fs::create_dir(&files).map_err(|error| error.to_string())?;
        let (port, tls_port) = (free_port()?, free_port()?);
        write(&path.join("nginx.conf"), &settings(&path.display().to_string(), port, tls_port))?;
        let (config, log) = (path.join("nginx.conf").display().to_string(), path.join("log"));
        let prefix = path.display().to_string();
        let held = Held::start("/usr/sbin/nginx", &["-p", &prefix, "-e", "error.log", "-c", &config], &log)?;
        wait_for(&format!("{ADDRESS}:{tls_port}"), &log)
            .map_err(|reason| format!("{reason} (Debian's package nginx-light is needed)"))?;
        Ok(Self { port, tls_port, certificate, files, _held: held, folder })
    }

    /// Where `path` is found without TLS.
    pub fn plain(&self, path: &str) -> String {
        format!("http://{ADDRESS}:{}/{path}", self.port)
    }

    /// Where `path` is found with TLS.
    pub fn tls(&self, path: &str) -> String {
        format!("https://{ADDRESS}:{}/{path}", self.tls_port)
    }

    /// Puts a file into it, in place of an earlier one.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        // The server never sees half of it.
        let new = self.folder.path().join("new");
        fs::write(&new, content).expect("a file");
        fs::rename(new, self.files.join(name)).expect("a file in its place");
    }

    /// What was asked of it so far: a line for each request, its path and the status of the answer.
    ///
    /// # Panics
    /// When its log cannot be read.
    pub fn asked(&self) -> Vec<String> {
        self.settle();
        let log = fs::read_to_string(self.folder.path().join("access.log")).expect("the log");
        log.lines().map(str::to_owned).collect()
    }

    /// Waits until the log tells of every answer handed out: a request is written down after its answer has gone, by
    /// the one process that takes the next request only then.
    fn settle(&self) {
        let mut connection = TcpStream::connect((ADDRESS, self.port)).expect("the server");
        connection.write_all(b"GET /settled HTTP/1.0\r\n\r\n").expect("a question");
        let mut answer = String::new();
        connection.read_to_string(&mut answer).expect("an answer");
        assert!(answer.contains(" 204 "), "{answer}");
    }
}

fn settings(folder: &str, port: u16, tls_port: u16) -> String {
    format!(
        r#"
daemon off;
master_process off;
pid {folder}/pid;
events {{ }}
http {{
  log_format asked '$request_uri $status';
  access_log {folder}/access.log asked;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  types {{ application/rss+xml xml; text/html html; }}
  etag on;
  server {{
    listen {ADDRESS}:{port};
    listen {ADDRESS}:{tls_port} ssl;
    ssl_certificate {folder}/certificate.pem;
    ssl_certificate_key {folder}/key.pem;
    root {folder}/files;
    location = /settled {{ access_log off; return 204; }}
    location = /moved {{ return 301 /feed.xml; }}
    location = /round {{ return 302 /round; }}
    location = /elsewhere {{ return 301 http://{ADDRESS}:{port}/feed.xml; }}
    location = /to-file {{ return 301 file:///etc/passwd; }}
    location = /gone {{ return 410; }}
    location = /failing {{ return 500; }}
    location = /closed {{ return 403; }}
    location /slow/ {{ alias {folder}/files/; limit_rate 20; }}
    location /windows/ {{ alias {folder}/files/; charset windows-1258; override_charset off; charset_types *; }}
  }}
}}
"#
    )
}
