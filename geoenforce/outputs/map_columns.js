// Reads the columns that `map_columns.py` has written: whole numbers in as few bytes as each needs, texts as patterns.
window.geoenforceColumns = (function () {
  "use strict";
  const BASE64 = Object.fromEntries([..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((letter, place) => [letter, place]));
  const BITS_OF = new Uint8Array(128);
  for (const [letter, bits] of Object.entries(BASE64)) BITS_OF[letter.charCodeAt(0)] = bits;
  const read = new Map(); // both languages share most columns

  function bytes(text) {
    const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    const found = new Uint8Array((text.length / 4) * 3 - padding);
    for (let from = 0, to = 0; from < text.length; from += 4, to += 3) {
      const four = [0, 1, 2, 3].reduce((bits, place) => (bits << 6) | BITS_OF[text.charCodeAt(from + place)], 0);
      found[to] = four >> 16; // what would lie beyond the end is left out by the array itself
      found[to + 1] = four >> 8;
      found[to + 2] = four;
    }
    return found;
  }

  // Seven bits of a number in each byte, the lowest first; the lowest bit of all is the sign.
  function unpacked(text) {
    const from = bytes(text);
    let count = 0;
    for (const byte of from) if (byte < 128) count += 1;
    const found = new Float64Array(count);
    let [place, value, factor] = [0, 0, 1];
    for (const byte of from) {
      value += (byte & 127) * factor;
      factor *= 128;
      if (byte > 127) continue;
      found[place] = value % 2 ? -(value + 1) / 2 : value / 2;
      place += 1;
      value = 0;
      factor = 1;
    }
    return found;
  }

  function numbers(text) {
    if (!read.has(text)) read.set(text, unpacked(text));
    return read.get(text);
  }

  // Steps from row to row, `width` columns beside one another.
  function running(text, width) {
    const found = Int32Array.from(unpacked(text));
    for (let place = width; place < found.length; place += 1) found[place] += found[place - width];
    return found;
  }

  // Where the part of each row begins in what stands one after the other; one more for the end.
  function starts(counts) {
    const found = new Uint32Array(counts.length + 1);
    for (let row = 0; row < counts.length; row += 1) found[row + 1] = found[row] + counts[row];
    return found;
  }

  function texts({ patterns, codes, numbers: figures }) {
    const [code, number] = [numbers(codes), numbers(figures)];
    const start = starts(code.map((one) => patterns[one].length - 1));
    return (row) => patterns[code[row]].reduce((text, piece, place) => text + number[start[row] + place - 1] + piece);
  }

  function textLists(column) {
    if (!column) return () => [];
    const [own, text] = [starts(numbers(column.counts)), texts(column)];
    return (row) => Array.from({ length: own[row + 1] - own[row] }, (_, place) => text(own[row] + place));
  }

  function choices({ values, codes }) {
    const code = numbers(codes);
    return (row) => values[code[row]];
  }

  return { numbers, running, starts, texts, textLists, choices };
})();
