//! The fields of a directive file, in one place: the loader, the JSON Schema and the documentation follow it.

use khien_model::SubjectKind;

use crate::yaml::Node;
use crate::{Expected, ParameterType, Severity, Texts};

/// The version of the file format that this program reads and writes.
pub(crate) const VERSION: i64 = 1;

/// A map with known fields.
pub(crate) struct Record {
    /// Its name in the JSON Schema.
    pub(crate) name: &'static str,
    /// What a message calls it, in Vietnamese and English.
    pub(crate) place: (&'static str, &'static str),
    pub(crate) fields: &'static [Field],
}

/// One field of a [`Record`].
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) presence: Presence,
    pub(crate) form: Form,
    /// What it means, in Vietnamese and English.
    pub(crate) doc: Doc,
}

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// Required, and its absence has a diagnostic of its own.
    Demanded,
}

/// What can stand in a field.
pub(crate) enum Form {
    /// The number of the format's version.
    Version,
    /// Any text.
    Text,
    /// A text in both languages.
    Texts,
    /// An id in words with hyphens.
    Id,
    /// The number of a clause.
    ClauseId,
    /// `2026-07-01`
    Date,
    /// `2026-11-22T08:00:00+07:00`
    Time,
    /// `90d`
    Duration,
    /// `3 working days`, `5d`, `at once`
    Due,
    /// The address of a web page.
    Url,
    /// One of these words.
    Word(&'static [&'static str]),
    /// Names of files beside this one.
    FileNames,
    /// An expression of the check language.
    Expression,
    /// A value of a parameter.
    ParameterValue,
    /// Facts by area.
    Facts,
    /// A list of records.
    List(&'static Record),
    /// A list of keys of documents, or of records.
    Basis(&'static Record),
    /// Steps in both languages.
    Steps,
    /// A map from names to records.
    Named(&'static Record),
}

impl Record {
    pub(crate) fn place(&self) -> Texts {
        Texts::new(self.place.0, self.place.1)
    }

    /// The required fields that `node` lacks.
    pub(crate) fn missing(&self, node: &Node) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.presence == Presence::Required && node.get(field.name).is_none())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name)
    }
}

type Doc = (&'static str, &'static str);

const fn required(name: &'static str, form: Form, doc: Doc) -> Field {
    Field { name, presence: Presence::Required, form, doc }
}

const fn optional(name: &'static str, form: Form, doc: Doc) -> Field {
    Field { name, presence: Presence::Optional, form, doc }
}

const fn demanded(name: &'static str, form: Form, doc: Doc) -> Field {
    Field { name, presence: Presence::Demanded, form, doc }
}

/// The whole file. A file that is only included need not have the required fields.
pub(crate) static DIRECTIVE: Record = Record {
    name: "Directive",
    place: ("văn bản", "the directive"),
    fields: &[
        required("khien", Form::Version, ("Phiên bản của định dạng tệp: 1.", "The version of the file format: 1.")),
        required(
            "id",
            Form::Id,
            (
                "Mã ổn định của văn bản: chữ thường không dấu, chữ số và dấu gạch nối.",
                "The stable id of the directive: small letters, digits and hyphens.",
            ),
        ),
        required("title", Form::Texts, ("Tên gọi của văn bản.", "What the directive is called.")),
        required(
            "issued",
            Form::Date,
            (
                "Ngày ban hành văn bản; trong biểu thức là `directive.issued`.",
                "The day on which the letter was issued; `directive.issued` in expressions.",
            ),
        ),
        required(
            "valid_from",
            Form::Date,
            ("Ngày đầu tiên văn bản có hiệu lực.", "The first day on which the directive is in force."),
        ),
        optional(
            "valid_to",
            Form::Date,
            ("Ngày đầu tiên văn bản hết hiệu lực.", "The first day on which the directive is no longer in force."),
        ),
        optional(
            "include",
            Form::FileNames,
            (
                "Các tệp cùng thư mục được đọc trước. Mục nào tệp này ghi lại (cùng mã hoặc khoá) thì thay các trường của chúng.",
                "Files beside this one that are read first. What this file repeats (same id or key) overrides their fields.",
            ),
        ),
        optional(
            "documents",
            Form::Named(&DOCUMENT),
            (
                "Các văn bản pháp luật được viện dẫn, theo khoá.",
                "The legal documents that the directive cites, by key.",
            ),
        ),
        optional(
            "params",
            Form::Named(&PARAMETER),
            (
                "Các ngưỡng, theo tên đứng sau `param.` trong biểu thức.",
                "The thresholds, by the name after `param.` in expressions.",
            ),
        ),
        required("clauses", Form::List(&CLAUSE), ("Các khoản của văn bản.", "The numbered parts of the directive.")),
    ],
};

pub(crate) static DOCUMENT: Record = Record {
    name: "Document",
    place: ("tài liệu", "the document"),
    fields: &[
        required("number", Form::Text, ("Số, ký hiệu, ví dụ 116/2025/QH15.", "Number and sign, e.g. 116/2025/QH15.")),
        required("title", Form::Texts, ("Tên gọi của tài liệu.", "What the document is called.")),
        required("issued", Form::Date, ("Ngày ban hành.", "The day on which it was issued.")),
        optional("valid_from", Form::Date, ("Ngày đầu tiên có hiệu lực.", "The first day on which it is in force.")),
        optional(
            "valid_to",
            Form::Date,
            ("Ngày đầu tiên hết hiệu lực.", "The first day on which it is no longer in force."),
        ),
        optional("url", Form::Url, ("Trang web có toàn văn.", "A web page with its text.")),
    ],
};

pub(crate) static PARAMETER: Record = Record {
    name: "Parameter",
    place: ("tham số", "the parameter"),
    fields: &[
        required("about", Form::Texts, ("Tham số quy định điều gì.", "What the parameter sets.")),
        required("type", Form::Word(ParameterType::WORDS), ("Kiểu của các giá trị.", "The type of its values.")),
        required(
            "values",
            Form::List(&VALUE),
            (
                "Các giá trị. Không có hai giá trị cùng hiệu lực trong một ngày.",
                "Its values. No two are valid on the same day.",
            ),
        ),
    ],
};

pub(crate) static VALUE: Record = Record {
    name: "ParameterValue",
    place: ("giá trị", "the value"),
    fields: &[
        required(
            "value",
            Form::ParameterValue,
            ("Giá trị, đúng kiểu của tham số.", "The value, of the parameter's type."),
        ),
        demanded(
            "source",
            Form::Text,
            ("Khoá của văn bản pháp luật quy định giá trị này.", "The key of the legal document it comes from."),
        ),
        required(
            "valid_from",
            Form::Date,
            ("Ngày đầu tiên giá trị có hiệu lực.", "The first day on which it is valid."),
        ),
        optional(
            "valid_to",
            Form::Date,
            ("Ngày đầu tiên giá trị hết hiệu lực.", "The first day on which it is no longer valid."),
        ),
    ],
};

pub(crate) static CLAUSE: Record = Record {
    name: "Clause",
    place: ("khoản", "the clause"),
    fields: &[
        required("id", Form::ClauseId, ("Số của khoản, ví dụ \"4.1\".", "The number of the clause, e.g. \"4.1\".")),
        required("title", Form::Texts, ("Tên gọi của khoản.", "What the clause is called.")),
        required("text", Form::Texts, ("Khoản này yêu cầu gì, diễn đạt ngắn gọn.", "What it asks, in our words.")),
        optional(
            "basis",
            Form::Basis(&BASIS),
            (
                "Căn cứ pháp lý: khoá của tài liệu, hoặc khoá kèm điều khoản.",
                "The legal documents it rests on: keys, or keys with an article.",
            ),
        ),
        demanded("controls", Form::List(&CONTROL), ("Kiểm tra bằng những biện pháp nào.", "How it is checked.")),
    ],
};

pub(crate) static BASIS: Record = Record {
    name: "Basis",
    place: ("căn cứ", "the basis"),
    fields: &[
        required("document", Form::Text, ("Khoá của một tài liệu.", "The key of a document.")),
        optional("article", Form::Text, ("Vị trí trong tài liệu, ví dụ Điều 31.", "The place in it, e.g. Điều 31.")),
    ],
};

pub(crate) static CONTROL: Record = Record {
    name: "Control",
    place: ("biện pháp", "the control"),
    fields: &[
        required(
            "id",
            Form::Id,
            (
                "Mã ổn định của biện pháp, không trùng trong cả văn bản.",
                "The stable id of the control, unique in the directive.",
            ),
        ),
        required(
            "subject",
            Form::Word(SubjectKind::WORDS),
            ("Loại đối tượng được kiểm tra.", "The kind of subject it is about."),
        ),
        required("title", Form::Texts, ("Tên gọi của biện pháp.", "What the control is called.")),
        required(
            "severity",
            Form::Word(Severity::WORDS),
            ("Mức độ nghiêm trọng khi không đạt.", "How much it matters when it fails."),
        ),
        required(
            "fresh_within",
            Form::Duration,
            ("Dữ kiện cũ hơn thời hạn này thì coi là chưa xác định.", "Facts older than this are unknown."),
        ),
        required(
            "due",
            Form::Due,
            ("Thời hạn khắc phục kể từ khi không đạt.", "How much time there is to mend it after it turned red."),
        ),
        required(
            "pass",
            Form::Expression,
            ("Biểu thức đúng khi yêu cầu được đáp ứng.", "An expression that is true when the requirement is met."),
        ),
        optional(
            "offenders",
            Form::Expression,
            (
                "Biểu thức cho ra danh sách chữ cần hiện khi không đạt.",
                "An expression that yields the list of texts to show when it is not.",
            ),
        ),
        required(
            "fix",
            Form::Steps,
            (
                "Các bước khắc phục mà người không chuyên làm theo được.",
                "Steps that mend it, which a person who is no expert can follow.",
            ),
        ),
        optional(
            "examples",
            Form::List(&EXAMPLE),
            (
                "Dữ kiện kèm kết quả mong đợi: mỗi loại kết quả ít nhất một ví dụ.",
                "Facts with the expected result: at least one of each result.",
            ),
        ),
    ],
};

pub(crate) static EXAMPLE: Record = Record {
    name: "Example",
    place: ("ví dụ", "the example"),
    fields: &[
        required("name", Form::Text, ("Ví dụ cho thấy điều gì.", "What the example shows.")),
        required(
            "expect",
            Form::Word(Expected::WORDS),
            ("Kết quả mà biện pháp phải cho.", "The result that the control must have."),
        ),
        required(
            "at",
            Form::Time,
            (
                "Thời điểm đánh giá; dữ kiện được coi là thu thập lúc này nếu không ghi khác.",
                "The time at which it is judged; facts are observed at this time unless they say else.",
            ),
        ),
        required(
            "facts",
            Form::Facts,
            (
                "Dữ kiện theo từng mảng. Điều gì không ghi thì chưa xác định.",
                "The facts by area. What is not there is unknown.",
            ),
        ),
    ],
};

/// Every record, outermost first.
pub(crate) static RECORDS: &[&Record] =
    &[&DIRECTIVE, &DOCUMENT, &PARAMETER, &VALUE, &CLAUSE, &BASIS, &CONTROL, &EXAMPLE];
