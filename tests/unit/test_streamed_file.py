"""A file that is made while it is sent can be read as the web server reads files."""

from collections.abc import Iterator

import pytest
from waitress.buffers import ReadOnlyFileBasedBuffer

from videos.sharing.streamed_file import StreamedFile

DATA = bytes(range(256)) * 40


def pieces(size: int, data: bytes = DATA) -> Iterator[bytes]:
    yield from (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize("piece_size", [1, 7, 4096, len(DATA)])
@pytest.mark.parametrize(("read_size", "sent"), [(100, 100), (100, 33), (5000, 1), (5000, 4999)])
def test_the_server_may_send_less_than_it_read(piece_size: int, read_size: int, sent: int) -> None:
    buffer = ReadOnlyFileBasedBuffer(StreamedFile(pieces(piece_size), len(DATA)))
    assert buffer.prepare(len(DATA)) == len(DATA)
    got = b""
    for _ in range(200):
        got += (piece := buffer.get(read_size))[:sent]
        buffer.skip(min(sent, len(piece)))
    assert got == DATA[: len(got)] and len(got) == min(len(DATA), 200 * sent)


def test_it_is_read_in_one_go_or_piece_by_piece() -> None:
    assert StreamedFile(pieces(9), len(DATA)).read() == DATA
    file = StreamedFile(pieces(9), len(DATA))
    assert b"".join(iter(lambda: file.read(1000), b"")) == DATA


def test_little_is_kept() -> None:
    file = StreamedFile(pieces(64), len(DATA))
    while file.read(100):
        assert len(file._kept) <= 100 + 64


def test_a_file_that_ends_early_breaks_the_connection() -> None:
    file = StreamedFile(pieces(9, DATA[:-1]), len(DATA))
    with pytest.raises(OSError, match="ended early"):
        file.read()


def test_what_was_passed_cannot_be_read_again() -> None:
    file = StreamedFile(pieces(9), len(DATA))
    file.read(100)
    file.read(100)
    file.seek(0)
    with pytest.raises(OSError, match="no longer kept"):
        file.read(10)


def test_closing_it_closes_what_makes_its_pieces() -> None:
    closed = []

    def closing_pieces() -> Iterator[bytes]:
        try:
            yield from pieces(9)
        finally:
            closed.append(True)

    file = StreamedFile(closing_pieces(), len(DATA))
    file.read(10)
    file.close()
    file.close()
    assert closed == [True]
