"""Nothing of ours lies outside DATA_DIR: everything works where all else is read-only."""

from pathlib import Path
from typing import Any

import pytest

from tests.gallery_fixtures import picture
from tests.process.test_openai_client import MEMBER, SMALL, client_of, wait_for_models
from tests.small_disk import small_disks
from tests.stack import running_stack

__all__ = ["small_disks"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("small_disks"),
    pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning"),
]
# The mount that is made last is that of the folder.
READ_ONLY = """
mount --bind "$1" "$1"; shift
head -n -1 /proc/self/mountinfo | cut -d " " -f 5 | grep -Ev "^/(proc|sys|dev)$|^/(proc|sys)/" |
    while read -r place; do mount -o remount,bind,ro "$(printf %b "$place")"; done
exec "$@"
"""


def test_a_read_only_machine_with_one_folder_to_write_is_enough(tmp_path: Path) -> None:
    # The name needs care in shells and URLs.
    data = tmp_path / "data #1: it's 100% $HOME?"
    data.mkdir()
    within = ["unshare", "-rm", "sh", "-ec", READ_ONLY, "sh", str(data)]
    with running_stack(data, first_start=True, within=within, HOME="/nowhere") as stack:
        stack.manage("shell", "-c", MEMBER)
        wait_for_models(stack)
        script: Any = client_of(stack, "ada")
        # Larger than what is received in memory.
        reference = picture((2000, 1500), "PNG", compress_level=0)
        assert len(reference) > 8 * 2**20
        clip = script.videos.create_and_poll(prompt="paper", input_reference=reference, **SMALL)
        assert clip.status == "completed"
        assert script.videos.download_content(clip.id).content[4:8] == b"ftyp"
        stack.manage("doctor")
        backup = data / "backup.tar"
        stack.manage("backup", str(backup))
        assert backup.stat().st_size > len(script.videos.download_content(clip.id).content)
    said = stack.log.read_text()
    assert "Traceback" not in said and "Read-only file system" not in said
