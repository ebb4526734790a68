// Error span annotation after the ESA protocol. The findings are there already as spans to keep or remove.

function esaBox(bead) {
  if (!may('annotate') || !bead.text) return '';
  const open = S.annotating;
  const box = h('details.esa', { open, ontoggle: event => { S.annotating = event.target.open; } }, h('summary', {}, 'Error annotation (ESA)'));
  const spans = prefilled(bead), letters = [...bead.text];
  const text = h('p.esa-text', { lang: S.lang });
  const score = h('input', { type: 'range', min: '0', max: '100', value: '100', 'aria-label': 'Score from 0, no meaning preserved, to 100, perfect', oninput: () => { value.textContent = score.value; } });
  const value = h('output', {}, '100');
  const draw = () => {
    const edges = [...new Set([0, letters.length, ...spans.flatMap(s => [s.start, s.end])])].sort((a, b) => a - b);
    text.replaceChildren(...edges.slice(0, -1).map((from, i) => {
      const piece = letters.slice(from, edges[i + 1]).join('');
      const span = spans.find(s => s.start <= from && s.end >= edges[i + 1] && s.end > s.start);
      return span ? h('button.span.' + span.severity, { title: `${span.severity}: press to remove`, onclick: () => { spans.splice(spans.indexOf(span), 1); draw(); } }, piece) : piece;
    }), ...spans.filter(s => s.start === s.end).map(span => h('button.span.' + span.severity, { title: 'press to remove', onclick: () => { spans.splice(spans.indexOf(span), 1); draw(); } }, '[MISSING]')));
  };
  const add = severity => {
    const found = selectedIn(text, letters);
    if (!found) { say('Select words of the sentence first.'); return; }
    spans.push({ ...found, severity });
    getSelection().removeAllRanges();
    draw();
  };
  const keep = async () => { if (await send('annotate', bead.id, bead.revision, { spans, score: Number(score.value) })) { say('Annotation kept.'); advance(bead.id); } };
  draw();
  box.append(text, h('div.actions', {},
    h('button', { onmousedown: event => event.preventDefault(), onclick: () => add('minor') }, 'Minor'),
    h('button', { onmousedown: event => event.preventDefault(), onclick: () => add('major') }, 'Major'),
    h('button', { onclick: () => { spans.push({ start: letters.length, end: letters.length, severity: 'major' }); draw(); } }, 'Missing')),
  h('div.score', {}, h('small', {}, 'no meaning'), score, h('small', {}, 'perfect'), value, h('button', { onclick: keep }, 'Keep')));
  return box;
}

// What the findings point at: errors as major, warnings as minor.
function prefilled(bead) {
  const spans = [];
  let at = 0;
  for (const [text, about] of bead.runs) {
    const length = about && about.x ? 1 : [...text].length;
    if (about && about.f && about.v !== 'info') {
      const last = spans[spans.length - 1];
      if (last && last.end === at && last.finding === about.f[0]) last.end += length;
      else spans.push({ start: at, end: at + length, severity: about.v === 'error' ? 'major' : 'minor', finding: about.f[0] });
    }
    at += length;
  }
  return spans.filter(span => span.end <= [...bead.text].length).map(({ start, end, severity }) => ({ start, end, severity }));
}

// The selection as code points, widened to whole words.
function selectedIn(text, letters) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !text.contains(selection.anchorNode) || !text.contains(selection.focusNode)) return null;
  const range = selection.getRangeAt(0), before = document.createRange();
  before.setStart(text, 0);
  before.setEnd(range.startContainer, range.startOffset);
  let start = [...before.toString()].length, end = start + [...range.toString()].length;
  const word = letter => /[\p{L}\p{N}\p{M}]/u.test(letter || '');
  while (start < end && !word(letters[start])) start++;
  while (end > start && !word(letters[end - 1])) end--;
  while (start > 0 && word(letters[start - 1])) start--;
  while (end < letters.length && word(letters[end])) end++;
  return end > start ? { start, end: Math.min(end, letters.length) } : null;
}
