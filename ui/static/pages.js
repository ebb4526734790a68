// Beside the desk: what became of every name, a new article, and files to take away.

const CLASSES = {
  kept: 'as in the source', side: 'another side’s form', softened: 'softened', hardened: 'hardened', lost: 'left out or unknown', added: 'added',
};
const WORST = ['lost', 'side', 'hardened', 'softened', 'added', 'kept'];

async function showOverview(everything = false) {
  const answer = await ask('overview', { everything });
  if (answer.error) { say(answer.message, 'error'); return; }
  const langs = Object.keys(answer.shift);
  dialog('Names, terms and progress', h('div.pages.wide', {},
    answer.articles > 1 ? h('label.toggle', {}, h('input', { type: 'checkbox', checked: everything, onchange: event => { element.querySelector('dialog[open]').close(); showOverview(event.target.checked); } }), `All ${answer.articles} articles`) : '',
    h('section', {}, h('h3', {}, 'Progress'), bars(langs, answer.progress, ['approved', 'reviewed', 'translated', 'rejected', 'draft'], name => 's-' + name, name => STATE_NAMES[name])),
    h('section', {}, h('h3', {}, 'Loaded terms'), bars(langs, answer.shift, Object.keys(CLASSES), name => 'w-' + name, name => CLASSES[name])),
    h('section', {}, h('h3', {}, 'Every name and term: a cell leads to its sentences'), heatMap(langs, answer.heat, everything)),
    answer.agreement.length ? h('section', {}, h('h3', {}, 'Agreement of reviewers'), agreementTable(answer.agreement)) : ''));
}

function bars(langs, counts, names, style, title) {
  const used = names.filter(name => langs.some(lang => counts[lang][name]));
  return h('div', {},
    h('div.bars', {}, langs.map(lang => {
      const total = Math.max(1, names.reduce((sum, name) => sum + counts[lang][name], 0));
      return [h('span', { lang }, OWN_NAMES[lang]),
        h('span.bar-track', { role: 'img', 'aria-label': `${LANGUAGES[lang]}: ` + used.map(name => `${title(name)} ${counts[lang][name]}`).join(', ') },
          used.filter(name => counts[lang][name]).map(name => { const part = h('i.' + style(name), { title: `${title(name)}: ${counts[lang][name]}` }, String(counts[lang][name])); part.style.flex = String(counts[lang][name]); return part; })),
        h('small', {}, String(total))];
    })),
    h('p.key', {}, used.map(name => h('span', {}, h('i.' + style(name)), title(name)))));
}

function heatMap(langs, rows, everything) {
  if (!rows.length) return h('p.hint', {}, 'The termbase knows no name or term of this text.');
  return h('table.heat', {},
    h('thead', {}, h('tr', {}, h('th', {}, 'English'), langs.map(lang => h('th', { lang }, OWN_NAMES[lang])))),
    h('tbody', {}, rows.map(row => h('tr', {},
      h('th', { scope: 'row' }, row.name),
      langs.map(lang => {
        const cell = row.cells[lang];
        if (!cell) return h('td');
        const total = Object.values(cell.counts).reduce((a, b) => a + b, 0), off = total - (cell.counts.kept || 0);
        const told = Object.entries(cell.counts).map(([name, n]) => `${CLASSES[name]} ${n}`).join(', ');
        const button = h('button', {
          title: told, 'aria-label': `${row.name}, ${LANGUAGES[lang]}: ${told}`, disabled: everything,
          onclick: () => { element.querySelector('dialog[open]').close(); S.lang = lang; S.filters = { concept: row.concept }; reload({ brief: true }); },
        }, h('bdi', { lang }, cell.forms[0] || '—'), h('small', {}, off && total > 1 ? `${off}/${total}` : String(total)));
        button.style.background = shares(cell.counts, total);
        return h('td', {}, button);
      })))));
}

// A cell is coloured by share: what was kept on the left, what was not on the right.
function shares(counts, total) {
  let at = 0;
  const stops = [...WORST].reverse().filter(name => counts[name]).map(name => {
    const from = at;
    at += 100 * counts[name] / total;
    return `var(--w-${name}) ${from}% ${at}%`;
  });
  return `linear-gradient(90deg, ${stops.join(', ')})`;
}

function agreementTable(rows) {
  return h('div.help', {}, h('table', {}, h('tbody', {}, h('tr', {}, ['Language', 'Check', 'Decided by two or more', 'Cohen’s κ', 'Krippendorff’s α'].map(name => h('th', {}, name))),
    rows.map(row => h('tr', {}, [LANGUAGES[row.lang] || row.lang, row.check, row.items, number(row.kappa), number(row.alpha)].map(value => h('td', {}, String(value))))))));
}
function number(value) { return value === null ? '—' : value.toFixed(2); }

function showNew() {
  const text = h('textarea', { 'aria-label': 'Text of the article', placeholder: 'Paste the English article here…', maxlength: '1000000' });
  const file = h('input', { type: 'file', accept: '.txt,.md,.html,.htm', 'aria-label': 'Or a file' });
  const langs = Object.keys(LANGUAGES).filter(lang => lang !== 'en').map(lang => h('label', {}, h('input', { type: 'checkbox', value: lang, checked: true }), LANGUAGES[lang]));
  const engine = h('input', { type: 'text', value: 'auto', 'aria-label': 'Engine', maxlength: '300' });
  const profile = choose('Profile', ['international', 'armenian', 'azerbaijani', 'russian', 'turkish'].map(name => [name, name]), 'international', () => {});
  const day = h('input', { type: 'date', 'aria-label': 'Date of the article' });
  const job = h('p.job', { role: 'status' });
  const go = h('button.primary', { onclick: async () => {
    go.disabled = true;
    const upload = file.files[0] ? { name: file.files[0].name, data: await base64(file.files[0]) } : null;
    const answer = await ask('start', { text: text.value, upload, langs: langs.map(l => l.firstChild).filter(box => box.checked).map(box => box.value), engine: engine.value, profile: profile.value, day: day.value });
    if (answer.error) { job.textContent = answer.message; go.disabled = false; return; }
    followJob(job, go);
  } }, 'Translate, align and check');
  dialog('New article', h('div.form', {}, text, h('label', {}, 'Or a file: text, Markdown or HTML', file),
    h('div.line', {}, langs), h('div.line', {}, h('label', {}, 'Engine', engine), h('label', {}, 'Profile', profile), h('label', {}, 'Date', day)),
    h('div.actions', {}, go), job));
}

async function followJob(box, go) {
  const answer = await ask('progress', {});
  if (answer.error || answer.failed) { box.textContent = answer.message || answer.failed; go.disabled = false; return; }
  if (answer.article) {
    if (answer.note) say(answer.note, 'error');
    if (box.isConnected) box.closest('dialog').close();
    S.filters = {};
    return reload({ article: answer.article, choice: {}, sentence: 0 });
  }
  box.textContent = answer.total ? `${answer.what} ${answer.done}/${answer.total}` : answer.what;
  setTimeout(() => followJob(box, go), 500);
}

async function showExport() {
  const answer = await ask('export', {});
  if (answer.error) { say(answer.message, 'error'); return; }
  dialog('Export', h('div.form', {}, h('p', {}, 'The project with every review, as one file:'),
    h('div.actions', {}, answer.formats.map(format => h('button', { title: format.title, onclick: async () => {
      const file = await ask('export', { format: format.id });
      if (file.error) { say(file.message, 'error'); return; }
      const bytes = Uint8Array.from(atob(file.data), letter => letter.charCodeAt(0));
      const link = h('a', { href: URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' })), download: file.name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    } }, format.id)))));
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] || '');
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
