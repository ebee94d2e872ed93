//! The functions of the check language: their names, and which types they take and yield.

use crate::types::Type;

/// The type of an argument in a [`Signature`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Any,
    Bool,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    Timestamp,
    Duration,
    Type,
    List,
    TextList,
    Map,
    Dyn,
}

impl Kind {
    /// Whether a value of this type can be the argument.
    pub(crate) fn accepts(self, type_: &Type) -> bool {
        match self {
            Self::Any => !matches!(type_, Type::Record(_)),
            Self::List => matches!(type_, Type::List(_) | Type::Dyn),
            Self::Map => matches!(type_, Type::Map(..) | Type::Dyn),
            _ => self.to_type().accepts(type_),
        }
    }

    /// The type of a result.
    pub(crate) fn to_type(self) -> Type {
        match self {
            Self::Any | Self::Dyn => Type::Dyn,
            Self::Bool => Type::Bool,
            Self::Int => Type::Int,
            Self::Uint => Type::Uint,
            Self::Double => Type::Double,
            Self::Text => Type::Text,
            Self::Bytes => Type::Bytes,
            Self::Timestamp => Type::Timestamp,
            Self::Duration => Type::Duration,
            Self::Type => Type::Type,
            Self::List => Type::list(Type::Dyn),
            Self::TextList => Type::list(Type::Text),
            Self::Map => Type::map(Type::Dyn, Type::Dyn),
        }
    }
}

/// How a function is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `f(a, b)`
    Plain,
    /// `a.f(b)`
    Member,
    /// Both.
    Either,
}

/// One way to call a function.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) name: &'static str,
    pub(crate) style: Style,
    pub(crate) function: Function,
    /// The arguments; the target of a member call comes first.
    pub(crate) arguments: &'static [Kind],
    pub(crate) result: Kind,
}

macro_rules! functions {
    ($($style:ident $name:literal $function:ident: $( ($($argument:ident),*) -> $result:ident ),+;)+) => {
        /// What a call computes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Function { $($function),+ }

        /// Every way to call every function.
        pub(crate) const SIGNATURES: &[Signature] = &[$($(
            Signature {
                name: $name,
                style: Style::$style,
                function: Function::$function,
                arguments: &[$(Kind::$argument),*],
                result: Kind::$result,
            },
        )+)+];
    };
}

functions! {
    Either "size" Size: (Text) -> Int, (Bytes) -> Int, (List) -> Int, (Map) -> Int;
    Member "contains" Contains: (Text, Text) -> Bool;
    Member "startsWith" StartsWith: (Text, Text) -> Bool;
    Member "endsWith" EndsWith: (Text, Text) -> Bool;
    Either "matches" Matches: (Text, Text) -> Bool;

    Plain "bool" ToBool: (Bool) -> Bool, (Text) -> Bool;
    Plain "bytes" ToBytes: (Bytes) -> Bytes, (Text) -> Bytes;
    Plain "double" ToDouble: (Double) -> Double, (Int) -> Double, (Uint) -> Double, (Text) -> Double;
    Plain "duration" ToDuration: (Duration) -> Duration, (Text) -> Duration;
    Plain "dyn" ToDyn: (Any) -> Dyn;
    Plain "int" ToInt: (Int) -> Int, (Uint) -> Int, (Double) -> Int, (Text) -> Int, (Timestamp) -> Int,
        (Duration) -> Int;
    Plain "string" ToText: (Text) -> Text, (Bool) -> Text, (Int) -> Text, (Uint) -> Text, (Double) -> Text,
        (Bytes) -> Text, (Timestamp) -> Text, (Duration) -> Text;
    Plain "timestamp" ToTimestamp: (Timestamp) -> Timestamp, (Text) -> Timestamp, (Int) -> Timestamp;
    Plain "type" TypeOf: (Any) -> Type;
    Plain "uint" ToUint: (Uint) -> Uint, (Int) -> Uint, (Double) -> Uint, (Text) -> Uint;

    Member "getFullYear" FullYear: (Timestamp) -> Int, (Timestamp, Text) -> Int;
    Member "getMonth" Month: (Timestamp) -> Int, (Timestamp, Text) -> Int;
    Member "getDate" Date: (Timestamp) -> Int, (Timestamp, Text) -> Int;
    Member "getDayOfMonth" DayOfMonth: (Timestamp) -> Int, (Timestamp, Text) -> Int;
    Member "getDayOfWeek" DayOfWeek: (Timestamp) -> Int, (Timestamp, Text) -> Int;
    Member "getDayOfYear" DayOfYear: (Timestamp) -> Int, (Timestamp, Text) -> Int;
    Member "getHours" Hours: (Timestamp) -> Int, (Timestamp, Text) -> Int, (Duration) -> Int;
    Member "getMinutes" Minutes: (Timestamp) -> Int, (Timestamp, Text) -> Int, (Duration) -> Int;
    Member "getSeconds" Seconds: (Timestamp) -> Int, (Timestamp, Text) -> Int, (Duration) -> Int;
    Member "getMilliseconds" Milliseconds: (Timestamp) -> Int, (Timestamp, Text) -> Int, (Duration) -> Int;

    Member "charAt" CharAt: (Text, Int) -> Text;
    Member "format" Format: (Text, List) -> Text;
    Member "indexOf" IndexOf: (Text, Text) -> Int, (Text, Text, Int) -> Int;
    Member "join" Join: (TextList) -> Text, (TextList, Text) -> Text;
    Member "lastIndexOf" LastIndexOf: (Text, Text) -> Int, (Text, Text, Int) -> Int;
    Member "lowerAscii" LowerAscii: (Text) -> Text;
    Plain "strings.quote" Quote: (Text) -> Text;
    Member "replace" Replace: (Text, Text, Text) -> Text, (Text, Text, Text, Int) -> Text;
    Member "reverse" Reverse: (Text) -> Text;
    Member "split" Split: (Text, Text) -> TextList, (Text, Text, Int) -> TextList;
    Member "substring" Substring: (Text, Int) -> Text, (Text, Int, Int) -> Text;
    Member "trim" Trim: (Text) -> Text;
    Member "upperAscii" UpperAscii: (Text) -> Text;

    Plain "math.greatest" Greatest: (Int) -> Int, (Uint) -> Uint, (Double) -> Double, (List) -> Dyn;
    Plain "math.least" Least: (Int) -> Int, (Uint) -> Uint, (Double) -> Double, (List) -> Dyn;
    Plain "math.ceil" Ceil: (Double) -> Double;
    Plain "math.floor" Floor: (Double) -> Double;
    Plain "math.round" Round: (Double) -> Double;
    Plain "math.trunc" Trunc: (Double) -> Double;
    Plain "math.abs" Abs: (Int) -> Int, (Uint) -> Uint, (Double) -> Double;
    Plain "math.sign" Sign: (Int) -> Int, (Uint) -> Uint, (Double) -> Double;
    Plain "math.isNaN" IsNan: (Double) -> Bool;
    Plain "math.isInf" IsInf: (Double) -> Bool;
    Plain "math.isFinite" IsFinite: (Double) -> Bool;
    Plain "math.bitAnd" BitAnd: (Int, Int) -> Int, (Uint, Uint) -> Uint;
    Plain "math.bitOr" BitOr: (Int, Int) -> Int, (Uint, Uint) -> Uint;
    Plain "math.bitXor" BitXor: (Int, Int) -> Int, (Uint, Uint) -> Uint;
    Plain "math.bitNot" BitNot: (Int) -> Int, (Uint) -> Uint;
    Plain "math.bitShiftLeft" BitShiftLeft: (Int, Int) -> Int, (Uint, Int) -> Uint;
    Plain "math.bitShiftRight" BitShiftRight: (Int, Int) -> Int, (Uint, Int) -> Uint;

    Plain "version_compare" VersionCompare: (Text, Text) -> Int;
    Plain "host_within" HostWithin: (Text, Text) -> Bool;
}

/// The names of the macros, for "did you mean".
pub(crate) const MACROS: &[&str] =
    &["has", "all", "exists", "exists_one", "filter", "map", "transformList", "transformMap"];

/// The names of types that can be written as values, and what `type(x)` yields.
pub(crate) const TYPE_NAMES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
];

/// The most arguments a function takes.
pub(crate) const MAX_ARGUMENTS: usize = 4;
