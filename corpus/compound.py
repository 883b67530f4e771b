"""Which streams a compound file (OLE2: Word, Excel, PowerPoint of before 2007, Outlook) has.

Only as much of the format as telling these apart takes, and bounded by what the file holds: it runs
in the command's own process, where a loop in a hostile file must cost nothing. Readers, in their
own processes, use olefile.
"""

import struct

MOST_SECTORS = 4096
"""Of a directory; an honest one has some ten entries, four to a sector of 512 bytes."""
_END = 0xFFFFFFFA
_HEADER_FAT = 109
_ENTRY = 128


def root_names(content: bytes) -> frozenset[str]:
    """Return the names at the root of a compound file, in lower case; none where it is damaged.

    What an embedded document holds lies deeper and is not returned. Source: [MS-CFB] 2.2 to 2.6.
    """
    directory = _directory(content)
    names, seen, waiting = set(), set(), [_number(directory, 76)]
    while waiting:
        entry = waiting.pop()
        start = entry * _ENTRY
        if entry in seen or start + _ENTRY > len(directory):
            continue
        seen.add(entry)
        (length,) = struct.unpack_from("<H", directory, start + 64)
        name = directory[start : start + max(min(length, 64) - 2, 0)]
        names.add(name.decode("utf-16-le", "replace").lower())
        waiting += struct.unpack_from("<2I", directory, start + 68)
    return frozenset(names)


def _directory(content: bytes) -> bytes:
    """Return the directory: the chain of sectors that the header names."""
    size = 1 << (content[30] if content[30:31] in (b"\x09", b"\x0c") else 9)
    parts: list[bytes] = []
    seen: set[int] = set()
    sector = _number(content, 48)
    while sector < _END and sector not in seen and len(seen) < MOST_SECTORS:
        seen.add(sector)
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        table, place = divmod(sector, size // 4)
        if table >= _HEADER_FAT:  # listed elsewhere in files above 7 MB; the root comes first
            break
        sector = _number(content, (_number(content, 76 + 4 * table) + 1) * size + 4 * place)
    return b"".join(parts)


def _number(content: bytes, at: int) -> int:
    """Return the 32-bit number at a place; past the end, the mark of a chain's end."""
    return int.from_bytes(content[at : at + 4], "little") if at + 4 <= len(content) else _END
