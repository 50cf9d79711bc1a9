"""Write the sample dataset in `docs/sample`: what a run makes of the documents in `data/raw`, with its data package.

`python -m docs.make_sample` reads the documents anew; the time of reading is fixed, so that the same code
gives the same bytes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pipeline.run import run
from pipeline.settings import RunOptions
from pipeline.storage.load import published_root
from pipeline.storage.manifest import MANIFEST

SAMPLE = Path("docs/sample")

READ_ON = "1767225600"
"""Seconds since 1970 that stand for the time of reading: 2026-01-01."""


def main() -> None:
    """Write the folder anew."""
    os.environ["SOURCE_DATE_EPOCH"] = READ_ON
    with tempfile.TemporaryDirectory() as folder:
        run([Path("data/raw")], RunOptions(Path(folder)))
        shutil.rmtree(SAMPLE, ignore_errors=True)
        shutil.copytree(published_root(Path(folder)), SAMPLE, ignore=shutil.ignore_patterns(MANIFEST))
    (SAMPLE / "README.md").write_text(ABOUT, encoding="utf-8")


ABOUT = """# Sample dataset

What `jixiao run data/raw` makes of the six documents in `data/raw`: ten forms of three districts of Beijing, two of
the documents scanned, and two invented ones, a departmental form of Sichuan and a transfer payment without points.
`datapackage.json` describes tables, columns and keys (Data Package 2). Written by `python -m docs.make_sample`.

```text
import pipeline

forms = pipeline.load("forms", out="docs/sample")
findings = pipeline.load("findings", out="docs/sample", status="violation")
```

`data/raw` 中六份文件读出的结果：北京三个区的十张自评表，其中两份是扫描件；
另有两份虚构的示例，四川部门预算项目表和不印分值的转移支付表。
各表、各列和键的说明在 `datapackage.json`。
"""


if __name__ == "__main__":
    main()
