// The small toolbar above a composer's text. Without JavaScript it stays hidden and Markdown is typed.
import { bind } from "./bind.js";

function replaceSelection(area, text, { from, to }) {
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.setSelectionRange(from, to);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function wrap(area, mark) {
  const start = area.selectionStart;
  const chosen = area.value.slice(start, area.selectionEnd);
  const from = start + mark.length;
  replaceSelection(area, `${mark}${chosen}${mark}`, { from, to: from + chosen.length });
}

function prefixLines(area, prefix) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  area.setSelectionRange(start, area.selectionEnd);
  const lines = area.value.slice(start, area.selectionEnd).split("\n");
  const text = lines.map((line) => prefix + line).join("\n");
  replaceSelection(area, text, { from: start + text.length, to: start + text.length });
}

function link(area) {
  const start = area.selectionStart;
  const chosen = area.value.slice(start, area.selectionEnd);
  const isAddress = /^https?:\/\/\S+$/.test(chosen);
  const text = isAddress ? `[](${chosen})` : `[${chosen}](https://)`;
  const cursor = isAddress ? start + 1 : start + text.length - 1;
  replaceSelection(area, text, { from: cursor, to: cursor });
}

bind("data-composer-tools", (tools) => {
  const area = tools.closest("form").querySelector("textarea");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.wrap) wrap(area, button.dataset.wrap);
    else if (button.dataset.prefix) prefixLines(area, button.dataset.prefix);
    else link(area);
  });
});
