// No file of the data directory holds, in the clear, what was sent in about anybody.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, shown } from '../lib/expect.mjs';
import { placesOf } from '../lib/files.mjs';
import { sleep } from '../lib/server.mjs';
import { superuser } from '../lib/world.mjs';

let counter = 0;
const secrets = [];
/** A text that cannot stand anywhere by chance; every one is searched for. */
const secret = (word) => {
  const text = `${word}Quokka${(counter += 1)}Xylograph`;
  secrets.push(text);
  return text;
};
const secretEmail = (word) => {
  const email = `${secret(word)}@${secret('Mail')}.example`;
  secrets.push(email, email.toLowerCase());
  return email;
};

async function sendEverything(server) {
  const api = superuser(server);
  const core = (path, body) => api.post(`/api/core/${path}`, body);
  const organization = shown(await api.post('/organizations/', {
    name: secret('Org'), address: { street: secret('Street'), [secret('AddressKey')]: 1 }, metadata: { [secret('OrgKey')]: secret('OrgValue') },
  }), 201);
  const fields = () => ({
    name: secret('Name'), primary_email: secretEmail('Primary'), emails: [secretEmail('Second')],
    contact_numbers: [{ mobile: secret('Number+49'), plain: 4_917_000_123_456_789 }], job_title: secret('Title'),
    organization: organization.id, unique_id: secret('Unique'), metadata: { [secret('MetaKey')]: { deep: [secret('MetaValue')] } },
  });
  const persons = [];
  for (let at = 0; at < 5; at += 1) persons.push(shown(await api.post('/persons/', fields()), 201));
  shown(await api.patch(`/persons/${persons[0].id}/`, fields(), { headers: { 'Idempotency-Key': secret('NotKept') } }), 200);
  shown(await api.post('/persons/', fields(), { headers: { 'Idempotency-Key': secret('IdempotencyKey') } }), 201);
  shown(await api.put(`/organizations/${organization.id}/`, { name: secret('Renamed'), address: secret('OneLine') }), 200);
  shown(await api.post(`/persons/${persons[1].id}/invite/`, {
    redirect_to: `https://${secret('redirect')}.example/`, enrollment_config: { [secret('EnrollKey')]: secret('EnrollValue') },
  }), 201);
  shown(await api.post('/api/catalog/invitations/platform/', {
    email: secretEmail('Direct'), platform_key: 'main', redirect_to: `https://a.example/${secret('path')}`, metadata: { [secret('InviteKey')]: secret('InviteMeta') },
  }), 201);
  shown(await api.post('/persons/merge/', { primary_id: persons[2].id, duplicate_ids: [persons[3].id] }), 200);
  answers(await api.delete(`/persons/${persons[4].id}/`), 204);

  const platform = { key: secret('platform').toLowerCase(), name: secret('PlatformName') };
  secrets.push(platform.key);
  shown(await core('platform/', platform), 201);
  const user = shown(await core('users/', { username: secret('username'), email: persons[0].primary_email, name: secret('UserName') }), 201);
  const second = shown(await core('users/', { username: secret('username'), email: secretEmail('User'), name: secret('UserName') }), 201);
  shown(await core('users/platforms/', { user_id: user.id, platform_key: 'main' }), 201);
  shown(await core('users/platforms/', { user_id: second.id, platform_key: 'main', is_admin: true }), 201);
  const role = shown(await core('rbac/roles/', { name: secret('Role'), actions: ['Ibl.CRM/Persons/list'] }), 201);
  shown(await core('rbac/policies/', {
    name: secret('Policy'), role_id: role.id, users_to_add: [user.id], resources: [`/things/${secret('Resource')}/`],
  }), 201);
  const token = shown(await core('platform/api-tokens/', { username: user.username, name: secret('TokenName'), platform_key: 'main' }), 201);
  const hook = shown(await api.post('/webhooks/', {
    url: `https://${secret('hooks')}.example/${secret('path')}`, description: secret('Hook'), secret: secret('whsec_'), active: false,
  }), 201);
  secrets.push(shown(await api.patch(`/webhooks/${hook.id}/`, { rotate_secret: true }), 200).secret);
  for (const key of [token.key, server.token]) secrets.push(key, createHash('sha256').update(key).digest('hex'));

  // searching and filtering, too, bring such texts in
  answers(await api.get(`/persons/?search=${persons[0].job_title}&metadata__has_key=${secret('AskedKey')}`), 200);
  answers(await api.get(`/organizations/?name=${secret('AskedName')}`), 200);
}

function nothingInTheClear(data, when) {
  const found = secrets.flatMap((text) => placesOf(data, Buffer.from(text)).map(({ file }) => `${text} in ${file}`));
  assert.deepEqual(found, [], when);
  assert.ok(placesOf(data, Buffer.from('PersonCreated')).length > 0, `${when}: the search finds what is there`);
}

test('no name, email, number, key or other text of anybody is found in any file', { timeoutMs: 90_000 }, async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    await sendEverything(server);
    assert.ok(secrets.length > 80, `${secrets.length} texts are looked for`);
    nothingInTheClear(server.data, 'while it runs');
    await sleep(1_500);
    nothingInTheClear(server.data, 'after the heads were noted');
    await server.kill();
    nothingInTheClear(server.data, 'after a kill');
    for (const time of ['once', 'twice']) {
      await server.launch();
      const all = shown(await superuser(server).get('/persons/'), 200);
      assert.ok(all.results.length >= 5);
      await server.stop();
      nothingInTheClear(server.data, `after it was started and stopped ${time}`);
    }
    const planted = secrets[0];
    writeFileSync(join(server.data, 'planted'), `before ${planted} after`);
    assert.deepEqual(placesOf(server.data, Buffer.from(planted)), [{ file: 'planted', offset: 7 }]);
  });
});

test('the master key may come from outside, and is then not in the data directory', async () => {
  const key = createHash('sha256').update(secret('Master')).digest();
  await withServer({ env: { ANNALS_MASTER_KEY: key.toString('hex') } }, async (server) => {
    shown(await superuser(server).post('/persons/', { name: secret('Outside') }), 201);
    await server.restart();
    shown(await superuser(server).get('/persons/'), 200);
    for (const form of [key, Buffer.from(key.toString('hex')), Buffer.from(key.toString('base64'))]) {
      assert.deepEqual(placesOf(server.data, form), []);
    }
    await server.stop();
    server.env = {};
    server.waitReady = false;
    await server.launch();
    assert.deepEqual(await server.exited, { code: 3, signal: null }, server.log());
    assert.match(server.log(), /master key/i);
  });
});
