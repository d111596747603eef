"""What happens to open streams: faults, delays, silence, frames of any kind."""

import math

from simulators.mastodon.records import User
from simulators.mastodon.state import State
from simulators.mastodon.streaming import mishaps
from simulators.mastodon.streaming.hub import Listener
from simulators.streams import StreamFaults

Result = dict[str, object]


class StreamPlay(StreamFaults):
    """Actions on one host's open streams; `user` names whose, "" means all."""

    def __init__(self, state: State) -> None:
        super().__init__(state.lock)
        self.state = state

    def _user(self, acct: str) -> User:
        return self.state.by_acct(acct)

    def stream_junk(self, user: str = "", *, size: int = 0) -> Result:
        """Send frames that no document knows, or one huge one of `size` bytes."""
        with self.state.lock:
            found = self._streams(user)
            for listener in found:
                for text in [mishaps.huge(size)] if size else mishaps.junk():
                    listener.socket.send(text)
        return {"count": len(found)}

    def stream_frame(self, text: str, user: str = "") -> Result:
        """Send any text as a frame, after those that are on their way."""
        with self.state.lock:
            found = self._streams(user)
            for listener in found:
                self.state.hub.send(listener, text)
        return {"count": len(found)}

    def ping_streams(self) -> Result:
        """Let the heart beat now: who did not answer the last ping is cut."""
        with self.state.lock:
            self.state.hub.beat()
        return {}

    def stream_lag(self, seconds: float) -> Result:
        """Let events come so long after the API tells of them; what waits comes now."""
        with self.state.lock:
            self.state.hub.lag = seconds
        return {}

    def hold_streams(self) -> Result:
        """Keep all events back until `release_streams`."""
        return self.stream_lag(math.inf)

    def release_streams(self) -> Result:
        """Send what was kept back, in its order; later events come at once."""
        return self.stream_lag(0)

    def api_lag(self, seconds: float) -> Result:
        """Let the lists of notifications and conversations be that old; events are not.

        Counted by the host's clock: `advance` lets them catch up.
        """
        with self.state.lock:
            self.state.lag = round(seconds * 1000)
        return {}

    def _streams(self, user: str) -> list[Listener]:
        return self.state.hub.of(self._user(user).id if user else None)
