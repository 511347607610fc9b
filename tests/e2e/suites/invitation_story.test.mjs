// One invitation from end to end, everything over real sockets: SMTP, a browser, HTTP; and the log tells the same story.
import { withChromium } from '../lib/browser.mjs';
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, forbidden, shown } from '../lib/expect.mjs';
import { Api } from '../lib/http.mjs';
import { invitationsPath } from '../lib/invitations.mjs';
import { isGapless, isSound, replay } from '../lib/log.mjs';
import { Receiver } from '../lib/receiver.mjs';
import { headerOf, SmtpServer } from '../lib/smtp.mjs';
import { distinct, distinctEmail, newPerson, newPlatform, roleNamed, stranger } from '../lib/world.mjs';

const keysPath = '/api/core/platform/api-tokens/';

/** body(server, smtp, place): `place` is where invitees are sent on to. */
async function withSurroundings(body) {
  const smtp = await SmtpServer.start();
  const place = await Receiver.start(() => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<h1>Your CRM</h1>' }));
  try {
    return await withServer({ args: smtp.args() }, (server) => body(server, smtp, place));
  } finally {
    await place.close();
    await smtp.kill();
  }
}

/** The link to accept, as the mail's HTML and its text both have it. */
function linkIn(mail) {
  const [, inHtml] = /href="([^"]+)"/.exec(mail.parts['text/html']);
  const link = inHtml.replaceAll('&amp;', '&');
  assert.ok(mail.parts['text/plain'].includes(link), mail.parts['text/plain']);
  return link;
}

/** Opens the link, gives the name and accepts; resolves at the place that the invitation leads on to. */
const acceptInBrowser = (link, name, place) => withChromium(async (browser) => {
  const page = await browser.newPage();
  assert.equal((await page.goto(link)).status(), 200);
  const invitation = await page.innerText('main');
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Accept the invitation' }).click();
  await page.waitForURL(place);
  assert.equal(await page.innerText('h1'), 'Your CRM');
  return invitation;
});

/** What one line of the story is known by. */
const told = ({ type, stream, actor }) => `${type} of ${stream} by ${actor.username ?? 'nobody'}`;

test('a person is invited, gets the mail, accepts in a browser, becomes a member and is linked, and the log says so in order',
  { timeoutMs: 120_000 }, async () => {
    await withSurroundings(async (server, smtp, place) => {
      const platform = await newPlatform(server);
      const { admin, adminUser } = platform;
      const before = (await replay(server.data, '--platform', platform.key)).length;
      const usersBefore = (await replay(server.data, '--platform', 'system')).length;

      // the record, and a namesake with another address, who stays out of this
      const email = distinctEmail('Grace.Hopper');
      const person = await newPerson(admin, { name: 'Grace Hopper', primary_email: email });
      const namesake = await newPerson(admin, { name: 'Grace Hopper', primary_email: distinctEmail('Other.Grace') });
      const redirect = `${place.url}?came=from-the-mail`;
      const asked = answers(await admin.post(`/persons/${person.id}/invite/`, { redirect_to: redirect }), 201);
      const invitation = asked.json.invitation_id;

      // the mail
      const [mail] = await eventually(() => smtp.mailsTo(email).length > 0 && smtp.mailsTo(email), 'the mail arrives', 30_000);
      assert.deepEqual([mail.from, mail.to], ['crm@example.org', [email]]);
      assert.deepEqual(headerOf(mail, 'Subject'), [`${adminUser.name} invites you to ${platform.name}`]);

      // the browser
      const page = await acceptInBrowser(linkIn(mail), 'Rear Admiral Hopper', redirect);
      assert.ok(page.includes(`${adminUser.name} invites you to join ${platform.name} as ${email}`), page);
      assert.equal((await stranger(server).get(new URL(linkIn(mail)).pathname + new URL(linkIn(mail)).search)).status, 404, 'the link is used up');

      // the member, who has no rights until a policy gives some
      const members = shown(await admin.get(`/api/core/platform/users/?query=${encodeURIComponent(email)}`), 200).results;
      assert.equal(members.length, 1);
      const [member] = members;
      assert.deepEqual([member.email, member.name, member.active, member.is_admin, member.is_staff],
        [email, 'Rear Admiral Hopper', true, false, false]);
      const firstKey = shown(await admin.post(keysPath, { username: member.username, name: distinct('first'), platform_key: platform.key }), 201);
      const grace = new Api(server, firstKey.key);
      forbidden(await grace.get(`/persons/${person.id}/`));
      const policy = { name: distinct('viewers'), role_id: (await roleNamed(platform, 'CRM Viewer')).id, platform_key: platform.key, users_to_add: [member.user_id] };
      shown(await admin.post('/api/core/rbac/policies/', policy), 201);
      const ownKey = shown(await grace.post(keysPath, { username: member.username, name: distinct('own'), platform_key: platform.key }), 201);

      // her own request finds her own record
      const found = shown(await new Api(server, ownKey.key).get(`/persons/${person.id}/`), 200);
      assert.deepEqual([found.platform_user, found.active, found.primary_email], [member.user_id, false, email]);
      assert.equal(shown(await grace.get(`/persons/${namesake.id}/`), 200).platform_user, null);
      const listed = shown(await admin.get(`${invitationsPath}?email=${encodeURIComponent(email)}`), 200).results;
      assert.deepEqual(listed.map(({ id, active, user_id, source }) => [id, active, user_id, source]), [[invitation, false, member.user_id, 'person']]);

      // the log
      const story = (await replay(server.data, '--platform', platform.key)).slice(before);
      const by = adminUser.username;
      assert.deepEqual(story.map(told), [
        `PersonCreated of person-${person.id} by ${by}`,
        `PersonCreated of person-${namesake.id} by ${by}`,
        `InvitationIssued of invitation-${invitation} by ${by}`,
        `InvitationRedeemed of invitation-${invitation} by ${member.username}`,
        `MemberAdded of membership-${member.user_id} by ${member.username}`,
        `PersonLinked of person-${person.id} by ${member.username}`,
        `ApiKeyIssued of ${story[6].stream} by ${by}`,
        `PolicyCreated of ${story[7].stream} by ${by}`,
        `ApiKeyIssued of ${story[8].stream} by ${member.username}`,
      ]);
      const [, , issued, redeemed, added, linked, , , own] = story;
      assert.equal(issued.correlation_id, asked.headers['x-request-id']);
      assert.deepEqual([issued.data.person, issued.data.email, issued.data.redirect_to], [person.id, email, redirect]);
      assert.equal(new Set([redeemed, added, linked].map(({ hash }) => hash)).size, 1, 'redeeming is one commit');
      assert.equal(new Set(story.map(({ hash }) => hash)).size, story.length - 2, 'and nothing else shares one');
      assert.deepEqual([linked.data.user, linked.data.automatic], [member.user_id, true]);
      assert.equal(own.actor.key, Number(/\d+$/.exec(story[6].stream)[0]), 'signed with the first key');

      // the user is the system's, made on the way: the cause of what the platform's log says
      const users = (await replay(server.data, '--platform', 'system')).slice(usersBefore);
      assert.deepEqual(users.map(told), [`UserCreated of user-${member.user_id} by nobody`]);
      const [created] = users;
      for (const event of [redeemed, added, linked]) {
        assert.deepEqual([event.causation_id, event.correlation_id], [created.id, created.correlation_id]);
        assert.ok(event.recorded_at > created.recorded_at);
      }
      assert.ok(created.recorded_at > issued.recorded_at);

      // the feed tells it as replay does, and nobody's secret is in it
      const feed = shown(await admin.get(`/events/?after=${before}&limit=100`), 200);
      assert.deepEqual([feed.results, feed.has_more], [story, false]);
      const everything = JSON.stringify(await replay(server.data)) + server.log();
      for (const secret of [new URL(linkIn(mail)).searchParams.get('token'), firstKey.key, ownKey.key]) {
        assert.ok(!everything.includes(secret), 'a secret is in the log');
      }

      // sent once, to nobody else, and all of it stands
      assert.deepEqual(await server.stop(), { code: 0, signal: null });
      assert.deepEqual(smtp.mails.map(({ to }) => to), [[email]]);
      isGapless(await replay(server.data));
      await isSound(server.data);
    });
  });
