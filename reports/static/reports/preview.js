// Shows the paper that the texts make while they are being written. The picture is drawn onto a canvas, which a
// strict content policy allows without any exception.
"use strict";

(() => {
  const form = document.getElementById("texts");
  if (!form) return;
  const at = (id) => document.getElementById(id);
  const sheet = at("sheet");
  const state = at("state");
  const subject = at("subject");
  const pdf = at("pdf");
  const address = pdf.href;
  const WAIT = 700; // milliseconds after the last key
  let page = 1;
  let pages = 1;
  let timer = 0;
  let asked = 0;

  function say(text, isFault = false) {
    state.textContent = text;
    state.classList.toggle("fault", isFault);
  }

  function turn() {
    at("page").textContent = `第${page}页，共${pages}页`;
    at("before").disabled = page <= 1;
    at("after").disabled = page >= pages;
  }

  async function draw(answer) {
    const picture = await createImageBitmap(await answer.blob());
    sheet.width = picture.width;
    sheet.height = picture.height;
    sheet.getContext("2d").drawImage(picture, 0, 0);
    pages = Number(answer.headers.get("X-Pages"));
    page = Math.min(page, pages);
    turn();
  }

  async function show() {
    const mine = ++asked;
    say("正在生成预览……");
    const data = new FormData();
    // Fields of who may only look are disabled, and FormData leaves those out.
    for (const field of form.elements) if (field.name) data.append(field.name, field.value);
    data.append("page", String(page));
    data.append("subject", subject.value);
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: data, credentials: "same-origin" });
      if (mine !== asked) return;
      if (answer.ok) {
        await draw(answer);
        say("");
      } else if (answer.status === 422) {
        say((await answer.json()).messages.join(" "), true);
      } else {
        say("没有生成预览，请刷新页面；仍不行的，请联系维护人员。", true);
      }
    } catch {
      if (mine === asked) say("没有连上服务器，请检查网络后再试。", true);
    }
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(show, WAIT);
  }

  form.addEventListener("input", soon);
  subject.addEventListener("change", () => {
    page = 1;
    pdf.href = subject.value ? `${address}?subject=${encodeURIComponent(subject.value)}` : address;
    show();
  });
  at("before").addEventListener("click", () => { page -= 1; show(); });
  at("after").addEventListener("click", () => { page += 1; show(); });
  show();
})();
