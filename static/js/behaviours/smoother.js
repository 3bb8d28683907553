// Fetches htmx when somebody turns to something that it makes smoother. Before that, and where it cannot be fetched,
// links and forms do what they always do.
const SMOOTHER = "[hx-get], [hx-post]";
const BY_ITSELF = '[hx-trigger^="load"], [hx-trigger*="every"]';

let state = "away";
let coming;

function come() {
  coming ??= complete()
    .then(() => Promise.all([import("../vendor/htmx-2.0.11.min.js"), import("./trouble.js")]))
    .then(() => {
      state = "here";
    })
    .catch(() => {
      state = "lost";
    });
  return coming;
}

// htmx looks at the page at once only when all of the page is there.
function complete() {
  if (document.readyState === "complete") return Promise.resolve();
  return new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));
}

function isSmoother(target) {
  if (target?.closest?.(SMOOTHER)) return true;
  return Boolean(target?.closest?.("form")?.querySelector(SMOOTHER));
}

function turned({ target }) {
  if (state === "away" && isSmoother(target)) come().then(tell);
}

// What has the focus got it before htmx could hear of that.
function tell() {
  document.activeElement?.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
}

// A press that comes before htmx waits for it, and is then made again.
function hold(event, again) {
  if (state !== "away" || document.readyState !== "complete" || event.defaultPrevented) return;
  event.preventDefault();
  event.stopPropagation();
  come().then(again);
}

document.addEventListener(
  "click",
  (event) => {
    const pressed = event.target.closest(SMOOTHER);
    const isPlain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (pressed?.matches("a, button") && isPlain) hold(event, () => pressed.click());
  },
  true,
);
document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("[hx-post]")) hold(event, () => event.target.requestSubmit(event.submitter));
  },
  true,
);
for (const kind of ["pointerover", "pointerdown", "focusin"]) document.addEventListener(kind, turned, { passive: true });

if (document.querySelector(BY_ITSELF)) come();
else turned({ target: document.activeElement });
