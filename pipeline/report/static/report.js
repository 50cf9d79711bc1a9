"use strict";
// Shows where a value stands on its page: enlarged above, the whole page below. Without this script the links open the
// picture of the page.
(() => {
  const values = [...document.querySelectorAll("a.value[data-box]")];
  const viewer = document.getElementById("viewer");
  const place = document.getElementById("viewer-place");
  const page = document.getElementById("viewer-page");
  const title = document.getElementById("viewer-title");
  let current = -1, opener = null;

  const numbers = (text) => text.split(",").map(Number);

  function draw(frame, scale, left, top, value) {
    const [width, height] = numbers(value.dataset.size);
    const [x0, y0, x1, y1] = numbers(value.dataset.box);
    const picture = frame.querySelector("img");
    const box = frame.querySelector(".box");
    drawNeighbours(frame, scale, left, top, value);
    picture.src = value.href;
    picture.alt = "原件第 " + value.dataset.page + " 页";
    Object.assign(picture.style, { width: width * scale + "px", height: height * scale + "px", left: left + "px", top: top + "px" });
    Object.assign(box.style, {
      left: left + x0 * scale - 4 + "px", top: top + y0 * scale - 4 + "px",
      width: (x1 - x0) * scale + 8 + "px", height: (y1 - y0) * scale + 8 + "px",
    });
  }

  // The other values of the page, faintly, so that a row can be told from the next one.
  function drawNeighbours(frame, scale, left, top, value) {
    frame.querySelectorAll(".neighbour").forEach((one) => one.remove());
    for (const other of values) {
      if (other === value || other.href !== value.href) continue;
      const [x0, y0, x1, y1] = numbers(other.dataset.box);
      const mark = document.createElement("span");
      mark.className = "neighbour";
      mark.title = other.dataset.label;
      Object.assign(mark.style, { left: left + x0 * scale + "px", top: top + y0 * scale + "px", width: (x1 - x0) * scale + "px", height: (y1 - y0) * scale + "px" });
      frame.append(mark);
    }
  }

  function show(index) {
    current = (index + values.length) % values.length;
    const value = values[current];
    const [width] = numbers(value.dataset.size);
    const [x0, y0, x1, y1] = numbers(value.dataset.box);
    const row = value.closest("tr")?.id?.match(/^row-(.+)$/);
    title.textContent = (row ? "第 " + row[1] + " 行 " : "") + value.dataset.label + "：" + value.textContent.trim() + "（第 " + value.dataset.page + " 页）";
    if (!viewer.open) viewer.showModal();
    const near = Math.min(2.4, place.clientWidth / (x1 - x0 + 300), place.clientHeight / (y1 - y0 + 60));
    draw(place, near, place.clientWidth / 2 - ((x0 + x1) / 2) * near, place.clientHeight / 2 - ((y0 + y1) / 2) * near, value);
    const whole = Math.min(1.6, (page.clientWidth - 20) / width);
    draw(page, whole, Math.max(0, (page.clientWidth - width * whole) / 2), 0, value);
    page.scrollTop = Math.max(0, y0 * whole - page.clientHeight / 2);
  }

  values.forEach((value, index) => value.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(index);
  }));
  document.querySelectorAll("a.proof").forEach((chip) => chip.addEventListener("click", (event) => {
    const index = values.findIndex((value) => "#" + value.id === chip.getAttribute("href"));
    if (index < 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    opener = chip;
    show(index);
  }));
  // Behind one address with the review desk, each doubted value leads to its place there.
  if (location.pathname.startsWith("/report/")) {
    document.querySelectorAll("[data-desk]").forEach((doubt) => {
      const link = document.createElement("a");
      link.href = "/?key=" + encodeURIComponent(document.querySelector("[data-form]").dataset.form + ":" + doubt.dataset.desk);
      link.textContent = "到复核台";
      link.className = "todesk";
      doubt.append(" ", link);
    });
  }
  viewer.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(current + 1);
    if (event.key === "ArrowLeft") show(current - 1);
  });
  viewer.addEventListener("close", () => { (opener ?? values[current])?.focus(); opener = null; });
  document.getElementById("viewer-before").addEventListener("click", () => show(current - 1));
  document.getElementById("viewer-after").addEventListener("click", () => show(current + 1));
  document.getElementById("viewer-close").addEventListener("click", () => viewer.close());
})();
