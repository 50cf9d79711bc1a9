"use strict";
// The list of forms: filtered, sorted, a page at a time; what is chosen stands in the address, so that it can be sent on.
(() => {
  const ID = 0, DISTRICT = 1, DEPARTMENT = 2, YEAR = 3, SCORE = 5, FINDINGS = 6, COMPLETE = 8, SOURCE = 9;
  const COLUMNS = [4, DISTRICT, DEPARTMENT, YEAR, SCORE, FINDINGS, 7, SOURCE];
  const SIZE = 100;
  const field = (id) => document.getElementById(id);
  const FILTERS = ["text", "district", "department", "year", "finding", "status", "low", "high"];
  const words = new Map(window.FORMS.map((form) => [form, [form[4], form[DISTRICT], form[DEPARTMENT], form[SOURCE]].join("\n").toLowerCase()]));
  let order = { key: DISTRICT, down: false }, start = 0;

  function fill(id, key) {
    const found = [...new Set(window.FORMS.map((form) => form[key]).filter((value) => value !== null && value !== ""))];
    for (const value of found.sort(compare)) field(id).append(new Option(String(value), String(value)));
  }

  function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "zh-CN");
  }

  function fits(form) {
    const chosen = Object.fromEntries(FILTERS.map((id) => [id, field(id).value.trim()]));
    const findings = form[FINDINGS].map((one) => one.split(":"));
    return (!chosen.text || words.get(form).includes(chosen.text.toLowerCase()))
      && (!chosen.district || form[DISTRICT] === chosen.district)
      && (!chosen.department || form[DEPARTMENT] === chosen.department)
      && (!chosen.year || String(form[YEAR]) === chosen.year)
      && (!(chosen.finding || chosen.status) || findings.some(([code, status]) => (!chosen.finding || code === chosen.finding) && (!chosen.status || status === chosen.status)))
      && (!chosen.low || (form[SCORE] !== null && form[SCORE] >= Number(chosen.low)))
      && (!chosen.high || (form[SCORE] !== null && form[SCORE] <= Number(chosen.high)));
  }

  const rank = (form) => (order.key === FINDINGS ? form[FINDINGS].length : form[order.key]);

  function sorted(forms) {
    return forms.sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return compare(x, y) * (order.down ? -1 : 1) || compare(a[SOURCE], b[SOURCE]);
    });
  }

  function cell(form, key) {
    const td = document.createElement("td");
    if (key === 4) {
      const link = document.createElement("a");
      link.href = "forms/" + encodeURIComponent(form[ID]) + ".html";
      link.textContent = form[key] + (form[COMPLETE] ? "" : "（不完整）");
      td.append(link);
    } else {
      const value = key === FINDINGS ? form[FINDINGS].length : form[key];
      td.textContent = value === null ? "—" : String(value);
      if (typeof value === "number") td.className = "num";
    }
    return td;
  }

  function draw() {
    const forms = sorted(window.FORMS.filter(fits));
    start = Math.max(0, Math.min(start, Math.floor((forms.length - 1) / SIZE) * SIZE));
    const shown = forms.slice(start, start + SIZE);
    document.querySelector("#list tbody").replaceChildren(...shown.map((form) => {
      const row = document.createElement("tr");
      row.append(...COLUMNS.map((key) => cell(form, key)));
      return row;
    }));
    field("count").textContent = "共 " + window.FORMS.length + " 张，符合条件的 " + forms.length + " 张";
    field("where").textContent = forms.length ? "第 " + (start + 1) + "—" + (start + shown.length) + " 张" : "没有符合条件的表";
    field("before").disabled = start === 0;
    field("after").disabled = start + SIZE >= forms.length;
    document.querySelectorAll("#list th").forEach((head) => {
      const key = Number(head.firstElementChild.dataset.key);
      if (key === order.key) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function remember() {
    const chosen = new URLSearchParams(FILTERS.map((id) => [id, field(id).value]).filter(([, value]) => value));
    if (order.key !== DISTRICT || order.down) chosen.set("sort", (order.down ? "-" : "") + order.key);
    history.replaceState(null, "", "#" + chosen);
  }

  function recall() {
    const chosen = new URLSearchParams(location.hash.slice(1));
    for (const id of FILTERS) field(id).value = chosen.get(id) ?? "";
    const sort = chosen.get("sort");
    if (sort) order = { key: Math.abs(Number(sort)), down: sort.startsWith("-") };
  }

  function change() { start = 0; draw(); remember(); }

  fill("district", DISTRICT);
  fill("department", DEPARTMENT);
  fill("year", YEAR);
  recall();
  draw();
  window.addEventListener("hashchange", () => { recall(); start = 0; draw(); });
  for (const kind of ["input", "change"]) field("filters").addEventListener(kind, change);
  field("filters").addEventListener("submit", (event) => event.preventDefault());
  field("filters").addEventListener("reset", () => setTimeout(change));
  field("before").addEventListener("click", () => { start -= SIZE; draw(); });
  field("after").addEventListener("click", () => { start += SIZE; draw(); });
  document.querySelectorAll("#list th button").forEach((button) => button.addEventListener("click", () => {
    const key = Number(button.dataset.key);
    order = { key, down: order.key === key && !order.down };
    change();
  }));
})();
