// One case in full; built when it is opened.
const linkPattern = /https:\/\/[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+/g;
function sourceOf(row) {
  // Sources are the corpus's own words: only there an address becomes a link.
  const parts = [];
  let from = 0;
  for (const found of row.source.matchAll(linkPattern)) {
    const address = found[0].replace(/[).,;:]+$/, "");
    parts.push(row.source.slice(from, found.index), element("a", { href: address, rel: "noreferrer noopener" }, address));
    from = found.index + address.length;
  }
  parts.push(row.source.slice(from));
  return element("span", { class: "source" }, "Source: ", parts);
}
// What a check of an SDK rests on stands in no table of rows.
const ofSdk = /^(smithy|sdks|near|model|rfc):/;
const evidenceRow = (row) =>
  row.condition == null
    ? element("li", {}, element("code", {}, row.id), !ofSdk.test(row.id) && " is no row of this version’s evidence.")
    : element("li", {}, element("code", {}, row.id), ` ${row.attestation}: ${row.condition}`, row.note && element("span", { class: "source" }, row.note), sourceOf(row));

function differenceView(mismatch) {
  const [expected, got] = difference(mismatch.expected, mismatch.got);
  return element("div", { class: mismatch.fails ? "difference fails" : "difference" },
    element("p", {}, element("strong", {}, mismatch.aspect), ` · ${mismatch.attestation} · `, element("code", {}, mismatch.requirement.id), mismatch.fails ? " · fails the run" : " · below the gate"),
    element("dl", { class: "pair" }, element("dt", {}, "expected"), element("dd", {}, expected), element("dt", {}, "got"), element("dd", {}, got)),
    mismatch.requirement.sentence && element("p", { class: "small" }, mismatch.requirement.sentence),
    mismatch.evidence.length > 0 && element("ul", { class: "rows", "aria-label": "Evidence" }, mismatch.evidence.map(evidenceRow)));
}

function sideView(name, shown, role) {
  const has = !shown.startsWith("(");
  const pre = element("pre", { tabindex: "0", role: "group", "aria-label": `${role}, ${name}` }, shown);
  const toggle = has && button("Hex", () => {
    const wanted = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(wanted));
    pre.className = wanted ? "hex" : "";
    pre.textContent = wanted ? hexOf(shown) : shown;
  }, { class: "tiny hex-toggle", "aria-pressed": "false", "aria-label": `Hex: ${role}, ${name}`, title: "The bytes of this text; placeholders stand for values that only the run knew" });
  return element("div", { class: "side" }, element("div", { class: "head" }, element("strong", {}, name), toggle), pre);
}
function exchangeView([role, request, response], open) {
  const name = text(role);
  return element("details", { class: "exchange", open }, element("summary", {}, name),
    element("div", { class: "sides" }, sideView("request", block(request, "\n"), name), sideView("response", block(response, "\n"), name)));
}
function exchangesView(entry) {
  if (entry.exchanges === 0) return element("p", { class: "small" }, "The exchanges are left out: this page holds too many texts. The JSON report has them.");
  if (!entry.exchanges) return element("p", { class: "small" }, `Both sides of a case that passed are not kept${entry.run.before && "; the line below shows them"}.`);
  return entry.exchanges.map((exchange, at) => exchangeView(exchange, at === 0));
}

// Nothing, where the run is of what somebody else has recorded.
const reproduction = (item, { run, seed }) => run.before && run.before + item.quoted + run.after + seed;
function entryView(item, entry) {
  const command = reproduction(item, entry);
  const facts = [
    entry.answer != null && [element("dt", {}, "answer"), element("dd", {}, entry.answer)],
    entry.state.length > 0 && [element("dt", {}, "state"), element("dd", {}, entry.state.map((line) => element("div", {}, line)))],
    entry.reason != null && [element("dt", {}, "reason"), element("dd", {}, entry.reason)],
    !entry.scored && [element("dt", {}, "score"), element("dd", {}, "not counted: no aspect of it can fail the run")],
  ];
  return element("article", { class: "run", "aria-label": entry.run.subject },
    element("h3", {}, entry.run.subject, " ", chip(entry.verdict)),
    element("dl", { class: "about" }, facts),
    entry.mismatches.map(differenceView),
    exchangesView(entry),
    command !== "" && [element("h4", {}, "Send it again"), copyable(command, "the command that sends the case again")]);
}
function caseView(item) {
  return element("div", { class: "body" },
    element("dl", { class: "about" },
      element("dt", {}, "done"), element("dd", {}, item.labels.map((label) => element("span", { class: "tag" }, label))),
      element("dt", {}, "layer"), element("dd", {}, item.layer),
      element("dt", {}, "governed by"), element("dd", {}, item.requirements.map(({ id, sentence }) => element("div", {}, element("code", {}, id), ` ${sentence}`)))),
    element("div", { class: "runs" }, item.entries.filter(Boolean).map((entry) => entryView(item, entry))),
    item.curl != null && [element("h3", {}, "With curl"), copyable(item.curl, "the curl command"),
      item.steps != null && element("p", { class: "small" }, `Step ${item.steps} of ${item.steps}; the command above prints all with `, element("code", {}, "--curl"), ".")]);
}
