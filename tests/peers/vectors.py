"""Makes files that hold one harmless program in every way in which files can hold others.

    python3 vectors.py FOLDER

Into FOLDER come the vectors, and `manifest.json`: for each its class, what is expected of a scanner (`found`: the program's very
bytes come out; `not_inspected`: the scanner must say that it could not look, and why), and who else has read it.

The program is 1,024 bytes with the headers of a Windows program and nothing to run. Nothing made here does any harm.
"""

import base64
import binascii
import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib

import cfb
import oldzip

OUT = os.path.abspath(sys.argv[1])
WORK = os.path.join(OUT, ".work")
VECTORS = []


def program():
    """A program of Windows whose only section is empty and whose entry point returns."""
    dos = b"MZ" + bytes(58) + struct.pack("<I", 64)
    header = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, 224, 0x102)
    optional = struct.pack("<HBBIIIIII", 0x10B, 1, 0, 512, 0, 0, 0x1000, 0x1000, 0x2000)
    optional += struct.pack("<IIIHHHHHHIIIIHHIIIIII", 0x400000, 0x1000, 512, 4, 0, 0, 0, 4, 0, 0, 0x2000, 512, 0, 3, 0,
                            0x100000, 0x1000, 0x100000, 0x1000, 0, 16)
    optional += bytes(224 - len(optional))
    section = b".text\0\0\0" + struct.pack("<IIIIIIHHI", 16, 0x1000, 512, 512, 0, 0, 0, 0, 0x60000020)
    head = dos + header + optional + section
    return head.ljust(512, b"\0") + b"\xc3KHIEN-HARMLESS-TEST".ljust(512, b"\x90")


PROGRAM = program()
NAME = "chuong-trinh.exe"


def add(cls, name, data, expect="found", reason=None, passwords=(), readers=()):
    """Keeps a vector, after other readers have said that the program is in it."""
    path = os.path.join(OUT, name)
    with open(path, "wb") as file:
        file.write(data)
    read_by = [reader.__name__ for reader in readers if reader(path)]
    missing = [reader.__name__ for reader in readers if reader.__name__ not in read_by]
    if missing:
        raise SystemExit(f"{name}: {', '.join(missing)} do not find the program in it")
    VECTORS.append({"file": name, "class": cls, "expect": expect, "reason": reason, "passwords": list(passwords), "read_by": read_by})


def run(*command, cwd=None, data=None):
    """What a program writes, in the working folder."""
    done = subprocess.run(command, cwd=cwd or WORK, input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}: {done.stderr.decode(errors='replace')}{done.stdout.decode(errors='replace')}")
    return done.stdout


def work(name, data=None):
    """A place in the working folder, with `data` in it or nothing there."""
    path = os.path.join(WORK, name)
    if os.path.isdir(path):
        shutil.rmtree(path)
    elif os.path.exists(path):
        os.remove(path)
    if data is not None:
        with open(path, "wb") as file:
            file.write(data)
    return path


def made(name, *command):
    """The file called `name` that a command makes."""
    path = work(name)
    run(*command)
    with open(path, "rb") as file:
        return file.read()


def holds(folder):
    """Whether the program is among the files beneath a folder."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(parent, name), "rb") as file:
                if file.read() == PROGRAM:
                    return True
    return False


def seven_zip(path):
    target = work("read")
    subprocess.run(["7zz", "x", "-y", f"-o{target}", "-p", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if holds(target):
        return True
    # A stream in a container that 7-Zip opens one layer at a time.
    for name in list(os.listdir(target)) if os.path.isdir(target) else []:
        inner = os.path.join(target, name)
        subprocess.run(["7zz", "x", "-y", f"-o{target}/2", "-p", inner], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return holds(target)


def info_zip(path):
    target = work("read")
    subprocess.run(["unzip", "-q", "-d", target, path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return holds(target)


def bsdtar(path):
    target = work("read")
    os.mkdir(target)
    subprocess.run(["bsdtar", "-xf", path, "-C", target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return holds(target)


# Archives and streams.


def zip_of(entries, method=zipfile.ZIP_DEFLATED, **options):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, **options) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def raw_zip(entries, central=None, comment=b""):
    """A ZIP byte by byte. An entry: name, data, and what differs from the usual."""
    body, directory = b"", b""
    for name, data, *rest in entries:
        other = rest[0] if rest else {}
        packed = other.get("packed", data)
        name = name.encode() if isinstance(name, str) else name
        crc = other.get("crc", zlib.crc32(data))
        method, flags, version = other.get("method", 0), other.get("flags", 0x800), other.get("version", 20)
        extra = other.get("extra", b"")
        sizes = (other.get("packed_size", len(packed)), other.get("size", len(data)))
        local_name = other.get("local_name", name)
        offset = len(body)
        local_sizes = (0, 0) if flags & 8 else sizes
        body += struct.pack("<IHHHHHIIIHH", 0x04034B50, version, flags, method, 0, 0x5A21, 0 if flags & 8 else crc,
                            *local_sizes, len(local_name), len(extra)) + local_name + extra + packed
        if flags & 8:
            body += struct.pack("<IIII", 0x08074B50, crc, *sizes)
        if other.get("central", True):
            directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, version, version, flags, method, 0, 0x5A21, crc,
                                     *other.get("central_sizes", sizes), len(name), len(extra), 0, 0, 0, 0, offset) + name + extra
    if central is False:
        return body
    count = directory.count(b"PK\x01\x02")
    return body + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), len(comment)) + comment


def archives():
    cls = "archives"
    import zstandard

    place = work(NAME, PROGRAM)
    for name, method in [("stored", zipfile.ZIP_STORED), ("deflate", zipfile.ZIP_DEFLATED), ("bzip2", zipfile.ZIP_BZIP2), ("lzma", zipfile.ZIP_LZMA)]:
        add(cls, f"zip-{name}.zip", zip_of([(NAME, PROGRAM)], method), readers=[seven_zip])
    for method in ["Deflate64", "PPMd"]:
        add(cls, f"zip-{method.lower()}.zip", made("a.zip", "7zz", "a", f"-mm={method}", "a.zip", NAME), readers=[seven_zip])
    zstd = zstandard.ZstdCompressor().compress(PROGRAM)
    add(cls, "zip-zstd.zip", raw_zip([(NAME, PROGRAM, {"packed": zstd, "method": 93, "version": 63})]), readers=[seven_zip])
    add(cls, "zip-zstd-20.zip", raw_zip([(NAME, PROGRAM, {"packed": zstd, "method": 20, "version": 63})]))
    xz = lzma.compress(PROGRAM)
    add(cls, "zip-xz.zip", raw_zip([(NAME, PROGRAM, {"packed": xz, "method": 95, "version": 63})]), readers=[seven_zip])
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open(NAME, "w", force_zip64=True) as entry:
        entry.write(PROGRAM)
    add(cls, "zip64.zip", buffer.getvalue(), readers=[seven_zip])
    add(cls, "zip64-by-zip.zip", made("b.zip", "zip", "-fz", "b.zip", NAME), readers=[seven_zip])
    deflated = zlib.compress(PROGRAM, 9, -15)
    add(cls, "zip-streamed.zip", raw_zip([(NAME, PROGRAM, {"packed": deflated, "method": 8, "flags": 0x808})]), readers=[seven_zip])
    add(cls, "zip-many.zip", zip_of([(f"{n}.txt", b"x") for n in range(500)] + [(NAME, PROGRAM)]), readers=[seven_zip])
    add(cls, "zip-shrink.zip", raw_zip([(NAME, PROGRAM, {"packed": oldzip.shrunk(PROGRAM), "method": 1})]), readers=[seven_zip, info_zip])
    # Debian's unzip is built without reduce, and 7-Zip never had it.
    for factor in range(1, 5):
        packed = oldzip.reduced(PROGRAM, factor)
        add(cls, f"zip-reduce-{factor}.zip", raw_zip([(NAME, PROGRAM, {"packed": packed, "method": factor + 1})]))
    for large in [False, True]:
        for letters in [False, True]:
            packed = oldzip.imploded(PROGRAM, large, letters)
            flags = large << 1 | letters << 2
            add(cls, f"zip-implode-{flags}.zip", raw_zip([(NAME, PROGRAM, {"packed": packed, "method": 6, "flags": flags})]), readers=[seven_zip, info_zip])
    add(cls, "zip-implode-named.zip", raw_zip([(NAME, PROGRAM, {"method": 6})]), "not_inspected", "damaged")
    add(cls, "zip-terse-named.zip", raw_zip([(NAME, PROGRAM, {"method": 18})]), "not_inspected", "unsupported")
    add(cls, "zip-method-99x.zip", raw_zip([(NAME, PROGRAM, {"method": 98, "packed": b"\0" * 40})]), "not_inspected")
    for method in ["LZMA", "LZMA2", "PPMd", "BZip2", "Deflate", "Copy", "Deflate64"]:
        add(cls, f"7z-{method.lower()}.7z", made("a.7z", "7zz", "a", f"-m0={method}", "a.7z", NAME), readers=[seven_zip])
    for filter in ["BCJ", "Delta:4", "ARM", "ARMT", "ARM64", "PPC", "SPARC", "IA64", "RISCV", "Swap2", "Swap4"]:
        for method in ["LZMA2", "LZMA", "PPMd", "BZip2", "Deflate", "Deflate64", "Copy"]:
            archive = made("a.7z", "7zz", "a", f"-m0={filter}", f"-m1={method}", "a.7z", NAME)
            add(cls, f"7z-{filter.lower().replace(':', '')}-{method.lower()}.7z", archive, readers=[seven_zip])
    for number, methods in enumerate([["Delta:2", "BCJ", "Deflate64"], ["Delta:2", "Swap4", "BCJ", "LZMA2"], ["Deflate64", "BZip2"], ["LZMA", "Deflate64"]]):
        chain = [f"-m{at}={method}" for at, method in enumerate(methods)]
        add(cls, f"7z-chain-{number}.7z", made("a.7z", "7zz", "a", *chain, "a.7z", NAME), readers=[seven_zip])
    bcj2 = made("a.7z", "7zz", "a", "-m0=BCJ2", "-m1=LZMA:d20", "-m2=LZMA:d20", "-m3=LZMA:d20", "-mb0:1", "-mb0s1:2", "-mb0s2:3", "a.7z", NAME)
    add(cls, "7z-bcj2.7z", bcj2, readers=[seven_zip])
    for number in range(5):
        work(f"{number}.txt", b"van ban " * 100)
    solid = made("a.7z", "7zz", "a", "-ms=on", "a.7z", "0.txt", "1.txt", "2.txt", NAME, "3.txt")
    add(cls, "7z-solid.7z", solid, readers=[seven_zip])
    add(cls, "7z-plain-header.7z", made("a.7z", "7zz", "a", "-mhc=off", "a.7z", NAME), readers=[seven_zip])
    for form, code in [("ustar", tarfile.USTAR_FORMAT), ("gnu", tarfile.GNU_FORMAT), ("pax", tarfile.PAX_FORMAT)]:
        add(cls, f"tar-{form}.tar", tar_of([(NAME, PROGRAM)], code), readers=[seven_zip, bsdtar])
    add(cls, "tar-long-gnu.tar", tar_of([("d/" * 90 + NAME, PROGRAM)], tarfile.GNU_FORMAT), readers=[bsdtar])
    add(cls, "tar-long-pax.tar", tar_of([("tệp/" * 60 + NAME, PROGRAM)], tarfile.PAX_FORMAT), readers=[bsdtar])
    add(cls, "tar-v7.tar", v7_tar(NAME, PROGRAM), readers=[bsdtar])
    tar = tar_of([("a.txt", b"x"), (NAME, PROGRAM)], tarfile.PAX_FORMAT)
    streams(cls, "tar", tar)
    streams(cls, "exe", PROGRAM)
    for form in ["newc", "odc", "bin", "crc"]:
        data = run("cpio", "-o", "-H", form, data=f"{NAME}\n".encode())
        add(cls, f"cpio-{form}.cpio", data, readers=[] if form == "crc" else [bsdtar])
    add(cls, "ar.a", made("a.a", "ar", "rc", "a.a", NAME), readers=[seven_zip, bsdtar])
    inner = gzip.compress(tar_of([("./usr/bin/" + NAME, PROGRAM)], tarfile.GNU_FORMAT))
    control = gzip.compress(tar_of([("./control", b"Package: a\nVersion: 1\nArchitecture: all\n")], tarfile.GNU_FORMAT))
    add(cls, "deb.deb", ar_of([("debian-binary", b"2.0\n"), ("control.tar.gz", control), ("data.tar.gz", inner)]))
    add(cls, "cab-mszip.cab", made("a.cab", "gcab", "-c", "-z", "a.cab", NAME), readers=[seven_zip])
    add(cls, "cab-stored.cab", made("a.cab", "gcab", "-c", "a.cab", NAME), readers=[seven_zip])
    add(cls, "arj.arj", made("a.arj", "arj", "a", "-y", "a.arj", NAME), readers=[seven_zip])
    add(cls, "arj-stored.arj", made("a.arj", "arj", "a", "-y", "-m0", "a.arj", NAME), readers=[seven_zip])
    add(cls, "lha-stored.lzh", lha(NAME.encode(), PROGRAM), readers=[seven_zip])
    add(cls, "rar4-stored.rar", rar4([(NAME, PROGRAM)]), readers=[bsdtar])
    add(cls, "rar5-stored.rar", rar5([(NAME, PROGRAM)]), readers=[bsdtar])
    add(cls, "wim.wim", wim(place), "any")
    images(cls)


def streams(cls, ending, data):
    """One stream in each form of packing."""
    import zstandard

    plain = work(f"plain.{ending}", data)
    by_tool = lambda *command: run(*command, plain)
    add(cls, f"{ending}.gz", gzip.compress(data), readers=[seven_zip])
    add(cls, f"{ending}-members.{ending}.gz", gzip.compress(data[:100]) + gzip.compress(data[100:]), readers=[seven_zip])
    add(cls, f"{ending}.bz2", bz2.compress(data), readers=[seven_zip])
    add(cls, f"{ending}-members.{ending}.bz2", bz2.compress(data[:100]) + bz2.compress(data[100:]), readers=[seven_zip])
    add(cls, f"{ending}.xz", lzma.compress(data), readers=[seven_zip])
    add(cls, f"{ending}-crc32.{ending}.xz", lzma.compress(data, check=lzma.CHECK_CRC32), readers=[seven_zip])
    add(cls, f"{ending}-streams.{ending}.xz", lzma.compress(data[:100]) + bytes(4) + lzma.compress(data[100:]), readers=[seven_zip])
    add(cls, f"{ending}.lzma", lzma.compress(data, lzma.FORMAT_ALONE), readers=[seven_zip])
    add(cls, f"{ending}.lz", by_tool("lzip", "-k", "-c"))
    add(cls, f"{ending}.zst", by_tool("zstd", "-q", "-c"), readers=[seven_zip])
    frames = struct.pack("<II", 0x184D2A50, 4) + b"skip" + zstandard.ZstdCompressor(write_checksum=True).compress(data)
    add(cls, f"{ending}-skippable.{ending}.zst", frames, readers=[seven_zip])
    add(cls, f"{ending}.lz4", by_tool("lz4", "-q", "-c"))
    add(cls, f"{ending}.br", by_tool("brotli", "-c"))
    add(cls, f"{ending}.Z", by_tool("compress", "-c", "-f"), readers=[seven_zip])


def tar_of(entries, form):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def v7_tar(name, data):
    header = name.encode().ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + b"%011o\0" % len(data) + b"00000000000\0"
    header = (header + b" " * 8).ljust(512, b"\0")
    header = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    return header + data.ljust(-(-len(data) // 512) * 512, b"\0") + bytes(1024)


def ar_of(entries):
    archive = b"!<arch>\n"
    for name, data in entries:
        archive += b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name.encode(), 0, 0, 0, b"100644", len(data)) + data + b"\n" * (len(data) % 2)
    return archive


def lha(name, data):
    """LHA, stored, with a header of level 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    head = b"-lh0-" + struct.pack("<IIIBBB", len(data), len(data), 0x5A210000, 0x20, 0, len(name)) + name + struct.pack("<H", crc)
    return bytes([len(head), sum(head) & 0xFF]) + head + data + b"\0"


def rar4(entries):
    """RAR 2.9, stored: the one form that anybody may write."""
    archive = b"Rar!\x1a\x07\0" + block4(0x73, 0, struct.pack("<HI", 0, 0))
    for name, data in entries:
        name = name.encode()
        fields = struct.pack("<IIBIIBBHI", len(data), len(data), 2, zlib.crc32(data), 0x5A210000, 29, 0x30, len(name), 0x20) + name
        archive += block4(0x74, 0x8000, fields) + data
    return archive + block4(0x7B, 0x4000, b"")


def block4(kind, flags, fields):
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head


def rar5(entries):
    archive = b"Rar!\x1a\x07\x01\0" + block5(1, 0, vint(0))
    for name, data in entries:
        name = name.encode()
        fields = vint(4) + vint(len(data)) + vint(0x20) + struct.pack("<I", zlib.crc32(data)) + vint(0) + vint(0) + vint(len(name)) + name
        archive += block5(2, 2, vint(len(data)) + fields) + data
    return archive + block5(5, 0, vint(0))


def block5(kind, flags, fields):
    body = vint(kind) + vint(flags) + fields
    head = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(head)) + head


def vint(number):
    out = b""
    while True:
        number, low = number >> 7, number & 0x7F
        out += bytes([low | (0x80 if number else 0)])
        if not number:
            return out


def wim(place):
    folder = work("wim-content")
    os.mkdir(folder)
    shutil.copy(place, folder)
    return made("a.wim", "wimlib-imagex", "capture", folder, "a.wim", "--compress=none")


def images(cls):
    folder = work("iso-content")
    os.mkdir(folder)
    with open(os.path.join(folder, NAME), "wb") as file:
        file.write(PROGRAM)
    for name, options in [("plain", []), ("joliet", ["-J"]), ("rock-ridge", ["-R"]), ("both", ["-J", "-R"]), ("udf", ["-udf"])]:
        add(cls, f"iso-{name}.iso", made("a.iso", "genisoimage", "-quiet", "-o", "a.iso", *options, folder), readers=[seven_zip])
    for bits, kib in [(12, 1440), (16, 16 * 1024), (32, 40 * 1024)]:
        image = fat(bits, kib)
        add(cls, f"fat{bits}.img", image, readers=[seven_zip])
        if bits == 16:
            add(cls, "mbr.img", mbr(image), readers=[])
            add(cls, "disk.vhd", vhd(mbr(image)))


def fat(bits, kib):
    path = work("a.img")
    with open(path, "wb") as file:
        file.truncate(kib * 1024)
    run("/usr/sbin/mkfs.fat", "-F", str(bits), path)
    run("mcopy", "-i", path, NAME, "::Chương trình.exe")
    with open(path, "rb") as file:
        return file.read()


def mbr(partition):
    table = bytes(446) + struct.pack("<B3sB3sII", 0, b"\0\0\0", 6, b"\0\0\0", 2048, len(partition) // 512) + bytes(48) + b"\x55\xaa"
    return table.ljust(2048 * 512, b"\0") + partition


def vhd(disk):
    footer = b"conectix" + struct.pack(">IIQI4sI4sQQI", 2, 0x10000, 0xFFFFFFFFFFFFFFFF, 0, b"khie", 0x10000, b"Wi2k", len(disk), len(disk), 0x03FF103F)
    footer += struct.pack(">I", 2) + bytes(4)
    footer = footer.ljust(512, b"\0")
    checksum = ~sum(footer) & 0xFFFFFFFF
    return disk + footer[:64] + struct.pack(">I", checksum) + footer[68:]


# What is encrypted.


def encrypted():
    cls, password = "encrypted", "mat-khau-123"
    for name, ending, options in [("zipcrypto", "zip", ["-mem=ZipCrypto"]), ("aes128", "zip", ["-mem=AES128"]), ("aes256", "zip", ["-mem=AES256"]),
                                  ("7z", "7z", []), ("7z-names", "7z", ["-mhe=on"]), ("7z-deflate64", "7z", ["-m0=Deflate64"]),
                                  ("7z-chain", "7z", ["-mhe=on", "-m0=BCJ", "-m1=Deflate64"]), ("7z-swap", "7z", ["-m0=Swap2", "-m1=PPMd"])]:
        archive = made(f"e.{ending}", "7zz", "a", f"-p{password}", *options, f"e.{ending}", NAME)
        add(cls, f"locked-{name}.{ending}", archive, "not_inspected", "encrypted")
        add(cls, f"known-{name}.{ending}", archive, "found", passwords=[password])
    pdf = pdf_with_attachment()
    place = work("plain.pdf", pdf)
    for name, options in [("rc4-40", ["40"]), ("rc4-128", ["128", "--use-aes=n"]), ("aes-128", ["128", "--use-aes=y"]), ("aes-256", ["256"])]:
        weak = [] if name == "aes-256" else ["--allow-weak-crypto"]
        for user, label, expect, reason, known in [(password, "locked", "not_inspected", "encrypted", []), ("", "open", "found", None, []),
                                                   (password, "known", "found", None, [password])]:
            data = made("e.pdf", "qpdf", *weak, "--encrypt", user, "owner", *options, "--", place, "e.pdf")
            add(cls, f"pdf-{label}-{name}.pdf", data, expect, reason, known)
    add(cls, "openssl-smime.p7m", smime(), "not_inspected", "encrypted")
    add(cls, "locked-odf.odt", locked_odf(), "not_inspected", "encrypted")


def smime():
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "1", "-subj", "/CN=a")
    return run("openssl", "smime", "-encrypt", "-aes256", "-in", NAME, "-binary", "cert.pem")


def locked_odf():
    manifest = ('<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"><manifest:encryption-data>'
                '<manifest:algorithm manifest:algorithm-name="http://www.w3.org/2001/04/xmlenc#aes256-cbc"/>'
                '</manifest:encryption-data></manifest:file-entry></manifest:manifest>')
    return zip_of([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", os.urandom(0) + hashlib.sha512(b"a").digest() * 20),
                   ("META-INF/manifest.xml", manifest)], zipfile.ZIP_STORED)


# Documents.


def pdf_of(objects, root=1, extra=b""):
    """A PDF byte by byte, with its table."""
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, extra, table)


def pdf_with(stream_head, packed):
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
    spec = b"<< /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >>"
    root = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a.exe) 4 0 R] >> >> >>"
    stream = b"<< /Type /EmbeddedFile " + stream_head + b"/Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"
    return pdf_of([root, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, spec, stream])


def pdf_with_attachment():
    return pdf_with(b"/Filter /FlateDecode ", zlib.compress(PROGRAM))


def pikepdf_reads(path):
    import pikepdf

    with pikepdf.open(path) as document:
        return any(document.attachments[name].get_file().read_bytes() == PROGRAM for name in document.attachments)


def documents():
    cls = "documents"
    import pikepdf

    check = b"/Params << /Size 1024 /CheckSum <%s> >> " % hashlib.md5(PROGRAM).hexdigest().encode()
    hex_data = binascii.hexlify(PROGRAM) + b">"
    a85 = base64.a85encode(PROGRAM) + b"~>"
    forms = [
        ("plain", b"", PROGRAM), ("flate", b"/Filter /FlateDecode ", zlib.compress(PROGRAM)),
        ("hex", b"/Filter /ASCIIHexDecode ", hex_data), ("a85", b"/Filter /ASCII85Decode ", a85),
        ("cascade", b"/Filter [/ASCIIHexDecode /FlateDecode] ", binascii.hexlify(zlib.compress(PROGRAM)) + b">"),
        ("name-escaped", b"/F#69lter /Fl#61teDecode ", zlib.compress(PROGRAM)),
        ("params-before-filter", check + b"/Filter /FlateDecode ", zlib.compress(PROGRAM)),
    ]
    for name, head, packed in forms:
        add(cls, f"pdf-{name}.pdf", pdf_with(head, packed), readers=[pikepdf_reads])
    place = work("empty.pdf", pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"]))
    for name, options in [("qpdf", []), ("qpdf-objects", ["--object-streams=generate"]), ("qpdf-linear", ["--linearize"])]:
        data = made("q.pdf", "qpdf", *options, "--add-attachment", NAME, "--", place, "q.pdf")
        add(cls, f"pdf-by-{name}.pdf", data, readers=[pikepdf_reads])
    document = pikepdf.open(place)
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, PROGRAM, filename="a.exe")
    buffer = io.BytesIO()
    document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    add(cls, "pdf-by-pikepdf.pdf", buffer.getvalue(), readers=[pikepdf_reads])
    add(cls, "pdf-no-table.pdf", pdf_with_attachment().split(b"xref\n0")[0])
    add(cls, "pdf-behind-junk.pdf", b"x" * 500 + pdf_with_attachment())
    native = ole10(NAME, PROGRAM)
    package = cfb.write({"\x01Ole10Native": native, "\x03ObjInfo": b"\0\0\3\0"})
    add(cls, "package.bin", package)
    add(cls, "word.doc", cfb.write({"WordDocument": b"\xec\xa5" + bytes(1500), "1Table": bytes(1000), "ObjectPool/_1/\x01Ole10Native": native}))
    add(cls, "excel.xls", cfb.write({"Workbook": struct.pack("<HHHHHH", 0x809, 16, 0x600, 5, 0, 0) + bytes(8) + struct.pack("<HH", 10, 0), "MBD0001/\x01Ole10Native": native}))
    office = {"docx": ("word/document.xml", "word/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
              "xlsx": ("xl/workbook.xml", "xl/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
              "pptx": ("ppt/presentation.xml", "ppt/embeddings/oleObject1.bin", "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml")}
    for ending, (main, embedding, kind) in office.items():
        add(cls, f"embedded.{ending}", ooxml(main, kind, [(embedding, package)]), readers=[])
        add(cls, f"embedded-plain.{ending}", ooxml(main, kind, [(embedding.replace(".bin", ".exe"), PROGRAM)]), readers=[seven_zip])
    add(cls, "embedded.odt", odf([("Object 1", package)]))
    add(cls, "embedded-plain.odt", odf([("ObjectReplacements/a.exe", PROGRAM)]), readers=[seven_zip])
    ole1 = ole1_package(native)
    for name, text in [("plain", binascii.hexlify(ole1)), ("upper", binascii.hexlify(ole1).upper()),
                       ("spaced", b"\r\n ".join(binascii.hexlify(ole1)[at:at + 31] for at in range(0, 2 * len(ole1), 31)))]:
        add(cls, f"rtf-{name}.rtf", b"{\\rtf1\\ansi{\\object\\objemb{\\*\\objclass Package}{\\*\\objdata " + text + b"}}}")
    add(cls, "rtf-bin.rtf", b"{\\rtf1{\\object\\objemb{\\*\\objdata\\bin%d " % len(ole1) + ole1 + b"}}}")
    add(cls, "rtf-named.doc", b"{\\rtf1{\\object\\objemb{\\*\\objdata " + binascii.hexlify(ole1) + b"}}}")
    store = bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<QIQ", len(PROGRAM), 0, 0) + PROGRAM.ljust(1024, b"\0") + bytes.fromhex("22a7fb71790f0b4abb13899256426b24")
    add(cls, "note.one", bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(1008) + store)
    add(cls, "message.msg", msg())
    add(cls, "installer.msi", msi(), "any")


def ole10(name, data):
    body = struct.pack("<H", 2) + name.encode() + b"\0" + b"C:\\" + name.encode() + b"\0" + struct.pack("<HH", 0, 3)
    path = b"C:\\" + name.encode() + b"\0"
    body += struct.pack("<I", len(path)) + path + struct.pack("<I", len(data)) + data
    return struct.pack("<I", len(body)) + body


def ole1_package(native):
    text = b"Package\0"
    return struct.pack("<III", 0x501, 2, len(text)) + text + struct.pack("<II", 0, 0) + struct.pack("<I", len(native) - 4) + native[4:]


def ooxml(main, kind, parts):
    types = ('<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
             f'<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/><Override PartName="/{main}" ContentType="{kind}"/></Types>')
    rels = ('<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{main}"/></Relationships>')
    return zip_of([("[Content_Types].xml", types), ("_rels/.rels", rels), (main, '<?xml version="1.0" encoding="UTF-8"?><a/>'), *parts])


def odf(parts):
    manifest = ('<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/></manifest:manifest>')
    return zip_of([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", '<?xml version="1.0"?><a/>'), ("META-INF/manifest.xml", manifest), *parts], zipfile.ZIP_STORED)


def msg():
    name = NAME.encode("utf-16-le")
    streams = {"__properties_version1.0": bytes(32), "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le"), "__nameid_version1.0/__substg1.0_00020102": b"",
               "__attach_version1.0_#00000000/__substg1.0_37010102": PROGRAM, "__attach_version1.0_#00000000/__substg1.0_3707001F": name,
               "__attach_version1.0_#00000000/__properties_version1.0": bytes(8)}
    return cfb.write(streams)


def msi():
    path = work("a.wxs", f'''<?xml version="1.0"?><Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="*" Name="a" Language="1033" Version="1.0" Manufacturer="a" UpgradeCode="12345678-1234-1234-1234-123456789012">
<Package InstallerVersion="200" Compressed="yes"/><Media Id="1" Cabinet="a.cab" EmbedCab="yes"/>
<Directory Id="TARGETDIR" Name="SourceDir"><Directory Id="D" Name="D"><Component Id="C" Guid="12345678-1234-1234-1234-123456789013">
<File Id="F" Source="{NAME}" KeyPath="yes"/></Component></Directory></Directory><Feature Id="A"><ComponentRef Id="C"/></Feature></Product></Wix>'''.encode())
    return made("a.msi", "wixl", "-o", "a.msi", path)


# Mail, pages and text.


def mail_and_text():
    cls = "mail and web"
    encoded = base64.encodebytes(PROGRAM)
    head = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: thu\r\nMIME-Version: 1.0\r\nDate: Mon, 2 Nov 2026 10:00:00 +0700\r\n"
    part = lambda coding, data, name=NAME.encode(): (b"--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"" + name +
                                                     b"\"\r\nContent-Transfer-Encoding: " + coding + b"\r\n\r\n" + data + b"\r\n")
    mail = lambda body: head + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nxin chao\r\n" + body + b"--b--\r\n"
    base64_mail = mail(part(b"base64", encoded))
    add(cls, "base64.eml", base64_mail, readers=[python_mail])
    add(cls, "base64-junk.eml", mail(part(b"base64", b"!*".join(encoded[at:at + 40] for at in range(0, len(encoded), 40)))))
    quoted = "".join(f"={byte:02X}" + ("=\r\n" if at % 20 == 19 else "") for at, byte in enumerate(PROGRAM)).encode()
    add(cls, "quoted-printable.eml", mail(part(b"quoted-printable", quoted)), readers=[python_mail])
    uu = b"begin 644 " + NAME.encode() + b"\n" + b"".join(binascii.b2a_uu(PROGRAM[at:at + 45]) for at in range(0, len(PROGRAM), 45)) + b"`\nend\n"
    add(cls, "uuencoded-part.eml", mail(part(b"x-uuencode", uu)))
    add(cls, "uuencoded-body.eml", head + b"Content-Type: text/plain\r\n\r\nxin chao\r\n" + uu)
    add(cls, "uuencoded.txt", uu)
    inner = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + base64_mail.replace(b"--b", b"--c").replace(b"boundary=b", b"boundary=c")
    add(cls, "nested.eml", mail(inner + b"\r\n"), readers=[python_mail])
    add(cls, "no-end.eml", base64_mail[:-7])
    add(cls, "two.mbox", b"From a@example.com Mon Nov  2 10:00:00 2026\n" + head.replace(b"\r\n", b"\n") + b"\nxin chao\n\nFrom b@example.com Mon Nov  2 10:00:00 2026\n" + base64_mail.replace(b"\r\n", b"\n"))
    add(cls, "page.mht", base64_mail.replace(b"multipart/mixed", b"multipart/related"))
    add(cls, "winmail.dat", tnef())
    files = [("a.txt", b"xin chao"), ("b.txt", b"\0\1\2 nhi phan"), (NAME, PROGRAM)]
    form = b"".join(b"------khien\r\nContent-Disposition: form-data; name=\"f\"; filename=\"" + name.encode() + b"\"\r\nContent-Type: application/octet-stream\r\n\r\n" + data + b"\r\n" for name, data in files)
    add(cls, "form.multipart", form + b"------khien--\r\n")
    b64 = base64.b64encode(PROGRAM).decode()
    page = lambda script: f"<!DOCTYPE html><html><body><script>{script}</script></body></html>".encode()
    blob = "var l=document.createElement('a');l.href=URL.createObjectURL(new Blob([u]));l.download='a.exe';l.click();"
    add(cls, "smuggling-atob.html", page(f"var s=atob('{b64}');var u=Uint8Array.from(s,c=>c.charCodeAt(0));{blob}"))
    add(cls, "smuggling-joined.html", page("var s=atob(" + "+".join(f"'{b64[at:at + 76]}'" for at in range(0, len(b64), 76)) + f");var u=s;{blob}"))
    add(cls, "smuggling-array.html", page(f"var u=new Uint8Array([{','.join(map(str, PROGRAM))}]);{blob}"))
    add(cls, "smuggling-hex.html", page(f"var h='{PROGRAM.hex()}';var u=h.match(/../g).map(x=>parseInt(x,16));{blob}"))
    add(cls, "data-link.html", f"<html><body><a download='a.exe' href='data:application/octet-stream;base64,{b64}'>tải về</a></body></html>".encode())
    add(cls, "smuggling.svg", f"<svg xmlns='http://www.w3.org/2000/svg'><script>var u=atob('{b64}');{blob}</script></svg>".encode())
    add(cls, "data-link.svg", f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'><a xlink:href='data:application/octet-stream;base64,{b64}'/></svg>".encode())
    cls = "encoded text"
    add(cls, "base64.txt", encoded)
    add(cls, "base64-one-line.txt", b64.encode())
    add(cls, "hex.txt", PROGRAM.hex().encode())
    add(cls, "pem.txt", b"-----BEGIN CERTIFICATE-----\n" + encoded + b"-----END CERTIFICATE-----\n")
    add(cls, "decode.ps1", f"$b=[Convert]::FromBase64String('{b64}');[IO.File]::WriteAllBytes('a.exe',$b)".encode())
    add(cls, "decode.bat", b"@echo off\r\necho -----BEGIN CERTIFICATE----->a.b64\r\n" + b"".join(b"echo " + line + b">>a.b64\r\n" for line in encoded.split()) + b"certutil -decode a.b64 a.exe\r\n", "any")
    add(cls, "data.json", json.dumps({"file": b64}).encode())
    add(cls, "data.xml", f"<?xml version='1.0'?><f>{b64}</f>".encode())
    add(cls, "flat.xml", ('<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">'
                          f'<w:binData w:name="a">{b64}</w:binData></w:wordDocument>').encode())


def python_mail(path):
    import email

    with open(path, "rb") as file:
        message = email.message_from_binary_file(file)
    return any(part.get_payload(decode=True) == PROGRAM for part in message.walk())


def tnef():
    def attribute(level, name, data):
        return struct.pack("<BII", level, name, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    return struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00089006, struct.pack("<I", 0x10000)) + attribute(2, 0x00069002, bytes(14)) + \
        attribute(2, 0x00018010, NAME.encode() + b"\0") + attribute(2, 0x0006800F, PROGRAM)


# Nesting, limits, bombs.


def limits():
    cls = "limits"
    nested = PROGRAM
    for depth in range(1, 19):
        nested = zip_of([(NAME if depth == 1 else f"{depth - 1}.zip", nested)])
        if depth in (2, 8):
            add(cls, f"nested-{depth}.zip", nested)
        if depth in (17, 18):
            add(cls, f"nested-{depth}.zip", nested, "not_inspected", "limit")
    add(cls, "files-10050.zip", zip_of([(f"{n}.txt", b"x") for n in range(10_050)] + [(NAME, PROGRAM)]))
    add(cls, "files-20050.zip", zip_of([(f"{n}.txt", b"x") for n in range(20_050)] + [(NAME, PROGRAM)]), "not_inspected", "limit")
    add(cls, "behind-450-mib.zip", zip_of([("lon.txt", b" " * (450 << 20)), (NAME, PROGRAM)]), "any")
    add(cls, "behind-105-mib.tar", tar_of([("lon.txt", b"van ban\n" * (105 << 17)), (NAME, PROGRAM)], tarfile.GNU_FORMAT))
    cls = "bombs"
    zeros = zip_of([("0.bin", bytes(1 << 30))])
    add(cls, "flat.zip", zeros, "not_inspected", "limit")
    level = zip_of([("0.bin", bytes(1 << 20))])
    for _ in range(4):
        level = zip_of([(f"{n}.zip", level) for n in range(16)])
    add(cls, "nested-16.zip", level, "not_inspected")
    add(cls, "overlapping.zip", overlapping(2000, 1 << 20), "not_inspected")
    add(cls, "gzip-in-gzip.gz", gzip.compress(gzip.compress(bytes(1 << 30))), "not_inspected", "limit")
    add(cls, "xz.xz", lzma.compress(bytes(1 << 30), preset=0), "not_inspected", "limit")


def overlapping(count, size):
    """Many entries of the central directory, one and the same data."""
    packed = zlib.compress(bytes(size), 9)[2:-4]
    crc = zlib.crc32(bytes(size))
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 8, 0, 0, crc, len(packed), size, 1, 0) + b"0" + packed
    directory = b"".join(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 8, 0, 0, crc, len(packed), size, 4, 0, 0, 0, 0, 0, 0) + b"%04d" % n for n in range(count))
    return local + directory + struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(local), 0)


# What is two things at once, or damaged on purpose.


def polyglots():
    cls = "polyglots"
    harmless, hostile = zip_of([("a.txt", b"xin chao")]), zip_of([(NAME, PROGRAM)])
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    gif = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb004300") + b"\1" * 64 + bytes.fromhex("ffd9")
    pdf = pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"])
    for name, front in [("png", png), ("gif", gif), ("jpg", jpeg), ("pdf", pdf)]:
        add(cls, f"zip-behind.{name}", front + hostile, readers=[])
        add(cls, f"program-behind.{name}", front + PROGRAM)
        add(cls, f"rar-behind.{name}", front + rar5([(NAME, PROGRAM)]))
        add(cls, f"7z-behind.{name}", front + made("a.7z", "7zz", "a", "a.7z", NAME))
    add(cls, "two-zips-hostile-last.zip", harmless + hostile)
    add(cls, "two-zips-hostile-first.zip", hostile + harmless)
    add(cls, "no-central-directory.zip", raw_zip([(NAME, PROGRAM)], central=False))
    add(cls, "local-only.zip", raw_zip([("a.txt", b"xin chao"), (NAME, PROGRAM, {"central": False})]))
    add(cls, "names-differ.zip", raw_zip([("a.txt", PROGRAM, {"local_name": NAME.encode()})]))
    add(cls, "same-name-twice.zip", raw_zip([("a.txt", b"xin chao"), ("a.txt", PROGRAM)]))
    add(cls, "sizes-differ.zip", raw_zip([(NAME, PROGRAM, {"central_sizes": (10, 10)})]))
    add(cls, "wrong-crc.zip", raw_zip([(NAME, PROGRAM, {"crc": 1})]))
    add(cls, "slash-at-the-end.zip", raw_zip([(NAME + "/", PROGRAM)]))
    add(cls, "wrongly-called-encrypted.zip", raw_zip([(NAME, PROGRAM, {"flags": 0x801})]), "any")
    add(cls, "zip-comment.zip", raw_zip([("a.txt", b"xin chao")], comment=hostile))
    add(cls, "zip-behind-junk.zip", b"x" * 3000 + hostile)
    add(cls, "zip-before-junk.zip", hostile + b"x" * 3000)
    add(cls, "cut.zip", hostile[:-30])
    add(cls, "cut.gz", gzip.compress(PROGRAM)[:-6])
    add(cls, "program-behind.gz", gzip.compress(b"xin chao") + PROGRAM)
    add(cls, "program-behind.tar", tar_of([("a.txt", b"xin chao")], tarfile.GNU_FORMAT) + PROGRAM)
    add(cls, "self-extracting.exe", PROGRAM + hostile)
    add(cls, "program-called.pdf", PROGRAM)
    add(cls, "program-called.docx", PROGRAM)
    add(cls, "program-without-ending", PROGRAM)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main():
    os.makedirs(WORK, exist_ok=True)
    work(NAME, PROGRAM)
    for make in [archives, encrypted, documents, mail_and_text, limits, polyglots]:
        make()
    shutil.rmtree(WORK)
    manifest = {"program": hashlib.sha256(PROGRAM).hexdigest(), "vectors": VECTORS}
    with open(os.path.join(OUT, "manifest.json"), "w") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=1)
    checked = sum(1 for vector in VECTORS if vector["read_by"])
    print(f"{len(VECTORS)} vectors, {checked} of them read by others")


main()
