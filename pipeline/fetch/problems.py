"""What can go wrong with one address; it costs that address, or its source, and never the others."""

from __future__ import annotations


class FetchProblem(Exception):
    """An address that could not be had. `code` is stable; `retried` says whether trying again may help.

    Codes: `foreign_host`, `private_address`, `robots`, `gone`, `refused`, `http_status`, `server`, `timeout`,
    `connection`, `truncated`, `redirects`, `too_large`, `wrong_type`, `empty`, `nothing_found`. `wait` is the number of
    seconds that the server asks to be left alone.
    """

    def __init__(self, code: str, message: str, *, retried: bool = False, wait: float = 0.0) -> None:
        super().__init__(message)
        self.code, self.message, self.retried, self.wait = code, message, retried, wait
