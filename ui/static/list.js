// The rows: only those near the viewport exist in the page. Heights are guessed from the length of the
// text and measured as soon as a row is drawn, so that no text is ever cut off.

const list = { tops: [0], heights: [], drawn: new Map(), asked: new Set(), frame: 0, pending: false };

function guessedHeight(row) {
  const columns = 1 + S.shown.length;
  const letters = Math.max(14, (list.width || 1200) / columns / 8.2);
  return 34 + 23 * Math.max(1, Math.ceil((S.sizes[row] || 60) / letters));
}

function resetList() {
  const box = element.querySelector('.list');
  list.width = box.clientWidth;
  element.querySelector('.heads').style.paddingRight = box.offsetWidth - box.clientWidth + 'px';
  list.heights = S.order.map(row => guessedHeight(row));
  list.asked.clear();
  retop(0);
  element.querySelector('.window').replaceChildren();
  list.drawn.clear();
}

function retop(from) {
  list.tops.length = from + 1;
  for (let i = from; i < list.heights.length; i++) list.tops.push(list.tops[i] + list.heights[i]);
  element.querySelector('.pad').style.height = list.tops[list.heights.length] + 'px';
}

function positionAt(y) {
  let low = 0, high = list.heights.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (list.tops[middle] <= y) low = middle; else high = middle - 1;
  }
  return low;
}

function drawList() {
  cancelAnimationFrame(list.frame);
  list.frame = requestAnimationFrame(drawNow);
}

function drawNow() {
  const box = element.querySelector('.list'), view = element.querySelector('.window');
  const empty = element.querySelector('.nothing');
  empty.hidden = S.order.length > 0 || !S.article.id;  // nothing is said before the first answer
  if (!S.order.length) { view.replaceChildren(); list.drawn.clear(); return; }
  const first = Math.max(0, positionAt(box.scrollTop) - 3);
  const last = Math.min(S.order.length - 1, positionAt(box.scrollTop + box.clientHeight) + 3);
  for (const [position, node] of list.drawn) {
    if (position < first || position > last) { node.remove(); list.drawn.delete(position); }
  }
  const missing = [];
  for (let position = first; position <= last; position++) {
    if (!S.rows.has(S.order[position])) missing.push(S.order[position]);
    if (list.drawn.has(position)) continue;
    const node = drawRow(position);
    list.drawn.set(position, node);
    const next = [...view.children].find(other => +other.dataset.position > position);
    view.insertBefore(node, next || null);
  }
  view.style.transform = `translateY(${list.tops[first]}px)`;
  const settled = measure(box, first);
  if (settled && list.pending) { list.pending = false; reveal(S.at); }
  if (missing.length) askRows(missing);
}

// Rows above the viewport that turn out taller or shorter must not push what is being read.
function measure(box, first) {
  let changed = -1, shift = 0;
  for (const [position, node] of list.drawn) {
    const height = node.offsetHeight;
    if (!height || Math.abs(height - list.heights[position]) < 1) continue;
    if (list.tops[position] + list.heights[position] <= box.scrollTop) shift += height - list.heights[position];
    list.heights[position] = height;
    changed = changed < 0 ? position : Math.min(changed, position);
  }
  if (changed < 0) return true;
  retop(changed);
  element.querySelector('.window').style.transform = `translateY(${list.tops[first]}px)`;
  if (shift) box.scrollTop += shift;
  drawList();
  return false;
}

async function askRows(missing) {
  const rows = missing.filter(row => !list.asked.has(row));
  if (!rows.length) return;
  rows.forEach(row => list.asked.add(row));
  const generation = S.generation;
  const answer = await ask('rows', { rows });
  if (generation !== S.generation || answer.error) { rows.forEach(row => list.asked.delete(row)); return; }
  answer.rows.forEach(row => { takeRow(row); list.asked.delete(row.row); });
  redrawRows(rows);
  if (rows.includes(S.order[S.at])) drawPanel();
}

function redrawRows(rows) {
  for (const [position, node] of list.drawn) {
    if (!rows || rows.includes(S.order[position])) {
      const fresh = drawRow(position);
      node.replaceWith(fresh);
      list.drawn.set(position, fresh);
    }
  }
  drawList();
}

function drawRow(position) {
  const row = S.rows.get(S.order[position]);
  const node = h('div.row', {
    role: 'row', 'data-position': String(position), 'aria-rowindex': String(position + 2), 'aria-selected': String(position === S.at),
  });
  if (!row) {
    node.style.height = list.heights[position] + 'px';
    node.append(h('div.cell.waiting', { role: 'gridcell' }, '…'));
    return node;
  }
  if (row.source.length > 1) node.classList.add('joined');
  const active = position === S.at ? S.finding : '';
  node.append(h('div.cell.source', { role: 'gridcell', lang: 'en', 'data-lang': 'en' }, row.source.map(segment =>
    h('p.sentence.r-' + segment.role, {}, h('span.number', { 'aria-label': 'sentence ' + (segment.index + 1) }, String(segment.index + 1)),
      h('bdi', {}, drawRuns(segment.runs, active))))));
  for (const lang of S.shown) {
    const beads = row.cells[lang] || [];
    const cell = h('div.cell', { role: 'gridcell', lang, 'data-lang': lang, 'data-name': OWN_NAMES[lang], 'aria-selected': String(position === S.at && lang === S.lang) });
    beads.forEach((bead, index) => cell.append(drawBead(row, bead, position, lang, index, active)));
    if (!beads.length) cell.append(h('p.bead.gap', { lang: 'en' }, 'nothing here'));
    node.append(cell);
  }
  return node;
}

function drawBead(row, bead, position, lang, index, active) {
  const role = row.source.length && bead.source.length ? (row.source.find(s => s.index === bead.source[0]) || {}).role : 'body';
  const node = h('div.bead.r-' + role, { 'data-bead': bead.id, 'data-index': String(index) });
  if (position === S.at && lang === S.lang && index === S.bead) node.classList.add('current');
  const text = S.changes && bead.diff.length ? drawDifference(bead.diff) : drawRuns(bead.runs, active);
  if (bead.version && (!index || row.cells[lang][index - 1].version !== bead.version)) node.append(h('p.version', { lang: 'en' }, h('bdi', {}, bead.version)));
  node.append(bead.text ? h('p', {}, h('bdi', {}, text)) : h('p.gap', { lang: 'en' }, 'not translated'));
  const findings = row.findings.filter(f => f.lang === lang && (f.state === 'open' || f.state === 'confirmed') && f.bead === bead.id);
  if (bead.also) node.append(h('p.also', {}, h('bdi', {}, bead.also), h('small', { lang: 'en' }, ` also, ${bead.also_by || 'machine'}`)));
  const notes = [
    row.findings.some(f => f.bead === bead.id && f.disputed) && h('span.pill.s-rejected', {}, 'Disagreement'),
    bead.state !== 'draft' && pill(bead.state, bead.reviewers.join(', ')),
    S.drafts.has(bead.id) && h('span.pill.unsaved', {}, 'Unsaved'),
    ...['error', 'warning'].map(severity => {
      const count = findings.filter(f => f.severity === severity).length;
      return count > 0 && h('span.count.v-' + severity, { title: `${count} ${severity}${count > 1 ? 's' : ''}` }, `${severity === 'error' ? '●' : '▲'} ${count}`);
    }),
    bead.size !== '1-1' && bead.text && bead.source.length > 0 && h('span.size', { title: sizeTitle(bead.size) }, bead.size.replace('-', ' → ')),
    !bead.source.length && h('span.size', { title: 'This sentence has no counterpart in the source' }, 'added'),
    bead.doubtful && h('span.size', { title: `Alignment score ${bead.score}` }, 'alignment?'),
    bead.comments > 0 && h('span.size', { title: 'Comments and reasons' }, `✎ ${bead.comments}`),
  ].filter(Boolean);
  if (notes.length) node.append(h('div.meta', { lang: 'en' }, notes));
  return node;
}

function sizeTitle(size) {
  const [source, target] = size.split('-').map(Number);
  return `${source} source sentence${source > 1 ? 's' : ''} became ${target}`;
}

function firstOpen() {
  const row = currentRow(), bead = currentBead();
  const finding = row && bead && row.findings.find(f => f.bead === bead.id && f.state === 'open');
  return finding ? finding.id : '';
}

function reveal(position) {
  const box = element.querySelector('.list');
  const top = list.tops[position], height = list.heights[position];
  if (top < box.scrollTop + 4) box.scrollTop = Math.max(0, top - 40);
  else if (top + height > box.scrollTop + box.clientHeight) box.scrollTop = Math.min(top - 8, top + height - box.clientHeight + 60);
}

// Select a row, a language in it and a bead in that; the panel follows at once, from data already here.
function select(position, lang = S.lang, bead = 0, finding = '') {
  if (!S.order.length) return;
  const before = S.at;
  S.at = Math.max(0, Math.min(S.order.length - 1, position));
  S.lang = S.shown.includes(lang) ? lang : S.shown[0];
  S.bead = bead;
  S.finding = finding || firstOpen();
  list.pending = true;
  reveal(S.at);
  for (const at of new Set([before, S.at])) {
    if (list.drawn.has(at)) { const fresh = drawRow(at); list.drawn.get(at).replaceWith(fresh); list.drawn.set(at, fresh); }
  }
  drawList();
  drawPanel();
  keepLink();
}
