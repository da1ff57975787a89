// Rows of a condition: another row, another group, the values that go with a field.
"use strict";

(() => {
  const root = document.querySelector(".condition");
  if (!root) return;
  const name = root.dataset.name;
  const offered = JSON.parse(document.getElementById("condition-offered").textContent);
  const groups = root.querySelector(".condition-groups");

  function changed(target) {
    (target || root).dispatchEvent(new Event("gongguo:changed", { bubbles: true }));
  }

  // Names by place, as the server reads them.
  function number() {
    [...groups.children].forEach((group, place) => {
      group.querySelector("label select").name = `${name}-g${place}-join`;
      group.querySelectorAll(".condition-row").forEach((row, line) => {
        for (const part of ["field", "is", "value"]) {
          row.querySelector(`.condition-${part}`).name = `${name}-g${place}-r${line}-${part}`;
        }
      });
    });
    root.querySelector(".condition-top").hidden = groups.children.length < 2;
    root.querySelectorAll(".condition-drop-group").forEach((button) => { button.hidden = groups.children.length < 2; });
  }

  function fill(select, pairs, chosen) {
    select.replaceChildren(...pairs.map(([code, label]) => new Option(label, code, false, code === chosen)));
  }

  // The comparisons and the values that make sense of the field that was chosen.
  function fit(row) {
    const subject = offered[row.querySelector(".condition-field").value];
    const comparison = row.querySelector(".condition-is");
    const old = row.querySelector(".condition-value");
    if (subject) fill(comparison, subject.operators, comparison.value);
    const value = document.createElement(subject && subject.values.length ? "select" : "input");
    if (value.tagName === "SELECT") fill(value, [["", "（选择）"], ...subject.values], old.value);
    else value.type = "text";
    value.className = "condition-value";
    value.setAttribute("aria-label", "比较的值");
    old.replaceWith(value);
    hide(row);
    number();
  }

  function hide(row) {
    const presence = ["missing", "present"].includes(row.querySelector(".condition-is").value);
    row.querySelector(".condition-value").hidden = presence;
  }

  root.addEventListener("change", (event) => {
    const row = event.target.closest(".condition-row");
    if (event.target.matches(".condition-anew")) root.querySelector(".condition-rows").hidden = !event.target.checked;
    if (row && event.target.matches(".condition-field")) fit(row);
    if (row && event.target.matches(".condition-is")) hide(row);
  });

  root.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const group = button.closest(".condition-group");
    const row = button.closest(".condition-row");
    if (button.matches(".condition-add-row")) {
      group.querySelector("ul").append(root.querySelector(".condition-blank-row").content.cloneNode(true));
    } else if (button.matches(".condition-add-group")) {
      groups.append(root.querySelector(".condition-blank-group").content.cloneNode(true));
    } else if (button.matches(".condition-drop-group")) {
      group.remove();
    } else if (button.matches(".condition-remove")) {
      if (group.querySelectorAll(".condition-row").length > 1) row.remove();
      else {
        row.querySelector(".condition-field").value = "";
        fit(row);
      }
    }
    number();
    changed(button.isConnected ? button : root);
  });

  number();
})();
