"""What happens to a whole host: its speed, its limits, its clock, who lives elsewhere."""

from simulators.mastodon.limits import Limit
from simulators.mastodon.profiles import MASTODON
from simulators.mastodon.streaming.play import Result, StreamPlay


class HostPlay(StreamPlay):
    """Actions on one host as such."""

    def slow(self, seconds: float) -> Result:
        """Let merges, deletions and uploads take so long; 0 does them at once."""
        with self.state.lock:
            self.state.delay = round(seconds * 1000)
        return {}

    def finish(self) -> Result:
        """Do everything at once that waits in the background."""
        with self.state.lock:
            self.state.work(everything=True)
        return {}

    def vacuum_apps(self) -> Result:
        """Forget every registered program, as old hosts do with unused ones."""
        with self.state.lock:
            count = len(self.state.apps)
            self.state.apps.clear()
            if self.state.profile.software == MASTODON:
                self.state.hub.kill(self.state.hub.of(None))
        return {"count": count}

    def grant_only(self, scopes: list[str] | None = None) -> Result:
        """Let people grant only these scopes from now on; None grants all asked."""
        with self.state.lock:
            self.state.granted_only = None if scopes is None else tuple(scopes)
        return {}

    def token_life(self, seconds: float) -> Result:
        """Let new tokens of people end, and give refresh tokens, as Akkoma; 0 never."""
        with self.state.lock:
            self.state.token_life = round(seconds * 1000)
        return {}

    def limits(self, *, on: bool) -> Result:
        """Switch the rate limits."""
        with self.state.lock:
            self.state.limiter.on = on
        return {}

    def limit(self, name: str, count: int, seconds: float) -> Result:
        """Change one rate limit; all windows begin anew."""
        with self.state.lock:
            if name not in self.state.limiter.limits:
                raise KeyError(name)
            self.state.limiter.limits[name] = Limit(count, round(seconds * 1000))
            self.state.limiter.forget()
        return {}

    def retry_after(self, header: str) -> Result:
        """Let every 429 say so besides, as some proxies do; "" is Mastodon's silence."""
        with self.state.lock:
            self.state.limiter.retry_after = header
        return {}

    def advance(self, seconds: float) -> Result:
        """Put the host's clock forward, and do what is due in the background."""
        with self.state.lock:
            self.state.skew += round(seconds * 1000)
            self.state.work()
        return {}

    def person_elsewhere(self, name: str) -> Result:
        """Let `name@host` live where this host only finds out when it asks there."""
        with self.state.lock:
            self.state.elsewhere[name.lower()] = name
        return {}

    def spoil_uploads(self, *, on: bool = True) -> Result:
        """Let the host fail at files that are uploaded from now on."""
        with self.state.lock:
            self.state.uploads_fail = on
        return {}
