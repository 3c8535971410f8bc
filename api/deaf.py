"""Imported first by what the web process starts: a SIGTERM that a whole group of processes gets is for the web process alone.

It lets what runs come to its end, and then ends them itself: it kills them, or the channel closes that tells them what to do.
"""

from __future__ import annotations

import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
