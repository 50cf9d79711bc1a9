"use strict";
// The list of forms: filtered, sorted, a page at a time. What is chosen stands in the address, so that it can be sent on
// and is still there when one comes back.
(() => {
  const { forms, get, FACETS, TEXTS, pick, count, order, load, money } = window.SELECT;
  const COLUMNS = ["project", "district", "department", "year", "violations", "potential", "executed", "score", "expected", "doubted", "weight"];
  const HEADS = [...document.querySelectorAll("#list th")].map((head) => head.textContent.trim());
  const SIZE = 100, FEW = 6;
  const field = (id) => document.getElementById(id);
  const FIELDS = ["text", "low", "high"];
  let query = new URLSearchParams(), start = 0, searching = 0;

  function cell(form, key, place) {
    const td = document.createElement("td");
    td.dataset.label = HEADS[COLUMNS.indexOf(key)];
    if (key === "project") {
      const link = document.createElement("a");
      const from = new URLSearchParams(query);
      from.delete("at");
      link.href = "forms/" + encodeURIComponent(get(form, "id")) + ".html#from=" + encodeURIComponent(from);
      link.textContent = get(form, key) + (get(form, "complete") ? "" : "（不完整）") + (get(form, "duplicate") ? "（重复）" : "");
      link.addEventListener("click", () => remember(get(form, "id")));
      const where = document.createElement("small");
      where.textContent = get(form, "place");
      td.className = "project";
      td.append(link, where);
      return td;
    }
    const value = get(form, key);
    td.textContent = key === "executed" ? money(value) : value === null || value === "" ? "—" : String(value);
    if (!TEXTS.has(key)) td.className = "num" + (key === "violations" && value ? " bad" : "");
    if (key === "district") td.className = "place";
    if (key === "department") td.className = "department";
    return td;
  }

  function draw() {
    const chosen = pick(query);
    start = Math.max(0, Math.min(start, Math.floor((chosen.length - 1) / SIZE) * SIZE));
    const shown = chosen.slice(start, start + SIZE);
    document.querySelector("#list tbody").replaceChildren(...shown.map((place) => {
      const row = document.createElement("tr");
      row.id = "form-" + get(forms[place], "id");
      row.append(...COLUMNS.map((key) => cell(forms[place], key, place)));
      return row;
    }));
    field("count").textContent = "共 " + forms.length + " 张，符合条件的 " + chosen.length + " 张";
    field("where").textContent = chosen.length ? "第 " + (start + 1) + "—" + (start + shown.length) + " 张" : "没有符合条件的表";
    field("before").disabled = start === 0;
    field("after").disabled = start + SIZE >= chosen.length;
    field("checklist").href = "checklist.html#" + query;
    const { key, down } = order(query);
    document.querySelectorAll("#list th").forEach((head) => {
      if (head.firstElementChild.dataset.key === key) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    drawFacets();
  }

  function drawFacets() {
    const open = new Set([...field("facets").querySelectorAll("details[open]")].map((one) => one.dataset.name));
    const focus = document.activeElement?.dataset?.choice;
    field("facets").replaceChildren(...FACETS.map((facet) => facetBox(facet, open)));
    if (focus) field("facets").querySelector(`[data-choice="${CSS.escape(focus)}"]`)?.focus();
  }

  function facetBox(facet, open) {
    const box = document.createElement("fieldset"), legend = document.createElement("legend");
    legend.textContent = facet.label;
    const rows = count(facet, query), chosen = query.getAll(facet.name);
    const first = rows.filter(([value], place) => place < FEW || chosen.includes(value));
    box.append(legend, ...first.map((row) => choice(facet, row, chosen)));
    const rest = rows.filter((row) => !first.includes(row));
    if (rest.length) {
      const more = document.createElement("details"), summary = document.createElement("summary");
      summary.textContent = "另有 " + rest.length + " 种";
      more.dataset.name = facet.name;
      more.open = open.has(facet.name);
      more.append(summary, ...rest.map((row) => choice(facet, row, chosen)));
      box.append(more);
    }
    return box;
  }

  function choice(facet, [value, number], chosen) {
    const label = document.createElement("label"), input = document.createElement("input"), name = document.createElement("span"), counter = document.createElement("span");
    Object.assign(input, { type: "checkbox", checked: chosen.includes(value) });
    input.dataset.choice = facet.name + "=" + value;
    input.addEventListener("change", () => choose(facet.name, value, input.checked));
    name.textContent = facet.show ? facet.show(value) : value;
    counter.textContent = number;
    counter.className = "counter";
    label.append(input, name, counter);
    return label;
  }

  function choose(name, value, on) {
    const kept = query.getAll(name).filter((one) => one !== value);
    query.delete(name);
    for (const one of on ? [...kept, value] : kept) query.append(name, one);
    change();
  }

  function remember(id) {
    const said = new URLSearchParams(query);
    if (start) said.set("start", start);
    if (id) said.set("at", id);
    history.replaceState(null, "", "#" + said);
  }

  async function recall() {
    query = new URLSearchParams(location.hash.slice(1));
    const at = query.get("at");
    start = Number(query.get("start")) || 0;
    for (const name of ["start", "at"]) query.delete(name);
    for (const id of FIELDS) field(id).value = query.get(id) ?? "";
    if (query.get("text")) await words();
    draw();
    const row = at && field("form-" + at);
    if (row) {
      row.classList.add("here");
      row.scrollIntoView({ block: "center" });
      row.querySelector("a").focus({ preventScroll: true });
    }
  }

  const words = () => (window.WORDS ? Promise.resolve() : load("words.js"));

  function change() { start = 0; draw(); remember(); }

  async function typed() {
    const turn = ++searching;
    for (const id of FIELDS) { const text = field(id).value.trim(); if (text) query.set(id, text); else query.delete(id); }
    if (query.get("text")) await words();
    if (turn === searching) change();
  }

  if (matchMedia("(max-width: 900px)").matches) field("more").open = false;
  recall();
  window.addEventListener("hashchange", recall);
  for (const id of FIELDS) for (const kind of ["input", "change"]) field(id).addEventListener(kind, typed);
  field("filters").addEventListener("submit", (event) => event.preventDefault());
  field("filters").addEventListener("reset", () => setTimeout(() => { query = new URLSearchParams(); change(); }));
  field("before").addEventListener("click", () => { start -= SIZE; draw(); remember(); });
  field("after").addEventListener("click", () => { start += SIZE; draw(); remember(); });
  document.querySelectorAll("#list th button").forEach((button) => button.addEventListener("click", () => {
    const key = button.dataset.key, now = order(query);
    query.set("sort", (now.key === key ? !now.down : !TEXTS.has(key)) ? "-" + key : key);
    change();
  }));
})();
