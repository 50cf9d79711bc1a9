"""`jixiao templates`: the list, and a file whose words are not all known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import PipelineError
from pipeline.labels.templates import Template

FORM = """<p>某省项目支出绩效自评表</p><p>（2023年度）</p><table border="1">
<tr><td>项目名称</td><td colspan="7">某项目</td></tr>
<tr><td>主管部门</td><td colspan="3">南县水利局</td><td>实施单位</td><td colspan="3">某中心</td></tr>
<tr><td rowspan="3">项目资金（万元）</td><td></td><td>年初预算数</td><td>全年预算数</td><td>全年执行数</td><td>分值</td>
<td>执行率</td><td>得分</td></tr>
<tr><td>年度资金总额</td><td>10</td><td>10</td><td>9</td><td>10</td><td>90%</td><td>9</td></tr>
<tr><td>彩票公益金</td><td>10</td><td>10</td><td>9</td><td></td><td></td><td></td></tr>
<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>年度指标值</td><td>审议意见</td><td>实际完成值</td><td>分值</td>
<td>得分</td></tr>
<tr><td>产出指标</td><td>数量指标</td><td>培训场次</td><td>≥3场</td><td>同意</td><td>3场</td><td>90</td><td>90</td></tr>
<tr><td colspan="6">总分</td><td>100</td><td>99</td></tr></table>"""


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["templates", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_known_templates_are_listed() -> None:
    assert "四川省部门预算项目支出绩效自评表" in run()
    assert {"national", "yunnan"} <= {one["name"] for one in json.loads(run("--json"))}


def test_what_is_not_understood_is_named_and_the_stub_has_it(tmp_path: Path) -> None:
    (tmp_path / "form.html").write_text(FORM, encoding="utf-8")
    (found,) = json.loads(run("check", str(tmp_path / "form.html"), "--json"))

    assert found["unknown"] == ["审议意见", "彩票公益金"]
    stub = yaml.safe_load(found["stub"])
    assert Template.model_validate(stub).words == {
        "indicators": {"FIELD_1": ("审议意见",)},
        "fund_rows": {"FIELD_2": ("彩票公益金",)},
    }
    assert "审议意见" in stub["prints"]["indicators"]
    assert "not understood: 审议意见" in run("check", str(tmp_path / "form.html"))


@pytest.mark.parametrize(("arguments", "status"), [(("check",), 2), (("check", "nowhere.pdf"), 6)])
def test_wrong_usage_and_a_file_that_is_not_there(arguments: tuple[str, ...], status: int) -> None:
    error = CliRunner().invoke(app, ["templates", *arguments]).exception
    assert isinstance(error, PipelineError)
    assert error.exit_status == status
