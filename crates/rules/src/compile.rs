//! Files of rules become a set: grouped by the types they look at, each rule compiled on its own.

use std::collections::{BTreeMap, BTreeSet};

use boreal::compiler::{CompilerBuilder, CompilerParams};
use boreal::module::{Dex, Dotnet, Elf, Hash, MachO, Math, Pe, String_};
use boreal::{Compiler, Scanner};
use khien_inspect::FileType;
use ring::digest::{Context, SHA256};

use crate::meta::Meta;
use crate::problem::{Code, Level, Problem};
use crate::scan::parameters;
use crate::source::{Parsed, Piece, RuleFile, parse};
use crate::{ENGINE, pack};

/// How many rules a set has at most.
pub const MAX_RULES: usize = 60_000;

/// How many strings one rule has at most.
pub const MAX_STRINGS_PER_RULE: usize = 10_000;

/// How many groups of types there are at most. Each group is one pass over the bytes; files beyond it are for all types.
const MAX_GROUPS: usize = 16;

/// A remark that is none here: texts are UTF-8, and so are letters with marks in a pattern.
const MARKS_IN_PATTERN: &str = "a non ascii character is present in a regex";

/// What is known of the file beside its bytes: names that rules may use in conditions. Rules of others do.
pub(crate) const NAMES: &[&str] = &["filename", "filepath", "extension", "filetype", "owner"];

/// What happens to a set in which something is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// There is no set. For rules of one's own.
    Whole,
    /// The rules that are wrong are left out and told. For packs of others, which use other engines' extensions.
    Usable,
}

/// A compiled set of rules.
#[derive(Debug)]
pub struct RuleSet {
    pub(crate) id: String,
    pub(crate) groups: Vec<Group>,
    /// By file, then by the rule's name.
    pub(crate) metas: BTreeMap<String, BTreeMap<String, Meta>>,
    pub(crate) seconds: Option<u32>,
}

/// Rules that look at the same types: one pass over the bytes.
#[derive(Debug)]
pub(crate) struct Group {
    /// `None` for all types.
    pub(crate) types: Option<Vec<FileType>>,
    pub(crate) scanner: Scanner,
    /// Whether a condition may ask for the name of the file.
    pub(crate) asks_name: bool,
}

impl RuleSet {
    /// Compiles `files`. The problems are in the order of the files and of the places in them; a set may come with problems
    /// if it is [`Mode::Usable`], or if they are warnings.
    pub fn compile(files: &[RuleFile], mode: Mode) -> (Option<Self>, Vec<Problem>) {
        let mut problems = bounds(files);
        if !problems.is_empty() {
            return (None, problems);
        }
        let mut files: Vec<&RuleFile> = files.iter().collect();
        files.sort();
        let mut read: Vec<(&RuleFile, Parsed)> = files.iter().map(|file| (*file, parse(file))).collect();
        for (_, parsed) in &mut read {
            problems.append(&mut parsed.problems);
        }
        let rules: usize =
            read.iter().map(|(_, parsed)| parsed.pieces.iter().filter_map(|piece| piece.rule.as_ref()).count()).sum();
        if rules > MAX_RULES {
            let file = files.first().map_or("", |file| &file.path);
            problems.push(Problem::at(file, "", 0, Code::TooMany, format!("{rules} > {MAX_RULES}")));
            return (None, problems);
        }
        let mut set = Self { id: id_of(&files), groups: Vec::new(), metas: BTreeMap::new(), seconds: None };
        for (types, members) in grouped(read) {
            set.add_group(types, members, &mut problems);
        }
        problems.sort();
        let is_usable = mode == Mode::Usable || problems.iter().all(|problem| problem.level() == Level::Warning);
        (is_usable.then_some(set), problems)
    }

    /// Bounds each scan by a time, in seconds, beside the amount of work. A verdict then depends on how fast the machine is,
    /// but only between "looked into" and "not looked into, and why".
    #[must_use]
    pub fn with_seconds(mut self, seconds: u32) -> Self {
        self.seconds = Some(seconds);
        for group in &mut self.groups {
            group.scanner.set_scan_params(parameters(self.seconds));
        }
        self
    }

    /// What every rule says of itself, by file and name.
    pub fn metas(&self) -> impl Iterator<Item = (&str, &Meta)> {
        self.metas.iter().flat_map(|(file, metas)| metas.values().map(move |meta| (file.as_str(), meta)))
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.metas.values().map(BTreeMap::len).sum()
    }

    /// Whether there is no rule.
    pub fn is_empty(&self) -> bool {
        self.metas.is_empty()
    }

    /// Whether a hit can depend on the name of the file: then a verdict is only good for files of that name.
    pub fn asks_name(&self) -> bool {
        self.groups.iter().any(|group| group.asks_name)
    }

    fn add_group(
        &mut self,
        types: Option<Vec<FileType>>,
        members: Vec<(&RuleFile, Vec<Piece>)>,
        problems: &mut Vec<Problem>,
    ) {
        let mut compiler = compiler();
        let mut asks_name = false;
        for (file, pieces) in members {
            for piece in pieces {
                let text = file.text.get(piece.begin..piece.end).unwrap_or_default();
                if !add_piece(&mut compiler, file, &piece, text, problems) {
                    continue;
                }
                asks_name = asks_name || NAMES.iter().any(|name| text.contains(name));
                if let Some(meta) = piece.rule {
                    self.metas.entry(file.path.clone()).or_default().insert(meta.rule.clone(), meta);
                }
            }
        }
        let mut scanner = compiler.finalize();
        scanner.set_scan_params(parameters(self.seconds));
        self.groups.push(Group { types, scanner, asks_name });
    }
}

/// Compiles one piece; says whether it is in.
fn add_piece(compiler: &mut Compiler, file: &RuleFile, piece: &Piece, text: &str, problems: &mut Vec<Problem>) -> bool {
    let mut tell = |code: Code, error: &boreal::compiler::AddRuleError| {
        let diagnostic = error.to_diagnostic();
        let at = diagnostic.labels.first().map_or(0, |label| label.range.start);
        let label = diagnostic.labels.first().map_or("", |label| label.message.as_str());
        let detail =
            if label.is_empty() { diagnostic.message.clone() } else { format!("{}: {label}", diagnostic.message) };
        problems.push(Problem::at(&file.path, &file.text, piece.begin.saturating_add(at), code, detail));
    };
    match compiler.add_rules_str_in_namespace(text, &file.path) {
        Ok(status) => {
            let remarks = status.warnings().filter(|warning| warning.to_diagnostic().message != MARKS_IN_PATTERN);
            remarks.for_each(|warning| tell(Code::Remark, warning));
            true
        }
        Err(error) => {
            tell(Code::Rule, &error);
            false
        }
    }
}

/// The engine, without what would make a hit depend on more than bytes and name: no clock (`time`), no other file
/// (`include`), no output (`console`).
fn compiler() -> Compiler {
    let builder = CompilerBuilder::default().add_module(Math).add_module(String_).add_module(Pe);
    let builder = builder.add_module(Elf).add_module(MachO).add_module(Dotnet).add_module(Dex).add_module(Hash);
    let mut compiler = builder.build();
    compiler.set_params(CompilerParams::default().disable_includes(true).max_strings_per_rule(MAX_STRINGS_PER_RULE));
    for name in NAMES {
        compiler.define_symbol(name, "");
    }
    compiler
}

/// The bounds that are seen before anything is read.
fn bounds(files: &[RuleFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let first = files.first().map_or("", |file| &file.path);
    if files.len() > pack::MAX_FILES {
        let detail = format!("{} > {}", files.len(), pack::MAX_FILES);
        problems.push(Problem::at(first, "", 0, Code::TooMany, detail));
    }
    let total = files.iter().fold(0, |total: usize, file| total.saturating_add(file.text.len()));
    if total > pack::MAX_TEXT_BYTES {
        problems.push(Problem::at(first, "", 0, Code::TooLarge, format!("{total} > {}", pack::MAX_TEXT_BYTES)));
    }
    let mut seen = BTreeSet::new();
    for file in files {
        if file.text.len() > pack::MAX_FILE_BYTES {
            let detail = format!("{} > {}", file.text.len(), pack::MAX_FILE_BYTES);
            problems.push(Problem::at(&file.path, "", 0, Code::TooLarge, detail));
        }
        if !seen.insert(&file.path) {
            problems.push(Problem::at(&file.path, "", 0, Code::SamePath, file.path.clone()));
        }
    }
    problems
}

type Grouped<'f> = BTreeMap<Option<Vec<FileType>>, Vec<(&'f RuleFile, Vec<Piece>)>>;

/// The files by the types that their rules look at together. Rules of one file stay together, since they may use each other.
fn grouped(read: Vec<(&RuleFile, Parsed)>) -> Grouped<'_> {
    let mut groups = Grouped::new();
    for (file, parsed) in read {
        let types = types_of_all(&parsed.pieces);
        let is_new = types.is_some() && !groups.contains_key(&types);
        let types = if is_new && groups.len() >= MAX_GROUPS { None } else { types };
        groups.entry(types).or_default().push((file, parsed.pieces));
    }
    groups
}

/// The types that any of the rules looks at; `None` when one looks at all.
fn types_of_all(pieces: &[Piece]) -> Option<Vec<FileType>> {
    let mut all = BTreeSet::new();
    let seen = pieces.iter().filter(|piece| !piece.is_private);
    for meta in seen.filter_map(|piece| piece.rule.as_ref()) {
        all.extend(meta.types.as_ref()?);
    }
    Some(all.into_iter().collect())
}

/// The name of a set: over the engine and every file, each with its length before it.
fn id_of(files: &[&RuleFile]) -> String {
    let mut context = Context::new(&SHA256);
    let texts = files.iter().flat_map(|file| [file.path.as_str(), file.text.as_str()]);
    for text in std::iter::once(ENGINE).chain(texts) {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    pack::hexadecimal(context.finish().as_ref())
}
