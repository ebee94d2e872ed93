//! What is wrong with an expression: a stable code, the place, the words.

use crate::ast::Span;

macro_rules! problem_codes {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $template:literal;)+) => {
        /// The kinds of [`Problem`]. The word is stable; texts in other languages are looked up by it and filled with
        /// [`Problem::arguments`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemCode {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The English message with `{argument}` in the place of each argument.
            pub const fn template(self) -> &'static str {
                match self { $(Self::$variant => $template),+ }
            }
        }
    };
}

problem_codes! {
    /// The expression is empty.
    Empty = "empty", "an expression is missing";
    /// The source exceeds [`MAX_SOURCE_BYTES`](crate::limits::MAX_SOURCE_BYTES).
    TooLong = "too_long", "the expression is longer than {limit} bytes";
    /// The nesting exceeds [`MAX_DEPTH`](crate::limits::MAX_DEPTH).
    TooDeep = "too_deep", "the expression is nested deeper than {limit} levels";
    /// The size exceeds [`MAX_NODES`](crate::limits::MAX_NODES).
    TooLarge = "too_large", "the expression has more than {limit} operations";
    /// A character that the language does not use.
    UnexpectedCharacter = "unexpected_character", "the character {character} means nothing here";
    /// A text literal does not end.
    UnterminatedText = "unterminated_text", "this text has no closing {quote}";
    /// A backslash is followed by something else than an escape.
    InvalidEscape = "invalid_escape", "{escape} is not an escape sequence";
    /// A number that cannot be represented.
    InvalidNumber = "invalid_number", "{number} is not a number this language can hold";
    /// Something else was expected here.
    UnexpectedToken = "unexpected_token", "expected {expected}, found {found}";
    /// A part of CEL that is not in the subset.
    Unsupported = "unsupported", "{what} is not part of the check language";
    /// A word that CEL reserves.
    ReservedWord = "reserved_word", "`{word}` is a reserved word";
    /// A name that nothing has.
    UnknownName = "unknown_name", "unknown name `{name}`";
    /// A field that the record does not have.
    UnknownField = "unknown_field", "unknown field `{path}`";
    /// A parameter that the directive does not define.
    UnknownParameter = "unknown_parameter", "unknown parameter `param.{name}`";
    /// A control that the directive does not have.
    UnknownControl = "unknown_control", "unknown control `{id}`";
    /// `control` was used in another form than `control["ID"]`.
    ControlForm = "control_form", "another control is referred to as `control[\"ID\"]`";
    /// A function that does not exist.
    UnknownFunction = "unknown_function", "unknown function `{name}`";
    /// A function with arguments that it does not take.
    WrongArguments = "wrong_arguments", "`{name}` cannot be applied to ({found})";
    /// An operator between types that it does not take.
    WrongOperands = "wrong_operands", "`{operator}` cannot be applied to {found}";
    /// A comparison of types that are never equal.
    NeverEqual = "never_equal", "{left} and {right} can never be equal";
    /// A comparison with a word that is not in the closed list.
    WordNotInList = "word_not_in_list", "{word} is not one of the words this can be";
    /// A condition that is not true or false.
    NotBool = "not_bool", "{what} must be true or false, but this is {found}";
    /// The expression yields another type than it should.
    WrongResult = "wrong_result", "this must yield {expected}, but it yields {found}";
    /// A field of something that has no fields.
    NoFields = "no_fields", "{found} has no fields";
    /// A macro over something that is not a list.
    NotAList = "not_a_list", "`{name}` goes over a list, but this is {found}";
    /// The first argument of a macro is not a plain name.
    LoopVariable = "loop_variable", "the first argument of `{name}` is a name for the item, like `p`";
    /// A loop variable hides another name.
    HiddenName = "hidden_name", "`{name}` already means something else here";
    /// A macro with another number of arguments.
    MacroArguments = "macro_arguments", "`{name}` takes {expected}";
    /// `has` of something that is not a field.
    HasField = "has_field", "`has` takes a field, like `has(os.version)`";
    /// More loop variables than [`MAX_NESTED_VARIABLES`](crate::limits::MAX_NESTED_VARIABLES).
    TooManyVariables = "too_many_variables", "more than {limit} macros are nested";
    /// A regular expression that cannot be compiled.
    InvalidPattern = "invalid_pattern", "this regular expression cannot be used: {reason}";
    /// A literal argument that can never work, e.g. `duration("soon")`.
    InvalidConstant = "invalid_constant", "this can never be computed: {reason}";
    /// A record where a single value is needed.
    WholeRecord = "whole_record", "this is the whole {found}; name one of its fields";
    /// A path into facts with too many steps.
    PathTooLong = "path_too_long", "a path into facts has at most {limit} steps";
}

/// One thing that is wrong with an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of problem.
    pub code: ProblemCode,
    /// Where.
    pub span: Span,
    /// What is wrong, in English.
    pub message: String,
    /// What to do about it, in English.
    pub hint: Option<String>,
    /// What fills the template of the code, by name, and `suggestion` when there is a "did you mean".
    pub arguments: Vec<(&'static str, String)>,
}

impl Problem {
    pub(crate) fn new<'v>(
        code: ProblemCode,
        span: Span,
        arguments: impl IntoIterator<Item = (&'static str, &'v str)>,
    ) -> Self {
        let arguments: Vec<(&'static str, String)> =
            arguments.into_iter().map(|(name, value)| (name, value.to_owned())).collect();
        let mut message = code.template().to_owned();
        for (name, value) in &arguments {
            message = message.replace(&format!("{{{name}}}"), value);
        }
        Self { code, span, message, hint: None, arguments }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean `prefix` + the candidate nearest to `word`", or else the whole list when it is short.
    pub(crate) fn suggest<'c>(
        mut self,
        word: &str,
        prefix: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Self {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        if let Some(nearest) = nearest(word, &candidates) {
            self.hint = Some(format!("did you mean `{prefix}{nearest}`?"));
            self.arguments.push(("suggestion", format!("{prefix}{nearest}")));
        } else if !candidates.is_empty() && candidates.len() <= MAX_LISTED_CANDIDATES {
            self.hint = Some(format!("possible here: {}", candidates.join(", ")));
        }
        self
    }
}

/// More candidates than this are not listed in a hint.
const MAX_LISTED_CANDIDATES: usize = 24;

/// How alike (of 1.0) two words must be for a "did you mean".
const LIKENESS: f64 = 0.75;

fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    candidates
        .iter()
        .map(|candidate| {
            let one_slip = word.len() > 2 && strsim::damerau_levenshtein(word, candidate) == 1;
            (if one_slip { 1.0 } else { strsim::jaro_winkler(word, candidate) }, *candidate)
        })
        .filter(|(likeness, _)| *likeness >= LIKENESS)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

impl std::fmt::Display for Problem {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(formatter, " ({hint})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
