// What the pages of rows share: reading a block copied from a spreadsheet, and dragging rows by their grip.
"use strict";

const gongguoRows = (() => {
  // A block copied from a spreadsheet: lines by line breaks, cells by tabs, quoted where a cell has either.
  function blockOf(text) {
    const rows = [[]];
    const cell = /("(?:[^"]|"")*"|[^\t\r\n]*)(\t|\r\n|\n|\r|$)/gy;
    for (let match = cell.exec(text); match; match = cell.exec(text)) {
      const quoted = match[1].length > 1 && match[1].startsWith('"');
      const value = quoted ? match[1].slice(1, -1).replaceAll('""', '"') : match[1];
      rows.at(-1).push(value.replace(/\s+/g, " ").trim());
      if (match[2] === "") break;
      if (match[2] !== "\t") rows.push([]);
    }
    if (rows.length > 1 && rows.at(-1).length === 1 && rows.at(-1)[0] === "") rows.pop();
    return rows;
  }

  // Rows (a selector) of one body change places by their grip; `dropped` is called with the row that was moved.
  function letDrag(form, rows, dropped) {
    let dragged = null;
    form.addEventListener("pointerdown", (event) => {
      const grip = event.target.closest(".grip");
      if (!grip) return;
      event.preventDefault();
      dragged = grip.closest(rows);
      dragged.classList.add("dragged");
      grip.setPointerCapture(event.pointerId);
    });
    form.addEventListener("pointermove", (event) => {
      if (!dragged) return;
      const over = document.elementFromPoint(event.clientX, event.clientY);
      const row = over && over.closest(rows);
      if (!row || row === dragged || row.parentNode !== dragged.parentNode) return;
      const box = row.getBoundingClientRect();
      if (event.clientY < box.top + box.height / 2) row.before(dragged);
      else row.after(dragged);
    });
    form.addEventListener("pointerup", () => {
      if (!dragged) return;
      const row = dragged;
      dragged = null;
      row.classList.remove("dragged");
      dropped(row);
    });
  }

  return { blockOf, letDrag };
})();
