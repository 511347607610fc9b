// Notifications by mail: off until switched on, to admins and the owner, once each.
import { test, withServer } from '../lib/suite.mjs';
import { answers, assert, eventually, fieldErrors, forbidden, notFound, shown } from '../lib/expect.mjs';
import { headerOf, SmtpServer } from '../lib/smtp.mjs';
import { sleep } from '../lib/server.mjs';
import { join, keyOf, memberWith, newPerson, newPlatform, newUser, superuser } from '../lib/world.mjs';

const path = '/api/core/platform/notifications/';

async function withMail(body) {
  const smtp = await SmtpServer.start();
  try {
    return await withServer({ args: smtp.args(['--public-url', 'https://crm.example']) }, (server) => body(server, smtp));
  } finally {
    await smtp.kill();
  }
}

const arrived = (smtp, email, count = 1) =>
  eventually(() => smtp.mailsTo(email).length >= count && smtp.mailsTo(email), `${count} mails to ${email}`, 20_000);

test('admins and the owner are told of what is switched on, once each, and of nothing else', async () => {
  await withMail(async (server, smtp) => {
    const platform = await newPlatform(server);
    const { admin, adminUser } = platform;
    const secondAdmin = await newUser(server);
    shown(await join(server, secondAdmin, platform, { is_admin: true }), 201);
    const { user: owner } = await memberWith(server, platform, 'CRM User');
    const everybody = [adminUser, secondAdmin, owner].map(({ email }) => email);
    assert.deepEqual(shown(await admin.get(path), 200), {
      platform_key: platform.key, person_created: false, deal_stage_changed: false, person_linked: false,
    });
    await newPerson(admin, { name: 'Before', owner: owner.id });
    shown(await admin.patch(path, { person_created: true }), 200);
    const person = await newPerson(admin, { name: 'Ada', owner: owner.id });
    for (const email of everybody) {
      const [mail] = await arrived(smtp, email);
      assert.deepEqual(headerOf(mail, 'Subject'), ['Ada was created']);
      assert.deepEqual(headerOf(mail, 'From'), ['Example CRM <crm@example.org>']);
      assert.match(headerOf(mail, 'Message-ID')[0], new RegExp(`^<notification-${platform.key}-[-0-9a-f]{36}-\\d+@crm\\.example>$`));
      assert.ok(mail.parts['text/plain'].startsWith(`Ada was created on ${platform.name}, by ${adminUser.name}.`));
    }
    shown(await admin.post(`/persons/${person.id}/link-user/`, { user_id: owner.id }), 200);
    shown(await admin.patch(path, { person_created: false, person_linked: true }), 200);
    await newPerson(admin, { name: 'Not told of', owner: owner.id });
    const linked = await newPerson(admin, { name: 'Grace', owner: owner.id });
    shown(await admin.post(`/persons/${linked.id}/link-user/`, { user_id: secondAdmin.id }), 200);
    for (const email of everybody) {
      const [, second] = await arrived(smtp, email, 2);
      assert.deepEqual(headerOf(second, 'Subject'), ['Grace was linked to a user']);
    }
    await sleep(500);
    for (const email of everybody) assert.equal(smtp.mailsTo(email).length, 2, email);
  });
});

test('an outage loses no notification, and a restart sends none twice', { timeoutMs: 90_000 }, async () => {
  await withMail(async (server, smtp) => {
    const { admin, adminUser } = await newPlatform(server);
    shown(await admin.patch(path, { person_created: true }), 200);
    await smtp.kill();
    for (const name of ['One', 'Two']) await newPerson(admin, { name });
    await server.restart();
    await smtp.launch();
    const mails = await eventually(() => smtp.mailsTo(adminUser.email).length >= 2 && smtp.mailsTo(adminUser.email), 'both', 60_000);
    assert.deepEqual(mails.map((mail) => headerOf(mail, 'Subject')[0]), ['One was created', 'Two was created']);
    await server.restart();
    await newPerson(admin, { name: 'Three' });
    await arrived(smtp, adminUser.email, 3);
    assert.equal(smtp.mailsTo(adminUser.email).length, 3);
  });
});

test('only Tenant Admins switch notifications, each of their own platform', async () => {
  await withServer({}, async (server) => {
    const platform = await newPlatform(server);
    const other = await newPlatform(server);
    const { api } = await memberWith(server, platform, 'CRM Manager');
    forbidden(await api.get(path));
    forbidden(await api.patch(path, { person_created: true }));
    notFound(await other.admin.get(`${path}?platform_key=${platform.key}`));
    fieldErrors(await platform.admin.patch(path, { person_linked: 'perhaps' }), { person_linked: ['Must be a valid boolean.'] });
    const before = answers(await platform.admin.get(path), 200);
    const on = answers(await platform.admin.patch(path, { person_linked: true }, { headers: { 'If-Match': before.etag } }), 200);
    assert.equal(on.json.person_linked, true);
    answers(await platform.admin.patch(path, { person_created: true }, { headers: { 'If-Match': before.etag } }), 412);
    assert.equal(shown(await superuser(server).get(`${path}?platform_key=${platform.key}`), 200).person_linked, true);
    assert.equal(shown(await other.admin.get(path), 200).person_linked, false);
    const again = await keyOf(server, platform.adminUser, platform);
    await server.restart();
    assert.equal(shown(await again.get(path), 200).person_linked, true);
  });
});
