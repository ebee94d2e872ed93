"""Packs as archivers of the eighties did (APPNOTE 6.3, sections 5.1 to 5.3): nobody writes these methods any more, and every
program that opens a ZIP still reads some of them. Info-ZIP and 7-Zip are the referees of what is made here.
"""


class Bits:
    """Bits, the lowest first."""

    def __init__(self):
        self.bits = []

    def put(self, value, count):
        self.bits += [value >> place & 1 for place in range(count)]

    def code(self, value, count):
        """A code of a tree, whose first bit comes first. Implode has them turned over, bit by bit."""
        self.bits += [~value >> place & 1 for place in reversed(range(count))]

    def bytes(self):
        bits = self.bits + [0] * (-len(self.bits) % 8)
        return bytes(sum(bit << place for place, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8))


def shrunk(data):
    """LZW with codes of 9 bits and more; when they are used up, those that nothing continues are given out anew."""
    out, size = Bits(), 9
    table = {bytes([letter]): letter for letter in range(256)}
    free = list(range(257, 8192))

    def put(code):
        nonlocal size
        while code >= 1 << size:
            out.put(256, size)
            out.put(1, size)
            size += 1
        out.put(code, size)

    word = b""
    for letter in data:
        longer = word + bytes([letter])
        if longer in table:
            word = longer
            continue
        put(table[word])
        if free:
            table[longer] = free.pop(0)
        else:
            # The reader still gives the code before this one a meaning; clearing is left to others.
            raise SystemExit("too much to shrink")
        word = bytes([letter])
    if word:
        put(table[word])
    return out.bytes()


def matches(data, reach, shortest, longest):
    """The data as letters, and (distance, length) where they stand before; the nearest of the longest."""
    at = 0
    while at < len(data):
        best = (0, 0)
        for distance in range(1, min(at, reach) + 1):
            length = 0
            while length < longest and at + length < len(data) and data[at + length] == data[at - distance + length]:
                length += 1
            if length > best[1]:
                best = (distance, length)
        if best[1] >= shortest:
            yield best
            at += best[1]
        else:
            yield data[at]
            at += 1


def reduced(data, factor):
    """Repeats, then each byte by its place among those that may follow the one before."""
    mark, bits_of_length = 0x90, 8 - factor
    most = (1 << bits_of_length) - 1
    plain = bytearray()
    for one in matches(data, 1 << (factor + 8), 4, most + 255 + 3):
        if isinstance(one, int):
            plain += bytes([mark, 0]) if one == mark else bytes([one])
            continue
        distance, length = one[0] - 1, one[1] - 3
        short = min(length, most)
        plain += bytes([mark, (distance >> 8) << bits_of_length | short])
        if short == most:
            plain.append(length - most)
        plain.append(distance & 0xFF)
    followers = [[] for _ in range(256)]
    last = 0
    for letter in plain:
        if letter not in followers[last] and len(followers[last]) < 32:
            followers[last].append(letter)
        last = letter
    out, last = Bits(), 0
    for own in reversed(followers):
        out.put(len(own), 6)
        for letter in own:
            out.put(letter, 8)
    for letter in plain:
        own = followers[last]
        if own and letter in own:
            out.put(0, 1)
            out.put(own.index(letter), (len(own) - 1).bit_length() if len(own) > 1 else 1)
        else:
            if own:
                out.put(1, 1)
            out.put(letter, 8)
        last = letter
    return out.bytes()


def imploded(data, large=False, letters=False):
    """Letters and repeats, by trees in which every code is as long as every other."""
    out = Bits()
    if letters:
        out.put(15, 8)
        for _ in range(16):
            out.put(15 << 4 | 7, 8)
    for _ in range(2):
        out.put(3, 8)
        for _ in range(4):
            out.put(15 << 4 | 5, 8)
    low, shortest = (7 if large else 6), (3 if letters else 2)
    for one in matches(data, 64 << low, shortest, shortest + 63 + 255):
        if isinstance(one, int):
            out.put(1, 1)
            out.code(one, 8) if letters else out.put(one, 8)
            continue
        distance, length = one[0] - 1, one[1] - shortest
        out.put(0, 1)
        out.put(distance & ((1 << low) - 1), low)
        out.code(distance >> low, 6)
        out.code(min(length, 63), 6)
        if length >= 63:
            out.put(length - 63, 8)
    return out.bytes()
