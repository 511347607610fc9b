// Lists: the envelope, walking while others write, sizes, every filter, every order, search.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, refuses, shown } from '../lib/expect.mjs';
import { request } from '../lib/http.mjs';
import {
  distinct, distinctEmail, memberWith, newOrganization, newPerson, newPlatform, unknownId,
} from '../lib/world.mjs';

const up = sharedServer();
const fresh = async () => newPlatform(await up());
const list = async (api, query = '', kind = 'persons') => shown(await api.get(`/${kind}/${query}`), 200);
const names = (page) => page.results.map(({ name }) => name);
const ids = (page) => page.results.map(({ id }) => id);

async function makePersons(api, count, fields = () => ({})) {
  const made = [];
  for (let at = 0; at < count; at += 1) made.push(await newPerson(api, { name: `Number ${at}`, ...fields(at) }));
  return made;
}

/** Follows an absolute URL of a list with the same key. */
async function follow(api, url) {
  const headers = { Authorization: `Api-Token ${api.token}` };
  return shown(await request(url, { headers }), 200);
}

test('a list of nothing is one empty page', async () => {
  const { admin } = await fresh();
  const empty = { count: 0, next: null, previous: null, next_page: null, previous_page: null, results: [] };
  for (const kind of ['persons', 'organizations']) {
    const answer = answers(await admin.get(`/${kind}/`), 200, empty);
    assert.deepEqual(Object.keys(answer.json), Object.keys(empty));
    answers(await admin.get(`/${kind}/?page=1`), 200, empty);
    refuses(await admin.get(`/${kind}/?page=2`), 404, 'Invalid page.');
  }
});

test('pages: newest first, counted, with absolute neighbours', async () => {
  const server = await up();
  const { admin } = await fresh();
  const made = (await makePersons(admin, 7)).reverse();
  const first = await list(admin, '?page_size=3');
  assert.deepEqual(ids(first), made.slice(0, 3).map(({ id }) => id));
  assert.deepEqual([first.count, first.previous, first.previous_page, first.next_page], [7, null, null, 2]);
  const next = new URL(first.next);
  assert.equal(next.origin, server.url);
  assert.equal(next.pathname, '/persons/');
  assert.equal(next.searchParams.get('page'), '2');
  assert.equal(next.searchParams.get('page_size'), '3');
  assert.match(next.searchParams.get('before'), /^\d+$/);

  const second = await follow(admin, first.next);
  assert.deepEqual(ids(second), made.slice(3, 6).map(({ id }) => id));
  assert.deepEqual([second.count, second.previous_page, second.next_page], [7, 1, 3]);
  const third = await follow(admin, second.next);
  assert.deepEqual(ids(third), [made[6].id]);
  assert.deepEqual([third.next, third.next_page, third.previous_page], [null, null, 2]);
  assert.deepEqual(ids(await follow(admin, third.previous)), ids(second));
  assert.deepEqual(ids(await follow(admin, second.previous)), ids(first));
});

test('neighbours keep the mount, the filters and their encoding', async () => {
  const { admin } = await fresh();
  await makePersons(admin, 3, () => ({ job_title: 'Köchin & Co +1' }));
  const query = `?search=${encodeURIComponent('köchin & co +1')}&lifecycle_stage=lead&page_size=2&unknown=a%20b`;
  for (const path of ['/dm/api/crm/persons/', '/api/crm/persons']) {
    const page = shown(await admin.get(`${path}${query}`), 200);
    const next = new URL(page.next);
    assert.equal(next.pathname, path);
    assert.equal(next.searchParams.get('search'), 'köchin & co +1');
    assert.equal(next.searchParams.get('lifecycle_stage'), 'lead');
    assert.equal((await follow(admin, page.next)).results.length, 1);
  }
});

test('a walk while others write shows every record once', async () => {
  const { admin } = await fresh();
  const made = await makePersons(admin, 60);
  const seen = [];
  let page = await list(admin, '?page_size=7');
  for (;;) {
    seen.push(...ids(page));
    assert.equal(page.count, 60, 'what came later is not counted');
    if (!page.next) break;
    await makePersons(admin, 3);
    page = await follow(admin, page.next);
  }
  assert.deepEqual(seen, made.map(({ id }) => id).reverse());
  assert.ok((await list(admin)).count > 60);
});

test('page_size: 50 by default, 100 at most', async () => {
  const { admin } = await fresh();
  await Promise.all(Array.from({ length: 103 }, () => newOrganization(admin)));
  const size = async (query) => (await list(admin, query, 'organizations')).results.length;
  assert.equal(await size(''), 50);
  assert.equal(await size('?page_size=1'), 1);
  assert.equal(await size('?page_size=100'), 100);
  assert.equal(await size('?page_size=101'), 100);
  assert.equal(await size('?page_size=99999999999999999999'), 100);
  for (const bad of ['0', '-1', 'many', '', '1.5']) assert.equal(await size(`?page_size=${bad}`), 50, bad);
  assert.equal(await size('?page=2&page_size=100'), 3);
});

test('a page that is no positive number, or past the end: 404', async () => {
  const { admin } = await fresh();
  await makePersons(admin, 3);
  for (const page of ['0', '-1', 'x', '1.5', '4', '99999999999999999999', '2&page_size=3', '%00', 'last%20']) {
    refuses(await admin.get(`/persons/?page=${page}`), 404, 'Invalid page.');
  }
  answers(await admin.get('/persons/?page='), 200);
  answers(await admin.get('/persons/?page=3&page_size=1'), 200);
});

test('persons by lifecycle_stage, owner, organization, and all of them together', async () => {
  const server = await up();
  const here = await fresh();
  const { user } = await memberWith(server, here, null);
  const organization = await newOrganization(here.admin);
  const stages = ['lead', 'qualified', 'opportunity', 'customer', 'churned'];
  const made = await makePersons(here.admin, 20, (at) => ({
    lifecycle_stage: stages[at % 5], owner: at % 2 ? user.id : null, organization: at % 4 === 1 ? organization.id : null,
  }));
  const expected = (keep) => made.filter(keep).map(({ id }) => id).reverse();
  for (const stage of stages) {
    assert.deepEqual(ids(await list(here.admin, `?lifecycle_stage=${stage}`)), expected((p) => p.lifecycle_stage === stage));
  }
  assert.deepEqual(ids(await list(here.admin, `?owner=${user.id}`)), expected((p) => p.owner === user.id));
  assert.deepEqual(ids(await list(here.admin, '?owner=987654')), []);
  assert.deepEqual(ids(await list(here.admin, '?owner__isnull=true')), expected((p) => p.owner === null));
  assert.deepEqual(ids(await list(here.admin, '?owner__isnull=0')), expected((p) => p.owner !== null));
  assert.deepEqual(ids(await list(here.admin, `?organization=${organization.id}`)), expected((p) => p.organization !== null));
  assert.equal((await list(here.admin, `?organization=${unknownId()}`)).count, 0);
  const all = await list(here.admin, `?organization=${organization.id}&owner=${user.id}&lifecycle_stage=qualified`);
  assert.deepEqual(ids(all), expected((p) => p.organization && p.owner && p.lifecycle_stage === 'qualified'));
  assert.equal(all.count, all.results.length);
  assert.equal((await list(here.admin, '?lifecycle_stage=&owner=&organization=&search=&metadata__has_key=&created_at__gte=')).count, 20);
});

test('a filter follows its record: patched, deleted, merged, its organization deleted', async () => {
  const { admin } = await fresh();
  const organization = await newOrganization(admin);
  const [a, b, c] = await makePersons(admin, 3, () => ({ organization: organization.id }));
  await admin.patch(`/persons/${a.id}/`, { lifecycle_stage: 'customer' });
  assert.deepEqual(ids(await list(admin, '?lifecycle_stage=customer')), [a.id]);
  assert.deepEqual(ids(await list(admin, '?lifecycle_stage=lead')), [c.id, b.id]);
  await admin.post('/persons/merge/', { primary_id: a.id, duplicate_ids: [b.id] });
  assert.deepEqual(ids(await list(admin, '?active=true')), [c.id, a.id]);
  assert.deepEqual(ids(await list(admin, '?active=false')), [b.id]);
  await admin.delete(`/persons/${c.id}/`);
  assert.equal((await list(admin)).count, 2);
  await admin.delete(`/organizations/${organization.id}/`);
  assert.equal((await list(admin, `?organization=${organization.id}`)).count, 0);
  assert.deepEqual((await list(admin)).results.map((each) => each.organization), [null, null]);
});

test('created_at: inclusive instants, and dates that mean their whole day', async () => {
  const { admin } = await fresh();
  const made = await makePersons(admin, 5);
  const [, second, , fourth] = made;
  const between = `?created_at__gte=${second.created_at}&created_at__lte=${fourth.created_at}`;
  assert.deepEqual(ids(await list(admin, between)), [made[3].id, made[2].id, made[1].id]);
  const offset = second.created_at.replace('Z', '+00:00');
  assert.equal((await list(admin, `?created_at__lte=${encodeURIComponent(offset)}`)).count, 2);
  const day = (days) => new Date(Date.parse(second.created_at) + days * 86_400_000).toISOString().slice(0, 10);
  const [firstDay, lastDay] = [made[0], made[4]].map((person) => person.created_at.slice(0, 10));
  assert.equal((await list(admin, `?created_at__gte=${firstDay}&created_at__lte=${lastDay}`)).count, 5);
  assert.equal((await list(admin, `?created_at__gte=${day(1)}`)).count, 0);
  assert.equal((await list(admin, `?created_at__lte=${day(-1)}`)).count, 0);
  assert.equal((await list(admin, `?created_at__lte=${day(1)}`)).count, 5);
});

test('metadata__has_key: a top-level key, even with a null value, and no other', async () => {
  const { admin } = await fresh();
  const [nulled] = await makePersons(admin, 1, () => ({ metadata: { vip: null, nested: { inner: 1 } } }));
  const [spaced] = await makePersons(admin, 1, () => ({ metadata: { 'two words': 1, 'schlüssel': 2 } }));
  await makePersons(admin, 1, () => ({ metadata: ['vip'] }));
  await makePersons(admin, 1, () => ({ metadata: 'vip' }));
  const having = async (key) => ids(await list(admin, `?metadata__has_key=${encodeURIComponent(key)}`));
  assert.deepEqual(await having('vip'), [nulled.id]);
  assert.deepEqual(await having('inner'), []);
  assert.deepEqual(await having('VIP'), []);
  assert.deepEqual(await having('two words'), [spaced.id]);
  assert.deepEqual(await having('schlüssel'), [spaced.id]);
  const escaped = shown(await admin.post('/persons/', '{"name":"Escaped","metadata":{"\\u0076ip2":1}}', {}), 201);
  assert.deepEqual(await having('vip2'), [escaped.id]);
});

test('organizations by name and owner', async () => {
  const server = await up();
  const here = await fresh();
  const { user } = await memberWith(server, here, null);
  for (const name of ['Straße AG', 'Ὀδυσσεύς', 'ACME Corp', 'acme gmbh', 'İstanbul Ltd']) await newOrganization(here.admin, { name });
  const owned = await newOrganization(here.admin, { name: 'Owned', owner: user.id });
  const named = async (text) => names(await list(here.admin, `?name=${encodeURIComponent(text)}`, 'organizations'));
  assert.deepEqual(await named('acme'), ['acme gmbh', 'ACME Corp']);
  assert.deepEqual(await named('CME'), ['acme gmbh', 'ACME Corp']);
  assert.deepEqual(await named('STRASSE'), ['Straße AG']);
  assert.deepEqual(await named('ὈΔΥΣΣΕΎΣ'), ['Ὀδυσσεύς']);
  assert.deepEqual(await named('nothing of this'), []);
  assert.deepEqual(await named('%'), []);
  assert.deepEqual(ids(await list(here.admin, `?owner=${user.id}`, 'organizations')), [owned.id]);
  assert.equal((await list(here.admin, '?owner__isnull=true', 'organizations')).count, 5);
  assert.deepEqual(names(await list(here.admin, '?search=GMBH', 'organizations')), ['acme gmbh']);
});

test('search on persons: name, primary email, job title, unique id, folded by Unicode', async () => {
  const { admin } = await fresh();
  const made = {
    name: await newPerson(admin, { name: 'Größe Maß' }),
    primary_email: await newPerson(admin, { name: 'b', primary_email: 'needle.Mail@example.org' }),
    job_title: await newPerson(admin, { name: 'c', job_title: 'Chief ΣΊΣΥΦΟΣ Officer' }),
    unique_id: await newPerson(admin, { name: 'd', unique_id: 'EXT-77-Q' }),
  };
  await newPerson(admin, { name: 'e', emails: ['hidden-needle@example.org'], metadata: { needle: 'EXT-77-Q' } });
  const found = async (text) => ids(await list(admin, `?search=${encodeURIComponent(text)}`));
  assert.deepEqual(await found('GRÖSSE'), [made.name.id]);
  assert.deepEqual(await found('mass'), [made.name.id]);
  assert.deepEqual(await found('NEEDLE.MAIL@'), [made.primary_email.id]);
  assert.deepEqual(await found('σίσυφος'), [made.job_title.id]);
  assert.deepEqual(await found('ext-77-q'), [made.unique_id.id]);
  assert.deepEqual(await found('officer größe'), []);
  assert.equal((await list(admin, '?search=e&lifecycle_stage=churned')).count, 0);
});

test('a search wants each of its words, wherever it is', async () => {
  const { admin } = await fresh();
  const ada = await newPerson(admin, { name: 'Ada King', job_title: 'Countess of Lovelace', primary_email: distinctEmail('ada') });
  await newPerson(admin, { name: 'Ada Byron', job_title: 'Countess' });
  const found = async (text, kind) => ids(await list(admin, `?search=${encodeURIComponent(text)}`, kind));
  for (const text of ['king ADA', ' lovelace\tking ', 'coun ove ada']) assert.deepEqual(await found(text), [ada.id], text);
  assert.deepEqual(await found('king byron'), []);
  const engines = await newOrganization(admin, { name: 'Analytical Engines' });
  assert.deepEqual(await found('ENGINES analyt', 'organizations'), [engines.id]);
});

test('persons are ordered by address and by job title, those without first', async () => {
  const { admin } = await fresh();
  const made = [];
  for (const [job_title, primary_email] of [['zoologist', 'b@example.org'], ['', ''], ['Éditeur', 'a@example.org'], ['zoo', 'c@example.org']]) {
    made.push((await newPerson(admin, { job_title, primary_email })).id);
  }
  const ordered = async (by) => ids(await list(admin, `?ordering=${by}`)).map((id) => made.indexOf(id));
  assert.deepEqual(await ordered('primary_email'), [1, 2, 0, 3]);
  assert.deepEqual(await ordered('-primary_email'), [3, 0, 2, 1]);
  assert.deepEqual(await ordered('job_title'), [1, 3, 0, 2]);
});

test('ordering: by name in code points, by times, ties newest first', async () => {
  const { admin } = await fresh();
  const given = ['b', 'B', 'a', '\u{1D465}', '\uFF5E', 'é', 'b', '10', '9'];
  const made = [];
  for (const name of given) made.push(await newPerson(admin, { name }));
  const sorted = made.map((person, at) => ({ person, at }));
  const codePoints = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  sorted.sort((x, y) => codePoints(x.person.name, y.person.name) || y.at - x.at);
  assert.deepEqual(ids(await list(admin, '?ordering=name')), sorted.map(({ person }) => person.id));
  sorted.sort((x, y) => codePoints(y.person.name, x.person.name) || y.at - x.at);
  assert.deepEqual(ids(await list(admin, '?ordering=-name')), sorted.map(({ person }) => person.id));
  const oldestFirst = made.map(({ id }) => id);
  assert.deepEqual(ids(await list(admin, '?ordering=created_at')), oldestFirst);
  assert.deepEqual(ids(await list(admin, '?ordering=-created_at')), [...oldestFirst].reverse());
  await admin.patch(`/persons/${made[2].id}/`, { job_title: 'touched' });
  assert.equal(ids(await list(admin, '?ordering=-updated_at'))[0], made[2].id);
  assert.equal(ids(await list(admin, '?ordering=updated_at')).at(-1), made[2].id);
  const walked = [...ids(await list(admin, '?ordering=name&page_size=4')), ...ids(await list(admin, '?ordering=name&page_size=4&page=2'))];
  assert.deepEqual(walked, ids(await list(admin, '?ordering=name')).slice(0, 8));
});

test('ordering by lifecycle_stage keeps stages together, and the reverse reverses them', async () => {
  const { admin } = await fresh();
  const stages = ['customer', 'lead', 'churned', 'qualified', 'opportunity'];
  await makePersons(admin, 10, (at) => ({ lifecycle_stage: stages[at % 5] }));
  const runs = (page) => page.results.map((p) => p.lifecycle_stage).filter((stage, at, all) => stage !== all[at - 1]);
  const stagesUp = runs(await list(admin, '?ordering=lifecycle_stage'));
  assert.equal(stagesUp.length, 5);
  assert.deepEqual(runs(await list(admin, '?ordering=-lifecycle_stage')), [...stagesUp].reverse());
});

test('filter values that cannot be read: 400 on that field', async () => {
  const { admin } = await fresh();
  const cases = [
    ['persons', 'lifecycle_stage', 'vip'], ['persons', 'owner', 'me'], ['persons', 'owner', '1.5.2'],
    ['persons', 'organization', 'acme'], ['persons', 'created_at__gte', 'yesterday'], ['persons', 'created_at__lte', '2026-13-45'],
    ['persons', 'created_at__gte', '2026-02-30T00:00:00Z'], ['persons', 'owner__isnull', 'perhaps'], ['persons', 'active', 'perhaps'],
    ['persons', 'ordering', 'age'], ['persons', 'ordering', '--name'], ['organizations', 'owner', 'x'],
    ['organizations', 'owner__isnull', '2'], ['organizations', 'ordering', 'lifecycle_stage'],
  ];
  for (const [kind, field, value] of cases) {
    const answer = answers(await admin.get(`/${kind}/?${field}=${encodeURIComponent(value)}`), 400);
    assert.deepEqual(Object.keys(answer.json), [field], String(answer));
    assert.equal(typeof answer.json[field][0], 'string');
  }
  const both = answers(await admin.get('/persons/?owner=x&lifecycle_stage=y'), 400);
  assert.deepEqual(Object.keys(both.json).sort(), ['lifecycle_stage', 'owner']);
});

test('odd queries are answered: unknown parameters, bad encodings, repeats, very many', async () => {
  const { admin } = await fresh();
  await makePersons(admin, 2);
  assert.equal((await list(admin, '?color=red&page_size=1&x&=&&%20')).results.length, 1);
  for (const query of ['?search=%ff', '?search=%', '?search=%zz', '?%ff=1', `?${'a=1&'.repeat(3000)}`, '?search=%00',
    `?before=x`, '?before=-1', '?before=99999999999999999999', '?search=\\']) {
    const answer = await admin.get(`/persons/${query}`);
    assert.ok([200, 400, 404, 414, 431].includes(answer.status), String(answer));
  }
  answers(await admin.get('/persons/?lifecycle_stage=churned&lifecycle_stage=lead'), 200);
});

test('lists show a person exactly as the single record does', async () => {
  const { admin } = await fresh();
  const person = await newPerson(admin, { primary_email: distinctEmail(), metadata: { a: distinct('m') } });
  const single = answers(await admin.get(`/persons/${person.id}/`), 200).text;
  assert.ok(answers(await admin.get('/persons/'), 200).text.includes(single));
});
