"""Writes OLE2 compound files of version 3, as [MS-CFB] describes them."""

import struct

SECTOR = 512
MINI = 64
CUTOFF = 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def write(streams):
    """The compound file with these streams; folders stand in the names: `ObjectPool/_1/Contents`."""
    root = {"name": "Root Entry", "kind": 5, "children": {}, "data": b""}
    for path, data in streams.items():
        *folders, name = path.split("/")
        at = root
        for folder in folders:
            at = at["children"].setdefault(folder, {"name": folder, "kind": 1, "children": {}, "data": b""})
        at["children"][name] = {"name": name, "kind": 2, "children": {}, "data": data}
    entries = []
    number(root, entries)
    sectors, table = [], []
    mini, mini_table = b"", []
    for entry in entries:
        data = entry["data"]
        if entry["kind"] != 2 or not data:
            continue
        if len(data) < CUTOFF:
            entry["start"] = len(mini_table)
            count = -(-len(data) // MINI)
            mini_table += [len(mini_table) + n + 1 for n in range(count - 1)] + [END]
            mini += data.ljust(count * MINI, b"\0")
        else:
            entry["start"] = chain(data, sectors, table)
    if mini:
        root["start"], root["size"] = chain(mini, sectors, table), len(mini)
    mini_start, mini_count = END, 0
    if mini_table:
        data = b"".join(struct.pack("<I", n) for n in mini_table)
        data = data.ljust(-(-len(data) // SECTOR) * SECTOR, b"\xff")
        mini_count = len(data) // SECTOR
        mini_start = chain(data, sectors, table)
    directory = b"".join(record(entry) for entry in entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    directory_start = chain(directory, sectors, table)
    fat_count = 1
    while fat_count * (SECTOR // 4) < len(table) + fat_count:
        fat_count += 1
    fat_start = len(table)
    table += [FAT] * fat_count
    fat = b"".join(struct.pack("<I", n) for n in table).ljust(fat_count * SECTOR, b"\xff")
    header = struct.pack("<8s16sHHHHH6sIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0,
                         fat_count, directory_start, 0, CUTOFF, mini_start, mini_count, END, 0)
    header += b"".join(struct.pack("<I", fat_start + n if n < fat_count else FREE) for n in range(109))
    return header + b"".join(sectors) + fat


def chain(data, sectors, table):
    """Puts `data` into sectors in a row; the number of the first one."""
    start, count = len(table), -(-len(data) // SECTOR)
    sectors += [data[at * SECTOR:(at + 1) * SECTOR].ljust(SECTOR, b"\0") for at in range(count)]
    table += [start + n + 1 for n in range(count - 1)] + [END]
    return start


def number(entry, entries):
    """Numbers the entries; the children of a folder hang to the right of one another, in the order of names."""
    entry.update(place=len(entries), left=FREE, right=FREE, child=FREE, start=0 if entry["kind"] == 2 else END, size=len(entry["data"]))
    if entry["kind"] == 1:
        entry["start"] = 0
    entries.append(entry)
    children = sorted(entry["children"].values(), key=lambda child: (len(child["name"]), child["name"].upper()))
    for child in children:
        number(child, entries)
    if children:
        entry["child"] = children[0]["place"]
        for one, next_one in zip(children, children[1:]):
            one["right"] = next_one["place"]


def record(entry):
    name = (entry["name"] + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII16sIQQIQ", name, len(name), entry["kind"], 1, entry["left"], entry["right"], entry["child"], b"", 0, 0, 0,
                       entry["start"], entry["size"])
