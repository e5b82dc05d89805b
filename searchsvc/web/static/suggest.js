// Suggestions below a search box: a combobox whose list opens while somebody types.
//
// What was typed stands first, Enter searches for it unless an arrow key chose something else, and
// Escape closes. Every other suggestion is a link that the server wrote. Without this module the
// page is the same page without suggestions.

const WAIT_MS = 250;
const numbers = new Intl.NumberFormat("en");

for (const box of document.querySelectorAll("input[data-suggest]")) suggestFor(box);

function suggestFor(box) {
  const list = element("div", { id: `${box.id}-suggestions`, role: "listbox", className: "suggestions" });
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  const told = element("p", { className: "hidden" });
  told.setAttribute("aria-live", "polite");
  box.after(list);
  box.form.append(told);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-controls", list.id],
    ["aria-expanded", "false"],
  ]) box.setAttribute(name, value);

  let timer = 0;
  let asked = 0; // number of the question asked last; answers to others are dropped
  let asking = new AbortController();
  let active = null;

  const options = () => [...list.querySelectorAll("[role=option]")];

  function activate(option) {
    active?.removeAttribute("aria-selected");
    active = option ?? null;
    if (active === null) return box.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    active.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", active.id);
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    asked += 1;
    activate(null);
    list.hidden = true;
    told.textContent = "";
    box.setAttribute("aria-expanded", "false");
  }

  async function ask() {
    asking.abort();
    asking = new AbortController();
    const question = ++asked;
    const search = new URLSearchParams(new FormData(box.form));
    try {
      const response = await fetch(`${box.dataset.suggest}?${search}`, { signal: asking.signal });
      const body = response.ok ? await response.json() : { groups: [] };
      if (question === asked) show(body);
    } catch {
      if (question === asked) close(); // no answer: the box is a plain box
    }
  }

  function show(body) {
    const groups = body.groups
      .map((group) => ({ ...group, suggestions: group.suggestions.filter((each) => each.html_url) }))
      .filter((group) => group.suggestions.length);
    if (!groups.length) return close();
    activate(null);
    const typed = element("div", { id: `${list.id}-typed`, role: "option", className: "suggestion" });
    const words = element("span", { textContent: `${box.dataset.verb ?? "Search for"} ` });
    words.append(element("strong", { textContent: box.value.trim() }));
    typed.append(words);
    typed.addEventListener("click", () => box.form.requestSubmit());
    list.replaceChildren(typed, ...groups.map((group) => section(group, list.id, body.in)));
    list.hidden = false;
    list.scrollTop = 0;
    box.setAttribute("aria-expanded", "true");
    const count = options().length - 1;
    told.textContent = count === 1 ? "1 suggestion" : `${count} suggestions`;
  }

  box.addEventListener("input", () => {
    clearTimeout(timer);
    activate(null);
    if (box.value.trim()) timer = setTimeout(ask, WAIT_MS);
    else close();
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        if (event.key === "ArrowUp" || !box.value.trim()) return;
        ask();
      } else {
        // Beyond either end stands the box itself, with nothing chosen.
        const ring = [null, ...options()];
        const step = event.key === "ArrowDown" ? 1 : ring.length - 1;
        activate(ring[(ring.indexOf(active) + step) % ring.length]);
      }
      event.preventDefault();
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      active.click();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the browser would also empty the box
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });

  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  box.addEventListener("blur", close);
  box.form.addEventListener("submit", close);
  window.addEventListener("pageshow", close);
}

function section(group, prefix, noun) {
  const name = `${prefix}-${group.name}`;
  const part = element("div", { role: "group" });
  part.setAttribute("aria-labelledby", name);
  part.append(element("p", { id: name, className: "suggested", textContent: group.label, role: "presentation" }));
  group.suggestions.forEach((each, at) => {
    const link = element("a", { id: `${name}-${at}`, role: "option", className: "suggestion", href: each.html_url, tabIndex: -1 });
    link.append(element("span", { textContent: group.name === "terms" ? each.text : each.label }));
    if (each.via) link.append(" ", element("span", { className: "via", textContent: each.via }));
    const count = element("span", { className: "number", textContent: numbers.format(each.count) });
    const unit = each.count === 1 ? noun.slice(0, -1) : noun;
    count.append(element("span", { className: "hidden", textContent: ` ${unit}` }));
    link.append(" ", count);
    part.append(link);
  });
  return part;
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
