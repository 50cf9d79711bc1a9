"""Thirty divisions, several places of one name among them: each gets its own province's rules, or the national ones."""

from __future__ import annotations

import pytest

from pipeline.forms.districts import resolve_districts
from pipeline.models import Form, Reading
from pipeline.scoring import choose_profile

DIVISIONS = [
    ("北京市通州区经济和信息化局", "110112", "beijing-2024"),
    ("北京市朝阳区数据局", "110105", "beijing-2024"),
    ("北京市密云区财政局", "110118", "beijing-2024"),
    ("北京市大兴区水务局", "110115", "beijing-2024"),
    ("长春市朝阳区教育局", "220104", "national"),
    ("江苏省南通市通州区水利局", "320612", "national"),
    ("辽宁省朝阳市民政局", "211300", "national"),
    ("辽宁省朝阳县农业农村局", "211321", "national"),
    ("哈尔滨市道外区城管局", "230104", "national"),
    ("天津市河东区卫生健康委员会", "120102", "national"),
    ("石家庄市桥西区民政局", "130104", "national"),
    ("张家口市桥西区民政局", "130703", "national"),
    ("大同市云冈区教育局", "140214", "national"),
    ("呼和浩特市新城区司法局", "150102", "national"),
    ("西安市新城区司法局", "610102", "national"),
    ("上海市普陀区文化和旅游局", "310107", "shanghai"),
    ("舟山市普陀区文化和旅游局", "330903", "national"),
    ("南京市鼓楼区财政局", "320106", "national"),
    ("福州市鼓楼区财政局", "350102", "national"),
    ("安徽省霍山县水利局", "341525", "anhui"),
    ("池州市贵池区农业农村局", "341702", "anhui"),
    ("南昌市西湖区住房和城乡建设局", "360103", "national"),
    ("杭州市西湖区住房和城乡建设局", "330106", "national"),
    ("济南市历城区教育和体育局", "370112", "national"),
    ("湖北省武汉市江汉区水务和湖泊局", "420103", "hubei"),
    ("湖北省黄石市住房和城乡建设局", "420200", "hubei"),
    ("益阳市南县财政局", "430921", "hunan"),
    ("深圳市南山区科技创新局", "440305", "national"),
    ("鹤岗市南山区民政局", "230404", "national"),
    ("重庆市大足区人力资源和社会保障局", "500111", "chongqing"),
    ("四川省大英县司法局", "510923", "sichuan"),
    ("云南省永德县水务局", "530923", "national"),
    ("宁夏回族自治区永宁县教育局", "640121", "national"),
    ("新疆维吾尔自治区阜康市司法局", "652302", "national"),
]


@pytest.mark.parametrize(("department", "code", "profile"), DIVISIONS)
def test_a_division_gets_its_own_rules_or_the_national_ones(department: str, code: str, profile: str) -> None:
    form = Form(1, 1, 1, {"department": Reading(department)}, {}, (), "", "万元", True, "t")
    (placed,) = resolve_districts([form], "form.pdf")
    assert placed.district_code == code
    assert choose_profile(None, placed.district_code)[0].name == profile
