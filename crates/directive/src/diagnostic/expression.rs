//! Problems of the check language as mistakes in a directive file.

use khien_expr::{Problem, ProblemCode};

use super::{Code, Mistake};
use crate::Texts;
use crate::source::Span;

impl Mistake {
    /// `problem`, which stands at `span` of the file.
    pub(crate) fn of_expression(problem: &Problem, span: Span) -> Self {
        let mistake = Self::new(code(problem.code), span)
            .with_texts("problem", Texts { vi: fill(vietnamese(problem.code), problem), en: problem.message.clone() });
        match &problem.hint {
            Some(english) => mistake.hint(Texts { vi: vietnamese_hint(problem, english), en: english.clone() }),
            None => mistake,
        }
    }
}

fn fill(template: &str, problem: &Problem) -> String {
    let mut text = template.to_owned();
    for (name, value) in &problem.arguments {
        text = text.replace(&format!("{{{name}}}"), in_vietnamese(value));
    }
    text
}

/// Phrases of the check language that its problems and hints are filled with. Others are signs, names and types, which
/// are the same in both languages.
const PHRASES: &[(&str, &str)] = &[
    ("a name", "một tên"),
    ("a value", "một giá trị"),
    ("an operator or the end", "một phép toán hoặc hết biểu thức"),
    ("the end", "hết biểu thức"),
    ("a text", "một đoạn chữ"),
    ("a number", "một số"),
    ("`:` and the value when it is false", "`:` và giá trị khi điều kiện sai"),
    ("`:` between key and value", "`:` giữa khoá và giá trị"),
    ("the name of a field or function", "tên trường hoặc tên hàm"),
    ("one field, like `has(os.version)`", "một trường, ví dụ `has(os.version)`"),
    ("making a message, `Type{…}`,", "cách tạo thông điệp `Type{…}`"),
    ("the optional syntax `.?`", "cú pháp tuỳ chọn `.?`"),
    ("the optional syntax `[?…]`", "cú pháp tuỳ chọn `[?…]`"),
    ("the optional syntax `{?…}`", "cú pháp tuỳ chọn `{?…}`"),
    (
        "a field of its items is reached by a macro, like `.exists(p, p.field)`",
        "trường của từng mục được lấy bằng macro, ví dụ `.exists(p, p.field)`",
    ),
    ("a length of time is written duration(\"7d\")", "khoảng thời gian được viết là duration(\"7d\")"),
    ("behind `in` stands a list", "sau `in` là một danh sách"),
    ("choose another name for the item", "hãy đặt tên khác cho mục"),
];

fn in_vietnamese(phrase: &str) -> &str {
    PHRASES.iter().find(|(english, _)| *english == phrase).map_or(phrase, |(_, vietnamese)| vietnamese)
}

fn vietnamese_hint(problem: &Problem, english: &str) -> String {
    if let Some((_, suggestion)) = problem.arguments.iter().find(|(name, _)| *name == "suggestion") {
        return format!("có phải bạn muốn viết `{suggestion}`?");
    }
    match english.strip_prefix("possible here: ") {
        Some(list) => format!("ở đây có thể viết: {list}"),
        None => in_vietnamese(english).to_owned(),
    }
}

/// The diagnostic for a kind of problem: one for all problems that are mended in the same way.
fn code(problem: ProblemCode) -> Code {
    match problem {
        ProblemCode::Empty
        | ProblemCode::UnexpectedCharacter
        | ProblemCode::UnterminatedText
        | ProblemCode::InvalidEscape
        | ProblemCode::InvalidNumber
        | ProblemCode::UnexpectedToken
        | ProblemCode::ReservedWord
        | ProblemCode::ControlForm => Code::ExpressionSyntax,
        ProblemCode::Unsupported => Code::ExpressionUnsupported,
        ProblemCode::TooLong
        | ProblemCode::TooDeep
        | ProblemCode::TooLarge
        | ProblemCode::TooManyVariables
        | ProblemCode::PathTooLong => Code::ExpressionTooLarge,
        ProblemCode::UnknownName => Code::UnknownName,
        ProblemCode::UnknownField => Code::UnknownFact,
        ProblemCode::UnknownParameter => Code::UnknownParameter,
        ProblemCode::UnknownControl => Code::UnknownControl,
        ProblemCode::UnknownFunction => Code::UnknownFunction,
        ProblemCode::WrongArguments
        | ProblemCode::WrongOperands
        | ProblemCode::NeverEqual
        | ProblemCode::WordNotInList
        | ProblemCode::NotBool
        | ProblemCode::NoFields
        | ProblemCode::NotAList
        | ProblemCode::WholeRecord => Code::ExpressionTypes,
        ProblemCode::WrongResult => Code::ExpressionResult,
        ProblemCode::LoopVariable | ProblemCode::HiddenName | ProblemCode::MacroArguments | ProblemCode::HasField => {
            Code::ExpressionMacro
        }
        ProblemCode::InvalidPattern | ProblemCode::InvalidConstant => Code::ExpressionConstant,
    }
}

/// [`ProblemCode::template`] in Vietnamese.
fn vietnamese(problem: ProblemCode) -> &'static str {
    match problem {
        ProblemCode::Empty => "thiếu biểu thức",
        ProblemCode::TooLong => "biểu thức dài hơn {limit} byte",
        ProblemCode::TooDeep => "biểu thức lồng nhau sâu hơn {limit} cấp",
        ProblemCode::TooLarge => "biểu thức có hơn {limit} phép tính",
        ProblemCode::UnexpectedCharacter => "ký tự {character} không có nghĩa ở đây",
        ProblemCode::UnterminatedText => "đoạn chữ này thiếu dấu {quote} đóng",
        ProblemCode::InvalidEscape => "{escape} không phải là ký hiệu thoát hợp lệ",
        ProblemCode::InvalidNumber => "{number} không phải là số mà ngôn ngữ này biểu diễn được",
        ProblemCode::UnexpectedToken => "sai cú pháp: cần {expected}, nhưng gặp {found}",
        ProblemCode::Unsupported => "ngôn ngữ kiểm tra không có {what}",
        ProblemCode::ReservedWord => "`{word}` là từ dành riêng",
        ProblemCode::UnknownName => "không có tên `{name}`",
        ProblemCode::UnknownField => "không có trường `{path}`",
        ProblemCode::UnknownParameter => "không có tham số `param.{name}`",
        ProblemCode::UnknownControl => "không có biện pháp `{id}`",
        ProblemCode::ControlForm => "muốn dẫn biện pháp khác thì viết `control[\"MÃ\"]`",
        ProblemCode::UnknownFunction => "không có hàm `{name}`",
        ProblemCode::WrongArguments => "không dùng được `{name}` với ({found})",
        ProblemCode::WrongOperands => "không dùng được `{operator}` với {found}",
        ProblemCode::NeverEqual => "{left} và {right} không bao giờ bằng nhau",
        ProblemCode::WordNotInList => "{word} không nằm trong các từ có thể có ở đây",
        ProblemCode::NotBool => "{what} phải là đúng hoặc sai, nhưng đây là {found}",
        ProblemCode::WrongResult => "kết quả phải là {expected}, nhưng lại là {found}",
        ProblemCode::NoFields => "{found} không có trường",
        ProblemCode::NotAList => "`{name}` chạy trên một danh sách, nhưng đây là {found}",
        ProblemCode::LoopVariable => "đối số đầu của `{name}` là tên đặt cho từng mục, ví dụ `p`",
        ProblemCode::HiddenName => "ở đây `{name}` đã có nghĩa khác",
        ProblemCode::MacroArguments => "`{name}` cần {expected}",
        ProblemCode::HasField => "`has` cần một trường, ví dụ `has(os.version)`",
        ProblemCode::TooManyVariables => "lồng hơn {limit} macro",
        ProblemCode::InvalidPattern => "không dùng được biểu thức chính quy này: {reason}",
        ProblemCode::InvalidConstant => "giá trị này không bao giờ tính được: {reason}",
        ProblemCode::WholeRecord => "{found} là một nhóm trường; hãy chỉ ra một trường của nó",
        ProblemCode::PathTooLong => "đường dẫn tới dữ kiện có nhiều nhất {limit} bước",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn translations_say_the_same() {
        for problem in ProblemCode::ALL {
            assert_eq!(placeholders(problem.template()), placeholders(vietnamese(*problem)), "{problem:?}");
        }
        for code in Code::ALL {
            assert_eq!(placeholders(code.english()), placeholders(code.vietnamese()), "{code}");
        }
    }
}
