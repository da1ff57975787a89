// Warns before a page is left on which something was changed and not saved. For forms of the class "watched".
"use strict";

(() => {
  const form = document.querySelector("form.watched, .change-form #content-main form[method=post]");
  if (!form) return;
  let sending = false;
  // A page that came back with what was typed holds it unsaved from the start.
  let changed = form.hasAttribute("data-unsaved");

  function say() {
    const state = form.querySelector(".state");
    if (state) state.textContent = changed ? "有未保存的改动" : "";
  }

  function note() {
    if (changed) return;
    changed = true;
    say();
  }

  form.addEventListener("input", note);
  form.addEventListener("change", note);
  form.addEventListener("gongguo:changed", note);
  form.addEventListener("submit", () => { sending = true; });
  window.addEventListener("pageshow", () => { sending = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !sending) {
      event.preventDefault();
      event.returnValue = "";
    }
  });
  say();
})();
