"""sqlite-utils without pandas and NumPy, which it loads to name their types of columns.

No value of theirs is ever given to SQLite here, and every command would pay half a second for it.
Whoever needs them imports them as ever: this module comes before there are threads.
"""

import sys

_SPARED = [name for name in ("numpy", "pandas") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_SPARED))  # type: ignore[arg-type] # None: not to be imported
try:
    from sqlite_utils import Database, Migrations
finally:
    for _name in _SPARED:
        del sys.modules[_name]

__all__ = ["Database", "Migrations"]
