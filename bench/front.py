"""The front out of `deploy/nginx/nginx.conf` itself: only what belongs to Docker and to TLS is another here."""

import re
import subprocess
from collections.abc import Callable, Sequence

from bench import site

CONFIGURATION = site.ROOT / "deploy" / "nginx" / "nginx.conf"

type Start = Callable[..., subprocess.Popen[bytes]]


def configuration(text: str, *, port: int, spare: int, webs: Sequence[str], folder: str) -> str:
    """As it stands there, without TLS, on loopback, in front of these web processes."""
    changes = [
        (r"user nginx;", "user root; daemon off;"),
        (r"pid [^;]+;", f"pid {folder}/nginx.pid;"),
        (r"access_log /dev/stdout", f"access_log {folder}/front.log"),
        (r"\n\s*(?:resolver|ssl_\w+|http2) [^;]+;", ""),
        (r"server web:8000 resolve( [^;]+)?;", "".join(f"server {web}\\1;" for web in webs)),
        (r"listen 80 [^;]+;", f"listen 127.0.0.1:{spare};"),
        (r"listen 443 [^;]+;", f"listen 127.0.0.1:{port};"),
        (r"\$scheme", "https"),
        (r"/var/cache/nginx", f"{folder}/front"),
    ]
    for pattern, new in changes:
        text = re.sub(pattern, new, text)
    return text


def started(app: site.Target, start: Start) -> site.Target | None:
    """The front before `app`; None, with a line about it, where this nginx does not know what is written there."""
    target, folder = site.Target("front", site.free_port(), has=site.is_read_by_visitors), site.var()
    (folder / "front").mkdir(exist_ok=True)
    path = folder / "nginx.conf"
    webs = [f"127.0.0.1:{app.port}"]
    text = configuration(
        CONFIGURATION.read_text(), port=target.port, spare=site.free_port(), webs=webs, folder=str(folder)
    )
    path.write_text(text)
    checked = subprocess.run(["nginx", "-t", "-q", "-c", str(path)], capture_output=True, text=True, check=False)
    if checked.returncode:
        print(f"No rows through the front: {checked.stderr.strip()}")
        return None
    target.process = start(["nginx", "-c", str(path)])
    return target
