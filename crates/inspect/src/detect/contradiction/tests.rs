//! Names beside contents, and contents beside each other.

use super::super::entropy::tests::noise;
use crate::build::{inspected, ole, pe, zip};
use crate::{Effect, Verdict};

/// The findings of the file itself that come from its type, and the gravest effect of them.
fn found(name: &str, bytes: &[u8]) -> (Vec<String>, Option<Effect>) {
    let inspection = inspected(name, bytes);
    let own: Vec<_> = inspection.findings.iter().filter(|finding| finding.node == 0).collect();
    (own.iter().map(|finding| finding.id.clone()).collect(), own.iter().map(|finding| finding.effect).max())
}

#[test]
fn names_and_contents_are_compared() {
    let png = b"\x89PNG\r\n\x1a\n";
    let docx = zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<x/>")]);
    let archive = zip(&[("a.txt", b"x")]);
    let program = pe(b"");
    let word = ole(&["WordDocument"]);
    let cases: &[(&str, &[u8], &[&str])] = &[
        ("a.png", png, &[]),
        ("a.jpg", png, &[]),
        ("a.dat", png, &[]),
        ("a", png, &[]),
        ("a.docx", &docx, &[]),
        ("a.doc", &docx, &["other-type"]),
        ("a.doc", b"{\\rtf1 x}", &[]),
        ("a.docx", b"{\\rtf1 x}", &["other-type"]),
        ("a.xls", b"<html><table></table></html>", &["other-type"]),
        ("a.doc", &word, &[]),
        ("a.xls", &word, &["other-type"]),
        ("a.pdf", b"<html><body></body></html>", &["misleading-type"]),
        ("a.pdf", &archive, &["misleading-type"]),
        ("a.jpg", &archive, &["misleading-type"]),
        ("a.jpg", &word, &["misleading-type"]),
        ("a.txt", &archive, &["misleading-type"]),
        ("a.docx", &archive, &["other-type"]),
        ("a.zip", &docx, &["other-type"]),
        ("a.pdf", &program, &["program", "disguised-program"]),
        ("a.txt", &program, &["program", "disguised-program"]),
        ("a", &program, &["program"]),
        ("a.exe", &program, &["program"]),
        ("a.jpg", b"Set s = CreateObject(\"WScript.Shell\")", &["script", "disguised-program"]),
        ("a.jpg", b"<?php system($_GET[0]);", &["server-page", "disguised-program", "web-shell"]),
        ("a.doc", b"L\0\0\0\x01\x14\x02\0", &["shortcut", "disguised-program", "shortcut-target"]),
        ("a.exe", png, &["named-program"]),
        ("a.scr", b"xin", &["named-program"]),
        ("a.com", b"xin", &["named-program"]),
        ("a.msi", b"xin", &["named-program"]),
        ("a.theme", b"xin", &["runnable-name"]),
        ("www.example.com", b"<html></html>", &[]),
        ("a.js", b"alert(1)", &["script"]),
        ("a.mjs", b"alert(1)", &["source-script"]),
        ("a.py", b"import os", &["source-script"]),
        ("a.php", b"<?php", &["server-page"]),
        ("a.php", png, &["server-page"]),
        ("a.hta", png, &["script"]),
        ("a.bas", b"Sub x()", &["source-script"]),
        ("a.reg", b"REGEDIT4\r\n", &["script"]),
        ("a.url", b"[InternetShortcut]\r\nURL=x", &["far-shortcut", "shortcut-target"]),
        ("a.xsl", b"<xsl:stylesheet xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"/>", &[]),
        ("a.txt", b"#!/bin/sh\necho", &["source-script", "other-type"]),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(found(name, bytes).0, *expected, "{name} {:?}", crate::identify(name, bytes));
    }
}

#[test]
fn two_types_at_once_are_told() {
    let jar = zip(&[("META-INF/MANIFEST.MF", b"x")]);
    let archive = zip(&[("a.txt", b"x")]);
    let cases: &[(&str, Vec<u8>, &str)] = &[
        ("a.gif", [b"GIF89a\x01\0\x01\0\0\0\0;".as_slice(), &jar].concat(), "harmful-polyglot"),
        ("a.gif", b"GIF89a/*<html><script>alert(1)</script>*/".to_vec(), "harmful-polyglot"),
        ("a.jpg", b"\xff\xd8\xff\xe0%PDF-1.4 1 0 obj\n%%EOF".to_vec(), "polyglot"),
        ("a.doc", ole(&["WordDocument", "Workbook"]), "polyglot"),
        ("a.exe", pe(&archive), "self-extracting"),
    ];
    for (name, bytes, expected) in cases {
        let (ids, _) = found(name, bytes);
        assert!(ids.iter().any(|id| id == expected), "{name}: {ids:?}");
    }
}

#[test]
fn what_looks_encrypted_is_not_inspected_and_said() {
    let noise = noise(50_000);
    for name in
        ["Báo cáo.docx", "ảnh.jpg", "so-lieu.xlsx.lockbit", "a.pdf.id-1E857D00.[x@example.org].eking", "a.docx.k8Jx2"]
    {
        let inspection = inspected(name, &noise);
        assert_eq!(
            inspection.findings.iter().map(|finding| finding.id.as_str()).collect::<Vec<_>>(),
            ["looks-encrypted"],
            "{name}"
        );
        assert_eq!(inspection.verdict, Verdict::NotInspected, "{name}");
    }
    for name in ["noise", "noise.bin", "noise.dat2"] {
        assert!(inspected(name, &noise).findings.is_empty(), "{name}");
    }
    assert!(inspected("a.docx", &[1, 2, 3, 250].repeat(1000)).findings.is_empty());
}
