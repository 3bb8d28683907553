// Has a nudge read out that came with the page: a live region only speaks of what changes.
import { bind } from "./bind.js";

const AFTER = 500;

bind("data-nudge", (nudge) => {
  const region = nudge.closest("[aria-live]");
  if (!region || document.readyState === "complete") return;
  const said = document.createElement("span");
  said.className = "visually-hidden";
  region.append(said);
  setTimeout(() => {
    said.textContent = nudge.dataset.nudge;
  }, AFTER);
});
