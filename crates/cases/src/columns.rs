//! The canonical columns of a list of cases, and what they are called in exports.

use khien_tables::Row;
use khien_tables::titles::{Field, Mapping, field, guess, plain};

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $required:literal, [$($title:literal),+ $(,)?];)+) => {
        /// A canonical column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column {
            $($(#[$doc])* $name,)+
        }

        impl Column {
            /// Every column.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name in mappings, and the key of its texts.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }
        }

        /// The columns as a reader of titles knows them.
        pub const FIELDS: &[Field] = &[$(field($id, $required, &[$($title),+])),+];
    };
}

columns! {
    /// Number of the case in the register (số thụ lý).
    Number = "so_thu_ly", true, ["so thu ly", "thu ly so", "so ho so", "ma ho so", "so viec", "ma viec", "so ho so thu ly"];
    /// Day on which it was registered.
    Registered = "ngay_thu_ly", true, ["ngay thu ly", "thu ly ngay", "ngay vao so", "ngay thu ly ho so"];
    /// Number of the judgment.
    Judgment = "so_ban_an", false, ["so ban an", "ban an so", "ban an quyet dinh so", "so ba qd", "so ban an quyet dinh", "ban an"];
    /// Day of the judgment.
    Judged = "ngay_ban_an", false, ["ngay ban an", "ban an ngay", "ngay ba qd", "ngay ban an quyet dinh", "ban an quyet dinh ngay"];
    /// Day on which the judgment came from the court.
    JudgmentReceived = "ngay_nhan_ban_an", false, ["ngay nhan ban an", "ngay nhan ba", "ngay toa chuyen giao", "ngay nhan chuyen giao", "ngay chuyen giao"];
    /// Day on which a request for enforcement came.
    RequestReceived = "ngay_nhan_don", false, ["ngay nhan don", "ngay nhan don yeu cau", "ngay nhan yeu cau", "ngay yeu cau", "ngay nhan don yeu cau thi hanh an"];
    /// Whether enforced of the office's own accord or on request.
    Kind = "loai", false, ["loai", "loai viec", "chu dong theo yeu cau", "loai thi hanh an", "loai an", "hinh thuc"];
    /// Number of the enforcement decision.
    Decision = "so_qd", false, ["so qd", "so quyet dinh", "quyet dinh so", "so quyet dinh thi hanh an", "so qd tha", "quyet dinh thi hanh an so"];
    /// Day of the enforcement decision.
    Decided = "ngay_qd", false, ["ngay qd", "ngay quyet dinh", "quyet dinh ngay", "ngay ra quyet dinh", "ngay qd tha", "ngay quyet dinh thi hanh an", "quyet dinh thi hanh an ngay", "ngay ra qd"];
    /// The enforcement officer.
    Officer = "chap_hanh_vien", false, ["chap hanh vien", "chv", "ho ten chap hanh vien", "chap hanh vien phu trach", "chap hanh vien thi hanh", "ten chap hanh vien"];
    /// The unit.
    Unit = "don_vi", false, ["don vi", "don vi thi hanh", "don vi thu ly", "ten don vi", "co quan thi hanh an", "co quan tha", "phong"];
    /// Day on which an officer was assigned.
    Assigned = "ngay_phan_cong", false, ["ngay phan cong", "phan cong ngay", "ngay phan cong chv", "ngay phan cong chap hanh vien"];
    /// Day on which the decision was notified.
    Notified = "ngay_thong_bao", false, ["ngay thong bao", "thong bao ngay", "ngay tong dat", "ngay thong bao quyet dinh", "ngay thong bao hop le"];
    /// Last day of the time for enforcing of one's own will.
    VoluntaryEnd = "ngay_het_tu_nguyen", false, ["ngay het tu nguyen", "het thoi han tu nguyen", "ngay het thoi han tu nguyen", "han tu nguyen", "ngay het han tu nguyen"];
    /// Day of the verification of means.
    Verified = "ngay_xac_minh", false, ["ngay xac minh", "xac minh ngay", "ngay xac minh dieu kien", "ngay xac minh dktha", "ngay xac minh dieu kien thi hanh an", "ngay xac minh gan nhat"];
    /// State of the case.
    Status = "tinh_trang", true, ["tinh trang", "trang thai", "tinh trang thi hanh", "ket qua thi hanh", "trang thai ho so", "ket qua", "phan loai"];
    /// Day on which the record was last changed.
    Updated = "ngay_cap_nhat_cuoi", false, ["ngay cap nhat cuoi", "ngay cap nhat", "cap nhat cuoi", "lan cap nhat cuoi", "ngay sua cuoi", "thoi gian cap nhat", "ngay cap nhat gan nhat"];
    /// Day on which the case was entered into the software.
    Entered = "ngay_nhap", false, ["ngay nhap", "ngay nhap lieu", "ngay nhap du lieu", "ngay nhap phan mem", "ngay nhap vao phan mem", "ngay tao", "ngay tao lap"];
    /// Amount to be enforced.
    Owed = "phai_thu", false, ["phai thu", "so tien phai thu", "so phai thu", "so tien phai thi hanh", "tong so phai thu", "tien phai thi hanh", "gia tri phai thi hanh"];
    /// Amount enforced.
    Collected = "da_thu", false, ["da thu", "so tien da thu", "so da thu", "so tien da thi hanh", "tong so da thu", "tien da thi hanh", "gia tri da thi hanh"];
}

/// What the columns are called that name the parties or tell about them. They are personal data that no rule needs: they
/// are found so that they can be named as left out, and are mapped to nothing.
const OF_PARTIES: &[&str] = &[
    "nguoi phai thi hanh",
    "ten nguoi",
    "ten ca nhan",
    "ten to chuc",
    "ten nguyen don",
    "ten bi don",
    "ten ben",
    "ben phai",
    "ben duoc",
    "nguoi bi",
    "nguoi khoi kien",
    "nguoi yeu cau",
    "nguoi nop",
    "nguoi nhan",
    "bi cao",
    "bi an",
    "bi hai",
    "nguoi duoc thi hanh",
    "nguoi phai tha",
    "nguoi duoc tha",
    "duong su",
    "ten duong su",
    "ho ten duong su",
    "ho va ten",
    "ho ten",
    "nguyen don",
    "bi don",
    "nguoi lien quan",
    "nguoi co quyen loi",
    "dia chi",
    "so cccd",
    "cccd",
    "cmnd",
    "so dinh danh",
    "ngay sinh",
    "nam sinh",
    "so dien thoai",
    "dien thoai",
    "so tai khoan",
];

/// The same, where the whole title is no more than this: "Tên" alone is the name of a party, "Tên đơn vị" is not.
const OF_PARTIES_ALONE: &[&str] = &["ten", "nguoi", "ca nhan", "to chuc", "ca nhan to chuc", "ben", "cac ben"];

/// Whether a column called `title` tells about the parties.
pub fn is_of_parties(title: &str) -> bool {
    let title = plain(title);
    // "Tên 1" is "Tên".
    let alone = title.trim_end_matches(|letter: char| letter.is_ascii_digit()).trim_end();
    // "Họ tên chấp hành viên" tells about an official at work.
    !title.contains("chap hanh vien")
        && (OF_PARTIES_ALONE.contains(&alone)
            || OF_PARTIES
                .iter()
                .any(|known| title.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))))
}

/// Which column of a table holds what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    mapping: Mapping,
    dropped: Vec<String>,
    unused: Vec<String>,
}

impl Columns {
    /// As the titles say.
    pub fn of_titles(titles: &Row) -> Self {
        let mut known = titles.clone();
        for title in known.cells.iter_mut().filter(|title| is_of_parties(title)) {
            title.clear();
        }
        Self::new(titles, guess(&known, FIELDS))
    }

    /// As a profile says: the canonical column and the title of the column that holds it, an empty one when no column does.
    /// What the profile does not name is taken from the titles. The names of the profile that are not known, or whose title
    /// is not there or tells about the parties, are given back.
    pub fn of_profile<'p>(
        titles: &Row,
        profile: impl IntoIterator<Item = (&'p str, &'p str)>,
    ) -> Result<Self, Vec<String>> {
        let mut mapping = Self::of_titles(titles).mapping;
        let mut wrong = Vec::new();
        for (id, title) in profile {
            let wanted = plain(title);
            if wanted.is_empty() && FIELDS.iter().any(|field| field.id == id) {
                mapping.remove(id);
                continue;
            }
            let place = titles.cells.iter().position(|cell| plain(cell) == wanted && !is_of_parties(cell));
            match (FIELDS.iter().find(|field| field.id == id), place) {
                (Some(field), Some(place)) => {
                    mapping.retain(|_, taken| *taken != place);
                    mapping.insert(field.id.to_owned(), place);
                }
                _ => wrong.push(format!("{id}: {title}")),
            }
        }
        if wrong.is_empty() { Ok(Self::new(titles, mapping)) } else { Err(wrong) }
    }

    fn new(titles: &Row, mapping: Mapping) -> Self {
        let left = titles
            .cells
            .iter()
            .enumerate()
            .filter(|(place, title)| !title.is_empty() && !mapping.values().any(|taken| taken == place));
        let (dropped, unused): (Vec<_>, Vec<_>) =
            left.map(|(_, title)| title.clone()).partition(|title| is_of_parties(title));
        Self { mapping, dropped, unused }
    }

    /// The place of a column.
    pub fn place(&self, column: Column) -> Option<usize> {
        self.mapping.get(column.id()).copied()
    }

    /// Whether nothing was recognized: then the row is perhaps no row of titles.
    pub fn is_empty(&self) -> bool {
        self.mapping.is_empty()
    }

    /// The columns that the list needs and does not have.
    pub fn missing(&self) -> Vec<&'static str> {
        khien_tables::titles::missing(&self.mapping, FIELDS)
    }

    /// The titles of the columns that tell about the parties and were left out.
    pub fn dropped(&self) -> &[String] {
        &self.dropped
    }

    /// The titles of the other columns that no rule reads.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(text: &str) -> Row {
        Row { number: 1, cells: text.split('|').map(str::to_owned).collect() }
    }

    fn mapped(columns: &Columns) -> String {
        let found =
            Column::ALL.iter().filter_map(|column| Some(format!("{}={}", column.id(), columns.place(*column)?)));
        found.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn titles_are_recognized_without_diacritics_and_parties_are_left_out() {
        let row = titles(
            "STT|SỐ THỤ LÝ|Ngày thụ lý|Người phải thi hành án|Địa chỉ|QĐ|Quyết định thi hành án Số|Quyết định thi hành án Ngày|Họ tên chấp hành viên|Tình trạng",
        );
        let columns = Columns::of_titles(&row);
        assert_eq!(mapped(&columns), "so_thu_ly=1 ngay_thu_ly=2 so_qd=6 ngay_qd=7 chap_hanh_vien=8 tinh_trang=9");
        assert_eq!(columns.dropped(), ["Người phải thi hành án", "Địa chỉ"]);
        assert_eq!(columns.unused(), ["STT", "QĐ"]);
        assert_eq!(columns.missing(), [""; 0]);
    }

    #[test]
    fn a_profile_wins_over_the_titles() {
        let row = titles("Mã|Số thụ lý|Ngày|Trạng thái");
        let columns = Columns::of_profile(&row, [("so_thu_ly", "MÃ"), ("ngay_thu_ly", "ngày")]).expect("a profile");
        assert_eq!(mapped(&columns), "so_thu_ly=0 ngay_thu_ly=2 tinh_trang=3");
        let wrong = Columns::of_profile(&row, [("so_thu_ly", "Số"), ("mau", "Mã")]);
        assert_eq!(wrong, Err(vec!["so_thu_ly: Số".to_owned(), "mau: Mã".to_owned()]));
        let without = Columns::of_profile(&row, [("tinh_trang", ""), ("so_ban_an", "Trạng thái")]).expect("a profile");
        assert_eq!(mapped(&without), "so_thu_ly=1 so_ban_an=3");
        assert_eq!(Columns::of_titles(&titles("A|B")).missing(), ["so_thu_ly", "ngay_thu_ly", "tinh_trang"]);
    }

    #[test]
    fn no_profile_reaches_the_names_of_parties() {
        let row = titles("Số thụ lý|Người phải thi hành án|Đương sự|CHV");
        for (id, title) in [("chap_hanh_vien", "Người phải thi hành án"), ("so_qd", "ĐƯƠNG SỰ")] {
            let refused = Columns::of_profile(&row, [(id, title)]);
            assert_eq!(refused, Err(vec![format!("{id}: {title}")]));
        }
    }

    #[test]
    fn names_are_of_parties_however_the_column_is_called() {
        for title in [
            "Tên",
            "TÊN",
            "Tên (1)",
            "Tên 2",
            "Họ tên",
            "Tên người phải THA",
            "Bên được thi hành",
            "Bị đơn",
            "Người nộp đơn",
        ] {
            assert!(is_of_parties(title), "{title}");
        }
        for title in ["Tên đơn vị", "Tên chấp hành viên", "Họ và tên chấp hành viên", "Tình trạng", "Cột 13", ""]
        {
            assert!(!is_of_parties(title), "{title}");
        }
    }

    #[test]
    fn no_title_belongs_to_two_columns() {
        let mut seen = std::collections::BTreeSet::new();
        for title in FIELDS.iter().flat_map(|field| field.titles) {
            assert!(seen.insert(title), "{title}");
            assert_eq!(plain(title), *title);
            assert!(!is_of_parties(title), "{title}");
        }
    }
}
