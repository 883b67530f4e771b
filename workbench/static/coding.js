// Coding by keyboard. Everything here only ticks, filters and submits the form that is there without it.
"use strict";
(() => {
  const form = document.getElementById("coding");
  const undo = document.getElementById("undo");
  const find = document.getElementById("find");
  const words = document.getElementById("words");
  const said = document.getElementById("said");
  const typing = (target) => target.matches("textarea, input[type=search]");
  const tell = (text) => { if (said) said.textContent = text; };

  if (words) {
    const box = document.getElementById("text");
    box.scrollTop = Math.max(0, words.offsetTop - box.offsetTop - box.clientHeight / 3);
  }

  const labels = form ? [...form.querySelectorAll(".codes label")] : [];
  const shown = () => labels.filter((label) => !label.hidden);

  function filter() {
    const asked = find.value.trim().toLowerCase();
    for (const label of labels) {
      const text = (label.textContent + " " + label.querySelector("input").value).toLowerCase();
      label.hidden = asked !== "" && !text.includes(asked);
      label.classList.remove("first");
    }
    if (asked && shown().length) shown()[0].classList.add("first");
  }

  if (find) {
    find.closest("p").hidden = false;
    find.addEventListener("input", filter);
    find.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        const first = find.value.trim() ? shown()[0] : undefined;
        if (!first) { find.blur(); return; }
        const box = first.querySelector("input");
        box.checked = !box.checked;
        tell((box.checked ? "Ticked: " : "No longer ticked: ") + first.textContent.trim());
        find.value = "";
        filter();
      } else if (event.key === "Escape") {
        find.value = "";
        filter();
        find.blur();
      }
    });
  }

  function follow(id) {
    const link = document.getElementById(id);
    if (link) link.click();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const input = form && form.querySelector(`input[data-key="${CSS.escape(event.key)}"]`);
    if (input) {
      input.checked = input.type === "radio" || !input.checked;
      tell(`${input.name}: ${input.type === "radio" || input.checked ? input.value : "no"}`);
    } else if (event.key === "Enter" && form && !event.target.matches("a, button, summary")) {
      form.requestSubmit(document.getElementById("save"));
    } else if (event.key === "z" && undo) {
      undo.form.requestSubmit(undo);
    } else if (event.key === "/" && find) {
      find.focus();
    } else if (event.key === "ArrowLeft" || event.key === "k") {
      if (event.target.matches("input")) return;
      follow("previous");
    } else if (event.key === "ArrowRight" || event.key === "j") {
      if (event.target.matches("input")) return;
      follow("next");
    } else {
      return;
    }
    event.preventDefault();
  });
})();
