// The cases that answer what is asked for, the worst first, a page of them at a time.
const pageSize = 100;
const ordered = [...cases].sort((a, b) => worst(a) - worst(b) || a.at - b.at);
let found = ordered;
let shownCount = 0;
const list = element("ul", { class: "list", "aria-label": "Cases" });
const output = element("output", { role: "status", "aria-live": "polite", id: "result-count" });
const more = button("", () => showMore(true), { class: "more", hidden: true });

function row(item) {
  const chips = item.entries.map((entry) => entry && chip(entry.verdict, runs.length > 1 ? entry.run.subject : null));
  const details = element("details", { "data-id": item.id },
    element("summary", {}, element("span", { class: "id" }, item.id), element("span", { class: "did" }, item.labels.join(", ")), element("span", { class: "chips" }, chips)));
  details.addEventListener("toggle", () => {
    if (details.open && details.childElementCount === 1) details.append(caseView(item));
  });
  return element("li", {}, details);
}
function showMore(focus) {
  const next = found.slice(shownCount, shownCount + pageSize).map(row);
  list.append(...next);
  shownCount += next.length;
  const left = found.length - shownCount;
  more.hidden = left === 0;
  more.textContent = `Show ${number(Math.min(left, pageSize))} more of ${number(left)}`;
  if (focus && next.length > 0) next[0].querySelector("summary").focus();
}
function showFound() {
  found = ordered.filter(answers);
  list.replaceChildren();
  shownCount = 0;
  showMore(false);
  output.textContent = `${number(found.length)} of ${number(cases.length)} cases`;
}
// Opens one case, wherever it stands.
function openCase(form, id) {
  const item = cases.find((known) => known.id === id);
  if (!item) return false;
  ask(form, {});
  form.querySelector("#search").value = id;
  wanted.words = [id.toLowerCase()];
  showFound();
  let details;
  while (!(details = [...list.querySelectorAll("details[data-id]")].find((known) => known.dataset.id === id)) && shownCount < found.length) showMore(false);
  if (!details) return false;
  details.open = true;
  details.querySelector("summary").focus({ preventScroll: true });
  byId("cases").scrollIntoView();
  return true;
}
