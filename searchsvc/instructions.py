"""Which of the processor's instructions NumPy is to leave alone; asked before NumPy is imported.

NumPy sorts and selects with AVX-512 wherever there is AVX-512. On AMD's Zen 4 the instruction that
this is built around, a compress with a destination in memory, is carried out by microcode, and
sorting takes three to five times as long as with AVX2. Source: Software Optimization Guide for the
AMD Zen4 Microarchitecture (57647), 2.11.2; NumPy has no rule of its own for it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import MutableMapping

VARIABLE: Final = "NPY_DISABLE_CPU_FEATURES"
"""NumPy reads it when it is imported."""
AVX512: Final = "X86_V4 AVX512_ICL"
"""What NumPy 2.4 and later calls the parts of AVX-512 that it has code for and Zen 4 has."""

_CPUINFO: Final = Path("/proc/cpuinfo")
_FIRST_PROCESSOR: Final = 4096  # characters; there may be hundreds of processors
_ZEN_3_AND_4: Final = "25"


def leave_slow_instructions() -> None:
    """Have NumPy sort without AVX-512 where that is slow, unless the environment says otherwise."""
    with suppress(OSError), _CPUINFO.open(encoding="utf-8", errors="replace") as file:
        set_features(os.environ, file.read(_FIRST_PROCESSOR))


def set_features(environ: MutableMapping[str, str], cpuinfo: str) -> None:
    """Set the variable for NumPy in `environ`, if it is not set; `cpuinfo` as proc_cpuinfo(5)."""
    lines = (line.partition(":") for line in cpuinfo.splitlines())
    about: dict[str, str] = {}
    for name, _, value in lines:
        about.setdefault(name.strip(), value.strip())
    is_zen_4 = (
        about.get("vendor_id") == "AuthenticAMD"
        and about.get("cpu family") == _ZEN_3_AND_4
        and "avx512f" in about.get("flags", "").split()
    )
    if is_zen_4:
        environ.setdefault(VARIABLE, AVX512)
