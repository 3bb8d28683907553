// Says how far a file has been sent, and leads on when it is there. Without JavaScript "Add file" sends the form.
import { bind } from "./bind.js";

const STEP = 25;

function say(picker, words) {
  picker.querySelector("[data-files-status]").textContent = words;
}

bind("data-files", (picker) => {
  let told = 0;

  picker.addEventListener("htmx:xhr:progress", ({ detail }) => {
    if (!detail.lengthComputable || !picker.querySelector("input[type=file]")?.files.length) return;
    const percent = Math.floor((100 * detail.loaded) / detail.total / STEP) * STEP;
    if (percent === told) return;
    told = percent;
    say(picker, `${picker.dataset.sending} ${percent} %`);
  });

  for (const kind of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    picker.addEventListener(kind, () => say(picker, picker.dataset.failed));
  }
});

// What was there before the swap, by the picker's id, so that the new one can say what has changed.
const before = new Map();

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.matches?.("[data-files]")) before.set(detail.target.id, detail.target.querySelectorAll(".picker__file").length);
});

document.addEventListener("htmx:load", ({ target }) => {
  if (!target.matches?.("[data-files]") || !before.has(target.id)) return;
  const files = target.querySelectorAll(".picker__file");
  const more = files.length - before.get(target.id);
  before.delete(target.id);
  if (target.querySelector("[data-error-summary]")) return;
  const last = files[files.length - 1];
  const next = (more > 0 && last?.querySelector("textarea")) || target.querySelector(".picker__new > summary");
  next?.focus();
  setTimeout(() => say(target, more > 0 ? target.dataset.here : more < 0 ? target.dataset.out : ""), 100);
});
