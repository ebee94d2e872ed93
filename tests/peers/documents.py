"""Makes ordinary documents with the programs that offices use: nothing in them does any harm.

    python3 documents.py FOLDER

Into FOLDER come the documents, and `manifest.json`: the names, each with who made it.
"""

import csv
import email.message
import email.policy
import html
import io
import json
import mailbox
import os
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile

OUT = os.path.abspath(sys.argv[1])
WORK = os.path.join(OUT, ".work")
MADE = {}

TITLE = "Danh sách việc phải thi hành"
ROWS = [
    ("Số thụ lý", "Quyết định", "Ngày", "Phải thu (đồng)"),
    ("12/TL", "7/QĐ-CCTHADS", "2026-07-05", 1500000),
    ("13/TL", "8/QĐ-CCTHADS", "2026-07-06", 250000),
    ("14/TL", "11/QĐ-CCTHADS", "2026-07-09", 98000000),
]
ADDRESS = "https://moj.gov.vn/"
NOTE = "Kính gửi: Phòng Thi hành án dân sự khu vực.\nĐề nghị rà soát danh sách kèm theo.\n"


def place(name):
    return os.path.join(WORK, name)


def keep(maker, name, data=None):
    """Keeps a document, from `data` or from the working folder."""
    if data is None:
        shutil.copyfile(place(name), os.path.join(OUT, name))
    else:
        with open(os.path.join(OUT, name), "wb") as file:
            file.write(data)
        shutil.copyfile(os.path.join(OUT, name), place(name))
    MADE[name] = maker


def run(*command, **options):
    done = subprocess.run(command, cwd=WORK, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    # qpdf says by 3 that it warned.
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}{done.stdout.decode(errors='replace')}")
    return done.stdout


# LibreOffice, once: a workbook, and every form in which it saves it.

FILTERS = {
    "ods": "calc8",
    "ots": "calc8_template",
    "fods": "OpenDocument Spreadsheet Flat XML",
    "xlsx": "Calc MS Excel 2007 XML",
    "xltx": "Calc MS Excel 2007 XML Template",
    "xlsm": "Calc MS Excel 2007 VBA XML",
    "xls": "MS Excel 97",
    "xlt": "MS Excel 97 Vorlage/Template",
    "xml": "MS Excel 2003 XML",
    "csv": "Text - txt - csv (StarCalc)",
    "html": "HTML (StarCalc)",
    "slk": "SYLK",
    "dif": "DIF",
    "pdf": "calc_pdf_Export",
}


def libreoffice():
    import uno
    from com.sun.star.beans import PropertyValue
    from com.sun.star.connection import NoConnectException
    from com.sun.star.table import CellAddress, CellRangeAddress
    from com.sun.star.awt import Rectangle

    def properties(**values):
        made = []
        for name, value in values.items():
            one = PropertyValue()
            one.Name, one.Value = name, value
            made.append(one)
        return tuple(made)

    pipe = f"documents-{os.getpid()}"
    office = subprocess.Popen(
        ["soffice", f"-env:UserInstallation=file://{place('profile')}", "--headless", "--norestore", "--nologo",
         f"--accept=pipe,name={pipe};urp;"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
        for _ in range(300):
            try:
                context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except NoConnectException:
                time.sleep(0.1)
        else:
            raise SystemExit("LibreOffice does not answer")
        desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True))
        sheet = book.Sheets.getByIndex(0)
        sheet.Name = "Thụ lý"
        for row, values in enumerate(ROWS):
            for column, value in enumerate(values):
                cell = sheet.getCellByPosition(column, row)
                if isinstance(value, int):
                    cell.Value = value
                else:
                    cell.String = value
        sheet.getCellByPosition(3, len(ROWS)).Formula = "=SUM(D2:D4)"
        sheet.getCellByPosition(0, len(ROWS)).Formula = f'=HYPERLINK("{ADDRESS}";"Bộ Tư pháp")'
        link = book.createInstance("com.sun.star.text.TextField.URL")
        link.URL, link.Representation = ADDRESS, "moj.gov.vn"
        cell = sheet.getCellByPosition(1, len(ROWS))
        cell.insertTextContent(cell.createTextCursor(), link, False)
        sheet.Annotations.insertNew(CellAddress(0, 1, 1), "Đã kiểm tra")
        sheet.Charts.addNewByName("Phải thu", Rectangle(1000, 5000, 9000, 6000), (CellRangeAddress(0, 0, 0, 3, 3),), True, True)
        book.DocumentProperties.Title, book.DocumentProperties.Author = TITLE, "Văn phòng"

        def save(name, kind, **more):
            try:
                book.storeToURL(f"file://{place(name)}", properties(FilterName=kind, Overwrite=True, **more))
            except Exception as error:
                raise SystemExit(f"{name}: {error}")
            keep("LibreOffice", name)

        for ending, kind in FILTERS.items():
            save(f"bang-tinh.{ending}", kind)
        pdf = FILTERS["pdf"]
        data = lambda **values: uno.Any("[]com.sun.star.beans.PropertyValue", properties(**values))
        for name, values in {
            "bang-tinh-luu-tru.pdf": {"SelectPdfVersion": 2},
            "bang-tinh-tiep-can.pdf": {"UseTaggedPDF": True, "ExportBookmarks": True, "ExportFormFields": True},
            "bang-tinh-kem-goc.pdf": {"IsAddStream": True},
            "bang-tinh-han-che.pdf": {"RestrictPermissions": True, "PermissionPassword": "chu", "Printing": 0},
        }.items():
            # The dialog's own keys come as one property of the export.
            book.storeToURL(f"file://{place(name)}", properties(FilterName=pdf, Overwrite=True, FilterData=data(**values)))
            keep("LibreOffice", name)
        book.close(True)
        try:
            desktop.terminate()
        except Exception:  # The connection ends with the office.
            pass
        office.wait(20)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, 9)


# Chromium: a page and its print.

PAGE = f"""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>{TITLE}</title>
<style>table {{ border-collapse: collapse }} td {{ border: 1px solid #000; padding: 4px }}</style></head>
<body><h1>{TITLE}</h1><p><a href="{ADDRESS}">Bộ Tư pháp</a>, <a href="mailto:vp@moj.gov.vn">thư</a></p>
<form action="{ADDRESS}"><label>Họ tên <input name="ten"></label><button>Gửi</button></form>
<table>{"".join("<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>" for row in ROWS)}</table>
<svg width="40" height="40"><circle cx="20" cy="20" r="18" fill="navy"/></svg></body></html>
"""


def chromium():
    keep("Chromium", "trang.html", PAGE.encode())
    run("chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={place('browser')}", "--no-pdf-header-footer",
        f"--print-to-pdf={place('trang.pdf')}", f"--screenshot={place('trang.png')}", f"file://{place('trang.html')}", timeout=60)
    keep("Chromium", "trang.pdf")
    keep("Chromium", "trang.png")


# qpdf and pikepdf: what they make of both prints.


def pdfs():
    import pikepdf

    source = "bang-tinh.pdf"
    with open(place("ghi-chu.txt"), "w") as file:
        file.write(NOTE)
    for name, options in {
        "qpdf-nhanh.pdf": ["--linearize"],
        "qpdf-luong.pdf": ["--object-streams=generate", "--compression-level=9", "--recompress-flate"],
        "qpdf-tro.pdf": ["--qdf", "--object-streams=disable"],
        "qpdf-khoa-256.pdf": ["--encrypt", "", "chu", "256", "--modify=none", "--"],
        "qpdf-khoa-128.pdf": ["--encrypt", "", "chu", "128", "--use-aes=y", "--print=low", "--"],
        "qpdf-khoa-rc4.pdf": ["--allow-weak-crypto", "--encrypt", "", "chu", "128", "--use-aes=n", "--"],
        "qpdf-khoa-40.pdf": ["--allow-weak-crypto", "--encrypt", "", "chu", "40", "--"],
        "qpdf-xoay.pdf": ["--rotate=+90"],
        "qpdf-dinh-kem.pdf": ["--add-attachment", "ghi-chu.txt", "--"],
    }.items():
        run("qpdf", *options, source, name) if options[-1] != "--" or "--encrypt" in options else run("qpdf", source, *options, name)
        keep("qpdf", name)
    run("qpdf", "--empty", "--pages", source, "1", "trang.pdf", "1", "--", "qpdf-ghep.pdf")
    keep("qpdf", "qpdf-ghep.pdf")

    with pikepdf.open(place(source)) as pdf:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Trang 1", 0))
        with pdf.open_metadata() as data:
            data["dc:title"] = TITLE
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        pdf.save(place("pikepdf.pdf"), min_version="1.7", object_stream_mode=pikepdf.ObjectStreamMode.generate)
        keep("pikepdf", "pikepdf.pdf")
        pdf.attachments["danh-sach.csv"] = pikepdf.AttachedFileSpec.from_filepath(pdf, place("bang-tinh.csv"))
        pdf.save(place("pikepdf-dinh-kem.pdf"))
        keep("pikepdf", "pikepdf-dinh-kem.pdf")


# Archives of documents.

CONTENTS = ["bang-tinh.xlsx", "bang-tinh.pdf", "bang-tinh.csv"]


def archives():
    for name, options in {
        "7zip.7z": [],
        "7zip-deflate64.7z": ["-m0=Deflate64"],
        "7zip-ppmd.7z": ["-m0=PPMd"],
        "7zip-bzip2.7z": ["-m0=BZip2"],
        "7zip-bcj.7z": ["-m0=BCJ", "-m1=LZMA2"],
        "7zip.zip": [],
        "7zip-lzma.zip": ["-mm=LZMA"],
        "7zip-deflate64.zip": ["-mm=Deflate64"],
        "7zip.tar": [],
        "7zip.wim": [],
    }.items():
        run("7zz", "a", "-y", *options, name, *CONTENTS)
        keep("7-Zip", name)
    for name in ["bang-tinh.csv.gz", "bang-tinh.csv.bz2", "bang-tinh.csv.xz"]:
        run("7zz", "a", "-y", name, "bang-tinh.csv")
        keep("7-Zip", name)
    run("zip", "-q", "zip.zip", *CONTENTS)
    keep("Info-ZIP", "zip.zip")
    with open(place("ghi-chu.txt"), "w") as file:
        file.write(NOTE)
    run("zip", "-q", "-z", "zip-loi-nhan.zip", "ghi-chu.txt", input=NOTE.encode())
    keep("Info-ZIP", "zip-loi-nhan.zip")
    for name, option in {"tar.tar": "-c", "tar.tar.gz": "-cz", "tar.tar.xz": "-cJ", "tar.tar.zst": "-c --zstd"}.items():
        run("tar", *option.split(), "-f", name, *CONTENTS)
        keep("GNU tar", name)
    run("bsdtar", "-c", "-f", "bsdtar.zip", "--format=zip", *CONTENTS)
    keep("libarchive", "bsdtar.zip")
    run("bsdtar", "-c", "-f", "bsdtar.tar", "--format=pax", *CONTENTS)
    keep("libarchive", "bsdtar.tar")
    run("arj", "a", "-i", "-y", "arj.arj", *CONTENTS)
    keep("ARJ", "arj.arj")
    run("gcab", "-c", "-z", "gcab.cab", *CONTENTS)
    keep("gcab", "gcab.cab")
    run("genisoimage", "-quiet", "-J", "-R", "-o", "dia.iso", *CONTENTS)
    keep("genisoimage", "dia.iso")
    os.mkdir(place("thu-muc"))
    shutil.copy(place("bang-tinh.csv"), place("thu-muc"))
    run("wimcapture", "thu-muc", "wimlib.wim")
    keep("wimlib", "wimlib.wim")


# What Python's own library writes.


def python():
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=";").writerows(ROWS)
    keep("Python", "python.csv", b"\xef\xbb\xbf" + buffer.getvalue().encode())
    keep("Python", "python.json", json.dumps([dict(zip(ROWS[0], row)) for row in ROWS[1:]], ensure_ascii=False).encode())
    keep("Python", "python-1258.txt", "Thi hành án dân sự".encode("utf-16"))

    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"] = "Văn phòng <vp@moj.gov.vn>", "Phòng 2 <p2@moj.gov.vn>"
    message["Subject"], message["Date"], message["Message-ID"] = TITLE, "Mon, 23 Nov 2026 08:00:00 +0700", "<1@moj.gov.vn>"
    message.set_content(NOTE)
    message.add_alternative(PAGE, subtype="html")
    for name, (main, sub) in {"bang-tinh.xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
                              "bang-tinh.pdf": ("application", "pdf"), "trang.png": ("image", "png")}.items():
        with open(place(name), "rb") as file:
            message.add_attachment(file.read(), main, sub, filename=name.replace("bang-tinh", "bảng tính"))
    keep("Python", "thu.eml", message.as_bytes())
    box = mailbox.mbox(place("hop-thu.mbox"))
    box.add(message)
    box.add(message)
    box.close()
    keep("Python", "hop-thu.mbox")

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in CONTENTS:
            archive.write(place(name), name.replace("bang-tinh", "Bảng tính"))
    keep("Python", "zipfile.zip", buffer.getvalue())
    with zipfile.ZipFile(place("zipfile-lzma.zip"), "w", zipfile.ZIP_LZMA) as archive:
        archive.write(place(CONTENTS[0]), CONTENTS[0])
    keep("Python", "zipfile-lzma.zip")
    with tarfile.open(place("tarfile.tar.bz2"), "w:bz2") as archive:
        for name in CONTENTS:
            archive.add(place(name), name)
    keep("Python", "tarfile.tar.bz2")

    import zstandard

    with open(place("bang-tinh.csv"), "rb") as file:
        keep("zstandard", "zstandard.csv.zst", zstandard.ZstdCompressor(write_content_size=True).compress(file.read()))


def main():
    os.makedirs(WORK)
    for maker in [libreoffice, chromium, pdfs, archives, python]:
        maker()
    shutil.rmtree(WORK)
    with open(os.path.join(OUT, "manifest.json"), "w") as file:
        json.dump(MADE, file)


main()
