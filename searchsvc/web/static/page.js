// Makes the pages quicker; without it every link and form leads to the same pages by GET.
//
// Pages whose whole state is their address mark their main part with data-live. There links and
// forms that lead to the same path fetch the page they lead to, and what differs is put in place:
// what stays keeps its focus, caret, scroll and openness. With data-live="typing" results follow
// the search box, too. One question is asked at a time; answers to others are dropped. All words
// come from the server, in the language of the page.

const WAIT_MS = 250; // after the last letter
const SETTLED_MS = 1500; // after that, what is typed next is an entry of the history of its own
const WIDE = matchMedia("(min-width: 56rem)"); // filters beside the results, as in the style sheet

const find = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const instant = find("main[data-live]") !== null;
const typing = find("main[data-live=typing]") !== null;
const CHARTS = "svg.bars, svg.plot";

// Asking ------------------------------

let shown = plain(location.href); // the address of what the page shows
let asked = shown; // the address asked last: another one while its answer is awaited
let under = null; // the question under way
let timer = 0; // of a text that was typed and is not asked yet
let pause = 0; // after which what was typed counts as settled
let session = false; // whether the entry of the history is of somebody typing, whom it follows

/** An address without its fragment. */
function plain(address) {
  const url = new URL(address, location.href);
  url.hash = "";
  return url;
}

/**
 * Asks for a page and shows it. What is asked already is given up.
 *
 * how.from: what was clicked. how.typed: somebody is typing. how.settles: what was typed is sent.
 * how.fresh: boxes show what the answer says. how.restore: state of an entry that was gone back to.
 */
async function ask(url, how = {}) {
  under?.stop.abort();
  const mine = (under = { ...how, stop: new AbortController(), box: document.activeElement });
  mine.value = mine.box?.value;
  asked = url;
  find("main").setAttribute("aria-busy", "true");
  if (!how.typed) closeLists();
  let response, text;
  try {
    response = await fetch(url, { signal: mine.stop.signal, headers: { Accept: "text/html" } });
    text = await response.text();
  } catch {
    if (mine === under) giveUp(mine, url);
    return;
  }
  if (mine !== under) return; // another question was asked meanwhile
  const next = new DOMParser().parseFromString(text, "text/html");
  const html = response.headers.get("Content-Type")?.startsWith("text/html");
  if (!html || !here(plain(response.url)) || assets(next) !== assets(document)) return leave(mine, url);
  const canonical = response.ok && find("link[rel=canonical]", next)?.getAttribute("href");
  show(next, plain(canonical || response.url), mine);
}

/** No answer came: the browser tells why, unless somebody is typing still. */
function giveUp(mine, url) {
  if (!mine.typed || mine.settled) return leave(mine, url);
  idle();
  asked = shown;
}

const leave = (mine, url) => (mine.restore ? location.reload() : location.assign(url));

function idle() {
  under = null;
  for (const part of all("[aria-busy]")) part.removeAttribute("aria-busy");
}

/** What a page runs with; if not with what ours does, the server is another by now. */
const assets = (page) => all("script[src], link[rel=stylesheet]", page).map((part) => part.outerHTML).join();

const here = (url) => url.origin === location.origin && url.pathname === shown.pathname;

/**
 * Where a link or form of the page shown leads, given what was asked since that page was made.
 *
 * Of names that may stand several times (values of facets) single values come and go, all others
 * are replaced. Every change begins at the first page.
 */
function merged(target) {
  if (asked.href === shown.href) return target;
  const pairs = (url) => [...url.searchParams].map((pair) => JSON.stringify(pair));
  const name = (pair) => JSON.parse(pair)[0];
  const repeats = (each) => /^not\.|^expand\.not$/.test(each) || document.getElementById(`facet-${each}`);
  const [before, after] = [pairs(shown), pairs(target)];
  const added = after.filter((pair) => !before.includes(pair));
  const changed = [...added, ...before.filter((pair) => !after.includes(pair))];
  const replaced = new Set(["page", ...changed.map(name).filter((each) => !repeats(each))]);
  const kept = pairs(asked).filter((pair) => !changed.includes(pair) && !replaced.has(name(pair)));
  const url = new URL(target);
  url.search = new URLSearchParams([...kept, ...added].map((pair) => JSON.parse(pair)));
  return url;
}

/** The address that a form asks for; boxes left empty say nothing. */
function written(form, submitter) {
  const url = plain(form.action);
  url.search = new URLSearchParams([...new FormData(form, submitter)].filter(([, value]) => value));
  return url;
}

/** Whether results follow what is typed in a box. */
const leads = (box) => typing && box.id === "q";

const typed = () => merged(written(find("#q").form));

/** Stops waiting for more letters; gives whether some were waited for. */
function cut() {
  const waited = timer !== 0;
  clearTimeout(timer);
  timer = 0;
  return waited;
}

function askTyped() {
  cut();
  clearTimeout(pause);
  pause = setTimeout(settle, SETTLED_MS);
  const url = typed();
  if (url.href !== asked.href) ask(url, { typed: true });
}

/** What was typed so far stays an entry of the history; what follows is another one. */
function settle() {
  clearTimeout(pause);
  session = false;
  if (under) under.settled = true;
}

function follow(link, url) {
  if (cut()) asked = typed(); // typed, but not asked yet
  if (link.role === "option") ask(url, { fresh: true }); // made of what was typed
  else ask(merged(url), { from: link });
}

function startAsking() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.matches("[target], [download], [rel~=nofollow], [href^='#']")) return;
    const url = plain(link.getAttribute("href"));
    if (!here(url)) return save(); // for whoever comes back
    event.preventDefault();
    follow(link, url);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "get" || !here(plain(form.action))) return;
    event.preventDefault();
    const box = find("#q", form);
    if (cut() && !box) asked = typed();
    if (box && matchMedia("(pointer: coarse)").matches) box.blur(); // and its keyboard goes
    ask(merged(written(form, event.submitter)), { from: form, settles: box !== null });
  });

  document.addEventListener("input", (event) => {
    if (!leads(event.target)) return;
    cut();
    timer = setTimeout(askTyped, WAIT_MS);
  });

  document.addEventListener("focusout", (event) => {
    if (!leads(event.target)) return;
    if (timer) askTyped();
    settle();
  });
}

// Showing -----------------------------

const ATTACHED = "link[rel=canonical], link[rel=alternate], link[rel=prev], link[rel=next]";
const folded = new Map(); // whether <details> are open that somebody opened or closed, by id

function show(next, url, how) {
  const focused = document.activeElement;
  const around = [];
  for (let each = focused; each && each !== document.body; each = each.parentElement) around.push(each);
  const turned = focused?.closest(".hits, .pager, .wider") && !how.restore; // other hits, from the first on
  const chosen = how.from?.closest(".value") ? how.from : null; // stays where it is in the window
  const top = chosen?.getBoundingClientRect().top;
  const facets = chosen ? all(".facet") : [];
  const above = facets.slice(0, facets.indexOf(chosen?.closest(".facet"))).map((facet) => [facet, facet.offsetHeight]);
  enter(url, how);
  shown = asked = url;
  document.title = next.title;
  for (const link of all(ATTACHED)) link.remove();
  document.head.append(...all(ATTACHED, next));
  morph(document.body, next.body, how);
  idle();
  for (const box of all("input[data-suggest]")) suggestFor(box);
  if (how.restore) return restore(how.restore);
  for (const [facet, height] of above) if (facet.offsetHeight < height) facet.style.minHeight = `${height}px`;
  if (chosen?.isConnected) scrollBy({ top: chosen.getBoundingClientRect().top - top, behavior: "instant" });
  if (turned) toResults();
  else refocus(focused, around);
}

/** Keeps the focus where it is, or near it where what had it is gone. */
function refocus(focused, around) {
  if (!around.length || document.activeElement === focused) return;
  const near = around.slice(1).find((each) => each.isConnected && each.matches("[data-key], .chips, .facet"));
  const place = focused.isConnected ? focused : near && find("a[href], summary", near);
  (place ?? find("main")).focus({ preventScroll: true });
}

function toResults() {
  const { top } = find("main").getBoundingClientRect();
  find("main").focus({ preventScroll: true });
  if (top < 0 || top > innerHeight / 3) find("main").scrollIntoView({ behavior: "instant" });
}

/**
 * Makes one node like another with as few changes as keep what is the same.
 *
 * Elements with an id or data-key are recognised wherever among their siblings they stand, others by
 * their order. What has data-own was made here; what has data-kept is filled here.
 */
function morph(live, next, how) {
  if (live.nodeType !== Node.ELEMENT_NODE) {
    if (live.data !== next.data) live.data = next.data;
    return;
  }
  if (anew(live, next, how)) return live.replaceWith(next);
  if (live.localName === "input") fill(live, next, how);
  if (live.localName === "option") live.selected = next.hasAttribute("selected");
  attributes(live, next);
  if (live.role === "status") live.replaceChildren(...next.childNodes); // told once
  else if (!("kept" in live.dataset)) children(live, next, how);
}

/** Whether an element is replaced as a whole: what says something else has not just moved. */
function anew(live, next, how) {
  if (live.matches(".hits, .pager, .wider")) return !live.isEqualNode(next);
  if (!live.matches(".values, .sorts") || live.contains(how.from ?? document.activeElement)) return false;
  const says = (part) => [...part.children].map((each) => keyOf(each) ?? each.textContent).join();
  return says(live) !== says(next) && !live.scrollTop;
}

const keyOf = (node) => (node.id ? `#${node.id}` : node.dataset?.key);
const own = (node) => node.dataset?.own !== undefined;
const alike = (one, other) =>
  one.nodeName === other.nodeName && keyOf(one) === keyOf(other) && one.classList?.[0] === other.classList?.[0];

function children(live, next, how) {
  const wanted = inOrder(live, next, how);
  const keyed = new Map([...live.children].map((each) => [keyOf(each), each]));
  const coming = new Set(wanted.map(keyOf).filter(Boolean));
  const met = new Set();
  const gone = (node) => !own(node) && !met.has(node) && !coming.has(keyOf(node));
  let at = live.firstChild;
  for (const child of wanted) {
    while (at && own(at)) at = at.nextSibling;
    const match = matching(child, at, keyed);
    if (!match) {
      live.insertBefore(child, at);
      continue;
    }
    met.add(match);
    if (match.parentNode === live) {
      for (let each = at; each && each !== match; ) {
        const after = each.nextSibling;
        if (gone(each)) {
          if (each === at) at = after;
          each.remove();
        }
        each = after;
      }
      if (match === at) at = at.nextSibling;
      else if (live.moveBefore) live.moveBefore(match, at); // and its focus
      else live.insertBefore(match, at);
    }
    morph(match, child, how);
  }
  while (at) {
    const after = at.nextSibling;
    if (!own(at) && !met.has(at)) at.remove();
    at = after;
  }
}

function matching(child, at, keyed) {
  const key = keyOf(child);
  if (key) {
    const match = keyed.get(key) ?? (key === "#panel" ? find("dialog #panel") : null);
    return match && alike(match, child) ? match : null;
  }
  let match = at;
  while (match && child.nodeType === Node.ELEMENT_NODE && (own(match) || !alike(match, child))) match = match.nextSibling;
  return match && alike(match, child) ? match : null;
}

/** What is to stand in an element; values among which somebody chooses stay in their order. */
function inOrder(live, next, how) {
  if (!live.matches(".values") || how.from?.closest(".values") !== live) return [...next.childNodes];
  const ranks = new Map([...live.children].map((each, rank) => [keyOf(each), rank]));
  const rank = (each) => (each.matches(".value-missing") ? 2e9 : ranks.get(keyOf(each)) ?? 1e9);
  return [...next.children].sort((one, other) => rank(one) - rank(other));
}

function attributes(live, next) {
  for (const { name, value } of [...next.attributes]) {
    if (!ours(live, name) && live.getAttribute(name) !== value) live.setAttribute(name, value);
  }
  for (const { name } of [...live.attributes]) {
    if (!ours(live, name) && !next.hasAttribute(name)) live.removeAttribute(name);
  }
}

/** Whether an attribute says something of what happens here, and not of the page. */
function ours(live, name) {
  if (name === "open") return live.localName !== "details" || !live.id || folded.has(live.id);
  if (live.dataset.suggest) return /^(role|aria-(autocomplete|controls|expanded|activedescendant))$/.test(name);
  return name === "aria-busy" || name === "style";
}

/** Puts into a box what the answer says, unless somebody is writing there. */
function fill(box, next, how) {
  box.checked = next.hasAttribute("checked");
  if (/hidden|checkbox|radio/.test(box.type)) return;
  const value = next.getAttribute("value") ?? "";
  const writes = box === document.activeElement && (how.typed || box !== how.box || box.value !== how.value);
  const due = how.restore || (!writes && (how.fresh || value !== box.defaultValue));
  if (due && box.value !== value) box.value = value;
}

/** Lets the filters be as high as they are, once nobody chooses among them. */
function release({ target }) {
  if (!target.closest?.("#panel")) all(".facet[style]").forEach((facet) => facet.removeAttribute("style"));
}

// History -----------------------------

let entry = history.state?.entry ?? Math.random(); // its name
const left = new Map(); // places in entries that were left, by name
let passing = false; // whether the next step back is one of ours

/** One entry for each change; typing, and choosing in the dialog, make one until they are done. */
function enter(url, how) {
  if (how.restore) return;
  save();
  const follows = session && (how.typed || how.settles);
  if (follows || find("dialog.sheet[open]") || url.href === plain(location.href).href) {
    history.replaceState(history.state, "", url);
  } else push(url);
  session = Boolean(how.typed && !how.settled);
}

function push(url, state = {}) {
  entry = Math.random();
  history.pushState({ ...place(), entry, ...state }, "", url);
}

/** Scroll, focus and openness; elements by id, links by where they lead. */
function place() {
  const focused = document.activeElement;
  const href = focused?.getAttribute("href");
  const nth = href && sameLinks(href).indexOf(focused);
  return { y: scrollY, focus: focused?.id ? { id: focused.id } : href ? { href, nth } : null, folded: [...folded] };
}

const sameLinks = (href) => all("a[href]").filter((link) => link.getAttribute("href") === href);

function save() {
  history.replaceState({ ...history.state, entry, ...place() }, "");
}

function restore({ y = 0, focus }) {
  const focused = focus && (focus.id ? document.getElementById(focus.id) : sameLinks(focus.href)[focus.nth]);
  focused?.focus({ preventScroll: true });
  scrollTo({ top: y, behavior: "instant" });
}

function wentBack({ state }) {
  left.set(entry, place());
  entry = state?.entry ?? Math.random();
  if (passing) {
    passing = false;
    return;
  }
  const url = plain(location.href);
  const dialog = find("dialog.sheet[open]");
  if (dialog) {
    dialog.close(); // that was what the step back was for
    if (url.href !== shown.href) push(shown);
    return;
  }
  cut();
  settle();
  const known = left.get(entry) ?? state;
  if (url.href !== shown.href || under) ask(url, { restore: known ?? {} });
  else if (known) restore(known);
}

function startShowing() {
  history.scrollRestoration = "manual"; // what is scrolled to must be there first
  for (const [id, open] of history.state?.folded ?? []) {
    const group = document.getElementById(id);
    if (group && (open || !find(".value-chosen, .value-left-out", group))) {
      group.open = open;
      folded.set(id, open);
    }
  }
  if (history.state?.entry) restore(history.state); // loaded anew, or come back to
  addEventListener("popstate", wentBack);
  addEventListener("scrollend", save);
  addEventListener("pointerdown", release);
  addEventListener("keydown", release);
  document.addEventListener("click", (event) => {
    const group = event.target.closest?.("summary")?.parentElement;
    if (!group?.id || event.defaultPrevented) return;
    folded.set(group.id, !group.open);
    save();
  });
}

// Dialogs -----------------------------

let opened = shown; // the address at which the dialog of the filters was opened

function startDialogs() {
  document.addEventListener("click", (event) => {
    const { target } = event;
    const at = target.closest?.(".filters > summary, [data-opens], [data-close]");
    const { opens, close } = at?.dataset ?? {};
    if (target.matches?.("dialog")) target.close(); // beside what it shows
    else if (close !== undefined) {
      at.closest("dialog").close();
      if (close) toResults();
    } else if (at && (opens || !WIDE.matches)) {
      event.preventDefault();
      if (opens) document.getElementById(opens).showModal();
      else openSheet();
    }
  }, true);
  document.addEventListener("close", (event) => event.target.matches("dialog.sheet") && sheetClosed(), true);
  WIDE.addEventListener("change", () => find("dialog.sheet[open]")?.close());
}

/** The filters of a small window in a dialog of their own; a step back closes it. */
function openSheet() {
  const dialog = find("dialog.sheet");
  if (instant) save();
  find("[data-kept]", dialog).append(find("#panel"));
  opened = shown;
  if (instant) push(shown, { sheet: true });
  dialog.showModal();
}

function sheetClosed() {
  find(".filters")?.append(find("#panel"));
  if (!history.state?.sheet) return; // by a step back
  if (shown.href !== opened.href) history.replaceState({ ...history.state, sheet: false }, "");
  else {
    passing = true;
    history.back();
  }
}

// Keys --------------------------------

const KEYS = {
  "/": toBox,
  j: () => step(1),
  k: () => step(-1),
  n: () => toMatch(1),
  p: () => toMatch(-1),
  o: () => document.activeElement.matches(".hits a") && document.activeElement.click(),
  "?": () => find("#keys")?.showModal(),
};

function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "k" || event.shiftKey) return;
      event.preventDefault();
      return toBox();
    }
    if (document.documentElement.dataset.keys === "off" || find("dialog[open]")) return;
    if (event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]")) return;
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

function toBox() {
  find("dialog[open]")?.close();
  find("#q")?.focus();
  find("#q")?.select();
}

/** To the next hit, or in an article to the next match. */
function step(by) {
  const hits = all(".hits > li");
  if (!hits.length) return toMatch(by);
  const next = hits[following(hits, hits.findIndex((hit) => hit.contains(document.activeElement)), by)];
  (find("a[href*='/articles/']", next) ?? find("a[href]", next))?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

/** To the next match of an article; to its next statement where nothing was asked. */
function toMatch(by) {
  const matches = all("mark[id^='m-']");
  const places = matches.length ? matches : all(".said[id^='s-']");
  if (!places.length) return;
  const now = places.findIndex((each) => `#${each.id}` === location.hash);
  location.replace(`#${places[following(places, now, by)].id}`); // no entry of the history for each
}

/** The index behind or before the current one, or of what is in view where none is (-1). */
function following(places, now, by) {
  const last = places.length - 1;
  const below = places.findIndex((each) => each.getBoundingClientRect().top >= 0);
  const next = now >= 0 ? now + by : below < 0 ? last : by > 0 ? below : below - 1;
  return Math.min(Math.max(next, 0), last);
}

// A range drawn over bars -------------

function startBrush() {
  let drawn = null; // { bars, form, from: where it began, on: whether it is more than a click }
  const picked = ({ bars, from }, to) =>
    bars.filter((bar) => {
      const { left: start, right: end } = bar.getBoundingClientRect();
      return end >= Math.min(from, to) && start <= Math.max(from, to);
    });
  const mark = (bars) => {
    for (const bar of all("[data-first]")) bar.classList.toggle("picked", bars.includes(bar));
  };
  const drop = () => {
    mark([]);
    drawn = null;
  };
  document.addEventListener("pointerdown", (event) => {
    const chart = event.target.closest?.(CHARTS);
    const form = chart && find("[name='date.from']:not([type=hidden])", chart.closest(".facet, main"))?.form;
    if (form && event.isPrimary && !event.button) drawn = { chart, form, bars: all("[data-first]", chart), from: event.clientX };
  });
  document.addEventListener("pointermove", (event) => {
    if (!drawn || (!drawn.on && Math.abs(event.clientX - drawn.from) < 5)) return; // a trembling click
    if (!drawn.on) drawn.chart.setPointerCapture(event.pointerId); // and no bar is clicked
    drawn.on = true;
    mark(picked(drawn, event.clientX));
  });
  document.addEventListener("pointerup", (event) => {
    const bars = drawn?.on ? picked(drawn, event.clientX) : [];
    const form = drawn?.form;
    drop();
    if (!bars.length) return;
    const [first, last] = shortest(bars[0].dataset.first, bars.at(-1).dataset.last);
    form.elements["date.from"].value = first;
    form.elements["date.to"].value = last;
    form.requestSubmit();
  });
  document.addEventListener("pointercancel", drop);
  document.addEventListener("keydown", (event) => event.key === "Escape" && drop());
  document.addEventListener("dragstart", (event) => event.target.closest?.(CHARTS) && event.preventDefault());
}

/** Two days as years or months where they begin and end some. */
function shortest(first, last) {
  if (first.endsWith("-01-01") && last.endsWith("-12-31")) return [first.slice(0, 4), last.slice(0, 4)];
  const [year, month, day] = last.split("-").map(Number);
  const ends = day === new Date(Date.UTC(year, month, 0)).getUTCDate();
  return first.endsWith("-01") && ends ? [first.slice(0, 7), last.slice(0, 7)] : [first, last];
}

// Suggestions -------------------------
//
// A combobox whose list opens while somebody types. What was typed stands first, Enter searches for
// it unless an arrow key chose something else, Escape closes. All others are links that the server
// wrote. Results that come meanwhile leave the list alone.

const words = find("#words").dataset;
const numbers = new Intl.NumberFormat(document.documentElement.lang);
const plurals = new Intl.PluralRules(document.documentElement.lang);
const lists = new Map(); // what closes the list of a box

const closeLists = () => lists.forEach((close) => close());

/** The form of a phrase for a number; forms are given as "one|other", or as one for all numbers. */
function counted(forms, count) {
  const each = forms.split("|");
  return (plurals.select(count) === "one" ? each[0] : each.at(-1)).replace("{n}", numbers.format(count));
}

function suggestFor(box) {
  if (lists.has(box)) return;
  const list = element("div", { id: `${box.id}-suggestions`, role: "listbox", className: "suggestions", ariaLabel: words.suggestions });
  list.hidden = true;
  const told = element("p", { className: "hidden", ariaLive: "polite" });
  list.dataset.own = told.dataset.own = "";
  box.after(list);
  box.form.append(told);
  for (const [name, value] of [
    ["role", "combobox"],
    ["aria-autocomplete", "list"],
    ["aria-controls", list.id],
    ["aria-expanded", "false"],
  ]) box.setAttribute(name, value);

  let waiting = 0;
  let last = 0; // number of the question asked last; answers to others are dropped
  let request = new AbortController();
  let active = null;

  function activate(option) {
    active?.removeAttribute("aria-selected");
    active = option ?? null;
    if (active === null) return box.removeAttribute("aria-activedescendant");
    active.setAttribute("aria-selected", "true");
    active.scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", active.id);
  }

  function close() {
    clearTimeout(waiting);
    request.abort();
    last += 1;
    activate(null);
    list.hidden = true;
    told.textContent = "";
    box.setAttribute("aria-expanded", "false");
  }

  async function suggest() {
    request.abort();
    request = new AbortController();
    const mine = ++last;
    const search = new URLSearchParams(new FormData(box.form));
    try {
      const response = await fetch(`${box.dataset.suggest}?${search}`, { signal: request.signal });
      const body = await response.json();
      if (mine === last) open(body);
    } catch {
      if (mine === last) close(); // no answer: the box is a plain box
    }
  }

  function open(body) {
    const groups = body.groups
      .map((group) => ({ ...group, suggestions: group.suggestions.filter((each) => each.html_url) }))
      .filter((group) => group.suggestions.length);
    if (!groups.length) return close();
    activate(null);
    const verbatim = element("div", { id: `${list.id}-typed`, role: "option", className: "suggestion" });
    const [before, after] = (box.dataset.verb ?? words.verb).split("{text}");
    const phrase = element("span");
    phrase.append(before, element("strong", { textContent: box.value.trim() }), after);
    verbatim.append(phrase);
    verbatim.addEventListener("click", () => box.form.requestSubmit());
    list.replaceChildren(verbatim, ...groups.map((group) => section(group, list.id, words[body.in])));
    list.hidden = false;
    list.scrollTop = 0;
    box.setAttribute("aria-expanded", "true");
    told.textContent = counted(words.found, all("[role=option]", list).length - 1);
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    activate(null);
    if (box.value.trim()) waiting = setTimeout(suggest, WAIT_MS);
    else close();
  });

  box.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) {
        if (event.key === "ArrowUp" || !box.value.trim()) return;
        suggest();
      } else {
        // Beyond either end stands the box itself, with nothing chosen.
        const ring = [null, ...all("[role=option]", list)];
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
  lists.set(box, close);
}

function section(group, prefix, unit) {
  const name = `${prefix}-${group.name}`;
  const part = element("div", { role: "group" });
  part.setAttribute("aria-labelledby", name);
  part.append(element("p", { id: name, className: "suggested", textContent: group.label, role: "presentation" }));
  group.suggestions.forEach((each, at) => {
    const link = element("a", { id: `${name}-${at}`, role: "option", className: "suggestion", href: each.html_url, tabIndex: -1 });
    link.append(element("span", { textContent: group.name === "terms" ? each.text : each.label }));
    if (each.via) link.append(" ", element("span", { className: "via", textContent: each.via }));
    const count = element("span", { className: "number", textContent: numbers.format(each.count) });
    count.append(element("span", { className: "hidden", textContent: ` ${counted(unit, each.count)}` }));
    link.append(" ", count);
    part.append(link);
  });
  return part;
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

addEventListener("pageshow", closeLists);
for (const box of all("input[data-suggest]")) suggestFor(box);
startDialogs();
startKeys();
startBrush();
if (instant) {
  startAsking();
  startShowing();
}
