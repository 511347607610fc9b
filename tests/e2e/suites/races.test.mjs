// Many at once want what only one can have.
import { sharedServer, test } from '../lib/suite.mjs';
import { answers, assert, shown, tally } from '../lib/expect.mjs';
import http from 'node:http';
import { distinct, distinctEmail, join, newPerson, newPlatform, newUser, superuser } from '../lib/world.mjs';

const up = sharedServer();
const agent = new http.Agent({ keepAlive: true, maxSockets: 128 });
const together = (count, ask) => Promise.all(Array.from({ length: count }, (_, at) => ask(at)));

test('a hundred simultaneous invites for one email: one 201, ninety-nine 409s that name it', async () => {
  const { admin, key } = await newPlatform(await up());
  const email = distinctEmail('Wanted');
  const persons = await together(10, (at) => newPerson(admin, { primary_email: at % 2 ? email : email.toUpperCase() }));
  const all = await together(100, (at) => admin.post(`/persons/${persons[at % 10].id}/invite/`, {}, { agent }));
  assert.deepEqual(tally(all), { 201: 1, 409: 99 });
  const { invitation_id } = all.find(({ status }) => status === 201).json;
  all.forEach((answer, at) => {
    if (answer.status === 201) return;
    assert.equal(answer.json.invitation_id, invitation_id);
    assert.equal(answer.json.person_id, persons[at % 10].id);
    assert.equal(answer.json.platform_key, key);
  });
});

test('sixty simultaneous creations of one organization name: one 201, fifty-nine 400s', async () => {
  const { admin } = await newPlatform(await up());
  const name = distinct('Contested');
  const all = await together(60, () => admin.post('/organizations/', { name }, { agent }));
  assert.deepEqual(tally(all), { 201: 1, 400: 59 });
  for (const answer of all.filter(({ status }) => status === 400)) {
    assert.deepEqual(answer.json, { name: ['organization with this name already exists.'] });
  }
  assert.equal(shown(await admin.get(`/organizations/?name=${name}`), 200).count, 1);
});

test('a unique_id raced for by creates and patches goes to one of them', async () => {
  const { admin } = await newPlatform(await up());
  const unique_id = distinct('Raced');
  const persons = await together(25, () => newPerson(admin));
  const all = await together(50, (at) => (at % 2
    ? admin.post('/persons/', { name: 'Newcomer', unique_id }, { agent })
    : admin.patch(`/persons/${persons[at / 2].id}/`, { unique_id }, { agent })));
  const won = all.filter(({ status }) => status < 300);
  assert.equal(won.length, 1);
  assert.equal(all.filter(({ status }) => status === 400).length, 49);
  const found = shown(await admin.get(`/persons/?search=${unique_id}`), 200);
  assert.deepEqual(found.results.map(({ id }) => id), [won[0].json.id]);
});

test('thirty attach one tag to one person at once: one 201, and twenty-nine 409s that show it', async () => {
  const { admin } = await newPlatform(await up());
  const tag = shown(await admin.post('/tags/', { name: 'Contested' }), 201);
  const { id } = await newPerson(admin);
  const all = await together(30, () => admin.post(`/persons/${id}/tags/`, { tag_id: tag.id }, { agent }));
  assert.deepEqual(tally(all), { 201: 1, 409: 29 });
  for (const { json } of all) assert.deepEqual(json, all[0].json);
  assert.deepEqual(shown(await admin.get(`/persons/${id}/`), 200).tags.map((each) => each.id), [tag.id]);
});

test('racing merges of the same duplicates: each goes to one primary', async () => {
  const { admin } = await newPlatform(await up());
  const duplicates = await together(8, () => newPerson(admin));
  const primaries = await together(20, () => newPerson(admin));
  const body = (primary) => ({ primary_id: primary.id, duplicate_ids: duplicates.map(({ id }) => id) });
  const all = await Promise.all(primaries.map((primary) => admin.post('/persons/merge/', body(primary), { agent })));
  assert.deepEqual(tally(all), { 200: 1, 400: 19 });
  assert.equal(all.find(({ status }) => status === 200).json.merged_ids.length, 8);
  assert.equal(shown(await admin.get('/persons/?active=false'), 200).count, 8);
});

test('two persons merged into each other at once: one of the two holds', async () => {
  const { admin } = await newPlatform(await up());
  for (let round = 0; round < 10; round += 1) {
    const [a, b] = await together(2, () => newPerson(admin));
    const merge = (into, from) => admin.post('/persons/merge/', { primary_id: into.id, duplicate_ids: [from.id] }, { agent });
    const both = await Promise.all([merge(a, b), merge(b, a)]);
    assert.deepEqual(tally(both), { 200: 1, 400: 1 });
  }
});

test('a link, an invite and a membership for one person at once leave it whole', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  for (let round = 0; round < 5; round += 1) {
    const email = distinctEmail('Torn');
    const person = await newPerson(platform.admin, { primary_email: email });
    const [one, two] = [await newUser(server), await newUser(server, { email })];
    shown(await join(server, one, platform), 201);
    const [linked, joined, invited] = await Promise.all([
      platform.admin.post(`/persons/${person.id}/link-user/`, { user_id: one.id }, { agent }),
      join(server, two, platform),
      platform.admin.post(`/persons/${person.id}/invite/`, {}, { agent }),
    ]);
    answers(joined, 201);
    assert.ok([201, 422].includes(invited.status), String(invited));
    const now = shown(await platform.admin.get(`/persons/${person.id}/`), 200);
    assert.deepEqual(shown(linked, 200), now);
    assert.ok([one.id, two.id].includes(now.platform_user));
  }
});

test('patches with the same If-Match: one is let in', async () => {
  const { admin } = await newPlatform(await up());
  const { id } = await newPerson(admin);
  const { etag } = await admin.get(`/persons/${id}/`);
  const all = await together(30, (at) =>
    admin.patch(`/persons/${id}/`, { job_title: `Writer ${at}` }, { agent, headers: { 'If-Match': etag } }));
  assert.deepEqual(tally(all), { 200: 1, 412: 29 });
});

test('usernames and platform keys are raced for, too', async () => {
  const server = await up();
  const api = superuser(server);
  const username = distinct('racer');
  const users = await together(20, (at) => api.post('/api/core/users/', { username, email: distinctEmail(`r${at}`), name: 'R' }, { agent }));
  assert.deepEqual(tally(users), { 201: 1, 400: 19 });
  const key = distinct('raced');
  const platforms = await together(20, () => api.post('/api/core/platform/', { key, name: 'R' }, { agent }));
  assert.deepEqual(tally(platforms), { 201: 1, 400: 19 });
});
