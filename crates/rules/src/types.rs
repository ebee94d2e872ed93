//! The words of `khien_types`: ids of types, categories, and groups that rules need.

use khien_inspect::{Category, FileType};

/// Every type that `word` stands for; none if it stands for nothing.
pub(crate) fn types_of(word: &str) -> Vec<FileType> {
    let belongs = |own: FileType| own.id() == word || category_word(own.category()) == word || in_group(own, word);
    FileType::ALL.iter().copied().filter(|own| belongs(*own)).collect()
}

const fn category_word(category: Category) -> &'static str {
    match category {
        Category::Archive => "archive",
        Category::DiskImage => "disk_image",
        Category::Document => "document",
        Category::Mail => "mail",
        Category::Web => "web",
        Category::Program => "program",
        Category::Script => "script",
        Category::Shortcut => "shortcut",
        Category::Picture => "picture",
        Category::Media => "media",
        Category::Text => "text",
        Category::Data => "data",
    }
}

fn in_group(own: FileType, group: &str) -> bool {
    match group {
        "office" => OFFICE.contains(&own),
        "readable" => {
            matches!(own.category(), Category::Script | Category::Web | Category::Text)
                || matches!(own, FileType::Svg | FileType::UrlShortcut | FileType::DesktopEntry)
        }
        _ => false,
    }
}

/// The formats of office suites, old and new.
const OFFICE: &[FileType] = &[
    FileType::Ole2,
    FileType::Doc,
    FileType::Xls,
    FileType::Ppt,
    FileType::Vsd,
    FileType::Pub,
    FileType::EncryptedOffice,
    FileType::Docx,
    FileType::Docm,
    FileType::Xlsx,
    FileType::Xlsm,
    FileType::Xlsb,
    FileType::Pptx,
    FileType::Pptm,
    FileType::Vsdx,
    FileType::Opc,
    FileType::Odt,
    FileType::Ods,
    FileType::Odp,
    FileType::Odf,
    FileType::OfficeXml,
    FileType::Sylk,
    FileType::Iqy,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_a_type_a_category_or_a_group() {
        assert_eq!(types_of("pdf"), [FileType::Pdf]);
        assert!(types_of("script").contains(&FileType::Php));
        assert!(types_of("office").contains(&FileType::Xlsb) && !types_of("office").contains(&FileType::Pdf));
        assert!(types_of("readable").contains(&FileType::Html) && types_of("readable").contains(&FileType::Text));
        assert_eq!(types_of("macros"), []);
        assert_eq!(types_of(""), []);
    }
}
