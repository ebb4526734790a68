// What this person did in this page, so that undo goes back step by step, wherever it was; and many at once.

function noteDone(operation, subject, seen, answer) {
  const last = S.done.find(step => step.subject === subject && step.after === seen);
  if (operation === 'comment' || operation === 'annotate') { if (last) last.after = answer.revision; return; }
  if (operation !== 'undo') S.done.push({ subject, before: seen, after: answer.revision, row: answer.row ? answer.row.row : -1, lang: S.lang });
}

function revisionOf(step) {
  const row = S.rows.get(step.row);
  const known = row && [...Object.values(row.cells).flat(), ...row.findings].find(each => each.id === step.subject);
  return known ? known.revision : step.after;
}

async function undo() {
  const step = S.done.pop();
  if (!step) return undoHere();
  if (step.together) return undoTogether(step);
  if (revisionOf(step) !== step.after) { say('Somebody has gone on from there; use the history.', 'error'); return; }
  const answer = await send('undo', step.subject, step.after, { to: step.before });
  if (!answer) return;
  const earlier = S.done.find(other => other.subject === step.subject && other.after === step.before);
  if (earlier) earlier.after = answer.revision;
  const at = S.order.indexOf(step.row);
  if (at >= 0 && at !== S.at) select(at, step.lang); else drawPanel();
  say('Undone.');
}

// Nothing was done in this page yet: the last decision on this sentence, if it is one's own.
async function undoHere() {
  const bead = currentBead();
  if (!bead) return;
  const finding = currentRow().findings.find(f => f.id === S.finding && f.state !== 'open');
  const subject = finding || bead;
  if (!subject.revision) { say('Nothing to undo here.'); return; }
  if (await send('undo', subject.id, subject.revision)) { say('Undone.'); drawPanel(); }
}

async function undoTogether(step) {
  const answer = await ask('undo_together', { done: step.together });
  if (answer.error) { S.done.push(step); say(answer.message, 'error'); return; }
  await reload({});
  say(`Undone: ${answer.undone} of ${step.together.length}.`);
}

async function doTogether(values, verb) {
  const answer = await ask('together', { filters: S.filters, ...values });
  if (answer.error) { say(answer.message, 'error'); return; }
  if (answer.done.length) S.done.push({ together: answer.done });
  await reload({});
  say(`${verb} ${answer.done.length}.` + (answer.left ? ` ${answer.left} were changed meanwhile and are left.` : '') + ' u takes it back.');
}

async function dismissAlike(finding, note) {
  if (!note.trim()) { focusOn(`[data-keep="${CSS.escape('reason-' + finding.id)}"]`); say('Say why these are no problem, then press Dismiss all alike again.'); return; }
  const values = { decision: 'dismiss', subject: finding.id, note };
  const answer = await ask('together', { filters: S.filters, ...values, count: true });
  if (answer.error) { say(answer.message, 'error'); return; }
  confirmBox('Dismiss all alike', `Findings in view that say the same (${finding.check}, ${finding.found || finding.verdict}): ${answer.found}.`, `Dismiss ${answer.found}`, () => doTogether(values, 'Dismissed'));
}

async function showTogether() {
  if (!may('together')) return;
  const decision = may('approve') ? 'approve' : 'accept', verb = may('approve') ? 'Approve' : 'Accept';
  const answer = await ask('together', { filters: S.filters, decision, count: true });
  if (answer.error) { say(answer.message, 'error'); return; }
  const where = S.filters.lang ? LANGUAGES[S.filters.lang] : 'all languages';
  confirmBox(`${verb} what has no findings`, answer.found
    ? `Translations in view (${found()}, ${where}) without an open warning or error: ${answer.found}.`
    : 'There is no translation in view without an open warning or error that you may give this decision.',
  answer.found ? `${verb} ${answer.found}` : '', () => doTogether({ decision }, verb === 'Approve' ? 'Approved' : 'Accepted'));
}

function confirmBox(title, text, go, act) {
  dialog(title, h('div.form', {}, h('p', {}, text), go ? h('div.actions', {}, h('button.primary', { onclick: () => { element.querySelector('dialog[open]').close(); act(); } }, go)) : ''));
}
