"use strict";
// The form before and the form after, in the list from which one came; and the button that prints.
(() => {
  document.getElementById("print")?.addEventListener("click", () => window.print());
  const box = document.getElementById("walk");
  const said = location.hash.match(/^#from=(.*)$/);
  if (!box || !said) return;
  const from = decodeURIComponent(said[1]);

  function link(text, form, rel) {
    const element = document.createElement(form ? "a" : "span");
    element.textContent = text;
    if (form) {
      element.href = encodeURIComponent(form) + ".html#from=" + encodeURIComponent(from);
      element.rel = rel;
    }
    return element;
  }

  async function draw() {
    const own = document.createElement("script");
    own.src = "../forms.js";
    await new Promise((done) => { own.onload = own.onerror = done; document.head.append(own); });
    await new Promise((done) => { const again = document.createElement("script"); again.src = "../select.js"; again.onload = again.onerror = done; document.head.append(again); });
    const query = new URLSearchParams(from);
    if (query.get("text")) await window.SELECT.load("../words.js");
    const { forms, get, pick } = window.SELECT;
    const ids = pick(query).map((place) => get(forms[place], "id"));
    const id = location.pathname.split("/").pop().replace(/\.html$/, "");
    const place = ids.indexOf(id);
    if (place < 0) return;
    const back = new URLSearchParams(query);
    back.set("at", id);
    if (place >= 100) back.set("start", Math.floor(place / 100) * 100);
    const list = document.createElement("a");
    list.href = "../forms.html#" + back;
    list.textContent = "回到列表";
    const where = document.createElement("span");
    where.textContent = "第 " + (place + 1) + " 张，共 " + ids.length + " 张";
    box.replaceChildren(list, link("‹ 上一张", ids[place - 1], "prev"), where, link("下一张 ›", ids[place + 1], "next"));
  }

  draw();
  window.addEventListener("hashchange", () => { if (location.hash.startsWith("#from=")) location.reload(); });
})();
