// Says in words that htmx could not reach the site, or got no good answer; what was typed stays where it is.
const place = document.querySelector("[data-trouble]");

function say() {
  const message = document.createElement("p");
  message.className = "message message--error";
  message.textContent = place.dataset.trouble;
  place.replaceChildren(message);
  message.scrollIntoView({ block: "nearest" });
}

for (const kind of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(kind, say);
}
