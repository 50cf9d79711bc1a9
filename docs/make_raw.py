"""Draw the two invented samples of `data/raw`: a departmental form of Sichuan, and a transfer payment without points.

`python docs/make_raw.py [FOLDER]` writes a Word file and a PDF; nothing in them is about a real project. The other
documents of `data/raw` are typeset from published forms.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

Row = Sequence[tuple[str, int] | tuple[str, int, int]]
"""The cells of a row: text, columns, and rows where there are several."""

DEPARTMENTAL = "510923-大英县-2023-部门预算项目支出绩效自评表-示例.docx"
TRANSFER = "341525-霍山县-2023-转移支付绩效自评表-示例.pdf"

SICHUAN: tuple[Row, ...] = (
    (("项目名称", 3), ("51092323T000010000088-司法所办公设备更新项目", 8)),
    (("主管部门", 3), ("大英县司法局部门", 3), ("实施单位（盖章）", 2), ("大英县司法局", 3)),
    (("项目基本情况", 1, 3), ("1.项目年度目标完成情况", 2, 2), ("项目年度目标", 4), ("年度目标完成情况", 4)),
    (("更新六个司法所的办公设备。", 4), ("六个司法所的设备均已更新并投入使用。", 4)),
    (("2.项目实施内容及过程概述", 2), ("5月完成采购，9月底前完成安装。", 8)),
    (("预算执行情况（10分）", 1, 6), ("年度预算数（万元）", 2), ("年初预算", 1), ("调整后预算数", 1), ("预算执行数", 1),
     ("预算执行率", 1), ("权重", 1), ("得分", 1), ("原因", 2)),
    (("总额", 2), ("18.00", 1), ("18.00", 1), ("17.10", 1), ("95.00%", 1), ("10", 1), ("9.5", 1), ("", 2, 5)),
    (("其中：财政资金", 2), ("15.00", 1), ("15.00", 1), ("14.10", 1), ("94.00%", 1), ("/", 1), ("/", 1)),
    (("财政专户管理资金", 2), ("0.00", 1), ("0.00", 1), ("0.00", 1), ("", 1), ("/", 1), ("/", 1)),
    (("单位资金", 2), ("3.00", 1), ("3.00", 1), ("3.00", 1), ("100.00%", 1), ("/", 1), ("/", 1)),
    (("其他资金", 2), ("", 1), ("", 1), ("", 1), ("", 1), ("/", 1), ("/", 1)),
    (("绩效指标（90分）", 1, 5), *((head, 1) for head in ("一级指标", "二级指标", "三级指标", "指标性质", "指标值",
     "度量单位", "完成值", "权重", "得分", "未完成原因分析"))),
    (("产出指标", 1, 2), *((text, 1) for text in ("数量指标", "更新的司法所", "＝", "6", "个", "6", "40", "40", ""))),
    tuple((text, 1) for text in ("质量指标", "设备验收合格率", "≥", "98", "%", "100", "20", "20", "")),
    tuple((text, 1) for text in ("效益指标", "社会效益指标", "服务群众", "≥", "3000", "人次", "3260", "20", "20", "")),
    tuple((text, 1) for text in ("满意度指标", "满意度指标", "来访群众满意度", "≥", "95", "%", "96", "10", "10", "")),
    (("合计", 8), ("100", 1), ("99.5", 1), ("", 1)),
    (("评价结论", 1), ("按要求完成采购和安装，自评99.5分。", 10)),
    (("存在问题", 1), ("无", 10)),
    (("改进措施", 1), ("无", 10)),
)  # fmt: skip

NATIONAL: tuple[Row, ...] = (
    (("转移支付（项目）名称", 2), ("农田水利设施管护补助资金", 6)),
    (("中央主管部门", 2), ("水利部", 6)),
    (("地方主管部门", 2), ("霍山县水利局", 2), ("资金使用单位", 2), ("霍山县农村供水站", 2)),
    (("资金情况（万元）", 1, 4), ("", 2), ("全年预算数（A）", 2), ("全年执行数（B）", 2), ("执行率（B/A）", 1)),
    (("年度资金总额", 2), ("120", 2), ("114", 2), ("95%", 1)),
    (("其中：中央财政资金", 2), ("80", 2), ("80", 2), ("100%", 1)),
    (("地方资金", 2), ("40", 2), ("34", 2), ("85%", 1)),
    (("年度总体目标", 1, 2), ("总体目标", 4), ("全年实际完成情况", 3)),
    (("管护小型水利设施，保障灌溉。", 4), ("全年管护设施86处，灌溉得到保障。", 3)),
    (("绩效指标", 1, 4), ("一级指标", 1), ("二级指标", 1), ("三级指标", 2), ("年度指标值", 1), ("全年完成值", 1),
     ("未完成原因和改进措施", 1)),
    (("产出指标", 1), ("数量指标", 1), ("管护设施数量", 2), ("≥80处", 1), ("86处", 1), ("", 1)),
    (("效益指标", 1), ("社会效益指标", 1), ("受益村数量", 2), ("≥20个", 1), ("18个", 1), ("两村改由灌区直供", 1)),
    (("满意度指标", 1), ("服务对象满意度指标", 1), ("受益群众满意度", 2), ("≥90%", 1), ("93%", 1), ("", 1)),
)  # fmt: skip


def place(rows: Sequence[Row]) -> list[tuple[int, int, int, int, str]]:
    """Return row, column, rows, columns and text of every cell; cells from above are stepped over."""
    taken: set[tuple[int, int]] = set()
    cells = []
    for at, row in enumerate(rows):
        col = 0
        for text, span, *height in row:
            while (at, col) in taken:
                col += 1
            tall = height[0] if height else 1
            taken |= {(at + r, col + c) for r in range(tall) for c in range(span)}
            cells.append((at, col, tall, span, text))
            col += span
    return cells


def write_word(path: Path) -> None:
    """Write the departmental form."""
    from docx import Document

    document = Document()
    document.core_properties.created = document.core_properties.modified = datetime(2024, 3, 1, tzinfo=UTC)
    for line in ("部门预算项目支出绩效自评表（2023年度）", "（示例，内容虚构）"):
        document.add_paragraph(line)
    table = document.add_table(rows=len(SICHUAN), cols=11, style="Table Grid")
    for row, col, tall, span, text in place(SICHUAN):
        table.cell(row, col).merge(table.cell(row + tall - 1, col + span - 1)).text = text
    document.save(str(path))


def write_pdf(path: Path) -> None:
    """Write the transfer payment's form on a landscape page."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    width, height, left, step, pitch = 842.0, 595.0, 41.0, 95.0, 30.0
    canvas = Canvas(str(path), pagesize=(width, height), invariant=1)
    canvas.setTitle("转移支付绩效自评表")
    canvas.setFont("STSong-Light", 14)
    canvas.drawCentredString(width / 2, height - 40, "中央对地方转移支付绩效自评表")
    canvas.setFont("STSong-Light", 10)
    canvas.drawCentredString(width / 2, height - 58, "（2023年度）")
    for row, col, tall, span, text in place(NATIONAL):
        x, y = left + col * step, height - 75 - (row + tall) * pitch
        canvas.rect(x, y, span * step, tall * pitch)
        if text:
            canvas.drawCentredString(x + span * step / 2, y + tall * pitch / 2 - 4, text)
    canvas.drawString(left, height - 95 - len(NATIONAL) * pitch, "示例，内容虚构。")
    canvas.save()


def main(folder: Path) -> None:
    """Write both samples into a folder."""
    write_word(folder / DEPARTMENTAL)
    write_pdf(folder / TRANSFER)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("data/raw"))
