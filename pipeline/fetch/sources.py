"""SOURCES.yml: the listing pages of publishers, what to follow from them, and which links are documents.

Read strictly: an unknown key, a pattern that is no regular expression or a district that does not exist is refused with
the line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator

from pipeline.fetch.guard import host_of
from pipeline.forms.districts import district_names
from pipeline.vocabulary import StrictData, load_yaml_file

DOCUMENTS = (
    r"(?i)\.(pdf|ofd|doc[xm]?|wps|rtf|odt|xls[xmb]?|et|ods|csv|zip|mht(?:ml)?|jpe?g|png|tiff?|bmp|webp)(?:$|[?#])"
)
"""What a link to a document looks like where a source does not say: its address ends in the suffix of one."""

FORM_PAGE = re.compile(r"\.(?:s?html?)(?:$|[?#])", re.IGNORECASE)
FORM_NAME = re.compile(r"绩效(?:目标)?自评(?:情况)?表|绩效目标(?:申报)?表")
"""A web page is a document, not a page with links to some, where the text of the link to it names a form."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return text


def _address(text: str) -> str:
    if not re.match(r"https?://[^/\s]+", text):
        raise ValueError("not an address that begins with http:// or https://")
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]
Address = Annotated[str, AfterValidator(_address)]


class FetchSource(StrictData):
    """One publisher's listing. A link is followed, or taken, where one of the patterns occurs in its address.

    Where `take` is not given, that are addresses of documents, and web pages that a link's text calls a form.

    `text`: if given, one of these patterns must occur in the text of a link that is taken. `hosts`: further hosts on
    which documents may lie; those of the listings are known. `depth`: clicks from a listing to the page of a document.
    """

    name: str = Field(pattern=r"^[^/\\\x00-\x1f.][^/\\\x00-\x1f]*$", max_length=80)
    listings: tuple[Address, ...] = Field(min_length=1)
    follow: tuple[Pattern, ...] = ()
    take: tuple[Pattern, ...] = (DOCUMENTS,)
    text: tuple[Pattern, ...] = ()
    hosts: tuple[str, ...] = ()
    depth: int = Field(default=2, ge=0, le=10)
    max_pages: int = Field(default=200, ge=1, le=100_000)
    district: str | None = None
    publisher: str | None = None

    @field_validator("district")
    @classmethod
    def _known_district(cls, code: str | None) -> str | None:
        if code is not None and code not in district_names():
            raise ValueError("not a GB/T 2260 code of a district")
        return code

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Return the hosts that may be contacted for this source."""
        return frozenset({*(host_of(address) for address in self.listings), *(host.lower() for host in self.hosts)})

    def follows(self, address: str) -> bool:
        """Tell whether a link leads to a page that may hold documents."""
        return any(re.search(pattern, address) for pattern in self.follow)

    def takes(self, address: str, text: str) -> bool:
        """Tell whether a link is a document's."""
        wanted = any(re.search(pattern, address) for pattern in self.take) or self._is_form_page(address, text)
        return wanted and (not self.text or any(re.search(pattern, text) for pattern in self.text))

    def _is_form_page(self, address: str, text: str) -> bool:
        usual = self.take == (DOCUMENTS,) and not self.follows(address)
        return usual and bool(FORM_PAGE.search(address) and FORM_NAME.search(text))


class FetchPlan(StrictData):
    """All sources, and how to treat their servers.

    `delay`: seconds between two requests to one host. `attempts`: tries of one address. `retry_after`: seconds before
    the second try, doubled for each further one; `longest_wait`: what is waited at most, then the address is left for
    the next run. `timeout`: seconds without an answer. `max_seconds`, `max_bytes`: of one document. `contact`: who runs
    this, told to the servers. `private_hosts`: hosts of the own network whose addresses may be private.
    """

    sources: tuple[FetchSource, ...] = Field(min_length=1)
    delay: float = Field(default=2.0, ge=0)
    attempts: int = Field(default=4, ge=1, le=10)
    retry_after: float = Field(default=5.0, ge=0)
    longest_wait: float = Field(default=300.0, ge=0)
    timeout: float = Field(default=30.0, gt=0)
    max_seconds: float = Field(default=600.0, gt=0)
    max_bytes: int = Field(default=100 * 1024 * 1024, ge=1)
    contact: str = ""
    private_hosts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _distinct_names(self) -> FetchPlan:
        names = [source.name for source in self.sources]
        if len(set(names)) != len(names):
            raise ValueError("two sources have the same name")
        return self


def load_plan(path: Path) -> FetchPlan:
    """Read a SOURCES.yml.

    Raises:
        VocabularyError: it cannot be read, or an entry is refused; the message has the line.
    """
    return load_yaml_file(path, FetchPlan)
