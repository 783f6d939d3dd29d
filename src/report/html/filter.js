// What is asked for, and whether a case answers it.
const wanted = { verdicts: new Set(), run: null, layer: "", scope: "", differ: false, words: [] };
const inScope = (requirement) =>
  wanted.scope.startsWith("area:") ? requirement.area === wanted.scope.slice(5) : requirement.id === wanted.scope;

// The words that a case is found by.
function searchable(item) {
  if (item.found == null) {
    const of = item.entries.filter(Boolean).flatMap((entry) => [entry.answer, entry.reason, ...entry.mismatches.flatMap((mismatch) => [mismatch.requirement.id, mismatch.aspect, mismatch.expected, mismatch.got])]);
    const governing = item.requirements.flatMap(({ id, sentence }) => [id, sentence]);
    item.found = [item.id, item.layer, ...item.labels, ...governing, ...of].filter(Boolean).join("\n").toLowerCase();
  }
  return item.found;
}
function differs(item) {
  const seen = new Set(item.entries.map((entry) => (entry ? `${entry.verdict.name} ${entry.answer}` : "")));
  return seen.size > 1;
}
function answers(item) {
  if (wanted.layer && item.layer !== wanted.layer) return false;
  if (wanted.differ && !differs(item)) return false;
  const entries = item.entries.filter((entry) => entry && (wanted.run == null || entry.run.at === wanted.run));
  const fits = (entry) =>
    (wanted.verdicts.size === 0 || wanted.verdicts.has(entry.verdict.name)) && (!wanted.scope || concerned(item, entry).some(inScope));
  if (!entries.some(fits)) return false;
  return wanted.words.every((word) => searchable(item).includes(word));
}

const option = (value, label) => element("option", { value }, label);
function scopeOptions() {
  const areas = new Map();
  for (const { id, area } of requirements) areas.set(area, [...(areas.get(area) || []), id]);
  return [...areas.keys()].sort().map((area) =>
    element("optgroup", { label: area }, option(`area:${area}`, `all of ${area}`), areas.get(area).sort().map((id) => option(id, id))));
}
function verdictChoices(changed) {
  return verdicts.map((verdict) => {
    const count = cases.filter((item) => item.entries.some((entry) => entry && entry.verdict === verdict)).length;
    const box = element("input", { type: "checkbox", name: "verdict", value: verdict.name });
    box.addEventListener("change", () => {
      if (box.checked) wanted.verdicts.add(verdict.name);
      else wanted.verdicts.delete(verdict.name);
      changed();
    });
    return count > 0 && element("label", { class: `choice v ${verdict.name}` }, box, element("span", {}, element("b", { "aria-hidden": "true" }, verdict.mark), ` ${verdict.name} `, element("span", { class: "small" }, number(count))));
  });
}
function filterForm(changed) {
  const search = element("input", { type: "search", id: "search", placeholder: "id, label, requirement, answer …", autocomplete: "off", spellcheck: "false" });
  search.addEventListener("input", () => { wanted.words = search.value.toLowerCase().split(/\s+/).filter(Boolean); changed(); });
  const run = element("select", { id: "by-run" }, option("", "any subject"), runs.map(({ at, subject }) => option(at, subject)));
  run.addEventListener("change", () => { wanted.run = run.value === "" ? null : Number(run.value); changed(); });
  const layer = element("select", { id: "by-layer" }, option("", "any layer"), data.layers.map((name) => option(name, name)));
  layer.addEventListener("change", () => { wanted.layer = layer.value; changed(); });
  const scope = element("select", { id: "by-scope" }, option("", "any requirement"), scopeOptions());
  scope.addEventListener("change", () => { wanted.scope = scope.value; changed(); });
  const differ = element("input", { type: "checkbox", id: "differ" });
  differ.addEventListener("change", () => { wanted.differ = differ.checked; changed(); });
  const form = element("form", { class: "filter", role: "search", "aria-label": "Filter the cases" },
    element("label", {}, "Search", search), element("label", {}, "Subject", run), element("label", {}, "Layer", layer), element("label", {}, "Requirement", scope),
    element("fieldset", {}, element("legend", {}, "Verdict"), verdictChoices(changed), runs.length > 1 && element("label", { class: "choice differ" }, differ, element("span", {}, "subjects differ"))));
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}
// Asks for `scope` of one run, or for everything, and shows that in the form.
function ask(form, { run = null, scope = "" }) {
  form.reset();
  Object.assign(wanted, { run, scope, layer: "", differ: false, words: [] });
  wanted.verdicts.clear();
  form.querySelector("#by-run").value = run == null ? "" : String(run);
  form.querySelector("#by-scope").value = scope;
}
