// What was said and done, newest last; any earlier text can be brought back.

function historyBox(bead) {
  const entries = h('ol.entries', { 'aria-live': 'off' });
  const input = h('input', {
    type: 'text', placeholder: 'Comment', 'aria-label': 'Comment', 'data-keep': 'comment', maxlength: '10000',
    onkeydown: event => { if (event.key === 'Enter' && input.value.trim()) { event.preventDefault(); const note = input.value; input.value = ''; comment(bead, note); } },
  });
  const box = h('section.history', {}, h('h3', {}, 'Comments and history'), entries,
    may('comment') ? h('div.decide', {}, input, h('button', { onclick: () => { if (input.value.trim()) { const note = input.value; input.value = ''; comment(bead, note); } } }, 'Add')) : '');
  if (bead.revision) fillHistory(entries, bead);
  return box;
}

const DONE = { annotate: 'annotated errors', accept: 'accepted', edit: 'edited', approve: 'approved', reject: 'rejected', dismiss: 'dismissed', confirm: 'confirmed', comment: 'commented', both: 'kept a second reading', reset: 'went back to the machine text' };

async function fillHistory(entries, bead) {
  await new Promise(resolve => setTimeout(resolve, 120));
  if (!entries.isConnected) return;  // the person has moved on
  const answer = await ask('history', { subject: bead.id });
  if (answer.error || !entries.isConnected) return;
  const items = answer.entries.map(entry => h('li', {},
    h('p', {}, h('strong', {}, h('bdi', {}, entry.reviewer)), ' ', DONE[entry.decision] || entry.decision, ' ', when(entry.at)),
    entry.note ? h('p.said', {}, h('bdi', {}, entry.note)) : '',
    entry.changed.length ? h('p.changed', { lang: S.lang }, drawDifference(entry.changed)) : '',
    may('edit') && entry.revision < bead.revision && !['comment', 'annotate'].includes(entry.decision)
      ? h('button.quiet', { onclick: () => revert(bead, entry.revision) }, 'Back to this') : '',
    may('both') && entry.reading && entry.reading !== bead.text && entry.reading !== bead.also
      ? h('button.quiet', { onclick: () => keepBeside(bead, entry.reading), title: 'Both readings stand, each under its name' }, 'Keep beside the text') : ''));
  if (bead.edited && may('both') && bead.also !== bead.machine) items.push(h('li', {}, h('button.quiet', { onclick: () => keepBeside(bead, bead.machine) }, 'Keep the machine text beside it')));
  entries.replaceChildren(...items);
}

async function revert(bead, to) {
  const answer = await send('undo', bead.id, bead.revision, { to });
  if (answer) { say('Brought back.'); drawPanel(); }
}

async function keepBeside(bead, text) {
  if (await send('both', bead.id, bead.revision, { text })) { say('Both readings are kept.'); drawPanel(); }
}
