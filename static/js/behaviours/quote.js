// "Quote" takes just the words that are selected in a post, and the whole post if none are.
import { bind } from "./bind.js";

function selectionIn(post) {
  const selection = window.getSelection();
  const text = selection?.toString().trim();
  if (!text || !selection.rangeCount) return "";
  return post?.contains(selection.getRangeAt(0).commonAncestorContainer) ? text : "";
}

bind("data-quote", (link) => {
  const address = link.getAttribute("href");
  link.addEventListener("pointerdown", () => remember());
  link.addEventListener("keydown", () => remember());

  function remember() {
    const part = selectionIn(document.querySelector(`[data-quotable="${link.dataset.quote}"]`));
    link.href = part ? `${address}&part=${encodeURIComponent(part.slice(0, 2_000))}` : address;
  }
});
