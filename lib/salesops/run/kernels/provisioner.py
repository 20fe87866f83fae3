"""How jupyter_client comes by a kernel: from this process's fork server, or else as a new process."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from salesops.run.kernels.memory import watch_memory
from salesops.run.kernels.running import end_group, kill_group, running
from salesops.run.kernels.settings import KernelLife, KernelSettings
from salesops.run.kernels.threads import thread_variables
from salesops.run.kernels.warm import POLL_SECONDS, ServerLostError, WarmKernel, can_fork

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jupyter_client.connect import KernelConnectionInfo

# The first kernels wait for the server's imports, and would have to import the same.
FORK_TIMEOUT_SECONDS = 60
KILL_TIMEOUT_SECONDS = 1.0


class WarmProvisioner(LocalProvisioner):
    """Provides a kernel forked from the server of this process, and a plain one where there is none."""

    parent: Any
    process: Any = None

    @property
    def settings(self) -> KernelSettings:
        """What the kernel may use."""
        settings: KernelSettings = getattr(self.parent, "settings", KernelSettings())
        return settings

    @property
    def life(self) -> KernelLife:
        """Where what becomes of the kernel is noted."""
        life: KernelLife = getattr(self.parent, "life", KernelLife())
        return life

    @property
    def _connection_file(self) -> Path:
        return Path(self.parent.connection_file)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the kernel.

        Parameters
        ----------
        cmd
            Its command line.
        kwargs
            Its folder and environment, and what else `subprocess.Popen` takes.
        """
        stops = running.stops
        running.kernels[self._connection_file] = None
        kwargs["env"].update(thread_variables(self.settings.threads) | dict(self.settings.environment))
        warm = await self._fork(cmd, kwargs)
        if warm:
            self.process, self.pid, self.pgid = warm, warm.pid, warm.pid
            self.cwd = kwargs.get("cwd")
        else:
            await super().launch_kernel(cmd, **kwargs)
        self._begin(warm=bool(warm))
        if running.stops != stops:
            kill_group(self.process)
            self._connection_file.unlink(missing_ok=True)
            raise RuntimeError("kernels were stopped while this one was being started")
        return self.connection_info

    async def poll(self) -> int | None:
        """Return how the kernel ended, None while it runs."""
        code = await super().poll()
        if self.process and code is not None:
            # The server does so for its kernels.
            if self.life.exit_code is None and not self.life.warm:
                end_group(self.process.pid)
            self.life.exit_code = code
        return code

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel, and wait until it is gone: sooner than who asked would look again."""
        await super().kill(restart)
        end = time.monotonic() + KILL_TIMEOUT_SECONDS
        while await self.poll() is None and time.monotonic() < end:
            await asyncio.sleep(POLL_SECONDS)

    async def cleanup(self, restart: bool = False) -> None:
        """Forget a kernel that has ended."""
        running.kernels.pop(self._connection_file, None)
        await super().cleanup(restart)

    async def _fork(self, cmd: list[str], kwargs: Mapping[str, Any]) -> WarmKernel | None:
        server = running.server
        if (
            server is None
            or not can_fork()
            or _python_variables(kwargs["env"]) != _python_variables(server.environment)
        ):
            return None
        try:
            asked = server.fork(
                arguments=cmd[cmd.index("ipykernel_launcher") + 1 :],
                environment=kwargs["env"],
                cwd=str(kwargs.get("cwd") or Path.cwd()),
                threads=self.settings.threads,
                connection_file=str(self._connection_file),
            )
            return await asyncio.wait_for(asyncio.wrap_future(asked), FORK_TIMEOUT_SECONDS)
        except (ServerLostError, TimeoutError):
            return None

    def _begin(self, *, warm: bool) -> None:
        running.kernels[self._connection_file] = self.process
        life = self.life
        life.pid, life.exit_code, life.memory_exceeded, life.warm = self.process.pid, None, None, warm
        if self.settings.memory_bytes is not None:
            watch_memory(self.process, self.settings.memory_bytes, life)


def _python_variables(environment: Mapping[str, str]) -> dict[str, str]:
    # The interpreter reads them when it starts, so a fork cannot have others than its server.
    return {name: value for name, value in environment.items() if name.startswith("PYTHON")}
