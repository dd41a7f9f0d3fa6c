"""Failures on the way to a registry: tried again, then reported."""

import time
from pathlib import Path
from threading import Thread

from tests.publish.conftest import LAYER_BYTES, Clone
from tests.publish.line import Line
from tests.publish.registry import Registry


def in_the_middle(passed: int, _: bytes) -> bool:
    """In a layer."""
    return passed > LAYER_BYTES // 3


def at_the_end(_: int, said: bytes) -> bool:
    """When all parts have arrived, and what makes an image of them has not."""
    return b"PUT /v2/team/web/manifests/" in said


def opened(line: Line) -> Line:
    """Begin to hand on."""
    Thread(target=line.serve_forever, daemon=True).start()
    return line


def test_line_that_breaks(clone: Clone, registry: Registry, archive: Path) -> None:
    """In the middle of a layer: the push continues, and the registry has the whole image."""
    digest = clone.keep(archive, "app")
    with opened(Line(registry.port, in_the_middle)) as line:
        told = clone.told(IMAGE_REGISTRY=f"{line.address}/team")
        assert 1 == line.broken
        assert "It broke off: " in told
        assert told.endswith(f"{line.address}/team/web@{digest}\n")
        line.shutdown()
    again = clone.told(IMAGE_REGISTRY=f"{registry.address}/team")
    assert "is there already" in again


def test_registry_that_dies_and_comes_back(clone: Clone, registry: Registry, archive: Path) -> None:
    """Killed in the middle of a layer, and started again after a while: the push waits for it."""
    digest = clone.keep(archive, "app")

    def comes_back() -> None:
        time.sleep(4)
        registry.start()

    back = Thread(target=comes_back)

    def dies() -> None:
        registry.stop()
        back.start()

    with opened(Line(registry.port, in_the_middle, dies)) as line:
        told = clone.told(IMAGE_REGISTRY=f"{line.address}/team")
        back.join()
        assert told.count("It broke off: ") > 1
        assert told.endswith(f"{line.address}/team/web@{digest}\n")
        line.shutdown()


def test_registry_that_stays_away(clone: Clone, registry: Registry, archive: Path) -> None:
    """The failure is reported, and nothing is recorded; the next run sends only the missing layers."""
    digest = clone.keep(archive, "app")
    with opened(Line(registry.port, at_the_end, registry.stop)) as line:
        told = clone.refused(IMAGE_REGISTRY=f"{line.address}/team")
        line.shutdown()
    assert f"{line.address} does not take the image, tried 5 times: " in told
    assert "→ See whether the registry is well, then type: ./scripts/cipublish It continues there." in told
    assert digest not in told
    assert '"published": []' in (clone.release / "record.json").read_text()
    registry.start()
    sent = registry.asked("PATCH")
    assert sent
    assert f"{registry.address}/team/web@{digest}" == clone.publish(IMAGE_REGISTRY=f"{registry.address}/team")
    assert sent == registry.asked("PATCH")
