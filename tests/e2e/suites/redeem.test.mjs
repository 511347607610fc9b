// Invitations that are redeemed, revoked or run out.
import http from 'node:http';
import { sharedServer, test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, notFound, shown, tally } from '../lib/expect.mjs';
import { invitationsPath, invite, linkOf, redeem, secretsIn } from '../lib/invitations.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { sleep } from '../lib/server.mjs';
import { distinct, distinctEmail, join, newPerson, newPlatform, newUser, superuser } from '../lib/world.mjs';

const up = sharedServer();
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const membersPath = '/api/core/platform/users/';
const membersOf = async (platform, query) =>
  shown(await platform.admin.get(`${membersPath}?query=${encodeURIComponent(query)}`), 200).results;

async function invited(server, platform, more = {}, email = distinctEmail('Guest')) {
  const { id } = await invite(platform.admin, email, { platform_key: platform.key, ...more });
  return { id, email, ...secretsIn(await linkOf(server, email, platform.key)) };
}
const secretOf = ({ platform_key, email, token }) => ({ platform_key, email, token });

test('redeeming makes the user, the membership and the links, and uses the invitation up', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const email = distinctEmail('Ada');
  const persons = [await newPerson(platform.admin, { primary_email: email.toUpperCase() }),
    await newPerson(platform.admin, { primary_email: email })];
  const other = await newPerson(platform.admin, { primary_email: distinctEmail() });
  const guest = await invited(server, platform, { is_admin: true, redirect_to: 'https://app.example/in' }, email);
  const username = distinct('ada');
  const made = shown(await redeem(server, { ...secretOf(guest), username, name: 'Ada L' }), 201);
  assert.deepEqual(made, {
    invitation_id: guest.id, user_id: made.user_id, username, email, name: 'Ada L', platform_key: platform.key,
    is_admin: true, is_staff: false, redirect_to: 'https://app.example/in',
  });
  for (const { id } of persons) {
    const linked = shown(await platform.admin.get(`/persons/${id}/`), 200);
    assert.deepEqual([linked.platform_user, linked.active], [made.user_id, false]);
    const history = shown(await platform.admin.get(`/persons/${id}/history/`), 200);
    assert.deepEqual([history[0].event, history[0].actor_username], ['PersonLinked', username]);
  }
  assert.equal(shown(await platform.admin.get(`/persons/${other.id}/`), 200).platform_user, null);
  const [member] = await membersOf(platform, username);
  assert.deepEqual([member.user_id, member.is_admin, member.active], [made.user_id, true, true]);
  const listed = shown(await platform.admin.get(`${invitationsPath}?email=${encodeURIComponent(email)}`), 200).results[0];
  assert.deepEqual([listed.active, listed.user_id, listed.username], [false, made.user_id, username]);
  const commit = shown(await platform.admin.get('/events/?type=InvitationRedeemed&type=MemberAdded&type=PersonLinked'), 200).results.slice(-4);
  assert.deepEqual(commit.map(({ type }) => type), ['InvitationRedeemed', 'MemberAdded', 'PersonLinked', 'PersonLinked']);
  assert.equal(new Set(commit.map(({ hash }) => hash)).size, 1, 'one commit');
  notFound(await redeem(server, secretOf(guest)));
  answers(await platform.admin.delete(`${invitationsPath}?id=${guest.id}`), 404);
  await invite(platform.admin, email, { platform_key: platform.key });
});

test('a member keeps the rights there are; one who was removed comes back with those of the invitation', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const user = await newUser(server);
  shown(await join(server, user, platform, { is_admin: true }), 201);
  let guest = await invited(server, platform, { is_staff: true }, user.email);
  const staff = shown(await redeem(server, secretOf(guest)), 200);
  assert.deepEqual([staff.user_id, staff.username, staff.is_admin, staff.is_staff], [user.id, user.username, true, true]);

  guest = await invited(server, platform, {}, user.email);
  answers(await platform.admin.delete(`/api/core/users/platforms/?user_id=${user.id}`), 204);
  notFound(await redeem(server, secretOf(guest)));
  guest = await invited(server, platform, {}, user.email);
  const back = shown(await redeem(server, secretOf(guest)), 200);
  assert.deepEqual([back.user_id, back.is_admin, back.is_staff], [user.id, false, false]);
  assert.equal((await membersOf(platform, user.username))[0].active, true);
});

test('wrong, used, revoked, foreign and unknown: one and the same answer', async () => {
  const server = await up();
  const [platform, other] = [await newPlatform(server), await newPlatform(server)];
  const guest = await invited(server, platform);
  const second = await invited(server, platform);
  const revoked = await invited(server, platform);
  answers(await platform.admin.delete(`${invitationsPath}?id=${revoked.id}`), 204);
  const whole = secretOf(guest);
  const bad = [{ ...whole, token: 'wrong' }, { ...whole, token: second.token }, { ...whole, platform_key: other.key },
    { ...whole, platform_key: 'no-such-platform' }, { ...whole, platform_key: 'system' },
    { ...whole, email: distinctEmail() }, secretOf(revoked)];
  for (const body of bad) assert.deepEqual(notFound(await redeem(server, body)).json, { detail: 'Not found.' });
  shown(await redeem(server, whole), 201);
  notFound(await redeem(server, whole));
});

test('fifty at once with one secret: one joins, the others find nothing', async () => {
  await withServer({}, async (server) => {
    const platform = await newPlatform(server);
    const guest = await invited(server, platform);
    const all = await Promise.all(Array.from({ length: 50 }, () => redeem(server, secretOf(guest), { agent })));
    assert.deepEqual(tally(all), { 201: 1, 404: 49 });
    assert.equal((await membersOf(platform, guest.email)).length, 1);
  });
});

test('redeeming against revoking: one of them wins', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  for (let round = 0; round < 8; round += 1) {
    const guest = await invited(server, platform);
    const [redeemed, revoked] = await Promise.all([redeem(server, secretOf(guest), { agent }),
      platform.admin.delete(`${invitationsPath}?id=${guest.id}`, { agent })]);
    assert.deepEqual([redeemed.status === 201, revoked.status === 404], revoked.status === 204 ? [false, false] : [true, true],
      `${redeemed} ${revoked}`);
    assert.equal((await membersOf(platform, guest.email)).length, redeemed.status === 201 ? 1 : 0);
  }
});

test('killed while many redeem, a second try completes every one, and nobody is there twice', { timeoutMs: 120_000 }, async () => {
  await withServer({ args: ['--log-level', 'warn'] }, async (server) => {
    const platform = await newPlatform(server);
    for (let round = 0; round < 5; round += 1) {
      const guests = [];
      for (let at = 0; at < 10; at += 1) guests.push(await invited(server, platform));
      const tries = Promise.all(guests.map((guest) => redeem(server, secretOf(guest), { agent }).catch(() => undefined)));
      await sleep(Math.random() * 12);
      await server.kill();
      const answered = await tries;
      await server.launch();
      for (const [at, guest] of guests.entries()) {
        const again = await redeem(server, secretOf(guest));
        assert.ok(answered[at]?.status === 201 ? again.status === 404 : [201, 404].includes(again.status), String(again));
        const members = await membersOf(platform, guest.email);
        assert.deepEqual(members.map(({ active }) => active), [true], guest.email);
      }
    }
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    isGapless(await replay(server.data));
    await isSound(server.data);
  });
});

test('a secret stays good over restarts, and a redemption is answered again to its key', async () => {
  await withServer({}, async (server) => {
    const platform = { key: 'main', admin: superuser(server) };
    const guest = await invited(server, platform);
    await server.restart('SIGKILL');
    assert.equal(secretsIn(await linkOf(server, guest.email)).token, guest.token);
    const headers = { 'Idempotency-Key': distinct('once') };
    const first = answers(await redeem(server, secretOf(guest), { headers }), 201);
    await server.restart();
    const again = answers(await redeem(server, secretOf(guest), { headers }), 201, first.json);
    assert.equal(again.headers['idempotent-replayed'], 'true');
  });
});

test('tries are limited, and the limit says when to come back', async () => {
  await withServer({}, async (server) => {
    const body = { platform_key: 'main', email: 'guess@example.org', token: 'x' };
    const all = await Promise.all(Array.from({ length: 150 }, () => redeem(server, body, { agent })));
    const counts = tally(all);
    assert.deepEqual(Object.keys(counts), ['404', '429']);
    assert.ok(counts[429] > 50, JSON.stringify(counts));
    assert.match(all.find(({ status }) => status === 429).headers['retry-after'], /^[1-9]\d*$/);
    answers(await superuser(server).get('/persons/'), 200);
  });
});

test('an invitation that runs out while the server is down is expired when it is up again', async () => {
  await withServer({ args: ['--invitation-lifetime', '2'] }, async (server) => {
    const platform = { key: 'main', admin: superuser(server) };
    const guest = await invited(server, platform);
    await server.stop();
    await sleep(2_100);
    await server.launch();
    notFound(await redeem(server, secretOf(guest)));
    await eventually(async () => shown(await platform.admin.get('/events/?type=InvitationExpired'), 200).results.length === 1,
      'its expiry to be recorded');
    await invite(platform.admin, guest.email, { platform_key: 'main' });
  });
});

test('a person with a redeemed invitation is erased as any other', async () => {
  const server = await up();
  const platform = await newPlatform(server);
  const person = await newPerson(platform.admin, { primary_email: distinctEmail('Erased') });
  shown(await platform.admin.post(`/persons/${person.id}/invite/`, {}), 201);
  const guest = secretsIn(await linkOf(server, person.primary_email, platform.key));
  const made = shown(await redeem(server, guest), 201);
  answers(await platform.admin.post(`/persons/${person.id}/erase/`, {}), 204);
  notFound(await platform.admin.get(`/persons/${person.id}/`));
  const listed = shown(await platform.admin.get(invitationsPath), 200).results[0];
  assert.deepEqual([listed.email, listed.active, listed.user_id], [null, false, made.user_id]);
});
