"""The engine: a frozen scheme and frames go in, lines and standings come out. Import it before Polars.

Polars' allocator (jemalloc) gives each thread an arena of its own, and each arena keeps a while what was freed in it.
With one arena that gives back what lay idle for a second, a million lines take less memory and no more time; giving it
back sooner costs the time to ask for it again. It reads this when Polars is loaded, which otherwise sets its own.
"""

import os

os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0")
