"use strict";
// Which forms are chosen, and in which order, by what the address says: shared by the list, its printed form, and the
// page of a form, which leads to the one before and the one after. `pick(query)` answers with places in the list.
window.SELECT = (() => {
  const { columns, forms, titles, profiles, words } = window.JIXIAO ?? { columns: [], forms: [], titles: {}, profiles: {}, words: {} };
  const at = Object.fromEntries(columns.map((name, place) => [name, place]));
  const get = (form, name) => form[at[name]];
  const UNKNOWN = "（未能判定）";
  const FACETS = [
    { name: "status", label: "性质", values: (form) => get(form, "findings").map((one) => one.split(":")[1]), show: (code) => words.status[code] ?? code, order: Object.keys(words.status ?? {}) },
    { name: "finding", label: "疑点", values: (form) => get(form, "findings").map((one) => one.split(":")[0]), show: (code) => titles[code] ?? code },
    { name: "severity", label: "程度", values: (form) => get(form, "findings").map((one) => one.split(":")[2]), show: (code) => words.severity[code] ?? code, order: Object.keys(words.severity ?? {}) },
    { name: "district", label: "区", values: (form) => [get(form, "district") || UNKNOWN] },
    { name: "department", label: "主管部门", values: (form) => [get(form, "department") || UNKNOWN] },
    { name: "year", label: "年度", values: (form) => [String(get(form, "year") ?? UNKNOWN)] },
    { name: "kind", label: "表的种类", values: (form) => [get(form, "kind")], show: (code) => words.kind[code] ?? code },
    { name: "profile", label: "评分规则", values: (form) => [get(form, "profile") || "（未评分）"], show: (name) => profiles[name] ?? name },
    { name: "copy", label: "重复", values: (form) => [get(form, "duplicate") ? "copy" : "own"], show: (value) => (value === "own" ? "每张表只列一次" : "与他表重复"), order: ["own", "copy"] },
    { name: "source", label: "来源", values: (form) => get(form, "sources"), show: (code) => words.source[code] ?? code },
  ];
  const TEXTS = new Set(["project", "district", "department", "place"]);
  const DETAILS = ["finding", "status", "severity"];
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "zh-CN"));

  function value(form, key) {
    const found = get(form, key);
    if (key === "expected") { const number = parseFloat(found); return Number.isNaN(number) ? null : number; }
    return found === "" ? null : found;
  }

  // A finding must be of the chosen kind, status and severity at once: 不符 of one kind is not 待判断 of it.
  function findingFits(form, query) {
    const wanted = DETAILS.map((name) => query.getAll(name));
    if (wanted.every((one) => !one.length)) return true;
    return get(form, "findings").some((one) => one.split(":").every((part, place) => !wanted[place].length || wanted[place].includes(part)));
  }

  function fits(form, place, query, without) {
    for (const facet of FACETS) {
      const chosen = query.getAll(facet.name);
      if (facet.name === without || DETAILS.includes(facet.name) || !chosen.length) continue;
      if (!facet.values(form).some((one) => chosen.includes(one))) return false;
    }
    const rest = without && DETAILS.includes(without) ? strip(query, without) : query;
    if (!findingFits(form, rest)) return false;
    const text = query.get("text"), score = get(form, "score");
    if (text && !(window.WORDS?.[place] ?? [get(form, "project"), get(form, "department"), get(form, "place")].join(" ").toLowerCase()).includes(text.toLowerCase())) return false;
    if (query.get("low") && !(score !== null && score >= Number(query.get("low")))) return false;
    return !(query.get("high") && !(score !== null && score <= Number(query.get("high"))));
  }

  function strip(query, name) {
    const rest = new URLSearchParams(query);
    rest.delete(name);
    return rest;
  }

  function order(query) {
    const sort = query.get("sort") || "-weight";
    return { key: sort.replace(/^-/, ""), down: sort.startsWith("-") };
  }

  function pick(query) {
    const { key, down } = order(query);
    const chosen = forms.map((_, place) => place).filter((place) => fits(forms[place], place, query));
    if (key === "weight" && down) return chosen;
    if (!(key in at)) return chosen;
    return chosen.sort((a, b) => {
      const [x, y] = [value(forms[a], key), value(forms[b], key)];
      if (x === null || y === null) return (x === null) - (y === null) || a - b;
      return compare(x, y) * (down ? -1 : 1) || a - b;
    });
  }

  function count(facet, query) {
    const counts = new Map();
    forms.forEach((form, place) => {
      if (!fits(form, place, query, facet.name)) return;
      const details = DETAILS.includes(facet.name) ? detailValues(form, facet, query) : facet.values(form);
      for (const one of new Set(details)) counts.set(one, (counts.get(one) ?? 0) + 1);
    });
    for (const one of query.getAll(facet.name)) if (!counts.has(one)) counts.set(one, 0);
    const known = facet.order;
    if (known) return [...counts].sort((a, b) => known.indexOf(a[0]) - known.indexOf(b[0]));
    return [...counts].sort((a, b) => (facet.name === "year" ? compare(b[0], a[0]) : b[1] - a[1] || compare(a[0], b[0])));
  }

  function detailValues(form, facet, query) {
    const mine = DETAILS.indexOf(facet.name);
    return get(form, "findings").map((one) => one.split(":")).filter((parts) => DETAILS.every((name, place) => place === mine || !query.getAll(name).length || query.getAll(name).includes(parts[place]))).map((parts) => parts[mine]);
  }

  const load = (file) => new Promise((done) => {
    const script = document.createElement("script");
    script.src = file;
    script.onload = script.onerror = () => done();
    document.head.append(script);
  });

  const money = (amount) => amount === null ? "—" : (amount / 10000).toLocaleString("zh-CN", { maximumFractionDigits: 2 }) + " 万元";
  return { forms, titles, get, FACETS, TEXTS, pick, count, order, load, money };
})();
