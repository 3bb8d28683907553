// Binds a behaviour to every element that asks for it by an attribute, now and after each htmx swap, once each.

export function bind(attribute, behave) {
  const bound = new WeakSet();
  const scan = (root) => {
    const found = [...root.querySelectorAll(`[${attribute}]`)];
    if (root.matches?.(`[${attribute}]`)) found.push(root);
    for (const element of found) {
      if (bound.has(element)) continue;
      bound.add(element);
      behave(element);
    }
  };
  scan(document);
  document.addEventListener("htmx:load", (event) => scan(event.target));
}
