// Saves what is being written: two seconds after typing stops, and at least every fifteen while it goes on.
import { bind } from "./bind.js";

const PAUSE = 2_000;
const LONGEST = 15_000;
const RETRY = 5_000;

bind("data-drafts", (form) => {
  const status = form.querySelector("[data-draft-status]");
  let pause;
  let longest;
  let saved = snapshot();
  let sending = false;

  function snapshot() {
    const typed = new FormData(form);
    const names = ["title", "heard", "source", "content_note", "language"];
    const described = [...typed.keys()].filter((name) => /^(?:description|help)_/.test(name));
    return [...names, ...described].map((name) => typed.get(name) ?? "").join("\u0000");
  }

  function stopClocks() {
    clearTimeout(pause);
    clearTimeout(longest);
    pause = longest = undefined;
  }

  function words() {
    const typed = new FormData(form);
    typed.delete("file");
    return typed;
  }

  async function save({ keepalive = false } = {}) {
    stopClocks();
    const now = snapshot();
    if (now === saved || sending || !form.isConnected) return;
    sending = true;
    try {
      const answer = await fetch(form.dataset.drafts, { method: "POST", body: words(), keepalive, redirect: "manual" });
      if (!answer.ok) throw new Error(String(answer.status));
      saved = now;
      status.textContent = status.dataset.saved;
    } catch {
      status.textContent = status.dataset.failed;
      pause = setTimeout(save, RETRY);
    } finally {
      sending = false;
    }
    if (saved === now && snapshot() !== saved) typed();
  }

  function typed() {
    clearTimeout(pause);
    pause = setTimeout(save, PAUSE);
    longest ??= setTimeout(save, LONGEST);
  }

  form.addEventListener("input", typed);
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    stopClocks();
    saved = snapshot();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ keepalive: true });
  });
});
