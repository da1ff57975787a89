// The grid of a component's items: moving through cells, pasting a block, sorting rows, redrawing without saving.
// The server draws every row; without this file the page still shows, takes and saves what is typed.
"use strict";

(() => {
  const form = document.getElementById("grid-form");
  if (!form || !form.querySelector(".bar")) return;
  const layouts = JSON.parse(document.getElementById("layouts").textContent);
  const state = form.querySelector(".state");
  const NUMBER = /^[+\-]?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,4})?分?$/;

  const grid = () => document.getElementById("grid");
  const CELLS = ["code", "name", "clause", "slice", "value"].map((kind) => `td.${kind} input`).join(", ");
  const inputs = (row) => [...row.querySelectorAll(CELLS)];
  // The lines of the grid that hold inputs: heads with ranges, and items.
  const lines = () => [...grid().querySelectorAll("tr")]
    .map((row) => (row.matches(".item, .part") ? inputs(row) : [...row.querySelectorAll("th input")]))
    .filter((cells) => cells.length > 0);

  function place(input) {
    const all = lines();
    const row = all.findIndex((cells) => cells.includes(input));
    return { all, row, column: row < 0 ? -1 : all[row].indexOf(input) };
  }

  // The cell of a line that stands under the given one: the text cells by their kind, values by where they stand.
  function beneath(cells, input) {
    const kind = input.closest("td, th").className.split(" ")[0];
    const alike = cells.filter((cell) => cell.closest("td, th").className.split(" ")[0] === kind);
    if (kind !== "value") return alike[0] || cells[0];
    const left = input.getBoundingClientRect().left;
    const distance = (cell) => Math.abs(cell.getBoundingClientRect().left - left);
    const nearest = (alike.length ? alike : cells).reduce((best, cell) => (distance(cell) < distance(best) ? cell : best));
    return nearest;
  }

  function go(input) {
    if (!input) return;
    input.focus();
    input.select();
  }

  function vertically(input, step) {
    const { all, row } = place(input);
    const target = all[row + step];
    if (target) go(beneath(target, input));
  }

  function horizontally(input, step) {
    const { all, row, column } = place(input);
    if (row >= 0) go(all[row][column + step]);
  }

  // While a whole cell is selected the arrows move between cells; within a text they move in it.
  function atEdge(input, step) {
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const caret = input.selectionStart === input.selectionEnd;
    return whole || (caret && input.selectionStart === (step < 0 ? 0 : input.value.length));
  }

  function isCell(target) {
    return target instanceof HTMLInputElement && target.type === "text" && target.closest("#grid");
  }

  form.addEventListener("keydown", (event) => {
    if (!isCell(event.target) || event.isComposing) return;
    const input = event.target;
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const row = input.closest("tr.item");
    if (event.altKey && row && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      moveRow(row, step, input);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      vertically(input, step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      vertically(input, event.shiftKey ? -1 : 1);
    } else if (step && !event.ctrlKey && !event.metaKey && !event.shiftKey && atEdge(input, step)) {
      event.preventDefault();
      horizontally(input, step);
    } else if (event.key === "Escape") {
      input.value = input.defaultValue;
      judge(input);
    }
  });

  form.addEventListener("focusin", (event) => {
    if (isCell(event.target)) event.target.select();
  });

  // What the server will refuse is said at once, on the cell; the server decides.
  function judge(input) {
    const cell = input.closest("td.value");
    if (!cell) return;
    const text = input.value.normalize("NFKC").replace(/\u2212/g, "-").trim();
    const wrong = text !== "" && !NUMBER.test(text);
    let why = cell.querySelector(".why");
    cell.classList.toggle("wrong", wrong);
    if (!wrong) {
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      if (why) why.remove();
      return;
    }
    if (!why) {
      why = document.createElement("span");
      why.className = "why";
      why.id = `${input.name}-why`;
      cell.append(why);
    }
    why.textContent = "应填数字，小数最多4位";
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", why.id);
  }

  form.addEventListener("input", (event) => {
    if (isCell(event.target)) judge(event.target);
  });

  form.addEventListener("paste", (event) => {
    if (!isCell(event.target)) return;
    const block = gongguoRows.blockOf(event.clipboardData.getData("text/plain"));
    if (block.length === 1 && block[0].length === 1) return;
    event.preventDefault();
    const start = place(event.target);
    let filled = 0;
    let outside = 0;
    let row = start.row;
    let from = event.target;
    for (const texts of block) {
      const cells = start.all[row] || [];
      const first = cells.length ? cells.indexOf(row === start.row ? event.target : beneath(cells, from)) : 0;
      texts.forEach((text, offset) => {
        const cell = cells[first + offset];
        if (!cell) {
          outside += text === "" ? 0 : 1;
          return;
        }
        cell.value = text;
        judge(cell);
        filled += 1;
      });
      row += 1;
    }
    form.dispatchEvent(new Event("gongguo:changed"));
    state.textContent = `已粘贴${filled}格${outside ? `，另有${outside}格超出表格，没有填入` : ""}，尚未保存`;
  });

  // Sorting: rows are moved on the page and keep their new order when saved.
  function reorder() {
    grid().querySelectorAll("tr.item input.order").forEach((input, index) => { input.value = index; });
    form.dispatchEvent(new Event("gongguo:changed"));
  }

  function items() {
    return [...grid().querySelectorAll("tr.item")];
  }

  function moveRow(row, step, focus) {
    const all = items();
    const other = all[all.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    reorder();
    redraw({}, { id: row.dataset.row, part: focus.name.split("-").slice(1).join("-") });
  }

  gongguoRows.letDrag(form, "tr.item", () => {
    reorder();
    redraw({});
  });

  // Other ways of laying out an item are offered when its choice is opened.
  function offer(select) {
    if (select.options.length > 1) return;
    // Many where a scheme has several attributes: in groups, by how many things the tiers ask.
    const groups = new Map();
    for (const [code, name] of layouts[select.dataset.family] || []) {
      if (code === select.value) continue;
      const label = ["", "按一项分档", "按两项分档", "按三项分档"][code ? code.split(",").length : 0];
      if (label && !groups.has(label)) {
        const group = document.createElement("optgroup");
        group.label = label;
        groups.set(label, group);
        select.add(group);
      }
      (groups.get(label) || select).append(new Option(name, code));
    }
  }
  for (const kind of ["pointerdown", "focusin"]) {
    form.addEventListener(kind, (event) => {
      if (event.target.matches("select[data-family]")) offer(event.target);
    });
  }
  form.addEventListener("change", (event) => {
    if (event.target.matches("select[data-family]")) {
      redraw({}, { name: event.target.name });
    } else if (event.target.matches(".left-out input")) {
      redraw({});
    } else if (event.target.matches(".remove input")) {
      event.target.closest("tr").classList.toggle("deleted", event.target.checked);
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add]");
    if (!button) return;
    event.preventDefault();
    redraw({ add: button.value }, { last: true });
  });

  // Has the server draw the rows anew from what is typed; nothing is saved.
  async function redraw(further, focus) {
    const data = new FormData(form);
    for (const [name, value] of Object.entries(further)) data.set(name, value);
    data.delete("save");
    data.set("rows-alone", "1");
    let page;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new URLSearchParams(data), redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (error) {
      state.textContent = "没有连上服务器，这一步没有做成；已填的内容还在，请稍后再试。";
      return;
    }
    grid().replaceWith(page.getElementById("grid"));
    form.elements.rows.value = grid().dataset.rows;
    form.dispatchEvent(new Event("gongguo:changed"));
    refocus(focus);
  }

  function refocus(focus) {
    if (!focus) return;
    if (focus.last) go(items().at(-1).querySelector("td.name input"));
    else if (focus.name) form.elements[focus.name].focus();
    else go(items().map((row) => form.elements[`r${row.dataset.row}-${focus.part}`])
      .find((input) => input && input.value === focus.text) || null);
  }

  const faults = form.querySelector(".faults");
  if (faults) faults.focus();
})();
