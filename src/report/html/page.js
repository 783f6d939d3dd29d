// Puts the parts together. What is pressed is a button or a link; without this script the links lead to the same places.
const form = filterForm(showFound);
const reset = button("Show all cases", () => { ask(form, {}); showFound(); }, { id: "reset", class: "tiny" });
byId("case-list").append(form, element("div", { class: "count" }, output, reset), list, more);
showFound();
for (const hidden of document.querySelectorAll(".needs-script")) hidden.hidden = false;

const noSuchCase = "This report has no such case";
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-scope], a[data-case]");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.case != null) {
    if (openCase(form, link.dataset.case)) return;
    output.textContent = noSuchCase;
  } else {
    ask(form, { run: Number(link.dataset.run), scope: link.dataset.scope });
    showFound();
  }
  byId("cases").scrollIntoView();
  (list.querySelector("summary") || reset).focus({ preventScroll: true });
});

// The areas of the matrix fold.
const folds = [];
for (const body of document.querySelectorAll("tbody[data-area]")) {
  const rows = [...body.rows].slice(1);
  const name = body.querySelector(".fold");
  const fold = button(name.textContent, () => set(fold.getAttribute("aria-expanded") !== "true"), { class: "fold", "aria-expanded": "false" });
  const set = (open) => {
    fold.setAttribute("aria-expanded", String(open));
    for (const one of rows) one.hidden = !open;
  };
  name.replaceWith(fold);
  set(false);
  folds.push(set);
}
const unfold = byId("unfold");
unfold.addEventListener("click", () => {
  const open = unfold.getAttribute("aria-expanded") !== "true";
  unfold.setAttribute("aria-expanded", String(open));
  unfold.textContent = open ? "Show areas only" : "Show all requirements";
  for (const set of folds) set(open);
});

// Light, dark, or as the system says. A page opened from a file may have no storage.
const themes = { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
const theme = byId("theme");
function setTheme(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.textContent = themes[name];
  theme.value = name;
}
const remembered = () => { try { return localStorage.getItem("countersign-theme"); } catch { return null; } };
setTheme(Object.hasOwn(themes, remembered() || "") ? remembered() : "system");
theme.addEventListener("click", () => {
  const names = Object.keys(themes);
  setTheme(names[(names.indexOf(theme.value) + 1) % names.length]);
  try { localStorage.setItem("countersign-theme", theme.value); } catch { /* The choice lasts as long as the page. */ }
});

// A link to one case: report.html#case=code/wrong-public
function follow() {
  const asked = location.hash.startsWith("#case=") ? location.hash.slice(6) : null;
  if (asked == null) return;
  let id = asked;
  try { id = decodeURIComponent(asked); } catch { /* Taken as it stands. */ }
  if (openCase(form, id)) return;
  output.textContent = noSuchCase;
  byId("cases").scrollIntoView();
}
addEventListener("hashchange", follow);
follow();
addEventListener("beforeprint", () => { for (const details of document.querySelectorAll(".of-run")) details.open = true; });
