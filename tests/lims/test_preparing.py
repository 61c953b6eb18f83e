"""What a first start would wait for is made beforehand."""

from pathlib import Path

from lims.preparing import prepared


def test_the_faces_of_certificates_and_screens_stand_when_the_block_ends(tmp_path: Path) -> None:
    """While the block runs, processes of their own cut the faces of certificates and of the screens."""
    with prepared(tmp_path / "cache"):
        pass
    assert len(list(tmp_path.glob("cache/fonts/*/*.ttf"))) >= 4
    assert {one.name for one in tmp_path.glob("cache/screen-fonts-*/*")} >= {"plex.woff", "plex-italic.woff"}
