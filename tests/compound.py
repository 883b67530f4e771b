"""Compound files (OLE2) for tests: nobody's library writes them. Source: [MS-CFB]."""

import struct

SECTOR, ENTRY = 512, 128
END, FREE, FAT, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
SMALL = 4096


def compound(streams: dict[str, bytes]) -> bytes:
    """Return a compound file; a name `a/b` puts a stream into the storage `a`.

    Streams are filled up to the size from which they lie in sectors of their own.
    """
    tree: dict = {}
    for name, content in streams.items():
        place = tree
        *storages, last = name.split("/")
        for storage in storages:
            place = place.setdefault(storage, {})
        place[last] = content.ljust(SMALL, b"\0")
    entries, sectors, chains = [["Root Entry", 5, NONE, NONE, END, 0]], [], []
    entries[0][3] = _children(tree, entries, sectors, chains)
    directory = b"".join(_entry(*entry) for entry in entries)
    directory += b"\0" * (-len(directory) % SECTOR)
    first = _chain(directory, sectors, chains)
    count = 1
    while count * SECTOR // 4 < len(sectors) + count:
        count += 1
    table = [*chains, *[FAT] * count]
    table += [FREE] * (count * SECTOR // 4 - len(table))
    places = [len(sectors) + n for n in range(count)]
    header = struct.pack(
        "<8s16x5H6x9I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        count,
        first,
        0,
        SMALL,
        END,
        0,
        END,
        0,
    )
    header += struct.pack("<109I", *places, *[FREE] * (109 - count))
    return header + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def _children(tree: dict, entries: list, sectors: list, chains: list) -> int:
    """Add what a storage holds, each the right sibling of the one before; return the first."""
    first = before = NONE
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        number = len(entries)
        entries.append([name, 2, NONE, NONE, END, 0])
        if isinstance(tree[name], dict):
            entries[number][1] = 1
            entries[number][3] = _children(tree[name], entries, sectors, chains)
        else:
            entries[number][4:] = _chain(tree[name], sectors, chains), len(tree[name])
        if before == NONE:
            first = number
        else:
            entries[before][2] = number
        before = number
    return first


def _chain(content: bytes, sectors: list[bytes], chains: list[int]) -> int:
    """Add the sectors of a stream; return the first."""
    first = len(sectors)
    for at in range(0, len(content), SECTOR):
        sectors.append(content[at : at + SECTOR].ljust(SECTOR, b"\0"))
        chains.append(len(sectors))
    chains[-1] = END
    return first


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16xI16xIQ", wide, len(wide) + 2, kind, 1, NONE, right, child, 0, start, size
    )
