//! Settings of GNOME and its relatives, as dconf finds them: locks of the machine, the user's own, defaults of the
//! machine, defaults of the distribution.

mod gvdb;

use std::path::Path;

use khien_model::{Gap, GapCode};

pub(crate) use self::gvdb::Value;
#[cfg(test)]
pub(crate) use self::gvdb::write as write_database;
use crate::keyfile;
use crate::root::{Root, shown};

/// The largest database that is read: years of settings make some hundred kilobytes.
const MAX_DATABASE_BYTES: u64 = 1 << 20;

const MAX_TEXT_BYTES: u64 = 256 << 10;

/// Which databases apply, one a line.
const PROFILE: &str = "etc/dconf/profile/user";

const DATABASES: &str = "etc/dconf/db";

/// Where distributions change the defaults of programs.
const OVERRIDES: &str = "usr/share/glib-2.0/schemas";

/// How many databases a profile may name.
const MAX_SOURCES: usize = 16;

/// The settings of one user.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Nearest first: the user's database, then those of the machine.
    sources: Vec<gvdb::Database>,
}

impl Settings {
    /// Reads the `wanted` keys (paths such as `/org/gnome/desktop/session/idle-delay`) for the user of `home`.
    pub(crate) fn read(root: &Root, home: &Path, wanted: &[&'static str]) -> Result<Self, Gap> {
        let mut sources = Vec::new();
        // Without a profile there is the user's database alone.
        let profile = root.read_text(PROFILE, MAX_TEXT_BYTES)?.unwrap_or_else(|| "user-db:user".to_owned());
        for line in profile.lines().map(|line| line.split('#').next().unwrap_or_default().trim()) {
            if sources.len() == MAX_SOURCES {
                return Err(Gap::with_detail(GapCode::TooLarge, format!("/{PROFILE}: more than {MAX_SOURCES} lines")));
            }
            let path = match line.split_once(':') {
                Some(("user-db", name)) => home.join(".config/dconf").join(name),
                Some(("system-db", name)) => Path::new(DATABASES).join(name),
                Some(("file-db", path)) => Path::new(path).to_owned(),
                // A database of a running service (`service-db`) cannot be read.
                Some(_) => return Err(Gap::with_detail(GapCode::Unsupported, format!("/{PROFILE}: {line}"))),
                None => continue,
            };
            let bytes = root.read(&path, MAX_DATABASE_BYTES)?.unwrap_or_default();
            let database = gvdb::read(&bytes, wanted)
                .map_err(|what| Gap::with_detail(GapCode::Malformed, format!("{}: {what}", shown(&path))))?;
            sources.push(database);
        }
        Ok(Self { sources })
    }

    /// Whether the user cannot change `key`.
    pub(crate) fn is_locked(&self, key: &str) -> bool {
        self.lock_level(key) > 0
    }

    /// The source that locks `key`; those before it do not count.
    fn lock_level(&self, key: &str) -> usize {
        self.sources.iter().rposition(|source| source.locks.contains(key)).unwrap_or(0)
    }

    /// The value that applies; `None` when only the default of the program does.
    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.sources.iter().skip(self.lock_level(key)).find_map(|source| source.values.get(key))
    }
}

/// The default of a distribution for `key` (`/org/gnome/desktop/session/idle-delay`), from the overrides of schemas.
pub(crate) fn distribution_default(root: &Root, key: &str) -> Result<Option<Value>, Gap> {
    let Some(folder) = root.list(OVERRIDES)? else {
        return Ok(None);
    };
    let (schema, name) = key.trim_start_matches('/').rsplit_once('/').unwrap_or_default();
    let schema = schema.replace('/', ".");
    let mut found = None;
    for entry in
        folder.entries.iter().filter(|entry| entry.file_name.as_encoded_bytes().ends_with(b".gschema.override"))
    {
        let text = root.read_text(Path::new(OVERRIDES).join(&entry.file_name), MAX_TEXT_BYTES)?.unwrap_or_default();
        found = keyfile::value(&text, &schema, name).map(parse_text).or(found);
    }
    Ok(found)
}

/// A value as text: `true`, `300`, `uint32 300`, `'always'`.
fn parse_text(text: &str) -> Value {
    let number = text.rsplit(' ').next().and_then(|word| word.parse().ok());
    match (text, number) {
        ("true", _) => Value::Bool(true),
        ("false", _) => Value::Bool(false),
        (_, Some(number)) => Value::Int(number),
        _ => text
            .strip_prefix('\'')
            .and_then(|rest| rest.strip_suffix('\''))
            .map_or(Value::Other, |text| Value::Text(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    const KEY: &str = "/org/gnome/desktop/session/idle-delay";

    fn delay(seconds: u32) -> Vec<u8> {
        write_database(&[(KEY, &seconds.to_le_bytes(), "u")], &[])
    }

    #[test]
    fn the_nearest_value_counts_unless_it_is_locked() {
        let machine = Machine::with_user();
        let read = || {
            let settings = Settings::read(&machine.context().root, Path::new("home/an"), &[KEY]).unwrap();
            (settings.value(KEY).cloned(), settings.is_locked(KEY))
        };
        assert_eq!(read(), (None, false));
        machine.file("home/an/.config/dconf/user", delay(0));
        assert_eq!(read(), (Some(Value::Int(0)), false));
        machine.file("etc/dconf/profile/user", "user-db:user\nsystem-db:local # ours\n");
        machine.file("etc/dconf/db/local", delay(600));
        assert_eq!(read(), (Some(Value::Int(0)), false));
        machine.file("etc/dconf/db/local", write_database(&[(KEY, &600_u32.to_le_bytes(), "u")], &[KEY]));
        assert_eq!(read(), (Some(Value::Int(600)), true));
        machine.file("home/an/.config/dconf/user", "no database");
        let gap = Settings::read(&machine.context().root, Path::new("home/an"), &[KEY]).unwrap_err();
        assert_eq!(gap.to_string(), "malformed: home/an/.config/dconf/user: no GVDB signature");
    }

    #[test]
    fn a_distribution_may_change_the_default() {
        let machine = Machine::new();
        let read = || distribution_default(&machine.context().root, KEY).unwrap();
        assert_eq!(read(), None);
        let folder = "usr/share/glib-2.0/schemas";
        machine
            .file(&format!("{folder}/10_a.gschema.override"), "[org.gnome.desktop.session]\nidle-delay=uint32 600\n");
        assert_eq!(read(), Some(Value::Int(600)));
        machine.file(&format!("{folder}/20_b.gschema.override"), "[org.gnome.desktop.session]\nidle-delay=0\n");
        assert_eq!(read(), Some(Value::Int(0)));
        for (text, value) in [("true", Value::Bool(true)), ("'a'", Value::Text("a".to_owned())), ("[1]", Value::Other)]
        {
            assert_eq!(parse_text(text), value, "{text}");
        }
    }
}
