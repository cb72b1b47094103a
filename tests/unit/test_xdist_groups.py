"""Do tests that share a costly installation run beside each other?"""

import pytest


@pytest.mark.xdist_group("groups")
def test_the_tests_of_a_group_go_to_one_worker(request: pytest.FixtureRequest) -> None:
    """xdist says nothing where it does not know pytest well enough to group them."""
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("all tests run in one process")
    assert request.node.nodeid.endswith("@groups")
