"""The model of `schemas/radicals.yml`: radical forms of ideographs and the ideographs themselves."""

from __future__ import annotations

from pydantic import model_validator

from pipeline.vocabulary import StrictData


class Radicals(StrictData):
    """Radical form → ideograph; both single characters."""

    radicals: dict[str, str]

    @model_validator(mode="after")
    def _single_characters(self) -> Radicals:
        if any(len(radical) != 1 or len(ideograph) != 1 for radical, ideograph in self.radicals.items()):
            raise ValueError("a radical and its ideograph are single characters")
        return self
