//! The table of diagnostics: every code, its meaning and its words. `docs/diagnostics.md` is made from it.

use std::fmt;

use super::Level;

macro_rules! codes {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident = $code:literal $level:ident
            en $english:literal
            vi $vietnamese:literal
            $(hint_en $hint_en:literal hint_vi $hint_vi:literal)?
    )+) => {
        /// What kind of mistake a diagnostic reports. Codes are stable: documents and tests refer to them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of the numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is shown, e.g. `KH1101`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// Error or warning.
            pub const fn level(self) -> Level {
                match self { $(Self::$variant => Level::$level),+ }
            }

            /// What the code means and why it matters, in English.
            pub const fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc, "\n"),+)),+ }
            }

            /// The English message, with `{argument}` where an argument goes.
            pub const fn english(self) -> &'static str {
                match self { $(Self::$variant => $english),+ }
            }

            /// The Vietnamese message.
            pub const fn vietnamese(self) -> &'static str {
                match self { $(Self::$variant => $vietnamese),+ }
            }

            /// The usual hint, in Vietnamese and English.
            pub(crate) const fn hint(self) -> Option<(&'static str, &'static str)> {
                match self {
                    $($(Self::$variant => Some(($hint_vi, $hint_en)),)?)+
                    #[allow(unreachable_patterns, reason = "all codes may come to have a hint")]
                    _ => None,
                }
            }
        }
    };
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

codes! {
    /// A file, or a file that it includes, cannot be read.
    Unreadable = "KH1001" Error
        en "cannot read `{file}`: {reason}"
        vi "không đọc được `{file}`: {reason}"
    /// The file exceeds the largest size a directive file may have.
    FileTooLarge = "KH1002" Error
        en "this file has more than {limit} bytes"
        vi "tệp này lớn hơn {limit} byte"
        hint_en "move some clauses to another file and include it"
        hint_vi "hãy chuyển bớt các khoản sang tệp khác rồi ghi tệp đó ở `include`"
    /// The bytes are not UTF-8 text, for example because the file was saved in TCVN3, VNI or UTF-16.
    NotUtf8 = "KH1003" Error
        en "this file is not UTF-8 text from here on"
        vi "từ đây trở đi tệp không phải là văn bản UTF-8"
        hint_en "save the file again with the encoding UTF-8"
        hint_vi "hãy lưu lại tệp với bảng mã UTF-8"
    /// A character that cannot be seen and has no place in a text: NUL, escape, or one that turns the direction of the text
    /// around so that a reader sees something else than the program.
    InvisibleCharacter = "KH1004" Error
        en "the invisible character {character} is not allowed"
        vi "không được có ký tự vô hình {character}"
        hint_en "delete it"
        hint_vi "hãy xoá ký tự này"
    /// Vietnamese letters are written with separate accents (NFD), as some systems do. They are read as composed letters.
    NotNfc = "KH1005" Warning
        en "from here on letters are written with separate accents (NFD); they are read as composed letters"
        vi "từ đây có chữ được gõ theo kiểu tổ hợp (NFD); chương trình đọc như chữ dựng sẵn"
        hint_en "type Unicode NFC (in Unikey: \"Unicode\", not \"Unicode tổ hợp\")"
        hint_vi "hãy gõ Unicode dựng sẵn (trong Unikey chọn \"Unicode\", không chọn \"Unicode tổ hợp\")"
    /// Nothing is in the file but blanks and comments.
    EmptyFile = "KH1006" Error
        en "this file is empty"
        vi "tệp này trống"
    /// A line is indented with a tab. YAML wants blanks: how wide a tab is, is not agreed.
    TabIndent = "KH1007" Error
        en "this line is indented with a tab"
        vi "dòng này thụt đầu dòng bằng phím Tab"
        hint_en "indent with blanks"
        hint_vi "hãy thụt đầu dòng bằng dấu cách"
    /// The text is not YAML: a quote that does not close, a wrong indentation, a file that ends in the middle.
    Syntax = "KH1008" Error
        en "this is not valid YAML: {reason}"
        vi "sai cú pháp YAML: {reason}"
    /// More than one document (`---`) in one file.
    SeveralDocuments = "KH1009" Error
        en "a second document begins here"
        vi "ở đây bắt đầu một tài liệu thứ hai"
        hint_en "a directive file holds one document; remove `---` or split the file"
        hint_vi "mỗi tệp chỉ chứa một tài liệu; hãy bỏ dòng `---` hoặc tách tệp"
    /// Anchors (`&name`) and aliases (`*name`) are refused: with them a small file can blow up, and a reader cannot see what
    /// stands where.
    AnchorOrAlias = "KH1010" Error
        en "anchors (`&`) and aliases (`*`) are not used in directive files"
        vi "tệp văn bản chỉ đạo không dùng neo (`&`) và bí danh (`*`) của YAML"
        hint_en "write the value out; a text that begins with `&` or `*` needs quotes"
        hint_vi "hãy viết đầy đủ giá trị; nếu chữ bắt đầu bằng `&` hoặc `*` thì đặt trong dấu nháy"
    /// Tags (`!name`) are refused: the place of a value says what type it has.
    Tag = "KH1011" Error
        en "tags (`!`) are not used in directive files"
        vi "tệp văn bản chỉ đạo không dùng thẻ kiểu (`!`) của YAML"
        hint_en "remove it; a text that begins with `!` needs quotes, for example an expression"
        hint_vi "hãy bỏ thẻ; nếu chữ (ví dụ biểu thức) bắt đầu bằng `!` thì đặt trong dấu nháy"
    /// A key stands twice in one map.
    DuplicateKey = "KH1012" Error
        en "`{key}` stands twice here"
        vi "`{key}` xuất hiện hai lần ở đây"
    /// Lists and maps are nested too deeply.
    TooDeep = "KH1013" Error
        en "this is nested deeper than {limit} levels"
        vi "lồng nhau sâu hơn {limit} cấp"
    /// The file has too many values.
    TooManyValues = "KH1014" Error
        en "this file has more than {limit} values"
        vi "tệp này có hơn {limit} giá trị"
    /// A single text is too long.
    TextTooLong = "KH1015" Error
        en "this text has more than {limit} bytes"
        vi "đoạn chữ này dài hơn {limit} byte"
    /// There are more mistakes than are shown.
    TooManyMistakes = "KH1016" Error
        en "only {limit} mistakes are shown; there are {more} more"
        vi "chỉ hiển thị {limit} lỗi; còn {more} lỗi nữa"
        hint_en "mend the first ones: often others disappear with them"
        hint_vi "hãy sửa những lỗi đầu tiên: thường các lỗi khác cũng hết theo"
    /// Files include each other in a circle.
    IncludeCycle = "KH1017" Error
        en "the files include each other in a circle: {circle}"
        vi "các tệp đưa nhau vào thành vòng tròn: {circle}"
    /// A directive is made of too many files.
    TooManyFiles = "KH1018" Error
        en "a directive is made of at most {limit} files"
        vi "một văn bản gồm nhiều nhất {limit} tệp"
    /// A file can only include files that stand beside it.
    IncludeName = "KH1019" Error
        en "`{name}` is not the name of a file beside this one"
        vi "`{name}` không phải là tên một tệp nằm cùng thư mục"
        hint_en "write the name only, without a folder"
        hint_vi "chỉ viết tên tệp, không kèm thư mục"
    /// The key of an entry is a list, a map or empty.
    KeyNotText = "KH1020" Error
        en "the name of an entry must be plain text"
        vi "tên của mục phải là chữ"

    /// A field that does not exist, mostly a slip of the pen.
    UnknownField = "KH1101" Error
        en "unknown field `{field}` in {place}"
        vi "không có trường `{field}` trong {place}"
    /// A field that must be there is not.
    MissingField = "KH1102" Error
        en "`{field}` is missing in {place}"
        vi "thiếu `{field}` trong {place}"
    /// A value of another type than the field takes.
    WrongType = "KH1103" Error
        en "this must be {expected}, but it is {found}"
        vi "ở đây phải là {expected}, nhưng lại là {found}"
    /// A text without a letter.
    EmptyText = "KH1104" Error
        en "this text is empty"
        vi "đoạn chữ này trống"
    /// A text that people read is there in one language only.
    MissingTranslation = "KH1105" Error
        en "the {language} text is missing"
        vi "thiếu phần chữ {language}"
        hint_en "write both: `{vi: …, en: …}`"
        hint_vi "hãy viết cả hai: `{vi: …, en: …}`"
    /// The file format has another version than this program reads.
    WrongVersion = "KH1106" Error
        en "this program reads version {expected} of the file format, not {found}"
        vi "chương trình này đọc định dạng tệp phiên bản {expected}, không đọc phiên bản {found}"
    /// A word that is not one of a closed list, for example a kind of subject or a severity.
    UnknownWord = "KH1107" Error
        en "unknown word `{word}`"
        vi "không có từ `{word}`"
    /// An id in a form that ids do not have.
    InvalidId = "KH1108" Error
        en "`{id}` cannot be {what}"
        vi "`{id}` không dùng làm {what} được"
    /// Two things have the same id.
    DuplicateId = "KH1109" Error
        en "two {what} are called `{id}`"
        vi "có hai {what} cùng mang tên `{id}`"
    /// Not a date of the calendar.
    InvalidDate = "KH1110" Error
        en "`{text}` is not a date"
        vi "`{text}` không phải là một ngày"
        hint_en "write year-month-day, for example 2026-07-01"
        hint_vi "hãy viết năm-tháng-ngày, ví dụ 2026-07-01"
    /// Not a point in time.
    InvalidTime = "KH1111" Error
        en "`{text}` is not a point in time"
        vi "`{text}` không phải là một thời điểm"
        hint_en "write the date, the time and the distance from UTC, for example 2026-11-22T08:00:00+07:00"
        hint_vi "hãy viết ngày, giờ và múi giờ, ví dụ 2026-11-22T08:00:00+07:00"
    /// Not a length of time.
    InvalidDuration = "KH1112" Error
        en "`{text}` is not a length of time"
        vi "`{text}` không phải là một khoảng thời gian"
        hint_en "write a number and s, m, h, d or w (seconds, minutes, hours, days, weeks), for example 90d; at most a hundred years"
        hint_vi "hãy viết một số kèm s, m, h, d hoặc w (giây, phút, giờ, ngày, tuần), ví dụ 90d; nhiều nhất một trăm năm"
    /// Not a time to mend.
    InvalidDue = "KH1113" Error
        en "`{text}` is not a time to mend"
        vi "`{text}` không phải là một thời hạn khắc phục"
        hint_en "write `3 working days`, a length of time like `5d`, or `at once`"
        hint_vi "hãy viết `3 working days` (ngày làm việc), một khoảng thời gian như `5d`, hoặc `at once` (ngay lập tức)"
    /// Something ends before it begins.
    DatesReversed = "KH1114" Error
        en "`valid_to` ({to}) is not after `valid_from` ({from})"
        vi "`valid_to` ({to}) không sau `valid_from` ({from})"
        hint_en "`valid_to` is the first day on which it is no longer valid"
        hint_vi "`valid_to` là ngày đầu tiên hết hiệu lực"
    /// A list that must have an entry has none.
    EmptyList = "KH1115" Error
        en "this list is empty; it must have at least one entry: {entry}"
        vi "danh sách này trống; phải có ít nhất một mục: {entry}"

    /// A legal document is cited that is not listed under `documents`.
    UnknownDocument = "KH1201" Error
        en "no document is called `{document}`"
        vi "không có tài liệu nào tên là `{document}`"
    /// A value of a parameter does not say which document it comes from. A threshold without a source is an opinion.
    ParameterWithoutSource = "KH1202" Error
        en "this value of `{parameter}` has no source"
        vi "giá trị này của `{parameter}` không có nguồn"
        hint_en "add `source: KEY` with the key of a legal document listed under `documents`"
        hint_vi "hãy thêm `source: KHOÁ` với khoá của một tài liệu có trong `documents`"
    /// A value of another type than the parameter has.
    WrongValueType = "KH1203" Error
        en "the value of `{parameter}` must be {expected}, but it is {found}"
        vi "giá trị của `{parameter}` phải là {expected}, nhưng lại là {found}"
    /// Two values of a parameter are valid on the same day.
    OverlappingValidity = "KH1204" Error
        en "two values of `{parameter}` are valid from {from} on"
        vi "từ ngày {from} có hai giá trị của `{parameter}` cùng hiệu lực"
        hint_en "end the earlier one: `valid_to: {from}`"
        hint_vi "hãy kết thúc giá trị trước: `valid_to: {from}`"
    /// Between two values of a parameter no value is valid. Controls that use it are unknown in that time.
    ValidityGap = "KH1205" Warning
        en "from {from} to {to} no value of `{parameter}` is valid"
        vi "từ {from} đến {to} không có giá trị nào của `{parameter}` có hiệu lực"
        hint_en "controls that use the parameter are unknown in that time"
        hint_vi "trong thời gian đó các biện pháp dùng tham số này có kết quả chưa xác định"
    /// No control uses a parameter.
    UnusedParameter = "KH1206" Warning
        en "no control uses the parameter `{parameter}`"
        vi "không biện pháp nào dùng tham số `{parameter}`"
    /// An address that is not one of a web page.
    InvalidUrl = "KH1207" Error
        en "`{text}` is not the address of a web page"
        vi "`{text}` không phải là địa chỉ một trang web"
        hint_en "it begins with https:// or http:// and has no blanks"
        hint_vi "địa chỉ bắt đầu bằng https:// hoặc http:// và không có dấu cách"

    /// A clause asks for something, but no control checks it.
    ClauseWithoutControl = "KH1301" Error
        en "clause {clause} has no control"
        vi "khoản {clause} không có biện pháp kiểm soát nào"
    /// Controls refer to each other in a circle.
    ControlCycle = "KH1302" Error
        en "controls refer to each other in a circle: {circle}"
        vi "các biện pháp gọi nhau thành vòng tròn: {circle}"
    /// A control refers to a control about another kind of subject, whose facts it does not have.
    ControlOfOtherSubject = "KH1303" Error
        en "`{control}` is about another kind of subject ({subject}) than this control ({own})"
        vi "`{control}` kiểm tra loại đối tượng khác ({subject}) với biện pháp này ({own})"
    /// The steps to mend something differ between the languages, in number or in the operating systems they are for: one
    /// list is out of date.
    StepsDiffer = "KH1304" Warning
        en "the steps differ between the languages: Vietnamese has {vi}, English has {en}"
        vi "các bước ở hai ngôn ngữ không khớp: tiếng Việt có {vi}, tiếng Anh có {en}"
    /// A control refers to one that refers to another, and so on, too often for a reader to follow.
    ChainTooLong = "KH1305" Error
        en "more than {limit} controls refer to each other in a row here"
        vi "ở đây có hơn {limit} biện pháp gọi nhau nối tiếp"
        hint_en "write the expression out in one of them"
        hint_vi "hãy viết hẳn biểu thức ra ở một trong các biện pháp đó"
    /// Every step is for other operating systems: whoever has this one is told nothing.
    NoStepForFamily = "KH1306" Error
        en "there is no step for {family}"
        vi "không có bước nào dành cho {family}"
        hint_en "add a step `{family}: \"…\"`, or one for every machine, without the name of a system"
        hint_vi "hãy thêm một bước `{family}: \"…\"`, hoặc một bước cho mọi máy, không ghi tên hệ điều hành"

    /// An expression breaks the rules of the check language.
    ExpressionSyntax = "KH1401" Error
        en "{problem}"
        vi "{problem}"
    /// An expression uses a part of CEL that the check language leaves out.
    ExpressionUnsupported = "KH1402" Error
        en "{problem}"
        vi "{problem}"
    /// An expression exceeds a bound.
    ExpressionTooLarge = "KH1403" Error
        en "{problem}"
        vi "{problem}"
    /// An expression uses a name that nothing has, for example an area that this kind of subject does not have.
    UnknownName = "KH1404" Error
        en "{problem}"
        vi "{problem}"
    /// An expression names a field that the facts do not have.
    UnknownFact = "KH1405" Error
        en "{problem}"
        vi "{problem}"
    /// An expression uses a parameter that the directive does not define.
    UnknownParameter = "KH1406" Error
        en "{problem}"
        vi "{problem}"
    /// An expression refers to a control that the directive does not have.
    UnknownControl = "KH1407" Error
        en "{problem}"
        vi "{problem}"
    /// An expression uses a function that does not exist.
    UnknownFunction = "KH1408" Error
        en "{problem}"
        vi "{problem}"
    /// The parts of an expression do not fit together: text and number, list and single value.
    ExpressionTypes = "KH1409" Error
        en "{problem}"
        vi "{problem}"
    /// An expression yields another type than it should: `pass` is true or false, `offenders` is a list of texts.
    ExpressionResult = "KH1410" Error
        en "{problem}"
        vi "{problem}"
    /// A macro (`all`, `exists`, `map`, `has` …) is written in another form than it has.
    ExpressionMacro = "KH1411" Error
        en "{problem}"
        vi "{problem}"
    /// A literal in an expression can never be used: a wrong pattern, a wrong time.
    ExpressionConstant = "KH1412" Error
        en "{problem}"
        vi "{problem}"
    /// `pass` has the same result whatever the facts are: it names no fact, or it is decided without any, as `fact || true`
    /// is. Such a control passes everywhere, or fails everywhere, and nobody notices.
    PassAsksNothing = "KH1413" Error
        en "`pass` does not depend on any fact"
        vi "`pass` không phụ thuộc vào dữ kiện nào"
        hint_en "name the facts that decide it; `khien facts --schema` and docs/facts.md list them"
        hint_vi "hãy nêu các dữ kiện quyết định kết quả; xem `khien facts --schema` và docs/facts.md"

    /// A control lacks an example that passes, fails or is unknown.
    MissingExample = "KH1501" Warning
        en "`{control}` has no example for: {missing}"
        vi "`{control}` chưa có ví dụ cho: {missing}"
        hint_en "examples show a reader, and the tests, what the expression means"
        hint_vi "ví dụ cho người đọc và bộ kiểm thử thấy biểu thức có nghĩa gì"
    /// An example has a fact that does not exist.
    UnknownExampleFact = "KH1502" Error
        en "unknown field `{field}` in {place}"
        vi "không có trường `{field}` trong {place}"
    /// A fact of an example has another type than the facts have.
    WrongExampleFact = "KH1503" Error
        en "this fact must be {expected}, but it is {found}"
        vi "dữ kiện này phải là {expected}, nhưng lại là {found}"
    /// A fact of an example is in a form that facts do not have.
    InvalidExampleFact = "KH1504" Error
        en "this is not a fact: {reason}"
        vi "đây không phải là dữ kiện hợp lệ: {reason}"
}
