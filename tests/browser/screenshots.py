"""`python -m tests.browser.screenshots`: pictures of the pages over the sample archive.

Those of the README are made anew by it. The archive is built in a temporary folder, so the same
pictures come out, but for the letters that a machine has.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click
from playwright.sync_api import sync_playwright

from searchsvc import wiring
from searchsvc.cli.serve import index_sample
from searchsvc.settings import load_settings
from searchsvc.web import create_app
from tests.browser.conftest import WIDTHS
from tests.endpoint.serving import ROOT, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER: Final = ROOT / "docs" / "images"
_SEARCH: Final = "/search?q=talks"


@dataclass(frozen=True, slots=True)
class Picture:
    """One of them: its file, what is opened, and how."""

    name: str
    path: str
    size: Literal["desktop", "phone"] = "desktop"
    theme: Literal["light", "dark"] = "light"


PICTURES: Final = (
    Picture("desktop", _SEARCH),
    Picture("desktop-dark", _SEARCH, theme="dark"),
    Picture("phone", _SEARCH, size="phone"),
    Picture("phone-dark", _SEARCH, size="phone", theme="dark"),
    Picture("compare", "/compare?a.speaker=Seo+Yun-ha&b.speaker=Hoda+Fakhry"),
    Picture("article", "/search?q=talks"),
)


def taken(browser: Browser, address: str, picture: Picture, to: Path) -> Path:
    """The file that shows a picture.

    Raises:
        RuntimeError: the page was not answered as it should be.
    """
    width, height = WIDTHS[picture.size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=picture.theme,
        device_scale_factor=1 if picture.size == "desktop" else 2,
        reduced_motion="reduce",
        locale="en-GB",
    )
    with closing(context):
        page = context.new_page()
        answer = page.goto(address + picture.path, wait_until="networkidle")
        if answer is None or not answer.ok:
            raise RuntimeError(f"{picture.path}: {answer and answer.status}")
        if picture.name == "article":  # at the sentence, as from a card
            page.locator('ol.hits a[href*="/articles/"][href*="#s-"]').first.click()
            page.wait_for_url("**/articles/**")
        file = to / f"{picture.name}.png"
        page.screenshot(path=file)
    return file


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder of the pictures")
    given = parser.parse_args()
    given.to.mkdir(parents=True, exist_ok=True)
    executable = shutil.which("chromium") or shutil.which("chrome")
    with (
        tempfile.TemporaryDirectory(prefix="pictures-") as folder,
        sync_playwright() as playwright,
    ):
        settings = load_settings(overrides={"index.path": str(Path(folder, "index"))})
        index_sample(settings)
        with (
            closing(wiring.open_engine(settings)) as engine,
            served(create_app(engine, settings), threads=4) as address,
            closing(
                playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
            ) as browser,
        ):
            for picture in PICTURES:
                click.echo(taken(browser, address, picture, given.to))


if __name__ == "__main__":
    main()
