//! Cases for documents: macros, PDF, RTF.

use khien_inspect::FileType::{Pdf, Rtf, Sylk, VbaSource, Xml};

use crate::{Case, case};

pub(crate) fn cases() -> Vec<Case> {
    [macros(), pdf(), rtf()].into_iter().flatten().collect()
}

fn macros() -> Vec<Case> {
    let letters = |count: usize| (0..count).map(|number| format!("Ch¦r({}) & ", 65 + number % 26)).collect::<String>();
    vec![
        case(
            "macro_starts_program_by_itself",
            VbaSource,
            "Sub Auto¦Open()\n  x = Sh¦ell(\"khong-chay-duoc\")\nEnd Sub",
            "Sub AutoOpen()\n  MsgBox \"Shell of an egg\"\nEnd Sub",
        ),
        case(
            "macro_downloads_and_saves",
            VbaSource,
            "Sub A()\n Set x = CreateObject(\"MSXML2.XMLH¦TTP\")\n s.Save¦ToFile \"a\"\nEnd Sub",
            "Sub A()\n ActiveDocument.SaveAs \"a\"\n ' XMLHTTP is not used here\nEnd Sub",
        ),
        case(
            "macro_starts_powershell",
            VbaSource,
            "c = \"power¦shell.exe -w hid¦den khong-chay\"",
            "' PowerShell is a language of Windows",
        ),
        case(
            "macro_starts_process_by_wmi",
            VbaSource,
            "Set w = GetObject(\"winm¦gmts:\\\\.\\root\")\nw.Get(\"Win32¦_Process\").Cre¦ate \"khong\"",
            "Set w = GetObject(\"winmgmts:\")\nw.Get(\"Win32_Printer\")",
        ),
        case(
            "macro_runs_code_in_memory",
            VbaSource,
            "Private Declare PtrSafe Function VirtualA¦lloc Lib \"kernel32\"\nDeclare Function Create¦Thread Lib \"k\"",
            "Declare Function GetTickCount Lib \"kernel32\" () As Long\n' VirtualAlloc",
        ),
        case("macro_hides_its_texts", VbaSource, letters(41), letters(40)),
        case(
            "macro_turns_names_around",
            VbaSource,
            "Set x = Create¦Object(Str¦Reverse(\"ll¦ehS.tpircSW\"))",
            "MsgBox StrReverse(\"abc\")",
        ),
        case(
            "macro_drops_program",
            VbaSource,
            "p = Envi¦ron(\"TE¦MP\") & \"\\a.ex¦e\"\ns.SaveTo¦File p\nSh¦ell p",
            "p = Environ(\"USERNAME\")\ns.SaveToFile \"a.txt\"\nShell p",
        ),
        case(
            "macro_lowers_security_of_office",
            VbaSource,
            "w.Reg¦Write \"HKCU\\...\\Security\\VBA¦Warnings\", 1",
            "w.RegWrite \"HKCU\\Software\\Bao cao\\Mau\", 1",
        ),
        case(
            "macro_copies_itself",
            VbaSource,
            "Normal¦Template.VB¦Project.VB¦Components(1).Code.AddFrom¦String Active¦Document.Name",
            "NormalTemplate.Save\nActiveDocument.Save",
        ),
        case(
            "table_in_sylk_runs_program",
            Sylk,
            "ID;P¦WXL;N;E\nC;Y1;X1;K0;EEX¦EC(\"khong\")\n",
            "ID;PWXL;N;E\nC;Y1;X1;K0;ESUM(R1C1:R2C2)\n",
        ),
        case(
            "cell_runs_program_by_dde",
            Xml,
            "<w:instrText>DDE¦AUTO c:\\windows\\system32\\cm¦d.exe khong</w:instrText>",
            "<w:instrText>PAGE \\* MERGEFORMAT</w:instrText> =A1|B2 DDEAUTO",
        ),
    ]
}

fn pdf() -> Vec<Case> {
    let codes = |count: usize| "%u41¦41%u4141%u4141%u4141 ".repeat(count);
    vec![
        case(
            "pdf_starts_program",
            Pdf,
            "%PDF-1.4\n<< /S /Lau¦nch /Win << /F (cm¦d.exe) >> >>",
            "%PDF-1.4\n<< /S /Launch /F (bao-cao.docx) >>",
        ),
        case(
            "pdf_opens_its_attachment",
            Pdf,
            "this.exportData¦Object({ cName: \"a\", nLa¦unch: 2 });",
            "this.exportDataObject({ cName: \"a\", nLaunch: 0 });",
        ),
        case(
            "pdf_script_with_machine_code",
            Pdf,
            format!("var shell¦code = unes¦cape(\"{}\");", codes(5)),
            format!("var text = unescape(\"{}\");", codes(1)),
        ),
        case(
            "pdf_hides_its_script",
            Pdf,
            "<< /S /J#61va¦Script /JS 5 0 R >>",
            "<< /S /JavaScript /OpenAction 5 0 R >>",
        ),
        case(
            "pdf_leads_to_program",
            Pdf,
            "<< /S /URI /URI (http://192.0.2.7/tai/hoa-don.z¦ip) >>",
            "<< /S /URI /URI (https://vidu.vn/van-ban.pdf) >>",
        ),
        case(
            "pdf_sends_login_to_stranger",
            Pdf,
            r"<< /S /Go¦ToE /F (\\\\192.0.2.7\\a) >>",
            "<< /S /GoToR /F (phu-luc.pdf) >>",
        ),
    ]
}

fn rtf() -> Vec<Case> {
    vec![
        case(
            "rtf_equation_object",
            Rtf,
            r"{\rt¦f1 {\object{\*\obj¦data 0105000002000000 45717561¦74696f6e2e33 00}}}",
            r"{\rtf1 {\object{\*\objdata 010500000200000008000000 576f72642e446f63}}}",
        ),
        case(
            "rtf_link_fetches_code",
            Rtf,
            r"{\rtf1 {\*\obj¦data 0105 4f4c4532¦4c696e6b 00}}",
            r"{\rtf1 {\*\objdata 0105 4f4c4533}}",
        ),
        case(
            "rtf_carries_program",
            Rtf,
            r"{\rtf1 {\*\obj¦data 5061636b6¦1676500 612e65¦786500}}",
            r"{\rtf1 {\*\objdata 5061636b61676500 612e74787400}}",
        ),
        case(
            "rtf_template_from_network",
            Rtf,
            r"{\rtf1 {\*\temp¦late http://192.0.2.7/a}}",
            r"{\rtf1 {\*\template C:\\Mau\\cong-van.dot}}",
        ),
        case(
            "rtf_object_updates_itself",
            Rtf,
            r"{\rtf1 {\object\objauto\obj¦update{\*\objdata 00}}}",
            r"{\rtf1 {\object\objemb{\*\objdata 00}}}",
        ),
        case("rtf_head_is_disguised", Rtf, r"{\rtfx1¦{\*\objdata 00}}", r"{\rtf1{\*\objdata 00}}"),
    ]
}
