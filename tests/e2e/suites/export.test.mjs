// Exports: files that an import reads back, and everything that is kept of one person.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, notFound, shown } from '../lib/expect.mjs';
import { isSound, replay } from '../lib/log.mjs';
import { annals, temporaryDirectory } from '../lib/server.mjs';
import { distinctEmail, memberWith, newPerson, newPlatform, superuser, unknownId } from '../lib/world.mjs';

const exporting = (data, ...more) => annals(['export', '--data', data, ...more]);
async function exported(data, ...more) {
  const ran = await exporting(data, ...more);
  assert.deepEqual([ran.code, ran.signal, ran.stderr], [0, null, '']);
  return ran.stdout;
}
const objects = (text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
const editable = ({ name, primary_email: email, emails, contact_numbers: numbers, job_title: title, organization_name: organization,
  owner_username: owner, lifecycle_stage: stage, unique_id: unique, metadata }) =>
  ({ name, email, emails, numbers, title, organization, owner, stage, unique, metadata });

const awkward = [
  { name: '=HYPERLINK("http://x","y")', job_title: '+1', unique_id: '-5', metadata: { 'a"b': ['=1', null] } },
  { name: '"Ada", Countess\r\nof Lovelace', job_title: "'=already", emails: null, contact_numbers: ['+49 30 1'] },
  { name: 'Zoë 😀;\tTab', primary_email: 'zoe@example.org', lifecycle_stage: 'customer', emails: '-x', metadata: -5 },
];

test('beside a running server: persons and organizations as CSV and NDJSON, into another directory and back the same', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const engines = shown(await api.post('/organizations/', { name: '@Engines, "Ltd"', address: { city: 'Leeds' }, owner: 1 }), 201);
    for (const person of awkward) shown(await api.post('/persons/', { ...person, organization: engines.id, owner: 1 }), 201);
    const lines = objects(await exported(server.data, '--format', 'ndjson'));
    assert.deepEqual(lines.map(({ name }) => name), awkward.map(({ name }) => name), 'the oldest first');
    const { organization_name: organization, owner_username: owner, ...record } = lines[0];
    assert.deepEqual([organization, owner], ['@Engines, "Ltd"', 'admin']);
    assert.deepEqual(record, shown(await api.get(`/persons/${record.id}/`), 200));

    for (const format of ['csv', 'ndjson']) {
      const directory = temporaryDirectory('export');
      const files = ['organizations', 'persons'].map((records) => [records, join(directory, `${records}.${format}`)]);
      for (const [records, file] of files) {
        const said = await exported(server.data, records, '--format', format, '--out', file);
        assert.equal(said, `exported ${records === 'persons' ? 3 : 1} ${records} to ${file}\n`);
        assert.equal(statSync(file).mode & 0o777, 0o600);
      }
      await withServer({}, async (other) => {
        await other.stop();
        for (const [, file] of files) {
          const ran = await annals(['import', '--data', other.data, file]);
          assert.match(ran.stdout, /skipped 0, rejected 0/, ran.stderr);
        }
        const back = objects(await exported(other.data, '--format', 'ndjson'));
        assert.deepEqual(back.map(editable), lines.map(editable), format);
        const [again] = objects(await exported(other.data, 'organizations', '--format', 'ndjson'));
        assert.deepEqual([again.name, again.address, again.owner_username], ['@Engines, "Ltd"', { city: 'Leeds' }, 'admin']);
        await isSound(other.data);
      });
    }
    const csv = await exported(server.data);
    assert.match(csv, /^id,name,.*\r\n/);
    assert.ok(csv.includes(`,"'=HYPERLINK(""http://x"",""y"")",`), csv);
  });
});

test('over HTTP: on every mount, with the filters and the permission of the list', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    for (const person of awkward) shown(await api.post('/persons/', person), 201);
    for (const mount of ['', '/api/crm', '/dm/api/crm']) {
      const csv = answers(await api.under(mount).get('/persons/export/?format=csv'), 200);
      assert.equal(csv.headers['content-type'], 'text/csv; charset=utf-8');
      assert.match(csv.headers['content-disposition'], /filename="persons\.csv"/);
      assert.equal(csv.text, await exported(server.data));
    }
    const customers = answers(await api.get('/persons/export?format=ndjson&lifecycle_stage=customer'), 200);
    assert.deepEqual(objects(customers.text).map(({ name }) => name), ['Zoë 😀;\tTab']);
    assert.equal(answers(await api.get('/organizations/export/?format=ndjson'), 200).text, '');
    answers(await api.get('/persons/export/?format=xml'), 400, { format: ['Select a valid choice. xml is not one of the available choices.'] });
    const platform = await newPlatform(server);
    const viewer = (await memberWith(server, platform, 'CRM Viewer')).api;
    assert.equal(answers(await viewer.get('/persons/export/?format=ndjson'), 200).text, '', 'another platform');
    answers(await (await memberWith(server, platform, 'CRM Inviter')).api.get('/organizations/export/'), 403);
    const back = answers(await platform.admin.post('/persons/import/', answers(await api.get('/persons/export/'), 200).text, { type: 'text/csv' }), 200);
    assert.deepEqual(back.json, { created: 3, skipped: 0, rejected: [] });
  });
});

test('a person\'s bundle has the record, its history, merges, invitations and events, and ends with the erasure', async () => {
  await withServer({}, async (server) => {
    const api = superuser(server);
    const email = distinctEmail();
    const [person, duplicate] = [await newPerson(api, { primary_email: email }), await newPerson(api)];
    shown(await api.patch(`/persons/${person.id}/`, { job_title: 'Smith' }), 200);
    shown(await api.post('/persons/merge/', { primary_id: person.id, duplicate_ids: [duplicate.id] }), 200);
    const invitation = shown(await api.post(`/persons/${person.id}/invite/`), 201);
    const path = `/persons/${person.id}/export/`;
    const bundle = shown(await api.get(path), 200);
    assert.deepEqual(Object.keys(bundle), ['person', 'history', 'merges', 'invitations', 'deals', 'activities', 'user', 'membership', 'events']);
    assert.deepEqual(bundle.person, shown(await api.get(`/persons/${person.id}/`), 200));
    assert.deepEqual(bundle.history, shown(await api.get(`/persons/${person.id}/history/`), 200));
    assert.deepEqual(bundle.merges, { merged_into: null, duplicates: [duplicate.id] });
    assert.deepEqual(bundle.invitations.map(({ id, email: to, active }) => [id, to, active]), [[invitation.invitation_id, email, true]]);
    assert.deepEqual([bundle.user, bundle.membership], [null, null]);
    assert.deepEqual(bundle.events, await replay(server.data, '--platform', 'main', '--stream', `person-${person.id}`));
    assert.deepEqual(JSON.parse(await exported(server.data, '--person', person.id)), bundle);
    assert.equal(shown(await api.get(`/persons/${duplicate.id}/export/`), 200).merges.merged_into, person.id);

    const platform = await newPlatform(server);
    answers(await (await memberWith(server, platform, 'CRM Viewer')).api.get(path), 403);
    notFound(await platform.admin.get(path));
    notFound(await api.get(`/persons/${unknownId()}/export/`));

    shown(await api.post(`/persons/${person.id}/link-user/`, { user_id: 1 }), 200);
    const linked = shown(await api.get(path), 200);
    assert.deepEqual([linked.user.username, linked.membership.user_id], ['admin', 1]);
    answers(await api.delete(`/persons/${person.id}/`), 204);
    assert.equal(shown(await api.get(path), 200).person, null, 'the log still knows');
    answers(await api.post(`/persons/${person.id}/erase/`), 204);
    notFound(await api.get(path));
    const gone = await exporting(server.data, '--person', person.id);
    assert.equal(gone.code, 2, gone.stdout);
    assert.match(gone.stderr, /erased/);
  });
});

test('wrong usage is 2, a directory that cannot be used 3, and no file is replaced', async () => {
  await withServer({}, async (server) => {
    const there = join(temporaryDirectory('export'), 'there.csv');
    writeFileSync(there, 'mine');
    for (const [about, ...more] of [[/"nowhere".*main/, '--platform', 'nowhere'], [/"system"/, '--platform', 'system'],
      [/format/, '--format', 'xml'], [/deals/, 'deals'], [/UUID/, '--person', '7'], [/--person/, 'persons', '--person', unknownId()],
      [/there already/, '--out', there], [/no\/such/, '--out', '/no/such/folder/file']]) {
      const ran = await exporting(server.data, ...more);
      assert.equal(ran.code, 2, `${more} ${ran.stdout}`);
      assert.match(ran.stderr, about);
    }
    assert.equal(readFileSync(there, 'utf8'), 'mine');
    const unknown = join(temporaryDirectory('export'), 'bundle.json');
    assert.equal((await exporting(server.data, '--person', unknownId(), '--out', unknown)).code, 2);
    assert.ok(!existsSync(unknown), 'nothing is left of an export that failed');
  });
  assert.equal((await exporting(join(temporaryDirectory(), 'missing'))).code, 3);
});
