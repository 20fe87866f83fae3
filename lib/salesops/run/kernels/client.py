"""A client that sees when a kernel is ready, where the usual one waits until it has been silent for a while."""

from __future__ import annotations

import asyncio
import time
from queue import Empty
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient

ALIVE_CHECK_SECONDS = 0.25
RECONNECT_MILLISECONDS = 10


def prompt_context() -> zmq.asyncio.Context:
    """Return a context whose sockets try again soon: they connect before the kernel has opened its own."""
    context = zmq.asyncio.Context()
    context.setsockopt(zmq.RECONNECT_IVL, RECONNECT_MILLISECONDS)
    return context


class PromptKernelClient(AsyncKernelClient):
    """A client for kernels that greet those who subscribe to their outputs, as ipykernel does since version 7."""

    def _context_default(self) -> zmq.asyncio.Context:
        self._created_context = True
        return prompt_context()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel has answered, and its outputs will be heard.

        Parameters
        ----------
        timeout
            Seconds after which it is given up.

        Raises
        ------
        RuntimeError
            If it has died or does not answer in time.
        """
        end = None if timeout is None else time.monotonic() + timeout
        self.kernel_info()
        reply = await self._first_message(self.shell_channel, end)
        self._handle_kernel_info_reply(reply)
        # Sent to each new subscriber: from here on no output is missed, whatever comes first is no cell's.
        await self._first_message(self.iopub_channel, end)

    async def _first_message(self, channel: Any, end: float | None) -> dict[str, Any]:
        while True:
            try:
                message: dict[str, Any] = await channel.get_msg(timeout=ALIVE_CHECK_SECONDS)
                return message
            except Empty:
                await self._check(end)

    async def _check(self, end: float | None) -> None:
        if not await self.is_alive():
            raise RuntimeError("the kernel died before it was ready")
        if end is not None and time.monotonic() > end:
            raise RuntimeError("the kernel did not answer in time")
        await asyncio.sleep(0)
