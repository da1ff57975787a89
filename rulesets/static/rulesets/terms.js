// The page of an edition's words: pasting a block from a spreadsheet, dragging rows, adding rows in place.
// Without this file the page still shows, takes and saves what is typed, and sorts by the numbers.
"use strict";

(() => {
  const form = document.getElementById("terms-form");
  if (!form || !form.querySelector(".bar")) return;
  const state = form.querySelector(".state");
  const rowsOf = (table) => [...table.querySelectorAll("tr.word")];
  const cellsOf = (row) => [...row.querySelectorAll("td input[type=text]")];
  const changed = () => form.dispatchEvent(new Event("gongguo:changed"));

  // A further row is an empty copy of the last one under a number of its own.
  function addRow(table) {
    const last = rowsOf(table).at(-1);
    const row = last.cloneNode(true);
    const number = Number(form.elements.rows.value);
    form.elements.rows.value = number + 1;
    row.classList.add("new");
    row.querySelectorAll(".why, td.remove input").forEach((part) => part.remove());
    row.querySelectorAll(".wrong").forEach((cell) => cell.classList.remove("wrong"));
    for (const input of row.querySelectorAll("input")) {
      const part = input.name.slice(input.name.indexOf("-"));
      input.name = `t${number}${part}`;
      if (input.id) input.id = input.name;
      if (part !== "-kind") input.value = "";
      input.removeAttribute("aria-invalid");
      input.removeAttribute("aria-describedby");
      if (part === "-code") input.placeholder = "自动";
    }
    last.after(row);
    return row;
  }

  form.addEventListener("paste", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.closest("tr.word")) return;
    const block = gongguoRows.blockOf(event.clipboardData.getData("text/plain"));
    if (block.length === 1 && block[0].length === 1) return;
    event.preventDefault();
    const table = input.closest("table");
    const first = cellsOf(input.closest("tr")).indexOf(input);
    let place = rowsOf(table).indexOf(input.closest("tr"));
    let filled = 0;
    let outside = 0;
    for (const texts of block) {
      const row = rowsOf(table)[place] || addRow(table);
      const cells = cellsOf(row);
      texts.forEach((text, offset) => {
        const cell = cells[first + offset];
        if (!cell) {
          outside += text === "" ? 0 : 1;
          return;
        }
        cell.value = text;
        filled += 1;
      });
      place += 1;
    }
    changed();
    state.textContent = `已粘贴${filled}格${outside ? `，另有${outside}格超出表格，没有填入` : ""}，尚未保存`;
  });

  form.addEventListener("keydown", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "text" || event.isComposing) return;
    const row = input.closest("tr.word");
    if (!row || event.key !== "Enter") return;
    // Not a save: on to the cell below, as in a spreadsheet.
    event.preventDefault();
    const table = row.closest("table");
    const below = rowsOf(table)[rowsOf(table).indexOf(row) + 1] || addRow(table);
    cellsOf(below)[cellsOf(row).indexOf(input)].focus();
  });

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=add]");
    const table = button && button.closest("section").querySelector("table");
    if (!table) return;
    event.preventDefault();
    const row = addRow(table);
    cellsOf(row)[0].focus();
  });

  // The numbers say the order when the page is saved: dragging rewrites them.
  function renumber(table) {
    rowsOf(table)
      .filter((row) => cellsOf(row).some((input) => input.value && !input.name.endsWith("-order")))
      .forEach((row, index) => { row.querySelector("td.order input").value = index + 1; });
    changed();
  }

  gongguoRows.letDrag(form, "tr.word", (row) => renumber(row.closest("table")));

  const faults = form.querySelector(".faults");
  if (faults) faults.focus();
})();
