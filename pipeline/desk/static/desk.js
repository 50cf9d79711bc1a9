"use strict";
/* The page of the review desk. Whatever comes from a document is set as text, never as markup. */

const at = (id) => document.getElementById(id);
const PLACES = { district: "全部各区", file: "全部文件", form: "全部表" };
const state = { tab: "open", group: "", district: "", file: "", form: "", words: "", fields: [], key: "", field: null, done: [], zoom: 1, busy: false, turn: 0 };
const ACTIONS = { accept: "识别无误", correct: "更正为", unreadable: "无法辨认", absent: "未印此栏", undo: "撤销" };

async function ask(path, body) {
  const options = body ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {};
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("复核台已停止，决定没有保存；请重新启动 jixiao review。");
  }
  const text = await answer.text();
  let facts;
  try { facts = JSON.parse(text); } catch { facts = { problem: text || "出错了" }; }
  if (!answer.ok) throw Object.assign(new Error(facts.problem || "出错了"), { status: answer.status, facts });
  return facts;
}

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

const shown = (text) => (text === null ? "（无）" : text.trim() ? text : "（空白）");
const query = (facts) => new URLSearchParams(facts).toString();

let noticeTimer = 0;
function notice(text, alarm = false) {
  const box = at("notice");
  box.textContent = text;
  box.classList.toggle("alarm", alarm);
  box.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { box.hidden = true; }, alarm ? 9000 : 3500);
}

/* The queue */

async function loadQueue(keep) {
  const facts = await ask("/api/queue?" + query({ state: state.tab, group: state.group, district: state.district, file: state.file, form: state.form, q: state.words }));
  state.fields = facts.fields;
  if (!at("reviewer").value) at("reviewer").value = localStorage.getItem("reviewer") || facts.reviewer;
  at("count-open").textContent = facts.open;
  at("count-decided").textContent = facts.decided;
  at("progress").textContent = facts.decided
    ? `已决定 ${facts.decided} 项，还有 ${facts.open} 项。决定由下一次 jixiao run 应用。`
    : `${facts.open} 项待复核，按后果轻重排列。`;
  at("more").textContent = facts.found > facts.fields.length ? `只列出前 ${facts.fields.length} 项，共 ${facts.found} 项` : "";
  drawGroups(facts.groups);
  for (const name of Object.keys(PLACES)) drawPlaces(name, facts.places[name]);
  drawQueue();
  const next = state.fields.find((one) => one.key === keep) || state.fields[0];
  await show(next ? next.key : "");
}

function drawGroups(groups) {
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const options = [{ name: "", title: "全部类别", count: total }, ...groups].map((group) => {
    const option = make("option", "", `${group.title}（${group.count}）`);
    option.value = group.name;
    option.selected = group.name === state.group;
    return option;
  });
  at("group").replaceChildren(...options);
}

function drawPlaces(name, places) {
  const known = name === "form" && state.file ? places.filter((one) => one.name.startsWith(`${state.file} 第 `)) : places;
  const options = [{ name: "", count: 0 }, ...known].map((one) => {
    const option = make("option", "", one.name ? `${one.name}（${one.count}）` : PLACES[name]);
    option.value = one.name;
    option.selected = one.name === state[name];
    return option;
  });
  at(name).replaceChildren(...options);
  at(name).hidden = known.length < 2 && !state[name];
}

function drawQueue() {
  at("queue").replaceChildren(...state.fields.map((one) => {
    const button = make("button");
    button.type = "button";
    button.dataset.key = one.key;
    button.tabIndex = -1;
    const top = make("span", "top");
    const row = one.rows.length > 1 ? `第 ${one.rows[0]}–${one.rows.at(-1)} 行` : one.row;
    top.append(make("span", "", `${one.label}　${row}`), make("span", "why", `${Math.round(one.confidence * 100)}%`));
    const read = one.lost ? "（未找到）" : shown(one.text);
    const text = one.state === "decided" ? `${read} → ${shown(one.outcome)}` : read;
    const why = { conflict: `复核人意见不一：${one.reviewer}`, misfit: "原有更正已不适用", decided: `${one.reviewer} 已决定` }[one.state] || one.reason;
    button.append(top, make("span", "text", text),
      make("span", one.state === "conflict" || one.state === "misfit" ? "why alarm" : "why", why),
      make("span", "project", `${one.project || one.file} · 表 ${one.form_no}`));
    button.addEventListener("click", () => show(one.key));
    const item = make("li");
    item.append(button);
    return item;
  }));
}

function markCurrent() {
  for (const button of at("queue").querySelectorAll("button")) {
    const current = button.dataset.key === state.key;
    button.setAttribute("aria-current", String(current));
    button.tabIndex = current ? 0 : -1;
    if (current) button.scrollIntoView({ block: "nearest" });
  }
}

/* One field */

async function show(key) {
  const turn = ++state.turn;
  state.key = key;
  at("card").hidden = at("sheet").hidden = !key;
  at("empty").hidden = Boolean(key);
  state.field = null;
  if (!key) {
    at("empty").textContent = state.tab === "decided" ? "还没有决定。" : state.words || state.group ? "没有符合条件的字段。" : "全部复核完毕。运行 jixiao run 应用这些决定。";
    return;
  }
  markCurrent();
  try {
    const facts = await ask("/api/field?" + query({ key }));
    if (turn === state.turn) drawField(facts);
  } catch (error) { notice(error.message, true); }
}

function drawField(field) {
  const same = state.field && state.field.key === field.key;
  state.field = field;
  at("where").textContent = [field.district, field.department, field.project, field.year && `${field.year} 年度`, `${field.file} 表 ${field.form_no}`].filter(Boolean).join(" · ");
  at("label").textContent = field.label + (field.rows.length > 1 ? `（合并单元格，第 ${field.rows[0]} 至 ${field.rows.at(-1)} 行一并决定）` : "");
  at("row").textContent = field.row;
  const sure = field.confidence === null ? "" : `，置信度 ${Math.round(field.confidence * 100)}%`;
  at("doubt").hidden = !field.doubted || Boolean(field.decision);
  at("evidence").scrollTop = 0;
  at("to-report").hidden = !field.report;
  if (field.report) at("to-report").href = field.report;
  at("stake").textContent = field.stake ? `排在此处，因为${field.stake}。` : "";
  at("doubt").textContent = `存疑：${field.reason.title}${sure}。${field.reason.look}。`;
  drawReadings(field);
  drawChecks(field.checks);
  drawList("messages", field.messages.map((text) => make("li", "", text)));
  drawHistory(field);
  if (!same) {
    at("new").value = field.decision && field.decision.new !== null ? field.decision.new : field.text || "";
    at("reason").value = "";
    drawPictures(field);
  }
  drawTyped(field.typed);
  at("undo").disabled = !field.decision && !field.conflict && !state.done.length;
  const lost = field.there && field.text === null;
  at("accept").disabled = field.text === null;
  at("accept").hidden = lost;
  at("blank").hidden = at("absent").hidden = !lost;
  if (!same && !["new", "reason", "search"].includes(document.activeElement.id)) at("field").focus({ preventScroll: true });
}

function drawReadings(field) {
  const other = field.readings.find((one) => one.text !== field.text);
  at("readings").replaceChildren(...field.readings.map((one, number) => {
    const item = make("li");
    const pick = make("button", "", "");
    pick.type = "button";
    pick.append(make("kbd", "", String(number + 1)));
    pick.setAttribute("aria-label", `用读法 ${number + 1}：${shown(one.text)}`);
    pick.addEventListener("click", () => choose(number));
    const said = make("span", one.text.trim() ? "said" : "said blank");
    said.append(...differing(one.text, one.text === field.text ? other && other.text : field.text));
    item.append(pick, said, make("span", "made", number === 0 ? `${one.who}（现有）` : one.who));
    return item;
  }));
}

/* Mark the characters in which a short reading differs from another of the same length. */
function differing(text, other) {
  if (!text.trim()) return [document.createTextNode("（空白）")];
  if (!other || other.length !== text.length) return [document.createTextNode(text)];
  return [...text].map((char, i) => (char === [...other][i] ? document.createTextNode(char) : make("mark", "", char)));
}

function drawChecks(checks) {
  drawList("checks", checks.map((check) => {
    const item = make("li", check.holds ? "met" : "broken");
    item.append(make("span", "sign", check.holds ? "✓ 成立　" : "✗ 不成立　"), make("span", "", check.title));
    const terms = make("div", "terms");
    check.terms.forEach((term, i) => {
      const joint = i === 0 ? "" : check.sum ? (i === 1 ? " ＝？ " : " + ") : "　";
      terms.append(joint, make("span", term.mine ? "mine" : "", `${check.sum && check.terms.length > 4 && i > 0 ? "" : term.label + " "}${term.text}`));
    });
    if (check.sum) terms.append(`（后列之和 ${total(check.terms.slice(1))}）`);
    item.append(terms);
    return item;
  }));
}

function total(terms) {
  const places = Math.max(0, ...terms.map((term) => (term.text.split(".")[1] || "").replace(/\D.*/, "").length));
  const sum = terms.reduce((all, term) => all + (parseFloat(term.text.replace(/,/g, "")) || 0), 0);
  return sum.toFixed(Math.min(places, 8));
}

function drawList(id, items) {
  at(id).replaceChildren(...items);
  at(`${id}-block`).hidden = !items.length;
}

function drawHistory(field) {
  const verdict = at("verdict");
  verdict.hidden = !field.decision && !field.conflict;
  verdict.classList.toggle("alarm", field.conflict);
  if (field.conflict) verdict.textContent = "复核人意见不一，两个决定都未应用；请看记录后重新决定。";
  else if (field.decision) verdict.textContent = `${field.decision.reviewer}：${said(field.decision)}`;
  drawList("history", field.history.map((one) => {
    const item = make("li", one.stands ? "" : "gone");
    item.textContent = `${new Date(one.time).toLocaleString("zh-CN")}　${one.reviewer}：${said(one)}${one.reason ? `（${one.reason}）` : ""}`;
    return item;
  }));
}

const said = (one) => ACTIONS[one.action] + (one.action === "correct" ? `“${shown(one.new)}”` : "");

function drawTyped(typed) {
  at("typed").textContent = typed.text;
  at("typed").classList.toggle("alarm", !typed.sound);
}

/* Pictures */

async function drawPictures(field) {
  const crop = at("crop").querySelector("img"), caption = at("crop").querySelector("figcaption");
  const source = query({ key: field.key });
  crop.hidden = false;
  caption.hidden = true;
  crop.onerror = async () => {
    crop.hidden = true;
    caption.hidden = false;
    caption.textContent = await reasonOf("/crop?" + source);
  };
  crop.src = "/crop?" + source;
  const where = field.expected ? (field.box ? "页，此栏应在虚线框所在一行" : "页，此栏应在本页") : "页";
  at("page-name").textContent = field.page ? `${field.file}　第 ${field.page} ${where}` : field.file;
  at("page").hidden = at("box").hidden = true;
  at("page-problem").hidden = true;
  try {
    const size = await ask("/api/page?" + source);
    if (!state.field || state.field.key !== field.key) return;
    at("page").hidden = false;
    at("page-image").src = "/page?" + source;
    await at("page-image").decode().catch(() => {});
    placeBox(field, size);
  } catch (error) {
    if (!state.field || state.field.key !== field.key) return;
    at("page-problem").hidden = false;
    at("page-problem").textContent = error.message;
  }
}

const reasonOf = (path) => ask(path).then(() => "", (error) => error.message);

function placeBox(field, size) {
  const box = at("box");
  box.hidden = !field.box;
  box.classList.toggle("expected", field.expected);
  if (!field.box) return;
  const [x0, y0, x1, y1] = field.box;
  box.style.left = `${(x0 / size.width) * 100}%`;
  box.style.top = `${(y0 / size.height) * 100}%`;
  box.style.width = `${((x1 - x0) / size.width) * 100}%`;
  box.style.height = `${((y1 - y0) / size.height) * 100}%`;
  centre();
}

function centre() {
  const paper = at("paper"), box = at("box");
  if (box.hidden) return;
  paper.scrollTop = box.offsetTop - paper.clientHeight / 2 + box.offsetHeight / 2;
  paper.scrollLeft = box.offsetLeft - paper.clientWidth / 2 + box.offsetWidth / 2;
}

function zoom(step) {
  state.zoom = Math.min(3, Math.max(0.5, state.zoom * step));
  at("page").style.width = `${state.zoom * 100}%`;
  centre();
}

/* Answers */

function choose(number) {
  const reading = state.field && state.field.readings[number];
  if (!reading) return;
  at("new").value = reading.text;
  preview();
  at("new").focus();
}

let previewTimer = 0;
function preview() {
  clearTimeout(previewTimer);
  previewTimer = setTimeout(async () => {
    const key = state.key;
    try {
      const facts = await ask("/api/preview", answer("correct"));
      if (key !== state.key) return;
      drawTyped(facts.typed);
      drawChecks(facts.checks);
    } catch { /* what-if is a help; saving says what is wrong */ }
  }, 180);
}

function answer(action) {
  const facts = { key: state.key, action, reason: at("reason").value, reviewer: at("reviewer").value.trim(), seen: state.field.seen, saw: state.field.text };
  if (action === "correct") facts.new = at("new").value;
  return facts;
}

async function decide(action) {
  if (!state.field || state.busy) return;
  if (!at("reviewer").value.trim()) { notice("请先填写复核人姓名。", true); at("reviewer").focus(); return; }
  if (action === "correct" && at("typed").classList.contains("alarm") && !confirm("这里应当是数字，现在的文字读不出数。原件确实如此吗？")) return;
  setBusy(true);
  const { key, label } = state.field;
  const next = neighbour(1);
  try {
    const facts = await ask("/api/decide", answer(action));
    if (action === "undo") { state.done = state.done.filter((one) => one !== key); notice(`已撤销：${label}`); }
    else { state.done.push(key); notice(`已保存：${label}　${said(facts.field.decision || { action })}`); }
    at("new").blur();
    at("reason").blur();
    await loadQueue(action === "undo" || state.tab === "decided" ? key : next);
  } catch (error) {
    notice(error.message, true);
    if (error.status === 409) {
      const mine = { action, new: action === "correct" ? at("new").value : null };
      drawField(error.facts.field);
      if (error.facts.field.decision) at("verdict").textContent += `　您的决定（未保存）：${said(mine)}`;
    }
  } finally { setBusy(false); }
}

/* While an answer is on its way, no key decides: it would be about a field that nobody has seen yet. */
function setBusy(busy) {
  state.busy = busy;
  at("field").setAttribute("aria-busy", String(busy));
}

async function undo() {
  if (!state.field || state.busy) return;
  if (state.field.decision || state.field.conflict) { await decide("undo"); return; }
  const last = state.done.pop();
  if (!last) { notice("没有可撤销的决定。"); return; }
  await show(last);
  if (state.field && (state.field.decision || state.field.conflict)) await decide("undo");
}

function neighbour(step) {
  const place = state.fields.findIndex((one) => one.key === state.key);
  const next = state.fields[place + step];
  return next ? next.key : step > 0 && place > 0 ? state.fields[place - 1].key : "";
}

function move(step) {
  const place = state.fields.findIndex((one) => one.key === state.key) + step;
  if (state.fields[place]) show(state.fields[place].key);
}

function turnTab(tab) {
  state.tab = tab;
  at("tab-open").setAttribute("aria-pressed", String(tab === "open"));
  at("tab-decided").setAttribute("aria-pressed", String(tab === "decided"));
  reload();
}

const reload = (keep) => loadQueue(keep).catch((error) => notice(error.message, true));

const KEYS = {
  a: () => at("accept").click(), e: edit, u: () => decide("unreadable"), b: () => at("blank").click(), x: () => at("absent").click(), z: undo, n: () => at("reason").focus(),
  j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
  "/": () => at("search").focus(), "?": toggleKeys, d: () => turnTab(state.tab === "open" ? "decided" : "open"),
  "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8),
};

function edit() { at("new").focus(); at("new").select(); }
function toggleKeys() { if (at("keys").open) at("keys").close(); else at("keys").showModal(); }

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("input, textarea, select");
  if (event.key === "Escape" && field) { field.blur(); at("field").focus({ preventScroll: true }); if (field.id === "new" && state.field) { field.value = state.field.text || ""; preview(); } return; }
  if (field) {
    if (event.key === "Enter" && (field.id === "new" || field.id === "reason")) { event.preventDefault(); decide("correct"); }
    return;
  }
  if (at("keys").open && event.key !== "?") return;
  if (event.target.id === "paper" && event.key.startsWith("Arrow")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (/^[1-9]$/.test(key)) { event.preventDefault(); choose(Number(key) - 1); return; }
  if (KEYS[key]) { event.preventDefault(); KEYS[key](); }
});

at("answer").addEventListener("submit", (event) => event.preventDefault());
at("accept").addEventListener("click", () => decide("accept"));
at("correct").addEventListener("click", () => decide("correct"));
at("unreadable").addEventListener("click", () => decide("unreadable"));
at("blank").addEventListener("click", () => { at("new").value = ""; decide("correct"); });
at("absent").addEventListener("click", () => decide("absent"));
at("undo").addEventListener("click", undo);
at("skip").addEventListener("click", () => move(1));
at("help").addEventListener("click", toggleKeys);
at("zoom-in").addEventListener("click", () => zoom(1.25));
at("zoom-out").addEventListener("click", () => zoom(0.8));
at("tab-open").addEventListener("click", () => turnTab("open"));
at("tab-decided").addEventListener("click", () => turnTab("decided"));
for (const name of Object.keys(PLACES)) at(name).addEventListener("change", () => { state[name] = at(name).value; if (name === "file") state.form = ""; reload(); });
at("group").addEventListener("change", () => { state.group = at("group").value; reload(); });
at("new").addEventListener("input", preview);
at("reviewer").addEventListener("change", () => localStorage.setItem("reviewer", at("reviewer").value.trim()));
let searchTimer = 0;
at("search").addEventListener("input", () => {
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => { state.words = at("search").value; reload(state.key); }, 250);
});
reload(new URLSearchParams(location.search).get("key") || "");
