//! Why a check cannot be computed although the facts are known.

use khien_model::{Gap, GapCode};

macro_rules! faults {
    ($($variant:ident $detail:literal,)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum Fault { $($variant),+ }

        impl Fault {
            /// The reason as a fact's gap.
            pub(crate) fn gap(self) -> &'static Gap {
                match self {$(
                    Self::$variant => {
                        static GAP: Gap =
                            Gap { code: GapCode::NotComputable, detail: std::borrow::Cow::Borrowed($detail) };
                        &GAP
                    }
                )+}
            }
        }
    };
}

faults! {
    DivisionByZero "division by zero",
    Overflow "the number is too large",
    TimeRange "the time is out of range",
    IndexRange "the index is out of range",
    NoSuchKey "the map has no such key",
    RepeatedKey "the map repeats a key",
    BadKey "this type cannot be a map key",
    WrongTypes "no function takes these types",
    BadText "the text cannot be read as this type",
    BadFormat "the format text does not fit its arguments",
    BadPattern "the regular expression cannot be used",
    BadArgument "an argument is out of its range",
    BadZone "the time zone is not UTC or an offset like +07:00",
    TooMuch "the texts and lists built grow too large",
    Steps "the step budget is used up",
    OtherSubject "the facts are about another kind of subject",
    Undefined "the expression refers to something undefined",
}
