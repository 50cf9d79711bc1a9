"use strict";
// The findings of all chosen forms as a list to be printed and written on.
(() => {
  const { forms, get, pick, load, money } = window.SELECT;
  const query = new URLSearchParams(location.hash.slice(1));
  const make = (tag, text, className) => Object.assign(document.createElement(tag), { textContent: text ?? "", className: className ?? "" });

  function list(place) {
    const form = forms[place], found = window.FINDINGS[place];
    const table = make("table", "", "doubts"), caption = make("caption"), head = make("thead"), body = make("tbody");
    const link = make("a", get(form, "project"));
    link.href = "forms/" + encodeURIComponent(get(form, "id")) + ".html";
    caption.append(link, make("small", [get(form, "department"), get(form, "place"), "执行数 " + money(get(form, "executed")), "总分 " + (get(form, "score") ?? "—")].filter(Boolean).join(" · ")));
    const heads = make("tr");
    for (const [text, className] of [["疑点", ""], ["页", "no"], ["金额", "money"], ["应为", "money"], ["核实情况", "write"], ["单位说明", "write"]]) { const th = make("th", text, className); th.scope = "col"; heads.append(th); }
    head.append(heads);
    body.append(...found.map(([title, statusName, message, number, expected, amount, page, where]) => {
      const line = make("tr"), what = make("td");
      what.append(make("strong", title), make("span", "（" + statusName + (where ? "，" + where : "") + "）"), make("p", (number > 1 ? "如：" : "") + message));
      line.append(what, make("td", page ?? "", "no"), make("td", amount), make("td", expected), make("td"), make("td"));
      return line;
    }));
    table.append(caption, head, body);
    return table;
  }

  async function draw() {
    if (query.get("text")) await load("words.js");
    const chosen = pick(query).filter((place) => window.FINDINGS[place].length);
    const findings = chosen.reduce((sum, place) => sum + window.FINDINGS[place].length, 0);
    document.getElementById("about").textContent = chosen.length + " 张表，" + findings + " 类疑点（不含提示）。";
    document.getElementById("back").href = "forms.html#" + query;
    document.getElementById("lists").replaceChildren(...chosen.map(list));
    document.documentElement.dataset.drawn = "yes";
  }

  document.getElementById("print").addEventListener("click", () => window.print());
  draw();
})();
