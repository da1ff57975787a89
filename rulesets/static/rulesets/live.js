// The page of a rule: what it means as it is typed, and what is still wrong beside the field that it is about.
"use strict";

(() => {
  const aside = document.querySelector("aside.meaning[data-live]");
  if (!aside) return;
  const form = aside.closest("form");
  const sentence = aside.querySelector(".meaning-sentence");
  const box = aside.querySelector(".meaning-faults");
  const touched = new Set();
  let timer = 0;
  let asked = 0;

  // Where a fault stands: under its own field once that was touched, and always in the box.
  function place(fault) {
    const row = fault.field && form.querySelector(`.field-${fault.field}`);
    if (!row || !touched.has(fault.field)) return;
    const line = document.createElement("p");
    line.className = "live-fault";
    line.textContent = fault.text;
    row.append(line);
  }

  function show(said) {
    sentence.textContent = said.sentence;
    box.hidden = said.faults.length === 0;
    box.querySelector("ul").replaceChildren(...said.faults.map((fault) => {
      const item = document.createElement("li");
      item.textContent = fault.text;
      return item;
    }));
    form.querySelectorAll(".live-fault").forEach((line) => line.remove());
    said.faults.forEach(place);
    entitle(said.titles);
    aside.classList.remove("waiting");
  }

  // What a column of the tiers holds follows what was chosen above; the text is the heading's first node.
  function entitle(titles) {
    for (const [name, title] of Object.entries(titles || {})) {
      form.querySelectorAll(`th.column-${name}`).forEach((head) => { head.firstChild.data = title; });
    }
  }

  async function ask() {
    const turn = ++asked;
    try {
      const answer = await fetch(aside.dataset.address, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      const said = await answer.json();
      // An answer that a later one has overtaken says nothing any more.
      if (turn === asked) show(said);
    } catch (error) {
      if (turn === asked) sentence.textContent = "没有连上服务器，暂时不能显示含义；保存时仍会检查。";
    }
  }

  function soon(event) {
    const row = event.target.closest(".form-row");
    const field = row && [...row.classList].find((name) => name.startsWith("field-"));
    if (field) touched.add(field.slice("field-".length));
    aside.classList.add("waiting");
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  }

  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("gongguo:changed", soon);
})();
