from __future__ import annotations

import pytest

from pipeline.forms.districts import district_names, find_districts, resolve_districts
from pipeline.models import Form, Reading


def form(department):
    return Form(1, 1, 1, {"department": Reading(department)}, {}, (), "", "万元", True, "t")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("北京市通州区经济和信息化局", {"110112"}),
        ("丰台区科学技术和信息化局", {"110106"}),
        ("北京市朝阳区数据局", {"110105"}),
        ("朝阳区数据局", {"110105", "220104"}),
        ("长春市朝阳区财政局", {"220104"}),
        ("湖北省黄石市住房和城乡建设局", {"420200"}),
        ("某某局", set()),
        ("密云县财政局", set()),
        ("益阳市南县财政局", {"430921"}),
        ("", set()),
    ],
)
def test_places_named_in_a_department(text, codes):
    assert find_districts(text) == codes


def test_the_other_forms_decide_between_places_of_one_name():
    first, second = resolve_districts([form("朝阳区数据局"), form("北京市朝阳区数据局")], "a.pdf")

    assert (first.district_code, second.district_code) == ("110105", "110105")


def test_the_publisher_that_a_file_was_fetched_from_decides_before_its_name():
    (told,) = resolve_districts([form("某局")], "丰台区-2024.pdf", "110112")
    (narrowed,) = resolve_districts([form("朝阳区数据局")], "a.pdf", "220104")
    (own,) = resolve_districts([form("北京市通州区经信局")], "a.pdf", "110106")

    assert [one.district_code for one in (told, narrowed, own)] == ["110112", "220104", "110112"]


def test_the_file_name_decides_last():
    (by_code,) = resolve_districts([form("朝阳区数据局")], "220104-自评表.pdf")
    (by_name,) = resolve_districts([form("某局")], "丰台区-2024.pdf")

    assert by_code.district == "朝阳区"
    assert by_code.district_code == "220104"
    assert by_name.district_code == "110106"


def test_nothing_is_guessed():
    (unknown,) = resolve_districts([form("朝阳区数据局")], "a.pdf")

    assert (unknown.district_code, unknown.district) == (None, "朝阳区")
    assert [issue.code for issue in unknown.issues] == ["district_unresolved"]


def test_codes_are_six_digits_and_unique():
    assert all(len(code) == 6 and code.isdigit() for code in district_names())
    assert len(district_names()) > 3000


def told(path="a.pdf", **fields):
    readings = {name: Reading(text) for name, text in fields.items()}
    (found,) = resolve_districts([Form(1, 1, 1, readings, {}, (), "", "万元", True, "t")], path)
    return found.district_code


def test_the_code_of_the_project_comes_first():
    assert told(project_code="51092324T000010263357", department="县司法局") == "510923"
    assert told(project_code="99999924T000010263357", department="大英县司法局") == "510923"


def test_the_title_and_the_unit_tell_where_the_department_does_not():
    assert told(department="", implementing_unit="天长市水利局") == "341181"
    assert told(department="县水利局", title="萧县项目支出绩效自评表", implementing_unit="张庄寨镇人民政府") == "341322"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("data/北京市/2024/a.pdf", "110105"),
        ("data/吉林省/长春市/a.pdf", "220104"),
        ("data/220100-长春市/2024/a.pdf", "220104"),
        ("北京市/a/b/c/d/a.pdf", None),
    ],
)
def test_a_name_that_two_places_bear_is_settled_by_what_lies_around_it(path, code):
    assert told(path, department="朝阳区数据局") == code
    assert told(department="朝阳区数据局", implementing_unit="长春市政务服务中心") == "220104"
