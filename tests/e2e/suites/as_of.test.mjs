// Records and lists as they stood at a moment of the past.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, fieldErrors, forbidden, notFound, refuses, shown } from '../lib/expect.mjs';
import {
  distinct, distinctEmail, memberWith, newOrganization, newPerson, newPlatform, superuser, unknownId,
} from '../lib/world.mjs';
import { request } from '../lib/http.mjs';
import { seededRandom } from '../lib/random.mjs';

const up = sharedServer();
const invitations = '/api/catalog/invitations/platform/';
const positionOf = (answer) => Number(answer.headers['x-position']);
const asOf = (answer) => answer.headers['x-as-of-position'];
const at = (path, moment) => `${path}${path.includes('?') ? '&' : '?'}as_of=${encodeURIComponent(moment)}`;
const ids = (page) => page.results.map(({ id }) => id);

/** The position behind a write that is answered so. */
async function written(answering, status = 200) {
  return positionOf(answers(await answering, status));
}
async function headOf(api) {
  return Number(asOf(answers(await api.get(at('/persons/', '2999-01-01')), 200)));
}
/** A past may be being made for somebody else: what is asked then is asked again. */
const patiently = (ask) => eventually(async () => {
  const answer = await ask();
  if (answer.status !== 503) return answer;
  assert.equal(answer.headers['retry-after'], '1', String(answer));
  return undefined;
}, 'an answer other than 503', 60_000);

test('a record reads as of any position or time as it read then', async () => {
  const { admin } = await newPlatform(await up());
  const before = await headOf(admin);
  const person = await newPerson(admin, { name: 'First' });
  const path = `/persons/${person.id}/`;
  const first = await headOf(admin);
  const second = await written(admin.patch(path, { name: 'Second' }));
  const gone = await written(admin.delete(path), 204);
  const then = async (moment) => shown(await admin.get(at(path, moment)), 200);
  assert.deepEqual(await then(first), person);
  assert.equal((await then(second)).name, 'Second');
  for (const moment of [before, gone, gone + 1000]) notFound(await admin.get(at(path, moment)));
  const history = shown(await admin.get(`${path}history/`), 200);
  const [deleted, updated, created] = history.map(({ timestamp }) => timestamp);
  assert.equal((await then(created)).name, 'First');
  assert.equal((await then(updated)).name, 'Second');
  notFound(await admin.get(at(path, deleted)));
  notFound(await admin.get(path));
});

test('a merged person, its organization and its links read as then', async () => {
  const { admin } = await newPlatform(await up());
  const organization = await newOrganization(admin, { name: 'Engines' });
  const [primary, duplicate] = [await newPerson(admin), await newPerson(admin, { organization: organization.id })];
  const apart = await headOf(admin);
  const merged = await written(admin.post('/persons/merge/', { primary_id: primary.id, duplicate_ids: [duplicate.id] }));
  const dissolved = await written(admin.delete(`/organizations/${organization.id}/`), 204);
  await written(admin.post(`/persons/${duplicate.id}/unmerge/`));
  const then = async (moment) => shown(await admin.get(at(`/persons/${duplicate.id}/`, moment)), 200);
  assert.deepEqual(await then(apart), duplicate);
  assert.deepEqual([(await then(merged)).merged_into, (await then(merged)).active], [primary.id, false]);
  assert.equal((await then(merged)).organization, organization.id);
  assert.equal((await then(dissolved)).organization, null);
  assert.equal(shown(await admin.get(at(`/organizations/${organization.id}/`, merged)), 200).name, 'Engines');
  notFound(await admin.get(at(`/organizations/${organization.id}/`, dissolved)));
  const list = async (query, moment) => ids(shown(await admin.get(at(`/persons/?${query}`, moment)), 200));
  assert.deepEqual(await list('active=false', apart), []);
  assert.deepEqual(await list('active=false', merged), [duplicate.id]);
  assert.deepEqual(await list(`organization=${organization.id}`, merged), [duplicate.id]);
  assert.deepEqual(await list(`organization=${organization.id}`, dissolved), []);
});

test('every list as of every position is the list of then, whatever was done since', { timeoutMs: 180_000 }, async () => {
  const { admin } = await newPlatform(await up());
  const paths = ['/persons/', '/persons/?lifecycle_stage=customer', '/persons/?search=a&ordering=name', '/organizations/',
    '/organizations/?ordering=-updated_at', '/persons/?page_size=2&page=1&ordering=-updated_at', invitations];
  const persons = [];
  const organizations = [];
  const { seed, below } = seededRandom();
  const any = (all) => all[below(all.length)];
  const steps = [
    async () => persons.push(await newPerson(admin, { primary_email: distinctEmail() })),
    async () => organizations.push(await newOrganization(admin)),
    () => admin.patch(`/persons/${any(persons).id}/`, { name: distinct('a'), lifecycle_stage: any(['lead', 'customer']) }),
    () => admin.patch(`/organizations/${any(organizations).id}/`, { name: distinct('b') }),
    () => admin.patch(`/persons/${any(persons).id}/`, { organization: any(organizations).id }),
    () => admin.delete(`/persons/${any(persons).id}/`),
    () => admin.post(`/persons/${any(persons).id}/invite/`),
    () => admin.post('/persons/merge/', { primary_id: any(persons).id, duplicate_ids: [any(persons).id] }),
  ];
  for (let i = 0; i < 6; ++i) await steps[i % 2]();
  const moments = [];
  for (let i = 0; i < 25; ++i) {
    await any(steps)();
    const lists = [];
    for (const path of paths) lists.push(shown(await admin.get(path), 200));
    moments.push({ position: await headOf(admin), lists });
  }
  // links differ by as_of; what was listed does not
  const bare = ({ count, next_page: next, previous_page: previous, results }) => ({ count, next, previous, results });
  for (const { position, lists } of moments) {
    for (const [i, path] of paths.entries()) {
      const answer = await patiently(() => admin.get(at(path, position)));
      assert.deepEqual(bare(shown(answer, 200)), bare(lists[i]), `seed ${seed}: ${path} as of ${position}`);
      assert.equal(asOf(answer), String(position));
    }
  }
});

test('a walk along next through a past stays there, though others write', async () => {
  const { admin } = await newPlatform(await up());
  const made = [];
  for (let i = 0; i < 5; ++i) made.unshift((await newPerson(admin)).id);
  let url = `${admin.server.url}/persons/?page_size=2&as_of=2999-12-31T00:00:00Z`;
  const seen = [];
  while (url) {
    const answer = answers(await request(url, { headers: { Authorization: `Api-Token ${admin.token}` } }), 200);
    seen.push(...ids(answer.json));
    url = answer.json.next;
    if (url) assert.ok(url.includes(`as_of=${asOf(answer)}`), url);
    await newPerson(admin);
    answers(await admin.delete(`/persons/${made[4]}/`), seen.length === 2 ? 204 : 404);
  }
  assert.deepEqual(seen, made);
});

test('moments in the middle of a commit, before the first and ahead of the last are rounded', async () => {
  const { admin } = await newPlatform(await up());
  const batch = { items: ['One', 'Two', 'Three'].map((name) => ({ operation: 'create', name })) };
  const before = await headOf(admin);
  const behind = await written(admin.post('/persons/batch/', batch));
  const list = async (moment) => answers(await admin.get(at('/persons/', moment)), 200);
  for (const moment of [before, before + 1, behind - 1]) {
    assert.equal(asOf(await list(moment)), String(before));
    assert.equal((await list(moment)).json.count, 0);
  }
  for (const moment of [behind, behind + 1, '18446744073709551616', '2999-01-01']) {
    assert.equal(asOf(await list(moment)), String(behind));
    assert.equal((await list(moment)).json.count, 3);
  }
  for (const moment of [0, '1999-12-31', '2001-01-01T00:00:00+14:00']) {
    assert.equal(asOf(await list(moment)), '0');
    assert.deepEqual((await list(moment)).json.results, []);
  }
  notFound(await admin.get(at(`/persons/${unknownId()}/`, 0)));
  refuses(await admin.get(at('/persons/?page=2', 0)), 404, 'Invalid page.');
});

test('a wrong moment, a write into the past and a missing permission are refused', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const { admin } = platform;
  const person = await newPerson(admin);
  const unreadable = { as_of: ['Enter a position or a valid date/time.'] };
  for (const moment of ['yesterday', '-1', '2026-02-30', '12.5']) {
    fieldErrors(await admin.get(at('/persons/', moment)), unreadable);
    fieldErrors(await admin.get(at(`/persons/${person.id}/`, moment)), unreadable);
  }
  const refused = { as_of: ['Nothing can be written as of the past.'] };
  fieldErrors(await admin.post(at('/persons/', 3), { name: 'Then' }), refused);
  fieldErrors(await admin.patch(at(`/persons/${person.id}/`, 3), { name: 'Then' }), refused);
  fieldErrors(await admin.delete(at(`/persons/${person.id}/`, 3)), refused);
  assert.equal(shown(await admin.get('/persons/'), 200).count, 1);
  const { api } = await memberWith(server, platform, 'CRM Inviter');
  forbidden(await api.get(at('/organizations/', 3)));
});

test('a past is of the own platform, and its ETags are those of then', async () => {
  const server = await up();
  const [here, elsewhere] = [await newPlatform(server), await newPlatform(server)];
  const person = await newPerson(here.admin, { name: 'Here' });
  const first = await headOf(here.admin);
  const path = `/persons/${person.id}/`;
  const second = await written(here.admin.patch(path, { name: 'Here, too' }));
  notFound(await elsewhere.admin.get(at(path, second)));
  assert.equal(shown(await elsewhere.admin.get(at('/persons/', second)), 200).count, 0);
  const then = answers(await here.admin.get(at(path, first)), 200);
  const now = answers(await here.admin.get(path), 200);
  assert.notEqual(then.etag, now.etag);
  const asked = (moment, etag) => here.admin.get(at(path, moment), { headers: { 'If-None-Match': etag } });
  const unchanged = answers(await asked(first, then.etag), 304);
  assert.deepEqual([asOf(unchanged), unchanged.etag], [String(first), then.etag]);
  answers(await asked(first, now.etag), 200);
  answers(await asked(second, now.etag), 304);
  answers(await here.admin.patch(path, { name: 'Never' }, { headers: { 'If-Match': then.etag } }), 412);
  const head = answers(await here.admin.head(at('/persons/', first)), 200);
  assert.deepEqual([asOf(head), head.text], [String(first), '']);
});

test('who was erased since is in no past, of nobody, also not in one that was read before', async () => {
  const { admin } = await newPlatform(await up());
  const [ada, grace] = [await newPerson(admin), await newPerson(admin)];
  const both = await headOf(admin);
  await newPerson(admin);
  const list = async () => ids(shown(await patiently(() => admin.get(at('/persons/', both))), 200));
  assert.deepEqual(await list(), [grace.id, ada.id]);
  answers(await admin.post(`/persons/${ada.id}/erase/`), 204);
  assert.deepEqual(await list(), [grace.id]);
  notFound(await admin.get(at(`/persons/${ada.id}/`, both)));
  assert.equal(shown(await admin.get(at(`/persons/?search=${encodeURIComponent(ada.name)}`, both)), 200).count, 0);
  assert.equal(shown(await admin.get(at(`/persons/${grace.id}/`, both)), 200).name, grace.name);
});

test('what an erased person\'s records had in their metadata is in no past either', async () => {
  const { admin } = await newPlatform(await up());
  const ada = await newPerson(admin);
  const secret = { title: 'Secret', person: ada.id, metadata: { hidden: 1 } };
  const deal = shown(await admin.post('/deals/', secret), 201);
  const activity = shown(await admin.post('/activities/', { ...secret, type: 'call' }), 201);
  const both = await headOf(admin);
  const lists = ['/deals/?metadata__has_key=hidden', '/activities/?metadata__has_key=hidden'];
  const found = async (list) => shown(await patiently(() => admin.get(at(list, both))), 200).results.map(({ id }) => id);
  assert.deepEqual([await found(lists[0]), await found(lists[1])], [[deal.id], [activity.id]]);
  answers(await admin.post(`/persons/${ada.id}/erase/`), 204);
  assert.deepEqual([await found(lists[0]), await found(lists[1])], [[], []]);
  assert.deepEqual([await found('/deals/'), await found('/activities/')], [[deal.id], [activity.id]]);
});

test('invitations are listed as then, with those active that were', async () => {
  const { admin, key } = await newPlatform(await up());
  const sent = shown(await admin.post(invitations, { email: distinctEmail(), platform_key: key }), 201);
  const open = await headOf(admin);
  const closed = await written(admin.delete(`${invitations}?id=${sent.id}`), 204);
  const active = async (moment) => shown(await admin.get(at(invitations, moment)), 200).results.map((one) => one.active);
  assert.deepEqual(await active(open), [true]);
  assert.deepEqual(await active(closed), [false]);
  assert.deepEqual(await active(open - 1), []);
});

test('many pasts at once are answered or put off, and reads of now go on', { timeoutMs: 120_000 }, async () => {
  const { admin } = await newPlatform(await up());
  const positions = [];
  for (let i = 0; i < 8; ++i) {
    await newPerson(admin);
    positions.push(await headOf(admin));
  }
  const asking = positions.flatMap((position, i) => Array.from({ length: 4 }, async () => {
    const answer = await patiently(() => admin.get(at('/persons/', position)));
    assert.equal(shown(answer, 200).count, i + 1);
  }));
  for (let i = 0; i < 20; ++i) assert.equal(shown(await admin.get('/persons/'), 200).count, 8);
  await Promise.all(asking);
});

test('pasts leave nothing in the data directory, neither at the end nor after a crash', async () => {
  await withServer({}, async (server) => {
    const admin = superuser(server);
    const person = await newPerson(admin);
    const then = await headOf(admin);
    await newPerson(admin);
    const past = join(server.data, 'past');
    const count = async () => shown(await admin.get(at('/persons/', then)), 200).count;
    assert.equal(existsSync(past), false);
    assert.equal(await count(), 1);
    assert.equal(readdirSync(past).length, 1);
    await server.restart('SIGKILL');
    assert.equal(existsSync(past), false);
    assert.equal(await count(), 1);
    const { code } = await server.stop();
    assert.equal(code, 0);
    assert.equal(existsSync(past), false);
    mkdirSync(join(past, '1'), { recursive: true });
    writeFileSync(join(past, '1', 'CURRENT'), 'nonsense');
    await server.launch();
    assert.deepEqual(ids(shown(await superuser(server).get(at('/persons/', then)), 200)), [person.id]);
  });
});
