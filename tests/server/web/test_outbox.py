import asyncio

import pytest
from tests.support.loops import run

from neural_drum_machine.server.web.outbox import MAX_UNSENT, TRY_AGAIN, Outbox


class Channel:
    """Notes what is sent."""

    def __init__(self):
        self.sent = []

    async def send_text(self, data):
        self.sent.append(data)

    async def send_bytes(self, data):
        self.sent.append(data)

    async def close(self, code, reason):
        self.sent.append(code)


@pytest.mark.parametrize(("size", "most"), [(1, MAX_UNSENT), (1 << 20, 16), (1 << 25, 1)])
def test_a_client_that_does_not_read_is_let_go(size, most):
    async def main():
        channel = Channel()
        outbox = Outbox(channel)
        for _ in range(most):
            outbox.put(bytes(size))
        assert len(outbox) == most
        outbox.put(b"one more")
        assert len(outbox) == 1
        await outbox.send_all()
        assert channel.sent == [TRY_AGAIN]

    run(main())


def test_replies_are_sent_in_order_and_make_room():
    async def main():
        channel = Channel()
        outbox = Outbox(channel)
        sender = asyncio.create_task(outbox.send_all())
        large = bytes(1 << 24)
        for reply in ("text", large, b"bytes"):
            outbox.put(reply)
            while len(outbox):
                await asyncio.sleep(0)
        assert channel.sent == ["text", large, b"bytes"]
        sender.cancel()

    run(main())
