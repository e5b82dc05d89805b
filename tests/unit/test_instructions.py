"""Which instructions NumPy is told to leave alone."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from searchsvc.instructions import AVX512, VARIABLE, set_features


def cpuinfo(vendor: str, family: int, flags: str) -> str:
    one = f"processor\t: 0\nvendor_id\t: {vendor}\ncpu family\t: {family}\nflags\t\t: {flags}\n\n"
    return one + one.replace("family\t: ", "family\t: 9")


def test_avx512_is_left_alone_on_zen_4():
    environ: dict[str, str] = {}

    set_features(environ, cpuinfo("AuthenticAMD", 25, "fpu avx2 avx512f avx512dq"))

    assert environ == {VARIABLE: AVX512}


@pytest.mark.parametrize(
    "about",
    [
        cpuinfo("AuthenticAMD", 25, "fpu avx2"),
        cpuinfo("AuthenticAMD", 26, "fpu avx2 avx512f"),
        cpuinfo("GenuineIntel", 25, "fpu avx2 avx512f"),
        "Features\t: fp asimd\n",
        "",
    ],
)
def test_other_processors_are_left_as_they_are(about: str):
    environ: dict[str, str] = {}

    set_features(environ, about)

    assert environ == {}


def test_what_the_environment_says_stays():
    environ = {VARIABLE: ""}

    set_features(environ, cpuinfo("AuthenticAMD", 25, "fpu avx2 avx512f"))

    assert environ == {VARIABLE: ""}


def test_numpy_takes_what_it_is_told_here_without_a_warning():
    environ = {name: value for name, value in os.environ.items() if name != VARIABLE}
    script = (
        "import os, searchsvc, numpy\n"
        f"left = os.environ.get({VARIABLE!r}, '').split()\n"
        "has = numpy._core._multiarray_umath.__cpu_features__\n"
        "print([name for name in left if has.get(name)])"
    )

    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.stdout.strip(), done.stderr) == ("[]", "")
