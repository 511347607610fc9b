// Activities: what is planned and done with persons and organizations, and the reminders of them.
import { Server, sleep } from '../lib/server.mjs';
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { succeeds } from '../lib/command.mjs';
import { answers, assert, eventually, fieldErrors, notFound, shown, tally } from '../lib/expect.mjs';
import { headerOf, SmtpServer } from '../lib/smtp.mjs';
import { memberWith, newOrganization, newPerson, newPlatform, unknownId } from '../lib/world.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const page = async (api, path) => shown(await api.get(path), 200);
const titles = async (api, query) => (await page(api, `/activities/?${query}`)).results.map(({ title }) => title);
const planned = async (api, fields) => shown(await api.post('/activities/', { title: 'Call', type: 'call', ...fields }), 201);
const inMs = (ms) => new Date(Date.now() + ms).toISOString();

test('an activity is created, read, listed, changed and deleted', async () => {
  const { admin, adminUser, id: platform } = await fresh();
  const person = await newPerson(admin);
  const answer = await admin.post('/activities/', {
    title: 'Lunch', type: 'lunch', location: 'Corner', comment: 'Bring the offer', person: person.id,
    schedule_from: '2026-06-05T12:00:00Z', schedule_to: '2026-06-05T13:00:00Z', metadata: { table: 4 },
  });
  const made = shown(answer, 201);
  assert.ok(answer.headers.location.endsWith(`/activities/${made.id}/`));
  assert.deepEqual(made, {
    id: made.id, platform, title: 'Lunch', type: 'lunch', location: 'Corner', comment: 'Bring the offer',
    schedule_from: '2026-06-05T12:00:00.000000Z', schedule_to: '2026-06-05T13:00:00.000000Z', is_done: false, done_at: null,
    deal: null, person: person.id, organization: null, owner: adminUser.id, reminder_at: null, reminder_sent: false,
    metadata: { table: 4 }, created_at: made.created_at, updated_at: made.created_at,
  });
  assert.deepEqual(shown(await admin.get(`/activities/${made.id}/`), 200), made);
  const patched = shown(await admin.patch(`/activities/${made.id}/`, { location: 'Office' }), 200);
  assert.deepEqual({ ...patched, updated_at: 0 }, { ...made, location: 'Office', updated_at: 0 });
  const replaced = shown(await admin.put(`/activities/${made.id}/`, { title: 'Lunch', type: 'meeting', person: person.id }), 200);
  assert.deepEqual([replaced.type, replaced.location, replaced.schedule_from, replaced.metadata, replaced.owner],
    ['meeting', '', null, {}, adminUser.id]);
  assert.deepEqual((await page(admin, '/activities/')).results, [replaced]);
  answers(await admin.delete(`/activities/${made.id}/`), 204);
  notFound(await admin.get(`/activities/${made.id}/`));
  notFound(await admin.post(`/activities/${made.id}/done/`));
});

test('what is wrong is told all at once', async () => {
  const { admin } = await fresh();
  const stranger = unknownId();
  fieldErrors(await admin.post('/activities/', { type: 'party', person: stranger, owner: 'me', schedule_from: '2026-06-05', schedule_to: '2026-06-04' }), {
    title: ['This field is required.'], type: ['"party" is not a valid choice.'],
    schedule_to: ['This may not be before schedule_from.'],
    person: [`Invalid pk "${stranger}" - object does not exist.`], owner: ['A valid integer is required.'],
  });
  fieldErrors(await admin.post('/activities/', { title: 'Call', type: 'call' }), {
    non_field_errors: ['An activity needs a deal, a person or an organization.'],
  });
});

test('done stamps once, and a patch takes it back', async () => {
  const { admin } = await fresh();
  const { id } = await planned(admin, { person: (await newPerson(admin)).id });
  const done = await admin.post(`/activities/${id}/done/`);
  const { done_at } = shown(done, 200);
  assert.ok(done_at);
  const again = await admin.post(`/activities/${id}/done/`);
  assert.deepEqual([shown(again, 200).done_at, again.etag], [done_at, done.etag]);
  const open = shown(await admin.patch(`/activities/${id}/`, { is_done: false }), 200);
  assert.deepEqual([open.is_done, open.done_at], [false, null]);
  answers(await admin.post(`/activities/${id}/done/`, undefined, { headers: { 'If-Match': done.etag } }), 412);
});

test('thirty who say at once that it is done write one event', async () => {
  const { admin } = await fresh();
  const { id } = await planned(admin, { person: (await newPerson(admin)).id });
  const all = await Promise.all(Array.from({ length: 30 }, () => admin.post(`/activities/${id}/done/`)));
  assert.deepEqual(tally(all), { 200: 30 });
  assert.equal(new Set(all.map(({ etag }) => etag)).size, 1);
});

test('activities are found by what they are, whose, about whom and when', async () => {
  const { admin, adminUser } = await fresh();
  const [ada, engines] = [await newPerson(admin), await newOrganization(admin)];
  await planned(admin, { title: 'one', person: ada.id, schedule_from: '2026-03-01T10:00:00Z', metadata: { hot: null } });
  await planned(admin, { title: 'two', type: 'note', organization: engines.id, owner: null, schedule_from: '2026-03-02T10:00:00Z' });
  await planned(admin, { title: 'three', type: 'task', person: ada.id, organization: engines.id, is_done: true });
  const found = (query) => titles(admin, query);
  assert.deepEqual(await found(''), ['three', 'two', 'one']);
  assert.deepEqual(await found('type=note'), ['two']);
  assert.deepEqual(await found('is_done=true'), ['three']);
  assert.deepEqual(await found(`owner=${adminUser.id}`), ['three', 'one']);
  assert.deepEqual(await found(`person=${ada.id}&is_done=false`), ['one']);
  assert.deepEqual(await found(`organization=${engines.id}`), ['three', 'two']);
  assert.deepEqual(await found('schedule_from__gte=2026-03-02'), ['two']);
  assert.deepEqual(await found('schedule_from__lte=2026-03-01'), ['one']);
  assert.deepEqual(await found('metadata__has_key=hot'), ['one']);
  assert.deepEqual(await found('ordering=schedule_from'), ['one', 'two', 'three']);
  assert.deepEqual(await found('ordering=-schedule_from'), ['two', 'one', 'three']);
  assert.deepEqual(await found('ordering=created_at&page_size=2&page=2'), ['three']);
  answers(await admin.get('/activities/?type=party&person=x&is_done=2'), 400);
});

test('an activity loses a parent that is deleted, and goes with the last one', async () => {
  const { admin } = await fresh();
  const [ada, engines] = [await newPerson(admin), await newOrganization(admin)];
  const both = await planned(admin, { person: ada.id, organization: engines.id });
  const before = answers(await admin.get(`/activities/${both.id}/`), 200).etag;
  const then = answers(await admin.delete(`/persons/${ada.id}/`), 204).headers['x-position'];
  const after = await admin.get(`/activities/${both.id}/`, { headers: { 'If-None-Match': before } });
  assert.deepEqual(shown(after, 200), { ...both, person: null });
  answers(await admin.delete(`/organizations/${engines.id}/`), 204);
  notFound(await admin.get(`/activities/${both.id}/`));
  assert.deepEqual((await page(admin, `/activities/${both.id}/?as_of=${then}`)).person, null);
  assert.deepEqual((await page(admin, `/activities/${both.id}/?as_of=${then - 1}`)).person, ada.id);
});

test('activities follow a merge and its taking back', async () => {
  const { admin } = await fresh();
  const [ada, twin] = [await newPerson(admin), await newPerson(admin)];
  const { id } = await planned(admin, { person: twin.id });
  const merged = shown(await admin.post('/persons/merge/', { primary_id: ada.id, duplicate_ids: [twin.id] }), 200);
  assert.equal(merged.reparented.activities, 1);
  assert.equal((await page(admin, `/activities/${id}/`)).person, ada.id);
  const back = shown(await admin.post(`/persons/${twin.id}/unmerge/`), 200);
  assert.equal(back.reparented.activities, 1);
  assert.equal((await page(admin, `/activities/${id}/`)).person, twin.id);
});

test('all of it holds after a rebuild, and the check finds no difference', async () => {
  const server = await Server.start();
  try {
    const { admin } = await newPlatform(server);
    const [ada, twin, engines] = [await newPerson(admin), await newPerson(admin), await newOrganization(admin)];
    const { id } = await planned(admin, { person: twin.id, reminder_at: inMs(-1000) });
    await planned(admin, { person: ada.id, organization: engines.id });
    shown(await admin.post('/favorites/', { person: twin.id }), 201);
    shown(await admin.post('/favorites/', { person: ada.id }), 201);
    shown(await admin.post('/views/', { object_type: 'persons', name: 'Mine' }), 201);
    shown(await admin.post('/persons/merge/', { primary_id: ada.id, duplicate_ids: [twin.id] }), 200);
    shown(await admin.post(`/activities/${id}/done/`), 200);
    answers(await admin.delete(`/organizations/${engines.id}/`), 204);
    const reading = async () => Promise.all(['/activities/', '/favorites/', '/views/'].map((path) => page(admin, path)));
    const before = await reading();
    await server.stop();
    await succeeds('check', '--data', server.data);
    await succeeds('rebuild', '--data', server.data);
    await server.restart();
    assert.deepEqual(await reading(), before);
  } finally {
    await server.remove();
  }
});

test('the owner is reminded once, at the time, also over a restart', { timeoutMs: 90_000 }, async () => {
  const smtp = await SmtpServer.start();
  try {
    await withServer({ args: smtp.args(['--public-url', 'https://crm.example']) }, async (server) => {
      const platform = await newPlatform(server);
      const { admin } = platform;
      const { user: owner } = await memberWith(server, platform, 'CRM User');
      const person = (await newPerson(admin, { name: 'Grace' })).id;
      const about = { person, owner: owner.id };
      const due = await planned(admin, { ...about, title: 'Due', reminder_at: inMs(1500) });
      await planned(admin, { ...about, title: 'Done', reminder_at: inMs(1500), is_done: true });
      const cleared = await planned(admin, { ...about, title: 'Cleared', reminder_at: inMs(1500) });
      const later = await planned(admin, { ...about, title: 'Later', reminder_at: inMs(3_600_000) });
      shown(await admin.patch(`/activities/${cleared.id}/`, { reminder_at: null }), 200);
      await eventually(() => smtp.mailsTo(owner.email).length > 0, 'the reminder', 20_000);
      const [mail] = smtp.mailsTo(owner.email);
      assert.deepEqual(headerOf(mail, 'Subject'), ['Reminder: Due']);
      assert.match(mail.parts['text/plain'], /^Due \(call\)\r?\nAbout: Grace\r?\n/);
      assert.equal((await page(admin, `/activities/${due.id}/`)).reminder_sent, true);
      await server.restart();
      shown(await admin.patch(`/activities/${later.id}/`, { reminder_at: inMs(-1000) }), 200);
      await eventually(() => smtp.mailsTo(owner.email).length > 1, 'the other reminder', 20_000);
      await sleep(1500);
      assert.deepEqual(smtp.mailsTo(owner.email).map((each) => headerOf(each, 'Subject')[0]), ['Reminder: Due', 'Reminder: Later']);
    });
  } finally {
    await smtp.kill();
  }
});

test('without a mail server nothing is sent and nothing is marked', async () => {
  const { admin } = await fresh();
  const { id } = await planned(admin, { person: (await newPerson(admin)).id, reminder_at: inMs(-1000) });
  await sleep(2500);
  assert.equal((await page(admin, `/activities/${id}/`)).reminder_sent, false);
});
