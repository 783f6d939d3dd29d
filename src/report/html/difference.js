// Which words of what was expected are missing in what came, and which came instead. Longer texts are shown as they are.
const wordsMax = 300;
function difference(expected, got) {
  const split = (whole) => whole.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) || [];
  const [a, b] = [split(expected), split(got)];
  if (a.length > wordsMax || b.length > wordsMax) return [[expected], [got]];
  const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const [left, right] = [[], []];
  const push = (side, name, word) => {
    const last = side.at(-1);
    if (last && last.name === name) last.words += word;
    else side.push({ name, words: word });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(left, null, a[i++]);
      push(right, null, b[j++]);
    } else if (j >= b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) push(left, "del", a[i++]);
    else push(right, "ins", b[j++]);
  }
  const shown = (part) => (part.name ? element(part.name, {}, part.words) : part.words);
  return [left.map(shown), right.map(shown)];
}
