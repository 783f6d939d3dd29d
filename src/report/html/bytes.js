// An exchange is shown escaped (src/wire/escape.rs). Its bytes are made of that text: a line break in it is CR LF on the
// wire up to the empty line; a placeholder stands for a value of the run, and for itself here.
const escapes = { n: 10, r: 13, t: 9, "\\": 92 };
function unescaped(shown) {
  const bytes = [];
  const encoder = new TextEncoder();
  const pattern = /\\(?:([nrt\\])|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/g;
  let from = 0;
  const plain = (to) => { if (to > from) for (const byte of encoder.encode(shown.slice(from, to))) bytes.push(byte); };
  for (const found of shown.matchAll(pattern)) {
    plain(found.index);
    if (found[1]) bytes.push(escapes[found[1]]);
    else if (found[2]) bytes.push(parseInt(found[2], 16));
    else {
      const point = parseInt(found[3], 16);
      if (point <= 0x10ffff) for (const byte of encoder.encode(String.fromCodePoint(point))) bytes.push(byte);
    }
    from = found.index + found[0].length;
  }
  plain(shown.length);
  return bytes;
}
function bytesOf(side) {
  const end = side.indexOf("\n\n");
  const head = end < 0 ? side : side.slice(0, end + 2);
  return unescaped(head.replaceAll("\n", "\\r\\n") + side.slice(head.length));
}
function hexOf(side) {
  const bytes = bytesOf(side);
  const lines = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.slice(at, at + 16);
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const seen = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${at.toString(16).padStart(6, "0")}  ${hex.padEnd(47)}  ${seen}`);
  }
  return lines.join("\n");
}
