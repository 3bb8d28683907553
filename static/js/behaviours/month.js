// The month as a grid (ARIA Authoring Practices): one stop of the Tab key, arrows from day to day, Page Up and Down to
// another month. Without this module the days are plain links.
import { bind } from "./bind.js";

const WEEK = 7;
const KEPT = "month-grid-day";

bind("data-month-grid", (table) => {
  const days = [...table.querySelectorAll("[data-day]")];
  table.setAttribute("role", "grid");
  table.setAttribute("aria-description", table.dataset.help);
  for (const row of table.rows) row.setAttribute("role", "row");
  for (const cell of table.tBodies[0].querySelectorAll("td")) cell.setAttribute("role", "gridcell");
  for (const cell of table.tHead.querySelectorAll("th")) cell.setAttribute("role", "columnheader");

  const stop = (day) => {
    for (const other of days) other.tabIndex = other === day ? 0 : -1;
  };
  const go = (at) => {
    const day = days[Math.max(0, Math.min(days.length - 1, at))];
    stop(day);
    day.focus();
  };
  const turn = (id) => {
    sessionStorage.setItem(KEPT, document.activeElement.dataset.day.slice(8));
    document.getElementById(id).click();
  };
  const isReversed = () => getComputedStyle(table).direction === "rtl";

  const here = table.querySelector("[aria-current=date] [data-day]") ?? table.querySelector("td:not(.cell--beyond) [data-day]");
  stop(here);
  const kept = sessionStorage.getItem(KEPT);
  if (kept) {
    sessionStorage.removeItem(KEPT);
    const inMonth = days.filter((day) => !day.closest(".cell--beyond"));
    go(days.indexOf(inMonth.find((day) => day.dataset.day.endsWith(`-${kept}`)) ?? inMonth.at(-1)));
  }

  table.addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const on = isReversed() ? -1 : 1;
    const steps = {
      ArrowRight: at + on,
      ArrowLeft: at - on,
      ArrowDown: at + WEEK,
      ArrowUp: at - WEEK,
      Home: at - (at % WEEK),
      End: at - (at % WEEK) + WEEK - 1,
    };
    if (event.key === "PageUp") turn("month-before");
    else if (event.key === "PageDown") turn("month-after");
    else if (event.key in steps) go(steps[event.key]);
    else return;
    event.preventDefault();
  });
  table.addEventListener("focusin", (event) => {
    if (days.includes(event.target)) stop(event.target);
  });
});
