// GET /search/: what is found, in which order, by whom, and that it stays so over restarts and at any record memory.
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, fieldErrors, forbidden, shown } from '../lib/expect.mjs';
import { memberWith, newOrganization, newPerson, newPlatform } from '../lib/world.mjs';
import { isSound } from '../lib/log.mjs';

const up = sharedServer();
const fresh = () => up().then(newPlatform);
const search = async (api, q, more = '') => shown(await api.get(`/search/?q=${encodeURIComponent(q)}${more}`), 200);
const names = (records) => records.map(({ name, title }) => name ?? title);
const newDeal = async (api, person, title) => shown(await api.post('/deals/', { title, person: person.id }), 201);

test('what a text begins with comes first, then what a word begins with, then the rest; ties newest first', async () => {
  const { admin } = await fresh();
  const people = {};
  for (const name of ['Hanna', 'Rita Ann', 'Anna', 'Bob', 'Mary-Ann', 'Joanna', 'ANNETTE']) people[name] = await newPerson(admin, { name });
  const found = await search(admin, ' ann ');
  assert.equal(found.q, 'ann');
  assert.deepEqual(names(found.persons), ['ANNETTE', 'Anna', 'Mary-Ann', 'Rita Ann', 'Joanna', 'Hanna']);
  assert.deepEqual(found.persons[1], shown(await admin.get(`/persons/${people.Anna.id}/`), 200));
  assert.deepEqual([found.organizations, found.deals], [[], []]);
  assert.deepEqual(names((await search(admin, 'ann', '&limit=3')).persons), ['ANNETTE', 'Anna', 'Mary-Ann']);
  assert.deepEqual(names((await search(admin, 'a')).persons), ['ANNETTE', 'Anna', 'Mary-Ann', 'Rita Ann', 'Joanna', 'Hanna']);
  assert.deepEqual(names((await search(admin, 'bo')).persons), ['Bob']);
  assert.deepEqual(names((await search(admin, 'nothing of it')).persons), []);
});

test('persons are found by name, all addresses and job title, organizations by name, deals by title', async () => {
  const { admin } = await fresh();
  const ada = await newPerson(admin, {
    name: 'Ada', primary_email: 'countess@quartz.example', job_title: 'Quarzschleiferin', unique_id: 'basalt-1',
    emails: [{ type: 'private', value: 'Lovelace@Granite.example' }],
  });
  const organization = await newOrganization(admin, { name: 'Quartz & Söhne' });
  const deal = await newDeal(admin, ada, 'Two tons of QUARTZ');
  const all = await search(admin, 'quartz');
  assert.deepEqual([all.persons.map(({ id }) => id), all.organizations, all.deals],
    [[ada.id], [shown(await admin.get(`/organizations/${organization.id}/`), 200)], [shown(await admin.get(`/deals/${deal.id}/`), 200)]]);
  for (const q of ['COUNTESS', 'quarzschl', 'lovelace@granite', 'ada']) assert.deepEqual(names((await search(admin, q)).persons), ['Ada'], q);
  for (const q of ['basalt', 'private']) assert.deepEqual((await search(admin, q)).persons, [], q);
  assert.deepEqual(names((await search(admin, 'SÖHNE')).organizations), ['Quartz & Söhne']);
  assert.equal((await search(admin, 'soehne')).organizations.length, 0);
});

test('what is asked wrongly is told field by field', async () => {
  const { admin } = await fresh();
  const q = ['This field is required.'];
  const limit = ['Enter a whole number from 1.'];
  fieldErrors(await admin.get('/search/'), { q });
  fieldErrors(await admin.get('/search/?q=&limit=0'), { q, limit });
  fieldErrors(await admin.get('/search/?q=%20'), { q: ['This field may not be blank.'] });
  fieldErrors(await admin.get('/search/?q=a&limit=many'), { limit });
});

test('what is renamed, merged, deleted or erased is found no more, but as it stood then', async () => {
  const { admin } = await fresh();
  const [kept, renamed, duplicate, deleted, erased] = await Promise.all(
    ['Kept', 'Renamed', 'Duplicate', 'Deleted', 'Erased'].map((name) => newPerson(admin, { name: `Tulip ${name}` })));
  const deal = await newDeal(admin, kept, 'Tulips');
  const then = answers(await admin.patch(`/deals/${deal.id}/`, { description: 'Red' }), 200).headers['x-position'];
  shown(await admin.patch(`/persons/${renamed.id}/`, { name: 'Rose' }), 200);
  shown(await admin.post('/persons/merge/', { primary_id: kept.id, duplicate_ids: [duplicate.id] }), 200);
  answers(await admin.delete(`/persons/${deleted.id}/`), 204);
  answers(await admin.post(`/persons/${erased.id}/erase/`), 204);
  answers(await admin.delete(`/deals/${deal.id}/`), 204);
  const now = await search(admin, 'tulip');
  assert.deepEqual([names(now.persons), now.deals], [['Tulip Kept'], []]);
  assert.deepEqual(names((await search(admin, 'rose')).persons), ['Rose']);
  const past = await search(admin, 'tulip', `&as_of=${then}`);
  assert.deepEqual(names(past.persons).sort(), ['Tulip Deleted', 'Tulip Duplicate', 'Tulip Kept', 'Tulip Renamed']);
  assert.deepEqual(names(past.deals), ['Tulips']);
  shown(await admin.post(`/persons/${duplicate.id}/unmerge/`), 200);
  assert.deepEqual(names((await search(admin, 'tulip')).persons).sort(), ['Tulip Duplicate', 'Tulip Kept']);
});

test('parts that the caller may not list are empty, and platforms never meet', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const person = await newPerson(platform.admin, { name: 'Opal' });
  await newOrganization(platform.admin, { name: 'Opal' });
  await newDeal(platform.admin, person, 'Opal');
  const of = async (api) => Object.values(await search(api, 'opal')).slice(1).map((part) => part.length);
  assert.deepEqual(await of(platform.admin), [1, 1, 1]);
  assert.deepEqual(await of((await memberWith(server, platform, 'CRM Viewer')).api), [1, 1, 1]);
  assert.deepEqual(await of((await memberWith(server, platform, 'CRM Inviter')).api), [1]);
  forbidden(await (await memberWith(server, platform)).api.get('/search/?q=opal'));
  assert.deepEqual(await of((await newPlatform(server)).admin), [0, 0, 0]);
});

test('a restart, and a server that keeps no record whole in memory, find the same', async () => {
  await withServer({ args: ['--record-memory', '0'] }, async (server) => {
    const { admin } = await newPlatform(server);
    for (let i = 0; i < 60; ++i) {
      const person = await newPerson(admin, { name: `${i % 3 ? 'Amber' : 'The amber'} ${i}`, emails: [`jet${i}@stones.example`] });
      if (i % 4 === 0) await newDeal(admin, person, `Amber ${i}`);
    }
    const reading = async () => [await search(admin, 'amber'), await search(admin, 'am', '&limit=100'), await search(admin, 'jet5'), await search(admin, '5')];
    const before = await reading();
    assert.deepEqual(names(before[0].persons).slice(0, 3), ['Amber 59', 'Amber 58', 'Amber 56']);
    assert.deepEqual(names(before[0].deals).slice(0, 2), ['Amber 56', 'Amber 52']);
    assert.deepEqual([before[1].persons.length, before[2].persons.length], [60, 10]);
    await server.restart();
    assert.deepEqual(await reading(), before);
    await server.stop();
    await isSound(server.data);
  });
});
