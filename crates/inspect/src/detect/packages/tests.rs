use expect_test::expect;

use crate::FileType;
use crate::walk::testing::{ids, inspected_as, told};

/// What is found in a part of a package.
fn part(name: &str, bytes: &str, package: FileType) -> String {
    told(&inspected_as(name, bytes.as_bytes(), &[FileType::Xml], &[package]))
}

#[test]
fn relationships_that_fetch_are_told_by_what_they_fetch() {
    let cases = [
        ("attachedTemplate", "http://example.vn/a.dotm", "far-template"),
        ("attachedTemplate", "\\\\10.1.1.1\\a\\a.dotm", "far-template"),
        ("attachedTemplate", "file:///C:/Users/a/Normal.dotm", "local-template"),
        ("oleObject", "mhtml:http://example.vn/a.html!x-usc:http://example.vn/a.html", "handler-link"),
        ("oleObject", "https://example.vn/a.html!", "far-object"),
        ("oleObject", "file:///\\\\server\\a.xlsx", "far-content"),
        ("oleObject", "file:///C:/a.xlsx", "local-link"),
        ("frame", "http://example.vn/a.html", "far-content"),
        ("subDocument", "\\\\server\\a.docx", "far-content"),
        ("image", "http://example.vn/a.png", "far-content"),
        ("externalLinkPath", "So-lieu.xlsx", "local-link"),
        ("hyperlink", "javascript:a()", "odd-hyperlink"),
        ("hyperlink", "file:///\\\\server\\a.exe", "odd-hyperlink"),
        ("hyperlink", "powershell%20-NoP%20-NonI", "slide-runs-program"),
        ("hyperlink", "https://moj.gov.vn/", ""),
        ("hyperlink", "mailto:a@example.vn", ""),
        ("hyperlink", "phu-luc.docx", ""),
    ];
    for (kind, target, expected) in cases {
        let text = format!(
            "<Relationships><Relationship Id='r1' Type='http://schemas.openxmlformats.org/x/{kind}' \
             Target='{target}' TargetMode='External'/></Relationships>"
        );
        let name = "word/_rels/document.xml.rels";
        let inspection = inspected_as(name, text.as_bytes(), &[FileType::Xml], &[FileType::Docx]);
        assert_eq!(ids(&inspection).join(" "), expected, "{kind} {target}");
    }
}

#[test]
fn a_broken_part_is_damaged_and_searched() {
    let text = "<Relationships><<<& <Relationship Target=\"mhtml:http://example.vn!x-usc:a\"";
    expect![[r#"
        word/_rels/settings.xml.rels [xml] 74 !its form is damaged (XML after byte 15: syntax error: tag not closed: `>` not found before end of input)
        Blocked handler-link @0 Offset(42): mhtml:http://example.vn!x-usc:a"
        Blocked handler-link @0 Offset(65): !x-usc:a"
    "#]].assert_eq(&part("word/_rels/settings.xml.rels", text, FileType::Docx));
}

#[test]
fn instructions_split_over_runs_are_joined() {
    let text = "<w:document><w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>DD</w:instrText></w:r>\
        <w:r><w:instrText>EA</w:instrText></w:r><w:r><w:instrText>UTO c:\\\\windows\\\\system32\\\\c</w:instrText></w:r></w:p>\
        <w:p><w:r><w:instrText>md.exe \"/k calc\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p></w:document>";
    expect![[r#"
        word/document.xml [xml] 335
        Blocked document-dde-command @0 Offset(310): DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"
    "#]]
    .assert_eq(&part("word/document.xml", text, FileType::Docx));
}

#[test]
fn parts_of_office_tell_what_they_do() {
    let cases = [
        ("word/document.xml", "<w:fldSimple w:instr='DDEAUTO cmd \"/c calc\"'/>", "document-dde-command"),
        (
            "xl/externalLinks/externalLink1.xml",
            "<ddeLink ddeService='cmd' ddeTopic='/c calc'/>",
            "document-dde-command",
        ),
        ("xl/externalLinks/externalLink1.xml", "<ddeLink ddeService='Excel' ddeTopic='a.xlsx'/>", "document-dde-link"),
        ("xl/worksheets/sheet1.xml", "<c><f>cmd|'/c calc'!A0</f></c>", "document-dde-command"),
        ("xl/worksheets/sheet1.xml", "<c><f>_xlfn.WEBSERVICE(\"http://example.vn\")</f></c>", "far-content"),
        ("xl/worksheets/sheet1.xml", "<c><f>IF(A1=\"a|b\",1,2)</f></c>", ""),
        ("xl/workbook.xml", "<sheets><sheet name='a' state='veryHidden'/></sheets>", "hidden-sheets"),
        ("customUI/customUI14.xml", "<customUI onLoad='Chay'/>", "ribbon-on-load"),
        ("customUI/customUI14.xml", "<customUI/>", ""),
        (
            "word/activeX/activeX1.xml",
            "<ax:ocx ax:classid='{8BD21D10-EC42-11CE-9E0D-00AA006002F3}'/>",
            "activex-control",
        ),
        ("word/document.xml", "<w:altChunk r:id='a'/>", "merged-document"),
        ("word/document.xml", "<o:OLEObject Type='Embed' ProgID='Package'/>", "packaged-file"),
        ("ppt/slides/slide1.xml", "<a:hlinkHover action='ppaction://program'/>", "slide-runs-program"),
        ("ppt/slides/slide1.xml", "<a:hlinkClick action='ppaction://hlinksldjump'/>", ""),
        ("word/document.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///c:/a'>]><a>&b;</a>", "unexpected-dtd"),
        ("word/embeddings/oleObject1.bin", "x", "embedded-object"),
    ];
    for (name, text, expected) in cases {
        let inspection = inspected_as(name, text.as_bytes(), &[FileType::Xml], &[FileType::Docx]);
        assert_eq!(ids(&inspection).join(" "), expected, "{name} {text}");
    }
}

#[test]
fn the_list_of_types_is_held_against_itself() {
    let of = |name: &str, kind: &str| format!("<Override PartName='{name}' ContentType='application/{kind}'/>");
    let main = of("/word/document.xml", "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml");
    let second = of("/word/a.xml", "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml");
    let enabled = of("/word/document.xml", "vnd.ms-word.document.macroEnabled.main+xml");
    let macros = of("/word/vbaProject.bin", "vnd.ms-office.vbaProject");
    let hidden = of("/word/media/image9.png", "vnd.ms-office.vbaProject");
    let cases = [
        (FileType::Docx, vec![&main], ""),
        (FileType::Docm, vec![&enabled, &macros], ""),
        (FileType::Docx, vec![&enabled, &macros], "contradicting-types"),
        (FileType::Docx, vec![&main, &macros], "contradicting-types"),
        (FileType::Docm, vec![&enabled, &hidden], "hidden-macros"),
        (FileType::Docx, vec![&main, &second], "contradicting-types"),
    ];
    for (package, lines, expected) in cases {
        let lines: String = lines.into_iter().map(String::as_str).collect();
        let text = format!("<Types>{lines}</Types>");
        let inspection = inspected_as("[Content_Types].xml", text.as_bytes(), &[FileType::Xml], &[package]);
        assert_eq!(ids(&inspection).join(" "), expected, "{text}");
    }
}

#[test]
fn parts_of_open_document_tell_what_they_do() {
    let listener =
        |address: &str| format!("<script:event-listener script:event-name='dom:load' xlink:href='{address}'/>");
    let own = listener("vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document");
    let outside = listener("vnd.sun.star.script:../../../a.py$b?language=Python&amp;location=share");
    let cases = [
        ("Basic/Standard/Module1.xml", "<script:module>Sub Main\nEnd Sub</script:module>", "document-script"),
        ("Basic/Standard/script-lb.xml", "<library:library/>", ""),
        ("Scripts/python/a.py", "import os\nos.system('a')", "document-script-runs-program"),
        ("content.xml", own.as_str(), "document-event"),
        ("content.xml", outside.as_str(), "script-outside-document"),
        ("content.xml", "<text:a xlink:href='vnd.libreoffice.command:a'/>", "odd-hyperlink"),
        ("content.xml", "<text:a xlink:href='https://moj.gov.vn'/>", ""),
        (
            "content.xml",
            "<office:dde-source office:dde-application='cmd' office:dde-topic='/c a'/>",
            "document-dde-command",
        ),
        (
            "content.xml",
            "<table:table-cell table:formula='of:=DDE(\"cmd\";\"/c calc\";\"a\")'/>",
            "document-dde-command",
        ),
        ("content.xml", "<text:section-source xlink:href='http://example.vn/a.odt'/>", "far-content"),
        ("content.xml", "<draw:image xlink:href='Pictures/a.png'/>", ""),
        ("content.xml", "<draw:object xlink:href='./Object 1'/>", ""),
        ("meta.xml", "<meta:template xlink:href='http://example.vn/a.ott'/>", "far-template"),
    ];
    for (name, text, expected) in cases {
        let inspection = inspected_as(name, text.as_bytes(), &[FileType::Xml], &[FileType::Odt]);
        assert_eq!(ids(&inspection).join(" "), expected, "{name} {text}");
    }
}

#[test]
fn encrypted_parts_are_said_not_to_be_read() {
    let text =
        "<manifest:file-entry manifest:full-path='content.xml'><manifest:encryption-data/></manifest:file-entry>";
    let inspection = inspected_as("META-INF/manifest.xml", text.as_bytes(), &[FileType::Xml], &[FileType::Odt]);
    assert_eq!(inspection.nodes[0].not_inspected, [crate::Reason::Encrypted]);
}

#[test]
fn any_text_as_a_part_is_read_or_damaged() {
    bolero::check!().with_type::<(u8, String)>().for_each(|(which, text)| {
        let names = ["a.rels", "[Content_Types].xml", "word/document.xml", "content.xml"];
        let name = names[usize::from(which % 4)];
        let text = format!("<a b='{text}'><w:instrText>{text}</w:instrText>{text}");
        let package = if name == "content.xml" { FileType::Odt } else { FileType::Docx };
        let _ = part(name, &text, package);
    });
}
