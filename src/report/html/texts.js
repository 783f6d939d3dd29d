// What src/report/html/payload.rs wrote, as objects. Every text in it is a subject's or a user's: it is shown as text.
const data = JSON.parse(document.getElementById("data").textContent);
const runs = data.runs.map(([subject, before, after, seed], at) => ({ at, subject, before, after, seed }));
const verdicts = data.verdicts.map(([name, mark], at) => ({ at, name, mark }));
const requirements = data.requirements.map(([id, sentence, area]) => ({ id, sentence, area }));
const evidence = data.evidence.map(([id, attestation, condition, source, note]) => ({ id, attestation, condition, source, note }));
const text = (number) => data.texts[number];
const block = (number, separator) => data.blocks[number].map(text).join(separator);
const mismatches = data.mismatches.map(([requirement, aspect, attestation, fails, rows, expected, got]) => ({
  requirement: requirements[requirement],
  aspect: text(aspect),
  attestation: text(attestation),
  fails: fails === 1,
  evidence: rows.map((row) => evidence[row]),
  expected: text(expected),
  got: text(got),
}));
const entryOf = (raw, run) => raw && {
  run: runs[run],
  verdict: verdicts[raw[0]],
  scored: raw[1] === 1,
  answer: raw[2] == null ? null : text(raw[2]),
  state: raw[3] == null ? [] : block(raw[3], "\n").split("\n"),
  mismatches: (raw[4] || []).map((number) => mismatches[number]),
  reason: raw[5] == null ? null : text(raw[5]),
  exchanges: raw[6],
  seed: raw[7] || runs[run].seed,
};
const cases = data.cases.map(([id, layer, labels, governing, entries, curl, quoted, steps], at) => ({
  at,
  id,
  layer: data.layers[layer],
  labels: labels.map(text),
  requirements: governing.map((number) => requirements[number]),
  entries: runs.map((_, run) => entryOf(entries[run] || null, run)),
  curl: curl == null ? null : block(curl, " -"),
  quoted: quoted || id,
  steps,
}));

// The requirements that an entry says something of: as src/report/html/tally.rs counts them.
const differing = ["mismatch", "advisory", "known", "stale"];
function concerned(item, entry) {
  if (differing.includes(entry.verdict.name) && entry.mismatches.length > 0) {
    return entry.mismatches.map((mismatch) => mismatch.requirement);
  }
  return item.requirements;
}
const worst = (item) => Math.min(...item.entries.filter(Boolean).map((entry) => entry.verdict.at));
