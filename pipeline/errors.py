"""Everything that can go wrong, as one tree; each error has a stable `code`, an exit status and says what to do next.

    PipelineError               70  internal           an error of our own
    ├── ConfigurationError       2  configuration      wrong option, profile, vocabulary or output folder
    ├── MissingDependency        5  missing_dependency a program or model is not installed
    ├── AccessError              6  access             an input or the output cannot be read or written
    │   ├── DiskFull             6  disk_full          no space left; what was published is intact
    │   └── ClusterLost          6  cluster_lost       no scheduler or worker of the cluster is there (any more)
    ├── PublicationRefused       4  data_assertion     the new state broke a data assertion and was not published
    ├── RunLocked               75  locked             another run works on the same output
    ├── Interrupted        130/143  interrupted        Ctrl+C or SIGTERM; finished documents are kept
    └── DocumentError            3  document           one document cannot be read; recorded, the others still run
        ├── UnsupportedDocument     unsupported        not a format that can be read
        ├── NeedsLibreOffice        needs_libreoffice  for LibreOffice, which is not allowed or not there
        ├── EncryptedDocument       encrypted          a password is needed
        ├── CorruptDocument         corrupt            damaged or cut off
        ├── NoPages                 no_pages           opens, but has no page
        ├── EmptyFile               empty_file         0 bytes
        ├── TooLarge                too_large          passes a limit on pages, pixels or unpacked size
        ├── TimedOut                timeout            passed the time limit and was stopped
        ├── OutOfMemory             memory             passed the memory limit and was stopped
        ├── WorkerCrashed           crashed            took its worker process down
        ├── UnreadableFile          missing            gone or not readable since it was listed
        └── ReadingFailed           internal           the reader met something that it has no rule for

Errors survive pickling: they cross process boundaries. A `DocumentError` never ends a run; it becomes the `error_code`
and `error` of the file's row in `documents`.
"""

from __future__ import annotations

import errno
import signal
from typing import ClassVar

FORM_NOT_READ = "form_not_read"
"""The `error_code` of a document with pages that show a form to a person and gave no whole one."""


class PipelineError(Exception):
    """Base of all errors; the message is one line for a person and names what to do."""

    code: ClassVar[str] = "internal"
    exit_status: ClassVar[int] = 70

    @property
    def message(self) -> str:
        """Return the text for a person."""
        return str(self.args[0]) if self.args else self.code


class ConfigurationError(PipelineError):
    """A wrong option, profile, vocabulary or output folder."""

    code = "configuration"
    exit_status = 2


class MissingDependency(PipelineError):
    """A program or a model that the chosen settings need is not installed; the message says what to install."""

    code = "missing_dependency"
    exit_status = 5


class AccessError(PipelineError):
    """An input or the output cannot be read or written."""

    code = "access"
    exit_status = 6


class DiskFull(AccessError):
    """No space is left; nothing that was published has changed."""

    code = "disk_full"


class ClusterLost(AccessError):
    """The scheduler of the cluster, or its last worker, is not there or is gone; finished documents are kept."""

    code = "cluster_lost"


class PublicationRefused(PipelineError):
    """The new state broke a data assertion; readers keep the state before."""

    code = "data_assertion"
    exit_status = 4


class RunLocked(PipelineError):
    """Another run works on the same output; the message names it."""

    code = "locked"
    exit_status = 75


class Interrupted(PipelineError):
    """The run was asked to stop. Its argument is the signal's number."""

    code = "interrupted"

    @property
    def signal_number(self) -> int:
        """Return the signal that ended the run."""
        return int(self.args[0]) if self.args else int(signal.SIGINT)

    @property
    def message(self) -> str:
        """Return the text for a person."""
        name = signal.Signals(self.signal_number).name
        return f"stopped by {name}; finished documents are kept, run again to read the rest"

    @property
    def shell_status(self) -> int:
        """Return 128 plus the signal, as shells do: 130 for Ctrl+C, 143 for SIGTERM."""
        return 128 + self.signal_number


def extra_advice(extra: str, packages: str) -> str:
    """Say how to get what an extra brings: jixiao is in no package index, so a clone or the packages must give it."""
    in_clone, beside_wheel = f".venv/bin/pip install -e '.[{extra}]'", f"pip install {packages}"
    return f"run `{in_clone}` in the clone, or `{beside_wheel}` beside an installed wheel"


class DocumentError(PipelineError):
    """One document cannot be read; it is recorded in `documents` and the others still run."""

    code = "document"
    exit_status = 3
    retried: ClassVar[bool] = False
    """Whether a second attempt may end otherwise; what lies in the bytes themselves does not change."""


class UnsupportedDocument(DocumentError):
    """Not a format that can be read."""

    code = "unsupported"


class NeedsLibreOffice(DocumentError):
    """Only LibreOffice can read it, and it was not allowed, is not installed or cannot be confined."""

    code = "needs_libreoffice"


class EncryptedDocument(DocumentError):
    """A password is needed."""

    code = "encrypted"


class CorruptDocument(DocumentError):
    """Damaged or cut off."""

    code = "corrupt"


class NoPages(DocumentError):
    """Opens, but has no page."""

    code = "no_pages"


class EmptyFile(DocumentError):
    """The file has 0 bytes."""

    code = "empty_file"


class TooLarge(DocumentError):
    """Passes a limit on pages, pixels, nesting or unpacked size."""

    code = "too_large"


class TimedOut(DocumentError):
    """Passed the time limit; its worker was stopped."""

    code = "timeout"
    retried = True


class OutOfMemory(DocumentError):
    """Passed the memory limit; its worker was stopped."""

    code = "memory"
    retried = True


class WorkerCrashed(DocumentError):
    """Took its worker process down."""

    code = "crashed"
    retried = True


class UnreadableFile(DocumentError):
    """Gone, or not readable, since the folder was listed."""

    code = "missing"
    retried = True


class ReadingFailed(DocumentError):
    """The reader met something that it has no rule for: an error of our own that costs one document."""

    code = "internal"
    retried = True


def document_error(code: str, message: str) -> DocumentError:
    """Return the document error with this code, as a worker reports it; an unknown code is an error of our own."""
    kinds = {kind.code: kind for kind in DocumentError.__subclasses__()}
    return kinds.get(code, ReadingFailed)(message)


def access_error(error: OSError, what: str) -> AccessError:
    """Return the access error for an operating system's error; `what` names the folder or file and the action."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return DiskFull(
            f"{what}: no space left ({error.strerror}); free some and run again, what was published is intact"
        )
    return AccessError(f"{what}: {error.strerror or error}; check that it exists and who may use it")
