// One editor for the selected translation. Everything it sends names the bead and the revision that
// it shows, so an answer can never land on another sentence.

function currentRow() { return S.rows.get(S.order[S.at]); }
function currentBead() {
  const row = currentRow();
  const beads = row ? row.cells[S.lang] || [] : [];
  return beads[Math.min(S.bead, beads.length - 1)];
}
function may(operation) { return S.user.may.includes(operation); }

function drawPanel() {
  const panel = element.querySelector('.panel');
  const row = currentRow(), bead = currentBead();
  if (!row) { panel.replaceChildren(h('p.hint', {}, S.order.length ? 'Loading…' : 'No sentence is selected.')); return; }
  const focused = panel.contains(document.activeElement) && document.activeElement.dataset.keep;
  panel.dataset.bead = bead ? bead.id : '';
  panel.replaceChildren(
    panelHead(row, bead),
    bead ? editor(row, bead) : h('p.hint', {}, 'This language has nothing for this sentence.'),
    findingsBox(row, bead),
    bead ? namesBox(row, bead) : '',
    bead ? esaBox(bead) : '',
    bead ? historyBox(bead) : '',
  );
  fit(panel.querySelector('textarea.edit'));
  if (focused) { const same = panel.querySelector(`[data-keep="${CSS.escape(focused)}"]`); if (same) same.focus(); }
}

function panelHead(row, bead) {
  const numbers = (bead && bead.source.length ? bead.source : row.source.map(s => s.index)).map(i => i + 1);
  return h('header.panel-head', {},
    h('h2', {}, `${LANGUAGES[S.lang]} · ${numbers.join(', ')}`),
    bead ? pill(bead.state, bead.reviewers.join(', ')) : '',
    h('span.spacer'),
    h('span.place', {}, `${S.at + 1} / ${S.order.length}`),
    h('button.quiet', { onclick: () => select(S.at - 1), title: 'Previous (k)', 'aria-label': 'Previous sentence' }, '↑'),
    h('button.quiet', { onclick: () => select(S.at + 1), title: 'Next (j)', 'aria-label': 'Next sentence' }, '↓'));
}

function editor(row, bead) {
  const sources = row.source.filter(segment => bead.source.includes(segment.index));
  const draft = S.drafts.get(bead.id);
  const area = h('textarea.edit', {
    lang: S.lang, dir: 'auto', spellcheck: 'false', rows: '3', readOnly: !may('edit'), 'data-keep': 'edit-' + bead.id,
    'aria-label': `${LANGUAGES[S.lang]} translation`,
    oninput: event => { keepDraft(bead, event.target.value); fit(event.target); },
  });
  area.value = draft ? draft.text : bead.text;
  const box = h('section.editor', {},
    h('div.original', { lang: 'en' }, sources.map(segment => h('p', {}, h('bdi', {}, drawRuns(segment.runs, S.finding))))),
    area);
  if (S.conflict && S.conflict.subject === bead.id) box.append(conflictBox(bead));
  const button = (operation, name, key, handler, kind = '') => may(operation) && h('button' + kind, { onclick: handler, title: `${name} (${key})`, 'data-keep': operation }, name, h('kbd', {}, key));
  box.append(h('div.actions', {},
    button('edit', 'Save', 'Ctrl+↵', () => save(), '.primary'),
    button('accept', 'Accept', 'a', () => decideBead('accept')),
    button('approve', 'Approve', 'p', () => decideBead('approve')),
    button('reject', 'Reject', 'r', () => decideBead('reject')),
    button('undo', 'Undo', 'u', () => undo()),
    h('button.quiet.discard', { hidden: !draft, onclick: () => { dropDraft(bead.id); drawPanel(); redrawRows([row.row]); } }, 'Discard')));
  if (bead.edited) {
    box.append(h('details.changes', { open: S.changes },
      h('summary', {}, 'Changed by ', h('bdi', {}, bead.author)),
      h('p', { lang: S.lang }, drawDifference(bead.diff))));
  }
  return box;
}

function fit(area) {
  if (!area) return;
  area.style.height = 'auto';
  area.style.height = Math.min(420, area.scrollHeight + 4) + 'px';
}

function keepDraft(bead, text) {
  const had = S.drafts.has(bead.id);
  if (text === bead.text) dropDraft(bead.id); else S.drafts.set(bead.id, { text, seen: had ? S.drafts.get(bead.id).seen : bead.revision });
  if (had === S.drafts.has(bead.id)) return;
  element.querySelector('.discard').hidden = had;
  redrawRows([S.order[S.at]]);
}
function dropDraft(id) { S.drafts.delete(id); if (S.conflict && S.conflict.subject === id) S.conflict = null; }

// Another person was faster: both texts, and the choice.
function conflictBox(bead) {
  const theirs = S.conflict;
  return h('div.conflict', { role: 'alert' },
    h('p', {}, h('strong', {}, theirs.reviewer), ' saved meanwhile. Their text:'),
    h('blockquote', { lang: S.lang }, theirs.text),
    h('div.actions', {},
      h('button', { onclick: () => { dropDraft(bead.id); refreshRow(); } }, 'Take theirs'),
      h('button', { onclick: () => { S.drafts.get(bead.id).seen = theirs.revision; S.conflict = null; save(); } }, 'Save mine over it'),
      may('both') && !S.twoPerson && h('button', { onclick: () => keepBoth(bead, theirs) }, 'Keep both')));
}

// Mine as the text, theirs beside it.
async function keepBoth(bead, theirs) {
  S.conflict = null;
  const saved = await send('edit', bead.id, theirs.revision, { text: S.drafts.get(bead.id).text });
  if (!saved) return;
  dropDraft(bead.id);
  if (await send('both', bead.id, saved.revision, { text: theirs.text })) say('Both are kept.');
  drawPanel();
}

function findingsBox(row, bead) {
  const own = row.findings.filter(f => f.lang === S.lang && (!bead || f.bead === bead.id));
  const rest = row.findings.filter(f => f.lang === S.lang && !own.includes(f));
  const all = [...own, ...rest];
  return h('section.findings', { 'aria-label': 'Findings' },
    h('h3', {}, 'Findings', h('span.amount', {}, String(all.length))),
    all.length ? all.map(findingCard) : h('p.hint', {}, 'No check found anything here.'));
}

function findingCard(finding) {
  const current = finding.id === S.finding;
  const reason = h('input.reason', {
    type: 'text', placeholder: 'Why is this no problem?', 'aria-label': 'Reason for dismissing', 'data-keep': 'reason-' + finding.id, maxlength: '10000',
    onkeydown: event => { if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) { event.preventDefault(); decideFinding(finding, 'dismiss', reason.value); } },
  });
  reason.value = finding.state === 'dismissed' ? finding.note : '';
  const evidence = finding.source.length || finding.target.length
    ? h('p.evidence', {}, h('q', { lang: 'en' }, finding.source.join(' … ') || '—'), ' → ',
      h('q', { lang: finding.lang }, finding.target.join(' … ') || '—')) : '';
  return h('article.finding.v-' + finding.severity + (finding.state === 'dismissed' ? '.done' : '') + (current ? '.active' : ''),
    { 'data-finding': finding.id, onclick: () => { if (S.finding !== finding.id) { S.finding = finding.id; redrawRows([S.order[S.at]]); highlight(); } } },
    h('div.finding-head', {},
      h('span.severity', {}, finding.severity), h('span.check', {}, finding.check), h('span.verdict', {}, finding.verdict),
      h('span.spacer'), finding.state !== 'open' ? pill(finding.state, finding.reviewers.join(', ')) : ''),
    h('p.message', {}, h('bdi', {}, finding.message)),
    evidence,
    finding.expected.length && String(finding.expected) !== finding.suggestion ? h('p.expected', {}, 'Expected: ', finding.expected.map((form, i) => [i ? ', ' : '', h('bdi', { lang: finding.lang }, form)])) : '',
    finding.suggestion && may('edit') ? h('p.expected', {}, 'Suggested: ', h('bdi', { lang: finding.lang }, finding.suggestion), ' ',
      h('button.quiet', { onclick: () => useSuggestion(finding), title: 'Put it into the editor (s)' }, 'Use', current ? h('kbd', {}, 's') : '')) : '',
    finding.votes.length ? h('p.votes', {}, finding.votes.map(([person, decision], i) => [i ? ' · ' : '', h('bdi', {}, person), ' ' + DONE[decision]])) : '',
    finding.note ? h('p.said', {}, h('bdi', {}, finding.note)) : '',
    finding.disputed ? settleBox(finding) : '',
    may('dismiss') ? h('div.decide', {},
      h('button', { onclick: () => decideFinding(finding, 'confirm', ''), disabled: finding.state === 'confirmed', title: 'Confirm (c)', 'data-keep': 'confirm-' + finding.id }, 'Confirm', current ? h('kbd', {}, 'c') : ''),
      reason,
      h('button', { onclick: () => decideFinding(finding, 'dismiss', reason.value), title: 'Dismiss (d)', 'data-keep': 'dismiss-' + finding.id }, 'Dismiss', current ? h('kbd', {}, 'd') : ''),
      h('button.quiet', { onclick: () => dismissAlike(finding, reason.value), title: 'Dismiss every open finding in view with this check, name and form' }, 'Dismiss all alike'),
      finding.state !== 'open' ? h('button.quiet', { onclick: () => decideFinding(finding, 'reset', '') }, 'Reopen') : '') : '');
}

// People said different things: an approver ends it for one side, or so that both stand.
function settleBox(finding) {
  const settle = async decision => { if (await send('settle', finding.id, finding.revision, { decision, note: '' })) { say('Settled.'); drawPanel(); } };
  return h('div.decide.settle', { role: 'group', 'aria-label': 'Disagreement' }, h('strong', {}, 'Disagreement'),
    may('settle') ? [['confirm', 'It stands'], ['dismiss', 'It is no problem'], ['both', 'Both readings stand']].map(([decision, name]) => h('button', { onclick: () => settle(decision) }, name)) : '');
}

function highlight() {
  element.querySelectorAll('.finding').forEach(card => card.classList.toggle('active', card.dataset.finding === S.finding));
}

// The names of the sentence, paired by concept: what the hover shows, for the keyboard too.
function namesBox(row, bead) {
  const found = new Map();
  const note = (runs, side) => runs.forEach(([text, about]) => {
    if (!about || !about.c) return;
    const entry = found.get(about.c[0]) || { en: [], target: [], kind: about.k };
    entry[side].push([text, tagOf(about)]);
    found.set(about.c[0], entry);
  });
  row.source.filter(s => bead.source.includes(s.index)).forEach(s => note(s.runs, 'en'));
  note(bead.runs, 'target');
  if (!found.size) return '';
  const cell = (items, lang) => h('td', { lang }, items.length ? items.map(([text, tag], i) => [i ? ', ' : '', h('bdi', {}, text), tag ? h('sup', {}, tag) : '']) : '—');
  return h('section.names', {}, h('h3', {}, 'Names and terms'),
    h('table', {}, h('tbody', {}, [...found].map(([concept, entry]) => h('tr', {},
      h('td', {}, h('button.concept.k-' + entry.kind, { onclick: () => showConcept(concept), title: KINDS[entry.kind], 'aria-label': `About ${conceptName(concept)}` }, 'i')),
      cell(entry.en, 'en'), cell(entry.target, S.lang))))));
}

function conceptName(concept) { return (S.concepts[concept] || {}).name || concept; }

// Put a suggested form where the found one stands; the person still saves it.
function useSuggestion(finding) {
  const area = element.querySelector('textarea.edit'), bead = currentBead();
  const found = finding.target.find(text => area.value.split(text).length === 2);
  if (!found) { say('The words are not in the text, or more than once; put it in by hand.'); area.focus(); return; }
  area.value = area.value.replace(found, () => finding.suggestion);
  keepDraft(bead, area.value);
  fit(area);
  const at = area.value.indexOf(finding.suggestion);
  area.focus();
  area.setSelectionRange(at, at + finding.suggestion.length);
}

// Sending

async function send(operation, subject, seen, values = {}) {
  const answer = await ask(operation, { subject, seen, ...values });
  if (answer.error === 'conflict') {
    S.conflict = { ...answer.theirs, subject };
    await refreshRow();
    say(answer.message, 'error');
    return null;
  }
  if (answer.error) { say(answer.message, 'error'); return null; }
  noteDone(operation, subject, seen, answer);
  if (answer.row) { takeRow(answer.row); redrawRows([answer.row.row]); }
  if (answer.progress) { S.progress = answer.progress; drawProgress(); }
  return answer;
}

async function refreshRow() {
  const row = S.order[S.at];
  const answer = await ask('rows', { rows: [row] });
  if (!answer.error) answer.rows.forEach(takeRow);
  redrawRows([row]);
  drawPanel();
}

async function save() {
  const bead = currentBead();
  if (!bead || !may('edit')) return;
  const draft = S.drafts.get(bead.id);
  if (!draft) { if (may('accept')) return decideBead('accept'); say('Nothing was changed.'); return; }
  const answer = await send('edit', bead.id, draft.seen, { text: draft.text });
  if (!answer) return;
  dropDraft(bead.id);
  element.querySelector('.list').focus({ preventScroll: true });
  say('Saved.');
  advance(bead.id);
}

async function decideBead(decision) {
  const bead = currentBead();
  if (!bead || !may(decision)) return;
  if (S.drafts.has(bead.id)) { say('Save or discard your text first.', 'error'); return; }
  const answer = await send(decision, bead.id, bead.revision);
  if (!answer) return;
  say({ accept: 'Accepted.', approve: 'Approved.', reject: 'Rejected.' }[decision]);
  advance(bead.id);
}

// Go on, unless the person has gone somewhere else meanwhile.
function advance(id) {
  const bead = currentBead();
  if (!bead || bead.id !== id) return;
  const beads = currentRow().cells[S.lang];
  if (S.bead + 1 < beads.length) select(S.at, S.lang, S.bead + 1);
  else if (S.at + 1 < S.order.length) select(S.at + 1);
  else drawPanel();
}

async function decideFinding(finding, decision, note) {
  if (decision === 'dismiss' && !note.trim()) {
    const input = element.querySelector(`[data-keep="${CSS.escape('reason-' + finding.id)}"]`);
    if (input) { input.focus(); say('Say why this is no problem, then press Enter.'); }
    return;
  }
  const answer = await send(decision, finding.id, finding.revision, { note });
  if (!answer) return;
  say({ confirm: 'Confirmed.', dismiss: 'Dismissed.', reset: 'Open again.' }[decision]);
  if (document.activeElement && element.querySelector('.panel').contains(document.activeElement)) document.activeElement.blur();
  S.finding = firstOpen() || finding.id;
  redrawRows([S.order[S.at]]);
  drawPanel();
}

async function comment(bead, note) {
  const answer = await send('comment', bead.id, bead.revision, { note });
  if (answer) { say('Comment kept.'); drawPanel(); }
}
